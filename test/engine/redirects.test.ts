/**
 * Every way that sends a key, against a provider's address that answers with a redirect. Whoever answers there (a portal
 * that moved, a captive proxy, a mistyped base URL) must not get the key to anywhere else, and nothing may look done.
 */
import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { testCredential } from '../../harness/engine/credentialTest';
import { searchList } from '../../harness/engine/editor';
import { loadPackage } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { ownCertificate, recordingServer, trust, type RecordingServer } from '../../harness/servers';
import { ORIGINATE_USER } from './originate';

/** An account of its own for each run: the requests that a provider allows are counted by account. */
let account = 0;
const secretsOf = (run: number) => ({
	key: `key-4711-of-account-${run}`,
	password: `password-4711-of-account-${run}`,
	email: `olive-4711-${run}@example.com`,
	session: `token-4711-of-session-${run}`,
});
type Secrets = ReturnType<typeof secretsOf>;

type Credentials = Record<string, ICredentialDataDecryptedObject>;

/** The credentials of each kind, for the address of a server. */
const CREDENTIALS = {
	voipcloud: (url, { key }) => ({
		voipcloudApi: { apiKey: key, baseUrl: url, apiVersion: 'v1' },
	}),
	voipcloudV2: (url, { key }) => ({
		voipcloudApi: { apiKey: key, baseUrl: url, apiVersion: 'v2' },
	}),
	voipStudio: (url, { key }) => ({
		voipStudioApi: { apiKey: key, baseUrl: `${url}/v1.2/voipstudio` },
	}),
	voipStudioSession: (url, { password, email, session }) => ({
		voipStudioLoginApi: { email, password, sessionToken: session, baseUrl: `${url}/v1.2/voipstudio` },
	}),
	voipStudioSignIn: (url, { password, email }) => ({
		voipStudioLoginApi: { email, password, sessionToken: '', baseUrl: `${url}/v1.2/voipstudio` },
	}),
	liveChat247: (url, { key, email }) => ({
		liveChat247Api: {
			email,
			authentication: 'apiKey',
			apiKey: key,
			environment: 'custom',
			baseUrl: `${url}/u/api`,
		},
	}),
	liveChat247Password: (url, { password, email }) => ({
		liveChat247Api: {
			email,
			authentication: 'password',
			password,
			environment: 'custom',
			baseUrl: `${url}/u/api`,
		},
	}),
	while1Voice: (url, { key, password }) => ({
		while1VoiceApi: { apiToken: key, apiKey: password, baseUrl: url },
	}),
} satisfies Record<string, (url: string, secrets: Secrets) => Credentials>;

type CredentialName = keyof typeof CREDENTIALS;

/** One way that sends, by its name. */
interface Way {
	readonly name: string;
	readonly credentials: CredentialName;
	/** Whether it only reads. */
	readonly follows: boolean;
	/** Gives what the user is told: of the error, or that there is none. */
	run(credentials: Credentials): Promise<string>;
}

function operation(
	node: string,
	credentials: CredentialName,
	follows: boolean,
	parameters: INodeParameters,
	isFax = false,
): Way {
	const authentication = credentials.startsWith('voipStudioS') ? { authentication: 'login' } : {};
	const data = Buffer.from('%PDF-1.4').toString('base64');
	const fax = { data: { data, mimeType: 'application/pdf', fileName: 'offer.pdf' } };
	const items = isFax ? [{ json: {}, binary: fax }] : undefined;
	return {
		name: `${credentials}: ${parameters.resource as string} ${parameters.operation as string}${parameters.options === undefined ? '' : ` ${JSON.stringify(parameters.options)}`}`,
		credentials,
		follows,
		async run(used) {
			const request: NodeRun = { node, parameters: { ...authentication, ...parameters }, credentials: used, items };
			const { error, items: output } = await runNode(request);
			return error === undefined ? `no error but ${JSON.stringify(output)}` : told(error);
		},
	};
}

/** All that a user, a log or the data of an execution could show of an error. */
function told(error: Error & { description?: string | null; context?: IDataObject; cause?: unknown }): string {
	const { message, description, context, cause } = error;
	// The node's own parameters are the user's.
	const rest = JSON.stringify({ ...error, node: undefined });
	return [message, description, JSON.stringify(context), rest, String(cause)].join('\n');
}

