/** What While1 Voice sends and asks, through the built node in n8n's own webhook context. */
import { WebhookContext } from 'n8n-core';
import type { INodeParameters } from 'n8n-workflow';

import { PublishedEvents } from '../../harness/engine/pushing';

const SECRET = 'a-secret-of-the-project';

const NOBODY = {
	id: null,
	name: null,
	backend_link: null,
	direct_line: null,
	queue_position: null,
	route_identifier: null,
	outbound_number: null,
	language: null,
	external_id: null,
};

let published: PublishedEvents;
afterEach(async () => {
	jest.restoreAllMocks();
	await published.end();
});

let workflows = 0;

async function publish(parameters: INodeParameters = {}): Promise<void> {
	const request = {
		node: 'while1VoiceEventTrigger',
		parameters,
		credentials: { while1VoiceWebhookApi: { secret: SECRET } },
		timezone: 'Europe/Bucharest',
	};
	published = await PublishedEvents.publish(request, 'webhook', `workflow${++workflows}`);
}

async function ask(query: Record<string, string>): Promise<[status: number, body: string]> {
	const response = await fetch(`${published.url}/${SECRET}?${new URLSearchParams(query).toString()}`);
	return [response.status, await response.text()];
}

const ANSWER = {
	event: 'queue_answer',
	direction: 'IN',
	project_id: '12',
	agent: 'Ann Lee',
	telephone: '40722000001',
	dnid: '40312345678',
	queue: 'Sales',
	contact_id: '17',
	uniqueid: '1763640000.12',
};

it('an event is answered with an empty 200, as While1 wants it, and starts the workflow with one flat row', async () => {
	await publish();
	expect(await ask(ANSWER)).toEqual([200, '']);
	expect(published.items).toEqual([
		{
			event: 'answered',
			at: null,
			caller: '40722000001',
			callerName: null,
			callee: '40312345678',
			queue: 'Sales',
			agent: 'Ann Lee',
			callId: 'while1Voice:cdr:1763640000.12',
			itemId: expect.stringMatching(/^while1Voice:answered:[\w-]{20}$/) as string,
			direction: 'inbound',
			startedAt: '2025-11-20T12:00:00.000Z',
			contactId: '17',
			providerEvent: 'queue_answer',
		},
	]);
});

it.each([
	['call_forward_answer', { remote_number: '40722000009' }, { event: 'answered' }],
	['dial_answer', {}, { event: 'answered', agent: 'Ann Lee' }],
	['queue_answer_end', {}, { event: 'ended' }],
	[
		'missed_calls',
		{ queue_hold_time: '35', fail_reason: 'queue_hangup' },
		{ event: 'missed', waitSeconds: 35, failReason: 'queue_hangup' },
	],
	['outgoing_end', { direction: '' }, { event: 'ended', direction: 'outbound' }],
])('%s says what happened in the words that all providers share', async (name, more, row) => {
	await publish();
	await ask({ ...ANSWER, event: name, ...more });
	expect(published.items).toEqual([expect.objectContaining({ ...row, providerEvent: name })]);
});

it('a repeated event starts the workflow once; a caller who calls again is looked up again', async () => {
	await publish();
	for (let time = 0; time < 2; time++) {
		await ask(ANSWER);
		await ask({ telephone: '40722000001', dnid: '40312345678' });
	}
	expect(published.items.map(({ event }) => event)).toEqual(['answered', 'callerLookup', 'callerLookup']);
});

const LOOKUP = { telephone: '40722000001', dnid: '40312345678', token: 't' };

it('who is calling is answered with all keys null unless the user says more, as While1 wants it for nobody known', async () => {
	await publish();
	const [status, body] = await ask(LOOKUP);
	expect([status, JSON.parse(body)]).toEqual([200, NOBODY]);
	expect(published.items).toEqual([expect.objectContaining({ event: 'callerLookup', caller: '40722000001' })]);
});

const FIELDS: INodeParameters = {
	respond: 'fields',
	answer: { name: '={{ "Caller " + $json.query.telephone }}', queue_position: '10', direct_line: 'SIP/101' },
};

it('With Fields answers at once what the fields say of the question', async () => {
	await publish(FIELDS);
	const [status, body] = await ask(LOOKUP);
	const told = { ...NOBODY, name: 'Caller 40722000001', queue_position: 10, direct_line: 'SIP/101' };
	expect([status, JSON.parse(body)]).toEqual([200, told]);
});

it('With Fields still answers an event with nothing, and an unchosen question in full', async () => {
	await publish({ ...FIELDS, events: ['queue_answer'] });
	expect(await ask(ANSWER)).toEqual([200, '']);
	const [, body] = await ask(LOOKUP);
	expect(JSON.parse(body)).toMatchObject({ direct_line: 'SIP/101' });
	expect(published.runs).toHaveLength(1);
});

it('a failed expression never makes the call wait: all keys are null, and the log says why', async () => {
	const warn = jest.fn();
	jest
		.spyOn(WebhookContext.prototype, 'logger', 'get')
		.mockReturnValue({ warn } as unknown as WebhookContext['logger']);
	await publish({
		respond: 'fields',
		answer: { name: '={{ $("No Node").first().json.name }}', direct_line: 'SIP/101' },
	});
	const [status, body] = await ask(LOOKUP);
	expect([status, JSON.parse(body)]).toEqual([200, NOBODY]);
	expect(warn).toHaveBeenCalledWith(expect.stringContaining('answered with nothing'), expect.anything());
});

it('what an expression does not find is null, and the rest is answered', async () => {
	await publish({ respond: 'fields', answer: { name: '={{ $json.query.no.such.field }}', direct_line: 'SIP/101' } });
	const [, body] = await ask(LOOKUP);
	expect(JSON.parse(body)).toEqual({ ...NOBODY, direct_line: 'SIP/101' });
});

it.each(['101', '-1', 'first'])('a queue position of %s is left out, not sent', async (position) => {
	await publish({ respond: 'fields', answer: { queue_position: position, name: 'Ann' } });
	const [, body] = await ask(LOOKUP);
	expect(JSON.parse(body)).toEqual({ ...NOBODY, name: 'Ann' });
});

it('When Last Node Finishes leaves the question to n8n, and answers an event at once', async () => {
	await publish({ respond: 'lastNode' });
	expect(await ask(ANSWER)).toEqual([200, '']);
	expect(published.runs).toHaveLength(1);
	published.lastNode = { name: 'Ann Lee' };
	const [status, body] = await ask(LOOKUP);
	expect([status, JSON.parse(body)]).toEqual([200, { name: 'Ann Lee' }]);
});

it('When Last Node Finishes answers a question that starts nothing with all keys null', async () => {
	await publish({ respond: 'lastNode', events: ['queue_answer'] });
	const [status, body] = await ask(LOOKUP);
	expect([status, JSON.parse(body)]).toEqual([200, NOBODY]);
});
