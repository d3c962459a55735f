import type { INodePropertyOptions } from 'n8n-workflow';

import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { locator } from '../fields';
import { download, maxFileSizeOption, outputFieldOption } from '../files/download';
import { listFields, singleRecord, sorted } from '../lists/list';
import { pages } from '../lists/pages';

const PATH = '/faxes/{id}';

const PROPERTIES: INodePropertyOptions[] = [
	{ name: 'Created At', value: 'created_at' },
	{ name: 'File Name', value: 'filename' },
	{ name: 'ID', value: 'id' },
	{ name: 'Pages', value: 'pages' },
	{ name: 'Status', value: 'status' },
	{ name: 'Type', value: 'type' },
];

const faxId = locator('path', 'searchFaxes', {
	displayName: 'Fax ID',
	name: 'faxId',
	required: true,
	description: "The fax: from the list, newest first, or by its ID as 'Get Many' gives it",
});

const option = { name: 'Fax', value: 'fax', description: 'A fax, sent or received' };

/** The numbers of faxes cannot be filtered by: the provider answers "Filtration error". */
export const fax = resource(api, option, 'getAll', {
	download: {
		name: 'Download',
		action: 'Download a fax',
		description: 'Download the PDF file of a fax',
		request: { method: 'GET', url: PATH },
		documentedAs: 'GET /faxes/{id}.pdf',
		fields: [faxId],
		options: [maxFileSizeOption, outputFieldOption],
		run: download({
			noun: 'fax',
			ending: 'pdf',
			mimeType: 'application/pdf',
			nameFields: ['created_at', 'from', 'to'],
		}),
		effect: 'reads',
		evidence: 'C',
	},
	get: {
		name: 'Get',
		action: 'Get a fax',
		description: 'Get the record of a fax',
		request: { method: 'GET', url: PATH },
		fields: [faxId],
		...singleRecord(),
		effect: 'reads',
		evidence: 'C',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many faxes',
		description: 'Get many faxes, sent and received',
		request: { method: 'GET', url: '/faxes' },
		...listFields(PROPERTIES, { first: 'created_at', isSorted: true }),
		complete: sorted,
		pages,
		effect: 'reads',
		evidence: 'C',
	},
});
