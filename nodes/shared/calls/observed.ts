import { DAY, MINUTE } from '../values/time';

/** How a record belongs to a call that has several. */
export interface Link {
	/** Names the call, in every record of it: made from what the provider calls its first leg, the root. */
	readonly call: string;
	/** Names this record in the same way; null if it has no name of its own. */
	readonly leg: string | null;
	/** Whether it is the record of the first leg, which is written once the whole call is over. */
	readonly isRoot: boolean;
	/** How many other legs there are according to the root; null if it does not say. */
	readonly children: number | null;
	/** For lists that may never show a root: whether this leg shows how the call went. */
	readonly concludes: boolean;
}

/** Calls may last up to a day; providers list by start, so reading begins this long before the floor. */
export const LONGEST_CALL_MS = DAY;

/**
 * A call that ends further than this in the future is not over: clocks differ by less, and the smallest mistake in a time zone is
 * an hour (or, in a few places, half an hour or three quarters).
 */
export const CLOCKS_APART_MS = 25 * MINUTE;

/**
 * When a record's call was. Instants are milliseconds since 1970, by the clock of the provider's records (see
 * `Source.clock`).
 */
export interface Timed {
	/** Whether the call is over. One that is not is left alone; it will be read again. */
	readonly ended: boolean;
	/** Null where the record has no such time, or an impossible one. */
	readonly startedAt: number | null;
	readonly endedAt: number | null;
}

/** A provider's record as the trigger sees it. */
export interface Observed<R> extends Timed {
	/** Unique among all records of its provider and event. */
	readonly key: string;
	readonly record: R;
	/** Its place among several records of one call; null or undefined if it is the only one, or the provider does not say. */
	readonly link?: Link | null;
	/** When it ended whatever a clock shows, where the record tells that although its times carry no zone. */
	readonly endInstant?: number;
	/** Of a whole call: the records that make it up. */
	readonly legs?: ReadonlyArray<Observed<R>>;
	/** Of a whole call: the end of its last leg, until which it is remembered, since its root may be deleted. */
	readonly lastEnd?: number;
	/** False while more of the call may still become visible: it is due, but has to wait. */
	readonly isComplete?: boolean;
	/** It has no time, but its place in the list shows that it is older than the start of the read. */
	readonly isOld?: boolean;
	/** It comes from a list that is only read to see who was reached: none of its calls counts as missed. */
	readonly isReturnOnly?: boolean;
}

/** What was read: every visible record that started at or after the asked instant and before `through`. */
export interface Reading<R> {
	readonly records: ReadonlyArray<Observed<R>>;
	/** Infinity when the read was complete; else the instant where it was cut off, -Infinity if it proves nothing. */
	readonly through: number;
	/**
	 * For a cut-off read: the end of some record beyond the cut (`newestEnd`). It shows the provider's clock,
	 * which ours does not: ours may be hours off. Without it the floor rises only by the ends in the read itself.
	 */
	readonly newestEnd?: number;
	/** What the source wants back at its next read, once everything in this one is emitted; null forgets it. */
	readonly cursor?: Cursor | null;
	/** The same for a read with calls that are not complete yet: the next read must list them again. */
	readonly cursorFor?: (waiting: ReadonlyArray<Observed<R>>) => Cursor | null;
}

/** A source's own notes for its next read. They may make it cheaper; what is emitted never depends on them. */
export type Cursor = Readonly<Record<string, number>>;

/**
 * The latest end among records: the provider's clock had reached it. A record dated in the future says nothing about it, nor
 * does an end that is made up here. -Infinity if there is none.
 */
export function newestEnd(calls: readonly Timed[], now: number): number {
	let newest = -Infinity;
	for (const call of calls) {
		const time = timeOf(call);
		if (call.ended && time !== null && time <= now && !isEndless(call)) newest = Math.max(newest, time);
	}
	return newest;
}

/**
 * Whether a record is dated so far ahead that it cannot be about a call that is over. (The time of a whole call without a first leg
 * is made up; its legs have been checked.)
 */
export function isAhead<R>(call: Observed<R>, now: number): boolean {
	return call.isComplete === undefined && (timeOf(call) ?? -Infinity) > now + CLOCKS_APART_MS;
}

/** Whether a call is said to have lasted longer than calls can. */
function isEndless({ startedAt, endedAt }: Timed): boolean {
	return startedAt !== null && endedAt !== null && endedAt > startedAt + LONGEST_CALL_MS;
}

/**
 * When a call ended, for bookkeeping: impossible ends are pulled into the day after the start, so that a single wrong
 * record is neither kept forever nor forgotten at once.
 */
export function timeOf({ startedAt, endedAt }: Timed): number | null {
	if (startedAt === null || endedAt === null) return endedAt ?? startedAt;
	return Math.min(Math.max(endedAt, startedAt), startedAt + LONGEST_CALL_MS);
}

/** When a call began, or else ended, for the order in which calls are emitted. */
export function startOf<R>(call: Observed<R>): number {
	return call.startedAt ?? timeOf(call) ?? 0;
}

/** The order in which calls are emitted. */
export function byStart<R>(a: Observed<R>, b: Observed<R>): number {
	const byTime = startOf(a) - startOf(b);
	return byTime !== 0 ? byTime : a.key < b.key ? -1 : 1;
}
