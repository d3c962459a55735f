import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { missingList } from '../../nodes/VoipStudio/api';
import { readAsLines } from '../../nodes/VoipStudio/export/ndjson';
import { pages, pagesIfMore } from '../../nodes/VoipStudio/lists/pages';
import type { Fetch, Pages } from '../../nodes/shared/request/provider';

/** What happens to a list before it answers: rows are deleted from a place on, others are written. */
interface Event {
	/** Where, as a part of the list's length. */
	readonly at: number;
	readonly deleted: number;
	readonly written: number;
}

interface LivingList {
	readonly fetch: Fetch;
	/** The page and limit of each request. */
	readonly asked: Array<{ page?: number; limit?: number }>;
	/** The ids that are there now. */
	ids(): number[];
}

/** A list that changes before each answer, as others work on the account meanwhile. */
function living(
	rows: number,
	events: readonly Event[],
	{ clamp = 5000, total = 'right' as 'right' | 'none' | 'everything', usual = 100 } = {},
): LivingList {
	let ids = Array.from({ length: rows }, (_, id) => 2 * id);
	const asked: LivingList['asked'] = [];
	const fetch: Fetch = async ({ qs = {} }) => {
		const event = asked.length === 0 ? undefined : events[asked.length - 1];
		const { page = 1, limit = usual, sort, dir } = qs as { page?: number; limit?: number; sort?: string; dir?: string };
		asked.push({ page: qs.page as number, limit: qs.limit as number });
		if (event !== undefined) {
			const from = Math.floor(event.at * ids.length);
			ids = [...ids.slice(0, from), ...ids.slice(from + event.deleted)];
			const newest = 2 * rows + 1000 * asked.length;
			for (let i = 0; i < event.written; i++) ids.push(newest + 2 * i);
		}
		const row = (id: number) => ({ id, name: `n${(id * 7919) % 10_007}` });
		const all: Array<{ id: number; name: string }> = ids.map(row);
		if (sort === 'name') all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
		if (dir === 'DESC') all.reverse();
		const size = Math.min(limit, clamp);
		const data = all.slice((page - 1) * size, page * size);
		const body = { data, ...(total !== 'none' && { total: all.length + (total === 'everything' ? 10_000 : 0) }) };
		return await Promise.resolve({ status: 200, headers: {}, body });
	};
	return { fetch, asked, ids: () => ids };
}

async function allOf(reading: Pages, fetch: Fetch, qs: IDataObject, wanted = Infinity): Promise<IDataObject[]> {
	const rows: IDataObject[] = [];
	for await (const page of reading(fetch, { url: '/cdrs', qs }, wanted)) rows.push(...page);
	return rows;
}

/** The list as an export reads it: by lines. */
const asFile: Pages = async function* (fetch, request, wanted) {
	const answered: Fetch = async (paged, check) => {
		const answer = await fetch(paged, check);
		return { ...answer, body: readAsLines(Buffer.from(JSON.stringify(answer.body))) ?? answer.body };
	};
	for await (const rows of pages(answered, request, wanted))
		yield rows.map((row) => JSON.parse((row.line as Buffer).toString()) as IDataObject);
};

const EVENTS = fc.array(
	fc.record({
		at: fc.double({ min: 0, max: 1, noNaN: true }),
		deleted: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 400 })),
		// Less than half of the smallest page: what grows as fast as it is read is never read.
		written: fc.integer({ min: 0, max: 12 }),
	}),
	{ maxLength: 30 },
);

const ORDERS = fc.constantFrom<IDataObject>(
	{ sort: 'id', dir: 'ASC' },
	{ sort: 'id', dir: 'DESC' },
	{ sort: 'name', dir: 'ASC' },
	{ sort: 'name', dir: 'DESC' },
	{},
);

