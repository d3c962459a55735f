import type { INodePropertyOptions } from 'n8n-workflow';

import type { Resource, ResourceOption, SimpleFields } from '../../shared/operation/definition';
import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { locator } from '../fields';
import { listFields, singleRecord, sorted } from '../lists/list';
import { pages } from '../lists/pages';
import { download, maxFileSizeOption, outputFieldOption, type StoredFile } from './download';

/** Recordings, voicemails and faxes differ in their address, their file and the properties of their records. */
interface StoredFiles {
	readonly option: ResourceOption;
	readonly path: string;
	/** As in "Get many faxes", and what the list holds. */
	readonly plural: string;
	readonly listed: string;
	readonly file: StoredFile;
	/** The method of the list search in 'From List'. */
	readonly search: string;
	readonly properties: INodePropertyOptions[];
	/** The property of the first condition and the first group. */
	readonly first: string;
	readonly simple?: SimpleFields;
}

/** Download, Get and Get Many of records that have a file. */
export function storedFiles(stored: StoredFiles): Resource {
	const { option, path, plural, listed, file, search, properties, first, simple } = stored;
	const { noun, ending } = file;
	const url = `${path}/{id}`;
	const recordId = locator('path', search, {
		displayName: `${option.name} ID`,
		name: `${noun}Id`,
		required: true,
		description: `The ${noun}: from the list, newest first, or by its ID as 'Get Many' gives it`,
	});
	return resource(api, option, 'getAll', {
		download: {
			name: 'Download',
			action: `Download a ${noun}`,
			description: `Download the ${ending.toUpperCase()} file of a ${noun}`,
			request: { method: 'GET', url },
			documentedAs: `GET ${url}.${ending}`,
			fields: [recordId],
			options: [maxFileSizeOption, outputFieldOption],
			run: download(file),
			effect: 'reads',
			evidence: 'C',
		},
		get: {
			name: 'Get',
			action: `Get a ${noun}`,
			description: `Get the record of a ${noun}`,
			request: { method: 'GET', url },
			fields: [recordId],
			...singleRecord(simple),
			effect: 'reads',
			evidence: 'C',
		},
		getAll: {
			name: 'Get Many',
			action: `Get many ${plural}`,
			description: `Get many ${listed}`,
			request: { method: 'GET', url: path },
			...listFields(properties, { first, isSorted: true }),
			complete: sorted,
			pages,
			simple,
			effect: 'reads',
			evidence: 'C',
		},
	});
}
