import type {
	IDataObject,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';

import type { Api } from '../shared/operation/definition';
import type { PreSend } from '../shared/operation/fields';
import { choiceOf } from '../shared/parameters/read';
import { addressProblem, withoutSlash } from '../shared/request/address';
import { parameterError } from '../shared/request/nodeErrors';
import { quoted, statusProblem, unknownAnswerProblem, unreadableProblem } from '../shared/request/problems';
import type { Answer, Problem, Provider } from '../shared/request/provider';
import { isRecord, text, textsIn } from '../shared/values/values';
import { apiHash, asSent, httpBuildQuery, type Params } from './sign';

const NAME = 'While1 Voice';

/** While1 Voice's PBX API: every request is POST or GET `<PBX>/api/<endpoint>` with parameters that are signed. */
export const while1Voice: Provider = {
	name: NAME,
	credentialType: () => 'while1VoiceApi',
	baseUrl: ({ baseUrl }) => `${pbxAddress(baseUrl)}/api`,
	account: ({ apiToken }) => text(apiToken) ?? '',
	secrets: ({ apiToken, apiKey }) => [text(apiToken) ?? '', text(apiKey) ?? ''].sort((a, b) => b.length - a.length),
	prepare: signed,
	warnings: warningsOf,
	problem,
	isDone,
};

/** The PBX's address without a trailing slash, and without the `/api` that the node adds. */
function pbxAddress(baseUrl: unknown): string {
	const written = withoutSlash(text(baseUrl) ?? '').replace(/\/api$/, '');
	return /^[a-z][a-z\d+.-]*:\/\//i.test(written) || written === '' ? written : `https://${written}`;
}

/** Stops a request whose address cannot be right, before anything is made of its parameters. */
export async function checkAddress(
	context: IExecuteSingleFunctions | IPollFunctions | ILoadOptionsFunctions,
): Promise<void> {
	const { baseUrl } = await (context as IPollFunctions).getCredentials<IDataObject>('while1VoiceApi');
	const address = pbxAddress(baseUrl);
	const wrong = addressProblem(address);
	if (wrong !== undefined) throw parameterError(context, wrong.message, wrong.description);
	const { origin, pathname } = new URL(address);
	if (!/\/api\//.test(`${pathname}/`)) return;
	throw parameterError(
		context,
		"'Base URL' in the credential is more than the address of the PBX",
		`The node adds /api and the endpoint by itself. Enter only ${origin}. Nothing was sent.`,
	);
}

/** How a request's parameters travel. All three are the provider's; it advises against the address. */
export type Transport = 'json' | 'form' | 'query';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
/** What the document prints beside a form, and its own sample code does not send. */
const PRINTED = 'text/xml';

/** Marks a request with its transport; `signed` makes the wire's form of it when it is sent. */
export function inTransport(
	request: IHttpRequestOptions,
	transport: Transport,
	formType: typeof FORM | typeof PRINTED = FORM,
): IHttpRequestOptions {
	const inQuery = formType === PRINTED ? PRINTED : undefined;
	const type = { json: JSON_TYPE, form: formType, query: inQuery }[transport];
	return {
		...request,
		method: transport === 'query' ? 'GET' : 'POST',
		headers: type === undefined ? request.headers : { ...request.headers, 'Content-Type': type },
	};
}

/** The assembled request of an operation in the transport that the user chose. */
const inChosenTransport: PreSend = async function (request) {
	await checkAddress(this);
	const baseURL = while1Voice.baseUrl(await this.getCredentials<IDataObject>('while1VoiceApi'));
	const transport = choiceOf(this, 'options.transport', 'Transport', ['json', 'form', 'query'] as const);
	const formType = choiceOf(this, 'options.contentType', 'Content Type', [FORM, PRINTED] as const);
	const body = asSent((request.body ?? {}) as IDataObject);
	const unfit = unfitFor(transport, body, `${baseURL}${request.url}`);
	if (unfit !== undefined) {
		throw parameterError(
			this,
			`The request does not fit the transport '${transport}': ${unfit}`,
			"Nothing was sent. Choose JSON as 'Transport'.",
		);
	}
	return inTransport({ ...request, baseURL, body }, transport, formType);
};

/** How all operations are sent. */
export const api: Api = {
	provider: while1Voice,
	options: [
		{
			displayName: 'Content Type',
			name: 'contentType',
			type: 'options',
			options: [
				{ name: 'Form', value: FORM, description: "As While1's sample code sends it" },
				{ name: 'Text/XML', value: PRINTED, description: "As While1's document prints it" },
			],
			default: FORM,
			description: "The Content-Type header of the transports 'Form' and 'Query'; JSON has its own",
		},
		{
			displayName: 'Transport',
			name: 'transport',
			type: 'options',
			options: [
				{ name: 'JSON', value: 'json', description: 'POST with a JSON body: carries everything' },
				{ name: 'Form', value: 'form', description: 'POST with a form' },
				{
					name: 'Query',
					value: 'query',
					description:
						'GET with the parameters in the address, up to about 2000 characters. While1 advises against it.',
				},
			],
			default: 'json',
			description: 'How the parameters travel. The PBX takes all three.',
		},
	],
	complete: inChosenTransport,
};

/**
 * A request as it goes out. Hash and body are made from one object, which nothing touches in between. The document
 * shows `Content-Type: text/xml` for forms; its own sample code sends urlencoded, and PHP reads only that.
 */
function signed(request: IHttpRequestOptions, credentials: IDataObject): IHttpRequestOptions {
	const params = asSent((request.body ?? {}) as IDataObject);
	const apiKey = text(credentials.apiKey);
	const complete: Params = apiKey === null ? params : { ...params, api_hash: apiHash(params, apiKey) };
	if (request.method === 'GET') {
		const query = httpBuildQuery(complete);
		return { ...request, body: undefined, url: query === '' ? request.url : `${request.url}?${query}` };
	}
	const isJson = request.headers?.['Content-Type'] === JSON_TYPE;
	return { ...request, body: isJson ? JSON.stringify(complete) : httpBuildQuery(complete) };
}

/** Why these parameters would not arrive as they are by this transport; undefined if they would. */
function unfitFor(transport: Transport, given: object, address: string): string | undefined {
	if (transport === 'json') return undefined;
	const params = asSent(given);
	const odd = oddName(params);
	if (odd !== undefined) return `the name ${JSON.stringify(odd)} would arrive changed`;
	const query = httpBuildQuery(params);
	// PHP's setting max_input_vars; anything beyond it is silently dropped.
	if (query.split('&').length >= 1000) return 'a form holds at most 1000 values';
	// The document: "~2000 caractere". The hash takes 42 more.
	if (transport === 'query' && address.length + query.length + 50 > 2000)
		return 'an address holds about 2000 characters';
	return undefined;
}

/** A name that PHP does not read back from a form unchanged. */
function oddName(value: unknown, isTop = true): string | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	for (const [name, inner] of Object.entries(value as IDataObject)) {
		if (name === '' || /[[\]\0]/.test(name) || (isTop && /[. ]/.test(name))) return name;
		const odd = oddName(inner, false);
		if (odd !== undefined) return odd;
	}
	return undefined;
}

/**
 * `has_error` decides: which HTTP status comes with an error is not documented. But the document's own client reads no answer whose
 * status is an error, so that such a one is no success either. What says neither yes nor no is not known.
 */
function problem(answer: Answer): Problem | undefined {
	const { status, body } = answer;
	if (!isRecord(body) || body.has_error === undefined) {
		if (status >= 400) return statusProblem(NAME, status, answer);
		return unreadableProblem(NAME, answer) ?? unknownAnswerProblem(NAME, answer);
	}
	const hasError = yesOrNo(body.has_error);
	const said = quoted(coded(body.messages).join('; '));
	if (hasError === true) return refusal(answer, said);
	if (status >= 400) return statusProblem(NAME, status, answer, {}, said);
	return hasError === null ? unknownAnswerProblem(NAME, answer, body.has_error) : undefined;
}

/** `has_error` in any spelling; null if it is neither. */
function yesOrNo(value: unknown): boolean | null {
	const said = String(value).trim().toLowerCase();
	if (said === 'true' || said === '1') return true;
	return said === 'false' || said === '0' ? false : null;
}

/** `messages` are errors by the document: where a change is answered with some, it is not known to be carried out. */
function isDone(_request: IHttpRequestOptions, { body }: Answer): boolean {
	return textsIn((body as IDataObject).messages).length === 0;
}

function refusal(answer: Answer, said: string): Problem {
	if (/token does not match/i.test(said)) {
		return {
			message: `${NAME} refused the API token: Token does not match`,
			description:
				'Check the API Token in the credential, and that the base URL is that of the same PBX. If an api_key is set in the PBX, it wants every request signed: enter it as API Key in the credential. Both are in the PBX under Settings :: Parameters.',
			cause: 'credential-invalid',
			code: '401',
		};
	}
	if (/hash/i.test(said)) {
		return {
			message: `${NAME} refused the signature of the request: ${said}`,
			description:
				'Check the API Key in the credential: it must be the api_key of the PBX, under Settings :: Parameters. Send fractions as text.',
			cause: 'credential-invalid',
			code: '401',
		};
	}
	if (answer.status === 401 || answer.status === 403 || answer.status === 429 || answer.status >= 500) {
		return statusProblem(NAME, answer.status, answer, {}, said);
	}
	return {
		message: `${NAME} did not carry out the request: ${said || 'it gives no reason'}`,
		description: 'Check the values of the parameters, and that what they name exists in the PBX.',
		cause: 'configuration-invalid',
		code: String(answer.status),
	};
}

/** Messages with their codes, which the document allows as keys of the list; what counts them up is no code. */
function coded(messages: unknown): string[] {
	if (!isRecord(messages)) return textsIn(messages);
	const isCounted = Object.keys(messages).every((code, index) => code === String(index));
	return Object.entries(messages).map(([code, said]) => {
		const written = textsIn(said).join(', ');
		return isCounted ? written : `${written} (code ${code})`;
	});
}

/** What the PBX warns about, and what else it says beside a success. */
function warningsOf({ body }: Answer): string[] {
	const { warnings, messages } = body as IDataObject;
	return [...textsIn(warnings), ...coded(messages)];
}
