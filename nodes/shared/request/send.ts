import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, IPollFunctions } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { nestsTooDeep } from '../values/nesting';
import { text } from '../values/values';
import { addressProblem } from './address';
import { verdictOf } from './answers';
import { AnswerTooLarge, exchange, NoAnswer } from './exchange';
import { mistakeBehind, networkProblem } from './networkProblems';
import { parameterError, problemError, problemOf } from './nodeErrors';
import { budgetOf } from './pacing/accounts';
import { pause } from './pause';
import { defectProblem, tooLargeProblem, unknownAnswerProblem, unknownOutcome } from './problems';
import type { Answer, Check, Fetch, Problem, Provider, RequestContext, Sending } from './provider';
import { followed, redirectOf, redirectProblem, type Redirect } from './redirect';
import { withoutSecrets } from './secrets';
import { tellOnce, toldWarnings } from './warnings';

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
/** The largest pages that providers document have some ten thousand rows, a tenth of this size. */
const MOST_BYTES = 64_000_000;

/**
 * Sends one request with the account's credential and returns a successful answer.
 *
 * HTTP status errors are detected here from body and status, not by n8n's transport, for two reasons: some providers
 * answer errors with HTTP 200, and n8n repeats every request that was answered with 401.
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
	checkRequest(context, provider, credentials, request);
	const budget = budgetOf(provider, credentials);
	const isRead = sending.isRead ?? READ_METHODS.has(request.method ?? 'GET');
	const signsIn = provider.signsIn?.(credentialType) === true;
	const { mostBytes = MOST_BYTES, read } = sending;
	let plainer = isRead ? provider.plainer?.(request) : undefined;
	let asked = plainer?.request ?? request;
	let refused: Problem | undefined;
	let wasFollowed = false;

	for (let attempt = 0; ;) {
		const sent = provider.prepare?.(asked, credentials) ?? asked;
		const release = await budget.acquire(context, { ...sending, isRead });
		let problem: Problem | undefined;
		let next: IHttpRequestOptions | undefined;
		try {
			const answer = await exchange(context, sent, { credentialType, signsIn, mostBytes, read });
			const redirect = redirectOf(answer, sent);
			if (redirect === undefined) {
				problem = provider.problem(answer, asked) ?? check?.(answer);
				if (problem === undefined && !isRead && provider.isDone?.(asked, answer) === false) {
					problem = unknownAnswerProblem(provider.name, answer);
				}
				if (problem === undefined) {
					if (refused !== undefined) plainer?.keep();
					const warnings = toldWarnings(provider.warnings?.(answer) ?? [], provider.secrets(credentials));
					const told = warnings.map((warning) => `${provider.name} warns: ${warning}`);
					tellOnce(context, plainer === undefined ? told : [...told, plainer.told]);
					return { ...answer, warnings };
				}
				if (isRead && plainer === undefined) {
					plainer = provider.plainer?.(asked, answer);
					next = plainer?.request;
					refused = plainer && problem;
				}
			} else {
				next = isRead && !wasFollowed ? followed(redirect, asked, sent) : undefined;
				wasFollowed = true;
				problem = redirectProblem(
					provider.name,
					redirect,
					enteredAddress(provider, credentials, redirect),
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
			continue;
		}
		// What was refused without it as well was refused for another reason.
		problem = refused ?? problem;
		if (!isRead && verdictOf(problem) === 'notKnown') problem = unknownOutcome(provider.name, problem);
		const pauseMs = problem.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** attempt;
		const mayRepeat = isRead && attempt < sending.retries && isPassing(problem) && pauseMs <= sending.maxWaitMs;
		if (!mayRepeat) throw problemError(context, clean(problem, provider.secrets(credentials)));
		attempt++;
		await pause(context, pauseMs);
	}
}

/** Sends the requests of a provider from one place, all in one way. */
export function fetchWith(context: RequestContext, provider: Provider, sending: Sending): Fetch {
	return async (request, check) => await send(context, provider, request, sending, check);
}

/**
 * Stops a request that cannot be right before anything is sent: to an address that must not get a key, or with a value that
 * cannot be serialised.
 *
 * @throws NodeOperationError that names what to correct
 */
export function checkRequest(
	context: RequestContext,
	provider: Provider,
	credentials: IDataObject,
	{ qs, body }: Pick<IHttpRequestOptions, 'qs' | 'body'>,
): void {
	const wrong = addressProblem(provider.baseUrl(credentials));
	if (wrong !== undefined) throw parameterError(context, wrong.message, wrong.description);
	if (!nestsTooDeep([qs, body])) return;
	throw parameterError(
		context,
		'A value of the request holds itself, or is nested deeper than 100 levels',
		'Nothing was sent. Check the expressions in the parameters of the node.',
	);
}

/** The base URL as the user entered it if the request went to it; otherwise the provider's own. */
function enteredAddress(provider: Provider, credentials: IDataObject, { from }: Redirect): string {
	const entered = text(credentials.baseUrl) ?? '';
	return entered !== '' && from.href.startsWith(entered) ? entered : provider.baseUrl(credentials);
}

/** The problem of a request that ended without an answer, in a failed sign-in, or in a mistake of ours while its answer was read. */
function failedExchange(provider: Provider, thrown: unknown, isRead: boolean): Problem {
	if (thrown instanceof AnswerTooLarge) return tooLargeProblem(provider.name, thrown.mostBytes);
	const error = thrown instanceof NoAnswer ? thrown.reason : undefined;
	const mistake = thrown instanceof NoAnswer ? mistakeBehind(error) : thrown;
	if (mistake !== undefined) return defectProblem(mistake);
	// A 401 arrives as an error only if n8n signs in: it did so, and was refused again.
	const refused =
		error instanceof NodeApiError && error.httpCode === '401' ? provider.problem(UNAUTHORIZED) : undefined;
	const notSignedIn = provider.signInProblem?.(error);
	if (notSignedIn !== undefined && !isRead) {
		return { ...notSignedIn, description: `${notSignedIn.description} Nothing was carried out.` };
	}
	return notSignedIn ?? refused ?? networkProblem(provider.name, error, isRead);
}

const UNAUTHORIZED: Answer = { status: 401, headers: {}, body: {} };

/** Providers sometimes quote in a message what was sent to them. */
function clean(problem: Problem, secrets: string[]): Problem {
	const { message, description } = problem;
	return { ...problem, message: withoutSecrets(message, secrets), description: withoutSecrets(description, secrets) };
}

function isPassing({ cause, isFinal = false }: Problem): boolean {
	return !isFinal && (cause === 'temporarily-unavailable' || cause === 'rate-limited');
}

/** Whether an error says that the provider cannot answer at the moment, so that the same request may succeed later. */
export function isTransient(error: unknown): boolean {
	const cause = problemOf(error)?.cause;
	return cause === 'temporarily-unavailable' || cause === 'rate-limited' || cause === 'quota-exhausted';
}
