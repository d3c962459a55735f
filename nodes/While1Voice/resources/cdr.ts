import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { recordsOrCalls } from '../../shared/history/callHistory';
import { getStatistics } from '../../shared/history/getStatistics';
import { getUnreturned } from '../../shared/history/getUnreturned';
import { choice, filters, flag, ids, kind, updateFields, value, wholeNumber } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { parsedJson } from '../../shared/parameters/json';
import { parameterError } from '../../shared/request/nodeErrors';
import { api } from '../api';
import { calls } from '../calls/history';
import { while1VoiceTrigger } from '../calls/trigger';
import { projectFilter, reference, timezoneOption } from '../fields';
import { pagesOf, resultOf } from '../lists/pages';

const transcriptions = kind({ type: 'json', default: '[]' }, (context, given, displayName) => {
	const list = [parsedJson(context, given, displayName)].flat();
	for (const transcription of list) {
		for (const field of ['filename', 'provider']) {
			if (typeof transcription[field] !== 'string' || transcription[field] === '') {
				throw parameterError(
					context,
					`A transcription in '${displayName}' has no '${field}'`,
					'Nothing was sent. While1 Voice requires it.',
				);
			}
		}
	}
	return list;
});

// One page of the document wants the action, its samples leave it out; `save` makes it safe to say.
const request = { method: 'POST', url: '/cdr', body: { action: 'read' } } as const;
const pages = pagesOf({ hasIds: true });

const option = { name: 'CDR', value: 'cdr', description: 'A call detail record' };

