import type { INodeProperties } from 'n8n-workflow';

import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { getManyOf } from '../list';

const resource = ['user'];
const show = { resource, operation: ['getAll'] };
const SIMPLE_FIELDS = [
	'id',
	'first_name',
	'last_name',
	'email',
	'ext',
	'active',
	'dnd',
	'cli',
	'nb_sip_locations',
	'status',
] as const;

/** Users of the account: GET /users. */
export const user: INodeProperties[] = [
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
				action: 'Get many users',
				description: 'Get many users of the account',
				routing: getManyOf({ path: '/users', isSorted: true, simpleFields: SIMPLE_FIELDS }),
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
