import type {
	IDataObject,
	IExecuteFunctions,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodePropertyRouting,
	NodeApiError,
	NodeParameterValueType,
} from 'n8n-workflow';

import { asNodeError, errorItem, parameterError } from './errors';
import { atItem } from './http';
import type { Operation } from './operations';
import type { Provider } from './provider';
import { MINUTE } from './time';

/** A GET operation that n8n can run in both of its ways: `routed` is the declarative one, `programmatic` the other. */
export interface Route {
	readonly url: string;
	/** Reads the parameters into the request. */
	readonly prepare: (this: IExecuteSingleFunctions, request: IHttpRequestOptions) => Promise<IHttpRequestOptions>;
	readonly run: Operation;
	/** How many input items are worked on at a time; one where each may hold much. */
	readonly atATime?: number;
}

const ITEMS_AT_A_TIME = 4;

/** What the operation sets as its routing. As an AI tool the node runs by it, whatever `customOperations` says. */
export function routed({ url, prepare, run }: Route): INodePropertyRouting {
	return {
		request: { method: 'GET', url },
		send: { paginate: true, preSend: [prepare] },
		operations: { pagination: run },
	};
}

type ItemContext = IExecuteFunctions & IExecutePaginationFunctions;

/**
 * A route as one of n8n's `customOperations`, a few input items at a time. n8n's declarative engine ends with
 * `push(...items)`, which overflows the stack beyond some 120,000 items, and starts all input items at once.
 */
export function programmatic(provider: Provider, { url, prepare, run, atATime = ITEMS_AT_A_TIME }: Route) {
	return async function (this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const inputs = this.getInputData().length;
		const outputs: INodeExecutionData[][] = [];
		const errors: NodeApiError[] = [];
		let next = 0;
		const work = async (): Promise<void> => {
			while (next < inputs && (errors.length === 0 || this.continueOnFail())) {
				const itemIndex = next++;
				const context = itemContext(this, itemIndex);
				try {
					const credentials = await context.getCredentials<IDataObject>(provider.credentialType(context));
					const request = {
						method: 'GET' as const,
						baseURL: provider.baseUrl(credentials),
						url,
						qs: {},
						...transportOf(context),
					};
					const options = await prepare.call(context, request);
					outputs[itemIndex] = await run.call(context, {
						options,
						preSend: [],
						postReceive: [],
						requestOperations: {},
					});
				} catch (error) {
					errors[itemIndex] = asNodeError(this.getNode(), error, itemIndex);
					outputs[itemIndex] = [errorItem(errors[itemIndex], itemIndex)];
				}
			}
		};
		await Promise.all(Array.from({ length: Math.min(atATime, inputs) }, work));
		const [first] = Object.values(errors);
		if (first !== undefined && !this.continueOnFail()) throw first;
		const output: INodeExecutionData[] = [];
		for (const items of outputs) for (const item of items) output.push(item);
		return [output];
	};
}

/** The context of all items as that of one: parameters, credentials and errors are the item's. */
function itemContext(context: IExecuteFunctions, itemIndex: number): ItemContext {
	type Read = (name: string, fallback?: unknown, options?: object) => NodeParameterValueType | object;
	const getNodeParameter: Read = (name, fallback, options) =>
		(
			context.getNodeParameter as (
				name: string,
				item: number,
				fallback?: unknown,
				options?: object,
			) => NodeParameterValueType | object
		)(name, itemIndex, fallback, options);
	return Object.create(atItem(context, itemIndex), { getNodeParameter: { value: getNodeParameter } }) as ItemContext;
}

/** What the user set in n8n's own 'Request Options'. */
function transportOf(context: ItemContext): Partial<IHttpRequestOptions> {
	const { timeout, proxy, allowUnauthorizedCerts } = context.getNodeParameter('requestOptions', {}) as {
		timeout?: number;
		proxy?: string;
		allowUnauthorizedCerts?: boolean;
	};
	return {
		timeout: timeout ?? 5 * MINUTE,
		...(allowUnauthorizedCerts === true ? { skipSslCertificateValidation: true } : {}),
		...(proxy === undefined || proxy === '' ? {} : { proxy: proxyOf(context, proxy) }),
	};
}

function proxyOf(context: ItemContext, proxy: string): IHttpRequestOptions['proxy'] {
	if (!URL.canParse(proxy)) {
		throw parameterError(context, "'Proxy' is not an address", 'Enter one such as http://proxy.example.com:3128.');
	}
	const { hostname, port, protocol, username, password } = new URL(proxy);
	return {
		host: hostname,
		port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port),
		protocol: protocol.replace(/:$/, ''),
		...(username === ''
			? {}
			: { auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }),
	};
}
