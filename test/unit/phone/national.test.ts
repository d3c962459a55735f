import examples from 'libphonenumber-js/examples.mobile.json';
import { getCountries, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { COUNTRIES, isCountry } from '../../../nodes/shared/phone/plans';
import { readRecorded } from '../../../nodes/shared/phone/writtenNumber';
import { randomFrom } from '../../../simulator/world/random';
import { numberPlansFile } from '../../../tools/numberPlansFile';

const RUNS = Number(process.env.NUMBER_RUNS ?? 200);
const countries = getCountries();

/** The E.164 form of a national number as a record of a country's phone system has it. */
function internationalNumber(written: string, country: string): string | null {
	const number = readRecorded(written, { country });
	return number.kind === 'external' && !number.hasPlus ? number.e164 : null;
}

/** What the library reads of a number in a country; null where it is none that can exist. */
function known(written: string, country: CountryCode): string | null {
	const number = parsePhoneNumberFromString(written, country);
	return number?.isPossible() === true ? number.number : null;
}

/** Throws where a number would become another one than the library reads. */
function judge(written: string, country: CountryCode): string | null {
	const given = internationalNumber(written, country);
	if (given !== null && given !== known(written, country))
		throw new Error(`${country} ${written}: ${given}, and the library has ${known(written, country)}`);
	return given;
}

it('the numbering plans are those of the installed library', () => {
	const path = join(__dirname, '..', '..', '..', 'nodes', 'shared', 'phone', 'numberPlans.ts');
	expect(readFileSync(path, 'utf8')).toBe(numberPlansFile());
	expect(countries.every(isCountry)).toBe(true);
	expect(COUNTRIES).toHaveLength(countries.length);
	expect(isCountry('800')).toBe(false);
	expect(isCountry('XX')).toBe(false);
});

it('example numbers of all countries, as they are written there, become what the library makes of them', () => {
	const missed: string[] = [];
	for (const country of countries) {
		const example = parsePhoneNumberFromString((examples as Record<string, string>)[country], country);
		const given = judge(example?.formatNational() ?? '', country);
		if (given === null) missed.push(country);
	}
	if (process.env.NUMBER_TABLE !== undefined)
		process.stdout.write(`${countries.length} examples, null: ${missed.join(' ')}\n`);
	expect(missed.length).toBeLessThan(25);
});

it(`random numbers of all countries never become another person's (${RUNS} for each)`, () => {
	const random = randomFrom(6);
	const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
	let told = 0;
	for (const country of countries) {
		const { code, idd, prefix } = dialling(country);
		for (let run = 0; run < RUNS; run++) {
			const number = digits(3 + Math.floor(random() * 13));
			for (const before of ['', prefix, code, idd + code, `${idd}44`])
				if (judge(before + number, country) !== null) told++;
			// Near an existing number, so that the edges of the plan are met.
			const example = (examples as Record<string, string>)[country];
			const at = Math.floor(random() * example.length);
			const near = `${example.slice(0, at)}${digits(1)}${example.slice(at + (random() < 0.7 ? 1 : 0))}`;
			for (const before of ['', prefix, code, idd + code]) if (judge(before + near, country) !== null) told++;
		}
	}
	if (process.env.NUMBER_TABLE !== undefined) process.stdout.write(`${told} of ${countries.length * RUNS * 9} told\n`);
	expect(told).toBeGreaterThan(countries.length * RUNS);
});

it.each([
	['GB', '020 7183 8750', '+442071838750'],
	['GB', '2071838750', null],
	['AU', '0491 570 156', '+61491570156'],
	['AU', '61491570156', '+61491570156'],
	['AU', '0011 64 21 123 4567', '+64211234567'],
	['US', '(201) 555-0123', '+12015550123'],
	['US', '1 201 555 0123', '+12015550123'],
	['CA', '416 555 0123', '+14165550123'],
	['ES', '612 345 678', '+34612345678'],
	['IT', '06 1234 5678', '+390612345678'],
	['RO', '0712 034 567', '+40712034567'],
	['DE', '030 123456', '+4930123456'],
	['DE', '30123456', null],
	['CN', '13123456789', '+8613123456789'],
	['BR', '11 96123-4567', '+5511961234567'],
	['HU', '06 20 123 4567', '+36201234567'],
])('in %s %s is %s', (country, written, e164) => {
	expect(internationalNumber(written, country)).toBe(e164);
});

it.each(['112', '999', '911', '000', '116123', '118118', '1001', '*72', '+61491570156', '', 'anonymous', '12/34'])(
	'%s is left alone in every country: a short number, an extension or none at all',
	(written) => {
		for (const country of countries) expect(internationalNumber(written, country)).toBeNull();
	},
);

function dialling(country: CountryCode): { code: string; idd: string; prefix: string } {
	const [code, idd, , , , prefix] = (metadata.countries as unknown as Record<string, string[]>)[country];
	return { code, idd: /^\d+/.exec(idd)?.[0] ?? '00', prefix: prefix || '0' };
}
