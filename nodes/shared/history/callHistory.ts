import type { IDataObject, IExecutePaginationFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { endAhead, wrongZone } from '../calls/clock';
import { factsOf, itemOf, type ItemForm } from '../calls/item';
import {
	byStart,
	CLOCKS_APART_MS,
	isAhead,
	LONGEST_CALL_MS,
	newestEnd,
	timeOf,
	type Observed,
} from '../calls/observed';
import { openSource } from '../calls/openSource';
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
import { returnAllAndLimit, simplifyProperty } from '../operation/options';
import { fetchOf, getMany, item, wantedRecords } from '../operation/run';
import { defaultCountryProperty } from '../parameters/country';
import { choiceOf } from '../parameters/read';
import { timezoneProperty } from '../parameters/timeZone';
import { parameterError } from '../request/nodeErrors';
import type { Fetch, Pages } from '../request/provider';
import { DAY, MINUTE, SECOND } from '../values/time';

/** The range of start times asked for, by the clock of the records, both ends included; null if there is no limit. */
export interface Span {
	readonly from: number | null;
	readonly to: number | null;
}

/** A list of call records whose history can be given as the items of the trigger. */
export interface CallList {
	readonly trigger: TriggerProvider;
	/** The event of the trigger that reads this list. */
	readonly event: string;
	/** Whether its records may be legs that belong together. */
	readonly hasLegs: boolean;
	/** What an assembled request asks for; `others` are the names of filters that may leave out legs of a call. */
	spanOf(request: IHttpRequestOptions, zone: string): Span & { readonly others: readonly string[] };
	/** The request for at least the records that started within a span. */
	between(request: IHttpRequestOptions, span: Span): IHttpRequestOptions;
}

/** How long to wait for late legs after the end of a call, as the trigger does. */
const GRACE_MS = MINUTE;
/** Calls without a time limit are searched this far back until there are enough; if there are not, in the whole list. */
const LOOK_BACK_MS = [DAY, 10 * DAY, 100 * DAY];
/** This many calls more than wanted are requested, as some may still be in progress. */
const IN_PROGRESS = 50;

const IS_NORMALIZED = { output: ['normalized'] };

type ListDefinition = Extract<OperationDefinition, { readonly pages: Pages }>;

/** Get Many of a call list that also gives the items of the trigger, as an operation of its own. */
export function recordsOrCalls(list: CallList, definition: ListDefinition): OperationDefinition {
	const { pages, simple, givesRecords, instead, fields = [], options = [], ...others } = definition;
	const ofRecords = { displayOptions: { show: { output: ['raw'] } } };
	return {
		...others,
		fields: [
			...fields,
			...returnAllAndLimit,
			...historyProperties(list),
			...(simple === undefined ? [] : [{ ...simplifyProperty, ...ofRecords }]),
		],
		options: [...options, ...historyOptions(list)],
		run: readRecordsOrCalls(list, pages, { simple, givesRecords, instead }),
	};
}

/** 'Output' and 'One Item per' of a call list. */
function historyProperties({ hasLegs }: CallList): INodeProperties[] {
	const output: INodeProperties = {
		...outputProperty,
		default: 'raw',
		description: 'Normalized calls are the items of the trigger, with the same IDs',
	};
	return hasLegs ? [output, itemPerProperty(IS_NORMALIZED)] : [output];
}

/** The options of normalized calls. */
function historyOptions({ trigger, hasLegs }: CallList): INodeProperties[] {
	const zone: INodeProperties = {
		...timezoneProperty,
		description: "The IANA zone of the times in the provider's records. Without it: UTC. Check one call you know.",
	};
	const hasOwnZone = trigger.hasZoneOption === true && trigger.defaultTimezone !== undefined;
	const legs = hasLegs ? [answeredMeansProperty] : [];
	const options = [
		...legs,
		callerTypeProperty,
		defaultCountryProperty,
		includeRawProperty,
		...(hasOwnZone ? [zone] : []),
	];
	return options.map((option) => ({ ...option, displayOptions: { show: { '/output': ['normalized'] } } }));
}

/**
 * Get Many of a list: its records, or with 'Output' normalized the items of the trigger. Those are made by the trigger's own
 * functions, so history and trigger have the same `id` for the same call.
 *
 * A whole call is included if its first leg began in the requested span, with all its legs, wherever they began; one
 * that is not over is left out.
 */
function readRecordsOrCalls(calls: CallList, pages: Pages, settings: ListSettings): Operation {
	const { provider } = calls.trigger;
	const records = getMany(provider, pages, settings);
	return async function (request) {
		const output = choiceOf(this, 'output', 'Output', ['raw', 'normalized']);
		if (output === 'raw') return await records.call(this, request);
		const fetch = fetchOf(this, provider);
		const history = await openHistory(this, calls, fetch);
		const read = async (asked: IHttpRequestOptions, wanted: number): Promise<Array<Observed<IDataObject>>> => {
			const rows: IDataObject[] = [];
			let found = 0;
			const { accepts } = history;
			// Nobody knows how many records hold as many that pass.
			for await (const page of pages(fetch, asked, accepts === null ? wanted : Infinity)) {
				for (const row of page) rows.push(row);
				found += accepts === null ? page.length : page.filter((row) => accepts(history.form.normalize(row))).length;
				if (found >= wanted) break;
			}
			return history.observe(rows);
		};
		const wanted = wantedRecords(this);
		const found = history.isPerCall
			? await newestCalls(this, calls, history, request, read, wanted)
			: (await read(request, wanted + IN_PROGRESS)).filter((call) => isGiven(call, history));
		return found.slice(0, wanted).map((call) => item(this, itemOf(call, history.form)));
	};
}

interface History {
	readonly form: ItemForm;
	readonly isPerCall: boolean;
	/** Whether a call passes 'Caller Type'; null if all do. */
	readonly accepts: ((facts: Facts) => boolean) | null;
	/** By the clock of the records, and by the clock of the n8n host. */
	readonly now: number;
	readonly hostNow: number;
	observe(records: IDataObject[]): Array<Observed<IDataObject>>;
}

async function openHistory(
	context: IExecutePaginationFunctions,
	{ trigger, event }: CallList,
	fetch: Fetch,
): Promise<History> {
	const hostNow = Date.now();
	const settings = readCallSettings(context, trigger, { event, output: 'normalized', returns: null });
	const types = readCallerTypes(context, context.getNodeParameter('options.callerType', []));
	const { source, setup, form } = await openSource(context, trigger, settings);
	await readQueues(context, trigger, source, fetch, false);
	const now = source.clock(hostNow);
	return {
		form,
		isPerCall: setup.wholeCalls === true,
		accepts: types.length === 0 ? null : ({ from }) => types.includes(from.type ?? ''),
		now,
		hostNow,
		observe(records) {
			const observed = source.observe(records);
			const ahead = trigger.hasZoneOption === true ? endAhead(observed, hostNow, (at) => source.clock(at)) : null;
			if (ahead !== null) throw wrongZone(context, trigger.provider.name, ahead, now, settings.timezone);
			return observed;
		},
	};
}

/** The whole calls of the span that a request asks for, newest first: all, or at least as many as wanted. */
async function newestCalls(
	context: IExecutePaginationFunctions,
	list: CallList,
	history: History,
	request: IHttpRequestOptions,
	read: (request: IHttpRequestOptions, wanted: number) => Promise<Array<Observed<IDataObject>>>,
	wanted: number,
): Promise<Array<Observed<IDataObject>>> {
	const { others, ...span } = list.spanOf(request, context.getTimezone());
	if (others.length > 0) {
		throw parameterError(
			context,
			`'${others[0]}' cannot be used with one item per call`,
			"It leaves out legs of calls: one that a colleague answered would look missed. Remove it and choose among the items with a Filter node, or set 'One Item Per' to Leg.",
		);
	}
	const calls = async (from: number | null) => {
		const around = {
			from: from === null ? null : from - LONGEST_CALL_MS,
			to: span.to === null ? null : span.to + LONGEST_CALL_MS,
		};
		const legs = await read(list.between(request, around), Infinity);
		return overCalls(legs, history).filter(({ startedAt }) => isWithin(startedAt, { from, to: span.to }));
	};
	if (span.from === null && wanted !== Infinity) {
		for (const back of LOOK_BACK_MS) {
			const found = await calls((span.to ?? history.now) - back);
			if (found.length >= wanted) return found;
		}
	}
	return await calls(span.from);
}

/** The calls that are over, as the trigger builds them from these legs, newest first. */
function overCalls(records: Array<Observed<IDataObject>>, history: History): Array<Observed<IDataObject>> {
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
		.filter((call) => call.isRipe !== false && isGiven(call, history))
		.sort((a, b) => byStart(b, a));
}

/** Whether a call is over and one that the user wants. */
function isGiven(call: Observed<IDataObject>, { now, form, accepts }: History): boolean {
	return call.ended && !isAhead(call, now) && accepts?.(factsOf(call, form)) !== false;
}

function isWithin(at: number | null, { from, to }: Span): boolean {
	if (from === null && to === null) return true;
	return at !== null && at >= (from ?? -Infinity) && at <= (to ?? Infinity);
}
