import { createSimulator, type Simulator } from '../../simulator/server';
import { PublishedTrigger } from './n8n';

const START = Date.parse('2026-11-20T01:00:00Z');
const MINUTE = 60_000;

let simulator: Simulator;
let now: number;

beforeEach(async () => {
	now = START;
	jest.spyOn(Date, 'now').mockImplementation(() => now);
	simulator = await createSimulator({ world: { seed: 3, callsPerDay: 0, clock: () => now } });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await simulator.close();
});

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
				credentials: { voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion } },
			});
			simulator.world.addCall({
				...call,
				from: '+61400000001',
				startedAt: now - 60 * MINUTE,
				endedAt: now - 59 * MINUTE,
			});
			expect(await trigger.poll()).toEqual([]);
			simulator.world.addCall({ ...call, from: '+61400000002', startedAt: now + MINUTE, endedAt: now + 5 * MINUTE });
			const polls = [];
			for (let i = 0; i < 8; i++) {
				now += MINUTE;
				polls.push(await trigger.poll());
			}
			expect(polls.map((items) => items.length).reduce((sum, count) => sum + count)).toBe(1);
			expect(polls.slice(0, 4).flat()).toEqual([]);
			const [item] = polls.flat();
			expect(item).toMatchObject({ provider: 'voipcloud', event, schemaVersion: 1, durationSeconds: 240, ...told });
			expect((item.from as { number: string }).number).toContain('61400000002');
			expect(item.id).toMatch(new RegExp(`^voipcloud:${event}:\\S+$`));
			expect(simulator.requests).toHaveLength(9);
		},
	);
});
