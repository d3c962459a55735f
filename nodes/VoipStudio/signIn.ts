import type { IDataObject, IHttpRequestHelper, IN8nHttpFullResponse } from 'n8n-workflow';
import { createHash } from 'crypto';

import { addressProblem, withoutSlash } from '../shared/request/address';
import { formOf, saidIn } from '../shared/request/answers';
import { until } from '../shared/request/exchange';
import { brokenExchange, refusalByN8n } from '../shared/request/networkProblems';
import { quoted } from '../shared/request/problems';
import type { Problem } from '../shared/request/provider';
import { redirectedMessage, redirectOf, redirectProblem } from '../shared/request/redirect';
import { withoutSecrets } from '../shared/request/secrets';
import { MINUTE, monotonic, SECOND } from '../shared/values/time';
import { text } from '../shared/values/values';

const NAME = 'VoIPstudio';

/** Why a sign-in failed. Its name is in the error's message, as n8n passes on little more than that. */
const PROBLEMS = {
	twoFactor: {
		message: 'This VoIPstudio login asks for a two-factor code',
		description:
			"A workflow cannot enter one. Create an API key in the VoIPstudio dashboard (edit the user > API Keys) and use the credential 'VoIPstudio API' instead.",
		cause: 'credential-invalid',
		code: '202',
	},
	refused: {
		message: 'VoIPstudio did not accept the e-mail address and password',
		description: 'Check both in the credential. Signing in at the VoIPstudio dashboard shows whether they are right.',
		cause: 'credential-invalid',
		code: '400',
	},
	tooMany: {
		message: 'VoIPstudio received too many sign-ins',
		description: 'Run again later, or use an API key, which needs no sign-in.',
		cause: 'rate-limited',
		code: '429',
	},
	failing: {
		message: 'VoIPstudio is not able to sign in anybody at the moment',
		description: 'Run again later.',
		cause: 'temporarily-unavailable',
		code: '500',
	},
	notThere: {
		message: 'There is no sign-in of VoIPstudio at this address',
		description: "Check 'Base URL' in the credential: it must be the address of the API with its version.",
		cause: 'configuration-invalid',
		code: '404',
	},
	unreadable: {
		message: 'VoIPstudio did not answer the sign-in as documented',
		description: 'Check the base URL in the credential. If it is right, run again later.',
		cause: 'temporarily-unavailable',
		code: 'none',
	},
	late: {
		message: 'VoIPstudio did not answer the sign-in in time',
		description: 'Check the base URL in the credential. If it is right, run again later.',
		cause: 'temporarily-unavailable',
		code: 'none',
	},
	unreachable: {
		message: 'VoIPstudio could not be reached to sign in',
		description: '',
		cause: 'temporarily-unavailable',
		code: 'none',
	},
	insecure: {
		message: 'No secure connection to VoIPstudio could be made to sign in',
		description: '',
		cause: 'configuration-invalid',
		code: 'none',
	},
	refusedByN8n: {
		message: 'n8n did not send the sign-in to VoIPstudio',
		description: '',
		cause: 'configuration-invalid',
		code: 'none',
	},
	redirected: {
		message: redirectedMessage(NAME),
		description: '',
		cause: 'configuration-invalid',
		code: '302',
	},
	address: {
		message: "The sign-in was not sent: 'Base URL' in the credential is not usable",
		description: '',
		cause: 'configuration-invalid',
		code: 'none',
	},
} satisfies Record<string, Problem>;

type Reason = keyof typeof PROBLEMS;

/** What an answer gave as the reason: another sign-in right away would get the same one. */
const ANSWERED: readonly Reason[] = ['twoFactor', 'refused', 'tooMany', 'failing', 'notThere', 'unreadable'];

/** How long a token that was just issued counts as good even though a request with the previous one was refused. */
const FRESH_MS = MINUTE / 2;

/** How long a sign-in may take, including its answer. It is not part of n8n's own request. */
const SIGN_IN_MS = 15 * SECOND;

/** Sign-ins by account: requests that run at the same time share one. Only a digest names the account. */
const signIns = new Map<string, { readonly at: number; readonly token: Promise<string> }>();
/** The token last issued to an account, so that no message shows one that n8n has not stored yet. */
const lastTokens = new Map<string, string>();

/**
 * Signs in with e-mail address and password and gives the session token: POST /login.
 *
 * @param credentials with the token that has expired, if there was one
 */
export async function signIn(helper: IHttpRequestHelper, credentials: IDataObject): Promise<string> {
	const account = signInKey(credentials);
	const last = signIns.get(account);
	if (last !== undefined && monotonic() - last.at < FRESH_MS) {
		const token = await last.token;
		if (token !== credentials.sessionToken) return token;
	}
	const token = requestToken(helper, credentials);
	signIns.set(account, { at: monotonic(), token });
	token.then(
		(given) => lastTokens.set(account, given),
		// A failed one is not shared with later requests.
		() => signIns.delete(account),
	);
	return await token;
}

