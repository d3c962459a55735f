import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest, eventually } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import type { Fault } from '../../simulator/server/faults';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KEY = 'voipcloud-demo-key';

let simulator: Simulator;
/** What the clock is ahead of that of the test line, for the simulator and for the node. */
let offset = 0;
const { now } = Date;
clockOfEachTest(() => now() + offset);

beforeEach(async () => {
	offset = 0;
	simulator = await createSimulator({
		world: { seed: 3, callsPerDay: 0, clock: () => Date.now() },
		limits: { voipcloud: null },
	});
	// Each test is an account of its own to the node's pacing, which lasts as long as the process.
	simulator.faces.voipcloud.change({ apiKeys: [KEY, `${KEY} ${++accounts}`] });
});

afterEach(async () => {
	await simulator.close();
});

let accounts = 0;

function request(parameters: INodeParameters = {}, apiKey = `${KEY} ${accounts}`): NodeRun {
	return {
		node: 'voipcloudTrigger',
		parameters: { event: 'queueCall', startFrom: 'now', filters: {}, output: 'full', options: {}, ...parameters },
		credentials: { voipcloudApi: { apiKey, baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' } },
	};
}

function fault(kind: Fault['kind'], more: Partial<Fault> = {}): void {
	simulator.faults.add({ kind, provider: 'voipcloud', ...more });
}

/** A call that ended just now. */
function call(from = '+61491570001', endedAgo = 1000): void {
	const endedAt = Date.now() - endedAgo;
	simulator.world.addCall({ queue: 'Sales queue', from, startedAt: endedAt - MINUTE, endedAt });
}

const callers = (items: IDataObject[]) => items.map((item) => (item.from as IDataObject).number);

async function failing(poll: Promise<unknown>): Promise<IDataObject> {
	const error: unknown = await poll.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (error === undefined) throw new Error('It did not fail');
	return error as IDataObject;
}

async function published(parameters?: INodeParameters): Promise<PublishedTrigger> {
	const trigger = await PublishedTrigger.publish(request(parameters));
	expect(await trigger.poll()).toEqual([]);
	offset += 10_000;
	return trigger;
}

describe('publishing', () => {
	it.each<Fault['kind']>(['500', '429', '502', 'reset', 'truncated', 'brokenJson'])(
		'is not refused by a passing fault (%s), and a call that ends meanwhile is not lost',
		async (kind) => {
			fault(kind);
			const trigger = await published();
			call();
			expect(callers(await trigger.poll())).toEqual(['61491570001']);
		},
	);

	it('fails with a wrong key, instead of being silent for ever', async () => {
		const trigger = await PublishedTrigger.publish(request({}, 'wrong'));
		const error = await failing(trigger.poll());
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '401', failure: { cause: 'credential-invalid' } });
		expect(trigger.saved()).toEqual({ 'node:Node under test': {} });
	});

	it.each<[string, INodeParameters, RegExp]>([
		[
			'a start date in the future',
			{ startFrom: 'date', startDate: '2999-01-01T00:00:00' },
			/'Start Date' is in the future/,
		],
		['a start date that is none', { startFrom: 'date', startDate: 'soon' }, /'Start Date' is not a date/],
		['no start date', { startFrom: 'date', startDate: '' }, /'Start Date' is not a date/],
		['a look-back of 0', { options: { lookbackMinutes: 0 } }, /'Lookback Minutes' must be a number from 1 to 10080/],
		['a look-back of a month', { options: { lookbackMinutes: 43_200 } }, /'Lookback Minutes' must be/],
		['no items', { options: { maxItemsPerPoll: 0 } }, /'Max Items per Poll' must be a number from 1 to 10000/],
		['a look-back in hexadecimal', { options: { lookbackMinutes: '0x10' } }, /'Lookback Minutes' must be/],
		['a length that is no number', { filters: { minimumDuration: '1e3' } }, /'Minimum Duration' must be/],
		['a switch that says neither', { options: { includeRaw: 'yes' } }, /'Include Raw' must be true or false/],
		['0 hours', { startFrom: 'hoursAgo', hours: 0 }, /'Hours' must be/],
		['an event that it lacks', { event: 'queue call' }, /'Event' must be one of: queueCall, ringGroupCall, userCall/],
		[
			'an output that there is not',
			{ output: '={{ "Raw Record" }}' },
			/'Output' must be one of: simplified, full, raw/,
		],
		[
			'an item of neither kind',
			{ event: 'userCall', itemPer: '={{ "each" }}' },
			/'One Item Per' must be one of: call, leg/,
		],
		['a start that there is not', { startFrom: '={{ "today" }}' }, /'Start From' must be one of: now, hoursAgo, date/],
		[
			'missed calls of users',
			{ event: 'missedNotReturned', missedIn: 'userCall' },
			/'Missed In' must be one of: queueCall, ringGroupCall/,
		],
	])('says what is wrong with %s, also in a test run', async (_name, parameters, message) => {
		const trigger = await PublishedTrigger.publish(request(parameters));
		for (const mode of ['trigger', 'manual'] as const) {
			const error = await failing(trigger.poll({ mode }));
			expect(error).toMatchObject({ name: 'NodeOperationError', failure: { cause: 'configuration-invalid' } });
			expect(error.message).toMatch(message);
		}
		expect(simulator.requests).toHaveLength(0);
	});

	it('says that an expression in Event was taken as a text, or a name that was typed right would be looked at', async () => {
		const said = async (event: string) => {
			const trigger = await PublishedTrigger.publish(request({ event }));
			return (await failing(trigger.poll({ mode: 'manual' }))).description;
		};
		expect(await said('={{ "queueCall" }}')).toMatch(
			/was taken as a text, not as an expression\. Choose from the list\.$/,
		);
		expect(await said('queueCalls')).toBe('It is "queueCalls" now. Nothing was sent. Choose from the list.');
	});

	it('loses no call that ends a moment later, though the provider tells only the second', async () => {
		offset += 500 - (Date.now() % 1000);
		const trigger = await PublishedTrigger.publish(request());
		expect(await trigger.poll()).toEqual([]);
		offset += 950 - (Date.now() % 1000);
		call('+61491570001', 0);
		expect(callers(await trigger.poll())).toEqual(['61491570001']);
	});

	it('gives no call that ended a moment before, though the provider tells only the second', async () => {
		offset += 500 - (Date.now() % 1000);
		call('+61491570001', 100);
		const trigger = await PublishedTrigger.publish(request());
		expect(await trigger.poll()).toEqual([]);
		offset += MINUTE;
		call('+61491570002');
		expect(callers(await trigger.poll())).toEqual(['61491570002']);
	});

	it('takes a queue that does not exist for an empty list', async () => {
		const trigger = await published({ filters: { queues: 'No such queue' } });
		call();
		expect(await trigger.poll()).toEqual([]);
	});
});

