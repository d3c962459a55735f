import { PollContext } from 'n8n-core';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { all, DAY, errorOf, HOUR, ids, MINUTE, open, SECOND, serve, START, type Asked } from './contradictions';

let now: number;
let accounts = 0;
clockOfEachTest(() => now);
beforeEach(() => {
	now = START;
	accounts++;
});
afterEach(async () => {
	jest.restoreAllMocks();
	for (const server of open.splice(0)) await server.close();
});

async function simulated(zone = 'UTC'): Promise<Simulator> {
	const simulator = await createSimulator({
		world: { seed: 3, callsPerDay: 0, clock: () => now, zone },
		limits: { voipcloud: null },
	});
	simulator.faces.voipcloud.change({ apiKeys: [`key ${accounts}`] });
	open.push(simulator);
	return simulator;
}

const voipcloud = (baseUrl: string, event: string, apiVersion: string, more: INodeParameters = {}): NodeRun => ({
	node: 'voipcloudTrigger',
	parameters: { event, itemPer: 'leg', ...more },
	credentials: { voipcloudApi: { apiKey: `key ${accounts}`, baseUrl, apiVersion } },
});
const voipStudio = (baseUrl: string, more: INodeParameters = {}): NodeRun => ({
	node: 'voipStudioTrigger',
	parameters: { event: 'cdr', itemPer: 'leg', ...more },
	credentials: { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl } },
});
const while1 = (baseUrl: string, more: INodeParameters = {}, timezone = 'UTC'): NodeRun => ({
	node: 'while1VoiceTrigger',
	parameters: { event: 'cdr', itemPer: 'leg', ...more },
	timezone,
	credentials: { while1VoiceApi: { baseUrl, apiToken: 'while1-demo-token', apiKey: 'while1-demo-key' } },
});

/** Ten polls, a minute apart. */
async function polls(trigger: PublishedTrigger): Promise<IDataObject[]> {
	const items: IDataObject[] = [];
	for (let i = 0; i < 10; i++) {
		items.push(...(await trigger.poll()));
		now += MINUTE;
	}
	return items;
}

