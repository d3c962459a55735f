/** A phone number as a person or a program wrote it, without the separators between its digits. */
export interface WrittenNumber {
	readonly digits: string;
	/** Whether it was written with a plus sign, so that the digits begin with a country code. */
	readonly hasPlus: boolean;
}

/** Invisible characters that come along when a number is copied from a contact or a web page. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** Digits and the plus sign of East Asian and Arabic keyboards. */
const FOREIGN: ReadonlyArray<readonly [RegExp, number]> = [
	[/[\uFF0B\uFF10-\uFF19]/g, 0xff10 - 0x30],
	[/[\u0660-\u0669]/g, 0x660 - 0x30],
	[/[\u06F0-\u06F9]/g, 0x6f0 - 0x30],
];

/** What people put between digits. A slash is not among them: it can also stand between two numbers. */
const BETWEEN = /[\s().\-\u2010-\u2015]/g;

/**
 * Countries whose numbers keep the zero after the country code (Italy, San Marino, the Ivory Coast, Gabon, the Congo), so
 * that "(0)" after it leaves open whether to dial it.
 */
const KEEPS_ZERO = /^\+(39|378|225|241|242)/;

/** ITU-T E.164: at most 15 digits, including the country code. */
const MOST_DIGITS = 15;

/**
 * Reads a phone number that can be read in only one way. Anything ambiguous is refused, as a guess may call a
 * stranger.
 *
 * @returns the number; or, as a text, why it is not one: it completes "… is not a phone number: "
 */
export function readPhoneNumber(value: unknown): WrittenNumber | string {
	if (Array.isArray(value)) return 'it is a list, and one item calls one number';
	if (typeof value === 'number') {
		return Number.isInteger(value) && value > 0 && value < 10 ** MOST_DIGITS
			? { digits: String(value), hasPlus: false }
			: 'it is a number with a sign, a fraction or too many digits';
	}
	if (typeof value !== 'string') return 'it is neither a text nor a number';

	const written = FOREIGN.reduce(
		(text, [digits, distance]) => text.replace(digits, (digit) => String.fromCharCode(digit.charCodeAt(0) - distance)),
		value.replace(INVISIBLE, ''),
	)
		.trim()
		.replace(/^tel:/i, '');
	const number = withoutTrunkZero(written);
	return number === undefined ? 'a (0) belongs behind a country code with a plus sign' : plain(number);
}

/** A "(0)" is what people in the country dial instead of the country code: after the code it is left out. */
function withoutTrunkZero(written: string): string | undefined {
	if (!/\(\s*0\s*\)/.test(written)) return written;
	const [, code, rest] = /^(\+\s*[1-9]\d{0,2})[\s.-]*\(\s*0\s*\)(.*)$/.exec(written) ?? [];
	if (code === undefined || KEEPS_ZERO.test(code.replace(/\s/g, '')) || rest.includes('(')) return undefined;
	return `${code} ${rest.trim()}`;
}

function plain(number: string): WrittenNumber | string {
	if (/[/,;|&]/.test(number)) return 'it may be two numbers';
	if (/\p{L}|[#*]/u.test(number)) return 'letters, extensions and codes cannot be dialled';
	// From a spreadsheet or a program that took it for a quantity: 34600000000.0
	if (/^[+\d]\d*\.\d{1,2}$/.test(number)) return 'it looks like a quantity with a fraction';
	if (/^[-\u2010-\u2015]/.test(number)) return 'it begins with a minus sign';
	const hasPlus = number.startsWith('+');
	const digits = number.slice(hasPlus ? 1 : 0).replace(BETWEEN, '');
	if (!/^\d+$/.test(digits)) return 'there may be digits only, and a plus sign before them';
	if (!/\d$|\d\)$/.test(number) || !balanced(number))
		return 'something seems to be missing at its end or between its brackets';
	if (hasPlus && digits.startsWith('0')) return 'no country code begins with 0';
	if (digits.length > MOST_DIGITS) return `it has ${digits.length} digits, and no number has more than ${MOST_DIGITS}`;
	return { digits, hasPlus };
}

function balanced(number: string): boolean {
	return /^[^()]*(\([^()]+\)[^()]*)*$/.test(number);
}
