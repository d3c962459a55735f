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

const NAME = 'VoIPstudio';
const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/** What VoIPstudio's documents leave open. */
export const voipstudio: AccountCheck = {
	name: NAME,
	address: 'https://l7api.com/v1.2/voipstudio',
	keys: [{ name: 'apiKey', environment: 'VOIPSTUDIO_API_KEY', prompt: 'API key', isSecret: true }],
	findings,
};

async function* findings(ask: Ask, { address, keys, justCalled }: Account): AsyncGenerator<Finding> {
	const get = async (path: string, query: Record<string, string | number> = {}, key = keys.apiKey ?? '') => {
		const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
		const url = `${address}${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
		return await ask({ method: 'GET', url, headers: { 'X-Auth-Token': key } });
	};
	let newest: Query = { page: 1, limit: 50, sort: 'id', dir: 'DESC' };

	let first = await get('/cdrs', newest);
	const isSorted = !(first.status === 400 || first.status === 404) || !isRow(first.body);
	const told = first.status;
	if (!isSorted) {
		newest = { page: 1, limit: 50 };
		first = await get('/cdrs', newest);
	}
	refuseStranger(first, first.status === 401 || first.status === 403, NAME);
	yield {
		assumption: 'A list takes `sort` and `dir`, which are in none of the documents at hand',
		seen: isSorted ? 'so' : `the status ${told}`,
		verdict: verdict(isSorted),
	};
	yield envelope(first);
	const rows = dataOf(first);
	if (rows.length === 0) {
		yield await wrongKey(get);
		throw noCalls(NAME);
	}
	yield* records(rows);
	yield zoneFinding('Times carry no zone and are UTC', endOf(newestOf(rows)), first.now, justCalled);
	yield* filters(get, rows);
	yield* patterns(get, rows);
	yield* paging(get);
	yield* callMeBack(get);
	yield await keepAlive(get);
	for (const [path, field] of [
		['/monitors', 'timestamp'],
		['/voicemessages', 'origtime'],
		['/sms', 'created_at'],
	]) {
		yield timeOfList(await get(path, { ...newest, limit: 5 }), path, field);
	}
	yield* olderVersion(ask, address, keys.apiKey ?? '');
	yield await wrongKey(get);
}

type Query = Record<string, string | number>;
type Get = (path: string, query?: Query, key?: string) => Promise<Reply>;

/** Whether "contains" is SQL's LIKE: with `%` on both sides. Without, it may find the text as well. */
async function* patterns(get: Get, rows: Row[]): AsyncGenerator<Finding> {
	const number = rows.map(({ src }) => String(src as string)).find((src) => /^\d{6,}$/.test(src));
	const assumption = '`like` takes an SQL pattern: a text with `%` on both sides is contained';
	if (number === undefined) {
		yield { assumption, seen: 'no number to look for', verdict: 'cannot tell' };
		return;
	}
	const find = async (value: string) => {
		const filter = JSON.stringify([{ property: 'src', operator: 'like', value }]);
		return await get('/cdrs', { page: 1, limit: 1, filter });
	};
	const part = number.slice(1, -1);
	const found = dataOf(await find(`%${part}%`)).length > 0;
	const isFoundPlain = dataOf(await find(part)).length > 0;
	yield {
		assumption,
		seen: found
			? isFoundPlain
				? 'so, and without `%` as well'
				: 'so'
			: isFoundPlain
				? 'without `%` only'
				: 'not found',
		verdict: verdict(found),
	};
}

async function keepAlive(get: Get): Promise<Finding> {
	const { status } = await get('/ping');
	return { assumption: '`/ping` is there', seen: `the status ${status}`, verdict: verdict(status === 200) };
}

function dataOf({ body }: Reply): Row[] {
	return rowsIn(isRow(body) ? body.data : undefined);
}

function totalOf({ body }: Reply): number | null {
	return isRow(body) && typeof body.total === 'number' ? body.total : null;
}

function envelope(answer: Reply): Finding {
	const { body } = answer;
	const names = isRow(body) ? fieldsOf([body]) : 'no object';
	return {
		assumption: 'A list answers with `data` and `total`',
		seen: names,
		verdict: verdict(isRow(body) && Array.isArray(body.data) && totalOf(answer) !== null),
	};
}

function* records(rows: Row[]): Generator<Finding> {
	const ids = rows.map(({ id }) => id).filter((id) => typeof id === 'number');
	yield {
		assumption: 'Every record has a numeric `id`, and no two the same',
		seen:
			ids.length < rows.length ? 'records without one' : new Set(ids).size < ids.length ? 'the same id twice' : 'so',
		verdict: verdict(ids.length === rows.length && new Set(ids).size === ids.length),
	};
	yield {
		assumption: '`sort=id` with `dir=DESC` gives the highest id first',
		seen: rows.length < 2 ? 'one record' : isOrdered(ids, 'down') ? 'so' : 'another order',
		verdict: rows.length < 2 ? 'cannot tell' : verdict(isOrdered(ids, 'down')),
	};
	const byId = [...rows].sort((left, right) => Number(left.id) - Number(right.id));
	const isRising = byId.every((row, index) => {
		const [before, end] = [startOf(byId[index - 1]), endOf(row)];
		return before === null || end === null || end >= before;
	});
	yield {
		assumption: 'Ids rise with time',
		seen:
			rows.length < 2
				? 'one record'
				: isRising
					? 'no higher id ended before a lower one began'
					: 'a higher id of an older call',
		verdict: rows.length < 2 ? 'cannot tell' : verdict(isRising),
	};
	yield {
		assumption: '`calldate` is YYYY-MM-DD HH:MM:SS',
		seen: rows.every(({ calldate }) => typeof calldate === 'string' && TIME.test(calldate)) ? 'so' : 'another form',
		verdict: verdict(rows.every(({ calldate }) => typeof calldate === 'string' && TIME.test(calldate))),
	};
	const roots = rows.filter(({ is_root: isRoot }) => isRoot === true);
	yield {
		assumption: 'The legs of a call have its `root_live_id`, which is the `live_id` of the first',
		seen: rows.some((row) => 'root_live_id' in row)
			? `${roots.length === 0 ? 'no' : 'some'} first legs`
			: 'no such field',
		verdict: !rows.some((row) => 'root_live_id' in row)
			? 'does not hold'
			: roots.length === 0
				? 'cannot tell'
				: verdict(roots.every((row) => row.root_live_id === row.live_id)),
	};
	for (const [field, known] of [
		['type', ['I', 'M', 'O']],
		['disposition', ['BUSY', 'CONNECTED', 'FAILED', 'NO ANSWER']],
	] as const) {
		const codes = codesOf(rows, field);
		yield {
			assumption: `\`${field}\` is one of ${known.join(', ')}`,
			seen: codes.length === 0 ? 'no text in it' : codes.join(', '),
			verdict: verdict(codes.length > 0 && codes.every((code) => (known as readonly string[]).includes(code))),
		};
	}
}

