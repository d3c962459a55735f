import type { DateTime } from 'luxon';
import type { IDataObject, IExecuteSingleFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { kind } from '../../shared/operation/fields';
import { readTimeZone } from '../../shared/parameters/timeZone';
import { parameterError } from '../../shared/request/nodeErrors';
import { tellOnce } from '../../shared/request/warnings';
import {
	conditions,
	CUSTOM_PROPERTY,
	filterText,
	MIDNIGHT_HINT,
	midnights,
	TIME_PROPERTIES,
	UnusableCondition,
	type Condition,
} from './filter';

/** The values of properties, to choose from. */
export type KnownValues = Readonly<Record<string, INodePropertyOptions[]>>;

const OPERATORS: INodePropertyOptions[] = [
	{
		name: 'Contains (Like)',
		value: 'like',
		description: 'Holds the text, e.g. a part of a number: sent as %text%, unless the value has a % of its own',
	},
	{
		name: 'Does Not Contain (Not Like)',
		value: 'notlike',
		description: 'Sent as %text%, unless the value has a % of its own',
	},
	{ name: 'Equals', value: 'eq' },
	{ name: 'Greater or Equal', value: 'gte', description: 'For dates: at or after' },
	{ name: 'Greater Than', value: 'gt', description: 'For dates: after' },
	{ name: 'In', value: 'in', description: 'One of several values, separated by commas' },
	{ name: 'Less or Equal', value: 'lte', description: 'For dates: at or before' },
	{ name: 'Less Than', value: 'lt', description: 'For dates: before' },
	{ name: 'Not Equal', value: 'ne' },
];

/** 'Filters': conditions on the properties of a record, all of which must hold; together they are one query parameter. */
export function conditionFilters(
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
					...valueFields(properties, first, example, known),
				],
			},
		],
	});
}

/**
 * The value of a condition: chosen where the property has few values and is compared with one of them, picked where it is compared
 * with one time, otherwise typed.
 */
function valueFields(
	properties: INodePropertyOptions[],
	first: string,
	example: string,
	known: KnownValues,
): INodeProperties[] {
	const typed: INodeProperties = {
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		placeholder: `e.g. ${example}`,
		description:
			"What to compare with. Phone numbers: digits only, e.g. 34600000000. Durations: seconds. Dates: YYYY-MM-DD HH:MM:SS is UTC as in VoIPstudio's records; a date with an offset or from another node is converted; one without is in the workflow's time zone. Several values for 'In': separated by commas, or an expression that gives a list.",
	};
	const times = properties.map(({ value }) => String(value)).filter((value) => TIME_PROPERTIES.has(value));
	const own = Object.entries(known).map(([property, options]) => ({
		of: [property],
		fields: chosenFields(typed, property, options),
	}));
	if (times.length > 0) own.push({ of: times, fields: timeFields(typed, times) });
	if (own.length === 0) return [typed];
	const ofOwn = own.flatMap(({ of }) => of);
	const others = { of: [], fields: [{ ...typed, displayOptions: { hide: { property: ofOwn } } }] };
	// n8n's editor gives a new condition the default of the last of several fields with one name, whichever it shows.
	const ofFirst = own.find(({ of }) => of.includes(first)) ?? others;
	return [others, ...own].sort((a, b) => Number(a === ofFirst) - Number(b === ofFirst)).flatMap(({ fields }) => fields);
}

/** The operators that compare with one of the values, and not with a part of it or with several. */
const WITH_ONE_VALUE = ['eq', 'ne'];

function chosenFields(typed: INodeProperties, property: string, options: INodePropertyOptions[]): INodeProperties[] {
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
}

/** The operators that compare with one time. */
const WITH_ONE_TIME = [...WITH_ONE_VALUE, 'gt', 'gte', 'lt', 'lte'];

function timeFields(typed: INodeProperties, times: string[]): INodeProperties[] {
	return [
		{
			...typed,
			placeholder: 'e.g. 2026-11-21',
			displayOptions: { show: { property: times }, hide: { operator: WITH_ONE_TIME } },
		},
		{
			displayName: 'Value',
			name: 'value',
			type: 'dateTime',
			default: '',
			displayOptions: { show: { property: times, operator: WITH_ONE_TIME } },
			hint: MIDNIGHT_HINT,
			description:
				"The day or time to compare with, in the time zone of the workflow. An expression can give a date with an offset or from another node, which is converted, a day such as 2026-11-21, or a time of VoIPstudio's records, YYYY-MM-DD HH:MM:SS in UTC.",
		},
	];
}

/** Turns the rows of the form into the query parameter, and tells of the doubts about them. */
function filterOf(doubts: (entries: readonly Condition[]) => string[]) {
	return (context: IExecuteSingleFunctions, form: unknown): string | undefined => {
		const { conditions: rows } = form as { conditions?: IDataObject[] };
		const recordsZone = readTimeZone(context, 'utc');
		try {
			const zone = context.getTimezone();
			const entries = conditions(Array.isArray(rows) ? rows : [], zone, recordsZone);
			tellOnce(context, [...doubts(entries), ...midnights(entries, zone, recordsZone).map(midnightDoubt)]);
			return filterText(entries);
		} catch (error) {
			if (error instanceof UnusableCondition) throw parameterError(context, error.what, error.next);
			throw parameterError(context, "'Filters' cannot be read", String(error));
		}
	};
}

/** A sentence for a moment that is probably meant as a day. It is not refused: the call that began at midnight may be asked for. */
function midnightDoubt(at: DateTime): string {
	const day = at.toISODate();
	return `A condition of 'Filters' asks for the second of midnight, ${at.toFormat('yyyy-MM-dd HH:mm:ss')} (${at.zoneName}). For the whole day give the day alone: ${day}, or {{ $today.toISODate() }}.`;
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

function byName(options: INodePropertyOptions[]): INodePropertyOptions[] {
	return [...options].sort((a, b) => a.name.localeCompare(b.name));
}
