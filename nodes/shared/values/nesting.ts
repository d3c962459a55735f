/** Deeper than anything that people or providers write, and well below what recursion can handle. */
const DEEPEST = 100;
const MOST = Number.MAX_SAFE_INTEGER;

type Flaw = 'deep' | 'rounded';

/** Whether a value contains itself, or is nested too deeply to be sent or shown. */
export function nestsTooDeep(value: unknown): boolean {
	let level = new Set([value].filter(isNested));
	for (let depth = 0; level.size > 0; depth++) {
		if (depth > DEEPEST) return true;
		const below = new Set<object>();
		for (const outer of level)
			for (const inner of Object.values(outer) as unknown[]) if (isNested(inner)) below.add(inner);
		level = below;
	}
	return false;
}

/**
 * Whether a value that was parsed from JSON is nested too deeply to work with, or else has a number that JavaScript may have
 * rounded. It is a tree, so that it can be walked without noting where one has been, nor listing the fields of each record:
 * answers have many, and are walked once.
 */
export function flawOf(value: unknown, levels = DEEPEST): Flaw | undefined {
	if (typeof value === 'number') return value > MOST || value < -MOST ? 'rounded' : undefined;
	if (typeof value !== 'object' || value === null) return undefined;
	if (levels < 0) return 'deep';
	let flaw: Flaw | undefined;
	if (Array.isArray(value)) {
		for (const inner of value) flaw = worse(flaw, flawOf(inner, levels - 1));
		return flaw;
	}
	const record = value as Record<string, unknown>;
	for (const name in record) {
		const inner = record[name];
		if (typeof inner !== 'string') flaw = worse(flaw, flawOf(inner, levels - 1));
	}
	return flaw;
}

function worse(one: Flaw | undefined, other: Flaw | undefined): Flaw | undefined {
	return one === 'deep' ? one : (other ?? one);
}

/** Half of a character that takes two code units, as a text has it that was cut inside an emoji. */
const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** A value without halves of characters in its texts. Some encodings fail at one, others send something else in its place. */
export function withoutHalves<Value>(value: Value): Value {
	if (typeof value === 'string') return value.replace(HALF, '') as Value;
	if (Array.isArray(value)) return value.map(withoutHalves) as Value;
	if (!isNested(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [name, withoutHalves(inner as unknown)]),
	) as Value;
}

/** Lists and plain objects. Something that converts itself to JSON, such as a date, does not count, nor does a form or a file. */
function isNested(value: unknown): value is object {
	if (typeof value !== 'object' || value === null) return false;
	if (Array.isArray(value)) return true;
	return Object.prototype.toString.call(value) === '[object Object]' && !('toJSON' in value);
}
