import type { INodeProperties } from 'n8n-workflow';

import { answeredMeansProperty, callersOutputProperty, includeRawProperty } from '../calls/properties';
import { MISSED_NOT_RETURNED, unreturnedOptions, unreturnedProperties } from '../calls/unreturnedSettings';
import { asTextOf, byDisplayName } from '../operation/options';
import { defaultCountryProperty } from '../parameters/country';
import { reportTimezoneProperty } from '../parameters/period';

/** 'Start From' and what belongs to it: the same for every provider's trigger. */
export const startFromProperties: INodeProperties[] = [
	{
		displayName: 'Start From',
		name: 'startFrom',
		type: 'options',
		options: [
			{
				name: 'Now',
				value: 'now',
				description: 'Only calls that end after the workflow is published',
			},
			{
				name: 'Some Hours Ago',
				value: 'hoursAgo',
				description: 'Also calls that ended in the hours before',
			},
			{
				name: 'A Date',
				value: 'date',
				description: 'Also calls that ended since then',
			},
		],
		default: 'now',
		description:
			'Which calls count when the trigger starts for the first time, by the time they ended. Later changes of this field have no effect on a trigger that has started.',
	},
	{
		displayName: 'Hours',
		name: 'hours',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 24,
		required: true,
		displayOptions: { show: { startFrom: ['hoursAgo'] } },
		description: 'How many hours before the start to begin',
	},
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		default: '',
		required: true,
		displayOptions: { show: { startFrom: ['date'] } },
		description: 'The moment to begin with, in the time zone of the workflow',
	},
];

/** The event of callers who were missed and have not been reached since, for the picker. */
export const missedNotReturnedEvent = {
	name: 'Missed, Not Called Back',
	value: MISSED_NOT_RETURNED,
	action: 'On missed call not called back',
	description: 'A caller whom nobody answered has not been reached within a time that you choose: one item per caller',
};

/**
 * Its fields, in the order people fill them: which calls are looked at, how long to wait, for what, and where.
 *
 * @param own a provider's own: those before the shared ones, and those after them
 */
export function missedNotReturnedProperties(
	own: { readonly before?: INodeProperties[]; readonly after?: INodeProperties[] } = {},
): INodeProperties[] {
	const displayOptions = { show: { event: [MISSED_NOT_RETURNED] } };
	const properties = [...(own.before ?? []), ...unreturnedProperties, ...(own.after ?? []), callersOutputProperty];
	return properties.map((property) => ({ ...property, displayOptions }));
}

/** The options of every trigger, in alphabetical order; `extra` are a provider's own. */
export function triggerOptions(...extra: INodeProperties[]): INodeProperties {
	const options: INodeProperties[] = [
		answeredMeansProperty,
		defaultCountryProperty,
		includeRawProperty,
		{
			displayName: 'Log Polls',
			name: 'logPolls',
			type: 'boolean',
			default: false,
			description:
				"Whether to write a line at each poll to n8n's log (level info): what was read, given, filtered and held, and what is left of the provider's limit. Lets you tell a quiet line from a broken trigger.",
		},
		{
			displayName: 'Lookback Minutes',
			name: 'lookbackMinutes',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 240,
			description:
				'How late after its end a call may appear at the provider and still be caught, from 1 minute to 7 days (10080). Calls themselves may last up to 24 hours.',
		},
		{
			displayName: 'Max Items per Poll',
			name: 'maxItemsPerPoll',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 1000,
			description: 'How many calls to emit at once, from 1 to 10000; the rest follows on the next polls, oldest first',
		},
		{
			displayName: 'Oldest Call',
			name: 'oldestCallHours',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 24,
			description:
				'How many hours after its end a call may still be emitted. After a long pause (the workflow was off, n8n or the provider was down) older calls are left out; the log of n8n says how many. Without this option, or with 0, all of them come.',
		},
		{
			displayName: 'Publish Anyway',
			name: 'publishAnyway',
			type: 'boolean',
			default: false,
			description:
				"Whether to publish the workflow even if a name in 'Filters' is unknown, such as that of a new queue without calls",
		},
		{
			displayName: 'Test Items',
			name: 'testItems',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 50 },
			default: 1,
			description:
				'How many of the latest matching calls a test run in the editor gives, up to 50. What stands behind the trigger may text or call each of them.',
		},
		{
			displayName: 'Wait for Late Legs',
			name: 'graceSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 60,
			description:
				"With 'One Item per Call': how many seconds a call waits for more of its legs after the last one was listed, from 0 to a day (86400). A leg that comes later is left out.",
		},
		...unreturnedOptions.map((option) => ({
			...option,
			displayOptions: { show: { '/event': [MISSED_NOT_RETURNED] } },
		})),
		reportTimezoneProperty,
		...extra,
	];
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: byDisplayName([...options, asTextOf('options')]),
	};
}
