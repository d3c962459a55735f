import fc from 'fast-check';

import { afterOpenTime, type BusinessHours } from '../../nodes/shared/calls/businessHours';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const office: BusinessHours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, zone: 'Europe/Madrid' };
const at = (time: string) => Date.parse(time);

function ends(since: string, minutes: number, hours: Partial<BusinessHours> = {}): string | null {
	const end = afterOpenTime({ ...office, ...hours }, at(since), minutes * MINUTE);
	return end === null ? null : new Date(end).toISOString();
}

describe('a wait in business hours', () => {
	it.each([
		['runs while it is open', '2026-11-20T10:00:00Z', 30, '2026-11-20T10:30:00.000Z'],
		['begins when it opens', '2026-11-20T05:00:00Z', 30, '2026-11-20T08:30:00.000Z'],
		['goes on after the weekend', '2026-11-20T15:50:00Z', 30, '2026-11-23T08:20:00.000Z'],
		['ends with the day, not at the next morning', '2026-11-20T15:30:00Z', 30, '2026-11-20T16:00:00.000Z'],
		['lasts several days', '2026-11-16T08:00:00Z', 17 * 60, '2026-11-18T09:00:00.000Z'],
		['goes by the clock of the zone in summer, too', '2026-07-17T05:00:00Z', 1, '2026-07-17T07:01:00.000Z'],
	])('%s, or people are called back at night or never', (_name, since, minutes, expected) => {
		expect(ends(since, minutes)).toBe(expected);
	});

	it('runs through midnight where it is open at night', () => {
		const night = { days: [5], from: 22 * 60, to: 6 * 60 };
		expect(ends('2026-11-21T00:00:00Z', 60, night)).toBe('2026-11-21T01:00:00.000Z');
		expect(ends('2026-11-21T06:00:00Z', 60, night)).toBe('2026-11-27T22:00:00.000Z');
		expect(ends('2026-11-20T23:30:00Z', 90, { days: [5, 6], from: 0, to: 1440, zone: 'UTC' })).toBe(
			'2026-11-21T01:00:00.000Z',
		);
	});

	it('never ends where it is never open, or opens too rarely', () => {
		expect(ends('2026-11-20T10:00:00Z', 1, { days: [] })).toBeNull();
		expect(ends('2026-11-20T10:00:00Z', 600, { days: [1], from: 0, to: 1 })).toBeNull();
	});

	it('is the plain wait where it is always open, whenever it begins', () => {
		const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440, zone: 'America/New_York' };
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 400 * 24 * 60 }), fc.integer({ min: 1, max: 3000 }), (begin, minutes) => {
				const since = at('2026-01-01T00:00:00Z') + begin * MINUTE;
				expect(afterOpenTime(always, since, minutes * MINUTE)).toBe(since + minutes * MINUTE);
			}),
		);
	});

	it('has exactly the wait in open minutes, counted one by one', () => {
		const hours = fc.record({
			days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 2 }),
			from: fc.integer({ min: 0, max: 23 }).map((hour) => hour * 60),
			to: fc.integer({ min: 1, max: 24 }).map((hour) => hour * 60),
			zone: fc.constant('UTC'),
		});
		fc.assert(
			fc.property(
				hours,
				fc.integer({ min: 0, max: 10_000 }),
				fc.integer({ min: 1, max: 200 }),
				(open, begin, minutes) => {
					fc.pre(open.from !== open.to);
					const since = at('2026-11-02T00:00:00Z') + begin * MINUTE;
					const end = afterOpenTime(open, since, minutes * MINUTE) ?? NaN;
					let count = 0;
					for (let minute = since; minute < end; minute += MINUTE) if (isOpen(open, minute)) count++;
					expect(count).toBe(minutes);
					expect(isOpen(open, end - MINUTE)).toBe(true);
				},
			),
		);
	});
});

function isOpen({ days, from, to }: BusinessHours, time: number): boolean {
	const minute = (time % (24 * HOUR)) / MINUTE;
	const isDay = (on: number) => days.includes(new Date(on).getUTCDay() || 7);
	if (to > from) return isDay(time) && minute >= from && minute < to;
	return (isDay(time) && minute >= from) || (isDay(time - 24 * HOUR) && minute < to);
}
