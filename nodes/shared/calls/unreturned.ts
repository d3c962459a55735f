import type { IDataObject } from 'n8n-workflow';

import { ByNumber } from '../phone/sameNumber';
import { SECOND } from '../values/time';
import { callerNumber, numberOf, type CallFacts, type Named } from './call';
import type { WholeCallFacts } from './facts';
import { CLOCKS_APART_MS, isAhead, LONGEST_CALL_MS, timeOf, type Observed } from './observed';
import { nameOf, placesOf, SettledCallers, type Scope } from './settledCallers';
import type { Attempt, Callers, Settled } from './state';

/** Which calls count as having reached a caller again. */
type ReturnedBy = 'answered' | 'answeredOutbound' | 'attemptedOutbound';

/** A call with its normalised fields. */
export interface ListedCall {
	readonly call: Observed<IDataObject>;
	readonly facts: CallFacts;
}

/** The user's settings that decide which callers are emitted. */
export interface UnreturnedSettings {
	/** The instant at which the wait of a caller whose call ended at `from` is over. */
	readonly waitEnds: (from: number) => number;
	readonly returnedBy: ReturnedBy;
	readonly scope: Scope;
	readonly minimumRingSeconds: number;
	/** Whether callers who withhold their number are left out; they match nobody, so each of their calls is an item. */
	readonly leavesWithheldOut: boolean;
	/** The user's filters. They apply to missed calls only: it does not matter who reached the caller. */
	readonly accepts: (call: ListedCall) => boolean;
	/** How long after the wait a record may still become visible and prevent the item, in milliseconds. */
	readonly graceMs: number;
	/** A caller whose last missed call ended before this is no longer emitted; an instant. */
	readonly oldest: number;
	readonly maxItems: number;
	readonly includeRaw: boolean;
}

/** What a poll has read. */
export interface ReadForCallers {
	/** The calls that are over, each exactly once in the lifetime of the state, in any order. */
	readonly calls: readonly ListedCall[];
	/** Those of waiting callers that are listed again, and may tell something else by now. */
	readonly again?: readonly ListedCall[];
	/** Calls that are in progress, or of which more may become visible. */
	readonly open: readonly ListedCall[];
	/** Whether everything visible was read: what was not read may prove a return. */
	readonly isComplete: boolean;
	/** The latest end in what was read, by the records' clock. */
	readonly newestEnd: number;
	/** No call that ended before this will turn up any more, by the records' clock. */
	readonly floor: number;
}

/** The current time, and the records' clock. */
interface Clock {
	/** By the clock of the n8n host. */
	readonly hostNow: number;
	/** What the records' clock shows at an instant. */
	readonly clock: (at: number) => number;
	/** The instant at which it shows a given time. */
	readonly instantOf: (time: number) => number;
}

/** A caller whose wait is over. */
export interface Unreturned {
	/** In the order of their ends. */
	readonly attempts: readonly Attempt[];
	/** When it was found, by the provider's clock: an instant. */
	readonly at: number;
}

export interface UnreturnedDecision {
	/** In the order in which their waits began. */
	readonly given: Unreturned[];
	readonly callers: Callers;
	/** How many were left out because they called too long ago. */
	readonly tooOld: number;
}

/**
 * Who was missed, has not been reached since, and has waited long enough. Pure. `decide` gives each call once; from these
 * follow the waits of callers, and each ends in one item or in none:
 * - a missed call begins a wait, or belongs to the one its caller is in; the wait counts from the end of its first call;
 * - a call that reaches the caller ends it, if it ended later than the missed call, whichever of the two became visible first;
 * - else it ends in an item with all missed calls known by then. Earlier calls that become visible later belong to it: they are
 *   not emitted again.
 *
 * *By the provider's clock.* What that clock shows is not known, but the newest record proves that it had reached its end when
 * that was first read. So the host's clock is put back by the least that it was ever ahead of a newest record: a host that
 * is fast cannot shorten a wait. (By no more than clocks are apart: in a quiet time nothing new is written, and waits end.)
 */
