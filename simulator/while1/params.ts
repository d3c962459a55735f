export class Refusal extends Error {}

/** What PHP turns parameters into: strings from forms, typed values from JSON. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Params = { [name: string]: Value };

/** PHP's way of flattening parameters into a query, implemented a second time: the simulator must not rely on the node's. */
export function build(value: Value, name: string): string {
	if (value === null) return '';
	if (typeof value === 'object') {
		const parts = Object.keys(value).map((key) =>
			build((value as Params)[key], name === '' ? php(key) : `${name}${php(`[${key}]`)}`),
		);
		return parts.filter((part) => part !== '').join('&');
	}
	return `${name}=${php(value === true ? '1' : value === false ? '0' : typeof value === 'number' ? phpNumber(value) : value)}`;
}

/** PHP's `%.14G`, for numbers that are not integers. */
function phpNumber(number: number): string {
	if (Number.isSafeInteger(number)) return number.toString();
	const [mantissa = '', power] = number.toExponential(13).split('e');
	const exponent = Number(power);
	if (exponent >= -4 && exponent < 14) return Number(number.toPrecision(14)).toString();
	return `${mantissa.replace(/0+$/, '').replace(/\.$/, '.0')}E${exponent < 0 ? '' : '+'}${exponent}`;
}

/** PHP's urlencode, byte by byte. */
function php(text: string): string {
	let result = '';
	for (const byte of Buffer.from(text, 'utf8')) {
		const character = String.fromCharCode(byte);
		if (/[A-Za-z0-9._-]/.test(character)) result += character;
		else result += byte === 32 ? '+' : `%${(byte + 256).toString(16).slice(1).toUpperCase()}`;
	}
	return result;
}

/** PHP's parse_str: `a[b][]=c`. Dots and blanks of a top-level name become `_`. */
export function parse(query: string): Params {
	const result: Params = {};
	for (const pair of query.split('&').filter(Boolean).slice(0, 1000)) {
		const [name, value = ''] = [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)].map((part) =>
			decodeURIComponent(part.replace(/\+/g, ' ')),
		);
		const [, top, rest] = /^([^[]*)((?:\[[^\]]*\])*)/.exec(name ?? '') ?? [];
		const path = [
			(top ?? '').replace(/[. ]/g, '_'),
			...[...(rest ?? '').matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key ?? ''),
		];
		let at: Params = result;
		path.forEach((key, depth) => {
			const slot = key === '' && depth > 0 ? String(Object.keys(at).length) : key;
			if (depth === path.length - 1) at[slot] = value;
			else at = (at[slot] = typeof at[slot] === 'object' && at[slot] !== null ? at[slot] : {}) as Params;
		});
	}
	return result;
}

export function record(value: Value | undefined): Params {
	return typeof value === 'object' && value !== null ? (value as Params) : {};
}

export function list(value: Value | undefined): Value[] {
	return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

export function string(value: Value | undefined): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function required(data: Params, ...names: string[]): void {
	for (const name of names) {
		// Own invention: the text for a missing parameter.
		if (string(data[name]) === '') throw new Refusal(`Missing parameter ${name}`);
	}
}

export function known(given: Params, names: string[]): void {
	// Own invention: a parameter nobody documents is refused, so that a client's mistake is noticed.
	const strange = Object.keys(given).find((name) => !names.includes(name));
	if (strange !== undefined) throw new Refusal(`Unknown parameter ${strange}`);
}
