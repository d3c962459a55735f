/** Records of calls in the spellings that servers use, through the history and the trigger of VoIPcloud. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode } from '../../harness/engine/run';
import { recordingServer, type RecordingServer } from '../../harness/servers';

const START = Date.parse('2026-11-30T10:00:00Z');
const clock = { now: START };

let server: RecordingServer;
let records: IDataObject[] = [];

clockOfEachTest(() => clock.now);
beforeAll(async () => {
	server = await recordingServer((_request, response) => response.end(JSON.stringify({ code: 200, data: records })));
});
afterAll(async () => await server.close());
beforeEach(() => {
	clock.now = START;
});

let accounts = 0;
const credentials = (apiVersion: string) => ({
	voipcloudApi: { apiKey: `account-${++accounts}`, baseUrl: `http://127.0.0.1:${server.port}`, apiVersion },
});

const userCall = (more: IDataObject = {}): IDataObject => ({
	from_number: '61290001234',
	to_number: '1001',
	user_name: 'John Smith',
	is_inbound: 1,
	call_start_at: '2026-11-30T08:59:00Z',
	call_finished_at: '2026-11-30T09:00:00Z',
	call_duration: 60,
	conversation_duration: 0,
	...more,
});

const queueCall = (more: IDataObject = {}): IDataObject => ({
	queue_name: 'R&D',
	callerid: '61290001234',
	inbound_number: '61290009999',
	call_start_at: '2026-11-30T08:59:00Z',
	call_answered_at: null,
	call_finished_at: '2026-11-30T09:00:00Z',
	answered_by_user_name: null,
	status: 'abandoned',
	...more,
});

/** The whole facts of one record, by the history. */
async function factsOf(resource: string, record: IDataObject, apiVersion = 'v1', options: IDataObject = {}) {
	records = [record];
	const parameters = {
		resource,
		operation: 'getAll',
		output: FULL,
		itemPer: 'leg',
		period: 'all',
		options,
	} as INodeParameters;
	const { items, error } = await runNode({ node: 'voipcloud', parameters, credentials: credentials(apiVersion) });
	expect(error && `${error.message} ${error.description}`).toBeUndefined();
	return items[0]?.json;
}

const FULL = 'full';

async function published(parameters: INodeParameters, apiVersion = 'v1') {
	const start = { startFrom: 'hoursAgo', hours: 12 };
	return await PublishedTrigger.publish({
		node: 'voipcloudTrigger',
		parameters: { ...start, output: FULL, ...parameters },
		credentials: credentials(apiVersion),
	});
}

describe('A user call of version 1', () => {
	it.each([
		[1, 'inbound'],
		['1', 'inbound'],
		[true, 'inbound'],
		['true', 'inbound'],
		[0, 'outbound'],
		['0', 'outbound'],
		[false, 'outbound'],
		['false', 'outbound'],
	])('with is_inbound %j is %s, or callers who were called back would be called again', async (value, direction) => {
		expect(await factsOf('userCall', userCall({ is_inbound: value }))).toMatchObject({ direction });
	});

	it.each([[0], ['0'], [null], ['00:00:00']])(
		'that came in and has conversation_duration %j was missed, or the filter would drop it',
		async (value) => {
			const facts = await factsOf('userCall', userCall({ conversation_duration: value }));
			expect(facts).toMatchObject({ outcome: 'missed', durationSeconds: 60 });
		},
	);

	it('that tells no conversation at all has no outcome, as nothing is guessed', async () => {
		expect(await factsOf('userCall', userCall({ conversation_duration: undefined }))).toMatchObject({ outcome: null });
	});
});

it.each([
	['timedout', 'timedOut'],
	['timed_out', 'timedOut'],
	['Timed Out', 'timedOut'],
	['TIMED-OUT', 'timedOut'],
	['Abandoned', 'abandoned'],
])('a call with status %j is %s, or the filter would drop it', async (status, outcome) => {
	expect(await factsOf('queueCall', queueCall({ status }))).toMatchObject({ outcome });
	records = [queueCall({ status })];
	const trigger = await published({ event: 'queueCall', filters: { outcome: [outcome] } });
	expect(await trigger.poll()).toHaveLength(1);
});

