import { SECOND } from '../time';
import { isAhead, LONGEST_CALL_MS, newestEnd, timeOf, type Observed, type Reading, type TriggerState } from './decide';

/** How a record is one of several of a call. */
export interface Link {
	/** Names the call, in every record of it: made from what the provider calls its first leg, the root. */
	readonly call: string;
	/** Names this record in the same manner; null where it has no name of its own. */
	readonly leg: string | null;
	/** Whether it is the record of the first leg, which is written when the whole call is over. */
	readonly isRoot: boolean;
	/** How many other legs the root says there are; null where it does not say. */
	readonly children: number | null;
	/** For lists that may never show a root: whether this leg settles how the call went. */
	readonly concludes: boolean;
}

/** What is not yet ripe: call -> when all that is listed of it was first listed, and how many legs that is. */
export type Pending = Record<string, [sinceSeconds: number, legs: number]>;

/** What one poll knows of calls that later slices of its reading may tell more of. */
export interface Carried<R> {
	/** Legs of calls that may go on in the next slice. */
	legs: ReadonlyArray<Observed<R>>;
	/** Calls that are done with; slices may overlap. */
	given: ReadonlySet<string>;
	/** Since when the calls of the last slice have stood as they are. */
	since: Pending;
	/** Those of earlier slices that wait. */
	pending: Pending;
	/** The state before this poll: what was not settled then is not, however far the floor rises meanwhile. */
	before: Pick<TriggerState, 'floor' | 'pending'> | null;
}

export const NOTHING_CARRIED = {
	legs: [],
	given: new Set<string>(),
	since: {},
	pending: {},
	before: null,
} satisfies Carried<never>;

/** The user's settings that decide when a call is ripe. */
export interface WholeSettings {
	/** How long after the last of its legs was listed a call waits for others, in milliseconds. */
	readonly graceMs: number;
	readonly lookbackMs: number;
}

/** The present, in milliseconds since 1970. */
interface Clocks {
	/** By the clock of the provider's records (see `Source.clock`), which may jump by an hour. */
	readonly now: number;
	/** By the clock of the n8n host. */
	readonly hostNow: number;
}

/** From which start on records have to be read to see all legs of each call that is not settled: two longest calls back. */
export function readWholeSince(state: TriggerState): number {
	return state.floor - 2 * LONGEST_CALL_MS;
}

/**
 * Turns the legs of a slice into whole calls, for `decide`. docs/architecture.md holds the argument.
 *
 * A call's key is its root's and its time is the root's end: one record that does not change, so late legs can neither move
 * nor repeat it. It is ripe when all its legs are there as far as one can know: when the root counts them, when they have
 * stood unchanged for the grace, or when the root is older than records may be late. A call without a root counts by the
 * last moment it may have ended.
 */
export function wholeCalls<R>(
	carried: Carried<R>,
	slice: Reading<R>,
	state: TriggerState,
	clocks: Clocks,
	settings: WholeSettings,
): { reading: Reading<R>; carried: Carried<R> } {
	const records = [...carried.legs, ...slice.records];
	const newest = Math.max(newestEnd(records, clocks.now), slice.newestEnd ?? -Infinity);
	const given = new Set(carried.given);
	const since: Pending = {};
	const before = carried.before ?? { floor: state.floor, pending: state.pending };
	const calls: Array<Observed<R>> = [];
	const open: Array<Observed<R>> = [];

	for (const [key, legs] of callsOf(records)) {
		if (given.has(key)) continue;
		const call = wholeOf(key, legs, state, before, newest, clocks, settings);
		if (call === null) continue;
		const time = timeOf(call.observed);
		const mayGoOn = slice.through !== Infinity && (time === null || time >= slice.through);
		if (slice.through === -Infinity ? call.root === null : mayGoOn) {
			// A read that proves nothing shows some legs of a call in progress; a sweep shows all.
			if (slice.through === -Infinity) continue;
			open.push(...legs);
			const isOpen = call.root === null || time === null || time >= before.floor;
			if (call.since !== null && isOpen && !(key in state.seen)) since[key] = call.since;
			continue;
		}
		calls.push(call.observed);
		given.add(key);
		if (call.since !== null) since[key] = call.since;
	}
	const seenEnd = Number.isFinite(newest) ? { newestEnd: newest } : {};
	return {
		reading: { ...slice, ...seenEnd, records: calls },
		carried: { ...carried, legs: open, given, since, before },
	};
}

/**
 * What stays to be remembered of the calls that wait. Only these: a call that was emitted, or did not pass, must not come back
 * when its root is gone.
 *
 * @param before what was remembered before this poll
 * @param waiting what `decide` left of the slice
 */
export function pendingAfter<R>(
	before: Pending = {},
	carried: Carried<R>,
	{ through }: Reading<R>,
	waiting: ReadonlyArray<Observed<R>>,
): { pending: Pending; carried: Carried<R> } {
	const pending = { ...carried.pending };
	for (const { key } of waiting) if (key in carried.since) pending[key] = carried.since[key];
	// If the poll ends before the next slice, these are known to be unsettled.
	const open = Object.entries(carried.since).filter(([key]) => !carried.given.has(key));
	// What a complete read does not list any more is forgotten; what a part of one does not show may be in the rest.
	const unread = through === Infinity ? [] : Object.entries(before).filter(([key]) => !carried.given.has(key));
	return { pending: { ...Object.fromEntries([...unread, ...open]), ...pending }, carried: { ...carried, pending } };
}

