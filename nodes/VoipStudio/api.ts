import type { IDataObject, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';

import { failsIf } from '../shared/credential/testRules';
import type { Api } from '../shared/operation/definition';
import { choiceOf } from '../shared/parameters/read';
import { withoutSlash } from '../shared/request/address';
import { saidIn } from '../shared/request/answers';
import { statusProblem, unknownAnswerProblem, unreadableProblem } from '../shared/request/problems';
import type {
	Answer,
	Check,
	Fetch,
	Plainer,
	Problem,
	ProblemTexts,
	Provider,
	RequestContext,
} from '../shared/request/provider';
import { fetchWith } from '../shared/request/send';
import { isRecord, numeric, text } from '../shared/values/values';
import { lastToken, signInProblem } from './signIn';

const NAME = 'VoIPstudio';

/** "maximo 5000": the largest page. What happens above it is not documented. */
export const PAGE_SIZE = 5000;

const NOT_VOIPSTUDIO =
	"The answer is not that of VoIPstudio's API. Check 'Base URL': it must be the address of the API with its version.";

/** Fails the test of a credential by an answer without the list that was asked for. */
export const NO_LIST = [failsIf('data.length', undefined, NOT_VOIPSTUDIO), failsIf('data', '', NOT_VOIPSTUDIO)];

/** What the codes mean here, with what a user can do about each. */
const PROBLEMS: ProblemTexts = {
	400: {
		message: 'VoIPstudio did not accept a value',
		description: 'Check the parameters of the node.',
	},
	401: {
		message: 'VoIPstudio did not accept the API key or login',
		description:
			'Check the credential. An API key made with the default lifetime ends after 7 days without use: create one with a longer lifetime, or without end.',
	},
	403: {
		message: 'The VoIPstudio user of the credential may not do this',
		description:
			'An API key sees and does what its user may. Use a key of an administrator, or ask one for the permission.',
	},
	404: {
		message: 'VoIPstudio has no such record',
		description: 'Check the ID. A live call is gone once it has ended.',
	},
	412: {
		message: 'The phone that should ring first is offline',
		description:
			"Nothing was dialled: no VoIP phone or app of the user is registered. Start it, or choose another user in 'From', and run again.",
		cause: 'configuration-invalid',
	},
	429: {
		message: 'VoIPstudio received too many requests from this account',
		description: 'Run again later, or ask less often. VoIPstudio documents no number.',
	},
};

/**
 * VoIPstudio's REST API, v1.2. No request limit is documented. Assumed, as no document says so: v1.1, used by the samples of Call
 * Me Back, answers as v1.2 does; the version is part of the credential's address and of nothing else.
 */
export const voipStudio: Provider = {
	name: NAME,
	credentialType: (context) => {
		const chosen = choiceOf(context as ILoadOptionsFunctions, 'authentication', 'Authentication', ['apiKey', 'login']);
		return chosen === 'login' ? 'voipStudioLoginApi' : 'voipStudioApi';
	},
	baseUrl: ({ baseUrl }) => withoutSlash(text(baseUrl) ?? ''),
	account: ({ apiKey, email }) => text(apiKey) ?? text(email)?.toLowerCase() ?? '',
	secrets: (credentials) => {
		const { apiKey, password, sessionToken } = credentials;
		return [apiKey, password, sessionToken, lastToken(credentials)].map((secret) => text(secret) ?? '');
	},
	problem,
	signsIn: (credentialType) => credentialType === 'voipStudioLoginApi',
	signInProblem,
	isDone,
	plainer,
};

/**
 * What shows that a request was carried out: no content (documented for deletions), the key that was made, or the record with its
 * ID (documented for calls, text messages, contacts and groups). What only client code shows is assumed to be like that.
 */
function isDone({ url }: IHttpRequestOptions, { status, body }: Answer): boolean {
	if (status === 204) return true;
	if (!isRecord(body)) return false;
	const record = isRecord(body.data) ? body.data : body;
	return text(url.endsWith('/apitokens') ? record.token : record.id) !== null;
}

/** The lists that are known to refuse an order, by their address. */
const unsorted = new Set<string>();

/** A list without the order that the provider's own clients ask for, and no document of the provider mentions. */
function plainer(request: IHttpRequestOptions, answer?: Answer): Plainer | undefined {
	const { sort, dir, ...qs } = request.qs ?? {};
	const address = `${request.baseURL}${request.url}`;
	const isRefused = answer === undefined ? unsorted.has(address) : mayRefuseOrder(answer);
	if (sort !== 'id' || !isRefused) return undefined;
	return {
		request: { ...request, qs },
		told: `VoIPstudio refused to sort this list by ID (${text(dir)}), so its records come in VoIPstudio's own order: with a limit, others than the newest.`,
		keep: () => unsorted.add(address),
	};
}

/** Whether an answer may refuse `sort` or `dir`: it names them, or nothing at all. */
function mayRefuseOrder({ status, body }: Answer): boolean {
	if ((status !== 400 && status !== 404) || !isRecord(body) || /filtration/i.test(saidIn(body))) return false;
	const named = saidIn({ errors: body.errors });
	return named === '' || /\b(sort|dir|order)/i.test(named);
}

/** "4xx: the information provided, 5xx: the server." Which of either there are, the document leaves open. */
function problem(answer: Answer, request?: IHttpRequestOptions): Problem | undefined {
	if (answer.status === 204) return undefined;
	if (answer.status < 400) return unreadableProblem(NAME, answer);
	// A download's error arrives as bytes.
	const read = Buffer.isBuffer(answer.body) ? { ...answer, body: decoded(answer.body) } : answer;
	const texts = /filtration/i.test(saidIn(read.body)) ? FILTRATION : withId(request?.url ?? '');
	return statusProblem(NAME, answer.status, read, texts);
}

/** "No such record" with the ID that was asked for, which may come from an expression. A key is no ID. */
function withId(url: string): ProblemTexts {
	const [, id] = /\/(\d+)(?:\.\w+)?$/.exec(url) ?? [];
	if (id === undefined || /\/apitokens\//.test(url)) return PROBLEMS;
	const { message, description } = PROBLEMS[404] ?? {};
	return { ...PROBLEMS, 404: { message: `${message} (ID ${id})`, description: description ?? '' } };
}

/** Not every property of a record can be used as a filter, although the introduction says so. */
const FILTRATION: ProblemTexts = {
	400: {
		message: 'VoIPstudio cannot filter by one of the conditions',
		description:
			"Not every property can be filtered by, and not with every operator ('From' and 'To' of faxes cannot). Remove conditions until it is accepted.",
	},
};

function decoded(bytes: Buffer): unknown {
	const written = bytes.toString();
	try {
		return JSON.parse(written) as unknown;
	} catch {
		return written;
	}
}

/** An answer that should contain a list and does not; it must not look like an empty one. */
export const missingList: Check = (answer) =>
	listOf(answer) === undefined ? unknownAnswerProblem(NAME, answer) : undefined;

/** The records of a list, `{ data: [...], total }`. */
function listOf({ body }: Answer): IDataObject[] | undefined {
	const { data } = body as { data?: unknown };
	if (!Array.isArray(data)) return undefined;
	return data.every(isRecord) ? data : data.filter(isRecord);
}

/** An answer that should contain a record and does not: it must not come out as an item. */
export const missingRecord: Check = (answer) =>
	recordIn(answer) === undefined ? unknownAnswerProblem(NAME, answer, partOf(answer)) : undefined;

/** The record of an answer; empty where there is none. */
export function recordOf(answer: Answer): IDataObject {
	return recordIn(answer) ?? {};
}

/** The record of `{ data: {...}, links }`, or of an answer without that envelope; either may be a list that holds nothing else. */
function recordIn(answer: Answer): IDataObject | undefined {
	const part = partOf(answer);
	const record: unknown = Array.isArray(part) && part.length === 1 ? part[0] : part;
	if (!isRecord(record) || Object.keys(record).length === 0) return undefined;
	// What tells of an error, and names no record.
	const isTold = ['message', 'error', 'errors'].some((name) => name in record);
	return isTold && text(record.id) === null ? undefined : record;
}

function partOf({ body }: Answer): unknown {
	return isRecord(body) && 'data' in body && text(body.id) === null ? body.data : body;
}

/** One page of a list: its records, and how many there are in all if the answer says so. */
export interface Page {
	readonly rows: IDataObject[];
	readonly total: number | null;
}

/** What an answer holds of a list. */
export function pageIn(answer: Answer): Page {
	return { rows: listOf(answer) ?? [], total: numeric((answer.body as IDataObject).total) };
}

/** One page of a list, as requested. */
export async function pageOf(
	fetch: Fetch,
	request: IHttpRequestOptions,
	page: number,
	limit: number,
	check = missingList,
): Promise<Page> {
	return pageIn(await fetch({ ...request, qs: { page, limit, ...request.qs } }, check));
}

/** Sends requests of a drop-down or a preparation, with the usual wait and repeats of a read. */
export function briefFetch(context: RequestContext): Fetch {
	return fetchWith(context, voipStudio, { maxWaitMs: 10_000, retries: 1 });
}

/** How all operations are sent. */
export const api: Api = { provider: voipStudio };
