import { cloneDeep, set } from 'lodash';
import type {
	IDataObject,
	IExecuteFunctions,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeProperties,
	NodeApiError,
	NodeParameterValueType,
} from 'n8n-workflow';

import { asNodeError, errorItem, parameterError } from '../request/nodeErrors';
import { pause } from '../request/pause';
import type { Provider } from '../request/provider';
import { atItem } from '../request/send';
import { MINUTE, monotonic } from '../values/time';
import type { ReadyRequest, Route } from './definition';
import { isShown } from './fields';

const ITEMS_AT_A_TIME = 4;

type ItemContext = IExecuteFunctions & IExecutePaginationFunctions;

/**
 * A list as one of n8n's `customOperations`, a few input items at a time. n8n's declarative engine ends with
 * `push(...items)`, which overflows the stack beyond some 120,000 items, and starts all input items at once. As an
 * agent's tool the operation still runs by its routing: n8n ignores `customOperations` there.
 *
 * @param atATime how many input items are worked on at a time; one if each may produce a lot
 */
export function someAtATime(provider: Provider, route: Route, atATime = ITEMS_AT_A_TIME) {
	return async function (this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const inputs = this.getInputData().length;
		const outputs: INodeExecutionData[][] = [];
		const errors: NodeApiError[] = [];
		let next = 0;
		const begin = batches(this);
		const work = async (): Promise<void> => {
			while (next < inputs && (errors.length === 0 || this.continueOnFail())) {
				const itemIndex = next++;
				const context = itemContext(this, itemIndex);
				await begin(itemIndex);
				try {
					outputs[itemIndex] = await route.send.call(context, await readyRequest(context, provider, route));
				} catch (error) {
					errors[itemIndex] = asNodeError(this.getNode(), error, itemIndex);
					outputs[itemIndex] = [errorItem(errors[itemIndex], itemIndex)];
				}
			}
		};
		await Promise.all(Array.from({ length: Math.min(atATime, inputs) }, work));
		const [first] = Object.values(errors);
		if (first !== undefined && !this.continueOnFail()) throw first;
		return [joined(outputs)];
	};
}

/**
 * An operation that calls, texts or faxes, as one of n8n's `customOperations`. n8n's declarative engine starts all input items at
 * once: with one bad number among ten, nine phones ring before the error shows. Here all items are checked before the first
 * is sent, then they are sent one by one, and the first error ends the run and says what was carried out.
 */
export function oneAfterTheOther(provider: Provider, route: Route) {
	return async function (this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const contexts = this.getInputData().map((_, itemIndex) => itemContext(this, itemIndex));
		const outputs: INodeExecutionData[][] = [];
		const fail = (error: unknown, itemIndex: number, isSending: boolean): void => {
			const failure = asNodeError(this.getNode(), error, itemIndex);
			if (!this.continueOnFail()) throw isSending ? interrupted(failure, outputs, contexts.length) : failure;
			outputs[itemIndex] = [errorItem(failure, itemIndex)];
		};

		const requests: ReadyRequest[] = [];
		const skipped: INodeExecutionData[][] = [];
		for (const [itemIndex, context] of contexts.entries()) {
			try {
				const instead = route.skip?.call(context);
				if (instead !== undefined) skipped[itemIndex] = instead;
				else requests[itemIndex] = await readyRequest(context, provider, route);
			} catch (error) {
				fail(error, itemIndex, false);
			}
		}
		for (const [itemIndex, context] of contexts.entries()) {
			if (outputs[itemIndex] !== undefined) continue;
			try {
				outputs[itemIndex] = skipped[itemIndex] ?? (await route.send.call(context, requests[itemIndex]));
			} catch (error) {
				fail(error, itemIndex, true);
			}
		}
		return [joined(outputs)];
	};
}

/** Adds to the error that ended a run which items had been carried out, and which were not sent. */
function interrupted(error: NodeApiError, outputs: INodeExecutionData[][], inputs: number): NodeApiError {
	const left = inputs - outputs.length - 1;
	const ids = outputs.flatMap(([item], itemIndex) => {
		const { id, skipped } = item?.json ?? {};
		if (skipped === true) return [];
		return typeof id === 'string' || typeof id === 'number' ? `${itemIndex} (ID ${id})` : String(itemIndex);
	});
	const done = ids.length;
	if (done === 0 && left === 0) return error;
	const listed = ids.length > 20 ? `${ids.slice(0, 20).join(', ')} … ${ids.at(-1)}` : ids.join(', ');
	const before = done === 0 ? '' : ` Carried out before it: the item${done > 1 ? 's' : ''} ${listed}.`;
	const after =
		left === 0 ? '' : ` The ${left === 1 ? 'item' : `${left} items`} after it ${left === 1 ? 'was' : 'were'} not sent.`;
	const next =
		done === 0
			? ''
			: ' Run again only with the items that were not carried out, or they are called or written to twice.';
	const said = (error.description ?? '').replace(/[^.!?]$/, '$&.');
	error.description = `${said}${before}${after}${next}`.trim();
	return error;
}

