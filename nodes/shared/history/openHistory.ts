import { isEqual } from 'lodash';
import type { IDataObject, IExecutePaginationFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { endAhead, isByZone, wrongZone } from '../calls/clock';
import { filterName, impossible, NO_FILTERS, readFilters } from '../calls/filters';
import { factsOf, OUTPUTS } from '../calls/item';
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
import { passes, type Facts } from '../calls/passes';
import { readQueues, unknownQueues } from '../calls/queues';
import { readCallSettings } from '../calls/settings';
import type { TriggerProvider } from '../calls/source';
import { freshState, type Pending } from '../calls/state';
import { callsOf, NOTHING_CARRIED, wholeCalls } from '../calls/whole';
import { isWithin, readPeriod, type Period, type PeriodName } from '../parameters/period';
import { choiceOf } from '../parameters/read';
import type { Fetch, Pages } from '../request/provider';
import { HOUR, MINUTE, SECOND } from '../values/time';

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
	/** What 'Calls' can choose whole calls by. */
	readonly callFilters: readonly INodeProperties[];
	/** An assembled request without the filters that may leave out legs of a call; undefined if it has none of them. */
	withAllLegs(request: IHttpRequestOptions): IHttpRequestOptions | undefined;
	/**
	 * The request for at least the records that started within a period, by the clock of the records.
	 *
	 * @param isWhole whether all of them are wanted, in an order in which pages do not move
	 */
	between(request: IHttpRequestOptions, period: Period, isWhole: boolean): IHttpRequestOptions;
}

/** How long to wait for late legs after the end of a call, as the trigger does. */
const GRACE_MS = MINUTE;

