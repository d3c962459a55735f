import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import { DAY, edits, HOUR, MINUTE, rootOf, SECOND, type Call, type Row } from './calls';
import { recordIds } from './ids';
import { asJson, type Account, type HttpAnswer, type ModelProvider, type Quirks, type Setup } from './provider';

const PAGE = 30;
/** What capped pages hold. */
const CAP = 8;
const USERS = { Sales: '12', Support: '15' };
/** The zone of the PBX; the workflow's or the option's. */
const ZONES = ['Europe/Bucharest', 'America/New_York'] as const;

const filters: Setup['filters'] = { answered: { outcome: ['answered'] }, place: (place) => ({ users: USERS[place] }) };

const setups: Setup[] = [
	{
		name: 'in the zone of the workflow',
		parameters: { event: 'cdr', itemPer: 'leg' },
		credentials: { baseUrl: 'https://pbx.test', apiToken: 'token' },
		timezone: ZONES[0],
		filters,
	},
	{
		name: 'in a zone of its own',
		parameters: { event: 'cdr', itemPer: 'leg', options: { timezone: ZONES[1] } },
		credentials: { baseUrl: 'https://pbx.test', apiToken: 'token' },
		timezone: ZONES[0],
		filters,
	},
];

interface Query {
	readonly action: string;
	readonly page: number;
	readonly filters: { readonly date_between?: [string, string]; readonly from_id?: number };
}

/**
 * While1 Voice's call detail records: `date_between`, `from_id` and pages of the PBX's own size. What the documents leave
 * open is a quirk: the order, the fields, whether `from_id` is itself given, whether `date_between` means starts or ends,
 * and whether a call is listed while it lasts.
 */
export const while1Model: ModelProvider = {
	name: 'While1 Voice',
	module: 'nodes/While1Voice/While1VoiceTrigger.node.ts',
	className: 'While1VoiceTrigger',
	type: 'while1VoiceTrigger',
	credentialType: 'while1VoiceApi',
	smallPages: [
		{ file: 'nodes/While1Voice/calls/source.ts', find: 'const OVERLAP = 50;', put: `const OVERLAP = ${PAGE / 2};` },
		{ file: 'nodes/While1Voice/calls/source.ts', find: 'const MOST_PAGES = 10;', put: 'const MOST_PAGES = 4;' },
	],
	pageSize: PAGE,
	setups,
	lies: ['capped', 'counts the page', 'limited key', 'short pages', 'dripping'],
	zones: ['Asia/Kolkata', 'America/Los_Angeles', 'UTC'],
	copesWithCap: true,
	// Where the clocks change, a time that occurs twice counts as the earlier one.
	slackMs: HOUR,
	// Added to the look-back, as a record may tell its start alone.
	lookbackMoreMs: HOUR + DAY,
	// A short read that shows that `from_id` cannot be relied on is followed by a sweep; a test run may find the day empty.
	requests: { poll: 2, testRun: 13 },
	// Only sweeps let it rise: one an hour, by a clock that may be put back meanwhile.
	floorLagMs: 2 * HOUR,
	// Between two sweeps only what `from_id` yields is emitted: the rest may come an hour late.
	drainEveryMs: 61 * MINUTE,

	clock: (at, setup) => at + offsetMs(at, zoneOf(setup)),

	startAsTold(at, setup) {
		const zone = zoneOf(setup);
		// In the hour that the clocks repeat, the earlier time is meant.
		return pbxTime(at - HOUR, zone) === pbxTime(at, zone) ? at - HOUR : at;
	},

	answer(request, rows, setup, quirks, account): HttpAnswer {
		const {
			action,
			page,
			filters: { date_between: between, from_id: fromId },
		} = JSON.parse(request.body as string) as Query;
		if (request.url !== '/cdr' || action !== 'read') return refusal('Unknown');
		const zone = zoneOf(setup);
		const written = (call: Call) => writtenAt(call, quirks);
		const listed = rows.filter((row) => row.finished || listsLive(quirks));
		const ids = recordIds(listed, written);
		const all = listed
			.map((row) => ({ row, id: ids.get(row) ?? NaN }))
			.filter(({ row }) => between === undefined || isBetween(pbxTime(filteredBy(row, quirks), zone), between))
			.filter(({ id }) => fromId === undefined || id > fromId || (quirks.lastDayCounts && id === fromId))
			.map(({ row, id }) => ({ place: placeOf(row, id, quirks), record: changed(record(row, id, zone), account) }))
			.sort((a, b) => a.place - b.place || Number(a.record.id) - Number(b.record.id))
			.map((entry) => entry.record);
		const { lie, random } = account;
		const shown = lie === 'limited key' ? all.filter(({ source }) => Number(source) % 3 !== 0) : all;
		const size = lie === 'dripping' ? 1 : lie === 'capped' ? CAP : PAGE;
		const whole = shown.slice((page - 1) * size, page * size);
		const results = lie === 'short pages' ? whole.filter(() => random() < 0.9) : whole;
		const count = lie === 'counts the page' ? results.length : all.length;
		// What is capped still says that the pages have their usual size.
		const pages = Math.ceil(count / (lie === 'dripping' ? 1 : PAGE));
		const pagination = {
			row_count: count,
			page_size: lie === 'dripping' ? 1 : PAGE,
			current_page: pages === 0 ? 0 : page,
			max_page: pages,
		};
		const body = { has_error: false, messages: [], pagination, results };
		return { statusCode: 200, headers: {}, body: asJson(body) };
	},

	edits: () => edits,

	mark: (item) => Number((item.from as { number: string }).number.slice(4)),

	endOf(call, skewMs) {
		const { startedAt, endedAt, odd } = call;
		if (endedAt === null) return 'never';
		if (isUndated(call)) return 'unknown';
		if (odd === 'noEnd' || odd === 'endBeforeStart') return startedAt + skewMs;
		// A length of many years counts as the longest call there is.
		if (odd === 'garbage') return startedAt + skewMs + DAY;
		return endedAt + skewMs;
	},

	badAnswers: {
		'an error': refusal('Try again'),
		'an error by code': {
			statusCode: 200,
			headers: {},
			body: { has_error: true, messages: { 17: 'Try again' }, pagination: [], results: [] },
		},
		'no envelope': { statusCode: 200, headers: {}, body: { results: [] } },
		'no object': { statusCode: 200, headers: {}, body: [] },
		nothing: { statusCode: 200, headers: {}, body: '' },
	},
};

