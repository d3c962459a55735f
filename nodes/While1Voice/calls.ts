import { createHash } from 'crypto';
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { named, party, type CallFacts, type Direction, type Outcome } from '../shared/call';
import type { Fetch } from '../shared/operations';
import type { Answer } from '../shared/provider';
import { DAY, HOUR, instant, isoUtc, SECOND } from '../shared/time';
import {
	LONGEST_CALL_MS,
	newestEnd,
	type Cursor,
	type Observed,
	type Reading,
	type Timed,
} from '../shared/trigger/decide';
import type { Source, SourceSetup, TriggerProvider } from '../shared/trigger/source';
import { numeric, text } from '../shared/values';
import { inTransport, paginationOf, recordsOf, while1Voice, wrongPage } from './api';
import { pbxTime } from './parameters';

/** While1 Voice's side of its trigger. Its times carry no zone: the workflow's, unless the user names another. */
export const while1VoiceTrigger: TriggerProvider = {
	id: 'while1Voice',
	provider: while1Voice,
	source: (setup) => new CdrList(setup),
};

/** How many of the newest known records each short read asks for again: half of a page, so that it stays one page. */
const OVERLAP = 50;
/** How often the whole window is read where it is longer than a page. */
const SWEEP_EVERY_MS = HOUR;
/** A window of more pages than this is read in spans of time, so that each poll gets on. */
const MOST_PAGES = 10;

/**
 * The call detail records as the trigger reads them.
 *
 * What the documents tell: `date_between`, `from_id` ("when the last synchronised ID is retained"), pages that the PBX
 * cuts to its own size (100), an `id` in each record. What they do not: the order of records, the fields of a record,
 * when a record appears, whether IDs grow with time, and whether `date_between` means the start.
 *
 * So correctness rests on *sweeps* alone: all pages of `date_between` from a day below the floor on, in whatever order.
 * Only a sweep lets the floor rise (see `decide`), so a record that becomes visible within the look-back is in a later
 * sweep, whatever its ID. If the filter means the end of calls, a sweep gives more than is needed and nothing less.
 *
 * A sweep that fits in one page is one request, and every poll is one. On a busier PBX a sweep is made once an hour, and
 * the polls between ask only `from_id`: one request. That is what the filter is for; but as it is not documented
 * beyond the line above, such a read is taken to prove nothing (`through` is -Infinity): it emits calls earlier and
 * settles none. It asks for the newest records once more, and if the newest of them is not in the answer, or an older
 * one is, the filter does not work as thought and the poll becomes a sweep. At worst a call comes an hour late.
 *
 * A steady state of exactly one request for every poll cannot be had from these documents: more than a page of records
 * of the last day can each still change what is visible. On average it is 1 + (pages of the window) / (polls an hour).
 */
class CdrList implements Source {
	/**
	 * An hour, as the clocks of the PBX change; and a day, as no document promises that a record tells its end: its start
	 * then stands for it, and that was up to a day before.
	 */
	readonly timeSlackMs = HOUR + LONGEST_CALL_MS;

	private readonly request: IHttpRequestOptions;

	private readonly zone: string;

	constructor({ credentials, timezone }: SourceSetup) {
		this.zone = timezone;
		this.request = inTransport({ method: 'POST', baseURL: while1Voice.baseUrl(credentials), url: '/cdr' }, 'json');
	}

	normalize(record: IDataObject): CallFacts {
		return factsOf(record, this.zone);
	}

