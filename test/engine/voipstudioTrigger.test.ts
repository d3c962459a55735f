import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import { officeForTests } from '../../harness/office';
import { createSimulator } from '../../simulator/server/server';

const KEY = 'voipstudio-demo-key';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const office = officeForTests();

function trigger(parameters: INodeParameters = {}): NodeRun {
	return {
		node: 'voipStudioTrigger',
		parameters: { event: 'cdr', itemPer: 'leg', ...parameters },
		credentials: { voipStudioApi: { apiKey: KEY, baseUrl: office.simulator.urls.voipstudio } },
	};
}

async function publish(parameters: INodeParameters = {}): Promise<PublishedTrigger> {
	const published = await PublishedTrigger.publish(trigger(parameters));
	await published.poll();
	office.simulator.requests.length = 0;
	return published;
}

function naive(at: number): string {
	return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** One call that ended a minute ago, for each event. */
function happen(): void {
	const { world } = office.simulator;
	world.addCall({
		queue: 'Sales queue',
		startedAt: office.now - 5 * MINUTE,
		answeredAt: office.now - 4 * MINUTE,
		endedAt: office.now - MINUTE,
		user: 'Kevin Smith',
		recorded: true,
	});
	world.addCall({
		user: 'John Smith',
		startedAt: office.now - 5 * MINUTE,
		endedAt: office.now - MINUTE,
		voicemailSeconds: 20,
	});
}

async function sendSms(): Promise<void> {
	const response = await fetch(`${office.simulator.urls.voipstudio}/sms`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-auth-token': KEY },
		body: JSON.stringify({ to: '34600000000', from: '34910000000', message: 'Hello' }),
	});
	expect(response.status).toBe(201);
	office.simulator.requests.length = 0;
}

const EVENTS: Array<[event: string, path: string, time: string, expected: object]> = [
	['cdr', '/cdrs', 'calldate', { direction: 'inbound', queue: { id: null, name: null }, cost: 0 }],
	[
		'callMeBackCdr',
		'/callmeback/cdrs',
		'calldate',
		{ direction: 'inbound', outcome: 'answered', waitSeconds: 60, talkSeconds: 180, durationSeconds: 240 },
	],
	['recording', '/monitors', 'timestamp', { durationSeconds: 180, text: null }],
	['voicemail', '/voicemessages', 'origtime', { durationSeconds: 20, user: { id: null, name: null } }],
	[
		'sms',
		'/sms',
		'created_at',
		{
			text: 'Hello',
			to: { number: '34600000000', e164: '+34600000000', name: null, withheld: false, type: 'mobile' },
		},
	],
];

describe.each(EVENTS)('event %s', (event, path, time, expected) => {
	it('emits each record once, with one request a poll, so that nobody is billed or called back twice', async () => {
		const published = await publish({ event });
		office.now += 10 * MINUTE;
		happen();
		if (event === 'sms') await sendSms();
		const items = await published.poll();
		expect(items.length).toBe(event === 'cdr' ? 2 : 1);
		expect(items[0]).toMatchObject({ schemaVersion: 1, provider: 'voipStudio', event, ...expected });
		expect(items[0].id).toMatch(new RegExp(`^voipStudio:${event}:\\d+$`));
		expect(await published.poll()).toEqual([]);
		office.now += MINUTE;
		expect(await published.poll()).toEqual([]);
		expect(office.simulator.requests).toHaveLength(3);
		const { method, path: asked, query } = office.simulator.requests[0];
		expect([method, asked]).toEqual(['GET', `/v1.2/voipstudio${path}`]);
		if (event === 'callMeBackCdr') {
			// "No parameters".
			expect({ ...query }).toEqual({});
			return;
		}
		expect({ ...query, filter: null }).toEqual({ page: '1', limit: '5000', sort: 'id', dir: 'ASC', filter: null });
		expect(JSON.parse(String(query.filter))).toEqual([
			{ property: time, operator: 'gte', value: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string },
		]);
	});

	it('gives the record as it is with raw output, and the newest in a test run', async () => {
		happen();
		if (event === 'sms') await sendSms();
		const published = await PublishedTrigger.publish(
			trigger({ event, output: 'raw', startFrom: 'hoursAgo', hours: 2 }),
		);
		const [raw] = await published.poll();
		expect(raw).toHaveProperty(time);
		expect(raw).not.toHaveProperty('schemaVersion');
		const tested = await published.poll({ mode: 'manual' });
		expect(tested[0]).toHaveProperty(time);
	});
});