describe('a failed poll', () => {
	it.each<[Fault['kind'], string, number | undefined]>([
		['429', 'rate-limited', 120_000],
		['500', 'temporarily-unavailable', 120_000],
		['html', 'configuration-invalid', undefined],
		['brokenJson', 'temporarily-unavailable', undefined],
		['truncated', 'temporarily-unavailable', undefined],
		['reset', 'temporarily-unavailable', undefined],
	])('with %s is thrown with its cause, moves nothing, and loses no call', async (kind, cause, retryAfterMs) => {
		const trigger = await published();
		call();
		const before = trigger.saved();
		fault(kind, retryAfterMs === undefined ? {} : { retryAfterSeconds: retryAfterMs / 1000 });
		const error = await failing(trigger.poll());
		expect(error.name).toBe('NodeApiError');
		expect(error.failure).toEqual(
			retryAfterMs === undefined ? expect.objectContaining({ cause }) : { cause, retryAfterMs },
		);
		expect(trigger.saved()).toEqual(before);
		expect(callers(await trigger.poll())).toEqual(['61491570001']);
		expect(await trigger.poll()).toEqual([]);
	});

	it('that is slower than its time budget ends in it', async () => {
		const trigger = await published();
		call();
		const before = trigger.saved();
		fault('hang');
		const error = await failing(trigger.poll({ budgetMs: 1500 }));
		expect(error).toMatchObject({ failure: { cause: 'temporarily-unavailable' } });
		expect(trigger.saved()).toEqual(before);
		expect(await trigger.poll()).toHaveLength(1);
	});
});