it.each([
	['user_inbound_missed', 'missed'],
	['USER_INBOUND_TIMED_OUT', 'timedOut'],
	['user-inbound-answered', 'answered'],
])('a user call of version 2 with type %j is %s and came in', async (type, outcome) => {
	const record = { unique_call_id: '1604', type, call_start_at: '2026-11-30T08:59:00Z', call_duration: 60 };
	expect(await factsOf('userCall', record, 'v2')).toMatchObject({ direction: 'inbound', outcome });
});

it.each([
	['20261130T085900Z', '20261130T090000Z'],
	['20261130T195900+1100', '20261130T200000+1100'],
	['2026-11-30 08:59:00 UTC', '2026-11-30 09:00:00 UTC'],
	['2026-11-30 19:59:00 +11:00', '2026-11-30 20:00:00 +11:00'],
	['2026-11-30T08:59:00.000000Z', '2026-11-30T09:00:00.000000Z'],
	[1796029140, 1796029200],
	['1796029140', '1796029200'],
	[1796029140000, 1796029200000],
	[
		{ date: '2026-11-30 19:59:00.000000', timezone_type: 3, timezone: 'Australia/Sydney' },
		{ date: '2026-11-30 20:00:00.000000', timezone_type: 3, timezone: 'Australia/Sydney' },
	],
	[
		{ date: '2026-11-30 19:59:00.000000', timezone_type: 1, timezone: '+11:00' },
		{ date: '2026-11-30 20:00:00.000000', timezone_type: 1, timezone: '+11:00' },
	],
])('a call from %j to %j has these times, or it would never be over', async (from, to) => {
	const facts = await factsOf('queueCall', queueCall({ call_start_at: from, call_finished_at: to }));
	expect(facts).toMatchObject({ startedAt: '2026-11-30T08:59:00.000Z', endedAt: '2026-11-30T09:00:00.000Z' });
});

it.each(['R&amp;D', 'R&#38;D', 'R&#x26;D', 'R&D'])(
	"calls of the queue that is listed as %j pass the filter 'R&D', or none would come",
	async (queue_name) => {
		records = [queueCall({ queue_name }), queueCall({ queue_name: 'Sales', callerid: '61290005678' })];
		const trigger = await published({ event: 'queueCall', filters: { queues: "={{ 'R&D' }}" } });
		expect(await trigger.poll()).toMatchObject([{ queue: { name: 'R&D' } }]);
	},
);

