import { createHash } from 'crypto';
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { Check, Fetch, Pages } from '../../shared/request/provider';
import { text } from '../../shared/values/values';
import { missingList, PAGE_SIZE, pageIn, pageOf, type Page } from '../api';
import { filterCheck } from './filterCheck';

/** What was returned of a list so far. */
interface Memory {
	/** Whether a page begins with rows that were returned already: then none is missing between those and its others. */
	joins(page: IDataObject[]): boolean;
	/** The rows of a page that were not returned yet; from then on they count as returned. */
	fresh(page: IDataObject[]): IDataObject[];
	/** Whether a full page without new rows is the previous one again, from a list that has no pages. */
	repeats(page: IDataObject[]): boolean;
	/** Whether rows can be told apart, so that a page may request some again. */
	readonly tellsApart: boolean;
}

/** How many rows of a page are requested again with the next, to see whether the list has moved in between. */
const OVERLAP = 20;

/** A list whose rows cannot be told apart is not read further than this. */
const MOST_PAGES = 1000;

/** A page of a list by its number and size. Taken to begin at row (number - 1) * limit, as in the document's "page" and "limit". */
interface PagePlace {
	readonly page: number;
	readonly limit: number;
	/** Whether it lies further than anybody would read. */
	readonly isBeyond?: boolean;
}

/**
 * Reads a list to its end. Rows move during the read: if one is deleted, the others move up, and the first of the next page
 * is never seen; if one is added, they may move down, and appear twice. So each page asks again for the end of the one
 * before, and none of its rows counts until a known one is among them; if there is none, as many rows were deleted, and
 * the page further up is requested. The API has pages by number and size only, so the size changes a little from
 * page to page for the pages to overlap.
 *
 * It goes on until `total` is reached by a page that is not full, or a page holds nothing new; a full page is not taken for the
 * last one whatever `total` says, and a first page that is not full may have been cut, and sets the size of the others. The
 * next page is requested while one is being returned.
 */
async function* readOn(
	ask: (place: PagePlace) => Promise<Page>,
	memoryOf: (first: IDataObject[]) => Memory,
	wanted: number,
): AsyncGenerator<IDataObject[]> {
	let size = Math.min(PAGE_SIZE, wanted);
	let memory: Memory | undefined;
	let end = 0;
	let given = 0;
	let back = 0;
	let place: PagePlace = { page: 1, limit: size };
	const asked = (at: PagePlace): Promise<Page> => {
		const page = ask(at);
		// The failure is thrown where the page is awaited, or of no interest if it never is.
		page.catch(() => undefined);
		return page;
	};
	let next = asked(place);
	for (;;) {
		const { rows, total } = await next;
		const begin = (place.page - 1) * place.limit;
		const isFirst = memory === undefined;
		memory ??= memoryOf(rows);
		if (begin > 0 && begin < end && !memory.joins(rows)) {
			back += Math.ceil(size / 2);
			place = placeBefore(end - back, size);
			next = asked(place);
			continue;
		}
		back = 0;
		const isRepeated = memory.repeats(rows);
		const fresh = memory.fresh(rows);
		given += fresh.length;
		end = begin + rows.length;
		const isLast = total !== null && end >= total && (rows.length < place.limit || !memory.tellsApart);
		const isSpent = fresh.length === 0 && (rows.length < place.limit || isRepeated);
		const isOver = isLast || isSpent || given >= wanted;
		if (!isOver) {
			if (isFirst) size = Math.min(size, rows.length);
			place = memory.tellsApart ? placeBehind(end, size) : placeAfter(place, size);
			next = asked(place);
		}
		yield fresh;
		if (isOver) return;
	}
}

/** The page that gets furthest, of those that begin at `row` or before. */
function placeBefore(row: number, size: number): PagePlace {
	let best: PagePlace = { page: 1, limit: size };
	let furthest = 0;
	for (let limit = size; limit > 0; limit--) {
		const page = Math.floor(Math.max(0, row) / limit) + 1;
		if (page * limit > furthest) {
			furthest = page * limit;
			best = { page, limit };
		}
	}
	return best;
}

/** The page that gets furthest behind `end`, and has the rows before it again where the size of pages allows it. */
function placeBehind(end: number, size: number): PagePlace {
	const overlapping = placeBefore(end - Math.min(OVERLAP, Math.floor(size / 10)), size);
	return overlapping.page * overlapping.limit > end ? overlapping : placeBefore(end, size);
}

function placeAfter({ page }: PagePlace, limit: number): PagePlace {
	return { page: page + 1, limit, isBeyond: page >= MOST_PAGES };
}

/** The memory of a list that is read in the order of rising ids: the last of them is enough. */
class RisingIds implements Memory {
	readonly tellsApart = true;

	private last = -Infinity;

	joins(rows: IDataObject[]): boolean {
		return rows.length > 0 && this.isKnown(rows, 0);
	}

	fresh(rows: IDataObject[]): IDataObject[] {
		let begin = 0;
		while (begin < rows.length && this.isKnown(rows, begin)) begin++;
		if (begin < rows.length) this.last = Math.max(this.last, idAt(rows, rows.length - 1));
		return begin === 0 ? rows : rows.slice(begin);
	}

