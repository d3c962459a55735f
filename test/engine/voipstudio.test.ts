import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';
import { type AddressInfo, createServer, type Server } from 'node:net';

import { setClock } from '../../harness/clock';
import { type NodeRun, runNode } from '../../harness/engine/run';
import {
	addCalls,
	BASE,
	cdrs,
	fileOf,
	KEY,
	MINUTE,
	passTime,
	PASSWORD,
	run,
	simulator,
	written,
	seeded,
} from './voipstudio';

describe('Recordings, voicemails and faxes', () => {
	it.each([
		['recording', 'recordingId', 'mp3', 'audio/mpeg', /^recording-\d+-2026-11-20-10-31-00-61491570006-\d+\.mp3$/],
		['voicemail', 'voicemailId', 'mp3', 'audio/mpeg', /^voicemail-\d+-2026-11-20-10-50-40-61491570006-\d+\.mp3$/],
		['fax', 'faxId', 'pdf', 'application/pdf', /^fax-\d+-2026-11-20-11-11-00-61491570006-\d+\.pdf$/],
	])(
		'downloads a %s with its type and a name that tells what it is',
		async (resource, parameter, _ending, mimeType, name) => {
			const ids = await seeded();
			const { items, error } = await run({
				resource,
				operation: 'download',
				[parameter]: ids[resource],
				options: { binaryPropertyName: 'file' },
			});
			expect(error && `${error.message} ${error.description}`).toBeUndefined();
			const file = fileOf(items[0], 'file');
			expect(file.fileName).toMatch(name);
			expect(file.mimeType).toBe(mimeType);
			expect(file.bytes.length).toBeGreaterThan(1000);
			if (resource === 'recording') expect(file.bytes.length).toBe(items[0].json.size);
			expect(written(items[0].json.id)).toBe(ids[resource]);
			expect(items[0].pairedItem).toEqual({ item: 0 });
		},
	);

	it('tells a file that is not ready from a recording that does not exist', async () => {
		const { recording } = await seeded();
		simulator.faces.voipstudio.change({ filesAfterSeconds: 86_400 });
		const notReady = await run({ resource: 'recording', operation: 'download', recordingId: recording });
		expect(notReady.error?.message).toBe('The recording exists, but its file is not ready yet');
		const unknown = await run({ resource: 'recording', operation: 'download', recordingId: '1' });
		expect(unknown.error?.message).toBe('VoIPstudio has no such record (ID 1)');
	});
});

