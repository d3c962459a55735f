/** What VoIPcloud pushes, through the built node in n8n's own webhook context. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedEvents } from '../../harness/engine/pushing';
import type { NodeRun } from '../../harness/engine/run';
import { voipcloudEvents } from '../../nodes/Voipcloud/event/events';
import { eventsBetween } from '../../simulator/push';
import { World } from '../../simulator/world/world';

const TOKEN = 'a-token-of-the-account-0123';

let published: PublishedEvents;

async function publish(parameters: INodeParameters = {}, more: Partial<NodeRun> = {}): Promise<void> {
	const events = [...voipcloudEvents.kinds.keys()];
	published = await PublishedEvents.publish({
		node: 'voipcloudEventTrigger',
		parameters: { events, output: 'simplified', options: {}, ...parameters },
		credentials: { voipcloudWebhookApi: { token: TOKEN } },
		timezone: 'Australia/Sydney',
		...more,
	});
}

afterEach(async () => await published.end());

async function push(body: unknown): Promise<number> {
	const { status } = await fetch(published.url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'X-Pbx-Token': TOKEN },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	return status;
}

let count = 0;

/** An event in the fields of the newer generation. */
function event(type: string, more: IDataObject = {}): IDataObject {
	return {
		type,
		unique_call_id: `16097564${count++}`,
		caller_id: '61491570156',
		user_name: 'Ann Lee',
		user_number: '101',
		dest_number: '61291234567',
		call_start_at: '2026-11-20T12:00:00+00:00',
		...more,
	};
}

it('an event is answered at once with an empty 200, and starts the workflow with one flat row', async () => {
	await publish();
	const response = await fetch(published.url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-pbx-token': TOKEN },
		body: JSON.stringify(event('user_inbound', { unique_call_id: 'abc.1', queue_name: 'Sales' })),
	});
	expect([response.status, await response.text()]).toEqual([200, '']);
	expect(published.items).toEqual([
		{
			event: 'ringing',
			at: '2026-11-20T23:00:00+11:00',
			caller: '+61491570156',
			callerName: null,
			callee: '+61291234567',
			queue: 'Sales',
			agent: 'Ann Lee',
			callId: 'voipcloud:userCall:abc.1',
			itemId: expect.stringMatching(/^voipcloud:ringing:[\w-]{20}$/) as string,
			direction: 'inbound',
			providerEvent: 'user_inbound',
		},
	]);
});

const ENDED = { call_duration: 95, conversation_duration: '60', connected_at: '2026-11-20T12:00:35+00:00' };

it.each([
	['user_inbound', {}, { event: 'ringing', direction: 'inbound', at: '2026-11-20T23:00:00+11:00' }],
	['user_inbound_answered', ENDED, { event: 'answered', direction: 'inbound', at: '2026-11-20T23:00:35+11:00' }],
	[
		'user_inbound_completed',
		ENDED,
		{ event: 'ended', outcome: 'answered', waitSeconds: 35, talkSeconds: 60, at: '2026-11-20T23:01:35+11:00' },
	],
	[
		'user_inbound_completed',
		{ call_duration: 20, conversation_duration: 0, connected_at: 'null' },
		{ event: 'ended', outcome: 'missed', waitSeconds: 20, talkSeconds: 0 },
	],
	['user_outbound', {}, { event: 'ringing', direction: 'outbound' }],
	['user_outbound_answered', ENDED, { event: 'answered', direction: 'outbound' }],
	[
		'user_outbound_completed',
		{ call_duration: 20, conversation_duration: 0, connected_at: 'null' },
		{ event: 'ended', direction: 'outbound', outcome: null },
	],
	[
		'queue_call',
		{ queue_name: 'R&amp;D', status: 'ABANDONED', call_duration: 40, connected_at: 'null', user_name: 'null' },
		{ event: 'ended', queue: 'R&D', outcome: 'abandoned', waitSeconds: 40, agent: null },
	],
	['ring_group_call', { ring_group_name: 'Desk', status: 'ANSWERED', ...ENDED }, { event: 'ended', queue: 'Desk' }],
	[
		'voicemail',
		{ recorded_at: '2026-11-20 23:05:00', audio_file: ['https://pbx.example/1.wav'] },
		{ event: 'voicemailReceived', at: '2026-11-20T23:05:00+11:00', audioFiles: ['https://pbx.example/1.wav'] },
	],
	[
		'recording_inbound',
		{ recorded_at: '2026-11-20T12:05:00Z', call_recording_link: 'https://pbx.example/r/1' },
		{ event: 'recordingReady', recordingUrl: 'https://pbx.example/r/1', direction: 'inbound' },
	],
	['recording_outbound', { recorded_at: null }, { event: 'recordingReady', direction: 'outbound', at: null }],
])('%s says what happened in the words that all providers share', async (type, more, row) => {
	await publish();
	await push(event(type, more));
	expect(published.items).toEqual([expect.objectContaining({ ...row, providerEvent: type })]);
});

