/** Values as expressions, spreadsheets and gateways give them, and what is documented to be sent for each by each kind of field. */
import { DateTime } from 'luxon';

/** The value is refused, by the name of the field. */
export const REFUSED = Symbol('refused');

/** Left out where the field is optional, refused where it is required. */
const EMPTY = ['', '   ', '\t\n', '\u00a0', '\u200b', ' \u200b\ufeff', null, undefined];
const TEXTS = ['abc', ' abc ', 'Ștefan 👍', '"quoted"', "O'Neil", '<b>', '=1+1', '@x', 'NaN', 'null', 'undefined'];
const MORE_TEXTS = [
	...['0x10', '1e3', '1e21', '1,5', '1 000', '٣', '９', '--', '12a', 'Infinity', '9007199254740993'],
	...['2026-11-21', '2026', '12:30', '20261121'],
];
const NUMBER_TEXTS: ReadonlyArray<[string, number]> = [
	['5', 5],
	[' 7 ', 7],
	['12.0', 12],
	['2.5', 2.5],
	['-3', -3],
	['0', 0],
	['007', 7],
];
const EXACT = [1, 5, 0, -1, 2.5, -0.25, 1001, 34600000000, Number.MAX_SAFE_INTEGER];
const INEXACT = [NaN, Infinity, -Infinity, 1e21, 2 ** 53, -(2 ** 53), 12345678901234567000];
const SWITCHES = [true, false, 'true', 'false'];
const NO_SWITCHES = ['TRUE', 'yes', 'on'];
const DATES: ReadonlyArray<[unknown, string]> = [
	[new Date(0), '1970-01-01T00:00:00.000Z'],
	[DateTime.fromMillis(0, { zone: 'utc' }), '1970-01-01T00:00:00.000Z'],
];
const NO_DATES = [new Date(NaN), DateTime.invalid('never')];
const OBJECTS = [{ a: 1 }, { a: { b: ['x'] } }];
const LISTS = [[1], ['a', 'b'], [{ a: 1 }]];
const JSON_TEXTS: ReadonlyArray<[string, object]> = [['{"a":1}', { a: 1 }]];
const CHOICES = ['queue', 'user'];
const NO_CHOICES = ['Queue', 'queue '];

export const values: unknown[] = [
	...[...EMPTY, ...TEXTS, ...MORE_TEXTS, ...EXACT, ...INEXACT, ...SWITCHES, ...NO_SWITCHES],
	...[...NO_DATES, ...OBJECTS, ...LISTS],
	...NUMBER_TEXTS.map(([value]) => value),
	...DATES.map(([value]) => value),
	...JSON_TEXTS.map(([value]) => value),
	...CHOICES,
	...NO_CHOICES,
];

const numbers = new Map<unknown, number>([
	...NUMBER_TEXTS,
	...EXACT.map((value): [number, number] => [value, value]),
	['2026', 2026],
	['20261121', 20261121],
]);
const dates = new Map<unknown, string>(DATES);
const objects = new Map<unknown, object>([...JSON_TEXTS, ...OBJECTS.map((value): [object, object] => [value, value])]);
/** What reads as a phone number, by what is dialled. */
const phones = new Map<unknown, string>([
	...['5', '0', '007', '2026', '20261121'].map((digits): [unknown, string] => [digits, digits]),
	...[1, 5, 1001, 34600000000].map((number): [unknown, string] => [number, String(number)]),
	[' 7 ', '7'],
	['٣', '3'],
	['９', '9'],
	['1 000', '1000'],
	['2026-11-21', '20261121'],
]);

export function isEmpty(value: unknown): boolean {
	return EMPTY.includes(value as string);
}

type Rule = (value: unknown) => unknown;

const isExact = (value: unknown): boolean => EXACT.includes(value as number);

function textOf(value: unknown): string | typeof REFUSED {
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'boolean' || isExact(value)) return String(value);
	return dates.get(value) ?? REFUSED;
}

function integer(value: unknown, least: number): number | typeof REFUSED {
	const number = numbers.get(value) ?? -1;
	return number >= least && Number.isInteger(number) ? number : REFUSED;
}

