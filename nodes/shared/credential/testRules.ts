import type { ICredentialTestRequest } from 'n8n-workflow';

type Rules = NonNullable<ICredentialTestRequest['rules']>;
type Rule = Rules[number];

/**
 * What the codes mean that the test of a credential shows where it reached nothing: for the form, beside the address. A hint, because n8n
 * shows nothing but the code (`error.cause.code` in its CredentialsTester), and nothing of ours can take its place:
 *
 * - Rules apply to answers only.
 * - A test by the node itself (`testedBy`) is given nothing to send with but `helpers.request`, which n8n's rules for verified packages
 *   refuse (`no-deprecated-workflow-functions`).
 * - `preAuthentication` could ask the address first, and n8n would show what it throws. But n8n calls it only where the credential type has
 *   an `expirable` field, and with such a type its Engine 2.0 sends no request at all (`RemoteCredentialsHelper` of 2.41).
 */
export const CODES_OF_THE_TEST =
	'If the test shows only a code: ECONNREFUSED means that nothing listens at the address, ENOTFOUND or EAI_AGAIN that its host name is not known, ETIMEDOUT that nothing answered in time. <a href="https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/README.md#troubleshooting" target="_blank">What to do then</a>';

/** The rules of a credential's test. n8n accepts both kinds in one list; its own type allows only lists of one kind. */
export function testRules(...rules: Rule[]): Rules {
	return rules as Rules;
}

/** Fails where the API answers with this HTTP status. */
export function failsAt(status: number, message: string): Rule {
	return { type: 'responseCode', properties: { value: status, message } };
}

/** Fails where the address has a path too many, or one too few. */
export function failsAtWrongPath(enter: string): Rule {
	return failsAt(404, `Nothing there (404). Enter only ${enter}`);
}

/** A rule on a successful answer. n8n compares the value at the path, whatever its type; its own type says text. */
export function failsIf(key: string, value: unknown, message: string): Rule {
	return { type: 'responseSuccessBody', properties: { key, value: value as string, message } };
}

/** How a page can begin: with its first tag, or with what may precede it in a file. */
const BEGINNINGS_OF_A_PAGE = ['<', '\n', '\r', '\t', ' ', '\uFEFF'];

/**
 * Rules by which the test of a credential fails when something other than the provider's API answers: a redirect, a
 * web page, nothing.
 *
 * @param name the provider as users know it
 * @param field where the form has the address
 */
export function foreignAnswerRules(name: string, field = 'Base URL'): Rule[] {
	const next = `Check '${field}': it must be the address of the API or portal itself. A proxy or a login page between n8n and ${name} can be the reason as well.`;
	const redirected = `A redirect answered in place of the API of ${name}. It was not followed, so that the key goes to no other address. ${next}`;
	const page = `A web page answered in place of the API of ${name}. ${next}`;
	return [
		...[301, 302, 303, 307, 308].map((value): Rules[number] => ({
			type: 'responseCode',
			properties: { value, message: redirected },
		})),
		...BEGINNINGS_OF_A_PAGE.map((beginning) => failsIf('[0]', beginning, page)),
		failsIf('length', 0, `An empty answer came in place of that of the API of ${name}. ${next}`),
	];
}
