/** How long an exchange may take, how much it may bring, and what may be read of it in messages. */
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { gzipSync } from 'node:zlib';

import { testCredential } from '../../harness/engine/credentialTest';
import { searchList } from '../../harness/engine/editor';
import { loadPackage } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { recordingServer, type RecordingServer } from '../../harness/servers';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const KEY = 'a/key+of the=account';
const PASSWORD = 'a password & its <marks>';

let simulator: Simulator;
let other: RecordingServer;

beforeAll(loadPackage);
beforeEach(async () => {
	simulator = await createSimulator({
		world: { seed: 7, callsPerDay: 0 },
		voipcloud: { apiKeys: [KEY] },
		voipstudio: { apiKeys: [KEY], email: 'olive@example.com', password: PASSWORD },
		limits: { voipcloud: null },
	});
	other = await recordingServer((_request, response) => response.end());
});
afterEach(async () => {
	jest.restoreAllMocks();
	await Promise.all([simulator.close(), other.close()]);
});

const voipcloud = (root = simulator.url): Record<string, ICredentialDataDecryptedObject> => ({
	voipcloudApi: { apiKey: KEY, apiVersion: 'v1', baseUrl: `${root}/voipcloud` },
});
const login = (root = simulator.url): Record<string, ICredentialDataDecryptedObject> => ({
	voipStudioLoginApi: {
		email: 'olive@example.com',
		password: PASSWORD,
		sessionToken: '',
		baseUrl: `${root}/voipstudio/v1.2/voipstudio`,
	},
});
const studio = (root = simulator.url): Record<string, ICredentialDataDecryptedObject> => ({
	voipStudioApi: { apiKey: KEY, baseUrl: `${root}/voipstudio/v1.2/voipstudio` },
});
const elsewhere = () => `http://127.0.0.1:${other.port}`;

describe('A provider that drips a byte now and then', () => {
	const QUEUE_CALLS: INodeParameters = { event: 'queueCall', startFrom: 'hoursAgo', hours: 2 };

	it('holds a poll no longer than its budget, and the next poll gives the calls: the trigger is never silent after it', async () => {
		const trigger = await PublishedTrigger.publish({
			node: 'voipcloudTrigger',
			parameters: QUEUE_CALLS,
			credentials: voipcloud(),
		});
		await trigger.poll();
		const call = simulator.world.addCall({
			queue: 'Sales queue',
			startedAt: Date.now() - 300_000,
			answeredAt: Date.now() - 240_000,
			endedAt: Date.now() - 60_000,
		});
		simulator.faults.add({ kind: 'drip', provider: 'voipcloud', times: 2 });
		for (let poll = 0; poll < 2; poll++) {
			const value = await trigger.poll({ budgetMs: 1000 }).then(
				() => 'no error',
				(error: Error) => `${error.message} ${(error as { description?: string }).description}`,
			);
			expect(value).toContain('It took too long');
		}
		expect(call).toBeDefined();
		expect(await trigger.poll()).toHaveLength(1);
	});

	it('frees the places of the account at the deadline: the fifth request gets through', async () => {
		simulator.faults.add({ kind: 'drip', provider: 'voipcloud', times: 4 });
		const parameters = { resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '61290001234' };
		const items = Array.from({ length: 5 }, () => ({ json: {} }));
		const value = await runNode({
			node: 'voipcloud',
			parameters: { ...parameters, requestOptions: { timeout: 1000 } },
			credentials: voipcloud(),
			items,
			onError: 'continueRegularOutput',
		});
		const failed = value.items.filter(({ json, error }) => error !== undefined || 'error' in json);
		expect([value.items.length, failed.length]).toEqual([5, 4]);
		expect(failed.map(({ json }) => json.error)).toEqual(Array(4).fill('No answer from VoIPcloud'));
		expect(simulator.requests).toHaveLength(5);
	});

	it.each(['operation', 'drop-down', 'test of the credential'])(
		'does not hold a sign-in for ever, nor what waits for it (%s)',
		async (way) => {
			const usual = AbortSignal.timeout.bind(AbortSignal);
			jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => usual(Math.min(ms, 15_000) / 20));
			simulator.faults.add({ kind: 'drip', path: '/login', times: 9 });
			const parameters = { authentication: 'login', resource: 'user', operation: 'getAll', options: { maxWait: 0 } };
			const request: NodeRun = { node: 'voipStudio', parameters, credentials: login() };
			const value = await (way === 'operation'
				? runNode(request).then(({ error }) => `${error?.message} ${error?.description}`)
				: way === 'drop-down'
					? searchList(request, 'searchUsers').then(String, (error: Error) => error.message)
					: testCredential('voipStudioLoginApi', login().voipStudioLoginApi).then(({ message }) => message));
			expect(value).toMatch(/No answer from VoIPstudio|did not answer the sign-in in time/);
		},
	);
});

