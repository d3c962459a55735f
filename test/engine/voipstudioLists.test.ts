import { DateTime } from 'luxon';
import { LoadOptionsContext } from 'n8n-core';
import type { IDataObject, INodeListSearchResult, INodeParameters } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import type { AddressInfo } from 'node:net';

import { eventually } from '../../harness/clock';
import { loadPackage, nodeTypes } from '../../harness/engine/package';
import { additionalDataOf, nodeOf } from '../../harness/engine/run';
import { matches } from '../../simulator/voipstudio/filter';
import {
	addCalls,
	cdrs,
	fileOf,
	HOUR,
	minutesAgo,
	node,
	NOON,
	run,
	sentFilter,
	simulator,
	startSimulator,
	where,
	written,
} from './voipstudio';

describe('CDR filters', () => {
	it('give exactly the records that an independent reading of the history finds, for every operator', async () => {
		await simulator.close();
		await startSimulator({
			world: { seed: 11, callsPerDay: 300, clock: () => NOON, historyFrom: NOON - 12 * 24 * HOUR },
		});
		const everything = (await run(cdrs({ returnAll: true }))).items.map(({ json }) => json);
		expect(everything.length).toBeGreaterThan(2500);
		const some = everything[Math.floor(everything.length / 2)];
		const questions: Array<Array<[string, string, string | string[], (row: IDataObject) => boolean]>> = [
			[['type', 'eq', 'M', (row) => row.type === 'M']],
			[['type', 'ne', 'M', (row) => row.type !== 'M']],
			[['duration', 'lt', '30', (row) => Number(row.duration) < 30]],
			[['duration', 'lte', '30', (row) => Number(row.duration) <= 30]],
			[['duration', 'gt', '30', (row) => Number(row.duration) > 30]],
			[['duration', 'gte', '30', (row) => Number(row.duration) >= 30]],
			[['disposition', 'in', 'BUSY, FAILED', (row) => row.disposition === 'BUSY' || row.disposition === 'FAILED']],
			[['src', 'like', '6149157', (row) => written(row.src).includes('6149157')]],
			[['src', 'notlike', '6149157', (row) => !written(row.src).includes('6149157')]],
			[['src', 'eq', written(some.src), (row) => row.src === some.src]],
			[
				['calldate', 'gte', '2026-11-12 00:00:00', (row) => written(row.calldate) >= '2026-11-12 00:00:00'],
				['calldate', 'lt', '2026-11-15T11:00:00+11:00', (row) => written(row.calldate) < '2026-11-15 00:00:00'],
				['type', 'eq', 'O', (row) => row.type === 'O'],
			],
			[['calldate', 'lte', '2026-11-12', (row) => written(row.calldate) <= '2026-11-12 23:59:59']],
			[['calldate', 'gt', '2026-11-12', (row) => written(row.calldate) > '2026-11-12 23:59:59']],
		];
		for (const question of questions) {
			const conditions = question.map(
				([property, operator, value]) => [property, operator, value] as [string, string, string],
			);
			const { items, error } = await run({ ...cdrs({ returnAll: true }), ...where(...conditions) });
			expect(error).toBeUndefined();
			const expected = everything.filter((row) => question.every(([, , , holds]) => holds(row)));
			expect(expected.length).toBeGreaterThan(0);
			expect(items.map(({ json }) => json.id)).toEqual(expected.map(({ id }) => id));
		}
	});

	it.each([
		[
			'a Luxon date',
			"={{ DateTime.fromISO('2026-11-20T10:00:00', { zone: 'Europe/Madrid' }) }}",
			'2026-11-20 09:00:00',
		],
		['a JavaScript date', "={{ new Date('2026-11-20T09:00:00Z') }}", '2026-11-20 09:00:00'],
		['ISO with an offset', '2026-11-20T10:00:00+01:00', '2026-11-20 09:00:00'],
		['ISO of the date picker, in the zone of the workflow', '2026-11-20T20:00:00', '2026-11-20 09:00:00'],
		["the API's own form, as it is", '2026-11-20 09:00:00', '2026-11-20 09:00:00'],
		['a day, in the zone of the workflow', '2026-11-20', '2026-11-19 13:00:00'],
	])('take %s as the moment the user means', async (_name, value, expected) => {
		const { error } = await run({ ...cdrs(), ...where(['calldate', 'gte', value]) }, { timezone: 'Australia/Sydney' });
		expect(error).toBeUndefined();
		expect(sentFilter()).toEqual([{ property: 'calldate', operator: 'gte', value: expected }]);
	});

	it("take a list from an expression for 'In', and a property typed by its name", async () => {
		await run({
			...cdrs(),
			filters: {
				conditions: [
					{ property: 'disposition', operator: 'in', value: "={{ ['CONNECTED', 'BUSY'] }}" },
					{ property: '__custom', customProperty: 'dst_codec', operator: 'eq', value: 'PCMA' },
				],
			},
		});
		expect(sentFilter()).toEqual([
			{ property: 'disposition', operator: 'in', value: ['CONNECTED', 'BUSY'] },
			{ property: 'dst_codec', operator: 'eq', value: 'PCMA' },
		]);
	});

	it.each([
		['an operator without a value', ['src', 'eq', ''], 'has no value'],
		["'in' without a list", ['src', 'in', ' , '], 'empty list'],
		['an unknown operator', ['src', 'between', '1'], 'does not know'],
		['a date that is none', ['calldate', 'gte', 'yesterday'], 'not a date'],
		['a day that does not exist', ['calldate', 'gte', '2026-02-30'], 'not a date'],
		['no property', ['', 'eq', '1'], 'has no field'],
		['a list for another operator', ['src', 'eq', '={{ [1, 2] }}'], 'with a list'],
	])('refuse %s with the number of the condition and the item, and send nothing', async (_name, condition, message) => {
		const { error } = await run({
			...cdrs(),
			...where(['type', 'eq', 'I'], condition as [string, string, string]),
		});
		expect(error?.message).toContain("Condition 2 of 'Filters'");
		expect(error?.message).toContain(message);
		expect(error?.description).toBeTruthy();
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});

	it('say so when VoIPstudio cannot filter by a property, or the user searches in vain', async () => {
		simulator.world.addCall({ id: 40_000_000_000, startedAt: minutesAgo(50) });
		const { error } = await run({ resource: 'fax', operation: 'getAll', ...where(['from', 'eq', '34600']) });
		expect(error?.message).toBe('VoIPstudio cannot filter by one of the conditions');
		expect(error?.description).toContain('Filtration error');
	});
});

