import fc from 'fast-check';
import { DateTime, FixedOffsetZone } from 'luxon';

import { calendarDay, instant, isoUtc, isZone, secondsBetween, userInstant, utcDay } from '../../nodes/shared/time';

const instants = fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2060-01-01') });

describe('instant', () => {
	it('keeps every ISO time with an offset, or calls would be filed at the wrong moment', () => {
		fc.assert(
			fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offset) => {
				const written = DateTime.fromMillis(at, { zone: 'utc' }).setZone(FixedOffsetZone.instance(offset)).toISO();
				expect(instant(written)).toBe(at);
			}),
		);
	});

	it('reads a naive time in the zone it is said to be in, summer and winter', () => {
		expect(instant('2026-07-01 12:00:00', 'Europe/Bucharest')).toBe(Date.parse('2026-07-01T09:00:00Z'));
		expect(instant('2026-01-01 12:00:00', 'Europe/Bucharest')).toBe(Date.parse('2026-01-01T10:00:00Z'));
		expect(instant('2026-01-01 12:00:00')).toBe(Date.parse('2026-01-01T12:00:00Z'));
	});

	it.each([null, undefined, '', 'null', 'soon', '2026-13-01T00:00:00', '25:00', 0, {}, '20261121'])(
		'takes %p for no time instead of inventing one',
		(value) => {
			expect(instant(value)).toBeNull();
		},
	);
});

describe('calendarDay', () => {
	it('keeps the day the user sees, whatever the offset', () => {
		expect(calendarDay('2026-11-20T23:30:00+11:00')).toBe('2026-11-20');
		expect(calendarDay('2026-11-20T00:30:00-08:00')).toBe('2026-11-20');
		expect(calendarDay('2026-11-20')).toBe('2026-11-20');
		expect(calendarDay(DateTime.fromISO('2026-11-20T23:30:00+11:00', { setZone: true }))).toBe('2026-11-20');
		expect(calendarDay(new Date('2026-11-20T12:00:00Z'))).toBe('2026-11-20');
	});

	it.each(['2026-11-20 23:30', ' 2026-11-20T23:30 ', '2026-11-20T23:30:00.123Z', '2026-11-20t23:30'])(
		'reads %p as the day it begins with',
		(value) => {
			expect(calendarDay(value)).toBe('2026-11-20');
		},
	);

	it.each([
		...['yesterday', '2026-02-30', '2026-11-20T25:00', '2026-11-20T', '2026-11-20 tomorrow', ''],
		// ISO 8601, but no day: luxon completes them by today, or by the first of the year.
		...['2026', '2026-11', '12:30', 'T12:30', '2026-W47', '2026-W47-5', '2026-324', '20261120', '20261120T1200'],
		...[5, 20261120, null, true, [], new Date(NaN), DateTime.invalid('x')],
	])('refuses %p, or other days would be asked for', (value) => {
		expect(calendarDay(value)).toBeNull();
	});
});

it('userInstant reads a time without offset in the zone of the workflow, one with an offset by itself', () => {
	expect(userInstant('2026-11-21T09:00:00', 'Europe/Madrid')).toBe(Date.parse('2026-11-21T08:00:00Z'));
	expect(userInstant('2026-11-21T09:00:00Z', 'Europe/Madrid')).toBe(Date.parse('2026-11-21T09:00:00Z'));
	expect(userInstant('tomorrow', 'UTC')).toBeNull();
});

it('secondsBetween gives no negative length for times in the wrong order', () => {
	expect(secondsBetween(1000, 61_000)).toBe(60);
	expect(secondsBetween(61_000, 1000)).toBeNull();
	expect(secondsBetween(null, 1000)).toBeNull();
});

it('utcDay and isoUtc agree with the calendar', () => {
	expect(utcDay(Date.parse('2026-03-01T00:00:00Z'), -1)).toBe('2026-02-28');
	expect(isoUtc(0)).toBe('1970-01-01T00:00:00.000Z');
	expect(isoUtc(null)).toBeNull();
});

it('isZone tells a zone from a typing error, so that the user hears of it when publishing', () => {
	expect(['Europe/Madrid', 'UTC', 'utc', 'Australia/Sydney'].map(isZone)).toEqual([true, true, true, true]);
	expect(['Europe/Madird', '', 'CEST+1x', 'GMT2'].map(isZone)).toEqual([false, false, false, false]);
});
