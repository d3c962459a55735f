/**
 * What the examples of the operations (docs/examples) enter, where the placeholders and lists of the fields do not suffice. A
 * provider joins with one entry; an operation that is not in it has nothing but its required fields filled in.
 */
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { MINUTE, SECOND } from '../../nodes/shared/values/time';
import type { Simulator } from '../../simulator/server/server';
import { addCalls } from './reference';

/** The instant of all examples: a Friday. */
export const NOW = Date.parse('2026-11-20T12:00:00Z');

/** Operations are named as `resource operation`. */
export interface Example {
	/** Values of fields, as a workflow holds them. */
	readonly enter?: INodeParameters;
	/** Fields whose value is that of a field in the first record of another operation, with what is entered there. */
	readonly taken?: Readonly<Record<string, readonly [operation: string, field: string, enter?: INodeParameters]>>;
	/** Operations whose examples run before, as they make what this one reads or changes. */
	readonly before?: readonly string[];
	/** The item that comes in, if the operation works with one; `first` gives the first of another operation. */
	readonly input?: (
		first: (operation: string, values?: INodeParameters) => Promise<INodeExecutionData>,
	) => INodeExecutionData | Promise<INodeExecutionData>;
	/** In words, where there is one. */
	readonly inputIs?: string;
}

/** What has happened in the office of the examples: calls of each kind, a caller nobody has called back, and a phone that rings. */
export function happened(simulator: Simulator): void {
	const { world } = simulator;
	const [{ name: first }, { name: second }] = world.users;
	addCalls(simulator);
	for (const group of [{ queue: world.queues[0].name }, { ringGroup: world.ringGroups[0].name }]) {
		world.addGroupCall({ ...group, from: '+61491570157', rings: [first, second], startedAt: NOW - 40 * MINUTE });
	}
	world.addCall({
		direction: 'inbound',
		user: first,
		from: { number: '+61491570156', name: 'Alex Example' },
		startedAt: NOW - 8 * SECOND,
		answeredAt: null,
		endedAt: null,
	});
}

const ringing = { taken: { callId: ['call getAll', 'id'] } } as const;

