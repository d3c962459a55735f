import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { withoutSlash } from '../shared/request/address';
import { formOf, saidIn, wordsOf } from '../shared/request/answers';
import { quoted, statusProblem, unknownAnswerProblem, unreadableProblem } from '../shared/request/problems';
import type { Answer, Problem, ProblemTexts, Provider } from '../shared/request/provider';
import { MINUTE } from '../shared/values/time';
import { isRecord, numeric, text } from '../shared/values/values';

const NAME = 'VoIPcloud';

/** What stands between a new user and every request. */
const ACCESS =
	"Check the API key in the credential, and that this server's public IP address is on the white list: PBX > Settings > Integrations > API > Whitelisted IPs, then Save and apply the configuration.";

const REFUSED: Pick<Problem, 'message' | 'description' | 'cause'> = {
	message: "VoIPcloud refused the API key or this server's address",
	description: `VoIPcloud answers both alike. ${ACCESS}`,
	cause: 'credential-invalid',
};

/** The document's table of codes, with what a user can do about each; 403 is not among them. */
export const PROBLEMS: ProblemTexts = {
	0: {
		message: 'VoIPcloud reports an unknown error (code 0)',
		description: 'Run again later. If it stays, ask the support of VoIPcloud.',
		cause: 'temporarily-unavailable',
	},
	401: REFUSED,
	403: REFUSED,
	404: {
		message: 'VoIPcloud did not find the account or what the request names',
		description:
			"Check the user number, the names in 'Filters', and the base URL and API version in the credential. An account that has never had a call may be answered alike.",
		cause: 'configuration-invalid',
	},
	429: {
		message: 'VoIPcloud received too many requests from this account',
		description:
			'It allows 100 requests in 15 minutes, all tools on the account together. Run again later, or ask less often.',
		cause: 'rate-limited',
	},
};

/** VoIPcloud's PBX integration API, v1 and v2. */
export const voipcloud: Provider = {
	name: NAME,
	budget: { requests: 100, windowMs: 15 * MINUTE },
	credentialType: () => 'voipcloudApi',
	baseUrl: ({ baseUrl, apiVersion }) =>
		`${withoutSlash(text(baseUrl) ?? '')}/api/integration/${text(apiVersion) ?? 'v1'}`,
	account: ({ apiKey }) => text(apiKey) ?? '',
	secrets: ({ apiKey }) => [text(apiKey) ?? ''],
	problem,
};

/**
 * VoIPcloud for requests about the state of its system: there a `status` that tells of a failure is the answer, and the most valuable
 * one, and a text is one as well.
 */
