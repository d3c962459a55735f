import type { IDataObject } from 'n8n-workflow';

import { DAY, HOUR, rootOf, SECOND, type Row } from './calls';
import { asJson, type Account, type HttpAnswer, type ModelProvider, type Setup } from './provider';

const PAGE = 40;
/** What capped pages hold. */
const CAP = 10;
const NEXT_YEAR = 365 * DAY;

const v1 = { baseUrl: 'https://pbx.test', apiVersion: 'v1' };
const v2 = { baseUrl: 'https://pbx.test', apiVersion: 'v2' };
const queues = { answered: { outcome: ['answered'] }, place: (place: string) => ({ queues: place }) };

const setups: Setup[] = [
	{ name: 'v1 queue calls', parameters: { event: 'queueCall' }, credentials: v1, filters: queues },
	{
		name: 'v1 ring group calls',
		parameters: { event: 'ringGroupCall' },
		credentials: v1,
		filters: { answered: { outcome: 'answered' }, place: (place) => ({ ringGroups: [place] }) },
	},
	{
		name: 'v1 user calls',
		parameters: { event: 'userCall' },
		credentials: v1,
		filters: { answered: { outcome: ['answered'] } },
	},
	{ name: 'v2 queue calls', parameters: { event: 'queueCall' }, credentials: v2, filters: queues },
	{
		name: 'v2 user calls',
		parameters: { event: 'userCall', itemPer: 'leg' },
		credentials: v2,
		filters: { answered: { outcome: ['answered'] } },
	},
];

/** VoIPcloud's lists by its document: `from_date`, `to_date`, `limit`, `offset`, names; newest first. */
export const voipcloudModel: ModelProvider = {
	name: 'VoIPcloud',
	module: 'nodes/Voipcloud/VoipcloudTrigger.node.ts',
	className: 'VoipcloudTrigger',
	type: 'voipcloudTrigger',
	credentialType: 'voipcloudApi',
	smallPages: [
		{ file: 'nodes/Voipcloud/lists/pages.ts', find: 'PAGE_SIZE = 10_000', put: `PAGE_SIZE = ${PAGE}` },
		{ file: 'nodes/Voipcloud/lists/pages.ts', find: 'OVERLAP = 20', put: 'OVERLAP = 4' },
		{ file: 'nodes/Voipcloud/lists/pages.ts', find: 'LEAST_CAP = 100', put: `LEAST_CAP = ${CAP}` },
	],
	pageSize: PAGE,
	leastCap: CAP,
	setups,
	limit: { requests: 100, windowMs: HOUR / 4 },
	slackMs: 0,
	isInOrder: true,
	lies: ['capped', 'same page'],
	copesWithCap: false,

	answer(request, rows, setup, quirks, account): HttpAnswer {
		const {
			from_date,
			to_date,
			limit = 100,
			offset = 0,
			queues_names,
			ringgroups_names,
		} = request.qs as Record<string, string>;
		const names = queues_names ?? ringgroups_names;
		const day = (text: string, more: number) => Date.parse(`${text}T00:00:00Z`) - quirks.dayZone * HOUR + more * DAY;
		const from = from_date === undefined ? -Infinity : day(from_date, 0);
		const to = to_date === undefined ? Infinity : day(to_date, quirks.lastDayCounts ? 1 : 0);
		const isV2 = setup.credentials.apiVersion === 'v2';
		const place = (row: Row) => (quirks.orderedByEnd ? (row.endedAt ?? Infinity) : row.startedAt);
		const first = account.lie === 'same page' ? 0 : Number(offset);
		const page = rows
			// v2 has no field that could show that a call is still going on.
			.filter((row) => row.finished || !isV2)
			// The call to a queue is not a call of a user.
			.filter(({ call }) => call.leg?.root !== null)
			.map((row) => (row.call.odd === 'nextYear' ? later(row) : row))
			.filter((row) => row.startedAt >= from && row.startedAt < to)
			.filter((row) => names === undefined || names.split(',').includes(row.call.place))
			.sort((a, b) =>
				place(b) > place(a)
					? 1
					: place(b) < place(a)
						? -1
						: b.call.mark - a.call.mark || (b.call.phone ?? 0) - (a.call.phone ?? 0),
			)
			.slice(first, first + (account.lie === 'capped' ? Math.min(CAP, Number(limit)) : Number(limit)))
			.map((row) => record(row, setup))
			.map((row) => changed(row, account));
		const body = !isV2 && quirks.coin ? page : { code: 200, data: page };
		return { statusCode: 200, headers: {}, body: asJson(body) };
	},

	edits: (setup) =>
		setup.parameters.event === 'userCall' && setup.credentials.apiVersion === 'v2' ? ['end', 'outcome'] : [],

	phone(item, { credentials, parameters }) {
		const user = item.user as IDataObject | null;
		return credentials.apiVersion === 'v2' && parameters.event === 'userCall'
			? ((user?.id as string | null) ?? null)
			: null;
	},

	mark: (item) => Number((item.from as { number: string }).number.slice(4)),

	endOf({ startedAt, endedAt, odd }, skewMs, setup) {
		if (endedAt === null) return 'never';
		const isV2 = setup.credentials.apiVersion === 'v2';
		// Without a readable end and a length, a record is that of a call in progress.
		if (odd === 'undated' || odd === 'noEnd') return 'never';
		if (odd === 'noStart') return isV2 ? 'unknown' : endedAt + skewMs;
		if (odd === 'endBeforeStart') return startedAt + skewMs;
		if (odd === 'nextYear') return endedAt + skewMs + NEXT_YEAR;
		// A length of many years counts as the longest call there is.
		if (odd === 'garbage' && isV2) return startedAt + skewMs + DAY;
		return endedAt + skewMs;
	},

	badAnswers: {
		'429 in the body': { statusCode: 200, headers: {}, body: { code: 429, message: 'Too Many Requests' } },
		'0 in the body': { statusCode: 200, headers: {}, body: { code: 0, message: 'Unknown error' } },
		'no list': { statusCode: 200, headers: {}, body: { code: 200, data: null } },
		nothing: { statusCode: 200, headers: {}, body: '' },
	},
};

