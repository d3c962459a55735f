import { DateTime } from 'luxon';

import {
	codesOf,
	fieldsOf,
	isOrdered,
	isRow,
	noCalls,
	refuseStranger,
	rowsIn,
	verdict,
	zoneFinding,
	type Account,
	type AccountCheck,
	type Ask,
	type Finding,
	type Reply,
	type Row,
} from './ask';

const NAME = 'VoIPcloud';

const LISTS = ['get-user-calls', 'get-queue-calls', 'get-ringgroup-calls'] as const;

/** The parameter for names of each list that has one. */
const NAMES = { 'get-queue-calls': 'queues_names', 'get-ringgroup-calls': 'ringgroups_names' } as const;

const DOCUMENTED = {
	'get-user-calls':
		'from_number to_number user_name is_inbound call_start_at call_duration call_finished_at conversation_duration',
	'get-queue-calls':
		'queue_name callerid inbound_number call_start_at call_answered_at call_finished_at answered_by_user_name status',
	'get-ringgroup-calls':
		'ring_group_name callerid inbound_number call_start_at call_answered_at call_finished_at answered_by_user_name status',
};

/** What VoIPcloud's document leaves open. */
export const voipcloud: AccountCheck = {
	name: NAME,
	address: 'https://au.voipcloud.online',
	keys: [{ name: 'apiKey', environment: 'VOIPCLOUD_API_KEY', prompt: 'API key', isSecret: true }],
	choices: { 'api-version': ['v1', 'v2'] },
	findings,
};

type Get = (path: string, query?: Record<string, string | number>, key?: string) => Promise<Reply>;

