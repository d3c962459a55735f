import type {
	IDataObject,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import { parameterError } from '../shared/errors';
import { kind, value, type PreSend } from '../shared/fields';
import type { Fetch, ListSettings } from '../shared/operations';
import { isOn, unusable } from '../shared/parameters';
import type { Check } from '../shared/provider';
import type { OperationDefinition } from '../shared/resource';
import { readTimeZone } from '../shared/timeZone';
import { tellOnce } from '../shared/warnings';
import { pageIn } from './api';
import { conditions, CUSTOM_PROPERTY, filterText, UnusableCondition, type Condition } from './conditions';

/** What a list says about the properties of its records. */
interface ListFields {
	/** The property of the first condition and the first group. */
	readonly first: string;
	/** Values to filter by, where the properties hold others than a number and a date. */
	readonly example?: string;
	/** All values that a property is known to have, for those that have few. */
	readonly known?: KnownValues;
	/** The property of the first group, where it is another. */
	readonly firstGroup?: string;
	/** Whether the provider's own clients send an order. */
	readonly isSorted?: boolean;
}

/** The values of properties, to choose from. */
export type KnownValues = Readonly<Record<string, INodePropertyOptions[]>>;

/**
 * What the introduction documents for all lists: a filter, groups, and the number of all records. To be spread into a Get Many.
 *
 * @param properties of the records: those that can hold a value to compare with
 */
export function listFields(
	properties: INodePropertyOptions[],
	{ first, example, known, firstGroup = first, isSorted = false }: ListFields,
): Required<Pick<OperationDefinition, 'fields' | 'options' | 'givesRecords' | 'inPlace'>> {
	return {
		fields: [conditionFilters(properties, first, example, known)],
		options: [
			countOnlyOption,
			groupByOption(properties, 'returned', firstGroup),
			...(isSorted ? sortOptions(properties) : []),
		],
		givesRecords: isUngrouped,
		inPlace: countOnly,
	};
}

const countOnlyOption: INodeProperties = {
	displayName: 'Count Only',
	name: 'countOnly',
	type: 'boolean',
	default: false,
	description:
		"Whether to return one item with the number of records as 'total', by one request, instead of the records. 'Limit' has no bearing on it.",
};

/** "total - total number of resources", read from the first answer of the list. */
const countOnly: NonNullable<ListSettings['inPlace']> = async function (pages, fetch, request) {
	if (!isOn(this, 'options.countOnly', 'Count Only')) return undefined;
	let total: number | null = null;
	const watched: Fetch = async (sent, check) => {
		const answer = await fetch(sent, (one) => check?.(one) ?? missingTotal(one));
		({ total } = pageIn(answer));
		return answer;
	};
	for await (const page of pages(watched, request, 1)) {
		void page;
		break;
	}
	return { total };
};

/** A total that is missing, or less than what arrived, must not look like a count. */
const missingTotal: Check = (answer) => {
	const { rows, total } = pageIn(answer);
	if (total !== null && total >= rows.length) return undefined;
	return {
		message: 'VoIPstudio did not tell how many records there are',
		description: `${total === null ? "Its answer has no 'total'" : `Its answer has ${rows.length} records and a 'total' of ${total}`}. Turn 'Count Only' off and 'Return All' on, and count the items.`,
		cause: 'configuration-invalid',
		code: String(answer.status),
	};
};

/** The order of a list that the provider's own clients sort, if the user has not chosen one. */
export const sorted: PreSend = async function (request) {
	// The newest first if only some are wanted; if all are, the order in which pages do not move.
	return inOrder(request, isOn(this, 'returnAll', 'Return All') ? 'ASC' : 'DESC');
};

/** The order of a list with no documented order: only what the user has chosen. */
export const sortedIfAsked: PreSend = async function (request) {
	const { sort, dir } = request.qs ?? {};
	return sort === undefined && dir === undefined ? request : inOrder(request, 'ASC');
};

/** The order of a list that is read in full, unless the user has chosen another: the one in which pages do not move. */
export const sortedFromOldest: PreSend = async function (request) {
	return inOrder(request, 'ASC');
};

function inOrder(request: IHttpRequestOptions, direction: 'ASC' | 'DESC'): IHttpRequestOptions {
	const { sort, dir, group_by } = request.qs ?? {};
	if (sort !== undefined || dir !== undefined) {
		return { ...request, qs: { ...request.qs, sort: sort ?? 'id', dir: dir ?? 'ASC' } };
	}
	return group_by !== undefined ? request : { ...request, qs: { ...request.qs, sort: 'id', dir: direction } };
}

/** Whether a request asks for records, and not for groups of them. */
function isUngrouped({ qs }: IHttpRequestOptions): boolean {
	return qs?.group_by === undefined;
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

/** 'Filters': conditions on the properties of a record, all of which must hold; together they are one query parameter. */
function conditionFilters(
	properties: INodePropertyOptions[],
	first: string,
	example = '34600000000 or 2026-11-21',
	known: KnownValues = {},
): INodeProperties {
	const asFilter = filterOf((entries) => unknownValues(entries, properties, known));
	return kind({ type: 'fixedCollection', default: {} }, asFilter)('query.filter', {
		displayName: 'Filters',
		name: 'filters',
		typeOptions: { multipleValues: true },
		placeholder: 'Add condition',
		description: 'Conditions that must all hold',
		options: [
			{
				displayName: 'Conditions',
				name: 'conditions',
				values: [
					{
						displayName: 'Field',
						name: 'property',
						type: 'options',
						options: byName([...properties, { name: 'Other (Type Its Name)', value: CUSTOM_PROPERTY }]),
						default: first,
						description: 'The field of the record to compare',
					},
					{
						displayName: 'Field Name',
						name: 'customProperty',
						type: 'string',
						default: '',
						placeholder: 'e.g. dst_codec',
						displayOptions: { show: { property: [CUSTOM_PROPERTY] } },
						description: 'As VoIPstudio names it. Fields that it cannot filter by are answered with a message.',
					},
					{
						displayName: 'Operator',
						name: 'operator',
						type: 'options',
						options: OPERATORS,
						default: 'eq',
						description: 'How to compare',
					},
					...valueFields(example, known),
				],
			},
		],
	});
}

/**
 * The value of a condition: chosen where the property has few values and is compared with one of them, otherwise typed. Dates are
 * typed as well: n8n's date picker always adds a time, and a whole day could not be told from its midnight.
 */
function valueFields(example: string, known: KnownValues): INodeProperties[] {
	const typed: INodeProperties = {
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		placeholder: `e.g. ${example}`,
		description:
			"What to compare with. Phone numbers: digits only, e.g. 34600000000. Durations: seconds. Dates: YYYY-MM-DD HH:MM:SS is UTC as in VoIPstudio's records; a date with an offset or from another node is converted; one without is in the workflow's time zone. Several values for 'In': separated by commas, or an expression that gives a list.",
	};
	const chosen = Object.entries(known).flatMap(([property, options]): INodeProperties[] => {
		const [{ value: first }] = options;
		return [
			{
				...typed,
				placeholder: `e.g. ${options.map(({ value }) => value).join(', ')}`,
				displayOptions: { show: { property: [property] }, hide: { operator: WITH_ONE_VALUE } },
			},
			{
				displayName: 'Value',
				name: 'value',
				type: 'options',
				options,
				default: first,
				displayOptions: { show: { property: [property], operator: WITH_ONE_VALUE } },
				description: 'What to compare with. An expression can give a value that is not in the list.',
			},
		];
	});
	if (chosen.length === 0) return [typed];
	return [{ ...typed, displayOptions: { hide: { property: Object.keys(known) } } }, ...chosen];
}

/** The operators that compare with one of the values, and not with a part of it or with several. */
const WITH_ONE_VALUE = ['eq', 'ne'];

/** Turns the rows of the form into the query parameter, and tells of the doubts about them. */
function filterOf(doubts: (entries: readonly Condition[]) => string[]) {
	return (context: IExecuteSingleFunctions, form: unknown): string | undefined => {
		const { conditions: rows } = form as { conditions?: IDataObject[] };
		// Normalized calls say what zone the records are in; records as they are have no such option.
		const isNormalized = context.getNodeParameter('output', 'raw') === 'normalized';
		const chosen: unknown = isNormalized ? context.getNodeParameter('options.timezone', '') : '';
		const recordsZone = readTimeZone(chosen, 'utc', (what, value, next) =>
			unusable(context, 'Time Zone', what, value, next),
		);
		try {
			const entries = conditions(Array.isArray(rows) ? rows : [], context.getTimezone(), recordsZone);
			tellOnce(context, doubts(entries));
			return filterText(entries);
		} catch (error) {
			if (error instanceof UnusableCondition) throw parameterError(context, error.what, error.next);
			throw parameterError(context, "'Filters' cannot be read", String(error));
		}
	};
}

/**
 * A sentence for each condition on a value that no record is known to have. It is not refused: VoIPstudio documents no such lists, so
 * there may be others.
 */
function unknownValues(
	entries: readonly Condition[],
	properties: INodePropertyOptions[],
	known: KnownValues,
): string[] {
	return entries.flatMap(({ property, operator, value }) => {
		if (known[property] === undefined || ![...WITH_ONE_VALUE, 'in'].includes(operator)) return [];
		const isKnown = (one: unknown) => known[property].some((option) => option.value === String(one).toUpperCase());
		const unknown = [value].flat().filter((one) => !isKnown(one));
		if (unknown.length === 0) return [];
		const field = properties.find((one) => one.value === property)?.name ?? property;
		const names = known[property].map(({ name }) => name).join(', ');
		return [
			`'${field}' in 'Filters' is compared with ${unknown.join(', ')}, which VoIPstudio is not known to use. Known are: ${names}.`,
		];
	});
}

/** The option to group the records of a list. */
export function groupByOption(
	properties: INodePropertyOptions[],
	fate: 'returned' | 'written',
	first: string,
): INodeProperties {
	return value('query.group_by', {
		displayName: 'Group By',
		name: 'groupBy',
		type: 'options',
		options: properties,
		default: first,
		description: `The property to group records by. What VoIPstudio gives for a group is not documented, so it is ${fate} as it comes.`,
	});
}

const direction = kind({ type: 'options', default: 'ASC' }, (context, given, displayName) => {
	const written = String(given).trim().toUpperCase();
	if (written === 'ASC' || written === 'DESC') return written;
	throw unusable(context, displayName, 'must be ASC or DESC', given);
});

/** Options of lists whose order can be chosen. */
export function sortOptions(properties: INodePropertyOptions[]): INodeProperties[] {
	return [
		value('query.sort', {
			displayName: 'Sort By',
			name: 'sortBy',
			type: 'options',
			options: properties,
			default: 'id',
			description: "The property to sort by. Without it: newest first, and oldest first with 'Return All'.",
		}),
		direction('query.dir', {
			displayName: 'Sort Direction',
			name: 'sortDirection',
			options: [
				{ name: 'Ascending', value: 'ASC' },
				{ name: 'Descending', value: 'DESC' },
			],
			description: 'Whether the smallest or the largest value comes first',
		}),
	];
}

function byName(options: INodePropertyOptions[]): INodePropertyOptions[] {
	return [...options].sort((a, b) => a.name.localeCompare(b.name));
}
