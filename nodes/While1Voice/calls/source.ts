import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { CallFacts } from '../../shared/calls/call';
import {
	LONGEST_CALL_MS,
	newestEnd,
	type Cursor,
	type Observed,
	type Reading,
	type Timed,
} from '../../shared/calls/observed';
import type { NameFilter, Source, SourceSetup } from '../../shared/calls/source';
import { Contradiction } from '../../shared/request/problems';
import type { Answer, Check, Fetch } from '../../shared/request/provider';
import { DAY, HOUR, SECOND, secondsIn, wallClock, writtenClock } from '../../shared/values/time';
import { digestOf, idKey, numeric, text } from '../../shared/values/values';
import { inTransport, while1Voice } from '../api';
import { pbxTime } from '../fields';
import { missingRecords, paginationOf, recordsOf, wrongPage } from '../lists/pages';
import { factsOf, linkOf, startOfId, timesOf } from './normalize';

/** How many of the newest known records each short read requests again: half a page, so that it stays one page. */
const OVERLAP = 50;
/** How often the whole window is read where it is longer than a page. */
const SWEEP_EVERY_MS = HOUR;
/** A window of more pages than this is read in spans of time, so that each poll gets on. */
const MOST_PAGES = 10;
/** A test run looks for a call in the last years. */
const LONGEST_SEARCH_MS = 10 * 366 * DAY;
/** A test run reads this many pages of the shortest period it needs. */
const LAST_PAGES = 3;
/** A page with this many records counts as full if the PBX does not tell its page size: 100 in the document's samples. */
const LEAST_SIZE = 100;

/** How often a list is read from its first page on, before it is taken for one that contradicts itself. */
const MOST_READS = 3;

/** What pages of one list contained. */
interface PagesRead {
	readonly records: IDataObject[];
	/** The IDs of these and of all that were known before. */
	readonly ids: ReadonlySet<string>;
	/** How many different ones. */
	readonly different: number;
	/** How many the PBX counts, if it does. */
	readonly promised: number | null;
	readonly isShort: boolean;
	/** Whether the PBX counted fewer from one page to the next: some were deleted. */
	readonly hasFallen: boolean;
}

const NOTHING_KNOWN: ReadonlySet<string> = new Set();

/**
 * The call detail records as the trigger reads them.
 *
 * What the documents say: `date_between`, `from_id` ("when the last synchronised ID is retained"), pages that the PBX
 * cuts to its own size (100), an `id` in each record. What they do not say: the order of records, the fields of a record,
 * when a record appears, whether IDs grow with time, and whether `date_between` means the start.
 *
 * So correctness rests on *sweeps* alone: all pages of `date_between` from a day below the floor on, in whatever order.
 * Only a sweep lets the floor rise (see `decide`), so a record that becomes visible within the look-back is in a later
 * sweep, whatever its ID. If the filter means the end of calls, a sweep returns more than is needed and nothing less.
 *
 * A sweep that fits in one page is one request, and every poll is one. On a busier PBX a sweep is made once an hour, and
 * the polls between ask only `from_id`: one request. That is what the filter is for; but as it is not documented
 * beyond the line above, such a read is taken to prove nothing (`through` is -Infinity): it emits calls earlier and
 * settles none. It asks for the newest records once more, and if the newest of them is not in the answer, or an older
 * one is, the filter does not work as thought and the poll becomes a sweep. At worst a call comes an hour late.
 *
 * These documents allow no steady state of exactly one request per poll: more than a page of records
 * of the last day can each still change what is visible. On average it is 1 + (pages of the window) / (polls an hour).
 */
export class CdrList implements Source {
	/**
	 * An hour, as the clocks of the PBX change; and a day, as no document promises that a record has its end: its start
	 * then stands for it, and that was up to a day before.
	 */
	readonly timeSlackMs = HOUR + LONGEST_CALL_MS;

	private readonly request: IHttpRequestOptions;

	private readonly zone: string;

	/** The zone in which a `uniqueid`, which contains an instant, becomes a time of the PBX's clock: always the same one. */
	private readonly firstZone: string;

	private readonly wholeCalls: boolean;

	/** uniqueid -> id of the records read so far. */
	private readonly uniqueIds = new Map<string, string>();

	constructor({ credentials, timezone, firstTimezone, wholeCalls = false }: SourceSetup) {
		this.wholeCalls = wholeCalls;
		this.zone = timezone;
		this.firstZone = firstTimezone;
		this.request = inTransport({ method: 'POST', baseURL: while1Voice.baseUrl(credentials), url: '/cdr' }, 'json');
	}

