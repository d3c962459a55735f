import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { filters, flag, kind, names, text } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { parsedText } from '../../shared/parameters/json';
import { asBoolean, asCount, asText, empty, isEmpty, isOn, oneOf, unusable } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import { idKey, text as textOf } from '../../shared/values/values';
import { api } from '../api';
import { bit, dates, projectFilter, timezoneOption } from '../fields';
import { missingResults, pagesOf, recordsOf, resultOf } from '../lists/pages';

const queueFilter = names('body.filters.queues', {
	displayName: 'Queues',
	name: 'queues',
	placeholder: 'e.g. sales-queue, support-queue',
	// The document prints no row of a list of queues: nothing says which field has the name.
	description:
		'Names separated by commas, or an expression that gives a list. Without them Get Many gives all queues, with their names.',
});

const memberRows = kind(
	{ type: 'fixedCollection', default: {} },
	(_context, form) => (form as { member?: IDataObject[] }).member,
);

const option = { name: 'Queue', value: 'queue', description: 'A queue with its members' };

export const queue = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many queues',
		description: 'Get many queues of the PBX',
		request: {
			method: 'POST',
			url: '/queues',
			body: { action: 'read', data: { get_info: false, get_db_reports: false } },
		},
		fields: [filters([projectFilter, queueFilter])],
		options: [
			flag('body.data.get_db_reports', {
				displayName: 'Include Database Reports',
				name: 'getDbReports',
				description: 'Whether to add what the PBX has counted (get_db_reports)',
			}),
			flag('body.data.get_info', {
				displayName: 'Include Info',
				name: 'getInfo',
				description: 'Whether to add the state of the queue at the moment (get_info)',
			}),
		],
		pages: pagesOf({ isPaged: false }),
		effect: 'reads',
		evidence: 'D',
		untold: 'The sample of the answer has an empty list of results.',
	},
	getStatistics: {
		name: 'Get Statistics',
		action: 'Get statistics of queues',
		description: 'Get the statistics of queues, and their state of the moment',
		// The page's prose says `read`; its code, and the hash it publishes, say `info`.
		request: { method: 'POST', url: '/queues', body: { action: 'info' } },
		fields: [
			flag('body.data.queue_status', {
				displayName: 'Queue Status',
				name: 'queueStatus',
				default: true,
				description: 'Whether to include the state of the queues at the moment',
			}),
			filters([...dates.fields, projectFilter, queueFilter]),
		],
		options: [timezoneOption],
		complete: dates.complete,
		output: recordsOf,
		check: missingResults,
		effect: 'reads',
		evidence: 'D',
		untold: 'The sample of the answer has an empty list of results.',
	},
	pauseMembers: {
		name: 'Pause Members',
		action: 'Pause members of queues',
		description: 'Pause agents, so that queues do not ring them, or end the pause',
		request: { method: 'POST', url: '/queues', body: { action: 'pause' } },
		fields: [
			names('body.data.agent_names', {
				displayName: 'Agent Names',
				name: 'agentNames',
				required: true,
				placeholder: 'e.g. john-doe, jane-doe',
				description: 'User names separated by commas, or an expression that gives a list',
			}),
			bit('body.data.paused', {
				displayName: 'Paused',
				name: 'paused',
				description: 'Whether to pause the agents; off ends their pause',
			}),
			text('body.data.reason', {
				displayName: 'Reason',
				name: 'reason',
				default: 'other',
				placeholder: 'e.g. lunch',
				description: 'The reason as the PBX knows it',
			}),
		],
		complete: eachAgent,
		output: resultOf,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'D',
	},
	setMembers: {
		name: 'Set Members',
		action: 'Set members of a queue',
		description: 'Replace all members of a queue',
		request: { method: 'POST', url: '/queues', body: { action: 'save' } },
		fields: [
			{
				displayName: 'The members below replace all members of the queue: who is not in the list is removed',
				name: 'replaceNotice',
				type: 'notice',
				default: '',
			},
			text('body.data.name', {
				displayName: 'Queue Name',
				name: 'queueName',
				required: true,
				placeholder: 'e.g. sales-queue',
				description: 'The name of the queue in the PBX',
			}),
			memberRows('body.data.members', {
				displayName: 'Members',
				name: 'members',
				typeOptions: { multipleValues: true },
				placeholder: 'Add member',
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
			}),
		],
		options: [
			{
				displayName: 'Members (JSON)',
				name: 'membersJson',
				type: 'json',
				default: '[]',
				description:
					"Members as a JSON list of objects with name, type, penalty, order and isActive, e.g. from an expression; they join those of 'Members'",
				routing: { send: { type: 'body', property: 'data.json' } },
			},
			{
				displayName: 'Remove All Members',
				name: 'removeAllMembers',
				type: 'boolean',
				default: false,
				description: 'Whether an empty list is meant: it removes every member of the queue',
			},
		],
		complete: allMembers,
		output: resultOf,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'D',
	},
});

async function eachAgent(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { data, ...body } = request.body as { data: { agent_names: string[]; paused: number; reason?: string } };
	const { agent_names: agents, paused, reason = 'other' } = data;
	return { ...request, body: { ...body, data: agents.map((agent_name) => ({ agent_name, reason, paused })) } };
}

/** The members as the provider takes them: by name, and all there will be. */
async function allMembers(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { data, ...body } = request.body as { data: { name: string; members?: IDataObject[]; json?: unknown } };
	const { name } = data;
	const listed = [...(data.members ?? []), ...listOf(this, data.json)];
	if (listed.length === 0 && !isOn(this, 'options.removeAllMembers', 'Remove All Members')) {
		throw parameterError(
			this,
			`'Members' is empty: this would remove every member of the queue '${name}'`,
			"Nothing was sent. Add the members, or turn on the option 'Remove All Members' if that is what you want.",
		);
	}
	const members: IDataObject = {};
	for (const member of listed) {
		if (isEmpty(member.name)) throw empty(this, 'Name or Number', 'john-doe');
		const key = asText(this, member.name, 'Name or Number', request) as string;
		if (idKey(key) !== key) throw unusable(this, 'Name or Number', 'is not the name of a member', key);
		if (Object.hasOwn(members, key)) {
			throw parameterError(
				this,
				`The member '${key}' is in the list twice`,
				'Nothing was sent. Leave one of the two out.',
			);
		}
		const countOf = (value: unknown, field: string) =>
			isEmpty(value) ? 0 : asCount(this, value, `${field} of the member ${key}`, request);
		const isActive = (value: unknown) => {
			if (isEmpty(value) || value === 1 || value === '1') return true;
			return value !== 0 && value !== '0' && asBoolean(this, value, `Active of the member ${key}`, request) === true;
		};
		const type = textOf(member.type) ?? 'sip';
		members[key] = {
			type: oneOf(['sip', 'fallback', 'remote'])(this, type, `Type of the member ${key}`, request),
			penalty: countOf(member.penalty, 'Penalty'),
			order: countOf(member.order, 'Order'),
			is_active: isActive(member.isActive) ? 1 : 0,
		};
	}
	return { ...request, body: { ...body, data: { [name]: { members } } } };
}

/** 'Members (JSON)'. Malformed input must not be read as an empty list: that would remove everybody. */
function listOf(context: IExecuteSingleFunctions, value: unknown): IDataObject[] {
	if (isEmpty(value)) return [];
	const list = parsedText(context, value, 'Members (JSON)');
	if (Array.isArray(list) && list.every((member) => typeof member === 'object' && member !== null)) {
		return list as IDataObject[];
	}
	throw unusable(context, 'Members (JSON)', 'must be a list of objects', value);
}
