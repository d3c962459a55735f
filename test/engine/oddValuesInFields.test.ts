/** Values as expressions, spreadsheets and gateways give them, as one item among good ones, in every kind of While1 field. */
import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { INodeParameters } from 'n8n-workflow';

import { runNode } from '../../harness/n8nCore';
import { node, ORIGINATE, sent, simulator } from './while1';

const REFUSED = Symbol('refused');

/** Left out where the field is optional, refused where it is required. */
const EMPTY = ['', '   ', '\t\n', '\u00a0', '\u200b', ' \u200b\ufeff', null, undefined];
const TEXTS = ['abc', ' abc ', 'Ștefan 👍', '"quoted"', "O'Neil", '<b>', '=1+1', '@x', 'NaN', 'null', 'undefined'];
const MORE_TEXTS = [
	'0x10',
	'1e3',
	'1e21',
	'1,5',
	'1 000',
	'٣',
	'９',
	'--',
	'12a',
	'Infinity',
	'9007199254740993',
	'2026-11-21',
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

const values: unknown[] = [
	...[...EMPTY, ...TEXTS, ...MORE_TEXTS, ...EXACT, ...INEXACT, ...SWITCHES, ...NO_SWITCHES],
	...[...NO_DATES, ...OBJECTS, ...LISTS],
	...NUMBER_TEXTS.map(([value]) => value),
	...DATES.map(([value]) => value),
	...JSON_TEXTS.map(([value]) => value),
	...CHOICES,
	...NO_CHOICES,
];

const numbers = new Map<unknown, number>([...NUMBER_TEXTS, ...EXACT.map((value): [number, number] => [value, value])]);
const dates = new Map<unknown, string>(DATES);
const objects = new Map<unknown, object>([...JSON_TEXTS, ...OBJECTS.map((value): [object, object] => [value, value])]);

interface Field {
	readonly displayName: string;
	/** The parameters of an item whose odd value is `={{ $json.value }}`. */
	readonly parameters: INodeParameters;
	/** The name of the value in the request, and what a good item has there. */
	readonly property: string;
	readonly good: unknown;
	readonly goodSent: unknown;
	readonly isRequired: boolean;
	/** What is documented to be sent for a value that is not empty. */
	sentFor(value: unknown): unknown;
}

const ODD = '={{ $json.value }}';
const ITEM = '=item {{ $itemIndex }}';
const filter = (name: string): INodeParameters => ({
	resource: 'cdr',
	operation: 'getAll',
	filters: { [name]: ODD, externalId: ITEM },
});
const optional = (name: string): INodeParameters => ({ additionalFields: { [name]: ODD } });

const FIELDS: Field[] = [
	{
		displayName: 'Name',
		parameters: { callerIdName: ODD },
		property: 'caller_id_name',
		good: 'Ann',
		goodSent: 'Ann',
		isRequired: true,
		sentFor: (value) => {
			if (typeof value === 'string') return value.trim();
			if (typeof value === 'boolean' || EXACT.includes(value as number)) return String(value);
			return dates.get(value) ?? REFUSED;
		},
	},
	{
		displayName: 'Project ID',
		parameters: { projectId: ODD },
		property: 'project_id',
		good: 3,
		goodSent: 3,
		isRequired: true,
		sentFor: (value) => {
			const number = numbers.get(value) ?? 0;
			return number > 0 && Number.isInteger(number) ? number : REFUSED;
		},
	},
	{
		displayName: 'Type',
		parameters: { type: ODD },
		property: 'type',
		good: 'queue',
		goodSent: 'queue',
		isRequired: false,
		sentFor: (value) => (CHOICES.includes(value as string) ? value : REFUSED),
	},
	{
		displayName: 'Async',
		parameters: optional('async'),
		property: 'async',
		good: true,
		goodSent: 1,
		isRequired: false,
		sentFor: (value) => (SWITCHES.includes(value as string) ? Number(String(value) === 'true') : REFUSED),
	},
	{
		displayName: 'Include Unscheduled',
		parameters: {
			resource: 'campaignCall',
			operation: 'getAll',
			filters: { scheduleNull: ODD, scheduleBefore: '2026-11-21T10:00:00', externalId: ITEM },
		},
		property: 'schedule_null',
		good: true,
		goodSent: true,
		isRequired: false,
		sentFor: (value) => (SWITCHES.includes(value as string) ? String(value) === 'true' : REFUSED),
	},
	{
		displayName: 'Variables',
		parameters: optional('vars'),
		property: 'vars',
		good: { lang: 'ro' },
		goodSent: { lang: 'ro' },
		isRequired: false,
		sentFor: (value) => objects.get(value) ?? REFUSED,
	},
	{
		displayName: 'External Info',
		parameters: optional('externalInfo'),
		property: 'external_info',
		good: 'note',
		goodSent: 'note',
		isRequired: false,
		sentFor: (value) => {
			if (INEXACT.includes(value as number) || NO_DATES.includes(value as Date)) return REFUSED;
			return dates.get(value) ?? value;
		},
	},
	{
		displayName: 'Project ID',
		parameters: filter('projectId'),
		property: 'project_id',
		good: 3,
		goodSent: 3,
		isRequired: false,
		// 0 is all projects.
		sentFor: (value) => {
			const number = numbers.get(value) ?? -1;
			return number >= 0 && Number.isInteger(number) ? number || undefined : REFUSED;
		},
	},
	{
		displayName: 'Inbound Route IDs',
		parameters: filter('inboundRouteIds'),
		property: 'inbound_route_id',
		good: '4, 5',
		goodSent: [4, 5],
		isRequired: false,
		sentFor: (value) => {
			if (typeof value === 'string') return value.split(',').map(idOf);
			if (EXACT.includes(value as number)) return [idOf(String(value))];
			return value === LISTS[0] || value === LISTS[1] ? value : REFUSED;
		},
	},
];

/** Digits are an ID; anything else, and what a number cannot hold, is a name. */
function idOf(written: string): string | number {
	const name = written.trim();
	return /^[0-9]{1,15}$/.test(name) ? Number(name) : name;
}

it('there are at least sixty values, or an odd one may have been forgotten', () => {
	expect(values.length).toBeGreaterThanOrEqual(60);
});

it.each(FIELDS)(
	"'$displayName': each value is sent as documented or refused by name and item, and no other item's request changes",
	async ({ displayName, parameters, property, good, goodSent, isRequired, sentFor }) => {
		const order = fc.shuffledSubarray(values, { minLength: values.length });
		await fc.assert(
			fc.asyncProperty(order, async (shuffled) => {
				simulator.requests.length = 0;
				const given = shuffled.flatMap((value) => [value, good]);
				const { items, error } = await runNode(
					node(
						{ ...ORIGINATE, ...parameters, externalId: ITEM },
						{
							items: given.map((value, item) => ({ json: { value } as never, pairedItem: { item } })),
							onError: 'continueRegularOutput',
						},
					),
				);
				expect(error).toBeUndefined();
				const received = new Map(
					simulator.requests.map((_request, index) => {
						const { data, filters } = sent(index) as Record<string, Record<string, unknown>>;
						const holder = data ?? filters;
						return [holder.external_id, holder];
					}),
				);
				expect(received.size).toBe(simulator.requests.length);
				given.forEach((value, index) => {
					const isEmpty = EMPTY.includes(value as string);
					const ifEmpty = isRequired ? REFUSED : undefined;
					const expected = index % 2 === 1 ? goodSent : isEmpty ? ifEmpty : sentFor(value);
					const request = received.get(`item ${index}`);
					const seen = { value, sent: request === undefined ? REFUSED : request[property] };
					expect(seen).toEqual({ value, sent: expected });
					if (expected !== REFUSED) return;
					const refusal = items.find(({ pairedItem }) => (pairedItem as { item: number }).item === index);
					expect(refusal?.json.error).toContain(`'${displayName}'`);
				});
			}),
			{ seed: 20, numRuns: 1 },
		);
	},
	60_000,
);