describe('VoIPstudio', () => {
	/** Missed calls of an hour, from the start on. */
	const rows = (count: number) =>
		Array.from({ length: count }, (_, i) => {
			const at = START + Math.floor((i * 3600) / count) * SECOND;
			const calldate = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
			return { id: i + 1, calldate, duration: 30, billsec: 0, type: 'M', src: '4479', dst: '1' };
		});

	function list(records: ReturnType<typeof rows>, { query }: Asked, most = Infinity) {
		const filter = JSON.parse(query.filter ?? '[]') as Array<{ operator: string; value: string }>;
		const found = records.filter(({ calldate }) =>
			filter.every(({ operator, value }) => (operator === 'gte' ? calldate >= value : calldate <= value)),
		);
		if (query.dir === 'DESC') found.reverse();
		const size = Math.min(most, Number(query.limit));
		const page = Number(query.page ?? 1);
		return { all: found, data: found.slice((page - 1) * size, page * size) };
	}

	it.each([
		['which gives pages of 5000', Infinity],
		['which gives pages of 1000 though 5000 are asked for', 1000],
	])('%s and counts each page as all there is: every call comes, once', async (_name, most) => {
		const records = rows(6000);
		const { url } = await serve((asked) => {
			const { data } = list(now < START + HOUR ? [] : records, asked, most);
			return { data, total: data.length };
		});
		const trigger = await PublishedTrigger.publish(voipStudio(url, all));
		await trigger.poll();
		now += 2 * HOUR;
		const items = await polls(trigger);
		expect(new Set(ids(items)).size).toBe(6000);
		expect(items).toHaveLength(6000);
	});

	it.each([
		[40, 20, 2],
		[9000, 20, 2],
		[2_000_000, 0, 1],
		[2_000_000, 250, 2],
	])(
		'whose total of %d counts the account where the window holds %d: an empty page proves the end, and every call comes once, by %d requests a poll',
		async (total, count, requests) => {
			const records = rows(count);
			const { url, asked } = await serve((one) => ({ data: list(now < START + HOUR ? [] : records, one).data, total }));
			const trigger = await PublishedTrigger.publish(voipStudio(url));
			await trigger.poll();
			now += 2 * HOUR;
			const given: IDataObject[] = [];
			for (let poll = 0; poll < 3; poll++) {
				asked.length = 0;
				given.push(...(await trigger.poll()));
				// Beside these the list of queues, at most once an hour.
				expect(asked.filter(({ query }) => 'sort' in query)).toHaveLength(requests);
				now += MINUTE;
			}
			expect(new Set(ids(given)).size).toBe(count);
			expect(given).toHaveLength(count);
		},
	);

	it('which always has one more page of calls: the poll ends, and says that it does not come to an end', async () => {
		let id = 0;
		const { url, asked } = await serve(() => {
			now += 20;
			const data = Array.from({ length: 5000 }, () => ({
				...rows(1)[0],
				id: ++id,
				calldate: '2026-11-20 02:00:00',
			}));
			return now < START + HOUR ? { data: [], total: 0 } : { data, total: 1e9 };
		});
		const trigger = await PublishedTrigger.publish(voipStudio(url));
		await trigger.poll();
		now += 2 * HOUR;
		asked.length = 0;
		expect(await errorOf(trigger.poll())).toMatch(
			/^VoIPstudio's records could not be read in one poll: \d+ requests in \d+ seconds did not come to an end$/,
		);
		expect(asked.length).toBeLessThanOrEqual(300);
	});

	it.each([
		['right', 'America/New_York', -5 * HOUR],
		['too far east', 'Australia/Sydney', 0],
		['too far west', 'America/Los_Angeles', 0],
	])(
		'whose zone is changed from UTC to one that is %s: no call is lost, none comes again',
		async (_name, zone, skew) => {
			const simulator = await simulated();
			simulator.world.clockSkewMs = skew;
			let made = 0;
			const got: string[] = [];
			const call = () => {
				made++;
				simulator.world.addCall({ startedAt: now - 3 * MINUTE, endedAt: now - 2 * MINUTE });
			};
			let trigger = await PublishedTrigger.publish(
				voipStudio(simulator.urls.voipstudio, { startFrom: 'hoursAgo', hours: 6 }),
			);
			got.push(...ids(await trigger.poll()));
			for (let i = 0; i < 48; i++) {
				now += 30 * MINUTE;
				call();
				got.push(...ids(await trigger.poll()));
			}
			trigger = await PublishedTrigger.publish(
				voipStudio(simulator.urls.voipstudio, { startFrom: 'hoursAgo', hours: 6, options: { timezone: zone } }),
				trigger.saved(),
			);
			for (let i = 0; i < 48; i++) {
				now += 30 * MINUTE;
				call();
				got.push(...ids(await trigger.poll()));
			}
			// By a zone too far west calls end hours from now: they are held until then.
			now += 12 * HOUR;
			got.push(...ids(await trigger.poll()));
			expect(got).toHaveLength(made);
			expect(new Set(got).size).toBe(made);
		},
	);

	it('whose calls of the hour that clocks repeat are read before and after the change: each comes once, at one time', async () => {
		now = Date.parse('2026-10-24T23:00:00Z');
		const calldates = ['2026-10-25 02:20:53', '2026-10-25 02:50:00', '2026-10-25 02:10:00'];
		let listed = 0;
		const { url } = await serve(() => {
			const data = rows(3).map((row, i) => ({ ...row, calldate: calldates[i] }));
			return { data: data.slice(0, listed), total: listed };
		});
		const trigger = await PublishedTrigger.publish(
			voipStudio(url, { options: { timezone: 'Europe/Madrid', lookbackMinutes: 15 } }),
		);
		await trigger.poll();
		const got: IDataObject[] = [];
		for (const [at, count] of [
			['2026-10-25T00:22:00Z', 1],
			['2026-10-25T00:52:00Z', 2],
			['2026-10-25T01:12:00Z', 3],
			['2026-10-25T04:58:00Z', 3],
			['2026-12-01T00:00:00Z', 3],
		] as const) {
			now = Date.parse(at);
			listed = count;
			got.push(...(await trigger.poll()));
		}
		expect(got.map(({ startedAt }) => startedAt)).toEqual([
			'2026-10-25T00:20:53.000Z',
			'2026-10-25T00:50:00.000Z',
			'2026-10-25T00:10:00.000Z',
		]);
	});
});

