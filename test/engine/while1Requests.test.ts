import type { INodeParameters, INodeTypeDescription } from 'n8n-workflow';

import { loader, loadPackage } from '../../harness/engine/package';
import { runNode } from '../../harness/engine/run';
import { node, ORIGINATE, sent, simulator, TOKEN } from './while1';

describe('Requests are those of the document', () => {
	it("originates a call with the payload of the provider's example, or the wrong number would ring", async () => {
		const vars = {
			SKIP_WELCOME: 1,
			SKIP_WE_ARE_RECORDING: 1,
			SKIP_ENTER_QUEUE: 0,
			BACKEND_LINK: 'https://crm.example.com/?change_this_url=1234',
		};
		const { items, error } = await runNode(
			node({
				...ORIGINATE,
				additionalFields: {
					callerIdName: 'John Doe',
					externalId: 'asdf1234',
					async: true,
					outboundNumber: '+40212345678',
					outboundTrunk: 'default-trunk',
					vars: JSON.stringify(vars),
				},
			}),
		);
		expect(error).toBeUndefined();
		expect(simulator.requests[0]).toMatchObject({ method: 'POST', path: '/api/originate-call', query: {} });
		expect(simulator.requests[0].headers).toMatchObject({
			authorization: `Bearer ${TOKEN}`,
			'content-type': 'application/json',
		});
		expect(sent()).toEqual({
			data: {
				project_id: 1,
				caller_id: '0123456789',
				caller_id_name: 'John Doe',
				type: 'queue',
				destination: 'test-queue',
				external_id: 'asdf1234',
				async: 1,
				outbound_number: '+40212345678',
				outbound_trunk: 'default-trunk',
				vars,
			},
		});
		expect(items).toEqual([{ json: { success: true }, pairedItem: { item: 0 } }]);
	});

	it.each(['user', 'queue', 'context'])(
		'rings a %s first where that is chosen: it is a choice of the editor and goes out by its name',
		async (type) => {
			await loadPackage();
			const { properties } = loader.getNode('while1Voice').type.description as INodeTypeDescription;
			const field = properties.find(
				({ name, displayOptions: { show = {} } = {} }) =>
					name === 'type' && show.resource?.includes('call') === true && show.operation?.includes('originate') === true,
			);
			expect(JSON.stringify(field?.options)).toContain(`"value":"${type}"`);
			const { error } = await runNode(node({ ...ORIGINATE, type }));
			expect(error).toBeUndefined();
			expect(sent()).toMatchObject({ data: { type } });
		},
	);

	it.each<[string, INodeParameters, string, object, boolean?]>([
		[
			'cdr getAll',
			{
				resource: 'cdr',
				operation: 'getAll',
				...{ itemPer: 'leg', period: 'dates', periodFrom: '2026-11-01', periodTo: '2026-11-20' },
				filters: {
					projectId: 1,
					direction: 'IN',
					callStatus: 'NO ANSWER',
					telephoneLike: '02',
					userId: '1, 2',
					fromId: 5,
					hasRecordingFile: true,
					inboundRouteIds: [1, 2],
					hourBetween: '09:00, 17:00',
					uniqueId: 'u',
					linkedId: 'l',
					externalId: 'e',
					source: 's',
					destination: 'd',
					telephone: 't',
				},
			},
			'cdr',
			{
				action: 'read',
				page: 1,
				filters: {
					date_between: ['2026-11-01 00:00:00', '2026-11-20 23:59:59'],
					project_id: 1,
					direction: 'IN',
					call_status: 'NO ANSWER',
					telephone_like: '02',
					telephone: 't',
					source: 's',
					destination: 'd',
					from_id: 5,
					uniqueid: 'u',
					linkedid: 'l',
					external_id: 'e',
					has_recording_file: true,
					user_id: [1, 2],
					inbound_route_id: [1, 2],
					hour_between: ['09:00', '17:00'],
				},
			},
		],
		[
			'cdr update',
			{
				resource: 'cdr',
				operation: 'update',
				cdrId: 12,
				updateFields: {
					comments: '',
					accountingCode: 'A',
					transcriptions: [{ type: 'monitor', filename: '1749628794.686', provider: 'x', metadata: { a: 1 } }],
				},
			},
			'cdr',
			{
				action: 'save',
				data: [
					{
						id: 12,
						comments: '',
						accounting_code: 'A',
						transcriptions: [{ type: 'monitor', filename: '1749628794.686', provider: 'x', metadata: { a: 1 } }],
					},
				],
			},
		],
		[
			'report run',
			{
				resource: 'report',
				operation: 'run',
				reportType: 'custom',
				reportId: '2',
				limit: 5,
				filters: { dateFrom: '2024-01-01T00:00:00', dateTo: '2024-01-15T23:59:59' },
			},
			'reports',
			{
				page: 1,
				data: { type: 'custom', id: 2 },
				filters: { date_between: ['2024-01-01 00:00:00', '2024-01-15 23:59:59'] },
			},
		],
		[
			'queue getAll',
			{ resource: 'queue', operation: 'getAll', filters: { queues: 'Support, Sales queue', projectId: 3 } },
			'queues',
			{
				action: 'read',
				data: { get_info: false, get_db_reports: false },
				filters: { queues: ['Support', 'Sales queue'], project_id: 3 },
			},
		],
		[
			'queue getStatistics',
			{ resource: 'queue', operation: 'getStatistics', queueStatus: true, filters: { queues: ['Support'] } },
			'queues',
			{ action: 'info', data: { queue_status: true }, filters: { queues: ['Support'] } },
		],
		[
			'queue pauseMembers',
			{ resource: 'queue', operation: 'pauseMembers', agentNames: 'john.smith', reason: 'other', paused: true },
			'queues',
			{ action: 'pause', data: [{ agent_name: 'john.smith', reason: 'other', paused: 1 }] },
		],
		[
			'queue setMembers',
			{
				resource: 'queue',
				operation: 'setMembers',
				queueName: 'demo-queue',
				members: {
					member: [
						{ name: 'john-doe', type: 'sip', penalty: 0, order: 0, isActive: true },
						{ name: '+40123456789', type: 'remote', penalty: 1, order: 2, isActive: false },
					],
				},
			},
			'queues',
			{
				action: 'save',
				data: {
					'demo-queue': {
						members: {
							'john-doe': { type: 'sip', penalty: 0, order: 0, is_active: 1 },
							'+40123456789': { type: 'remote', penalty: 1, order: 2, is_active: 0 },
						},
					},
				},
			},
		],
		[
			'user getStatuses',
			{ resource: 'user', operation: 'getStatuses', technology: 'sip' },
			'users-status',
			{ type: 'sip' },
		],
		[
			'schedule getAll',
			{ resource: 'schedule', operation: 'getAll', scheduleType: 'weekdays' },
			'schedule',
			{ action: 'read', data: { type: 'weekdays' } },
		],
		['channel getAll', { resource: 'channel', operation: 'getAll' }, 'channel', { action: 'list' }],
		[
			'channel hangUp',
			{ resource: 'channel', operation: 'hangUp', channel: 'SIP/john-doe-00000027' },
			'channel',
			{ action: 'hangup', data: { channel: 'SIP/john-doe-00000027' } },
			true,
		],
		[
			'channel originate to an application',
			{
				resource: 'channel',
				operation: 'originate',
				tech: 'SIP/john-doe',
				connectWith: 'application',
				appName: 'Playback',
				appData: 'test-file',
			},
			'channel',
			{ action: 'originate', data: { tech: 'SIP/john-doe', appname: 'Playback', appdata: 'test-file' } },
		],
		[
			'channel originate to an extension',
			{
				resource: 'channel',
				operation: 'originate',
				tech: 'SIP/john-doe',
				connectWith: 'extension',
				extension: '10',
				context: 'internal',
			},
			'channel',
			{ action: 'originate', data: { tech: 'SIP/john-doe', exten: '10', context: 'internal' } },
		],
		[
			'channel redirect',
			{
				resource: 'channel',
				operation: 'redirect',
				channel: 'SIP/a-1',
				context: 'internal',
				extension: '10',
				priority: 1,
			},
			'channel',
			{ action: 'redirect', data: { channel: 'SIP/a-1', context: 'internal', exten: '10', priority: 1 } },
			true,
		],
		[
			'campaignCall create',
			{
				resource: 'campaignCall',
				operation: 'create',
				projectId: 1,
				type: 'queue',
				destination: 'q',
				calls: {
					call: [
						{
							callerId: '0123',
							callerIdName: 'A',
							priority: 0,
							schedule: '2026-11-21T10:00:00',
							externalId: 'e1',
							maxRetries: 2,
							vars: '{"A":1}',
						},
						{ callerId: '0124' },
					],
				},
				additionalFields: { campaignName: 'c', outboundType: 'auto', attendType: 'attended' },
			},
			'call-queue',
			{
				action: 'save',
				data: {
					project_id: 1,
					type: 'queue',
					destination: 'q',
					campaign_name: 'c',
					outbound_type: 'auto',
					attend_type: 'attended',
					calls: [
						{
							caller_id: '0123',
							caller_id_name: 'A',
							priority: 0,
							schedule: '2026-11-21 10:00:00',
							external_id: 'e1',
							max_retries: 2,
							vars: { A: 1 },
						},
						{ caller_id: '0124', priority: 0, schedule: '', max_retries: 0 },
					],
				},
			},
		],
		[
			'campaignCall getAll',
			{
				resource: 'campaignCall',
				operation: 'getAll',
				filters: { status: 'pending', scheduleBefore: '2026-11-21T10:00:00', scheduleNull: true },
			},
			'call-queue',
			{
				action: 'read',
				page: 1,
				filters: { schedule_lt: '2026-11-21 10:00:00', schedule_null: true, status: 'pending' },
			},
		],
		[
			'crmContact getAll',
			{ resource: 'crmContact', operation: 'getAll', filters: { search: 'Ion', status: '-1' } },
			'crm-contacts',
			{ action: 'read', page: 1, filters: { search: 'Ion', status: '-1' } },
		],
		[
			'crmContact save',
			{
				resource: 'crmContact',
				operation: 'save',
				additionalFields: {
					remoteId: 'r1',
					name: 'Ioniță Ștefan 👍',
					telephones: '0123, 0124',
					customFields: '{"11":["1","3"],"16":"x"}',
				},
			},
			'crm-contacts',
			{
				action: 'save',
				data: [
					{
						properties: { remote_id: 'r1', name: 'Ioniță Ștefan 👍', telephones: ['0123', '0124'] },
						custom_fields: { 11: ['1', '3'], 16: 'x' },
					},
				],
			},
		],
		[
			'crmLead save',
			{
				resource: 'crmLead',
				operation: 'save',
				remoteId: 'ASDF1234',
				additionalFields: { crmTypeId: 3, subject: 's', contactName: 'n', customFields: { 11: [1, 3] } },
			},
			'crm-leads',
			{
				action: 'save',
				data: {
					ASDF1234: {
						properties: { id: '', crm_type_id: 3, remote_id: 'ASDF1234', subject: 's', contact_name: 'n' },
						custom_fields: { 11: [1, 3] },
					},
				},
			},
		],
	])(
		'sends %s as the wiki shows it, signed, or the PBX would refuse or misread it',
		async (_name, parameters, endpoint, expected, isMissing = false) => {
			const { error } = await runNode(node(parameters));
			if (isMissing) expect(error?.message).toBe('While1 Voice did not carry out the request: No such channel');
			else expect(error).toBeUndefined();
			expect(simulator.requests[0]).toMatchObject({ method: 'POST', path: `/api/${endpoint}` });
			expect(sent()).toEqual(expected);
		},
	);

	it.each(['json', 'form', 'query'])(
		'signs %s so that the PBX accepts it, with nested lists, emoji, fractions and booleans',
		async (transport) => {
			const data = {
				name: "Ștefan 👍 & ~'(x)*",
				list: [1, [true, false], { a: null, b: '' }],
				price: 0.1,
				big: 1e21,
				'+40': { 7: 'x', 3: 'y' },
			};
			const { error } = await runNode(
				node({
					resource: 'endpoint',
					operation: 'call',
					endpointName: 'crm-leads',
					data: JSON.stringify(data),
					options: { transport, topLevel: { action: 'save' } },
				}),
			);
			expect(error).toBeUndefined();
			const [request] = simulator.requests;
			expect(request.method).toBe(transport === 'query' ? 'GET' : 'POST');
			expect(request.headers['content-type']).toBe(
				{ json: 'application/json', form: 'application/x-www-form-urlencoded', query: undefined }[transport],
			);
			expect(transport === 'query' ? request.body : 'x').not.toBe(transport === 'query' ? undefined : '');
		},
	);

	it('sends no hash without an API key, as the document makes it optional', async () => {
		simulator.faces.while1.change({ apiKey: null });
		const { error } = await runNode(node({ resource: 'user', operation: 'getStatuses' }, {}, { apiKey: '' }));
		expect(error).toBeUndefined();
		expect(JSON.parse(simulator.requests[0].body)).toEqual({ type: 'sip' });
	});

	it("turns the dates of a period into the PBX's time, or a report would be hours off", async () => {
		const run = (period: INodeParameters, timezone = '') =>
			runNode(
				node(
					{ resource: 'cdr', operation: 'getAll', period: 'dates', ...period, options: { timezone } },
					{ timezone: 'Australia/Sydney' },
				),
			);
		await run({ periodFrom: '2026-11-20T00:00:00Z', periodTo: '2026-11-20T09:00:00Z' });
		await run({ periodFrom: '1999-12-31T22:00:00Z', periodTo: '2026-11-20T00:00:00Z' }, 'Europe/Bucharest');
		await run({ periodFrom: '2026-11-20 08:15:00', periodTo: '2026-11-20' });
		expect([0, 1, 2].map((index) => (sent(index).filters as { date_between: string[] }).date_between)).toEqual([
			['2026-11-20 11:00:00', '2026-11-20 19:59:59'],
			['2000-01-01 00:00:00', '2026-11-20 01:59:59'],
			['2026-11-20 08:15:00', '2026-11-20 23:59:59'],
		]);
	});
});
