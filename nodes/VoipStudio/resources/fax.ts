import { storedFiles } from '../files/storedFiles';

/** The numbers of faxes cannot be filtered by: the provider answers "Filtration error". */
export const fax = storedFiles({
	option: { name: 'Fax', value: 'fax', description: 'A fax, sent or received' },
	path: '/faxes',
	plural: 'faxes',
	listed: 'faxes, sent and received',
	file: { noun: 'fax', ending: 'pdf', mimeType: 'application/pdf', nameFields: ['created_at', 'from', 'to'] },
	search: 'searchFaxes',
	properties: [
		{ name: 'Created At', value: 'created_at' },
		{ name: 'File Name', value: 'filename' },
		{ name: 'ID', value: 'id' },
		{ name: 'Pages', value: 'pages' },
		{ name: 'Status', value: 'status' },
		{ name: 'Type', value: 'type' },
	],
	first: 'created_at',
});