describe('VoIPcloud', () => {
	const rows = (count: number) =>
		Array.from({ length: count }, (_, i) => {
			const at = START + (count - i) * SECOND;
			return {
				queue_name: 'Sales',
				callerid: `6149157${1000 + i}`,
				inbound_number: '6125550101',
				call_start_at: new Date(at).toISOString(),
				call_answered_at: null,
				call_finished_at: new Date(at + 30 * SECOND).toISOString() as string | null,
				answered_by_user_name: '',
				status: 'abandoned',
			};
		});

	it('which gives pages of 1000 though 10000 are asked for: every call comes, once', async () => {
		const { url } = await serve(({ query }) => {
			const offset = Number(query.offset ?? 0);
			const data = now < START + HOUR ? [] : rows(2500);
			return { code: 200, data: data.slice(offset, offset + Math.min(1000, Number(query.limit))) };
		});
		const trigger = await PublishedTrigger.publish(voipcloud(url, 'queueCall', 'v1', all));
		await trigger.poll();
		now += 2 * HOUR;
		const items = await polls(trigger);
		expect([items.length, new Set(ids(items)).size]).toEqual([2500, 2500]);
	});

	it('which gives the first page for every offset: an error says so, and nothing moves on', async () => {
		const { url, asked } = await serve(() => ({ code: 200, data: now < START + HOUR ? [] : rows(200) }));
		const trigger = await PublishedTrigger.publish(voipcloud(url, 'queueCall', 'v1', all));
		await trigger.poll();
		now += 2 * HOUR;
		const before = trigger.saved();
		asked.length = 0;
		expect(await errorOf(trigger.poll())).toBe(
			'VoIPcloud gives the same 200 calls again where those from number 181 on were asked for',
		);
		expect(asked).toHaveLength(2);
		expect(trigger.saved()).toEqual(before);
	});

	it('whose calls that never end fill the first page of a list by end: the finished ones behind them come', async () => {
		const endless = rows(120).map((row, i) => ({
			...row,
			callerid: `6149158${1000 + i}`,
			call_start_at: new Date(START - 9 * DAY).toISOString(),
			call_finished_at: null,
			status: '',
		}));
		const { url } = await serve(({ query }) => {
			const offset = Number(query.offset ?? 0);
			const data = [...endless, ...(now < START + HOUR ? [] : rows(30))];
			return { code: 200, data: data.slice(offset, offset + Math.min(100, Number(query.limit))) };
		});
		const trigger = await PublishedTrigger.publish(voipcloud(url, 'queueCall', 'v1', all));
		await trigger.poll();
		now += 2 * HOUR;
		expect(await trigger.poll()).toHaveLength(30);
	});

	it.each([
		['queueCall', 'v1'],
		['queueCall', 'v2'],
		['userCall', 'v1'],
		['userCall', 'v2'],
	])('where somebody renames a queue or user: no %s of %s comes again', async (event, version) => {
		const simulator = await simulated();
		const trigger = await PublishedTrigger.publish(voipcloud(simulator.urls.voipcloud, event, version));
		await trigger.poll();
		for (let i = 0; i < 30; i++) {
			const startedAt = now + i * MINUTE;
			const place = event === 'queueCall' ? { queue: 'Sales queue' } : { user: 'John Smith' };
			simulator.world.addCall({ ...place, startedAt, endedAt: startedAt + 30_000, from: `+6149157${1000 + i}` });
		}
		now += HOUR;
		expect(await trigger.poll()).toHaveLength(30);
		simulator.world.queues[0].name = 'Sales';
		simulator.world.users[0].name = 'John A. Smith';
		now += MINUTE;
		expect(await trigger.poll()).toEqual([]);
	});

	it('which begins to send one field more: no call comes again', async () => {
		let more = {};
		const { url } = await serve(() => ({
			code: 200,
			data: now < START + HOUR ? [] : rows(30).map((row) => ({ ...row, ...more })),
		}));
		const trigger = await PublishedTrigger.publish(voipcloud(url, 'queueCall', 'v1'));
		await trigger.poll();
		now += 2 * HOUR;
		expect(await trigger.poll()).toHaveLength(30);
		more = { recording_url: null };
		now += MINUTE;
		expect(await trigger.poll()).toEqual([]);
	});

	it.each(['queues', 'outcome'])(
		"where the expression in '%s' gives another value: calls of hours ago, which nobody wanted then, do not come at once",
		async (filter) => {
			const { url } = await serve(({ query }) => ({
				code: 200,
				data: now < START + HOUR || (query.queues_names ?? 'Sales') !== 'Sales' ? [] : rows(30),
			}));
			const value = filter === 'queues' ? ['Support', 'Sales'] : ['answered', 'abandoned'];
			const filters = { [filter]: `={{ $now.toMillis() > ${START + 3 * HOUR} ? ['${value[1]}'] : ['${value[0]}'] }}` };
			const trigger = await PublishedTrigger.publish(voipcloud(url, 'queueCall', 'v1', { filters }));
			await trigger.poll();
			now += 2 * HOUR;
			expect(await trigger.poll()).toEqual([]);
			now += 2 * HOUR;
			expect(await trigger.poll()).toEqual([]);
		},
	);
});

