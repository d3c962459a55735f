import { MINUTE } from '../../values/time';
import type { Budget, Sending } from '../provider';

/** The polls of one trigger. */
export interface Polls {
	readonly knownSince: number;
	/** When its last poll began, and how long after the one before; 0 until there were two. */
	begunAt: number;
	everyMs: number;
	/** When its next poll is due if all triggers share equally. */
	dueAt: number;
	/** Whether its last poll did not get a turn. */
	isOwed: boolean;
	/** How many requests its last poll asked for. */
	cost: number;
	/** How many requests this poll has asked for. */
	count: number;
}

/** How much of the provider's limit the triggers may use together. The rest is always available to nodes. */
const SHARE_OF_TRIGGERS = 0.8;

/** How long a trigger that has stopped asking is remembered: it may poll just once a day. */
export const FORGET_TRIGGER_MS = 25 * 60 * MINUTE;

export function newPolls(now: number): Polls {
	return { knownSince: now, begunAt: now, everyMs: 0, dueAt: now, isOwed: false, cost: 1, count: 0 };
}

/** Counts a request that a poll asks for, whether it will get a turn or not. */
export function noteAsked(polls: Polls, { poll }: Sending, now: number): void {
	if (poll?.goesOn === true) {
		polls.count++;
		return;
	}
	polls.cost = Math.max(1, polls.count);
	polls.count = 1;
	polls.everyMs = now - polls.begunAt;
	polls.begunAt = now;
}

/** How many requests of the window the triggers may use together. */
export function shareOfTriggers({ requests }: Budget): number {
	return Math.max(1, Math.floor(requests * SHARE_OF_TRIGGERS));
}

/** How many requests each trigger asks for per window, by its last poll and the time between its polls. */
function demands(triggers: readonly Polls[], { windowMs }: Budget, now: number): number[] {
	return triggers.map(({ cost, everyMs, begunAt }) => {
		// n8n polls once a minute at most; publishing again and again is nobody's usual pace.
		const paceMs = Math.max(MINUTE, everyMs, now - begunAt);
		// One that polls rarely still keeps room for a poll.
		return Math.max(1, (cost * windowMs) / paceMs);
	});
}

/** How many requests all triggers together ask for per window. */
export function demandOf(triggers: readonly Polls[], budget: Budget, now: number): number {
	return demands(triggers, budget, now).reduce((sum, demand) => sum + demand, 0);
}

/** Milliseconds between two requests of a trigger if all get the same number; 0 where there is enough for all. */
export function spacing(triggers: readonly Polls[], budget: Budget, now: number): number {
	let left = shareOfTriggers(budget);
	const sorted = demands(triggers, budget, now).sort((a, b) => a - b);
	// Whoever asks for less than an equal share gets all of it; the others divide the rest.
	for (const [index, demand] of sorted.entries()) {
		const others = sorted.length - index;
		if (demand * others > left) return (budget.windowMs * others) / left;
		left -= demand;
	}
	return 0;
}
