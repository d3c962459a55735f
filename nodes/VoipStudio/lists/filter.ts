import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import { isEmpty, shown } from '../../shared/parameters/read';
import { fromWallClock, instant, isInvalidDate, SECOND } from '../../shared/values/time';

/** One entry of the API's `filter`: entries are ANDed. */
export interface Condition {
	readonly property: string;
	readonly operator: string;
	readonly value: unknown;
}

/** A condition of the user's that cannot be used: what is wrong, and what would be right. */
export class UnusableCondition extends Error {
	/**
	 * @param what happened
	 * @param next what to do about it
	 */
	constructor(
		readonly what: string,
		readonly next: string,
	) {
		super(what);
	}
}

/** The nine operators; the document also allows the symbols. `between` is answered with code 400. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
	...['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'notlike'].map((name) => [name, name] as const),
	['=', 'eq'],
	['neq', 'ne'],
	['<>', 'ne'],
	['!=', 'ne'],
	['<', 'lt'],
	['<=', 'lte'],
	['>', 'gt'],
	['>=', 'gte'],
]);

/** The properties that hold times, by resource: calls, recordings, voicemails, the rest, and when a key was used. */
export const TIME_PROPERTIES: ReadonlySet<string> = new Set([
	'calldate',
	'timestamp',
	'origtime',
	'created_at',
	'last_request_at',
]);

/** The form of times in the API. They carry no zone; UTC is assumed if the user sets no other. */
const API_TIME = 'yyyy-MM-dd HH:mm:ss';

/**
 * The conditions of the form as the API expects them.
 *
 * @param rows the rows of the fixed collection, with expressions resolved
 * @param zone the IANA zone of the workflow: that of times without one
 * @param recordsZone the IANA zone of the times in the provider's records, which it compares with
 * @throws UnusableCondition with the number of the condition
 */
export function conditions(rows: IDataObject[], zone: string, recordsZone = 'utc'): Condition[] {
	const zones = { zone, recordsZone };
	return rows.flatMap((row, index) => {
		const nth = `Condition ${index + 1} of 'Filters'`;
		const property = nameOf(row.property === CUSTOM_PROPERTY ? row.customProperty : row.property);
		if (property === null)
			throw new UnusableCondition(`${nth} has no field`, 'Choose one from the list, or type its name.');
		const operator = OPERATORS.get(nameOf(row.operator ?? 'eq')?.toLowerCase() ?? '');
		if (operator === undefined) {
			throw new UnusableCondition(
				`${nth} has the operator ${JSON.stringify(row.operator)}, which VoIPstudio does not know`,
				`Use one of ${[...new Set(OPERATORS.values())].join(', ')}. A period takes two conditions: 'gte' and 'lte'.`,
			);
		}
		const isTime = TIME_PROPERTIES.has(property);
		const value = isTime ? midnightsAsDays(row.value) : row.value;
		const days = isTime ? daysIn(value, operator, zone) : [];
		if (days.length > 0) {
			if (operator === 'in' && days.length < entriesOf(value).length) {
				throw new UnusableCondition(
					`${nth} compares '${property}' with days and with times`,
					'A day counts as a whole, a time as its second: use one node for each.',
				);
			}
			return daysBetween(days, property, operator, recordsZone, nth);
		}
		if (operator === 'in') return { property, operator, value: listValue(value, property, zones, nth) };
		return { property, operator, value: oneValue(value, property, operator, zones, nth) };
	});
}

/** The zone of times that a user enters without one, and that of the times in the records. */
interface Zones {
	readonly zone: string;
	readonly recordsZone: string;
}

/** The value of the drop-down that asks for a typed property name. */
export const CUSTOM_PROPERTY = '__custom';

function nameOf(value: unknown): string | null {
	const name = typeof value === 'string' ? value.trim() : '';
	return name === '' ? null : name;
}

/** The contents of a list, given as a list or as a text with commas. */
function entriesOf(value: unknown): unknown[] {
	const entries: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
	return entries
		.map((entry) => (typeof entry === 'string' ? entry.trim() : entry))
		.filter((entry) => entry !== '' && entry !== null && entry !== undefined);
}