export function unreturnedCallers(
	before: Callers,
	read: ReadForCallers,
	present: Clock,
	settings: UnreturnedSettings,
): UnreturnedDecision {
	const { instantOf } = present;
	const lagMs = lagOf(before, read, present);
	const at = present.hostNow - lagMs;
	const nowSeconds = Math.floor(present.clock(at) / SECOND);

	const settled = new SettledCallers(before.settled);
	const again = new Map((read.again ?? []).map((listed) => [listed.call.key, listed]));
	for (const listed of [...read.calls, ...again.values()])
		for (const one of returnsOf(listed, settings)) settled.add(one);
	const known = before.waits.flatMap((attempt) => listedAgain(attempt, again.get(attempt.key)) ?? []);
	const fresh = read.calls.flatMap((listed) => attemptOf(listed, nowSeconds, settings) ?? []);
	const waiting = [...known, ...fresh].filter((attempt) => !settled.covers(attempt, settings.scope));

	const given: Unreturned[] = [];
	const waits: Attempt[] = [];
	const openNumbers = new ByNumber<true>();
	for (const number of read.open.flatMap((listed) => numbersOf(listed, present))) openNumbers.add(number, true);
	let tooOld = 0;
	for (const attempts of waitsOf(waiting, settings.scope)) {
		const [first] = attempts;
		const isDue = at >= settings.waitEnds(first.instant ?? instantOf(first.endedAt)) + settings.graceMs;
		const number = callerNumber(first.from);
		const isOnThePhone = number !== null && openNumbers.of(number).length > 0;
		if (!read.isComplete || !isDue || isOnThePhone || given.length >= settings.maxItems) {
			waits.push(...attempts);
			continue;
		}
		for (const place of placesOf(first, settings.scope)) {
			if (number === null) continue;
			// No later than what was read: a wrong zone, or a host that is fast, would settle calls that are still to come.
			const readSeconds = Math.floor(Math.max(read.newestEnd, ...attempts.map(({ endedAt }) => endedAt)) / SECOND);
			// The second of the item itself is given as a time before it.
			const until = Math.min(nowSeconds, readSeconds) + 1;
			settled.add([number, place, until, null, Math.floor(at / SECOND) + 1]);
		}
		if (instantOf(attempts[attempts.length - 1].endedAt) < settings.oldest) tooOld++;
		else given.push({ attempts, at });
	}
	return {
		given,
		tooOld,
		callers: { waits, settled: settled.since(read.floor), lagSeconds: Math.ceil(lagMs / SECOND) },
	};
}

/** How far the host's clock is put back, in milliseconds. */
function lagOf({ lagSeconds }: Callers, { newestEnd }: ReadForCallers, { hostNow, instantOf }: Clock): number {
	const seen = Number.isFinite(newestEnd) ? Math.max(0, hostNow - instantOf(newestEnd)) : Infinity;
	return Math.min(seen, (lagSeconds ?? Infinity) * SECOND, CLOCKS_APART_MS);
}

/** A call from outside that reached nobody; null for any other. */
function attemptOf(listed: ListedCall, nowSeconds: number, settings: UnreturnedSettings): Attempt | null {
	const { call, facts } = listed;
	const { direction, outcome, from, waitSeconds } = facts;
	// Whatever kept the caller from somebody: busy lines too.
	const isMissed = outcome !== null && outcome !== 'answered';
	if (direction !== 'inbound' || !isMissed || call.isReturnOnly === true) return null;
	const number = callerNumber(from);
	if (numberOf(from)?.kind === 'extension') return null;
	if (number === null && settings.leavesWithheldOut) return null;
	const rang = waitSeconds ?? facts.durationSeconds;
	if (rang !== null && rang < settings.minimumRingSeconds) return null;
	if (!settings.accepts(listed)) return null;
	const end = endOf(call);
	const queues = queuesOf(facts);
	return {
		key: call.key,
		from,
		queue: queues[0] ?? null,
		...(queues.length > 1 && { otherQueues: queues.slice(1).map(nameOf) }),
		...(call.endInstant !== undefined && { instant: call.endInstant }),
		startedAt: call.startedAt,
		endedAt: end === null ? nowSeconds * SECOND : end,
		waitSeconds,
		...(settings.includeRaw && { raw: call.record }),
	};
}