describe('While1 Voice', () => {
	const rows = (count: number) =>
		Array.from({ length: count }, (_, i) => ({
			id: String(i + 1),
			date: new Date(START + i * MINUTE).toISOString().slice(0, 19).replace('T', ' '),
			duration: '30',
			call_status: 'ANSWERED',
			source: '0721000000',
		}));

	function answer(records: IDataObject[], { body }: Asked, { lost = 0, pageSize = 100 } = {}) {
		const page = Number(body.page);
		const results = records.slice((page - 1) * pageSize, page * pageSize);
		return {
			has_error: false,
			messages: [],
			pagination: {
				row_count: records.length,
				page_size: pageSize,
				current_page: page,
				max_page: Math.ceil(records.length / pageSize),
			},
			results: results.slice(0, results.length - lost),
		};
	}

	it.each([
		['one page', 80],
		['several pages', 250],
	])('whose %s come short of what it counts: an error says so, and after it no call is lost', async (_name, count) => {
		let lost = 0;
		const { url } = await serve((asked) => answer(now < START + HOUR ? [] : rows(count), asked, { lost }));
		const trigger = await PublishedTrigger.publish(while1(url, all));
		await trigger.poll();
		now += 54 * HOUR;
		lost = 7;
		const before = trigger.saved();
		const held = count - 7 * Math.ceil(count / 100);
		expect(await errorOf(trigger.poll())).toBe(`While1 Voice counts ${count} calls, and its pages hold ${held}`);
		expect(trigger.saved()).toEqual(before);
		lost = 0;
		now += MINUTE;
		expect(await trigger.poll()).toHaveLength(count);
	});

	it('which counts fewer pages than there are: a full page is not the last one', async () => {
		const { url } = await serve((asked) => {
			const whole = answer(now < START + HOUR ? [] : rows(250), asked);
			return { ...whole, pagination: { ...whole.pagination, row_count: whole.results.length, max_page: 1 } };
		});
		const trigger = await PublishedTrigger.publish(while1(url, all));
		await trigger.poll();
		now += 6 * HOUR;
		expect(await trigger.poll()).toHaveLength(250);
	});

	it('which always promises one page more: the poll ends', async () => {
		let id = 0;
		const { url, asked } = await serve(({ body }) => ({
			has_error: false,
			messages: [],
			pagination: { row_count: 1e9, page_size: 1, current_page: body.page, max_page: Number(body.page) + 1 },
			results: [{ ...rows(1)[0], id: String(++id) }],
		}));
		const trigger = await PublishedTrigger.publish(while1(url));
		await trigger.poll();
		now += MINUTE;
		asked.length = 0;
		expect(await errorOf(trigger.poll())).toMatch(/^While1 Voice's records could not be read in one poll/);
		expect(asked.length).toBeLessThanOrEqual(300);
	});

	it('which warns of something: the call does not come again, and the record is as it was', async () => {
		let warnings: string[] = [];
		const records = rows(3).map((row) => ({ ...row, id: null, uniqueid: `1795000000.${row.id}` }));
		const { url } = await serve((asked) => ({ ...answer(now < START + HOUR ? [] : records, asked), warnings }));
		const trigger = await PublishedTrigger.publish(while1(url, { output: 'raw' }));
		await trigger.poll();
		now += 2 * HOUR;
		const warn = jest.fn();
		const info = jest.fn();
		jest
			.spyOn(PollContext.prototype, 'logger', 'get')
			.mockReturnValue({ warn, info } as unknown as PollContext['logger']);
		warnings = ['Old credentials'];
		expect(await trigger.poll()).toEqual(records);
		warnings = ['Disk nearly full'];
		now += MINUTE;
		expect(await trigger.poll()).toEqual([]);
		expect(warn.mock.calls.map(([message]) => message as string)).toEqual([
			'While1 Voice warns: Old credentials',
			'While1 Voice warns: Disk nearly full',
		]);
	});

	it("where the workflow's zone is changed: no call is lost, none comes again", async () => {
		const simulator = await simulated();
		let trigger = await PublishedTrigger.publish(while1(simulator.urls.while1));
		await trigger.poll();
		let made = 0;
		const got: string[] = [];
		for (const zone of ['UTC', 'America/Los_Angeles', 'Asia/Kolkata']) {
			trigger = await PublishedTrigger.publish(while1(simulator.urls.while1, {}, zone), trigger.saved());
			for (let i = 0; i < 60; i++) {
				now += 30 * MINUTE;
				made++;
				simulator.world.addCall({ startedAt: now - 3 * MINUTE, endedAt: now - 2 * MINUTE });
				got.push(...ids(await trigger.poll()));
			}
		}
		now += 12 * HOUR;
		got.push(...ids(await trigger.poll()));
		expect([got.length, new Set(got).size]).toEqual([made, made]);
	});

	it('whose times lie hours ahead by the chosen zone: test and publication say so with the likely zone, and nothing is sent to old callers', async () => {
		const simulator = await simulated('Australia/Sydney');
		for (let i = 0; i < 170; i++)
			simulator.world.addCall({
				startedAt: now - i * 4 * MINUTE - 3 * MINUTE,
				endedAt: now - i * 4 * MINUTE - 2 * MINUTE,
			});
		const trigger = await PublishedTrigger.publish(while1(simulator.urls.while1));
		const told = /^By 'Time Zone of Records' \(UTC\) the newest calls of While1 Voice ended 10 h 58 min from now$/;
		expect(await errorOf(trigger.poll({ mode: 'manual' }))).toMatch(told);
		await expect(trigger.poll()).rejects.toMatchObject({
			message: expect.stringMatching(told) as string,
			description: expect.stringContaining('Australia/Sydney') as string,
		});
		const right = await PublishedTrigger.publish(while1(simulator.urls.while1, {}, 'Australia/Sydney'));
		expect(await right.poll()).toEqual([]);
	});
});

it("leaves calls out that ended longer ago than 'Oldest Call', so that a month's pause does not text a month's callers", async () => {
	const simulator = await createSimulator({ world: { seed: 3, callsPerDay: 120, clock: () => now } });
	open.push(simulator);
	const request = voipStudio(simulator.urls.voipstudio, { options: { oldestCallHours: 24 } });
	let trigger = await PublishedTrigger.publish(request);
	await trigger.poll();
	now += HOUR;
	await trigger.poll();
	now += 30 * DAY;
	trigger = await PublishedTrigger.publish(request, trigger.saved());
	const items = [...(await trigger.poll()), ...(await trigger.poll())];
	const oldest = Math.min(...items.map(({ endedAt }) => Date.parse(endedAt as string)));
	expect(items.length).toBeGreaterThan(20);
	expect(oldest).toBeGreaterThanOrEqual(now - DAY);
});

it('takes no poll of a durable engine with a long budget for one of publication: an outage shows as an error', async () => {
	let isDown = false;
	const { url } = await serve(() => (isDown ? { code: 0, message: 'down' } : { code: 200, data: [] }));
	const trigger = await PublishedTrigger.publish(voipcloud(url, 'queueCall', 'v1'));
	const staged: IDataObject = {};
	await trigger.poll({ staged, activation: 'update', budgetMs: 480_000 });
	isDown = true;
	for (const budgetMs of [36_000, 480_000]) {
		now += MINUTE;
		const copy = JSON.parse(JSON.stringify(staged)) as IDataObject;
		expect(await errorOf(trigger.poll({ staged: copy, activation: 'update', budgetMs }))).toBe(
			'VoIPcloud reports an unknown error (code 0)',
		);
	}
});
