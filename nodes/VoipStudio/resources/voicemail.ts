import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { returnAllAndLimit } from '../../shared/properties';
import { download, storedFileOptions } from '../download';
import { filtersProperty, getManyOf } from '../list';
import { oneRecord, toRecord } from '../requests';

const resource = ['voicemail'];
const PATH = '/voicemessages/{id}';
const toFile = toRecord('voicemailId', 'Voicemail ID', PATH);

const PROPERTIES: INodePropertyOptions[] = [
	{ name: 'Caller', value: 'caller' },
	{ name: 'Dialled Number', value: 'dialled' },
	{ name: 'Duration', value: 'duration' },
	{ name: 'Folder', value: 'folder' },
	{ name: 'ID', value: 'id' },
	{ name: 'Is New', value: 'is_new' },
	{ name: 'Origination Time', value: 'origtime' },
];

/** Voicemail messages: /voicemessages. */
export const voicemail: INodeProperties[] = [
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
				action: 'Download voicemail',
				description: 'Download the MP3 file of a voicemail',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toFile] },
					operations: {
						pagination: download({
							noun: 'voicemail',
							ending: 'mp3',
							mimeType: 'audio/mpeg',
							nameFields: ['origtime', 'caller', 'dialled'],
						}),
					},
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get voicemail',
				description: 'Get the record of a voicemail',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toFile] },
					operations: { pagination: oneRecord() },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many voicemails',
				description: 'Get many voicemail messages',
				routing: getManyOf({ path: '/voicemessages', isSorted: true }),
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Voicemail ID',
		name: 'voicemailId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2096',
		displayOptions: { show: { resource, operation: ['get', 'download'] } },
		description: "The ID of the voicemail, as 'Get Many' gives it",
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	filtersProperty({ resource, operation: ['getAll'] }, PROPERTIES, 'origtime'),
	...storedFileOptions(resource, PROPERTIES),
];
