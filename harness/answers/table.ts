import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

/**
 * What an answer means, as a user sees it: the tests play each row on the built nodes, and `npm run docs` writes the same rows
 * into docs/conformance/answers.md.
 */
export type Shown = 'done' | 'not done' | 'not known';

/** An answer as it comes from the network. */
export interface SentAnswer {
	/** HTTP 200 unless told. */
	readonly status?: number;
	/** `application/json` unless told; null for none. */
	readonly type?: string | null;
	readonly body: string | Buffer;
}

/** What is to be seen of an answer by one kind of operation. */
export interface Meaning {
	readonly shown: Shown;
	/** What the error, or the message of the credential's test, must say. */
	readonly says?: RegExp;
	/** The items, where they are worth telling. */
	readonly items?: IDataObject[];
	/** How often it is asked: once, and three times a read whose fault may pass. */
	readonly asked?: number;
}

export interface AnswerRow {
	/** The answer in words; by default its status and body. */
	readonly what?: string;
	/** The answer, or what is made of the right one. */
	readonly answer: SentAnswer | ((right: string) => SentAnswer);
	/** By the kinds of operations of the provider; those that are left out are not played. */
	readonly means: Readonly<Record<string, Meaning>>;
}

/** A kind of operation, by one that stands for it. */
export interface OperationKind {
	readonly parameters: INodeParameters;
	/** The right answer. */
	readonly right: string;
}

export interface ProviderAnswers {
	readonly node: string;
	/** As users know it. */
	readonly name: string;
	/** By name, e.g. `Call: Create`. The test of the credential is always one, as `Credential test`. */
	readonly kinds: Readonly<Record<string, OperationKind>>;
	readonly credentials: (root: string, account: string) => Record<string, ICredentialDataDecryptedObject>;
	readonly rows: readonly AnswerRow[];
}

export const CREDENTIAL_TEST = 'Credential test';

export function json(body: unknown, status = 200): SentAnswer {
	return { status, body: JSON.stringify(body) };
}

export function textAnswer(body: string, status = 200, type = 'text/plain'): SentAnswer {
	return { status, body, type };
}

export const done: Meaning = { shown: 'done' };

export function notDone(says?: RegExp): Meaning {
	return { shown: 'not done', says };
}

export function notKnown(says?: RegExp): Meaning {
	return { shown: 'not known', says };
}

/** A read that is asked again, as its fault may pass. */
export function askedAgain(says?: RegExp): Meaning {
	return { shown: 'not done', says, asked: 3 };
}

/** The answers that any server may give, in place of the right one. */
export function oddAnswers(
	means: Record<
		'right' | 'empty' | 'cut' | 'page' | 'text' | 'two' | 'warning' | 'gateway' | 'pageThatRefuses',
		Record<string, Meaning>
	>,
): AnswerRow[] {
	const page = '<!doctype html><html><head><title>Just a moment...</title></head></html>';
	const html = 'text/html; charset=utf-8';
	return [
		{ what: 'the right answer', answer: (right) => ({ body: right }), means: means.right },
		{ what: 'the same behind a BOM', answer: (right) => ({ body: `\uFEFF${right}` }), means: means.right },
		{ what: 'the same without a Content-Type', answer: (right) => ({ body: right, type: null }), means: means.right },
		{ what: 'the same as text/html', answer: (right) => ({ body: right, type: html }), means: means.right },
		{
			what: 'the same with an unknown field',
			answer: (right) => ({ body: right.replace('{', '{"unknown":{"a":[1]},') }),
			means: means.right,
		},
		{ what: 'an empty body', answer: { body: '' }, means: means.empty },
		{ what: 'the right answer, cut', answer: (right) => ({ body: right.slice(0, -3) }), means: means.cut },
		{ what: 'a web page', answer: textAnswer(page, 200, html), means: means.page },
		{ what: 'HTTP 401 with a web page', answer: textAnswer(page, 401, html), means: means.pageThatRefuses },
		{ what: 'HTTP 403 with a web page', answer: textAnswer(page, 403, html), means: means.pageThatRefuses },
		{ what: 'HTTP 502 with a web page', answer: textAnswer(page, 502, html), means: means.gateway },
		{ what: 'the text "Maintenance"', answer: textAnswer('Maintenance'), means: means.text },
		{ what: 'the right answer twice', answer: (right) => ({ body: right + right }), means: means.two },
		{
			what: 'a warning of PHP before the right answer',
			answer: (right) => ({
				body: `<br />\n<b>Warning</b>:  Undefined index: x in <b>api.php</b><br />\n${right}`,
				type: html,
			}),
			means: means.warning,
		},
	];
}