describe('a test run', () => {
	it('shows one call, the latest, as what stands behind may text each of them, and leaves the published trigger alone', async () => {
		const trigger = await published();
		call('+61491570001', 2000);
		call('+61491570002', 1000);
		const before = trigger.saved();
		expect(callers(await trigger.poll({ mode: 'manual' }))).toEqual(['61491570002']);
		expect(trigger.saved()).toEqual(before);
		expect(await trigger.poll()).toHaveLength(2);
	});

	it('shows as many of the latest as the user asks for, and says what is wrong with a number beyond', async () => {
		const many = async (testItems: unknown) => {
			const trigger = await PublishedTrigger.publish(request({ options: { testItems } as INodeParameters }));
			return await trigger.poll({ mode: 'manual' });
		};
		call('+61491570001', 5 * MINUTE);
		call('+61491570002', MINUTE);
		expect(callers(await many(2))).toEqual(['61491570002', '61491570001']);
		expect((await failing(many(51))).message).toBe("'Test Items' must be a number from 1 to 50");
	});

	it('says so when there is nothing to show', async () => {
		const trigger = await PublishedTrigger.publish(request());
		expect((await failing(trigger.poll({ mode: 'manual' }))).message).toBe('No finished call matches yet');
	});
});

describe('the in-memory engine', () => {
	it('starts a poll beside another: the call comes once', async () => {
		const trigger = await published();
		call();
		fault('slow', { ms: 300 });
		const [first, second] = await Promise.all([trigger.poll(), trigger.poll()]);
		expect([...first, ...second]).toHaveLength(1);
	});

	it('a poll that hangs does not silence the trigger, and what it brings at last comes once', async () => {
		const trigger = await PublishedTrigger.publish(request());
		await trigger.poll();
		let answer = () => {};
		fault('slow', { until: new Promise<void>((resolve) => (answer = resolve)) });
		const hung = trigger.poll();
		await eventually(() => simulator.requests.length === 2);
		offset += MINUTE;
		call();
		expect(await trigger.poll()).toEqual([]);
		expect(simulator.requests).toHaveLength(2);
		offset += 5 * MINUTE;
		expect(await trigger.poll()).toHaveLength(1);
		answer();
		expect(await hung).toEqual([]);
		offset += MINUTE;
		expect(await trigger.poll()).toEqual([]);
	});

	it('starts afresh when event, filters or account change, and with nothing else', async () => {
		const trigger = await published();
		call();
		expect(await trigger.poll()).toHaveLength(1);
		const saved = trigger.saved();
		const again = async (parameters: INodeParameters) => {
			const next = await PublishedTrigger.publish(request({ startFrom: 'hoursAgo', hours: 1, ...parameters }), saved);
			return await next.poll();
		};
		expect(
			await again({ output: 'raw', options: { includeRaw: true, lookbackMinutes: 60, maxItemsPerPoll: 5 } }),
		).toEqual([]);
		expect(await again({ startFrom: 'date', startDate: '2020-01-01' })).toEqual([]);
		expect(await again({ filters: { number: '', queues: [] } })).toEqual([]);
		expect(await again({ filters: { number: '4915' } })).toHaveLength(1);
	});
});

describe('the durable engine', () => {
	it('keeps nothing of a poll that failed, and nothing of the first that found nothing', async () => {
		const trigger = await PublishedTrigger.publish(request());
		const budgetMs = 36_000;
		let kept: IDataObject = {};
		const tick = async () => {
			const staged = structuredClone(kept);
			const items = await trigger.poll({ activation: 'update', budgetMs, staged });
			kept = staged;
			return items;
		};
		await trigger.poll({ activation: 'activate', staged: {} });
		expect(await tick()).toEqual([]);
		offset += 10_000;
		call();
		fault('500');
		expect(await failing(tick())).toMatchObject({ failure: { cause: 'temporarily-unavailable' } });
		expect(await tick()).toHaveLength(1);
		expect(await tick()).toEqual([]);
	});

	it('runs poll times that are due together side by side, each with a copy of one state: the call comes once', async () => {
		const trigger = await PublishedTrigger.publish(request());
		let kept: IDataObject = {};
		const tick = async (staged: IDataObject) => await trigger.poll({ activation: 'update', budgetMs: 36_000, staged });
		await tick(kept);
		offset += 10_000;
		call();
		fault('slow', { ms: 300 });
		const [staged, beside, late] = [structuredClone(kept), structuredClone(kept), structuredClone(kept)];
		const [first, second] = await Promise.all([tick(staged), tick(beside)]);
		expect(first).toHaveLength(1);
		expect(second).toEqual([]);
		expect(beside).toEqual(kept);
		// Its copy was made before the first poll's state was kept.
		expect(await tick(late)).toEqual([]);
		expect(late).toEqual(kept);
		kept = staged;
		call('+61491570002');
		expect(await tick(structuredClone(kept))).toHaveLength(1);
	});

	it('reads again what n8n did not keep: the call is not lost', async () => {
		const trigger = await PublishedTrigger.publish(request());
		const kept: IDataObject = {};
		const tick = async () =>
			await trigger.poll({ activation: 'update', budgetMs: 36_000, staged: structuredClone(kept) });
		await trigger.poll({ activation: 'update', budgetMs: 36_000, staged: kept });
		offset += 10_000;
		call();
		expect(await tick()).toHaveLength(1);
		offset += 15_000;
		expect(await tick()).toHaveLength(1);
	});
});

