import { DateTime } from 'luxon';
import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeParameters,
} from 'n8n-workflow';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

import { createSimulator, type Simulator } from '../../simulator/server';
import { matches } from '../../simulator/voipstudio';
import { additionalDataOf, loadPackage, nodeOf, nodeTypes, runNode, type NodeResult, type NodeRun } from './n8n';

const KEY = 'voipstudio-demo-key';
const PASSWORD = '$ecretPas$$';
const NOON = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BASE = '/v1.2/voipstudio';

function written(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

let simulator: Simulator;
let now = NOON;

beforeEach(async () => {
	now = NOON;
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0, clock: () => now } });
});
afterEach(async () => {
	await simulator.close();
});

function node(parameters: INodeParameters, more: Partial<NodeRun> = {}, credential: object = {}): NodeRun {
	return {
		node: 'voipStudio',
		parameters,
		credentials: { voipStudioApi: { apiKey: KEY, baseUrl: simulator.urls.voipstudio, ...credential } },
		...more,
	};
}

async function run(
	parameters: INodeParameters,
	more: Partial<NodeRun> = {},
	credential: object = {},
): Promise<NodeResult> {
	return await runNode(node(parameters, more, credential));
}

/** The request that reached the provider: method, path below the API, query without paging, body. */
function sent(index = 0): { method: string; path: string; query: object; body: unknown } {
	const { method, path, query, body } = simulator.requests[index];
	return {
		method,
		path: path.replace(BASE, ''),
		query: { ...query },
		body: body === '' ? null : (JSON.parse(body) as unknown),
	};
}

function minutesAgo(minutes: number): number {
	return NOON - minutes * MINUTE;
}

function addCalls(count: number, call: object = {}): void {
	for (let i = 0; i < count; i++)
		simulator.world.addCall({
			user: 'John Smith',
			startedAt: minutesAgo(60) - i * 1000,
			endedAt: minutesAgo(55) - i * 1000,
			...call,
		});
}

const NEWEST = { page: '1', limit: '50', sort: 'id', dir: 'DESC' };
const PLAIN = { page: '1', limit: '50' };

interface Case {
	parameters: INodeParameters;
	method: string;
	path: string;
	query?: object;
	body?: unknown;
	/** The status the provider's document gives to a success. */
	status?: number;
}

/** What is in the account before a case runs; gives the IDs. */
async function seeded(): Promise<Record<string, string>> {
	const { world } = simulator;
	const recorded = world.addCall({
		user: 'John Smith',
		startedAt: minutesAgo(90),
		answeredAt: minutesAgo(89),
		endedAt: minutesAgo(80),
		recorded: true,
	});
	const voicemail = world.addCall({
		user: 'John Smith',
		startedAt: minutesAgo(70),
		endedAt: minutesAgo(69),
		voicemailSeconds: 20,
	});
	const fax = world.addCall({ id: 40 * 1_000_000_001, startedAt: minutesAgo(50) });
	const chat = world.addCall({ id: 15 * 1_000_000_001, startedAt: minutesAgo(49) });
	const live = world.addCall({ user: 'John Smith', startedAt: minutesAgo(1), endedAt: null });
	world.addCall({ queue: 'Sales queue', startedAt: minutesAgo(40) });
	const made = async (parameters: INodeParameters) => written((await run(parameters)).items[0].json.id);
	const ids = {
		recording: written(recorded.id),
		voicemail: written(voicemail.id),
		fax: written(fax.id),
		chat: written(chat.id),
		live: written(4_000_000_000 + live.id),
		setting: await made({ resource: 'callMeBackSetting', operation: 'create', additionalFields: { name: 'Shop' } }),
		button: await made({ resource: 'callMeBackButton', operation: 'create', additionalFields: { name: 'Green' } }),
		group: await made({ resource: 'queueGroup', operation: 'create', name: 'Front' }),
		contact: await made({ resource: 'contact', operation: 'create', additionalFields: { firstName: 'Aisha' } }),
		sms: await made({ resource: 'sms', operation: 'send', to: '+34600000000', message: 'Hello' }),
	};
	simulator.requests.length = 0;
	return ids;
}

