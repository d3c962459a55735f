import type { INodeProperties, INodeType } from 'n8n-workflow';

import { unusable } from '../parameters/read';
import { assembled, oneAfterTheOther, someAtATime } from './customOperations';
import type {
	Api,
	Effect,
	OperationDefinition,
	OperationEffect,
	OperationOutput,
	OperationRequest,
	Resource,
	ResourceOption,
	Route,
} from './definition';
import { collection, type PreSend } from './fields';
import {
	allowForAgentsOption,
	dryRunProperty,
	maxWaitProperty,
	returnAllAndLimit,
	safeguardOptions,
	simplifyProperty,
	reachNotice,
	skipProperty,
} from './options';
import { declarativeRun, pipeline } from './run';

/**
 * The operations of a resource, each declared in one place: n8n's picker, the routing of the request, the fields with their
 * display rules and 'Options' follow from the definitions.
 *
 * @param initial the operation selected by default
 * @param operations by the value stored in workflows, in the order of the picker
 */
export function resource(
	api: Api,
	option: ResourceOption,
	initial: string,
	operations: Readonly<Record<string, OperationDefinition>>,
): Resource {
	const entries = Object.entries(operations);
	const { value: name } = option;
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
				operations: { pagination: declarativeRun(api, { ...definition, action, request }) },
			},
		})),
		default: initial,
	};
	return {
		option,
		operations,
		// Each operation has its own fields, even if several look alike: shared fields would have one order for all.
		properties: [
			picker,
			...entries.flatMap(([value, definition]) => shown(fieldsOf(api, definition), name, value, definition)),
		],
		customOperations: Object.fromEntries(
			entries
				.filter(([, { itemsAtATime, effect }]) => itemsAtATime !== undefined || reachesPeople(effect))
				.map(([value, definition]) => [value, customRun(api, definition)]),
		),
	};
}

/** The resources of a node: their picker, and the fields of each. */
export function resourceProperties(resources: Readonly<Record<string, Resource>>, initial: string): INodeProperties[] {
	const all = Object.values(resources);
	const picker: INodeProperties = {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: all.map(({ option }) => option).sort((a, b) => a.name.localeCompare(b.name)),
		default: initial,
		routing: { send: { preSend: [knownIn(all)] } },
	};
	return [picker, ...all.flatMap(({ properties }) => properties)];
}

/** Refuses what no operation is: n8n would send a request that nobody described, with the key, to the base URL. */
function knownIn(all: readonly Resource[]): PreSend {
	return async function (request) {
		const [resource, operation] = ['resource', 'operation'].map((name) => this.getNodeParameter(name, '') as string);
		const known = new Map(all.map(({ option, operations }) => [option.value, Object.keys(operations)]));
		const operations = known.get(resource);
		const must = (names: Iterable<string>) => `must be one of: ${[...names].join(', ')}`;
		if (operations === undefined) throw unusable(this, 'Resource', must(known.keys()), resource);
		if (!operations.includes(operation)) throw unusable(this, 'Operation', must(operations), operation);
		return await Promise.resolve(request);
	};
}

/** What a node runs in code instead of by its routing. */
export function customOperations(resources: Readonly<Record<string, Resource>>): INodeType['customOperations'] {
	const all = Object.values(resources).map(({ option, customOperations: own }) => [option.value, own] as const);
	return Object.fromEntries(all.filter(([, own]) => Object.keys(own).length > 0));
}

/** The fields of an operation in the order of the editor. */
function fieldsOf(
	{ options = [] }: Api,
	definition: OperationRequest & OperationOutput & OperationEffect,
): INodeProperties[] {
	const { fields = [], pages, simple, effect, isKeptFromAgents = false } = definition;
	return [
		...fields.filter((field) => !isCollection(field)),
		...(pages === undefined ? [] : returnAllAndLimit),
		...(simple === undefined ? [] : [simplifyProperty]),
		...(reachesPeople(effect) ? [reachNotice, dryRunProperty] : []),
		...fields.filter(isCollection),
		collection('Options', 'options', 'Add option', [
			maxWaitProperty,
			...(effect === 'writes' ? [dryRunProperty] : []),
			...(reachesPeople(effect) ? safeguardOptions : []),
			...(definition.numberField === undefined ? [] : [skipProperty]),
			...(isKeptFromAgents === false ? [] : [allowForAgentsOption]),
			...options,
			...(definition.options ?? []),
		]),
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

/** What n8n runs in place of the routing. */
function customRun(api: Api, definition: OperationDefinition): Resource['customOperations'][string] {
	const { request, itemsAtATime, fields = [], options = [], effect } = definition;
	const all = [...fields, collection('Options', 'options', 'Add option', [...options])];
	const route: Route = {
		request,
		prepare: async function (started) {
			return await assembled(this, all, started);
		},
		...pipeline(api, definition),
	};
	return reachesPeople(effect) ? oneAfterTheOther(api.provider, route) : someAtATime(api.provider, route, itemsAtATime);
}
