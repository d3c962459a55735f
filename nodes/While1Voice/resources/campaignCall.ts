import type {
	IDataObject,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';

import {
	additionalFields,
	choice,
	filters,
	flag,
	kind,
	text,
	value,
	wholeNumber,
	type FieldProperty,
} from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { asJsonObject, parsedJson } from '../../shared/parameters/json';
import { asDialled } from '../../shared/parameters/dialled';
import { asCount, asText, empty, isEmpty, type Reader } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import { api } from '../api';
import {
	asPbxTime,
	destinationOf,
	projectFilter,
	queuedCallDates,
	requiredProject,
	time,
	timezoneOption,
} from '../fields';
import { pagesOf, resultOf } from '../lists/pages';

const outboundType: FieldProperty = {
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

const attendType: FieldProperty = {
	displayName: 'With Agent',
	name: 'attendType',
	type: 'options',
	options: [
		{ name: 'Yes (Attended)', value: 'attended' },
		{ name: 'No (Unattended)', value: 'unattended' },
	],
	default: 'attended',
	description: 'Whether an agent takes part in the call (attend_type)',
};

/** The calls of the form, in While1's form. */
const callRows = kind({ type: 'fixedCollection', default: {} }, (context, form, _displayName, request) => {
	const { call = [] } = form as { call?: IDataObject[] };
	const calls = call.map(({ callerId, callerIdName, priority, schedule, externalId, maxRetries, vars }, row) => {
		const read = (reader: Reader, given: unknown, field: string): unknown =>
			isEmpty(given) ? undefined : reader(context, given, `${field} (call ${row + 1})`, request);
		const name = read(asText, callerIdName, 'Name');
		const id = read(asText, externalId, 'External ID');
		return {
			caller_id: read(asDialled, callerId, 'Number to Call') ?? '',
			...(name === undefined ? {} : { caller_id_name: name }),
			priority: read(asCount, priority, 'Priority') ?? 0,
			// The sample sends it empty where there is no time.
			schedule: read(asPbxTime, schedule, 'Schedule') ?? '',
			...(id === undefined ? {} : { external_id: id }),
			max_retries: read(asCount, maxRetries, 'Max Retries') ?? 0,
			...withVars(read(asJsonObject, vars, 'Variables')),
		};
	});
	return calls as IDataObject[];
});

/** The calls of 'Calls (JSON)', whose numbers and counts are read as those of the form are. */
const callList = kind({ type: 'json', default: '[]' }, (context, given, displayName, request) => {
	const calls = [parsedJson(context, given, displayName)].flat().filter((call) => Object.keys(call).length > 0);
	return calls.map((call, row) => {
		const read = (reader: Reader, field: string): IDataObject =>
			isEmpty(call[field])
				? {}
				: { [field]: reader(context, call[field], `${displayName}: ${field} (call ${row + 1})`, request) as string };
		return { ...call, ...read(asDialled, 'caller_id'), ...read(asCount, 'priority'), ...read(asCount, 'max_retries') };
	});
});

function withVars(vars: unknown): IDataObject {
	return vars === undefined ? {} : { vars: vars as IDataObject };
}

const option = { name: 'Campaign Call', value: 'campaignCall', description: 'A call to be made later' };

/** Calls to be made later, and those the PBX queued itself. */
export const campaignCall = resource(api, option, 'create', {
	create: {
		name: 'Create',
		action: 'Queue phone calls for a campaign',
		description: 'Have the PBX make calls later. Real calls: they are never repeated by the node.',
		request: { method: 'POST', url: '/call-queue', body: { action: 'save' } },
		fields: [
			wholeNumber('body.data.project_id', requiredProject),
			choice('body.data.type', {
				displayName: 'Type',
				name: 'type',
				options: [
					{ name: 'Context', value: 'context' },
					{ name: 'Queue', value: 'queue' },
					{ name: 'User', value: 'user' },
				],
				default: 'queue',
				description: 'Who takes the calls',
			}),
			text('body.data.destination', {
				displayName: 'Destination',
				name: 'destination',
				required: true,
				placeholder: 'e.g. test-queue',
				description: 'The name of the user, queue or context that takes the calls',
			}),
			callRows('body.data.calls', {
				displayName: 'Calls',
				name: 'calls',
				typeOptions: { multipleValues: true },
				placeholder: 'Add call',
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
								placeholder: 'e.g. ticket-4711',
								description: 'Any text of your own by which to find the call later, such as the number of a ticket',
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
			}),
			additionalFields([
				choice('body.data.attend_type', attendType),
				callList('body.data.calls_json', {
					displayName: 'Calls (JSON)',
					name: 'callsJson',
					default: '[]',
					description:
						"Calls as a JSON list in While1's form (caller_id, caller_id_name, priority, schedule, external_id, max_retries, vars), e.g. from an expression; they join those of 'Calls'",
				}),
				value('body.data.campaign_info', {
					displayName: 'Campaign Info',
					name: 'campaignInfo',
					placeholder: 'e.g. Customers of 2025',
					description: 'A note on the campaign',
				}),
				value('body.data.campaign_name', {
					displayName: 'Campaign Name',
					name: 'campaignName',
					placeholder: 'e.g. Autumn offer',
					description: 'The name of the campaign the calls belong to',
				}),
				value('body.data.outbound_number', {
					displayName: 'Outbound Number',
					name: 'outboundNumber',
					placeholder: 'e.g. +40212345678',
					description: 'The number that is shown to who is called',
				}),
				value('body.data.outbound_trunk', {
					displayName: 'Outbound Trunk',
					name: 'outboundTrunk',
					placeholder: 'e.g. default-trunk',
					description: 'The provider the calls go out through',
				}),
				choice('body.data.outbound_type', outboundType),
			]),
		],
		options: [timezoneOption],
		complete: allCalls,
		output: resultOf,
		effect: 'calls',
		numberField: numbersIn,
		reaches: {
			'data.destination': destinationOf,
			'data.outbound_trunk': 'inside',
			'data.calls[].caller_id': 'called',
			'data.calls[].max_retries': 'tries',
			'data.calls[].vars': 'variables',
		},
		harmless: [
			...['project_id', 'type', 'attend_type', 'campaign_info', 'campaign_name', 'outbound_number', 'outbound_type'],
			...['caller_id_name', 'external_id', 'priority', 'schedule'].map((name) => `calls[].${name}`),
			'calls_json',
		]
			.map((name) => `data.${name}`)
			.concat('timezone'),
		isKeptFromAgents: ({ data }) => callsIn(data).some(({ vars }) => vars !== undefined),
		evidence: 'D',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many campaign calls',
		description: 'Get many calls that wait or were made, also those the PBX queued itself',
		request: { method: 'POST', url: '/call-queue', body: { action: 'read' } },
		fields: [
			filters([
				...queuedCallDates.fields,
				projectFilter,
				choice('body.filters.attend_type', attendType),
				choice('body.filters.outbound_type', outboundType),
				value('body.filters.assign_type', {
					displayName: 'Destination Type',
					name: 'assignType',
					placeholder: 'e.g. user',
					description:
						'The destination to which the call was assigned (assign_type). While1 does not document its values.',
				}),
				value('body.filters.campaign', {
					displayName: 'Campaign',
					name: 'campaign',
					placeholder: 'e.g. Autumn offer',
					description: 'The campaign the call belongs to',
				}),
				value('body.filters.dnid', {
					displayName: 'DNID',
					name: 'dnid',
					placeholder: 'e.g. 0212345678',
					description: 'The number of yours that the call belongs to',
				}),
				value('body.filters.external_id', {
					displayName: 'External ID',
					name: 'externalId',
					placeholder: 'e.g. ticket-4711',
					description: 'Any text of your own by which to find the call later, such as the number of a ticket',
				}),
				flag('body.filters.schedule_null', {
					displayName: 'Include Unscheduled',
					name: 'scheduleNull',
					type: 'boolean',
					default: true,
					description: "Whether calls without a time are listed too when 'Scheduled Before' is set",
				}),
				value('body.filters.caller_id', {
					displayName: 'Number to Call',
					name: 'callerId',
					placeholder: 'e.g. 0123456789',
					description: 'The number that is called',
				}),
				time('body.filters.schedule_lt', {
					displayName: 'Scheduled Before',
					name: 'scheduleBefore',
					description: 'Only calls whose time is this one or earlier',
				}),
				choice('body.filters.status', {
					displayName: 'Status',
					name: 'status',
					type: 'options',
					default: '',
					options: [
						{ name: 'Any', value: '' },
						{ name: 'Cancelled', value: 'cancelled' },
						{ name: 'Completed', value: 'completed' },
						{ name: 'Deleted', value: 'deleted' },
						{ name: 'In Progress', value: 'in progress' },
						{ name: 'Pending', value: 'pending' },
					],
					description: 'The state of the call',
				}),
			]),
		],
		options: [timezoneOption],
		complete: queuedCallDates.complete,
		pages: pagesOf({ hasIds: true }),
		effect: 'reads',
		evidence: 'D',
		untold: 'While1 tells which calls can be asked for, and not what it answers.',
	},
});

/** The numbers of all calls, in the form and in 'Calls (JSON)'. */
function numbersIn(this: IExecutePaginationFunctions): unknown[] {
	const rows = this.getNodeParameter('calls.call', []) as IDataObject[];
	const json: unknown = this.getNodeParameter('additionalFields.callsJson', '');
	const more = isEmpty(json) ? [] : [parsedJson(this, json, 'Calls (JSON)')].flat();
	return [...rows.map(({ callerId }) => callerId), ...more.map((call) => call.caller_id)];
}

function callsIn(data: unknown): IDataObject[] {
	return (data as { calls: IDataObject[] }).calls;
}

/** The calls of the form and those of 'Calls (JSON)' in one list. */
async function allCalls(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { data, ...body } = request.body as { data: IDataObject };
	const { calls: rows = [], calls_json: more = [], ...campaign } = data;
	const calls = [rows, more].flat() as IDataObject[];
	const given = calls.filter((call) => Object.keys(call).length > 0);
	if (given.length === 0) throw parameterError(this, "'Calls' is empty", 'Nothing was sent. Add at least one call.');
	if (given.some((call) => isEmpty(call.caller_id))) throw empty(this, 'Number to Call', '0123456789');
	return { ...request, body: { ...body, data: { ...campaign, calls: given } } };
}