describe('An answer that is too large', () => {
	const largeAnswer = gzipSync(Buffer.concat([Buffer.from('{"code":200,"data":['), Buffer.alloc(150_000_000, 0x20)]));

	it.each(['voipcloud', 'voipStudio'])('is left at the limit, however small it travels (%s)', async (node) => {
		other.answer = (_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
			response.end(largeAnswer);
		};
		const before = process.memoryUsage().rss;
		const { error } = await runNode({
			node,
			parameters: { resource: node === 'voipcloud' ? 'userCall' : 'user', operation: 'getAll' },
			credentials: node === 'voipcloud' ? voipcloud(elsewhere()) : studio(elsewhere()),
		});
		expect(error?.message).toContain('sent more than 64 MB in one answer');
		expect(process.memoryUsage().rss - before).toBeLessThan(140_000_000);
	});

	it('of a file is what the user says it is', async () => {
		other.answer = ({ url }, response) => {
			if (url?.endsWith('.mp3')) response.end(Buffer.alloc(2_500_000, 0x55));
			else response.end(JSON.stringify({ data: { id: 7 } }));
		};
		const parameters = { resource: 'recording', operation: 'download', recordingId: '7' };
		const request: NodeRun = { node: 'voipStudio', parameters, credentials: studio(elsewhere()) };
		const refused = await runNode({ ...request, parameters: { ...parameters, options: { maxFileSize: 2 } } });
		expect(refused.error?.message).toContain('sent more than 2 MB');
		expect(refused.error?.description).toContain("'Max File Size'");
		const taken = await runNode({ ...request, parameters: { ...parameters, options: { maxFileSize: 3 } } });
		expect(taken.error).toBeUndefined();
		expect(taken.items[0].binary?.data.bytes ?? 2_500_000).toBe(2_500_000);
	});

	it('by what it nests is no answer, and takes nothing with it', async () => {
		other.answer = (_request, response) => response.end(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
		const parameters = { resource: 'systemStatus', operation: 'get', options: { maxWait: 0 } };
		const { error } = await runNode({ node: 'voipcloud', parameters, credentials: voipcloud(elsewhere()) });
		expect(error?.message).toBe('VoIPcloud sent an answer that cannot be read');
	});
});

it('A value of 20,000 levels is refused before anything is sent, and not told as unclear', async () => {
	const data = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
	const { error } = await runNode({
		node: 'while1Voice',
		parameters: { resource: 'endpoint', operation: 'call', endpointName: 'queues', data },
		credentials: { while1VoiceApi: { apiToken: KEY, baseUrl: simulator.urls.while1 } },
	});
	expect(error?.message).toContain('nested deeper than 100 levels');
	expect(`${error?.message} ${error?.description}`).toContain('Nothing was sent');
	expect(simulator.requests).toEqual([]);
});

describe('What a provider says', () => {
	/** The forms in which somebody may repeat a secret. */
	const forms = (secret: string): string[] => [
		secret,
		encodeURIComponent(secret),
		new URLSearchParams({ s: secret }).toString().slice(2),
		Buffer.from(secret).toString('base64'),
		Buffer.from(`user:${secret}`).toString('base64'),
		JSON.stringify(secret).slice(1, -1),
		secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
	];

	it.each(forms(KEY))('is shown without the key, in the form %s', async (form) => {
		other.answer = (_request, response) => {
			response.writeHead(400, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ code: 400, message: `refused: ${form} of yours` }));
		};
		const { error, run } = await runNode({
			node: 'voipcloud',
			parameters: { resource: 'userCall', operation: 'getAll' },
			credentials: voipcloud(elsewhere()),
		});
		expect(error?.description).toContain('refused: ');
		expect(error?.description).toContain('***');
		// What an execution stores, whole.
		const stored = JSON.stringify(run) + String(error?.stack) + String(error?.cause);
		for (const each of forms(KEY)) expect(stored).not.toContain(JSON.stringify(each).slice(1, -1));
	});

	it('is shown without a session token that n8n has just fetched', async () => {
		const token = 'a-token-that-is-only-a-moment-old';
		other.answer = ({ url, headers }, response) => {
			response.setHeader('content-type', 'application/json');
			if (url?.endsWith('/login')) response.end(JSON.stringify({ user_token: token }));
			else response.writeHead(400).end(JSON.stringify({ message: `bad token ${headers['x-auth-token'] as string}` }));
		};
		const { error, run } = await runNode({
			node: 'voipStudio',
			parameters: { authentication: 'login', resource: 'user', operation: 'getAll' },
			credentials: login(elsewhere()),
		});
		expect(error?.description).toContain('bad token ***');
		expect(JSON.stringify(run)).not.toContain(token);
	});

	it('is quoted up to 500 characters, and a key at the end of them is not shown by half', async () => {
		other.answer = (_request, response) => {
			response.writeHead(400, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ code: 400, message: 'x'.repeat(490) + KEY + 'y'.repeat(20_000_000) }));
		};
		const { error } = await runNode({
			node: 'voipcloud',
			parameters: { resource: 'userCall', operation: 'getAll' },
			credentials: voipcloud(elsewhere()),
		});
		expect(error?.description?.length).toBeLessThan(800);
		expect(error?.description).not.toContain(KEY.slice(0, 5));
	});
});