const CASES: Record<string, (ids: Record<string, string>) => Case> = {
	'cdr getAll': () => ({
		parameters: { resource: 'cdr', operation: 'getAll' },
		method: 'GET',
		path: '/cdrs',
		query: NEWEST,
	}),
	'cdr export': () => ({
		parameters: { resource: 'cdr', operation: 'export' },
		method: 'GET',
		path: '/cdrs',
		query: { page: '1', limit: '5000', sort: 'id', dir: 'ASC' },
	}),
	'cdr getAll grouped and sorted': () => ({
		parameters: {
			resource: 'cdr',
			operation: 'getAll',
			options: { groupBy: 'src', sortBy: 'calldate', sortDirection: 'DESC' },
		},
		method: 'GET',
		path: '/cdrs',
		query: { page: '1', limit: '50', group_by: 'src', sort: 'calldate', dir: 'DESC' },
	}),
	'callMeBackWebsite getAll': () => ({
		parameters: { resource: 'callMeBackWebsite', operation: 'getAll' },
		method: 'GET',
		path: '/callmeback/websites',
		query: {},
	}),
	'callMeBackCdr getAll': () => ({
		parameters: { resource: 'callMeBackCdr', operation: 'getAll' },
		method: 'GET',
		path: '/callmeback/cdrs',
		query: {},
	}),
	'callMeBackVisitor getAll': () => ({
		parameters: { resource: 'callMeBackVisitor', operation: 'getAll' },
		method: 'GET',
		path: '/callmeback/visitors',
		query: {},
	}),
	'callMeBackSetting getAll': () => ({
		parameters: { resource: 'callMeBackSetting', operation: 'getAll' },
		method: 'GET',
		path: '/callmeback/settings',
		query: {},
	}),
	'callMeBackSetting get': ({ setting }) => ({
		parameters: {
			resource: 'callMeBackSetting',
			operation: 'get',
			settingId: { __rl: true, mode: 'id', value: setting },
		},
		method: 'GET',
		path: `/callmeback/settings/${setting}`,
	}),
	'callMeBackSetting create': () => ({
		parameters: {
			resource: 'callMeBackSetting',
			operation: 'create',
			additionalFields: {
				buttonId: '530',
				name: 'Shop',
				position: 'left',
				floatingIcon: false,
				culture: 'en_GB',
				allowedCountries: 'ES,PT',
				showToAllowedCountriesOnly: true,
				welcomeScreenMsg: 'Hello',
				privacyPolicyUrl: 'https://example.com/privacy',
				ddiE164: { __rl: true, mode: 'id', value: '+34 910 000 000' },
				maxCallRate: 0.5,
			},
		},
		method: 'POST',
		path: '/callmeback/settings',
		body: {
			button_id: 530,
			name: 'Shop',
			position: 'left',
			floating_icon: false,
			culture: 'en_GB',
			allowed_countries: 'ES,PT',
			show_to_allowed_countries_only: true,
			welcome_screen_msg: 'Hello',
			privacy_policy_url: 'https://example.com/privacy',
			ddi_e164: 34910000000,
			max_call_rate: 0.5,
		},
		status: 201,
	}),
	'callMeBackSetting update sends only what is set': ({ setting }) => ({
		parameters: {
			resource: 'callMeBackSetting',
			operation: 'update',
			settingId: { __rl: true, mode: 'list', value: setting },
			updateFields: { name: 'New', position: '', floatingIcon: false },
		},
		method: 'PATCH',
		path: `/callmeback/settings/${setting}`,
		body: { name: 'New', floating_icon: false },
	}),
	'callMeBackSetting delete': ({ setting }) => ({
		parameters: {
			resource: 'callMeBackSetting',
			operation: 'delete',
			settingId: { __rl: true, mode: 'id', value: setting },
		},
		method: 'DELETE',
		path: `/callmeback/settings/${setting}`,
		status: 204,
	}),
	'callMeBackButton get': ({ button }) => ({
		parameters: { resource: 'callMeBackButton', operation: 'get', buttonId: button },
		method: 'GET',
		path: `/callmeback/buttons/${button}`,
	}),
	'callMeBackButton create': () => ({
		parameters: {
			resource: 'callMeBackButton',
			operation: 'create',
			additionalFields: { name: 'Green', dataOnline: 'on', dataOffline: 'off' },
		},
		method: 'POST',
		path: '/callmeback/buttons',
		body: { name: 'Green', data_online: 'on', data_offline: 'off' },
		status: 201,
	}),
	'callMeBackButton update': ({ button }) => ({
		parameters: {
			resource: 'callMeBackButton',
			operation: 'update',
			buttonId: button,
			updateFields: { dataOffline: 'off', name: '' },
		},
		method: 'PATCH',
		path: `/callmeback/buttons/${button}`,
		body: { data_offline: 'off' },
	}),
	'callMeBackButton delete': ({ button }) => ({
		parameters: { resource: 'callMeBackButton', operation: 'delete', buttonId: button },
		method: 'DELETE',
		path: `/callmeback/buttons/${button}`,
		status: 204,
	}),
	'apiToken create': () => ({
		parameters: { resource: 'apiToken', operation: 'create', name: 'Example API App', expiry: 604_800 },
		method: 'POST',
		path: '/apitokens',
		body: { name: 'Example API App', expiry: 604_800 },
		status: 201,
	}),
	'apiToken create without end': () => ({
		parameters: { resource: 'apiToken', operation: 'create', name: 'For ever', expiry: 0 },
		method: 'POST',
		path: '/apitokens',
		body: { name: 'For ever', expiry: 0 },
		status: 201,
	}),
	'apiToken getAll': () => ({
		parameters: { resource: 'apiToken', operation: 'getAll' },
		method: 'GET',
		path: '/apitokens',
		query: NEWEST,
	}),
	'call getAll': () => ({ parameters: { resource: 'call', operation: 'getAll' }, method: 'GET', path: '/calls' }),
	'call get': ({ live }) => ({
		parameters: { resource: 'call', operation: 'get', callId: live },
		method: 'GET',
		path: `/calls/${live}`,
	}),
	'call create': () => ({
		parameters: {
			resource: 'call',
			operation: 'create',
			to: '+34 600 00 00 00',
			additionalFields: { from: { __rl: true, mode: 'list', value: '1002' }, callerId: '+34 910-000-000' },
		},
		method: 'POST',
		path: '/calls',
		body: { to: '34600000000', from: '1002', caller_id: '34910000000' },
		status: 201,
	}),
	'call create, only to': () => ({
		parameters: { resource: 'call', operation: 'create', to: '1003', additionalFields: { callerId: 'anonymous' } },
		method: 'POST',
		path: '/calls',
		body: { to: '1003', caller_id: 'anonymous' },
		status: 201,
	}),
	'call transfer': ({ live }) => ({
		parameters: { resource: 'call', operation: 'transfer', callId: live, destination: '1004' },
		method: 'PATCH',
		path: `/calls/${live}`,
		body: { dst: '1004' },
	}),
	'call answer': ({ live }) => ({
		parameters: { resource: 'call', operation: 'answer', callId: live },
		method: 'PATCH',
		path: `/calls/${live}`,
		body: { state: 'CONNECTED' },
	}),
	'call hangUp': ({ live }) => ({
		parameters: { resource: 'call', operation: 'hangUp', callId: live },
		method: 'DELETE',
		path: `/calls/${live}`,
		status: 204,
	}),
	'sms send': () => ({
		parameters: {
			resource: 'sms',
			operation: 'send',
			to: '+34 600 000 000',
			message: 'Your order is ready.',
			additionalFields: { from: { __rl: true, mode: 'id', value: '+34910000000' } },
		},
		method: 'POST',
		path: '/sms',
		body: { to: '34600000000', message: 'Your order is ready.', from: '34910000000' },
		status: 201,
	}),
	'sms get': ({ sms }) => ({
		parameters: { resource: 'sms', operation: 'get', smsId: sms },
		method: 'GET',
		path: `/sms/${sms}`,
	}),
	'sms getAll': () => ({
		parameters: { resource: 'sms', operation: 'getAll' },
		method: 'GET',
		path: '/sms',
		query: NEWEST,
	}),
	'recording getAll': () => ({
		parameters: { resource: 'recording', operation: 'getAll' },
		method: 'GET',
		path: '/monitors',
		query: NEWEST,
	}),
	'recording get': ({ recording }) => ({
		parameters: { resource: 'recording', operation: 'get', recordingId: recording },
		method: 'GET',
		path: `/monitors/${recording}`,
	}),
	'voicemail getAll': () => ({
		parameters: { resource: 'voicemail', operation: 'getAll' },
		method: 'GET',
		path: '/voicemessages',
		query: NEWEST,
	}),
	'voicemail get': ({ voicemail }) => ({
		parameters: { resource: 'voicemail', operation: 'get', voicemailId: voicemail },
		method: 'GET',
		path: `/voicemessages/${voicemail}`,
	}),
	'fax getAll': () => ({
		parameters: { resource: 'fax', operation: 'getAll' },
		method: 'GET',
		path: '/faxes',
		query: NEWEST,
	}),
	'fax get': ({ fax }) => ({
		parameters: { resource: 'fax', operation: 'get', faxId: fax },
		method: 'GET',
		path: `/faxes/${fax}`,
	}),
	'contact getAll': () => ({
		parameters: { resource: 'contact', operation: 'getAll' },
		method: 'GET',
		path: '/contacts',
		query: PLAIN,
	}),
	'contact get': ({ contact }) => ({
		parameters: { resource: 'contact', operation: 'get', contactId: { __rl: true, mode: 'id', value: contact } },
		method: 'GET',
		path: `/contacts/${contact}`,
	}),
	'contact create': () => ({
		parameters: {
			resource: 'contact',
			operation: 'create',
			additionalFields: {
				groupName: 'Customers',
				firstName: 'Aisha',
				lastName: 'Rahman',
				email: 'a@example.com',
				tel: '34910000000',
				speedDialPhone: '11',
				mobile: '34600000000',
				speedDialMobile: '12',
				notes: 'VIP',
				labels: 'vip',
				global: true,
			},
		},
		method: 'POST',
		path: '/contacts',
		body: {
			group_name: 'Customers',
			first_name: 'Aisha',
			last_name: 'Rahman',
			email: 'a@example.com',
			tel: '34910000000',
			speed_dial_phone: '11',
			mobile: '34600000000',
			speed_dial_mobile: '12',
			notes: 'VIP',
			labels: 'vip',
			global: true,
		},
		status: 201,
	}),
	'contact update': ({ contact }) => ({
		parameters: {
			resource: 'contact',
			operation: 'update',
			contactId: { __rl: true, mode: 'id', value: contact },
			updateFields: { tel: '34910000001', notes: '' },
		},
		method: 'PATCH',
		path: `/contacts/${contact}`,
		body: { tel: '34910000001' },
	}),
	'user getAll': () => ({
		parameters: { resource: 'user', operation: 'getAll' },
		method: 'GET',
		path: '/users',
		query: NEWEST,
	}),
	'phoneNumber getAll': () => ({
		parameters: { resource: 'phoneNumber', operation: 'getAll' },
		method: 'GET',
		path: '/ddis',
		query: PLAIN,
	}),
	'queue getAll': () => ({
		parameters: { resource: 'queue', operation: 'getAll' },
		method: 'GET',
		path: '/queues',
		query: PLAIN,
	}),
	'queue get': () => ({
		parameters: { resource: 'queue', operation: 'get', queueId: { __rl: true, mode: 'id', value: '8001' } },
		method: 'GET',
		path: '/queues/8001',
	}),
	'queueGroup getAll': () => ({
		parameters: { resource: 'queueGroup', operation: 'getAll' },
		method: 'GET',
		path: '/queuegroups',
		query: PLAIN,
	}),
	'queueGroup get': ({ group }) => ({
		parameters: { resource: 'queueGroup', operation: 'get', queueGroupId: { __rl: true, mode: 'id', value: group } },
		method: 'GET',
		path: `/queuegroups/${group}`,
	}),
	'queueGroup create': () => ({
		parameters: { resource: 'queueGroup', operation: 'create', name: 'Front office' },
		method: 'POST',
		path: '/queuegroups',
		body: { name: 'Front office' },
		status: 201,
	}),
	'queueGroup update': ({ group }) => ({
		parameters: {
			resource: 'queueGroup',
			operation: 'update',
			queueGroupId: { __rl: true, mode: 'id', value: group },
			name: 'Back office',
		},
		method: 'PATCH',
		path: `/queuegroups/${group}`,
		body: { name: 'Back office' },
	}),
	'queueGroup delete': ({ group }) => ({
		parameters: { resource: 'queueGroup', operation: 'delete', queueGroupId: { __rl: true, mode: 'id', value: group } },
		method: 'DELETE',
		path: `/queuegroups/${group}`,
		status: 204,
	}),
	'chat getAll': () => ({
		parameters: { resource: 'chat', operation: 'getAll' },
		method: 'GET',
		path: '/chats',
		query: PLAIN,
	}),
	'chat get': ({ chat }) => ({
		parameters: { resource: 'chat', operation: 'get', chatId: chat },
		method: 'GET',
		path: `/chats/${chat}`,
	}),
};

