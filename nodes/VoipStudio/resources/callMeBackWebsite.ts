import type { INodeProperties } from 'n8n-workflow';

import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { getManyOf } from '../list';

const resource = ['callMeBackWebsite'];
const show = { resource, operation: ['getAll'] };
const SIMPLE_FIELDS = [
	'id',
	'name',
	'title',
	'button_id',
	'ddi',
	'position',
	'culture',
	'floating_icon',
	'allowed_countries',
	'created_at',
] as const;

/** Websites with a Call Me Back widget: GET /callmeback/websites. */
export const callMeBackWebsite: INodeProperties[] = [
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
				action: 'Get many call me back websites',
				description: 'Get many websites with a Call Me Back widget',
				routing: getManyOf({ path: '/callmeback/websites', isSorted: false, simpleFields: SIMPLE_FIELDS }),
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
