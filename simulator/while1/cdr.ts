import { DateTime } from 'luxon';

import type { CallName, WorldCall } from '../world/calls';
import { type Answer, type Context, naive, paged, time, zoneOf } from './account';
import { known, list, type Params, record, required, string } from './params';

export function between(filters: Params): [string, string] | null {
	if (filters.date_between === undefined) return null;
	const [from, to] = list(filters.date_between);
	return [naive(from, 'date_between'), naive(to, 'date_between')];
}

const STATUS: Record<string, string> = { answered: 'ANSWERED', busy: 'BUSY', failed: 'FAILED' };

/** Asterisk's unique id: the second the channel began, and a counter. [wiki] shows "1234567890.12". */
function uniqueId(call: CallName): string {
	return `${call.startedAt / 1000}.${call.ordinal}`;
}

function cdrRow(call: WorldCall, context: Context): Params {
	const { rows } = context.settings;
	// Own invention: all names except `id`; they follow the filters.
	const row: Params = {
		id: String(call.id),
		project_id: '1',
		user_id: call.user === null ? null : String(call.user.id),
		direction: call.direction === 'inbound' ? 'IN' : 'OUT',
		call_status: STATUS[call.outcome ?? ''] ?? 'NO ANSWER',
		source: call.from.withheld ? 'anonymous' : call.from.number,
		destination: call.to.number,
		linkedid: uniqueId(call.root ?? call),
		external_id: null,
		comments: null,
		...context.store.cdrChanges.get(call.id),
	};
	if (rows === 'none') return row;
	row.date = time(call.startedAt, context);
	row.uniqueid = uniqueId(call);
	if (rows === 'filters') return row;
	row.duration = String(((call.endedAt ?? call.startedAt) - call.startedAt) / 1000);
	row.billsec = String(call.answeredAt === null ? 0 : ((call.endedAt ?? call.answeredAt) - call.answeredAt) / 1000);
	return row;
}

const CDR_FILTERS = [
	'date_between',
	'project_id',
	'user_id',
	'inbound_route_id',
	'direction',
	'call_status',
	'telephone_like',
	'telephone',
	'source',
	'destination',
	'hour_between',
	'from_id',
	'uniqueid',
	'linkedid',
	'external_id',
	'has_transcription',
	'has_monitor_file',
	'has_recording_file',
];

let shuffles = 0;

export function readCdr(context: Context): Answer {
	const {
		world,
		params,
		settings: { order, fromId, dateBetween },
	} = context;
	const filters = record(params.filters);
	known(filters, CDR_FILTERS);
	const asked = between(filters);
	const span = dateBetween === 'applied' ? asked : null;
	// A record is written when the call has ended. Own invention: date_between refers to the start.
	const reach = 26 * 3_600_000;
	const from =
		span === null
			? -Infinity
			: DateTime.fromSQL(span[0], { zone: zoneOf(context) }).toMillis() - world.clockSkewMs - reach;
	const to =
		span === null
			? Infinity
			: DateTime.fromSQL(span[1], { zone: zoneOf(context) }).toMillis() - world.clockSkewMs + reach;
	const users = list(filters.user_id).map(string);
	const after = fromId === 'ignored' ? 0 : Number(string(filters.from_id) || 0);
	const calls = [...world.callsNewestFirst(from, to)].filter((call) => {
		if (call.endedAt === null || call.id <= after) return false;
		const at = time(call.startedAt, context);
		if (span !== null && (at < span[0] || at > span[1])) return false;
		const row = cdrRow(call, context);
		const numbers = [row.source, row.destination].map(string);
		return (
			(users.length === 0 || users.includes(string(row.user_id))) &&
			['direction', 'call_status', 'source', 'destination', 'uniqueid', 'linkedid', 'external_id', 'project_id'].every(
				(name) => filters[name] === undefined || string(filters[name]) === string(row[name]),
			) &&
			(filters.telephone === undefined || numbers.includes(string(filters.telephone))) &&
			(filters.telephone_like === undefined ||
				numbers.some((number) => number.includes(string(filters.telephone_like))))
		);
	});
	if (order === 'oldestFirst') calls.reverse();
	if (order === 'shuffled') {
		const seed = shuffles++;
		calls.sort((a, b) => ((a.id * 7919 + seed) % 104_729) - ((b.id * 7919 + seed) % 104_729));
	}
	const page = paged(calls, context);
	return { ...page, results: (page.results as WorldCall[]).map((call) => cdrRow(call, context)) };
}

export function saveCdr({ params, store }: Context): Answer {
	for (const entry of list(params.data).map(record)) {
		required(entry, 'id');
		for (const transcription of list(entry.transcriptions).map(record)) required(transcription, 'filename', 'provider');
		const { id, ...changes } = entry;
		store.cdrChanges.set(Number(id), { ...store.cdrChanges.get(Number(id)), ...changes });
	}
	return { results: [] };
}
