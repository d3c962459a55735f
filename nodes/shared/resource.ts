import type {
	IDataObject,
	IExecutePaginationFunctions,
	IHttpRequestOptions,
	INodeProperties,
	INodeType,
} from 'n8n-workflow';

import { callsOrRecords, historyOptions, historyProperties } from './callHistory';
import { dryRunProperty, preview } from './dryRun';
import { assembled, collection, failureIn, type PreSend } from './fields';
import { checkRequest } from './http';
import { oneRequest, orErrorItem, type ListSettings, type Operation, type Output, type Pages } from './operations';
import { isOn } from './parameters';
import { oneAfterTheOther, programmatic, type Route } from './programmatic';
import { byDisplayName, maxWaitProperty, returnAllAndLimit, simplifyProperty } from './properties';
import type { Provider } from './provider';
import {
	allowForAgentsOption,
	checkReached,
	guarded,
	refuseToAgents,
	safeguardOptions,
	type Reaches,
} from './safeguards';

/**
 * What an operation does in the real world. `reads` may be repeated after a temporary fault; nothing else ever is.
 * Anything that does not only read has 'Dry Run' among its options; anything that reaches people has the safeguards as well.
 */
export type Effect = 'reads' | 'writes' | 'calls' | 'texts' | 'faxes';

/**
 * How an operation is known. P: the provider's own published document. D: another public page of the provider.
 * C: seen in client code the provider published; not in its public reference.
 */
export type Evidence = 'P' | 'D' | 'C';

/** What the operations of one node have in common. */
export interface Api {
	readonly provider: Provider;
	/** Options that every operation has in addition to 'Max Wait'. */
	readonly options?: readonly INodeProperties[];
	/** Gives the assembled request the form that the provider expects. */
	readonly complete?: PreSend;
}

/** Everything there is to know about an operation. */
export type OperationDefinition = OperationText & OperationEffect & OperationRequest & OperationOutput;

interface OperationText {
	/** As in the picker, e.g. 'Get Many'. */
	readonly name: string;
	readonly action: string;
	readonly description: string;
	readonly evidence: Evidence;
	/**
	 * Documented fields of an output item, with values of their type: what the editor shows before the first run if the
	 * answers in the tests contain undocumented fields.
	 */
	readonly printed?: IDataObject;
	/** Why no document describes the fields of the answer, in a sentence. The editor then shows none before the first run. */
	readonly untold?: string;
}

/** What an operation does. Anything that reaches people has to say whom, so that no safeguard can be forgotten. */
type OperationEffect = (
	| { readonly effect: 'reads' | 'writes'; readonly reaches?: undefined }
	| {
			readonly effect: 'calls' | 'texts' | 'faxes';
			/** Numbers with a country code have a plus sign here, even if the provider wants none. */
			readonly reaches: Reaches;
	  }
) & {
	/** Whether it deletes, replaces or handles keys: refused to agents unless the user allows it. */
	readonly isKeptFromAgents?: boolean;
};

interface OperationRequest {
	/** Method and address, with `{…}` for a field's value; what is always in the body or the query. */
	readonly request: Readonly<Pick<IHttpRequestOptions, 'url'>> & {
		readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
		readonly body?: IDataObject;
		readonly qs?: IDataObject;
	};
	/** The request in the provider's own words, if method and address do not show it. */
	readonly documentedAs?: string;
	/** First those to fill in, then the collections. What every list or record has is added: see `fieldsOf`. */
	readonly fields?: readonly INodeProperties[];
	/** What 'Options' contains besides what every operation has. */
	readonly options?: readonly INodeProperties[];
	/** Checks the assembled request as a whole, or gives it a form that fields alone cannot. */
	readonly complete?: PreSend;
}

/** What the user gets: the records of a list, the content of one answer, or what a function of its own makes of the request. */
type OperationOutput = (
	| { readonly pages: Pages; readonly output?: undefined; readonly run?: undefined }
	| { readonly output: Output; readonly pages?: undefined; readonly run?: undefined }
	| { readonly run: Operation; readonly pages?: undefined; readonly output?: undefined }
) &
	ListSettings & {
		/**
		 * How many input items are worked on at a time, if there may be more records than n8n's declarative engine can pass
		 * on: the operation then runs as one of n8n's `customOperations`, and by its routing only as an agent's tool.
		 */
		readonly itemsAtATime?: number;
	};

/** A resource as a node takes it: the fields of its operations, and what replaces some of them in `customOperations`. */
export interface Resource {
	readonly name: string;
	readonly properties: INodeProperties[];
	readonly customOperations: NonNullable<INodeType['customOperations']>[string];
	readonly operations: Readonly<Record<string, OperationDefinition>>;
}

/**
 * The operations of a resource, each declared in one place: n8n's picker, the routing of the request, the fields with their
 * display rules and 'Options' follow from the definitions.
 *
 * @param initial the operation selected by default
 * @param operations by the value stored in workflows, in the order of the picker
 */
export function resource(
	api: Api,
	name: string,
	initial: string,
	operations: Readonly<Record<string, OperationDefinition>>,
): Resource {
	const entries = Object.entries(operations);
	const picker: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [name] } },
		options: entries.map(([value, { action, description, name: displayName, request, ...definition }]) => ({
			name: displayName,
			value,
			action,
			description,
			routing: {
				request,
				send: { paginate: true },
				operations: { pagination: runOf(api, { ...definition, request }) },
			},
		})),
		default: initial,
	};
	return {
		name,
		operations,
		// Each operation has its own fields, even if several look alike: shared fields would have one order for all.
		properties: [
			picker,
			...entries.flatMap(([value, definition]) => shown(fieldsOf(api, definition), name, value, definition)),
		],
		customOperations: Object.fromEntries(
			entries
				.filter(([, { itemsAtATime, effect }]) => itemsAtATime !== undefined || reachesPeople(effect))
				.map(([value, definition]) => [value, programmaticOf(api, definition)]),
		),
	};
}

