import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { Api } from '../shared/operation/definition';
import { kind } from '../shared/operation/fields';
import { notDialled, phoneNumberOf } from '../shared/parameters/dialled';
import { withoutSlash } from '../shared/request/address';
import { quoted, statusProblem, unreadableProblem } from '../shared/request/problems';
import type { Answer, Problem, Provider } from '../shared/request/provider';
import { MINUTE } from '../shared/values/time';
import { isRecord, parsedExactly, text, textsIn } from '../shared/values/values';

/** The document's two addresses. Its samples show a third, https://ssl7.net/247livechat.com/u/api: the user's to enter. */
const ADDRESSES: Readonly<Record<string, string>> = {
	production: 'https://ssl7.net/247LiveChat/u/api',
	sandbox: 'https://l7sandbox.net/247LiveChat/u/api',
};

/** 247LiveChat's API: one address, the object `o` and the action `a`, GET reads and POST acts. */
export const liveChat247: Provider = {
	name: '247LiveChat',
	budget: { requests: 100, windowMs: 5 * MINUTE },
	credentialType: () => 'liveChat247Api',
	baseUrl: ({ environment, baseUrl }) =>
		ADDRESSES[text(environment) ?? 'production'] ?? withoutSlash(text(baseUrl) ?? ''),
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
 * the vendor has seen `error` with a text as well.
 */
function problem(answer: Answer): Problem | undefined {
	const body = bodyOf(answer);
	if (body === undefined) {
		return answer.status >= 400
			? statusProblem('247LiveChat', answer.status, answer)
			: unreadableProblem('247LiveChat', answer);
	}
	if (isTrue(body.success) && answer.status < 400) return undefined;
	const said = saidBy(body);
	if (body.success === undefined && said === '' && answer.status < 400) {
		return unreadableProblem('247LiveChat', { ...answer, body: undefined });
	}
	return refusal(answer, Object.keys(isRecord(body.errors) ? body.errors : {}), said);
}

function refusal(answer: Answer, codes: string[], said: string): Problem {
	if (/post only/i.test(said)) {
		return {
			message: '247LiveChat takes this action by POST only',
			description: `247LiveChat says: ${said}. A proxy or redirect between n8n and 247LiveChat may have turned the request into a GET: check the base URL in the credential.`,
			cause: 'configuration-invalid',
			code: '403',
		};
	}
	if (codes.includes('403') || /forbidd?en/i.test(said) || answer.status === 401 || answer.status === 403) {
		return {
			message: '247LiveChat refused the credential',
			description: `247LiveChat says: ${said || 'nothing more'}. Check the email, and the API key or password, and that they belong to the environment chosen in the credential.`,
			cause: 'credential-invalid',
			code: '403',
		};
	}
	const code = [answer.status, ...codes.map(Number)].find((candidate) => candidate === 429 || candidate >= 500);
	if (code !== undefined) return statusProblem('247LiveChat', code, answer, {}, said);
	return {
		message: `247LiveChat did not carry out the request: ${said || 'it gives no reason'}`,
		description: 'Check the values of the parameters. A number must be in E.164 form, e.g. +12125550123.',
		cause: 'configuration-invalid',
		code: codes[0] ?? String(answer.status),
	};
}

/** What went wrong in the provider's words: `errors` as an object by code, a list or a text, or `error`. */
function saidBy({ errors, error, info }: IDataObject): string {
	const said = [errors, error].flatMap(textsIn);
	return quoted((said.length > 0 ? said : textsIn(info)).join('; '));
}

/**
 * The body of an answer, or undefined if it is not a JSON object. The document prints the answer to a fax with `"id" => 323`.
 * If it really arrives like that, the fax has been sent and must not look like a failure.
 */
export function bodyOf({ body }: Answer): IDataObject | undefined {
	if (isRecord(body)) return body;
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
