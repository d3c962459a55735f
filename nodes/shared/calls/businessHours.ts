import { DateTime } from 'luxon';

import { DAY } from '../values/time';

/** When a business is open. */
export interface BusinessHours {
	/** 1 for Monday to 7 for Sunday. */
	readonly days: readonly number[];
	/** Minutes since midnight; `to` may be 1440, and is on the next day if it is not later than `from`. */
	readonly from: number;
	readonly to: number;
	/** The IANA zone of these hours. */
	readonly zone: string;
}

/** Anything further ahead counts as never. */
const LONGEST_DAYS = 62;

/**
 * The instant at which the business has been open for a given time.
 *
 * @param since the instant from which open time counts
 * @param openMs how much of it, in milliseconds
 * @returns null if that is more than two months ahead
 */
export function afterOpenTime({ days, from, to, zone }: BusinessHours, since: number, openMs: number): number | null {
	let left = openMs;
	// Hours that began the evening before may still be running.
	let day = DateTime.fromMillis(since, { zone }).startOf('day').minus({ days: 1 });
	for (; day.toMillis() < since + LONGEST_DAYS * DAY; day = day.plus({ days: 1 })) {
		if (!days.includes(day.weekday)) continue;
		const opens = Math.max(since, clockOn(day, from));
		const closes = clockOn(to <= from ? day.plus({ days: 1 }) : day, to);
		if (closes - opens >= left && closes > opens) return opens + left;
		left -= Math.max(0, closes - opens);
	}
	return null;
}

/** Whether the business is open at an instant. */
export function isOpen({ days, from, to, zone }: BusinessHours, at: number): boolean {
	const today = DateTime.fromMillis(at, { zone }).startOf('day');
	return [today.minus({ days: 1 }), today].some((day) => {
		if (!days.includes(day.weekday)) return false;
		return at >= clockOn(day, from) && at < clockOn(to <= from ? day.plus({ days: 1 }) : day, to);
	});
}

/** The instant at which the clock shows this many minutes since midnight. */
function clockOn(day: DateTime, minutes: number): number {
	if (minutes === 24 * 60) return day.plus({ days: 1 }).toMillis();
	return day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toMillis();
}