/** The fields of an operation in the order of the editor. */
function fieldsOf(
	{ options = [] }: Api,
	definition: OperationRequest & OperationOutput & OperationEffect,
): INodeProperties[] {
	const { fields = [], pages, simple, effect, calls, isKeptFromAgents = false } = definition;
	const isRaw = { displayOptions: { show: { output: ['raw'] } } };
	return [
		...fields.filter((field) => !isCollection(field)),
		...(pages === undefined ? [] : returnAllAndLimit),
		...(calls === undefined ? [] : historyProperties(calls)),
		...(simple === undefined ? [] : [{ ...simplifyProperty, ...(calls !== undefined && isRaw) }]),
		...fields.filter(isCollection),
		collection(
			'Options',
			'options',
			'Add option',
			byDisplayName([
				maxWaitProperty,
				...(effect === 'reads' ? [] : [dryRunProperty]),
				...(reachesPeople(effect) ? safeguardOptions : []),
				...(isKeptFromAgents ? [allowForAgentsOption] : []),
				...options,
				...(definition.options ?? []),
				...(calls === undefined ? [] : historyOptions(calls)),
			]),
		),
	];
}

function isCollection({ type }: INodeProperties): boolean {
	return type === 'collection' || type === 'fixedCollection';
}

/** Fields as those of one operation; one whose value is part of the address gets the address around it. */
function shown(
	fields: INodeProperties[],
	resource: string,
	operation: string,
	{ request }: OperationRequest,
): INodeProperties[] {
	return fields.map((field) => {
		const show = { resource: [resource], operation: [operation], ...field.displayOptions?.show };
		const inAddress = field.routing?.request?.url;
		const url = `=${request.url.replace(/\{\w+\}/, inAddress ?? '')}`;
		return {
			...field,
			displayOptions: { show },
			...(inAddress === undefined ? {} : { routing: { ...field.routing, request: { url } } }),
		};
	});
}

/** Whether somebody's phone, mobile or fax machine receives something. */
function reachesPeople(effect: Effect): boolean {
	return effect === 'calls' || effect === 'texts' || effect === 'faxes';
}

/** What becomes of the assembled request of an input item: `ready` checks it as a whole, `send` sends it. */
function stepsOf(
	{ provider, complete: completeAll }: Api,
	definition: OperationRequest & OperationOutput & OperationEffect,
): Pick<Route, 'ready' | 'send'> {
	const { pages, output, run, simple, complete, effect, reaches, isKeptFromAgents = false } = definition;
	/** How many people each request reaches. */
	const counts = new WeakMap<IHttpRequestOptions, number>();
	const sent =
		pages !== undefined
			? callsOrRecords(provider, pages, definition)
			: output !== undefined
				? oneRequest(provider, output, simple, effect === 'reads')
				: run;
	return {
		async ready(request) {
			const failure = failureIn(request);
			if (failure !== undefined) throw failure;
			if (isKeptFromAgents) refuseToAgents(this);
			isOn(this, 'options.dryRun', 'Dry Run');
			checkRequest(this, provider, await this.getCredentials<IDataObject>(provider.credentialType(this)), request);
			const completed = complete === undefined ? request : await complete.call(this, request);
			const reached = reaches?.(completed.body as IDataObject);
			if (reached !== undefined) checkReached(this, reached);
			const whole = completeAll === undefined ? completed : await completeAll.call(this, completed);
			counts.set(whole, reached?.length ?? 0);
			return whole;
		},
		async send(requestData) {
			const request = requestData.options as IHttpRequestOptions;
			const isDryRun = isOn(this, 'options.dryRun', 'Dry Run');
			if (!isDryRun && reaches === undefined) return await sent.call(this, requestData);
			if (!isDryRun) {
				return await guarded(
					this,
					provider,
					request,
					counts.get(request) ?? 1,
					async () => await sent.call(this, requestData),
				);
			}
			return [{ json: preview(request), pairedItem: { item: this.getItemIndex() } }];
		},
	};
}

/** What n8n's declarative engine passes the assembled request of an input item to. */
function runOf(api: Api, definition: OperationRequest & OperationOutput & OperationEffect): Operation {
	const { ready, send } = stepsOf(api, definition);
	return orErrorItem(async function (this: IExecutePaginationFunctions, requestData) {
		const request = await ready.call(this, requestData.options as IHttpRequestOptions);
		return await send.call(this, { ...requestData, options: request });
	});
}

function programmaticOf(api: Api, definition: OperationDefinition): Resource['customOperations'][string] {
	const { request, itemsAtATime, fields = [], options = [], effect } = definition;
	const all = [...fields, collection('Options', 'options', 'Add option', [...options])];
	const route: Route = {
		request,
		prepare: async function (started) {
			return await assembled(this, all, started);
		},
		...stepsOf(api, definition),
	};
	return reachesPeople(effect)
		? oneAfterTheOther(api.provider, route)
		: programmatic(api.provider, route, itemsAtATime);
}
