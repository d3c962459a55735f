import fc from 'fast-check';
import { DateTime, FixedOffsetZone } from 'luxon';

import { setClock } from '../../harness/clock';
import {
	DAY,
	fromWallClock,
	HOUR,
	instant,
	isoUtc,
	isZone,
	MINUTE,
	secondsBetween,
	secondsIn,
	userInstant,
	utcDay,
	wallClock,
	writtenClock,
} from '../../nodes/shared/values/time';

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

/**
 * The rule, told without the code: a time on the wall is the first instant at which a clock in the zone shows it. One that no
 * clock shows lies in a gap: it is as long after the change as it is after the last time that was shown.
 */
describe('a time without a zone', () => {
	/** What a clock on the wall shows, by Node's own calendar. */
	const shown = (zone: string) => {
		const format = new Intl.DateTimeFormat('en-GB', {
			timeZone: zone,
			hourCycle: 'h23',
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
			hour: '2-digit',
			minute: '2-digit',
			second: '2-digit',
		});
		return (at: number) => {
			const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
			return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
		};
	};
	/** By the rule: every quarter of an hour that could be it, and where none is, the change. */
	const byRule = (wall: number, zone: string) => {
		const clock = shown(zone);
		const QUARTER = 15 * MINUTE;
		for (let at = wall - 15 * HOUR; at <= wall + 15 * HOUR; at += QUARTER) if (clock(at) === wall) return at;
		// In full quarters, as that is when clocks change.
		let change = Math.floor((wall - 15 * HOUR) / QUARTER) * QUARTER;
		while (clock(change) < wall) change += QUARTER;
		const lastShown = clock(change - 1000) + 1000;
		return change + (wall - lastShown);
	};
	const zones = [
		'Europe/Madrid',
		'Europe/Bucharest',
		'America/New_York',
		'America/Santiago',
		'Australia/Sydney',
		'Australia/Lord_Howe',
		'Pacific/Chatham',
		'Africa/Casablanca',
		'Asia/Kolkata',
		'UTC',
	];
	/** The changes of a zone in some years, found hour by hour. */
	const changesOf = (zone: string) => {
		const offset = (at: number) => wallClock(at, zone) - at;
		const found: number[] = [];
		const end = Date.parse('2028-01-01T00:00:00Z');
		for (let day = Date.parse('2025-01-01T00:00:00Z'); day < end; day += DAY) {
			if (offset(day) === offset(day + DAY)) continue;
			for (let at = day; at < day + DAY; at += 15 * MINUTE) if (offset(at) !== offset(at - 1000)) found.push(at);
		}
		return found;
	};

	it.each([
		['that is repeated in the north', 'Europe/Madrid', '2026-10-25 02:20:53', '2026-10-25T00:20:53Z'],
		['a second before the repeated hour', 'Europe/Madrid', '2026-10-25 01:59:59', '2026-10-24T23:59:59Z'],
		['that ends the repeated hour', 'Europe/Madrid', '2026-10-25 03:00:00', '2026-10-25T02:00:00Z'],
		['that is skipped in the north', 'Europe/Madrid', '2026-03-29 02:20:53', '2026-03-29T01:20:53Z'],
		['that is repeated in America', 'America/New_York', '2026-11-01 01:30:00', '2026-11-01T05:30:00Z'],
		['that is skipped in America', 'America/New_York', '2026-03-08 02:30:00', '2026-03-08T07:30:00Z'],
		['that is repeated in the south', 'Australia/Sydney', '2026-04-05 02:30:00', '2026-04-04T15:30:00Z'],
		['that is skipped in the south', 'Australia/Sydney', '2026-10-04 02:30:00', '2026-10-03T16:30:00Z'],
		['of a repeated half hour', 'Australia/Lord_Howe', '2026-04-05 01:45:00', '2026-04-04T14:45:00Z'],
		['of a skipped half hour', 'Australia/Lord_Howe', '2026-10-04 02:15:00', '2026-10-03T15:45:00Z'],
	])('%s means one instant, or a call of it would come twice', (_name, zone, written, utc) => {
		expect(new Date(instant(written, zone) ?? NaN).toISOString().replace('.000', '')).toBe(utc);
	});

	it('means the same whenever it is read: before the change, after it, in summer and in winter', () => {
		const readings = ['2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T04:58:00Z', '2027-02-01T00:00:00Z'];
		for (const zone of zones) {
			const times = changesOf(zone).flatMap((at) =>
				[-40, -20, 20, 40].map((minutes) => wallClock(at, zone) + minutes * MINUTE),
			);
			const read = readings.map((now) => {
				const restoreClock = setClock(() => Date.parse(now));
				const instants = times.map((wall) => fromWallClock(wall, zone));
				restoreClock();
				return instants;
			});
			expect(read).toEqual(readings.map(() => read[0]));
		}
	});

	it.each(zones)('in %s is the first instant at which a clock shows it, around every change and between', (zone) => {
		const changes = changesOf(zone);
		const near = changes.length === 0 ? [] : [fc.constantFrom(...changes)];
		const around = fc.integer({ min: -3 * 3600, max: 3 * 3600 }).map((seconds) => seconds * 1000);
		const anywhere = fc.integer({ min: 1_735_700_000, max: 1_830_000_000 }).map((seconds) => seconds * 1000);
		const walls = fc.oneof(
			anywhere,
			...near.map((change) => fc.tuple(change, around).map(([at, by]) => wallClock(at, zone) + by)),
		);
		fc.assert(
			fc.property(walls, (wall) => {
				expect(fromWallClock(wall, zone)).toBe(byRule(wall, zone));
			}),
			{ numRuns: 200 },
		);
	});
});

it('writtenClock reads every time of a provider as luxon does, days and hours that do not exist included', () => {
	const part = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
	const written = fc
		.tuple(part(13), part(32), fc.constantFrom(' ', 'T'), part(25), part(61), part(61), fc.constantFrom('', 'Z'))
		.map(
			([month, day, gap, hour, minute, second, end]) => `2028-${month}-${day}${gap}${hour}:${minute}:${second}${end}`,
		);
	fc.assert(
		fc.property(written, (time) => {
			const read = DateTime.fromISO(time.replace(' ', 'T'), { zone: 'utc' });
			expect(writtenClock(time)).toBe(read.isValid ? read.toMillis() : null);
		}),
		{ numRuns: 500 },
	);
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

describe('secondsIn', () => {
	it.each([
		['00:01:20', 80],
		['27:00:00', 97_200],
		['80', 80],
		[80, 80],
		['1:20', null],
		['00:61:00', null],
		[-5, null],
		['', null],
		[null, null],
	])('reads a duration of %j as %p, or a call seems to have no length', (written, seconds) => {
		expect(secondsIn(written)).toBe(seconds);
	});
});
