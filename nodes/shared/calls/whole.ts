import { SECOND } from '../values/time';
import {
	isAhead,
	LONGEST_CALL_MS,
	newestEnd,
	startOf,
	timeOf,
	type Link,
	type Observed,
	type Reading,
} from './observed';
import type { Pending, TriggerState } from './state';

/** What one poll knows of calls of which later slices may show more. */
export interface Carried<R> {
	/** Legs of calls that may continue in the next slice. */
	legs: ReadonlyArray<Observed<R>>;
	/** Calls that are done; slices may overlap. */
	given: ReadonlySet<string>;
	/** Since when the calls of the last slice have been unchanged. */
	since: Pending;
	/** The waiting calls of earlier slices. */
	pending: Pending;
	/** The state before this poll: what was not settled then still is not, however far the floor has risen since. */
	before: Pick<TriggerState, 'floor' | 'pending'> | null;
}

export const NOTHING_CARRIED = {
	legs: [],
	given: new Set<string>(),
	since: {},
	pending: {},
	before: null,
} satisfies Carried<never>;

/** The user's settings that decide when a call is complete. */
export interface WholeSettings {
	/** How long a call waits for further legs after the last one was listed, in milliseconds. */
	readonly graceMs: number;
	readonly lookbackMs: number;
}

/** The current time, in milliseconds since 1970. */
interface Clocks {
	/** By the clock of the provider's records (see `Source.clock`), which may jump by an hour. */
	readonly now: number;
	/** By the clock of the n8n host. */
	readonly hostNow: number;
}

/** The start time from which records have to be read to see all legs of each unsettled call: twice the longest call back. */
export function readWholeSince(state: TriggerState): number {
	return state.floor - 2 * LONGEST_CALL_MS;
}

/**
 * Turns the legs of a slice into whole calls, for `decide`. docs/architecture.md explains why.
 *
 * A call's key is its root's and its time is the root's end: one record that does not change, so late legs can neither move
 * nor repeat it. It is complete when all its legs are there as far as one can know: when the root's count is reached, when they
 * have not changed for the grace period, or when the root is older than records may be late. A call without a root is placed at
 * the last moment it may have ended.
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
			// A read that proves nothing shows only some legs of a call in progress; a sweep shows all.
			if (slice.through === -Infinity) continue;
			open.push(...legs);
			const isOpen = call.root === null || time === null || time >= before.floor;
			if (call.since !== null && isOpen && !Object.hasOwn(state.seen, key)) since[key] = call.since;
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
 * What has to be remembered about the calls that wait. Only these: a call that was emitted, or did not pass, must not come back
 * when its root is gone.
 *
 * @param before what was remembered before this poll
 * @param waiting the calls of the slice that `decide` left
 */
export function pendingAfter<R>(
	before: Pending = {},
	carried: Carried<R>,
	{ through }: Reading<R>,
	waiting: ReadonlyArray<Observed<R>>,
): { pending: Pending; carried: Carried<R> } {
	const pending = { ...carried.pending };
	for (const { key } of waiting) if (Object.hasOwn(carried.since, key)) pending[key] = carried.since[key];
	// If the poll ends before the next slice, these are known to be unsettled.
	const open = Object.entries(carried.since).filter(([key]) => !carried.given.has(key));
	// What a complete read no longer lists is forgotten; what part of one does not show may be in the rest.
	const unread = through === Infinity ? [] : Object.entries(before).filter(([key]) => !carried.given.has(key));
	return { pending: { ...Object.fromEntries([...unread, ...open]), ...pending }, carried: { ...carried, pending } };
}

/** When each call began that may continue in the next slice and was not given before, oldest first. */
export function startsOfOpen<R>({ legs }: Carried<R>, { seen }: TriggerState): number[] {
	const open = [...callsOf(legs)].filter(([key]) => !Object.hasOwn(seen, key));
	const starts = open.map(([, own]) => own.reduce((first, leg) => Math.min(first, startOf(leg)), Infinity));
	return starts.sort((a, b) => a - b);
}

