import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../../shared/errors';
import { getMany, requiredText } from '../../shared/operations';
import { returnAllAndLimit } from '../../shared/properties';
import { nameList, numeric, text } from '../../shared/values';
import { action, pagesOf, recordsOf, while1Voice } from '../api';
import { dateBetween, dateFilters, filters, ifAny, named, options, parameters, projectFilter } from '../parameters';

const forOperation = (...operation: string[]) => ({ resource: ['queue'], operation });

const queueFilter: INodeProperties = {
	displayName: 'Queues',
	name: 'queues',
	type: 'string',
	default: '',
	placeholder: 'e.g. sales-queue, support-queue',
	description: 'Names separated by commas, or an expression that gives a list',
};

/** Queues: queues with the actions read, info, save and pause. */
export const queue: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['queue'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many queues',
				description: 'Get many queues of the PBX',
				routing: {
					request: { method: 'POST', url: '/queues', body: { action: 'read' } },
					send: { paginate: true, preSend: [parameters(queueList)] },
					operations: { pagination: getMany(while1Voice, pagesOf({ isPaged: false })) },
				},
			},
			{
				name: 'Get Statistics',
				value: 'getStatistics',
				action: 'Get statistics of queues',
				description: 'Get the statistics of queues, and their state of the moment',
				routing: {
					// The page's prose says `read`; its code, and the hash it publishes, say `info`.
					request: { method: 'POST', url: '/queues', body: { action: 'info' } },
					send: { paginate: true, preSend: [parameters(statistics)] },
					operations: { pagination: action({ isRead: true, output: recordsOf }) },
				},
			},
			{
				name: 'Pause Members',
				value: 'pauseMembers',
				action: 'Pause members of queues',
				description: 'Pause agents, so that queues do not ring them, or end the pause',
				routing: {
					request: { method: 'POST', url: '/queues', body: { action: 'pause' } },
					send: { paginate: true, preSend: [parameters(pause)] },
					operations: { pagination: action() },
				},
			},
			{
				name: 'Set Members',
				value: 'setMembers',
				action: 'Set members of a queue',
				description: 'Replace all members of a queue',
				routing: {
					request: { method: 'POST', url: '/queues', body: { action: 'save' } },
					send: { paginate: true, preSend: [parameters(members)] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(forOperation('getAll')),
	{
		displayName: 'Queue Status',
		name: 'queueStatus',
		type: 'boolean',
		default: true,
		displayOptions: { show: forOperation('getStatistics') },
		description: 'Whether to include the state of the queues at the moment',
	},
	filters(forOperation('getAll'), projectFilter, queueFilter),
	filters(forOperation('getStatistics'), ...dateFilters, projectFilter, queueFilter),
	options(
		forOperation('getAll'),
		{},
		{
			displayName: 'Include Database Reports',
			name: 'getDbReports',
			type: 'boolean',
			default: false,
			description: 'Whether to add what the PBX has counted (get_db_reports)',
		},
		{
			displayName: 'Include Info',
			name: 'getInfo',
			type: 'boolean',
			default: false,
			description: 'Whether to add the state of the queue at the moment (get_info)',
		},
	),
	options(forOperation('getStatistics'), { hasTimes: true }),
	{
		displayName: 'Agent Names',
		name: 'agentNames',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. john-doe, jane-doe',
		displayOptions: { show: forOperation('pauseMembers') },
		description: 'User names separated by commas, or an expression that gives a list',
	},
	{
		displayName: 'Paused',
		name: 'paused',
		type: 'boolean',
		default: true,
		displayOptions: { show: forOperation('pauseMembers') },
		description: 'Whether to pause the agents; off ends their pause',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: 'other',
		placeholder: 'e.g. lunch',
		displayOptions: { show: forOperation('pauseMembers') },
		description: 'The reason as the PBX knows it',
	},
	options(forOperation('pauseMembers')),
	{
		displayName: 'The members below replace all members of the queue: who is not in the list is removed',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: forOperation('setMembers') },
	},
	{
		displayName: 'Queue Name',
		name: 'queueName',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. sales-queue',
		displayOptions: { show: forOperation('setMembers') },
		description: 'The name of the queue in the PBX',
	},
	{
		displayName: 'Members',
		name: 'members',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add member',
		default: {},
		displayOptions: { show: forOperation('setMembers') },
		options: [
			{
				displayName: 'Member',
				name: 'member',
				values: [
					{
						displayName: 'Active',
						name: 'isActive',
						type: 'boolean',
						default: true,
						description: 'Whether the queue rings this member',
					},
					{
						displayName: 'Name or Number',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. john-doe or +40123456789',
						description: "The user's name, or the number of a remote member",
					},
					{
						displayName: 'Order',
						name: 'order',
						type: 'number',
						default: 0,
						description: 'The place in the order of ringing',
					},
					{
						displayName: 'Penalty',
						name: 'penalty',
						type: 'number',
						default: 0,
						description: 'Members with a lower penalty ring first',
					},
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						options: [
							{ name: 'Fallback', value: 'fallback' },
							{ name: 'Remote', value: 'remote', description: 'A number outside the PBX' },
							{ name: 'SIP', value: 'sip' },
						],
						default: 'sip',
						description: 'How the member is reached',
					},
				],
			},
		],
	},
	options(
		forOperation('setMembers'),
		{},
		{
			displayName: 'Members (JSON)',
			name: 'membersJson',
			type: 'json',
			default: '[]',
			description:
				"Members as a JSON list of objects with name, type, penalty, order and isActive, e.g. from an expression; they join those of 'Members'",
		},
		{
			displayName: 'Remove All Members',
			name: 'removeAllMembers',
			type: 'boolean',
			default: false,
			description: 'Whether an empty list is meant: it removes every member of the queue',
		},
	),
];