describe('Each operation sends what the document says, or the user gets something else than asked for', () => {
	it.each(Object.keys(CASES))('%s', async (name) => {
		const ids = await seeded();
		const { parameters, method, path, query = {}, body = null, status = 200 } = CASES[name](ids);
		const { items, error } = await run(parameters);
		expect(error && `${error.message} ${error.description}`).toBeUndefined();
		expect(simulator.requests).toHaveLength(1);
		expect(sent()).toEqual({ method, path, query, body });
		expect(simulator.requests[0].status).toBe(status);
		expect(simulator.requests[0].headers['x-auth-token']).toBe(KEY);
		if (method === 'DELETE' && parameters.operation === 'delete')
			expect(items.map(({ json }) => json)).toEqual([{ deleted: true }]);
		if (parameters.operation === 'getAll' && !['contact', 'queueGroup'].includes(written(parameters.resource)))
			expect(items.length).toBeGreaterThan(0);
		for (const { json, pairedItem } of items) {
			expect(pairedItem).toEqual({ item: 0 });
			expect(json).not.toHaveProperty('links');
			// Whole are records of which it is not told what matters, and those that a write answers with.
			const isWhole =
				['callMeBackButton', 'callMeBackVisitor'].includes(written(parameters.resource)) || method !== 'GET';
			if (!isWhole && (parameters.resource !== 'cdr' || parameters.options === undefined))
				expect(Object.keys(json).length).toBeLessThanOrEqual(parameters.resource === 'contact' ? 16 : 10);
		}
	});

	it('never reaches what must not be exposed', async () => {
		const ids = await seeded();
		for (const make of Object.values(CASES)) await run(make(ids).parameters);
		const reached = simulator.requests.map(({ method, path }) => `${method} ${path}`).join('\n');
		expect(reached).not.toMatch(/DELETE \S*\/sms$|\/customers|\/me$/m);
	});

	it('works on v1.1, for those who still use its address', async () => {
		const { error } = await run(
			{ resource: 'cdr', operation: 'getAll' },
			{},
			{ baseUrl: `${simulator.urls.voipstudio.replace('v1.2', 'v1.1')}/` },
		);
		expect(error).toBeUndefined();
		expect(simulator.requests[0].path).toBe('/v1.1/voipstudio/cdrs');
	});
});

