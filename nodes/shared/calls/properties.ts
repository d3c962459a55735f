import type { INodeProperties } from 'n8n-workflow';

import { unusable, type ParameterContext } from '../parameters/read';
import { nameList } from '../values/values';
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
				description: 'Each record of the provider: also a phone that rang in vain while a colleague answered',
			},
		],
		default: 'call',
		displayOptions: { show },
		description: 'What one item is. Filters judge what is chosen here.',
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

/** The filter 'Caller Type'. */
export const callerTypeProperty: INodeProperties = {
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
};

/** The value of 'Caller Type'. What no caller can have is refused: nobody would pass. */
export function readCallerTypes(context: ParameterContext, value: unknown, label = "'Caller Type'"): string[] {
	const types = nameList(value);
	if (types?.every((type) => ['fixed', 'mobile'].includes(type)) === true) return types;
	throw unusable(context, label, 'must be a list of: fixed, mobile', value);
}

export const includeRawProperty: INodeProperties = {
	displayName: 'Include Raw',
	name: 'includeRaw',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '/output': ['full'] } },
	description: "Whether to add the provider's record to each item as 'raw'",
};
