import { createHash, timingSafeEqual } from 'crypto';
import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import type { EventProvider } from './eventProvider';

const LEAST_LENGTH = 16;

/** What a header holds. */
const VISIBLE = /^[!-~]+$/;

/** Whether two texts are one, in a time that does not tell how much of them agrees. */
export function isSame(given: string, expected: string): boolean {
	return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}

/**
 * Why a secret protects nothing; undefined if it does.
 *
 * @param field as the form names it
 * @param isInUrl whether it is part of a URL
 */
export function flawOfSecret(secret: unknown, field: string, isInUrl: boolean): string | undefined {
	if (typeof secret !== 'string' || secret === '') return `'${field}' is empty.`;
	if (/\s/.test(secret)) return `'${field}' has a blank in it.`;
	if (secret.length < LEAST_LENGTH) return `'${field}' is shorter than ${LEAST_LENGTH} characters.`;
	if (isInUrl) return flawInUrl(secret, field);
	if (VISIBLE.test(secret)) return undefined;
	return `'${field}' has a character that a header cannot carry: use letters, digits and signs of ASCII only.`;
}

/** Why a URL cannot hold a text without escapes; undefined if it can. */
export function flawInUrl(text: string, field: string): string | undefined {
	if (/^[\w.~-]+$/.test(text)) return undefined;
	return `'${field}' is part of a URL: use letters, digits and - . _ ~ only.`;
}

/** The test of a webhook's credential: of its form, as there is nobody to ask. */
export function formTest({ name, flaw }: EventProvider) {
	return async function (
		this: ICredentialTestFunctions,
		{ data }: ICredentialsDecrypted,
	): Promise<INodeCredentialTestResult> {
		const found = flaw((data ?? {}) as IDataObject);
		if (found !== undefined) return { status: 'Error', message: found };
		return { status: 'OK', message: `The form is right. Nothing was asked: only an event of ${name} proves the rest.` };
	};
}