it('every row that stays comes once while others are deleted and written, in any order and size of pages', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 0, max: 1500 }),
			EVENTS,
			fc.integer({ min: 25, max: 300 }),
			ORDERS,
			fc.constantFrom('right' as const, 'none' as const, 'everything' as const),
			fc.constantFrom(pages, pages, asFile, asFile, pagesIfMore),
			async (rows, events, clamp, order, total, reading) => {
				const list = living(rows, events, { clamp, total, usual: 40 });
				const there = new Set(list.ids());
				// A list that is asked without paging first goes on only where `total` says that there is more.
				const isCut = reading === pagesIfMore && total === 'none';
				const given = (await allOf(isCut ? pages : reading, list.fetch, order)).map(({ id }) => id as number);
				expect(new Set(given).size).toBe(given.length);
				const known = new Set(given);
				expect(list.ids().filter((id) => there.has(id) && !known.has(id))).toEqual([]);
			},
		),
		{ seed: 5, numRuns: 900 },
	);
});

it('asks for hardly more pages than hold the rows, or reading a year would cost twice the requests', async () => {
	for (const clamp of [5000, 1000, 100, 37]) {
		const list = living(50 * clamp, [], { clamp });
		expect(await allOf(pages, list.fetch, { sort: 'id', dir: 'ASC' })).toHaveLength(50 * clamp);
		expect(list.asked.length).toBeLessThan(1.4 * 50);
	}
});

it('asks once for what fits in a page, and for no more than is wanted', async () => {
	const small = living(4999, []);
	expect(await allOf(pages, small.fetch, { sort: 'id', dir: 'ASC' })).toHaveLength(4999);
	expect(small.asked).toEqual([{ page: 1, limit: 5000 }]);
	const limited = living(4999, []);
	await allOf(pages, limited.fetch, { sort: 'id', dir: 'DESC' }, 50);
	expect(limited.asked).toEqual([{ page: 1, limit: 50 }]);
});

/** A list that answers whatever it is told to, page by page. */
function scripted(answer: (page: number, limit: number) => object): { fetch: Fetch; asked: () => number } {
	let asked = 0;
	const fetch: Fetch = async ({ qs }, check = missingList) => {
		asked++;
		const body = answer(Number(qs?.page ?? 1), Number(qs?.limit ?? 100));
		const problem = check({ status: 200, headers: {}, body });
		return problem === undefined
			? await Promise.resolve({ status: 200, headers: {}, body })
			: await Promise.reject(new Error(problem.message));
	};
	return { fetch, asked: () => asked };
}

describe('A list that does not know pages ends, or the node would read for ever', () => {
	it.each<[string, IDataObject, object]>([
		['rows with ids', {}, { data: [{ id: 1 }, { id: 2 }] }],
		[
			'groups that hold what they were made by',
			{ group_by: 'src' },
			{ data: [{ src: '1' }, { src: null }], total: 12 },
		],
		['groups of any form', { group_by: 'src' }, { data: [{ n: 5 }, { n: 5 }], total: 12 }],
	])('%s', async (_name, qs, body) => {
		const list = scripted(() => body);
		expect(await allOf(pages, list.fetch, qs)).toHaveLength(2);
		expect(list.asked()).toBeLessThan(4);
	});

	it('also where its groups have grown meanwhile', async () => {
		let calls = 5;
		const named = scripted(() => ({ data: [{ src: '1', calls: calls++ }, { src: '2' }], total: 12 }));
		expect(await allOf(pages, named.fetch, { group_by: 'src' })).toHaveLength(2);
		expect(named.asked()).toBeLessThan(4);
	});

	it('with a message, where nothing tells that it does not end', async () => {
		let calls = 5;
		const nameless = scripted(() => ({ data: [{ calls: calls++ }, { calls: 3 }] }));
		await expect(allOf(pages, nameless.fetch, { group_by: 'src' })).rejects.toThrow('it does not end');
		expect(nameless.asked()).toBeLessThan(1100);
	});
});

it('all groups come from a list that pages them, also where two look alike', async () => {
	const groups = Array.from({ length: 12 }, (_, i) => ({ n: i < 6 ? 1 : i }));
	const list = scripted((page, limit) => {
		const size = Math.min(limit, 5);
		return { data: groups.slice((page - 1) * size, page * size), total: 12 };
	});
	expect(await allOf(pages, list.fetch, { group_by: 'src' })).toEqual(groups);
});