describe('cost', () => {
	it('is one request per poll and a state of the same size, for a day of history and for a year', async () => {
		const figures: string[] = [];
		const sizes: number[] = [];
		for (const days of [1, 365]) {
			await simulator.close();
			simulator = await createSimulator({
				world: { seed: 3, callsPerDay: 0, clock: () => Date.now() },
				limits: { voipcloud: null },
			});
			simulator.faces.voipcloud.change({ apiKeys: [`${KEY} ${++accounts}`] });
			// In the day that a poll reads, fewer than the hundred that a page may have been cut at.
			for (let ago = MINUTE; ago < days * DAY; ago += 20 * MINUTE) call('+61491570001', ago);
			const trigger = await PublishedTrigger.publish(request({ startFrom: 'hoursAgo', hours: 4 }));
			expect(await trigger.poll()).toHaveLength(12);
			simulator.requests.length = 0;
			for (let poll = 0; poll < 10; poll++) {
				offset += 5 * MINUTE;
				call();
				expect(await trigger.poll()).toHaveLength(1);
			}
			expect(simulator.requests).toHaveLength(10);
			const bytes = JSON.stringify(trigger.saved()).length;
			sizes.push(bytes);
			figures.push(`${days} days of history: 10 polls, ${simulator.requests.length} requests, ${bytes} bytes of state`);
		}
		process.stdout.write(`${figures.join('\n')}\n`);
		for (const bytes of sizes) expect(bytes).toBeLessThan(20_000);
	});

	it('of an outage of days: each poll emits the oldest that wait, within the request limit', async () => {
		await simulator.close();
		simulator = await createSimulator({ world: { seed: 3, callsPerDay: 400, clock: () => Date.now() } });
		simulator.faces.voipcloud.change({ apiKeys: [`${KEY} ${++accounts}`] });
		const trigger = await PublishedTrigger.publish(request({ options: { maxItemsPerPoll: 100 } }));
		await trigger.poll();
		offset += 5 * DAY;
		const from = Date.now() - 5 * DAY;
		const ids = new Set<unknown>();
		let latest = '';
		for (;;) {
			const items = await trigger.poll();
			for (const { id } of items) ids.add(id);
			if (items.length < 100) break;
			expect((items[0].startedAt as string) >= latest).toBe(true);
			latest = items[items.length - 1].startedAt as string;
			offset += MINUTE;
		}
		const ended = simulator.world
			.truthBetween(from - DAY, Date.now())
			.filter((one) => one.kind === 'queue' && one.endedAt !== null && one.endedAt >= from);
		expect(ids.size).toBeGreaterThanOrEqual(ended.length - 1);
		expect(simulator.requests.filter(({ status }) => status === 429)).toEqual([]);
	});
});

describe('odd records', () => {
	it.each([
		['null', null],
		['text', 'nonsense'],
		['an empty record', {}],
		[
			'garbage in every field',
			{ queue_name: {}, callerid: [], call_start_at: 'x', call_finished_at: 'y', status: 7, inbound_number: null },
		],
		['missing fields', { call_finished_at: '2999-01-01T00:00:00Z' }],
	])('such as %s do not stop the others', async (_name, odd) => {
		const trigger = await published();
		call();
		let spoilt = 0;
		const original = JSON.stringify;
		const spoil = jest.spyOn(JSON, 'stringify').mockImplementation(((value: unknown, ...rest: never[]) => {
			const body = value as { code?: number; data?: unknown[] } | null;
			if (body?.code === 200 && Array.isArray(body.data)) {
				spoilt++;
				return original({ ...body, data: [odd, ...body.data, odd] });
			}
			return original(value, ...rest);
		}) as typeof JSON.stringify);
		const items = await trigger.poll();
		spoil.mockRestore();
		expect(spoilt).toBe(1);
		expect(callers(items)).toContain('61491570001');
	});
});
