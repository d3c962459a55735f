import type { IDataObject } from 'n8n-workflow';

import { unknownAnswerProblem } from '../../shared/request/problems';
import type { Answer, Check, Pages } from '../../shared/request/provider';
import { isRecord, numeric, text } from '../../shared/values/values';

/**
 * The records of an answer. `results` is a list, or an object with a record by name: each then has its name as `key`.
 * An object of plain values is one record. Nothing is added to them: the PBX's warnings are in `warningsOf`.
 */
export function recordsOf({ body }: Answer): IDataObject[] {
	return listed((body as IDataObject).results);
}

function listed(results: unknown): IDataObject[] {
	if (Array.isArray(results)) return results.map((value) => (isRecord(value) ? value : { value: value as string }));
	if (!isRecord(results)) return text(results) === null ? [] : [{ value: text(results) }];
	const entries = Object.entries(results);
	if (entries.length === 0) return [];
	if (!entries.every(([, value]) => isRecord(value))) return [results];
	return entries.map(([key, value]) => ({ ...(value as IDataObject), key }));
}

/** An answer that should hold records and does not, which must not look as if there were none. */
export const missingResults: Check = (answer) => {
	const { results } = answer.body as IDataObject;
	const isList = Array.isArray(results) || (isRecord(results) && !Object.values(results).some(isListOfRecords));
	return isList ? undefined : unknownAnswerProblem('While1 Voice', answer, results);
};

/** As `missingResults`, of a list whose every entry is a record with fields of its own. */
export const missingRecords: Check = (answer) => {
	const { results } = answer.body as IDataObject;
	const entries: unknown[] = isRecord(results) || Array.isArray(results) ? Object.values(results) : [null];
	return entries.every(isRecord) ? undefined : unknownAnswerProblem('While1 Voice', answer, results);
};

function isListOfRecords(value: unknown): boolean {
	return Array.isArray(value) && value.some(isRecord);
}

/** What an answer says about its pages: an object, an empty list (on errors), or nothing at all. */
export function paginationOf({ body }: Answer): {
	page: number | null;
	last: number;
	rows: number | null;
	size: number | null;
} {
	const { pagination } = body as IDataObject;
	const { current_page, max_page, row_count, page_size } = isRecord(pagination) ? pagination : ({} as IDataObject);
	return {
		page: numeric(current_page),
		last: numeric(max_page) ?? 1,
		rows: numeric(row_count),
		size: numeric(page_size),
	};
}

/** An answer with another page than the one requested: going on would return the same records forever. */
export function wrongPage(page: number): Check {
	return (answer) => {
		const given = paginationOf(answer).page;
		if (page === 1 || given === null || given === page || recordsOf(answer).length === 0) return undefined;
		return {
			message: `While1 Voice answered with page ${given} in place of page ${page}`,
			description: 'Nothing was taken from it. Use a limit of one page, and ask the support of While1.',
			cause: 'temporarily-unavailable',
			code: String(answer.status),
		};
	};
}

/**
 * The pages of a list: `page` counts from 1 to the answer's `max_page`; the size (100 in the samples) is the PBX's.
 *
 * @param isPaged whether the endpoint documents `page`; others get it only when their answer shows more pages
 * @param hasIds whether `id` identifies a record, so that one that has since moved to the next page is not returned twice
 */
export function pagesOf({ isPaged = true, hasIds = false } = {}): Pages {
	return async function* (fetch, request, wanted) {
		const seen = new Set<string>();
		const missing = hasIds ? missingRecords : missingResults;
		let left = wanted;
		for (let page = 1; ; page++) {
			const body = { ...(request.body as IDataObject), ...(isPaged || page > 1 ? { page } : {}) };
			const answer = await fetch({ ...request, body }, (one) => missing(one) ?? wrongPage(page)(one));
			const all = recordsOf(answer);
			const fresh = all.filter((record) => {
				const id = hasIds ? text(record.id) : null;
				if (id === null) return true;
				if (seen.has(id)) return false;
				seen.add(id);
				return true;
			});
			yield fresh;
			left -= fresh.length;
			if (left <= 0 || all.length === 0 || page >= paginationOf(answer).last) return;
		}
	};
}

/** What the user gets for an answer that is not a list: its records, or that it succeeded if the PBX says nothing more. */
export function resultOf(answer: Answer): IDataObject[] {
	const records = recordsOf(answer);
	if (records.length > 0) return records;
	const { warnings = [] } = answer;
	return [warnings.length === 0 ? { success: true } : { success: true, warnings: [...warnings] }];
}
