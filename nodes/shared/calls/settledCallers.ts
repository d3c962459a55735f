import { ByNumber } from '../phone/sameNumber';
import { SECOND } from '../values/time';
import { callerNumber, type Named } from './call';
import type { Attempt, Settled } from './state';

/** Who has to reach a caller: anybody of the account, or the queue that missed them. */
export type Scope = 'account' | 'queue';

/** Where a caller has to be reached: in any of these queues; null if anywhere will do. */
export function placesOf({ queue, otherQueues = [] }: Attempt, scope: Scope): Array<string | null> {
	return scope === 'account' ? [null] : [nameOf(queue), ...otherQueues];
}

export function nameOf(queue: Named | null): string {
	return queue?.id ?? queue?.name ?? '';
}

/** How soon after a queue has given up the call begins in the next one, in seconds. */
const GOES_ON_SECONDS = 2;

/** Whether a call of the caller that began then is the missed one itself, corrected or gone on elsewhere. */
function isWithin(beginSeconds: number, { startedAt, endedAt }: Attempt): boolean {
	if (startedAt === null) return false;
	return beginSeconds * SECOND >= startedAt && beginSeconds <= endedAt / SECOND + GOES_ON_SECONDS;
}

/** Until when the missed calls of each number are settled. */
export class SettledCallers {
	private readonly all = new Map<string, Settled>();
	private readonly byNumber = new ByNumber<Settled>();

	constructor(known: readonly Settled[]) {
		for (const one of known) this.add(one);
	}

	add(settled: Settled): void {
		const [number, where, end] = settled;
		const key = JSON.stringify([number, where]);
		const same = this.all.get(key);
		if (same === undefined) {
			this.all.set(key, settled);
			this.byNumber.add(number, settled);
		} else if (same[2] < end || (same[4] ?? 0) < (settled[4] ?? 0)) same.splice(0, same.length, ...settled);
	}

	/** Whether a missed call was returned, or belongs to an item that was emitted. */
	covers(attempt: Attempt, scope: Scope): boolean {
		const number = callerNumber(attempt.from);
		if (number === null) return false;
		// If the queue is not known, neither is where the caller has to be reached: in doubt, nobody is called.
		const isAnywhere = attempt.queue === null;
		const places = placesOf(attempt, scope);
		const endSeconds = Math.floor(attempt.endedAt / SECOND);
		return this.byNumber.of(number).some((list) =>
			list.some(([, where, end, begin, instantSeconds]) => {
				if (end < endSeconds) return false;
				// In the hour that clocks repeat, a later call may show an earlier time.
				if (attempt.instant !== undefined && attempt.instant > (instantSeconds ?? Infinity) * SECOND) return false;
				if (typeof begin === 'number' && isWithin(begin, attempt) && end >= endSeconds) return true;
				const isThere = scope === 'account' || where === null || isAnywhere || places.includes(where);
				return isThere && end > endSeconds;
			}),
		);
	}

	/** Those that still matter for a call which has not turned up yet. */
	since(floor: number): Settled[] {
		return [...this.all.values()].filter(([, , end]) => end * SECOND >= floor);
	}
}
