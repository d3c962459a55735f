import { NodeOperationError, UserError } from 'n8n-workflow';

import { UNAVAILABLE } from './problems';
import type { Cause, Problem } from './provider';

/** What to do about an exchange that ended without an answer, by Node's error code. */
const NETWORK_PROBLEMS: ReadonlyArray<[code: RegExp, what: string, cause: Cause, sent?: 'never']> = [
	[/^ECONNREFUSED$/, 'The connection was refused. Check the base URL in the credential.', UNAVAILABLE, 'never'],
	[/^(ENOTFOUND|EAI_)/, 'Its host name is not known. Check the base URL in the credential.', UNAVAILABLE, 'never'],
	// Without 'never': the way may break after the request was sent.
	[/^E(HOST|NET)UNREACH$/, 'There is no way to its address. Check the base URL and the network.', UNAVAILABLE],
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
			isUnsent: true,
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
			: `It is not known whether ${name} carried out the request: it may or may not have gone through, and was not repeated. Look it up in the portal before running again.`;
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
