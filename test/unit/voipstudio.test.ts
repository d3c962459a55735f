import type { IDataObject } from 'n8n-workflow';

import fc from 'fast-check';
import { DateTime } from 'luxon';

import { voipStudioTrigger } from '../../nodes/VoipStudio/calls/trigger';
import { csvLine } from '../../nodes/VoipStudio/export/csv';
import { apiInstant, conditions, UnusableCondition, type Condition } from '../../nodes/VoipStudio/lists/filter';
import { filterCheck } from '../../nodes/VoipStudio/lists/filterCheck';
import { matches } from '../../simulator/voipstudio/filter';

/** A reader of RFC 4180, written apart from the writer. */
function readCsv(text: string): string[][] {
	const rows: string[][] = [[]];
	let field = '';
	let isQuoted = false;
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (isQuoted) {
			if (c === '"' && text[i + 1] === '"') field += text[++i];
			else if (c === '"') isQuoted = false;
			else field += c;
		} else if (c === '"') isQuoted = true;
		else if (c === ',' || (c === '\r' && text[i + 1] === '\n')) {
			rows[rows.length - 1].push(field);
			field = '';
			if (c === '\r') {
				i++;
				rows.push([]);
			}
		} else field += c;
	}
	rows.pop();
	return rows;
}

describe('CSV', () => {
	it('reads back as it was written, whatever stands in a name, or columns would shift', () => {
		fc.assert(
			fc.property(
				fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 3, maxLength: 3 }), { minLength: 1 }),
				(table) => {
					const written = table.map((row) => csvLine(row, false)).join('');
					expect(readCsv(written)).toEqual(table);
				},
			),
			{ seed: 4180 },
		);
	});

	it('leaves no cell that a spreadsheet runs, and numbers and phone numbers as they are', () => {
		fc.assert(
			fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r'), fc.string(), (sign, rest) => {
				const [[cell]] = readCsv(csvLine([sign + rest], true));
				expect(cell.startsWith("'") || /^[+-]\d+(\.\d+)?$/.test(cell)).toBe(true);
			}),
			{ seed: 1 },
		);
		expect(readCsv(csvLine([-5, '+34600000000', '-3.5', null, true, ['a']], true))).toEqual([
			['-5', '+34600000000', '-3.5', '', 'true', '["a"]'],
		]);
	});
});

