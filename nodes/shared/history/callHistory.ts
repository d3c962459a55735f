import type { IDataObject, IExecutePaginationFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { endAhead, isByZone, wrongZone } from '../calls/clock';
import { factsOf, itemOf, OUTPUTS } from '../calls/item';
import {
	byStart,
	CLOCKS_APART_MS,
	isAhead,
	LONGEST_CALL_MS,
	newestEnd,
	timeOf,
	type Observed,
} from '../calls/observed';
import { openSource, type OpenSource } from '../calls/openSource';
import type { Facts } from '../calls/passes';
import {
	answeredMeansProperty,
	callerTypeProperty,
	includeRawProperty,
	itemPerProperty,
	outputProperty,
	readCallerTypes,
} from '../calls/properties';
import { readQueues } from '../calls/queues';
import { readCallSettings } from '../calls/settings';
import type { TriggerProvider } from '../calls/source';
import { freshState, type Pending } from '../calls/state';
import { callsOf, NOTHING_CARRIED, wholeCalls } from '../calls/whole';
import type { ListSettings, Operation, OperationDefinition } from '../operation/definition';
import { returnAllAndLimit } from '../operation/options';
import { fetchOf, getMany, item, wantedRecords } from '../operation/run';
import { defaultCountryProperty } from '../parameters/country';
import {
	isWithin,
	periodProperties,
	readPeriod,
	reportTimezoneProperty,
	type Period,
	type PeriodName,
} from '../parameters/period';
import { choiceOf, type ParameterContext } from '../parameters/read';
import { timezoneProperty } from '../parameters/timeZone';
import { parameterError } from '../request/nodeErrors';
import type { Pages } from '../request/provider';
import { DAY, MINUTE, SECOND } from '../values/time';

/** A list of call records whose history can be given as the items of the trigger. */
export interface CallList {
	readonly trigger: TriggerProvider;
	/** The event of the trigger that reads this list. */
	readonly event: string;
	/** Whether its records may be legs that belong together. */
	readonly hasLegs: boolean;
	/** Whether all records of a period come in the order in which they were listed, so that a call is complete a day later. */
	readonly isOldestFirst?: boolean;
	/** What `between` asks for, if more than the period: whole days, newest first, or everything in any order. */
	readonly coarse?: 'days' | 'everything';
	/** Filters of an assembled request, by their names in the form, that set a time: they contradict a period. */
	timesIn?(request: IHttpRequestOptions): string[];
	/** Filters of an assembled request that may leave out legs of a call. */
	legFiltersIn(request: IHttpRequestOptions): string[];
	/**
	 * The request for at least the records that started within a period, by the clock of the records.
	 *
	 * @param isWhole whether all of them are wanted, in an order in which pages do not move
	 */
	between(request: IHttpRequestOptions, period: Period, isWhole: boolean): IHttpRequestOptions;
}

/** How long to wait for late legs after the end of a call, as the trigger does. */
const GRACE_MS = MINUTE;
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
		],
		options: [...options, ...historyOptions(list)],
		run: readRecordsOrCalls(list, pages, { instead }),
	};
}

