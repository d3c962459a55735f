import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../../shared/errors';
import { maxWaitProperty, returnAllAndLimit } from '../../shared/properties';
import { fetchOf, idNumber, recordOf } from '../api';
import { getManyOf } from '../list';
import { locator, oneRecord, toRecord, type PreSend } from '../requests';

const resource = ['queue'];
const PATH = '/queues/{id}';
const toQueue = toRecord('queueId', 'Queue', PATH);

interface Member extends IDataObject {
	id: number;
	status: boolean;
}

/**
 * PATCH /queues/{id} takes the members with their state. The provider's own script sends all of them, and whether one
 * that is left out is removed is not documented. So the members are read first, and all are sent: those that the user
 * named with the new state, the others as they are.
 */
const memberBody: PreSend = async function (request) {
	const target = await toQueue.call(this, request);
	const changes = membersOf(this);
	const include = { include: 'users', 'fields[users]': 'id,first_name,last_name,status' };
	const { users } = recordOf(await fetchOf(this)({ ...target, method: 'GET', qs: include, body: undefined }));
	const listed: unknown[] = Array.isArray(users) ? users : [];
	const members = new Map(listed.map(memberOf).filter((member) => member !== undefined));
	if (members.size < listed.length) {
		throw parameterError(
			this,
			'VoIPstudio did not tell the state of all members of the queue',
			'Nothing was sent, as leaving members out might remove them. The user of the credential may lack the permission to see them.',
		);
	}
	for (const { id, status } of changes) members.set(id, status);
	return {
		...target,
		qs: { ...target.qs, include: 'users' },
		body: { users: [...members].map(([id, status]) => ({ id, status })) },
	};
};

/** A member as the queue lists it; undefined for what cannot be read. */
function memberOf(user: unknown): [number, boolean] | undefined {
	if (typeof user !== 'object' || user === null) return undefined;
	const { id, status } = user as IDataObject;
	return typeof id === 'number' && typeof status === 'boolean' ? [id, status] : undefined;
}

function membersOf(context: IExecuteSingleFunctions): Member[] {
	const form = context.getNodeParameter('members', {}) as { member?: IDataObject[] };
	const rows = Array.isArray(form.member) ? form.member : [];
	if (rows.length === 0) {
		throw parameterError(
			context,
			"'Members' is empty",
			'Nothing was sent. Add the users who should join or leave the queue.',
		);
	}
	return rows.map((row, index) => {
		const user = row.userId as { value?: unknown } | string | number | undefined;
		const value = typeof user === 'object' && user !== null ? user.value : user;
		return { id: idNumber(context, value, `User of member ${index + 1}`), status: row.status !== 'left' };
	});
}

/** Call queues: /queues. */
export const queue: INodeProperties[] = [
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
				action: 'Get queue',
				description: 'Get a queue with the IDs of its members',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toQueue] },
					operations: { pagination: oneRecord() },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many queues',
				description: 'Get many queues with the IDs of their members',
				routing: getManyOf({ path: '/queues', isSorted: false }),
			},
			{
				name: 'Set Members',
				value: 'setMembers',
				action: 'Set members of queue',
				description: 'Let users join or leave a queue; members you do not name stay as they are',
				routing: {
					request: { method: 'PATCH', url: PATH },
					send: { paginate: true, preSend: [memberBody] },
					operations: { pagination: oneRecord() },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	locator('Queue', 'queueId', 'searchQueues', 'The queue to read or to change', {
		resource,
		operation: ['get', 'setMembers'],
	}),
	{
		displayName: 'Members',
		name: 'members',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add member',
		default: {},
		required: true,
		displayOptions: { show: { resource, operation: ['setMembers'] } },
		description: 'The users whose state in the queue is to change',
		options: [
			{
				displayName: 'Member',
				name: 'member',
				values: [
					locator('User', 'userId', 'searchUsers', 'The user who joins or leaves the queue'),
					{
						displayName: 'State',
						name: 'status',
						type: 'options',
						options: [
							{ name: 'Joined', value: 'joined', description: 'Receives calls of the queue' },
							{ name: 'Left', value: 'left', description: 'Receives no calls of the queue' },
						],
						default: 'joined',
						description: 'What the user should be in the queue',
					},
				],
			},
		],
	},
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
