import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { returnAllAndLimit } from '../../shared/properties';
import { download, storedFileOptions } from '../download';
import { filtersProperty, getManyOf } from '../list';
import { oneRecord, toRecord } from '../requests';

const resource = ['fax'];
const PATH = '/faxes/{id}';
const toFile = toRecord('faxId', 'Fax ID', PATH);

const PROPERTIES: INodePropertyOptions[] = [
	{ name: 'Created At', value: 'created_at' },
	{ name: 'File Name', value: 'filename' },
	{ name: 'ID', value: 'id' },
	{ name: 'Pages', value: 'pages' },
	{ name: 'Status', value: 'status' },
	{ name: 'Type', value: 'type' },
];

/** Faxes: /faxes. Their numbers cannot be filtered by: the provider answers "Filtration error". */
export const fax: INodeProperties[] = [
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
				action: 'Download fax',
				description: 'Download the PDF file of a fax',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toFile] },
					operations: {
						pagination: download({
							noun: 'fax',
							ending: 'pdf',
							mimeType: 'application/pdf',
							nameFields: ['created_at', 'from', 'to'],
						}),
					},
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get fax',
				description: 'Get the record of a fax',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toFile] },
					operations: { pagination: oneRecord() },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many faxes',
				description: 'Get many faxes, sent and received',
				routing: getManyOf({ path: '/faxes', isSorted: true }),
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Fax ID',
		name: 'faxId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2096',
		displayOptions: { show: { resource, operation: ['get', 'download'] } },
		description: "The ID of the fax, as 'Get Many' gives it",
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	filtersProperty({ resource, operation: ['getAll'] }, PROPERTIES, 'created_at'),
	...storedFileOptions(resource, PROPERTIES),
];
