import type { IDataObject } from 'n8n-workflow';

import { MINUTE, SECOND } from '../values/time';
import type { CallFacts, Identity, Named, Party } from './call';
import { callerNumber, isSameCaller, numberTail } from './callerNumber';
import { CLOCKS_APART_MS, isAhead, LONGEST_CALL_MS, timeOf, type Observed } from './observed';
import type { Attempt, Callers, Settled } from './state';

/** Which calls count as having reached a caller again. */
type ReturnedBy = 'answered' | 'answeredOutbound' | 'attemptedOutbound';

/** Who has to reach a caller: anybody of the account, or the queue that missed them. */
export type Scope = 'account' | 'queue';

/** A call with its normalised fields. */
export interface ToldCall {
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
	readonly accepts: (call: ToldCall) => boolean;
	/** How long after the wait a record may still become visible and prevent the item, in milliseconds. */
	readonly graceMs: number;
	/** A caller whose last missed call ended before this is no longer emitted; an instant. */
	readonly oldest: number;
	readonly maxItems: number;
	readonly includeRaw: boolean;
}

/** What a poll has read. */
export interface Heard {
	/** The calls that are over, each exactly once in the lifetime of the state, in any order. */
	readonly calls: readonly ToldCall[];
	/** Calls that are in progress, or of which more may become visible. */
	readonly open: readonly ToldCall[];
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
	heard: Heard,
	present: Clock,
	settings: UnreturnedSettings,
): UnreturnedDecision {
	const { instantOf } = present;
	const lagMs = lagOf(before, heard, present);
	const at = present.hostNow - lagMs;
	const nowSeconds = Math.floor(present.clock(at) / SECOND);

	const settled = new SettledCallers(before.settled);
	for (const told of heard.calls) settled.add(returnOf(told, settings));
	const fresh = heard.calls.flatMap((told) => attemptOf(told, nowSeconds, settings) ?? []);
	const waiting = [...before.waits, ...fresh].filter((attempt) => !settled.covers(attempt, settings.scope));

	const given: Unreturned[] = [];
	const waits: Attempt[] = [];
	const openNumbers = heard.open.flatMap((told) => numbersOf(told, present));
	let tooOld = 0;
	for (const attempts of waitsOf(waiting, settings.scope)) {
		const [first] = attempts;
		const isDue = at >= settings.waitEnds(instantOf(first.endedAt)) + settings.graceMs;
		const number = callerNumber(first.from);
		const isOnThePhone = number !== null && openNumbers.some((open) => isSameCaller(open, number));
		if (!heard.isComplete || !isDue || isOnThePhone || given.length >= settings.maxItems) {
			waits.push(...attempts);
			continue;
		}
		// The second of the item itself is given as a time before it.
		if (number !== null) settled.add([number, placeOf(first, settings.scope), nowSeconds + 1]);
		if (instantOf(attempts[attempts.length - 1].endedAt) < settings.oldest) tooOld++;
		else given.push({ attempts, at });
	}
	return {
		given,
		tooOld,
		callers: { waits, settled: settled.since(heard.floor), lagSeconds: Math.ceil(lagMs / SECOND) },
	};
}

/** How far the host's clock is put back, in milliseconds. */
function lagOf({ lagSeconds }: Callers, { newestEnd }: Heard, { hostNow, instantOf }: Clock): number {
	const seen = Number.isFinite(newestEnd) ? Math.max(0, hostNow - instantOf(newestEnd)) : Infinity;
	return Math.min(seen, (lagSeconds ?? Infinity) * SECOND, CLOCKS_APART_MS);
}

/** A call from outside that nobody answered; null for any other. */
function attemptOf(told: ToldCall, nowSeconds: number, settings: UnreturnedSettings): Attempt | null {
	const { call, facts } = told;
	const { direction, outcome, from, waitSeconds } = facts;
	const isMissed = outcome === 'missed' || outcome === 'abandoned' || outcome === 'timedOut';
	if (direction !== 'inbound' || !isMissed || call.isReturnOnly === true) return null;
	const number = callerNumber(from);
	// A number too short to be one: an extension.
	if (number === null && from.number !== null && !from.withheld) return null;
	if (number === null && settings.leavesWithheldOut) return null;
	const rang = waitSeconds ?? facts.durationSeconds;
	if (rang !== null && rang < settings.minimumRingSeconds) return null;
	if (!settings.accepts(told)) return null;
	const end = endOf(call);
	return {
		key: call.key,
		from,
		queue: facts.queue ?? facts.ringGroup,
		startedAt: call.startedAt,
		endedAt: end === null ? nowSeconds * SECOND : end,
		waitSeconds,
		...(settings.includeRaw && { raw: call.record }),
	};
}

/** What a call settles; null if it reached nobody, by the user's choice of what counts. */
function returnOf({ call, facts }: ToldCall, { returnedBy }: UnreturnedSettings): Settled | null {
	const { direction, outcome } = facts;
	const isAnswered = outcome === 'answered';
	const end = lastEndOf(call);
	if (end === null) return null;
	const endSeconds = Math.floor(end / SECOND);
	if (direction === 'outbound' && (isAnswered || returnedBy === 'attemptedOutbound')) {
		const number = callerNumber(facts.to);
		return number === null ? null : [number, null, endSeconds];
	}
	if (direction === 'inbound' && isAnswered && returnedBy !== 'answeredOutbound') {
		const number = callerNumber(facts.from);
		return number === null ? null : [number, nameOf(facts.queue ?? facts.ringGroup), endSeconds];
	}
	return null;
}