/** A waiting call as it is listed now: its queue may have another name. Null if it was answered after all. */
function listedAgain(attempt: Attempt, listed: ListedCall | undefined): Attempt | null {
	if (listed === undefined) return attempt;
	if (listed.facts.outcome === 'answered') return null;
	const [queue, ...others] = queuesOf(listed.facts);
	if (queue === undefined) return attempt;
	return { ...attempt, queue, ...(others.length > 0 && { otherQueues: others.map(nameOf) }) };
}

/** The queues and ring groups of a call, and of all its legs, each once. */
function queuesOf(facts: CallFacts): Named[] {
	const legs = 'legs' in facts ? (facts as WholeCallFacts).legs : [];
	const all = [facts, ...legs].flatMap(({ queue, ringGroup }) => [queue, ringGroup]);
	const named = all.filter((queue) => queue !== null && nameOf(queue) !== '') as Named[];
	return [...new Map(named.map((queue) => [nameOf(queue), queue])).values()];
}

/** What a call settles, in each of its queues; nothing if it reached nobody, by the user's choice of what counts. */
function returnsOf({ call, facts }: ListedCall, { returnedBy }: UnreturnedSettings): Settled[] {
	const { direction, outcome } = facts;
	const isAnswered = outcome === 'answered';
	const end = lastEndOf(call);
	if (end === null) return [];
	const endSeconds = Math.floor(end / SECOND);
	const instantSeconds = call.endInstant === undefined ? undefined : Math.floor(call.endInstant / SECOND);
	if (direction === 'outbound' && (isAnswered || returnedBy === 'attemptedOutbound')) {
		const number = callerNumber(facts.to);
		return number === null ? [] : [[number, null, endSeconds, null, instantSeconds]];
	}
	if (direction === 'inbound' && isAnswered && returnedBy !== 'answeredOutbound') {
		const number = callerNumber(facts.from);
		const begin = call.startedAt === null ? null : Math.floor(call.startedAt / SECOND);
		const queues = queuesOf(facts).map(nameOf);
		const places = queues.length === 0 ? [''] : queues;
		return number === null ? [] : places.map((place) => [number, place, endSeconds, begin, instantSeconds]);
	}
	return [];
}

/** The caller's numbers of a call that may still be in progress; one that claims to last longer than calls can says nothing. */
function numbersOf({ call, facts }: ListedCall, { hostNow, clock }: Clock): string[] {
	const now = clock(hostNow);
	if (call.startedAt === null || call.startedAt < now - 2 * LONGEST_CALL_MS || isAhead(call, now)) return [];
	const sides =
		facts.direction === 'inbound' ? [facts.from] : facts.direction === 'outbound' ? [facts.to] : [facts.from, facts.to];
	return sides.map(callerNumber).filter((number) => number !== null);
}

/** The time of a call's record. That of a whole call without a first leg is made up: its last leg counts instead. */
function endOf(call: Observed<IDataObject>): number | null {
	const { startedAt, endedAt, lastEnd } = call;
	const isMadeUp = startedAt !== null && endedAt !== null && endedAt > startedAt + LONGEST_CALL_MS;
	return isMadeUp && lastEnd !== undefined ? lastEnd : timeOf(call);
}

/** When the last one stopped talking: a leg may outlast the first one. */
function lastEndOf(call: Observed<IDataObject>): number | null {
	const end = endOf(call);
	return end === null ? (call.lastEnd ?? null) : Math.max(end, call.lastEnd ?? -Infinity);
}

/** The missed calls of each wait, in the order of their ends; waits in the order of their first. */
function waitsOf(attempts: readonly Attempt[], scope: Scope): Attempt[][] {
	const waits: Attempt[][] = [];
	const known = new Map<string | null, ByNumber<number>>();
	for (const attempt of [...attempts].sort((a, b) => a.endedAt - b.endedAt || (a.key < b.key ? -1 : 1))) {
		const number = callerNumber(attempt.from);
		if (number === null) {
			waits.push([attempt]);
			continue;
		}
		const places = placesOf(attempt, scope);
		const begun = places.flatMap((place) => known.get(place)?.of(number) ?? []).map(([first]) => first);
		const wait = begun.length === 0 ? waits.push([]) - 1 : begun.reduce((first, index) => Math.min(first, index));
		waits[wait].push(attempt);
		for (const place of places) {
			const there = known.get(place) ?? new ByNumber<number>();
			there.add(number, wait);
			known.set(place, there);
		}
	}
	return waits;
}