function cdrs(parameters: INodeParameters = {}): INodeParameters {
	return { resource: 'cdr', operation: 'getAll', ...parameters };
}

function where(...conditions: Array<[property: string, operator: string, value: string]>): INodeParameters {
	return { filters: { conditions: conditions.map(([property, operator, value]) => ({ property, operator, value })) } };
}

/** The filter that reached the provider. */
function sentFilter(index = 0): unknown {
	return JSON.parse(written(simulator.requests[index].query.filter));
}

describe('CDR filters', () => {
	it('give exactly the records that an independent reading of the history finds, for every operator', async () => {
		await simulator.close();
		simulator = await createSimulator({
			world: { seed: 11, callsPerDay: 300, clock: () => NOON, historyFrom: NOON - 12 * 24 * HOUR },
		});
		const everything = (await run(cdrs({ returnAll: true, simplify: false }))).items.map(({ json }) => json);
		expect(everything.length).toBeGreaterThan(2500);
		const some = everything[Math.floor(everything.length / 2)];
		const questions: Array<Array<[string, string, string | string[], (row: IDataObject) => boolean]>> = [
			[['type', 'eq', 'M', (row) => row.type === 'M']],
			[['type', 'ne', 'M', (row) => row.type !== 'M']],
			[['duration', 'lt', '30', (row) => Number(row.duration) < 30]],
			[['duration', 'lte', '30', (row) => Number(row.duration) <= 30]],
			[['duration', 'gt', '30', (row) => Number(row.duration) > 30]],
			[['duration', 'gte', '30', (row) => Number(row.duration) >= 30]],
			[['disposition', 'in', 'BUSY, FAILED', (row) => row.disposition === 'BUSY' || row.disposition === 'FAILED']],
			[['src', 'like', '6149157', (row) => written(row.src).includes('6149157')]],
			[['src', 'notlike', '6149157', (row) => !written(row.src).includes('6149157')]],
			[['src', 'eq', written(some.src), (row) => row.src === some.src]],
			[
				['calldate', 'gte', '2026-11-12 00:00:00', (row) => written(row.calldate) >= '2026-11-12 00:00:00'],
				['calldate', 'lt', '2026-11-15T11:00:00+11:00', (row) => written(row.calldate) < '2026-11-15 00:00:00'],
				['type', 'eq', 'O', (row) => row.type === 'O'],
			],
			[['calldate', 'lte', '2026-11-12', (row) => written(row.calldate) <= '2026-11-12 23:59:59']],
			[['calldate', 'gt', '2026-11-12', (row) => written(row.calldate) > '2026-11-12 23:59:59']],
		];
		for (const question of questions) {
			const conditions = question.map(
				([property, operator, value]) => [property, operator, value] as [string, string, string],
			);
			const { items, error } = await run({ ...cdrs({ returnAll: true, simplify: false }), ...where(...conditions) });
			expect(error).toBeUndefined();
			const expected = everything.filter((row) => question.every(([, , , holds]) => holds(row)));
			expect(expected.length).toBeGreaterThan(0);
			expect(items.map(({ json }) => json.id)).toEqual(expected.map(({ id }) => id));
		}
	});

	it.each([
		[
			'a Luxon date',
			"={{ DateTime.fromISO('2026-11-20T10:00:00', { zone: 'Europe/Madrid' }) }}",
			'2026-11-20 09:00:00',
		],
		['a JavaScript date', "={{ new Date('2026-11-20T09:00:00Z') }}", '2026-11-20 09:00:00'],
		['ISO with an offset', '2026-11-20T10:00:00+01:00', '2026-11-20 09:00:00'],
		['ISO of the date picker, in the zone of the workflow', '2026-11-20T20:00:00', '2026-11-20 09:00:00'],
		["the API's own form, as it is", '2026-11-20 09:00:00', '2026-11-20 09:00:00'],
		['a day, in the zone of the workflow', '2026-11-20', '2026-11-19 13:00:00'],
	])('take %s as the moment the user means', async (_name, value, expected) => {
		const { error } = await run({ ...cdrs(), ...where(['calldate', 'gte', value]) }, { timezone: 'Australia/Sydney' });
		expect(error).toBeUndefined();
		expect(sentFilter()).toEqual([{ property: 'calldate', operator: 'gte', value: expected }]);
	});

	it("take a list from an expression for 'In', and a property typed by its name", async () => {
		await run({
			...cdrs(),
			filters: {
				conditions: [
					{ property: 'disposition', operator: 'in', value: "={{ ['CONNECTED', 'BUSY'] }}" },
					{ property: '__custom', customProperty: 'dst_codec', operator: 'eq', value: 'PCMA' },
				],
			},
		});
		expect(sentFilter()).toEqual([
			{ property: 'disposition', operator: 'in', value: ['CONNECTED', 'BUSY'] },
			{ property: 'dst_codec', operator: 'eq', value: 'PCMA' },
		]);
	});

	it.each([
		['an operator without a value', ['src', 'eq', ''], 'has no value'],
		["'in' without a list", ['src', 'in', ' , '], 'empty list'],
		['an unknown operator', ['src', 'between', '1'], 'does not know'],
		['a date that is none', ['calldate', 'gte', 'yesterday'], 'not a date'],
		['a day that does not exist', ['calldate', 'gte', '2026-02-30'], 'not a date'],
		['no property', ['', 'eq', '1'], 'has no property'],
		['a list for another operator', ['src', 'eq', '={{ [1, 2] }}'], 'with a list'],
	])('refuse %s with the number of the condition and the item, and send nothing', async (_name, condition, message) => {
		const { error } = await run({
			...cdrs(),
			...where(['type', 'eq', 'I'], condition as [string, string, string]),
		});
		expect(error?.message).toContain("Condition 2 of 'Filters'");
		expect(error?.message).toContain(message);
		expect(error?.description).toBeTruthy();
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});

	it('say so when VoIPstudio cannot filter by a property, or the user searches in vain', async () => {
		simulator.world.addCall({ id: 40_000_000_000, startedAt: minutesAgo(50) });
		const { error } = await run({ resource: 'fax', operation: 'getAll', ...where(['from', 'eq', '34600']) });
		expect(error?.message).toBe('VoIPstudio cannot filter by one of the conditions');
		expect(error?.description).toContain('Filtration error');
	});
});

