import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { dryRunProperty } from '../../shared/dryRun';
import { maxWaitProperty, returnAllAndLimit } from '../../shared/properties';
import { phoneNumber } from '../api';
import { filtersProperty, getManyOf, sortOptions } from '../list';
import { oneRecord, textOf, toRecord, type PreSend } from '../requests';
import { createOnce, duplicateGuardProperty } from '../sending';

const resource = ['sms'];
const PATH = '/sms/{id}';

const PROPERTIES: INodePropertyOptions[] = [
	{ name: 'Created At', value: 'created_at' },
	{ name: 'From', value: 'from' },
	{ name: 'ID', value: 'id' },
	{ name: 'Message', value: 'message' },
	{ name: 'Result', value: 'result' },
	{ name: 'To', value: 'to' },
	{ name: 'Type', value: 'type' },
	{ name: 'User ID', value: 'user_id' },
];

const smsBody: PreSend = async function (request) {
	const from = this.getNodeParameter('additionalFields.from', '', { extractValue: true });
	const body: IDataObject = {
		to: phoneNumber(this, this.getNodeParameter('to', ''), 'To'),
		message: textOf(this, 'message', 'Message', 'Your order is ready.'),
	};
	if (from !== '' && from !== undefined && from !== null) body.from = phoneNumber(this, from, 'From');
	return { ...request, body };
};

/** Text messages: /sms. */
export const sms: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get SMS',
				description: 'Get a text message',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toRecord('smsId', 'SMS ID', PATH)] },
					operations: { pagination: oneRecord() },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many SMS',
				description: 'Get many text messages, sent and received',
				routing: getManyOf({ path: '/sms', isSorted: true }),
			},
			{
				name: 'Send',
				value: 'send',
				action: 'Send a real SMS',
				description: 'Send a text message. Somebody receives it: it is never repeated by itself.',
				routing: {
					request: { method: 'POST', url: '/sms' },
					send: { paginate: true, preSend: [smsBody] },
					operations: { pagination: createOnce() },
				},
			},
		],
		default: 'send',
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +34600000000',
		displayOptions: { show: { resource, operation: ['send'] } },
		description: 'The number to write to, in international form',
	},
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		required: true,
		placeholder: 'e.g. Your order is ready.',
		displayOptions: { show: { resource, operation: ['send'] } },
		description: 'The text of the message',
	},
	{
		displayName: 'SMS ID',
		name: 'smsId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2096',
		displayOptions: { show: { resource, operation: ['get'] } },
		description: 'The ID of the text message',
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: { resource, operation: ['send'] } },
		options: [
			{
				displayName: 'From',
				name: 'from',
				type: 'resourceLocator',
				default: { mode: 'list', value: '' },
				description: 'The number of the account to send from. Without it VoIPstudio chooses.',
				modes: [
					{
						displayName: 'From List',
						name: 'list',
						type: 'list',
						typeOptions: { searchListMethod: 'searchPhoneNumbers', searchable: true },
					},
					{
						displayName: 'By Number',
						name: 'id',
						type: 'string',
						placeholder: 'e.g. +34910000000',
					},
				],
			},
		],
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	filtersProperty({ resource: ['sms'], operation: ['getAll'] }, PROPERTIES, 'created_at'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['getAll'] } },
		options: [maxWaitProperty, ...sortOptions(PROPERTIES)],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['send'] } },
		options: [dryRunProperty, duplicateGuardProperty, maxWaitProperty],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['get'] } },
		options: [maxWaitProperty],
	},
];
