import type { INodeParameters } from 'n8n-workflow';

import { KEY, NEWEST, PLAIN, run, sent, simulator, written, seeded } from './voipstudio';

interface Case {
	parameters: INodeParameters;
	method: string;
	path: string;
	query?: object;
	body?: unknown;
	/** The status the provider's document gives to a success. */
	status?: number;
}

const CASES: Record<string, (ids: Record<string, string>) => Case> = {
	'cdr getAll': () => ({
		parameters: { resource: 'cdr', operation: 'getAll' },
		method: 'GET',
		path: '/cdrs',
		query: NEWEST,
	}),
	'cdr export': () => ({
		parameters: { resource: 'cdr', operation: 'export', period: 'all' },
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
			updateFields: { dataOffline: 'off', dataOnline: 'on', name: 'Blue' },
		},
		method: 'PATCH',
		path: `/callmeback/buttons/${button}`,
		body: { data_offline: 'off', data_online: 'on', name: 'Blue' },
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
	'call getAll': () => ({
		parameters: { resource: 'call', operation: 'getAll' },
		method: 'GET',
		path: '/calls',
		query: {},
	}),
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
				['callMeBackButton', 'callMeBackVisitor', 'callMeBackCdr', 'cdr'].includes(written(parameters.resource)) ||
				method !== 'GET';
			if (!isWhole) expect(Object.keys(json).length).toBeLessThanOrEqual(parameters.resource === 'contact' ? 16 : 10);
		}
	});

	it('never reaches what must not be exposed', async () => {
		const ids = await seeded();
		for (const make of Object.values(CASES)) await run(make(ids).parameters);
		const reached = simulator.requests.map(({ method, path }) => `${method} ${path}`).join('\n');
		expect(reached).not.toMatch(/DELETE \S*\/sms$|\/customers|\/me$/m);
	});

	it('asks at v1.1 where the credential says so, as the samples of the document do', async () => {
		const { error } = await run(
			{ resource: 'cdr', operation: 'getAll' },
			{},
			{ baseUrl: `${simulator.urls.voipstudio.replace('v1.2', 'v1.1')}/` },
		);
		expect(error).toBeUndefined();
		expect(simulator.requests[0].path).toBe('/v1.1/voipstudio/cdrs');
	});
});
