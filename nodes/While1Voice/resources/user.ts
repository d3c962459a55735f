import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { action, recordsOf } from '../api';
import { oneOf, options, parameters } from '../parameters';

const show = { resource: ['user'], operation: ['getStatuses'] };

/** The state of users' phones: users-status. */
export const user: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['user'] } },
		options: [
			{
				name: 'Get Statuses',
				value: 'getStatuses',
				action: 'Get statuses of users',
				description: 'Get the state of the phones of all users, an item each',
				routing: {
					request: { method: 'POST', url: '/users-status' },
					send: { paginate: true, preSend: [parameters(statuses)] },
					operations: { pagination: action({ isRead: true, output: recordsOf }) },
				},
			},
		],
		default: 'getStatuses',
	},
	{
		displayName: 'Technology',
		name: 'technology',
		type: 'options',
		options: [
			{ name: 'IAX', value: 'iax' },
			{ name: 'SIP', value: 'sip' },
		],
		default: 'sip',
		displayOptions: { show },
		description: 'The kind of phones to look at',
	},
	options(show),
];

/** `type` stands at the top level here, not in `data`. */
function statuses(context: IExecuteSingleFunctions): IDataObject {
	return { type: oneOf(context, 'technology', 'Technology', ['sip', 'iax']) };
}
