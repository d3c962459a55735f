import type { INodeProperties, INodeType } from 'n8n-workflow';

import { getMany } from '../../shared/operations';
import { programmatic, routed, type Route } from '../../shared/programmatic';
import { byDisplayName, maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { callListParameters, callPages, voipcloud } from '../api';

type ResourceOperations = NonNullable<INodeType['customOperations']>[string];

/** The three call lists differ in their address, the filter by names, and the fields worth keeping. */
export interface CallHistory {
	readonly resource: string;
	readonly path: string;
	/** As in "Get many queue calls". */
	readonly plural: string;
	/** The filter by names, and the provider's parameter for it. */
	readonly names: INodeProperties;
	readonly namesParameter: string;
	/** v2 records have up to twelve fields; these ten stay with 'Simplify'. v1 records have eight, all among them. */
	readonly simpleFields: readonly string[];
}

function getAll({ path, namesParameter, simpleFields }: CallHistory): Route {
	return { url: path, prepare: callListParameters(namesParameter), run: getMany(voipcloud, callPages, simpleFields) };
}

/** Get Many of a call list, for lists longer than n8n's declarative engine can hand over. */
export function callHistoryOperations(history: CallHistory): ResourceOperations {
	return { getAll: programmatic(voipcloud, getAll(history)) };
}

/** Get Many of a call list: the request, then its fields. */
export function callHistory(history: CallHistory): INodeProperties[] {
	const { resource, plural, names } = history;
	const show = { resource: [resource], operation: ['getAll'] };
	return [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: [resource] } },
			options: [
				{
					name: 'Get Many',
					value: 'getAll',
					action: `Get many ${plural}`,
					description: `Get many ${plural}, newest first`,
					routing: routed(getAll(history)),
				},
			],
			default: 'getAll',
		},
		...returnAllAndLimit(show),
		simplifyProperty(show),
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			displayOptions: { show },
			options: byDisplayName([
				{
					displayName: 'From Date',
					name: 'fromDate',
					type: 'dateTime',
					default: '',
					description: 'Only calls from this day on. VoIPcloud filters by whole days and ignores the time.',
				},
				names,
				{
					displayName: 'To Date',
					name: 'toDate',
					type: 'dateTime',
					default: '',
					description: 'Only calls up to this day. VoIPcloud filters by whole days and ignores the time.',
				},
			]),
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			displayOptions: { show },
			options: [
				maxWaitProperty,
				{
					displayName: 'Offset',
					name: 'offset',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 0,
					description: 'How many of the newest calls to skip',
				},
			],
		},
	];
}