export const cdr = resource(api, option, 'getAll', {
	getUnreturned: {
		...getUnreturned({
			trigger: while1VoiceTrigger,
			event: 'cdr',
			request,
			options: [timezoneOption],
		}),
		evidence: 'D',
	},
	getAll: recordsOrCalls(calls, {
		name: 'Get Many',
		action: 'Get many call records',
		description: 'Get many call detail records',
		request,
		fields: [
			filters([
				projectFilter,
				choice('body.filters.call_status', {
					displayName: 'Call Status',
					name: 'callStatus',
					type: 'options',
					default: '',
					options: [
						{ name: 'Answered', value: 'ANSWERED' },
						{ name: 'Any', value: '' },
						{ name: 'Busy', value: 'BUSY' },
						{ name: 'Congestion', value: 'CONGESTION' },
						{ name: 'Failed', value: 'FAILED' },
						{ name: 'No Answer', value: 'NO ANSWER' },
					],
					description: 'How the call ended',
				}),
				value('body.filters.destination', {
					displayName: 'Destination',
					name: 'destination',
					placeholder: 'e.g. 0212345678',
					description: 'The number that was called',
				}),
				choice('body.filters.direction', {
					displayName: 'Direction',
					name: 'direction',
					type: 'options',
					default: '',
					options: [
						{ name: 'Any', value: '' },
						{ name: 'In', value: 'IN' },
						{ name: 'Out', value: 'OUT' },
					],
					description: 'Whether the call came in or went out',
				}),
				value('body.filters.external_id', {
					displayName: 'External ID',
					name: 'externalId',
					placeholder: 'e.g. asdf1234',
					description: 'The ID that was given when the call was originated',
				}),
				reference('body.filters.from_id', {
					displayName: 'From ID',
					name: 'fromId',
					description: 'Only records after this one: the last ID of an earlier run',
				}),
				flag('body.filters.has_monitor_file', {
					displayName: 'Has Monitor File',
					name: 'hasMonitorFile',
					type: 'boolean',
					default: true,
					description: 'Whether the record must have a monitor file',
				}),
				flag('body.filters.has_recording_file', {
					displayName: 'Has Recording File',
					name: 'hasRecordingFile',
					type: 'boolean',
					default: true,
					description: 'Whether the record must have a recording',
				}),
				flag('body.filters.has_transcription', {
					displayName: 'Has Transcription',
					name: 'hasTranscription',
					type: 'boolean',
					default: true,
					description: 'Whether the record must have a transcription',
				}),
				ids('body.filters.hour_between', {
					displayName: 'Hour Between',
					name: 'hourBetween',
					placeholder: 'e.g. 09:00, 17:00',
					description:
						'Only calls between these hours of the day: two values separated by a comma. While1 does not document their form; they are sent as they are.',
				}),
				ids('body.filters.inbound_route_id', {
					displayName: 'Inbound Route IDs',
					name: 'inboundRouteIds',
					placeholder: 'e.g. 1, 2, 3',
					description: 'IDs separated by commas, or an expression that gives a list',
				}),
				value('body.filters.linkedid', {
					displayName: 'Linked ID',
					name: 'linkedId',
					placeholder: 'e.g. 1234567890.12',
					description: 'Only legs of this call',
				}),
				value('body.filters.source', {
					displayName: 'Source',
					name: 'source',
					placeholder: 'e.g. 0212345678',
					description: 'The number that called',
				}),
				value('body.filters.telephone', {
					displayName: 'Telephone',
					name: 'telephone',
					placeholder: 'e.g. 0212345678',
					description: 'The number on either side, exactly',
				}),
				value('body.filters.telephone_like', {
					displayName: 'Telephone Like',
					name: 'telephoneLike',
					placeholder: 'e.g. 02123',
					description: 'A part of the number on either side',
				}),
				value('body.filters.uniqueid', {
					displayName: 'Unique ID',
					name: 'uniqueId',
					placeholder: 'e.g. 1234567890.12',
					description: 'The ID that the PBX gave the call itself',
				}),
				ids('body.filters.user_id', {
					displayName: 'User IDs',
					name: 'userId',
					placeholder: 'e.g. 12, 15',
					description:
						'IDs of users in the PBX separated by commas, or an expression that gives a list. No request of While1 Voice lists users with their IDs.',
				}),
			]),
		],
		options: [timezoneOption],
		pages,
		effect: 'reads',
		evidence: 'D',
		// What the page of 'save' says about a record; the page of 'read' gives none of its fields.
		printed: {
			id: 1234,
			comments: 'text',
			accounting_code: 'text',
			transcriptions: [
				{ type: 'monitor', filename: 'text', provider: 'text', remote_id: 'text', text: 'text', metadata: {} },
			],
		},
	}),
	getStatistics: { ...getStatistics(calls, request, pages, [timezoneOption]), evidence: 'D' },
	update: {
		name: 'Update',
		action: 'Update a call record',
		description: 'Add comments, an accounting code or transcriptions to a call detail record',
		request: { method: 'POST', url: '/cdr', body: { action: 'save' } },
		fields: [
			wholeNumber('body.data[0].id', {
				displayName: 'CDR ID',
				name: 'cdrId',
				required: true,
				description: 'The ID of the call detail record',
			}),
			updateFields([
				// An empty text is sent: it removes the old one.
				{
					displayName: 'Accounting Code',
					name: 'accountingCode',
					type: 'string',
					default: '',
					placeholder: 'e.g. SALES-12',
					description: 'The code to account the call to',
					routing: { send: { type: 'body', property: 'data[0].accounting_code' } },
				},
				{
					displayName: 'Comments',
					name: 'comments',
					type: 'string',
					typeOptions: { rows: 3 },
					default: '',
					placeholder: 'e.g. Will call back on Monday',
					description: 'A note on the call',
					routing: { send: { type: 'body', property: 'data[0].comments' } },
				},
				transcriptions('body.data[0].transcriptions', {
					displayName: 'Transcriptions',
					name: 'transcriptions',

					description:
						'A JSON list of objects with type (monitor, recording or confbridge), filename and provider, and if you like remote_id, text and metadata',
				}),
			]),
		],
		complete: somethingToChange,
		output: resultOf,
		effect: 'writes',
		evidence: 'D',
	},
});

async function somethingToChange(
	this: IExecuteSingleFunctions,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const [changes] = (request.body as { data: IDataObject[] }).data;
	if (Object.keys(changes).length > 1) return request;
	throw parameterError(this, "'Update Fields' is empty", 'Nothing was sent. Add a field to change.');
}
