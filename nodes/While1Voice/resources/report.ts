import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { getMany, requiredText } from '../../shared/operations';
import { returnAllAndLimit } from '../../shared/properties';
import { pagesOf, while1Voice } from '../api';
import { dateBetween, dateFilters, filters, ifAny, oneOf, options, parameters } from '../parameters';

const show = { resource: ['report'], operation: ['run'] };

/** Reports of the PBX: reports. */
export const report: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['report'] } },
		options: [
			{
				name: 'Run',
				value: 'run',
				action: 'Run report',
				description: 'Get the rows of a report that is set up in the PBX',
				routing: {
					request: { method: 'POST', url: '/reports' },
					send: { paginate: true, preSend: [parameters(reportParameters)] },
					operations: { pagination: getMany(while1Voice, pagesOf()) },
				},
			},
		],
		default: 'run',
	},
	{
		displayName: 'Report Type',
		name: 'reportType',
		type: 'options',
		options: [
			{ name: 'Custom', value: 'custom', description: 'One that you made; it has a number' },
			{ name: 'Standard', value: 'standard', description: 'One that comes with the PBX; it has a name' },
		],
		default: 'custom',
		displayOptions: { show },
		description: 'Which kind of report to run',
	},
	{
		displayName: 'Report ID',
		name: 'reportId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2 or cdr_api',
		displayOptions: { show },
		description: 'The number of a custom report, or the name of a standard one',
	},
	...returnAllAndLimit(show),
	filters(show, ...dateFilters),
	options(show, { hasTimes: true }),
];

function reportParameters(context: IExecuteSingleFunctions): IDataObject {
	const type = oneOf(context, 'reportType', 'Report Type', ['custom', 'standard']);
	const id = requiredText(context, context.getNodeParameter('reportId'), 'Report ID', '2');
	return {
		data: { type, id: type === 'custom' && /^\d{1,15}$/.test(id) ? Number(id) : id },
		...ifAny('filters', dateBetween(context, context.getNodeParameter('filters', {}) as IDataObject)),
	};
}