describe('conditions', () => {
	const INSTANTS = fc
		.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 0, 1) })
		.map((at) => Math.floor(at / 1000) * 1000);
	const ZONES = fc.constantFrom('UTC', 'Europe/Madrid', 'Australia/Sydney', 'America/New_York', 'Asia/Kolkata');

	it('mean the same moment in every form and zone, or calls at the edge of a day would be missed', () => {
		fc.assert(
			fc.property(INSTANTS, ZONES, ZONES, (at, zone, workflowZone) => {
				const date = DateTime.fromMillis(at, { zone });
				const expected = date.toUTC().toFormat('yyyy-MM-dd HH:mm:ss');
				for (const value of [date, date.toJSDate(), date.toISO(), date.toUTC().toISO(), expected]) {
					const [condition] = conditions(
						[{ property: 'calldate', operator: 'gte', value: value as never }],
						workflowZone,
					);
					expect(condition.value).toBe(expected);
				}
				expect(apiInstant(at, 'utc')).toBe(expected);
			}),
			{ seed: 2 },
		);
	});

	it("are times of the records' own zone, or the calls of other hours would come back", () => {
		fc.assert(
			fc.property(INSTANTS, ZONES, ZONES, (at, zone, recordsZone) => {
				const date = DateTime.fromMillis(at, { zone });
				const [condition] = conditions(
					[{ property: 'calldate', operator: 'gte', value: date.toISO() as never }],
					'UTC',
					recordsZone,
				);
				expect(condition.value).toBe(date.setZone(recordsZone).toFormat('yyyy-MM-dd HH:mm:ss'));
			}),
			{ seed: 2 },
		);
		// What is written as the records write it is taken as it is, also an hour that the zone skips.
		const value = '2026-03-29 02:30:00';
		const [asWritten] = conditions([{ property: 'calldate', operator: 'gte', value }], 'UTC', 'Europe/Madrid');
		expect(asWritten.value).toBe(value);
		const day = conditions([{ property: 'calldate', operator: 'eq', value: '2026-11-21' }], 'UTC', 'Europe/Madrid');
		expect(day.map((condition) => condition.value)).toEqual(['2026-11-21 01:00:00', '2026-11-22 00:59:59']);
	});

	it('take a whole day from its first to its last second', () => {
		const value = (operator: string) =>
			conditions([{ property: 'calldate', operator, value: '2026-03-29' }], 'Europe/Madrid')[0].value;
		expect(value('gte')).toBe('2026-03-28 23:00:00');
		expect(value('lt')).toBe('2026-03-28 23:00:00');
		// The clocks change on this day: it has 23 hours.
		expect(value('lte')).toBe('2026-03-29 21:59:59');
		expect(value('gt')).toBe('2026-03-29 21:59:59');
	});

	it('counts a day as a whole with Equals and In, also one of 23 hours, or the calls of a day are none', () => {
		const asked = (operator: string, value: unknown) =>
			conditions([{ property: 'calldate', operator, value: value as never }], 'Europe/Madrid').map(
				(condition) => `${condition.operator} ${String(condition.value)}`,
			);
		const day = ['gte 2026-03-28 23:00:00', 'lte 2026-03-29 21:59:59'];
		for (const operator of ['eq', '=', 'in']) expect(asked(operator, '2026-03-29')).toEqual(day);
		expect(asked('in', '2026-03-30, 2026-03-28,2026-03-29')).toEqual([
			'gte 2026-03-27 23:00:00',
			'lte 2026-03-30 21:59:59',
		]);
		// A time is not a day.
		expect(asked('eq', '2026-03-29 00:00:00')).toEqual(['eq 2026-03-29 00:00:00']);
	});

	it.each([
		['ne', '2026-03-29', 'all days but one'],
		['<>', '2026-03-29', 'all days but one'],
		['in', ['2026-03-27', '2026-03-29'], 'do not follow each other'],
		['in', '2026-03-29,2026-03-30 10:00:00', 'with days and with times'],
	])(
		'refuse %s with %j, which no filter of VoIPstudio can ask for, before midnights are asked for',
		(operator, value, said) => {
			const rows = [{ property: 'calldate', operator, value: value as never }];
			expect(() => conditions(rows, 'Europe/Madrid')).toThrow(said);
		},
	);

	it.each([
		['calldate', 1763700000000, 'not a date'],
		['calldate', true, 'not a date'],
		['calldate', {}, 'not a date'],
		['id', 2 ** 53 + 2, 'exactly'],
		['id', NaN, 'exactly'],
		['duration', Infinity, 'exactly'],
		['src', {}, 'neither a text nor a number'],
	])('refuse %s compared with %j, or other calls would be found', (property, value, message) => {
		const rows = [{ property, operator: 'gte', value: value as never }];
		expect(() => conditions(rows, 'utc')).toThrow(message);
		expect(() => conditions([{ ...rows[0], operator: 'in', value: [value] as never }], 'utc')).toThrow(message);
	});

	it('send numbers and IDs of any length as they were given', () => {
		const value = (given: unknown) =>
			conditions([{ property: 'id', operator: 'eq', value: given as never }], 'utc')[0].value;
		expect([value(0.5), value(12), value(false), value('9007199254740993')]).toEqual([
			0.5,
			12,
			false,
			'9007199254740993',
		]);
	});

	it('never leave the document: nine operators, a list for in and only there, and no crash on anything', () => {
		const NINE = new Set(['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'notlike']);
		fc.assert(
			fc.property(
				fc.string(),
				fc.oneof(fc.constantFrom(...NINE, '=', '<>', '>='), fc.string()),
				fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()), fc.constant(null)),
				(property, operator, value) => {
					try {
						const [condition] = conditions([{ property, operator, value: value as never }], 'utc');
						expect(Object.keys(condition).sort()).toEqual(['operator', 'property', 'value']);
						expect(NINE.has(condition.operator)).toBe(true);
						expect(Array.isArray(condition.value)).toBe(condition.operator === 'in');
						expect(condition.property).not.toBe('');
					} catch (error) {
						expect(error).toBeInstanceOf(UnusableCondition);
					}
				},
			),
			{ seed: 3 },
		);
	});
});

