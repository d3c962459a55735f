import type { INodeProperties } from 'n8n-workflow';

import { scopeProperty } from '../../shared/calls/unreturnedSettings';
import { recordsOrCalls } from '../../shared/history/callHistory';
import { getStatistics } from '../../shared/history/getStatistics';
import { getUnreturned } from '../../shared/history/getUnreturned';
import { resource } from '../../shared/operation/resource';
import { periodProperties, reportTimezoneProperty } from '../../shared/parameters/period';
import { timezoneProperty } from '../../shared/parameters/timeZone';
import { api } from '../api';
import { forRecords, callListOf } from '../calls/history';
import { voipStudioTrigger } from '../calls/trigger';
import { exportRecords } from '../export/export';
import { INITIAL_PERIOD, withinPeriod } from '../export/period';
import { chosenNames } from '../fields';
import { downloadOfCall } from '../files/callRecording';
import { maxFileSizeOption, outputFieldOption } from '../files/download';
import { CDR_FIELDS, cdrList } from '../lists/cdrFields';
import { groupByOption, sorted, sortedFromOldest, sortOptions } from '../lists/list';
import { pages } from '../lists/pages';

const request = { method: 'GET', url: '/cdrs' } as const;

const recordsZoneOption: INodeProperties = {
	...timezoneProperty,
	description: "The IANA zone of the times in VoIPstudio's records. Without it: UTC. Check one call you know.",
};

/** An option of records: calls have no such fields, and come from the oldest on. */
function ofRecords(property: INodeProperties): INodeProperties {
	return { ...property, displayOptions: { show: { '/rows': ['records'] } } };
}

const option = {
	name: 'Call Detail Record (CDR)',
	value: 'cdr',
	description: 'The history of calls, one record for each leg',
};

/** Call detail records, one for each leg of a call. */
export const cdr = resource(api, option, 'getAll', {
	downloadRecording: {
		name: 'Download Recording',
		action: 'Download the recording of a call',
		description: 'Find the recording of a call by its numbers and times, wait until it is ready, and download it',
		request: { method: 'GET', url: '/monitors' },
		documentedAs: 'GET /monitors, then GET /monitors/{id}.mp3',
		fields: [
			{
				displayName: 'Call',
				name: 'call',
				type: 'json',
				default: '={{ $json }}',
				required: true,
				description:
					'The item of a call, as the trigger or Get Many gives it. If nodes between have changed it, name the node that gave it in the expression.',
			},
			{
				displayName: 'Wait Until Ready',
				name: 'waitSeconds',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 120,
				description:
					'How many seconds to wait for the recording, up to a day (86400). VoIPstudio makes it some time after the call.',
			},
		],
		options: [maxFileSizeOption, outputFieldOption, recordsZoneOption],
		run: downloadOfCall,
		effect: 'reads',
		evidence: 'C',
	},
	export: {
		name: 'Export',
		action: 'Export call detail records to a file',
		description:
			'Write the calls of a period, or their records, to one file, page by page, so that any number fits in memory',
		request,
		documentedAs: 'GET /cdrs, all pages',
		fields: [
			...periodProperties(INITIAL_PERIOD, 'Which calls, by the time they began'),
			{
				displayName: 'Format',
				name: 'format',
				type: 'options',
				options: [
					{ name: 'CSV', value: 'csv', description: 'A table for spreadsheets, with a header' },
					{ name: 'NDJSON', value: 'ndjson', description: 'One JSON object in each line, as the API gives it' },
				],
				default: 'csv',
				description: 'The format of the file',
			},
			{
				displayName: 'Rows',
				name: 'rows',
				type: 'options',
				options: [
					{ name: 'One Row per Call', value: 'calls', description: 'As Get Many gives a call in its simplified form' },
					{ name: "VoIPstudio's Records", value: 'records', description: 'One for each leg of a call, unchanged' },
				],
				default: 'calls',
				description: 'What each row of the file is',
			},
			{
				displayName: 'Put Output File in Field',
				name: 'binaryPropertyName',
				type: 'string',
				default: 'data',
				required: true,
				hint: 'The name of the output binary field to put the file in',
			},
			...cdrList.fields,
		],
		options: [
			{
				displayName: 'Byte Order Mark',
				name: 'byteOrderMark',
				type: 'boolean',
				default: true,
				description:
					'Whether the file begins with a byte order mark (CSV only). Excel reads accents and other scripts correctly only with it.',
			},
			{
				displayName: 'Escape Formulas',
				name: 'escapeFormulas',
				type: 'boolean',
				default: true,
				description:
					'Whether to put an apostrophe before texts that a spreadsheet would run as a formula, and before IDs that it would round (CSV only). Caller names come from outside. Turn it off for a program that needs the texts as they are.',
			},
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				placeholder: 'e.g. calls-november.csv',
				description: 'The name of the file. Without it: voipstudio-cdrs with the ending of the format.',
			},
			ofRecords(groupByOption(CDR_FIELDS, 'written', 'src')),
			reportTimezoneProperty,
			recordsZoneOption,
			...sortOptions(CDR_FIELDS).map(ofRecords),
		],
		complete: async function (request) {
			return await sortedFromOldest.call(this, await withinPeriod.call(this, request));
		},
		run: exportRecords,
		itemsAtATime: 1,
		effect: 'reads',
		evidence: 'P',
	},
	getUnreturned: getUnreturned({
		trigger: voipStudioTrigger,
		event: 'cdr',
		request,
		fields: [scopeProperty],
		options: [chosenNames('queues'), recordsZoneOption],
	}),
	getAll: recordsOrCalls(callListOf('cdr'), {
		name: 'Get Many',
		action: 'Get many calls',
		description: 'Get many calls, or the records of their legs',
		request,
		...cdrList,
		options: cdrList.options.map(forRecords),
		complete: sorted,
		pages,
		itemsAtATime: 4,
		effect: 'reads',
		evidence: 'P',
	}),
	getStatistics: getStatistics(callListOf('cdr'), request, pages, [recordsZoneOption]),
});