/** The records of each call, by the name of the call. A record without links is a call of its own. */
export function callsOf<R>(records: ReadonlyArray<Observed<R>>): Map<string, Array<Observed<R>>> {
	const links = new Map<string, Link>();
	for (const { link } of records) if (link?.leg) links.set(link.leg, link);
	const known = new Map<string, string>();
	const calls = new Map<string, Map<string, Observed<R>>>();
	for (const record of records) {
		const call = record.link ? firstOf(record.link.call, links, known) : record.key;
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

/**
 * Follows legs that name another leg as the first one; if legs name each other in a circle, the first by name counts.
 *
 * @param known the first leg of each leg that was followed already, so that a long chain is walked once
 */
function firstOf(call: string, links: ReadonlyMap<string, Link>, known: Map<string, string>): string {
	const way = new Set<string>();
	let at = call;
	while (!known.has(at)) {
		way.add(at);
		const link = links.get(at);
		if (link === undefined || link.isRoot) known.set(at, at);
		else if (way.has(link.call)) {
			const passed = [...way];
			known.set(at, passed.slice(passed.indexOf(link.call)).sort()[0]);
		} else at = link.call;
	}
	const first = known.get(at) as string;
	for (const passed of way) known.set(passed, first);
	return first;
}

interface Whole<R> {
	readonly observed: Observed<R>;
	readonly root: Observed<R> | null;
	readonly since: Pending[string] | null;
}

/** A call made of these legs; null if there is none yet, or no longer. */
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
	// If the clock was set back, the wait starts again; that cannot shorten it.
	const isUnchanged = known !== undefined && known[1] === legs.length && known[0] * SECOND <= hostNow;
	const sinceSeconds = isUnchanged ? known[0] : Math.floor(hostNow / SECOND);
	const waitedMs = hostNow - sinceSeconds * SECOND;
	const isLive = legs.length < all.length;
	const patienceMs = Math.max(lookbackMs, graceMs);

	let isComplete: boolean;
	let bounds: Pick<Observed<R>, 'startedAt' | 'endedAt'>;
	if (root !== null) {
		// Of two roots the one that ended first counts: the other cannot move the call past the floor again.
		const roots = legs.filter(({ link }) => link?.isRoot === true).map(timeOf);
		const end = roots.includes(null) ? timeOf(root) : Math.min(...(roots as number[]));
		const isWhole = root.link?.children !== 0 && legs.length - 1 === root.link?.children;
		const isOld = end !== null && end <= newest - patienceMs;
		isComplete = isOld || isWhole || waitedMs >= (isLive ? patienceMs : graceMs);
		bounds = { startedAt: root.startedAt, endedAt: end };
	} else {
		const isOver = firstStart !== null && newest >= firstStart + LONGEST_CALL_MS;
		const isConcluded = legs.some(({ link }) => link?.concludes === true) && !isLive && waitedMs >= graceMs;
		isComplete =
			isOver || isConcluded || waitedMs >= (firstStart === null ? graceMs : Math.max(graceMs, LONGEST_CALL_MS));
		// Beyond the longest call, so that `newestEnd` does not take it for the provider's clock.
		bounds = { startedAt: firstStart, endedAt: firstStart === null ? null : firstStart + LONGEST_CALL_MS + 1 };
	}
	const lastEnd = times.length === 0 ? {} : { lastEnd: Math.max(...times) };
	const instants = legs.map(({ endInstant }) => endInstant).filter((instant) => instant !== undefined);
	const endInstant = instants.length === 0 ? {} : { endInstant: Math.max(...instants) };
	const observed: Observed<R> = {
		key,
		record: (root ?? legs[0]).record,
		ended: true,
		...bounds,
		isComplete,
		legs,
		...lastEnd,
		...endInstant,
	};
	const time = timeOf(observed);
	// What waits cannot fall below the floor: a leg that arrives later than it should is no reason to lose the call.
	const held =
		known !== undefined && time !== null && time < state.floor
			? { startedAt: Math.max(bounds.startedAt ?? time, state.floor - LONGEST_CALL_MS), endedAt: state.floor }
			: {};
	return { observed: { ...observed, ...held }, root, since: [sinceSeconds, legs.length] };
}
