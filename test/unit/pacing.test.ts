import type { INode, NodeApiError } from 'n8n-workflow';
import { setMaxListeners } from 'node:events';

import { liveChat247 } from '../../nodes/LiveChat247/api';
import { voipStudio } from '../../nodes/VoipStudio/api';
import { voipcloud } from '../../nodes/Voipcloud/api';
import { while1Voice } from '../../nodes/While1Voice/api';
import { AccountBudget } from '../../nodes/shared/request/pacing/accountBudget';
import { accountOf, budgetOf } from '../../nodes/shared/request/pacing/accounts';
import { isRefusal } from '../../nodes/shared/request/pacing/refusals';
import { LIMIT, play } from './busyAccount';

const node: INode = { id: '1', name: 'Node', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
const context = { getNode: () => node };
const wait = (maxWaitMs: number) => ({ maxWaitMs, retries: 0, isRead: true });
const write = (maxWaitMs: number) => ({ maxWaitMs, retries: 0, isRead: false });

beforeEach(() => {
	jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
	jest.useRealTimers();
});

const budget = () => new AccountBudget('Acme', { requests: 3, windowMs: 1000 });

it('lets no more requests through in the window than the provider allows, or the account is locked', async () => {
	const account = budget();
	const sent: number[] = [];
	const all = Promise.all(
		Array.from({ length: 10 }, async () => {
			const release = await account.acquire(context, wait(60_000));
			sent.push(Date.now());
			release();
		}),
	);
	await jest.advanceTimersByTimeAsync(10_000);
	await all;
	expect(sent).toHaveLength(10);
	for (const at of sent) expect(sent.filter((other) => other > at - 1000 && other <= at).length).toBeLessThanOrEqual(3);
	expect(Math.max(...sent)).toBe(3000);
});

it.each([
	['ten years ahead at one call, and then right', 10 * 365 * 86_400_000],
	['an hour back', -3_600_000],
	['an hour ahead', 3_600_000],
])(
	'counts by a clock that nobody sets, or the account is locked, or waits for years: the host was %s',
	async (_leap, by) => {
		const account = budget();
		const now = Date.now();
		jest.setSystemTime(now + by);
		for (let i = 0; i < 2; i++) (await account.acquire(context, wait(0)))();
		jest.setSystemTime(now);
		(await account.acquire(context, wait(0)))();
		jest.setSystemTime(now + Math.abs(by));
		await expect(account.acquire(context, wait(0))).rejects.toMatchObject({ failure: { retryAfterMs: 1000 } });
		const later = account.acquire(context, wait(1000));
		await jest.advanceTimersByTimeAsync(1000);
		await expect(later).resolves.toBeInstanceOf(Function);
	},
);

it('keeps four requests under way at most', async () => {
	const account = new AccountBudget('Acme', undefined);
	const releases: Array<() => void> = [];
	for (let i = 0; i < 6; i++) void account.acquire(context, wait(0)).then((release) => releases.push(release));
	await jest.advanceTimersByTimeAsync(1);
	expect(releases).toHaveLength(4);
	releases[0]();
	releases[0]();
	await jest.advanceTimersByTimeAsync(1);
	expect(releases).toHaveLength(5);
});

it('refuses at once what would have to wait too long, with the time to go on, and holds nobody else up', async () => {
	const account = budget();
	for (let i = 0; i < 3; i++) (await account.acquire(context, wait(0)))();
	await jest.advanceTimersByTimeAsync(400);
	await expect(account.acquire(context, wait(500))).rejects.toMatchObject({
		message: 'The requests that Acme allows this account are used up for now',
		description: expect.stringContaining('00:00:01 UTC (in 1 seconds)') as string,
		failure: { cause: 'rate-limited', retryAfterMs: 600 },
	});
	const later = account.acquire(context, wait(700));
	await jest.advanceTimersByTimeAsync(700);
	await expect(later).resolves.toBeInstanceOf(Function);
});

describe('many text messages in one run', () => {
	const item = (index: number, executionId = '7') => ({
		...context,
		getItemIndex: () => index,
		getExecutionId: () => executionId,
	});

	it('tells which items were sent when the window is full, so that nobody is texted twice', async () => {
		const account = budget();
		for (const index of [0, 1, 4]) (await account.acquire(item(index), write(0)))();
		await expect(account.acquire(item(2), write(0))).rejects.toMatchObject({
			description: expect.stringContaining(
				'This request was not sent. Sent were the input items 0 to 1, 4, and no others.',
			) as string,
		});
	});

	it('sends nothing more of a run after the first refusal, though there is room by then: the list of what was sent stays true', async () => {
		const account = budget();
		(await account.acquire(item(0), write(0)))();
		await jest.advanceTimersByTimeAsync(500);
		for (const index of [1, 2]) (await account.acquire(item(index), write(0)))();
		await expect(account.acquire(item(3), write(400))).rejects.toThrow();
		await jest.advanceTimersByTimeAsync(450);
		await expect(account.acquire(item(4), write(60_000))).rejects.toMatchObject({
			description: expect.stringContaining('Sent were the input items 0 to 2, and no others.') as string,
		});
		await jest.advanceTimersByTimeAsync(50);
		(await account.acquire(item(3), write(0)))();
	});

	it('does not hold up another run, nor count its items', async () => {
		const account = budget();
		for (const index of [0, 1, 2]) (await account.acquire(item(index), write(0)))();
		await expect(account.acquire(item(3), write(0))).rejects.toThrow();
		const other = account.acquire(item(0, '8'), write(2000));
		await jest.advanceTimersByTimeAsync(1000);
		(await other)();
		for (const index of [1, 2]) (await account.acquire(item(index, '8'), write(0)))();
		await expect(account.acquire(item(3, '8'), write(0))).rejects.toMatchObject({
			description: expect.stringContaining('Sent were the input items 0 to 2, and no others.') as string,
		});
	});
});

describe('many triggers and nodes on one VoIPcloud account, 100 requests in 15 minutes', () => {
	it.each([
		{ triggers: 1, polls: 240, longestGap: 1 },
		{ triggers: 5, polls: 240, longestGap: 1 },
		{ triggers: 7, polls: 179, longestGap: 3 },
		{ triggers: 10, polls: 128, longestGap: 3 },
		{ triggers: 20, polls: 64, longestGap: 7 },
	])(
		'$triggers triggers that poll every minute for 4 hours get $polls turns each, so that none is forgotten',
		async ({ triggers, polls, longestGap }) => {
			const outcome = await play({ triggers, hours: 4 });
			expect(Math.max(...outcome.polls) - Math.min(...outcome.polls)).toBeLessThanOrEqual(1);
			expect(Math.min(...outcome.polls)).toBe(polls);
			expect(outcome.longestGap.later).toBeCloseTo(longestGap, 1);
			expect(outcome.mostInWindow).toBeLessThanOrEqual(80);
		},
	);

	it('ten triggers in the same second of each minute get their turns alike', async () => {
		const outcome = await play({ triggers: 10, apartMs: 0, hours: 4 });
		expect(outcome.polls).toEqual(new Array<number>(10).fill(128));
	});

	it('a node run by hand is sent at once beside ten triggers, though they ask for more than the account has', async () => {
		const { byHand, polls } = await play({ triggers: 10, byHandEvery: 7, hours: 4 });
		expect(byHand).toEqual({ sent: 32, refused: 0, longestWaitSeconds: 0 });
		expect(Math.min(...polls)).toBe(128);
	});

	it.each([
		{ triggers: 1, polls: 240, gap: 1 },
		{ triggers: 5, polls: 231, gap: 1 },
		{ triggers: 10, polls: 124, gap: 3 },
	])(
		'a node with endless items and a raised Max Wait takes no turn of $triggers triggers, nor of a node run by hand',
		async ({ triggers, polls, gap }) => {
			const outcome = await play({ triggers, loop: true, byHandEvery: 7, hours: 4 });
			expect(Math.min(...outcome.polls)).toBeGreaterThanOrEqual(polls);
			expect(outcome.longestGap.later).toBeCloseTo(gap, 1);
			expect(outcome.byHand).toEqual({ sent: 32, refused: 0, longestWaitSeconds: 0 });
			expect(outcome.loopSent).toBeGreaterThan(200);
			expect(outcome.mostInWindow).toBeLessThanOrEqual(100);
		},
	);

	it('polls of three requests are not cut in the middle by others, which would read the same again for ever', async () => {
		const outcome = await play({ triggers: 10, requestsPerPoll: 3, loop: true, hours: 4 });
		expect(Math.min(...outcome.polls)).toBeGreaterThanOrEqual(40);
		expect(outcome.longestGap.later).toBeLessThan(15);
		expect(outcome.mostInWindow).toBeLessThanOrEqual(100);
	});

	it('triggers that poll once an hour have their turn beside a node with endless items', async () => {
		const outcome = await play({ triggers: 10, everyMinutes: 60, loop: true, hours: 12 });
		expect(outcome.withoutTurn).toEqual(new Array<number>(10).fill(0));
	});

	it('every two minutes ten triggers find room for each poll, as the documentation advises', async () => {
		const outcome = await play({ triggers: 10, everyMinutes: 2, hours: 4 });
		expect(outcome.withoutTurn).toEqual(new Array<number>(10).fill(0));
	});

	it('publishing a workflow eight times within 16 seconds costs it no poll, as somebody who tries out a form does', async () => {
		const account = new AccountBudget('VoIPcloud', LIMIT);
		const poll = async () =>
			(await account.acquire(context, { ...wait(0), poll: { trigger: 'tried', goesOn: false } }))();
		for (let publication = 0; publication < 8; publication++) {
			await poll();
			await jest.advanceTimersByTimeAsync(2000);
		}
		for (let minute = 0; minute < 60; minute++) {
			await poll();
			await jest.advanceTimersByTimeAsync(60_000);
		}
		expect(account.left()).toMatchObject({ requests: 100 - 14 });
	});

	it('tells a trigger without a turn how often it may poll, and that no call is lost', async () => {
		const account = new AccountBudget('VoIPcloud', LIMIT);
		const poll = async (trigger: number) =>
			(await account.acquire(context, { ...wait(0), poll: { trigger: `${trigger}`, goesOn: false } }))();
		for (let trigger = 0; trigger < 80; trigger++) await poll(trigger);
		const error: unknown = await poll(80).catch((refusal: unknown) => refusal);
		expect(isRefusal(error)).toBe(true);
		expect((error as NodeApiError).description).toBe(
			"At most 100 requests fit in 15 minutes. 80 of them are for triggers, and the 81 triggers of this account ask for about 1215. No call is lost: they come with a later poll. Set 'Poll Times' of these triggers to every 16 minutes or longer.",
		);
	});
});

it('remembers nothing of requests where the provider has no limit, so that memory does not grow for ever', async () => {
	const account = new AccountBudget('Acme', undefined);
	for (let i = 0; i < 1000; i++) (await account.acquire(run(`${i}`), wait(0)))();
	expect(account.size).toBe(0);
});

it('remembers no more than the window where the provider has a limit', async () => {
	const account = budget();
	for (let i = 0; i < 1000; i++) {
		await jest.advanceTimersByTimeAsync(400);
		(await account.acquire(run(`${i}`), wait(0)))();
	}
	expect(account.size).toBeLessThan(10);
});

describe('Max Wait', () => {
	it('counts from asking, however many others wait before: 0 is refused at once', async () => {
		const account = budget();
		for (let i = 0; i < 3; i++) (await account.acquire(context, wait(0)))();
		const waiting = Array.from({ length: 6 }, async (_, i) => (await account.acquire(run(`${i}`), wait(60_000)))());
		await expect(account.acquire(run('impatient'), wait(0))).rejects.toMatchObject({
			failure: { cause: 'rate-limited', retryAfterMs: 3000 },
		});
		await jest.advanceTimersByTimeAsync(3000);
		await Promise.all(waiting);
	});

	it('counts the wait for one of the four places, which slow requests of others hold', async () => {
		const account = new AccountBudget('Acme', undefined);
		const releases = await Promise.all(
			Array.from({ length: 4 }, async () => await account.acquire(run('slow'), wait(0))),
		);
		await expect(account.acquire(run('impatient'), wait(0))).rejects.toThrow('take too long');
		const patient = account.acquire(run('patient'), wait(5000));
		const refused = expect(patient).rejects.toMatchObject({
			message: 'Other requests to Acme with this account take too long',
			description: expect.stringContaining('none ended within 5 seconds. This request was not sent.') as string,
		});
		await jest.advanceTimersByTimeAsync(5000);
		await refused;
		const next = account.acquire(run('next'), wait(5000));
		await jest.advanceTimersByTimeAsync(4000);
		releases[0]();
		await expect(next).resolves.toBeInstanceOf(Function);
	});

	it('does not count the wait for requests of the same run, so that 40 items are sent with Max Wait 0 as well', async () => {
		const account = new AccountBudget('Acme', undefined);
		const sent: number[] = [];
		const all = Array.from({ length: 40 }, async (_, i) => {
			const release = await account.acquire(context, wait(0));
			sent.push(i);
			await new Promise((resolve) => setTimeout(resolve, 1000));
			release();
		});
		await jest.advanceTimersByTimeAsync(10_000);
		await Promise.all(all);
		expect(sent).toEqual(Array.from({ length: 40 }, (_, i) => i));
	});
});

describe('an execution that the user stops', () => {
	it('takes no room of the window for the items that were not sent, so that the account is not blocked for 15 minutes', async () => {
		const account = new AccountBudget('VoIPcloud', LIMIT);
		const { context: stoppable, stop } = stoppableRun('stopped');
		const releases: Array<() => void> = [];
		const all = Array.from({ length: 120 }, async (_, i) => {
			releases.push(await account.acquire({ ...stoppable, getItemIndex: () => i }, write(60_000)));
		});
		const settled = Promise.allSettled(all);
		await jest.advanceTimersByTimeAsync(1);
		expect(releases).toHaveLength(4);
		stop();
		for (const release of releases) release();
		const results = await settled;
		expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
		expect((results[119] as PromiseRejectedResult).reason).toMatchObject({
			message: 'The execution was stopped',
			description: 'This request was not sent to VoIPcloud. Sent were the input items 0 to 3, and no others.',
		});
		for (let i = 0; i < 96; i++) (await account.acquire(run('next'), wait(0)))();
		await expect(account.acquire(run('next'), wait(0))).rejects.toThrow('used up');
	});

	it('ends a request that waits for the window, and sends no other', async () => {
		const account = budget();
		for (let i = 0; i < 3; i++) (await account.acquire(context, wait(0)))();
		const { context: stoppable, stop } = stoppableRun('stopped');
		const waiting = account.acquire(stoppable, wait(60_000));
		stop();
		await expect(waiting).rejects.toThrow('The execution was stopped');
		await expect(account.acquire(stoppable, wait(60_000))).rejects.toThrow('The execution was stopped');
		await jest.advanceTimersByTimeAsync(60_000);
		expect(jest.getTimerCount()).toBe(0);
	});
});

function run(executionId: string) {
	return { ...context, getExecutionId: () => executionId };
}

function stoppableRun(executionId: string) {
	const controller = new AbortController();
	// As n8n does: every item of a run listens.
	setMaxListeners(Infinity, controller.signal);
	return {
		context: { ...run(executionId), getExecutionCancelSignal: () => controller.signal },
		stop: () => controller.abort(),
	};
}

describe('an account is the same', () => {
	const key = 'key of one account';
	it.each([
		['a slash at the end', voipcloud, { baseUrl: 'https://au.voipcloud.online/', apiKey: key }],
		['several slashes', voipcloud, { baseUrl: 'https://au.voipcloud.online///', apiKey: key }],
		['capitals in the host', voipcloud, { baseUrl: 'HTTPS://AU.VoIPcloud.online', apiKey: key }],
		['blanks', voipcloud, { baseUrl: ' https://au.voipcloud.online ', apiKey: ` ${key} ` }],
		['the port that is meant anyway', voipcloud, { baseUrl: 'https://au.voipcloud.online:443', apiKey: key }],
		['a dot after the host', voipcloud, { baseUrl: 'https://au.voipcloud.online.', apiKey: key }],
		['the other version of the API', voipcloud, { apiVersion: 'v2', apiKey: key }],
	])(
		'with %s in its base URL, so that it has no second budget and no text is sent twice',
		(_, provider, credentials) => {
			const usual = { baseUrl: 'https://au.voipcloud.online', apiVersion: 'v1', apiKey: key };
			expect(budgetOf(provider, { ...usual, ...credentials })).toBe(budgetOf(provider, usual));
		},
	);

	it('with an e-mail address in other letters, at 247LiveChat and at VoIPstudio', () => {
		for (const provider of [liveChat247, voipStudio]) {
			const credentials = { baseUrl: 'https://l7api.com/v1.2/voipstudio', email: 'ann@example.com' };
			expect(accountOf(provider, { ...credentials, email: 'Ann@Example.com ' })).toBe(accountOf(provider, credentials));
		}
	});

	it('but another with another key, host or port', () => {
		const usual = { baseUrl: 'https://pbx.example.com', apiToken: key };
		const others = [
			{ ...usual, apiToken: 'another' },
			{ ...usual, baseUrl: 'https://pbx.example.org' },
			{ ...usual, baseUrl: 'https://pbx.example.com:8443' },
		];
		const accounts = [usual, ...others].map((credentials) => accountOf(while1Voice, credentials));
		expect(new Set(accounts).size).toBe(4);
	});
});
