import type {
	DeclarativeRestApiSettings,
	IDataObject,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
} from 'n8n-workflow';

import type { CallList } from './callHistory';
import { asNodeError, errorItem } from './errors';
import { send } from './http';
import { isOn, secondsOf, unusable } from './parameters';
import type { Answer, Check, Provider, Sending } from './provider';
import { MINUTE, SECOND } from './time';
import { decimal } from './values';

/**
 * What an operation sets as `routing.operations.pagination`, with `send.paginate`: n8n passes it the request that the
 * operation and its fields describe, and takes the items from it.
 */
export type Operation = (
	this: IExecutePaginationFunctions,
	requestData: DeclarativeRestApiSettings.ResultOptions,
) => Promise<INodeExecutionData[]>;

/** Sends one request of a provider and returns its successful answer. */
export type Fetch = (request: IHttpRequestOptions, check?: Check) => Promise<Answer>;

/**
 * A provider's one way through a list: pages of records until the list ends, or the reader stops.
 *
 * @param request the first request, with the filters but without paging parameters
 * @param wanted how many records the reader will take at most; the page size may depend on it
 */
export type Pages = (fetch: Fetch, request: IHttpRequestOptions, wanted: number) => AsyncIterable<IDataObject[]>;

/** What the user gets for an answer; one item per element if it is a list. */
export type Output = (this: IExecuteSingleFunctions, answer: Answer) => IDataObject | IDataObject[];

/** The fields (ten at most) that 'Simplify' keeps, most used first; those a record does not have are left out. */
export type SimpleFields = readonly string[];

const READ_RETRIES = 2;

/** How the requests of the current input item are sent: how long to wait for the account's budget, and how often to repeat reads. */
export function sendingOf(context: IExecutePaginationFunctions): Sending {
	return {
		maxWaitMs: secondsOf(context, 'options.maxWait', 'Max Wait', MINUTE / SECOND) * SECOND,
		retries: READ_RETRIES,
	};
}

/** What becomes of the records of a list. */
export interface ListSettings {
	readonly simple?: SimpleFields;
	/** Whether a request returns records at all; grouped results have fields of their own, which 'Simplify' keeps. */
	readonly givesRecords?: (request: IHttpRequestOptions) => boolean;
	/** How its records become the items of the trigger, if the user wants those. */
	readonly calls?: CallList;
	/** What the user gets of a record. */
	readonly record?: (this: IExecuteSingleFunctions, record: IDataObject) => IDataObject;
	/** What the user may ask for instead of the records, e.g. their number; undefined if it is the records. */
	readonly inPlace?: (
		this: IExecuteSingleFunctions,
		pages: Pages,
		fetch: Fetch,
		request: IHttpRequestOptions,
	) => Promise<IDataObject | undefined>;
}

/** Get Many: all pages, or as many as 'Limit' asks for. */
export function getMany(provider: Provider, pages: Pages, settings: ListSettings = {}): Operation {
	const { simple, givesRecords, record: shown, inPlace } = settings;
	return async function (requestData) {
		const wanted = wantedRecords(this);
		const request = requestOf(requestData);
		const simplified = shaping(this, givesRecords?.(request) === false ? undefined : simple);
		const shape = (record: IDataObject) => simplified(shown?.call(this, record) ?? record);
		const sending = { ...sendingOf(this), isRead: true };
		const fetch: Fetch = async (sent, check) => await send(this, provider, sent, sending, check);
		const other = await inPlace?.call(this, pages, fetch, request);
		if (other !== undefined) return [item(this, other)];
		const items: INodeExecutionData[] = [];
		for await (const page of pages(fetch, request, wanted)) {
			for (const record of page) {
				if (items.length === wanted) return items;
				items.push(item(this, shape(record)));
			}
		}
		return items;
	};
}

/**
 * An operation of one request.
 *
 * @param output what the user gets for the answer; one item per element if it is a list
 * @param isRead whether it only reads, so that it may be repeated after a temporary fault; by default the method decides
 */
export function oneRequest(
	provider: Provider,
	output: Output,
	simpleFields?: SimpleFields,
	isRead?: boolean,
): Operation {
	return async function (requestData) {
		const answer = await send(this, provider, requestOf(requestData), { ...sendingOf(this), isRead });
		const shape = shaping(this, simpleFields);
		return [output.call(this, answer)].flat().map((record) => item(this, shape(record)));
	};
}

/**
 * An operation whose error becomes an item if the node is set to continue. n8n's declarative engine makes such items, too, but
 * does not say which input item they belong to, so that the error output would lack the fields of the input.
 */
export function orErrorItem(operation: Operation): Operation {
	return async function (requestData) {
		return await operation.call(this, requestData).catch(async (error: Error) => {
			if (!this.continueOnFail()) return await Promise.reject(error);
			const itemIndex = this.getItemIndex();
			return [errorItem(asNodeError(this.getNode(), error, itemIndex), itemIndex)];
		});
	};
}

/** In n8n's type the address of a request is optional; one without an address is a bug in this package. */
export function requestOf(requestData: DeclarativeRestApiSettings.ResultOptions): IHttpRequestOptions {
	return requestData.options as IHttpRequestOptions;
}

/** The whole number of records the user asks for; Infinity for 'Return All'. */
export function wantedRecords(context: IExecutePaginationFunctions): number {
	if (isOn(context, 'returnAll', 'Return All')) return Infinity;
	const entered = context.getNodeParameter('limit', 50);
	const limit = decimal(entered);
	if (limit !== null && Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit;
	const next = "To get more, turn on 'Return All'.";
	throw unusable(context, 'Limit', 'must be a whole number from 1 to 10,000', entered, next);
}

/** Links an output record to the input item it was made for; n8n does not do it for declarative nodes. */
export function item(context: IExecutePaginationFunctions, json: IDataObject): INodeExecutionData {
	return { json, pairedItem: { item: context.getItemIndex() } };
}

function shaping(context: IExecutePaginationFunctions, fields?: SimpleFields): (record: IDataObject) => IDataObject {
	if (fields === undefined || !isOn(context, 'simplify', 'Simplify', true)) return (record) => record;
	return (record) => {
		const simple: IDataObject = {};
		for (const field of fields) if (field in record) simple[field] = record[field];
		return simple;
	};
}