it('reads the older names as well, or an older portal would start a workflow without a caller', async () => {
	await publish();
	await push({
		type: 'inbound_call_to_user',
		unique_call_id: 7,
		from_number: '61491570156',
		to_number: '61291234567',
		start_at: '2026-11-20T12:00:00Z',
	});
	expect(published.items).toEqual([
		expect.objectContaining({
			event: 'ringing',
			caller: '+61491570156',
			callee: '+61291234567',
			at: '2026-11-20T23:00:00+11:00',
			callId: 'voipcloud:userCall:7',
		}),
	]);
});

it('keeps every digit of a long id, or the events of two calls would be of one', async () => {
	await publish();
	await push('{"type":"user_inbound","unique_call_id":12345678901234567890}');
	await push('{"type":"user_inbound","unique_call_id":12345678901234567891}');
	expect(published.items.map(({ callId }) => callId)).toEqual([
		'voipcloud:userCall:12345678901234567890',
		'voipcloud:userCall:12345678901234567891',
	]);
});

it('a repeated event starts the workflow once, and a list of events is one run', async () => {
	await publish();
	const [one, other] = [event('user_inbound'), event('user_inbound')];
	expect(await push(one)).toBe(200);
	expect(await push(one)).toBe(200);
	expect(await push([one, other])).toBe(200);
	expect(published.runs.map((items) => items.length)).toEqual([1, 1]);
});

it('what n8n failed to start may come again: the repeat is not dropped', async () => {
	await publish();
	const one = event('user_inbound');
	published.failNext();
	expect(await push(one)).toBe(500);
	expect(await push(one)).toBe(200);
	expect(published.runs).toHaveLength(1);
});

it('a test run takes an event as often as it is sent', async () => {
	const events = [...voipcloudEvents.kinds.keys()];
	const parameters = { events, output: 'simplified', options: {} };
	const credentials = { voipcloudWebhookApi: { token: TOKEN } };
	published = await PublishedEvents.publish({ node: 'voipcloudEventTrigger', parameters, credentials }, 'manual');
	const one = event('user_inbound');
	await push(one);
	await push(one);
	expect(published.runs).toHaveLength(2);
});

it('only chosen events start the workflow, unknown ones with Other Events, and Raw is the record itself', async () => {
	await publish({ events: ['voicemail'], output: 'raw', options: { otherEvents: true } });
	const unknown = event('webhook_component', { anything: { nested: [1] } });
	await push(event('user_inbound'));
	await push(unknown);
	await push(event('voicemail', { unique_call_id: 'v' }));
	expect(published.items).toEqual([unknown, event('voicemail', { unique_call_id: 'v' })]);
});

it('what the simulator pushes of a call is read: it rings, is answered and ends, each once and in this order', async () => {
	const at = Date.parse('2026-11-20T12:00:00Z');
	const world = new World({ seed: 5, callsPerDay: 0, clock: () => at + 600_000, startedAt: at });
	const call = { user: 'John Smith', direction: 'inbound' as const, from: '+61491570156' };
	const over = { startedAt: at, answeredAt: at + 10_000, endedAt: at + 70_000, outcome: 'answered' as const };
	world.addCall({ ...call, ...over });
	world.addCall({ ...call, from: null, startedAt: at + 90_000, endedAt: at + 110_000, outcome: 'missed' });
	await publish();
	for (let since = at - 1000; since < at + 600_000; since += 5000)
		for (const one of eventsBetween(world, since, since + 5000)) await push(one);
	const rows = published.items.map(({ event: kind, caller, agent, outcome, talkSeconds }) => [
		[kind, caller, agent],
		[outcome, talkSeconds],
	]);
	expect(rows).toEqual([
		[
			['ringing', '+61491570156', 'John Smith'],
			[undefined, undefined],
		],
		[
			['answered', '+61491570156', 'John Smith'],
			[undefined, undefined],
		],
		[
			['ended', '+61491570156', 'John Smith'],
			['answered', 60],
		],
		[
			['ringing', null, 'John Smith'],
			[undefined, undefined],
		],
		[
			['ended', null, 'John Smith'],
			['missed', 0],
		],
	]);
});
