import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { download, storedFileOptions } from '../download';
import { filtersProperty, getManyOf } from '../list';
import { oneRecord, toRecord } from '../requests';

const resource = ['recording'];
const PATH = '/monitors/{id}';
const toFile = toRecord('recordingId', 'Recording ID', PATH);

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

/** Recordings of calls: /monitors. */
export const recording: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Download',
				value: 'download',
				action: 'Download recording',
				description: 'Download the MP3 file of a recording',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toFile] },
					operations: {
						pagination: download({
							noun: 'recording',
							ending: 'mp3',
							mimeType: 'audio/mpeg',
							nameFields: ['timestamp', 'caller', 'called'],
						}),
					},
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get recording',
				description: 'Get the record of a recording',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toFile] },
					operations: { pagination: oneRecord(SIMPLE_FIELDS) },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many recordings',
				description: 'Get many recordings of calls',
				routing: getManyOf({ path: '/monitors', isSorted: true, simpleFields: SIMPLE_FIELDS }),
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Recording ID',
		name: 'recordingId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2096',
		displayOptions: { show: { resource, operation: ['get', 'download'] } },
		description: "The ID of the recording, as 'Get Many' gives it",
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	simplifyProperty({ resource, operation: ['getAll', 'get'] }),
	filtersProperty({ resource, operation: ['getAll'] }, PROPERTIES, 'timestamp'),
	...storedFileOptions(resource, PROPERTIES),
];
