import { NodeApiError, type IDataObject, type IHttpRequestOptions } from 'n8n-workflow';

import type { CallFacts, MessageFacts, Named } from '../../shared/calls/call';
import { newestEnd, type Cursor, type Observed, type Reading } from '../../shared/calls/observed';
import { isNameOf } from '../../shared/calls/passes';
import type { NameFilter, Source, SourceSetup } from '../../shared/calls/source';
import { Contradiction } from '../../shared/request/problems';
import type { Fetch } from '../../shared/request/provider';
import { DAY, HOUR, MINUTE, SECOND, wallClock, wholeSecond, writtenClock } from '../../shared/values/time';
import { digestOf, idKey } from '../../shared/values/values';
import { missingList, PAGE_SIZE, pageIn, pageOf, voipStudio, type Page } from '../api';
import { apiInstant, filterText } from '../lists/filter';
import {
	callFacts,
	endOf,
	linkOf,
	liveIdOf,
	recordingFacts,
	smsFacts,
	voicemailFacts,
	type RecordContext,
} from './normalize';
import { QueueList } from './queues';
import { readUsers } from './users';

type EventName = 'cdr' | 'callMeBackCdr' | 'recording' | 'voicemail' | 'sms';

/** Where the records of an event are, when they began and what they contain. */
interface EventTable {
	readonly path: string;
	/** When the record's call or message began; `gte` and `lte` are known to filter by it, unless the list is read whole. */
	readonly time: string;
	/** Whether the document knows no parameters of the list, so that all of it is read where a filter is not heeded. */
	readonly isWhole?: boolean;
	readonly facts: (record: IDataObject, reader: RecordContext) => CallFacts | MessageFacts;
}

export const EVENTS: Readonly<Record<EventName, EventTable>> = {
	cdr: { path: '/cdrs', time: 'calldate', facts: callFacts },
	// "No parameters", and the printed record has `created_at` and no `calldate`: what a filter does is seen by the rows.
	callMeBackCdr: { path: '/callmeback/cdrs', time: 'calldate', isWhole: true, facts: callFacts },
	recording: { path: '/monitors', time: 'timestamp', facts: recordingFacts },
	voicemail: { path: '/voicemessages', time: 'origtime', facts: voicemailFacts },
	sms: { path: '/sms', time: 'created_at', facts: smsFacts },
};

/** How long a list that ignores a filter, and takes several requests, is left alone. */
const REST_MS = 10 * MINUTE;

/** A slice is made to fill this part of a page, so that it rarely has to be cut in two. */
const FILL = 0.7;

/**
 * Where a slice that was cut is cut in turn: by most of the rows that it gave, before the first of them, as nothing may have been before
 * a crowd, and in half (null), so that slices get narrower whatever the answers contain.
 */
const CUTS = [FILL, 0, null];
/** An answer with fewer records counts as complete: no known API has a largest page smaller than that. */
const LEAST_CAP = 100;
/** How often a larger one that is not full is followed by a request for the next page. */
const CHECK_EVERY_MS = HOUR;

/** What one answer contains of a period. */
interface Window {
	readonly rows: IDataObject[];
	/** How many there are, or an estimate of it. */
	readonly total: number;
	readonly isWhole: boolean;
	/** Whether a next page was requested, and does not exist. */
	readonly isChecked: boolean;
}

/**
 * The records of an event as the trigger reads them. Preconditions:
 * - `id` is unique and does not change (the provider's own clients sort and list by it): it is the key;
 * - a record is written when its call has ended, so every listed record has ended. It ended `duration` seconds after the
 *   time it carries; a record without `duration` at that time;
 * - times have whole seconds and no zone;
 * - lists can be filtered by the time property with `gte` and `lte` (verified by the provider's client authors). That
 *   `id gt` filters is not known, so it is not used: a window of time is asked for;
 * - `limit` goes up to 5000, and an answer tells the `total` of its filter.
 *
 * Reading. One answer is one consistent view; two pages are not: a record that is written late, or deleted, moves the
 * rows between them. So a window is never read in pages: it is asked for in one request (a day and the look-back hold
 * fewer than 5000 records in most accounts: one request a poll, whatever the length of the history), and if it holds
 * more, it is cut into slices of time, oldest first, that each fit in one answer. Which order an answer is in does not
 * matter. Only a single second with more than 5000 records is read in pages, by rising id.
 *
 * An answer that lacks what its `total` promises, or that is full, is not complete, whatever else it says. One that is cut to a
 * size of the API's own and counts only itself is found within an hour (`CHECK_EVERY_MS`), and loses nothing until then: it
 * holds the lowest ids, so what it lacks was written after what it holds, and ended after the floor that follows from it.
 */
