import {
	international,
	isTrunkPrefix,
	lineType,
	MOST_DIGITS,
	national,
	NO_CODE,
	tooLong,
	type LineType,
} from './plans';
import { isWithheld, MOST_CHARACTERS } from './withheld';

/** What a written number is. */
export type WrittenNumber =
	| {
			readonly kind: 'external';
			/** Those of the E.164 form where it is certain, else as they are written. */
			readonly digits: string;
			readonly hasPlus: boolean;
			/** With its plus sign; null unless there is one way to read the number. */
			readonly e164: string | null;
			readonly type: LineType;
			/** What a switchboard is to dial behind it. */
			readonly extension: string | null;
	  }
	/** A phone of the same system: a few digits, or the name of a user. */
	| { readonly kind: 'extension'; readonly text: string }
	| { readonly kind: 'withheld' }
	| { readonly kind: 'unreadable'; readonly text: string; readonly why: string };

/** How a provider writes numbers. */
export interface Writing {
	/** Whose national numbers may be written: ISO 3166 alpha-2 in capitals. */
	readonly country?: string | null;
	/** Whether the provider documents external numbers as E.164 without the plus sign. */
	readonly isBareE164?: boolean;
}

/** Shorter ones are colleagues' extensions, or numbers that nobody calls from. */
const LEAST_DIGITS = 7;

/** Invisible characters that come along when a number is copied from a contact or a web page. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** Digits and the plus sign of East Asian and Arabic keyboards. */
const FOREIGN: ReadonlyArray<readonly [RegExp, number]> = [
	[/[\uFF0B\uFF10-\uFF19]/g, 0xff10 - 0x30],
	[/[\u0660-\u0669]/g, 0x660 - 0x30],
	[/[\u06F0-\u06F9]/g, 0x6f0 - 0x30],
];

/** What people put between digits. A slash is not among them: it can also stand between two numbers. */
const BETWEEN = /[\s().\-\u2010-\u2015\u2212]/g;

