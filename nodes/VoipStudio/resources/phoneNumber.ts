import type { INodeProperties } from 'n8n-workflow';

import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { getManyOf } from '../list';

const resource = ['phoneNumber'];
const show = { resource, operation: ['getAll'] };
const SIMPLE_FIELDS = [
	'id',
	'e164',
	'name',
	'status',
	'sms_enabled',
	'fax_enabled',
	'channels',
	'target_type',
	'target_id',
	'created_at',
] as const;

/** Phone numbers of the account: GET /ddis. */
export const phoneNumber: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many phone numbers',
				description: 'Get many phone numbers (DDIs) of the account',
				routing: getManyOf({ path: '/ddis', isSorted: false, simpleFields: SIMPLE_FIELDS }),
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(show),
	simplifyProperty(show),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [maxWaitProperty],
	},
];