export class RecordList implements Source {
	readonly timeSlackMs: number;

	private readonly table: EventTable;

	private readonly request: IHttpRequestOptions;

	private readonly timezone: string;

	private readonly event: string;

	/** How many records the API really gives at once: less than asked for, if it cuts its answers. */
	private pageSize = PAGE_SIZE;

	/** live_id -> id of the records read so far. */
	private readonly liveIds = new Map<string, string>();

	readonly queues?: QueueList;

	private users?: Named[];

	/** When a list without documented parameters was last seen to ignore a filter, or to refuse it. */
	private ignoredAt = -Infinity;

	constructor({ event, credentials, timezone }: SourceSetup) {
		this.table = EVENTS[event as EventName];
		this.event = event;
		this.timezone = timezone;
		this.timeSlackMs = /^(utc|etc\/utc)$/i.test(timezone) ? 0 : HOUR;
		this.request = { method: 'GET', baseURL: voipStudio.baseUrl(credentials), url: this.table.path };
		if (isLinked(event)) this.queues = new QueueList(credentials);
	}

	normalize(record: IDataObject): CallFacts | MessageFacts {
		return this.table.facts(record, {
			timezone: this.timezone,
			itemOf: (liveId) => this.itemOf(liveId),
			queueOf: (call) => this.queues?.of(call) ?? null,
		});
	}

	clock(at: number): number {
		return wallClock(at, this.timezone);
	}

	async latest(fetch: Fetch, now: number): Promise<Array<Observed<IDataObject>>> {
		if (this.table.isWhole === true) {
			const { records } = await this.everything(fetch, now, true);
			return [...records].sort((a, b) => (b.startedAt ?? -Infinity) - (a.startedAt ?? -Infinity)).slice(0, 50);
		}
		const { rows } = await pageOf(fetch, { ...this.request, qs: { sort: 'id', dir: 'DESC' } }, 1, 50);
		return this.observe(rows);
	}

	/** The list of queues is read anyway, see `queues`. */
	async knows(fetch: Fetch, filter: NameFilter, nameOrId: string): Promise<boolean | undefined> {
		if (filter !== 'users') return undefined;
		this.users ??= await readUsers(fetch, this.request.baseURL ?? '');
		return this.users?.some((user) => isNameOf(nameOrId, user));
	}

	async *read(fetch: Fetch, since: number, now: number, cursor?: Cursor | null): AsyncGenerator<Reading<IDataObject>> {
		const start = wholeSecond(since) - this.timeSlackMs;
		const checkedAt = cursor?.checkedAt ?? -Infinity;
		const mayTrust = checkedAt <= now && now - checkedAt < CHECK_EVERY_MS;
		if (this.table.isWhole === true) {
			const recent = await this.recent(fetch, start, now, cursor ?? {}, mayTrust);
			yield recent ?? (await this.everything(fetch, now, mayTrust, checkedAt));
			return;
		}
		const all = await this.window(fetch, start, Infinity, mayTrust);
		if (all.isWhole) {
			yield {
				records: this.observe(all.rows),
				through: Infinity,
				cursor: all.isChecked ? { checkedAt: now } : undefined,
			};
			return;
		}
		const seenEnd = newestEnd(await this.latest(fetch, now), now);
		let width = this.widthOf(now - start, all.total);
		let cuts = 0;
		for (let from = start; ;) {
			const to = from + width >= now ? Infinity : from + width;
			const slice = await this.window(fetch, from, to, true);
			if (slice.isWhole || width <= SECOND) {
				const rows = slice.isWhole ? slice.rows : await this.everyPage(fetch, from, to);
				yield { records: this.observe(rows), through: to - this.timeSlackMs, newestEnd: seenEnd };
				if (to === Infinity) return;
				from = to;
				// After a crowded second it is as quiet as anywhere: growing from a second would cost as much as finding it did.
				width = slice.isWhole
					? Math.min(2 * width, this.widthOf(width, slice.total))
					: this.widthOf(now - start, all.total);
				cuts = 0;
			} else {
				const half = Math.min(Math.floor(width / 2 / SECOND) * SECOND || SECOND, this.widthOf(width, slice.total));
				const share: number | null = CUTS[cuts++ % CUTS.length];
				const byRows: number | null = share === null ? null : this.widthByRows(slice.rows, from, share);
				width = byRows !== null && byRows < width ? byRows : half;
			}
		}
	}

