import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { UNANSWERED } from './passes';
import { MISSED_NOT_RETURNED } from './unreturnedSettings';

/** 'Output' of calls and messages. */
export const outputProperty: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	options: [
		{
			name: 'Simplified',
			value: 'simplified',
			description: 'One flat row with the fields that people use, for tables, messages and AI agents',
		},
		{
			name: 'Full',
			value: 'full',
			description: 'All that is known, in the same fields from every provider, with times in UTC',
		},
		{ name: 'Raw', value: 'raw', description: "The provider's record as it is, nothing added" },
	],
	default: 'simplified',
	displayOptions: { hide: { event: [MISSED_NOT_RETURNED] } },
	description: 'The form of the items',
};

/** 'Output' of callers to call back, of whom a provider has no record. */
export const callersOutputProperty: INodeProperties = {
	...outputProperty,
	options: outputProperty.options?.slice(0, 2),
	displayOptions: {},
};

/** 'One Item per', for the events whose records are linked legs. */
export function itemPerProperty(show: NonNullable<INodeProperties['displayOptions']>['show']): INodeProperties {
	return {
		displayName: 'One Item Per',
		name: 'itemPer',
		type: 'options',
		options: [
			{
				name: 'Call',
				value: 'call',
				description: 'The whole call, once it is over: answered if anybody answered it, with all its legs',
			},
			{
				name: 'Leg',
				value: 'leg',
				description: 'Each record of the provider, including phones that rang while someone else answered',
			},
		],
		default: 'call',
		displayOptions: { show },
		description: 'What each item represents. Filters apply to it.',
	};
}

/** What counts as an answer of a call with several legs. */
export const answeredMeansProperty: INodeProperties = {
	displayName: 'Answered Means',
	name: 'answeredMeans',
	type: 'options',
	options: [
		{
			name: 'A Person',
			value: 'person',
			description:
				'Somebody spoke with the caller. Where only a queue, menu or mailbox picked up, the call is abandoned.',
		},
		{ name: 'Anything', value: 'anything', description: 'Also a queue, menu or mailbox that picks up' },
	],
	default: 'person',
	description: "With 'One Item per Call': when a call is answered. A lone record without a user counts as a person.",
};

export const includeRawProperty: INodeProperties = {
	displayName: 'Include Raw',
	name: 'includeRaw',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '/output': ['full'] } },
	description: "Whether to add the provider's record to each item as 'raw'",
};

/** The filters on calls that triggers and histories can offer, by name; each where the event supports it. */
export const filterProperties = {
	direction: {
		displayName: 'Direction',
		name: 'direction',
		type: 'multiOptions',
		options: [
			{ name: 'Inbound', value: 'inbound' },
			{ name: 'Internal', value: 'internal' },
			{ name: 'Outbound', value: 'outbound' },
		],
		default: [],
		description: 'Only calls in these directions',
	},
	callerType: {
		displayName: 'Caller Type',
		name: 'callerType',
		type: 'multiOptions',
		options: [
			{ name: 'Landline', value: 'fixed' },
			{ name: 'Mobile', value: 'mobile' },
		],
		default: [],
		description:
			'Only calls from these numbers. Numbers without a country code are known with the option Default Country; where a country does not tell the two apart, as in North America, no call passes.',
	},
	minimumDuration: {
		displayName: 'Minimum Duration',
		name: 'minimumDuration',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'Only calls that lasted at least this many seconds, ringing and waiting included',
	},
	number: {
		displayName: 'Number',
		name: 'number',
		type: 'string',
		default: '',
		placeholder: 'e.g. +34600123456 or +4420',
		description:
			'Only calls with this number on either side, however it is written: a whole one, or a part such as its beginning or end',
	},
	outcome: {
		displayName: 'Outcome',
		name: 'outcome',
		type: 'multiOptions',
		options: [
			{ name: 'Abandoned', value: 'abandoned', description: 'The caller hung up while waiting' },
			{ name: 'Answered', value: 'answered' },
			{ name: 'Busy', value: 'busy' },
			{ name: 'Failed', value: 'failed' },
			{ name: 'Missed', value: 'missed' },
			{
				name: 'Missed (Any)',
				value: UNANSWERED,
				description:
					'Nobody spoke with the caller: missed, abandoned or timed out, and inbound calls that were busy or failed',
			},
			{ name: 'Timed Out', value: 'timedOut', description: 'Nobody answered in time' },
		],
		default: [],
		description: 'Only calls that ended like this',
	},
	queues: {
		displayName: 'Queues',
		name: 'queues',
		type: 'string',
		default: '',
		placeholder: 'e.g. Sales queue, Support queue',
		description: 'Only calls to these queues: names separated by commas, or an expression that gives a list',
	},
	ringGroups: {
		displayName: 'Ring Groups',
		name: 'ringGroups',
		type: 'string',
		default: '',
		placeholder: 'e.g. Front desk, Workshop',
		description: 'Only calls to these ring groups: names separated by commas, or an expression that gives a list',
	},
	users: {
		displayName: 'Users',
		name: 'users',
		type: 'string',
		default: '',
		placeholder: 'e.g. John Smith, Kevin Smith',
		description: 'Only calls of these users: names separated by commas, or an expression that gives a list',
	},
} satisfies Record<string, INodeProperties>;

/**
 * A filter with just the values that calls of some events can have.
 *
 * @param values what the events can be, from the tables that their records are read with
 * @param always the same in every case: a value that is not among them gets the description in `otherwise`
 */
export function withValues(
	property: Omit<INodeProperties, 'options'> & { options: INodePropertyOptions[] },
	values: readonly string[],
	always: readonly string[] = values,
	otherwise = '',
): INodeProperties {
	const options = property.options.filter(({ value }) => value === UNANSWERED || values.includes(value as string));
	return {
		...property,
		options: options.map((option) => {
			if (option.value === UNANSWERED || always.includes(option.value as string)) return option;
			const { description } = option;
			return { ...option, description: description === undefined ? otherwise : `${description}. ${otherwise}.` };
		}),
	};
}