/** The caller's numbers of a call that may still be in progress; one that claims to last longer than calls can says nothing. */
function numbersOf({ call, facts }: ToldCall, { hostNow, clock }: Clock): string[] {
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
	const byTail = new Map<string, Attempt[][]>();
	for (const attempt of [...attempts].sort((a, b) => a.endedAt - b.endedAt || (a.key < b.key ? -1 : 1))) {
		const number = callerNumber(attempt.from);
		const known = number === null ? [] : (byTail.get(numberTail(number)) ?? []);
		const wait = known.find((others) => others.some((other) => isSameWait(other, attempt, scope)));
		if (wait !== undefined) {
			wait.push(attempt);
			continue;
		}
		const begun = [attempt];
		waits.push(begun);
		if (number !== null) byTail.set(numberTail(number), [...known, begun]);
	}
	return waits;
}

function isSameWait(a: Attempt, b: Attempt, scope: Scope): boolean {
	const [one, other] = [callerNumber(a.from), callerNumber(b.from)];
	return one !== null && other !== null && isSameCaller(one, other) && placeOf(a, scope) === placeOf(b, scope);
}

/** Where a caller has to be reached; null if anywhere will do. */
function placeOf({ queue }: Attempt, scope: Scope): string | null {
	return scope === 'account' ? null : nameOf(queue);
}

function nameOf(queue: Named | null): string {
	return queue?.id ?? queue?.name ?? '';
}

/** Until when the missed calls of each number are settled. */
class SettledCallers {
	private readonly byTail = new Map<string, Settled[]>();

	constructor(known: readonly Settled[]) {
		for (const one of known) this.add(one);
	}

	add(settled: Settled | null): void {
		if (settled === null) return;
		const [number, where, end] = settled;
		const tail = numberTail(number);
		const others = this.byTail.get(tail) ?? [];
		const same = others.find((other) => other[0] === number && other[1] === where);
		if (same === undefined) this.byTail.set(tail, [...others, [number, where, end]]);
		else same[2] = Math.max(same[2], end);
	}

	/** Whether a missed call was returned, or belongs to an item that was emitted. */
	covers(attempt: Attempt, scope: Scope): boolean {
		const number = callerNumber(attempt.from);
		if (number === null) return false;
		// If the queue is not known, neither is where the caller has to be reached: in doubt, nobody is called.
		const isAnywhere = attempt.queue === null;
		return (this.byTail.get(numberTail(number)) ?? []).some(
			([other, where, end]) =>
				isSameCaller(other, number) &&
				(scope === 'account' || where === null || isAnywhere || where === nameOf(attempt.queue)) &&
				end > Math.floor(attempt.endedAt / SECOND),
		);
	}

	/** Those that still matter for a call which has not turned up yet. */
	since(floor: number): Settled[] {
		return [...this.byTail.values()].flat().filter(([, , end]) => end * SECOND >= floor);
	}
}

/** The item of a caller who was missed and not reached since. Times are ISO 8601 in UTC. */
export interface UnreturnedCaller extends Identity {
	/** The caller, as in the last of the calls. */
	from: Party;
	/** The missed calls of the wait, oldest first. */
	attempts: Array<{
		/** The `callId` of the call's own item. */
		callId: string;
		/** The queue or ring group. */
		queue: Named | null;
		/** When it started ringing. */
		startedAt: string | null;
		/** When the caller, or the queue, gave up. */
		endedAt: string | null;
		/** How long the caller waited in this call. */
		waitSeconds: number | null;
	}>;
	/** When the first attempt began. */
	firstAt: string | null;
	/** When the last attempt began. */
	lastAt: string | null;
	/** From the end of the first attempt until the item. */
	waitedMinutes: number;
}

/** The item of a caller. */
export function unreturnedItem(
	{ attempts, at }: Unreturned,
	{ provider, event, includeRaw }: { provider: string; event: string; includeRaw: boolean },
	callIdOf: (key: string) => string,
	iso: (time: number | null) => string | null,
	instantOf: (time: number) => number,
): UnreturnedCaller {
	const [first] = attempts;
	const last = attempts[attempts.length - 1];
	return {
		from: last.from,
		attempts: attempts.map(({ key, queue, startedAt, endedAt, waitSeconds }) => ({
			callId: callIdOf(key),
			queue,
			startedAt: iso(startedAt),
			endedAt: iso(endedAt),
			waitSeconds,
		})),
		firstAt: iso(first.startedAt ?? first.endedAt),
		lastAt: iso(last.startedAt ?? last.endedAt),
		waitedMinutes: Math.max(0, Math.floor((at - instantOf(first.endedAt)) / MINUTE)),
		id: `${provider}:${event}:${first.key}`,
		provider,
		event,
		schemaVersion: 1,
		...(includeRaw && { raw: attempts.map(({ raw }) => raw ?? null) }),
	};
}