function trigger(node: string, credentials: CredentialName, follows: boolean, event: string): Way {
	const authentication = credentials.startsWith('voipStudioS') ? { authentication: 'login' } : {};
	return {
		name: `${credentials}: trigger ${event}`,
		credentials,
		follows,
		async run(used) {
			const parameters = { event, startFrom: 'hoursAgo', hours: 1, ...authentication };
			const published = await PublishedTrigger.publish({ node, parameters, credentials: used });
			return await published.poll().then((calls) => `no error but ${JSON.stringify(calls)}`, told);
		},
	};
}

function credentialTest(credentials: CredentialName): Way {
	return {
		name: `${credentials}: test of the credential`,
		credentials,
		follows: false,
		async run(used) {
			const [[type, data]] = Object.entries(used);
			const { status, message } = await testCredential(type, data);
			return status === 'OK' ? `no error but ${message}` : message;
		},
	};
}

function dropDown(method: string, credentials: CredentialName): Way {
	const parameters = {
		resource: 'user',
		operation: 'getAll',
		...(credentials === 'voipStudio' ? {} : { authentication: 'login' }),
	};
	return {
		name: `${credentials}: drop-down ${method}`,
		credentials,
		follows: true,
		run: async (used) =>
			await searchList({ node: 'voipStudio', parameters, credentials: used }, method).then(
				(entries) => `no error but ${JSON.stringify(entries)}`,
				told,
			),
	};
}

const to = '+34600000000';
const WAYS: Way[] = [
	operation('voipcloud', 'voipcloud', true, { resource: 'userCall', operation: 'getAll' }),
	operation('voipcloud', 'voipcloudV2', true, { resource: 'queueCall', operation: 'getAll', returnAll: true }),
	operation('voipcloud', 'voipcloud', true, { resource: 'systemStatus', operation: 'get' }),
	operation('voipcloud', 'voipcloud', false, {
		resource: 'call',
		operation: 'create',
		userNumber: '1001',
		numberToCall: '61290001234',
	}),
	trigger('voipcloudTrigger', 'voipcloud', true, 'queueCall'),
	trigger('voipcloudTrigger', 'voipcloudV2', true, 'userCall'),
	credentialTest('voipcloud'),
	credentialTest('voipcloudV2'),

	...(['voipStudio', 'voipStudioSession', 'voipStudioSignIn'] as const).flatMap((credentials) => {
		// A sign-in is never sent on, whatever it is made for.
		const follows = credentials !== 'voipStudioSignIn';
		return [
			operation('voipStudio', credentials, follows, { resource: 'cdr', operation: 'getAll' }),
			operation('voipStudio', credentials, follows, { resource: 'cdr', operation: 'export', format: 'csv' }),
			operation('voipStudio', credentials, follows, { resource: 'recording', operation: 'download', recordingId: '7' }),
			operation('voipStudio', credentials, false, { resource: 'call', operation: 'create', to }),
			operation('voipStudio', credentials, false, { resource: 'call', operation: 'hangUp', callId: '7' }),
			operation('voipStudio', credentials, false, {
				resource: 'call',
				operation: 'transfer',
				callId: '7',
				destination: to,
			}),
			operation('voipStudio', credentials, false, { resource: 'sms', operation: 'send', to, message: 'Hello' }),
			operation('voipStudio', credentials, false, { resource: 'apiToken', operation: 'create', name: 'n8n' }),
			operation('voipStudio', credentials, false, {
				resource: 'apiToken',
				operation: 'delete',
				apiTokenId: { __rl: true, mode: 'id', value: 'token-0815-to-revoke' },
			}),
			trigger('voipStudioTrigger', credentials, follows, 'cdr'),
			trigger('voipStudioTrigger', credentials, follows, 'sms'),
			dropDown('searchUsers', credentials),
			credentialTest(credentials),
		].map((way) => ({ ...way, follows: way.follows && follows }));
	}),

	...(['liveChat247', 'liveChat247Password'] as const).flatMap((credentials) => [
		operation('liveChat247', credentials, true, { resource: 'webCall', operation: 'getStatus' }),
		operation('liveChat247', credentials, false, { resource: 'webCall', operation: 'create', from: to, to }),
		operation('liveChat247', credentials, false, { resource: 'webCall', operation: 'clickToCall', to }),
		operation('liveChat247', credentials, false, { resource: 'webCall', operation: 'terminate' }),
		operation('liveChat247', credentials, false, { resource: 'sms', operation: 'send', to, message: 'Hello' }),
		operation(
			'liveChat247',
			credentials,
			false,
			{ resource: 'fax', operation: 'send', binaryPropertyName: 'data', from: to, to },
			true,
		),
		credentialTest(credentials),
	]),

	...['json', 'form', 'query'].flatMap((transport) => [
		operation('while1Voice', 'while1Voice', true, {
			resource: 'user',
			operation: 'getStatuses',
			options: { transport },
		}),
		operation('while1Voice', 'while1Voice', false, { ...ORIGINATE_USER, options: { transport } }),
	]),
	operation('while1Voice', 'while1Voice', true, { resource: 'cdr', operation: 'getAll' }),
	trigger('while1VoiceTrigger', 'while1Voice', true, 'cdr'),
	credentialTest('while1Voice'),
];