describe('Times without an offset', () => {
	const written = (minutes: number, zone: number) =>
		new Date(START + minutes * 60_000 + zone * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
	const callAt = (minutes: number, zone: number, more: IDataObject = {}) =>
		queueCall({
			call_start_at: written(minutes - 2, zone),
			call_finished_at: written(minutes, zone),
			callerid: `6129000${minutes + 5000}`,
			...more,
		});

	it('are those of Time Zone: an office at +11 h gets its calls, at the right moment', async () => {
		records = [callAt(-10, 11), callAt(-30, 11)];
		const trigger = await published({ event: 'queueCall', options: { timezone: 'Australia/Sydney' } });
		expect((await trigger.poll()).map(({ endedAt }) => endedAt)).toEqual([
			'2026-11-30T09:30:00.000Z',
			'2026-11-30T09:50:00.000Z',
		]);
		const facts = await factsOf('queueCall', callAt(-10, 11), 'v1', { timezone: 'Australia/Sydney' });
		expect(facts).toMatchObject({ endedAt: '2026-11-30T09:50:00.000Z' });
	});

	it('that would lie in the future are refused with the zone that fits, or an office would get nothing', async () => {
		records = [callAt(-10, 11), callAt(-30, 11)];
		const trigger = await published({ event: 'queueCall' });
		await expect(trigger.poll()).rejects.toThrow(
			/By 'Time Zone of Records' \(UTC\) the newest calls of VoIPcloud ended 10 h 50 min/,
		);
		await expect(trigger.poll({ mode: 'manual' })).rejects.toMatchObject({
			description: expect.stringContaining('Australia/Sydney') as string,
		});
	});

	it.each([-5, 3])('read in UTC and then in the zone of %i h repeat nothing and lose nothing', async (hours) => {
		const zones: Record<number, string> = { [-5]: 'America/New_York', 3: 'Europe/Istanbul' };
		const options: IDataObject = { timezone: 'UTC' };
		const parameters = { event: 'queueCall', options } as INodeParameters;
		records = hours > 0 ? [] : [-10, -60, -200, -300, -400].map((minutes) => callAt(minutes, hours));
		const trigger = await published(parameters);
		const given = (await trigger.poll()).map(({ id }) => id);
		expect(given).toHaveLength(records.length);
		if (hours > 0) records = [callAt(-10, hours), callAt(-60, hours)];
		const saved = trigger.saved();
		const corrected = await PublishedTrigger.publish(
			{
				node: 'voipcloudTrigger',
				parameters: {
					startFrom: 'hoursAgo',
					hours: 12,
					output: FULL,
					event: 'queueCall',
					options: { timezone: zones[hours] },
				},
				credentials: { voipcloudApi: { ...credentials('v1').voipcloudApi, apiKey: `account-${accounts - 1}` } },
			},
			saved,
		);
		clock.now += 5 * 60_000;
		records = [callAt(3, hours), ...records];
		const more = await corrected.poll();
		expect(more.filter(({ id }) => given.includes(id))).toEqual([]);
		expect(more).toHaveLength(hours > 0 ? 3 : 1);
		expect(more.at(-1)).toMatchObject({ endedAt: '2026-11-30T10:03:00.000Z' });
	});

	it('with a Z are what they are, whatever the zone, and another zone later changes nothing', async () => {
		records = [queueCall({ call_start_at: '2026-11-30T09:58:00Z', call_finished_at: '2026-11-30T09:59:00Z' })];
		const trigger = await published({ event: 'queueCall', options: { timezone: 'Australia/Sydney' } });
		expect(await trigger.poll()).toMatchObject([{ endedAt: '2026-11-30T09:59:00.000Z' }]);
		const { voipcloudApi } = credentials('v1');
		const moved = await PublishedTrigger.publish(
			{
				node: 'voipcloudTrigger',
				parameters: {
					startFrom: 'hoursAgo',
					hours: 12,
					output: FULL,
					event: 'queueCall',
					options: { timezone: 'America/New_York' },
				},
				credentials: { voipcloudApi: { ...voipcloudApi, apiKey: `account-${accounts - 1}` } },
			},
			trigger.saved(),
		);
		clock.now += 60_000;
		records = [
			queueCall({
				callerid: '61290007777',
				call_start_at: '2026-11-30T10:00:10Z',
				call_finished_at: '2026-11-30T10:00:40Z',
			}),
			...records,
		];
		expect(await moved.poll()).toMatchObject([
			{ from: { number: '61290007777' }, endedAt: '2026-11-30T10:00:40.000Z' },
		]);
	});
});

describe('Each documented field', () => {
	const user = userCall({ conversation_duration: 20 });
	const group = queueCall({
		status: 'answered',
		answered_by_user_name: 'Mia',
		call_answered_at: '2026-11-30T08:59:20Z',
	});
	const ofRingGroup: IDataObject = { ...group, queue_name: null, ring_group_name: 'Reception' };
	const waiting: Array<[field: string, changed: unknown, path: string, fact: unknown]> = [
		['callerid', '61290007777', 'from.number', '61290007777'],
		['inbound_number', '61290008888', 'to.number', '61290008888'],
		['call_start_at', '2026-11-30T08:58:00Z', 'startedAt', '2026-11-30T08:58:00.000Z'],
		['call_answered_at', '2026-11-30T08:59:40Z', 'answeredAt', '2026-11-30T08:59:40.000Z'],
		['call_finished_at', '2026-11-30T09:01:00Z', 'endedAt', '2026-11-30T09:01:00.000Z'],
		['answered_by_user_name', 'Noah', 'user.name', 'Noah'],
		['status', 'abandoned', 'outcome', 'abandoned'],
	];

	it.each([
		['userCall', user, 'from_number', '61290007777', 'from.number', '61290007777'],
		['userCall', user, 'to_number', '1002', 'to.number', '1002'],
		['userCall', user, 'user_name', 'Noah', 'user.name', 'Noah'],
		['userCall', user, 'is_inbound', 0, 'direction', 'outbound'],
		['userCall', user, 'call_start_at', '2026-11-30T08:58:00Z', 'startedAt', '2026-11-30T08:58:00.000Z'],
		['userCall', user, 'call_duration', 45, 'durationSeconds', 45],
		['userCall', user, 'call_finished_at', '2026-11-30T09:01:00Z', 'endedAt', '2026-11-30T09:01:00.000Z'],
		['userCall', user, 'conversation_duration', 30, 'talkSeconds', 30],
		['queueCall', group, 'queue_name', 'Sales', 'queue.name', 'Sales'],
		['ringGroupCall', ofRingGroup, 'ring_group_name', 'Workshop', 'ringGroup.name', 'Workshop'],
		...waiting.map((row) => ['queueCall', group, ...row] as const),
		...waiting.map((row) => ['ringGroupCall', ofRingGroup, ...row] as const),
	] as Array<[string, IDataObject, string, unknown, string, unknown]>)(
		'of a %s is read, or its fact would be missing: %#',
		async (resource, record, field, changed, path, fact) => {
			const [name, part] = path.split('.');
			const factOf = (facts: IDataObject | undefined) =>
				part === undefined ? facts?.[name] : (facts?.[name] as IDataObject | null)?.[part];
			expect(factOf(await factsOf(resource, { ...record, [field]: changed } as IDataObject))).toBe(fact);
			expect(factOf(await factsOf(resource, record))).not.toBe(fact);
		},
	);

	it.each([
		['userCall', userCall({ call_finished_at: null, call_duration: 0 })],
		['queueCall', queueCall({ call_finished_at: null })],
		['ringGroupCall', queueCall({ queue_name: undefined, ring_group_name: 'Reception', call_finished_at: null })],
	])(
		'of a %s that has no end yet keeps it out, or a call would be given before it is over',
		async (resource, record) => {
			expect(await factsOf(resource, record)).toBeUndefined();
		},
	);

	it.each([
		[{ call_duration: 60, conversation_duration: 20, is_inbound: 1 }],
		[{ call_duration: '60', conversation_duration: '20', is_inbound: '1' }],
		[{ call_duration: '00:01:00', conversation_duration: '00:00:20', is_inbound: true }],
	])('of a user call is a number, a text or a clock: %j', async (record) => {
		const facts = await factsOf('userCall', userCall(record));
		expect(facts).toMatchObject({ durationSeconds: 60, talkSeconds: 20, direction: 'inbound', outcome: 'answered' });
	});
});

it.each(['userCall', 'queueCall', 'ringGroupCall'])(
	'the newest of %s come first, as in the list, or Limit would give the oldest',
	async (resource) => {
		const at = (hour: number) => `2026-11-30T0${hour}:00:00Z`;
		const record = resource === 'userCall' ? userCall() : queueCall();
		records = [9, 8, 7].map((hour) => ({ ...record, call_start_at: at(hour), call_finished_at: at(hour) }));
		for (const output of ['raw', FULL]) {
			const parameters = { resource, operation: 'getAll', output, itemPer: 'leg', period: 'all', limit: 2 };
			const { items } = await runNode({ node: 'voipcloud', parameters, credentials: credentials('v1') });
			const starts = items.map(({ json }) => Date.parse((json.call_start_at ?? json.startedAt) as string));
			expect(starts).toEqual([at(9), at(8)].map((time) => Date.parse(time)));
		}
	},
);

it('Offset leaves out as many of the newest calls as it says', async () => {
	records = [];
	const parameters = {
		resource: 'userCall',
		operation: 'getAll',
		output: 'raw',
		period: 'all',
		options: { offset: 3 },
	};
	await runNode({ node: 'voipcloud', parameters, credentials: credentials('v1') });
	const { url = '' } = server.received.at(-1) ?? {};
	expect(new URL(url, 'http://localhost').searchParams.get('offset')).toBe('3');
});

it('the 100 requests are those of 15 minutes: one more waits until the first is that old', async () => {
	const account = credentials('v1');
	const parameters = {
		resource: 'userCall',
		operation: 'getAll',
		output: 'raw',
		period: 'all',
		limit: 1,
		options: { maxWait: 0 },
	};
	const ask = async (count: number) => {
		const items = Array.from({ length: count }, (_, n) => ({ json: { n } }));
		return (await runNode({ node: 'voipcloud', parameters, credentials: account, items })).error?.message;
	};
	expect(await ask(100)).toBeUndefined();
	clock.now += 15 * 60_000 - 2000;
	expect(await ask(1)).toContain('used up for now');
	clock.now += 3000;
	expect(await ask(1)).toBeUndefined();
});
