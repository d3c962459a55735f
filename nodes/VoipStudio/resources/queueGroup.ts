import type { INodeProperties } from 'n8n-workflow';

import { dryRunProperty } from '../../shared/dryRun';
import { maxWaitProperty, returnAllAndLimit } from '../../shared/properties';
import { getManyOf } from '../list';
import { deleted, locator, oneRecord, textOf, toRecord, type PreSend } from '../requests';
import { createOnce } from '../sending';

const resource = ['queueGroup'];
const PATH = '/queuegroups/{id}';
const toGroup = toRecord('queueGroupId', 'Queue Group', PATH);

/** No body is documented; the record has an ID and a name, so the name is what is sent. */
const createBody: PreSend = async function (request) {
	return { ...request, body: { name: textOf(this, 'name', 'Name', 'Front office') } };
};

const updateBody: PreSend = async function (request) {
	return { ...(await toGroup.call(this, request)), body: { name: textOf(this, 'name', 'Name', 'Front office') } };
};

/** Groups of queues: /queuegroups. */
export const queueGroup: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create queue group',
				description: 'Create a group of queues',
				routing: {
					request: { method: 'POST', url: '/queuegroups' },
					send: { paginate: true, preSend: [createBody] },
					operations: { pagination: createOnce() },
				},
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete queue group',
				description: 'Delete a group of queues',
				routing: {
					request: { method: 'DELETE', url: PATH },
					send: { paginate: true, preSend: [toGroup] },
					operations: { pagination: deleted },
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get queue group',
				description: 'Get a group of queues',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toGroup] },
					operations: { pagination: oneRecord() },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many queue groups',
				description: 'Get many groups of queues',
				routing: getManyOf({ path: '/queuegroups', isSorted: false }),
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update queue group',
				description: 'Rename a group of queues',
				routing: {
					request: { method: 'PATCH', url: PATH },
					send: { paginate: true, preSend: [updateBody] },
					operations: { pagination: oneRecord() },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	locator('Queue Group', 'queueGroupId', 'searchQueueGroups', 'The group of queues', {
		resource,
		operation: ['get', 'update', 'delete'],
	}),
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Front office',
		displayOptions: { show: { resource, operation: ['create', 'update'] } },
		description: 'The name of the group',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['create'] } },
		options: [dryRunProperty, maxWaitProperty],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['delete', 'get', 'getAll', 'update'] } },
		options: [maxWaitProperty],
	},
];