/** The options of calls, and the two zones. */
function historyOptions({ trigger, hasLegs }: CallList): INodeProperties[] {
	const ofCalls = [...(hasLegs ? [answeredMeansProperty] : []), callerTypeProperty, defaultCountryProperty].map(
		(option) => ({
			...option,
			displayOptions: { show: { '/output': OF_CALLS.output } },
		}),
	);
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
		const history = await openHistory(this, list, hostNow);
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
		await readQueues(this, list.trigger, history.source, fetch, false);
		const read = async (from: Pages, wider: IHttpRequestOptions, wanted: number) => {
			const rows: IDataObject[] = [];
			let found = 0;
			const { accepts } = history;
			// Nobody knows how many records hold as many that pass.
			for await (const page of from(fetch, wider, accepts === null ? wanted : Infinity)) {
				for (const row of page) rows.push(row);
				found += accepts === null ? page.length : page.filter((row) => accepts(history.form.normalize(row))).length;
				if (found >= wanted) break;
			}
			return history.observe(rows);
		};
		const wanted = wantedRecords(this);
		const found = history.isPerCall
			? await newestCalls(this, list, history, request, async (wider) => await read(pages, wider, Infinity), wanted)
			: (await read(within, asked, wanted + IN_PROGRESS)).filter((call) => isGiven(call, history));
		return found.slice(0, wanted).map((call) => item(this, itemOf(call, form)));
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

export interface OpenHistory extends OpenSource {
	readonly isPerCall: boolean;
	/** Whether a call passes 'Caller Type'; null if all do. */
	readonly accepts: ((facts: Facts) => boolean) | null;
	/** By the clock of the n8n host. */
	readonly instants: Period;
	/** By the clock of the records. */
	readonly period: Period;
	/** By the clock of the records, and by the clock of the n8n host. */
	readonly now: number;
	readonly hostNow: number;
	observe(records: IDataObject[]): Array<Observed<IDataObject>>;
	/** Those of some records that began in the period, if more than these were asked for. */
	inPeriod(records: IDataObject[]): IDataObject[];
}

export async function openHistory(
	context: IExecutePaginationFunctions,
	{ trigger, event, coarse }: CallList,
	hostNow: number,
	initial: PeriodName = INITIAL_PERIOD,
): Promise<OpenHistory> {
	const output = choiceOf(context, 'output', 'Output', OUTPUTS);
	const settings = readCallSettings(context, trigger, { event, output, returns: null });
	const types = readCallerTypes(context, context.getNodeParameter('options.callerType', []));
	const instants = readPeriod(context, initial, hostNow, settings.reportZone);
	const opened = await openSource(context, trigger, settings);
	const { source, setup } = opened;
	const clock = (at: number | null) => (at === null ? null : source.clock(at));
	const now = source.clock(hostNow);
	const period = { from: clock(instants.from), to: clock(instants.to) };
	return {
		...opened,
		isPerCall: setup.wholeCalls === true,
		accepts: types.length === 0 ? null : ({ from: caller }) => types.includes(caller.type ?? ''),
		period,
		instants,
		now,
		hostNow,
		observe(records) {
			const observed = source.observe(records);
			const ahead = isByZone(trigger, source) ? endAhead(observed, hostNow, (at) => source.clock(at)) : null;
			if (ahead !== null) throw wrongZone(context, trigger.provider.name, ahead, now, settings.timezone);
			return observed;
		},
		inPeriod(records) {
			if (coarse === undefined) return records;
			return source
				.observe(records)
				.filter(({ startedAt }) => isWithin(startedAt, period))
				.map(({ record }) => record);
		},
	};
}

/** The whole calls of the period, newest first: all, or at least as many as wanted. */
async function newestCalls(
	context: IExecutePaginationFunctions,
	list: CallList,
	history: OpenHistory,
	request: IHttpRequestOptions,
	read: (request: IHttpRequestOptions) => Promise<Array<Observed<IDataObject>>>,
	wanted: number,
): Promise<Array<Observed<IDataObject>>> {
	const { period, now } = history;
	const [other] = list.legFiltersIn(request);
	if (other !== undefined) {
		throw parameterError(
			context,
			`'${other}' cannot be used with one item per call`,
			"It leaves out legs of calls: one that a colleague answered would look missed. Remove it and choose among the items with a Filter node, choose the time in 'Period', or set 'One Item Per' to Leg.",
		);
	}
	const calls = async (from: number | null) => {
		const around = {
			from: from === null ? null : from - LONGEST_CALL_MS,
			to: period.to === null ? null : period.to + LONGEST_CALL_MS,
		};
		const legs = await read(list.between(request, around, true));
		return overCalls(legs, history).filter(({ startedAt }) => isWithin(startedAt, { from, to: period.to }));
	};
	for (const back of wanted === Infinity ? [] : LOOK_BACK_MS) {
		const from = (period.to ?? now) - back;
		if (from <= (period.from ?? -Infinity)) break;
		const found = await calls(from);
		if (found.length >= wanted) return found;
	}
	return await calls(period.from);
}

/** The calls that are over, as the trigger builds them from these legs, newest first. */
export function overCalls(records: Array<Observed<IDataObject>>, history: OpenHistory): Array<Observed<IDataObject>> {
	const { now, hostNow } = history;
	// In a quiet time no later call shows what time it is at the provider; the clocks may differ.
	const latest = Math.max(newestEnd(records, now), now - CLOCKS_APART_MS);
	const pending: Pending = {};
	for (const [key, all] of callsOf(records)) {
		const legs = all.filter((leg) => leg.ended && !isAhead(leg, now));
		const lastEnd = legs.reduce((end, leg) => Math.max(end, timeOf(leg) ?? -Infinity), -Infinity);
		// The trigger would have seen them unchanged since the last one ended.
		const sinceMs = lastEnd === -Infinity ? GRACE_MS : Math.max(0, latest - lastEnd);
		pending[key] = [(hostNow - sinceMs) / SECOND, legs.length];
	}
	const { reading } = wholeCalls(
		NOTHING_CARRIED,
		{ records, through: Infinity },
		{ ...freshState('', -Infinity, false), pending },
		{ now, hostNow },
		{ graceMs: GRACE_MS, lookbackMs: GRACE_MS },
	);
	return reading.records
		.filter((call) => call.isComplete !== false && isGiven(call, history))
		.sort((a, b) => byStart(b, a));
}

/** Whether a call is over and one that the user wants. */
function isGiven(call: Observed<IDataObject>, { now, form, accepts }: OpenHistory): boolean {
	return call.ended && !isAhead(call, now) && accepts?.(factsOf(call, form)) !== false;
}
