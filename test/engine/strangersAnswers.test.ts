/** Whatever answers in a provider's place, nothing is done twice, stopped, lost or told to others. */
import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';
import type { ServerResponse } from 'node:http';

import { setClock, setHostClock } from '../../harness/clock';
import { loader, loadPackage } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { longestPiece, MOST_MS } from '../../harness/processor';
import { recordingServer, type RecordingServer } from '../../harness/servers';

const TOKEN = "a-token/of'the&account";
let server: RecordingServer;

beforeAll(loadPackage);
beforeEach(async () => {
	server = await recordingServer((_request, response) => void response.end());
});
afterEach(async () => {
	jest.restoreAllMocks();
	await server.close();
});

const base = () => `http://127.0.0.1:${server.port}`;
const while1 = (): Record<string, ICredentialDataDecryptedObject> => ({
	while1VoiceApi: { apiToken: TOKEN, apiKey: '', baseUrl: base() },
});
const cloud = (): Record<string, ICredentialDataDecryptedObject> => ({
	voipcloudApi: { apiKey: TOKEN, apiVersion: 'v1', baseUrl: base() },
});
const studio = (): Record<string, ICredentialDataDecryptedObject> => ({
	voipStudioApi: { apiKey: TOKEN, baseUrl: base() },
});

function answers(body: unknown, status = 200, headers: Record<string, string> = {}): void {
	server.answer = (_request, response: ServerResponse) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(typeof body === 'string' ? body : JSON.stringify(body));
	};
}

let number = 10_000_000;
const call = (options: IDataObject): Omit<NodeRun, 'credentials'> => ({
	node: 'voipcloud',
	parameters: {
		...{ resource: 'call', operation: 'create', userNumber: '1001', numberToCall: `0${++number}` },
		options: options as INodeParameters,
	},
});

describe('A call that may have gone through', () => {
	it.each([
		['301', 301, { location: '/elsewhere' }],
		['302', 302, { location: '/elsewhere' }],
		['303', 303, { location: '/elsewhere' }],
		['307', 307, { location: '/elsewhere' }],
		['a failure', 500, {}],
		['a failure of a gateway', 502, {}],
		['a timeout', 408, {}],
		['a web page', 200, { 'content-type': 'text/html' }],
	] as Array<[string, number, Record<string, string>]>)(
		'is not made again when n8n retries the node: %s',
		async (_what, status, headers) => {
			answers(status === 200 ? '<html><body>Welcome</body></html>' : {}, status, headers);
			const again = call({ duplicateGuardSeconds: 600, atMostPerHour: 1 });
			const first = await runNode({ ...again, credentials: cloud() });
			expect(first.error?.message).toContain('It is not known whether VoIPcloud carried out the request');
			expect(first.error?.description).toContain('may or may not have gone through');
			const second = await runNode({ ...again, credentials: cloud() });
			expect(second.error?.message).toContain('sent a moment ago');
			expect(server.received.map(({ method }) => method)).toEqual(['POST']);
		},
	);

	it('is made again where the provider refused it in a documented way', async () => {
		answers({ code: 401 }, 401);
		const again = call({ duplicateGuardSeconds: 600, atMostPerHour: 1 });
		for (let run = 0; run < 2; run++) {
			expect((await runNode({ ...again, credentials: cloud() })).error?.message).toContain('refused');
		}
		expect(server.received).toHaveLength(2);
	});

	it('counts by a clock that nobody sets: neither a leap ahead nor back changes an hour', async () => {
		answers({ code: 200 });
		const again = call({ atMostPerHour: 1 });
		const now = Date.now();
		for (const [leapMs, isSent] of [
			[10 * 365 * 86_400_000, true],
			[0, false],
			[3_700_000, false],
		] as Array<[number, boolean]>) {
			const restore = setHostClock(() => now + leapMs);
			const { error } = await runNode({ ...again, credentials: cloud() });
			restore();
			expect(error === undefined).toBe(isSent);
			if (!isSent) expect(error?.description).toContain('Try again in 60 minutes');
		}
	});
});

describe('A name of JavaScript itself', () => {
	it.each(['__proto__', 'constructor', 'toString'])(
		'is no member of a queue, which it would empty: %s',
		async (name) => {
			const { error } = await runNode({
				node: 'while1Voice',
				parameters: {
					...{ resource: 'queue', operation: 'setMembers', queueName: 'sales' },
					members: { member: [{ name, type: 'sip' }] },
				},
				credentials: while1(),
			});
			expect(error?.message).toContain('is not the name of a member');
			expect(server.received).toHaveLength(0);
		},
	);
});

