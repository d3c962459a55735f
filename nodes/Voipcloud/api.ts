import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { withoutSlash } from '../shared/request/address';
import { statusProblem, unreadableProblem } from '../shared/request/problems';
import type { Answer, Problem, ProblemTexts, Provider } from '../shared/request/provider';
import { MINUTE } from '../shared/values/time';
import { numeric, text } from '../shared/values/values';

/** The document's table of codes, with what a user can do about each. */
const PROBLEMS: ProblemTexts = {
	0: {
		message: 'VoIPcloud reports an unknown error (code 0)',
		description: 'Run again later. If it stays, ask the support of VoIPcloud.',
		cause: 'temporarily-unavailable',
	},
	401: {
		message: "VoIPcloud refused the API key or this server's address",
		description:
			"VoIPcloud answers both alike. Check the API key in the credential, and that this server's public IP address is on the white list: PBX > Settings > Integrations > API > Whitelisted IPs, then Save and apply the configuration.",
		cause: 'credential-invalid',
	},
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
	name: 'VoIPcloud',
	budget: { requests: 100, windowMs: 15 * MINUTE },
	credentialType: () => 'voipcloudApi',
	baseUrl: ({ baseUrl, apiVersion }) =>
		`${withoutSlash(text(baseUrl) ?? '')}/api/integration/${text(apiVersion) ?? 'v1'}`,
	account: ({ apiKey }) => text(apiKey) ?? '',
	secrets: ({ apiKey }) => [text(apiKey) ?? ''],
	problem: (answer) => problem(answer),
	isDone,
};

/**
 * VoIPcloud for requests about the state of its system: there a `status` that begins with "fail" or "error" is the answer,
 * and the most valuable one, not a failure of the request.
 */
export const systemReport: Provider = { ...voipcloud, problem: (answer) => problem(answer, false) };

/**
 * For a started call, the document gives no more than "200 Success" in its table of codes. Client code has seen `status` beside
 * `code`, so either may show it.
 */
function isDone(_request: IHttpRequestOptions, { body }: Answer): boolean {
	const { code, status, success } = body as IDataObject;
	return numeric(code) === 200 || success === true || (typeof status === 'string' && /^(success|ok)$/i.test(status));
}

/**
 * The document's codes are in the body (one of them is 0, which is no HTTP status). Whether the HTTP status repeats
 * them is not documented, so either may indicate a problem. Client code has seen `status` and `message` beside `code`.
 */
function problem(answer: Answer, tellsFailure = true): Problem | undefined {
	const unreadable = unreadableProblem('VoIPcloud', answer);
	if (unreadable !== undefined) return withStatus(answer) ?? unreadable;
	const { code: sent, message, error, status } = answer.body as IDataObject;
	const code = numeric(sent) ?? answer.status;
	const failed = tellsFailure && typeof status === 'string' && /^(error|fail)/i.test(status);
	if (code === 200 && answer.status < 400 && !failed) return undefined;
	return statusProblem(
		'VoIPcloud',
		code === 200 ? answer.status : code,
		answer,
		PROBLEMS,
		text(message) ?? text(error) ?? '',
	);
}

/** A documented code as HTTP status explains more than the body's form does. */
function withStatus(answer: Answer): Problem | undefined {
	return answer.status in PROBLEMS ? statusProblem('VoIPcloud', answer.status, answer, PROBLEMS) : undefined;
}

/**
 * The content of an answer that is not a list: its `data` if that is a record, or else all of it, as the forms of a started
 * call and of the system's status are not documented.
 */
export function contentOf({ body }: Answer): IDataObject {
	const answer = body as IDataObject;
	const { data } = answer;
	return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as IDataObject) : answer;
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
