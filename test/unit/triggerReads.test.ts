import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { voipStudioTrigger } from '../../nodes/VoipStudio/calls/trigger';
import { voipcloudTrigger } from '../../nodes/Voipcloud/calls/trigger';
import { while1VoiceTrigger } from '../../nodes/While1Voice/calls/trigger';
import type { Observed, Reading } from '../../nodes/shared/calls/observed';
import type { Source, TriggerProvider } from '../../nodes/shared/calls/source';
import type { Fetch } from '../../nodes/shared/request/provider';
import { DAY, HOUR, MINUTE, SECOND } from '../../nodes/shared/values/time';

const NOW = Date.parse('2026-11-20T12:00:00Z');

/** A provider's source at an address that is never asked, in UTC and without filters by names. */
function sourceOf(trigger: TriggerProvider, event: string, credentials: IDataObject = {}): Source {
	return trigger.source({
		event,
		credentials: { baseUrl: 'https://pbx.test', ...credentials },
		names: { queues: [], ringGroups: [], users: [] },
		timezone: 'utc',
		firstTimezone: 'utc',
	});
}

/** VoIPcloud's list of calls to queues. Only version 2 tells the ID of a call. */
const queueCalls = (apiVersion: 'v1' | 'v2') => sourceOf(voipcloudTrigger, 'queueCall', { apiVersion });

interface Read {
	readonly records: Array<Observed<IDataObject>>;
	readonly slices: Array<Reading<IDataObject>>;
	readonly requests: IDataObject[];
}

/** All that a source reads of a provider which answers by a function of the query, or of the body. */
async function readAll(source: Source, since: number, answer: (query: IDataObject) => unknown): Promise<Read> {
	const requests: IDataObject[] = [];
	const fetch: Fetch = async ({ qs, body = {} }) => {
		const asked = qs ?? (body as IDataObject);
		requests.push(asked);
		return await Promise.resolve({ status: 200, headers: {}, body: answer(asked) as IDataObject });
	};
	const slices: Array<Reading<IDataObject>> = [];
	for await (const slice of source.read(fetch, since, NOW)) slices.push(slice);
	return { records: slices.flatMap(({ records }) => records), slices, requests };
}

describe('VoIPstudio', () => {
	const written = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

	/** A list that gives at most so many records at once, whatever is asked for, as it was written. */
	const capped = (rows: IDataObject[], most: number) => (query: IDataObject) => {
		const conditions = JSON.parse((query.filter ?? '[]') as string) as Array<{ operator: string; value: string }>;
		const found = rows.filter(({ calldate }) =>
			conditions.every(({ operator, value }) =>
				operator === 'gte' ? (calldate as string) >= value : (calldate as string) <= value,
			),
		);
		if (query.dir === 'DESC') found.reverse();
		const size = Math.min(most, Number(query.limit));
		const start = (Number(query.page) - 1) * size;
		return { data: found.slice(start, start + size), total: found.length };
	};

	it.each([
		['in the middle', [NOW - 30 * HOUR]],
		['at the very end', [NOW - 10 * SECOND]],
		['twice', [NOW - 40 * HOUR, NOW - 20 * HOUR]],
	])(
		'crowded seconds, each with more calls than it gives at once, %s: all are read, at the cost of a few requests beyond their pages',
		async (_name, crowds) => {
			const times = [
				...Array.from({ length: 60 }, (_, i) => NOW - 47 * HOUR + i * 45 * MINUTE),
				...crowds.flatMap((at) => Array.from({ length: 450 }, () => at)),
			].sort((a, b) => a - b);
			const rows = times.map((at, id) => ({ id: id + 1, calldate: written(at), duration: 5, type: 'M' }));
			const { records, slices, requests } = await readAll(
				sourceOf(voipStudioTrigger, 'cdr'),
				NOW - 2 * DAY,
				capped(rows, 100),
			);
			expect(new Set(records.map(({ key }) => key)).size).toBe(rows.length);
			expect(slices.at(-1)?.through).toBe(Infinity);
			// Felt for by halves of the span, the way to a second costs forty requests and more.
			const pages = crowds.length * 6;
			expect(requests.length).toBeLessThanOrEqual(pages + 12 + 8 * crowds.length);
		},
	);

	it('450 calls in a minute after an empty day, where it gives a hundred at once: the way to that minute is felt for once, not by halves of the day', async () => {
		// Written in another order than they began.
		const crowd = Array.from({ length: 450 }, (_, i) => NOW - HOUR + ((37 * i) % 60) * SECOND);
		const rows = crowd.map((at, id) => ({ id: id + 1, calldate: written(at), duration: 5, type: 'M' }));
		const { records, requests } = await readAll(sourceOf(voipStudioTrigger, 'cdr'), NOW - 2 * DAY, capped(rows, 100));
		expect(new Set(records.map(({ key }) => key)).size).toBe(rows.length);
		expect(requests.length).toBeLessThanOrEqual(30);
	});
});

