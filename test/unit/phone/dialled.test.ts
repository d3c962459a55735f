import fc from 'fast-check';

import { readDialled } from '../../../nodes/shared/phone/writtenNumber';

/** The number as it would be dialled, or undefined where it is refused. */
function dialled(value: unknown): string | undefined {
	const number = readDialled(value);
	return typeof number === 'string' ? undefined : (number.hasPlus ? '+' : '') + number.digits;
}

describe('What can be read in one way only is dialled, or nobody could use the numbers that people really have', () => {
	test.each<[unknown, string]>([
		['+34600000000', '+34600000000'],
		['0034600000000', '0034600000000'],
		['1001', '1001'],
		[1001, '1001'],
		[34600000000, '34600000000'],
		['+44 (0)20 7946 0958', '+442079460958'],
		['+39 (0)6 1234 5678', '+390612345678'],
		['+4402079460958', '+442079460958'],
		['+330612345678', '+33612345678'],
		['+49 030 901820', '+4930901820'],
		['+7 (8) 495 123-45-67', '+74951234567'],
		['+36 (06) 20 123 4567', '+36201234567'],
		['+370 (8) 5 234 5678', '+37052345678'],
		['+44(0)20-7946-0958', '+442079460958'],
		['+61 (0)2 9000 1234', '+61290001234'],
		['+44 (20) 7946 0958', '+442079460958'],
		['(020) 7946 0958', '02079460958'],
		['+1 (212) 555-01.23', '+12125550123'],
		['+33 6.12.34.56.78', '+33612345678'],
		['\u202a+34 600 000 000\u202c', '+34600000000'],
		['\u200b600000000\ufeff', '600000000'],
		['+34\u00a0600\u00a0000\u00a0000', '+34600000000'],
		['\uff0b\uff13\uff14\uff16\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10', '+34600000000'],
		['\u0660\u0661\u0662\u0663\u0664\u0665\u0666', '0123456'],
		['\u06f0\u06f1\u06f2\u06f3', '0123'],
		['600\u2013000\u2011000', '600000000'],
		['tel:+34600000000', '+34600000000'],
	])('%j', (value, number) => {
		expect(dialled(value)).toBe(number);
	});
});

describe('What leaves a doubt is refused, or a stranger would be called', () => {
	test.each<[unknown, string]>([
		['34600000000.0', 'a quantity with a fraction'],
		['34600000000.00', 'a quantity with a fraction'],
		['3.46E+10', 'letters'],
		['1001/1002', 'two numbers'],
		['+34600000000, +34600000001', 'two numbers'],
		['+34600000000;ext=5', 'a switchboard would answer'],
		['+34600123456 x12', 'a switchboard would answer'],
		['+112', 'at least 10'],
		['+1002', 'at least 10'],
		['+44 20', 'at least 9'],
		['+3', 'no country has its country code'],
		['+999123456', 'no country has its country code'],
		['+447700900123', 'in no range of numbers that is in use'],
		['1'.repeat(10_000), 'more than 15'],
		['Unknown', 'withheld'],
		['266696687', 'withheld'],
		['-1001', 'minus sign'],
		[-1001, 'a sign'],
		[34600000000.5, 'a fraction'],
		[1e21, 'too many digits'],
		[NaN, 'a sign, a fraction'],
		[0, 'a sign'],
		['+0034600000000', 'no country code begins with 0'],
		['+0442036427900', 'no country code begins with 0'],
		['44 (0)20 7946 0958', '(0) belongs'],
		['(0)20 7946 0958', '(0) belongs'],
		['+44 (0)(0)20 7946', 'behind +44'],
		['+121234561234', 'behind +1 it has 11 digits'],
		['+4477744322', 'behind +44 it has 8 digits'],
		['+34 (0)600123456', 'a (0) that could be left out'],
		['+39 (0)347 1234567', 'a (0) that could be left out'],
		['abc', 'letters'],
		['+1-800-FLOWERS', 'letters'],
		['1001 ext. 5', 'a switchboard would answer'],
		['*97', 'letters'],
		['anonymous', 'withheld'],
		['', 'digits only'],
		['+', 'digits only'],
		['+34+600000000', 'digits only'],
		['++34600000000', 'digits only'],
		['600 000 000 -', 'missing'],
		['(600 000 000', 'missing'],
		['600)000(000', 'missing'],
		['1234567890123456', 'more than 15'],
		['+4420364279001234567', 'more than 15'],
		[null, 'neither a text nor a number'],
		[undefined, 'neither a text nor a number'],
		[true, 'neither a text nor a number'],
		[{ number: '600' }, 'neither a text nor a number'],
		[new Date(0), 'neither a text nor a number'],
		[['+34600000000'], 'a list'],
		['१००१', 'digits only'],
		['²', 'digits only'],
	])('%j: %s', (value, reason) => {
		expect(readDialled(value)).toContain(reason);
	});

	test('no text of digits and other signs is ever dialled as other digits than it shows', () => {
		const signs = fc.stringMatching(/^[0-9+().\-/ *#,x]{1,24}$/);
		fc.assert(
			fc.property(signs, (written) => {
				const number = dialled(written);
				if (number === undefined) return;
				const shown = written.replace(/\D/g, '');
				// Behind a country code, what people in the country dial before a number is left out.
				const withoutTrunk = [1, 2, 3].flatMap((at) => [1, 2].map((cut) => shown.slice(0, at) + shown.slice(at + cut)));
				expect([shown, ...(number.startsWith('+') ? withoutTrunk : [])]).toContain(number.replace('+', ''));
				expect(number.startsWith('+')).toBe(written.trim().startsWith('+'));
			}),
			{ numRuns: 20_000 },
		);
	});

	test('whatever signs people put between the digits of a number, it stays that number', () => {
		const sign = fc.constantFrom('', ' ', '-', '.', '\u00a0');
		fc.assert(
			fc.property(
				fc.stringMatching(/^[1-9]\d{8,13}$/),
				fc.array(sign, { minLength: 14, maxLength: 14 }),
				(digits, between) => {
					const written = [...digits]
						.map((digit, at) => (at === digits.length - 1 ? digit : digit + between[at]))
						.join('');
					const number = dialled(`+${written}`);
					if (!/^\d+\.\d{1,2}$/.test(written)) expect(number).toBe(dialled(`+${digits}`));
				},
			),
			{ numRuns: 5000 },
		);
	});
});
