import type { INodePropertyOptions } from 'n8n-workflow';

import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { locator } from '../fields';
import { download, maxFileSizeOption, outputFieldOption, RECORDING } from '../files/download';
import { listFields, singleRecord, sorted } from '../lists/list';
import { pages } from '../lists/pages';

const PATH = '/monitors/{id}';

const SIMPLE_FIELDS = ['id', 'timestamp', 'caller', 'called', 'duration', 'type', 'size'] as const;

const PROPERTIES: INodePropertyOptions[] = [
	{ name: 'Called Number', value: 'called' },
	{ name: 'Caller', value: 'caller' },
	{ name: 'Duration', value: 'duration' },
	{ name: 'ID', value: 'id' },
	{ name: 'Size', value: 'size' },
	{ name: 'Timestamp', value: 'timestamp' },
	{ name: 'Type', value: 'type' },
];

const recordingId = locator('path', 'searchRecordings', {
	displayName: 'Recording ID',
	name: 'recordingId',
	required: true,
	description: "The recording: from the list, newest first, or by its ID as 'Get Many' gives it",
});

const option = { name: 'Recording', value: 'recording', description: 'The recording of a call' };

export const recording = resource(api, option, 'getAll', {
	download: {
		name: 'Download',
		action: 'Download a recording',
		description: 'Download the MP3 file of a recording',
		request: { method: 'GET', url: PATH },
		documentedAs: 'GET /monitors/{id}.mp3',
		fields: [recordingId],
		options: [maxFileSizeOption, outputFieldOption],
		run: download(RECORDING),
		effect: 'reads',
		evidence: 'C',
	},
	get: {
		name: 'Get',
		action: 'Get a recording',
		description: 'Get the record of a recording',
		request: { method: 'GET', url: PATH },
		fields: [recordingId],
		...singleRecord(SIMPLE_FIELDS),
		effect: 'reads',
		evidence: 'C',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many recordings',
		description: 'Get many recordings of calls',
		request: { method: 'GET', url: '/monitors' },
		...listFields(PROPERTIES, { first: 'timestamp', isSorted: true }),
		complete: sorted,
		pages,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'C',
	},
});
