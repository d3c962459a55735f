import type { IDataObject } from 'n8n-workflow';

import { isoUtc, SECOND, secondsBetween, within } from '../values/time';
import { callerNumber, type CallFacts, type Direction, type Named, type Outcome } from './call';

/** What counts as an answer: a person, or also a queue, menu or mailbox that picks up. The default first. */
export const ANSWERED_MEANS = ['person', 'anything'] as const;

export type AnsweredMeans = (typeof ANSWERED_MEANS)[number];

/** When a call began, was answered and ended, and the lengths that follow from it. */
export type Course = Pick<
	CallFacts,
	'startedAt' | 'answeredAt' | 'endedAt' | 'durationSeconds' | 'waitSeconds' | 'ringSeconds' | 'talkSeconds'
>;

/** What a record tells of its course. Instants are milliseconds since 1970; null where the record does not tell. */
export interface RecordedCourse {
	readonly outcome: Outcome | null;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	readonly durationSeconds?: number | null;
	readonly answeredAt?: number | null;
	readonly talkSeconds?: number | null;
	/** Whether the record is about one phone: then it rang for as long as the caller waited. */
	readonly isPhone: boolean;
}

/** The course of one record: the talk is its last part, the wait all before it. */
export function courseOf({ outcome, startedAt, endedAt, isPhone, ...recorded }: RecordedCourse): Course {
	const isAnswered = outcome === 'answered' || (outcome === null && (recorded.answeredAt ?? null) !== null);
	const durationSeconds = recorded.durationSeconds ?? secondsBetween(startedAt, endedAt);
	const { talkSeconds = null } = recorded;
	const isTalkWithin = talkSeconds !== null && (durationSeconds === null || talkSeconds <= durationSeconds);
	const byTalk = endedAt !== null && isTalkWithin ? endedAt - talkSeconds * SECOND : null;
	const answeredAt = isAnswered ? within(startedAt, recorded.answeredAt ?? byTalk, endedAt) : null;
	const untilEnd = outcome === null ? null : durationSeconds;
	const waitSeconds = isAnswered ? waitBefore(startedAt, answeredAt, durationSeconds, talkSeconds) : untilEnd;
	return {
		startedAt: isoUtc(startedAt),
		answeredAt: isoUtc(answeredAt),
		endedAt: isoUtc(endedAt),
		durationSeconds,
		waitSeconds,
		ringSeconds: isPhone && isAnswered ? waitSeconds : null,
		talkSeconds: talkSeconds ?? secondsBetween(answeredAt, endedAt),
	};
}

/** Lengths alone tell the wait, too. */
function waitBefore(
	startedAt: number | null,
	answeredAt: number | null,
	durationSeconds: number | null,
	talkSeconds: number | null,
): number | null {
	const between = secondsBetween(startedAt, answeredAt);
	if (between !== null || durationSeconds === null || talkSeconds === null) return between;
	return talkSeconds <= durationSeconds ? durationSeconds - talkSeconds : null;
}

/** A leg of a call: the fields of its own item. */
export interface LegFacts extends CallFacts {
	/** The `id` of the leg's item with *One Item per Leg*. */
	id: string;
	/** With *Include Raw*: what the provider sent of this leg. */
	raw?: IDataObject;
}

/** A whole call: the facts of all its legs, combined. */
export interface WholeCallFacts extends CallFacts {
	/** Who spoke with the caller, after a transfer who was with him at the end; null if nobody did, or it is not recorded. */
	answeredBy: Named | null;
	/** How often somebody else took over. A consultation and a conference are none. */
	transfers: number;
	/** Each with the fields of a leg, in the order of their starts. */
	legs: LegFacts[];
}

/** Whoever hangs up within this time of another one hung up with them. */
const TOGETHER_MS = 2 * SECOND;

/**
 * Combines legs into one call. `docs/reference.md` has the rules in a manager's words.
 *
 * @param roots the legs that stand for the call itself; several where a provider writes several records under one name
 */
