import type { INodeProperties } from 'n8n-workflow';

import { oneRequest } from '../../shared/operations';
import { maxWaitProperty } from '../../shared/properties';
import { contentOf, voipcloud } from '../api';

const show = { resource: ['systemStatus'], operation: ['get'] };

/** The state of the system as VoIPcloud's operations centre reports it: GET get-system-status. */
export const systemStatus: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['systemStatus'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get system status',
				description: 'Get the current status of the system as VoIPcloud reports it',
				routing: {
					request: { method: 'GET', url: '/get-system-status' },
					send: { paginate: true },
					operations: { pagination: oneRequest(voipcloud, contentOf) },
				},
			},
		],
		default: 'get',
	},
	{
		displayName: 'Only API version V1 has this request',
		name: 'v1Notice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
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
