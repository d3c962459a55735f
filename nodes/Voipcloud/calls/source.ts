import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, Named } from '../../shared/calls/call';
import { LONGEST_CALL_MS, newestEnd, type Observed, type Reading, type Timed } from '../../shared/calls/observed';
import { isNameOf } from '../../shared/calls/passes';
import type { NameFilter, EventValues, Source, SourceSetup } from '../../shared/calls/source';
import type { Fetch } from '../../shared/request/provider';
import {
	DAY,
	fromWallClock,
	hasOffset,
	HOUR,
	secondsIn,
	timeText,
	utcDay,
	wallClock,
	writtenClock,
} from '../../shared/values/time';
import { digestOf, text, tidyName, truth } from '../../shared/values/values';
import { voipcloud } from '../api';
import type { CallsRequest } from '../lists/notFound';
import { callPages, PAGE_SIZE } from '../lists/pages';
import { Spellings } from './spellings';
import {
	linkOf,
	timeIn,
	timesOf,
	userCallV1,
	userCallV2,
	V1_USER,
	V1_WAITING,
	V2_USER,
	V2_WAITING,
	waitingCallV1,
	waitingCallV2,
} from './normalize';

type Version = 'v1' | 'v2';
type EventName = 'queueCall' | 'ringGroupCall' | 'userCall';

/** Where the lists of an event are, and what identifies their records. */
interface EventTable {
	readonly path: string;
	/** The list's own parameter for names, and the trigger's filter that it can serve. */
	readonly names?: { readonly parameter: string; readonly filter: 'queues' | 'ringGroups' | 'users' };
	/** The fields that identify a record. */
	readonly identity: readonly string[];
	/** Whether its records are legs that share the `unique_call_id` of their call. */
	readonly isLinked?: boolean;
	readonly valuesOfEvent: EventValues;
	readonly facts: (record: IDataObject, zone?: string) => CallFacts;
}

/**
 * v2: one call that goes through two queues has the same `unique_call_id` in two records, so the id alone does not name a
 * record. (The reference does not say so; the times are taken as well, as none of them changes once the call has ended.) The
 * names of queues and users are no part of it: somebody may rename them, and the list then shows old calls under new names.
 */
const V2_IDENTITY = ['unique_call_id', 'call_start_at', 'connected_at', 'call_duration'];

/** v2: of the phones that ring for one call, each has its extension, which a rename leaves as it is. */
const V2_USER_IDENTITY = ['unique_call_id', 'user_number', 'call_start_at'];

/** v1 has no ids: all that its document lists, but the names, which may change. */
const V1_WAITING_IDENTITY = [
	'callerid',
	'inbound_number',
	'call_start_at',
	'call_answered_at',
	'call_finished_at',
	'status',
];
const V1_USER_IDENTITY = ['from_number', 'to_number', 'is_inbound', 'call_start_at', 'call_duration'].concat(
	'call_finished_at',
	'conversation_duration',
);

export const EVENTS: Readonly<Record<Version, Readonly<Record<EventName, EventTable>>>> = {
	v1: {
		queueCall: {
			path: '/get-queue-calls',
			names: { parameter: 'queues_names', filter: 'queues' },
			identity: V1_WAITING_IDENTITY,
			valuesOfEvent: V1_WAITING,
			facts: waitingCallV1,
		},
		ringGroupCall: {
			path: '/get-ringgroup-calls',
			names: { parameter: 'ringgroups_names', filter: 'ringGroups' },
			identity: V1_WAITING_IDENTITY,
			valuesOfEvent: V1_WAITING,
			facts: waitingCallV1,
		},
		userCall: {
			path: '/get-user-calls',
			names: { parameter: 'users_names', filter: 'users' },
			identity: V1_USER_IDENTITY,
			valuesOfEvent: V1_USER,
			facts: userCallV1,
		},
	},
	v2: {
		queueCall: {
			path: '/get-queue-calls',
			names: { parameter: 'queues_names', filter: 'queues' },
			identity: V2_IDENTITY,
			valuesOfEvent: V2_WAITING,
			facts: waitingCallV2,
		},
		ringGroupCall: {
			path: '/get-ringgroup-calls',
			names: { parameter: 'ringgroups_names', filter: 'ringGroups' },
			identity: V2_IDENTITY,
			valuesOfEvent: V2_WAITING,
			facts: waitingCallV2,
		},
		// No list of v2 users by name is known: the trigger filters by itself.
		userCall: {
			path: '/get-user-calls',
			identity: V2_USER_IDENTITY,
			isLinked: true,
			valuesOfEvent: V2_USER,
			facts: userCallV2,
		},
	},
};

export function tableOf(event: string, { apiVersion }: IDataObject): EventTable {
	return EVENTS[apiVersion === 'v2' ? 'v2' : 'v1'][event as EventName];
}

/**
 * Up to this many pages are read newest first, as the list comes, and up to twice as many if these reach half of the way; a longer
 * list is read oldest first.
 */
const PAGES_AT_ONCE = 3;

