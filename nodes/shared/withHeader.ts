import type { IHttpRequestOptions } from 'n8n-workflow';

import { text } from './values';

/**
 * The request of a credential with the header that lets it in, for `authenticate`.
 *
 * In code and not as n8n's generic expression: n8n lends its evaluator of expressions to all polls of a workflow at once, and
 * the first that ends takes it from the others.
 *
 * @param secret the credential's field; blanks around it, as from copying, are left out
 */
export function withHeader(
	request: IHttpRequestOptions,
	name: string,
	secret: unknown,
	prefix = '',
): IHttpRequestOptions {
	return { ...request, headers: { ...request.headers, [name]: `${prefix}${text(secret) ?? ''}` } };
}