	normalize(record: IDataObject): CallFacts {
		return factsOf(record, this.zone, (uniqueId) => this.itemOf(uniqueId));
	}

	clock(at: number): number {
		return wallClock(at, this.zone);
	}

	/** In which order records come is not documented, so this looks for the shortest period that has some, on few pages. */
	async latest(fetch: Fetch, now: number): Promise<Array<Observed<IDataObject>>> {
		const end = now + 2 * DAY;
		let [empty, long] = [0, Infinity];
		let records: IDataObject[] = [];
		for (let requests = 0, width = DAY; requests < MOST_PAGES && width < LONGEST_SEARCH_MS; requests++) {
			const filters = this.between(now - width, end);
			const first = await this.page(fetch, filters, 1);
			const { last } = paginationOf(first);
			const found = recordsOf(first);
			if (found.length > 0) records = found;
			if (found.length > 0 && last <= LAST_PAGES) {
				records = await this.all(fetch, filters, first);
				break;
			}
			if (found.length === 0) empty = width;
			else long = width;
			if (long === Infinity) width *= 30;
			else width = empty === 0 ? width / (2 * last) : Math.sqrt(empty * long);
		}
		return this.observe(records)
			.sort((a, b) => latestOf(b) - latestOf(a))
			.slice(0, OVERLAP);
	}

	/** Nothing lists users with the IDs that calls have, but calls can be asked for those of a user. */
	async knows(fetch: Fetch, filter: NameFilter, id: string): Promise<boolean | undefined> {
		if (filter !== 'users') return undefined;
		const found = recordsOf(await this.page(fetch, { user_id: [numeric(id) ?? id] }, 1));
		if (found.length === 0) return false;
		return found.some((record) => text(record.user_id) === id) ? true : undefined;
	}

	async *read(
		fetch: Fetch,
		since: number,
		now: number,
		cursor?: Cursor | null,
		isEmitted: (call: string) => boolean = () => false,
	): AsyncGenerator<Reading<IDataObject>> {
		const age = cursor ? now - cursor.sweptAt : Infinity;
		if (cursor && age >= 0 && age < SWEEP_EVERY_MS) {
			const newer = await this.newer(fetch, cursor, isEmitted);
			if (newer !== undefined) {
				yield newer;
				return;
			}
		}
		yield* this.sweep(fetch, since, now);
	}

	/** What came after the records known at the last read, or undefined if `from_id` does not tell it reliably. */
	private async newer(
		fetch: Fetch,
		{ fromId, newestId, sweptAt }: Cursor,
		isEmitted: (call: string) => boolean,
	): Promise<Reading<IDataObject> | undefined> {
		const filters = { from_id: fromId };
		const first = await this.page(fetch, filters, 1);
		if (paginationOf(first).last > MOST_PAGES) return undefined;
		const { records } = await this.rest(fetch, filters, first);
		const ids = records.map(({ id }) => numeric(id));
		if (!ids.includes(newestId) || ids.some((id) => id === null || id < fromId)) return undefined;
		const observed = this.observe(records);
		const older = this.wholeCalls ? await this.olderLegs(fetch, observed, isEmitted) : [];
		if (older === undefined) return undefined;
		// Without a time it cannot be distinguished from one before the start; a sweep knows which were there.
		const dated = [...observed, ...older].filter(({ startedAt, endedAt }) => startedAt !== null || endedAt !== null);
		const cursorFor = (waiting: ReadonlyArray<Observed<IDataObject>>) => {
			const next = cursorOf(records, sweptAt, waiting);
			return next && { ...next, fromId: Math.max(next.fromId, fromId) };
		};
		return { records: dated, through: -Infinity, cursor: cursorFor([]), cursorFor };
	}

	/**
	 * The legs that a short read does not show: those of calls which began before its oldest record was written. `linkedid`
	 * is a documented filter. Undefined where it does not filter, or would be asked too often.
	 */
	private async olderLegs(
		fetch: Fetch,
		observed: Array<Observed<IDataObject>>,
		isEmitted: (call: string) => boolean,
	): Promise<Array<Observed<IDataObject>> | undefined> {
		const [oldest] = [...observed].sort((a, b) => Number(a.key) - Number(b.key));
		const writtenAt = oldest.endedAt ?? Infinity;
		const calls = new Set<string>();
		for (const { link, startedAt } of observed) {
			const mayLack = startedAt === null || startedAt <= writtenAt;
			if (link?.isRoot === true && mayLack && !isEmitted(link.call)) calls.add(link.call);
		}
		if (calls.size > MOST_PAGES) return undefined;
		const legs: Array<Observed<IDataObject>> = [];
		for (const call of calls) {
			const filters = { linkedid: call };
			const { records: found } = await this.rest(fetch, filters, await this.page(fetch, filters, 1));
			if (found.some(({ linkedid }) => idKey(linkedid) !== call)) return undefined;
			legs.push(...this.observe(found));
		}
		return legs;
	}