const STATUSES = [301, 302, 303, 307, 308];
const MOVES = ['same origin', 'other port', 'other host', 'https to http'] as const;

/** What a provider would answer, so that a request that came through would look like a success. */
const SUCCESS = {
	code: 200,
	data: [],
	id: 1,
	user_token: 'a token of somebody else',
	success: true,
	has_error: false,
	results: [],
	total: 0,
};

const certificate = ownCertificate();
let distrust: () => void;
let foreign: RecordingServer;
let plain: RecordingServer;
let secure: RecordingServer;

beforeAll(async () => {
	await loadPackage();
	distrust = trust(certificate);
	const succeed: RecordingServer['answer'] = (_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(SUCCESS));
	};
	foreign = await recordingServer(succeed);
	plain = await recordingServer(succeed);
	secure = await recordingServer(succeed, certificate);
});
afterAll(async () => {
	distrust();
	await Promise.all([foreign.close(), plain.close(), secure.close()]);
});
beforeEach(() => {
	for (const { received } of [foreign, plain, secure]) received.length = 0;
});

describe.each(WAYS)('$name', ({ credentials, follows, run }) => {
	it.each(MOVES.flatMap((move) => STATUSES.map((status) => ({ move, status }))))(
		'keeps the key with the provider, does it once at most and says so ($status, $move)',
		async ({ move, status }) => {
			const [server, scheme] = move === 'https to http' ? [secure, 'https'] : [plain, 'http'];
			const origin = `${scheme}://127.0.0.1:${server.port}`;
			const target = {
				'same origin': origin,
				'other port': `http://127.0.0.1:${foreign.port}`,
				'other host': `http://localhost:${foreign.port}`,
				'https to http': `http://127.0.0.1:${foreign.port}`,
			}[move];
			server.answer = (request, response) => {
				response.writeHead(status, { location: `${target}${request.url}` });
				response.end('<a>moved</a>');
			};
			const secrets = secretsOf(++account);
			const said = await run(CREDENTIALS[credentials](origin, secrets));

			expect(foreign.received).toEqual([]);
			const repeats = server.received.filter(({ method, url, body }) =>
				server.received.some((other) => other.method !== method || other.url !== url || other.body !== body),
			);
			expect(repeats).toEqual([]);
			const staysAGet = server.received[0].method === 'GET';
			const once = move !== 'same origin' || !follows || !(staysAGet || status === 307 || status === 308);
			expect(server.received).toHaveLength(once ? 1 : 2);
			expect(said).toMatch(/redirect/i);
			expect(said).not.toMatch(/no error/);
			for (const secret of [...Object.values(secrets), 'token-0815-to-revoke']) {
				expect(said).not.toContain(secret);
				expect(said).not.toContain(encodeURIComponent(secret));
			}
		},
	);
});
