import { createHash } from 'crypto';

/**
 * The signature of While1 Voice, from its page "API - Prezentare generala":
 *
 *     $params['api_hash'] = md5(http_build_query($params) . 'your_api_key'); // make hash
 *
 * The PBX does the same with what it has read, whether that came as JSON, as a form or in the address. So this has to be
 * PHP's `http_build_query` to the letter (php-src, ext/standard/http.c; numbers: main/snprintf.c, `php_gcvt`), for
 * values as JSON can carry them. The hash in the provider's example belongs to other data; test vectors that PHP has
 * confirmed are in test/unit/fixtures.
 */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

export type Params = Record<string, Value>;

/** What will be sent of an object that a user built: dates become text, `undefined` and unpaired surrogates are dropped. */
export function asSent(params: object): Params {
	// A lone surrogate has no UTF-8 form: PHP would refuse the whole JSON text.
	const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\uFFFD');
	return JSON.parse(
		wellFormedKeys(
			JSON.stringify(params, (_key, value: unknown) => (typeof value === 'string' ? wellFormed(value) : value)),
		),
	) as Params;
}

/** Keys are not seen by the replacer: JSON writes lone surrogates as escapes of six characters. */
function wellFormedKeys(json: string): string {
	return json.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '$1\uFFFD');
}

/** PHP's `http_build_query($params)`. */
export function httpBuildQuery(params: Params): string {
	return Object.entries(params)
		.flatMap(([name, value]) => pairs(encoded(name), value))
		.join('&');
}

/** `md5(http_build_query($params) . $apiKey)` of all parameters but `api_hash` itself. */
export function apiHash(params: Params, apiKey: string): string {
	return createHash('md5')
		.update(httpBuildQuery(params) + apiKey, 'utf8')
		.digest('hex');
}

function pairs(name: string, value: Value): string[] {
	// PHP leaves null and empty arrays out.
	if (value === null) return [];
	if (typeof value === 'object') {
		return Object.entries(value).flatMap(([key, inner]) => pairs(`${name}%5B${encoded(key)}%5D`, inner));
	}
	if (typeof value === 'boolean') return [`${name}=${value ? 1 : 0}`];
	return [`${name}=${encoded(typeof value === 'number' ? phpNumber(value) : value)}`];
}

/** PHP's `urlencode`: everything but letters, digits and `-_.` by UTF-8 byte, a blank as `+`. */
function encoded(text: string): string {
	return encodeURIComponent(text)
		.replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
		.replace(/%20/g, '+');
}

const LARGEST_INTEGER = 2n ** 63n - 1n;
/** The setting `precision` of PHP, 14 unless a php.ini says otherwise. */
const PRECISION = 14;

/** A number of JSON as PHP writes it: integers of 64 bits in full, all others as floats. */
function phpNumber(number: number): string {
	const json = JSON.stringify(number);
	if (/^-?\d+$/.test(json) && BigInt(json) <= LARGEST_INTEGER && BigInt(json) >= -LARGEST_INTEGER - 1n) return json;
	return phpFloat(number);
}

/** `sprintf('%.14G')` as `php_gcvt` does it. */
function phpFloat(number: number): string {
	const sign = number < 0 ? '-' : '';
	const { digits, exponent } = rounded(Math.abs(number));
	if (exponent < -4 || exponent >= PRECISION) {
		const mantissa = `${digits[0]}.${digits.slice(1) || '0'}`;
		return `${sign}${mantissa}E${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
	}
	if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
	const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
	const rest = digits.slice(exponent + 1);
	return sign + whole + (rest === '' ? '' : `.${rest}`);
}

/** The number as `d.ddd * 10 ** exponent` with 14 digits at most, no zeros at the end. A tie goes to the even digit. */
function rounded(number: number): { digits: string; exponent: number } {
	const [exact, power] = number.toExponential(100).split('e');
	const all = exact.replace('.', '');
	const rest = all.slice(PRECISION);
	let head = BigInt(all.slice(0, PRECISION));
	let exponent = Number(power);
	const half = `5${'0'.repeat(rest.length - 1)}`;
	if (rest > half || (rest === half && head % 2n === 1n)) head += 1n;
	if (head === 10n ** BigInt(PRECISION)) {
		head /= 10n;
		exponent += 1;
	}
	return { digits: head.toString().replace(/0+$/, ''), exponent };
}
