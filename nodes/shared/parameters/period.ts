import { DateTime } from 'luxon';
import type { INodeProperties } from 'n8n-workflow';

import { DAY, fromWallClock, HOUR, wallClock } from '../values/time';
import { momentOf } from './moment';
import { choiceOf, isEmpty, unusable, type SettingsContext } from './read';
import { timezoneProperty, zoneOf } from './timeZone';

/** The instants that a period spans. */
export interface Period {
	/** The first one; null for no limit. */
	readonly from: number | null;
	/** The first one after it; null where it goes on until now. */
	readonly to: number | null;
}

/** No limit at all. */
export const ALWAYS: Period = { from: null, to: null };

/** The choices of 'Period', by the names that a workflow stores. */
export const PERIODS = [
	{ name: 'All', value: 'all', description: 'Everything that the provider keeps; this may be years of calls' },
	{ name: 'Dates', value: 'dates', description: 'From one date to another' },
	{ name: 'Last 24 Hours', value: 'last24Hours' },
	{ name: 'Last 30 Days', value: 'last30Days', description: 'Today and the 29 days before' },
	{ name: 'Last 7 Days', value: 'last7Days', description: 'Today and the six days before' },
	{ name: 'Last Month', value: 'lastMonth' },
	{ name: 'Last Week', value: 'lastWeek', description: 'From Monday to Sunday' },
	{ name: 'This Month', value: 'thisMonth', description: 'Up to now' },
	{ name: 'This Week', value: 'thisWeek', description: 'From Monday up to now' },
	{ name: 'Today', value: 'today', description: 'Up to now' },
	{ name: 'Yesterday', value: 'yesterday' },
] as const;

export type PeriodName = (typeof PERIODS)[number]['value'];

/** 'Time Zone of Results'. */
export const reportTimezoneProperty: INodeProperties = {
	...timezoneProperty,
	displayName: 'Time Zone of Results',
	name: 'reportTimezone',
	description: 'The IANA zone of periods and of the times in simplified rows. Without it: that of the workflow.',
};

/**
 * 'Period' and its two dates.
 *
 * @param what is within it, for the description: "Which calls, by the time they began"
 */
export function periodProperties(initial: PeriodName, what: string): INodeProperties[] {
	const displayOptions = { show: { period: ['dates'] } };
	return [
		{
			displayName: 'Period',
			name: 'period',
			type: 'options',
			options: [...PERIODS],
			default: initial,
			description: `${what}. Days begin at midnight in the time zone of the workflow, or in 'Time Zone of Results'.`,
		},
		{
			displayName: 'From',
			name: 'periodFrom',
			type: 'dateTime',
			default: '',
			displayOptions,
			description: 'The first day or moment of the period',
		},
		{
			displayName: 'To',
			name: 'periodTo',
			type: 'dateTime',
			default: '',
			hint: 'A date without a time, or with 00:00, means the whole day',
			displayOptions,
			description: 'The last day of the period, or the moment at which it ends',
		},
	];
}

/** 'Time Zone of Results', checked. */
export function readReportZone(context: SettingsContext): string {
	const chosen = context.getNodeParameter('options.reportTimezone', '');
	return zoneOf(context, chosen, 'Time Zone of Results') ?? context.getTimezone();
}

/**
 * The period that the user chose.
 *
 * @param initial the default of the field
 * @param zone *Time Zone of Results*
 * @throws NodeOperationError for a period that is none, and for dates that are empty or in the wrong order
 */
export function readPeriod(context: SettingsContext, initial: PeriodName, now: number, zone: string): Period {
	const names = PERIODS.map(({ value }) => value);
	const name = choiceOf(context, 'period', 'Period', [initial, ...names.filter((other) => other !== initial)]);
	if (name !== 'dates') return periodOf(name, now, zone);
	const from = dateOf(context, 'periodFrom', 'From', zone);
	const to = dateOf(context, 'periodTo', 'To', zone);
	const day = Math.floor(wallClock(to, zone) / DAY);
	const end = to === fromWallClock(day * DAY, zone) ? fromWallClock((day + 1) * DAY, zone) : to;
	if (end > from) return { from, to: end };
	const entered = context.getNodeParameter('periodTo', '');
	throw unusable(context, 'To', "is not after 'From'", entered, 'Swap the two dates, or correct one of them.');
}

/** A period by its name. Weeks begin on Monday; a day has as many hours as the clocks of the zone give it. */
export function periodOf(name: Exclude<PeriodName, 'dates'>, now: number, zone: string): Period {
	// The calendar knows no clock changes; only the midnights of its days do.
	const today = DateTime.fromMillis(wallClock(now, zone), { zone: 'utc' }).startOf('day');
	const begin = (day: DateTime) => fromWallClock(day.toMillis(), zone);
	const [week, month] = [today.startOf('week'), today.startOf('month')];
	switch (name) {
		case 'all':
			return ALWAYS;
		case 'last24Hours':
			return { from: now - 24 * HOUR, to: null };
		case 'last30Days':
			return { from: begin(today.minus({ days: 29 })), to: null };
		case 'last7Days':
			return { from: begin(today.minus({ days: 6 })), to: null };
		case 'lastMonth':
			return { from: begin(month.minus({ months: 1 })), to: begin(month) };
		case 'lastWeek':
			return { from: begin(week.minus({ weeks: 1 })), to: begin(week) };
		case 'thisMonth':
			return { from: begin(month), to: null };
		case 'thisWeek':
			return { from: begin(week), to: null };
		case 'today':
			return { from: begin(today), to: null };
		case 'yesterday':
			return { from: begin(today.minus({ days: 1 })), to: begin(today) };
	}
}

/** Whether an instant is within a period. */
export function isWithin(at: number | null, { from, to }: Period): boolean {
	if (from === null && to === null) return true;
	return at !== null && at >= (from ?? -Infinity) && at < (to ?? Infinity);
}

function dateOf(context: SettingsContext, name: string, displayName: string, zone: string): number {
	const entered = context.getNodeParameter(name, '');
	if (!isEmpty(entered)) return momentOf(context, entered, displayName, zone);
	throw unusable(context, displayName, 'is empty', entered, "Pick a date, or choose another 'Period'.");
}