/**
 * A call list as the trigger reads it. Preconditions, all from the provider's document unless marked:
 * - lists are sorted from newest to oldest. By start or by end is not said: reading stops at a record that is older in
 *   both, so either order is right;
 * - `limit` goes up to 10000, so the calls of a day fit in one page of most accounts: one request a poll;
 * - `from_date` and `to_date` are days, in a zone that is not documented, and whether `to_date` itself counts is not
 *   documented either: a day more is asked for at the start and two at the end;
 * - v1 records have no ids, and two calls may give identical rows: they are numbered within one read;
 * - a page may be shorter than was asked for: only a short one (fewer than 100 rows) is taken for the last, or one that
 *   reaches behind what is asked for;
 * - a finished record does not change any more (assumed; v1 has nothing else to know it by).
 */
export class CallSource implements Source {
	readonly timeSlackMs: number;

	carriesZone: boolean | undefined;

	/** The zone of times without an offset, and the one in which the trigger first read them: what it remembers is in that. */
	private readonly zone: string;

	private readonly firstZone: string;

	private readonly table: EventTable;

	private readonly request: CallsRequest;

	private readonly spellings: Spellings;

	/** @param beside the event whose list is read together with this one */
	constructor(setup: SourceSetup, beside?: string) {
		const { event, credentials, names: fixed, requestOptions, timezone, firstTimezone } = setup;
		this.zone = timezone;
		this.firstZone = firstTimezone;
		// An hour that the clocks repeat is read as its first pass.
		this.timeSlackMs = /^(utc|etc\/utc)$/i.test(timezone) ? 0 : HOUR;
		this.table = tableOf(event, credentials);
		const { path, names } = this.table;
		this.spellings = new Spellings(credentials, path);
		const wanted = names === undefined ? [] : fixed[names.filter].map((name) => this.spellings.of(name));
		// The list is separated by commas, and may hold names as they are written for HTML. The trigger chooses by itself, too.
		const isAsked = wanted.length > 0 && wanted.every((name) => !/[,&<>"']/.test(name ?? ','));
		this.request = {
			...requestOptions,
			method: 'GET',
			baseURL: voipcloud.baseUrl(credentials),
			url: path,
			qs: names !== undefined && isAsked ? { [names.parameter]: wanted.join(',') } : {},
			otherList: beside === undefined ? undefined : tableOf(beside, credentials).path,
		};
	}

	normalize(record: IDataObject): CallFacts {
		return this.table.facts(record, this.zone);
	}

	/** An instant, whatever the zone; what is remembered of times without an offset keeps that of the first read. */
	clock(at: number): number {
		return this.zone === this.firstZone ? at : fromWallClock(wallClock(at, this.zone), this.firstZone);
	}

	async latest(fetch: Fetch): Promise<Array<Observed<IDataObject>>> {
		return this.observe(await firstPage(this.list(fetch, {}, 50)));
	}

	/** No request lists queues, ring groups or users, but a list of calls can be asked for those of a name. */
	async knows(fetch: Fetch, filter: NameFilter, name: string): Promise<boolean | undefined> {
		const { names } = this.table;
		if (names?.filter !== filter) return undefined;
		const asked = this.spellings.of(name) ?? tidyName(name);
		const [row] = await firstPage(this.list(fetch, { [names.parameter]: asked }, 1));
		if (row === undefined) return false;
		const named = namedFor(this.table.facts(row), filter);
		return named !== null && isNameOf(name, named) ? true : undefined;
	}

	async *read(fetch: Fetch, since: number, now: number): AsyncGenerator<Reading<IDataObject>> {
		const rows: IDataObject[] = [];
		let pages = 0;
		for await (const page of this.list(fetch, { from_date: utcDay(since, -1) })) {
			for (const row of page) rows.push(row);
			const last = page.at(-1);
			if (last !== undefined && this.isOlder(last, since)) break;
			pages++;
			if (pages === 2 * PAGES_AT_ONCE || (pages === PAGES_AT_ONCE && this.oldestStart(rows, now) > (since + now) / 2)) {
				yield* this.spans(fetch, since, now, rows, pages);
				return;
			}
		}
		yield { records: this.observe(rows, this.oldOf(rows, since)), through: Infinity };
	}

	/** A long list, oldest first: day by day, as many days at once as fill about a page. */
	private async *spans(
		fetch: Fetch,
		since: number,
		now: number,
		newest: IDataObject[],
		pages: number,
	): AsyncGenerator<Reading<IDataObject>> {
		const times = newest.map((row) => this.timesOf(row));
		const starts = times.map(({ startedAt }) => startedAt).filter((at) => at !== null && at <= now) as number[];
		const seenEnd = newestEnd(times, now);
		const days = starts.length === 0 ? 0 : (latestOf(starts) - starts[starts.length - 1]) / DAY;
		const perDay = days > 0 ? starts.length / days : starts.length;
		const perPage = Math.min(PAGE_SIZE, newest.length / pages);
		const step = Math.max(1, Math.floor(perPage / Math.max(1, perDay)) - 3) * DAY;
		// The first one reaches past the floor, so that each poll gets further.
		for (let from = since, to = since + LONGEST_CALL_MS + step; ; from = to, to += step) {
			const through = to > now ? Infinity : to;
			const listed = await this.readPeriod(fetch, from, through);
			const started = listed.filter((record) => {
				const startedAt = timeIn(record.call_start_at, this.firstZone);
				return startedAt === null || (startedAt >= from && startedAt < through);
			});
			yield { records: this.observe(started, this.oldOf(listed, since)), through, newestEnd: seenEnd };
			if (through === Infinity) return;
		}
	}

	/** What is listed of the days around [from, to), and with them what has no readable start. */
	private async readPeriod(fetch: Fetch, from: number, to: number): Promise<IDataObject[]> {
		const days = { from_date: utcDay(from, -1), ...(to === Infinity ? {} : { to_date: utcDay(to, 2) }) };
		const listed: IDataObject[] = [];
		for await (const page of this.list(fetch, days)) for (const record of page) listed.push(record);
		return listed;
	}

	/** A record without a time is as old as the calls around it: after one that is older than the read, it was there before. */
	private oldOf(listed: IDataObject[], since: number): Set<IDataObject> {
		const first = listed.findIndex((record) => this.isOlder(record, since));
		return new Set(first < 0 ? [] : listed.slice(first).filter((record) => this.isUndated(record)));
	}

	private list(fetch: Fetch, qs: IDataObject, wanted = Infinity): AsyncIterable<IDataObject[]> {
		return callPages(fetch, { ...this.request, qs: { ...this.request.qs, ...qs } }, wanted);
	}

	observe(records: IDataObject[], old: ReadonlySet<IDataObject> = new Set()): Array<Observed<IDataObject>> {
		const alike = new Map<string, number>();
		const filter = this.table.names?.filter;
		if (filter !== undefined)
			for (const record of records) this.spellings.learn(namedFor(this.table.facts(record), filter));
		return records.map((record) => {
			const start = timeText(record.call_start_at);
			if (start !== null) this.carriesZone = this.carriesZone !== false && hasOffset(start);
			const digest = keyOf(record, this.table.identity);
			const count = (alike.get(digest) ?? 0) + 1;
			alike.set(digest, count);
			const link = this.table.isLinked === true ? linkOf(record) : null;
			return {
				key: count === 1 ? digest : `${digest}.${count}`,
				...this.timesOf(record),
				record,
				link,
				isOld: old.has(record),
			};
		});
	}

	/** A call in progress, or whose end is unreadable or impossible, says nothing about those after it. */
	private isOlder(record: IDataObject, since: number): boolean {
		const { ended, startedAt, endedAt } = this.timesOf(record);
		return ended && startedAt !== null && endedAt !== null && startedAt <= endedAt && endedAt < since;
	}

	/** Where a list that is read newest first has got to: the last start that can be read, or now. */
	private oldestStart(rows: readonly IDataObject[], now: number): number {
		for (let index = rows.length - 1; index >= 0; index--) {
			const { startedAt } = this.timesOf(rows[index]);
			if (startedAt !== null) return startedAt;
		}
		return now;
	}

	private isUndated(record: IDataObject): boolean {
		const { startedAt, endedAt } = this.timesOf(record);
		return startedAt === null && endedAt === null;
	}

	/** By the zone in which the trigger first read them. */
	private timesOf(record: IDataObject): Timed {
		return timesOf(record, this.firstZone);
	}
}

function namedFor({ queue, ringGroup, user }: CallFacts, filter: NameFilter): Named | null {
	return { queues: queue, ringGroups: ringGroup, users: user }[filter];
}

function latestOf(instants: number[]): number {
	return instants.reduce((latest, at) => Math.max(latest, at), -Infinity);
}

async function firstPage(pages: AsyncIterable<IDataObject[]>): Promise<IDataObject[]> {
	for await (const page of pages) return page;
	return [];
}

/** A v2 record without an id is identified by everything that could name it. */
function keyOf(record: IDataObject, identity: readonly string[]): string {
	const hasId = !identity.includes('unique_call_id') || text(record.unique_call_id) !== null;
	const fields = hasId ? identity : [...identity, ...V2_NUMBERS];
	return digestOf(Object.fromEntries(fields.map((field) => [field, sameText(field, record[field])])), fields);
}

const V2_NUMBERS = ['type', 'status', 'callerid', 'caller_id', 'dest_number'].concat(
	'connected_at',
	'call_duration',
	'conversation_duration',
);

/** A value as it identifies a record, in whatever form the list shows it: `60` or `"60"`, an instant with any offset. */
function sameText(field: string, value: unknown): string | null {
	if (field.endsWith('_duration')) return text(secondsIn(value) ?? value);
	if (field === 'is_inbound') return text(Number(truth(value) ?? value));
	if (!field.endsWith('_at')) return text(value);
	const written = timeText(value);
	if (written === null || timeIn(written) === null) return written;
	// A time without an offset is the same in whatever zone it is read.
	return hasOffset(written) ? text(timeIn(written)) : `${writtenClock(written)}`;
}
