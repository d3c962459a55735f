import { PollContext } from 'n8n-core';
import type { INodeExecutionData } from 'n8n-workflow';

import { eventually } from '../../harness/clock';
import { demoCredentials } from '../../harness/engine/demoCredentials';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode } from '../../harness/engine/run';
import { officeForTests } from '../../harness/office';

const MINUTE = 60_000;

const office = officeForTests();

const credentials = () => demoCredentials(office.simulator.urls);

/** What is left of the account's requests is sent by a node. */
async function useUp(requests: number): Promise<INodeExecutionData[]> {
	const { items } = await runNode({
		node: 'voipcloud',
		parameters: { resource: 'queueCall', operation: 'getAll', limit: 1, filters: {}, options: { maxWait: 0 } },
		credentials: credentials(),
		items: Array.from({ length: requests }, (_, n) => ({ json: { n } })),
		onError: 'continueRegularOutput',
	});
	return items;
}

const publish = async (options = {}) =>
	await PublishedTrigger.publish({
		node: 'voipcloudTrigger',
		parameters: { event: 'queueCall', startFrom: 'now', options },
		credentials: credentials(),
	});

it('a trigger without a turn is no failed execution: it says so in the log, and its calls come later, once', async () => {
	await useUp(100);
	const info = jest.fn();
	jest.spyOn(PollContext.prototype, 'logger', 'get').mockReturnValue({ info } as unknown as PollContext['logger']);
	const trigger = await publish();
	expect(await trigger.poll()).toEqual([]);
	office.simulator.world.addCall({
		queue: 'Sales queue',
		startedAt: office.now + MINUTE,
		endedAt: office.now + 2 * MINUTE,
	});
	for (let minute = 1; minute < 15; minute++) {
		office.now += MINUTE;
		expect(await trigger.poll()).toEqual([]);
	}
	expect(office.simulator.requests).toHaveLength(100);
	expect(info.mock.calls.flat().join()).toContain(
		'used up for now: this poll is left out. At most 100 requests fit in 15 minutes.',
	);
	office.now += MINUTE;
	expect(await trigger.poll()).toHaveLength(1);
	office.now += MINUTE;
	expect(await trigger.poll()).toEqual([]);
});

it('a trigger that had no turn for half of the look-back fails and says what to set, so that nobody waits for calls unaware', async () => {
	await useUp(100);
	const trigger = await publish({ lookbackMinutes: 20 });
	expect(await trigger.poll()).toEqual([]);
	office.simulator.world.addCall({ queue: 'Sales queue', startedAt: office.now, endedAt: office.now + MINUTE });
	const polls: unknown[] = [];
	for (let minute = 1; minute < 14; minute++) {
		office.now += MINUTE;
		polls.push(await trigger.poll().catch((error: Error) => error));
	}
	expect(polls.slice(0, 10).every((poll) => Array.isArray(poll))).toBe(true);
	expect(polls.at(-1)).toMatchObject({
		message: 'The requests that VoIPcloud allows this account are used up for now',
		description: expect.stringContaining("Set 'Poll Times' of these triggers to every 2 minutes or longer.") as string,
		failure: { cause: 'rate-limited' },
	});
	office.now += 2 * MINUTE;
	expect(await trigger.poll()).toHaveLength(1);
});

it('the polls of a trigger find room though a node takes all it can get', async () => {
	const trigger = await publish();
	for (let minute = 0; minute < 60; minute++) {
		await useUp(20);
		const before = office.simulator.requests.length;
		await trigger.poll();
		expect(office.simulator.requests).toHaveLength(before + 1);
		office.now += MINUTE;
	}
});

describe('an execution that the user stops', () => {
	/** Resolves when the simulator has received this many requests. */
	async function received(requests: number): Promise<void> {
		await eventually(() => office.simulator.requests.length >= requests);
	}

	it('leaves the account what its items have not sent, so that the next run does not wait for 15 minutes', async () => {
		office.simulator.faults.add({ kind: 'hang', times: 120 });
		await runNode({
			node: 'voipcloud',
			parameters: { resource: 'systemStatus', operation: 'get' },
			credentials: credentials(),
			items: Array.from({ length: 120 }, (_, n) => ({ json: { n } })),
			stopped: received(4),
		});
		expect(office.simulator.requests).toHaveLength(4);
		office.simulator.faults.clear();
		const items = await useUp(97);
		expect(office.simulator.requests).toHaveLength(100);
		expect(items.filter(({ json }) => json.error !== undefined)).toHaveLength(1);
	});

	it('ends a node that waits for its turn', async () => {
		await useUp(100);
		await runNode({
			node: 'voipcloud',
			parameters: { resource: 'queueCall', operation: 'getAll', limit: 1, filters: {}, options: { maxWait: 3600 } },
			credentials: credentials(),
			stopped: new Promise((resolve) => setTimeout(resolve, 300)),
		});
		expect(office.simulator.requests).toHaveLength(100);
	});

	it('ends a node between two repeats of a read', async () => {
		office.simulator.faults.add({ kind: '429', retryAfterSeconds: 600, times: 2 });
		await runNode({
			node: 'voipcloud',
			parameters: { resource: 'systemStatus', operation: 'get' },
			credentials: credentials(),
			stopped: received(1).then(async () => await new Promise((resolve) => setTimeout(resolve, 300))),
		});
		expect(office.simulator.requests).toHaveLength(1);
	});

	it('ends a node in the middle of its pages', async () => {
		for (let n = 0; n < 1500; n++) {
			const startedAt = office.now - (n + 2) * MINUTE;
			office.simulator.world.addCall({ startedAt, endedAt: startedAt + MINUTE / 2 });
		}
		office.simulator.faults.add({ kind: 'hang', skip: 2, times: 15 });
		await runNode({
			node: 'while1Voice',
			parameters: { resource: 'cdr', operation: 'getAll', returnAll: true, filters: {}, options: {} },
			credentials: credentials(),
			stopped: received(3),
		});
		expect(office.simulator.requests).toHaveLength(3);
	});
});
