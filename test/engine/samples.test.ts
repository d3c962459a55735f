import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { demoCredentials } from '../../harness/engine/demoCredentials';
import { testCredential } from '../../harness/engine/credentialTest';
import { runNode, type NodeResult } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { livechat247Samples, voipstudioSamples, while1Samples, type Sample } from '../../simulator/world/samples';
import { ORIGINATE } from './originate';

/*
 * The providers answer exactly what their documents print. One test for each sample: the operation that asks for it gives
 * what is printed, field by field.
 */

const KEY = '9843211cb48787655cddb080ebdabced';
const printed = { answers: 'printed' } as const;

let simulator: Simulator;
afterEach(async () => {
	await simulator.close();
});

const title = ({ method, path, section }: Sample): [string] => [`${method} ${path} (${section})`];
const records = (body: unknown): IDataObject[] => [(body as { data: IDataObject | IDataObject[] }).data].flat();

describe('VoIPstudio', () => {
	beforeEach(async () => {
		simulator = await createSimulator({ world: { callsPerDay: 0 }, voipstudio: { ...printed, apiKeys: [KEY] } });
	});

	const setting = { settingId: { __rl: true, mode: 'id', value: '88' } };
	const OPERATIONS: Record<string, INodeParameters> = {
		'POST /apitokens': { resource: 'apiToken', operation: 'create', name: 'Example API App', expiry: 604_800 },
		'GET /callmeback/websites': { resource: 'callMeBackWebsite', operation: 'getAll' },
		'GET /callmeback/settings': { resource: 'callMeBackSetting', operation: 'getAll' },
		'POST /callmeback/settings': {
			resource: 'callMeBackSetting',
			operation: 'create',
			additionalFields: { name: 'abcd' },
		},
		'GET /callmeback/settings/{id}': { resource: 'callMeBackSetting', operation: 'get', ...setting },
		'PATCH /callmeback/settings/{id}': {
			resource: 'callMeBackSetting',
			operation: 'update',
			...setting,
			updateFields: { name: 'abcd' },
		},
		'DELETE /callmeback/settings/{id}': { resource: 'callMeBackSetting', operation: 'delete', ...setting },
		'GET /callmeback/cdrs': { resource: 'callMeBackCdr', operation: 'getAll' },
		'GET /callmeback/visitors': { resource: 'callMeBackVisitor', operation: 'getAll' },
		'GET /callmeback/buttons/{id}': { resource: 'callMeBackButton', operation: 'get', buttonId: '14' },
		'PATCH /callmeback/buttons/{id}': {
			resource: 'callMeBackButton',
			operation: 'update',
			buttonId: '96',
			updateFields: { name: 'abcd' },
		},
		'DELETE /callmeback/buttons/{id}': { resource: 'callMeBackButton', operation: 'delete', buttonId: '56' },
		'POST /callmeback/buttons': {
			resource: 'callMeBackButton',
			operation: 'create',
			additionalFields: { name: 'abcd' },
		},
	};

	async function run(parameters: INodeParameters, credential = 'voipStudioApi'): Promise<NodeResult> {
		return await runNode({
			node: 'voipStudio',
			parameters: { ...parameters, authentication: credential === 'voipStudioApi' ? 'apiKey' : 'login' },
			credentials: {
				[credential]: {
					baseUrl: simulator.urls.voipstudio,
					...(credential === 'voipStudioApi'
						? { apiKey: KEY }
						: { email: 'jsmith@example.com', password: '$ecretPas$$' }),
				},
			},
		});
	}

	const asked = voipstudioSamples.filter(({ path }) => path !== '/login');
	it.each(asked.map((sample) => [...title(sample), sample] as const))(
		'%s is handed on with every field that is printed',
		async (_title, { method, path, body }) => {
			const { items, error } = await run({ ...OPERATIONS[`${method} ${path}`], simplify: false });
			expect(error).toBeUndefined();
			const expected = method === 'DELETE' ? [{ deleted: true }] : records(body);
			expect(items.map(({ json }) => json)).toEqual(expected);
		},
	);

	it.each(asked.filter(({ method, path }) => method === 'GET' && !path.endsWith('{id}')).map(title))(
		'%s, one record of 59, is read with Return All until nothing new comes, and not without end',
		async (name) => {
			const [endpoint = ''] = name.split(' (');
			const { items, error } = await run({ ...OPERATIONS[endpoint], simplify: false, returnAll: true });
			expect(error).toBeUndefined();
			expect(items).toHaveLength(1);
			// The 58 others are asked for, and no more once the same one comes again.
			expect([2, 3]).toContain(simulator.requests.length);
		},
	);

	it.each(['websites', 'settings', 'visitors', 'cdrs'])(
		'/callmeback/%s asks without parameters first, as the document says',
		async (list) => {
			const { items } = await run({ ...OPERATIONS[`GET /callmeback/${list}`], limit: 1 });
			expect(simulator.requests.map(({ query }) => ({ ...query }))).toEqual([{}]);
			expect(Object.keys(items[0].json).length).toBeGreaterThan(8);
		},
	);

	it('a Call Me Back list longer than its answer is read to its end, in pages of the size that came', async () => {
		simulator.faces.voipstudio.change({ answers: 'living', defaultLimit: 3 });
		for (let minute = 1; minute <= 8; minute++) {
			const startedAt = Date.now() - 3600_000 + minute * 60_000;
			simulator.world.addCall({ queue: 'Sales queue', startedAt, endedAt: startedAt + 30_000 });
		}
		const { items, error } = await run({ ...OPERATIONS['GET /callmeback/cdrs'], returnAll: true });
		expect(error).toBeUndefined();
		const asked = simulator.requests.map(({ query }) => `${String(query.page)} ${String(query.limit)}`);
		expect(asked.slice(0, 3)).toEqual(['undefined undefined', '2 3', '3 3']);
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(items.length);
		expect(items.length).toBeGreaterThanOrEqual(8);
	});

	it.each(['POST /callmeback/settings', 'PATCH /callmeback/settings/{id}', 'GET /callmeback/settings/{id}'])(
		'%s shows with Simplify what visitors see, also right after it was changed',
		async (endpoint) => {
			const { items } = await run(OPERATIONS[endpoint]);
			expect(items[0].json).toMatchObject({
				welcome_screen_msg: 'value',
				privacy_policy_url: 'value',
				allowed_countries: 'value',
				show_to_allowed_countries_only: true,
			});
		},
	);

	it('POST /login (Introduction: E-mail y Contraseña) opens the API with the token that is printed', async () => {
		simulator.faces.voipstudio.change({ apiKeys: ['123456abc993ba5dd8a0e7ce9876543'] });
		const { items, error } = await run(
			{ ...OPERATIONS['GET /callmeback/settings/{id}'], simplify: false },
			'voipStudioLoginApi',
		);
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ id: 9873, welcome_screen_msg: 'value' });
		expect(JSON.parse(simulator.requests[0].body)).toEqual({ email: 'jsmith@example.com', password: '$ecretPas$$' });
		expect(simulator.requests.at(-1)?.headers['x-auth-token']).toBe('123456abc993ba5dd8a0e7ce9876543');
	});
});

