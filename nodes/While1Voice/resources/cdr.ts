import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../../shared/errors';
import { getMany } from '../../shared/operations';
import { returnAllAndLimit } from '../../shared/properties';
import { action, pagesOf, while1Voice } from '../api';
import {
	dateBetween,
	dateFilters,
	filters,
	idList,
	ifAny,
	json,
	named,
	options,
	parameters,
	projectFilter,
	requiredNumber,
} from '../parameters';

const showList = { resource: ['cdr'], operation: ['getAll'] };
const showUpdate = { resource: ['cdr'], operation: ['update'] };

/** Call detail records: cdr. */
export const cdr: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['cdr'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many call records',
				description: 'Get many call detail records',
				routing: {
					// One page of the document wants the action, its samples leave it out; `save` makes it safe to say.
					request: { method: 'POST', url: '/cdr', body: { action: 'read' } },
					send: { paginate: true, preSend: [parameters(cdrFilters)] },
					operations: { pagination: getMany(while1Voice, pagesOf({ hasIds: true })) },
				},
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update call record',
				description: 'Add comments, an accounting code or transcriptions to a call detail record',
				routing: {
					request: { method: 'POST', url: '/cdr', body: { action: 'save' } },
					send: { paginate: true, preSend: [parameters(cdrChanges)] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(showList),
	filters(
		showList,
		...dateFilters,
		projectFilter,
		{
			displayName: 'Call Status',
			name: 'callStatus',
			type: 'options',
			options: [
				{ name: 'Answered', value: 'ANSWERED' },
				{ name: 'Any', value: '' },
				{ name: 'Busy', value: 'BUSY' },
				{ name: 'Congestion', value: 'CONGESTION' },
				{ name: 'Failed', value: 'FAILED' },
				{ name: 'No Answer', value: 'NO ANSWER' },
			],
			default: '',
			description: 'How the call ended',
		},
		{
			displayName: 'Destination',
			name: 'destination',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0212345678',
			description: 'The number that was called',
		},
		{
			displayName: 'Direction',
			name: 'direction',
			type: 'options',
			options: [
				{ name: 'Any', value: '' },
				{ name: 'In', value: 'IN' },
				{ name: 'Out', value: 'OUT' },
			],
			default: '',
			description: 'Whether the call came in or went out',
		},
		{
			displayName: 'External ID',
			name: 'externalId',
			type: 'string',
			default: '',
			placeholder: 'e.g. asdf1234',
			description: 'The ID that was given when the call was originated',
		},
		{
			displayName: 'From ID',
			name: 'fromId',
			type: 'number',
			default: 0,
			description: 'Only records after this one: the last ID of an earlier run',
		},
		{
			displayName: 'Has Monitor File',
			name: 'hasMonitorFile',
			type: 'boolean',
			default: true,
			description: 'Whether the record must have a monitor file',
		},
		{
			displayName: 'Has Recording File',
			name: 'hasRecordingFile',
			type: 'boolean',
			default: true,
			description: 'Whether the record must have a recording',
		},
		{
			displayName: 'Has Transcription',
			name: 'hasTranscription',
			type: 'boolean',
			default: true,
			description: 'Whether the record must have a transcription',
		},
		{
			displayName: 'Hour Between',
			name: 'hourBetween',
			type: 'string',
			default: '',
			placeholder: 'e.g. 09:00, 17:00',
			description:
				'Only calls between these hours of the day: two values separated by a comma. While1 does not document their form; they are sent as they are.',
		},
		{
			displayName: 'Inbound Route IDs',
			name: 'inboundRouteIds',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1, 2, 3',
			description: 'IDs separated by commas, or an expression that gives a list',
		},
		{
			displayName: 'Linked ID',
			name: 'linkedId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1234567890.12',
			description: 'Only legs of this call',
		},
		{
			displayName: 'Source',
			name: 'source',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0212345678',
			description: 'The number that called',
		},
		{
			displayName: 'Telephone',
			name: 'telephone',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0212345678',
			description: 'The number on either side, exactly',
		},
		{
			displayName: 'Telephone Like',
			name: 'telephoneLike',
			type: 'string',
			default: '',
			placeholder: 'e.g. 02123',
			description: 'A part of the number on either side',
		},
		{
			displayName: 'Unique ID',
			name: 'uniqueId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1234567890.12',
			description: 'The ID that the PBX gave the call itself',
		},
		{
			displayName: 'User IDs',
			name: 'userId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 12, 15',
			description: 'IDs of users in the PBX separated by commas, or an expression that gives a list',
		},
	),
	options(showList, { hasTimes: true }),
	{
		displayName: 'CDR ID',
		name: 'cdrId',
		type: 'number',
		default: 0,
		required: true,
		displayOptions: { show: showUpdate },
		description: 'The ID of the call detail record',
	},
	{
		displayName: 'Update Fields',
		name: 'updateFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: showUpdate },
		options: [
			{
				displayName: 'Accounting Code',
				name: 'accountingCode',
				type: 'string',
				default: '',
				placeholder: 'e.g. SALES-12',
				description: 'The code to account the call to',
			},
			{
				displayName: 'Comments',
				name: 'comments',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				placeholder: 'e.g. Will call back on Monday',
				description: 'A note on the call',
			},
			{
				displayName: 'Transcriptions',
				name: 'transcriptions',
				type: 'json',
				default: '[]',
				description:
					'A JSON list of objects with type (monitor, recording or confbridge), filename and provider, and if you like remote_id, text and metadata',
			},
		],
	},
	options(showUpdate),
];

const FILTERS = {
	projectId: 'project_id',
	direction: 'direction',
	callStatus: 'call_status',
	telephoneLike: 'telephone_like',
	telephone: 'telephone',
	source: 'source',
	destination: 'destination',
	fromId: 'from_id',
	uniqueId: 'uniqueid',
	linkedId: 'linkedid',
	externalId: 'external_id',
	hasTranscription: 'has_transcription',
	hasMonitorFile: 'has_monitor_file',
	hasRecordingFile: 'has_recording_file',
};

function cdrFilters(context: IExecuteSingleFunctions): IDataObject {
	const chosen = context.getNodeParameter('filters', {}) as IDataObject;
	return ifAny('filters', {
		...dateBetween(context, chosen),
		...named(chosen, FILTERS),
		...ifAny('user_id', idList(chosen.userId)),
		...ifAny('inbound_route_id', idList(chosen.inboundRouteIds)),
		...ifAny('hour_between', idList(chosen.hourBetween)),
	});
}

function cdrChanges(context: IExecuteSingleFunctions): IDataObject {
	const { comments, accountingCode, transcriptions } = context.getNodeParameter('updateFields', {}) as IDataObject;
	const changes: IDataObject = {};
	// An empty text is kept: it takes the old one away.
	if (comments !== undefined) changes.comments = comments;
	if (accountingCode !== undefined) changes.accounting_code = accountingCode;
	if (transcriptions !== undefined) changes.transcriptions = [json(context, transcriptions, 'Transcriptions')].flat();
	if (Object.keys(changes).length === 0) {
		throw parameterError(context, "'Update Fields' is empty", 'Nothing was sent. Add a field to change.');
	}
	for (const transcription of (changes.transcriptions ?? []) as IDataObject[]) {
		for (const field of ['filename', 'provider']) {
			if (typeof transcription[field] !== 'string' || transcription[field] === '') {
				throw parameterError(
					context,
					`A transcription in 'Transcriptions' has no '${field}'`,
					'Nothing was sent. While1 Voice requires it.',
				);
			}
		}
	}
	return { data: [{ id: requiredNumber(context, 'cdrId', 'CDR ID'), ...changes }] };
}