	/** Every visible record since an instant. */
	private async *sweep(fetch: Fetch, since: number, now: number): AsyncGenerator<Reading<IDataObject>> {
		// Two days more, for clocks and zones that are not as thought.
		const end = now + 2 * DAY;
		const whole = this.between(since, end);
		const first = await this.page(fetch, whole, 1);
		const { last, rows } = paginationOf(first);
		if (last <= MOST_PAGES) {
			const records = await this.all(fetch, whole, first);
			const cursorFor = (waiting: ReadonlyArray<Observed<IDataObject>>) =>
				last > 1 ? cursorOf(records, now, waiting) : null;
			yield { records: this.observe(records), through: Infinity, cursor: cursorFor([]), cursorFor };
			return;
		}
		// Oldest first, as much at once as makes about so many pages.
		const perPage = Math.max(1, recordsOf(first).length);
		const step = Math.max(HOUR, Math.floor(((now - since) * MOST_PAGES * perPage) / (rows ?? last * perPage)));
		const seenEnd = newestEnd(await this.latest(fetch, now), now);
		let newest: IDataObject[] = [];
		for (let from = since; ; from += step) {
			const isLast = from + step > now;
			const filters = this.between(from, isLast ? end : from + step);
			const records = await this.all(fetch, filters, await this.page(fetch, filters, 1));
			newest = [...newest, ...records].slice(-(OVERLAP + 1) * 100);
			// What started before the slice's end and was not given ended after it: the floor stays below that.
			yield {
				records: this.observe(records),
				through: isLast ? Infinity : from + step,
				newestEnd: seenEnd,
				cursor: isLast ? cursorOf(newest, now) : undefined,
				cursorFor: (waiting) => cursorOf(newest, now, waiting),
			};
			if (isLast) return;
		}
	}

	/**
	 * All pages. A record that is added meanwhile moves others to a later page: they come twice. It stands on a page that was read
	 * already itself, as where the newest come first, and one that is deleted moves others to such a page: then there are fewer
	 * than the PBX counts, and the list is read again, until no more are missing than those that were known. On a busy PBX that
	 * is its first page. Where records are deleted, only those count that are read after that.
	 *
	 * Not noticed: of a list with the oldest first, records are deleted between two pages and at least as many added, so that the count
	 * does not fall. What that passes over is read by the next sweep, as long as it ended within the look-back.
	 *
	 * @throws Contradiction if there are still fewer than the PBX counts: which are missing is not known
	 */
	private async all(fetch: Fetch, filters: IDataObject, first: Answer): Promise<IDataObject[]> {
		const records: IDataObject[] = [];
		let known = NOTHING_KNOWN;
		let answer = first;
		for (let reads = 1; ; reads++) {
			const read = await this.rest(fetch, filters, answer, known);
			records.push(...read.records);
			if (!read.isShort) return records;
			if (reads === MOST_READS || (reads > 1 && read.ids.size === known.size)) {
				throw new Contradiction(
					`While1 Voice counts ${read.promised} calls, and its pages hold ${read.different}`,
					'Nothing was taken from them, as it is not known which are missing. The next poll asks again. If it stays, ask the support of While1.',
				);
			}
			answer = await this.page(fetch, filters, 1);
			const hasFallen = read.hasFallen || (paginationOf(answer).rows ?? 0) < (read.promised ?? 0);
			known = hasFallen ? NOTHING_KNOWN : read.ids;
		}
	}

