import { formOf, saidIn, shapeOf } from './answers';
import type { Answer, Problem, ProblemTexts } from './provider';
import { CUT } from './secrets';

export const UNAVAILABLE = 'temporarily-unavailable';

/** What a status means at any provider. `{name}` stands for the provider. */
const COMMON_PROBLEMS: Readonly<Record<string, Pick<Problem, 'message' | 'description' | 'cause'>>> = {
	400: {
		message: '{name} did not accept the request',
		description: 'Check the values of the parameters',
		cause: 'configuration-invalid',
	},
	401: {
		message: '{name} did not accept the credential',
		description: 'Check the key in the credential, and that it has not expired or been revoked',
		cause: 'credential-invalid',
	},
	403: {
		message: '{name} does not allow this for the credential in use',
		description: 'Ask the administrator of the account to grant the permission, or use another credential',
		cause: 'credential-invalid',
	},
	404: {
		message: '{name} could not find what the request asks for',
		description: 'Check the name or ID, and the base URL in the credential',
		cause: 'configuration-invalid',
	},
	429: {
		message: '{name} received more requests than the account may send',
		description: 'Wait and run again, or send fewer requests',
		cause: 'rate-limited',
	},
	'4xx': {
		message: '{name} did not accept the request',
		description: 'Check the values of the parameters, and the base URL in the credential',
		cause: 'configuration-invalid',
	},
	'5xx': {
		message: '{name} is not able to answer at the moment',
		description: 'Run again later',
		cause: UNAVAILABLE,
	},
	other: {
		message: '{name} gave an answer that is not documented',
		description: 'Run again later. If it stays, ask the support of {name}.',
		cause: UNAVAILABLE,
	},
};

/**
 * The problem that a status code stands for.
 *
 * @param name the provider as users know it
 * @param code the HTTP status, or the code in the body where the provider puts it there
 * @param answer the answer, for how long the provider asks to wait
 * @param texts the provider's own words
 * @param detail what the provider itself says; by default what its answer tells
 */
export function statusProblem(
	name: string,
	code: number,
	answer: Answer,
	texts: ProblemTexts = {},
	detail?: string,
): Problem {
	// A page comes from elsewhere, whatever its status: except that one of these may pass.
	if (code >= 400 && code < 500 && code !== 408 && code !== 429 && formOf(answer.body) === 'page') {
		return pageProblem(name, answer);
	}
	const common = COMMON_PROBLEMS[code] ?? COMMON_PROBLEMS[rangeOf(code)];
	const text = { ...common, ...texts[code] };
	// At a 5xx, a page is that of a gateway.
	const said = saidBy(name, detail ?? (formOf(answer.body) === 'page' ? '' : saidIn(answer.body)));
	return {
		...text,
		message: text.message.replaceAll('{name}', name),
		description: [said, text.description.replaceAll('{name}', name)].filter((part) => part !== undefined).join(' '),
		said,
		code: String(code),
		retryAfterMs: retryAfter(answer.headers),
		isUnclear: isUnclear(code),
	};
}

/** A 4xx is the fault of the request, except for a timeout. */
function rangeOf(code: number): string {
	if (code >= 500 && code < 600) return '5xx';
	return code >= 400 && code < 500 && code !== 408 ? '4xx' : 'other';
}

/** A refusal means that nothing was carried out; a failure or timeout of the provider or a gateway leaves that open. */
function isUnclear(code: number): boolean {
	return code < 400 || code >= 500 || code === 408;
}

const LONGEST_QUOTATION = 500;

/** As much of what a provider says as helps, in one line: a log could take a second one for another entry. */
export function quoted(said: string): string {
	const line = said.slice(0, LONGEST_QUOTATION).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
	return said.length <= LONGEST_QUOTATION ? line : `${line.replace(/[\uD800-\uDBFF]$/, '')}${CUT}`;
}

/** What a provider says as a sentence with its name; undefined if it says nothing. */
function saidBy(name: string, words: string | undefined): string | undefined {
	const [said = ''] = [words?.replace(/\.$/, '')];
	return said === '' ? undefined : `${name} says: ${quoted(said)}.`;
}