describe('Get Many', () => {
	/** Does something when the first page is answered and the next one is asked for. */
	async function afterFirstPage(happen: () => void): Promise<void> {
		while (simulator.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		happen();
	}

	it('returns every record once while others are written, so that a bill is right', async () => {
		addCalls(12_300);
		const known = simulator.world.callsBetween(-Infinity, Infinity).map(({ id }) => id);
		simulator.faults.add({ kind: 'slow', ms: 1000, skip: 1, times: 2 });
		const writing = afterFirstPage(() => addCalls(40, { startedAt: minutesAgo(2), endedAt: minutesAgo(1) }));
		const { items, error } = await run(cdrs({ returnAll: true }));
		await writing;
		expect(error).toBeUndefined();
		const ids = items.map(({ json }) => json.id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(known.filter((id) => !new Set(ids).has(id))).toEqual([]);
		expect(ids.length).toBe(12_340);
		expect(simulator.requests.length).toBe(3);
	});

	it('returns every record once in an order in which pages move, too', async () => {
		addCalls(10_010);
		simulator.faults.add({ kind: 'slow', ms: 1000, skip: 1 });
		const writing = afterFirstPage(() => addCalls(7, { startedAt: minutesAgo(2), endedAt: minutesAgo(1) }));
		const { items } = await run(cdrs({ returnAll: true, options: { sortBy: 'calldate', sortDirection: 'DESC' } }));
		await writing;
		const ids = items.map(({ json }) => json.id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.length).toBeGreaterThanOrEqual(10_010);
	});

	it('survives more records than the call stack of n8n holds', async () => {
		const rows = 150_000;
		const page = (qs: URLSearchParams) => {
			const [number, limit] = [Number(qs.get('page')), Number(qs.get('limit'))];
			const from = (number - 1) * limit;
			return Array.from({ length: Math.max(0, Math.min(limit, rows - from)) }, (_, i) => ({ id: from + i }));
		};
		const { createServer: createHttpServer } = await import('node:http');
		const server = createHttpServer((request, response) => {
			const { searchParams } = new URL(request.url ?? '', 'http://x');
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ data: page(searchParams), total: rows }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { items, error } = await run(
			cdrs({ returnAll: true }),
			{},
			{ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
		);
		server.close();
		expect(error).toBeUndefined();
		expect(items).toHaveLength(rows);
		expect(items[rows - 1].json.id).toBe(rows - 1);
	});

	it('asks for no more pages than the limit needs', async () => {
		addCalls(30);
		const { items } = await run(cdrs({ limit: 10 }));
		expect(items).toHaveLength(10);
		expect(simulator.requests).toHaveLength(1);
		expect(simulator.requests[0].query.limit).toBe('10');
	});

	it('keeps the ten fields people use, and all with Simplify off', async () => {
		addCalls(1);
		const simple = await run(cdrs());
		const raw = await run(cdrs({ simplify: false }));
		expect(Object.keys(simple.items[0].json)).toEqual([
			'id',
			'calldate',
			'type',
			'src',
			'dst',
			'disposition',
			'duration',
			'billsec',
			'charge',
			'user_id',
		]);
		expect(Object.keys(raw.items[0].json)).toHaveLength(34);
	});

	it.each([0, 10_001, 2.5, 'many'])("refuses 'Limit' %s and points to Return All", async (limit) => {
		const { error } = await run(cdrs({ limit: `={{ ${JSON.stringify(limit)} }}` }));
		expect(error?.message).toContain("'Limit' must be a whole number");
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});

	const BY_NUMBER: INodeParameters = {
		filters: { conditions: [{ property: 'src', operator: 'eq', value: '={{ $json.number }}' }] },
	};

	it.each(['cdr', 'user'])(
		'links each output of %s to its input, so that later nodes find the right data',
		async (resource) => {
			simulator.world.addCall({ from: '+34600000001', startedAt: minutesAgo(60) });
			simulator.world.addCall({ from: '+34600000002', startedAt: minutesAgo(50) });
			simulator.world.addCall({ from: '+34600000002', startedAt: minutesAgo(40) });
			const items = [{ json: { number: '34600000002' } }, { json: { number: '34600000001' } }];
			const result = await run(resource === 'cdr' ? cdrs(BY_NUMBER) : { resource, operation: 'getAll', limit: 2 }, {
				items,
			});
			const expected = resource === 'cdr' ? [0, 0, 1] : [0, 0, 1, 1];
			expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(expected.map((item) => ({ item })));
			if (resource === 'cdr')
				expect(result.items.map(({ json }) => json.src)).toEqual(['34600000002', '34600000002', '34600000001']);
		},
	);

	it('keeps the place of errors with Continue On Fail, so that one bad input costs only itself', async () => {
		simulator.world.addCall({ from: '+34600000001', startedAt: minutesAgo(60) });
		const items = [{ json: { number: '34600000001' } }, { json: { number: '' } }, { json: { number: '34600000001' } }];
		const result = await run(cdrs(BY_NUMBER), { items, onError: 'continueRegularOutput' });
		expect(result.items.map(({ json }) => json.error ?? json.src)).toEqual([
			'34600000001',
			expect.stringContaining('has no value'),
			'34600000001',
		]);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	it("honours n8n's own Timeout of the request", async () => {
		simulator.faults.add({ kind: 'slow', ms: 3000, times: 9 });
		const { error } = await run(cdrs({ requestOptions: { timeout: 100 } }));
		expect(error?.message).toBe('No answer from VoIPstudio');
		expect(error?.description).toContain('too long');
	});
});

/** The bytes of a file in n8n's memory. */
function fileOf(
	item: INodeExecutionData,
	property = 'data',
): { text: string; bytes: Buffer; fileName?: string; mimeType: string } {
	const file = item.binary?.[property];
	if (file === undefined) throw new Error(`No file in ${property}`);
	const bytes = Buffer.from(file.data, 'base64');
	return { text: bytes.toString(), bytes, fileName: file.fileName, mimeType: file.mimeType };
}

describe('CDR Export', () => {
	it('writes all records as NDJSON into one file', async () => {
		addCalls(5100);
		const { items, error } = await run({
			resource: 'cdr',
			operation: 'export',
			format: 'ndjson',
			binaryPropertyName: 'calls',
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(items[0].json).toEqual({ records: 5100, format: 'ndjson', fileName: 'voipstudio-cdrs.ndjson' });
		const { text, fileName, mimeType } = fileOf(items[0], 'calls');
		const rows = text
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as IDataObject);
		expect(rows).toHaveLength(5100);
		expect(new Set(rows.map(({ id }) => id)).size).toBe(5100);
		expect(Object.keys(rows[0])).toHaveLength(34);
		expect([fileName, mimeType]).toEqual(['voipstudio-cdrs.ndjson', 'application/x-ndjson']);
	});

	it('writes a CSV that a spreadsheet reads back, and disarms formulas on request', async () => {
		const name = '=HYPERLINK("http://evil"),\n"x"';
		simulator.world.addCall({ from: { number: '+34600000001', name }, startedAt: minutesAgo(50) });
		const parameters: INodeParameters = { resource: 'cdr', operation: 'export', format: 'csv' };
		const plain = fileOf((await run(parameters)).items[0]);
		const safe = fileOf(
			(await run({ ...parameters, options: { escapeFormulas: true, fileName: '../november.csv' } })).items[0],
		);
		expect(plain.text.startsWith('id,')).toBe(true);
		expect(plain.text).toContain(`"${name.replaceAll('"', '""')}"`);
		expect(safe.text).toContain(`"'${name.replaceAll('"', '""')}"`);
		expect([plain.fileName, plain.mimeType]).toEqual(['voipstudio-cdrs.csv', 'text/csv']);
		expect(safe.fileName).toBe('..-november.csv');
		expect(plain.text.endsWith('\r\n')).toBe(true);
	});

	it('gives a header without calls, and a message when a page fails, never a half file', async () => {
		const parameters: INodeParameters = { resource: 'cdr', operation: 'export', format: 'csv' };
		const empty = await run(parameters);
		expect(fileOf(empty.items[0]).text.split('\r\n')[0].split(',')).toHaveLength(34);
		expect(empty.items[0].json.records).toBe(0);
		addCalls(5100);
		simulator.faults.add({ kind: '500', times: 9, skip: 1 });
		const { items, error } = await run(parameters);
		expect(items).toEqual([]);
		expect(error?.message).toBe('VoIPstudio is not able to answer at the moment');
	});

	it('writes one file for each input', async () => {
		addCalls(3);
		const { items } = await run({ resource: 'cdr', operation: 'export' }, { items: [{ json: {} }, { json: {} }] });
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});
});

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
		expect(unknown.error?.message).toBe('VoIPstudio has no such record');
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
		const { items } = await run(create({ options: { dryRun: true } }));
		expect(items[0].json).toEqual({
			dryRun: true,
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
		now += 31 * MINUTE;
		// As if the last sign-in were long ago for the node as well.
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10 * MINUTE);
		const { error } = await runNode(request);
		jest.restoreAllMocks();
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

	it('says that the password is wrong, without showing it', async () => {
		const { error } = await runNode(login(cdrs(), { password: 'wrong-secret' }));
		expect(error?.message).toBe('VoIPstudio did not accept the e-mail address and password');
		expect(JSON.stringify({ ...error, message: error?.message, stack: error?.stack })).not.toContain('wrong-secret');
	});

	it('says that the session is refused when signing in did not help', async () => {
		simulator.faces.voipstudio.change({ sessionMinutes: 0.0001 });
		const request = login(cdrs(), { sessionToken: 'expired' });
		simulator.world.offsetMs = 0;
		const ticking = setInterval(() => (now += MINUTE), 1);
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
	])('an ID with %s', async (_name, value) => {
		for (const parameters of [
			{ resource: 'call', operation: 'hangUp', callId: value },
			{ resource: 'queueGroup', operation: 'delete', queueGroupId: { __rl: true, mode: 'id', value } },
			{ resource: 'recording', operation: 'download', recordingId: value },
		] as INodeParameters[]) {
			const error = await failing(parameters);
			expect(error?.message).toMatch(/is not an ID|is empty/);
			expect(error?.context?.itemIndex).toBe(0);
		}
		expect(simulator.requests).toHaveLength(0);
	});

	it('a record that does not exist', async () => {
		expect((await failing({ resource: 'sms', operation: 'get', smsId: '1' }))?.message).toBe(
			'VoIPstudio has no such record',
		);
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
		expect(call?.description).toContain('look it up in the portal before running again');
		expect(asked).toBe(1);
		server.close();
	});

	it('a list without its list, which must not look like no calls', async () => {
		const { createServer: createHttpServer } = await import('node:http');
		const server = createHttpServer((_request, response) => response.end('{"total":3}'));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const error = await failing(cdrs(), { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
		server.close();
		expect(error?.message).toBe('VoIPstudio sent an answer that cannot be read');
	});
});

describe('Drop-downs', () => {
	/** What the editor shows for a drop-down. */
	async function shown(
		method: string,
		filter?: string,
		token?: string,
		request = node({}),
	): Promise<INodeListSearchResult> {
		await loadPackage();
		const asked = nodeOf(request);
		const workflow = new Workflow({ id: 'w', nodes: [asked], connections: {}, active: false, nodeTypes, settings: {} });
		const context = new LoadOptionsContext(workflow, asked, additionalDataOf(request), 'parameters.id');
		const search = nodeTypes.getByNameAndVersion(asked.type).methods?.listSearch?.[method];
		if (search === undefined) throw new Error(`No drop-down ${method}`);
		return await search.call(context, filter, token);
	}

	it.each([
		['searchUsers', 'zoë', { name: "Zoë O'Brien · 1004", value: '1004' }],
		['searchQueues', 'sales', { name: 'Sales queue · 7001', value: '8001' }],
		['searchPhoneNumbers', 'john', { name: '61270100001 · John Smith', value: '61270100001' }],
		['searchApiTokens', 'key', { name: 'Key 1', value: 'Key 1' }],
	])('%s finds by a part of the name, and leads to the ID', async (method, filter, expected) => {
		expect((await shown(method, filter)).results).toEqual([expected]);
		expect((await shown(method)).results.length).toBeGreaterThan(0);
		expect((await shown(method, 'no such thing')).results).toEqual([]);
	});

	it.each([
		[
			'searchContacts',
			{
				resource: 'contact',
				operation: 'create',
				additionalFields: { firstName: 'Aisha', lastName: 'Rahman', tel: '34910000000' },
			},
			'Aisha Rahman · 34910000000',
		],
		['searchQueueGroups', { resource: 'queueGroup', operation: 'create', name: 'Front' }, 'Front'],
		[
			'searchCallMeBackSettings',
			{ resource: 'callMeBackSetting', operation: 'create', additionalFields: { name: 'Shop' } },
			'Shop',
		],
	])('%s lists what was created', async (method, create: INodeParameters, name) => {
		const { items } = await run(create);
		expect((await shown(method)).results).toEqual([{ name, value: written(items[0].json.id) }]);
	});

	it('every list that a field names is there, and a wrong key is told in the editor', async () => {
		await loadPackage();
		const { description, methods } = nodeTypes.getByNameAndVersion('n8n-nodes-cloud-pbx.voipStudio');
		const named = [...JSON.stringify(description.properties).matchAll(/"searchListMethod":"(\w+)"/g)].map(
			([, method]) => method,
		);
		expect(new Set(named)).toEqual(new Set(Object.keys(methods?.listSearch ?? {})));
		await expect(shown('searchUsers', undefined, undefined, node({}, {}, { apiKey: 'wrong-key' }))).rejects.toThrow(
			'did not accept the API key',
		);
	});
});

it('evaluates filters in the simulator as documented, or the tests above prove nothing', () => {
	const row = { n: 5, s: 'abc', calldate: '2026-11-20 00:00:00', none: null };
	expect(matches(row, { property: 'n', operator: 'in', value: ['4', 5] })).toBe(true);
	expect(matches(row, { property: 'none', operator: 'ne', value: 'x' })).toBe(false);
	expect(matches(row, { property: 'calldate', operator: 'lte', value: '2026-11-20' })).toBe(true);
	expect(DateTime.fromSQL(row.calldate, { zone: 'utc' }).isValid).toBe(true);
});
