import fc from 'fast-check';

import { amount, codeOf, isExact, parsedExactly } from '../../nodes/shared/values/values';

describe('parsedExactly', () => {
	it.each([
		['{"id":9007199254740993}', { id: '9007199254740993' }],
		['{"id": -12345678901234567890, "n": 1}', { id: '-12345678901234567890', n: 1 }],
		['[12345678901234567890,\n12345678901234567891]', ['12345678901234567890', '12345678901234567891']],
		['12345678901234567890', '12345678901234567890'],
		['{"id":9007199254740991}', { id: 9007199254740991 }],
		['{"id":1234567890123456}', { id: 1234567890123456 }],
		['{"price":0.1234567890123456,"far":1e21}', { price: 0.1234567890123456, far: 1e21 }],
		['{"text":"a:12345678901234567890"}', { text: 'a:12345678901234567890' }],
		[
			'{"text":"\\":12345678901234567890,\\\\","id":12345678901234567890}',
			{ text: '":12345678901234567890,\\', id: '12345678901234567890' },
		],
		['{"12345678901234567890":[ 12345678901234567890 ]}', { '12345678901234567890': ['12345678901234567890'] }],
	])('keeps the ID in %s, or the next request names another record', (json, value) => {
		expect(parsedExactly(json)).toEqual(value);
	});

	it.each([
		'{12345678901234567890:1}',
		'{"id":012345678901234567890}',
		'{"id":12345678901234567890',
		'[12345678901234567890abc]',
	])('does not take %s for JSON, or a broken answer would pass for a whole one', (json) => {
		expect(() => parsedExactly(json)).toThrow(SyntaxError);
	});

	it('gives nothing of what is nested too deeply to work with, or the node would fail somewhere and name no reason', () => {
		const nested = (levels: number) => `{"id":12345678901234567890,"list":${'['.repeat(levels)}${']'.repeat(levels)}}`;
		expect(parsedExactly(nested(100))).toMatchObject({ id: '12345678901234567890' });
		expect(parsedExactly(nested(101))).toBeUndefined();
		expect(parsedExactly(nested(5000))).toBeUndefined();
	});

	it('reads everything else as JSON.parse does, whatever surrounds a long number', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.bigInt({ min: 2n ** 53n, max: 10n ** 30n }), (other, id) => {
				const read = parsedExactly(`{"other":${JSON.stringify([other])},"id":${id}}`);
				const whole = JSON.stringify(read, (_key, value: unknown) => (isLong(value) ? Number(value) : value));
				expect(JSON.parse(whole)).toEqual(JSON.parse(`{"other":${JSON.stringify([other])},"id":${id}}`));
				expect((read as { id: unknown }).id).toBe(String(id));
			}),
		);
	});
});

/** A text that stands for a number, as this test's texts of sixteen digits and more do. */
function isLong(value: unknown): value is string {
	return typeof value === 'string' && /^-?[1-9]\d{15,}$/.test(value);
}

it.each([NaN, Infinity, 1e21, 2 ** 53, -(2 ** 53), 1e-7, '5', null, new Date(0)])(
	'%p is not a number that its digits say exactly, or a text field would send something else',
	(value) => {
		expect(isExact(value)).toBe(false);
	},
);

it.each([0, -1, 2.5, Number.MAX_SAFE_INTEGER])('%p can be sent digit by digit', (value) => {
	expect(isExact(value)).toBe(true);
});

describe('codeOf', () => {
	it.each(['No Answer', 'no_answer', 'NOANSWER', ' no-answer '])(
		'takes %j for one code, or a filter drops the call',
		(code) => {
			expect(codeOf(code)).toBe('NOANSWER');
		},
	);

	it.each([null, '', ' - ', undefined, true])('finds no code in %j', (value) => {
		expect(codeOf(value)).toBeNull();
	});
});

describe('amount', () => {
	it.each([
		['0,25', 0.25],
		['12,5', 12.5],
		['0,035', 0.035],
		['0.25', 0.25],
		[0.25, 0.25],
		['1,234', null],
		['1.234,50', null],
		['', null],
	])('reads %j as %p, or the cost of a call is lost or a thousand times too high', (written, read) => {
		expect(amount(written)).toBe(read);
	});
});