function refusal(message: string): HttpAnswer {
	return { statusCode: 200, headers: {}, body: { has_error: true, messages: [message], pagination: [], results: [] } };
}

function zoneOf(setup: Setup): string {
	return (setup.parameters.options as { timezone?: string } | undefined)?.timezone ?? setup.timezone ?? 'UTC';
}

function listsLive({ coin }: Quirks): boolean {
	return coin;
}

function writtenAt(call: Call, quirks: Quirks): number {
	return Math.floor(listsLive(quirks) ? Math.min(call.liveShows, call.finishedShows) : call.finishedShows);
}

function filteredBy(row: Row, { orderedByEnd }: Quirks): number {
	return orderedByEnd && row.endedAt !== null ? row.endedAt : row.startedAt;
}

/** Where a record stands among others: newest or oldest first, or anywhere. */
function placeOf(row: Row, id: number, { salt }: Quirks): number {
	switch (salt % 4) {
		case 0:
			return id;
		case 1:
			return -id;
		case 2:
			return -row.startedAt;
		default:
			return (row.call.mark * 7919 + salt) % 1009;
	}
}

function pbxTime(at: number, zone: string): string {
	return new Date(at + offsetMs(at, zone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** Asked millions of times: no zone changes its clocks within a quarter of an hour. */
const offsets = new Map<string, number>();

function offsetMs(at: number, zone: string): number {
	const key = `${zone} ${Math.floor(at / (15 * MINUTE))}`;
	let offset = offsets.get(key);
	if (offset === undefined) {
		offset = DateTime.fromMillis(at, { zone }).offset * MINUTE;
		offsets.set(key, offset);
	}
	return offset;
}

function isBetween(time: string, [from, to]: [string, string]): boolean {
	return time >= from && time <= to;
}

/**
 * Not promised: that a record without any time stays out if it began before the window of the sweeps and was written among
 * the newest of it. `from_id` gives it, and nothing shows that it is old. So only records written soon lack a time.
 */
function isUndated({ odd, startedAt, finishedShows }: Call): boolean {
	return odd === 'undated' && finishedShows - startedAt <= HOUR;
}

/**
 * The fields are not documented; these are what the filters are named after. Not promised, so not here: a record that is
 * dated more than two days ahead, as `date_between` wants a last time.
 */
function record({ call, startedAt, finished, seconds }: Row, id: number, zone: string): IDataObject {
	const { odd } = call;
	const isTimeless = isUndated(call);
	const date = pbxTime(startedAt, zone);
	return {
		id: String(id),
		...(isTimeless || odd === 'noStart' ? {} : call.mark % 2 === 0 ? { date } : { calldate: date }),
		...(!isTimeless && { uniqueid: `${startedAt / SECOND}.${call.mark}` }),
		direction: 'IN',
		...(call.leg && {
			linkedid: `${(rootOf(call).startedAt + startedAt - call.startedAt) / SECOND}.${rootOf(call).mark}`,
		}),
		source: `4072${rootOf(call).mark}`,
		destination: '40312345678',
		user_id: USERS[call.place],
		call_status: !finished ? '' : call.answered ? 'ANSWERED' : 'NO ANSWER',
		...(odd !== 'noEnd' && !isTimeless && { duration: String(odd === 'endBeforeStart' ? -5 : seconds) }),
		billsec: call.answered ? String(seconds) : '0',
		...(odd === 'garbage' && {
			direction: { id: 7 },
			destination: ['?'],
			user_id: {},
			call_status: finished ? 'GARBAGE' : '',
			duration: 1e300,
			billsec: 'abc',
			linkedid: false,
		}),
	};
}

function changed(row: IDataObject, { hasNewField, isRespelled }: Account): IDataObject {
	const { id, duration, billsec } = row;
	const numbers = {
		id: Number(id),
		...(duration !== undefined && { duration: Number(duration) }),
		...(!Number.isNaN(Number(billsec)) && { billsec: Number(billsec) }),
	};
	return { ...(hasNewField && { recording_url: null }), ...row, ...(isRespelled && numbers) };
}