describe('records with missing or odd fields', () => {
	const names = { queues: [], ringGroups: [], users: [] };

	it.each(['cdr', 'callMeBackCdr', 'recording', 'voicemail', 'sms'])(
		'of %s are emitted with nulls, so that one cannot stop the others',
		(event) => {
			const source = voipStudioTrigger.source({
				event,
				credentials: { baseUrl: 'https://x' },
				names,
				timezone: 'utc',
				firstTimezone: 'utc',
			});
			for (const record of [
				{},
				{ id: null, calldate: 7, type: [], duration: 'long', src: {}, src_name: 5, billsec: {}, user_id: [] },
				{ calldate: 'x', created_at: {}, timestamp: null },
			]) {
				const facts = source.normalize(record as never);
				expect(facts.from.e164).toBeNull();
				expect(facts.durationSeconds).toBeNull();
			}
		},
	);

	it('give a recording the call that its record names, and none where it names none', () => {
		const setup = { credentials: { baseUrl: 'https://x' }, names, timezone: 'utc', firstTimezone: 'utc' };
		const source = voipStudioTrigger.source({ event: 'recording', ...setup });
		const calls = voipStudioTrigger.source({ event: 'cdr', ...setup });
		const [leg] = calls.observe([{ id: 6743, live_id: 8430, root_live_id: 8429, calldate: '2026-11-20 10:00:00' }]);
		const callIdOf = (record: IDataObject) => source.normalize({ id: 2096, ...record }).callId;
		// The name that the items of the call have.
		expect(callIdOf({ live_id: 8430, root_live_id: 8429 })).toBe(`voipStudio:cdr:${leg.link?.call}`);
		expect(callIdOf({ live_id: 8429 })).toBe('voipStudio:cdr:live-8429');
		expect(callIdOf({ live_id: 0 })).toBeNull();
		expect(callIdOf({ call_id: 8451 })).toBeNull();
	});

	it('give a call what the record tells, and nothing that it does not', () => {
		const source = voipStudioTrigger.source({
			event: 'cdr',
			credentials: { baseUrl: 'https://x' },
			names,
			timezone: 'Europe/Madrid',
			firstTimezone: 'Europe/Madrid',
		});
		const facts = source.normalize({
			id: 6743,
			calldate: '2026-07-17 06:14:18',
			type: 'O',
			src: '44779243705',
			src_id: '153',
			src_name: 'Ann',
			dst: '13103345244',
			dst_name: 'USA',
			duration: 35,
			billsec: 31,
			disposition: 'CONNECTED',
			charge: 0.02,
			user_id: 153,
			live_id: 8429,
			parent_live_id: null,
		});
		expect(facts).toEqual({
			direction: 'outbound',
			outcome: 'answered',
			// A digit is missing in the document's sample.
			from: { number: '44779243705', e164: null, name: 'Ann', withheld: false, type: null },
			to: { number: '13103345244', e164: '+13103345244', name: null, withheld: false, type: null },
			queue: null,
			ringGroup: null,
			user: { id: '153', name: 'Ann' },
			startedAt: '2026-07-17T04:14:18.000Z',
			answeredAt: '2026-07-17T04:14:22.000Z',
			endedAt: '2026-07-17T04:14:53.000Z',
			durationSeconds: 35,
			waitSeconds: 4,
			ringSeconds: 4,
			talkSeconds: 31,
			cost: 0.02,
			parentId: null,
		});
	});
});

describe('A filter that is not heeded', () => {
	const value = fc.oneof(
		fc.integer({ min: -3, max: 12 }),
		fc.integer({ min: -3, max: 12 }).map(String),
		fc.constantFrom('', 'a', 'A', 'ab', 'b', '1.0', '2026-11-20 12:00:00', 'true'),
		fc.boolean(),
	);
	const operator = fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'like', 'notlike');
	const condition = fc.oneof(
		fc.record({ property: fc.constant('field'), operator, value }),
		fc.record({
			property: fc.constant('field'),
			operator: fc.constant('in'),
			value: fc.array(value, { minLength: 1 }),
		}),
	);
	const problemOf = (one: Condition, field: unknown) =>
		filterCheck({ url: '', qs: { filter: JSON.stringify([one]) } })({
			status: 200,
			headers: {},
			body: { data: [{ field }] },
		});

	it('is never taken from records that a database would give, or a list could not be filtered', () => {
		fc.assert(
			fc.property(condition, fc.oneof(value, fc.constant(null)), (one, field) => {
				fc.pre(matches({ field }, one));
				expect(problemOf(one, field)).toBeUndefined();
			}),
			{ seed: 11, numRuns: 3000 },
		);
	});

	it.each([
		['eq', 'CONNECTED', 'RINGING'],
		['ne', 'RINGING', 'RINGING'],
		['lt', '30', 30],
		['lte', '30', 31],
		['gt', '30', 30],
		['gte', '30', 29],
		['in', ['1', '2'], 3],
		['like', '%6149%', '34600'],
		['notlike', 'RINGING', 'RINGING'],
		['eq', true, false],
	])('is told by a record that %s %j leaves out: %j', (name, wanted, field) => {
		const problem = problemOf({ property: 'field', operator: name, value: wanted }, field);
		expect(problem?.message).toBe("VoIPstudio did not filter this list by 'field'");
	});

	it.each([
		['a record without the property', undefined],
		['an empty value', null],
		['a time, whose zone may be another than that of the filter', '2026-11-20 12:00:00'],
	])('is not read into %s', (_name, field) => {
		expect(problemOf({ property: 'field', operator: 'eq', value: '2026-11-20 13:00:00' }, field)).toBeUndefined();
	});
});
