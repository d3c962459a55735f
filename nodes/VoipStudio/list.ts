import type {
	IDataObject,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INodeProperties,
	INodePropertyOptions,
	INodePropertyRouting,
} from 'n8n-workflow';

import { parameterError } from '../shared/errors';
import { getMany, type Operation } from '../shared/operations';
import { routed, type Route } from '../shared/programmatic';
import { pages, voipStudio, wholeList } from './api';
import { conditions, CUSTOM_PROPERTY, filterText, UnusableCondition } from './conditions';

/** A list of the API, as 'Get Many' reads it. */
export interface List {
	readonly path: string;
	/** Whether `sort` and `dir` are known to be taken: the provider's own clients send them. */
	readonly isSorted: boolean;
	/** A list without parameters, which comes in one piece: no pages are asked for. */
	readonly isWhole?: boolean;
	/** What 'Simplify' keeps. */
	readonly simpleFields?: readonly string[];
}

/** The routing of a 'Get Many'. */
export function getManyOf(list: List): INodePropertyRouting {
	return routed(routeOf(list));
}

/** A 'Get Many', for lists that may be longer than n8n's declarative engine can hand over. */
export function routeOf(list: List): Route {
	return { url: list.path, prepare: parametersOf(list), run: getManyRecords(list) };
}

/** All records, or as many as 'Limit' asks for; groups are not records and are not simplified. */
function getManyRecords({ simpleFields, isWhole }: List): Operation {
	const records = getMany(voipStudio, isWhole === true ? wholeList : pages, simpleFields);
	const groups = getMany(voipStudio, pages);
	return async function (requestData) {
		const isGrouped = requestData.options.qs?.group_by !== undefined;
		return await (isGrouped ? groups : records).call(this, requestData);
	};
}

/** Reads 'Filters' and 'Options' into the query. */
export function parametersOf({ isSorted }: Pick<List, 'isSorted'>) {
	return async function (this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		const options = this.getNodeParameter('options', {}) as IDataObject;
		const qs: IDataObject = { ...request.qs };
		const filter = filterOf(this);
		if (filter !== undefined) qs.filter = filter;
		const groupBy = name(options.groupBy);
		if (groupBy !== undefined) qs.group_by = groupBy;
		const sortBy = name(options.sortBy);
		const direction = directionOf(this, options.sortDirection);
		if (sortBy !== undefined || direction !== undefined) {
			qs.sort = sortBy ?? 'id';
			qs.dir = direction ?? 'ASC';
		} else if (isSorted && groupBy === undefined) {
			// The newest first where only some are wanted; the order in which pages do not move where all are.
			qs.sort = 'id';
			qs.dir = this.getNodeParameter('returnAll', false) === true ? 'ASC' : 'DESC';
		}
		return { ...request, qs };
	};
}

/** The query parameter `filter` of the form 'Filters'. */
function filterOf(context: IExecuteSingleFunctions): string | undefined {
	const form = context.getNodeParameter('filters', {}) as { conditions?: IDataObject[] };
	const rows = Array.isArray(form.conditions) ? form.conditions : [];
	try {
		return filterText(conditions(rows, context.getTimezone()));
	} catch (error) {
		if (error instanceof UnusableCondition) throw parameterError(context, error.what, error.next);
		throw parameterError(context, "'Filters' cannot be read", String(error));
	}
}

function name(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function directionOf(context: IExecuteSingleFunctions, value: unknown): string | undefined {
	const direction = name(value)?.toUpperCase();
	if (direction === undefined || direction === 'ASC' || direction === 'DESC') return direction;
	throw parameterError(context, "'Sort Direction' must be ASC or DESC", `It is ${JSON.stringify(value)} now.`);
}

const OPERATORS: INodePropertyOptions[] = [
	{ name: 'Contains (Like)', value: 'like', description: 'Holds the text, e.g. a part of a number' },
	{ name: 'Does Not Contain (Not Like)', value: 'notlike' },
	{ name: 'Equals', value: 'eq' },
	{ name: 'Greater or Equal', value: 'gte', description: 'For dates: at or after' },
	{ name: 'Greater Than', value: 'gt', description: 'For dates: after' },
	{ name: 'In', value: 'in', description: 'One of several values, separated by commas' },
	{ name: 'Less or Equal', value: 'lte', description: 'For dates: at or before' },
	{ name: 'Less Than', value: 'lt', description: 'For dates: before' },
	{ name: 'Not Equal', value: 'ne' },
];

/** 'Filters': conditions on the properties of a record, all of which must hold. */
export function filtersProperty(
	show: Record<string, string[]>,
	properties: INodePropertyOptions[],
	defaultProperty: string,
	example = '34600000000 or 2026-11-21',
): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add condition',
		default: {},
		displayOptions: { show },
		description: 'Conditions that must all hold',
		options: [
			{
				displayName: 'Conditions',
				name: 'conditions',
				values: [
					{
						displayName: 'Property',
						name: 'property',
						type: 'options',
						options: byName([...properties, { name: 'Other (Type Its Name)', value: CUSTOM_PROPERTY }]),
						default: defaultProperty,
						description: 'The property of the record to compare',
					},
					{
						displayName: 'Property Name',
						name: 'customProperty',
						type: 'string',
						default: '',
						placeholder: 'e.g. dst_codec',
						displayOptions: { show: { property: [CUSTOM_PROPERTY] } },
						description: 'As VoIPstudio names it. Properties that it cannot filter by are answered with a message.',
					},
					{
						displayName: 'Operator',
						name: 'operator',
						type: 'options',
						options: OPERATORS,
						default: 'eq',
						description: 'How to compare',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: `e.g. ${example}`,
						description:
							"What to compare with. Phone numbers: digits only, e.g. 34600000000. Durations: seconds. Dates: YYYY-MM-DD HH:MM:SS is UTC as in VoIPstudio's records; a date with an offset or from another node is converted; one without is in the workflow's time zone. Several values for 'In': separated by commas, or an expression that gives a list.",
					},
				],
			},
		],
	};
}

/** Options of lists whose order can be chosen. */
export function sortOptions(properties: INodePropertyOptions[]): INodeProperties[] {
	return [
		{
			displayName: 'Sort By',
			name: 'sortBy',
			type: 'options',
			options: properties,
			default: 'id',
			description: "The property to sort by. Without it: newest first, and oldest first with 'Return All'.",
		},
		{
			displayName: 'Sort Direction',
			name: 'sortDirection',
			type: 'options',
			options: [
				{ name: 'Ascending', value: 'ASC' },
				{ name: 'Descending', value: 'DESC' },
			],
			default: 'ASC',
			description: 'Whether the smallest or the largest value comes first',
		},
	];
}

function byName(options: INodePropertyOptions[]): INodePropertyOptions[] {
	return options.sort((a, b) => a.name.localeCompare(b.name));
}
