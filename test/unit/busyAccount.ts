import type { INode } from 'n8n-workflow';

import { AccountBudget } from '../../nodes/shared/request/pacing/accountBudget';
import { isRefusal } from '../../nodes/shared/request/pacing/refusals';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** VoIPcloud's limit. */
export const LIMIT = { requests: 100, windowMs: 15 * MINUTE };

/** The shares settle within two windows. */
const START = 2 * LIMIT.windowMs;

/** What asks for an account's requests. */
interface Load {
	/** Triggers that poll every minute. */
	triggers: number;
	/** How far apart in the minute they poll; 0 is all of them in the same second. */
	apartMs?: number;
	/** Minutes between two polls; 1 unless told. */
	everyMinutes?: number;
	/** How many requests a poll takes; 1 unless told. */
	requestsPerPoll?: number;
	/** A node with many items and a raised 'Max Wait', which sends whenever it may. */
	loop?: boolean;
	/** Minutes between two runs of a node by hand, with one item and the 'Max Wait' that nodes have. */
	byHandEvery?: number;
	hours: number;
}

export interface Outcome {
	/** Complete polls of each trigger. */
	polls: number[];
	/** Polls of each trigger that had no turn. */
	withoutTurn: number[];
	/** The longest time in minutes between two complete polls of one trigger, in the first half hour and after it. */
	longestGap: { atStart: number; later: number };
	loopSent: number;
	byHand: { sent: number; refused: number; longestWaitSeconds: number };
	/** The most requests in any window. */
	mostInWindow: number;
}

/** Plays hours of an account under jest's fake clock, which it sets to 0. */
export async function play(load: Load): Promise<Outcome> {
	const { triggers, apartMs = Math.floor((55 * SECOND) / Math.max(1, triggers)), requestsPerPoll = 1 } = load;
	const budget = new AccountBudget('VoIPcloud', LIMIT);
	const sentAt: number[] = [];
	const outcome: Outcome = {
		polls: new Array<number>(triggers).fill(0),
		withoutTurn: new Array<number>(triggers).fill(0),
		longestGap: { atStart: 0, later: 0 },
		loopSent: 0,
		byHand: { sent: 0, refused: 0, longestWaitSeconds: 0 },
		mostInWindow: 0,
	};
	const lastAt = new Array<number>(triggers).fill(0);
	const end = load.hours * 60 * MINUTE;

	const noteGap = (index: number) => {
		const when = Date.now() < START ? 'atStart' : 'later';
		const gap = (Math.min(end, Date.now()) - lastAt[index]) / MINUTE;
		outcome.longestGap[when] = Math.max(outcome.longestGap[when], gap);
	};
	/** One request that takes 300 ms. */
	const request = async (id: string, executionId: string, maxWaitMs: number, poll?: { goesOn: boolean }) => {
		const release = await budget.acquire(
			{
				getNode: (): INode => ({ id, name: id, type: 't', typeVersion: 1, position: [0, 0], parameters: {} }),
				getExecutionId: () => executionId,
			},
			{ maxWaitMs, retries: 0, isRead: true, ...(poll && { poll: { trigger: id, ...poll } }) },
		);
		sentAt.push(Date.now());
		await pause(300);
		release();
	};
	const trigger = async (index: number) => {
		await pause(SECOND + index * apartMs);
		for (let at = Date.now(); at < end; at += (load.everyMinutes ?? 1) * MINUTE) {
			await pause(at - Date.now());
			try {
				for (let i = 0; i < requestsPerPoll; i++) await request(`trigger ${index}`, '', 5 * SECOND, { goesOn: i > 0 });
				outcome.polls[index]++;
				noteGap(index);
				lastAt[index] = Date.now();
			} catch (error) {
				if (!isRefusal(error)) throw error;
				outcome.withoutTurn[index]++;
			}
		}
		noteGap(index);
	};
	const loop = async () => {
		while (Date.now() < end) {
			await request('loop', '1', 60 * MINUTE);
			outcome.loopSent++;
		}
	};
	const byHand = async (everyMs: number) => {
		for (let at = 20 * MINUTE + 30 * SECOND; at < end; at += everyMs) {
			await pause(at - Date.now());
			const askedAt = Date.now();
			try {
				await request('by hand', `${at}`, MINUTE);
				outcome.byHand.sent++;
			} catch (error) {
				if (!isRefusal(error)) throw error;
				outcome.byHand.refused++;
			}
			const waited = Math.max(0, Date.now() - askedAt - 300) / SECOND;
			outcome.byHand.longestWaitSeconds = Math.max(outcome.byHand.longestWaitSeconds, waited);
		}
	};

	const work: Array<Promise<void>> = Array.from({ length: triggers }, async (_, index) => await trigger(index));
	if (load.loop === true) work.push(loop());
	if (load.byHandEvery !== undefined) work.push(byHand(load.byHandEvery * MINUTE));
	await jest.advanceTimersByTimeAsync(end + 2 * 60 * MINUTE);
	await Promise.all(work);
	sentAt.forEach((at, i) => {
		let first = i;
		while (first > 0 && sentAt[first - 1] > at - LIMIT.windowMs) first--;
		outcome.mostInWindow = Math.max(outcome.mostInWindow, i - first + 1);
	});
	return outcome;
}

async function pause(ms: number): Promise<void> {
	if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
