import type { IDataObject } from 'n8n-workflow';

import { secondsBetween } from '../values/time';
import type { CallFacts, Named } from './call';

/** A leg of a call: the fields of its own item. */
export interface LegFacts extends CallFacts {
	/** The `id` of the leg's item with *One Item per Leg*. */
	id: string;
	/** With *Include Raw*: what the provider sent of this leg. */
	raw?: IDataObject;
}

/** A whole call: the facts of all its legs, combined. */
export interface WholeCallFacts extends CallFacts {
	/** Who spoke, the last one after a transfer; null if nobody did, or the provider does not say who. */
	answeredBy: Named | null;
	/** How often somebody else took over. */
	transfers: number;
	/** Each with the fields of a leg, in the order of their starts. */
	legs: LegFacts[];
}

/**
 * Combines legs into one call. It was answered if any leg was; otherwise its result is that of its first leg.
 *
 * @param first the record that stands for the call; undefined if none does: then the leg that began first
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

/** If no leg of an answered call says when it was answered, the length of the wait is unknown. */
function isWaitKnown(isAnswered: boolean, answeredAt: string | null): boolean {
	return !isAnswered || answeredAt !== null;
}

/**
 * How long anybody spoke: a minute in which two spoke counts once, as in an announced transfer.
 * If a leg does not say when, the lengths are added up.
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

/** How often an element of a list differs from the one before. */
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
	// Prices are decimals, which do not add up exactly as binary numbers.
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

/** Missing values come last. */
function order(a: string | null, b: string | null): number {
	if (a === b) return 0;
	if (a === null || b === null) return a === null ? 1 : -1;
	return a < b ? -1 : 1;
}
