import fc from 'fast-check';
import { DateTime } from 'luxon';

import { conditions, midnights, type Condition } from '../../nodes/VoipStudio/lists/filter';
import { matches } from '../../simulator/voipstudio/filter';

/* n8n's date picker always adds a time: a midnight in its form is the whole day. */

const ZONES = fc.constantFrom('UTC', 'Europe/Madrid', 'Australia/Sydney', 'America/New_York', 'Asia/Kolkata');
const DAYS = fc.integer({ min: 0, max: 1200 }).map((days) => DateTime.utc(2024).plus({ days }).toFormat('yyyy-MM-dd'));

/** Where and when the clocks change, also at midnight, so that a day has none, or two, or ends an hour late. */
const CHANGES: Array<[string, string]> = [
	['2025-09-07', 'America/Santiago'],
	['2025-04-05', 'America/Santiago'],
	['2025-04-06', 'America/Santiago'],
	['2025-11-02', 'America/Havana'],
	['2025-03-30', 'Asia/Beirut'],
	['2025-10-25', 'Asia/Beirut'],
	['2025-10-26', 'Europe/Madrid'],
	['2026-03-29', 'Europe/Madrid'],
];
const DAYS_IN_ZONES = fc.oneof(fc.tuple(DAYS, ZONES), fc.constantFrom(...CHANGES));

/** What an operator means for the day of a call and the picked one. */
const MEANT: Record<string, (day: string, picked: string) => boolean> = {
	eq: (day, picked) => day === picked,
	in: (day, picked) => day === picked,
	gt: (day, picked) => day > picked,
	gte: (day, picked) => day >= picked,
	lt: (day, picked) => day < picked,
	lte: (day, picked) => day <= picked,
};

function picked(operator: string, value: unknown, zone: string, recordsZone = 'utc'): Condition[] {
	return conditions([{ property: 'calldate', operator, value: value as never }], zone, recordsZone);
}

describe('a midnight of the date picker', () => {
	it('finds the calls of the picked day, of all before or of all after it, or some would be left out', () => {
		// The records' own zone changes no clock: an hour that it shows twice is not told from the other.
		const recordsZones = fc.constantFrom('UTC', 'Asia/Kolkata');
		const moments = fc.array(fc.integer({ min: -36 * 3600, max: 60 * 3600 }), { maxLength: 40 });
		fc.assert(
			fc.property(DAYS_IN_ZONES, recordsZones, moments, ([day, zone], recordsZone, seconds) => {
				const offset = DateTime.fromISO(`${day}T12:00:00`, { zone }).offset * 60;
				const edges = [-3601, -3600, -1, 0, 1, 3599, 3600].flatMap((edge) => [edge, edge + 86_400]);
				for (const second of [...edges.map((edge) => edge - offset), ...seconds]) {
					const call = DateTime.fromISO(`${day}T00:00:00Z`).plus({ seconds: second });
					const calldate = call.setZone(recordsZone).toFormat('yyyy-MM-dd HH:mm:ss');
					const dayOfCall = call.setZone(zone).toFormat('yyyy-MM-dd');
					const found = Object.keys(MEANT).filter((operator) =>
						picked(operator, `${day}T00:00:00`, zone, recordsZone).every((one) => matches({ calldate }, one)),
					);
					expect([calldate, ...found]).toEqual([
						calldate,
						...Object.keys(MEANT).filter((operator) => MEANT[operator](dayOfCall, day)),
					]);
				}
			}),
			{ seed: 5 },
		);
	});

	it('is the day as it is typed for every operator', () => {
		fc.assert(
			fc.property(DAYS_IN_ZONES, fc.constantFrom('', ':00', ':00.000'), ([day, zone], rest) => {
				const midnight = `${day}T00:00${rest}`;
				for (const operator of ['eq', 'gt', 'gte', 'lt', 'lte', 'in', 'like', 'notlike'])
					expect(picked(operator, midnight, zone)).toEqual(picked(operator, day, zone));
			}),
			{ seed: 5 },
		);
	});

	it('is a moment where it has an offset or the form of the records, as every other time is', () => {
		// From four o'clock on: none of these zones changes its clocks then.
		const clocks = fc.integer({ min: 4 * 3600, max: 86_399 }).map((seconds) => DateTime.utc(2026).plus({ seconds }));
		fc.assert(
			fc.property(DAYS, ZONES, clocks, (day, zone, clock) => {
				const withOffset = `${day}T00:00:00.000+05:30`;
				const local = `${day}T${clock.toFormat('HH:mm:ss')}`;
				const moments: Array<[string, DateTime]> = [
					[`${day} 00:00:00`, DateTime.fromISO(day, { zone: 'utc' })],
					[`${day}T00:00:00Z`, DateTime.fromISO(day, { zone: 'utc' })],
					[withOffset, DateTime.fromISO(withOffset)],
					[local, DateTime.fromISO(local, { zone })],
				];
				for (const [given, at] of moments) {
					const value = at.toUTC().toFormat('yyyy-MM-dd HH:mm:ss');
					for (const operator of ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'])
						expect(picked(operator, given, zone)).toEqual([{ property: 'calldate', operator, value }]);
					expect(picked('in', given, zone)).toEqual([{ property: 'calldate', operator: 'in', value: [value] }]);
				}
			}),
			{ seed: 5 },
		);
	});

	it('is a day in a list as well, and left alone in what holds no times', () => {
		const days = ['gte 2026-11-21 00:00:00', 'lte 2026-11-22 23:59:59'];
		for (const value of ['2026-11-22T00:00:00, 2026-11-21', ['2026-11-21T00:00:00', '2026-11-22T00:00:00']])
			expect(picked('in', value, 'UTC').map((one) => `${one.operator} ${String(one.value)}`)).toEqual(days);
		const rows = [{ property: 'info', operator: 'eq', value: '2026-11-21T00:00:00' }];
		expect(conditions(rows, 'UTC')).toEqual([{ ...rows[0], value: '2026-11-21 00:00:00' }]);
	});

	it('is refused with "not equal", as no filter of VoIPstudio can ask for all other days', () => {
		expect(() => picked('ne', '2026-11-21T00:00:00', 'UTC')).toThrow('all days but one');
	});
});

describe('a moment that is midnight', () => {
	it('is told where it was probably meant as a day, or {{ $today }} looks like no calls', () => {
		const zone = 'Europe/Madrid';
		const told = (value: unknown, operator = 'eq', recordsZone = 'utc') =>
			midnights(picked(operator, value, zone, recordsZone), zone, recordsZone).map((at) => at.toISODate());
		const today = DateTime.fromISO('2026-11-21', { zone });
		expect(told(today)).toEqual(['2026-11-21']);
		expect(told([today.toISO(), today.plus({ days: 1 }).toISO()], 'in')).toEqual(['2026-11-21', '2026-11-22']);
		expect(told(today.toISO(), 'eq', 'Australia/Sydney')).toEqual(['2026-11-21']);
		for (const other of [today.plus({ seconds: 1 }), '2026-11-21', '2026-11-21T00:00:00', '2026-11-21 00:00:00'])
			expect(told(other)).toEqual([]);
		expect(told(today, 'gte')).toEqual([]);
	});
});