describe('Get Many', () => {
	/** Does something when the first page is answered and the next one is asked for, before that is answered. */
	async function afterFirstPage(happen: () => void): Promise<void> {
		const done = eventually(() => simulator.requests.length >= 2).then(happen);
		simulator.faults.add({ kind: 'slow', until: done, skip: 1 });
		await done;
	}

	it('returns every record once while others are written, so that a bill is right', async () => {
		addCalls(12_300);
		const known = simulator.world.callsBetween(-Infinity, Infinity).map(({ id }) => id);
		const writing = afterFirstPage(() => addCalls(40, { startedAt: minutesAgo(2), endedAt: minutesAgo(1) }));
		const { items, error } = await run(cdrs({ returnAll: true }));
		await writing;
		expect(error).toBeUndefined();
		const ids = items.map(({ json }) => json.id);
		const given = new Set(ids);
		expect(given.size).toBe(ids.length);
		expect(known.filter((id) => !given.has(id))).toEqual([]);
		expect(ids.length).toBe(12_340);
		expect(simulator.requests.length).toBe(3);
	});

	it('returns every record once in an order in which pages move, too', async () => {
		addCalls(10_010);
		const writing = afterFirstPage(() => addCalls(7, { startedAt: minutesAgo(2), endedAt: minutesAgo(1) }));
		const { items } = await run(cdrs({ returnAll: true, options: { sortBy: 'calldate', sortDirection: 'DESC' } }));
		await writing;
		const ids = items.map(({ json }) => json.id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.length).toBeGreaterThanOrEqual(10_010);
	});

	it.each<[string, INodeParameters]>([
		['in the order of Return All', {}],
		['in another order', { sortBy: 'calldate', sortDirection: 'DESC' }],
	])('misses no record while others are deleted, %s, or a bill is short', async (_name, options) => {
		addCalls(12_000);
		const all = simulator.world.callsBetween(-Infinity, Infinity).map(({ id }) => id);
		// Ten at both ends of the list, and with the second page all that was asked for again.
		const deleted = new Set([
			...all.slice(0, 10),
			...all.slice(-10),
			...all.slice(4900, 5000),
			...all.slice(7000, 7100),
		]);
		const deleting = afterFirstPage(() => deleted.forEach((id) => simulator.world.removeCall(id)));
		const { items, error } = await run(cdrs({ returnAll: true, options }));
		await deleting;
		expect(error).toBeUndefined();
		const ids = items.map(({ json }) => json.id as number);
		expect(new Set(ids).size).toBe(ids.length);
		const given = new Set(ids);
		expect(all.filter((id) => !given.has(id) && !deleted.has(id))).toEqual([]);
	});

	it('survives more records than the call stack of n8n holds', async () => {
		const rows = 150_000;
		const page = (qs: URLSearchParams) => {
			const [number, limit] = [Number(qs.get('page')), Number(qs.get('limit'))];
			const from = (number - 1) * limit;
			return Array.from({ length: Math.max(0, Math.min(limit, rows - from)) }, (_, i) => ({ id: from + i }));
		};
		const { createServer: createHttpServer } = await import('node:http');
		const server = createHttpServer((request, response) => {
			const { searchParams } = new URL(request.url ?? '', 'http://x');
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ data: page(searchParams), total: rows }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { items, error } = await run(
			cdrs({ returnAll: true }),
			{},
			{ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
		);
		server.close();
		expect(error).toBeUndefined();
		expect(items).toHaveLength(rows);
		expect(items[rows - 1].json.id).toBe(rows - 1);
	});

	it('asks for no more pages than the limit needs', async () => {
		addCalls(30);
		const { items } = await run(cdrs({ limit: 10 }));
		expect(items).toHaveLength(10);
		expect(simulator.requests).toHaveLength(1);
		expect(simulator.requests[0].query.limit).toBe('10');
	});

	it('gives a flat row without a choice, and the record as it is with Output: Raw', async () => {
		addCalls(1);
		const [{ json: row }] = (await run(cdrs({ output: 'simplified' }))).items;
		expect(Object.keys(row).slice(0, 4)).toEqual(['startedAt', 'direction', 'outcome', 'caller']);
		expect(Object.keys((await run(cdrs())).items[0].json)).toHaveLength(34);
	});

	it.each([0, 10_001, 2.5, 'many'])("refuses 'Limit' %s and points to Return All", async (limit) => {
		const { error } = await run(cdrs({ limit: `={{ ${JSON.stringify(limit)} }}` }));
		expect(error?.message).toContain("'Limit' must be a whole number");
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});

	const BY_NUMBER: INodeParameters = {
		filters: { conditions: [{ property: 'src', operator: 'eq', value: '={{ $json.number }}' }] },
	};

	it.each(['cdr', 'user'])(
		'links each output of %s to its input, so that later nodes find the right data',
		async (resource) => {
			simulator.world.addCall({ from: '+34600000001', startedAt: minutesAgo(60) });
			simulator.world.addCall({ from: '+34600000002', startedAt: minutesAgo(50) });
			simulator.world.addCall({ from: '+34600000002', startedAt: minutesAgo(40) });
			const items = [{ json: { number: '34600000002' } }, { json: { number: '34600000001' } }];
			const result = await run(resource === 'cdr' ? cdrs(BY_NUMBER) : { resource, operation: 'getAll', limit: 2 }, {
				items,
			});
			const expected = resource === 'cdr' ? [0, 0, 1] : [0, 0, 1, 1];
			expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(expected.map((item) => ({ item })));
			if (resource === 'cdr')
				expect(result.items.map(({ json }) => json.src)).toEqual(['34600000002', '34600000002', '34600000001']);
		},
	);

	it('keeps the place of errors with Continue On Fail, so that one bad input costs only itself', async () => {
		simulator.world.addCall({ from: '+34600000001', startedAt: minutesAgo(60) });
		const items = [{ json: { number: '34600000001' } }, { json: { number: '' } }, { json: { number: '34600000001' } }];
		const result = await run(cdrs(BY_NUMBER), { items, onError: 'continueRegularOutput' });
		expect(result.items.map(({ json }) => json.error ?? json.src)).toEqual([
			'34600000001',
			expect.stringContaining('has no value'),
			'34600000001',
		]);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	it("honours n8n's own Timeout of the request", async () => {
		simulator.faults.add({ kind: 'hang', times: 9 });
		const { error } = await run(cdrs({ requestOptions: { timeout: 100 } }));
		expect(error?.message).toBe('No answer from VoIPstudio');
		expect(error?.description).toContain('too long');
	});
});

describe('CDR Export', () => {
	it('writes all records as NDJSON into one file', async () => {
		addCalls(5100);
		const { items, error } = await run({
			resource: 'cdr',
			operation: 'export',
			period: 'all',
			format: 'ndjson',
			binaryPropertyName: 'calls',
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(items[0].json).toEqual({
			records: 5100,
			format: 'ndjson',
			fileName: 'voipstudio-cdrs.ndjson',
			from: null,
			to: null,
		});
		const { text, fileName, mimeType } = fileOf(items[0], 'calls');
		const rows = text
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as IDataObject);
		expect(rows).toHaveLength(5100);
		expect(new Set(rows.map(({ id }) => id)).size).toBe(5100);
		expect(Object.keys(rows[0])).toHaveLength(34);
		expect([fileName, mimeType]).toEqual(['voipstudio-cdrs.ndjson', 'application/x-ndjson']);
	});

	it('writes a CSV that a spreadsheet reads back, and disarms formulas unless switched off', async () => {
		const name = '=HYPERLINK("http://evil"),\n"x"';
		simulator.world.addCall({ from: { number: '+34600000001', name }, startedAt: minutesAgo(50) });
		const parameters: INodeParameters = { resource: 'cdr', operation: 'export', period: 'all', format: 'csv' };
		const plain = fileOf(
			(await run({ ...parameters, options: { escapeFormulas: false, byteOrderMark: false } })).items[0],
		);
		const safe = fileOf((await run({ ...parameters, options: { fileName: '../november.csv' } })).items[0]);
		expect(plain.text.startsWith('id,')).toBe(true);
		expect(plain.text).toContain(`"${name.replaceAll('"', '""')}"`);
		expect(safe.text).toContain(`"'${name.replaceAll('"', '""')}"`);
		expect([plain.fileName, plain.mimeType]).toEqual(['voipstudio-cdrs.csv', 'text/csv']);
		expect(safe.fileName).toBe('..-november.csv');
		expect(plain.text.endsWith('\r\n')).toBe(true);
	});

	it('gives a header without calls, and a message when a page fails, never a half file', async () => {
		const parameters: INodeParameters = { resource: 'cdr', operation: 'export', period: 'all', format: 'csv' };
		const empty = await run(parameters);
		expect(fileOf(empty.items[0]).text.split('\r\n')[0].split(',')).toHaveLength(34);
		expect(empty.items[0].json.records).toBe(0);
		addCalls(5100);
		simulator.faults.add({ kind: '500', times: 9, skip: 1 });
		const { items, error } = await run(parameters);
		expect(items).toEqual([]);
		expect(error?.message).toBe('VoIPstudio is not able to answer at the moment');
	});

	it.each([
		['calls', 'calls.csv'],
		['Calls 12.5.2026', 'Calls 12.5.2026.csv'],
		['calls.TXT', 'calls.TXT'],
	])('names the file %s %s, so that a spreadsheet opens it', async (fileName, expected) => {
		const { items } = await run({
			resource: 'cdr',
			operation: 'export',
			period: 'all',
			format: 'csv',
			options: { fileName },
		});
		expect(fileOf(items[0]).fileName).toBe(expected);
	});

	it('begins with a byte order mark, once, or Excel garbles names', async () => {
		addCalls(5100);
		const { items } = await run({
			resource: 'cdr',
			operation: 'export',
			period: 'all',
			format: 'csv',
		});
		const { text, bytes } = fileOf(items[0]);
		expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
		expect(text.lastIndexOf('\uFEFF')).toBe(0);
	});

	it('names the fields that first came when the header was written, so that nobody takes the table for whole', async () => {
		const row = (id: number) => (id === 5100 ? { id, surprise: 'late' } : { id });
		const { createServer: createHttpServer } = await import('node:http');
		const server = createHttpServer((request, response) => {
			const { searchParams } = new URL(request.url ?? '', 'http://x');
			const [number, limit] = [Number(searchParams.get('page')), Number(searchParams.get('limit'))];
			const from = (number - 1) * limit;
			const data = Array.from({ length: Math.max(0, Math.min(limit, 5101 - from)) }, (_, i) => row(from + i));
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ data, total: 5101 }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const { items } = await run(
			{ resource: 'cdr', operation: 'export', period: 'all', format: 'csv' },
			{},
			{ baseUrl },
		);
		server.close();
		expect(items[0].json).toMatchObject({ records: 5101, fieldsLeftOut: ['surprise'] });
		expect(fileOf(items[0]).text).not.toContain('late');
	});

	it.each(['gzip', 'deflate', 'br'] as const)(
		'reads pages that are packed as %s, as servers do with long ones',
		async (coding) => {
			const { createServer: createHttpServer } = await import('node:http');
			const { brotliCompressSync, deflateSync, gzipSync } = await import('node:zlib');
			const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[coding];
			const all = Array.from({ length: 7300 }, (_, id) => ({ id, src_name: `Zoë "${id}", ñ`, charge: id / 1000 }));
			const server = createHttpServer((request, response) => {
				const { searchParams } = new URL(request.url ?? '', 'http://x');
				const [number, limit] = [Number(searchParams.get('page')), Number(searchParams.get('limit'))];
				const data = all.slice((number - 1) * limit, number * limit);
				response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding });
				response.end(pack(JSON.stringify({ total: all.length, data })));
			});
			await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
			const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
			const { items } = await run({ resource: 'cdr', operation: 'export', period: 'all' }, {}, { baseUrl });
			server.close();
			expect(fileOf(items[0]).text).toBe(all.map((row) => `${JSON.stringify(row)}\n`).join(''));
		},
	);

	it('writes one file for each input', async () => {
		addCalls(3);
		const { items } = await run(
			{ resource: 'cdr', operation: 'export', period: 'all' },
			{ items: [{ json: {} }, { json: {} }] },
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});
});

describe('Drop-downs', () => {
	/** What the editor shows for a drop-down. */
	async function shown(
		method: string,
		filter?: string,
		token?: string,
		request = node({}),
	): Promise<INodeListSearchResult> {
		await loadPackage();
		const asked = nodeOf(request);
		const workflow = new Workflow({ id: 'w', nodes: [asked], connections: {}, active: false, nodeTypes, settings: {} });
		const context = new LoadOptionsContext(workflow, asked, additionalDataOf(request), 'parameters.id');
		const search = nodeTypes.getByNameAndVersion(asked.type).methods?.listSearch?.[method];
		if (search === undefined) throw new Error(`No drop-down ${method}`);
		return await search.call(context, filter, token);
	}

	it.each([
		['searchUsers', 'zoë', { name: "Zoë O'Brien · 1004", value: '1004' }],
		['searchQueues', 'sales', { name: 'Sales queue · 7001', value: '8001' }],
		['searchPhoneNumbers', 'john', { name: '61270100001 · John Smith', value: '61270100001' }],
		['searchApiTokens', 'key', { name: 'Key 1', value: 'Key 1' }],
	])('%s finds by a part of the name, and leads to the ID', async (method, filter, expected) => {
		expect((await shown(method, filter)).results).toEqual([expected]);
		expect((await shown(method)).results.length).toBeGreaterThan(0);
		expect((await shown(method, 'no such thing')).results).toEqual([]);
	});

	it.each([
		[
			'searchContacts',
			{
				resource: 'contact',
				operation: 'create',
				additionalFields: { firstName: 'Aisha', lastName: 'Rahman', tel: '34910000000' },
			},
			'Aisha Rahman · 34910000000',
		],
		['searchQueueGroups', { resource: 'queueGroup', operation: 'create', name: 'Front' }, 'Front'],
		[
			'searchCallMeBackSettings',
			{ resource: 'callMeBackSetting', operation: 'create', additionalFields: { name: 'Shop' } },
			'Shop',
		],
	])('%s lists what was created', async (method, create: INodeParameters, name) => {
		const { items } = await run(create);
		expect((await shown(method)).results).toEqual([{ name, value: written(items[0].json.id) }]);
	});

	it('every list that a field names is there, and a wrong key is told in the editor', async () => {
		await loadPackage();
		const { description, methods } = nodeTypes.getByNameAndVersion('n8n-nodes-cloud-pbx.voipStudio');
		const named = [...JSON.stringify(description.properties).matchAll(/"searchListMethod":"(\w+)"/g)].map(
			([, method]) => method,
		);
		expect(new Set(named)).toEqual(new Set(Object.keys(methods?.listSearch ?? {})));
		await expect(shown('searchUsers', undefined, undefined, node({}, {}, { apiKey: 'wrong-key' }))).rejects.toThrow(
			'did not accept the API key',
		);
	});
});

it('evaluates filters in the simulator as documented, or the tests above prove nothing', () => {
	const row = { n: 5, s: 'abc', calldate: '2026-11-20 00:00:00', none: null };
	expect(matches(row, { property: 'n', operator: 'in', value: ['4', 5] })).toBe(true);
	expect(matches(row, { property: 'none', operator: 'ne', value: 'x' })).toBe(false);
	expect(matches(row, { property: 'calldate', operator: 'lte', value: '2026-11-20' })).toBe(true);
	expect(DateTime.fromSQL(row.calldate, { zone: 'utc' }).isValid).toBe(true);
});