/** A call as While1 lists it, that ended some hours ago. */
const record = (id: number | string, more: IDataObject = {}): IDataObject => ({
	...{ id: String(id), source: '+34600000000', destination: '100', direction: 'IN', call_status: 'ANSWERED' },
	...{ calldate: '2026-11-20 08:00:00', duration: 60, billsec: 30, ...more },
});
const NOON = Date.parse('2026-11-20T12:00:00Z');

async function published(records: IDataObject[], more: INodeParameters = {}): Promise<PublishedTrigger> {
	const list = {
		has_error: false,
		results: records,
		pagination: { row_count: records.length, page_size: records.length, current_page: 1, max_page: 1 },
	};
	answers(list);
	return await PublishedTrigger.publish({
		node: 'while1VoiceTrigger',
		parameters: { event: 'cdr', startFrom: 'hoursAgo', hours: 24, ...more },
		credentials: while1(),
		timezone: 'UTC',
	});
}

describe('A list of calls', () => {
	let restore: () => void;
	beforeEach(() => {
		restore = setClock(() => NOON);
	});
	afterEach(() => restore());

	it.each(['__proto__', 'constructor', 'hasOwnProperty'])(
		'gives the call whose name is %s: it does not wait for ever',
		async (name) => {
			const trigger = await published([record(1, { uniqueid: name, linkedid: name })], {
				itemPer: 'call',
				output: 'full',
				options: { graceSeconds: 0 },
			});
			expect(await trigger.poll()).toHaveLength(1);
			expect(await trigger.poll()).toHaveLength(0);
		},
	);

	it.each([
		['a chain of linked records', 3000, (i: number) => ({ uniqueid: `u${i}`, linkedid: `u${i - 1}` })],
		['a circle of linked records', 3000, (i: number) => ({ uniqueid: `u${i}`, linkedid: `u${(i + 1) % 3000}` })],
		['one call of many legs', 3000, (i: number) => ({ uniqueid: `u${i}`, linkedid: 'u0' })],
		['many calls', 5000, (i: number) => ({ uniqueid: `u${i}`, linkedid: `u${i}` })],
	] as Array<[string, number, (i: number) => IDataObject]>)(
		'stops no other workflow, however its records are linked: %s',
		async (_what, length, link) => {
			const polled = async (count: number) => {
				const records = Array.from({ length: count }, (_, i) => record(i, link(i)));
				const trigger = await published(records, { itemPer: 'call', output: 'full', options: { maxItems: 1000 } });
				return await longestPiece(async () => await trigger.poll());
			};
			await polled(1000);
			expect(await polled(length)).toBeLessThan(MOST_MS);
		},
	);

	it('stops no other workflow with thousands of waiting callers whose numbers end alike', async () => {
		const number = (i: number) => `${1 + (i % 9)}${String(i).padStart(4, '0')}600000001`;
		const missed = (i: number) => ({
			...{ id: String(i), source: number(i), destination: '100', direction: 'IN' },
			...{ call_status: 'NOANSWER', calldate: '2026-11-20 11:30:00', duration: 9 },
		});
		const polled = async (length: number) => {
			const records = Array.from({ length }, (_, i) => missed(i));
			const trigger = await published(records, { event: 'missedNotReturned', waitMinutes: 45, output: 'full' });
			const first = await longestPiece(async () => await trigger.poll());
			expect(JSON.stringify(trigger.saved()).match(/"waitSeconds"/g)).toHaveLength(length);
			return Math.max(first, await longestPiece(async () => await trigger.poll()));
		};
		await polled(1000);
		expect(await polled(8000)).toBeLessThan(MOST_MS);
	});

	it('writes no long ID to the database', async () => {
		const long = 'x'.repeat(100_000);
		const records = Array.from({ length: 10 }, (_, i) =>
			record(`${long}${i}`, { uniqueid: `${long}${i}`, linkedid: `${long}${i}` }),
		);
		const trigger = await published(records, { options: { graceSeconds: 0 } });
		const items = await trigger.poll();
		expect(items).toHaveLength(10);
		expect(JSON.stringify(trigger.saved()).length).toBeLessThan(10 * 100 + 600);
		expect(await trigger.poll()).toHaveLength(0);
	});

	it('comes from now on when the trigger was published by a clock that was ten years ahead', async () => {
		restore();
		restore = setHostClock(() => NOON + 10 * 365 * 86_400_000);
		const trigger = await published([], { startFrom: 'now' });
		await trigger.poll();
		restore();
		restore = setClock(() => NOON);
		await trigger.poll();
		answers({ has_error: false, results: [record(1, { calldate: '2026-11-20 12:01:00' })] });
		restore();
		restore = setClock(() => NOON + 300_000);
		expect(await trigger.poll()).toHaveLength(1);
	});
});