	async latest(fetch: Fetch): Promise<Array<Observed<IDataObject>>> {
		const now = Date.now();
		let records = recordsOf(await this.page(fetch, this.between(now - DAY, now), 1));
		if (records.length === 0) records = recordsOf(await this.page(fetch, {}, 1));
		return this.observe(records)
			.sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))
			.slice(0, OVERLAP);
	}

	async *read(fetch: Fetch, since: number, now: number, cursor?: Cursor | null): AsyncGenerator<Reading<IDataObject>> {
		const age = cursor ? now - cursor.sweptAt : Infinity;
		if (cursor && age >= 0 && age < SWEEP_EVERY_MS) {
			const newer = await this.newer(fetch, cursor);
			if (newer !== undefined) {
				yield newer;
				return;
			}
		}
		yield* this.sweep(fetch, since, now);
	}

	/** What came after the records known at the last read, or undefined if `from_id` does not tell it reliably. */
	private async newer(fetch: Fetch, { fromId, newestId, sweptAt }: Cursor): Promise<Reading<IDataObject> | undefined> {
		const filters = { from_id: fromId };
		const first = await this.page(fetch, filters, 1);
		if (paginationOf(first).last > MOST_PAGES) return undefined;
		const records = await this.rest(fetch, filters, first);
		const ids = records.map(({ id }) => numeric(id));
		if (!ids.includes(newestId) || ids.some((id) => id === null || id < fromId)) return undefined;
		const next = cursorOf(records, sweptAt);
		// Without a time it cannot be told from one of before the start; a sweep knows which were there.
		const dated = this.observe(records).filter(({ startedAt, endedAt }) => startedAt !== null || endedAt !== null);
		return { records: dated, through: -Infinity, cursor: next && { ...next, fromId: Math.max(next.fromId, fromId) } };
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
			yield { records: this.observe(records), through: Infinity, cursor: last > 1 ? cursorOf(records, now) : null };
			return;
		}
		// Oldest first, as much at once as makes about so many pages.
		const perPage = Math.max(1, recordsOf(first).length);
		const step = Math.max(HOUR, Math.floor(((now - since) * MOST_PAGES * perPage) / (rows ?? last * perPage)));
		const seenEnd = newestEnd(await this.latest(fetch), now);
		let newest: IDataObject[] = [];
		for (let from = since; ; from += step) {
			const isLast = from + step > now;
			const filters = this.between(from, isLast ? end : from + step);
			const records = await this.all(fetch, filters, await this.page(fetch, filters, 1));
			newest = [...newest, ...records].slice(-(OVERLAP + 1) * 100);
			// What started before the span's end and was not given ended after it: the floor stays below that.
			yield {
				records: this.observe(records),
				through: isLast ? Infinity : from + step,
				newestEnd: seenEnd,
				cursor: isLast ? cursorOf(newest, now) : undefined,
			};
			if (isLast) return;
		}
	}

	/**
	 * All pages. A record that is added meanwhile moves others to a later page: they come twice. One that is deleted moves
	 * others to a page that was read already: then there are fewer than the PBX counts, and all is read once more.
	 */
	private async all(fetch: Fetch, filters: IDataObject, first: Answer): Promise<IDataObject[]> {
		const records = await this.rest(fetch, filters, first);
		const { last, rows } = paginationOf(first);
		const different = new Set(records.map(({ id }) => text(id))).size;
		if (last <= 1 || rows === null || different >= rows) return records;
		return [...records, ...(await this.rest(fetch, filters, await this.page(fetch, filters, 1)))];
	}

	private async rest(fetch: Fetch, filters: IDataObject, first: Answer): Promise<IDataObject[]> {
		const records = recordsOf(first);
		let { last } = paginationOf(first);
		for (let page = 2; page <= last; page++) {
			const answer = await this.page(fetch, filters, page);
			const found = recordsOf(answer);
			if (found.length === 0) break;
			records.push(...found);
			({ last } = paginationOf(answer));
		}
		return records;
	}

	private async page(fetch: Fetch, filters: IDataObject, page: number): Promise<Answer> {
		return await fetch({ ...this.request, body: { action: 'read', page, filters } }, wrongPage(page));
	}

	/** An hour more on each side: the PBX's clocks may have changed in between. */
	private between(from: number, to: number): IDataObject {
		return { date_between: [pbxTime(Math.max(0, from - HOUR), this.zone), pbxTime(to + HOUR, this.zone)] };
	}

	private observe(records: IDataObject[]): Array<Observed<IDataObject>> {
		return records.map((record) => ({ key: keyOf(record), ...timesOf(record, this.zone), record }));
	}
}