function listValue(value: unknown, property: string, zones: Zones, nth: string): unknown[] {
	const used = entriesOf(value);
	if (used.length > 0) return used.map((entry) => oneValue(entry, property, 'in', zones, nth));
	throw new UnusableCondition(
		`${nth} compares '${property}' with an empty list`,
		"'In' needs values separated by commas, or an expression that gives a list, e.g. ={{ ['CONNECTED', 'BUSY'] }}.",
	);
}

function oneValue(value: unknown, property: string, operator: string, zones: Zones, nth: string): unknown {
	if (isEmpty(value)) {
		throw new UnusableCondition(
			`${nth} has no value to compare '${property}' with`,
			'Enter a value, or remove the condition.',
		);
	}
	if (Array.isArray(value)) {
		throw new UnusableCondition(`${nth} compares '${property}' with a list`, "Only the operator 'In' takes a list.");
	}
	if (typeof value === 'number' && !Number.isSafeInteger(value) && !(Math.abs(value) < Number.MAX_SAFE_INTEGER)) {
		throw new UnusableCondition(
			`${nth} compares '${property}' with ${value}, which a number cannot be exactly`,
			'Give it as a text, digit by digit.',
		);
	}
	const isTime = TIME_PROPERTIES.has(property);
	// There is no telling whether a number as a date means seconds, milliseconds or a spreadsheet's day.
	if (typeof value === 'number' && (operator === 'like' || operator === 'notlike')) return pattern(String(value));
	if ((typeof value === 'number' || typeof value === 'boolean') && !isTime) return value;
	if (typeof value === 'string' && (operator === 'like' || operator === 'notlike')) return pattern(value.trim());
	const time = apiTime(value, operator, zones, isTime);
	if (time !== undefined) return time;
	if (typeof value === 'string' && !isTime && !isInvalidDate(value)) return value.trim();
	throw new UnusableCondition(
		`${nth} compares '${property}' with ${shown(value)}, which is ${isTime ? 'not a date' : 'neither a text nor a number'}`,
		isTime
			? 'Use one such as 2026-11-21 09:00:00 (UTC), 2026-11-21T09:00:00+01:00, or a date from another node. A number becomes a date by an expression such as {{ DateTime.fromMillis($json.at) }}.'
			: 'Use a text, a number, true, false, or a date.',
	);
}

/**
 * A text as SQL's LIKE wants it: the document speaks of a pattern, and without `%` one matches nothing but itself, so that "contains"
 * would find nothing and "does not contain" everything. What has a `%` is the user's own pattern.
 */
function pattern(text: string): string {
	return text.includes('%') ? text : `%${text}%`;
}

/** What the form says of a midnight without an offset. */
export const MIDNIGHT_HINT = 'A time of 00:00:00 means the whole day';

/** A time as n8n's date picker gives it, alone or in a list with commas, at midnight. */
const MIDNIGHT = /(?<=^|,)(\s*\d{4}-\d{2}-\d{2})T00:00(:00(\.0+)?)?(?=\s*(,|$))/gi;

/**
 * Days in the place of midnights without an offset, as n8n's date picker always adds a time. Nothing is lost by it: from a day on and before a day mean from and before its
 * midnight, and no other operator is of use with a midnight.
 */
export function midnightsAsDays(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(midnightsAsDays);
	return typeof value === 'string' ? value.replace(MIDNIGHT, '$1') : value;
}

/**
 * The moments that are compared with to the second and are midnight in `zone`: who writes `{{ $today }}` probably means the day.
 *
 * @param entries as `conditions` gives them, their times in `recordsZone`
 */
export function midnights(entries: readonly Condition[], zone: string, recordsZone: string): DateTime[] {
	return entries
		.filter(({ property, operator }) => TIME_PROPERTIES.has(property) && ['eq', 'in'].includes(operator))
		.flatMap(({ value }) => [value].flat())
		.map((value) => DateTime.fromFormat(String(value), API_TIME, { zone: recordsZone }).setZone(zone))
		.filter((at) => at.isValid && at.toMillis() === firstOf(at).toMillis());
}

