import type { Party } from './call';

/** Shorter ones are extensions of colleagues, or numbers that nobody calls from. */
const LEAST_DIGITS = 7;

/** About how many digits a national number has behind the zero that people in the country dial first. */
const TAIL_DIGITS = 9;

/**
 * The number that tells one caller from another: with a plus sign where it is known in E.164 form, else its digits. Null for a
 * side that matches nobody: withheld, not told, or an extension.
 */
export function callerNumber({ number, e164, withheld }: Party): string | null {
	if (withheld) return null;
	if (e164 !== null) return e164;
	const digits = (number ?? '').replace(/\D/g, '');
	return digits.length < LEAST_DIGITS ? null : digits;
}

/** What numbers have to share to be looked at together: see `isSameCaller`. */
export function numberTail(number: string): string {
	return number.replace('+', '').slice(-TAIL_DIGITS);
}

/**
 * Whether two numbers (see `callerNumber`) are one caller's. Two that are both known in E.164 form are compared as a whole. Where
 * one is not, its country code is unknown, and the last nine digits decide: two countries may share them.
 */
export function isSameCaller(a: string, b: string): boolean {
	return a.startsWith('+') && b.startsWith('+') ? a === b : numberTail(a) === numberTail(b);
}
