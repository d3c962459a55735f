import { NodeOperationError, UserError } from 'n8n-workflow';

import type { Answer, Cause, Problem, ProblemTexts } from './provider';
import { CUT } from './secrets';

const UNAVAILABLE = 'temporarily-unavailable';

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

/** What to do about an exchange that ended without an answer, by Node's error code. */
const NETWORK_PROBLEMS: ReadonlyArray<[code: RegExp, what: string, cause: Cause, sent?: 'never']> = [
	[/^ECONNREFUSED$/, 'The connection was refused. Check the base URL in the credential.', UNAVAILABLE, 'never'],
	[/^(ENOTFOUND|EAI_)/, 'Its host name is not known. Check the base URL in the credential.', UNAVAILABLE, 'never'],
	[/^E(HOST|NET)UNREACH$/, 'There is no way to its address. Check the base URL and the network.', UNAVAILABLE, 'never'],
	[/^(ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT|UND_ERR_.*TIMEOUT)$/, 'It took too long.', UNAVAILABLE],
	[/^HPE_/, 'The answer had malformed headers, which some providers send when they limit requests.', UNAVAILABLE],
	[
		/CERT|SELF_SIGNED|SIGNATURE|^EPROTO$|ERR_TLS/,
		'The secure connection could not be set up. Check that the base URL starts with https:// and that the certificate is valid.',
		'configuration-invalid',
		'never',
	],
	[
		/^ERR_INVALID_URL$/,
		'Check the base URL in the credential: it is not an address.',
		'configuration-invalid',
		'never',
	],
	[/^ERR_CANCELED$/, 'The execution was cancelled.', UNAVAILABLE],
];

/**
 * The problem of an exchange that got no answer.
 *
 * @param isRead a write may have been carried out even without an answer: the text says so
 */
export function networkProblem(name: string, error: unknown, isRead: boolean): Problem {
	if (error instanceof NodeOperationError) {
		return {
			message: error.message,
			description: error.description ?? 'Check the credential of this node',
			cause: 'configuration-invalid',
		};
	}
	const refusal = refusalByN8n(error);
	if (refusal !== undefined) {
		return {
			message: `n8n did not send the request to ${name}: ${refusal.what}`,
			description: refusal.next ?? 'Check the credential of this node, and what n8n is set to allow.',
			cause: 'configuration-invalid',
			isUnsent: true,
		};
	}
	const { what, code, cause, neverSent } = brokenExchange(error);
	const next = isRead
		? 'Run again later.'
		: neverSent
			? `Nothing was sent: the request never reached ${name}.`
			: `It is not known whether ${name} carried out the request, so it was not repeated: look it up in the portal before running again.`;
	return {
		isUnsent: neverSent,
		message: `No answer from ${name}`,
		// Not as the error's code: n8n replaces our text with its own for the codes it knows, some of which advise to
		// try again at once.
		description: `${what}${code === undefined ? '' : ` (${code})`} ${next}`,
		cause,
	};
}

/**
 * What n8n says where it does not send a request: to an address that the credential or n8n's settings do not allow, or with a credential
 * that its Engine 2.0 does not support yet. Undefined for any other error.
 */
export function refusalByN8n(error: unknown, depth = 0): { what: string; next: string | undefined } | undefined {
	if (!(error instanceof Error) || depth > 4) return undefined;
	// The class is n8n's own, and no part of n8n-workflow.
	const isUnsupported = error.name === 'UnimplementedError';
	if (!(error instanceof UserError) && !isUnsupported) return refusalByN8n(error.cause, depth + 1);
	const next = isUnsupported
		? "Use a credential that this engine supports, or n8n's usual engine for this workflow."
		: (error as UserError).description;
	return { what: error.message.replace(/\.$/, ''), next: next ?? undefined };
}

/** Why an exchange got no answer, and whether anything can have been sent. */
export function brokenExchange(error: unknown): {
	what: string;
	code: string | undefined;
	cause: Cause;
	neverSent: boolean;
} {
	const code = networkCode(error);
	const known = NETWORK_PROBLEMS.find(([pattern]) => code !== undefined && pattern.test(code));
	const [, what, cause, sent] = known ?? [/./, 'The connection broke.', UNAVAILABLE as Cause];
	return { what, code, cause, neverSent: sent === 'never' || brokeAtConnecting(error) };
}

/** Whether the connection was never made, so that nothing can have arrived. Node tries all addresses of a host. */
function brokeAtConnecting(error: unknown, depth = 0): boolean {
	if (typeof error !== 'object' || error === null || depth > 4) return false;
	const { syscall, errors, cause } = error as { syscall?: unknown; errors?: unknown; cause?: unknown };
	if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
	if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => brokeAtConnecting(each, depth + 1));
	return brokeAtConnecting(cause, depth + 1);
}

function networkCode(error: unknown, depth = 0): string | undefined {
	if (typeof error !== 'object' || error === null || depth > 4) return undefined;
	const { code, cause, httpCode } = error as { code?: unknown; cause?: unknown; httpCode?: unknown };
	if (typeof code === 'string') return code;
	return networkCode(cause, depth + 1) ?? (typeof httpCode === 'string' ? httpCode : undefined);
}

/** The errors that JavaScript itself throws. Those of the transport have a code besides, such as ERR_INVALID_URL. */
const MISTAKES = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/**
 * The mistake in the code of a credential, or of n8n, that an exchange failed with; undefined if the network failed. n8n makes the same of both.
 */
export function mistakeBehind(error: unknown, depth = 0): Error | undefined {
	if (!(error instanceof Error) || depth > 4 || networkCode(error) !== undefined) return undefined;
	return MISTAKES.has(error.name) ? error : mistakeBehind(error.cause, depth + 1);
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
