import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../../shared/errors';
import { getMany, requiredText } from '../../shared/operations';
import { returnAllAndLimit } from '../../shared/properties';
import { numeric, text } from '../../shared/values';
import { action, pagesOf, while1Voice } from '../api';
import {
	dateBetween,
	dateFilters,
	filters,
	ifAny,
	json,
	jsonObject,
	named,
	oneOf,
	options,
	parameters,
	projectFilter,
	requiredNumber,
	timeOf,
} from '../parameters';

const showList = { resource: ['campaignCall'], operation: ['getAll'] };
const showCreate = { resource: ['campaignCall'], operation: ['create'] };

const outboundType: INodeProperties = {
	displayName: 'Outbound Type',
	name: 'outboundType',
	type: 'options',
	options: [
		{ name: 'Automatic', value: 'auto' },
		{ name: 'Manual', value: 'manual' },
	],
	default: 'auto',
	description: 'Whether the PBX dials by itself or an agent starts each call',
};

const attendType: INodeProperties = {
	displayName: 'Attend Type',
	name: 'attendType',
	type: 'options',
	options: [
		{ name: 'Attended', value: 'attended' },
		{ name: 'Unattended', value: 'unattended' },
	],
	default: 'attended',
	description: 'Whether an agent takes part in the call',
};

/** Calls to be made later, and those the PBX queued itself: call-queue. */
export const campaignCall: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['campaignCall'] } },
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Queue real campaign calls',
				description: 'Have the PBX make calls later. Real calls: they are never repeated by the node.',
				routing: {
					request: { method: 'POST', url: '/call-queue', body: { action: 'save' } },
					send: { paginate: true, preSend: [parameters(campaign)] },
					operations: { pagination: action() },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many campaign calls',
				description: 'Get many calls that wait or were made, also those the PBX queued itself',
				routing: {
					request: { method: 'POST', url: '/call-queue', body: { action: 'read' } },
					send: { paginate: true, preSend: [parameters(campaignFilters)] },
					operations: { pagination: getMany(while1Voice, pagesOf({ hasIds: true })) },
				},
			},
		],
		default: 'create',
	},
	{
		displayName: 'Project ID',
		name: 'projectId',
		type: 'number',
		default: 1,
		required: true,
		displayOptions: { show: showCreate },
		description: 'The ID of the project in the PBX',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		options: [
			{ name: 'Context', value: 'context' },
			{ name: 'Queue', value: 'queue' },
			{ name: 'User', value: 'user' },
		],
		default: 'queue',
		displayOptions: { show: showCreate },
		description: 'Who takes the calls',
	},
	{
		displayName: 'Destination',
		name: 'destination',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. test-queue',
		displayOptions: { show: showCreate },
		description: 'The name of the user, queue or context that takes the calls',
	},
	{
		displayName: 'Calls',
		name: 'calls',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add call',
		default: {},
		displayOptions: { show: showCreate },
		options: [
			{
				displayName: 'Call',
				name: 'call',
				values: [
					{
						displayName: 'External ID',
						name: 'externalId',
						type: 'string',
						default: '',
						placeholder: 'e.g. asdf1234',
						description: 'Your own ID of the call',
					},
					{
						displayName: 'Max Retries',
						name: 'maxRetries',
						type: 'number',
						default: 0,
						description: 'How often the PBX tries again when nobody answers',
					},
					{
						displayName: 'Name',
						name: 'callerIdName',
						type: 'string',
						default: '',
						placeholder: 'e.g. John Doe',
						description: 'The name of who is called',
					},
					{
						displayName: 'Number to Call',
						name: 'callerId',
						type: 'string',
						default: '',
						placeholder: 'e.g. 0123456789',
						description: "The number that is called, as the PBX's outbound rules want it",
					},
					{
						displayName: 'Priority',
						name: 'priority',
						type: 'number',
						default: 0,
						description: 'The place in the order of calls',
					},
					{
						displayName: 'Schedule',
						name: 'schedule',
						type: 'dateTime',
						default: '',
						description: "When to call, in the PBX's time; empty for as soon as possible",
					},
					{
						displayName: 'Variables',
						name: 'vars',
						type: 'json',
						default: '{}',
						description: 'Variables for the dial plan as a JSON object',
					},
				],
			},
		],
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: showCreate },
		options: [
			attendType,
			{
				displayName: 'Calls (JSON)',
				name: 'callsJson',
				type: 'json',
				default: '[]',
				description:
					"Calls as a JSON list in While1's form (caller_id, caller_id_name, priority, schedule, external_id, max_retries, vars), e.g. from an expression; they join those of 'Calls'",
			},
			{
				displayName: 'Campaign Info',
				name: 'campaignInfo',
				type: 'string',
				default: '',
				placeholder: 'e.g. Customers of 2025',
				description: 'A note on the campaign',
			},
			{
				displayName: 'Campaign Name',
				name: 'campaignName',
				type: 'string',
				default: '',
				placeholder: 'e.g. Autumn offer',
				description: 'The name of the campaign the calls belong to',
			},
			{
				displayName: 'Outbound Number',
				name: 'outboundNumber',
				type: 'string',
				default: '',
				placeholder: 'e.g. +40212345678',
				description: 'The number that is shown to who is called',
			},
			{
				displayName: 'Outbound Trunk',
				name: 'outboundTrunk',
				type: 'string',
				default: '',
				placeholder: 'e.g. default-trunk',
				description: 'The provider the calls go out through',
			},
			outboundType,
		],
	},
	options(showCreate, { dials: true, hasTimes: true }),
	...returnAllAndLimit(showList),
	filters(
		showList,
		...dateFilters,
		projectFilter,
		attendType,
		outboundType,
		{
			displayName: 'Assign Type',
			name: 'assignType',
			type: 'string',
			default: '',
			placeholder: 'e.g. user',
			description: 'As the PBX names it; its values are not documented',
		},
		{
			displayName: 'Campaign',
			name: 'campaign',
			type: 'string',
			default: '',
			placeholder: 'e.g. Autumn offer',
			description: 'The campaign the call belongs to',
		},
		{
			displayName: 'DNID',
			name: 'dnid',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0212345678',
			description: 'The number of yours that the call belongs to',
		},
		{
			displayName: 'External ID',
			name: 'externalId',
			type: 'string',
			default: '',
			placeholder: 'e.g. asdf1234',
			description: 'Your own ID of the call',
		},
		{
			displayName: 'Include Unscheduled',
			name: 'scheduleNull',
			type: 'boolean',
			default: true,
			description: "Whether calls without a time are listed too when 'Scheduled Before' is set",
		},
		{
			displayName: 'Number to Call',
			name: 'callerId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0123456789',
			description: 'The number that is called',
		},
		{
			displayName: 'Scheduled Before',
			name: 'scheduleBefore',
			type: 'dateTime',
			default: '',
			description: 'Only calls whose time is this one or earlier',
		},
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			options: [
				{ name: 'Any', value: '' },
				{ name: 'Cancelled', value: 'cancelled' },
				{ name: 'Completed', value: 'completed' },
				{ name: 'Deleted', value: 'deleted' },
				{ name: 'In Progress', value: 'in progress' },
				{ name: 'Pending', value: 'pending' },
			],
			default: '',
			description: 'The state of the call',
		},
	),
	options(showList, { hasTimes: true }),
];

