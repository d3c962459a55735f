import { DAY, MINUTE, SECOND } from '../values/time';
import { byStart, isAhead, LONGEST_CALL_MS, newestEnd, timeOf, type Observed, type Reading } from './observed';
import type { TriggerState } from './state';

/**
 * A record without a time is remembered for this long after it was last listed: other records may hide it for a while, and lists
 * are ordered by the time it lacks. No list shows one that is older than the window of a read by more than that.
 */
const LISTED_MS = 4 * DAY;

/** The user's settings that `decide` needs. */
export interface DecideSettings<R> {
	/** How late after its end a record may become visible, in milliseconds. */
	readonly lookbackMs: number;
	readonly maxItems: number;
	/** The user's filters with their current values, applied when a call is complete. */
	readonly accepts: (call: Observed<R>) => boolean;
	/** A call that ended before this is no longer emitted. */
	readonly oldest?: number;
	/** Whether it is a complete call's turn, by its place; of two, never that of the later one alone. */
	readonly isItsTurn?: (call: Observed<R>, place: number) => boolean;
	/** When the first one ended of the calls that an earlier slice has left for a later poll. */
	readonly heldAt?: number;
}

export interface Decision<R> {
	/** To emit, oldest start first. */
	readonly calls: Array<Observed<R>>;
	readonly state: TriggerState;
	/** Calls left for a later poll: because of the limit of items, or because more of them may become visible. */
	readonly waiting: Array<Observed<R>>;
	/** Those of them that are left because of the limit, oldest start first. */
	readonly excess: Array<Observed<R>>;
	/** How many calls would have been emitted had they not been too old. */
	readonly tooOld: number;
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
	const isAtStart = !state.primed && now < state.from + MINUTE;
	const known = new Map(Object.entries(state.seen));
	const due = new Map<string, Observed<R>>();
	const undated = new Set<string>();
	const rejected = new Map<string, number | null>();
	let tooOld = 0;
	let { before } = state;

	for (const call of reading.records) {
		if (!call.ended) continue;
		const time = timeOf(call);
		if (time !== null) {
			if (isAtStart && time < state.from) before = Math.max(before ?? time, time);
			const isKnown = known.has(call.key) && time <= now + LONGEST_CALL_MS;
			if (time < state.floor || time < state.from || (isAhead(call, now) && !isKnown)) continue;
			if (!state.primed && time < state.from + SECOND) known.set(call.key, seconds(time));
		} else if (known.has(call.key) || !state.primed || call.isOld === true) {
			// Without a time, it is remembered for as long as it is listed.
			undated.add(call.key);
			continue;
		}
		const end = known.get(call.key);
		// Edited to end later, or shown an hour later by the provider's clock: forgotten by its old end, it would come again.
		if (end !== undefined && time !== null)
			known.set(call.key, Math.max(end, seconds(Math.max(time, call.lastEnd ?? time))));
		if (end !== undefined || due.has(call.key)) continue;
		const isIncomplete = call.isComplete === false;
		const passes = isIncomplete || settings.accepts(call);
		const isTooOld = !isIncomplete && time !== null && time < (settings.oldest ?? -Infinity);
		if (passes && !isTooOld) due.set(call.key, call);
		else if (!rejected.has(call.key)) {
			rejected.set(call.key, time);
			if (passes) tooOld++;
		}
	}

	const inOrder = [...due.values()].sort(byStart);
	const complete = inOrder.filter(({ isComplete }) => isComplete !== false);
	const incomplete = inOrder.filter(({ isComplete }) => isComplete === false);
	const { maxItems, isItsTurn = () => true, heldAt = Infinity } = settings;
	const calls = complete.filter((call, place) => place < maxItems && isItsTurn(call, place));
	const excess = complete.slice(calls.length);
	const waiting = [...excess, ...incomplete];

	const newest = Math.max(newestEnd(reading.records, now), reading.newestEnd ?? -Infinity);
	const settled = Math.min(reading.through, newest - settings.lookbackMs);
	const held = waiting.reduce((earliest, call) => Math.min(earliest, timeOf(call) ?? state.floor), heldAt);
	const floor = Math.max(state.floor, Math.min(settled, held));

	const listed = listedUntil(now, floor);
	for (const key of undated) known.set(key, seconds(listed));
	for (const call of calls) known.set(call.key, seconds(rememberedUntil(call, listed)));
	for (const [key, time] of rejected) known.set(key, seconds(time ?? listed));
	const seen = Object.fromEntries([...known].filter(([, end]) => end * 1000 >= floor));
	return {
		calls,
		waiting,
		excess,
		tooOld,
		state: {
			...state,
			...(heldAt === Infinity && noted(reading, excess.length, incomplete)),
			...(before !== undefined && { before }),
			floor,
			seen,
			primed: state.primed || isComplete,
		},
	};
}

/** The state after some of the calls that were left for a later poll are emitted in this one after all. */
export function withGiven<R>(state: TriggerState, calls: ReadonlyArray<Observed<R>>, now: number): TriggerState {
	if (calls.length === 0) return state;
	const listed = listedUntil(now, state.floor);
	const given = new Map(calls.map((call) => [call.key, seconds(rememberedUntil(call, listed))]));
	const waiting = Object.entries(state.pending ?? {}).filter(([key]) => !given.has(key));
	const pending = state.pending && { pending: Object.fromEntries(waiting) };
	return { ...state, seen: { ...state.seen, ...Object.fromEntries(given) }, ...pending };
}

/** The host's clock may have been set back since the floor was set. */
function listedUntil(now: number, floor: number): number {
	return Math.max(now, floor) + LISTED_MS;
}

function rememberedUntil<R>(call: Observed<R>, listed: number): number {
	return Math.max(timeOf(call) ?? listed, call.lastEnd ?? -Infinity);
}

/** A note that moves past calls which are still waiting would hide them from the next read. */
function noted<R>(
	{ cursor, cursorFor }: Reading<R>,
	excess: number,
	incomplete: ReadonlyArray<Observed<R>>,
): Pick<TriggerState, 'cursor'> {
	if (cursor === undefined || excess > 0) return {};
	if (incomplete.length === 0) return { cursor };
	return cursorFor === undefined ? {} : { cursor: cursorFor(incomplete) };
}

/** Rounded up, so that a key is never dropped while its call can still be read as unsettled. */
function seconds(at: number): number {
	return Math.ceil(at / 1000);
}
