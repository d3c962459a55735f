import { DateTime } from 'luxon';

import { apiHash, httpBuildQuery, type Params } from '../../nodes/While1Voice/sign';
import {
	fieldsOf,
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

const NAME = 'While1 Voice';
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What While1 Voice's document leaves open. */
export const while1: AccountCheck = {
	name: NAME,
	address: null,
	keys: [
		{ name: 'apiToken', environment: 'WHILE1_API_TOKEN', prompt: 'API token', isSecret: true },
		{
			name: 'apiKey',
			environment: 'WHILE1_API_KEY',
			prompt: 'API key, if the PBX has one (Enter: none)',
			isSecret: true,
			isOptional: true,
		},
	],
	findings,
};

interface How {
	readonly transport?: 'json' | 'form' | 'query' | 'printed';
	readonly token?: string;
	readonly hash?: string;
}

type Call = (endpoint: string, params: Params, how?: How) => Promise<Reply>;

async function* findings(ask: Ask, { address, keys, justCalled }: Account): AsyncGenerator<Finding> {
	const call: Call = async (endpoint, params, { transport = 'json', token = keys.apiToken ?? '', hash } = {}) => {
		const apiHashSent = hash ?? (keys.apiKey ? apiHash(params, keys.apiKey) : undefined);
		const complete: Params = apiHashSent === undefined ? params : { ...params, api_hash: apiHashSent };
		const url = `${address}/api/${endpoint}`;
		const headers = { Authorization: `Bearer ${token}` };
		if (transport === 'query') return await ask({ method: 'GET', url: `${url}?${httpBuildQuery(complete)}`, headers });
		const [type, body] =
			transport === 'json'
				? ['application/json', JSON.stringify(complete)]
				: [transport === 'printed' ? 'text/xml' : 'application/x-www-form-urlencoded', httpBuildQuery(complete)];
		return await ask({ method: 'POST', url, headers: { ...headers, 'Content-Type': type }, body });
	};
	const read = (filters: Params, page = 1): Params => ({ action: 'read', page, filters });

	const first = await call('cdr', read({}));
	refuseStranger(first, isTokenRefused(first), NAME);
	yield envelope(first);
	yield yesOrNo(first);
	const rows = rowsOf(first);
	if (rows.length === 0) {
		yield* wrongToken(call);
		throw noCalls(NAME);
	}
	yield* records(rows);
	yield* times(rows, first.now, justCalled);
	yield* pages(call, read, first);
	yield* filters(call, read, rows);
	for (const transport of ['form', 'query'] as const) {
		const answer = await call('cdr', read({}), { transport });
		yield {
			assumption: `Parameters are read from ${transport === 'form' ? 'a form' : 'the address'} as well as from JSON`,
			seen: hasError(answer) ? 'an error' : rowsOf(answer).length > 0 ? 'so' : 'no records',
			verdict: verdict(!hasError(answer) && rowsOf(answer).length > 0),
		};
	}
	const printed = await call('cdr', read({}), { transport: 'printed' });
	yield {
		assumption: 'A form under the printed header `text/xml` is not read, so that it has to be urlencoded',
		seen: hasError(printed) ? 'so: an error' : rowsOf(printed).length > 0 ? 'it is read as well' : 'so: no records',
		verdict: verdict(hasError(printed) || rowsOf(printed).length === 0),
	};
	const bare = await call('cdr', { page: 1, filters: {} });
	yield {
		assumption: 'CDRs are read with or without `action`',
		seen: hasError(bare) ? 'an error without it' : 'so',
		verdict: verdict(!hasError(bare)),
	};
	const users = await call('users-status', { type: 'sip' });
	const results = isRow(users.body) ? users.body.results : undefined;
	yield {
		assumption: '`users-status` answers with records by the names of the users',
		seen: hasError(users)
			? 'an error'
			: isRow(results)
				? 'so'
				: Array.isArray(results)
					? 'a list'
					: 'neither records nor a list',
		verdict: hasError(users) ? 'cannot tell' : verdict(isRow(results)),
	};
	if (keys.apiKey) {
		const answer = await call('cdr', read({}), { hash: '0'.repeat(32) });
		yield {
			assumption: 'A wrong `api_hash` is refused',
			seen: hasError(answer) ? 'so' : 'the records',
			verdict: verdict(hasError(answer)),
		};
	}
	yield* wrongToken(call);
}

function rowsOf({ body }: Reply): Row[] {
	return rowsIn(isRow(body) ? body.results : undefined);
}

function hasError({ body }: Reply): boolean {
	return !isRow(body) || body.has_error !== false;
}

function isTokenRefused({ body }: Reply): boolean {
	return isRow(body) && body.has_error === true && /token does not match/i.test(JSON.stringify(body.messages ?? ''));
}

function envelope({ body }: Reply): Finding {
	const answer = isRow(body) ? body : {};
	return {
		assumption: 'An answer has `has_error`, `messages`, `pagination` and `results`',
		seen: fieldsOf([answer]),
		verdict: verdict(['has_error', 'messages', 'pagination', 'results'].every((name) => name in answer)),
	};
}

function yesOrNo({ body }: Reply): Finding {
	const value = isRow(body) ? body.has_error : undefined;
	const isSo = typeof value === 'boolean';
	return {
		assumption: '`has_error` is true or false',
		seen: isSo ? 'so' : value === null ? 'null' : `a ${typeof value}`,
		verdict: verdict(isSo),
	};
}

function* records(rows: Row[]): Generator<Finding> {
	yield {
		assumption:
			'A CDR has the fields that its filters are called by: `source`, `destination`, `direction`, `call_status`',
		seen: fieldsOf(rows),
		verdict: verdict(
			['source', 'destination', 'direction', 'call_status'].every((field) => rows.every((row) => field in row)),
		),
	};
	const ids = rows.map(({ id }) => id);
	const isThere = ids.every((id) => (typeof id === 'string' || typeof id === 'number') && /^\d+$/.test(String(id)));
	yield {
		assumption: 'Every CDR has an `id` of digits, and no two the same',
		seen: !isThere ? 'records without one' : new Set(ids.map(String)).size < ids.length ? 'the same id twice' : 'so',
		verdict: verdict(isThere && new Set(ids.map(String)).size === ids.length),
	};
}

function startOf(row: Row): number | null {
	const written = row.date ?? row.calldate;
	if (typeof written === 'string') {
		const at = DateTime.fromSQL(written, { zone: ZONE });
		if (at.isValid) return at.toMillis();
	}
	return null;
}

function endOf(row: Row): number | null {
	const start = startOf(row);
	return start === null ? null : start + (Number(row.duration) || 0) * 1000;
}

function* times(rows: Row[], now: number, justCalled: boolean): Generator<Finding> {
	const starts = rows.map(startOf);
	const read = starts.filter((start) => start !== null);
	yield {
		assumption: 'A CDR tells its start in `date` or `calldate`, as Y-m-d H:i:s',
		seen: read.length === rows.length ? 'so' : fieldsOf(rows),
		verdict: verdict(read.length === rows.length),
	};
	const byId = [...rows].sort((left, right) => Number(left.id) - Number(right.id));
	const isRising = byId.every((row, index) => {
		const [before, end] = [startOf(byId[index - 1] ?? {}), endOf(row)];
		return before === null || end === null || end >= before;
	});
	yield {
		assumption: 'Ids rise with time',
		seen:
			read.length < 2
				? 'too few times'
				: isRising
					? 'no higher id ended before a lower one began'
					: 'a higher id of an older call',
		verdict: read.length < 2 ? 'cannot tell' : verdict(isRising),
	};
	const ends = rows.map(endOf).filter((end) => end !== null);
	yield zoneFinding(
		"Times are in this computer's zone (in n8n: that of the workflow)",
		ends.length === 0 ? null : Math.max(...ends),
		now,
		justCalled,
	);
}

async function* pages(
	call: Call,
	read: (filters: Params, page?: number) => Params,
	first: Reply,
): AsyncGenerator<Finding> {
	const pagination = isRow(first.body) && isRow(first.body.pagination) ? first.body.pagination : {};
	const last = Number(pagination.max_page);
	yield {
		assumption: '`pagination` tells `row_count`, `page_size`, `current_page` and `max_page`',
		seen: fieldsOf([pagination]),
		verdict: verdict(['row_count', 'page_size', 'current_page', 'max_page'].every((name) => name in pagination)),
	};
	const two = await call('cdr', read({}, Number.isFinite(last) && last < 2 ? last + 1 : 2));
	const firstIds = new Set(rowsOf(first).map(({ id }) => String(id as string)));
	const isRepeated = rowsOf(two).some(({ id }) => firstIds.has(String(id as string)));
	yield Number.isFinite(last) && last < 2
		? {
				assumption: 'Beyond the last page there are no records',
				seen: hasError(two) ? 'an error' : rowsOf(two).length === 0 ? 'so' : 'records',
				verdict: verdict(rowsOf(two).length === 0),
			}
		: {
				assumption: '`page` counts from 1, and the next holds other records',
				seen: isRepeated ? 'records of the first page' : rowsOf(two).length === 0 ? 'no records' : 'so',
				verdict: verdict(!isRepeated && rowsOf(two).length > 0),
			};
}

async function* filters(
	call: Call,
	read: (filters: Params, page?: number) => Params,
	rows: Row[],
): AsyncGenerator<Finding> {
	const byId = [...rows].sort((left, right) => Number(left.id) - Number(right.id));
	const middle = byId[Math.floor(byId.length / 2)] ?? {};
	const found = rowsOf(await call('cdr', read({ from_id: Number(middle.id) })));
	const isAfter = found.length > 0 && found.every(({ id }) => Number(id) >= Number(middle.id));
	yield {
		assumption: '`from_id` gives the records after that id',
		seen:
			byId.length < 3 ? 'too few records' : isAfter ? 'so' : found.length === 0 ? 'no records' : 'older records too',
		verdict: byId.length < 3 ? 'cannot tell' : verdict(isAfter),
	};
	const starts = rows.map(startOf).filter((start) => start !== null);
	const at = [...starts].sort((left, right) => left - right)[Math.floor(starts.length / 2)];
	const assumption = '`date_between` filters by the start, in the zone of the records';
	if (at === undefined || new Set(starts).size < 3) {
		yield { assumption, seen: 'too few times', verdict: 'cannot tell' };
		return;
	}
	const second = DateTime.fromMillis(at, { zone: ZONE }).toFormat('yyyy-MM-dd HH:mm:ss');
	const between = rowsOf(await call('cdr', read({ date_between: [second, second] })));
	const isWithin = between.length > 0 && between.every((row) => startOf(row) === at);
	yield {
		assumption,
		seen: isWithin ? 'so' : between.length === 0 ? 'not even the record of that second' : 'records of other times',
		verdict: verdict(isWithin),
	};
}

async function* wrongToken(call: Call): AsyncGenerator<Finding> {
	const answer = await call('cdr', { action: 'read', page: 1, filters: {} }, { token: 'this-is-no-token-of-anybody' });
	const messages = isRow(answer.body) ? answer.body.messages : undefined;
	yield {
		assumption: 'A wrong token is answered with "Token does not match"',
		seen: isTokenRefused(answer)
			? `so, in ${Array.isArray(messages) ? 'a list' : 'an object by code'}`
			: 'another answer',
		verdict: verdict(isTokenRefused(answer)),
	};
	yield {
		assumption: 'An error comes with the HTTP status 200',
		seen: `the status ${answer.status}`,
		verdict: verdict(answer.status === 200),
	};
}