describe('What a provider says', () => {
	const forms: Array<[string, string]> = [
		['as it is', TOKEN],
		['in capitals', TOKEN.toUpperCase()],
		['encoded twice', encodeURIComponent(encodeURIComponent(TOKEN))],
		['as bytes', Buffer.from(TOKEN).toString('hex')],
		['quoted by PHP', TOKEN.replace(/'/g, "\\'")],
		['in Base64', Buffer.from(TOKEN).toString('base64')],
	];

	it.each(forms)('holds no key in a warning: %s', async (_form, quoted) => {
		answers({ has_error: false, results: [], warnings: [`Token ${quoted} is old`] });
		const { items, run } = await runNode({
			node: 'while1Voice',
			parameters: { resource: 'queue', operation: 'pauseMembers', agentNames: 'john-doe' },
			credentials: while1(),
		});
		expect(items[0].json.warnings).toEqual(['Token *** is old']);
		expect(JSON.stringify(run.data.resultData)).not.toContain(quoted);
	});

	it('is at most three warnings, short and in one line each: a line break forges no line of the log', async () => {
		const warning = `${'w'.repeat(100)}\n2026-11-20 [error] forged ${'x'.repeat(1000)}`;
		answers({ has_error: false, results: [], warnings: Array(20_000).fill(warning) });
		const { items, run } = await runNode({
			node: 'while1Voice',
			parameters: { resource: 'queue', operation: 'pauseMembers', agentNames: 'john-doe' },
			credentials: while1(),
		});
		const told = items[0].json.warnings as string[];
		expect(told).toHaveLength(3);
		for (const each of told) expect(each).toMatch(/^.{1,501}$/);
		expect(JSON.stringify(run.data.resultData).length).toBeLessThan(20_000);
	});

	it.each([
		['dots', `${'.'.repeat(120_000)}x`],
		['slashes', `${'/'.repeat(120_000)}x`],
		['blanks', `${' '.repeat(120_000)}x`],
		['brackets', '<'.repeat(120_000)],
		['backslashes', '\\'.repeat(120_000)],
		['line breaks', `${'\n'.repeat(120_000)}x`],
	])('stops n8n for no time: %s in an error', async (_what, message) => {
		answers({ message, errors: [{ field: message, message }] }, 400);
		const parameters = { resource: 'cdr', operation: 'get', cdrId: '7' };
		const ms = await longestPiece(async () => {
			const { error } = await runNode({ node: 'voipStudio', parameters, credentials: studio() });
			expect(error).toBeDefined();
		});
		expect(ms).toBeLessThan(MOST_MS);
	});

	it.each(['/'.repeat(100_000), 'a'.repeat(100_000), '@'.repeat(100_000)])(
		'nor does a base URL of the user: %.5s…',
		async (end) => {
			const parameters = { resource: 'channel', operation: 'getAll' };
			const credentials = { while1VoiceApi: { apiToken: TOKEN, apiKey: '', baseUrl: `${base()}${end}x` } };
			const ms = await longestPiece(async () => {
				const { error } = await runNode({ node: 'while1Voice', parameters, credentials });
				expect(error?.message).toContain('Base URL');
			});
			expect(ms).toBeLessThan(MOST_MS);
			expect(server.received).toHaveLength(0);
		},
	);
});

describe('A key', () => {
	it.each([
		{ uri: 'URL/x', url: 'https://other.example/x' },
		{ uri: 'https://other.example/x', url: 'URL/x' },
		{ uri: 'https://other.example/x', url: '' },
		{ url: 'https://other.example/x' },
		{ baseURL: 'https://other.example', url: '/x' },
	] as Array<Record<string, string>>)(
		'goes along only if every address is that of its provider: %j',
		async (request) => {
			const type = loader.getCredential('voipcloudApi').type;
			const authenticate = type.authenticate as (credentials: object, request: object) => Promise<unknown>;
			const own = (text: string) => text.replace('URL', base());
			const asked = Object.fromEntries(Object.entries(request).map(([name, url]) => [name, own(url)]));
			await expect(authenticate(cloud().voipcloudApi, asked)).rejects.toThrow('The credential is for');
		},
	);
});

it.each([
	['resource', '={{ "nothing" }}', 'create'],
	['operation', 'call', '={{ "nothing" }}'],
	['names of JavaScript', 'constructor', 'toString'],
])('an operation that is none is refused by name: %s', async (_what, resource, operation) => {
	for (const [node, credentials] of [
		['voipcloud', cloud()],
		['while1Voice', while1()],
		['voipStudio', studio()],
	] as const) {
		const { error } = await runNode({ node, parameters: { resource, operation }, credentials });
		expect(error?.message).toMatch(/'(Resource|Operation)' must be one of/);
		expect(server.received).toHaveLength(0);
	}
});
