import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { Answer, Check, Fetch, Pages, Problem } from '../../shared/request/provider';
import { notAList } from '../api';
import type { CallsRequest } from './notFound';

/** The largest page the provider gives ("limit": 1 to 10000). */
export const PAGE_SIZE = 10_000;

/** An answer that should contain a list and does not; it must not look like "no calls". */
function missingList(answer: Answer): Problem | undefined {
	return records(answer) === undefined ? notAList(answer) : undefined;
}

/** The records of a list's answer: `{ code, data: [...] }`, or a bare list, as v1's form is not documented. */
function records(answer: Answer): IDataObject[] | undefined {
	const list: unknown = Array.isArray(answer.body) ? answer.body : (answer.body as IDataObject).data;
	if (!Array.isArray(list)) return undefined;
	return list.filter((record): record is IDataObject => typeof record === 'object' && record !== null);
}

/**
 * The answer to a request for calls. Assumed of an ambiguous code, unless the user chose otherwise: the document calls 404 "Tenant
 * or required data not found", which may be a name that nobody has, or a period without calls, as well as a wrong account. So after
 * a 404 the list is asked for as a whole, for one call, and then the list that is read beside it: if one is answered, the account
 * is there and the list was empty; if none is, the 404 stands.
 */
async function listAnswer(
	fetch: Fetch,
	{ failsOn404 = false, otherList, ...request }: CallsRequest,
	check: Check,
): Promise<Answer> {
	return await fetch(request, check).catch(async (error: Error) => {
		if (failsOn404) return await Promise.reject(error);
		const { offset, sort_by, ...others } = request.qs ?? {};
		const isWhole = Object.keys(others).every((name) => name === 'limit') && Number(offset) === 0;
		const order = sort_by === undefined ? {} : { sort_by: sort_by as string };
		const lists = [isWhole ? undefined : request.url, otherList].filter((url) => url !== undefined);
		const oneCall = lists.map((url) => ({ ...request, url, qs: { ...order, limit: 1, offset: 0 } }));
		return await emptyIfOneIsAnswered(fetch, oneCall, error);
	});
}

/** An empty list in the form of the first answer to these requests; the last error if there is none, or if it is not a 404. */
async function emptyIfOneIsAnswered(
	fetch: Fetch,
	[request, ...others]: IHttpRequestOptions[],
	error: Error,
): Promise<Answer> {
	const isNotFound = (error as { httpCode?: unknown }).httpCode === '404';
	if (!isNotFound || request === undefined) return await Promise.reject(error);
	return await fetch(request, missingList).then(
		({ body, ...answer }) => ({ ...answer, body: Array.isArray(body) ? [] : { ...(body as IDataObject), data: [] } }),
		async (again: Error) => await emptyIfOneIsAnswered(fetch, others, again),
	);
}

/**
 * A shorter page is the last one, if it is shorter than was asked for. A longer one may have been cut to a size of the
 * provider's own: its document names 100 as the size of a page when none is asked for.
 */
const LEAST_CAP = 100;

/** How many rows of a page are requested again with the next, to see whether the list has moved in between. */
const OVERLAP = 20;

/**
 * What a row is recognised by on the next page: the fields that do not change while a call is in progress, nor when somebody renames
 * a queue.
 */
const LASTING_FIELDS = [
	'call_start_at',
	'unique_call_id',
	'callerid',
	'caller_id',
	'from_number',
	'inbound_number',
	'dest_number',
	'to_number',
];

/**
 * The pages of a call list, newest calls first (the document: "sorted from newest to oldest").
 *
 * Rows move during the read: a new call pushes the others towards the end, so that the next offset returns some twice; a
 * deleted one does the opposite. v1 has no ids to notice it by. So each page requests the end of the previous one again,
 * and continues after it, wherever it is by now.
 */
