import type { Dialled, WrittenNumber } from './writtenNumber';

/** About how many digits a national number has after the zero that people in the country dial first. */
const TAIL_DIGITS = 9;

/**
 * What identifies who is behind a number: with a plus sign if its E.164 form is known, else its digits. Null
 * for what matches nobody: a withheld or unreadable number, or an extension.
 */
export function identityOf(number: WrittenNumber | null): string | null {
	if (number?.kind !== 'external') return null;
	return number.e164 ?? number.digits;
}

/** What two numbers must have in common to be compared: see `isSameNumber`. */
export function numberTail(number: string): string {
	return number.replace('+', '').slice(-TAIL_DIGITS);
}

/**
 * Whether two numbers (see `identityOf`) are one. Two that are both known in E.164 form are compared as a
 * whole. If one is not, its country code is unknown, and the last nine digits decide: numbers of two
 * countries may share them.
 */
export function isSameNumber(a: string, b: string): boolean {
	return a.startsWith('+') && b.startsWith('+') ? a === b : numberTail(a) === numberTail(b);
}

/** Values by numbers (see `identityOf`), found by any that is the same, in one step however many there are. */
export class ByNumber<T> {
	private readonly lists = new Map<string, T[]>();

	add(number: string, value: T): void {
		const tail = numberTail(number);
		for (const key of [`any ${tail}`, number.startsWith('+') ? number : `bare ${tail}`]) {
			const list = this.lists.get(key);
			if (list === undefined) this.lists.set(key, [value]);
			else list.push(value);
		}
	}

	/** The values of all numbers that are the same, in up to two lists, each in the order in which they were added. */
	of(number: string): T[][] {
		const tail = numberTail(number);
		const keys = number.startsWith('+') ? [number, `bare ${tail}`] : [`any ${tail}`];
		return keys.flatMap((key) => [this.lists.get(key) ?? []]).filter((list) => list.length > 0);
	}
}

/** Whether two numbers of records are one: of phones outside, or of one phone of the system. */
export function isSamePhone(a: WrittenNumber, b: WrittenNumber): boolean {
	if (a.kind === 'extension' && b.kind === 'extension') return a.text.toLowerCase() === b.text.toLowerCase();
	const [one, other] = [identityOf(a), identityOf(b)];
	return one !== null && other !== null && isSameNumber(one, other);
}

/** Whether a number has a part as somebody wrote it, or is the same in another form. */
export function hasPart(number: WrittenNumber, { digits, hasPlus }: Dialled): boolean {
	if (number.kind === 'withheld' || number.kind === 'unreadable') return false;
	if (number.kind === 'extension') return number.text.includes(digits);
	// 00 is what most of the world dials instead of the plus sign, and 0 before a national number.
	const part = digits.replace(/^00?(?=[1-9])/, '');
	const isAbroad = hasPlus || /^00[1-9]/.test(digits);
	if (isSameNumber(number.e164 ?? number.digits, (isAbroad ? '+' : '') + part)) return true;
	if (hasPlus && number.e164 !== null) return number.digits.startsWith(digits);
	if (number.digits.includes(digits)) return true;
	return isAbroad ? number.digits.startsWith(part) : number.digits.includes(part);
}