/** What the next short read begins with: enough of the newest records to see that none was passed over. */
function cursorOf(records: IDataObject[], sweptAt: number): Cursor | null {
	const ids = [...new Set(records.map(({ id }) => numeric(id)))].filter(
		(id) => id !== null && Number.isSafeInteger(id),
	) as number[];
	if (ids.length === 0) return null;
	const newestFirst = ids.sort((a, b) => b - a);
	return {
		newestId: newestFirst[0],
		fromId: Math.max(0, newestFirst[Math.min(OVERLAP, newestFirst.length - 1)] - 1),
		sweptAt,
	};
}

/** `id` is documented, as a string ("3"). A record without one is known by all it holds. */
function keyOf(record: IDataObject): string {
	const id = text(record.id);
	if (id !== null) return id;
	const values = Object.keys(record)
		.sort()
		.map((field) => [field, record[field] ?? null]);
	return createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 20);
}

/**
 * When a call began and ended. The filters are named `date_between` and `uniqueid`, so the fields may be `date` and
 * `uniqueid`, which begins with the second the call began (the provider's own example: 1234567890.12). Those filters, and the
 * values of `call_status`, are Asterisk's: so are `calldate` and `duration`, taken where a PBX sends them.
 *
 * A call detail record is written when the call is over. Only one whose `call_status` is there and empty is not.
 */
function timesOf(record: IDataObject, zone: string): Timed {
	const startedAt = instant(record.date, zone) ?? instant(record.calldate, zone) ?? epochOf(record.uniqueid);
	const duration = numeric(record.duration);
	return {
		ended: !('call_status' in record) || text(record.call_status) !== null,
		startedAt,
		endedAt: startedAt === null || duration === null || duration < 0 ? null : startedAt + duration * SECOND,
	};
}

function epochOf(uniqueId: unknown): number | null {
	const seconds = /(?:^|-)(\d{9,10})\.\d+$/.exec(text(uniqueId) ?? '')?.[1];
	return seconds === undefined ? null : Number(seconds) * SECOND;
}

const DIRECTIONS: ReadonlyMap<string | null, Direction> = new Map([
	['IN', 'inbound'],
	['OUT', 'outbound'],
]);

/** The values of the filter `call_status`. */
const OUTCOMES: ReadonlyMap<string | null, Outcome> = new Map([
	['ANSWERED', 'answered'],
	['NO ANSWER', 'missed'],
	['BUSY', 'busy'],
	['CONGESTION', 'failed'],
	['FAILED', 'failed'],
]);

/** By the names of the documented filters; what a record does not hold under them is null. */
function factsOf(record: IDataObject, zone: string): CallFacts {
	const { startedAt, endedAt } = timesOf(record, zone);
	const outcome = OUTCOMES.get(text(record.call_status)) ?? null;
	const talkSeconds = numeric(record.billsec);
	const isAnswered = outcome === 'answered' && endedAt !== null && talkSeconds !== null;
	const durationSeconds = numeric(record.duration);
	const linkedId = text(record.linkedid);
	return {
		direction: DIRECTIONS.get(text(record.direction)) ?? null,
		outcome,
		from: party(record.source),
		to: party(record.destination),
		queue: null,
		ringGroup: null,
		user: named(null, record.user_id),
		startedAt: isoUtc(startedAt),
		answeredAt: isAnswered ? isoUtc(endedAt - talkSeconds * SECOND) : null,
		endedAt: isoUtc(endedAt),
		durationSeconds,
		waitSeconds: isAnswered && durationSeconds !== null ? durationSeconds - talkSeconds : null,
		talkSeconds,
		cost: null,
		// The `uniqueid` of the first leg: the same in all legs of one call.
		parentId: linkedId !== null && linkedId !== text(record.uniqueid) ? linkedId : null,
	};
}
