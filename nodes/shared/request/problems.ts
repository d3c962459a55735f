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
 * @param detail what the provider itself says; appended to the description
 */
export function statusProblem(
	name: string,
	code: number,
	answer: Answer,
	texts: ProblemTexts = {},
	detail?: string,
): Problem {
	const common = COMMON_PROBLEMS[code] ?? COMMON_PROBLEMS[code >= 500 && code < 600 ? '5xx' : 'other'];
	const text = { ...common, ...texts[code] };
	const said = detail === undefined || detail === '' ? undefined : `${name} says: ${quoted(detail)}.`;
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

/** A refusal means that nothing was carried out; a failure or timeout of the provider or a gateway leaves that open. */
function isUnclear(code: number): boolean {
	return code < 400 || code >= 500 || code === 408;
}

const LONGEST_QUOTATION = 500;

/** As much of what a provider says as helps. */
export function quoted(said: string): string {
	if (said.length <= LONGEST_QUOTATION) return said;
	return `${said.slice(0, LONGEST_QUOTATION).replace(/[\uD800-\uDBFF]$/, '')}${CUT}`;
}

/**
 * The problem of an answer whose body is not the JSON that the provider documents, or undefined if it is.
 * A web page with a success status does not come from the API; cut or broken JSON is let through.
 */
export function unreadableProblem(name: string, answer: Answer): Problem | undefined {
	if (typeof answer.body === 'object' && answer.body !== null) return undefined;
	const isPage = typeof answer.body === 'string' && answer.body.trimStart().startsWith('<');
	if (isPage && answer.status < 500) {
		return {
			message: `A web page answered in place of the API of ${name}`,
			description: `Check the base URL in the credential: it must be the address of the API or portal itself, without a page's path. A proxy or a login page between n8n and ${name} can be the reason as well.`,
			cause: 'configuration-invalid',
			code: String(answer.status),
			isUnclear: isUnclear(answer.status),
		};
	}
	return {
		message: `${name} sent an answer that cannot be read`,
		description: 'It was not complete JSON. Nothing was taken from it; run again.',
		cause: UNAVAILABLE,
		code: String(answer.status),
		isUnclear: isUnclear(answer.status),
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

/** The problem of a successful answer that is not the documented one. */
export function unknownAnswerProblem(name: string, { status }: Answer): Problem {
	return {
		message: `${name} gave an answer that is not documented`,
		description: '',
		cause: UNAVAILABLE,
		code: String(status),
		isUnclear: true,
	};
}

/** An unclear problem of a request that changes something: whatever happened, running it again could do it twice. */
export function unknownOutcome(name: string, { message, said, code, frames }: Problem): Problem {
	return {
		message: `It is not known whether ${name} carried out the request`,
		description: `${message}. ${said === undefined ? '' : `${said} `}It was not repeated: look it up in the portal of ${name} before running it again.`,
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
		frames: /\n\s+at .*/s.exec(stack ?? '')?.[0],
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