/**
 * The problem of an answer whose body is not the JSON that the provider documents, or undefined if it is a list or an object.
 *
 * An answer that is complete is not asked for again: it would be the same. One that breaks off, or is empty, may be.
 */
export function unreadableProblem(name: string, answer: Answer): Problem | undefined {
	const { status, body } = answer;
	if (typeof body === 'object' && body !== null) return undefined;
	const form = formOf(body);
	const code = String(status);
	if (form === 'page' && status < 500) return pageProblem(name, answer);
	if (body !== undefined && (form === 'json' || form === 'text')) return unknownAnswerProblem(name, answer);
	const what = { nothing: 'It was empty.', cut: 'It breaks off before its end.', page: 'It was a web page.' };
	return {
		message: `${name} sent an answer that cannot be read`,
		description: `${body === undefined ? 'It is nested too deeply.' : what[form as 'cut']} Nothing was taken from it; run again.`,
		cause: UNAVAILABLE,
		code,
		isUnclear: isUnclear(status),
	};
}

/** The problem of a web page in place of the API's answer: neither the key nor the request is the reason. */
function pageProblem(name: string, { status, body }: Answer): Problem {
	const title = saidIn(body);
	const said = title === '' ? undefined : `The page is titled "${title}".`;
	const next = `Check the base URL in the credential: it must be the address of the API or portal itself, without a page's path. A proxy or a login page between n8n and ${name} can be the reason as well.`;
	return {
		message: `A web page answered in place of the API of ${name}`,
		description: said === undefined ? next : `${said} ${next}`,
		cause: 'configuration-invalid',
		said,
		code: String(status),
		isUnclear: isUnclear(status),
	};
}

/**
 * The problem of an answer that is complete and not the documented one, in the provider's words or with what came.
 *
 * @param part the part of the answer that is not as documented, if it is not the answer itself
 */
export function unknownAnswerProblem(name: string, { status, body }: Answer, part = body): Problem {
	const said = saidBy(name, saidIn(body)) ?? `It sent ${shapeOf(part)}.`;
	return {
		message: `${name} gave an answer that is not documented`,
		description: `${said} Nothing was taken from it. Check the base URL in the credential; if it is right, ask the support of ${name}.`,
		cause: 'configuration-invalid',
		said,
		code: String(status),
		isUnclear: isUnclear(status),
	};
}

/** The problem of an answer that is longer than it may be. */
export function tooLargeProblem(name: string, mostBytes: number): Problem {
	return {
		message: `${name} sent more than ${Math.round(mostBytes / 1_000_000)} MB in one answer`,
		description:
			"Nothing was taken from it. Ask for less with 'Limit' and 'Filters'; for a file, raise 'Max File Size' in its options.",
		cause: 'configuration-invalid',
		isUnclear: true,
	};
}

/** An unclear problem of a request that changes something: whatever happened, running it again could do it twice. */
export function unknownOutcome(name: string, { message, said, code, frames }: Problem): Problem {
	return {
		message: `It is not known whether ${name} carried out the request`,
		description: `${message}. ${said === undefined ? '' : `${said} `}It may or may not have gone through, and was not repeated: look it up in the portal of ${name} before running it again.`,
		cause: UNAVAILABLE,
		code,
		frames,
	};
}

export const DEFECT = 'This is a defect of the node.';

/**
 * The problem of a mistake in the code that came to light after a request was sent. It is told as what it is: no fault of the provider
 * or the network, and nothing that passes by itself.
 */
export function defectProblem(mistake: unknown): Problem {
	const { message, stack } = mistake instanceof Error ? mistake : new Error(String(mistake));
	return {
		message,
		description: DEFECT,
		said: DEFECT,
		cause: 'node-defect',
		isUnclear: true,
		frames: /\n\s+at .*/s.exec((stack ?? '').slice(0, 10_000))?.[0],
	};
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfter(headers: Answer['headers']): number | undefined {
	const value = headers['retry-after'];
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const seconds = Number(value);
	if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1000;
	const at = Date.parse(String(value));
	return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** A provider's answers that contradict each other. Nothing is taken from them. */
export class Contradiction extends Error {
	/**
	 * @param what what was promised and what came
	 * @param next what a user can do about it
	 */
	constructor(
		what: string,
		readonly next: string,
	) {
		super(what);
	}
}
