import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { numberWithin } from '../parameters/numbers';
import { readReportZone } from '../parameters/period';
import { choiceOf, unusable, type SettingsContext } from '../parameters/read';
import { parameterError } from '../request/nodeErrors';
import { MINUTE } from '../values/time';
import { text } from '../values/values';
import { afterOpenTime, type BusinessHours } from './businessHours';
import type { UnreturnedSettings } from './unreturned';

/** The event of callers who were missed and have not been reached since. */
export const MISSED_NOT_RETURNED = 'missedNotReturned';

const LONGEST_WAIT_MINUTES = 7 * 24 * 60;
const LONGEST_RING_SECONDS = 60 * 60;

/** From 1, as ISO 8601 counts them. */
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const WORKDAYS = [1, 2, 3, 4, 5];

/** 'Wait Minutes' and 'Returned By'. */
export const unreturnedProperties: readonly INodeProperties[] = [
	{
		displayName: 'Wait Minutes',
		name: 'waitMinutes',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 15,
		description:
			'How many minutes after the end of a missed call the caller has to be reached, from 1 to 7 days (10080). The item comes when they are over, and a minute more for records that appear late.',
	},
	{
		displayName: 'Returned By',
		name: 'returnedBy',
		type: 'options',
		options: [
			{
				name: 'Answered Call',
				value: 'answered',
				description: 'Someone spoke with the caller, in either direction',
			},
			{
				name: 'Answered Outbound Call',
				value: 'answeredOutbound',
				description: 'Only a call to the caller that was answered',
			},
			{
				name: 'Any Outbound Call',
				value: 'attemptedOutbound',
				description: 'A call to the caller, answered or not; an answered call of the caller as well',
			},
		],
		default: 'answered',
		description: 'Which later call ends the wait of a caller',
	},
];

/** 'Scope', where the provider's records name the queue. */
export const scopeProperty: INodeProperties = {
	displayName: 'Scope',
	name: 'scope',
	type: 'options',
	options: [
		{ name: 'Account', value: 'account', description: 'Whoever in the account spoke with the caller' },
		{
			name: 'Same Queue',
			value: 'queue',
			description:
				'An answered call of the caller counts only if the queue (or ring group) that missed the caller took it; a call to the caller always does',
		},
	],
	default: 'account',
	description: 'Where a caller has to be answered',
};

/** 'Business Hours'. */
export const businessHoursProperty: INodeProperties = {
	displayName: 'Business Hours',
	name: 'businessHours',
	type: 'fixedCollection',
	placeholder: 'Set hours',
	default: {},
	description:
		'When the wait runs, in the time zone of the workflow or in Time Zone of Results: it pauses outside these hours. Without them it always runs.',
	options: [
		{
			displayName: 'Hours',
			name: 'hours',
			values: [
				{
					displayName: 'Days',
					name: 'days',
					type: 'multiOptions',
					options: WEEKDAYS.map((name, index) => ({ name, value: index + 1 })),
					default: [...WORKDAYS],
					description: 'The days on which the business opens',
				},
				{
					displayName: 'From',
					name: 'from',
					type: 'string',
					default: '09:00',
					placeholder: 'e.g. 09:00',
					description: 'When it opens, by a clock of 24 hours',
				},
				{
					displayName: 'To',
					name: 'to',
					type: 'string',
					default: '17:00',
					placeholder: 'e.g. 17:00',
					description: 'When it closes, up to 24:00. A time before the opening is one of the next morning.',
				},
			],
		},
	],
};

/** Options for who is emitted, and when. */
export const unreturnedOptions: readonly INodeProperties[] = [
	businessHoursProperty,
	{
		displayName: 'Minimum Ring Seconds',
		name: 'minimumRingSeconds',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'A caller who hung up before so many seconds was not missed. With 0 every missed call counts.',
	},
	{
		displayName: 'Withheld Callers',
		name: 'withheldCallers',
		type: 'options',
		options: [
			{ name: 'Each Call', value: 'eachCall', description: 'Each of their missed calls is an item' },
			{ name: 'Leave Out', value: 'leaveOut', description: 'They are not given, as nobody can call them back' },
		],
		default: 'leaveOut',
		description: 'What to do with callers whose number is withheld: nobody can tell whether they were reached',
	},
];

