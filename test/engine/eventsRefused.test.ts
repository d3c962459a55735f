/** What an event trigger refuses, and what it writes to the log: whoever saw its address once can send to it. */
import { WebhookContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, ICredentialTestFunctions, INodeType } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { loader, loadPackage } from '../../harness/engine/package';
import { PublishedEvents } from '../../harness/engine/pushing';
import { LimitedLog } from '../../nodes/shared/events/limitedLog';
import { Recent } from '../../nodes/shared/events/recent';

const SECRET = 'a-secret-of-the-account-0123';

interface Sent {
	readonly method?: string;
	readonly path?: string;
	readonly headers?: Record<string, string>;
	readonly body?: string | Uint8Array<ArrayBuffer>;
}

interface Trigger {
	readonly node: string;
	readonly credential: string;
	readonly data: ICredentialDataDecryptedObject;
	/** The secret's field. */
	readonly field: string;
	/** A right request with this secret, if any. */
	readonly sent: (secret: string | null) => Sent;
}

const TRIGGERS: Trigger[] = [
	{
		node: 'voipcloudEventTrigger',
		credential: 'voipcloudWebhookApi',
		data: { token: SECRET },
		field: 'token',
		sent: (secret) => ({
			headers: { 'content-type': 'application/json', ...(secret === null ? {} : { 'x-pbx-token': secret }) },
			body: '{"type":"user_inbound"}',
		}),
	},
	{
		node: 'voipStudioEventTrigger',
		credential: 'voipStudioWebhookApi',
		data: { user: 'voipstudio', password: SECRET },
		field: 'password',
		sent: (secret) => ({
			headers: {
				'content-type': 'application/json',
				...(secret === null ? {} : { authorization: `Basic ${btoa(`voipstudio:${secret}`)}` }),
			},
			body: '{"event_name":"call.ringing"}',
		}),
	},
	{
		node: 'while1VoiceEventTrigger',
		credential: 'while1VoiceWebhookApi',
		data: { secret: SECRET },
		field: 'secret',
		sent: (secret) => ({
			method: 'GET',
			path: `/${encodeURIComponent(secret ?? ':secret')}?event=queue_answer&telephone=40722000001`,
		}),
	},
];

let warn: jest.Mock;
let published: PublishedEvents | undefined;
beforeAll(loadPackage);
/** The log is that of the process: each test begins another minute. */
let now = Date.parse('2026-11-20T12:00:00Z');
clockOfEachTest(() => now);
beforeEach(() => {
	now += 61_000;
	warn = jest.fn();
	const logger = { warn };
	jest.spyOn(WebhookContext.prototype, 'logger', 'get').mockReturnValue(logger as unknown as WebhookContext['logger']);
});
afterEach(async () => {
	jest.restoreAllMocks();
	await published?.end();
});

let workflows = 0;

async function publish({ node, credential, data }: Trigger, given = data): Promise<void> {
	const request = { node, parameters: {}, credentials: { [credential]: given } };
	published = await PublishedEvents.publish(request, 'webhook', `workflow${++workflows}`);
}

async function send({ method = 'POST', path = '', headers, body }: Sent): Promise<number> {
	const { status } = await fetch(`${published?.url}${path}`, { method, headers, body });
	return status;
}

const lines = () => warn.mock.calls.map(([line]) => line as string);

describe.each(TRIGGERS)('$node', (trigger) => {
	const { sent, field, data, node } = trigger;
	const right = sent(SECRET);

	it('takes the right secret: the requests below are refused for what is wrong with them alone', async () => {
		await publish(trigger);
		expect(await send(right)).toBe(200);
		expect(published?.runs).toHaveLength(1);
		expect(lines()).toEqual([]);
	});

	it.each([
		['none', null],
		['another', 'a-secret-of-the-account-0124'],
		['the beginning', SECRET.slice(0, -1)],
		['more than the secret', `${SECRET}4`],
		['another case', SECRET.toUpperCase()],
		['__proto__', '__proto__'],
	])(
		'answers 401 and runs nothing with %s as secret, and the log says why without the secret',
		async (_what, secret) => {
			await publish(trigger);
			expect(await send(sent(secret))).toBe(401);
			expect(published?.runs).toEqual([]);
			expect(lines()).toEqual([
				expect.stringMatching(/Event Trigger refused a request \(401\): it (came without|does not)/),
			]);
			expect(lines().join()).not.toContain(SECRET);
		},
	);

	it('answers 401 to the secret in the query, where proxies would log it', async () => {
		await publish(trigger);
		const bare = sent(null);
		const [path, query = ''] = (bare.path ?? '').split('?');
		expect(await send({ ...bare, path: `${path}?token=${SECRET}&secret=${SECRET}&${query}` })).toBe(401);
		expect(published?.runs).toEqual([]);
	});

	it.each([
		['', 'is empty'],
		['short', 'is shorter than 16 characters'],
		['a secret with blanks in it', 'has a blank in it'],
	])('a credential with the secret "%s" lets nobody in, and its test says so', async (secret, why) => {
		await publish(trigger, { ...data, [field]: secret });
		expect(await send(sent(secret))).toBe(401);
		expect(published?.runs).toEqual([]);
		expect(lines()).toEqual([expect.stringContaining(why)]);
		expect(await formTest({ ...data, [field]: secret })).toEqual({
			status: 'Error',
			message: expect.stringContaining(why) as string,
		});
	});

	it('the test of a right credential says that nothing was asked: nobody takes it for proof', async () => {
		expect(await formTest(data)).toEqual({
			status: 'OK',
			message: expect.stringContaining('Nothing was asked') as string,
		});
	});

	it('another method is not even registered', async () => {
		const { webhooks } = (loader.getNode(node).type as INodeType).description;
		expect(webhooks).toHaveLength(1);
		expect(webhooks?.[0].httpMethod).toMatch(/^(GET|POST)$/);
		expect(webhooks?.[0].httpMethod).toBe(right.method ?? 'POST');
	});

	async function formTest(values: ICredentialDataDecryptedObject) {
		const { description, methods } = loader.getNode(node).type as INodeType;
		const [{ testedBy }] = description.credentials ?? [];
		const test = methods?.credentialTest?.[testedBy as string];
		return await test?.call({} as ICredentialTestFunctions, { id: '1', name: 'One', type: '', data: values });
	}
});

