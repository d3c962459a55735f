import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { demoCredentials } from '../../harness/engine/demoCredentials';
import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server/server';
import { firstIdOf } from '../../simulator/world/ids';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-11-20T01:00:00Z');
const ZONE = 'Europe/Bucharest';

let simulator: Simulator;
let now: number;

async function start(options: SimulatorOptions['while1'] = {}, zone = ZONE): Promise<void> {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0, zone }, clock: () => now, while1: options });
}

clockOfEachTest(() => now);
beforeEach(() => {
	now = START;
});
afterEach(async () => {
	jest.restoreAllMocks();
	await simulator.close();
});

function request(parameters: INodeParameters = {}): NodeRun {
	return {
		node: 'while1VoiceTrigger',
		parameters: { event: 'cdr', itemPer: 'leg', options: { timezone: ZONE }, ...parameters },
		credentials: demoCredentials(simulator.urls),
	};
}

/** Ended calls, `every` milliseconds apart, the last of them a minute before `end`. */
function addCalls(count: number, every: number, end = now): number[] {
	return Array.from({ length: count }, (_, i) => {
		const startedAt = end - 2 * MINUTE - i * every;
		return simulator.world.addCall({ startedAt, endedAt: startedAt + MINUTE, answeredAt: startedAt + 5000 }).id;
	});
}

const keys = (items: IDataObject[]) => items.map(({ id }) => Number((id as string).split(':')[2]));

async function requestsOf(trigger: PublishedTrigger): Promise<{ items: IDataObject[]; requests: number }> {
	simulator.requests.length = 0;
	const items = await trigger.poll();
	return { items, requests: simulator.requests.length };
}

it('emits each call once, after it has ended, as one signed request', async () => {
	await start();
	addCalls(5, MINUTE);
	const trigger = await PublishedTrigger.publish(request());
	expect(await trigger.poll()).toEqual([]);
	now += 10 * MINUTE;
	const added = addCalls(3, MINUTE);
	const { items, requests } = await requestsOf(trigger);
	expect(keys(items).sort()).toEqual(added.sort());
	expect(requests).toBe(1);
	expect(JSON.parse(simulator.requests[0].body)).toMatchObject({
		action: 'read',
		page: 1,
		filters: { date_between: ['2026-11-19 02:00:00', '2026-11-22 04:10:00'] },
	});
	now += MINUTE;
	expect(await trigger.poll()).toEqual([]);
});

it('tells the facts of the record and no more, so that a report can rely on them', async () => {
	await start();
	const trigger = await PublishedTrigger.publish(request({ options: { timezone: ZONE, includeRaw: true } }));
	await trigger.poll();
	const startedAt = now;
	const call = simulator.world.addCall({
		from: '+40212345678',
		to: '+40212345679',
		startedAt,
		answeredAt: startedAt + 12_000,
		endedAt: startedAt + 72_000,
		user: 'John Smith',
	});
	now += 5 * MINUTE;
	const [item] = await trigger.poll();
	expect(item).toMatchObject({
		id: `while1Voice:cdr:${call.id}`,
		schemaVersion: 1,
		provider: 'while1Voice',
		event: 'cdr',
		direction: 'inbound',
		outcome: 'answered',
		from: { number: '+40212345678', e164: '+40212345678' },
		to: { number: '+40212345679' },
		user: { id: '1', name: null },
		startedAt: new Date(startedAt).toISOString(),
		answeredAt: new Date(startedAt + 12_000).toISOString(),
		endedAt: new Date(startedAt + 72_000).toISOString(),
		durationSeconds: 72,
		waitSeconds: 12,
		talkSeconds: 60,
		queue: { id: null, name: null },
		cost: null,
		parentId: null,
		raw: { id: String(call.id), call_status: 'ANSWERED', date: '2026-11-20 03:00:00' },
	});
});

it('links the leg of a call to it', async () => {
	await start();
	const trigger = await PublishedTrigger.publish(request());
	await trigger.poll();
	const call = simulator.world.addCall({
		queue: 'Support',
		startedAt: now,
		answeredAt: now + 20_000,
		endedAt: now + 60_000,
		withLeg: true,
	});
	now += 5 * MINUTE;
	const items = await trigger.poll();
	expect(items.map(({ parentId }) => parentId)).toEqual([null, `while1Voice:cdr:${call.id}`]);
});