describe('Call: Create', () => {
	const create = (parameters: INodeParameters = {}): INodeParameters => ({
		resource: 'call',
		operation: 'create',
		to: '+34600000000',
		...parameters,
	});

	it('says that the phone is offline when nothing could be dialled', async () => {
		simulator.faces.voipstudio.change({ offlineUsers: [1001], offlineAfterMs: 200 });
		const { error } = await run(create());
		expect(error?.message).toBe('The phone that should ring first is offline');
		expect(error?.description).toContain('no VoIP clients registered');
		expect(simulator.requests).toHaveLength(1);
	});

	it.each(['500', 'reset', '429', 'brokenJson', 'html'] as const)(
		'never repeats a call after %s, so that nobody is rung twice',
		async (kind) => {
			simulator.faults.add({ kind, times: 5 });
			const { error } = await run(create());
			expect(error).toBeDefined();
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it.each(['+34 6OO 000 000', 'call me', '={{ "" }}', '1', '+'])(
		'refuses the number %j and sends nothing',
		async (to) => {
			const { error } = await run(create({ to }));
			expect(error?.message).toContain("'To' is");
			expect(error?.context?.itemIndex).toBe(0);
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it('refuses the same call again while the guard holds, and no other', async () => {
		const guarded = create({ to: '={{ $json.to }}', options: { duplicateGuardSeconds: 60 } });
		const items = [{ json: { to: '34600000021' } }, { json: { to: '34600000022' } }];
		expect((await run(guarded, { items })).error).toBeUndefined();
		expect(simulator.requests).toHaveLength(2);
		const again = await run(guarded, {
			items: [...items, { json: { to: '34600000023' } }],
			onError: 'continueRegularOutput',
		});
		expect(again.items.map(({ json }) => json.error ?? json.state)).toEqual([
			expect.stringContaining('sent a moment ago'),
			expect.stringContaining('sent a moment ago'),
			'RINGING',
		]);
		expect(simulator.requests).toHaveLength(3);
	});

	it('knows the account by any way to write its base URL, or a slash would let a call through twice', async () => {
		const guarded = create({ to: '34600000041', options: { duplicateGuardSeconds: 60 } });
		expect((await run(guarded)).error).toBeUndefined();
		for (const baseUrl of [`${simulator.urls.voipstudio}/`, ` ${simulator.urls.voipstudio.replace('http', 'HTTP')} `]) {
			expect((await run(guarded, {}, { baseUrl })).error?.message).toContain('sent a moment ago');
		}
		expect(simulator.requests).toHaveLength(1);
	});

	it('lets a call through the guard that was refused before, and one whose guard is off', async () => {
		const guarded = create({ to: '34600000031', options: { duplicateGuardSeconds: 60 } });
		simulator.faces.voipstudio.change({ offlineUsers: [1001] });
		await run(guarded);
		simulator.faces.voipstudio.change({ offlineUsers: [] });
		expect((await run(guarded)).error).toBeUndefined();
		expect((await run(create({ to: '34600000031' }))).error).toBeUndefined();
		expect((await run(guarded)).error?.message).toContain('sent a moment ago');
	});

	it('shows the request of a dry run, without the key, and rings nobody', async () => {
		const { items } = await run(create({ dryRun: true }));
		expect(items[0].json).toEqual({
			dryRun: true,
			would: 'call +34600000000',
			method: 'POST',
			url: `${simulator.urls.voipstudio}/calls`,
			body: { to: '34600000000' },
		});
		expect(JSON.stringify(items)).not.toContain(KEY);
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('API keys', () => {
	it('are shown by their last characters in lists, so that an execution does not give them away', async () => {
		const masked = await run({ resource: 'apiToken', operation: 'getAll' });
		expect(masked.items[0].json.token).toBe('…-key');
		const full = await run({ resource: 'apiToken', operation: 'getAll', options: { includeTokens: true } });
		expect(full.items[0].json.token).toBe(KEY);
	});

	it('are revoked by their name, or by themselves', async () => {
		const create = async (name: string) =>
			written((await run({ resource: 'apiToken', operation: 'create', name })).items[0].json.token);
		const [first, second] = [await create('First'), await create('Second')];
		simulator.requests.length = 0;
		const remove = (mode: string, value: string): INodeParameters => ({
			resource: 'apiToken',
			operation: 'delete',
			apiTokenId: { __rl: true, mode, value },
		});
		expect((await run(remove('list', 'First'))).items[0].json).toEqual({ deleted: true });
		expect((await run(remove('id', second))).items[0].json).toEqual({ deleted: true });
		expect(simulator.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
			`${BASE}/apitokens/${first}`,
			`${BASE}/apitokens/${second}`,
		]);
		expect((await run(remove('list', 'No such'))).error?.message).toBe('There is no API key of this name');
	});
});

describe('Queue: Set Members', () => {
	const setMembers = (...member: IDataObject[]): INodeParameters => ({
		resource: 'queue',
		operation: 'setMembers',
		queueId: { __rl: true, mode: 'id', value: '8001' },
		members: { member } as unknown as INodeParameters,
	});

	it('sends all members with the change, so that nobody is removed who was not named', async () => {
		const before = simulator.world.queues[0].memberIds.map((id) => 1000 + id);
		const { items, error } = await run(
			setMembers({ userId: { __rl: true, mode: 'id', value: written(before[0]) }, status: 'left' }),
		);
		expect(error).toBeUndefined();
		const patch = simulator.requests[1];
		expect([patch.method, patch.path, patch.query.include]).toEqual(['PATCH', `${BASE}/queues/8001`, 'users']);
		expect(JSON.parse(patch.body)).toEqual({ users: before.map((id, index) => ({ id, status: index !== 0 })) });
		expect((items[0].json.users as IDataObject[])[0]).toMatchObject({ id: before[0], status: false });
	});

	it('refuses an empty list, so that a queue is not emptied by an expression that gave nothing', async () => {
		const { error } = await run(setMembers());
		expect(error?.message).toBe("'Members' is empty");
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('Sign-in by e-mail and password', () => {
	const LOGIN = { email: 'jsmith@example.com', password: PASSWORD, sessionToken: '' };

	function login(parameters: INodeParameters, credential: object = {}, more: Partial<NodeRun> = {}): NodeRun {
		const voipStudioLoginApi = {
			...LOGIN,
			baseUrl: simulator.urls.voipstudio,
			...credential,
		} as ICredentialDataDecryptedObject;
		return {
			node: 'voipStudio',
			parameters: { authentication: 'login', ...parameters },
			credentials: { voipStudioLoginApi },
			...more,
		};
	}

	it('signs in once for all requests, and the password goes nowhere else', async () => {
		addCalls(2);
		const request = login(
			{ resource: 'user', operation: 'getAll' },
			{},
			{ items: Array.from({ length: 12 }, () => ({ json: {} })) },
		);
		expect((await runNode(request)).error).toBeUndefined();
		expect((await runNode(request)).error).toBeUndefined();
		const logins = simulator.requests.filter(({ path }) => path.endsWith('/login'));
		expect(logins).toHaveLength(1);
		expect(JSON.parse(logins[0].body)).toEqual({ email: LOGIN.email, password: PASSWORD });
		for (const entry of simulator.requests) {
			if (entry === logins[0]) continue;
			expect(JSON.stringify(entry)).not.toContain(PASSWORD);
			expect(entry.headers['x-auth-token']).toMatch(/^session/);
		}
	});

	it('signs in again when the session has expired, and the request is carried out', async () => {
		const request = login(cdrs());
		await runNode(request);
		passTime(31 * MINUTE);
		// As if the last sign-in were long ago for the node as well.
		const longAfter = Date.now() + 10 * MINUTE;
		const restoreClock = setClock(() => longAfter);
		const { error } = await runNode(request);
		restoreClock();
		expect(error).toBeUndefined();
		expect(simulator.requests.map(({ path, status }) => `${path.replace(BASE, '')} ${status}`)).toEqual([
			'/login 200',
			'/cdrs 200',
			'/cdrs 401',
			'/login 200',
			'/cdrs 200',
		]);
	});

	it('sends an account with two-factor sign-in to API keys', async () => {
		simulator.faces.voipstudio.change({ twoFactor: true });
		const { error } = await runNode(login(cdrs()));
		expect(error?.message).toBe('This VoIPstudio login asks for a two-factor code');
		expect(error?.description).toContain("'VoIPstudio API'");
		expect(error?.failure).toEqual({ cause: 'credential-invalid' });
	});

	it.each([
		['127.0.0.1', undefined],
		['example.com, 127.0.0.1', undefined],
		['example.com', /^Domain not allowed: .*'Allowed HTTP Request Domains' .* 127\.0\.0\.1 must be among them/],
		['', /^No allowed domains specified/],
	])(
		'signs in only if the domains that the credential allows, "%s", hold its address',
		async (allowedDomains, told) => {
			addCalls(1);
			const { error, items } = await runNode(login(cdrs(), { allowedHttpRequestDomains: 'domains', allowedDomains }));
			expect(items).toHaveLength(told === undefined ? 1 : 0);
			expect(error?.message).toBe(told === undefined ? undefined : 'n8n did not send the sign-in to VoIPstudio');
			if (told !== undefined) {
				expect(error?.description).toMatch(told);
				expect(simulator.requests).toEqual([]);
			}
		},
	);

	it('says that the password is wrong, without showing it', async () => {
		const { error } = await runNode(login(cdrs(), { password: 'wrong-secret' }));
		expect(error?.message).toBe('VoIPstudio did not accept the e-mail address and password');
		expect(JSON.stringify({ ...error, message: error?.message, stack: error?.stack })).not.toContain('wrong-secret');
	});

	it('says that the session is refused when signing in did not help', async () => {
		simulator.faces.voipstudio.change({ sessionMinutes: 0.0001 });
		const request = login(cdrs(), { sessionToken: 'expired' });
		simulator.world.offsetMs = 0;
		const ticking = setInterval(() => passTime(MINUTE), 1);
		const { error } = await runNode(request);
		clearInterval(ticking);
		expect(error?.message).toBe('VoIPstudio did not accept the API key or login');
	});
});

describe('Bad input and faults say what happened and what to do', () => {
	const failing = async (parameters: INodeParameters = cdrs(), credential: object = {}) =>
		(await run(parameters, {}, credential)).error;

	it('a wrong key, sent once and shown nowhere', async () => {
		const error = await failing(cdrs(), { apiKey: 'secret-wrong-key' });
		expect(error?.message).toBe('VoIPstudio did not accept the API key or login');
		expect(error?.description).toContain('7 days');
		expect(error?.failure).toEqual({ cause: 'credential-invalid' });
		expect(simulator.requests).toHaveLength(1);
		expect(JSON.stringify({ ...error, message: error?.message, stack: error?.stack })).not.toContain(
			'secret-wrong-key',
		);
	});

	it.each([false, true])('a validation error (errors empty: %s)', async (emptyErrors) => {
		simulator.faces.voipstudio.change({ emptyErrors });
		const error = await failing({
			resource: 'call',
			operation: 'create',
			to: '34600000000',
			additionalFields: { from: { __rl: true, mode: 'id', value: '8001' } },
		});
		expect(error?.message).toBe('VoIPstudio did not accept a value');
		expect(error?.description).toContain(emptyErrors ? 'Validation error.' : 'from: This value is not valid.');
	});

	it.each([
		['letters', 'abc'],
		['a path', '../customers/1'],
		['a query', '1?x=1'],
		['nothing', '={{ "" }}'],
	])('an ID that is no whole number (%s), wherever an ID goes into the address', async (_name, value) => {
		for (const parameters of [
			{ resource: 'call', operation: 'hangUp', callId: value },
			{ resource: 'queueGroup', operation: 'delete', queueGroupId: { __rl: true, mode: 'id', value } },
			{ resource: 'recording', operation: 'download', recordingId: value },
			...['get', 'update', 'delete'].flatMap((operation) => [
				{
					resource: 'callMeBackSetting',
					operation,
					settingId: { __rl: true, mode: 'id', value },
					updateFields: { name: 'x' },
				},
				{ resource: 'callMeBackButton', operation, buttonId: value, updateFields: { name: 'x' } },
			]),
		] as INodeParameters[]) {
			const error = await failing(parameters);
			expect(error?.message).toMatch(/is not an ID|is empty/);
			expect(error?.context?.itemIndex).toBe(0);
		}
		expect(simulator.requests).toHaveLength(0);
	});

	it('a record that does not exist, with the ID, which may come from an expression', async () => {
		expect((await failing({ resource: 'sms', operation: 'get', smsId: '={{ 4000 + 711 }}' }))?.message).toBe(
			'VoIPstudio has no such record (ID 4711)',
		);
	});

	it('a key that does not exist, without showing it', async () => {
		const key = '12345678901234567890123456789012';
		const error = await failing({
			resource: 'apiToken',
			operation: 'delete',
			apiTokenId: { __rl: true, mode: 'id', value: key },
		});
		expect(error?.message).toBe('VoIPstudio has no such record');
		expect(JSON.stringify([error?.message, error?.description])).not.toContain(key);
	});

	it('an update with nothing set', async () => {
		const error = await failing({
			resource: 'contact',
			operation: 'update',
			contactId: { __rl: true, mode: 'id', value: '1' },
			updateFields: { tel: '' },
		});
		expect(error?.message).toBe("'Update Fields' holds nothing to send");
		expect(simulator.requests).toHaveLength(0);
	});

	it('a 404 page in HTML', async () => {
		const error = await failing(cdrs(), { baseUrl: `${simulator.url}/voipstudio/v9` });
		expect(error?.message).toContain('A web page answered');
		expect(error?.description).toContain('base URL');
	});

	it.each(['500', 'brokenJson', 'truncated', 'reset'] as const)(
		'a passing %s is ridden out by reading again',
		async (kind) => {
			addCalls(1);
			simulator.faults.add({ kind });
			const { items, error } = await run(cdrs());
			expect(error).toBeUndefined();
			expect(items).toHaveLength(1);
			expect(simulator.requests).toHaveLength(2);
		},
	);

	it('malformed headers, read again and then explained', async () => {
		let asked = 0;
		const server: Server = createServer((socket) => {
			socket.on('error', () => undefined);
			socket.once('data', () => {
				asked++;
				socket.end('HTTP/1.1 429 Too Many\r\nbad header\x01: x\r\nnot a header\r\n\r\nslow down');
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const error = await failing(cdrs(), { baseUrl });
		expect(error?.description).toContain('malformed headers');
		expect(error?.description).toContain('HPE_INVALID_HEADER_TOKEN');
		expect(asked).toBe(3);
		asked = 0;
		const call = await failing({ resource: 'call', operation: 'create', to: '34600000000' }, { baseUrl });
		expect(call?.description).toContain('Look it up in the portal before running again');
		expect(asked).toBe(1);
		server.close();
	});

	it('a list without its list, which must not look like no calls', async () => {
		const { createServer: createHttpServer } = await import('node:http');
		const server = createHttpServer((_request, response) => response.end('{"total":3}'));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const error = await failing(cdrs(), { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
		server.close();
		expect(error?.message).toBe('VoIPstudio gave an answer that is not documented');
	});
});
