import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../shared/errors';
import { oneRequest, type Operation } from '../shared/operations';
import { idNumber, idOf, phoneNumber, recordOf, voipStudio } from './api';

/** A function that n8n calls with the request of an input item before it is sent. */
export type PreSend = (this: IExecuteSingleFunctions, request: IHttpRequestOptions) => Promise<IHttpRequestOptions>;

/** The record that the answer holds. */
export function oneRecord(simpleFields?: readonly string[]): Operation {
	return oneRequest(voipStudio, recordOf, simpleFields);
}

/** An answer without content: what is deleted is gone. */
export const deleted: Operation = oneRequest(voipStudio, () => ({ deleted: true }));

/** Puts an ID into the address, e.g. `/calls/{id}`. */
export function toRecord(parameter: string, displayName: string, path: string): PreSend {
	return async function (request) {
		const value = this.getNodeParameter(parameter, '', { extractValue: true });
		return { ...request, url: path.replace('{id}', idOf(this, value, displayName)) };
	};
}

/** How a field of a form becomes one of the body. */
export interface BodyField {
	/** Its name in the API. */
	readonly field: string;
	/** Its name in the form; stands in messages. */
	readonly label: string;
	readonly as: 'text' | 'list' | 'boolean' | 'number' | 'id' | 'e164' | 'any';
}

/** The fields of a form, by parameter name. */
export type BodyFields = Readonly<Record<string, BodyField>>;

/**
 * The body of what the user set, and of nothing else: a field that was not added, or is empty, is not sent, so that it
 * cannot wipe a value.
 *
 * @param parameters the collections to read, e.g. 'additionalFields'
 */
export function bodyOf(
	context: IExecuteSingleFunctions,
	parameters: readonly string[],
	fields: BodyFields,
): IDataObject {
	const body: IDataObject = {};
	for (const parameter of parameters) {
		const set = context.getNodeParameter(parameter, {}) as IDataObject;
		for (const [key, target] of Object.entries(fields)) {
			if (isEmpty(set[key])) continue;
			const value = set[key];
			body[target.field] = bodyValue(context, isLocator(value) ? value.value : value, target);
			if (isEmpty(body[target.field])) delete body[target.field];
		}
	}
	return body;
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '' || (typeof value === 'string' && value.trim() === '');
}

function isLocator(value: unknown): value is { value: string } {
	return typeof value === 'object' && value !== null && '__rl' in value;
}

function bodyValue(context: IExecuteSingleFunctions, value: unknown, { label, as }: BodyField): IDataObject[string] {
	if (isEmpty(value)) return undefined;
	switch (as) {
		case 'boolean':
			if (typeof value === 'boolean') return value;
			if (value === 'true' || value === 'false') return value === 'true';
			throw parameterError(context, `'${label}' must be true or false`, `It is ${JSON.stringify(value)} now.`);
		case 'number': {
			const number = Number(value);
			if (Number.isFinite(number)) return number;
			throw parameterError(context, `'${label}' must be a number`, `It is ${JSON.stringify(value)} now.`);
		}
		case 'id':
			return idNumber(context, value, label);
		case 'e164':
			return Number(phoneNumber(context, value, label));
		case 'list':
			return (Array.isArray(value) ? value : String(value).split(','))
				.map((entry) => String(entry).trim())
				.filter((entry) => entry !== '');
		case 'any':
			return value as IDataObject[string];
		default:
			return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean).trim();
	}
}

/** A request needs something to send. */
export function notEmpty(
	context: IExecuteSingleFunctions,
	body: IDataObject,
	displayName = 'Update Fields',
): IDataObject {
	if (Object.keys(body).length > 0) return body;
	throw parameterError(
		context,
		`'${displayName}' holds nothing to send`,
		'Add a field and give it a value. Empty fields are not sent, so that they cannot wipe a value.',
	);
}

/** A text that must be there. */
export function textOf(
	context: IExecuteSingleFunctions,
	parameter: string,
	displayName: string,
	example: string,
): string {
	const value = context.getNodeParameter(parameter, '');
	const written = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
	if (written !== '') return written;
	throw parameterError(context, `'${displayName}' is empty`, `Nothing was sent. Enter a value, e.g. ${example}.`);
}

/** An ID parameter: from a searchable list, or typed. */
export function locator(
	displayName: string,
	name: string,
	searchListMethod: string,
	description: string,
	show?: Record<string, string[]>,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		...(show === undefined ? {} : { required: true, displayOptions: { show } }),
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 2234',
			},
		],
	};
}