const JSON_TRIGGERS = TRIGGERS.filter(({ sent }) => sent(SECRET).body !== undefined);
const big = `{"type":"user_inbound","text":"${'x'.repeat(5_000_000)}"}`;

describe.each(JSON_TRIGGERS)('$node, with the right secret', (trigger) => {
	const right = trigger.sent(SECRET);
	const { headers } = right;

	it.each<[what: string, sent: Sent, status: number]>([
		['no body', { headers, body: undefined }, 400],
		['an empty body', { headers, body: '' }, 400],
		['5 MB', { headers, body: big }, 413],
		['a text', { headers: { ...headers, 'content-type': 'text/plain' }, body: right.body }, 415],
		['no type', { headers: { ...headers, 'content-type': '' }, body: right.body }, 415],
		['a form', { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: 'type=a' }, 415],
		['an empty list', { headers, body: '[]' }, 400],
		['a list of texts', { headers, body: '["user_inbound"]' }, 400],
		['a text in JSON', { headers, body: '"user_inbound"' }, 400],
		['null', { headers, body: 'null' }, 400],
		['JSON nested too deeply', { headers, body: `${'[{"a":'.repeat(200)}1${'}]'.repeat(200)}` }, 400],
		// n8n's own answer: the node is not asked.
		['broken JSON', { headers, body: '{"type":' }, 422],
		['the bytes of another encoding', { headers, body: Buffer.from('{"type":1}', 'utf16le') }, 422],
		['an encoding that nobody knows', { headers: { ...headers, 'content-type': 'application/json; charset=x' } }, 422],
	])('answers %s with its status, and runs nothing', async (_what, sent, status) => {
		await publish(trigger);
		expect(await send({ body: right.body, ...sent })).toBe(status);
		expect(published?.runs).toEqual([]);
	});

	it('takes what is JSON in any known encoding, with a byte order mark or without', async () => {
		await publish(trigger);
		expect(await send({ headers, body: `\uFEFF${String(right.body)}` })).toBe(200);
		const utf16 = { ...headers, 'content-type': 'application/json; charset=utf-16le' };
		const body = Buffer.from(String(right.body).replace('}', ',"n":2}'), 'utf16le');
		expect(await send({ headers: utf16, body })).toBe(200);
		expect(published?.runs).toHaveLength(2);
	});
});

it('writes at most ten lines in any minute, whatever arrives, and then how many were left out', async () => {
	const log = new LimitedLog();
	const written: string[] = [];
	const context = {
		logger: { warn: (line: string) => written.push(line) },
		getNode: () => ({ name: 'One' }),
		getWorkflow: () => ({ id: 'w' }),
	} as unknown as WebhookContext;
	for (let i = 0; i < 10_000; i++) log.warn(context, `line ${i}`, i);
	expect(written).toHaveLength(10);
	log.warn(context, 'later', 60_001);
	expect(written.at(-1)).toBe('later (9990 more lines were left out before this one)');
	for (let at = 0; at < 600_000; at += 100) log.warn(context, 'again', 100_000 + at);
	expect(written.length).toBeLessThanOrEqual(11 + 101);
});

it('remembers an event for ten minutes and no longer, and a bounded number of them', () => {
	const recent = new Recent(600_000, 3);
	expect(recent.isNew('a', 0)).toBe(true);
	expect(recent.isNew('a', 599_999)).toBe(false);
	expect(recent.isNew('a', 600_000)).toBe(true);
	for (const key of ['b', 'c', 'd', 'e']) recent.isNew(key, 600_001);
	expect(['a', 'c', 'd', 'e'].map((key) => recent.has(key, 600_002))).toEqual([false, false, true, true]);
	recent.forget('e');
	expect(recent.has('e', 600_002)).toBe(false);
});
