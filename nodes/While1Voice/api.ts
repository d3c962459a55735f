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
import { addressProblem } from '../shared/request/address';
import { parameterError } from '../shared/request/nodeErrors';
import { quoted, statusProblem, unknownAnswerProblem, unreadableProblem } from '../shared/request/problems';
import type { Answer, Problem, Provider } from '../shared/request/provider';
import { isRecord, text, textsIn } from '../shared/values/values';
import { apiHash, asSent, httpBuildQuery, type Params } from './sign';

/** While1 Voice's PBX API: every request is POST or GET `<PBX>/api/<endpoint>` with parameters that are signed. */
export const while1Voice: Provider = {
	name: 'While1 Voice',
	credentialType: () => 'while1VoiceApi',
	baseUrl: ({ baseUrl }) => `${pbxAddress(baseUrl)}/api`,
	account: ({ apiToken }) => text(apiToken) ?? '',
	secrets: ({ apiToken, apiKey }) => [text(apiToken) ?? '', text(apiKey) ?? ''].sort((a, b) => b.length - a.length),
	prepare: signed,
	warnings: warningsOf,
	problem,
};

/** The PBX's address without a trailing slash, and without the `/api` that the node adds. */
function pbxAddress(baseUrl: unknown): string {
	const written = (text(baseUrl) ?? '').replace(/\/+$/, '').replace(/\/api$/, '');
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

const FORM = 'application/x-www-form-urlencoded';

/** Marks a request with its transport; `signed` makes the wire's form of it when it is sent. */
export function inTransport(request: IHttpRequestOptions, transport: Transport): IHttpRequestOptions {
	const type = { json: 'application/json', form: FORM, query: undefined }[transport];
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
	const body = asSent((request.body ?? {}) as IDataObject);
	const unfit = unfitFor(transport, body, `${baseURL}${request.url}`);
	if (unfit !== undefined) {
		throw parameterError(
			this,
			`The request does not fit the transport '${transport}': ${unfit}`,
			"Nothing was sent. Choose JSON as 'Transport'.",
		);
	}
	return inTransport({ ...request, baseURL, body }, transport);
};

/** How all operations are sent. */
export const api: Api = {
	provider: while1Voice,
	options: [
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
	const isForm = request.headers?.['Content-Type'] === FORM;
	return { ...request, body: isForm ? httpBuildQuery(complete) : JSON.stringify(complete) };
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
 * status is an error, so that such a one is no success either.
 */
function problem(answer: Answer): Problem | undefined {
	const { body } = answer;
	const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
	if (!isObject || (body as IDataObject).has_error === undefined) {
		return answer.status >= 400
			? statusProblem('While1 Voice', answer.status, answer)
			: (unreadableProblem('While1 Voice', answer) ?? unknownAnswerProblem('While1 Voice', answer));
	}
	const { has_error, messages } = body as IDataObject;
	const isFine = has_error === false || has_error === 0 || has_error === '0' || has_error === 'false';
	if (isFine && answer.status < 400) return undefined;
	const said = quoted(coded(messages).join('; '));
	return isFine ? statusProblem('While1 Voice', answer.status, answer, {}, said) : refusal(answer, said);
}

function refusal(answer: Answer, said: string): Problem {
	if (/token does not match/i.test(said)) {
		return {
			message: 'While1 Voice refused the API token: Token does not match',
			description:
				'Check the API Token in the credential, and that the base URL is that of the same PBX. If an api_key is set in the PBX, it wants every request signed: enter it as API Key in the credential. Both are in the PBX under Settings :: Parameters.',
			cause: 'credential-invalid',
			code: '401',
		};
	}
	if (/hash/i.test(said)) {
		return {
			message: `While1 Voice refused the signature of the request: ${said}`,
			description:
				'Check the API Key in the credential: it must be the api_key of the PBX, under Settings :: Parameters. Send fractions as text.',
			cause: 'credential-invalid',
			code: '401',
		};
	}
	if (answer.status === 401 || answer.status === 403 || answer.status === 429 || answer.status >= 500) {
		return statusProblem('While1 Voice', answer.status, answer, {}, said);
	}
	return {
		message: `While1 Voice did not carry out the request: ${said || 'it gives no reason'}`,
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

/** What the PBX warns about. */
function warningsOf({ body }: Answer): string[] {
	return textsIn((body as IDataObject).warnings);
}
