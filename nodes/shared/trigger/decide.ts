import { DAY, MINUTE, SECOND, wholeSecond } from '../time';
import type { Callers } from './unreturned';
import type { Link, Pending } from './whole';

/** Calls may last up to a day; providers list by start, so reading begins this long before the floor. */
export const LONGEST_CALL_MS = DAY;

/**
 * A call that ends later than so long after now is not over: the clocks differ by less, and the next mistake in a time zone is
 * an hour (or, in a few places, half an hour or three quarters).
 */
export const CLOCKS_APART_MS = 25 * MINUTE;

/**
 * A record without a time stays known for so long after it was listed last: other records may hide it for a while, and lists
 * go by the time that it does not tell. None gives one that is older than the window of a read by more than that.
 */
const LISTED_MS = 4 * DAY;

/**
 * When a record's call was. Instants are milliseconds since 1970, by the clock of the provider's records (see
 * `Source.clock`).
 */
export interface Timed {
	/** Whether the call is over. One that is not is left alone: it will be read again. */
	readonly ended: boolean;
	/** Null where the record does not tell, or tells nonsense. */
	readonly startedAt: number | null;
	readonly endedAt: number | null;
}

/** A provider's record as the trigger sees it. */
export interface Observed<R> extends Timed {
	/** Identifies the record among all of its provider and event. */
	readonly key: string;
	readonly record: R;
	/** How it is one of several records of a call; null or undefined where it is not, or the provider does not tell. */
	readonly link?: Link | null;
	/** Of a whole call: the records it is made of. */
	readonly legs?: ReadonlyArray<Observed<R>>;
	/** Of a whole call: the end of its last leg, until which it stays known: its root may be deleted. */
	readonly lastEnd?: number;
	/** False while more of the call may still become visible: it is due, and waits. */
	readonly isRipe?: boolean;
	/** It tells no time, but its place in the list shows that it was there before what is read for. */
	readonly isOld?: boolean;
	/** It comes from a list that is read to see who was reached: no call of it counts as missed. */
	readonly isReturnOnly?: boolean;
}

/** What was read: every visible record that started at or after the asked instant and before `through`. */
export interface Reading<R> {
	readonly records: ReadonlyArray<Observed<R>>;
	/** Infinity when the read was complete; else the instant where it was cut, -Infinity where it proves nothing. */
	readonly through: number;
	/**
	 * For a cut read: an end that the provider has shown of a record beyond it (`newestEnd`). It tells the provider's clock,
	 * which ours does not: ours may be hours off. Without it the floor rises by the ends in the read alone.
	 */
	readonly newestEnd?: number;
	/** What the source wants to have at its next read, once all of this read is emitted; null forgets it. */
	readonly cursor?: Cursor | null;
	/** The same for a read of which some calls wait that are not ripe: the next read must list them again. */
	readonly cursorFor?: (waiting: ReadonlyArray<Observed<R>>) => Cursor | null;
}

/** A source's own notes for its next read. They may make it cheaper; nothing that is emitted depends on them. */
export type Cursor = Readonly<Record<string, number>>;

/** What the trigger remembers between polls. Plain JSON. */
export interface TriggerState {
	version: 1;
	/** What the state belongs to: event, filters and account. Another one starts afresh. */
	stream: string;
	/** A call that ended before is never emitted. */
	from: number;
	/** Every call that ended before is settled. Only ever rises. */
	floor: number;
	/**
	 * Whether calls that may be from before the start are emitted: those without any readable time, and those that ended
	 * in the second of the start. Not at the first read of 'now': what it lists of them was there before.
	 */
	primed: boolean;
	/**
	 * The calls that ended at or after the floor and were emitted, or did not pass the filters when they were read: key -> end
	 * in seconds; without a time: some days after it was last listed.
	 */
	seen: Record<string, number>;
	/** With one item per call: what waits for more legs. */
	pending?: Pending;
	/** For *Missed and Not Returned*: who waits, and who was reached. */
	callers?: Callers;
	cursor?: Cursor | null;
	/** The zone of the provider's times as it was set when the trigger started. */
	zone?: string;
}

/** The user's settings that `decide` needs. */
export interface DecideSettings<R> {
	/** How late after its end a record may become visible, in milliseconds. */
	readonly lookbackMs: number;
	readonly maxItems: number;
	/** The user's filters, with the values they have now. They judge what is ripe. */
	readonly accepts: (call: Observed<R>) => boolean;
	/** A call that ended before is not emitted any more. */
	readonly oldest?: number;
}

export interface Decision<R> {
	/** To emit, oldest start first. */
	readonly calls: Array<Observed<R>>;
	readonly state: TriggerState;
	/** Calls that wait for a later poll: because of the limit of items, or as more of them may become visible. */
	readonly waiting: Array<Observed<R>>;
	/** How many calls would have been emitted if they were not too old. */
	readonly tooOld: number;
}

/** A state that has read nothing yet. */
export function freshState(stream: string, start: number, isNow: boolean): TriggerState {
	// Providers tell whole seconds: the end of a call a moment after the start is told as a time before it.
	const from = isNow ? wholeSecond(start) : start;
	return { version: 1, stream, from, floor: from, primed: !isNow, seen: {} };
}

/** From which start on records have to be read to miss no call that is not settled. */
export function readSince(state: TriggerState): number {
	return state.floor - LONGEST_CALL_MS;
}

/**
 * Which calls to emit now, and what to remember. Pure; docs/architecture.md holds the argument why nothing is lost or
 * doubled. A read in several slices is decided slice by slice, each with the state of the one before.
 *
 * A call that does not pass the filters when it is read is settled like one that was emitted. A filter may hold an expression
 * whose value changes ("who is on duty"): calls of hours ago were not for the one who begins now.
 *
 * @param now the clock of the n8n host, in milliseconds
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
			// Without a time it stays known for as long as it is listed.
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

	// The host's clock may have been put back since the floor was set.
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
 * The latest end among records: the provider's clock was there. A record dated in the future tells nothing of it, nor does
 * an end that is made up here. -Infinity where none tells.
 */
export function newestEnd(calls: readonly Timed[], now: number): number {
	let newest = -Infinity;
	for (const call of calls) {
		const time = timeOf(call);
		if (call.ended && time !== null && time <= now && !isEndless(call)) newest = Math.max(newest, time);
	}
	return newest;
}

/** A note that goes past calls which still wait would hide them from the next read. */
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
 * Whether a record is dated so far ahead that it tells of no call that is over. (The time of a whole call without a first leg
 * is made up; its legs have been looked at.)
 */
export function isAhead<R>(call: Observed<R>, now: number): boolean {
	return call.isRipe === undefined && (timeOf(call) ?? -Infinity) > now + CLOCKS_APART_MS;
}

/** Rounded up, so that a key is never dropped while its call can still be read as unsettled. */
function seconds(at: number): number {
	return Math.ceil(at / 1000);
}

/** Whether a call is said to have lasted longer than calls do. */
function isEndless({ startedAt, endedAt }: Timed): boolean {
	return startedAt !== null && endedAt !== null && endedAt > startedAt + LONGEST_CALL_MS;
}

/**
 * When a call ended, for the books: nonsense ends are pulled into the day after the start, so that a single wrong
 * record can neither be kept forever nor forgotten at once.
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
