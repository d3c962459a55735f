/** What VoIPstudio pushes, through the built node in n8n's own webhook context. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedEvents } from '../../harness/engine/pushing';

const ACCESS = { user: 'voipstudio', password: 'a-password-of-the-account' };

let published: PublishedEvents;
afterEach(async () => await published.end());

let workflows = 0;

async function publish(parameters: INodeParameters = {}): Promise<void> {
	const request = {
		node: 'voipStudioEventTrigger',
		parameters,
		credentials: { voipStudioWebhookApi: ACCESS },
		timezone: 'Europe/Madrid',
	};
	published = await PublishedEvents.publish(request, 'webhook', `workflow${++workflows}`);
}

async function push(body: IDataObject): Promise<number> {
	const { status } = await fetch(published.url, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			authorization: `Basic ${Buffer.from(`${ACCESS.user}:${ACCESS.password}`).toString('base64')}`,
		},
		body: JSON.stringify(body),
	});
	return status;
}

let count = 0;

function event(name: string, more: IDataObject = {}): IDataObject {
	return {
		id: `uk003.608920d55f7ac3.${count++}`,
		event_time: '2026-11-20 12:00:05',
		event_name: name,
		call_id: 4278003532,
		root_call_id: 4278003500,
		destination: 'in',
		context: 'RG-12',
		src: '34600000001',
		src_name: 'Ann Lee',
		dst: '442012345678',
		dst_id: 7,
		dst_name: 'Bob Ray',
		...more,
	};
}

it('a ringing phone starts the workflow with one flat row that says who is calling', async () => {
	await publish();
	expect(await push(event('call.ringing', { id: 'e1' }))).toBe(200);
	expect(published.items).toEqual([
		{
			event: 'ringing',
			at: '2026-11-20T13:00:05+01:00',
			caller: '+34600000001',
			callerName: 'Ann Lee',
			callee: '+442012345678',
			queue: null,
			agent: 'Bob Ray',
			callId: 'voipStudio:cdr:live-4278003500',
			itemId: 'voipStudio:ringing:e1',
			direction: 'inbound',
			context: 'RG-12',
			providerEvent: 'call.ringing',
		},
	]);
});

it.each([
	['call.initial', {}, { event: 'started' }],
	['call.ringing', { destination: 'out' }, { event: 'ringing', direction: 'outbound', agent: 'Ann Lee' }],
	['call.connected', {}, { event: 'answered', agent: 'Bob Ray' }],
	['call.hangup', { duration: 75, terminated_by: 'src' }, { event: 'ended', durationSeconds: 75, terminatedBy: 'src' }],
	['call.missed', { final: true }, { event: 'missed' }],
	['call.dtmf', { dtmf_tag: '5', dtmf_target: 'U:123456' }, { event: 'dtmf', digit: '5', target: 'U:123456' }],
	['monitor.audio_ready', { monitor_id: 99, duration: 60 }, { event: 'recordingReady', recordingId: '99' }],
	[
		'sms.received',
		{ from_no: '34600000002', to_no: '442012345678', text: 'Hello', destination: null },
		{ event: 'smsReceived', caller: '+34600000002', callee: '+442012345678', text: 'Hello', direction: null },
	],
])('%s says what happened in the words that all providers share', async (name, more, row) => {
	await publish();
	await push(event(name, more));
	expect(published.items).toEqual([expect.objectContaining({ ...row, providerEvent: name })]);
});

const missed = (more: IDataObject) => event('call.missed', { state: 'MISSED', connected_at: null, ...more });

it('a call that five phones missed is missed once, at its end: nobody calls back five times', async () => {
	await publish();
	for (let leg = 1; leg <= 5; leg++) await push(missed({ call_id: leg, final: false }));
	expect(published.items).toEqual([]);
	await push(missed({ final: true }));
	await push(missed({ call_id: 5, final: true }));
	expect(published.items).toEqual([
		expect.objectContaining({ event: 'missed', itemId: 'voipStudio:missed:4278003500' }),
	]);
});

it('a call that a colleague took is not missed, also where only missed calls start the workflow', async () => {
	await publish({ events: ['call.missed'] });
	await push(event('call.connected', { call_id: 2 }));
	await push(missed({ call_id: 1, final: true }));
	expect(published.items).toEqual([]);
});

it('a missed call of the older form, without an end of the call, comes once as well', async () => {
	await publish();
	const older = missed({});
	delete older.root_call_id;
	await push(older);
	await push({ ...older, id: 'another leg' });
	expect(published.items).toHaveLength(1);
});

it('another workflow and another call have their own missed calls', async () => {
	await publish();
	await push(missed({ final: true }));
	await push(missed({ root_call_id: 1, final: true }));
	expect(published.items).toHaveLength(2);
	await published.end();
	await publish();
	await push(missed({ final: true }));
	expect(published.items).toHaveLength(1);
});

it('an event that comes again by its id is dropped, whatever else changed in it', async () => {
	await publish();
	await push(event('call.ringing', { id: 'same' }));
	await push(event('call.ringing', { id: 'same', event_time: '2026-11-20 12:00:09' }));
	expect(published.items).toHaveLength(1);
});
