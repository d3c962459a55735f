import { get, set, unset } from 'lodash';
import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { asJson, asJsonObject } from '../parameters/json';
import { asDialled, asExtension } from '../parameters/dialled';
import {
	asBoolean,
	asCount,
	asGiven,
	asId,
	asIdNumber,
	asIds,
	asJoinedNames,
	asLines,
	asNames,
	asNumber,
	asText,
	asWholeNumber,
	empty,
	isEmpty,
	ofOneLine,
	oneOf,
	type Reader,
} from '../parameters/read';
import { asTextOf, byDisplayName } from './options';

/** A function that n8n calls with the request of an input item before it is sent. */
export type PreSend = (this: IExecuteSingleFunctions, request: IHttpRequestOptions) => Promise<IHttpRequestOptions>;

/**
 * Where the value of a field goes: into the body, the query, or the one `{…}` of the address. Dots denote nesting, as in n8n's
 * own `routing.send.property`: `body.data.project_id`.
 */
export type Target = `body.${string}` | `query.${string}` | 'path';

/** A field without what its kind adds. */
export type FieldProperty = Omit<INodeProperties, 'type' | 'default' | 'routing'> &
	Partial<Pick<INodeProperties, 'type' | 'default'>>;

/** Makes fields of one kind: where the value goes, then the field as n8n describes it. */
export type Kind = (target: Target, property: FieldProperty) => INodeProperties;

/**
 * A kind of field: n8n puts the value where `target` says, then `read` checks it and converts it to what the provider expects.
 * An empty field is left out, or refused if it is required.
 *
 * @param empties whether an empty text is sent, as it empties a text of the record; null and undefined are left out even so
 */
export function kind(base: Pick<INodeProperties, 'type' | 'default'>, read: Reader, empties = false): Kind {
	return (target, { displayName, name, ...property }) => {
		const field: INodeProperties = { displayName, name, ...base, ...property };
		if (target === 'path') {
			// The address of the operation is put around it; see `resource`.
			field.routing = { request: { url: '{{ String($value).trim() }}' }, send: { preSend: [inAddress(field, read)] } };
		} else {
			const [, part, path] = /^(body|query)\.(.+)$/.exec(target) ?? [];
			const type = part === 'body' ? 'body' : 'query';
			field.routing = { send: { type, property: path, preSend: [inBodyOrQuery(field, type, path, read, empties)] } };
		}
		return field;
	};
}

/** A text; of several lines if its field has them. */
export const text: Kind = (target, property) =>
	kind({ type: 'string', default: '' }, property.typeOptions?.rows === undefined ? asText : asLines)(target, property);
/** A text of a change: one that is left empty empties it. */
export const changedText = kind({ type: 'string', default: '' }, asText, true);
export const dialled = kind({ type: 'string', default: '' }, asDialled);
export const extension = kind({ type: 'string', default: '' }, asExtension);
export const id = kind({ type: 'string', default: '' }, asId);
export const idNumber = kind({ type: 'string', default: '' }, asIdNumber);
export const wholeNumber = kind({ type: 'number', default: 0 }, asWholeNumber);
export const count = kind({ type: 'number', default: 0 }, asCount);
export const number = kind({ type: 'number', default: 0 }, asNumber);
export const flag = kind({ type: 'boolean', default: false }, asBoolean);
export const names = kind({ type: 'string', default: '' }, asNames);
export const joinedNames = kind({ type: 'string', default: '' }, asJoinedNames);
export const ids = kind({ type: 'string', default: '' }, asIds);
export const json = kind({ type: 'json', default: '{}' }, asJson);
export const jsonObject = kind({ type: 'json', default: '{}' }, asJsonObject);

/** A value that is sent unchanged, as its form is up to the user or not documented. A date is sent as its ISO 8601 text. */
export const value: Kind = (target, property) =>
	kind({ type: 'string', default: '' }, (context, given, displayName, request) =>
		asGiven(
			context,
			property.typeOptions?.rows === undefined ? ofOneLine(context, given, displayName) : given,
			displayName,
			request,
		),
	)(target, property);

