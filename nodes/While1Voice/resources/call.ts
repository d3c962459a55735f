import type { IDataObject } from 'n8n-workflow';

import { additionalFields, choice, dialled, jsonObject, text, value, wholeNumber } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { bit, destinationOf, requiredProject } from '../fields';
import { resultOf } from '../lists/pages';

const option = { name: 'Call', value: 'call', description: 'Start a call for an agent' };

export const call = resource(api, option, 'originate', {
	originate: {
		name: 'Originate',
		action: 'Make a phone call',
		description:
			'Ring a user, queue or context of the PBX and, once answered, call a number. A real call: it is never repeated by itself.',
		request: { method: 'POST', url: '/originate-call' },
		fields: [
			{
				displayName: 'The agent rings first. The PBX calls the number when the agent has answered.',
				name: 'agentFirstNotice',
				type: 'notice',
				default: '',
			},
			wholeNumber('body.data.project_id', requiredProject),
			dialled('body.data.caller_id', {
				displayName: 'Number to Call',
				name: 'callerId',
				required: true,
				placeholder: 'e.g. 0123456789',
				description: "The number that is called, as the PBX's outbound rules want it. While1 names it caller_id.",
			}),
			choice('body.data.type', {
				displayName: 'Type',
				name: 'type',
				options: [
					{ name: 'Context', value: 'context' },
					{ name: 'Extension', value: 'extension', description: 'For newer versions of the PBX' },
					{ name: 'Queue', value: 'queue' },
					{ name: 'User', value: 'user' },
					{ name: 'User Email', value: 'user_email', description: 'For newer versions of the PBX' },
				],
				default: 'queue',
				description: 'Who rings first',
			}),
			text('body.data.destination', {
				displayName: 'Destination',
				name: 'destination',
				required: true,
				placeholder: 'e.g. test-queue',
				description: 'The name of the user, queue or context, the extension or email, that rings first',
			}),
			additionalFields([
				bit('body.data.async', {
					displayName: 'Async',
					name: 'async',
					description: 'Whether the PBX answers at once. It then says no more than that the user is online.',
				}),
				text('body.data.caller_id_name', {
					displayName: 'Name',
					name: 'callerIdName',
					placeholder: 'e.g. John Doe',
					description: "The name of who is called, for the display of the agent. While1's wiki calls it required.",
				}),
				text('body.data.external_id', {
					displayName: 'External ID',
					name: 'externalId',
					placeholder: 'e.g. ticket-4711',
					description:
						"Any text of your own by which to find the call in the history, such as the number of a ticket. While1's wiki calls it required.",
				}),
				value('body.data.external_info', {
					displayName: 'External Info',
					name: 'externalInfo',
					placeholder: 'e.g. Order 1043',
					description: 'A text that explains the external ID',
				}),
				dialled('body.data.outbound_number', {
					displayName: 'Outbound Number',
					name: 'outboundNumber',
					placeholder: 'e.g. +40212345678',
					description: 'The number that is shown to who is called',
				}),
				value('body.data.outbound_trunk', {
					displayName: 'Outbound Trunk',
					name: 'outboundTrunk',
					placeholder: 'e.g. default-trunk',
					description: 'The provider the call goes out through',
				}),
				jsonObject('body.data.vars', {
					displayName: 'Variables',
					name: 'vars',
					description:
						'Variables for the dial plan as a JSON object, e.g. SKIP_WELCOME, SKIP_WE_ARE_RECORDING, SKIP_ENTER_QUEUE (1 or 0) and BACKEND_LINK (the address of a pop-up)',
				}),
			]),
		],
		output: resultOf,
		effect: 'calls',
		reaches: {
			'data.caller_id': 'called',
			'data.destination': destinationOf,
			'data.outbound_trunk': 'inside',
			'data.vars': 'variables',
		},
		harmless: ['project_id', 'caller_id_name', 'type', 'external_id', 'async', 'external_info', 'outbound_number'].map(
			(name) => `data.${name}`,
		),
		isKeptFromAgents: ({ data }) => (data as IDataObject).vars !== undefined,
		numberField: 'callerId',
		evidence: 'P',
	},
});
