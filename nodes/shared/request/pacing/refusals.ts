import type { NodeApiError } from 'n8n-workflow';

import { MINUTE, SECOND } from '../../values/time';
import { problemOf } from '../nodeErrors';
import type { Budget, Problem, Sending } from '../provider';
import { demandOf, shareOfTriggers, type Polls } from './turns';

/** Whether an error says that a request was not sent because the account's budget had no room. */
export function isRefusal(error: unknown): error is NodeApiError {
	return problemOf(error)?.isRefusal === true;
}

/** The problem of a request for which the window has no room in time. */
export function spent(name: string, { requests, windowMs }: Budget, waitMs: number, advice: string): Problem {
	return {
		message: `The requests that ${name} allows this account are used up for now`,
		description: `At most ${requests} requests fit in ${windowMs / MINUTE} minutes. ${advice}`,
		cause: 'rate-limited',
		code: '429',
		retryAfterMs: waitMs,
		isRefusal: true,
	};
}

/** @param items the input items of the node that were sent */
export function adviceForNode(items: ReadonlySet<number>, waitMs: number): string {
	const goOn = new Date(Date.now() + waitMs).toISOString().slice(11, 19);
	return `This request was not sent.${sentBefore(items)} Go on from ${goOn} UTC (in ${Math.ceil(waitMs / SECOND)} seconds), or let the node wait longer with the option 'Max Wait'.`;
}

export function adviceForTrigger(triggers: readonly Polls[], budget: Budget, now: number): string {
	const share = shareOfTriggers(budget);
	const perRound = triggers.reduce((sum, { cost }) => sum + cost, 0);
	const everyMinutes = Math.max(2, Math.ceil((perRound * budget.windowMs) / share / MINUTE));
	return `${share} of them are for triggers, and the ${triggers.length} triggers of this account ask for about ${Math.round(demandOf(triggers, budget, now))}. No call is lost: they come with a later poll. Set 'Poll Times' of these triggers to every ${everyMinutes} minutes or longer.`;
}

/** The problem where others' requests occupy all places for longer than this one may wait. */
export function busy(name: string, places: number, { maxWaitMs, poll }: Sending): Problem {
	const advice = poll === undefined ? "Run again later, or let the node wait longer with the option 'Max Wait'." : '';
	return {
		message: `Other requests to ${name} with this account take too long`,
		description:
			`${places} requests at a time are sent for an account, and none ended within ${maxWaitMs / SECOND} seconds. This request was not sent. ${advice}`.trimEnd(),
		cause: 'temporarily-unavailable',
		isUnsent: true,
		isRefusal: true,
	};
}

export function stopped(name: string, items: ReadonlySet<number> = new Set()): Problem {
	return {
		message: 'The execution was stopped',
		description: `This request was not sent to ${name}.${sentBefore(items)}`,
		cause: 'temporarily-unavailable',
		isUnsent: true,
	};
}

function sentBefore(items: ReadonlySet<number>): string {
	return items.size === 0 ? '' : ` Sent were the input items ${ranges([...items])}, and no others.`;
}

/** Whole numbers in readable form: "0 to 4, 7". */
function ranges(numbers: number[]): string {
	const parts: Array<[number, number]> = [];
	for (const number of numbers.sort((a, b) => a - b)) {
		const last = parts.at(-1);
		if (last !== undefined && last[1] === number - 1) last[1] = number;
		else parts.push([number, number]);
	}
	return parts.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}
