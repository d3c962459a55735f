import type { INodeProperties, INodeType } from 'n8n-workflow';

import { programmatic, routed, type Route } from '../../shared/programmatic';
import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { voipStudio } from '../api';
import { CDR_EXAMPLE, CDR_FIELDS, SIMPLE_CDR_FIELDS } from '../cdrFields';
import { exportRecords } from '../export';
import { filtersProperty, getManyOf, parametersOf, routeOf, sortOptions, type List } from '../list';

const CDRS: List = { path: '/cdrs', isSorted: true, simpleFields: SIMPLE_CDR_FIELDS };
const EXPORT: Route = { url: CDRS.path, prepare: parametersOf(CDRS), run: exportRecords, atATime: 1 };

const showAll = { resource: ['cdr'], operation: ['getAll', 'export'] };
const showGetAll = { resource: ['cdr'], operation: ['getAll'] };
const showExport = { resource: ['cdr'], operation: ['export'] };

/** Call detail records, one for each leg of a call: GET /cdrs. */
export const cdr: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['cdr'] } },
		options: [
			{
				name: 'Export',
				value: 'export',
				action: 'Export call detail records to a file',
				description: 'Write all matching records to one file, page by page, so that any number fits in memory',
				routing: routed(EXPORT),
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many call detail records',
				description: 'Get many call detail records, one for each leg of a call',
				routing: getManyOf(CDRS),
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(showGetAll),
	simplifyProperty(showGetAll),
	{
		displayName: 'Format',
		name: 'format',
		type: 'options',
		options: [
			{ name: 'CSV', value: 'csv', description: 'A table for spreadsheets, with a header' },
			{ name: 'NDJSON', value: 'ndjson', description: 'One JSON object in each line, as the API gives it' },
		],
		default: 'ndjson',
		displayOptions: { show: showExport },
		description: 'The format of the file',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: { show: showExport },
		hint: 'The name of the output binary field to put the file in',
	},
	filtersProperty(showAll, CDR_FIELDS, 'calldate', CDR_EXAMPLE),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: showGetAll },
		options: [
			{
				displayName: 'Group By',
				name: 'groupBy',
				type: 'options',
				options: CDR_FIELDS,
				default: 'src',
				description:
					'The property to group records by. What VoIPstudio gives for a group is not documented, so it is returned as it comes.',
			},
			maxWaitProperty,
			...sortOptions(CDR_FIELDS),
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: showExport },
		options: [
			{
				displayName: 'Escape Formulas',
				name: 'escapeFormulas',
				type: 'boolean',
				default: false,
				description:
					'Whether to put an apostrophe before texts that a spreadsheet would run as a formula (CSV only). Recommended when people open the file: caller names come from outside.',
			},
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				placeholder: 'e.g. calls-november.csv',
				description: 'The name of the file. Without it: voipstudio-cdrs with the ending of the format.',
			},
			{
				displayName: 'Group By',
				name: 'groupBy',
				type: 'options',
				options: CDR_FIELDS,
				default: 'src',
				description:
					'The property to group records by. What VoIPstudio gives for a group is not documented, so it is written as it comes.',
			},
			maxWaitProperty,
			...sortOptions(CDR_FIELDS),
		],
	},
];

/** The operations that have to bear more records than n8n's declarative engine does. */
export const cdrOperations: NonNullable<INodeType['customOperations']>[string] = {
	getAll: programmatic(voipStudio, routeOf(CDRS)),
	export: programmatic(voipStudio, EXPORT),
};
