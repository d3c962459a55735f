/** Which calls an export writes: what nobody narrowed is a day, not the history of years. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PERIODS } from '../../nodes/shared/parameters/period';
import { fileOf, HOUR, NOON, run, simulator, startSimulator } from './voipstudio';

const DAY = 24 * HOUR;
const OTHERS = PERIODS.map(({ value }) => value).filter((value) => value !== 'yesterday');
/** The time zone of the workflow in these tests; it is eleven hours ahead in November. */
const SYDNEY = 'Australia/Sydney';
const inSydney = (from: number, to: number) => {
	const iso = (at: number) => `${new Date(at + 11 * HOUR).toISOString().slice(0, 19)}+11:00`;
	return { from: iso(from), to: iso(to) };
};

clockOfEachTest(() => NOON);
beforeEach(async () => {
	await simulator.close();
	await startSimulator({
		world: { seed: 11, callsPerDay: 60, clock: () => NOON, historyFrom: NOON - 8 * DAY },
	});
});
afterEach(() => jest.restoreAllMocks());

async function exported(parameters: INodeParameters) {
	const { items, error } = await run(
		{ resource: 'cdr', operation: 'export', format: 'ndjson', ...parameters },
		{ timezone: SYDNEY },
	);
	if (error !== undefined) throw error;
	const lines = fileOf(items[0])
		.text.split('\n')
		.filter((line) => line !== '');
	const starts = lines.map((line) => {
		const { calldate } = JSON.parse(line) as IDataObject;
		return Date.parse(`${(calldate as string).replace(' ', 'T')}Z`);
	});
	return { starts, told: items[0].json };
}

/** The starts of all that the account holds from an instant on and before another. */
async function startsBetween(from: number, to: number): Promise<number[]> {
	const { starts } = await exported({ period: 'all' });
	return starts.filter((at) => at >= from && at < to);
}

it('writes the day before in the zone of the workflow unless another period is chosen, and says which it was', async () => {
	const from = Date.parse('2026-11-19T00:00:00+11:00');
	const to = from + DAY;
	const { starts, told } = await exported({});
	expect(starts.length).toBeGreaterThan(20);
	expect(starts).toEqual(await startsBetween(from, to));
	expect(told).toMatchObject({ records: starts.length, ...inSydney(from, to) });
	expect(starts.length).toBeLessThan((await startsBetween(-Infinity, Infinity)).length / 4);
});

it.each([
	[
		'from a moment to another',
		'2026-11-15T09:00:00',
		'2026-11-16T18:30:00',
		'2026-11-15T09:00:00+11:00',
		'2026-11-16T18:30:00+11:00',
	],
	[
		'from a day to the end of another',
		'2026-11-15',
		'2026-11-16',
		'2026-11-15T00:00:00+11:00',
		'2026-11-17T00:00:00+11:00',
	],
	[
		"of a date of n8n's",
		"={{ DateTime.fromISO('2026-11-15T00:00:00Z') }}",
		'2026-11-15',
		'2026-11-15T00:00:00Z',
		'2026-11-16T00:00:00+11:00',
	],
])('writes the calls %s', async (_what, periodFrom, periodTo, from, to) => {
	const [first, last] = [Date.parse(from), Date.parse(to)];
	const { starts, told } = await exported({ period: 'dates', periodFrom, periodTo });
	expect(starts.length).toBeGreaterThan(5);
	expect(starts).toEqual(await startsBetween(first, last));
	expect(told).toMatchObject(inSydney(first, last));
});

it('writes a picked last day to its last second, or its calls would be missing', async () => {
	const picked = { period: 'dates', periodFrom: '2026-11-15T00:00:00', periodTo: '2026-11-16T00:00:00' };
	const from = Date.parse('2026-11-15T00:00:00+11:00');
	const to = from + 2 * DAY;
	const { starts, told } = await exported(picked);
	expect(starts).toEqual(await startsBetween(from, to));
	expect(told).toMatchObject(inSydney(from, to));
});

it('writes one row a call with the very rows of Get Many unless records are chosen, for Excel as well', async () => {
	const options = { timezone: SYDNEY };
	const form = { period: 'yesterday', returnAll: true, output: 'simplified' };
	const { items: calls } = await run({ resource: 'cdr', operation: 'getAll', ...form }, options);
	const { items, error } = await run({ resource: 'cdr', operation: 'export', rows: 'calls', format: 'csv' }, options);
	expect(error).toBeUndefined();
	const { text } = fileOf(items[0]);
	expect(text.startsWith('\uFEFFstartedAt,direction,outcome,caller,')).toBe(true);
	const [, ...lines] = text.trim().split('\r\n');
	expect(items[0].json).toMatchObject({ calls: calls.length, format: 'csv' });
	expect(calls.length).toBeGreaterThan(20);
	expect(lines.map((line) => line.split(',').at(-1)).sort()).toEqual(calls.map(({ json }) => json.itemId).sort());
	expect(text).toMatch(/,\+61\d{9},/);
	expect(lines[0]).toMatch(/^2026-11-\d\dT\d\d:\d\d:\d\d\+11:00,/);
	const conditions = [{ property: 'type', operator: 'eq', value: 'O' }];
	const some = await run({ resource: 'cdr', operation: 'export', rows: 'calls', filters: { conditions } }, options);
	const rows = fileOf(some.items[0]).text.trim().split('\n');
	expect(rows.length).toBeGreaterThan(0);
	expect(rows.length).toBeLessThan(calls.length);
	expect(new Set(rows.map((row) => (JSON.parse(row) as IDataObject).direction))).toEqual(new Set(['outbound']));
});

it('keeps the other conditions beside the period', async () => {
	const conditions = [{ property: 'type', operator: 'eq', value: 'O' }];
	const all = await exported({});
	const outbound = await exported({ filters: { conditions } });
	expect(outbound.starts.length).toBeGreaterThan(0);
	expect(outbound.starts.length).toBeLessThan(all.starts.length);
});

it.each([
	['both ends are empty', { period: 'dates' }, "'From' is empty"],
	['one end is empty', { period: 'dates', periodFrom: '2026-11-16' }, "'To' is empty"],
	[
		'it ends before it begins',
		{ period: 'dates', periodFrom: '2026-11-16', periodTo: '2026-11-15' },
		"'To' is not after 'From'",
	],
	['an end is no date', { period: 'dates', periodFrom: 'last week' }, "'From' is not a date"],
	[
		'it is none of the choices',
		{ period: '={{ "dayBefore" }}' },
		`'Period' must be one of: yesterday, ${OTHERS.join(', ')}`,
	],
	[
		'a condition asks for another time',
		{ filters: { conditions: [{ property: 'calldate', operator: 'gte', value: '2026-11-01' }] } },
		"'Period' and 'Filters: calldate gte' both say when the calls began",
	],
])('refuses a period before anything is asked for where %s', async (_what, parameters: INodeParameters, message) => {
	const before = simulator.requests.length;
	await expect(exported(parameters)).rejects.toMatchObject({ message });
	expect(simulator.requests.length).toBe(before);
});

it('lets a condition on the time stand alone with all', async () => {
	const conditions = [{ property: 'calldate', operator: 'eq', value: '2026-11-16' }];
	const from = Date.parse('2026-11-16T00:00:00+11:00');
	const { starts } = await exported({ period: 'all', filters: { conditions } });
	expect(starts).toEqual(await startsBetween(from, from + DAY));
});