export interface OpenHistory extends OpenSource {
	readonly isPerCall: boolean;
	/** Whether a call passes 'Calls'; null if all do. */
	readonly accepts: ((facts: Facts) => boolean) | null;
	/** The queues that calls are chosen by. */
	readonly queues: readonly string[];
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

/**
 * Opens the history of a list with the user's settings.
 *
 * @param initial the default of 'Period'
 */
export async function openHistory(
	context: IExecutePaginationFunctions,
	{ trigger, event, coarse }: CallList,
	hostNow: number,
	initial: PeriodName,
): Promise<OpenHistory> {
	const output = choiceOf(context, 'output', 'Output', OUTPUTS);
	const settings = readCallSettings(context, trigger, { event, output, returns: null });
	const filters = readFilters(context, trigger, context.getNodeParameter('calls', {}) as IDataObject);
	const instants = readPeriod(context, initial, hostNow, settings.reportZone);
	const opened = await openSource(context, trigger, settings);
	const { source, setup } = opened;
	const never = impossible(context, filters, trigger.valuesOfEvent(event, setup.credentials));
	if (never !== undefined) throw never;
	const clock = (at: number | null) => (at === null ? null : source.clock(at));
	const now = source.clock(hostNow);
	const period = { from: clock(instants.from), to: clock(instants.to) };
	return {
		...opened,
		isPerCall: setup.wholeCalls === true,
		accepts: isEqual(filters, NO_FILTERS) ? null : (facts) => passes(filters, facts),
		queues: filters.queues,
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
export function isGiven(call: Observed<IDataObject>, { now, form, accepts }: OpenHistory): boolean {
	return call.ended && !isAhead(call, now) && accepts?.(factsOf(call, form)) !== false;
}

/**
 * Reads the account's queues where records are matched to them by their list.
 *
 * @param isNeeded whether calls are chosen or grouped by them
 * @throws NodeOperationError for a queue in 'Calls' that the account does not have
 */
export async function readQueuesOf(
	context: IExecutePaginationFunctions,
	trigger: TriggerProvider,
	{ source, queues }: OpenHistory,
	fetch: Fetch,
	isNeeded = false,
): Promise<void> {
	await readQueues(context, trigger, source, fetch, isNeeded || queues.length > 0);
	const unknown = unknownQueues(context, filterName(trigger, 'queues'), source, queues);
	if (unknown !== undefined) throw unknown;
}

/** The records that pass the filters of a request: their keys, and the time in which they began. */
interface Matching {
	readonly keys: ReadonlySet<string>;
	readonly span: Period;
}

/**
 * The records of a period that pass the filters of a request. The provider judges each leg by itself, so the calls of these
 * are read again, whole: without the leg that a colleague answered, a call would look missed.
 *
 * @returns null where the request has no filter that may leave out a leg
 */
export async function matching(
	list: CallList,
	history: OpenHistory,
	pages: Pages,
	fetch: Fetch,
	request: IHttpRequestOptions,
	{ from, to }: Period,
): Promise<Matching | null> {
	if (!history.isPerCall || list.withAllLegs(request) === undefined) return null;
	const keys = new Set<string>();
	let [first, last] = [Infinity, -Infinity];
	// A leg may begin as long after its call as a call can last.
	const around = { from, to: to === null ? null : to + LONGEST_CALL_MS };
	for await (const page of pages(fetch, list.between(request, around, true), Infinity)) {
		for (const { key, startedAt } of history.observe(page)) {
			keys.add(key);
			first = Math.min(first, startedAt ?? from ?? -Infinity);
			last = Math.max(last, startedAt ?? to ?? Infinity);
		}
	}
	const within = (at: number) => (Number.isFinite(at) ? at : null);
	return { keys, span: { from: within(first), to: within(last) } };
}

/** Those of some calls that began in a period, and of which one record is among those that pass. */
export function wantedCalls(
	calls: ReadonlyArray<Observed<IDataObject>>,
	period: Period,
	found: Matching | null,
): Array<Observed<IDataObject>> {
	return calls.filter(({ key, legs = [], startedAt }) => {
		if (!isWithin(startedAt, period)) return false;
		return found === null || found.keys.has(key) || legs.some((leg) => found.keys.has(leg.key));
	});
}

/**
 * The calls of a period that are over, page by page. Of linked legs a call is complete when the list has moved on by the longest
 * a call can last; a list without a known order is read to its end first.
 */
export async function* finishedCalls(
	list: CallList,
	history: OpenHistory,
	pages: Pages,
	fetch: Fetch,
	request: IHttpRequestOptions,
	{ from, to }: Period,
): AsyncGenerator<Array<Observed<IDataObject>>> {
	const { source, now } = history;
	const clock = (at: number | null, move: number) => (at === null ? null : source.clock(at) + move);
	// An hour on both sides, as clocks that are set back show some times twice.
	const around = { from: clock(from, -LONGEST_CALL_MS - HOUR), to: clock(to, LONGEST_CALL_MS + HOUR) };
	let legs: Array<Observed<IDataObject>> = [];
	for await (const page of pages(fetch, list.between(request, around, true), Infinity)) {
		const observed = history.observe(page);
		if (!history.isPerCall) {
			yield observed.filter((call) => call.ended && !isAhead(call, now));
			continue;
		}
		legs = legs.concat(observed);
		if (list.isOldestFirst !== true) continue;
		const position = Math.min(...observed.map(({ startedAt }) => startedAt ?? Infinity));
		const [done, open] = settled(legs, position - LONGEST_CALL_MS);
		legs = open;
		if (done.length > 0) yield overCalls(done, history);
	}
	if (legs.length > 0) yield overCalls(legs, history);
}

/** The legs of calls of which all began before an instant, and the others. */
function settled(legs: ReadonlyArray<Observed<IDataObject>>, before: number): Array<Array<Observed<IDataObject>>> {
	const done: Array<Observed<IDataObject>> = [];
	const open: Array<Observed<IDataObject>> = [];
	for (const call of callsOf(legs).values()) {
		const isDone = call.every(({ startedAt }) => startedAt !== null && startedAt < before);
		(isDone ? done : open).push(...call);
	}
	return [done, open];
}
