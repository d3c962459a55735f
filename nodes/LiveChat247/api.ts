import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { Api } from '../shared/operation/definition';
import { kind } from '../shared/operation/fields';
import { notDialled, phoneNumberOf } from '../shared/parameters/dialled';
import { withoutSlash } from '../shared/request/address';
import { saidIn, wordsOf } from '../shared/request/answers';
import { quoted, statusProblem, unknownAnswerProblem, unreadableProblem } from '../shared/request/problems';
import type { Answer, Problem, Provider } from '../shared/request/provider';
import { MINUTE } from '../shared/values/time';
import { isRecord, parsedExactly, text } from '../shared/values/values';

const NAME = '247LiveChat';

/** The document's two addresses. Its samples show a third, https://ssl7.net/247livechat.com/u/api: the user's to enter. */
export const ADDRESSES = {
	production: 'https://ssl7.net/247LiveChat/u/api',
	sandbox: 'https://l7sandbox.net/247LiveChat/u/api',
} as const;

/** The address of a credential as an expression of n8n, for the node and for the credential's test. */
export const ADDRESS_EXPRESSION = `={{ $credentials.environment === "custom" ? $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "") : $credentials.environment === "sandbox" ? "${ADDRESSES.sandbox}" : "${ADDRESSES.production}" }}`;

function addressOf(environment: unknown): string {
	return environment === 'sandbox' ? ADDRESSES.sandbox : ADDRESSES.production;
}

/** 247LiveChat's API: one address, the object `o` and the action `a`, GET reads and POST acts. */
export const liveChat247: Provider = {
	name: NAME,
	budget: { requests: 100, windowMs: 5 * MINUTE },
	credentialType: () => 'liveChat247Api',
	baseUrl: ({ environment, baseUrl }) =>
		environment === 'custom' ? withoutSlash(text(baseUrl) ?? '') : addressOf(environment),
	baseUrlField: "'Base URL' in the credential, with 'Custom' as 'Environment'",
	account: ({ email }) => text(email)?.toLowerCase() ?? '',
	// They travel in the address of a GET. The longest first, so that none leaves the rest of another behind.
	secrets: ({ apiKey, password, email }) =>
		[apiKey, password, email]
			.filter((secret): secret is string => text(secret) !== null)
			.flatMap((secret) => [secret, secret.trim(), encodeURIComponent(secret), encodeURIComponent(secret.trim())])
			.sort((a, b) => b.length - a.length),
	problem,
};

/**
 * Errors are reported in the body, in `errors` by code; which HTTP status comes with them is not documented. Client code of
 * the vendor has seen `error` with a text as well. Done is only what says so, and nothing else beside it.
 */
function problem(answer: Answer): Problem | undefined {
	const body = bodyOf(answer);
	if (answer.status >= 400) {
		return body === undefined ? statusProblem(NAME, answer.status, answer) : refusal(answer, body);
	}
	if (body === undefined) return unreadableProblem(NAME, answer) ?? unknownAnswerProblem(NAME, answer);
	const { success, info } = body;
	const said = errorsOf(body);
	const isSilent = success === undefined || success === null;
	if (isFalse(success) || (isSilent && said !== '')) return refusal(answer, body);
	const isDone = isTrue(success) && said === '' && !TELLS_FAILURE.test(text(info)?.slice(0, 500) ?? '');
	return isDone ? undefined : unknownAnswerProblem(NAME, answer);
}

/** The document prints "Response: Success, Message: …". */
const TELLS_FAILURE = /response:\s*(?!success)\w|\berror|\bfail/i;

function refusal(answer: Answer, body: IDataObject): Problem {
	const said = errorsOf(body) || quoted(saidIn(body));
	if (/post only/i.test(said)) {
		return {
			message: '247LiveChat takes this action by POST only',
			description: `247LiveChat says: ${said}. A proxy or redirect between n8n and 247LiveChat may have turned the request into a GET: check the base URL in the credential.`,
			cause: 'configuration-invalid',
			code: '403',
		};
	}
	const codes = [answer.status, ...Object.keys(isRecord(body.errors) ? body.errors : body).map(Number)];
	const isSilent = said === '' && (codes.includes(401) || codes.includes(403));
	if (isSilent || /forbidd?en|unauthori[sz]ed|authenticat|api.?(key|email|password)/i.test(said)) {
		return {
			message: '247LiveChat refused the credential',
			description: `247LiveChat says: ${said || 'nothing more'}. Check the email, and the API key or password, and that they belong to the environment chosen in the credential.`,
			cause: 'credential-invalid',
			code: '403',
		};
	}
	const code = codes.find(
		(candidate) => candidate === 408 || candidate === 429 || (candidate >= 500 && candidate < 600),
	);
	if (code !== undefined) return statusProblem(NAME, code, answer, {}, said);
	return {
		message: `247LiveChat did not carry out the request: ${said || 'it gives no reason'}`,
		description: 'Check the values of the parameters. A number must be in E.164 form, e.g. +121234561234.',
		cause: 'configuration-invalid',
		code: String(codes.find((candidate) => candidate >= 400) ?? answer.status),
	};
}

/** What went wrong in the provider's words: `errors` as an object by code, a list or a text, `error`, or codes with a text each. */
function errorsOf({ errors, error, ...others }: IDataObject): string {
	const coded = Object.entries(others).filter(([name]) => /^[45]\d\d$/.test(name));
	return quoted(wordsOf([errors, error, ...coded.map(([, said]) => said)]).join('; '));
}

/**
 * The body of an answer, or undefined if it is not a JSON object, nor a list of just one. The document prints the answer to a fax
 * with `"id" => 323`. If it really arrives like that, the fax has been sent and must not look like a failure.
 */
export function bodyOf({ body }: Answer): IDataObject | undefined {
	if (isRecord(body)) return body;
	if (Array.isArray(body)) return body.length === 1 && isRecord(body[0]) ? body[0] : undefined;
	if (typeof body !== 'string' || !body.includes('=>')) return undefined;
	try {
		const parsed = parsedExactly(body.replace(/"\s*=>/g, '":'));
		return isRecord(parsed) ? parsed : undefined;
	} catch {
		return undefined; // Not the document's form either: the caller says so.
	}
}

function isTrue(value: unknown): boolean {
	return value === true || value === 1 || value === 'true' || value === '1';
}

function isFalse(value: unknown): boolean {
	return value === false || value === 0 || value === 'false' || value === '0';
}

/** How all operations are sent: a POST has its body as a form. */
export const api: Api = { provider: liveChat247, complete: asForm };

async function asForm(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	if (request.method === 'GET' || request.body instanceof FormData) return request;
	return { ...request, body: new URLSearchParams(request.body as Record<string, string>) };
}

/** What an answer holds. */
export function contentOf(answer: Answer): IDataObject {
	return bodyOf(answer) ?? {};
}

/** A number in the form the document asks for: "varchar(18) ... in E164 format, for example: +121234561234". */
export const phoneNumber = kind({ type: 'string', default: '' }, (context, value, displayName) => {
	const { digits, hasPlus } = phoneNumberOf(context, value, displayName);
	if (hasPlus) return `+${digits}`;
	throw notDialled(context, displayName, 'it has no plus sign with a country code', value);
});