	repeats(): boolean {
		return true;
	}

	private isKnown(rows: IDataObject[], index: number): boolean {
		return idAt(rows, index) <= this.last;
	}

	/** Whether a list that was requested in that order arrives in it. */
	static areIn(rows: IDataObject[], request: IHttpRequestOptions): boolean {
		if (!areAskedRising(request) || rows.length < 2) return false;
		for (let index = 0, last = -Infinity; index < rows.length; index++) {
			const id = idAt(rows, index);
			if (!Number.isSafeInteger(id) || id <= last) return false;
			last = id;
		}
		return true;
	}
}

function idAt(rows: IDataObject[], index: number): number {
	return Number(rows.at(index)?.id);
}

/** Whether a list is asked for in the order of rising ids. */
function areAskedRising({ qs }: IHttpRequestOptions): boolean {
	return qs?.sort === 'id' && qs.dir === 'ASC';
}

/** The memory of a list in any other order: everything that was returned, by what identifies it. */
class Names implements Memory {
	readonly tellsApart = true;

	private readonly given = new Set<string>();

	private first: string | null = null;

	private times = 0;

	constructor(private readonly nameOf: NameOf) {}

	joins(rows: IDataObject[]): boolean {
		return rows.some((row) => this.isKnown(row));
	}

	fresh(rows: IDataObject[]): IDataObject[] {
		const fresh = rows.filter((row) => !this.isKnown(row));
		for (const row of fresh) {
			const name = this.nameOf(row);
			if (name !== null) this.given.add(name);
		}
		const first = rows.length === 0 ? null : this.nameOf(rows[0]);
		this.times = first === this.first ? this.times + 1 : 1;
		this.first = first;
		return fresh;
	}

	/** Where a page of rows is written at the top of a list meanwhile, its next page looks like the one before, too: but once. */
	repeats([first]: IDataObject[]): boolean {
		return this.times > 1 && first !== undefined && this.nameOf(first) === this.first;
	}

	private isKnown(row: IDataObject): boolean {
		const name = this.nameOf(row);
		return name !== null && this.given.has(name);
	}
}

/** The memory of a list whose rows have no name, as groups may have none: a page that has come before says that it is over. */
class WholePages implements Memory {
	readonly tellsApart = false;

	private readonly given = new Set<string>();

	joins(): boolean {
		return true;
	}

	fresh(rows: IDataObject[]): IDataObject[] {
		const digest = createHash('sha256').update(JSON.stringify(rows)).digest('base64');
		if (this.given.has(digest)) return [];
		this.given.add(digest);
		return rows;
	}

	repeats(): boolean {
		return true;
	}
}

type NameOf = (row: IDataObject) => string | null;

/** What identifies a row: its id, or what it was grouped by. */
function namesOf({ qs }: IHttpRequestOptions): NameOf {
	const group = text(qs?.group_by);
	if (group === null) return ({ id }) => text(id);
	return (row) => (group in row ? JSON.stringify(row[group]) : null);
}

function memoryFor(request: IHttpRequestOptions): (first: IDataObject[]) => Memory {
	const nameOf = namesOf(request);
	return (first) => {
		if (RisingIds.areIn(first, request)) return new RisingIds();
		return first.every((row) => nameOf(row) !== null) ? new Names(nameOf) : new WholePages();
	};
}

/** The pages of a list, each of whose rows comes once. */
export const pages: Pages = async function* (fetch, request, wanted) {
	yield* readOn(asking(fetch, request), memoryFor(request), wanted);
};

/**
 * A list whose document says "No parameters", while the introduction says that every list takes `page` and `limit`: requested
 * without them first, and for further pages only if `total` shows that there are more. A list that then returns the
 * same records again has no pages, and is finished.
 */
export const pagesIfMore: Pages = async function* (fetch, request, wanted) {
	const check = filterCheck(request);
	const askFor = asking(fetch, request, check);
	let isFirst = true;
	const ask = async (place: PagePlace): Promise<Page> => {
		if (!isFirst) return await askFor(place);
		isFirst = false;
		const { rows, total } = pageIn(await fetch(request, check));
		return { rows, total: total ?? rows.length };
	};
	yield* readOn(ask, memoryFor(request), wanted);
};

/** A list without pages: its document says "No parameters". */
export const wholeList: Pages = async function* (fetch, request) {
	yield pageIn(await fetch(request, filterCheck(request))).rows;
};

function asking(fetch: Fetch, request: IHttpRequestOptions, check = missingList): (place: PagePlace) => Promise<Page> {
	return async ({ page, limit, isBeyond }) =>
		await pageOf(fetch, request, page, limit, isBeyond === true ? endless : check);
}

const endless: Check = ({ status }) => ({
	message: `VoIPstudio has given ${MOST_PAGES} pages of this list, and it does not end`,
	description:
		"Nothing was taken from it. Its rows have no ID by which to tell whether they came before. Leave 'Group By' out, or ask for fewer records with 'Filters'.",
	cause: 'temporarily-unavailable',
	code: String(status),
});