/** A choice from the field's own `options`. */
export const choice: Kind = (target, property) => {
	const choices = (property.options ?? []).map((option) => ('value' in option ? option.value : undefined));
	// If it is empty, the field is left out before anything is read.
	return kind({ type: 'options', default: '' }, oneOf(choices.filter((given) => !isEmpty(given))))(target, property);
};

/** In place of a request that a step before sending could not make: n8n hands it on to the operation. */
export class FailedRequest implements IHttpRequestOptions {
	readonly url = '';

	constructor(readonly error: Error) {}
}

/**
 * A step before sending. If the node's error setting is 'Continue', the error is handed on in place of the request:
 * n8n itself would lose which input item it belongs to.
 */
export function step(take: PreSend): PreSend {
	return async function (request) {
		if (request instanceof FailedRequest) return request;
		return await take
			.call(this, request)
			.catch(async (error: Error) => (this.continueOnFail() ? new FailedRequest(error) : await Promise.reject(error)));
	};
}

/** Checks a value of the body or the query where n8n has put it. */
function inBodyOrQuery(
	field: INodeProperties,
	type: 'body' | 'query',
	path: string,
	read: Reader,
	empties: boolean,
): PreSend {
	return step(async function (request) {
		const part = type === 'body' ? 'body' : 'qs';
		const values = (request[part] ?? {}) as IDataObject;
		const entered: unknown = get(values, path);
		const isAsked = isShown(this, field);
		if (empties && isAsked && entered === '') return { ...request, [part]: values };
		const taken = isEmpty(entered) || !isAsked ? undefined : await read(this, entered, field.displayName, request);
		if (isEmpty(taken) && isAsked && field.required === true) throw empty(this, field.displayName, exampleOf(field));
		if (isEmpty(taken)) leaveOut(values, path);
		else set(values, path, taken);
		return { ...request, [part]: values };
	});
}

/** Checks a value of the address. */
function inAddress(field: INodeProperties, read: Reader): PreSend {
	return step(async function (request) {
		const entered = this.getNodeParameter(field.name, '', { extractValue: true });
		if (isEmpty(entered)) throw empty(this, field.displayName, exampleOf(field));
		await read(this, entered, field.displayName, request);
		return request;
	});
}

/** Whether a field depends on the values of others. If one of them is an expression, n8n sends the field regardless of the result. */
export function isShown(context: IExecuteSingleFunctions, { displayOptions }: INodeProperties): boolean {
	return Object.entries(displayOptions?.show ?? {}).every(([name, values = []]) =>
		// A slash leads out of the collection that contains the field.
		(values as unknown[]).includes(context.getNodeParameter(name.replace(/^\//, ''), undefined)),
	);
}

/** Removes a value, and whatever is left empty by that. */
function leaveOut(values: IDataObject, path: string): void {
	unset(values, path);
	for (let holder = parentOf(path); holder !== ''; holder = parentOf(holder)) {
		if (Object.keys((get(values, holder) ?? {}) as object).length > 0) return;
		unset(values, holder);
	}
}

/** `data.calls` of `data.calls[0]`, `data` of `data.calls`, nothing of `data`. */
function parentOf(path: string): string {
	return path.replace(/(^|\.)[^.[\]]+$|\[\d+\]$/, '');
}

function exampleOf({ placeholder = '2234' }: INodeProperties): string {
	return placeholder.replace(/^e\.g\. /, '');
}

/** A collection of optional fields, such as 'Filters'. */
export function collection(
	displayName: string,
	name: string,
	placeholder: string,
	options: INodeProperties[],
): INodeProperties {
	return {
		displayName,
		name,
		type: 'collection',
		placeholder,
		default: {},
		options: byDisplayName([...options, asTextOf(name)]),
	};
}

/** 'Filters' of a list. */
export function filters(fields: INodeProperties[]): INodeProperties {
	return collection('Filters', 'filters', 'Add filter', fields);
}

/** 'Additional Fields' of what is created. */
export function additionalFields(fields: INodeProperties[], displayName = 'Additional Fields'): INodeProperties {
	return collection(displayName, 'additionalFields', 'Add field', fields);
}

/** 'Update Fields' of what is changed. */
export function updateFields(fields: INodeProperties[]): INodeProperties {
	return collection('Update Fields', 'updateFields', 'Add field', fields);
}
