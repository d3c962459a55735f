import type { INodeProperties } from 'n8n-workflow';

import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { getManyOf } from '../list';
import { oneRecord, toRecord } from '../requests';

const resource = ['chat'];
const PATH = '/chats/{id}';

const SIMPLE_FIELDS = [
	'id',
	'created_at',
	'state',
	'duration',
	'visitor_name',
	'visitor_email',
	'visitor_country',
	'visitor_city',
	'operator_id',
	'website_id',
] as const;

/** Website chats: /chats. */
export const chat: INodeProperties[] = [
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
				action: 'Get chat',
				description: 'Get a website chat',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toRecord('chatId', 'Chat ID', PATH)] },
					operations: { pagination: oneRecord(SIMPLE_FIELDS) },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many chats',
				description: 'Get many website chats',
				routing: getManyOf({ path: '/chats', isSorted: false, simpleFields: SIMPLE_FIELDS }),
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Chat ID',
		name: 'chatId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2096',
		displayOptions: { show: { resource, operation: ['get'] } },
		description: "The ID of the chat, as 'Get Many' gives it",
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	simplifyProperty({ resource, operation: ['getAll', 'get'] }),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource } },
		options: [maxWaitProperty],
	},
];