async function* findings(ask: Ask, { address, keys, choices, justCalled }: Account): AsyncGenerator<Finding> {
	const version = choices['api-version'] ?? 'v1';
	const order: Record<string, string> = version === 'v2' ? { sort_by: 'newest_first' } : {};
	const get: Get = async (path, query = {}, key = keys.apiKey ?? '') => {
		const parameters = path.endsWith('-calls') ? { ...query, ...order } : query;
		const search = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
		const url = `${address}/api/integration/${version}/${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
		return await ask({ method: 'GET', url, headers: { token: key } });
	};

	const lists: Record<string, Row[]> = {};
	let first: Reply | undefined;
	for (const name of LISTS) {
		const answer = await get(name, { limit: 50, offset: 0 });
		if (first === undefined) {
			first = answer;
			refuseStranger(
				isEmpty(answer) ? { ...answer, status: 200 } : answer,
				answer.status === 401 || codeOf(answer) === 401,
				NAME,
			);
			yield envelope(answer);
		}
		lists[name] = dataOf(answer);
	}
	yield await nothingFound(get);
	const longest =
		[...LISTS].sort((left, right) => (lists[right]?.length ?? 0) - (lists[left]?.length ?? 0))[0] ?? LISTS[0];
	const rows = lists[longest] ?? [];
	if (rows.length === 0) {
		yield await wrongKey(get);
		throw noCalls(NAME);
	}
	for (const name of LISTS) yield fieldsFinding(name, lists[name] ?? [], version);
	yield direction(lists['get-user-calls'] ?? [], version);
	yield* times(rows, first?.now ?? Date.now(), justCalled);
	yield* identity(rows, version);
	yield* pages(get, longest, rows);
	yield await days(get, longest, rows);
	yield* unknownName(get, longest in NAMES ? (longest as keyof typeof NAMES) : 'get-queue-calls', lists);
	const statuses = codesOf([...(lists['get-queue-calls'] ?? []), ...(lists['get-ringgroup-calls'] ?? [])], 'status');
	yield {
		assumption: 'The status of a call to a queue or ring group is answered, abandoned or timedout',
		seen: statuses.length === 0 ? 'no such calls' : statuses.join(', '),
		verdict:
			statuses.length === 0
				? 'cannot tell'
				: verdict(statuses.every((status) => ['answered', 'abandoned', 'timedout'].includes(status))),
	};
	if (version === 'v1') yield systemStatus(await get('get-system-status'));
	yield await wrongKey(get);
}

function codeOf({ body }: Reply): unknown {
	return isRow(body) ? body.code : undefined;
}

function isEmpty(answer: Reply): boolean {
	return answer.status === 404 && codeOf(answer) === 404;
}

function dataOf({ body }: Reply): Row[] {
	return rowsIn(isRow(body) ? body.data : body);
}

function envelope({ status, body }: Reply): Finding {
	const hasBoth = isRow(body) && 'code' in body && Array.isArray(body.data);
	return {
		assumption: 'A list answers with `code` and `data`, or is a bare list',
		seen: Array.isArray(body) ? 'a bare list' : isRow(body) ? `${fieldsOf([body])}, the status ${status}` : 'no object',
		verdict: verdict(hasBoth || Array.isArray(body)),
	};
}

/** A day long before any call: is nothing an empty list, or "required data not found"? */
async function nothingFound(get: Get): Promise<Finding> {
	const answer = await get('get-queue-calls', { from_date: '2001-01-01', to_date: '2001-01-01', limit: 1, offset: 0 });
	const isList =
		answer.status === 200 && (isRow(answer.body) ? Array.isArray(answer.body.data) : Array.isArray(answer.body));
	return {
		assumption: 'Where there are no calls, the list is empty',
		seen: isList ? (dataOf(answer).length === 0 ? 'so' : 'calls of another day') : `the status ${answer.status}`,
		verdict: verdict(isList && dataOf(answer).length === 0),
	};
}

function fieldsFinding(name: (typeof LISTS)[number], rows: Row[], version: string): Finding {
	const assumption = `\`${name}\` has the fields of the document (version 1)`;
	if (version !== 'v1')
		return { assumption, seen: rows.length === 0 ? 'no calls' : fieldsOf(rows), verdict: 'cannot tell' };
	if (rows.length === 0) return { assumption, seen: 'no calls', verdict: 'cannot tell' };
	const isSo = DOCUMENTED[name].split(' ').every((field) => rows.every((row) => field in row));
	return { assumption, seen: isSo ? 'so' : fieldsOf(rows), verdict: verdict(isSo) };
}

/** Both versions tell in one field of a user's call which way it went; version 2 its end as well. */
function direction(rows: Row[], version: string): Finding {
	const isV2 = version === 'v2';
	const isTold = ({ is_inbound, type }: Row): boolean =>
		isV2
			? /^user_(in|out)bound_[a-z]+$|^user_internal_[a-z]+$/.test(String(type))
			: is_inbound === 1 || is_inbound === 0;
	const isSo = rows.every(isTold);
	return {
		assumption: isV2 ? '`type` is user, direction and outcome' : '`is_inbound` is 1 or 0',
		seen: rows.length === 0 ? 'no such calls' : isSo ? 'so' : isV2 ? codesOf(rows, 'type').join(', ') : 'other values',
		verdict: rows.length === 0 ? 'cannot tell' : verdict(isSo),
	};
}

function startOf(row: Row): number | null {
	if (typeof row.call_start_at !== 'string') return null;
	const at = DateTime.fromISO(row.call_start_at, { zone: 'utc' });
	return at.isValid ? at.toMillis() : null;
}

function* times(rows: Row[], now: number, justCalled: boolean): Generator<Finding> {
	const starts = rows.map(startOf);
	const zoned = rows.filter(({ call_start_at: at }) => /(Z|[+-]\d{2}:?\d{2})$/.test(String(at as string)));
	yield {
		assumption: 'Times are ISO 8601 and tell their zone',
		seen: starts.includes(null) ? 'another form' : zoned.length === rows.length ? 'so' : 'times without a zone',
		verdict: verdict(!starts.includes(null) && zoned.length === rows.length),
	};
	const read = starts.filter((start) => start !== null);
	yield {
		assumption: 'Calls come newest first, by their start',
		seen: read.length < 2 ? 'one call' : isOrdered(read, 'down') ? 'so' : 'another order',
		verdict: read.length < 2 ? 'cannot tell' : verdict(isOrdered(read, 'down')),
	};
	const newest = read.length === 0 ? null : Math.max(...read);
	const newestRow = rows.find((row) => startOf(row) === newest);
	const end = newest === null ? null : newest + lengthOf(newestRow) * 1000;
	yield zoneFinding('Times that tell no zone are UTC', end, now, justCalled);
}

function lengthOf(row: Row | undefined): number {
	const finished =
		typeof row?.call_finished_at === 'string' ? DateTime.fromISO(row.call_finished_at, { zone: 'utc' }) : null;
	const start = row === undefined ? null : startOf(row);
	if (finished?.isValid && start !== null) return (finished.toMillis() - start) / 1000;
	return Number(row?.call_duration) || 0;
}

function* identity(rows: Row[], version: string): Generator<Finding> {
	if (version !== 'v2') return;
	const isThere = rows.every(({ unique_call_id: id }) => typeof id === 'string' && id !== '');
	// The legs of one call may share its ID.
	const legs = rows.map((row) => [row.unique_call_id, row.call_start_at, row.user_name].join(' '));
	yield {
		assumption: 'Every record has a `unique_call_id`, and no two share it, their start and their user',
		seen: !isThere ? 'records without one' : new Set(legs).size < legs.length ? 'the same twice' : 'so',
		verdict: verdict(isThere && new Set(legs).size === legs.length),
	};
}

async function* pages(get: Get, list: string, rows: Row[]): AsyncGenerator<Finding> {
	const assumption = '`offset` counts from 0, and `limit` cuts the list';
	if (rows.length < 3) {
		yield { assumption, seen: 'too few calls', verdict: 'cannot tell' };
		return;
	}
	const found = dataOf(await get(list, { limit: 2, offset: 1 }));
	const texts = [found[0], found[1], rows[1], rows[2]].map((row) => String(row?.call_start_at as string));
	const isSo = found.length === 2 && texts[0] === texts[2] && texts[1] === texts[3];
	yield { assumption, seen: isSo ? 'so' : 'other calls, or another number of them', verdict: verdict(isSo) };
	const wide = await get(list, { limit: 10_000, offset: 0, from_date: dayOf(rows[0]), to_date: dayOf(rows[0]) });
	yield {
		assumption: '`limit` goes up to 10000',
		seen: `the status ${wide.status}`,
		verdict: verdict(wide.status === 200),
	};
}

function dayOf(row: Row | undefined): string {
	const start = row === undefined ? null : startOf(row);
	return DateTime.fromMillis(start ?? 0, { zone: 'utc' }).toISODate() ?? '';
}

/** The trigger asks for a day more at the start and two at the end, so a day may be off by that much. */
async function days(get: Get, list: string, rows: Row[]): Promise<Finding> {
	const day = DateTime.fromISO(dayOf(rows[Math.floor(rows.length / 2)]), { zone: 'utc' });
	const date = day.toISODate() ?? '';
	const answer = await get(list, { from_date: date, to_date: date, limit: 100, offset: 0 });
	const starts = dataOf(answer)
		.map(startOf)
		.filter((start) => start !== null);
	const isNear = starts.every(
		(start) => start >= day.minus({ days: 1 }).toMillis() && start < day.plus({ days: 2 }).toMillis(),
	);
	const isUtc = starts.every((start) => start >= day.toMillis() && start < day.plus({ days: 1 }).toMillis());
	return {
		assumption: 'A day of `from_date` and `to_date` holds the calls of that day in some zone, itself included',
		seen:
			starts.length === 0
				? 'no calls: the day of to_date does not count itself'
				: !isNear
					? 'calls of other days'
					: isUtc
						? 'calls of one day in UTC'
						: 'calls of one day in another zone',
		verdict: verdict(starts.length > 0 && isNear),
	};
}

async function* unknownName(get: Get, list: keyof typeof NAMES, lists: Record<string, Row[]>): AsyncGenerator<Finding> {
	const assumption = 'A name that nobody has gives an empty list';
	if ((lists[list] ?? []).length === 0) {
		yield { assumption, seen: 'no calls', verdict: 'cannot tell' };
		return;
	}
	const answer = await get(list, { [NAMES[list]]: 'nobody is called this', limit: 1, offset: 0 });
	yield {
		assumption,
		seen:
			answer.status !== 200 ? `the status ${answer.status}` : dataOf(answer).length === 0 ? 'so' : 'calls of others',
		verdict: verdict(answer.status === 200 && dataOf(answer).length === 0),
	};
}

function systemStatus({ status, body }: Reply): Finding {
	const data = isRow(body) && isRow(body.data) ? body.data : isRow(body) ? body : {};
	return {
		assumption: '`get-system-status` answers with a record',
		seen: status === 200 ? fieldsOf([data]) : `the status ${status}`,
		verdict: verdict(status === 200 && isRow(body)),
	};
}

async function wrongKey(get: Get): Promise<Finding> {
	const answer = await get('get-queue-calls', { limit: 1, offset: 0 }, 'this-is-no-key-of-anybody');
	const code = codeOf(answer);
	return {
		assumption: 'A wrong key is answered with 401, as the HTTP status or as `code`',
		seen: `the status ${answer.status}, ${typeof code === 'number' ? `the code ${code}` : 'no code'}`,
		verdict: verdict(answer.status === 401 || code === 401),
	};
}