function startOf(row: Row | undefined): number | null {
	if (typeof row?.calldate !== 'string') return null;
	const at = DateTime.fromSQL(row.calldate, { zone: 'utc' });
	return at.isValid ? at.toMillis() : null;
}

function endOf(row: Row | undefined): number | null {
	const start = startOf(row);
	return start === null ? null : start + (Number(row?.duration) || 0) * 1000;
}

function newestOf(rows: Row[]): Row | undefined {
	return [...rows].sort((left, right) => (endOf(right) ?? 0) - (endOf(left) ?? 0))[0];
}

/** A filter by the time of a record in the middle of the list: there should be records on either side of it. */
async function* filters(get: Get, rows: Row[]): AsyncGenerator<Finding> {
	const middle = [...rows].sort((left, right) => (startOf(left) ?? 0) - (startOf(right) ?? 0))[
		Math.floor(rows.length / 2)
	];
	const at = typeof middle?.calldate === 'string' ? middle.calldate : '';
	const isEnough = rows.some((row) => startOf(row) !== startOf(middle));
	for (const [operator, sign] of [
		['gte', 1],
		['lte', -1],
	] as const) {
		const filter = JSON.stringify([{ property: 'calldate', operator, value: at }]);
		const answer = await get('/cdrs', { page: 1, limit: 50, filter, sort: 'id', dir: sign > 0 ? 'ASC' : 'DESC' });
		const found = dataOf(answer);
		const within = found.every((row) => sign * ((startOf(row) ?? 0) - (startOf(middle) ?? 0)) >= 0);
		const itself = found.some(({ id }) => id === middle?.id);
		yield {
			assumption: `\`calldate\` can be filtered with \`${operator}\`, which takes the time itself as well`,
			seen:
				answer.status !== 200
					? `the status ${answer.status}`
					: !within
						? 'records that the filter should leave out'
						: itself
							? 'so'
							: 'the record of that very time is missing',
			verdict:
				answer.status === 200 && !isEnough && itself
					? 'cannot tell'
					: verdict(answer.status === 200 && within && itself),
		};
		if (operator === 'gte') {
			const total = totalOf(answer);
			const isWhole = found.length < 50;
			yield {
				assumption: '`total` counts what the filter leaves',
				seen:
					total === null
						? 'no total'
						: total === found.length
							? 'so'
							: isWhole
								? 'another number'
								: 'more than one page',
				verdict: total === null ? 'does not hold' : isWhole ? verdict(total === found.length) : 'cannot tell',
			};
			const ids = found.map(({ id }) => Number(id));
			yield {
				assumption: '`sort=id` with `dir=ASC` gives the lowest id first',
				seen: found.length < 2 ? 'fewer than two records' : isOrdered(ids, 'up') ? 'so' : 'another order',
				verdict: found.length < 2 ? 'cannot tell' : verdict(isOrdered(ids, 'up')),
			};
		}
	}
}

