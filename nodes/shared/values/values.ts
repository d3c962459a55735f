import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';

import { flawOf } from './nesting';

/** A value as text, or null if there is none. */
export function text(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	if (typeof value !== 'string') return null;
	const trimmed = value.trim();
	return isBlank(trimmed) || trimmed === 'null' ? null : trimmed;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
	['nbsp', ' '],
]);

/** A name as people read it, where a provider writes it for HTML: `R&amp;D`, `O&#039;Hara`. */
export function withoutEntities(name: string): string {
	return name.replace(
		/&(?:([a-z]{2,4})|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
		(entity, word?: string, ten?: string, hex?: string) => {
			if (word !== undefined) return ENTITIES.get(word.toLowerCase()) ?? entity;
			const code = ten === undefined ? parseInt(hex ?? '', 16) : Number(ten);
			return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
		},
	);
}

/** A provider's code whatever its case and separators: `No Answer`, `no_answer` and `NOANSWER` are one. */
export function codeOf(value: unknown): string | null {
	return (
		text(value)
			?.replace(/[\s_.-]+/g, '')
			.toUpperCase() || null
	);
}

/** Whether a text is invisible: blanks and characters that do not show, such as the zero-width space. */
export function isBlank(value: string): boolean {
	return /^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(value);
}

/** Whether a text, or one within a value, holds a line break or another control character. */
export function hasControl(value: unknown): boolean {
	if (typeof value === 'string') return /[\p{Cc}\u2028\u2029]/u.test(value);
	if (typeof value !== 'object' || value === null) return false;
	return Object.entries(value).some(([name, inner]) => hasControl(name) || hasControl(inner));
}

/** Whether a value is true or false, also as a text; null if it is neither. */
export function truth(value: unknown): boolean | null {
	if (value === true || value === 'true') return true;
	return value === false || value === 'false' ? false : null;
}

/**
 * A value that a user entered as a finite number, or null: a number, or a text in decimal notation. `0x10` and `1e3` are
 * names or codes rather than quantities, and an empty value is not a number.
 */
export function decimal(value: unknown): number | null {
	return typeof value === 'string' && !/^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? null : numeric(value);
}

/** A value of an answer as a finite number, or null. Providers send numbers as strings, too. */
export function numeric(value: unknown): number | null {
	if (typeof value === 'string' && value.trim() === '') return null;
	const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
	return Number.isFinite(number) ? number : null;
}

/** An amount of money, which some write with a decimal comma. `1,234` may be either, and is null. */
export function amount(value: unknown): number | null {
	const isDecimalComma = typeof value === 'string' && /^-?(0,\d+|\d+,(\d{1,2}|\d{4,}))$/.test(value.trim());
	return numeric(isDecimalComma ? value.replace(',', '.') : value);
}

/** Whether two names are one: by their letters, without case, invisible characters and the width of blanks. */
export function isSameName(a: string, b: string): boolean {
	return foldedName(a) === foldedName(b);
}

/** What all spellings of a name have in common. */
export function foldedName(name: string): string {
	return tidyName(name).toLowerCase();
}

/** A name without what cannot be seen: invisible characters, and more than one blank between words. */
export function tidyName(name: string): string {
	return name
		.normalize('NFKC')
		.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
		.replace(/\s+/g, ' ')
		.trim();
}

/** Whether a number's digits are exact: neither rounded (above 2^53) nor with an exponent. */
export function isExact(value: unknown): value is number {
	const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
	return typeof value === 'number' && !isRounded && /^-?\d+(\.\d+)?$/.test(String(value));
}

/**
 * The value of a JSON text; undefined if it is nested too deeply to work with. A whole number that JavaScript would round (above
 * 2^53) is kept as text, digit by digit: it is an ID, and once rounded it would be another record's.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parsedExactly(json: string): unknown {
	const parsed: unknown = JSON.parse(json);
	const flaw = flawOf(parsed);
	if (flaw === 'deep') return undefined;
	return flaw === 'rounded' ? JSON.parse(withQuotedLongIntegers(json)) : parsed;
}

function withQuotedLongIntegers(json: string): string {
	let isInText = false;
	return json.replace(/\\.|"|-?\d[\d.eE+-]*/g, (part) => {
		if (part === '"') isInText = !isInText;
		const isRounded = !isInText && /^-?[1-9]\d{15,}$/.test(part) && !Number.isSafeInteger(Number(part));
		return isRounded ? `"${part}"` : part;
	});
}

/**
 * Names given as one text with commas, or as a list by an expression; a number is a name as well. Null for anything else:
 * ignoring it would ask for everybody's calls.
 */
export function nameList(value: unknown): string[] | null {
	if (value === undefined || value === null) return [];
	const names: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
	if (!names.every((name) => typeof name === 'string' || isExact(name))) return null;
	return names.map((name) => String(name).trim()).filter((name) => !isBlank(name));
}

/**
 * Identifies a record that has no id of its own: a digest of some of its fields, in any order.
 *
 * @param fields the documented fields that do not change once the record is written. All others are left out: a provider
 *   that starts sending one more does not turn old records into new ones.
 */
export function digestOf(record: IDataObject, fields: readonly string[]): string {
	const values = [...fields].sort().map((field) => [field, record[field] ?? null]);
	return createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 20);
}

/** Longer IDs are kept as a digest: the trigger's state has one for each call. */
const LONGEST_ID = 64;

/** An ID as a key of maps and of the trigger's state; null if there is none. One that is also a name of JavaScript's own is no key. */
export function idKey(value: unknown): string | null {
	const id = text(value);
	if (id === null || (id.length <= LONGEST_ID && !(id in Object.prototype))) return id;
	return createHash('sha256').update(id).digest('base64url');
}

/** The distinct values of a table, in its order. */
export function valuesOf<Value>(table: ReadonlyMap<unknown, Value>): Value[] {
	return [...new Set(table.values())];
}

/** Whether a value is an object with fields, not a list. */
export function isRecord(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts in a value, whatever its form: one, a list, or an object keyed by code. */
export function textsIn(value: unknown): string[] {
	if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
	const written = text(value);
	return written === null ? [] : [written];
}
