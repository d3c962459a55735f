import { DateTime, IANAZone } from 'luxon';

import { isRecord, numeric, text } from './values';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Milliseconds by a clock that nobody sets. */
export function monotonic(): number {
	return performance.now();
}

/**
 * A provider's time as an instant (milliseconds since 1970), or null if it is not a time.
 *
 * @param value ISO 8601, or the SQL form `YYYY-MM-DD HH:MM:SS` that two of the providers use
 * @param zone the IANA zone of times without one. A time that the clocks skip in spring continues from the hour
 *   before, one that they repeat in autumn is the earlier of the two, whenever it is read.
 */
export function instant(value: unknown, zone = 'utc'): number | null {
	const written = plainTime(value) ?? writtenTime(value);
	if (written === null) return null;
	return written.hasOffset ? written.at : fromWallClock(written.wallClock, zone);
}

/**
 * What a wall clock showed when a time was written: the instant at which UTC shows the same, or null if the
 * value is not a time. It does not depend on any zone, so times of one provider can be compared even if its zone is not known.
 */
export function writtenClock(value: unknown): number | null {
	return (plainTime(value) ?? writtenTime(value))?.wallClock ?? null;
}

/** A poll reads thousands of times, and luxon takes ten times as long for one. What is out of range is left to it. */
function plainTime(value: unknown): Written | null {
	if (typeof value !== 'string' || !PLAIN_TIME.test(value)) return null;
	const wallClock = Date.parse(`${value.slice(0, 10)}T${value.slice(11, 19)}Z`);
	return Number.isNaN(wallClock) ? null : { at: wallClock, wallClock, hasOffset: value.endsWith('Z') };
}

/** Days that every month has, so that `Date` makes no 2 March of 30 February. */
const PLAIN_TIME = /^\d{4}-\d{2}-(0[1-9]|1\d|2[0-8])[ T]\d{2}:\d{2}:\d{2}Z?$/;

/** What a wall clock in `zone` shows at an instant: the instant at which UTC shows the same. */
export function wallClock(at: number, zone: string): number {
	return at + offsetMs(at, zone);
}

/**
 * The instant at which a wall clock in `zone` shows a time. (luxon resolves a time that occurs twice by the offset
 * at the time of the call, so the same record would mean one thing in summer and another in winter.)
 */
export function fromWallClock(wall: number, zone: string): number {
	return fromClock(wall, (at) => wallClock(at, zone));
}

/**
 * The instant at which a clock shows a time; one that it shows twice is the earlier, one that it skips continues from before.
 *
 * @param clock what it shows at an instant
 */
export function fromClock(wall: number, clock: (at: number) => number): number {
	const offsetAt = (at: number) => clock(at) - at;
	// No zone is further than 14 hours from UTC, and none changes its clocks twice in two days.
	const [before, after] = [wall - DAY, wall + DAY].map(offsetAt);
	const isShown = (offset: number) => offsetAt(wall - offset) === offset;
	const shown = [before, after].filter(isShown).map((offset) => wall - offset);
	return shown.length === 0 ? wall - before : Math.min(...shown);
}

function offsetMs(at: number, zone: string): number {
	return /^utc$/i.test(zone) ? 0 : DateTime.fromMillis(at, { zone }).offset * MINUTE;
}

/** With fractions, an offset and the name of a zone. */
const LONGEST_TIME = 100;

interface Written {
	/** The instant, where it has an offset. */
	readonly at: number;
	readonly wallClock: number;
	readonly hasOffset: boolean;
}

function writtenTime(value: unknown): Written | null {
	if (typeof value !== 'string' || value.length > LONGEST_TIME || !/^\s*\d{4}-?\d{2}-?\d{2}/.test(value)) return null;
	const iso = value
		.trim()
		.replace(/ ?(UTC|GMT)$/i, 'Z')
		.replace(/ (?=[+-]\d{2})/, '')
		.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/, '$1-$2-$3T$4:$5:$6')
		.replace(' ', 'T');
	if (!/^\d{4}-\d{2}-\d{2}/.test(iso)) return null;
	const at = DateTime.fromISO(iso, { setZone: true, zone: 'utc' });
	if (!at.isValid) return null;
	return {
		at: at.toMillis(),
		wallClock: at.toMillis() + at.offset * MINUTE,
		hasOffset: /T.*(Z|[+-]\d{2}(:?\d{2})?)$/i.test(iso),
	};
}

