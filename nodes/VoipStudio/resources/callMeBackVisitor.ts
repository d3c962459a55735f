import type { INodeProperties } from 'n8n-workflow';

import { maxWaitProperty, returnAllAndLimit } from '../../shared/properties';
import { getManyOf } from '../list';

const resource = ['callMeBackVisitor'];
const show = { resource, operation: ['getAll'] };

/** Visitors of Call Me Back widgets: GET /callmeback/visitors. Which fields they have is not known, so none is left out. */
export const callMeBackVisitor: INodeProperties[] = [
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
				action: 'Get many call me back visitors',
				description: 'Get many visitors of Call Me Back widgets',
				routing: getManyOf({ path: '/callmeback/visitors', isSorted: false }),
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(show),
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
