import { createHash } from 'node:crypto';
import fc from 'fast-check';

import { apiHash, asSent, httpBuildQuery, type Params, type Value } from '../../nodes/While1Voice/sign';
import vectors from './fixtures/while1.hash-vectors.json';
import { php } from './php';

const key = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom('data', 'a.b', 'a b', '0', '-1', '007', '~', '+40', '__proto__', '', 'é[0]'),
	fc.nat().map(String),
);
const leaf = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom('😀 ăîșț', "AZaz09-_.~!*'();:@&=+$,/?#[] %", '', ' '),
	fc.boolean(),
	fc.constant(null),
	fc.integer(),
	fc.maxSafeInteger(),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
	// Ties of the 14th digit, where the way of rounding shows.
	fc
		.tuple(fc.integer({ min: 10 ** 12, max: 10 ** 13 - 1 }), fc.constantFrom(0.25, 0.75, 0.5))
		.map(([whole, part]) => whole + part),
);
const params = fc.dictionary(
	key,
	fc.letrec<{ value: Value }>((tie) => ({
		value: fc.oneof(
			{ maxDepth: 3, withCrossShrink: true },
			leaf,
			fc.array(tie('value'), { maxLength: 4 }),
			fc.dictionary(key, tie('value'), { maxKeys: 4 }),
		),
	})).value,
	{ maxKeys: 6, noNullPrototype: true },
) as fc.Arbitrary<Params>;

/** The rules as the PHP manual states them, written down independently: flatten first, encode byte by byte after. */
function oracle(data: Params): string {
	const flat: Array<[string[], Exclude<Value, null | object>]> = [];
	const walk = (path: string[], value: Value): void => {
		if (value === null) return;
		if (Array.isArray(value)) value.forEach((inner, index) => walk([...path, index.toString()], inner));
		else if (typeof value === 'object') Object.keys(value).forEach((name) => walk([...path, name], value[name]));
		else flat.push([path, value]);
	};
	walk([], data);
	const urlencode = (text: string) =>
		[...Buffer.from(text, 'utf8')]
			.map((byte) => {
				const character = String.fromCharCode(byte);
				if (/[A-Za-z0-9_.-]/.test(character)) return character;
				return byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
			})
			.join('');
	return flat
		.map(([[first, ...rest], value]) => {
			const name = urlencode(first + rest.map((part) => `[${part}]`).join(''));
			return `${name}=${urlencode(value === true ? '1' : value === false ? '0' : value.toString())}`;
		})
		.join('&');
}

describe('http_build_query', () => {
	test.each(vectors)(
		'gives the confirmed text and hash of: $name, or the PBX would refuse the request',
		({ params: given, queryString, apiKey, apiHash: hash }) => {
			expect(httpBuildQuery(given as unknown as Params)).toBe(queryString);
			expect(apiHash(given as unknown as Params, apiKey)).toBe(hash);
		},
	);

	test('agrees with an independent reading of the manual on any data without fractions, or odd names would break the signature', () => {
		const withoutFractions = params.filter((data) => !/\d[.e]\d|\de[+-]?\d|\d{19}/i.test(JSON.stringify(data)));
		fc.assert(
			fc.property(withoutFractions, (data) => {
				const sent = asSent(data);
				expect(httpBuildQuery(sent)).toBe(oracle(sent));
			}),
			{ numRuns: 2000 },
		);
	});

	test("is PHP's own, for the JSON text that is sent, on any data, or the PBX would refuse the request", () => {
		const cases = fc.sample(params, { numRuns: 3000, seed: 20261121 }).map(asSent);
		const input = cases.map((data) => JSON.stringify(data)).join('\n');
		const output = php(
			'foreach (explode("\\n", $input) as $line) { $data = json_decode($line, true, 512, JSON_THROW_ON_ERROR); echo http_build_query($data), "\\n"; }',
			input,
		);
		const answers = output.split('\n').slice(0, -1);
		expect(answers).toHaveLength(cases.length);
		cases.forEach((data, index) => {
			expect([JSON.stringify(data), httpBuildQuery(data)]).toEqual([JSON.stringify(data), answers[index]]);
		});
	});

	test("writes fractions and numbers beyond 64 bits as PHP's floats, or a price in a variable would break the signature", () => {
		const numbers = fc
			.sample(
				fc.oneof(
					leaf.filter((value) => typeof value === 'number'),
					fc.double({ min: 1e-9, max: 1e22, noNaN: true }),
				),
				{ numRuns: 5000, seed: 7 },
			)
			.concat([
				0.1 + 0.2,
				1e15,
				1e20,
				1e21,
				100000000000000.5,
				99999999999999.5,
				1.5e-7,
				0.0001,
				0.00001,
				-0,
				5e-324,
				1.7976931348623157e308,
				2 ** 63,
				-(2 ** 63),
				2 ** 53,
			]);
		const answers = php(
			'foreach (json_decode($input, true) as $number) echo http_build_query(["n" => $number]), "\\n";',
			JSON.stringify(numbers),
		).split('\n');
		numbers.forEach((number, index) => {
			const sent = asSent({ n: number });
			expect([number, httpBuildQuery(sent)]).toEqual([number, answers[index]]);
		});
	});

	test('survives the way through a form: PHP reads the same parameters back, or form and query would need another hash', () => {
		const word = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
		const plain = fc.dictionary(
			word,
			fc.oneof(
				fc.string({ unit: 'grapheme' }),
				fc.integer(),
				fc.boolean(),
				fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
				fc.dictionary(word, fc.string(), { minKeys: 1, maxKeys: 3 }),
			),
			{ maxKeys: 5, noNullPrototype: true },
		);
		const cases = fc.sample(plain, { numRuns: 1000, seed: 3 }).map(asSent);
		const queries = cases.map((data) => httpBuildQuery(data));
		const answers = php(
			'foreach (explode("\\n", $input) as $line) { $data = []; parse_str($line, $data); echo http_build_query($data), "\\n"; }',
			queries.join('\n'),
		).split('\n');
		queries.forEach((query, index) => expect(answers[index]).toBe(query));
	});
});

describe('asSent', () => {
	test('leaves out what JSON cannot carry and keeps the rest, or hash and body would differ', () => {
		const at = new Date('2026-11-21T00:00:00Z');
		expect(asSent({ a: undefined, b: at, c: NaN, d: [undefined, 1], e: { f: '👍' } })).toEqual({
			b: at.toISOString(),
			c: null,
			d: [null, 1],
			e: { f: '👍' },
		});
	});

	test('replaces halves of characters in values and names, or PHP would refuse the whole text', () => {
		expect(asSent({ 'k\ud83d': 'a\ude00b', '\\ud83d': '\\ud83d' })).toEqual({
			'k\uFFFD': 'a\uFFFDb',
			'\\ud83d': '\\ud83d',
		});
	});
});

test('the hash covers every parameter and the key, or somebody could change a call on its way', () => {
	const data: Params = { action: 'save', page: 1, data: { a: 1 } };
	expect(apiHash(data, 'k')).toBe(createHash('md5').update('action=save&page=1&data%5Ba%5D=1k').digest('hex'));
	expect(new Set([apiHash(data, 'k'), apiHash({ ...data, page: 2 }, 'k'), apiHash(data, 'l')]).size).toBe(3);
});
