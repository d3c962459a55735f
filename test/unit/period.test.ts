import fc from 'fast-check';
import { DateTime } from 'luxon';

import { isWithin, periodOf, PERIODS, readPeriod, type PeriodName } from '../../nodes/shared/parameters/period';

const MADRID = 'Europe/Madrid';
const at = (time: string) => Date.parse(time);
/** A Wednesday. */
const NOW = at('2026-11-18T15:30:00Z');

function context(parameters: Record<string, unknown>, zone = MADRID) {
	return {
		getNodeParameter: (name: string, fallback?: unknown) => parameters[name] ?? fallback,
		getNode: () => ({
			id: '1',
			name: 'Calls',
			type: 'calls',
			typeVersion: 1,
			position: [0, 0] as [number, number],
			parameters: {},
		}),
		getTimezone: () => zone,
	};
}

function dates(periodFrom: unknown, periodTo: unknown, zone = MADRID): string[] {
	const { from, to } = readPeriod(context({ period: 'dates', periodFrom, periodTo }), 'today', NOW, zone);
	return [from, to].map((instant) => new Date(instant ?? NaN).toISOString());
}

describe('a period by its name', () => {
	it.each([
		['all', null, null],
		['last24Hours', '2026-11-17T15:30:00Z', null],
		['last30Days', '2026-10-19T22:00:00Z', null],
		['last7Days', '2026-11-11T23:00:00Z', null],
		['lastMonth', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
		['lastWeek', '2026-11-08T23:00:00Z', '2026-11-15T23:00:00Z'],
		['thisMonth', '2026-10-31T23:00:00Z', null],
		['thisWeek', '2026-11-15T23:00:00Z', null],
		['today', '2026-11-17T23:00:00Z', null],
		['yesterday', '2026-11-16T23:00:00Z', '2026-11-17T23:00:00Z'],
	] as const)(
		'%s begins and ends at midnights of the zone, or a report counts calls of other days',
		(name, from, to) => {
			expect(periodOf(name, NOW, MADRID)).toEqual({ from: from && at(from), to: to && at(to) });
		},
	);

	it.each([
		['2026-03-30T10:00:00Z', 23],
		['2026-10-26T10:00:00Z', 25],
		['2026-11-18T10:00:00Z', 24],
	])('yesterday of %s has %i hours where the clocks change, or its first or last hour is lost', (now, hours) => {
		const { from, to } = periodOf('yesterday', at(now), MADRID);
		expect(((to ?? 0) - (from ?? 0)) / 3_600_000).toBe(hours);
	});

	it('begins a day at its first moment where midnight is skipped or comes twice', () => {
		const { from, to } = periodOf('yesterday', at('2026-04-25T09:00:00Z'), 'Africa/Cairo');
		expect([from, to]).toEqual([at('2026-04-23T22:00:00Z'), at('2026-04-24T21:00:00Z')]);
		expect(periodOf('today', at('2026-10-31T12:00:00Z'), 'America/Havana').from).toBe(at('2026-10-31T04:00:00Z'));
	});

	it('is the calendar that luxon knows, in every zone and at every moment', () => {
		const zones = fc.constantFrom(
			'Asia/Kolkata',
			'Australia/Lord_Howe',
			'America/New_York',
			'Pacific/Apia',
			'UTC',
			MADRID,
		);
		fc.assert(
			fc.property(
				zones,
				fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }),
				(zone, now) => {
					const day = DateTime.fromMillis(now, { zone }).startOf('day');
					const expected: Partial<Record<PeriodName, DateTime[]>> = {
						today: [day],
						yesterday: [day.minus({ days: 1 }), day],
						last7Days: [day.minus({ days: 6 })],
						thisWeek: [day.minus({ days: day.weekday - 1 })],
						thisMonth: [day.set({ day: 1 })],
						lastMonth: [day.set({ day: 1 }).minus({ months: 1 }), day.set({ day: 1 })],
					};
					for (const [name, [from, to]] of Object.entries(expected)) {
						const period = periodOf(name as 'today', now, zone);
						expect([period.from, period.to]).toEqual([from.toMillis(), to?.toMillis() ?? null]);
					}
				},
			),
		);
	});
});

describe('dates', () => {
	it('include the whole last day, whether it is written with midnight or without a time', () => {
		const whole = ['2026-11-01T23:00:00.000Z', '2026-11-03T23:00:00.000Z'];
		expect(dates('2026-11-02', '2026-11-03')).toEqual(whole);
		expect(dates('2026-11-02T00:00:00', '2026-11-03T00:00:00')).toEqual(whole);
		expect(dates('2026-11-02', DateTime.fromISO('2026-11-03', { zone: MADRID }))).toEqual(whole);
	});

	it('end before the moment that was entered', () => {
		expect(dates('2026-11-02T09:00:00', '2026-11-02T17:00:00')).toEqual([
			'2026-11-02T08:00:00.000Z',
			'2026-11-02T16:00:00.000Z',
		]);
		expect(dates('2026-11-02', '2026-11-02', 'Australia/Sydney')).toEqual([
			'2026-11-01T13:00:00.000Z',
			'2026-11-02T13:00:00.000Z',
		]);
	});

	it.each([
		['', '2026-11-03', "'From' is empty"],
		['2026-11-02', ' ', "'To' is empty"],
		['2026-11-02', undefined, "'To' is empty"],
		['soon', '2026-11-03', "'From' is not a date"],
		['2026-11-02', 5, "'To' is not a date"],
		['2026-11-03', '2026-11-02', "'To' is not after 'From'"],
		['2026-11-02T09:00:00', '2026-11-02T09:00:00', "'To' is not after 'From'"],
	])('from %p to %p are refused by the name of the field, not read as "everything"', (from, to, message) => {
		expect(() => dates(from, to)).toThrow(message);
	});
});

it('names the choices for a period that an expression made up', () => {
	const read = () => readPeriod(context({ period: 'lastYear' }), 'last7Days', NOW, MADRID);
	expect(read).toThrow("'Period' must be one of: last7Days, all, dates");
});

it('takes the default where nothing is chosen', () => {
	expect(readPeriod(context({}), 'yesterday', NOW, MADRID)).toEqual(periodOf('yesterday', NOW, MADRID));
	expect(PERIODS).toHaveLength(11);
});

it('holds its first moment and not its last, so that no call is in two days', () => {
	const { from, to } = periodOf('yesterday', NOW, MADRID);
	const period = { from, to };
	expect([from, (from ?? 0) - 1, to, (to ?? 0) - 1].map((one) => isWithin(one, period))).toEqual([
		true,
		false,
		false,
		true,
	]);
	expect(isWithin(null, period)).toBe(false);
	expect(isWithin(null, periodOf('all', NOW, MADRID))).toBe(true);
});