function later(row: Row): Row {
	return {
		...row,
		startedAt: row.startedAt + NEXT_YEAR,
		endedAt: row.endedAt === null ? null : row.endedAt + NEXT_YEAR,
	};
}

function record(row: Row, setup: Setup): IDataObject {
	const { call } = row;
	const isV2 = setup.credentials.apiVersion === 'v2';
	const isUser = setup.parameters.event === 'userCall';
	const number = `6140${rootOf(call).mark}`;
	const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
	const garbage: IDataObject | false = call.odd === 'garbage' && {
		queue_name: { id: 7 },
		user_name: ['?'],
		answered_by_user_name: false,
		inbound_number: null,
		to_number: {},
		call_answered_at: '0000-00-00 00:00:00',
		call_duration: 1e300,
		conversation_duration: 'abc',
	};
	const start = call.odd === 'noStart' || call.odd === 'undated' ? null : time(row.startedAt);
	const end =
		call.odd === 'noEnd' || call.odd === 'undated'
			? row.endedAt === null
				? null
				: '0000-00-00 00:00:00'
			: call.odd === 'endBeforeStart' && row.endedAt !== null
				? time(row.startedAt - HOUR)
				: time(row.endedAt);
	if (isV2) {
		return {
			unique_call_id: `${Math.floor(rootOf(call).startedAt / SECOND)}${rootOf(call).mark}`,
			...(isUser ? { type: `user_inbound_${call.answered ? 'answered' : 'missed'}` } : { queue_name: call.place }),
			...(isUser ? { caller_id: number } : { callerid: number, status: call.answered ? 'answered' : 'abandoned' }),
			dest_number: '61290000000',
			user_name: 'Ann',
			user_number: String(1001 + (call.leg ? call.mark : (call.phone ?? 0))),
			call_start_at: start,
			connected_at: null,
			call_duration:
				call.odd === 'noEnd' || call.odd === 'undated' ? null : call.odd === 'endBeforeStart' ? -5 : row.seconds,
			conversation_duration: call.answered ? Math.max(1, row.seconds) : 0,
			...garbage,
		};
	}
	if (isUser) {
		return {
			from_number: number,
			to_number: '61290000000',
			user_name: 'Ann',
			is_inbound: 1,
			call_start_at: start,
			call_duration: call.odd === 'noEnd' || call.odd === 'undated' ? null : row.seconds,
			call_finished_at: end,
			conversation_duration: call.answered ? Math.max(1, row.seconds) : 0,
			...(garbage && { ...garbage, conversation_duration: call.answered ? 9 : 0 }),
		};
	}
	return {
		[setup.parameters.event === 'queueCall' ? 'queue_name' : 'ring_group_name']: call.place,
		callerid: number,
		inbound_number: '61290000000',
		call_start_at: start,
		call_answered_at: null,
		call_finished_at: end,
		answered_by_user_name: call.answered ? 'Ann' : '',
		status: call.finishedShows === Infinity || !row.finished ? '' : call.answered ? 'answered' : 'abandoned',
		...garbage,
	};
}

/** A record under the names of today, and with the fields of today. */
function changed(row: IDataObject, { isRenamed, hasNewField, isRespelled }: Account): IDataObject {
	const names = ['queue_name', 'ring_group_name', 'user_name', 'answered_by_user_name'].filter(
		(field) => typeof row[field] === 'string' && row[field] !== '',
	);
	return {
		...(hasNewField && { recording_url: null }),
		...row,
		...(isRespelled && respelled(row)),
		...(isRenamed && Object.fromEntries(names.map((field) => [field, `New ${row[field] as string}`]))),
	};
}

/** Lengths as texts, and times as clocks 13 hours east of UTC show them. */
function respelled(row: IDataObject): IDataObject {
	const told = Object.entries(row).flatMap(([field, value]): Array<[string, string]> => {
		if (field.endsWith('_duration') && typeof value === 'number') return [[field, String(value)]];
		const at = field.endsWith('_at') && typeof value === 'string' ? Date.parse(value) : NaN;
		return Number.isNaN(at) ? [] : [[field, `${new Date(at + 13 * HOUR).toISOString().slice(0, -1)}+13:00`]];
	});
	return Object.fromEntries(told);
}