describe('247LiveChat', () => {
	beforeEach(async () => {
		simulator = await createSimulator({ livechat247: printed });
	});

	const OPERATIONS: Record<string, INodeParameters> = {
		'POST fax send': { resource: 'fax', operation: 'send', from: '+442079460018', to: '+442079460018' },
		'POST sms send': {
			resource: 'sms',
			operation: 'send',
			to: '+442079460018',
			message: 'Hi, this is a test SMS message',
		},
		'GET webcall call': { resource: 'webCall', operation: 'getStatus' },
		'POST webcall call': { resource: 'webCall', operation: 'create', from: '+13107658933', to: '+12125550123' },
		'POST webcall terminate': { resource: 'webCall', operation: 'terminate' },
		'POST webcall c2c': { resource: 'webCall', operation: 'clickToCall', to: '+12125550123' },
	};

	it.each(livechat247Samples.map((sample) => [...title(sample), sample] as const))(
		'%s is a success with every field that is printed, even where the print is no JSON',
		async (_title, { method, path, body }) => {
			const { items, error } = await runNode({
				node: 'liveChat247',
				parameters: OPERATIONS[`${method} ${path}`],
				credentials: demoCredentials(simulator.urls),
				items: [
					{
						json: {},
						binary: {
							data: {
								data: Buffer.from('%PDF-').toString('base64'),
								mimeType: 'application/pdf',
								fileName: 'test.pdf',
							},
						},
					},
				],
			});
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json)).toEqual([JSON.parse((body as string).replace(' =>', ':'))]);
		},
	);
});

describe('While1 Voice', () => {
	const credential = () => ({
		baseUrl: simulator.urls.while1,
		apiToken: 'while1-demo-token',
		apiKey: 'while1-demo-key',
	});
	const run = async (parameters: INodeParameters, more: object = {}): Promise<NodeResult> =>
		await runNode({ node: 'while1Voice', parameters, credentials: { while1VoiceApi: { ...credential(), ...more } } });

	it('the success that is printed (Tipuri de raspuns) is a call that is placed, and an empty list of CDRs', async () => {
		simulator = await createSimulator({ while1: { answers: 'printed' } });
		const placed = await run(ORIGINATE);
		expect(placed.error).toBeUndefined();
		expect(placed.items.map(({ json }) => json)).toEqual([{ success: true }]);
		const list = await run({ resource: 'cdr', operation: 'getAll', returnAll: true });
		expect(list.error).toBeUndefined();
		expect(list.items).toEqual([]);
	});

	it('the error that is printed (Tipuri de raspuns) is a wrong token, for the credential test and for a node', async () => {
		simulator = await createSimulator({ while1: { answers: 'printed' } });
		const answer = await fetch(`${simulator.urls.while1}/api/cdr`, { method: 'POST' });
		expect(await answer.json()).toEqual(while1Samples.error);
		const { error } = await run(ORIGINATE, { apiToken: 'wrong' });
		expect(error?.message).toBe('While1 Voice refused the API token: Token does not match');
		const test = await testCredential('while1VoiceApi', { ...credential(), apiToken: 'wrong' });
		expect(test.status).toBe('Error');
	});

	it('the warning that is printed (Atentie) comes without pagination, and is a success', async () => {
		simulator = await createSimulator({ while1: { answers: 'printedWarning' } });
		const { error } = await run(ORIGINATE);
		expect(error).toBeUndefined();
		const list = await run({ resource: 'cdr', operation: 'getAll', returnAll: true });
		expect(list.error).toBeUndefined();
		expect(list.items).toEqual([]);
	});
});