describe.each(['newestFirst', 'oldestFirst', 'shuffled'] as const)(
	'A PBX with more calls than a page, listed %s',
	(order) => {
		it('needs one request for a poll between sweeps and loses no call, late ones and bursts included', async () => {
			await start({ order });
			addCalls(450, 3 * MINUTE);
			const trigger = await PublishedTrigger.publish(request());
			const emitted: number[] = [];
			const expected: number[] = [];
			const costs: number[] = [];
			await trigger.poll();
			for (let minute = 1; minute <= 150; minute++) {
				now += MINUTE;
				if (minute % 3 === 0) expected.push(...addCalls(1, 1000));
				// Late, and with an ID below those that were seen meanwhile.
				if (minute % 10 === 0) {
					const startedAt = now - 2 * MINUTE;
					const id = firstIdOf(startedAt) + minute;
					expected.push(
						simulator.world.addCall({ id, startedAt, endedAt: startedAt + MINUTE, latenessMs: 45 * MINUTE }).id,
					);
				}
				if (minute === 40) expected.push(...addCalls(230, 100));
				const { items, requests } = await requestsOf(trigger);
				emitted.push(...keys(items));
				costs.push(requests);
			}
			now += 2 * HOUR;
			emitted.push(...keys(await trigger.poll()));
			expect(new Set(emitted).size).toBe(emitted.length);
			expect(emitted.sort()).toEqual(expected.sort());
			const single = costs.filter((cost) => cost === 1).length;
			expect(single).toBeGreaterThanOrEqual(145);
			expect(JSON.stringify(trigger.saved()).length).toBeLessThan(500 + 40 * emitted.length);
		});

		it('catches up after an outage of days, oldest first, a thousand calls at a time', async () => {
			await start({ order });
			const trigger = await PublishedTrigger.publish(request());
			await trigger.poll();
			now += 4 * DAY;
			const expected = addCalls(2400, 2 * MINUTE);
			const emitted: number[] = [];
			for (let poll = 0; poll < 4; poll++) {
				const found = keys(await trigger.poll());
				expect(found.length).toBeLessThanOrEqual(1000);
				emitted.push(...found);
				now += MINUTE;
			}
			expect(emitted).toEqual([...expected].reverse());
		});
	},
);

it('reads the whole window when the PBX does not honour from_id as thought, or calls would be passed over', async () => {
	await start({ fromId: 'ignored' });
	addCalls(250, 4 * MINUTE);
	const trigger = await PublishedTrigger.publish(request());
	await trigger.poll();
	now += 5 * MINUTE;
	const added = addCalls(2, 1000);
	const { items, requests } = await requestsOf(trigger);
	expect(keys(items).sort()).toEqual(added.sort());
	expect(requests).toBeGreaterThan(1);
});

it('reads the whole window when the newest known record was deleted', async () => {
	await start();
	const old = addCalls(250, 4 * MINUTE);
	const trigger = await PublishedTrigger.publish(request());
	await trigger.poll();
	simulator.world.removeCall(old[0]);
	now += 5 * MINUTE;
	const added = addCalls(2, 1000);
	expect(keys(await trigger.poll()).sort()).toEqual(added.sort());
});

it.each(['filters', 'none'] as const)(
	'emits records that tell no end (%s), each once, or another version of the PBX would go unheard',
	async (rows) => {
		await start({ rows });
		addCalls(30, MINUTE);
		const trigger = await PublishedTrigger.publish(request());
		expect(await trigger.poll()).toEqual([]);
		const emitted: number[] = [];
		const expected: number[] = [];
		for (let poll = 0; poll < 5; poll++) {
			now += 10 * MINUTE;
			expected.push(...addCalls(2, 1000));
			emitted.push(...keys(await trigger.poll()));
		}
		expect(emitted.sort()).toEqual(expected.sort());
	},
);

it('reads the start from uniqueid where a record has no date', async () => {
	await start({ rows: 'filters' });
	const trigger = await PublishedTrigger.publish(request());
	await trigger.poll();
	simulator.world.addCall({ startedAt: now, endedAt: now + MINUTE });
	now += 5 * MINUTE;
	const [item] = await trigger.poll();
	expect([item.startedAt, item.endedAt, item.durationSeconds]).toEqual([new Date(START).toISOString(), null, null]);
});

it.each([
	['2026-10-24T22:30:00Z', 'the hour that comes twice'],
	['2026-03-28T22:30:00Z', 'the hour that is skipped'],
])('loses and doubles no call in the night of %s, with %s', async (from) => {
	now = Date.parse(from);
	await start();
	const trigger = await PublishedTrigger.publish(request());
	await trigger.poll();
	const emitted: number[] = [];
	const expected: number[] = [];
	for (let poll = 0; poll < 40; poll++) {
		now += 10 * MINUTE;
		expected.push(...addCalls(2, 1000));
		emitted.push(...keys(await trigger.poll()));
	}
	expect(emitted.sort()).toEqual(expected.sort());
});