/** Reads the number of a record: whatever can stand there, a SIP address or a display name as well. */
export function readRecorded(written: string, { country = null, isBareE164 = false }: Writing = {}): WrittenNumber {
	const part = addressIn(written);
	if (part.length > MOST_CHARACTERS) return { kind: 'unreadable', text: written, why: tooManyCharacters(part) };
	const text = cleaned(part);
	const { number, extension } = userPart(text);
	if (isWithheld(text) || isWithheld(number)) return { kind: 'withheld' };
	const digits = digitsOf(number);
	if (typeof digits === 'string') {
		const isName = /^(?:[\p{L}_][\p{L}\p{N}._-]*|[*#\d]+)$/u.test(number);
		return isName ? { kind: 'extension', text: number } : { kind: 'unreadable', text, why: digits };
	}
	const withCode = digits.hasPlus ? international(digits.digits, digits.isTrunkInBrackets) : null;
	const e164 = withCode === null ? withoutPlus(digits.digits, country, isBareE164) : withCode.e164;
	if (e164 === null && digits.digits.length < LEAST_DIGITS) return { kind: 'extension', text: digits.digits };
	if (withCode?.e164 === null && withCode.why === NO_CODE) return { kind: 'unreadable', text, why: NO_CODE };
	return {
		kind: 'external',
		digits: e164?.slice(1) ?? digits.digits,
		hasPlus: digits.hasPlus,
		e164,
		type: e164 === null ? null : lineType(e164),
		extension,
	};
}

/** The E.164 form of a number without a plus sign, if only one of the ways to write it here gives one. */
function withoutPlus(digits: string, country: string | null, isBareE164: boolean): string | null {
	const ways = new Set<string | null>();
	if (country !== null) ways.add(national(digits, country));
	if (isBareE164 && digits.length > LEAST_DIGITS) ways.add(international(digits).e164);
	ways.delete(null);
	return ways.size === 1 ? ([...ways][0] ?? null) : null;
}

/** A number that can be dialled. */
export interface Dialled {
	readonly digits: string;
	/** Whether it was written with a plus sign, so that the digits begin with a country code. */
	readonly hasPlus: boolean;
}

/**
 * Reads a number that somebody entered to be dialled. What can be read in two ways, and what the plan of its
 * country does not have, is refused: a guess may call a stranger.
 *
 * @returns the number; or, as a text, why it is not one: it completes "… is not a phone number: "
 */
export function readDialled(value: unknown): Dialled | string {
	if (Array.isArray(value)) return 'it is a list, and one item calls one number';
	if (typeof value === 'number') {
		return Number.isInteger(value) && value > 0 && value < 10 ** MOST_DIGITS
			? { digits: String(value), hasPlus: false }
			: 'it is a number with a sign, a fraction or too many digits';
	}
	if (typeof value !== 'string') return 'it is neither a text nor a number';
	if (value.length > MOST_CHARACTERS) return tooManyCharacters(value);
	const text = cleaned(value).replace(/^tel:/i, '');
	if (text !== '0' && /[\p{L}\d]/u.test(text) && isWithheld(text)) return 'it stands for a number that was withheld';
	const written = digitsOf(text);
	if (typeof written === 'string' || !written.hasPlus) return written;
	const number = inUse(written.digits, written.isTrunkInBrackets);
	if (!written.isZeroUnclear) return number;
	// In Italy it is part of the number, as in +39 (0)6 …; a mobile there has none.
	const isOne = typeof number !== 'string' && typeof inUse(withoutZero(text)) === 'string';
	return isOne ? number : 'nobody there dials a (0) that could be left out';
}

/** The digits of a number without the zero in brackets behind its country code. */
function withoutZero(text: string): string {
	return text
		.replace(/\(\s*0\s*\)/, '')
		.replace(BETWEEN, '')
		.slice(1);
}

/** An international number, given without its plus sign, that is in use; or why it is none. */
export function inUse(digits: string, isBracketed = false): Dialled | string {
	const read = international(digits, isBracketed);
	if (read.e164 === null) return read.why;
	return read.isInUse
		? { digits: read.e164.slice(1), hasPlus: true }
		: `${read.e164} is in no range of numbers that is in use`;
}

/** The digits of a number or of a part of one that somebody looks for; null for anything else. */
export function readPart(value: unknown): Dialled | null {
	const written = typeof value === 'number' ? String(value) : value;
	if (typeof written !== 'string' || written.length > MOST_CHARACTERS) return null;
	const digits = digitsOf(cleaned(written).replace(/^tel:/i, ''), true);
	if (typeof digits === 'string') return null;
	const whole = digits.hasPlus ? international(digits.digits, digits.isTrunkInBrackets).e164 : null;
	return { digits: whole?.slice(1) ?? digits.digits, hasPlus: digits.hasPlus };
}

/** A text without invisible characters and with the digits of ASCII. */
function cleaned(text: string): string {
	if (/^[ -~]*$/.test(text)) return text.trim();
	return FOREIGN.reduce(
		(rest, [digits, distance]) => rest.replace(digits, (digit) => String.fromCharCode(digit.charCodeAt(0) - distance)),
		text.replace(INVISIBLE, ''),
	).trim();
}

function tooManyCharacters({ length }: string): string {
	return `it has ${length} characters, and no number has more than ${MOST_DIGITS} digits`;
}

/** The address in `"Ann" <sip:+34…@10.0.0.1:5060>` without its host; the name if the brackets are empty. */
function addressIn(written: string): string {
	const [open, close] = [written.lastIndexOf('<'), written.lastIndexOf('>')];
	const inBrackets = open < close && open >= 0 ? written.slice(open + 1, close).trim() : written;
	const address = inBrackets === '' ? written.slice(0, open).replaceAll('"', '').trim() : inBrackets;
	const at = address.lastIndexOf('@');
	return at < 0 ? address : address.slice(0, at + 1);
}

/** The user part of an address without its parameters, and the extension behind it: `sip:+34…;ext=5@`. */
function userPart(address: string): { number: string; extension: string | null } {
	const [, scheme, rest] = /^(?:(sips?|tel|callto):(?:\/\/)?)?(.*)$/is.exec(address) as RegExpExecArray;
	const hasUser = rest.endsWith('@');
	// A SIP address without a user is that of a machine.
	const isHost = /^sip/i.test(scheme ?? '') && !hasUser && /^[\d.:[\]]+$/.test(rest) && rest.includes('.');
	if (isHost) return { number: address, extension: null };
	const user = hasUser ? rest.slice(0, -1).replace(/:.*$/s, '') : rest;
	const [number, ...parameters] = user.replace(/%2b/gi, '+').split(';');
	const isParameters = parameters.every((parameter) => /^[a-z][\w.-]*(=.*)?$/i.test(parameter.trim()));
	if (!isParameters) return { number: user, extension: null };
	const valueOf = (key: string) =>
		parameters.map((one) => one.trim().split('=')).find(([name]) => name.toLowerCase() === key)?.[1] ?? null;
	const context = valueOf('phone-context') ?? '';
	const isLocal = /^\+\d+$/.test(context) && /^\d/.test(number);
	const [, main, behind] = /^(.*\d\)?)(?:\s*(?:ext(?:ension)?|x)[\s.:=]*|\s*#\s*)(\d{1,7})$/i.exec(number.trim()) ?? [];
	return { number: (isLocal ? context : '') + (main ?? number.trim()), extension: valueOf('ext') ?? behind ?? null };
}

interface Digits extends Dialled {
	/** Whether brackets behind the country code hold what people in the country dial before a number. */
	readonly isTrunkInBrackets: boolean;
	/** Whether they hold a 0 that is part of the number, or that nobody dials. */
	readonly isZeroUnclear: boolean;
}

/**
 * The digits of one number without what people put between them.
 *
 * @param isPart whether it may be the beginning or the end of a number, which does not have to look complete
 * @returns or, as a text, why it is not one
 */
function digitsOf(number: string, isPart = false): Digits | string {
	if (/\d\s*;?(?:x|ext(?:ension)?)[\s.:=]*\d+$/i.test(number)) return 'a switchboard would answer, not the extension';
	if (/[/,;|&]/.test(number)) return 'it may be two numbers';
	if (/\p{L}|[#*]/u.test(number)) return 'letters, extensions and codes cannot be dialled';
	// From a spreadsheet or a program that took it for a quantity: 34600000000.0
	if (/^[+\d]\d*\.\d{1,2}$/.test(number)) return 'it looks like a quantity with a fraction';
	if (/^[-\u2010-\u2015\u2212]/.test(number)) return 'it begins with a minus sign';
	const hasPlus = number.startsWith('+');
	const digits = number.slice(hasPlus ? 1 : 0).replace(BETWEEN, '');
	if (!/^\d+$/.test(digits)) return 'there may be digits only, and a plus sign before them';
	if (!isPart && (!/\d\)?$/.test(number) || !/^[^()]*(\([^()]+\)[^()]*)*$/.test(number)))
		return 'something seems to be missing at its end or between its brackets';
	if (hasPlus && digits.startsWith('0')) return 'no country code begins with 0';
	const [, code, trunk] = /^\+\s*(\d{1,3})[\s.-]*\(\s*(\d{1,2})\s*\)/.exec(number) ?? [];
	if (code === undefined && /\(\s*0\s*\)/.test(number)) return 'a (0) belongs behind a country code with a plus sign';
	const isTrunkInBrackets = code !== undefined && isTrunkPrefix(code, trunk);
	// Some write the trunk prefix in addition to all the digits of E.164.
	if (digits.length > MOST_DIGITS + (hasPlus ? 2 : 0)) return tooLong(digits);
	return { digits, hasPlus, isTrunkInBrackets, isZeroUnclear: trunk === '0' && !isTrunkInBrackets };
}
