import type { Party } from './call';

/** Shorter ones are colleagues' extensions, or numbers that nobody calls from. */
const LEAST_DIGITS = 7;

/** About how many digits a national number has after the zero that people in the country dial first. */
const TAIL_DIGITS = 9;

/**
 * The number that identifies a caller: with a plus sign if its E.164 form is known, else its digits. Null for a
 * side that matches nobody: a withheld or missing number, or an extension.
 */
export function callerNumber({ number, e164, withheld }: Party): string | null {
	if (withheld) return null;
	if (e164 !== null) return e164;
	const digits = (number ?? '').replace(/\D/g, '');
	return digits.length < LEAST_DIGITS ? null : digits;
}

/** What two numbers must have in common to be compared: see `isSameCaller`. */
export function numberTail(number: string): string {
	return number.replace('+', '').slice(-TAIL_DIGITS);
}

/**
 * Whether two numbers (see `callerNumber`) belong to one caller. Two that are both known in E.164 form are compared as a whole. If
 * one is not, its country code is unknown, and the last nine digits decide: numbers of two countries may share them.
 */
export function isSameCaller(a: string, b: string): boolean {
	return a.startsWith('+') && b.startsWith('+') ? a === b : numberTail(a) === numberTail(b);
}
