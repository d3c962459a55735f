import type { IHttpRequestOptions } from 'n8n-workflow';

import { addressOf, withoutSlash } from './address';
import type { Answer, Problem } from './provider';

/** An answer that points to another address, and the address. */
export interface Redirect {
	readonly status: number;
	/** The address that was requested. */
	readonly from: URL;
	/** Where it points; undefined if it does not say so in a readable way. */
	readonly to: URL | undefined;
}

/** The redirect in an answer; undefined if the answer is not one. */
export function redirectOf({ status, headers }: Answer, request: IHttpRequestOptions): Redirect | undefined {
	if (status < 300 || status > 399) return undefined;
	const from = new URL(addressOf(request));
	const { location } = headers;
	const to =
		typeof location === 'string' && URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
	return { status, from, to };
}

/**
 * The request for the address that the answer points to; undefined if it must not go there: the account's key stays
 * within one origin, and a request that would become another one (POST into GET) is not what was asked for.
 *
 * Its own parameters stay as they are; those that the address adds are kept as well.
 *
 * @param request as the operation made it
 * @param sent as it was sent, with a signature if there is one
 */
export function followed(
	{ status, from, to }: Redirect,
	request: IHttpRequestOptions,
	sent: IHttpRequestOptions,
): IHttpRequestOptions | undefined {
	const staysAsItIs = (request.method ?? 'GET') === 'GET' || status === 307 || status === 308;
	if (to?.origin !== from.origin || !staysAsItIs) return undefined;
	const own = new URL(addressOf(sent)).searchParams;
	const added = [...to.searchParams].filter(([name]) => !own.has(name));
	return {
		...request,
		baseURL: to.origin,
		url: to.pathname,
		qs: { ...Object.fromEntries(added), ...request.qs },
	};
}

/**
 * What to say about a redirect that is not followed.
 *
 * @param name the provider as users know it
 * @param baseUrl the base URL as the user entered it, or the provider's own
 * @param baseUrlField where to enter another base URL
 */
export function redirectProblem(
	name: string,
	{ status, from, to }: Redirect,
	baseUrl: string,
	baseUrlField = "'Base URL' in the credential",
): Problem {
	const path = pathBelow(from, baseUrl);
	const asked = `${from.origin}${withoutSlash(withoutEnd(from.pathname, path))}`;
	const target = to === undefined ? undefined : targetOf(to, path);
	const where = target === undefined ? 'It does not say where to.' : `It points from ${asked} to ${target.address}.`;
	const done = 'It was not followed, because the key of the account goes to the address in the credential only.';
	const next = nextStep(name, from, to, target?.base, asked, baseUrlField);
	return {
		message: redirectedMessage(name),
		description: `${where} ${done} ${next}`,
		cause: 'configuration-invalid',
		said: `${where} ${next}`,
		code: String(status),
		// A server may have called before it redirected, and no document says that it does not.
		isUnclear: true,
	};
}

/** The message of every redirect that is not followed. */
export function redirectedMessage(name: string): string {
	return `${name} redirected the request to another address`;
}

function nextStep(
	name: string,
	from: URL,
	to: URL | undefined,
	base: string | undefined,
	asked: string,
	field: string,
): string {
	if (from.protocol === 'https:' && to?.protocol === 'http:') {
		return `That address begins with http://, where others could read the key. Ask the support of ${name} for one that begins with https:// and enter it as ${field}.`;
	}
	if (base !== undefined && base !== asked) {
		return `If that is the address of ${name} now, enter ${base} as ${field}. If not, something between n8n and ${name} answered, such as a proxy or a login page of the network.`;
	}
	return `Check ${field}: it must be the address of the API itself. A proxy or a login page between n8n and ${name} can be the reason as well.`;
}

/** The part of the path that the request adds to the base URL. */
function pathBelow(from: URL, baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return '';
	const base = withoutSlash(new URL(baseUrl).pathname);
	return from.pathname.startsWith(base) ? withoutSlash(from.pathname.slice(base.length)) : '';
}

/** The address that a redirect points to without what the request itself adds, and what base URL would lead there. */
function targetOf(to: URL, path: string): { address: string; base: string | undefined } {
	const end = withoutSlash(to.pathname);
	if (end.endsWith(path)) {
		const base = `${to.origin}${withoutSlash(withoutEnd(end, path))}`;
		return { address: base, base };
	}
	// A path can contain a key, e.g. that of the API key to be deleted.
	const named = new Set(path.split('/').filter((part) => part.length >= 8 && /\d/.test(part)));
	const parts = to.pathname.split('/').map((part) => (named.has(part) ? '***' : part));
	return { address: `${to.origin}${parts.join('/').slice(0, 200)}`, base: undefined };
}

function withoutEnd(path: string, end: string): string {
	const whole = withoutSlash(path);
	return end !== '' && whole.endsWith(end) ? whole.slice(0, -end.length) : whole;
}