export function wholeCall(
	legs: readonly LegFacts[],
	roots: readonly LegFacts[] = [],
	means: AnsweredMeans = 'person',
): WholeCallFacts {
	const inOrder = [...legs].sort((a, b) => order(a.startedAt, b.startedAt) || order(a.id, b.id));
	const areRoots = new Set(roots);
	const inRoots = inOrder.filter((leg) => areRoots.has(leg));
	const root = inRoots.length === 1 ? inRoots[0] : undefined;
	const first = inRoots[0] ?? inOrder[0];
	const direction = first.direction ?? firstKnown(inOrder, 'direction');
	const side = otherSide(inOrder, direction);
	const answered = answeredIn(inOrder, side);
	const isAnyUser = inOrder.some(({ user }) => known(user) !== null);
	const speakers = speakersOf(
		answered.filter((leg) => isPerson(leg, isAnyUser, direction)),
		root,
	);
	const counted = means === 'anything' ? talking(answered) : speakers;
	const outcome = outcomeOf(side, counted, answered, root, direction);
	const startedAt = earliest(inOrder.map((leg) => leg.startedAt));
	const endedAt = latest(inOrder.map((leg) => leg.endedAt));
	const answeredAt = earliest(counted.map((leg) => leg.answeredAt));
	const waitsUntil = outcome === null ? null : outcome === 'answered' ? answeredAt : endedAt;
	const answeredBy =
		lastWithCaller(speakers)?.user ?? (speakers.length > 0 && direction === 'outbound' ? first.user : null);
	return {
		direction,
		outcome,
		from: first.from,
		to: side.includes(first) ? first.to : side[0].to,
		queue: known(first.queue) ?? firstKnown(inOrder, 'queue'),
		ringGroup: known(first.ringGroup) ?? firstKnown(inOrder, 'ringGroup'),
		user: answeredBy ?? first.user,
		startedAt,
		answeredAt,
		endedAt,
		durationSeconds: secondsBetween(at(startedAt), at(endedAt)) ?? first.durationSeconds,
		waitSeconds: secondsBetween(at(startedAt), at(waitsUntil)),
		ringSeconds: ringSeconds(speakers, inOrder, root),
		talkSeconds: talkSeconds(speakers, answered, side, means),
		cost: sum(inOrder.map(({ cost }) => cost)),
		parentId: null,
		answeredBy,
		transfers: transfersOf(speakers),
		legs: inOrder,
	};
}

/**
 * The legs that tell whether the other side was reached. Where a call out rings the agent's own phone first (click-to-call), only
 * the legs to the customer do: those to a full number, beside one to an extension.
 */
function otherSide(legs: readonly LegFacts[], direction: Direction | null): readonly LegFacts[] {
	if (direction !== 'outbound') return legs;
	const outside = legs.filter(({ to }) => callerNumber(to) !== null);
	return outside.length === 0 ? legs : outside;
}

/** The answered legs, if one of them reached the other side; without the agent's own phone, which was first. */
function answeredIn(legs: readonly LegFacts[], side: readonly LegFacts[]): LegFacts[] {
	const answered = legs.filter(({ outcome }) => outcome === 'answered');
	const sides = new Set(side);
	const reached = answered.findIndex((leg) => sides.has(leg));
	return reached === -1 ? [] : answered.slice(reached);
}

/** A queue, menu or mailbox is named as one, or has no user where other legs have one. Of a call out, a customer has none. */
function isPerson(leg: LegFacts, isAnyUser: boolean, direction: Direction | null): boolean {
	if (direction === 'outbound' || known(leg.user) !== null) return true;
	const isPlace = known(leg.queue) !== null || known(leg.ringGroup) !== null;
	return !isPlace && !isAnyUser;
}

/**
 * The legs in which somebody spoke with the caller, by when they began to; of two who begin together, whoever stays longer first.
 * The root of a call to a queue repeats the agent, whose phone has a leg of its own.
 */
function speakersOf(persons: readonly LegFacts[], root: LegFacts | undefined): LegFacts[] {
	const user = root === undefined ? null : known(root.user);
	const isRepeated = user !== null && persons.some((leg) => leg !== root && isSameUser(leg.user, user));
	const phones = persons.filter((leg) => leg !== root || !isRepeated);
	return [...talking(phones)].sort(
		(a, b) => order(a.answeredAt ?? a.startedAt, b.answeredAt ?? b.startedAt) || order(b.endedAt, a.endedAt),
	);
}

/** A leg of 0 s beside one with talk lost the call to it. */
function talking(answered: readonly LegFacts[]): readonly LegFacts[] {
	const talked = answered.filter((leg) => leg.talkSeconds !== 0);
	return talked.length > 0 ? talked : answered;
}