	/**
	 * A list that is documented without parameters, asked with the filter that the introduction knows of every list: one request,
	 * whatever the length of the history. That it was heeded is seen by the rows: none that began earlier, and the newest that
	 * was known. Undefined where everything has to be read: at first, once a day, and where the filter is not heeded; a list
	 * that then takes several requests is left alone for some minutes (nothing, which settles nothing).
	 */
	private async recent(
		fetch: Fetch,
		start: number,
		now: number,
		cursor: Cursor,
		mayTrust: boolean,
	): Promise<Reading<IDataObject> | undefined> {
		const { newest, allAt = -Infinity, isLong = 0, ignoredAt = -Infinity, byCreation = 0 } = cursor;
		const isWithin = (at: number, ms: number) => at <= now && now - at < ms;
		if (newest === undefined || !isWithin(allAt, DAY)) return undefined;
		if (isWithin(ignoredAt, CHECK_EVERY_MS)) this.ignoredAt = ignoredAt;
		else {
			const from = Math.min(start, newest);
			const property = byCreation === 1 ? 'created_at' : this.table.time;
			const filter = filterText([{ property, operator: 'gte', value: apiInstant(from, 'utc') }]);
			const found = await this.filtered(fetch, { ...this.request, qs: { filter } }, mayTrust);
			const records = this.observe(found?.rows ?? []);
			const starts = records.map(({ startedAt }) => startedAt ?? Infinity);
			if (found !== undefined && starts.includes(newest) && starts.every((at) => at >= from)) {
				const checked: Cursor = found.isChecked ? { checkedAt: now } : {};
				const last = newestOf(records, now)?.startedAt ?? newest;
				return { records, through: Infinity, ...kept({ ...cursor, ...checked, newest: last }) };
			}
			this.ignoredAt = now;
		}
		if (isLong === 0 || !isWithin(allAt, REST_MS)) return undefined;
		return { records: [], through: -Infinity, cursor: { ...cursor, ignoredAt: this.ignoredAt } };
	}

	/** One answer, if it is not refused and was not cut: it has as many rows as its total says, or the next page is empty. */
	private async filtered(
		fetch: Fetch,
		request: IHttpRequestOptions,
		mayTrust: boolean,
	): Promise<{ rows: IDataObject[]; isChecked: boolean } | undefined> {
		const page = await unlessRefused(pageOf(fetch, request, 1, PAGE_SIZE));
		if (page === undefined || page.rows.length === 0 || page.rows.length >= PAGE_SIZE) return undefined;
		const { rows, total } = page;
		const isChecked = !mayTrust && rows.length >= LEAST_CAP;
		const isAsked = isChecked || rows.length < (total ?? 0);
		const next = isAsked ? await pageOf(fetch, request, 2, rows.length) : undefined;
		return next !== undefined && next.rows.length > 0 ? undefined : { rows, isChecked };
	}