	/**
	 * The pages from the first on: as many as the PBX says there are, and one more where the last is full or rows are missing; no more
	 * than it takes to have read, with those known before, as many as the PBX counts.
	 */
	private async rest(
		fetch: Fetch,
		filters: IDataObject,
		first: Answer,
		known: ReadonlySet<string> = NOTHING_KNOWN,
	): Promise<PagesRead> {
		const records: IDataObject[] = [];
		const own = new Set<string>();
		const ids = new Set(known);
		// Rows without an id may be alike.
		let withoutId = 0;
		let promised: number | null = null;
		let counted = 0;
		let hasFallen = false;
		let answer = first;
		for (let page = 1; ;) {
			const found = recordsOf(answer);
			const before = own.size + withoutId;
			for (const record of found) {
				const id = text(record.id);
				if (id === null) withoutId++;
				else {
					own.add(id);
					ids.add(id);
				}
				records.push(record);
			}
			const { last, rows, size } = paginationOf(answer);
			const isFull = found.length >= (size ?? LEAST_SIZE);
			if (rows !== null) {
				hasFallen ||= rows < counted;
				// A count of the page's own rows says nothing about the list.
				if (rows > found.length) counted = rows;
				promised = Math.max(rows, promised ?? 0);
			}
			const different = ids.size + withoutId;
			// What was deleted may be what was read, and hide that others were passed over.
			const isShort = hasFallen || different < (promised ?? 0);
			const isKnown = known.size > 0 && !isShort;
			// A page that brings nothing new is the end, whatever the PBX counts.
			const isEnd = own.size + withoutId === before || (page >= last && !isFull && !isShort);
			if (isEnd || isKnown) return { records, ids, different, promised, isShort, hasFallen };
			page++;
			answer = await this.page(fetch, filters, page, page <= last ? wrongPage(page) : undefined);
		}
	}

	private async page(fetch: Fetch, filters: IDataObject, page: number, check?: Check): Promise<Answer> {
		return await fetch(
			{ ...this.request, body: { action: 'read', page, filters } },
			(answer) => missingRecords(answer) ?? check?.(answer),
		);
	}

	/** An hour more on each side: the PBX's clocks may have changed in between. */
	private between(from: number, to: number): IDataObject {
		return { date_between: [pbxTime(Math.max(0, from - HOUR), 'utc'), pbxTime(to + HOUR, 'utc')] };
	}

	observe(records: IDataObject[]): Array<Observed<IDataObject>> {
		return records.map((record) => {
			const key = keyOf(record);
			const uniqueId = text(record.uniqueid);
			if (uniqueId !== null) this.uniqueIds.set(uniqueId, key);
			const times = timesOf(record, writtenClock, (at) => wallClock(at, this.firstZone));
			const exact = startOfId(record.uniqueid, (at) => at);
			const endInstant = exact === null ? undefined : exact + (secondsIn(record.duration) ?? 0) * SECOND;
			return { key, ...times, record, link: linkOf(record), ...(endInstant !== undefined && { endInstant }) };
		});
	}

	private itemOf(uniqueId: string | null): string | null {
		const key = this.uniqueIds.get(uniqueId ?? '');
		return key === undefined ? null : `while1Voice:cdr:${key}`;
	}
}

function latestOf({ startedAt, endedAt }: Timed): number {
	return endedAt ?? startedAt ?? -Infinity;
}

/**
 * What the next short read begins with: enough of the newest records to see that none was passed over, and all records of
 * the calls that wait for more.
 */
function cursorOf(
	records: IDataObject[],
	sweptAt: number,
	waiting: ReadonlyArray<Observed<IDataObject>> = [],
): Cursor | null {
	const ids = [...new Set(records.map(({ id }) => numeric(id)))].filter(
		(id) => id !== null && Number.isSafeInteger(id),
	) as number[];
	if (ids.length === 0) return null;
	const newestFirst = ids.sort((a, b) => b - a);
	// A call that is not over is asked for as a whole when it is.
	const rooted = waiting.filter(({ legs }) => legs?.some(({ link }) => link?.isRoot));
	const waitingIds = rooted.flatMap(({ legs = [] }) => legs.map(({ record }) => numeric(record.id) ?? Infinity));
	return {
		newestId: newestFirst[0],
		fromId: Math.max(0, Math.min(newestFirst[Math.min(OVERLAP, newestFirst.length - 1)], ...waitingIds) - 1),
		sweptAt,
	};
}

/**
 * What identifies a record without an id, which the documents do not foresee: the fields with the names of filters that are about
 * the call, not about how people are named.
 */
const IDENTITY = ['uniqueid', 'linkedid', 'date', 'calldate', 'source', 'destination'].concat([
	'direction',
	'duration',
	'billsec',
	'call_status',
]);

/** `id` is documented, as a string ("3"). A record without one is identified by its fields about the call, else by all it has. */
function keyOf(record: IDataObject): string {
	const id = idKey(record.id);
	if (id !== null) return id;
	const listed = IDENTITY.filter((field) => text(record[field]) !== null);
	return digestOf(record, listed.length > 0 ? IDENTITY : Object.keys(record));
}
