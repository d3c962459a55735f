import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeApiError, sleep } from 'n8n-workflow';

import { addressProblem } from './address';
import { failureOf, networkProblem, parameterError, problemError } from './errors';
import { budgetOf } from './pacing';
import type { Answer, Check, Problem, Provider, RequestContext, Sending } from './provider';
import { followed, redirectOf, redirectProblem, type Redirect } from './redirect';
import { text } from './values';

/** The context of an operation that runs once for all input items, at one of them. */
export function atItem(
	context: IExecuteFunctions,
	itemIndex: number,
): IExecuteFunctions & { getItemIndex: () => number } {
	return Object.create(context, {
		getItemIndex: { value: () => itemIndex },
		getCredentials: { value: async (type: string) => await context.getCredentials(type, itemIndex) },
	}) as IExecuteFunctions & { getItemIndex: () => number };
}

const READ_METHODS = new Set(['GET', 'HEAD']);
const FIRST_PAUSE_MS = 500;

/**
 * Sends one request with the account's credential and gives back a successful answer.
 *
 * HTTP status errors are taken from the body and the status here, not by n8n's transport, for two reasons: providers
 * answer errors with HTTP 200 as well, and n8n repeats every request that was answered 401.
 *
 * @throws NodeApiError with a message, a next step, the input item and n8n's `failure` cause.
 */
export async function send(
	context: RequestContext,
	provider: Provider,
	request: IHttpRequestOptions,
	sending: Sending,
	check?: Check,
): Promise<Answer> {
	const credentialType = provider.credentialType(context);
	const credentials = await (context as IPollFunctions).getCredentials<IDataObject>(credentialType);
	checkAddress(context, provider, credentials);
	const budget = budgetOf(provider, credentials);
	const isRead = sending.isRead ?? READ_METHODS.has(request.method ?? 'GET');
	const signsIn = provider.signsIn?.(credentialType) === true;
	let asked = request;
	let wasFollowed = false;

	for (let attempt = 0; ;) {
		const release = await budget.acquire(context, { ...sending, isRead });
		let problem: Problem | undefined;
		let next: IHttpRequestOptions | undefined;
		try {
			const sent = provider.prepare?.(asked, credentials) ?? asked;
			const answer = await exchange(context, credentialType, sent, signsIn);
			const redirect = redirectOf(answer, sent);
			if (redirect === undefined) {
				problem = provider.problem(answer) ?? check?.(answer);
				if (problem === undefined) return answer;
			} else {
				next = isRead && !wasFollowed ? followed(redirect, asked, sent) : undefined;
				problem = redirectProblem(
					provider.name,
					redirect,
					enteredAddress(provider, credentials, redirect),
					isRead,
					provider.baseUrlField,
				);
			}
		} catch (error) {
			problem = failedExchange(provider, error, isRead);
		} finally {
			release();
		}
		if (next !== undefined) {
			// Once, and within the account's budget like any other request.
			asked = next;
			wasFollowed = true;
			continue;
		}
		const pauseMs = problem.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** attempt;
		const mayRepeat = isRead && attempt < sending.retries && isPassing(problem) && pauseMs <= sending.maxWaitMs;
		if (!mayRepeat) throw problemError(context, withoutSecrets(problem, provider.secrets(credentials)));
		attempt++;
		await sleep(pauseMs);
	}
}

/** Stops a request whose address cannot be right, before a key is sent anywhere. */
function checkAddress(context: RequestContext, provider: Provider, credentials: IDataObject): void {
	const wrong = addressProblem(provider.baseUrl(credentials));
	if (wrong !== undefined) throw parameterError(context, wrong.message, wrong.description);
}

/** The base URL as the user entered it where the request went to it; the provider's own otherwise. */
function enteredAddress(provider: Provider, credentials: IDataObject, { from }: Redirect): string {
	const entered = text(credentials.baseUrl) ?? '';
	return entered !== '' && from.href.startsWith(entered) ? entered : provider.baseUrl(credentials);
}

/** One HTTP exchange, whatever its status. */
async function exchange(
	context: RequestContext,
	credentialType: string,
	request: IHttpRequestOptions,
	signsIn: boolean,
): Promise<Answer> {
	const response = (await context.helpers.httpRequestWithAuthentication.call(
		context as IPollFunctions,
		credentialType,
		{
			...request,
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: signsIn ? { ignore: true, except: [401] } : true,
		},
	)) as IN8nHttpFullResponse;
	return { status: response.statusCode, headers: response.headers, body: response.body };
}

/** The problem of a request that ended without an answer, or in a sign-in that did not succeed. */
function failedExchange(provider: Provider, error: unknown, isRead: boolean): Problem {
	// An answer 401 arrives as an error only where n8n signs in: it did so, and was refused again.
	const refused =
		error instanceof NodeApiError && error.httpCode === '401' ? provider.problem(UNAUTHORIZED) : undefined;
	const notSignedIn = provider.signInProblem?.(error);
	if (notSignedIn !== undefined && !isRead) {
		return { ...notSignedIn, description: `${notSignedIn.description} Nothing was carried out.` };
	}
	return notSignedIn ?? refused ?? networkProblem(provider.name, error, isRead);
}

const UNAUTHORIZED: Answer = { status: 401, headers: {}, body: {} };

/** Providers sometimes repeat in a message what was sent to them. */
function withoutSecrets(problem: Problem, secrets: string[]): Problem {
	const clean = (text: string) =>
		secrets.reduce((cleaned, secret) => (secret === '' ? cleaned : cleaned.replaceAll(secret, '***')), text);
	return { ...problem, message: clean(problem.message), description: clean(problem.description) };
}

function isPassing(problem: Problem): boolean {
	return problem.cause === 'temporarily-unavailable' || problem.cause === 'rate-limited';
}

/** Whether an error says that the provider cannot answer just now, so that the same request may succeed later. */
export function isTransient(error: unknown): boolean {
	if (!(error instanceof NodeApiError)) return false;
	const cause = failureOf(error)?.cause;
	return cause === 'temporarily-unavailable' || cause === 'rate-limited' || cause === 'quota-exhausted';
}
