import type { IDataObject, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';

import type { Api } from '../shared/operation/definition';
import { choiceOf } from '../shared/parameters/read';
import { statusProblem, unknownAnswerProblem, unreadableProblem } from '../shared/request/problems';
import type { Answer, Check, Fetch, Problem, ProblemTexts, Provider, RequestContext } from '../shared/request/provider';
import { fetchWith } from '../shared/request/send';
import { isRecord, numeric, text } from '../shared/values/values';
import { lastToken, signInProblem } from './signIn';

const NAME = 'VoIPstudio';

/** "maximo 5000": the largest page. What happens above it is not documented. */
export const PAGE_SIZE = 5000;

/** What the test of a credential says about an answer without the envelope that every documented answer has. */
export const NOT_VOIPSTUDIO =
	"The answer is not that of VoIPstudio's API. Check 'Base URL': it must be the address of the API with its version.";

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
	baseUrl: ({ baseUrl }) => (text(baseUrl) ?? '').replace(/\/+$/, ''),
	account: ({ apiKey, email }) => text(apiKey) ?? text(email)?.toLowerCase() ?? '',
	secrets: (credentials) => {
		const { apiKey, password, sessionToken } = credentials;
		return [apiKey, password, sessionToken, lastToken(credentials)].map((secret) => text(secret) ?? '');
	},
	problem,
	signsIn: (credentialType) => credentialType === 'voipStudioLoginApi',
	signInProblem,
	isDone,
};

/**
 * What shows that a request was carried out: no content (documented for deletions), the key that was made, or the record with its
 * ID (documented for calls, text messages, contacts and groups). What only client code shows is assumed to be like that.
 */
function isDone({ url }: IHttpRequestOptions, answer: Answer): boolean {
	if (answer.status === 204) return true;
	const record = recordOf(answer);
	return text(url.endsWith('/apitokens') ? record.token : record.id) !== null;
}

function problem(answer: Answer, request?: IHttpRequestOptions): Problem | undefined {
	if (answer.status === 204) return undefined;
	if (answer.status < 400) return unreadableProblem(NAME, answer);
	const body = decoded(answer.body);
	const isCredential = answer.status === 401 || answer.status === 403 || answer.status === 429;
	const unreadable = isCredential ? undefined : unreadableProblem(NAME, { ...answer, body });
	// A page comes from elsewhere; for a cut answer the status says enough.
	if (unreadable?.cause === 'configuration-invalid' && answer.status < 500) return unreadable;
	const said = detail(body);
	const texts = said !== undefined && /filtration/i.test(said) ? FILTRATION : withId(request?.url ?? '');
	return statusProblem(NAME, answer.status, { ...answer, body }, texts, said);
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

/** A download's error arrives as bytes. */
function decoded(body: unknown): unknown {
	if (!Buffer.isBuffer(body)) return body;
	const written = body.toString();
	try {
		return JSON.parse(written) as unknown;
	} catch {
		return written;
	}
}

/** What an error contains: `message`, and `errors[]` with `field` and `message`, which may be empty. */
function detail(body: unknown): string | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const { message, errors } = body as IDataObject;
	const fields = (Array.isArray(errors) ? errors : []).map((entry) => {
		if (typeof entry !== 'object' || entry === null) return text(entry);
		const { field, message: what } = entry as IDataObject;
		return [text(field), text(what)].filter((part) => part !== null).join(': ');
	});
	const parts = [text(message), ...fields].filter((part): part is string => part !== null && part !== '');
	return parts.map((part) => part.replace(/\.+$/, '')).join('; ') || undefined;
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

/** The record of `{ data: {...}, links }`; anything without such an envelope is returned unchanged. */
export function recordOf({ body }: Answer): IDataObject {
	const { data } = body as { data?: unknown };
	return isRecord(data) ? data : isRecord(body) ? body : {};
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
