import { storedFiles } from '../files/storedFiles';
import { properties } from '../lists/properties';

/** The numbers of faxes cannot be filtered by: the provider answers "Filtration error". */
export const fax = storedFiles({
	option: { name: 'Fax', value: 'fax', description: 'A fax, sent or received' },
	path: '/faxes',
	plural: 'faxes',
	listed: 'faxes, sent and received',
	file: { noun: 'fax', ending: 'pdf', mimeType: 'application/pdf', nameFields: ['created_at', 'from', 'to'] },
	search: 'searchFaxes',
	properties: properties('created_at id pages status type', [{ name: 'File Name', value: 'filename' }]),
	first: 'created_at',
});