/** Digits of up to 19 places, as a text or a number. */
function idOf(value: unknown): string | typeof REFUSED {
	const written = typeof value === 'string' || isExact(value) ? String(value).trim() : '';
	return /^[0-9]{1,19}$/.test(written) ? written : REFUSED;
}

function namesOf(value: unknown): string[] | typeof REFUSED {
	if (typeof value === 'string') return value.split(',').map((name) => name.trim());
	if (isExact(value)) return [String(value)];
	return value === LISTS[0] || value === LISTS[1] ? (value as unknown[]).map(String) : REFUSED;
}

/** Digits are an ID; anything else, and what a number cannot hold, is a name. */
function idOrName(written: string): string | number {
	return /^[0-9]{1,15}$/.test(written) ? Number(written) : written;
}

const jsonOf: Rule = (value) => objects.get(value) ?? (LISTS.includes(value as string[]) ? value : REFUSED);

function phoneOf(value: unknown, least: number): string | typeof REFUSED {
	const digits = phones.get(value) ?? '';
	return digits.length >= least ? digits : REFUSED;
}

/** What each kind of field sends for a value that is not empty. */
export const rules = {
	text: textOf,
	dialled: (value) => phoneOf(value, 1),
	id: idOf,
	idNumber: (value) => {
		const id = idOf(value);
		return id === REFUSED || !Number.isSafeInteger(Number(id)) ? REFUSED : Number(id);
	},
	wholeNumber: (value) => integer(value, 1),
	count: (value) => integer(value, 0),
	number: (value) => numbers.get(value) ?? REFUSED,
	flag: (value) => (SWITCHES.includes(value as string) ? String(value) === 'true' : REFUSED),
	names: namesOf,
	joinedNames: (value) => {
		const names = namesOf(value);
		return names === REFUSED ? REFUSED : names.join(',');
	},
	ids: (value) => {
		const names = namesOf(value);
		if (names === REFUSED) return REFUSED;
		return value === LISTS[0] ? value : names.map(idOrName);
	},
	json: jsonOf,
	jsonObject: (value) => objects.get(value) ?? REFUSED,
	value: (value) => {
		if (INEXACT.includes(value as number) || NO_DATES.includes(value as Date)) return REFUSED;
		return dates.get(value) ?? value;
	},
	channel: (value) => {
		const name = textOf(value);
		return typeof name === 'string' && /^[A-Za-z]\w*(\/[\w.@+;:-]+)+$/.test(name.trim()) ? name.trim() : REFUSED;
	},
	choice: (value) => (CHOICES.includes(value as string) ? value : REFUSED),
	/** 0 stands for none in particular. */
	reference: (value) => {
		const id = integer(value, 0);
		return id === 0 ? undefined : id;
	},
	bit: (value) => (SWITCHES.includes(value as string) ? Number(String(value) === 'true') : REFUSED),
	/** A time of a PBX whose clock shows UTC. */
	time: (value) => {
		const date = value === '2026-11-21' ? '2026-11-21T00:00:00.' : dates.get(value);
		return date?.replace('T', ' ').replace(/\..*/, '') ?? REFUSED;
	},
	/** A phone number of VoIPstudio, where a single digit calls nobody. */
	voipstudioNumber: (value) => phoneOf(value, 2),
	/** None of the values has a plus sign with a country code. */
	nothing: () => REFUSED,
	/** A condition's value against a property that holds a text: truth values and numbers as they are. */
	condition: (value) => {
		if (typeof value === 'string') return value.trim();
		if (typeof value === 'boolean' || isExact(value)) return value;
		return dates.get(value)?.replace('T', ' ').replace('.000Z', '') ?? REFUSED;
	},
	endpointName: (value) => {
		const name = textOf(value);
		return name !== REFUSED && /^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$/.test(name) ? name : REFUSED;
	},
	reportId: (value) => {
		const written = textOf(value);
		return written === REFUSED ? REFUSED : idOrName(written);
	},
	/** A message keeps its blanks. */
	message: (value) => (typeof value === 'string' ? value : textOf(value)),
} satisfies Record<string, Rule>;