/** The days that a value gives, in order, if the operator needs any; a day counts as a whole. */
function daysIn(value: unknown, operator: string, zone: string): DateTime[] {
	if (!['eq', 'ne', 'in'].includes(operator)) return [];
	const entries: unknown[] = operator === 'in' ? entriesOf(value) : [value];
	const days = entries
		.map((entry) => (typeof entry === 'string' ? entry.trim() : ''))
		.filter((entry) => DAY_FORM.test(entry))
		.map((entry) => DateTime.fromISO(entry, { zone }))
		.filter((day) => day.isValid);
	return days.sort((a, b) => a.toMillis() - b.toMillis());
}

/**
 * Days as two conditions, from the first second to the last.
 *
 * @throws UnusableCondition for what needs an "or", which the API does not know: all conditions of a filter must hold
 */
function daysBetween(
	days: DateTime[],
	property: string,
	operator: string,
	recordsZone: string,
	nth: string,
): Condition[] {
	if (operator === 'ne') {
		throw new UnusableCondition(
			`${nth} asks for all days but one, which VoIPstudio cannot filter by: all conditions must hold`,
			"Use two nodes, one with 'Less Than' and one with 'Greater Than' that day.",
		);
	}
	const hasGap = days.some((day, i) => i > 0 && day > days[i - 1].plus({ days: 1 }));
	if (hasGap) {
		throw new UnusableCondition(
			`${nth} asks for days that do not follow each other, which VoIPstudio cannot filter by: all conditions must hold`,
			'Use one node for each run of days.',
		);
	}
	return [
		{ property, operator: 'gte', value: written(firstOf(days[0]), recordsZone) },
		{ property, operator: 'lte', value: written(lastOf(days[days.length - 1]), recordsZone) },
	];
}

const WITHOUT_OFFSET = /^[\d-]+T[\d:.]+$/;
const WITH_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const API_FORM = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$/;
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;

/**
 * A date as the API expects it, or undefined if the value is not one. What is already in the API's form is left as it is;
 * a date with an offset is converted to the records' zone; one without is in the workflow's zone. A day alone is the whole day: up
 * to its last second for `lte`, after it for `gt`.
 */
function apiTime(
	value: unknown,
	operator: string,
	{ zone, recordsZone }: Zones,
	isTimeProperty: boolean,
): string | undefined {
	const inApi = (at: DateTime) => (at.isValid ? written(at, recordsZone) : undefined);
	if (DateTime.isDateTime(value)) return inApi(value);
	if (value instanceof Date) return inApi(DateTime.fromJSDate(value));
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	if (isTimeProperty && API_FORM.test(text)) {
		// Read in UTC, which skips no hour: it stays as it is.
		const at = DateTime.fromSQL(text, { zone: 'utc' });
		return at.isValid ? at.toFormat(API_TIME) : undefined;
	}
	if (isTimeProperty && DAY_FORM.test(text)) {
		const day = DateTime.fromISO(text, { zone });
		return day.isValid ? inApi(operator === 'lte' || operator === 'gt' ? lastOf(day) : firstOf(day)) : undefined;
	}
	if (!WITH_TIME.test(text)) return undefined;
	const at = WITHOUT_OFFSET.test(text) ? instant(text, zone) : DateTime.fromISO(text, { zone }).toMillis();
	return at === null ? undefined : inApi(DateTime.fromMillis(at));
}

/** The first second of a day. (Where the clocks are set back to midnight, luxon takes one or the other, by the season it is asked in.) */
function firstOf(day: DateTime): DateTime {
	const midnight = Date.UTC(day.year, day.month - 1, day.day);
	return DateTime.fromMillis(fromWallClock(midnight, day.zoneName ?? 'utc'), { zone: day.zone });
}

/** The last second of a day, of however many hours. */
function lastOf(day: DateTime): DateTime {
	return firstOf(day.plus({ days: 1 })).minus({ seconds: 1 });
}

function written(at: DateTime, recordsZone: string): string {
	return at.setZone(recordsZone).toFormat(API_TIME);
}

/** An instant in the API's form, as a time of `zone`. */
export function apiInstant(at: number, zone: string): string {
	return DateTime.fromMillis(Math.floor(at / SECOND) * SECOND, { zone }).toFormat(API_TIME);
}

/** The query parameter `filter`; undefined if there is nothing to filter by. */
export function filterText(entries: readonly Condition[]): string | undefined {
	return entries.length === 0 ? undefined : JSON.stringify(entries);
}
