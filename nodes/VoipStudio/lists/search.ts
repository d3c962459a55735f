import type {
	IDataObject,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';

import { text } from '../../shared/values/values';
import { briefFetch, pageOf, voipStudio } from '../api';
import { pages } from './pages';

/** How many entries a drop-down shows at once. */
const ENTRIES = 100;
/** How many entries are read at most for a field that takes several. */
const MOST_ENTRIES = 5_000;

interface Searchable {
	readonly path: string;
	readonly entry: (record: IDataObject) => INodeListSearchItems;
	/** The provider's own clients send it for these lists. */
	readonly isSorted: boolean;
	/** Lists in chronological order begin with the newest. */
	readonly isNewestFirst?: boolean;
}

type ListSearch = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

/**
 * The entries of a drop-down. Without a search text the list is read a page at a time, as the user scrolls. Which
 * properties of these lists can be filtered by is not documented, and names stand in two of them, so a search looks
 * through the list here, up to as many hits as fit.
 */
function searchIn(list: Searchable): ListSearch {
	const { entry } = list;
	return async function (filter, paginationToken) {
		const request = await requestFor(this, list);
		const wanted = filter?.trim().toLowerCase() ?? '';
		if (wanted === '') {
			const page = Number(paginationToken ?? 1);
			const { rows, total } = await pageOf(briefFetch(this), request, page, ENTRIES);
			const isMore = rows.length > 0 && (total === null ? rows.length >= ENTRIES : page * ENTRIES < total);
			return { results: rows.map(entry).filter(isUsable), paginationToken: isMore ? String(page + 1) : undefined };
		}
		const results: INodeListSearchItems[] = [];
		for await (const rows of pages(briefFetch(this), request, Infinity)) {
			const hits = rows
				.map(entry)
				.filter((item) => isUsable(item) && `${item.name} ${item.value}`.toLowerCase().includes(wanted));
			results.push(...hits.slice(0, ENTRIES - results.length));
			if (results.length >= ENTRIES) break;
		}
		return { results };
	};
}

async function requestFor(
	context: ILoadOptionsFunctions,
	{ path, isSorted, isNewestFirst = false }: Searchable,
): Promise<IHttpRequestOptions> {
	const credentials = await context.getCredentials<IDataObject>(voipStudio.credentialType(context));
	return {
		method: 'GET',
		baseURL: voipStudio.baseUrl(credentials),
		url: path,
		qs: isSorted ? { sort: 'id', dir: isNewestFirst ? 'DESC' : 'ASC' } : {},
	};
}

/** All entries of a list at once, for a field that takes several of them; n8n's editor searches in them. */
function everyEntryOf(list: Searchable) {
	const { entry } = list;
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const request = await requestFor(this, list);
		const entries: INodeListSearchItems[] = [];
		for await (const rows of pages(briefFetch(this), request, MOST_ENTRIES))
			entries.push(...rows.map(entry).filter(isUsable));
		return entries.sort((a, b) => a.name.localeCompare(b.name));
	};
}

function isUsable({ value }: INodeListSearchItems): boolean {
	return value !== '';
}

/** The parts that a record has, with something between them. */
function joined(separator: string, ...parts: unknown[]): string {
	return parts
		.map(text)
		.filter((part) => part !== null)
		.join(separator);
}

function person({ id, first_name, last_name, email, ext, tel, mobile }: IDataObject): INodeListSearchItems {
	const name = joined(' ', first_name, last_name);
	const reach = text(ext) ?? text(tel) ?? text(mobile) ?? text(email);
	return { name: joined(' · ', name, reach) || `ID ${text(id) ?? ''}`, value: text(id) ?? '' };
}

function thing({ id, name, number }: IDataObject): INodeListSearchItems {
	return { name: joined(' · ', name, number) || `ID ${text(id) ?? ''}`, value: text(id) ?? '' };
}

/** For stored files: when, from whom and to whom. */
function kept(time: string, to: string, from = 'caller') {
	return ({ id, ...record }: IDataObject): INodeListSearchItems => ({
		name: joined(' · ', record[time], joined(' → ', record[from], record[to])) || `ID ${text(id) ?? ''}`,
		value: text(id) ?? '',
	});
}

const QUEUES: Searchable = { path: '/queues', entry: thing, isSorted: false };
const USERS: Searchable = { path: '/users', entry: person, isSorted: true };

/** The lists of fields that take several entries. */
export const loadOptions = { getQueues: everyEntryOf(QUEUES), getUsers: everyEntryOf(USERS) };

/** The drop-downs of the node. */
export const listSearch = {
	searchCallMeBackSettings: searchIn({ path: '/callmeback/settings', entry: thing, isSorted: false }),
	searchContacts: searchIn({ path: '/contacts', entry: person, isSorted: false }),
	searchFaxes: searchIn({
		path: '/faxes',
		entry: kept('created_at', 'to', 'from'),
		isSorted: true,
		isNewestFirst: true,
	}),
	searchRecordings: searchIn({
		path: '/monitors',
		entry: kept('timestamp', 'called'),
		isSorted: true,
		isNewestFirst: true,
	}),
	searchVoicemails: searchIn({
		path: '/voicemessages',
		entry: kept('origtime', 'dialled'),
		isSorted: true,
		isNewestFirst: true,
	}),
	searchPhoneNumbers: searchIn({
		path: '/ddis',
		isSorted: false,
		entry: ({ e164, id, name }) => ({ name: joined(' · ', e164 ?? id, name), value: text(e164) ?? text(id) ?? '' }),
	}),
	searchQueueGroups: searchIn({ path: '/queuegroups', entry: thing, isSorted: false }),
	searchQueues: searchIn(QUEUES),
	searchUsers: searchIn(USERS),
	/** By name, so that no token is written into the workflow. */
	searchApiTokens: searchIn({
		path: '/apitokens',
		isSorted: true,
		entry: ({ name }) => ({ name: text(name) ?? '', value: text(name) ?? '' }),
	}),
} satisfies Record<string, ListSearch>;