/** Whether a time says how far it is from UTC, so that it is an instant in any zone. */
export function hasOffset(value: string): boolean {
	return /\d[T ].*(Z|[+-]\d{2}(:?\d{2})?|UTC|GMT)$/i.test(value.slice(0, 60).trim());
}

/**
 * A record's time as text: as it is, or made of an epoch in seconds or milliseconds, or of the object that PHP writes for a date
 * (`{ date, timezone_type, timezone }`).
 */
export function timeText(value: unknown): string | null {
	if (isRecord(value)) {
		const [date, zone] = [text(value.date), text(value.timezone)];
		if (date === null || zone === null) return date;
		if (/^(Z|[+-]\d{2}:?\d{2})$/.test(zone)) return `${date}${zone}`;
		return isZone(zone) ? isoUtc(instant(date, zone)) : date;
	}
	const written = text(value);
	const [, seconds, milliseconds] = /^(\d{10})(?:\.\d+)?$|^(\d{13})$/.exec(written ?? '') ?? [];
	if (seconds !== undefined) return isoUtc(Number(written) * SECOND);
	return milliseconds === undefined ? written : isoUtc(Number(milliseconds));
}

/** The last instant that a date can represent. */
const LAST_INSTANT = 8.64e15;

/** An instant as ISO 8601 in UTC, the form of every time in the normalised call; null if it is out of range. */
export function isoUtc(at: number | null): string | null {
	return at === null || !(Math.abs(at) <= LAST_INSTANT) ? null : new Date(at).toISOString();
}

/**
 * A length of time in seconds, given as a number of them or as `hh:mm:ss`; null if it is neither. A negative one
 * is not known: clocks were set back, or a record is wrong.
 */
export function secondsIn(value: unknown): number | null {
	const [, hours, minutes, seconds] = /^(\d+):([0-5]\d):([0-5]\d)$/.exec(text(value) ?? '') ?? [];
	if (hours !== undefined) return (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
	const given = numeric(value);
	return given === null || given < 0 ? null : given;
}

/** A time of an item with the offset of a zone, `yyyy-MM-ddTHH:mm:ss±HH:mm`; null if there is none. */
export function isoIn(time: string | null, zone: string): string | null {
	if (time === null) return null;
	const at = DateTime.fromISO(time, { zone });
	return at.isValid ? at.toFormat("yyyy-MM-dd'T'HH:mm:ssZZ") : null;
}

/** Whole seconds between two instants, or null if one is missing or they are in the wrong order. */
export function secondsBetween(from: number | null, to: number | null): number | null {
	return from === null || to === null || to < from ? null : Math.round((to - from) / SECOND);
}

/** An instant, unless it is before the start or after the end: then a record is wrong, and it is not known. */
export function within(from: number | null, at: number | null, to: number | null): number | null {
	return at === null || (from !== null && at < from) || (to !== null && at > to) ? null : at;
}

/** An instant without its milliseconds, as the providers give times. */
export function wholeSecond(at: number): number {
	return Math.floor(at / SECOND) * SECOND;
}

/** The calendar day of an instant in UTC, shifted by some days, as `YYYY-MM-DD`. */
export function utcDay(at: number, moveDays = 0): string {
	return new Date(at + moveDays * DAY).toISOString().slice(0, 10);
}

/** Whether a value is a date of JavaScript or Luxon, valid or not. */
export function isDate(value: unknown): value is Date | DateTime {
	return value instanceof Date || DateTime.isDateTime(value);
}

/** Whether a text is what JavaScript or Luxon write for an invalid date: n8n passes it for a date in a collection. */
export function isInvalidDate(text: string): boolean {
	return /^\s*Invalid Date(Time)?\s*$/i.test(text);
}

/** A date of JavaScript or Luxon as ISO 8601 text, with the offset that it has; null for anything else. */
export function isoText(value: unknown): string | null {
	if (DateTime.isDateTime(value)) return value.toISO();
	return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : null;
}

/** The instant that a user's value stands for, or null. Without an offset it is read in `zone`. */
export function userInstant(value: unknown, zone: string): number | null {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime();
	if (DateTime.isDateTime(value)) return value.isValid ? value.toMillis() : null;
	return instant(value, zone);
}

/** Whether a name is an IANA time zone this system knows. */
export function isZone(name: string): boolean {
	// `create` remembers its answer, `isValidZone` builds a formatter at each call.
	return IANAZone.create(name).isValid || /^utc$/i.test(name);
}
