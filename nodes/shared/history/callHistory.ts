import type { IDataObject, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { itemOf } from '../calls/item';
import { LONGEST_CALL_MS, type Observed } from '../calls/observed';
import { answeredMeansProperty, includeRawProperty, itemPerProperty, outputProperty } from '../calls/properties';
import type { ListSettings, Operation, OperationDefinition } from '../operation/definition';
import { collection } from '../operation/fields';
import { returnAllAndLimit } from '../operation/options';
import { fetchOf, getMany, item, wantedRecords } from '../operation/run';
import { defaultCountryProperty } from '../parameters/country';
import { periodProperties, reportTimezoneProperty, type Period } from '../parameters/period';
import type { ParameterContext } from '../parameters/read';
import { timezoneProperty } from '../parameters/timeZone';
import { parameterError } from '../request/nodeErrors';
import type { Pages } from '../request/provider';
import { inPieces } from '../values/pieces';
import { DAY } from '../values/time';
import {
	isGiven,
	matching,
	openHistory,
	overCalls,
	readQueuesOf,
	wantedCalls,
	type CallList,
	type OpenHistory,
} from './openHistory';

/** Calls are searched this far back until there are enough; if there are not, in the whole period. */
const LOOK_BACK_MS = [DAY, 10 * DAY, 100 * DAY];
/** This many calls more than wanted are requested, as some may still be in progress. */
const IN_PROGRESS = 50;

const INITIAL_PERIOD = 'last7Days';
const OF_CALLS = { output: ['simplified', 'full'] };

type ListDefinition = Extract<OperationDefinition, { readonly pages: Pages }>;

/** Get Many of a call list, which gives the items of the trigger or the provider's records, as an operation of its own. */
export function recordsOrCalls(list: CallList, definition: ListDefinition): OperationDefinition {
	const { pages, instead, fields = [], options = [], ...others } = definition;
	return {
		...others,
		fields: [
			...periodProperties(INITIAL_PERIOD, 'Which calls, by the time they began'),
			...fields,
			...returnAllAndLimit,
			{
				...outputProperty,
				displayOptions: {},
				description: 'The form of the items. The trigger has the same, with the same IDs.',
			},
			...(list.hasLegs ? [itemPerProperty(OF_CALLS)] : []),
			{
				...collection('Calls', 'calls', 'Add condition', [...list.callFilters]),
				displayOptions: { show: OF_CALLS },
				description: 'Which calls, each judged as a whole',
			},
		],
		options: [...options, ...historyOptions(list)],
		run: readRecordsOrCalls(list, pages, { instead }),
	};
}

/** The options of calls, and the two zones. */
function historyOptions({ trigger, hasLegs }: CallList): INodeProperties[] {
	const ofCalls = [...(hasLegs ? [answeredMeansProperty] : []), defaultCountryProperty].map((option) => ({
		...option,
		displayOptions: { show: { '/output': OF_CALLS.output } },
	}));
	const zone: INodeProperties = {
		...timezoneProperty,
		description: "The IANA zone of the times in the provider's records. Without it: UTC. Check one call you know.",
	};
	const hasOwnZone = trigger.hasZoneOption === true && trigger.defaultTimezone !== undefined;
	return [...ofCalls, includeRawProperty, reportTimezoneProperty, ...(hasOwnZone ? [zone] : [])];
}

/**
 * Get Many of a list: its records, or the items of the trigger. Those are made by the trigger's own functions, so history and
 * trigger have the same `id` for the same call.
 *
 * A whole call is included if its first leg began in the period, with all its legs, wherever they began; one that is not
 * over is left out.
 */
function readRecordsOrCalls(list: CallList, pages: Pages, settings: ListSettings): Operation {
	const { provider } = list.trigger;
	return async function (request) {
		const hostNow = Date.now();
		const history = await openHistory(this, list, hostNow, INITIAL_PERIOD);
		const { period, form } = history;
		checkTimes(this, list.timesIn?.(request) ?? [], period);
		const within: Pages = async function* (fetch, asked, wanted) {
			// Those that are wanted may stand behind others.
			const isLimited = period.from !== null || period.to !== null;
			const isBehind = (list.coarse === 'everything' && isLimited) || (list.coarse === 'days' && period.to !== null);
			for await (const page of pages(fetch, asked, isBehind ? Infinity : wanted)) yield history.inPeriod(page);
		};
		const asked = list.between(request, period, false);
		if (form.output === 'raw') return await getMany(provider, within, settings).call(this, asked);
		const fetch = fetchOf(this, provider);
		await readQueuesOf(this, list.trigger, history, fetch);
		const read = async (from: Pages, wider: IHttpRequestOptions, wanted: number) => {
			const rows: IDataObject[] = [];
			let found = 0;
			const { accepts } = history;
			// Nobody knows how many records hold as many that pass.
			for await (const page of from(fetch, wider, accepts === null ? wanted : Infinity)) {
				for (const row of page) rows.push(row);
				const passing =
					accepts && (await inPieces(page, (row) => accepts(history.form.normalize(row)))).filter(Boolean);
				found += (passing ?? page).length;
				if (found >= wanted) break;
			}
			return history.observe(rows);
		};
		const wanted = wantedRecords(this);
		const search: Search = {
			list,
			history,
			request,
			match: async (span) => await matching(list, history, pages, fetch, request, span),
			read: async (wider) => await read(pages, wider, Infinity),
		};
		const found = history.isPerCall
			? await newestCalls(search, wanted)
			: (await read(within, asked, wanted + IN_PROGRESS)).filter((call) => isGiven(call, history));
		return await inPieces(found.slice(0, wanted), (call) => item(this, itemOf(call, form)));
	};
}

/** A condition on the time beside a period would silently return what is in both. */
export function checkTimes(context: ParameterContext, [time]: readonly string[], { from, to }: Period): void {
	if (time === undefined || (from === null && to === null)) return;
	throw parameterError(
		context,
		`'Period' and '${time}' both say when the calls began`,
		"Nothing was sent. Remove the condition, or choose All in 'Period'.",
	);
}

/** What whole calls are searched with. */
interface Search {
	readonly list: CallList;
	readonly history: OpenHistory;
	readonly request: IHttpRequestOptions;
	match(span: Period): ReturnType<typeof matching>;
	read(request: IHttpRequestOptions): Promise<Array<Observed<IDataObject>>>;
}

/** The whole calls of the period, newest first: all, or at least as many as wanted. */
async function newestCalls(search: Search, wanted: number): Promise<Array<Observed<IDataObject>>> {
	const { list, history, request } = search;
	const { period, now } = history;
	const whole = list.withAllLegs(request) ?? request;
	const calls = async (from: number | null) => {
		const span = { from, to: period.to };
		const found = await search.match(span);
		if (found?.keys.size === 0) return [];
		const legs = await search.read(list.between(whole, around(found?.span ?? span), true));
		return wantedCalls(overCalls(legs, history), span, found);
	};
	for (const back of wanted === Infinity ? [] : LOOK_BACK_MS) {
		const from = (period.to ?? now) - back;
		if (from <= (period.from ?? -Infinity)) break;
		const found = await calls(from);
		if (found.length >= wanted) return found;
	}
	return await calls(period.from);
}

/** Where the legs of the calls of a period may be. */
function around({ from, to }: Period): Period {
	return {
		from: from === null ? null : from - LONGEST_CALL_MS,
		to: to === null ? null : to + LONGEST_CALL_MS,
	};
}
