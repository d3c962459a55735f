import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { requiredText } from '../../shared/operations';
import { action } from '../api';
import { ifAny, jsonObject, named, oneOf, options, parameters, requiredNumber } from '../parameters';

const show = { resource: ['call'], operation: ['originate'] };

export const DESTINATION_TYPES = ['user', 'queue', 'context', 'user_email', 'extension'];

/** Start a call: originate-call. */
export const call: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['call'] } },
		options: [
			{
				name: 'Originate',
				value: 'originate',
				action: 'Place a real phone call',
				description:
					'Ring a user, queue or context of the PBX and, once answered, call a number. A real call: it is never repeated by itself.',
				routing: {
					request: { method: 'POST', url: '/originate-call' },
					send: { paginate: true, preSend: [parameters(originateCall)] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'originate',
	},
	{
		displayName: 'The agent rings first. The PBX calls the number when the agent has answered.',
		name: 'agentFirstNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	{
		displayName: 'Project ID',
		name: 'projectId',
		type: 'number',
		default: 1,
		required: true,
		displayOptions: { show },
		description: 'The ID of the project in the PBX',
	},
	{
		displayName: 'Number to Call',
		name: 'callerId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 0123456789',
		displayOptions: { show },
		description: "The number that is called, as the PBX's outbound rules want it. While1 names it caller_id.",
	},
	{
		displayName: 'Name',
		name: 'callerIdName',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. John Doe',
		displayOptions: { show },
		description: 'The name of who is called, for the display of the agent',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		options: [
			{ name: 'Context', value: 'context' },
			{ name: 'Extension', value: 'extension', description: 'For newer versions of the PBX' },
			{ name: 'Queue', value: 'queue' },
			{ name: 'User', value: 'user' },
			{ name: 'User Email', value: 'user_email', description: 'For newer versions of the PBX' },
		],
		default: 'queue',
		displayOptions: { show },
		description: 'Who rings first',
	},
	{
		displayName: 'Destination',
		name: 'destination',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. test-queue',
		displayOptions: { show },
		description: 'The name of the user, queue or context, the extension or email, that rings first',
	},
	{
		displayName: 'External ID',
		name: 'externalId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. asdf1234',
		displayOptions: { show },
		description: 'Your own ID of the call. The call history can be filtered by it.',
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Async',
				name: 'async',
				type: 'boolean',
				default: true,
				description: 'Whether the PBX answers at once. It then says no more than that the user is online.',
			},
			{
				displayName: 'External Info',
				name: 'externalInfo',
				type: 'string',
				default: '',
				placeholder: 'e.g. Order 1043',
				description: 'A text that explains the external ID',
			},
			{
				displayName: 'Outbound Number',
				name: 'outboundNumber',
				type: 'string',
				default: '',
				placeholder: 'e.g. +40212345678',
				description: 'The number that is shown to who is called',
			},
			{
				displayName: 'Outbound Trunk',
				name: 'outboundTrunk',
				type: 'string',
				default: '',
				placeholder: 'e.g. default-trunk',
				description: 'The provider the call goes out through',
			},
			{
				displayName: 'Variables',
				name: 'vars',
				type: 'json',
				default: '{}',
				description:
					'Variables for the dial plan as a JSON object, e.g. SKIP_WELCOME, SKIP_WE_ARE_RECORDING, SKIP_ENTER_QUEUE (1 or 0) and BACKEND_LINK (the address of a pop-up)',
			},
		],
	},
	options(show, { dials: true }),
];

function originateCall(context: IExecuteSingleFunctions): IDataObject {
	const additional = context.getNodeParameter('additionalFields', {}) as IDataObject;
	return {
		data: {
			project_id: requiredNumber(context, 'projectId', 'Project ID'),
			caller_id: requiredText(context, context.getNodeParameter('callerId'), 'Number to Call', '0123456789'),
			caller_id_name: requiredText(context, context.getNodeParameter('callerIdName'), 'Name', 'John Doe'),
			type: oneOf(context, 'type', 'Type', DESTINATION_TYPES),
			destination: requiredText(context, context.getNodeParameter('destination'), 'Destination', 'test-queue'),
			external_id: requiredText(context, context.getNodeParameter('externalId'), 'External ID', 'asdf1234'),
			...named(additional, { externalInfo: 'external_info' }),
			...(typeof additional.async === 'boolean' ? { async: additional.async ? 1 : 0 } : {}),
			...named(additional, { outboundNumber: 'outbound_number', outboundTrunk: 'outbound_trunk' }),
			...ifAny('vars', jsonObject(context, additional.vars ?? {}, 'Variables')),
		},
	};
}
