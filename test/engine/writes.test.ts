/**
 * What calls, texts, faxes or writes, against every way in which a provider or the way to it can leave the end open. Nothing
 * may look done that is not known to be, nothing may be sent twice, and nobody may be told to run it again.
 */
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import { loadPackage } from '../../harness/engine/package';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { recordingServer, type RecordingServer } from '../../harness/servers';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { ORIGINATE_USER } from './originate';

const KEY = 'a-key-of-the-account';
const EMAIL = 'olive@example.com';
const to = '+34600000000';
const pdf = { data: Buffer.from('%PDF-1.4').toString('base64'), mimeType: 'application/pdf', fileName: 'offer.pdf' };

const credentials = (root: string): Record<string, Record<string, ICredentialDataDecryptedObject>> => ({
	voipcloud: { voipcloudApi: { apiKey: KEY, apiVersion: 'v1', baseUrl: `${root}/voipcloud` } },
	voipStudio: { voipStudioApi: { apiKey: KEY, baseUrl: `${root}/voipstudio/v1.2/voipstudio` } },
	liveChat247: {
		liveChat247Api: {
			email: EMAIL,
			authentication: 'apiKey',
			apiKey: KEY,
			environment: 'custom',
			baseUrl: `${root}/livechat247/u/api`,
		},
	},
	while1Voice: { while1VoiceApi: { apiToken: KEY, baseUrl: `${root}/while1` } },
});

const WRITES: Array<[node: string, parameters: INodeParameters]> = [
	['voipcloud', { resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '61290001234' }],
	['voipStudio', { resource: 'call', operation: 'create', to }],
	['voipStudio', { resource: 'call', operation: 'answer', callId: '7' }],
	['voipStudio', { resource: 'call', operation: 'hangUp', callId: '7' }],
	['voipStudio', { resource: 'call', operation: 'transfer', callId: '7', destination: to }],
	['voipStudio', { resource: 'sms', operation: 'send', to, message: 'Hello' }],
	['voipStudio', { resource: 'apiToken', operation: 'create', name: 'n8n' }],
	[
		'voipStudio',
		{ resource: 'apiToken', operation: 'delete', apiTokenId: { __rl: true, mode: 'id', value: 'abcdef0123456789' } },
	],
	['voipStudio', { resource: 'contact', operation: 'create', additionalFields: { firstName: 'Aisha' } }],
	['voipStudio', { resource: 'queueGroup', operation: 'create', name: 'Front' }],
	['liveChat247', { resource: 'webCall', operation: 'create', from: to, to }],
	['liveChat247', { resource: 'webCall', operation: 'clickToCall', to }],
	['liveChat247', { resource: 'webCall', operation: 'terminate' }],
	['liveChat247', { resource: 'sms', operation: 'send', to, message: 'Hello' }],
	['liveChat247', { resource: 'fax', operation: 'send', binaryPropertyName: 'data', from: to, to }],
	['while1Voice', ORIGINATE_USER],
];

let simulator: Simulator;
let other: RecordingServer;

beforeAll(loadPackage);
beforeEach(async () => {
	simulator = await createSimulator({
		world: { seed: 7, callsPerDay: 0 },
		voipcloud: { apiKeys: [KEY] },
		voipstudio: { apiKeys: [KEY] },
		livechat247: { apiKey: KEY, email: EMAIL },
		while1: { apiToken: KEY, apiKey: null },
		limits: { voipcloud: null, livechat247: null },
	});
	other = await recordingServer((_request, response) => response.end());
});
afterEach(async () => {
	await Promise.all([simulator.close(), other.close()]);
});

function run(node: string, parameters: INodeParameters, root: string): NodeRun {
	return { node, parameters, credentials: credentials(root)[node], items: [{ json: {}, binary: { data: pdf } }] };
}

let account = 0;
/** The address with a path of its own: the requests that a provider allows are counted by account in this process. */
const anotherAccount = (request: NodeRun): NodeRun => {
	const [data] = Object.values(request.credentials ?? {});
	for (const field of ['apiKey', 'apiToken', 'email']) if (field in data) data[field] = `${++account}@example.com`;
	return request;
};

describe.each(WRITES)('%s %j', (node, parameters) => {
	// VoIPcloud documents no answer to a call that was started: any without a sign of a refusal shows that a phone rings.
	const isDoneByAnything = node === 'voipcloud';
	const isDoneOnce = (error: unknown, asked: readonly unknown[]) => {
		expect(error).toBeUndefined();
		expect(asked).toHaveLength(1);
	};

	it.each(['408', '502', '504', 'html', 'empty', 'emptyObject', 'brokenJson', 'truncated', 'reset'] as const)(
		'is sent once and not known to be carried out after %s, or somebody would be called twice',
		async (kind) => {
			simulator.faults.add({ kind, times: 9 });
			const { error, items } = await runNode(run(node, parameters, simulator.url));
			if (isDoneByAnything && (kind === 'empty' || kind === 'emptyObject'))
				return isDoneOnce(error, simulator.requests);
			// An answer without content cannot be cut.
			if ((kind === 'brokenJson' || kind === 'truncated') && error === undefined) {
				expect(items[0].json).toEqual({ deleted: true });
				return;
			}
			expect(`${error?.message} ${error?.description}`).toMatch(/not known whether|has no such record/);
			expect(`${error?.message} ${error?.description}`).not.toMatch(/run again later|; run again/i);
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it.each([
		['a record without anything', { data: {} }],
		['a list', { data: [{ id: 7 }] }],
		['null', null],
		['a text', 'OK'],
		['an answer of another API', { status: 'up', version: '1.0' }],
	])('is not known to be carried out after %s', async (_what, body) => {
		other.answer = (_request, response) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(body));
		};
		const { error } = await runNode(anotherAccount(run(node, parameters, `http://127.0.0.1:${other.port}`)));
		if (isDoneByAnything) return isDoneOnce(error, other.received);
		expect(error?.message).toMatch(/It is not known whether .* carried out the request/);
		expect(error?.description).toMatch(/look it up in the portal/);
		expect(other.received).toHaveLength(1);
	});

	it.each([
		['the connection is refused', 'http://127.0.0.1:9'],
		['the host is not known', 'http://no-such-host.localdomain.internal'],
		['the secure connection is refused', ''],
	])('was never sent where %s, and says so', async (_why, address) => {
		const root = address === '' ? `https://127.0.0.1:${other.port}` : address;
		const { error } = await runNode(anotherAccount(run(node, parameters, root)));
		expect(error?.description).toMatch(/Nothing was sent: the request never reached/);
		expect(error?.description).not.toContain('not known whether');
		expect(other.received).toEqual([]);
	});
});
