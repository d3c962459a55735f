import type { IDataObject, INodeParameters, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { LiveChat247Api } from '../../credentials/LiveChat247Api.credentials';
import { VoipStudioApi } from '../../credentials/VoipStudioApi.credentials';
import { setClock } from '../../harness/clock';
import { loader, loadPackage } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeResult } from '../../harness/engine/run';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server/server';
import { livechat247Errors } from '../../simulator/world/samples';

/* Statements of the providers' documents that belong to no single operation. */

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');

let simulator: Simulator;
let now = NOON;
beforeEach(() => {
	now = NOON;
});
afterEach(async () => {
	await simulator.close();
});

async function open(options: SimulatorOptions = {}): Promise<Simulator> {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0, clock: () => now }, ...options });
	return simulator;
}

/** Every answer is this one. */
function always(status: number, body: object): SimulatorOptions {
	return {
		rewrite: (_request, _body, setStatus) => {
			setStatus(status);
			return body;
		},
	};
}

const saidBy = ({ error }: NodeResult): string => `${error?.message} ${error?.description}`;

describe('VoIPstudio', () => {
	const KEY = 'voipstudio-demo-key';

	async function run(parameters: INodeParameters): Promise<NodeResult> {
		const credential = { apiKey: KEY, baseUrl: simulator.urls.voipstudio };
		return await runNode({ node: 'voipStudio', parameters, credentials: { voipStudioApi: credential } });
	}

	async function get(path: string, token: string): Promise<{ status: number; body: IDataObject }> {
		const answer = await fetch(`${simulator.urls.voipstudio}${path}`, { headers: { 'X-Auth-Token': token } });
		return { status: answer.status, body: (await answer.json()) as IDataObject };
	}

	async function post(path: string, body: object, token = ''): Promise<IDataObject> {
		const headers = { 'Content-Type': 'application/json', 'X-Auth-Token': token };
		const answer = await fetch(`${simulator.urls.voipstudio}${path}`, {
			method: 'POST',
			headers,
			body: JSON.stringify(body),
		});
		return (await answer.json()) as IDataObject;
	}

	const SPELLINGS: Array<[string, (value: number) => boolean]> = [
		...['eq', '='].map((name): [string, (value: number) => boolean] => [name, (value) => value === 60]),
		...['ne', 'neq', '<>', '!='].map((name): [string, (value: number) => boolean] => [name, (value) => value !== 60]),
		...['lt', '<'].map((name): [string, (value: number) => boolean] => [name, (value) => value < 60]),
		...['lte', '<='].map((name): [string, (value: number) => boolean] => [name, (value) => value <= 60]),
		...['gt', '>'].map((name): [string, (value: number) => boolean] => [name, (value) => value > 60]),
		...['gte', '>='].map((name): [string, (value: number) => boolean] => [name, (value) => value >= 60]),
		['in', (value) => value === 60 || value === 90],
		['like', (value) => String(value).includes('60')],
		['notlike', (value) => !String(value).includes('60')],
	];

	/** Lengths of calls that tell each operator from every other: no two give the same of them. */
	const LENGTHS = [30, 60, 90, 600];

	it.each(SPELLINGS)(
		'the operator %s means what the document says in every spelling, asked for by the node and by itself',
		async (operator, holds) => {
			await open();
			for (const seconds of LENGTHS)
				simulator.world.addCall({ startedAt: NOON - 3600_000, endedAt: NOON - 3600_000 + seconds * 1000 });
			const found = (records: IDataObject[]): number[] =>
				records.map(({ duration }) => Number(duration)).sort((a, b) => a - b);
			const value = operator === 'in' ? ['60', '90'] : operator.endsWith('like') ? '%60%' : '60';
			const filter = JSON.stringify([{ property: 'duration', operator, value }]);
			const { body } = await get(`/cdrs?filter=${encodeURIComponent(filter)}`, KEY);
			expect(found(body.data as IDataObject[])).toEqual(LENGTHS.filter(holds));
			// By an expression: a text that begins with "=" is one.
			const asked = `={{ ${JSON.stringify(operator)} }}`;
			const condition = { property: 'duration', operator: asked, value: operator === 'in' ? '60, 90' : '60' };
			const filters = { conditions: [condition] };
			const { items, error } = await run({ resource: 'cdr', operation: 'getAll', filters });
			expect(error).toBeUndefined();
			expect(found(items.map(({ json }) => json))).toEqual(LENGTHS.filter(holds));
		},
	);

	it('the editor offers each operator of the document, and the lengths above tell each from the others', async () => {
		await open();
		await loadPackage();
		const { properties } = loader.getNode('voipStudio').type.description as INodeTypeDescription;
		const offered = /"displayName":"Operator".*?"options":(\[.*?\])/.exec(JSON.stringify(properties))?.[1] ?? '[]';
		const meanings = new Map(SPELLINGS.map(([name, holds]) => [name, LENGTHS.filter(holds).join()]));
		const values = (JSON.parse(offered) as INodePropertyOptions[]).map(({ value }) => String(value));
		expect(new Set(values.map((name) => meanings.get(name)))).toEqual(new Set(meanings.values()));
		expect(new Set(meanings.values()).size).toBe(values.length);
	});

	it('a token of a login ends after 30 minutes without a request, and each request begins them anew', async () => {
		await open();
		const { user_token: token } = await post('/login', { email: 'jsmith@example.com', password: '$ecretPas$$' });
		for (let times = 0; times < 3; times++) {
			now += 29 * MINUTE;
			expect((await get('/ping', token as string)).status).toBe(200);
		}
		now += 31 * MINUTE;
		expect(await get('/ping', token as string)).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
	});

	it.each([
		[60, 401],
		[0, 200],
	])('a key made with expiry %d, unused for a year, is answered with %d', async (expiry, expected) => {
		await open();
		const made = await run({ resource: 'apiToken', operation: 'create', name: `Key ${expiry}`, expiry });
		expect(made.error).toBeUndefined();
		const token = made.items[0].json.token as string;
		expect((await get('/ping', token)).status).toBe(200);
		now += 365 * 24 * 60 * MINUTE;
		expect((await get('/ping', token)).status).toBe(expected);
	});

	it('the address of the document is the one that a new credential has', async () => {
		await open();
		const field = new VoipStudioApi().properties.find(({ name }) => name === 'baseUrl');
		expect(field?.default).toBe('https://l7api.com/v1.2/voipstudio');
	});

	it('a body is JSON and says so in Content-Type', async () => {
		await open();
		await run({ resource: 'apiToken', operation: 'create', name: 'Example API App', expiry: 604_800 });
		const [request] = simulator.requests;
		expect(request.headers['content-type']).toMatch(/^application\/json/);
		expect(JSON.parse(request.body)).toEqual({ name: 'Example API App', expiry: 604_800 });
	});

	it('403 is explained by what the user of the key may do, and is no wrong key', async () => {
		await open({ voipstudio: { forbidden: ['callmeback/settings/88'] } });
		const settingId = { __rl: true, mode: 'id', value: '88' };
		const result = await run({ resource: 'callMeBackSetting', operation: 'get', settingId });
		expect(saidBy(result)).toContain('The VoIPstudio user of the credential may not do this');
		expect(saidBy(result)).toContain('Access denied');
	});

	it('errors that are plain texts are shown, as the document says no more than "array of error messages"', async () => {
		await open({ voipstudio: { errorsAs: 'texts' } });
		const additionalFields = { from: '999999' };
		const result = await run({ resource: 'call', operation: 'create', to: '+34600000000', additionalFields });
		expect(saidBy(result)).toContain('from: This value is not valid');
	});
});