describe('Call Me Back calls', () => {
	const parameters: INodeParameters = { event: 'callMeBackCdr', startFrom: 'date', startDate: '2022-01-01T00:00:00Z' };

	it.each(['call', 'leg'])('the record that the document prints comes once, one item per %s', async (itemPer) => {
		office.simulator.faces.voipstudio.change({ answers: 'printed' });
		const published = await PublishedTrigger.publish(
			trigger({ ...parameters, itemPer, options: { includeRaw: true } }),
		);
		const [first, ...others] = await published.poll();
		expect(others).toEqual([]);
		expect(first).toMatchObject({
			id: 'voipStudio:callMeBackCdr:8097',
			startedAt: '2022-02-03T17:55:33.000Z',
			direction: null,
			outcome: null,
		});
		expect(await published.poll()).toEqual([]);
		const raw = await published.poll({ mode: 'manual' });
		expect(raw).toHaveLength(1);
		expect(office.simulator.requests.filter(({ query }) => 'filter' in query || 'sort' in query)).toEqual([]);
	});

	it('come in full where the records are as printed, without a time to filter by, and parameters are refused', async () => {
		office.simulator.faces.voipstudio.change({ callMeBackCdrs: 'printed', callMeBackParameters: 'refused' });
		const published = await publish({ event: 'callMeBackCdr' });
		office.now += 10 * MINUTE;
		happen();
		expect(await published.poll()).toHaveLength(1);
		expect(await published.poll()).toEqual([]);
	});

	it('come once each from a list that is longer than its answer, oldest first', async () => {
		office.simulator.faces.voipstudio.change({ defaultLimit: 3 });
		const published = await publish({ event: 'callMeBackCdr' });
		office.now += 50 * MINUTE;
		for (let minute = 1; minute <= 8; minute++) {
			const startedAt = office.now - (10 - minute) * MINUTE;
			office.simulator.world.addCall({ queue: 'Sales queue', startedAt, endedAt: startedAt + 30_000 });
		}
		const items = await published.poll();
		const starts = items.map(({ startedAt }) => startedAt as string);
		expect(starts).toHaveLength(8);
		expect(starts).toEqual([...starts].sort());
		expect(await published.poll()).toEqual([]);
		// Two for all of it, and one for what is new since then.
		expect(office.simulator.requests).toHaveLength(3);
	});
});

it('reads a year of history with one request a poll', async () => {
	await office.simulator.close();
	office.simulator = await createSimulator({ world: { seed: 5, callsPerDay: 150, clock: () => office.now } });
	const published = await publish();
	for (let i = 0; i < 5; i++) {
		office.now += MINUTE;
		await published.poll();
	}
	expect(office.simulator.requests).toHaveLength(5);
});

it('catches up after days in slices of a page, oldest first, and loses or doubles nothing', async () => {
	const published = await publish({ options: { maxItemsPerPoll: 10_000 } });
	const days = 4;
	for (let i = 0; i < 7_000; i++) {
		// Most of them in one hour, many in one second.
		const at = i % 10 === 0 ? office.now + i * 40_000 : office.now + 30 * HOUR + Math.floor(i / 30) * 1000;
		office.simulator.world.addCall({ user: 'John Smith', startedAt: at, endedAt: at + MINUTE });
	}
	office.now += days * 24 * HOUR;
	const seen: IDataObject[] = [];
	for (let poll = 0; poll < 6; poll++) {
		seen.push(...(await published.poll()));
		office.now += MINUTE;
	}
	const expected = office.simulator.world
		.callsBetween(-Infinity, office.now)
		.filter(({ endedAt }) => endedAt !== null).length;
	expect(expected).toBe(7_000);
	expect(seen).toHaveLength(expected);
	expect(new Set(seen.map(({ id }) => id)).size).toBe(expected);
	// No page is read that rows could move to or from; once an hour one is asked for, to see that there is none.
	expect(office.simulator.requests.filter(({ query }) => query.page !== '1').length).toBeLessThanOrEqual(1);
	office.simulator.requests.length = 0;
	await published.poll();
	expect(office.simulator.requests.length).toBeLessThanOrEqual(1);
});

it('loses no call after a burst of more than a page, though the clock of the n8n host is six hours ahead', async () => {
	office.simulator.world.clockSkewMs = -6 * HOUR;
	const published = await publish({
		startFrom: 'hoursAgo',
		hours: 8,
		options: { lookbackMinutes: 60, maxItemsPerPoll: 10_000 },
	});
	for (let i = 0; i < 5_100; i++)
		office.simulator.world.addCall({
			user: 'John Smith',
			startedAt: office.now - 30 * MINUTE + i * 300,
			endedAt: office.now - MINUTE,
		});
	const burst = await published.poll();
	office.now += 10 * MINUTE;
	office.simulator.world.addCall({
		user: 'John Smith',
		startedAt: office.now - 5 * MINUTE,
		endedAt: office.now - 4 * MINUTE,
	});
	expect([burst.length, (await published.poll()).length]).toEqual([5_100, 1]);
});

