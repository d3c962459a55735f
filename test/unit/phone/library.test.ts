import examples from 'libphonenumber-js/examples.mobile.json';
import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';

import { lineType } from '../../../nodes/shared/phone/plans';
import { readDialled, readRecorded } from '../../../nodes/shared/phone/writtenNumber';
import { randomFrom } from '../../../simulator/world/random';

/** All countries and the services of none; `TEST_FULL=1` compares 120,000 numbers. */
const RUNS = process.env.TEST_FULL === '1' ? 120_000 : 3_000;

/** What the package does not dial although the library reads a number in it, and why. */
const REASONS: ReadonlyArray<readonly [why: string, is: (reason: string, text: string, number: string) => boolean]> = [
	['two numbers may be meant, and one would be called', (reason) => reason === 'it may be two numbers'],
	['a switchboard answers, where somebody behind it is meant', (reason) => /^a switchboard would/.test(reason)],
	['a bracket that is not closed shows that something was lost', (reason) => /^something seems to be/.test(reason)],
	['where a 0 is part of the number, brackets around it leave it open', (reason) => /a \(0\) that could/.test(reason)],
	['two ways to read it are two people', (reason) => /^it can be read as/.test(reason)],
	['E.164 ends at 15 digits; networks cut what is longer', (reason) => /no number has more than 15$/.test(reason)],
	[
		'the library adds an area code, or takes out that of a carrier: a guess',
		(_reason, text, number) => addsOrCutsDigits(text, number),
	],
];

const countries = getCountries();
const random = randomFrom(28);
const below = (count: number) => Math.floor(random() * count);
const pick = <Value>(values: readonly Value[]): Value => values[below(values.length)];
const digits = (count: number) => Array.from({ length: count }, () => below(10)).join('');

interface Place {
	readonly code: string;
	readonly prefix: string;
	readonly example: string;
}

const places: Place[] = [
	...countries.map((country) => {
		const [code, , , , , prefix] = (metadata.countries as unknown as Record<string, string[]>)[country];
		return { code, prefix: prefix || '0', example: (examples as Record<string, string>)[country] };
	}),
	...Object.entries(metadata.nonGeographic as unknown as Record<string, [string, 0, string, number[]]>).map(
		([code, [, , , lengths]]) => ({ code, prefix: '0', example: '1'.repeat(lengths[0]) }),
	),
];

/** An existing number with some of its digits changed, left out or added, or any digits. */
function numberNear(example: string): string {
	if (random() < 0.15) return digits(1 + below(15));
	let number = example;
	for (let change = below(4); change > 0; change--) {
		const at = below(number.length + 1);
		number = `${number.slice(0, at)}${digits(random() < 0.8 ? 1 : 2)}${number.slice(at + (random() < 0.8 ? 1 : 0))}`;
	}
	// The first digits decide on the range.
	return random() < 0.4 ? digits(1 + below(3)) + number.slice(3) : number;
}

function written({ code, prefix, example }: Place): string {
	const number = numberNear(example);
	const spaced = random() < 0.5 ? number : number.replace(/(\d{3})(?=\d)/g, `$1${pick([' ', '-', '.', '\u00a0'])}`);
	return pick([
		`+${code}${number}`,
		`+${code} ${spaced}`,
		`+${code}${prefix}${number}`,
		`+${code} ${prefix}${spaced}`,
		`+${code} (${prefix}) ${spaced}`,
		`+${code} (0)${spaced}`,
		`tel:+${code}${number}`,
		`+${code} (${number.slice(0, 3)}) ${number.slice(3)}`,
		`+${code}${number} x${digits(3)}`,
		`+${code}${number};ext=${digits(2)}`,
		`+${code}${number}/${digits(1)}`,
		`+${code}${code}${number}`,
		`+${digits(1 + below(15))}`,
	]);
}

/** The number that the library reads and calls valid; null for any other text. */
function valid(text: string): string | null {
	const number = parsePhoneNumberFromString(text);
	return number?.isValid() === true ? number.number : null;
}

/** Whether a number is not what a text shows, with or without up to two digits behind the country code. */
function addsOrCutsDigits(text: string, number: string): boolean {
	const shown = text.replace(/\D/g, '');
	return ![1, 2, 3].some((at) =>
		[0, 1, 2].some((cut) => shown.slice(0, at) + shown.slice(at + cut) === number.slice(1)),
	);
}

it(`what is no number is never dialled, and what is one never refused without a reason (${RUNS} numbers)`, () => {
	const wrong: string[] = [];
	const counts = { dialled: 0, refused: 0, byReason: 0 };
	for (let run = 0; run < RUNS; run++) {
		const text = written(places[run % places.length]);
		const number = readDialled(text);
		const known = valid(text);
		if (typeof number !== 'string') {
			counts.dialled++;
			if (`+${number.digits}` !== known) wrong.push(`${text}: dialled as ${number.digits}, the library: ${known}`);
		} else if (known === null) counts.refused++;
		else if (REASONS.some(([, is]) => is(number, text, known))) counts.byReason++;
		else wrong.push(`${text}: refused, ${number}, the library: ${known}`);
	}
	if (process.env.TEST_FULL === '1') process.stdout.write(`${JSON.stringify(counts)}\n`);
	expect(wrong).toEqual([]);
	expect(counts.dialled).toBeGreaterThan(RUNS / 10);
	expect(counts.refused).toBeGreaterThan(RUNS / 10);
});

it('a mobile is one for the library as well, or somebody is texted who has none', () => {
	const wrong: string[] = [];
	let mobiles = 0;
	for (let run = 0; run < RUNS; run++) {
		const { code, example } = places[run % places.length];
		const number = parsePhoneNumberFromString(`+${code}${numberNear(example)}`);
		if (number?.isValid() !== true) continue;
		const type = number.getType();
		const expected = type === 'MOBILE' ? 'mobile' : type === 'FIXED_LINE' ? 'fixed' : null;
		const told = lineType(number.number);
		if (told === 'mobile') mobiles++;
		if (told !== null && told !== expected) wrong.push(`${number.number}: ${told}, the library: ${type}`);
	}
	expect(wrong).toEqual([]);
	expect(mobiles).toBeGreaterThan(RUNS / 10);
});

it('national numbers of a record become what the library makes of them, or stay as they are', () => {
	const wrong: string[] = [];
	for (let run = 0; run < RUNS; run++) {
		const country = countries[run % countries.length];
		const number = numberNear((examples as Record<string, string>)[country]);
		const { prefix } = places[run % countries.length];
		const text = pick([number, prefix + number]);
		const read = readRecorded(text, { country });
		const e164 = read.kind === 'external' ? read.e164 : null;
		const known = parsePhoneNumberFromString(text, country);
		if (e164 !== null && e164 !== known?.number)
			wrong.push(`${country} ${text}: ${e164}, the library: ${known?.number}`);
	}
	expect(wrong).toEqual([]);
});
