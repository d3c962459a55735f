import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import { parameterError } from '../request/nodeErrors';
import { isDate } from '../values/time';
import { asGiven, unusable, type Reader } from './read';

/** JSON that a user typed, or an object or list from an expression; an empty one is left out. */
export const asJson: Reader = (context, value, displayName) => {
	const parsed = parsedJson(context, value, displayName);
	return Object.keys(parsed).length === 0 ? undefined : parsed;
};

/** JSON that has to be an object; an empty one is left out. */
export const asJsonObject: Reader = (context, value, displayName) => {
	const parsed = parsedJson(context, value, displayName);
	if (Array.isArray(parsed)) {
		throw unusable(context, displayName, 'must be a JSON object, not a list', value, 'Use the form {"name": "value"}.');
	}
	return Object.keys(parsed).length === 0 ? undefined : parsed;
};

/** The object or list that a value is, or contains as JSON text. */
export function parsedJson(
	context: IExecuteSingleFunctions,
	value: unknown,
	displayName: string,
): IDataObject | IDataObject[] {
	const parsed = parsedText(context, value, displayName);
	if (typeof parsed === 'object' && parsed !== null && !isDate(parsed)) {
		return asGiven(context, parsed, displayName, { url: '' }) as IDataObject;
	}
	throw unusable(context, displayName, 'must be a JSON object or list', parsed, 'Use the form {"name": "value"}.');
}

/** The value of a JSON text; any other value unchanged. */
export function parsedText(context: IExecuteSingleFunctions, value: unknown, displayName: string): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch (error) {
		const what = `is not JSON: ${(error as Error).message}`;
		throw parameterError(context, `'${displayName}' ${what}`, 'Nothing was sent. Correct the text.');
	}
}