describe('VoIPcloud', () => {
	it('a long list that is read from its old end: a record without a time behind an older call is told to be old, or it would come though it was there before the start', async () => {
		const since = NOW - 14 * DAY;
		const row = (id: number, at: number | null): IDataObject => ({
			unique_call_id: `call ${id}`,
			queue_name: 'Sales',
			callerid: '0400000000',
			dest_number: '61290000000',
			status: 'abandoned',
			call_start_at: at === null ? null : new Date(at).toISOString(),
			call_duration: 5,
		});
		const timeless = { old: row(900_001, null), recent: row(900_002, null) };
		const dated = Array.from({ length: 1200 }, (_, i) => row(i, NOW - i * 20 * MINUTE));
		const rows = [...dated.slice(0, 5), timeless.recent, ...dated.slice(5), timeless.old];
		const source = queueCalls('v2');
		// It gives a hundred at once though ten thousand are asked for, so that the list is long.
		const { records, slices } = await readAll(source, since, ({ limit, offset = 0 }) => ({
			code: 200,
			data: rows.slice(Number(offset), Number(offset) + Math.min(100, Number(limit))),
		}));
		expect(slices.length).toBeGreaterThan(1);
		const isOld = (id: unknown) =>
			records.filter(({ record }) => record.unique_call_id === id).map((record) => record.isOld === true);
		expect(new Set(isOld(timeless.old.unique_call_id))).toEqual(new Set([true]));
		expect(new Set(isOld(timeless.recent.unique_call_id))).toEqual(new Set([false]));
	});

	it('a list that ends in a page of calls without any time is read as it comes: day by day it took more requests than a poll has', async () => {
		const row = (id: number, call_start_at: string | null): IDataObject => ({
			callerid: `0400${id}`,
			status: 'abandoned',
			call_start_at,
			call_finished_at: call_start_at,
		});
		const dated = Array.from({ length: 150 }, (_, i) => row(i, new Date(NOW - 9 * DAY - i * MINUTE).toISOString()));
		const rows = [...dated, ...Array.from({ length: 130 }, (_, i) => row(1000 + i, null))];
		const { records, requests } = await readAll(queueCalls('v1'), NOW - 10 * DAY, ({ limit, offset = 0 }) => ({
			code: 200,
			data: rows.slice(Number(offset), Number(offset) + Math.min(120, Number(limit))),
		}));
		expect(records).toHaveLength(rows.length);
		expect(requests.map(({ to_date }) => to_date)).toEqual([undefined, undefined, undefined]);
	});

	it.each([
		['one page', 1, 'in one request', 900, 1],
		['five pages', 1, 'in five, or polls a minute apart would use up the account', 4800, 5],
		['six pages and a half', 4, 'oldest first, so that each poll gets further', 6400, null],
	])('what fills %s, of %d days, is read %s', async (_pages, days, _how, count, expected) => {
		const apart = (days * DAY) / count;
		const rows = Array.from({ length: 4 * count }, (_, i): IDataObject => {
			const at = NOW - (i + 1) * apart;
			const [call_start_at, call_finished_at] = [at, at + 5 * SECOND].map((time) => new Date(time).toISOString());
			return { callerid: `0400${i}`, status: 'answered', call_start_at, call_finished_at };
		});
		const source = queueCalls('v1');
		// It gives a thousand at once, so that the list is not as long as it would have to be.
		const { records, slices, requests } = await readAll(
			source,
			NOW - days * DAY,
			({ limit, offset, to_date, from_date }) => {
				const from = Date.parse(from_date as string);
				const to = to_date === undefined ? Infinity : Date.parse(to_date as string) + DAY;
				const listed = rows.filter(({ call_start_at }) => {
					const at = Date.parse(call_start_at as string);
					return at >= from && at < to;
				});
				return { data: listed.slice(Number(offset), Number(offset) + Math.min(1000, Number(limit))) };
			},
		);
		expect(new Set(records.map(({ key }) => key)).size).toBeGreaterThanOrEqual(count);
		expect(slices.at(-1)?.through).toBe(Infinity);
		if (expected === null) expect(slices.length).toBeGreaterThan(1);
		else expect(requests).toHaveLength(expected);
	});

	it.each([60, 79, 81, 99, 150])(
		'%d calls come while pages of a hundred are read: not one of those that were there is passed over',
		async (count) => {
			const row = (id: number): IDataObject => ({
				unique_call_id: `call ${id}`,
				callerid: `0400${id}`,
				status: 'abandoned',
				call_start_at: new Date(NOW - (1000 - id) * MINUTE).toISOString(),
				call_duration: 5,
			});
			const there = Array.from({ length: 250 }, (_, i) => row(500 - i));
			const come = Array.from({ length: count }, (_, i) => row(900 - i));
			const source = queueCalls('v2');
			let requests = 0;
			const { records } = await readAll(source, NOW - DAY, ({ offset = 0 }) => {
				const rows = requests++ === 0 ? there : [...come, ...there];
				return { code: 200, data: rows.slice(Number(offset), Number(offset) + 100) };
			});
			const read = new Set(records.map(({ record }) => record.unique_call_id));
			expect(there.filter(({ unique_call_id }) => !read.has(unique_call_id))).toEqual([]);
		},
	);
});

