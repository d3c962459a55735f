import type { IDataObject } from 'n8n-workflow';

import { wholeSecond } from '../values/time';
import type { Named, Party } from './call';
import type { Cursor } from './observed';

/** A missed call of a caller who is waiting. Instants are those of the records' clock (`Source.clock`), in whole seconds. */
export interface Attempt {
	readonly key: string;
	readonly from: Party;
	/** The queue, or the ring group: of several that the call went through the first. */
	readonly queue: Named | null;
	/** What names the others. */
	readonly otherQueues?: readonly string[];
	readonly startedAt: number | null;
	readonly endedAt: number;
	readonly waitSeconds: number | null;
	/** `endedAt` as an instant, where the record tells it whatever the clock shows. */
	readonly instant?: number;
	readonly raw?: IDataObject;
}

/**
 * Until when the missed calls of a number are settled: the end of a call that reached it, or the time of an item.
 * `where` is the queue that was reached ('' if the record names none); null counts for every queue. `begin` is the start of a call
 * that came in: one that was missed meanwhile is the same call, which went on. `instant` is the end whatever the clock shows.
 */
export type Settled = [
	number: string,
	where: string | null,
	endSeconds: number,
	beginSeconds?: number | null,
	instantSeconds?: number,
];

/** What is remembered about callers between polls. Plain JSON. */
export interface Callers {
	/** Missed calls that were neither returned nor emitted, each once. */
	readonly waits: readonly Attempt[];
	/** Kept because a missed call may become visible later than the call that returned it, or the item it belongs to. */
	readonly settled: readonly Settled[];
	/** How far the newest record has been behind the clock of the n8n host, at the least. */
	readonly lagSeconds?: number;
}

export const NO_CALLERS: Callers = { waits: [], settled: [] };

/** What is not yet complete: call -> when all its listed legs were first listed, and how many they are. */
export type Pending = Record<string, [sinceSeconds: number, legs: number]>;

/** What the trigger remembers between polls. Plain JSON. */
export interface TriggerState {
	version: 1;
	/** What the state belongs to: event, filters and account. If one of them changes, the trigger starts afresh. */
	stream: string;
	/** A call that ended before this is never emitted. */
	from: number;
	/** Every call that ended before this is settled. It only ever rises. */
	floor: number;
	/**
	 * Whether calls that may predate the start are emitted: those without any readable time, and those that ended
	 * in the second of the start. Not at the first read of 'now': those it lists were there already.
	 */
	primed: boolean;
	/**
	 * The calls that ended at or after the floor and were emitted, or did not pass the filters when they were read: key -> end
	 * in seconds; for those without a time, some days after they were last listed.
	 */
	seen: Record<string, number>;
	/** With one item per call: the calls that wait for more legs. */
	pending?: Pending;
	/** For *Missed, Not Called Back*: who is waiting, and who was reached. */
	callers?: Callers;
	cursor?: Cursor | null;
	/** The zone of the provider's times, as set when the trigger started. */
	zone?: string;
	/** The instant from which `from` was taken by a zone: this one, if the zone was changed since. */
	start?: number;
	fromZone?: string;
	/** For 'now': the newest end before the start that was listed then. It was there before, in whatever zone. */
	before?: number;
}

/** A state that has read nothing yet. */
export function freshState(stream: string, start: number, isNow: boolean): TriggerState {
	// Providers give whole seconds: a call that ends a moment after the start may carry a time just before it.
	const from = isNow ? wholeSecond(start) : start;
	return { version: 1, stream, from, floor: from, primed: !isNow, seen: {} };
}