	/**
	 * A list that is documented without parameters, from its beginning: in one request as long as it is given in one answer. Where
	 * `total` tells of more, larger pages are tried, as the introduction knows them of every list. In which order it is does not
	 * matter. A read that lacks what `total` promises settles nothing: what it holds is given, and all is read again.
	 */
	private async everything(
		fetch: Fetch,
		now: number,
		mayTrust: boolean,
		checkedAt = -Infinity,
	): Promise<Reading<IDataObject>> {
		const rows = new Map<string, IDataObject>();
		let last: Page = { rows: [], total: null };
		const add = (page: Page): boolean => {
			last = page;
			const before = rows.size;
			for (const row of page.rows) rows.set(keyOf(row), row);
			return rows.size > before;
		};
		const lacks = () => rows.size < (last.total ?? Infinity);
		add(pageIn(await fetch(this.request, missingList)));
		const isLong = rows.size > 0 && lacks();
		if (isLong) add(await pageOf(fetch, this.request, 1, PAGE_SIZE));
		const size = last.rows.length;
		const isChecked = size > 0 && !mayTrust && rows.size >= LEAST_CAP;
		for (let page = 2; size > 0 && (lacks() || isChecked); page++) {
			const next = await unlessRefused(pageOf(fetch, this.request, page, size));
			if (next === undefined || !add(next)) break;
		}
		const isAll = last.rows.length === 0 || (last.total !== null && !lacks());
		const records = this.observe([...rows.values()]);
		const newest = newestOf(records, now);
		const cursor: Record<string, number> = {
			allAt: now,
			isLong: Number(isLong),
			checkedAt: isChecked ? now : checkedAt,
		};
		if (newest?.startedAt) cursor.newest = newest.startedAt;
		if (newest?.record[this.table.time] === undefined) cursor.byCreation = 1;
		cursor.ignoredAt = this.ignoredAt;
		// JSON has no infinity.
		const noted = Object.fromEntries(Object.entries(cursor).filter(([, value]) => Number.isFinite(value)));
		return isAll ? { records, through: Infinity, ...kept(noted) } : { records, through: -Infinity };
	}

	/**
	 * The records that began in [from, to), as far as one answer holds them. It is taken as whole if it holds as many as it says
	 * there are, and fewer than fit in a page. Where it may be one that the API cut to a size of its own and counted itself, the
	 * next page is asked for.
	 *
	 * @param mayTrust whether a next page was asked for not long ago, in vain
	 */
	private async window(fetch: Fetch, from: number, to: number, mayTrust: boolean): Promise<Window> {
		const request = this.within(from, to);
		const { rows, total } = await pageOf(fetch, request, 1, PAGE_SIZE);
		const isFull = rows.length >= this.pageSize;
		const lacks = total !== null && total > rows.length;
		const count = total ?? 2 * rows.length;
		if (isFull) return { rows, total: Math.max(count, 2 * rows.length), isWhole: false, isChecked: false };
		const isTrusted = mayTrust && areRising(rows);
		if (!lacks && (isTrusted || rows.length < LEAST_CAP))
			return { rows, total: count, isWhole: true, isChecked: false };
		const next = rows.length === 0 ? { rows, total } : await pageOf(fetch, request, 2, rows.length);
		// The next page may hold what was written meanwhile.
		const isNew = !lacks && next.total === rows.length + next.rows.length;
		if (next.rows.length > 0 && !isNew) {
			this.pageSize = rows.length;
			return { rows, total: Math.max(count, 2 * rows.length), isWhole: false, isChecked: false };
		}
		// An empty page after the last proves the end, whatever `total` counts: it may be the whole account.
		return { rows, total: lacks ? rows.length : count, isWhole: true, isChecked: !lacks };
	}

	/** A single second with more records than a page: by rising id, so that new ones move nothing, until a page is empty. */
	private async everyPage(fetch: Fetch, from: number, to: number): Promise<IDataObject[]> {
		const rows = new Map<string, IDataObject>();
		for (let page = 1; ; page++) {
			const { rows: found, total } = await pageOf(fetch, this.within(from, to), page, this.pageSize);
			const before = rows.size;
			for (const row of found) rows.set(keyOf(row), row);
			if (found.length > 0 && rows.size > before) continue;
			if (found.length > 0 && rows.size < (total ?? 0)) throw sameRowsAgain(rows.size, total);
			return [...rows.values()];
		}
	}