function outcomeOf(
	side: readonly LegFacts[],
	counted: readonly LegFacts[],
	answered: readonly LegFacts[],
	root: LegFacts | undefined,
	direction: Direction | null,
): Outcome | null {
	if (counted.length > 0) return 'answered';
	// Only a queue, menu or mailbox picked up.
	if (answered.length > 0) return 'abandoned';
	if (root !== undefined && root.outcome !== null && side.includes(root)) return root.outcome;
	const outcomes = side.map(({ outcome }) => outcome).filter((outcome) => outcome !== null);
	if (outcomes.length === 0) return null;
	if (direction === 'outbound' || new Set(outcomes).size === 1) return outcomes[outcomes.length - 1];
	return (['timedOut', 'abandoned'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'missed';
}

/** Who was with the caller at the end; of several, who was longest. */
function lastWithCaller(speakers: readonly LegFacts[]): LegFacts | undefined {
	const named = speakers.filter(({ user }) => known(user) !== null);
	const end = Math.max(...named.map(endOf));
	if (!Number.isFinite(end)) return named[named.length - 1];
	const atEnd = named.filter((leg) => endOf(leg) >= end - TOGETHER_MS);
	return atEnd.reduce((longest, leg) => ((leg.talkSeconds ?? 0) > (longest.talkSeconds ?? 0) ? leg : longest));
}

/** How many spoke beyond the end of all before them. */
function transfersOf(speakers: readonly LegFacts[]): number {
	let transfers = 0;
	let [last] = speakers;
	let until = last === undefined ? -Infinity : endOf(last);
	for (const leg of speakers.slice(1)) {
		if (endOf(leg) >= until + TOGETHER_MS) {
			if (!isSameUser(leg.user, last.user)) transfers++;
			last = leg;
		}
		until = Math.max(until, endOf(leg));
	}
	return transfers;
}

/** How long the phone of whoever answered first rang. A root beside other phones tells how long the call waited. */
function ringSeconds(
	[answering]: readonly LegFacts[],
	legs: readonly LegFacts[],
	root: LegFacts | undefined,
): number | null {
	if (answering === undefined) return null;
	const rang = legs.some((leg) => leg !== root && order(leg.startedAt, answering.answeredAt) <= 0);
	return answering === root && rang ? null : answering.ringSeconds;
}

/**
 * How long the caller spoke with a person: a minute in which two spoke counts once, as in an announced transfer. If a leg does not
 * say when, the lengths are added up.
 */
function talkSeconds(
	speakers: readonly LegFacts[],
	answered: readonly LegFacts[],
	side: readonly LegFacts[],
	means: AnsweredMeans,
): number | null {
	if (speakers.length === 0 && answered.length > 0 && means === 'person') return 0;
	const spoken = speakers.length > 0 ? speakers : answered.length > 0 ? answered : side;
	const lengths = spoken.map((leg) => leg.talkSeconds);
	if (spoken.length === 1 || speakers.length === 0) return sum(lengths);
	let total = 0;
	let until = -Infinity;
	for (const { answeredAt, endedAt } of spoken) {
		const [from, to] = [at(answeredAt), at(endedAt)];
		if (from === null || to === null) return sum(lengths);
		total += Math.max(0, to - Math.max(from, until));
		until = Math.max(until, to);
	}
	return Math.round(total / SECOND);
}

function endOf({ endedAt }: LegFacts): number {
	return at(endedAt) ?? -Infinity;
}

function isSameUser(a: Named | null, b: Named | null): boolean {
	return (a?.id ?? a?.name ?? null) === (b?.id ?? b?.name ?? null);
}

/** Null for one that has neither ID nor name. */
function known(named: Named | null): Named | null {
	return named === null || (named.id === null && named.name === null) ? null : named;
}

function firstKnown<Key extends 'direction' | 'queue' | 'ringGroup'>(
	legs: readonly LegFacts[],
	key: Key,
): CallFacts[Key] | null {
	const tells = (value: CallFacts[Key]) => (typeof value === 'object' ? known(value) : value) !== null;
	return legs.find((leg) => tells(leg[key]))?.[key] ?? null;
}

function sum(numbers: ReadonlyArray<number | null>): number | null {
	const each = numbers.filter((number) => number !== null);
	// Prices are decimals, which do not add up exactly as binary numbers.
	return each.length === 0 ? null : Number(each.reduce((total, number) => total + number, 0).toFixed(6));
}

function at(time: string | null): number | null {
	return time === null ? null : Date.parse(time);
}

function earliest(times: ReadonlyArray<string | null>): string | null {
	return times.reduce((first, time) => (time !== null && (first === null || time < first) ? time : first), null);
}

function latest(times: ReadonlyArray<string | null>): string | null {
	return times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null);
}

/** Missing values come last. */
function order(a: string | null, b: string | null): number {
	if (a === b) return 0;
	if (a === null || b === null) return a === null ? 1 : -1;
	return a < b ? -1 : 1;
}
