import type { ICredentialTestRequest } from 'n8n-workflow';

type Rules = NonNullable<ICredentialTestRequest['rules']>;
type Rule = Rules[number];

/**
 * The rules of a credential's test. n8n accepts both kinds in one list; its own type allows only lists of one kind.
 *
 * Of a connection that breaks, n8n shows nothing but the code, such as ECONNREFUSED. A test by the node itself (`testedBy`) could say more,
 * but all it is given to send with is `helpers.request`, which n8n's rules for verified packages refuse
 * (`no-deprecated-workflow-functions`); it would also have to authenticate by itself. The README says what the codes mean.
 */
export function testRules(...rules: Rule[]): Rules {
	return rules as Rules;
}

/** Fails where the API answers with this HTTP status. */
export function failsAt(status: number, message: string): Rule {
	return { type: 'responseCode', properties: { value: status, message } };
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
