import { DAY, MINUTE, SECOND, wholeSecond } from '../time';
import type { Callers } from './unreturned';
import type { Link, Pending } from './whole';

/** Calls may last up to a day; providers list by start, so reading begins this long before the floor. */
export const LONGEST_CALL_MS = DAY;

/**
 * A call that ends further than this in the future is not over: clocks differ by less, and the smallest mistake in a time zone is
 * an hour (or, in a few places, half an hour or three quarters).
 */
export const CLOCKS_APART_MS = 25 * MINUTE;

/**
 * A record without a time is remembered for this long after it was last listed: other records may hide it for a while, and lists
 * are ordered by the time it lacks. No list shows one that is older than the window of a read by more than that.
 */
const LISTED_MS = 4 * DAY;

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
	/** Of a whole call: the records that make it up. */
	readonly legs?: ReadonlyArray<Observed<R>>;
	/** Of a whole call: the end of its last leg, until which it is remembered, since its root may be deleted. */
	readonly lastEnd?: number;
	/** False while more of the call may still become visible: it is due, but has to wait. */
	readonly isRipe?: boolean;
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
	/** The same for a read with calls that are not ripe yet: the next read must list them again. */
	readonly cursorFor?: (waiting: ReadonlyArray<Observed<R>>) => Cursor | null;
}

/** A source's own notes for its next read. They may make it cheaper; what is emitted never depends on them. */
export type Cursor = Readonly<Record<string, number>>;

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
	/** For *Missed and Not Returned*: who is waiting, and who was reached. */
	callers?: Callers;
	cursor?: Cursor | null;
	/** The zone of the provider's times, as set when the trigger started. */
	zone?: string;
}

/** The user's settings that `decide` needs. */
export interface DecideSettings<R> {
	/** How late after its end a record may become visible, in milliseconds. */
	readonly lookbackMs: number;
	readonly maxItems: number;
	/** The user's filters with their current values, applied when a call is ripe. */
	readonly accepts: (call: Observed<R>) => boolean;
	/** A call that ended before this is no longer emitted. */
	readonly oldest?: number;
}

export interface Decision<R> {
	/** To emit, oldest start first. */
	readonly calls: Array<Observed<R>>;
	readonly state: TriggerState;
	/** Calls left for a later poll: because of the limit of items, or because more of them may become visible. */
	readonly waiting: Array<Observed<R>>;
	/** How many calls would have been emitted had they not been too old. */
	readonly tooOld: number;
}

/** A state that has read nothing yet. */
export function freshState(stream: string, start: number, isNow: boolean): TriggerState {
	// Providers give whole seconds: a call that ends a moment after the start may carry a time just before it.
	const from = isNow ? wholeSecond(start) : start;
	return { version: 1, stream, from, floor: from, primed: !isNow, seen: {} };
}

/** The start time from which records have to be read so that no unsettled call is missed. */
export function readSince(state: TriggerState): number {
	return state.floor - LONGEST_CALL_MS;
}

/**
 * Which calls to emit now, and what to remember. Pure; docs/architecture.md explains why nothing is lost or
 * emitted twice. A read in several slices is decided slice by slice, each with the state left by the one before.
 *
 * A call that does not pass the filters when it is read is settled like one that was emitted. A filter may hold an expression
 * whose value changes ("who is on duty"): calls from hours ago were not meant for whoever comes on duty now.
 *
 * @param now the n8n host's clock, in milliseconds
 */
export function decide<R>(
	state: TriggerState,
	reading: Reading<R>,
	now: number,
	settings: DecideSettings<R>,
): Decision<R> {
	const isComplete = reading.through === Infinity;
	const known = new Map(Object.entries(state.seen));
	const due = new Map<string, Observed<R>>();
	const undated = new Set<string>();
	const rejected = new Map<string, number | null>();
	let tooOld = 0;

	for (const call of reading.records) {
		if (!call.ended) continue;
		const time = timeOf(call);
		if (time !== null) {
			if (time < state.floor || time < state.from || isAhead(call, now)) continue;
			if (!state.primed && time < state.from + SECOND) known.set(call.key, seconds(time));
		} else if (known.has(call.key) || !state.primed || call.isOld === true) {
			// Without a time, it is remembered for as long as it is listed.
			undated.add(call.key);
			continue;
		}
		if (known.has(call.key) || due.has(call.key)) continue;
		const isUnripe = call.isRipe === false;
		const passes = isUnripe || settings.accepts(call);
		const isTooOld = !isUnripe && time !== null && time < (settings.oldest ?? -Infinity);
		if (passes && !isTooOld) due.set(call.key, call);
		else if (!rejected.has(call.key)) {
			rejected.set(call.key, time);
			if (passes) tooOld++;
		}
	}

	const inOrder = [...due.values()].sort(byStart);
	const ripe = inOrder.filter(({ isRipe }) => isRipe !== false);
	const unripe = inOrder.filter(({ isRipe }) => isRipe === false);
	const calls = ripe.slice(0, settings.maxItems);
	const excess = ripe.slice(settings.maxItems);
	const waiting = [...excess, ...unripe];

	const newest = Math.max(newestEnd(reading.records, now), reading.newestEnd ?? -Infinity);
	const settled = Math.min(reading.through, newest - settings.lookbackMs);
	const held = waiting.reduce((earliest, call) => Math.min(earliest, timeOf(call) ?? state.floor), Infinity);
	const floor = Math.max(state.floor, Math.min(settled, held));

	// The host's clock may have been set back since the floor was set.
	const listed = Math.max(now, floor) + LISTED_MS;
	for (const key of undated) known.set(key, seconds(listed));
	for (const call of calls) known.set(call.key, seconds(Math.max(timeOf(call) ?? listed, call.lastEnd ?? -Infinity)));
	for (const [key, time] of rejected) known.set(key, seconds(time ?? listed));
	const seen = Object.fromEntries([...known].filter(([, end]) => end * 1000 >= floor));
	return {
		calls,
		waiting,
		tooOld,
		state: { ...state, ...noted(reading, excess.length, unripe), floor, seen, primed: state.primed || isComplete },
	};
}

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

/** A note that moves past calls which are still waiting would hide them from the next read. */
function noted<R>(
	{ cursor, cursorFor }: Reading<R>,
	excess: number,
	unripe: ReadonlyArray<Observed<R>>,
): Pick<TriggerState, 'cursor'> {
	if (cursor === undefined || excess > 0) return {};
	if (unripe.length === 0) return { cursor };
	return cursorFor === undefined ? {} : { cursor: cursorFor(unripe) };
}

/**
 * Whether a record is dated so far ahead that it cannot be about a call that is over. (The time of a whole call without a first leg
 * is made up; its legs have been checked.)
 */
export function isAhead<R>(call: Observed<R>, now: number): boolean {
	return call.isRipe === undefined && (timeOf(call) ?? -Infinity) > now + CLOCKS_APART_MS;
}

/** Rounded up, so that a key is never dropped while its call can still be read as unsettled. */
function seconds(at: number): number {
	return Math.ceil(at / 1000);
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

/** The order in which calls are emitted. */
export function byStart<R>(a: Observed<R>, b: Observed<R>): number {
	const byTime = (a.startedAt ?? timeOf(a) ?? 0) - (b.startedAt ?? timeOf(b) ?? 0);
	return byTime !== 0 ? byTime : a.key < b.key ? -1 : 1;
}