export const callPages: Pages = async function* (fetch, request, wanted) {
	// v1 has no such parameter and this order; v2 has other orders, too.
	const order = request.baseURL?.endsWith('/v2') ? { sort_by: 'newest_first' } : {};
	const start = Number(request.qs?.offset ?? 0);
	let offset = start;
	let left = wanted;
	let overlap = 0;
	let before: string[] = [];
	let last: string[] = [];
	let isForward = false;
	for (;;) {
		const limit = Math.min(PAGE_SIZE, left + overlap);
		const isSame = (answer: Answer) => isForward && areSame(textsOf(answer), last);
		const check: Check = (answer) => missingList(answer) ?? (isSame(answer) ? sameAgain(answer, offset) : undefined);
		const answer = await listAnswer(fetch, { ...request, qs: { ...request.qs, ...order, limit, offset } }, check);
		const rows = records(answer) ?? [];
		const texts = textsOf(answer);
		const known = endOf(before.slice(Math.max(0, before.length - overlap)), texts);
		if (known === 0 && overlap > 0 && offset > start) {
			// None of the rows requested again is there: more than these are gone. Look further up.
			overlap += Math.min(50 * OVERLAP, offset - start);
			offset = Math.max(start, offset - 50 * OVERLAP);
			isForward = false;
			continue;
		}
		const page = rows.slice(known);
		yield page;
		left -= page.length;
		// More rows than were requested again, and none of them new: the list has moved by all of them, or has no further pages.
		const isEnd = page.length === 0 && isForward && (rows.length <= overlap || areAlike(texts));
		if (left <= 0 || isEnd || (rows.length < limit && rows.length < LEAST_CAP)) return;
		isForward = true;
		last = texts;
		// More than the last page: all of that may be gone when the next is asked for.
		before = [...before, ...texts.slice(known)].slice(-PAGE_SIZE);
		const alike = alikeAtEnd(texts);
		// Not more than half of it, so that each request gets further, but one that differs: by rows that are alike no move shows.
		const half = Math.min(OVERLAP + alike, Math.ceil(rows.length / 2));
		overlap = Math.max(half, Math.min(alike + 1, rows.length - 1));
		offset += rows.length - overlap;
	}
};

function textsOf(answer: Answer): string[] {
	return (records(answer) ?? []).map((row) => JSON.stringify(LASTING_FIELDS.map((field) => row[field])));
}

/** Whether a page is the previous one again. Rows that are all alike say nothing. */
function areSame(texts: string[], before: string[]): boolean {
	return !areAlike(texts) && texts.length === before.length && texts.every((text, i) => text === before[i]);
}

function areAlike(texts: string[]): boolean {
	return texts.every((text) => text === texts[0]);
}

function sameAgain(answer: Answer, offset: number): Problem {
	return {
		message: `VoIPcloud gives the same ${records(answer)?.length} calls again where those from number ${offset + 1} on were asked for`,
		description:
			'Nothing was taken from the list, as its rest cannot be read. Ask for fewer days at once, and ask the support of VoIPcloud.',
		cause: 'temporarily-unavailable',
		code: String(answer.status),
	};
}

/**
 * Where a page goes on behind the end of the page before: behind the rows that most of that end can be found in, one by
 * one and in order (their longest common subsequence, as early as possible). So it does not matter if some of them have
 * changed or vanished, if others came between, or if many are alike.
 */
function endOf(tail: string[], rows: string[]): number {
	let found = new Uint16Array(rows.length + 1);
	for (const row of tail) {
		const next = new Uint16Array(rows.length + 1);
		for (let i = 0; i < rows.length; i++)
			next[i + 1] = rows[i] === row ? found[i] + 1 : Math.max(next[i], found[i + 1]);
		found = next;
	}
	return found.indexOf(found[rows.length]);
}

/** How many rows at the end are alike: an overlap of nothing else would not show by how many rows the list has moved. */
function alikeAtEnd(texts: string[]): number {
	const last = texts.length - 1;
	let count = 1;
	while (count <= last && texts[last - count] === texts[last]) count++;
	return count === 1 ? 0 : count;
}
