/** The test of each credential, and the guard of its address, as n8n runs them. */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { providers } from '../../harness/catalogue';
import { testCredential } from '../../harness/engine/credentialTest';
import { loader, loadPackage } from '../../harness/engine/package';
import { recordingServer, type RecordingServer } from '../../harness/servers';
import { createSimulator, withKey, type Simulator } from '../../simulator/server/server';

const KEY = 'a-key-of-the-account';

let simulator: Simulator;
let other: RecordingServer;

beforeAll(loadPackage);
beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 }, ...withKey(KEY) });
	other = await recordingServer((_request, response) => response.end());
});
afterEach(async () => {
	await Promise.all([simulator.close(), other.close()]);
});

/** Each credential with its right values and the address of a server in place of the simulator's. */
const CREDENTIALS: Array<[type: string, data: (root: string) => ICredentialDataDecryptedObject]> = [
	...providers
		.flatMap(({ credentials }) => credentials)
		.map((type): (typeof CREDENTIALS)[number] => [type, (root) => simulator.logins(root)[type]]),
	['voipcloudApi', (root) => ({ ...simulator.logins(root).voipcloudApi, apiVersion: 'v2' })],
];

describe.each(CREDENTIALS)('The test of %s', (type, dataAt) => {
	it('passes with the right values, or nobody could save the credential with confidence', async () => {
		expect(await testCredential(type, dataAt(simulator.url))).toEqual({
			status: 'OK',
			message: 'Connection successful!',
		});
	});

	it.each([
		['a web page', '<!doctype html><title>Sign in</title>', 'text/html'],
		['a web page with blanks before it', '\n\n <html><title>Sign in</title>', 'text/html'],
		['a web page with a byte order mark', '\uFEFF<html><title>Sign in</title>', 'text/html'],
		['nothing', '', 'application/json'],
	])('fails when %s answers, or a mistyped address would look right', async (_what, body, kind) => {
		other.answer = (_request, response) => {
			response.setHeader('content-type', kind);
			response.end(body);
		};
		const { status, message } = await testCredential(type, dataAt(`http://127.0.0.1:${other.port}`));
		expect(status).toBe('Error');
		expect(message).toMatch(/Check '?(Base URL|Environment|the base URL)/);
	});

	it.each([
		['http://127.0.0.1:9', 'ECONNREFUSED', 'The connection was refused.'],
		// The second code where no name server answers.
		['https://no-such-host.invalid', 'ENOTFOUND or EAI_AGAIN', 'Its host name is not known.'],
	])('fails when nothing is reached at %s, and the form says what to do', async (root, codes, what) => {
		const { status, message } = await testCredential(type, dataAt(root));
		expect(status).toBe('Error');
		// The sign-in is a request of the credential's own. Of the other credentials' test n8n shows the code, and no more.
		if (type === 'voipStudioLoginApi') {
			expect(message).toBe(
				`VoIPstudio sign-in: VoIPstudio could not be reached to sign in. The address is ${root}. ${what} Check the base URL in the credential.`,
			);
			return;
		}
		expect(codes.split(' or ')).toContain(message);
		const hints = loader.getCredential(type).type.properties.map(({ hint = '' }) => hint);
		const meanings = hints.filter((hint) => hint.includes('If the test shows only a code'));
		expect(meanings).toEqual([expect.stringContaining(`${codes} `)]);
		const [, address] = /<a href="([^"]+)" target="_blank">What to do then/.exec(meanings[0]) ?? [];
		expect(address).toMatch(/\/README\.md#troubleshooting$/);
		expect(await readFile(join(__dirname, '../../README.md'), 'utf8')).toContain(`\`${message}\``);
	});

	it.each([
		['http://real.example', 'begins with http://'],
		['ftp://127.0.0.1', 'begins with ftp:'],
		['https://real.example@127.0.0.1', 'holds a user name or password'],
		['https://user:secret-in-the-address@127.0.0.1', 'holds a user name or password'],
		['https://127.0.0.1/?to=', 'holds a question mark'],
		['https://127.0.0.1/#', 'holds a question mark'],
		['not an address', 'is not an address'],
	])('refuses the address %s before anything is sent', async (root, reason) => {
		const { status, message } = await testCredential(type, dataAt(root));
		expect(status).toBe('Error');
		expect(message).toContain(reason);
		expect(message).not.toContain('secret-in-the-address');
		expect(simulator.requests).toEqual([]);
	});

	it("goes with no request to another host, such as that of n8n's HTTP Request node with this credential", async () => {
		const { authenticate } = loader.getCredential(type).type;
		if (typeof authenticate !== 'function') throw new Error('authenticates in code');
		const data = dataAt('https://real.example');
		const requests = [
			{ url: 'https://other.example/real.example' },
			{ url: 'https://real.example:8443/voipcloud' },
			{ url: 'http://real.example/voipcloud' },
			{ url: '', uri: 'https://other.example' },
			{ baseURL: 'https://real.example', url: 'https://other.example' },
			{ baseURL: 'https://real.example.other.example', url: '/' },
		];
		for (const request of requests) {
			await expect(authenticate(data, request)).rejects.toThrow('The credential is for https://real.example only');
		}
		const own = await authenticate(data, { url: 'https://real.example/x' });
		expect(own).toMatchObject({ url: 'https://real.example/x', disableFollowRedirect: true });
	});
});

describe('an address with a mistake in its path', () => {
	const address = (type: string): string => String(simulator.logins(simulator.url)[type].baseUrl).replace(/\/+$/, '');

	it.each([
		['voipStudioApi', (url: string) => url.replace(/\/voipstudio$/, ''), 'without a path'],
		['voipStudioApi', (url: string) => `${url}/dashboard`, 'without a path'],
		['voipcloudApi', (url: string) => `${url}/api/integration/v1`, 'without a path'],
		['voipcloudApi', (url: string) => `${url}/portal`, 'without a path'],
		['while1VoiceApi', (url: string) => `${url}/index.php`, 'without a path'],
	] as const)('of %s is told with what to enter, not as "Not Found"', async (type, mistake, advice) => {
		const data = { ...simulator.logins(simulator.url)[type], baseUrl: mistake(address(type)) };
		const { status, message } = await testCredential(type, data);
		expect(status).toBe('Error');
		expect(message).toMatch(/^Nothing there \(404\)\. Enter only https:\/\//);
		expect(message).toContain(advice);
	});

	it.each(['voipStudioApi', 'voipcloudApi', 'while1VoiceApi'])(
		'of %s is none where a key was copied with blanks around it',
		async (type) => {
			const login = simulator.logins(simulator.url)[type];
			const name = 'apiToken' in login ? 'apiToken' : 'apiKey';
			const data = { ...login, [name]: ` ${String(login[name])}\n` };
			expect((await testCredential(type, data)).status).toBe('OK');
		},
	);
});

describe("n8n's Engine 2.0", () => {
	it('sends the requests of every credential but the one that signs in: n8n 2.41 refuses all that have an expirable field', () => {
		const types = [...new Set(CREDENTIALS.map(([type]) => type))];
		const expirable = types.filter((type) =>
			loader.getCredential(type).type.properties.some(({ typeOptions }) => typeOptions?.expirable === true),
		);
		expect(expirable).toEqual(['voipStudioLoginApi']);
	});
});
