import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, Named } from './call';
import { secondsBetween } from './time';

/** A leg of a call: what its own item would tell. */
export interface LegFacts extends CallFacts {
	/** The `id` of the leg's item with *One Item per Leg*. */
	id: string;
	/** With *Include Raw*: what the provider sent of this leg. */
	raw?: IDataObject;
}

/** A whole call: the facts of all its legs, told as one. */
export interface WholeCallFacts extends CallFacts {
	/** Who spoke, the last one after a transfer; null where nobody did, or the provider does not tell who. */
	answeredBy: Named | null;
	/** How often somebody else went on speaking. */
	transfers: number;
	/** Each with the fields of a leg, in the order of their starts. */
	legs: LegFacts[];
}

/**
 * Tells legs as one call. It was answered if any leg was; else it went as its first leg did.
 *
 * @param first the record that stands for the call; undefined where none does: then the leg that began first
 */
export function wholeCall(legs: readonly LegFacts[], first?: LegFacts): WholeCallFacts {
	const inOrder = [...legs].sort((a, b) => order(a.startedAt, b.startedAt) || order(a.id, b.id));
	const root = first ?? inOrder[0];
	const answered = inOrder.filter(({ outcome }) => outcome === 'answered');
	const spoken = answered
		.filter(({ user }) => user !== null)
		.sort((a, b) => order(a.answeredAt ?? a.startedAt, b.answeredAt ?? b.startedAt));
	const answeredBy = spoken.at(-1)?.user ?? null;
	const startedAt = root.startedAt ?? inOrder[0].startedAt;
	const endedAt = first?.endedAt ?? latest(inOrder.map((leg) => leg.endedAt));
	const answeredAt = earliest(answered.map((leg) => leg.answeredAt));
	const rings = inOrder.filter((leg) => leg !== first && !isAfter(leg.startedAt, answeredAt));
	const firstRing = earliest(rings.map((leg) => leg.startedAt)) ?? startedAt;
	return {
		direction: root.direction ?? told(inOrder, 'direction'),
		outcome: answered.length > 0 ? 'answered' : root.outcome,
		from: root.from,
		to: root.to,
		queue: root.queue ?? told(inOrder, 'queue'),
		ringGroup: root.ringGroup ?? told(inOrder, 'ringGroup'),
		user: answeredBy ?? root.user,
		startedAt,
		answeredAt,
		endedAt,
		durationSeconds: first?.durationSeconds ?? secondsBetween(at(startedAt), at(endedAt)),
		waitSeconds: isWaitKnown(answered.length > 0, answeredAt)
			? secondsBetween(at(firstRing), at(answeredAt ?? endedAt))
			: null,
		talkSeconds: talkSeconds(spoken.length > 0 ? spoken : answered, inOrder),
		cost: sum(inOrder.map(({ cost }) => cost)),
		parentId: null,
		answeredBy,
		transfers: changes(spoken.map(({ user }) => user)),
		legs: inOrder,
	};
}

/** An answered call of which no leg tells when it was answered waited nobody knows how long. */
function isWaitKnown(isAnswered: boolean, answeredAt: string | null): boolean {
	return !isAnswered || answeredAt !== null;
}

/**
 * How long was spoken, by whoever it was: a minute in which two spoke counts once, as in a transfer that was announced.
 * Where a leg does not tell when, the lengths are added up.
 */
function talkSeconds(spoken: readonly LegFacts[], legs: readonly LegFacts[]): number | null {
	if (spoken.length === 0) return sum(legs.map((leg) => leg.talkSeconds));
	if (spoken.length === 1) return spoken[0].talkSeconds;
	let total = 0;
	let until = -Infinity;
	for (const { answeredAt, endedAt } of spoken) {
		const [from, to] = [at(answeredAt), at(endedAt)];
		if (from === null || to === null) return sum(spoken.map((leg) => leg.talkSeconds));
		total += Math.max(0, to - Math.max(from, until));
		until = Math.max(until, to);
	}
	return Math.round(total / 1000);
}

/** How often the one of a list is not the one before. */
function changes(users: ReadonlyArray<Named | null>): number {
	const names = users.map((user) => user?.id ?? user?.name ?? null);
	return names.filter((name, i) => i > 0 && name !== names[i - 1]).length;
}

function told<Key extends 'direction' | 'queue' | 'ringGroup'>(
	legs: readonly LegFacts[],
	key: Key,
): CallFacts[Key] | null {
	return legs.find((leg) => leg[key] !== null)?.[key] ?? null;
}

function sum(numbers: ReadonlyArray<number | null>): number | null {
	const known = numbers.filter((number) => number !== null);
	// Prices have decimals, which binary numbers do not add up to.
	return known.length === 0 ? null : Number(known.reduce((total, number) => total + number, 0).toFixed(6));
}

function at(time: string | null): number | null {
	return time === null ? null : Date.parse(time);
}

function isAfter(time: string | null, limit: string | null): boolean {
	return time !== null && limit !== null && time > limit;
}

function earliest(times: ReadonlyArray<string | null>): string | null {
	return times.reduce((first, time) => (time !== null && (first === null || time < first) ? time : first), null);
}

function latest(times: ReadonlyArray<string | null>): string | null {
	return times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null);
}

/** What is not told comes last. */
function order(a: string | null, b: string | null): number {
	if (a === b) return 0;
	if (a === null || b === null) return a === null ? 1 : -1;
	return a < b ? -1 : 1;
}
