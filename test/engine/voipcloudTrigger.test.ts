import type { INodeParameters } from 'n8n-workflow';

import { demoCredentials } from '../../harness/engine/demoCredentials';
import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import { officeForTests } from '../../harness/office';

const MINUTE = 60_000;

const office = officeForTests();

const EVENTS = [
	{
		event: 'queueCall',
		call: { queue: 'Sales queue' },
		told: { queue: { id: null, name: 'Sales queue' }, direction: 'inbound', outcome: 'abandoned' },
	},
	{
		event: 'ringGroupCall',
		call: { ringGroup: 'Reception' },
		told: { ringGroup: { id: null, name: 'Reception' }, direction: 'inbound', outcome: 'abandoned' },
	},
	{
		event: 'userCall',
		call: { user: 'John Smith', direction: 'inbound' as const },
		told: { direction: 'inbound', outcome: 'missed' },
	},
];

describe.each(EVENTS)('event $event', ({ event, call, told }) => {
	it.each(['v1', 'v2'])(
		'comes once on API version %s, after the call has ended, so that a caller is called back once',
		async (apiVersion) => {
			const trigger = await PublishedTrigger.publish({
				node: 'voipcloudTrigger',
				parameters: { event, itemPer: 'leg' },
				credentials: demoCredentials(office.simulator.urls, apiVersion),
			});
			office.simulator.world.addCall({
				...call,
				from: '+61400000001',
				startedAt: office.now - 60 * MINUTE,
				endedAt: office.now - 59 * MINUTE,
			});
			expect(await trigger.poll()).toEqual([]);
			office.simulator.world.addCall({
				...call,
				from: '+61400000002',
				startedAt: office.now + MINUTE,
				endedAt: office.now + 5 * MINUTE,
			});
			const polls = [];
			for (let i = 0; i < 8; i++) {
				office.now += MINUTE;
				polls.push(await trigger.poll());
			}
			expect(polls.map((items) => items.length).reduce((sum, count) => sum + count)).toBe(1);
			expect(polls.slice(0, 4).flat()).toEqual([]);
			const [item] = polls.flat();
			expect(item).toMatchObject({ provider: 'voipcloud', event, schemaVersion: 1, durationSeconds: 240, ...told });
			expect((item.from as { number: string }).number).toContain('61400000002');
			expect(item.id).toMatch(new RegExp(`^voipcloud:${event}:\\S+$`));
			expect(office.simulator.requests).toHaveLength(9);
		},
	);
});

describe('a filter for what no call of the event can be', () => {
	const request = (event: string, filters: INodeParameters, apiVersion = 'v1'): NodeRun => ({
		node: 'voipcloudTrigger',
		parameters: { event, filters },
		credentials: demoCredentials(office.simulator.urls, apiVersion),
	});

	it.each([
		['queueCall', { outcome: ['missed', 'answered'] }, 'missed', 'answered, abandoned, timedOut'],
		['ringGroupCall', { outcome: ['busy', 'failed'] }, 'busy, failed', 'answered, abandoned, timedOut'],
		['userCall', { direction: ['internal'] }, 'internal', 'outbound, inbound'],
		['userCall', { outcome: ['abandoned'] }, 'abandoned', 'answered, missed'],
	])(
		'is refused when %s is published with %j, or the trigger would be silent for ever',
		async (event, filters, never, can) => {
			for (const mode of ['trigger', 'manual'] as const) {
				const trigger = await PublishedTrigger.publish(request(event, filters));
				const error = (await trigger.poll({ mode }).catch((thrown: unknown) => thrown)) as Error & {
					description: string;
				};
				expect(error.message).toMatch(new RegExp(`asks for what no call of this event can be: ${never}$`));
				expect(error.description).toContain(`can be: ${can}.`);
			}
			expect(office.simulator.requests).toEqual([]);
		},
	);

	it('is taken on version 2, which can tell it', async () => {
		const trigger = await PublishedTrigger.publish(request('userCall', { direction: ['internal'] }, 'v2'));
		await expect(trigger.poll()).resolves.toEqual([]);
	});

	it('does not stop a trigger that runs: what can occur still comes when an expression gives more', async () => {
		const outcome = `={{ $now.toMillis() < ${office.now + 5 * MINUTE} ? ['abandoned'] : ['abandoned', 'missed'] }}`;
		const trigger = await PublishedTrigger.publish(request('queueCall', { outcome }));
		await trigger.poll();
		office.now += 10 * MINUTE;
		office.simulator.world.addCall({
			queue: 'Sales queue',
			startedAt: office.now - 2 * MINUTE,
			endedAt: office.now - MINUTE,
		});
		await expect(trigger.poll()).resolves.toMatchObject([{ outcome: 'abandoned' }]);
		// Published anew it is refused.
		const again = await PublishedTrigger.publish(request('queueCall', { outcome }));
		await expect(again.poll()).rejects.toThrow('asks for what no call of this event can be: missed');
	});
});