export const systemReport: Provider = {
	...voipcloud,
	problem: (answer) => {
		const { status, body } = answer;
		const said = saidIn(body);
		const isText = formOf(body) === 'text' && !/^\s*[<[{]/.test((body as string).slice(0, 100));
		const isReport = (isText && !TELLS_REFUSAL.test(said)) || body === null;
		return isReport && status < 400 ? undefined : problem(answer, undefined, false);
	},
};

/** Words for "no access", and for a call that may not have been started. */
const TELLS_REFUSAL = /white.?list|allowed|denied|unauthori|forbidden|licen[cs]e|api.?key|\btoken\b|\bip\b/i;
const TELLS_FAILURE = /\b(not?|error|fail\w*|invalid|refused|rejected|unavailable|offline|busy|missing)\b/i;

/**
 * The document's codes are in the body (one of them is 0, which is no HTTP status). Whether the HTTP status repeats them is not
 * documented, so either may indicate a problem. Client code has seen `status` and `message` beside `code`, and both within `message`.
 *
 * For a started call no answer is documented but "200 Success": without any sign of a refusal it is done, even by an empty answer.
 */
function problem(answer: Answer, request?: IHttpRequestOptions, tellsFailure = true): Problem | undefined {
	const { status, body } = answer;
	const isCall = request?.method === 'POST';
	if (isCall && status < 300 && isAssent(body)) return undefined;
	const told = isRecord(body) ? body : isCall && Array.isArray(body) ? (body as unknown[]).find(isRecord) : undefined;
	const code = codeIn(told, status, tellsFailure);
	if (code < 200 || code > 299) {
		return withAccess(statusProblem(NAME, code, answer, PROBLEMS, told === undefined ? undefined : saidIn(told)));
	}
	const unreadable = unreadableProblem(NAME, answer);
	if (unreadable !== undefined) return withAccess(unreadable);
	if (told === undefined) return undefined;
	const said = saidIn(told);
	if (isRefused(told, tellsFailure)) return refusal(answer, said, isCall);
	return isCall && TELLS_FAILURE.test(said) ? unknownAnswerProblem(NAME, answer) : undefined;
}

/** Nothing, `OK`, or JSON that is no object and no "no". */
function isAssent(body: unknown): boolean {
	if (formOf(body) === 'nothing' || body === null) return true;
	if (typeof body === 'string') return /^ok\W*$/i.test(body.slice(0, 10).trim());
	return typeof body !== 'object' && Boolean(body);
}

/** The code of an answer: that of its body, or else the HTTP status. A failure counts wherever it stands. */
function codeIn(body: IDataObject | undefined, httpStatus: number, tellsFailure: boolean): number {
	const status = tellsFailure ? numeric(body?.status) : null;
	const code = numeric(body?.code) ?? (status !== null && status >= 400 ? status : httpStatus);
	return httpStatus >= 400 && code >= 200 && code < 300 ? httpStatus : code;
}

/** Whether an answer with a code for a success, or with none, tells of a refusal. */
function isRefused({ code, success, status, message, error, errors }: IDataObject, tellsFailure: boolean): boolean {
	const isNo = (value: unknown) => value === false || value === 0 || value === 'false' || value === '0';
	const states = tellsFailure ? [status, isRecord(message) ? message.status : undefined] : [];
	const isFailure = states.some((state) => isNo(state) || /^(error|fail|denied|refus|unauth)/i.test(text(state) ?? ''));
	const isOddCode = numeric(code) === null && !/^(|ok|success)$/i.test(text(code) ?? '');
	return isNo(success) || isFailure || isOddCode || error === true || wordsOf([error, errors]).length > 0;
}

function refusal({ status }: Answer, said: string, isCall: boolean): Problem {
	if (TELLS_REFUSAL.test(said)) {
		return { ...REFUSED, description: `VoIPcloud says: ${quoted(said)}. ${ACCESS}`, code: '401' };
	}
	return {
		message: `VoIPcloud did not carry out the request: ${quoted(said) || 'it gives no reason'}`,
		description: isCall ? 'Nothing was dialled. Check the user number and the number to call.' : ACCESS,
		cause: 'configuration-invalid',
		code: String(status),
	};
}

/** A problem that a new user meets at every request: what to do about the white list belongs to it. */
function withAccess(problem: Problem): Problem {
	const { cause, description } = problem;
	const isAboutAccess = cause === 'configuration-invalid' && !description.includes(ACCESS);
	return isAboutAccess ? { ...problem, description: `${description} ${ACCESS}` } : problem;
}

/** The problem of an answer that should contain a list of calls. */
export function notAList(answer: Answer): Problem {
	return withAccess(unknownAnswerProblem(NAME, answer));
}

/**
 * The content of an answer that is not a list: its `data` if that is a record, or else all of it, as the forms of a started
 * call and of the system's status are not documented.
 */
export function contentOf({ body }: Answer): IDataObject {
	const answer: unknown = Array.isArray(body) ? (body as unknown[])[0] : body;
	if (!isRecord(answer)) return { message: text(answer) ?? EMPTY };
	const { data } = answer;
	if (isRecord(data)) return data;
	return Object.keys(answer).length === 0 ? { message: EMPTY } : answer;
}

const EMPTY = 'VoIPcloud sent an empty answer';

/** What the system's status is: a record, or a text as `status`. */
export function statusOf(answer: Answer): IDataObject | IDataObject[] {
	const { body } = answer;
	const told: unknown = isRecord(body) && 'data' in body ? body.data : body;
	const parts = Array.isArray(told) ? (told as unknown[]) : [told];
	const items = parts.map((part) => {
		if (!isRecord(part)) return { status: text(part), ...(text(part) === null && { message: EMPTY }) };
		return Object.keys(part).length === 0 ? { status: null, message: EMPTY } : part;
	});
	return items.length === 0 ? { status: null, message: EMPTY } : items;
}

/**
 * The description of a field for names of queues, ring groups or users. They are texts, as neither version of the API has a request
 * that lists them.
 *
 * @param which calls the field chooses, e.g. "Only calls to these queues"
 * @param more a sentence, with its period
 */
export function namesDescription(which: string, more?: string): string {
	const own = `${which}: names separated by commas, or an expression that gives a list. VoIPcloud's API lists none to choose from.`;
	return more === undefined ? own : `${own} ${more}`;
}

/** For a trigger. */
export const NAMED_BY_TEST = 'If one is mistyped, a test run says which there are.';
