import type { INode } from 'n8n-workflow';

import { AccountBudget } from '../../nodes/shared/pacing';

const node: INode = { id: '1', name: 'Node', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
const context = { getNode: () => node };

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
			const release = await account.acquire(context, 60_000);
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

it('keeps four requests under way at most', async () => {
	const account = new AccountBudget('Acme', undefined);
	const releases: Array<() => void> = [];
	for (let i = 0; i < 6; i++) void account.acquire(context, 0).then((release) => releases.push(release));
	await jest.advanceTimersByTimeAsync(1);
	expect(releases).toHaveLength(4);
	releases[0]();
	releases[0]();
	await jest.advanceTimersByTimeAsync(1);
	expect(releases).toHaveLength(5);
});

it('refuses at once what would have to wait too long, with the time to go on, and holds nobody else up', async () => {
	const account = budget();
	for (let i = 0; i < 3; i++) (await account.acquire(context, 0))();
	await jest.advanceTimersByTimeAsync(400);
	await expect(account.acquire(context, 500)).rejects.toMatchObject({
		message: 'The requests that Acme allows this account are used up for now',
		description: expect.stringContaining('00:00:01 UTC (in 1 seconds)') as string,
		failure: { cause: 'rate-limited', retryAfterMs: 600 },
	});
	const later = account.acquire(context, 700);
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
		for (const index of [0, 1, 4]) (await account.acquire(item(index), 0, false))();
		await expect(account.acquire(item(2), 0, false)).rejects.toMatchObject({
			description: expect.stringContaining(
				'This request was not sent. Sent were the input items 0 to 1, 4, and no others.',
			) as string,
		});
	});

	it('sends nothing more of a run after the first refusal, though there is room by then: the list of what was sent stays true', async () => {
		const account = budget();
		(await account.acquire(item(0), 0, false))();
		await jest.advanceTimersByTimeAsync(500);
		for (const index of [1, 2]) (await account.acquire(item(index), 0, false))();
		await expect(account.acquire(item(3), 400, false)).rejects.toThrow();
		await jest.advanceTimersByTimeAsync(450);
		await expect(account.acquire(item(4), 60_000, false)).rejects.toMatchObject({
			description: expect.stringContaining('Sent were the input items 0 to 2, and no others.') as string,
		});
		await jest.advanceTimersByTimeAsync(50);
		(await account.acquire(item(3), 0, false))();
	});

	it('does not hold up another run, nor count its items', async () => {
		const account = budget();
		for (const index of [0, 1, 2]) (await account.acquire(item(index), 0, false))();
		await expect(account.acquire(item(3), 0, false)).rejects.toThrow();
		const other = account.acquire(item(0, '8'), 2000, false);
		await jest.advanceTimersByTimeAsync(1000);
		(await other)();
		for (const index of [1, 2]) (await account.acquire(item(index, '8'), 0, false))();
		await expect(account.acquire(item(3, '8'), 0, false)).rejects.toMatchObject({
			description: expect.stringContaining('Sent were the input items 0 to 2, and no others.') as string,
		});
	});
});