function campaign(context: IExecuteSingleFunctions): IDataObject {
	const additional = context.getNodeParameter('additionalFields', {}) as IDataObject;
	const calls = (context.getNodeParameter('calls.call', []) as IDataObject[])
		.map((entry) => callOf(context, entry))
		.concat(
			[json(context, additional.callsJson ?? [], 'Calls (JSON)')]
				.flat()
				.filter((entry) => Object.keys(entry).length > 0),
		);
	if (calls.length === 0) throw parameterError(context, "'Calls' is empty", 'Nothing was sent. Add at least one call.');
	for (const entry of calls) requiredText(context, entry.caller_id, 'Number to Call', '0123456789');
	return {
		data: {
			project_id: requiredNumber(context, 'projectId', 'Project ID'),
			type: oneOf(context, 'type', 'Type', ['user', 'queue', 'context']),
			destination: requiredText(context, context.getNodeParameter('destination'), 'Destination', 'test-queue'),
			...named(additional, {
				campaignName: 'campaign_name',
				campaignInfo: 'campaign_info',
				outboundType: 'outbound_type',
				attendType: 'attend_type',
				outboundNumber: 'outbound_number',
				outboundTrunk: 'outbound_trunk',
			}),
			calls,
		},
	};
}

function callOf(context: IExecuteSingleFunctions, entry: IDataObject): IDataObject {
	return {
		caller_id: text(entry.callerId) ?? '',
		...named(entry, { callerIdName: 'caller_id_name' }),
		priority: numeric(entry.priority) ?? 0,
		// The sample sends it empty where there is no time.
		schedule: timeOf(context, entry.schedule, 'Schedule') ?? '',
		...(text(entry.externalId) === null ? {} : { external_id: text(entry.externalId) }),
		max_retries: numeric(entry.maxRetries) ?? 0,
		...ifAny('vars', jsonObject(context, entry.vars ?? {}, 'Variables')),
	};
}

function campaignFilters(context: IExecuteSingleFunctions): IDataObject {
	const chosen = context.getNodeParameter('filters', {}) as IDataObject;
	return ifAny('filters', {
		...dateBetween(context, chosen),
		...ifAny('schedule_lt', timeOf(context, chosen.scheduleBefore, 'Scheduled Before')),
		...named(chosen, {
			scheduleNull: 'schedule_null',
			callerId: 'caller_id',
			dnid: 'dnid',
			projectId: 'project_id',
			outboundType: 'outbound_type',
			attendType: 'attend_type',
			externalId: 'external_id',
			assignType: 'assign_type',
			campaign: 'campaign',
			status: 'status',
		}),
	});
}