async function* paging(get: Get): AsyncGenerator<Finding> {
	const query = { limit: 2, sort: 'id', dir: 'ASC' };
	const one = await get('/cdrs', { ...query, page: 1 });
	const two = await get('/cdrs', { ...query, page: 2 });
	const ids = [...dataOf(one), ...dataOf(two)].map(({ id }) => id);
	const isContinued = dataOf(one).length === 2 && new Set(ids).size === ids.length;
	yield {
		assumption: '`page` counts from 1, and the next goes on where the one before ended',
		seen:
			dataOf(two).length === 0 ? 'one page only' : isContinued ? 'so' : 'the same records, or another number of them',
		verdict: dataOf(two).length === 0 ? 'cannot tell' : verdict(isContinued),
	};
}

async function* callMeBack(get: Get): AsyncGenerator<Finding> {
	const assumption = 'Call Me Back CDRs are records of calls';
	const plain = await get('/callmeback/cdrs');
	const rows = dataOf(plain);
	yield rows.length === 0
		? { assumption, seen: plain.status === 200 ? 'none' : `the status ${plain.status}`, verdict: 'cannot tell' }
		: { assumption, seen: fieldsOf(rows), verdict: verdict(rows.every((row) => 'calldate' in row)) };
	const paged = await get('/callmeback/cdrs', { page: 1, limit: 1 });
	yield {
		assumption: 'Call Me Back lists take `page` and `limit`, although "No parameters" are documented',
		seen:
			paged.status !== 200
				? `the status ${paged.status}`
				: rows.length < 2
					? 'too few records'
					: dataOf(paged).length === 1
						? 'so'
						: 'they are ignored',
		verdict:
			paged.status !== 200
				? plain.status === 200
					? 'does not hold'
					: 'cannot tell'
				: rows.length < 2
					? 'cannot tell'
					: verdict(dataOf(paged).length === 1),
	};
}

function timeOfList(answer: Reply, path: string, field: string): Finding {
	const assumption = `\`${path}\` takes \`sort=id\`, and its records have \`${field}\` as YYYY-MM-DD HH:MM:SS`;
	const rows = dataOf(answer);
	if (answer.status === 403) return { assumption, seen: 'the key may not read it', verdict: 'cannot tell' };
	if (answer.status !== 200) return { assumption, seen: `the status ${answer.status}`, verdict: 'does not hold' };
	if (rows.length === 0) return { assumption, seen: 'none', verdict: 'cannot tell' };
	const isSo = rows.every((row) => TIME.test(String(row[field] as string)));
	return { assumption, seen: isSo ? 'so' : fieldsOf(rows), verdict: verdict(isSo) };
}

async function* olderVersion(ask: Ask, address: string, key: string): AsyncGenerator<Finding> {
	if (!address.includes('/v1.2/')) return;
	const headers = { 'X-Auth-Token': key };
	const { status } = await ask({
		method: 'GET',
		url: `${address.replace('/v1.2/', '/v1.1/')}/cdrs?page=1&limit=1`,
		headers,
	});
	yield {
		assumption: 'Version v1.1 answers as v1.2 does',
		seen: `the status ${status}`,
		verdict: verdict(status === 200),
	};
}

async function wrongKey(get: Get): Promise<Finding> {
	const { status, body } = await get('/cdrs', { page: 1, limit: 1 }, 'this-is-no-key-of-anybody');
	const isShaped = isRow(body) && typeof body.message === 'string' && Array.isArray(body.errors);
	return {
		assumption: 'A wrong key is answered with 401, `message` and a list `errors`',
		seen: `the status ${status}, ${isRow(body) ? fieldsOf([body]) : 'no object'}`,
		verdict: verdict(status === 401 && isShaped),
	};
}