describe('VoIPcloud', () => {
	async function run(parameters: INodeParameters): Promise<NodeResult> {
		const credential = { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' };
		return await runNode({ node: 'voipcloud', parameters, credentials: { voipcloudApi: credential } });
	}

	it.each([200, 500])(
		'the code 0, "Unknown error", is told as such with HTTP %d, and that it may pass',
		async (status) => {
			await open(always(status, { code: 0, message: 'Unknown error' }));
			const read = await run({ resource: 'systemStatus', operation: 'get' });
			expect(saidBy(read)).toContain('VoIPcloud reports an unknown error (code 0)');
			expect(saidBy(read)).toContain('Run again later');
			simulator.requests.length = 0;
			const call = { resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '+61290001234' };
			expect(saidBy(await run(call))).toMatch(
				/^It is not known whether VoIPcloud carried out the request .*\(code 0\)/,
			);
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it.each([200, 400])('the code 400, "Parameters error", is shown with HTTP %d', async (status) => {
		await open(always(status, { code: 400, message: 'Parameters error' }));
		const result = await run({ resource: 'queueCall', operation: 'getAll' });
		expect(saidBy(result)).toMatch(/^VoIPcloud did not accept the request.*Parameters error/);
		expect(simulator.requests).toHaveLength(1);
	});

	it.each([200, 429])(
		'the code 429, "Too many requests", is told with the limit with HTTP %d, and is no empty list',
		async (status) => {
			await open(always(status, { code: 429, message: 'Too many requests' }));
			const result = await run({
				resource: 'call',
				operation: 'create',
				userNumber: '1999',
				numberToCall: '+61290001234',
			});
			expect(saidBy(result)).toMatch(/^VoIPcloud received too many requests.*100 requests in 15 minutes/);
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it.each([200, 404])(
		'the code 404, "Tenant or required data not found", is explained with HTTP %d',
		async (status) => {
			await open(always(status, { code: 404, message: 'Tenant or required data not found' }));
			const result = await run({
				resource: 'call',
				operation: 'create',
				userNumber: '1999',
				numberToCall: '+61290001234',
			});
			expect(saidBy(result)).toContain('VoIPcloud did not find the account or what the request names');
			expect(simulator.requests).toHaveLength(1);
		},
	);
});

describe('VoIPcloud: "required data not found"', () => {
	const credential = () => ({ apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' });
	const list = async (parameters: INodeParameters): Promise<NodeResult> =>
		await runNode({
			node: 'voipcloud',
			parameters: {
				resource: 'queueCall',
				operation: 'getAll',
				returnAll: true,
				...parameters,
			},
			credentials: { voipcloudApi: credential() },
		});
	/** An account with a call to a queue and one to a user three months ago, in which what is not found is answered with 404. */
	const openQuiet = async (): Promise<void> => {
		now = Math.floor(Date.now() / 1000) * 1000;
		await open({ voipcloud: { emptyAs: '404' } });
		const startedAt = now - 90 * 1440 * MINUTE;
		simulator.world.addCall({ queue: 'Sales queue', startedAt, endedAt: startedAt + MINUTE });
		simulator.world.addCall({ user: 'John Smith', startedAt, endedAt: startedAt + MINUTE });
	};
	const NOT_FOUND = 'VoIPcloud did not find the account or what the request names';

	it.each<[INodeParameters]>([
		[{ filters: { names: 'Nobody' } }],
		[{ period: 'dates', periodFrom: '2001-01-01', periodTo: '2001-01-01' }],
	])(
		'of %j is an empty list where the account has calls, so that a quiet day stops no workflow',
		async (parameters) => {
			await open({ voipcloud: { emptyAs: '404' } });
			simulator.world.addCall({ queue: 'Sales queue', startedAt: NOON - 60 * MINUTE, endedAt: NOON - 50 * MINUTE });
			const { items, error } = await list(parameters);
			expect(error).toBeUndefined();
			expect(items).toEqual([]);
			expect(simulator.requests.map(({ status }) => status)).toEqual([404, 200]);
		},
	);

	it('is shown as such where the account has no calls at all, because it may be the wrong one', async () => {
		await open({ voipcloud: { emptyAs: '404' } });
		const result = await list({ filters: { names: 'Nobody' } });
		expect(saidBy(result)).toContain(NOT_FOUND);
	});

	it.each([
		['the names of Get Many', {}],
		['the names of Get Many with full calls', { output: 'full' }],
		['Get Callers to Call Back', { operation: 'getUnreturned' }],
	] as Array<[string, INodeParameters]>)(
		'is an error where the user chose so, for %s: a mistyped name shows',
		async (_name, parameters) => {
			await openQuiet();
			const asked = { filters: { names: 'Nobody' }, ...parameters };
			const chosen = await list({ ...asked, options: { failOnNotFound: true } });
			expect(saidBy(chosen)).toContain(NOT_FOUND);
			expect(saidBy(chosen)).toContain("the names in 'Filters'");
			expect(chosen.items).toEqual([]);
			// Nothing is asked after it.
			expect(simulator.requests.filter(({ status }) => status === 404)).toEqual(simulator.requests.slice(-1));
			expect((await list(asked)).error).toBeUndefined();
		},
	);

	it('is an error of a trigger where the user chose so, and of no other', async () => {
		await openQuiet();
		const trigger = (options: INodeParameters) => ({
			node: 'voipcloudTrigger',
			parameters: { event: 'queueCall', filters: { queues: 'Nobody' }, options: { publishAnyway: true, ...options } },
			credentials: { voipcloudApi: credential() },
		});
		const strict = await PublishedTrigger.publish(trigger({ failOnNotFound: true }));
		await expect(strict.poll()).rejects.toThrow(NOT_FOUND);
		expect(simulator.requests).toHaveLength(1);
		const quiet = await PublishedTrigger.publish(trigger({}));
		await expect(quiet.poll()).resolves.toEqual([]);
		const unclear = await PublishedTrigger.publish(trigger({ failOnNotFound: 'perhaps' }));
		await expect(unclear.poll()).rejects.toThrow("'Fail on 404' must be true or false");
	});

	it('does not silence a trigger: it polls on over a quiet time, and gives the next call', async () => {
		await openQuiet();
		const published = await PublishedTrigger.publish({
			node: 'voipcloudTrigger',
			parameters: { event: 'queueCall' },
			credentials: { voipcloudApi: credential() },
		});
		await expect(published.poll()).resolves.toEqual([]);
		now += 10 * MINUTE;
		const restoreClock = setClock(() => now);
		simulator.world.addCall({ queue: 'Sales queue', startedAt: now - 2 * MINUTE, endedAt: now - MINUTE });
		await expect(published.poll()).resolves.toHaveLength(1);
		restoreClock();
	});

	it.each([{ status: 'failing: calls to mobiles' }, { code: 200, status: 'Error in the core network' }])(
		'a system status of %j is handed on, as that is when somebody has to know',
		async (report) => {
			await open(always(200, report));
			const { items, error } = await runNode({
				node: 'voipcloud',
				parameters: { resource: 'systemStatus', operation: 'get' },
				credentials: { voipcloudApi: credential() },
			});
			expect(error).toBeUndefined();
			expect(items[0].json).toMatchObject(report);
		},
	);

	it('a call that is answered with a failing status beside the code 200 is a failure, not a call', async () => {
		await open(always(200, { code: 200, status: 'failed' }));
		const { error } = await runNode({
			node: 'voipcloud',
			parameters: { resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '+61290001234' },
			credentials: { voipcloudApi: credential() },
		});
		expect(error).toBeDefined();
	});
});

describe('247LiveChat', () => {
	async function run(parameters: INodeParameters, credential: object): Promise<NodeResult> {
		return await runNode({
			node: 'liveChat247',
			parameters,
			credentials: {
				liveChat247Api: {
					email: 'demo@example.com',
					authentication: 'apiKey',
					apiKey: 'livechat247-demo-key',
					...credential,
				},
			},
		});
	}

	it.each([
		['production', 'https://ssl7.net/247LiveChat/u/api'],
		['sandbox', 'https://l7sandbox.net/247LiveChat/u/api'],
	])('the %s environment is at the address of the document', async (environment, url) => {
		await open();
		const { items, error } = await run(
			{ resource: 'sms', operation: 'send', to: '+442079460018', message: 'Hi', dryRun: true },
			{ environment },
		);
		expect(error).toBeUndefined();
		expect(JSON.stringify(items[0].json)).toContain(`"${url}"`);
		// The test of the credential has it from an expression.
		const written = String(new LiveChat247Api().test.request.baseURL).replace(/^=\{\{|\}\}$/g, '');
		const asked = Reflect.construct(Function, ['$credentials', `return ${written}`]) as (of: object) => string;
		expect(asked({ environment })).toBe(url);
	});

	it('a user reads beside the message that the own mobile number has to be activated before', async () => {
		await open();
		await loadPackage();
		const { properties } = loader.getNode('liveChat247').type.description as INodeTypeDescription;
		const shown = properties.filter(({ displayOptions }) => JSON.stringify(displayOptions ?? {}).includes('"sms"'));
		expect(JSON.stringify(shown)).toMatch(/mobile number, which must be activated/);
	});

	it('"POST Only" is explained as a request that was turned into a GET on its way, and is no wrong key', async () => {
		await open(always(200, livechat247Errors.postOnly));
		const credential = { environment: 'custom', baseUrl: `${simulator.urls.livechat247}/u/api` };
		const result = await run({ resource: 'webCall', operation: 'getStatus' }, credential);
		expect(result.error?.message).toBe('247LiveChat takes this action by POST only');
		expect(result.error?.description).toContain('POST Only');
	});

	it.each(['fax', 'sms'])('a GET of %s is answered with "POST Only", word for word', async (object) => {
		await open();
		const query = new URLSearchParams({
			api_email: 'demo@example.com',
			api_key: 'livechat247-demo-key',
			o: object,
			a: 'send',
		});
		const answer = await fetch(`${simulator.urls.livechat247}/u/api?${query.toString()}`);
		expect(await answer.json()).toEqual(livechat247Errors.postOnly);
	});
});

describe('While1 Voice', () => {
	it('a form under Content-Type text/xml, as the document prints it, is not read: the node sends none', async () => {
		await open({ while1: { apiKey: null } });
		const ask = async (type: string): Promise<IDataObject> => {
			const headers = { Authorization: 'Bearer while1-demo-token', 'Content-Type': type };
			const answer = await fetch(`${simulator.urls.while1}/api/users-status`, {
				method: 'POST',
				headers,
				body: 'type=sip',
			});
			return (await answer.json()) as IDataObject;
		};
		expect(await ask('text/xml')).toMatchObject({ has_error: true });
		expect(await ask('application/x-www-form-urlencoded')).toMatchObject({ has_error: false });
		simulator.requests.length = 0;
		for (const transport of ['json', 'form', 'query']) {
			const { error } = await runNode({
				node: 'while1Voice',
				parameters: { resource: 'user', operation: 'getStatuses', options: { transport } },
				credentials: { while1VoiceApi: { baseUrl: simulator.urls.while1, apiToken: 'while1-demo-token', apiKey: '' } },
			});
			expect(error).toBeUndefined();
		}
		expect(simulator.requests.map(({ headers }) => headers['content-type'])).toEqual([
			'application/json',
			'application/x-www-form-urlencoded',
			undefined,
		]);
	});

	it('a list has the four numbers of pages that the document prints, and the node hands them on where asked', async () => {
		await open({ while1: { apiKey: null, pageSize: 2 } });
		for (let minute = 1; minute <= 5; minute++)
			simulator.world.addCall({ startedAt: NOON - minute * MINUTE, endedAt: NOON - minute * MINUTE + 1000 });
		const options = { wholeAnswer: true, topLevel: { page: 2 } };
		const { items, error } = await runNode({
			node: 'while1Voice',
			parameters: { resource: 'endpoint', operation: 'call', endpointName: 'cdr', options },
			credentials: { while1VoiceApi: { baseUrl: simulator.urls.while1, apiToken: 'while1-demo-token', apiKey: '' } },
		});
		expect(error && `${error.message} ${error.description}`).toBeUndefined();
		expect(items[0].json.pagination).toEqual({ row_count: 5, page_size: 2, current_page: 2, max_page: 3 });
	});

	it.each([
		[400, 'While1 Voice did not accept the request'],
		[502, 'It is not known whether While1 Voice carried out the request'],
	])('a success is none under HTTP %d, as the client of the document reads no such answer', async (status, said) => {
		await open(always(status, { has_error: false, messages: [], pagination: [], results: [] }));
		const result = await runNode({
			node: 'while1Voice',
			parameters: {
				resource: 'call',
				operation: 'originate',
				projectId: 1,
				callerId: '0123456789',
				type: 'queue',
				destination: 'test-queue',
				additionalFields: { callerIdName: 'John Doe', externalId: 'asdf1234' },
			},
			credentials: { while1VoiceApi: { baseUrl: simulator.urls.while1, apiToken: 'while1-demo-token', apiKey: '' } },
		});
		expect(saidBy(result)).toContain(said);
		expect(result.items).toEqual([]);
		expect(simulator.requests).toHaveLength(1);
	});

	it("the code of an error is shown with its words, as the PBX's support asks for it", async () => {
		await open(always(200, { has_error: true, messages: { '101': 'No such project' }, pagination: [], results: [] }));
		const result = await runNode({
			node: 'while1Voice',
			parameters: { resource: 'user', operation: 'getStatuses' },
			credentials: { while1VoiceApi: { baseUrl: simulator.urls.while1, apiToken: 'while1-demo-token', apiKey: '' } },
		});
		expect(result.error?.message).toContain('No such project (code 101)');
	});
});
