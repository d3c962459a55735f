import type { Budget } from '../provider';

/** What is in the window: when it was sent, and whether a trigger sent it. */
export interface Sent {
	readonly at: number;
	readonly byTrigger: boolean;
}

/**
 * When `ahead` + 1 requests fit beside those that were sent; -Infinity for now.
 *
 * @param budget how many the window may hold, and its length
 */
export function roomAt(sent: readonly Sent[], budget: Budget, ahead: number, now: number): number {
	const { requests, windowMs } = budget;
	const index = sent.length - requests + ahead;
	if (index < 0) return -Infinity;
	if (index < sent.length) return sent[index].at + windowMs;
	return Math.max(now, roomAt(sent, budget, ahead - requests, now)) + windowMs;
}

/** Removes what does not pass, in place. */
export function prune<T>(values: T[], keep: (value: T) => boolean): void {
	if (values.every(keep)) return;
	values.splice(0, values.length, ...values.filter(keep));
}
