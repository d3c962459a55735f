import type {
	IDataObject,
	IExecuteFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeApiError, sleep } from 'n8n-workflow';

import { failureOf, networkProblem, problemError, type Problem } from './errors';
import { budgetOf, type Budget } from './pacing';

/** Where a request can come from: an operation, a poll, or a drop-down of the editor. */
export type RequestContext = (IExecuteFunctions | IExecuteSingleFunctions | ILoadOptionsFunctions | IPollFunctions) & {
	/** The input item that the request is made for; errors name it. */
	getItemIndex?: () => number;
};

/** The context of an operation that runs once for all input items, at one of them. */
export function atItem(context: IExecuteFunctions, itemIndex: number): IExecuteFunctions & { getItemIndex: () => number } {
	return Object.create(context, {
		getItemIndex: { value: () => itemIndex },
		getCredentials: { value: async (type: string) => await context.getCredentials(type, itemIndex) },
	}) as IExecuteFunctions & { getItemIndex: () => number };
}

/** What the transport has to know of a provider. */
export interface Provider {
	/** The provider's name as users know it; stands in messages. */
	readonly name: string;
	/** The provider's documented request limit per account, if it documents one. */
	readonly budget?: Budget;
	/** The credential type the node uses just now. */
	credentialType(context: RequestContext): string;
	/** The root of the API for a credential, without a trailing slash. */
	baseUrl(credentials: IDataObject): string;
	/** What tells two accounts apart. Only a digest of it is kept. */
	account(credentials: IDataObject): string;
	/** The secret values of a credential, which no message may contain even if the provider repeats them. */
	secrets(credentials: IDataObject): string[];
	/** What the request needs beyond the credential type's own authentication, e.g. a signature. Called for each sending. */
	prepare?(request: IHttpRequestOptions, credentials: IDataObject): IHttpRequestOptions;
	/** What is wrong with an answer, or undefined if it is a success. */
	problem(answer: Answer): Problem | undefined;
	/**
	 * Whether a credential type signs in by itself (n8n's `preAuthentication`). n8n then has to see an answer 401 as an
	 * error: it signs in anew and repeats the request once.
	 */
	signsIn?(credentialType: string): boolean;
	/** What a failed sign-in of such a credential means; undefined for any other error. */
	signInProblem?(error: unknown): Problem | undefined;
}

/** An answer of a provider: its HTTP status, its headers in lower case and its decoded body. */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

/** What an answer must be beyond a success, e.g. hold a list: the problem if it is not. */
export type Check = (answer: Answer) => Problem | undefined;

/** How a request is sent. */
export interface Sending {
	/** How long, in milliseconds, to wait for the account's request budget before giving up. */
	readonly maxWaitMs: number;
	/** How often a read is repeated after a passing fault. Writes are never repeated: a repeated call dials twice. */
	readonly retries: number;
	/** Whether the request only reads, where the method does not tell: some providers read by POST. */
	readonly isRead?: boolean;
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
	const budget = budgetOf(provider, credentials);
	const isRead = sending.isRead ?? READ_METHODS.has(request.method ?? 'GET');

	for (let attempt = 0; ; attempt++) {
		const release = await budget.acquire(context, sending.maxWaitMs);
		let problem: Problem | undefined;
		try {
			const signsIn = provider.signsIn?.(credentialType) === true;
			const answer = await exchange(context, credentialType, provider.prepare?.(request, credentials) ?? request, signsIn);
			problem = provider.problem(answer) ?? check?.(answer);
			if (problem === undefined) return answer;
		} catch (error) {
			problem = failedExchange(provider, error, isRead);
		} finally {
			release();
		}
		const pauseMs = problem.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** attempt;
		const mayRepeat =
			isRead && attempt < sending.retries && isPassing(problem) && pauseMs <= sending.maxWaitMs;
		if (!mayRepeat) throw problemError(context, withoutSecrets(problem, provider.secrets(credentials)));
		await sleep(pauseMs);
	}
}

/** One HTTP exchange, whatever its status. */
async function exchange(
	context: RequestContext,
	credentialType: string,
	request: IHttpRequestOptions,
	signsIn: boolean,
): Promise<Answer> {
	const response = (await context.helpers.httpRequestWithAuthentication.call(context as IPollFunctions, credentialType, {
		...request,
		returnFullResponse: true,
		ignoreHttpStatusErrors: signsIn ? { ignore: true, except: [401] } : true,
	})) as IN8nHttpFullResponse;
	return { status: response.statusCode, headers: response.headers, body: response.body };
}

/** The problem of a request that ended without an answer, or in a sign-in that did not succeed. */
function failedExchange(provider: Provider, error: unknown, isRead: boolean): Problem {
	// An answer 401 arrives as an error only where n8n signs in: it did so, and was refused again.
	const refused = error instanceof NodeApiError && error.httpCode === '401' ? provider.problem(UNAUTHORIZED) : undefined;
	return provider.signInProblem?.(error) ?? refused ?? networkProblem(provider.name, error, isRead);
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