/** What the user chose for *Missed, Not Called Back*. */
export type ReturnSettings = Pick<
	UnreturnedSettings,
	'waitEnds' | 'returnedBy' | 'scope' | 'minimumRingSeconds' | 'leavesWithheldOut'
>;

/**
 * Reads what the user chose, and checks it.
 *
 * @throws NodeOperationError for a wait that never ends, hours that never open, or a zone that does not exist
 */
export function readReturnSettings(context: SettingsContext, now: number): ReturnSettings {
	const minutes = numberWithin(context, 'waitMinutes', 'Wait Minutes', [1, LONGEST_WAIT_MINUTES], 15);
	const hours = readBusinessHours(context);
	if (hours !== null && afterOpenTime(hours, now, minutes * MINUTE) === null) {
		throw parameterError(
			context,
			"'Wait Minutes' never end in these 'Business Hours'",
			`${minutes} minutes of open time are more than the next two months have. Check the days and times, or shorten the wait.`,
		);
	}
	const ring = [0, LONGEST_RING_SECONDS] as const;
	const withheld = ['leaveOut', 'eachCall'] as const;
	return {
		waitEnds: (from) =>
			hours === null ? from + minutes * MINUTE : (afterOpenTime(hours, from, minutes * MINUTE) ?? Infinity),
		returnedBy: choiceOf(context, 'returnedBy', 'Returned By', ['answered', 'answeredOutbound', 'attemptedOutbound']),
		scope: choiceOf(context, 'scope', 'Scope', ['account', 'queue']),
		minimumRingSeconds: numberWithin(context, 'options.minimumRingSeconds', 'Minimum Ring Seconds', ring, 0),
		leavesWithheldOut: choiceOf(context, 'options.withheldCallers', 'Withheld Callers', withheld) === 'leaveOut',
	};
}

/** The number of a day that is given as a number or by name; 0 for anything else. */
function dayOfWeek(day: unknown): number {
	const given = String(day).toLowerCase();
	return WEEKDAYS.findIndex((name, index) => given === name.toLowerCase() || given === String(index + 1)) + 1;
}

/** 'Business Hours', checked; null without them. Their zone is *Time Zone of Results*. */
export function readBusinessHours(context: SettingsContext): BusinessHours | null {
	const { hours } = (context.getNodeParameter('options.businessHours', {}) ?? {}) as { hours?: IDataObject };
	if (hours === undefined) return null;
	const { days = WORKDAYS, from = '09:00', to = '17:00' } = hours;
	const numbers = (Array.isArray(days) ? days : [days]).map(dayOfWeek);
	if (numbers.length === 0 || numbers.includes(0)) {
		const next =
			'Choose at least one, or let an expression give numbers from 1 (Monday) to 7 (Sunday), or the names of the days.';
		throw numbers.length === 0
			? unusable(context, 'Business Hours', 'never open', days, next)
			: unusable(context, "'Days' of 'Business Hours'", 'must be days of the week', days, next);
	}
	const [opens, closes] = [timeOfDay(context, 'From', from), timeOfDay(context, 'To', to)];
	if (opens === closes || opens === 24 * 60) {
		const next = 'For the whole day enter 00:00 and 24:00.';
		throw unusable(context, 'Business Hours', 'never open', `${text(from)} to ${text(to)}`, next);
	}
	return { days: numbers, from: opens, to: closes === 0 ? 24 * 60 : closes, zone: readReportZone(context) };
}

/** Minutes since midnight. */
function timeOfDay(context: SettingsContext, displayName: string, value: unknown): number {
	const [, hours, minutes] = /^\s*(\d{1,2}):([0-5]\d)\s*$/.exec(text(value) ?? '') ?? [];
	const total = Number(hours) * 60 + Number(minutes);
	if (total <= 24 * 60) return total;
	const next = 'Enter one such as 09:00, up to 24:00.';
	throw unusable(context, `'${displayName}' of 'Business Hours'`, 'is not a time of day', value, next);
}