function queueFilters(context: IExecuteSingleFunctions): IDataObject {
	const chosen = context.getNodeParameter('filters', {}) as IDataObject;
	return {
		...ifAny('queues', nameList(chosen.queues)),
		...dateBetween(context, chosen),
		...named(chosen, { projectId: 'project_id' }),
	};
}

function queueList(context: IExecuteSingleFunctions): IDataObject {
	return {
		data: {
			get_info: context.getNodeParameter('options.getInfo', false) === true,
			get_db_reports: context.getNodeParameter('options.getDbReports', false) === true,
		},
		...ifAny('filters', queueFilters(context)),
	};
}

function statistics(context: IExecuteSingleFunctions): IDataObject {
	return {
		data: { queue_status: context.getNodeParameter('queueStatus', true) === true },
		...ifAny('filters', queueFilters(context)),
	};
}

function pause(context: IExecuteSingleFunctions): IDataObject {
	const names = nameList(context.getNodeParameter('agentNames'));
	if (names.length === 0)
		throw parameterError(
			context,
			"'Agent Names' is empty",
			'Nothing was sent. Enter at least one name, e.g. john-doe.',
		);
	const paused = context.getNodeParameter('paused') === true ? 1 : 0;
	const reason = text(context.getNodeParameter('reason', '')) ?? 'other';
	return { data: names.map((agent_name) => ({ agent_name, reason, paused })) };
}

const MEMBER_TYPES = ['sip', 'fallback', 'remote'];

function members(context: IExecuteSingleFunctions): IDataObject {
	const name = requiredText(context, context.getNodeParameter('queueName'), 'Queue Name', 'sales-queue');
	const listed = (context.getNodeParameter('members.member', []) as IDataObject[]).concat(membersFromJson(context));
	if (listed.length === 0 && context.getNodeParameter('options.removeAllMembers', false) !== true) {
		throw parameterError(
			context,
			`'Members' is empty: this would remove every member of the queue '${name}'`,
			"Nothing was sent. Add the members, or turn on the option 'Remove All Members' if that is what you want.",
		);
	}
	const found: IDataObject = {};
	for (const member of listed) {
		const key = requiredText(context, member.name, 'Name or Number', 'john-doe');
		const type = text(member.type) ?? 'sip';
		if (!MEMBER_TYPES.includes(type)) {
			throw parameterError(
				context,
				`The type of the member '${key}' must be one of: ${MEMBER_TYPES.join(', ')}`,
				`It is ${JSON.stringify(member.type)} now. Nothing was sent.`,
			);
		}
		if (Object.hasOwn(found, key))
			throw parameterError(
				context,
				`The member '${key}' is in the list twice`,
				'Nothing was sent. Leave one of the two out.',
			);
		found[key] = {
			type,
			penalty: numeric(member.penalty) ?? 0,
			order: numeric(member.order) ?? 0,
			is_active: [false, 0, '0'].includes(member.isActive as number) ? 0 : 1,
		};
	}
	return { data: { [name]: { members: found } } };
}

/** A list that is no list must not pass for an empty one: that would remove everybody. */
function membersFromJson(context: IExecuteSingleFunctions): IDataObject[] {
	const value: unknown = context.getNodeParameter('options.membersJson', []);
	let parsed: unknown = value;
	try {
		if (typeof value === 'string') parsed = JSON.parse(value.trim() === '' ? '[]' : value);
	} catch (error) {
		throw parameterError(
			context,
			`'Members (JSON)' is not JSON: ${(error as Error).message}`,
			'Nothing was sent. Correct the text.',
		);
	}
	if (Array.isArray(parsed) && parsed.every((member) => typeof member === 'object' && member !== null))
		return parsed as IDataObject[];
	throw parameterError(
		context,
		"'Members (JSON)' must be a list of objects",
		`It is ${JSON.stringify(value)} now. Nothing was sent.`,
	);
}
