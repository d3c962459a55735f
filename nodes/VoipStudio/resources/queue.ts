import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { kind } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { asIdNumber, isEmpty, oneOf } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import { api, briefFetch, recordOf } from '../api';
import { chosenFrom, locator } from '../fields';
import { listFields, singleRecord } from '../lists/list';
import { pages } from '../lists/pages';
import { properties } from '../lists/properties';

const PATH = '/queues/{id}';

const queueId = locator('path', 'searchQueues', {
	displayName: 'Queue',
	name: 'queueId',
	required: true,
	description: 'The queue to read or to change',
});

interface Member extends IDataObject {
	id: number;
	status: boolean;
}

const members = kind({ type: 'fixedCollection', default: {} }, (context, form, _displayName, request) => {
	const { member: rows = [] } = form as { member?: IDataObject[] };
	if (!Array.isArray(rows) || rows.length === 0) {
		throw parameterError(
			context,
			"'Members' is empty",
			'Nothing was sent. Add the users who should join or leave the queue.',
		);
	}
	return rows.map((row, index) => {
		const user = row.userId as { value?: unknown } | string | number | undefined;
		const value = typeof user === 'object' && user !== null ? user.value : user;
		const id = asIdNumber(context, value, `User of member ${index + 1}`, request) as number;
		const entered = isEmpty(row.status) ? 'joined' : row.status;
		const state = oneOf(['joined', 'left'])(context, entered, `State of member ${index + 1}`, request);
		return { id, status: state === 'joined' };
	});
});

/**
 * PATCH /queues/{id} takes the members with their state. The provider's own script sends all of them, and whether one
 * that is left out is removed is not documented. So the members are read first, and all are sent: those that the user
 * named with the new state, the others as they are.
 */
async function allMembers(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { users: changes } = request.body as { users: Member[] };
	const include = { include: 'users', 'fields[users]': 'id,first_name,last_name,status' };
	const { users } = recordOf(await briefFetch(this)({ ...request, method: 'GET', qs: include, body: undefined }));
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
		...request,
		qs: { ...request.qs, include: 'users' },
		body: { users: [...members].map(([id, status]) => ({ id, status })) },
	};
}

/** A member as the queue lists it; undefined for what cannot be read. */
function memberOf(user: unknown): [number, boolean] | undefined {
	if (typeof user !== 'object' || user === null) return undefined;
	const { id, status } = user as IDataObject;
	return typeof id === 'number' && typeof status === 'boolean' ? [id, status] : undefined;
}

const PROPERTIES = properties('id name ring_strategy skip_busy', [
	{ name: 'Number', value: 'number', description: 'The extension of the queue' },
	{ name: 'Ring Time', value: 'ring_time', description: 'Seconds' },
]);

const option = { name: 'Queue', value: 'queue', description: 'A call queue and its members' };

export const queue = resource(api, option, 'getAll', {
	get: {
		name: 'Get',
		action: 'Get a queue',
		description: 'Get a queue with the IDs of its members',
		request: { method: 'GET', url: PATH },
		fields: [queueId],
		...singleRecord(),
		effect: 'reads',
		evidence: 'C',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many queues',
		description: 'Get many queues with the IDs of their members',
		request: { method: 'GET', url: '/queues' },
		...listFields(PROPERTIES, { first: 'name', example: 'Sales queue or 8001' }),
		pages,
		effect: 'reads',
		evidence: 'C',
	},
	setMembers: {
		name: 'Set Members',
		action: 'Set members of a queue',
		description: 'Let users join or leave a queue; members you do not name stay as they are',
		request: { method: 'PATCH', url: PATH },
		fields: [
			queueId,
			members('body.users', {
				displayName: 'Members',
				name: 'members',
				typeOptions: { multipleValues: true },
				placeholder: 'Add member',
				required: true,
				description: 'The users whose state in the queue is to change',
				options: [
					{
						displayName: 'Member',
						name: 'member',
						values: [
							{
								displayName: 'User',
								name: 'userId',
								description: 'The user who joins or leaves the queue',
								...chosenFrom('searchUsers'),
							},
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
			}),
		],
		complete: allMembers,
		output: recordOf,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'C',
	},
});