/** The request of an item, with all its fields, checked. */
async function readyRequest(
	context: ItemContext,
	provider: Provider,
	{ request, prepare, ready }: Route,
): Promise<ReadyRequest> {
	const credentials = await context.getCredentials<IDataObject>(provider.credentialType(context));
	const started = {
		// A copy, so that what one item adds to the request does not appear in the next one's.
		...cloneDeep(request),
		baseURL: provider.baseUrl(credentials),
		...transportOf(context),
	};
	return await ready.call(context, await prepare.call(context, started));
}

function joined(outputs: INodeExecutionData[][]): INodeExecutionData[] {
	const output: INodeExecutionData[] = [];
	for (const items of outputs) for (const item of items) output.push(item);
	return output;
}

/** The context of all items as that of one: parameters, credentials and errors are those of the item. */
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
	const helpers = Object.create(context.helpers, {
		assertBinaryData: { value: (property: string) => context.helpers.assertBinaryData(itemIndex, property) },
		getBinaryDataBuffer: {
			value: async (property: string) => await context.helpers.getBinaryDataBuffer(itemIndex, property),
		},
	}) as object;
	return Object.create(atItem(context, itemIndex), {
		getNodeParameter: { value: getNodeParameter },
		helpers: { value: helpers },
	}) as ItemContext;
}

/** What the user set in n8n's own 'Request Options', accepted and refused as by n8n's declarative engine. */
interface RequestOptions {
	timeout?: number;
	proxy?: string;
	allowUnauthorizedCerts?: boolean;
	batching?: { batch?: { batchSize?: number; batchInterval?: number } };
}

function transportOf(context: ItemContext): Partial<IHttpRequestOptions> {
	const { timeout, proxy, allowUnauthorizedCerts } = context.getNodeParameter('requestOptions', {}) as RequestOptions;
	return {
		timeout: timeout === undefined || timeout === 0 ? 5 * MINUTE : timeout,
		...(allowUnauthorizedCerts === true ? { skipSslCertificateValidation: true } : {}),
		...(proxy === undefined || proxy === '' ? {} : { proxy: proxyOf(context, proxy) }),
	};
}

/** Waits until the batch of an item may begin; n8n reads the size and the interval once, with the first item. */
function batches(context: IExecuteFunctions): (itemIndex: number) => Promise<void> {
	const { batching } = context.getNodeParameter('requestOptions', 0, {}) as RequestOptions;
	const { batchSize = 0, batchInterval = 0 } = batching?.batch ?? {};
	const begunAt = monotonic();
	return async (itemIndex) => {
		const batch = Math.floor(itemIndex / (batchSize > 0 ? batchSize : 1));
		const waitMs = batchInterval > 0 ? begunAt + batch * batchInterval - monotonic() : 0;
		if (waitMs > 0) await pause(context, waitMs);
	};
}

/** Scheme, user and password, host, port: a missing part must not be guessed, or a request bypasses the proxy. */
const PROXY = /^([a-z][a-z\d+.-]*):\/\/(?:([^/?#@]*)@)?(\[[^\]]+\]|[^:/?#@\s[\]]+):(\d+)(?:[/?#].*)?$/i;

function proxyOf(context: ItemContext, proxy: string): IHttpRequestOptions['proxy'] {
	const [, protocol, auth, host, port] = PROXY.exec(proxy.trim()) ?? [];
	if (host === undefined) {
		throw parameterError(
			context,
			"'Proxy' in 'Request Options' is not valid",
			'Nothing was sent. Enter its address with scheme and port, e.g. http://proxy.example.com:3128.',
		);
	}
	const [username, password] = decodeURIComponent(auth ?? '').split(':');
	return {
		host: host.replace(/^\[(.*)\]$/, '$1'),
		port: Number(port),
		protocol: protocol.toLowerCase(),
		...(username === '' ? {} : { auth: { username, password } }),
	};
}

/**
 * Assembles a request from fields in code, as n8n's declarative engine does from their routing, for operations that it does
 * not run (see `someAtATime`).
 */
export async function assembled(
	context: IExecuteSingleFunctions,
	fields: readonly INodeProperties[],
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const filled: INodeProperties[] = [];
	let whole = request;
	const place = (field: INodeProperties, name: string) => {
		const { request: address, send } = field.routing ?? {};
		if (address === undefined && send === undefined) return;
		filled.push(field);
		const entered: unknown = context.getNodeParameter(name, '', { extractValue: field.type === 'resourceLocator' });
		if (address !== undefined) {
			whole = { ...whole, url: whole.url.replace(/\{\w+\}/, () => String(entered as string).trim()) };
		} else if (send?.property !== undefined) {
			const part = send.type === 'body' ? 'body' : 'qs';
			whole = { ...whole, [part]: set({ ...(whole[part] as IDataObject) }, send.property, entered) };
		}
	};
	for (const field of fields.filter((candidate) => isShown(context, candidate))) {
		place(field, field.name);
		if (field.type !== 'collection') continue;
		const added = context.getNodeParameter(field.name, {}) as IDataObject;
		for (const option of (field.options ?? []) as INodeProperties[]) {
			if (option.name in added) place(option, `${field.name}.${option.name}`);
		}
	}
	for (const field of filled) {
		for (const take of field.routing?.send?.preSend ?? []) whole = await take.call(context, whole);
	}
	return whole;
}