it('emits a call that is written late, with an early date, while others came before it', async () => {
	const published = await publish();
	office.now += 3 * HOUR;
	const late = office.simulator.world.addCall({
		startedAt: office.now - 2 * HOUR,
		endedAt: office.now - 110 * MINUTE,
		latenessMs: 3 * HOUR,
	});
	office.simulator.world.addCall({ startedAt: office.now - 10 * MINUTE, endedAt: office.now - 5 * MINUTE });
	expect(await published.poll()).toHaveLength(1);
	office.now += 2 * HOUR;
	expect((await published.poll()).map(({ id }) => id)).toEqual([`voipStudio:cdr:${late.id}`]);
});

it('links the leg of a call to it, so that one call is not counted as two', async () => {
	const published = await publish();
	office.now += 10 * MINUTE;
	office.simulator.world.addCall({
		queue: 'Sales queue',
		startedAt: office.now - 5 * MINUTE,
		answeredAt: office.now - 4 * MINUTE,
		endedAt: office.now - MINUTE,
		user: 'Kevin Smith',
		withLeg: true,
	});
	const [call, leg] = await published.poll();
	expect(call.parentId).toBeNull();
	expect(leg.parentId).toBe(call.id);
});

it('reads times in the zone that the user names, also in the filter it sends', async () => {
	office.simulator.world.clockSkewMs = 11 * HOUR;
	const published = await publish({ options: { timezone: 'Etc/GMT-11' } });
	office.now += 10 * MINUTE;
	const at = office.now - 5 * MINUTE;
	office.simulator.world.addCall({ startedAt: at, endedAt: at + MINUTE });
	const [call] = await published.poll();
	expect(call.startedAt).toBe(new Date(at).toISOString());
	const [{ value }] = JSON.parse(String(office.simulator.requests[0].query.filter)) as Array<{ value: string }>;
	expect(Date.parse(`${value.replace(' ', 'T')}Z`)).toBeGreaterThan(office.now + 11 * HOUR - 30 * HOUR);
	expect(naive(at + 11 * HOUR) > value).toBe(true);
});

it.each([
	[{ direction: ['outbound'] }, 1],
	[{ direction: ['inbound'] }, 2],
	[{ outcome: ['answered'] }, 2],
	[{ outcome: ['missed'] }, 1],
	[{ users: ['john smith'] }, 1],
	[{ number: '0 555' }, 1],
	[{ minimumDuration: 100 }, 1],
])('filters by %j', async (filters, expected) => {
	const published = await publish({ filters });
	office.now += 10 * MINUTE;
	const times = { startedAt: office.now - 5 * MINUTE, answeredAt: office.now - 4 * MINUTE };
	office.simulator.world.addCall({
		user: 'John Smith',
		direction: 'outbound',
		to: '+34600555000',
		...times,
		endedAt: office.now - MINUTE,
		outcome: 'answered',
	});
	office.simulator.world.addCall({
		user: 'Kevin Smith',
		direction: 'inbound',
		...times,
		endedAt: office.now - 4 * MINUTE + 30_000,
		outcome: 'answered',
	});
	office.simulator.world.addCall({
		user: 'Kevin Smith',
		direction: 'inbound',
		startedAt: office.now - 5 * MINUTE,
		endedAt: office.now - 4 * MINUTE,
	});
	expect(await published.poll()).toHaveLength(expected);
});

it('goes on with the same calls after an expired session, by signing in again', async () => {
	const request: NodeRun = {
		...trigger({ authentication: 'login' }),
		credentials: {
			voipStudioLoginApi: {
				email: 'jsmith@example.com',
				password: '$ecretPas$$',
				sessionToken: '',
				baseUrl: office.simulator.urls.voipstudio,
			},
		},
	};
	const published = await PublishedTrigger.publish(request);
	await published.poll();
	office.now += 40 * MINUTE;
	office.simulator.world.addCall({ startedAt: office.now - 10 * MINUTE, endedAt: office.now - 5 * MINUTE });
	expect(await published.poll()).toHaveLength(1);
	expect(office.simulator.requests.filter(({ path }) => path.endsWith('/login'))).toHaveLength(2);
});

it('throws a wrong key as such, at publish too, and never takes it for no calls', async () => {
	office.simulator.faces.voipstudio.change({ apiKeys: ['another-key'] });
	const published = await PublishedTrigger.publish(trigger());
	await expect(published.poll()).rejects.toMatchObject({
		message: 'VoIPstudio did not accept the API key or login',
		failure: { cause: 'credential-invalid' },
	});
});