function signInKey({ baseUrl, email, password }: IDataObject): string {
	return createHash('sha256')
		.update(JSON.stringify([baseUrl, email, password]))
		.digest('base64');
}

/** The session token that was last given to a login, if this process got one. */
export function lastToken(credentials: IDataObject): string | undefined {
	return lastTokens.get(signInKey(credentials));
}

async function requestToken({ helpers }: IHttpRequestHelper, credentials: IDataObject): Promise<string> {
	const baseURL = withoutSlash(text(credentials.baseUrl) ?? '');
	const wrong = addressProblem(baseURL);
	if (wrong !== undefined) throw failure('address', `${wrong.message}. ${wrong.description}`);
	const request = {
		method: 'POST' as const,
		baseURL,
		url: '/login',
		body: { email: text(credentials.email), password: credentials.password },
		json: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// E-mail address and password go to the address in the credential only. n8n 2.41 adds the domains that the credential allows, and
		// refuses a request that has its own.
		disableFollowRedirect: true,
	};
	const signal = AbortSignal.timeout(SIGN_IN_MS);
	const sent = helpers.httpRequest({ ...request, abortSignal: signal }) as Promise<IN8nHttpFullResponse>;
	const answered = await until(signal, sent).catch(async (error: unknown) => {
		return await Promise.reject(signal.aborted ? failure('late') : unreachable(error, baseURL));
	});
	const { statusCode, headers, body } = answered;
	const redirect = redirectOf({ status: statusCode, headers, body }, request);
	if (redirect !== undefined) throw failure('redirected', redirectProblem(NAME, redirect, baseURL).description);
	const answer = (typeof body === 'object' && body !== null ? body : {}) as IDataObject;
	const token = text(answer.user_token);
	if (statusCode === 202 || (token === null && text(answer.nonce) !== null)) throw failure('twoFactor');
	if (statusCode < 300 && token !== null) return token;
	const reason = reasonOf(statusCode, body);
	const { password } = credentials;
	const said = withoutSecrets(saidIn(body), typeof password === 'string' ? [password] : []);
	const { description } = PROBLEMS[reason];
	throw failure(reason, said === '' ? description : `${NAME} says: ${quoted(said)}. ${description}`);
}

/** Why an answer brought no token. One that is not a page and says something refuses the login, whatever its status. */
function reasonOf(status: number, body: unknown): Reason {
	if (status === 429) return 'tooMany';
	if (status >= 500) return 'failing';
	if (status === 404 || formOf(body) === 'page') return 'notThere';
	return status >= 400 || saidIn(body) !== '' ? 'refused' : 'unreadable';
}

/** The test of a credential would show nothing but the code of the network's error. */
function unreachable(error: unknown, baseURL: string): Error {
	const { origin, hostname } = new URL(baseURL);
	const refusal = refusalByN8n(error);
	if (refusal !== undefined) {
		const next = `If 'Allowed HTTP Request Domains' in the credential names domains, ${hostname} must be among them.`;
		return failure('refusedByN8n', `${refusal.what}. ${refusal.next ?? next}`);
	}
	// Without its code: for the codes that n8n knows, it replaces our text with its own.
	const { what, cause } = brokenExchange(error);
	return failure(cause === 'configuration-invalid' ? 'insecure' : 'unreachable', `The address is ${origin}. ${what}`);
}

const MARK = 'VoIPstudio sign-in: ';

function failure(reason: Reason, description: string = PROBLEMS[reason].description): Error {
	// For the credential test, which shows the message as it is.
	return new Error(`${MARK}${PROBLEMS[reason].message}. ${description}`);
}

/** The problem of a failed sign-in, as far as n8n's error for the original request still shows it. */
export function signInProblem(error: unknown): Problem | undefined {
	const said = messagesOf(error).find((message) => message.includes(MARK));
	if (said === undefined) return undefined;
	const [, own] = said.split(MARK);
	const known = Object.values(PROBLEMS).find(({ message }) => own.startsWith(message));
	if (known === undefined) return undefined;
	const isAnswered = ANSWERED.some((reason) => PROBLEMS[reason] === known);
	return { ...known, isFinal: isAnswered, description: own.slice(known.message.length).replace(/^\. /, '') };
}

function messagesOf(error: unknown, depth = 0): string[] {
	if (typeof error !== 'object' || error === null || depth > 4) return [];
	const { message, description, messages, cause, errorResponse } = error as Record<string, unknown>;
	const own: unknown[] = [message, description, ...(Array.isArray(messages) ? (messages as unknown[]) : [])];
	return [
		...own.filter((entry): entry is string => typeof entry === 'string'),
		...messagesOf(cause, depth + 1),
		...messagesOf(errorResponse, depth + 1),
	];
}