it('keeps its state through a failure and says why, so that no call is lost to an outage', async () => {
	await start();
	const trigger = await PublishedTrigger.publish(request());
	await trigger.poll();
	now += 5 * MINUTE;
	const added = addCalls(2, 1000);
	simulator.faults.add({ kind: '500', times: 1 });
	await expect(trigger.poll()).rejects.toMatchObject({ failure: { cause: 'temporarily-unavailable' } });
	expect(keys(await trigger.poll()).sort()).toEqual(added.sort());
});

it('refuses to start with a wrong token or an address that cannot be right', async () => {
	await start();
	const run = request();
	const wrong = { ...run, credentials: { while1VoiceApi: { ...run.credentials?.while1VoiceApi, apiToken: 'x' } } };
	await expect((await PublishedTrigger.publish(wrong)).poll()).rejects.toMatchObject({
		message: 'While1 Voice refused the API token: Token does not match',
	});
	const open = {
		...run,
		credentials: { while1VoiceApi: { ...run.credentials?.while1VoiceApi, baseUrl: 'http://pbx.example.com' } },
	};
	await expect((await PublishedTrigger.publish(open)).poll()).rejects.toMatchObject({
		message: "'Base URL' in the credential begins with http://",
	});
});

it.each(['oldestFirst', 'newestFirst', 'shuffled'] as const)(
	'shows the newest call in a test run, though the day has many pages of them, listed %s',
	async (order) => {
		await start({ order });
		const added = addCalls(950, MINUTE);
		const trigger = await PublishedTrigger.publish(request());
		expect(keys(await trigger.poll({ mode: 'manual' }))).toEqual([added[0]]);
		expect(simulator.requests.length).toBeLessThanOrEqual(5);
	},
);

it('shows the newest call in a test run of a quiet account, whose last call was weeks ago', async () => {
	await start({ order: 'oldestFirst' });
	const added = addCalls(300, DAY, now - 40 * DAY);
	const trigger = await PublishedTrigger.publish(request());
	expect(keys(await trigger.poll({ mode: 'manual' }))).toEqual([added[0]]);
	expect(simulator.requests.length).toBeLessThanOrEqual(12);
});

it('honours the filters by direction, outcome, number and user', async () => {
	await start();
	const run = async (filters: INodeParameters) => {
		const trigger = await PublishedTrigger.publish(request({ filters, startFrom: 'hoursAgo', hours: 5 }));
		return keys(await trigger.poll());
	};
	const answered = simulator.world.addCall({
		startedAt: now - HOUR,
		from: '+40211',
		user: 'John Smith',
		outcome: 'answered',
	}).id;
	const missed = simulator.world.addCall({
		startedAt: now - HOUR,
		from: '+40222',
		user: 'Kevin Smith',
		direction: 'outbound',
		to: '+40333',
	}).id;
	expect(await run({ direction: ['outbound'] })).toEqual([missed]);
	expect(await run({ outcome: ['answered'] })).toEqual([answered]);
	expect(await run({ number: '0 333' })).toEqual([missed]);
	expect(await run({ users: '1' })).toEqual([answered]);
});

it('asks for the legs of a call that ended long ago by linkedid, or an answered customer looks missed between two sweeps', async () => {
	await start();
	addCalls(150, MINUTE);
	const from = '+61491570156';
	const rings = ['John Smith', 'Kevin Smith', 'Aisha Rahman', 'José García', 'Mei-Ling Chen'];
	const trigger = await PublishedTrigger.publish(request({ itemPer: 'call' }));
	await trigger.poll();
	now += MINUTE;
	const { legs } = simulator.world.addGroupCall({
		queue: 'Sales queue',
		from,
		rings,
		startedAt: now,
		answer: { by: 'John Smith', afterSeconds: 20, talkSeconds: 60 },
		transfers: [{ to: 'Emma Walker', kind: 'blind', talkSeconds: 40 * 60 }],
	});
	// The next 200 records push those of the phones that rang out of what a short read shows.
	for (let i = 0; i < 50; i++) {
		now += MINUTE;
		for (let n = 0; n < 4; n++) addCalls(1, MINUTE);
		if (i === 38) simulator.requests.length = 0;
		for (const item of await trigger.poll()) {
			if (!(item.from as { number: string }).number.endsWith('570156')) continue;
			expect(item).toMatchObject({ outcome: 'answered', transfers: 1 });
			expect(item.legs).toHaveLength(legs.length + 1);
			const asked = simulator.requests.map(({ body }) => (JSON.parse(body) as { filters: object }).filters);
			expect(asked.filter((filters) => 'linkedid' in filters).length).toBeGreaterThan(0);
			return;
		}
	}
	throw new Error('The call never came');
});
