import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { getMany } from '../../shared/operations';
import { returnAllAndLimit } from '../../shared/properties';
import { pagesOf, while1Voice } from '../api';
import { oneOf, options, parameters } from '../parameters';

const show = { resource: ['schedule'], operation: ['getAll'] };

/** The opening hours of the PBX: schedule. */
export const schedule: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['schedule'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many schedules',
				description: 'Get many entries of the schedule of the PBX',
				routing: {
					request: { method: 'POST', url: '/schedule', body: { action: 'read' } },
					send: { paginate: true, preSend: [parameters(scheduleType)] },
					operations: { pagination: getMany(while1Voice, pagesOf({ isPaged: false })) },
				},
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Schedule Type',
		name: 'scheduleType',
		type: 'options',
		options: [
			{ name: 'Custom', value: 'custom', description: 'Single days, such as holidays' },
			{ name: 'Weekdays', value: 'weekdays', description: 'The days of the week' },
		],
		default: 'weekdays',
		displayOptions: { show },
		description: 'Which entries to get',
	},
	...returnAllAndLimit(show),
	options(show),
];

function scheduleType(context: IExecuteSingleFunctions): IDataObject {
	return { data: { type: oneOf(context, 'scheduleType', 'Schedule Type', ['weekdays', 'custom']) } };
}
