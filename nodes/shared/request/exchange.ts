import type { IHttpRequestOptions, IN8nHttpFullResponse, IPollFunctions } from 'n8n-workflow';

import { MINUTE } from '../values/time';
import { parsedExactly } from '../values/values';
import type { Answer, RequestContext } from './provider';

/** How an exchange is made. */
interface ExchangeSettings {
	readonly credentialType: string;
	/** Whether n8n signs in for the credential type: then a 401 answer must reach it as an error. */
	readonly signsIn: boolean;
	/** How many bytes an answer may have, uncompressed. */
	readonly mostBytes: number;
	/** Reads a body in some other way than as JSON, if it can. */
	readonly read?: (bytes: Buffer) => unknown;
}

/** The time n8n gives every request of its declarative nodes. */
const USUAL_TIMEOUT_MS = 5 * MINUTE;
/** No timer of Node.js runs longer than this. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** An answer that is longer than it may be. Nothing is taken from it. */
export class AnswerTooLarge extends Error {
	constructor(readonly mostBytes: number) {
		super(`More than ${mostBytes} bytes`);
	}
}

/** An exchange that brought no answer, or not all of it. Any other error than this and `AnswerTooLarge` is a mistake in the code. */
export class NoAnswer extends Error {
	/** @param reason what the transport failed with */
	constructor(readonly reason: unknown) {
		super('No answer');
	}
}

/**
 * One HTTP exchange, whatever its status, including the body: it ends at the request's timeout even if an answer has begun and
 * is still trickling in, and when the execution is stopped. (n8n's own timeout does not stop a body in transit.)
 *
 * @throws NoAnswer, whose reason has the code ETIMEDOUT at the timeout and ERR_CANCELED for a stopped execution, and is else what n8n
 * makes of a broken connection; AnswerTooLarge
 */
export async function exchange(
	context: RequestContext,
	request: IHttpRequestOptions,
	{ credentialType, signsIn, mostBytes, read }: ExchangeSettings,
): Promise<Answer> {
	const deadline = AbortSignal.timeout(timeoutOf(request));
	const cancelled = stoppedSignal(context);
	const signal = cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled]);
	const answered = async (): Promise<Answer> => {
		// n8n replaces the request's signal with that of the execution, so this one is passed along separately.
		const bounded = Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as IPollFunctions;
		const sent = context.helpers.httpRequestWithAuthentication.call(bounded, credentialType, {
			...request,
			abortSignal: signal,
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: signsIn ? { ignore: true, except: [401] } : true,
			// A stream can be abandoned at the limit. n8n cannot close one whose answer is 401, so where it signs in the limit applies to
			// what is used, not to what arrives.
			encoding: signsIn ? 'arraybuffer' : 'stream',
		}) as Promise<IN8nHttpFullResponse>;
		const { statusCode, headers, body } = await until(signal, sent).catch(noAnswer);
		const bytes = await until(signal, bytesOf(body, mostBytes, signal));
		return {
			status: statusCode,
			headers,
			body: request.encoding === 'arraybuffer' ? bytes : await decoded(bytes, charsetOf(headers), read),
		};
	};
	return await answered().catch(async (error: unknown) => {
		// Whatever broke then, broke for this reason.
		if (deadline.aborted) return await noAnswer(failure('It took too long', 'ETIMEDOUT'));
		if (signal.aborted) return await noAnswer(failure('The execution was stopped', 'ERR_CANCELED'));
		return await Promise.reject(error as Error);
	});
}

/** The timeout of a request in milliseconds; n8n's usual one if the request has no usable one. */
export function timeoutOf({ timeout }: Pick<IHttpRequestOptions, 'timeout'>): number {
	const ms = Number(timeout);
	return Number.isFinite(ms) && ms > 0 ? Math.min(Math.ceil(ms), LONGEST_TIMEOUT_MS) : USUAL_TIMEOUT_MS;
}

/** The signal by which the user stops the execution; polls and drop-downs have none. */
function stoppedSignal(context: RequestContext): AbortSignal | undefined {
	return (context as { getExecutionCancelSignal?: () => AbortSignal | undefined }).getExecutionCancelSignal?.();
}

/** The result of some work, unless the signal comes first. */
export async function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	return await new Promise<T>((resolve, reject) => {
		const end = () => reject(signal.reason as Error);
		if (signal.aborted) end();
		signal.addEventListener('abort', end, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
	});
}

interface Readable extends AsyncIterable<Buffer> {
	destroy(): void;
}

function isReadable(body: unknown): body is Readable {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'destroy' in body;
}

/** All bytes of a body; what n8n has already read is passed on. */
async function bytesOf(body: unknown, mostBytes: number, signal: AbortSignal): Promise<unknown> {
	if (Buffer.isBuffer(body) && body.length > mostBytes) throw new AnswerTooLarge(mostBytes);
	if (!isReadable(body)) return body;
	const stop = () => body.destroy();
	signal.addEventListener('abort', stop, { once: true });
	try {
		return Buffer.concat(await piecesOf(body, mostBytes));
	} finally {
		signal.removeEventListener('abort', stop);
		body.destroy();
	}
}

/** A body as it comes from the network. */
async function piecesOf(body: Readable, mostBytes: number): Promise<Buffer[]> {
	const pieces: Buffer[] = [];
	let length = 0;
	try {
		for await (const piece of body) {
			length += piece.length;
			if (length > mostBytes) break;
			pieces.push(piece);
		}
	} catch (error) {
		return await noAnswer(error);
	}
	if (length > mostBytes) throw new AnswerTooLarge(mostBytes);
	return pieces;
}

/**
 * JSON if it is JSON, whatever its content type, with IDs of any length exact; otherwise the text. What is nested too deeply to
 * work with counts as invalid.
 */
async function decoded(body: unknown, charset: string, read: ExchangeSettings['read']): Promise<unknown> {
	if (!Buffer.isBuffer(body)) return body;
	const inAnotherWay = read?.(body);
	if (inAnotherWay !== undefined) return inAnotherWay;
	const text = textOf(body, charset);
	try {
		return parsedExactly(text);
	} catch (error) {
		// What it should have been, the caller says.
		return error instanceof SyntaxError ? text : await Promise.reject(error as Error);
	}
}

/** The text of a body. JSON is UTF-8, whatever a server says by default; only if it is not, the declared charset counts. */
function textOf(body: Buffer, charset: string): string {
	const utf8 = new TextDecoder().decode(body);
	if (!utf8.includes('\uFFFD')) return utf8;
	try {
		return new TextDecoder(charset).decode(body);
	} catch {
		return utf8; // Nobody knows such a charset: what cannot be read stays marked.
	}
}

/** E.g. `iso-8859-2` of `application/json; charset=iso-8859-2`. */
function charsetOf(headers: Answer['headers']): string {
	const type = headers['content-type'];
	const [, charset = 'utf-8'] =
		/;\s*charset="?([\w.:-]+)/i.exec(typeof type === 'string' ? type.slice(0, 200) : '') ?? [];
	return charset;
}

async function noAnswer(reason: unknown): Promise<never> {
	return await Promise.reject(new NoAnswer(reason));
}

function failure(message: string, code: string): Error {
	return Object.assign(new Error(message), { code });
}