/** By node. */
export const exampleValues: Readonly<Record<string, Readonly<Record<string, Example>>>> = {
	voipStudio: {
		'apiToken create': { enter: { name: 'n8n' } },
		'apiToken getAll': { before: ['apiToken create'] },
		'call answer': ringing,
		'call create': { enter: { additionalFields: { callerId: 'anonymous' } } },
		'call get': ringing,
		'call hangUp': ringing,
		'call transfer': ringing,
		'callMeBackButton create': { enter: { additionalFields: { name: 'Green button' } } },
		'callMeBackButton delete': { before: ['callMeBackButton create'], enter: { buttonId: '9000' } },
		'callMeBackButton get': { before: ['callMeBackButton create'], enter: { buttonId: '9000' } },
		'callMeBackButton update': {
			before: ['callMeBackButton create'],
			enter: { buttonId: '9000', updateFields: { name: 'Blue button' } },
		},
		'callMeBackCdr getAll': { enter: { limit: 5 } },
		'callMeBackSetting create': {
			enter: { additionalFields: { name: 'Shop callback', welcomeScreenMsg: 'May we call you back?' } },
		},
		'callMeBackSetting delete': { before: ['callMeBackSetting create'] },
		'callMeBackSetting get': { before: ['callMeBackSetting create'] },
		'callMeBackSetting getAll': { before: ['callMeBackSetting create'] },
		'callMeBackSetting update': {
			before: ['callMeBackSetting create'],
			enter: { updateFields: { allowedCountries: 'ES,PT,GB', showToAllowedCountriesOnly: true } },
		},
		'cdr downloadRecording': {
			input: async (first) =>
				await first('cdr getAll', {
					output: 'full',
					itemPer: 'leg',
					// One that was answered and recorded.
					...{ period: 'dates', periodFrom: '2026-11-20T08:50:00', periodTo: '2026-11-20T08:50:01' },
				}),
			inputIs: 'the item of a call, as the trigger or *Get Many* gives it.',
		},
		'cdr export': { enter: { format: 'csv' } },
		'cdr getAll': {
			enter: { limit: 5 },
		},
		'cdr getUnreturned': {},
		'chat get': { taken: { chatId: ['chat getAll', 'id'] } },
		'contact create': {
			enter: { additionalFields: { firstName: 'Aisha', lastName: 'Rahman', mobile: '34600000000' } },
		},
		'contact get': { before: ['contact create'] },
		'contact getAll': {
			before: ['contact create'],
			enter: { filters: { conditions: [{ property: 'last_name', operator: 'eq', value: 'Rahman' }] } },
		},
		'contact update': {
			before: ['contact create'],
			enter: { updateFields: { notes: 'Prefers to be called in the morning' } },
		},
		'queue setMembers': {
			enter: {
				members: {
					member: [
						{ userId: { __rl: true, mode: 'id', value: '1001' }, status: 'joined' },
						{ userId: { __rl: true, mode: 'id', value: '1002' }, status: 'left' },
					],
				},
			},
		},
		'queueGroup delete': { before: ['queueGroup create'] },
		'queueGroup get': { before: ['queueGroup create'] },
		'queueGroup getAll': { before: ['queueGroup create'] },
		'queueGroup update': { before: ['queueGroup create'], enter: { name: 'Back office' } },
		'sms get': { before: ['sms send'], taken: { smsId: ['sms getAll', 'id'] } },
		'sms getAll': { before: ['sms send'] },
	},
	voipcloud: {
		'queueCall getAll': { enter: { limit: 5, filters: { names: 'Sales queue' } } },
		'ringGroupCall getAll': { enter: { limit: 5, filters: { names: 'Reception' } } },
		'userCall getAll': { enter: { limit: 5 } },
	},
	liveChat247: {
		'fax send': {
			input: () => ({
				json: {},
				binary: {
					data: {
						data: Buffer.from('%PDF-1.7\n%%EOF\n').toString('base64'),
						mimeType: 'application/pdf',
						fileName: 'order-1043.pdf',
					},
				},
			}),
			inputIs: 'an item with the file `order-1043.pdf` in its field `data`.',
		},
		'webCall getStatus': { before: ['webCall create'] },
		'webCall terminate': { before: ['webCall create'] },
	},
	while1Voice: {
		'campaignCall create': {
			enter: {
				destination: 'sales-queue',
				calls: {
					call: [
						{ callerId: '0212345678', callerIdName: 'John Doe', externalId: 'ticket-4711' },
						{ callerId: '0312345678', callerIdName: 'Jane Doe', externalId: 'ticket-4712', maxRetries: 2 },
					],
				},
				additionalFields: { campaignName: 'Autumn offer' },
			},
		},
		'campaignCall getAll': { before: ['campaignCall create'], enter: { filters: { campaign: 'Autumn offer' } } },
		'cdr getAll': { enter: { limit: 5 } },
		'cdr update': {
			taken: { cdrId: ['cdr getAll', 'id', { output: 'raw' }] },
			enter: { updateFields: { comments: 'Will call back on Monday' } },
		},
		'channel getAll': { before: ['channel originate'] },
		'channel hangUp': { before: ['channel originate'], enter: { channel: 'SIP/john-doe-00000001' } },
		'channel redirect': { before: ['channel originate'], enter: { channel: 'SIP/john-doe-00000001' } },
		'crmContact getAll': { before: ['crmContact save'] },
		'crmContact save': {
			enter: { additionalFields: { name: 'John Doe', telephones: '0123456789, 0987654321', remoteId: 'CUST-12' } },
		},
		'crmLead save': { enter: { additionalFields: { contactName: 'John Doe', subject: 'Offer for 20 phones' } } },
		'endpoint call': { enter: { endpointName: 'users-status', options: { topLevel: '{ "type": "sip" }' } } },
		'queue getAll': { enter: { filters: { queues: 'Sales queue' } } },
		'queue getStatistics': { enter: { filters: { dateFrom: '2026-11-19', dateTo: '2026-11-19 23:59:59' } } },
		'queue pauseMembers': { enter: { agentNames: 'john.smith.1', paused: true, reason: 'lunch' } },
		'queue setMembers': {
			enter: {
				queueName: 'Sales queue',
				members: { member: [{ name: 'john.smith.1' }, { name: '+40123456789', type: 'remote', penalty: 1 }] },
			},
		},
		'report run': { enter: { reportId: '2', filters: { dateFrom: '2026-11-19' } } },
	},
};
