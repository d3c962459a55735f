import type { INodeProperties } from 'n8n-workflow';

import { dryRunProperty, unlessDryRun } from '../../shared/dryRun';
import { oneRequest } from '../../shared/operations';
import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { idOf, phoneNumber, voipStudio } from '../api';
import { getManyOf } from '../list';
import { locator, oneRecord, toRecord, type PreSend } from '../requests';
import { createOnce, duplicateGuardProperty } from '../sending';

const resource = ['call'];
const PATH = '/calls/{id}';
const toCall = toRecord('callId', 'Call ID', PATH);

const SIMPLE_FIELDS = [
	'id',
	'state',
	'src',
	'src_name',
	'dst',
	'dst_name',
	'start_time',
	'connected_at',
	'duration',
	'queue_state',
] as const;

const done = oneRequest(voipStudio, () => ({ success: true }));

/** `to` and `caller_id` are E.164 without the plus sign, `from` is the ID of a user. */
const callBody: PreSend = async function (request) {
	const from = this.getNodeParameter('additionalFields.from', '', { extractValue: true });
	const callerId = this.getNodeParameter('additionalFields.callerId', '');
	const body: Record<string, string> = { to: phoneNumber(this, this.getNodeParameter('to'), 'To') };
	if (from !== '' && from !== undefined && from !== null) body.from = idOf(this, from, 'From');
	if (typeof callerId === 'string' && callerId.trim().toLowerCase() === 'anonymous') body.caller_id = 'anonymous';
	else if (callerId !== '' && callerId !== undefined && callerId !== null) {
		body.caller_id = phoneNumber(this, callerId, 'Caller ID');
	}
	return { ...request, body };
};

const transferBody: PreSend = async function (request) {
	const dst = phoneNumber(this, this.getNodeParameter('destination', ''), 'Destination');
	return { ...(await toCall.call(this, request)), body: { dst } };
};

const answerBody: PreSend = async function (request) {
	return { ...(await toCall.call(this, request)), body: { state: 'CONNECTED' } };
};

/** Live calls: /calls. */
export const call: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Answer',
				value: 'answer',
				action: 'Answer a ringing call',
				description: 'Answer a ringing inbound call',
				routing: {
					request: { method: 'PATCH', url: PATH },
					send: { paginate: true, preSend: [answerBody] },
					operations: { pagination: oneRecord(SIMPLE_FIELDS) },
				},
			},
			{
				name: 'Create',
				value: 'create',
				action: 'Place a real phone call',
				description:
					"Ring a user's own phone and, once it is answered, call a number. A real call: it is never repeated by itself.",
				routing: {
					request: { method: 'POST', url: '/calls' },
					send: { paginate: true, preSend: [callBody] },
					operations: { pagination: createOnce(SIMPLE_FIELDS) },
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get a live call',
				description: 'Get a live call',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toCall] },
					operations: { pagination: oneRecord(SIMPLE_FIELDS) },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many live calls',
				description: 'Get many live calls: those ringing or connected at this moment',
				routing: getManyOf({ path: '/calls', isSorted: false, isWhole: true, simpleFields: SIMPLE_FIELDS }),
			},
			{
				name: 'Hang Up',
				value: 'hangUp',
				action: 'Hang up a live call',
				description: 'End a live call',
				routing: {
					request: { method: 'DELETE', url: PATH },
					send: { paginate: true, preSend: [toCall] },
					operations: { pagination: done },
				},
			},
			{
				name: 'Transfer',
				value: 'transfer',
				action: 'Transfer a live call',
				description: 'Send a live call to another number or extension, which rings',
				routing: {
					request: { method: 'PATCH', url: PATH },
					send: { paginate: true, preSend: [transferBody] },
					operations: { pagination: unlessDryRun(oneRecord(SIMPLE_FIELDS)) },
				},
			},
		],
		default: 'create',
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	{
		displayName:
			"The user's own phone rings first. The number is called when the user has answered; this can take ten seconds and more.",
		name: 'agentFirstNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { resource, operation: ['create'] } },
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +34600000000',
		displayOptions: { show: { resource, operation: ['create'] } },
		description: 'The number to call, in international form, or an extension',
	},
	{
		displayName: 'Call ID',
		name: 'callId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 4278003532',
		displayOptions: { show: { resource, operation: ['get', 'transfer', 'answer', 'hangUp'] } },
		description: "The ID of the live call, as 'Create' and 'Get Many' give it",
	},
	{
		displayName: 'Destination',
		name: 'destination',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 1002',
		displayOptions: { show: { resource, operation: ['transfer'] } },
		description: 'The number, in international form, or the extension to send the call to',
	},
	simplifyProperty({ resource, operation: ['getAll', 'get', 'create', 'transfer', 'answer'] }),
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: { resource, operation: ['create'] } },
		options: [
			{
				displayName: 'Caller ID',
				name: 'callerId',
				type: 'string',
				default: '',
				placeholder: 'e.g. +34910000000',
				description: "The number to show to the called party, in international form, or 'anonymous'",
			},
			locator('From', 'from', 'searchUsers', 'The user whose phone rings first. Without it: the owner of the API key.'),
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['create'] } },
		options: [dryRunProperty, duplicateGuardProperty, maxWaitProperty],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['transfer'] } },
		options: [dryRunProperty, maxWaitProperty],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource }, hide: { operation: ['create', 'transfer'] } },
		options: [maxWaitProperty],
	},
];