/** The records of each call, by the name of the call. A record without links is a call of its own. */
export function callsOf<R>(records: ReadonlyArray<Observed<R>>): Map<string, Array<Observed<R>>> {
	const links = new Map<string, Link>();
	for (const { link } of records) if (link?.leg) links.set(link.leg, link);
	const calls = new Map<string, Map<string, Observed<R>>>();
	for (const record of records) {
		const call = record.link ? firstOf(record.link.call, links) : record.key;
		const legs = calls.get(call) ?? new Map<string, Observed<R>>();
		calls.set(call, legs.set(record.key, record));
	}
	return new Map([...calls].map(([call, legs]) => [call, [...legs.values()]]));
}

/** The record that stands for a call: the root that began first. */
export function rootOf<R>(legs: ReadonlyArray<Observed<R>>): Observed<R> | undefined {
	const roots = legs.filter(({ link, ended }) => ended && (link === undefined || link === null || link.isRoot));
	const start = (leg: Observed<R>) => leg.startedAt ?? timeOf(leg) ?? Infinity;
	return roots.sort((a, b) => (start(a) === start(b) ? (a.key < b.key ? -1 : 1) : start(a) - start(b)))[0];
}

/** Follows legs that name another leg as the first one; of legs that name one another in a circle, the first by name. */
function firstOf(call: string, links: ReadonlyMap<string, Link>): string {
	const way = [call];
	for (;;) {
		const link = links.get(way[way.length - 1]);
		if (link === undefined || link.isRoot) return way[way.length - 1];
		const at = way.indexOf(link.call);
		if (at !== -1) return way.slice(at).sort()[0];
		way.push(link.call);
	}
}

interface Whole<R> {
	readonly observed: Observed<R>;
	readonly root: Observed<R> | null;
	readonly since: Pending[string] | null;
}

/** A call of these legs; null where there is none yet, or none any more. */
function wholeOf<R>(
	key: string,
	all: Array<Observed<R>>,
	state: TriggerState,
	before: Pick<TriggerState, 'floor' | 'pending'>,
	newest: number,
	{ now, hostNow }: Clocks,
	{ graceMs, lookbackMs }: WholeSettings,
): Whole<R> | null {
	const legs = all.filter((leg) => leg.ended && !isAhead(leg, now));
	if (legs.length === 0) return null;
	const root = rootOf(legs) ?? null;
	const isAlone = legs.every(({ link }) => !link);
	if (isAlone && root !== null) return { observed: { ...root, legs }, root, since: null };

	const known = before.pending?.[key];
	const times = legs.map(timeOf).filter((time) => time !== null);
	// Legs of a root that was deleted, or left the window, or lie before the start of the trigger.
	const isSettled = times.length > 0 && Math.max(...times) < Math.max(before.floor, state.from + SECOND);
	if (root === null && known === undefined && isSettled) return null;

	const starts = legs.map((leg) => leg.startedAt ?? timeOf(leg)).filter((start) => start !== null);
	const firstStart = starts.length === 0 ? null : Math.min(...starts);
	// A clock that was put back begins the wait anew; it cannot shorten it.
	const isUnchanged = known !== undefined && known[1] === legs.length && known[0] * SECOND <= hostNow;
	const sinceSeconds = isUnchanged ? known[0] : Math.floor(hostNow / SECOND);
	const waitedMs = hostNow - sinceSeconds * SECOND;
	const isLive = legs.length < all.length;
	const patienceMs = Math.max(lookbackMs, graceMs);

	let isRipe: boolean;
	let span: Pick<Observed<R>, 'startedAt' | 'endedAt'>;
	if (root !== null) {
		// Of two roots the one that ended first counts: the other cannot move the call past the floor again.
		const roots = legs.filter(({ link }) => link?.isRoot === true).map(timeOf);
		const end = roots.includes(null) ? timeOf(root) : Math.min(...(roots as number[]));
		const isWhole = root.link?.children !== 0 && legs.length - 1 === root.link?.children;
		const isOld = end !== null && end <= newest - patienceMs;
		isRipe = isOld || isWhole || waitedMs >= (isLive ? patienceMs : graceMs);
		span = { startedAt: root.startedAt, endedAt: end };
	} else {
		const isOver = firstStart !== null && newest >= firstStart + LONGEST_CALL_MS;
		const isConcluded = legs.some(({ link }) => link?.concludes === true) && !isLive && waitedMs >= graceMs;
		isRipe = isOver || isConcluded || waitedMs >= (firstStart === null ? graceMs : Math.max(graceMs, LONGEST_CALL_MS));
		// Beyond the longest call, so that `newestEnd` does not take it for the provider's clock.
		span = { startedAt: firstStart, endedAt: firstStart === null ? null : firstStart + LONGEST_CALL_MS + 1 };
	}
	const lastEnd = times.length === 0 ? {} : { lastEnd: Math.max(...times) };
	const observed: Observed<R> = {
		key,
		record: (root ?? legs[0]).record,
		ended: true,
		...span,
		isRipe,
		legs,
		...lastEnd,
	};
	const time = timeOf(observed);
	// What waits cannot fall below the floor: a leg that is later than it may be is no reason to lose the call.
	const held =
		known !== undefined && time !== null && time < state.floor
			? { startedAt: Math.max(span.startedAt ?? time, state.floor - LONGEST_CALL_MS), endedAt: state.floor }
			: {};
	return { observed: { ...observed, ...held }, root, since: [sinceSeconds, legs.length] };
}