it.each([30, 49, 50, 60, 98])(
	'%d calls at VoIPcloud that nothing tells apart stand at the end of a page of 100 while another comes: none of them is taken for one more',
	async (twins) => {
		const row = (number: number): IDataObject => ({
			queue_name: 'Sales',
			callerid: `0400${number}`,
			inbound_number: '61290000000',
			call_start_at: new Date(NOW - HOUR - Math.min(number, 1000) * SECOND).toISOString(),
			call_finished_at: new Date(NOW - HOUR).toISOString(),
			status: 'abandoned',
		});
		const there = [
			...Array.from({ length: 100 - twins }, (_, i) => row(i + 1)),
			...Array.from({ length: twins }, () => row(1000)),
		];
		const source = queueCalls('v1');
		let requests = 0;
		const { records } = await readAll(source, NOW - DAY, ({ offset = 0 }) => {
			const rows = requests++ === 0 ? there : [row(0), ...there];
			return { code: 200, data: rows.slice(Number(offset), Number(offset) + 100) };
		});
		const keys = new Set(records.filter(({ record }) => record.callerid === '04001000').map(({ key }) => key));
		expect(keys.size).toBe(twins);
	},
);

describe('While1 Voice', () => {
	const row = (id: number): IDataObject => ({
		id: String(id),
		date: new Date(NOW - (10_000 - id) * 30 * SECOND).toISOString().slice(0, 19).replace('T', ' '),
		duration: '10',
		call_status: 'ANSWERED',
		source: '0721000000',
	});
	const orders = {
		'the newest first': (rows: IDataObject[]) => [...rows].reverse(),
		'the oldest first': (rows: IDataObject[]) => rows,
		'no order': (rows: IDataObject[]) =>
			[...rows].sort((a, b) => ((Number(a.id) * 7919) % 1009) - ((Number(b.id) * 7919) % 1009)),
	};

	/** Reads a list that changes before each request but the first. */
	async function readWhile(
		order: keyof typeof orders,
		change: (rows: IDataObject[], request: number) => IDataObject[],
		hasIds = true,
	) {
		let rows = Array.from({ length: 250 }, (_, i) => row(9000 + i));
		const there = rows;
		let requests = 0;
		const source = sourceOf(while1VoiceTrigger, 'cdr');
		const read = await readAll(source, NOW - 2 * DAY, ({ page }) => {
			if (requests++ > 0) rows = change(rows, requests);
			const pagination = { row_count: rows.length, page_size: 100, current_page: page, max_page: 3 };
			const listed = orders[order](rows).slice((Number(page) - 1) * 100, Number(page) * 100);
			const results = listed.map(({ id, ...others }) => ({ ...(hasIds && { id }), ...others, external_id: id }));
			return { has_error: false, messages: [], pagination, results };
		});
		const ids = new Set(read.records.map(({ record }) => record.external_id as string));
		const left = new Set(rows.map(({ id }) => id));
		const unread = there.map(({ id }) => id as string).filter((id) => !ids.has(id));
		return { ...read, passedOver: unread, passedOverThoughThere: unread.filter((id) => left.has(id)) };
	}

	it.each([
		['the newest first', 1, 1, 5],
		['the newest first', 20, 1, 5],
		['the oldest first', 1, 1, 3],
		['no order', 1, 3, 8],
	] as const)(
		'a busy PBX writes calls while its pages are read, %s, %d at every %d. request: no poll fails for it, and none is passed over',
		async (order, count, every, most) => {
			let next = 9250;
			const { requests, passedOver, slices } = await readWhile(order, (rows, request) =>
				request % every === 0 ? [...rows, ...Array.from({ length: count }, () => row(next++))] : rows,
			);
			expect(passedOver).toEqual([]);
			expect(slices.at(-1)?.through).toBe(Infinity);
			expect(requests.length).toBeLessThanOrEqual(most);
		},
	);

	it.each([
		['the newest first', 'with ids', true],
		['the oldest first', 'with ids', true],
		['the oldest first', 'without ids', false],
		['no order', 'with ids', true],
	] as const)(
		'calls are deleted from pages that were read, %s, %s, and others with them move there: these are read after all',
		async (order, _ids, hasIds) => {
			const left = (rows: IDataObject[]) =>
				orders[order](rows)
					.slice(5)
					.map(({ id }) => row(Number(id)));
			const { passedOver } = await readWhile(
				order,
				(rows, request) => (request === 3 ? left(rows).sort((a, b) => Number(a.id) - Number(b.id)) : rows),
				hasIds,
			);
			expect(passedOver).toEqual([]);
		},
	);

	it('whatever is written and deleted between two requests, a list is read whole or told to contradict itself', async () => {
		const orderOf = fc.constantFrom(...(Object.keys(orders) as Array<keyof typeof orders>));
		// How many are written (more than 0) or deleted before each request; places to delete from.
		const changes = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(248)), { minLength: 1, maxLength: 12 });
		await fc.assert(
			fc.asyncProperty(orderOf, changes, async (order, steps) => {
				let next = 9250;
				const read = await readWhile(order, (rows, request) => {
					const [count, place] = steps[request - 2] ?? [0, 0];
					if (count >= 0) return [...rows, ...Array.from({ length: count }, () => row(next++))];
					return rows.filter((_, i) => i < place % rows.length || i >= (place % rows.length) - count);
				}).catch((error: Error) => error);
				if (read instanceof Error)
					expect(read.message).toMatch(/^While1 Voice counts \d+ calls, and its pages hold \d+$/);
				else expect(read.passedOverThoughThere).toEqual([]);
			}),
			{ numRuns: 200 },
		);
	});
});