	private within(from: number, to: number): IHttpRequestOptions {
		const { time } = this.table;
		const lower = { property: time, operator: 'gte', value: apiInstant(from, 'utc') };
		const upper = { property: time, operator: 'lte', value: to === Infinity ? '' : apiInstant(to - SECOND, 'utc') };
		const filter = filterText(to === Infinity ? [lower] : [lower, upper]);
		return { ...this.request, qs: { filter, sort: 'id', dir: 'ASC' } };
	}

	observe(records: IDataObject[]): Array<Observed<IDataObject>> {
		const linked = isLinked(this.event);
		return records.map((record) => {
			const key = keyOf(record);
			const liveId = liveIdOf(record.live_id);
			if (liveId !== null) this.liveIds.set(liveId, key);
			const startedAt = writtenClock(record[this.table.time] ?? record.created_at);
			const link = linked ? linkOf(record) : null;
			return { key, ended: true, startedAt, endedAt: endOf(startedAt, record.duration), record, link };
		});
	}

	/** How wide a slice may be, given how many records a period holds. */
	private widthOf(spanMs: number, records: number): number {
		const width = Math.floor((spanMs * FILL * this.pageSize) / Math.max(records, 1) / SECOND) * SECOND;
		return Math.max(SECOND, width);
	}

	/**
	 * How wide a slice from an instant on may be by the rows of an answer that was cut. They are the first that were written, so
	 * that most of them began before the rest: up to a crowded second, which halves of the period would only feel their way to.
	 *
	 * @param share of the rows that may be in the slice
	 */
	private widthByRows(rows: IDataObject[], from: number, share: number): number | null {
		const starts = this.observe(rows)
			.flatMap(({ startedAt }) => (startedAt === null || startedAt < from ? [] : [startedAt]))
			.sort((a, b) => a - b);
		if (starts.length === 0) return null;
		const width = starts[Math.floor(starts.length * share)] - from;
		return width === 0 && share === 0 ? null : Math.max(SECOND, width);
	}

	private itemOf(liveId: unknown): string | null {
		const key = this.liveIds.get(liveIdOf(liveId) ?? '');
		return key === undefined ? null : `voipStudio:${this.event}:${key}`;
	}
}

export function isLinked(event: string): boolean {
	return event === 'cdr' || event === 'callMeBackCdr';
}

/** What identifies a record without an id: the documented fields about the call. */
const IDENTITY = ['calldate', 'timestamp', 'origtime', 'created_at', 'live_id', 'type', 'duration', 'billsec'].concat([
	'src',
	'dst',
	'caller',
	'called',
	'dialled',
	'from',
	'to',
	'message',
	'disposition',
]);

function keyOf(record: IDataObject): string {
	return idKey(record.id) ?? digestOf(record, IDENTITY);
}

/** A note that holds whatever waits for more legs: the floor decides where reading begins. */
function kept(cursor: Cursor): Pick<Reading<IDataObject>, 'cursor' | 'cursorFor'> {
	return { cursor, cursorFor: () => cursor };
}

/** A page, or undefined where the API refuses the parameters that ask for it. */
async function unlessRefused(page: Promise<Page>): Promise<Page | undefined> {
	return await page.catch((error: unknown) => {
		if (error instanceof NodeApiError && error.httpCode === '400') return undefined;
		throw error;
	});
}

/** The record that began last, by the clock of the records. */
function newestOf(records: Array<Observed<IDataObject>>, now: number): Observed<IDataObject> | undefined {
	const start = ({ startedAt }: Observed<IDataObject>) => startedAt ?? -Infinity;
	const begun = records.filter((record) => start(record) <= now);
	return begun.reduce<Observed<IDataObject> | undefined>(
		(newest, record) => (newest === undefined || start(record) > start(newest) ? record : newest),
		undefined,
	);
}

/** Whether the answer is in the order that was asked for: then what it lacks was written later. */
function areRising(rows: IDataObject[]): boolean {
	return rows.every(({ id }, index) => index === 0 || Number(id) > Number(rows[index - 1].id));
}

function sameRowsAgain(rows: number, total: number | null): Contradiction {
	return new Contradiction(
		`VoIPstudio says that there are ${total} records in one second, and gives the same ${rows} again and again`,
		'Nothing was taken from them, as it is not known which are missing. Ask the support of VoIPstudio.',
	);
}
