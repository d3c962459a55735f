import type { IHttpRequestOptions } from 'n8n-workflow';

import { keptAt } from './address';
import { text } from './values';

/**
 * The request of a credential with the header that lets it in, for `authenticate`.
 *
 * In code and not as n8n's generic expression: n8n lends its evaluator of expressions to all polls of a workflow at once, and
 * the first that ends takes it from the others.
 *
 * @param baseUrl the address of the credential; the header goes nowhere else
 * @param secret the credential's field; blanks around it, as from copying, are left out
 * @throws Error for an address that the secret must not be sent to
 */
export function withHeader(
	baseUrl: string,
	request: IHttpRequestOptions,
	name: string,
	secret: unknown,
	prefix = '',
): IHttpRequestOptions {
	const kept = keptAt(baseUrl, request);
	return { ...kept, headers: { ...kept.headers, [name]: `${prefix}${text(secret) ?? ''}` } };
}
