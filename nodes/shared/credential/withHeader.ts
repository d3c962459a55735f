import type { IHttpRequestOptions } from 'n8n-workflow';

import { keptAt } from '../request/address';
import { text } from '../values/values';

/**
 * The request of a credential with the header that grants access, for `authenticate`.
 *
 * In code and not as n8n's generic expression: n8n shares its expression evaluator among all polls of a workflow, and
 * the first one that ends takes it away from the others.
 *
 * @param baseUrl the address of the credential; the header goes nowhere else
 * @param secret the credential's field; surrounding blanks, as from copying, are left out
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
