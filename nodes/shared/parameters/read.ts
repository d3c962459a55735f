import type { GenericValue, IDataObject, IExecuteSingleFunctions, IHttpRequestOptions, INode } from 'n8n-workflow';

import { parameterError } from '../request/nodeErrors';
import { nestsTooDeep } from '../values/nesting';
import { isDate, isInvalidDate, isoText } from '../values/time';
import { decimal, hasControl, isBlank, isExact, nameList, tidyName, truth } from '../values/values';

/**
 * Checks what a user entered in a field and returns what the provider expects; `undefined` leaves the field out.
 * It is not called for empty values.
 *
 * @param displayName the field as the form names it; used in messages
 * @param request the request as n8n has assembled it so far
 * @throws NodeOperationError that names the field, the value and what to enter
 */
export type Reader = (
	context: IExecuteSingleFunctions,
	value: unknown,
	displayName: string,
	request: IHttpRequestOptions,
) => GenericValue | IDataObject | IDataObject[] | undefined | Promise<GenericValue>;

/**
 * The error for a value that cannot be used, worded the same way throughout the package.
 *
 * @param displayName the field as the form names it, or words around such a name, which then has its own quotes
 * @param what completes a sentence that begins with the field's name, e.g. "is not a date"
 * @param next what to enter
 */
export function unusable(
	context: Pick<ParameterContext, 'getNode' | 'getItemIndex'>,
	displayName: string,
	what: string,
	value: unknown,
	next = '',
): Error {
	const field = displayName.includes("'") ? displayName : `'${displayName}'`;
	return parameterError(context, `${field} ${what}`, `It is ${shown(value)} now. Nothing was sent. ${next}`.trim());
}

/** A value as a message shows it: short, and even if it cannot be written as JSON. */
export function shown(value: unknown): string {
	let written: string | undefined;
	try {
		written = typeof value === 'number' ? String(value) : JSON.stringify(value);
	} catch {
		written = 'an object that refers to itself';
	}
	if (written === undefined) return 'empty';
	return written.length > 200 ? `${written.slice(0, 200)}…` : written;
}

/** The error for a field that must be filled in. */
export function empty(context: IExecuteSingleFunctions, displayName: string, example: string): Error {
	return parameterError(context, `'${displayName}' is empty`, `Nothing was sent. Enter a value, e.g. ${example}.`);
}

/** Whether a field was left empty; one with only invisible characters, such as a zero-width space, looks empty. */
export function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && isBlank(value));
}

/** The collections of fields of operations and triggers. */
const COLLECTIONS = ['additionalFields', 'calls', 'filters', 'options', 'updateFields'];

/** Refuses a collection that was given as a whole, as an expression: its fields are lost then, safeguards included. */
export function refuseTextAsCollection(context: ParameterContext): void {
	const { parameters } = context.getNode();
	const name = COLLECTIONS.find(
		(collection) => (parameters[collection] as IDataObject | undefined)?.length !== undefined,
	);
	if (name === undefined) return;
	throw parameterError(
		context,
		`'${name}' is one expression, or a text`,
		'Nothing was sent. Switch it to Fixed, add its fields, and use expressions in these.',
	);
}

/** A text of several lines. */
export const asLines: Reader = (context, value, displayName, request) =>
	typeof value === 'string' && !isInvalidDate(value) ? value.trim() : asText(context, value, displayName, request);

/** A text of one line without surrounding blanks. A date becomes its ISO 8601 text. */
export const asText: Reader = (context, value, displayName) => {
	if (typeof value === 'string' && !isInvalidDate(value)) return ofOneLine(context, value.trim(), displayName);
	if (isTooLarge(value)) throw inexact(context, displayName, value);
	if (isExact(value) || typeof value === 'boolean') return String(value);
	const date = isoText(value);
	if (date !== null) return date;
	throw unusable(context, displayName, 'must be a text', value);
};

/** A value unchanged but for control characters, which it must not hold. */
export function ofOneLine<T>(context: ParameterContext, value: T, displayName: string): T {
	if (!hasControl(value)) return value;
	const next = 'Remove it: a telephone system takes what follows for something else.';
	throw unusable(context, displayName, 'holds a line break or another control character', value, next);
}

/** A value that JSON can carry: dates as ISO 8601 text. Anything JSON would alter is refused. */
export const asGiven: Reader = (context, value, displayName) => {
	if (isTooLarge(value)) throw inexact(context, displayName, value);
	// What is nested too deeply is refused with the request as a whole.
	return (nestsTooDeep(value) ? value : written(context, value, displayName)) as IDataObject;
};

/** Numbers keep this many digits, whatever their size. */
const KEPT_DIGITS = 15;

function written(context: IExecuteSingleFunctions, value: unknown, displayName: string): unknown {
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) {
			throw unusable(context, displayName, 'holds what is not a number', value, 'Check the expression it comes from.');
		}
		// 1e21 is exact, 12345678901234567890 has been rounded.
		if (isTooLarge(value) && Number(value.toPrecision(KEPT_DIGITS)) !== value)
			throw inexact(context, displayName, value);
	}
	if (isDate(value)) {
		const date = isoText(value);
		if (date === null) throw unusable(context, displayName, 'holds what is not a date', value);
		return date;
	}
	if (Array.isArray(value)) return value.map((entry) => written(context, entry, displayName));
	if (Object.prototype.toString.call(value) !== '[object Object]') return value;
	const fields = Object.entries(value as IDataObject);
	return Object.fromEntries(fields.map(([name, inner]) => [name, written(context, inner, displayName)]));
}

/** An ID that becomes part of an address: digits only, so that it cannot address anything else. */
export function asId(context: IExecuteSingleFunctions, value: unknown, displayName: string): string {
	const id = Number.isSafeInteger(value) ? String(value) : typeof value === 'string' ? value.trim() : '';
	if (/^\d{1,19}$/.test(id)) return id;
	if (typeof value === 'number' && value > Number.MAX_SAFE_INTEGER) throw inexact(context, displayName, value);
	throw unusable(context, displayName, 'is not an ID', value, 'An ID is a whole number, e.g. 2234.');
}

/** An ID as a number, as bodies hold it. */
export const asIdNumber: Reader = (context, value, displayName) => {
	const id = Number(asId(context, value, displayName));
	if (Number.isSafeInteger(id)) return id;
	throw inexact(context, displayName, value);
};

/** JavaScript rounds whole numbers above 2^53: the request would address another record. */
function isTooLarge(value: unknown): value is number {
	return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function inexact(context: IExecuteSingleFunctions, displayName: string, value: unknown): Error {
	return unusable(
		context,
		displayName,
		'is larger than a number can be exactly',
		value,
		'Give it as a text, digit by digit.',
	);
}

/** A number, also as a text in decimal notation. */
function numberOf(context: IExecuteSingleFunctions, value: unknown, displayName: string): number | null {
	const number = decimal(value);
	if (isTooLarge(number)) {
		throw unusable(context, displayName, 'is larger than a number can be exactly', value, 'Enter a smaller number.');
	}
	return number;
}

/** A whole number above 0. */
export const asWholeNumber: Reader = (context, value, displayName) => {
	const number = numberOf(context, value, displayName);
	if (number !== null && Number.isInteger(number) && number > 0) return number;
	throw unusable(context, displayName, 'must be a whole number above 0', value, 'Enter one, e.g. 3.');
};

/** A whole number that may be 0. */
export const asCount: Reader = (context, value, displayName) => {
	const number = numberOf(context, value, displayName);
	if (number !== null && Number.isInteger(number) && number >= 0) return number;
	throw unusable(context, displayName, 'must be 0 or a whole number above', value, 'Enter one, e.g. 3.');
};

/** Any number. */
export const asNumber: Reader = (context, value, displayName) => {
	const number = numberOf(context, value, displayName);
	if (number !== null) return number;
	throw unusable(context, displayName, 'must be a number', value, 'Enter one, e.g. 2.5.');
};

/** True or false, also as texts. */
export const asBoolean: Reader = (context, value, displayName) => {
	const said = truth(value);
	if (said !== null) return said;
	throw unusable(context, displayName, 'must be true or false', value);
};

/** Where a node's fields are read: in an operation at one input item, or in a poll. */
export interface ParameterContext {
	getNodeParameter(name: string, fallback?: unknown): unknown;
	getNode(): INode;
	/** A trigger has no input items. */
	getItemIndex?(): number;
}

/** The same with the zone of the workflow, in which dates without an offset are read. */
export interface SettingsContext extends ParameterContext {
	getTimezone(): string;
}

/**
 * Whether a switch is on. An expression may have given a text or a number: anything that is neither true nor false is refused, as
 * a 'Dry Run' that counts as off would call somebody.
 *
 * @param fallback its state if nobody set it, or an expression gave nothing
 * @throws NodeOperationError that names the switch and the value
 */
export function isOn(context: ParameterContext, name: string, displayName: string, fallback = false): boolean {
	const value = context.getNodeParameter(name, fallback);
	if (isEmpty(value)) return fallback;
	const said = truth(value);
	if (said !== null) return said;
	throw unusable(context, displayName, 'must be true or false', value);
}

/** A choice; the first one if nobody chose. An expression may have given something else. */
export function choiceOf<Choice extends string>(
	context: ParameterContext,
	name: string,
	displayName: string,
	choices: readonly Choice[],
): Choice {
	const value = context.getNodeParameter(name, choices[0]);
	const choice = isEmpty(value) ? choices[0] : choices.find((known) => known === value);
	if (choice !== undefined) return choice;
	// n8n passes an expression on as it stands where a field takes none, as 'Event' does: it decides which fields are shown.
	const isUnevaluated = typeof value === 'string' && value.includes('{{');
	throw unusable(
		context,
		displayName,
		`must be one of: ${choices.join(', ')}`,
		value,
		`${isUnevaluated ? 'It was taken as a text, not as an expression. ' : ''}Choose from the list.`,
	);
}

/** Several choices; an expression may have given something else. A text may name them with commas between. */
export function choicesOf<Choice extends string>(
	context: ParameterContext,
	name: string,
	displayName: string,
	choices: readonly Choice[],
	fallback: readonly Choice[] = [],
): Choice[] {
	return choicesIn(context, context.getNodeParameter(name, fallback), displayName, choices);
}

/** The same of a value that was read already. */
export function choicesIn<Choice extends string>(
	context: ParameterContext,
	value: unknown,
	displayName: string,
	choices: readonly Choice[],
): Choice[] {
	const chosen = namesOf(context, value, displayName);
	if (chosen.every((one): one is Choice => choices.includes(one as Choice))) return chosen;
	throw unusable(context, displayName, `must be one or more of: ${choices.join(', ')}`, value, 'Choose from the list.');
}

/** One of the choices of a list; an expression may have given something else. */
export function oneOf(choices: readonly unknown[]): Reader {
	return (context, value, displayName) => {
		if (choices.includes(value)) return value as string;
		throw unusable(context, displayName, `must be one of: ${choices.join(', ')}`, value);
	};
}

/** Names given as one text with commas, or as a list by an expression. */
export const asNames: Reader = (context, value, displayName) => {
	const names = namesOf(context, value, displayName);
	return names.length === 0 ? undefined : names;
};

/** Names as one text, separated by commas, which is how the provider reads them: none can contain one. */
export const asJoinedNames: Reader = (context, value, displayName) => {
	const names = namesOf(context, value, displayName).map(tidyName);
	const inTwo = names.find((name) => name.includes(','));
	if (inTwo === undefined) return names.join(',') || undefined;
	const what = `has a name with a comma, which the provider would take for two names: ${inTwo}`;
	throw unusable(context, displayName, what, value, 'Leave it out, and choose among the items with a Filter node.');
};

/** Names given as one text with commas or as a list; none for an empty value. */
export function namesOf(context: ParameterContext, value: unknown, displayName: string): string[] {
	const names = nameList(value);
	if (names !== null) return names.map((name) => ofOneLine(context, name, displayName));
	throw unusable(context, displayName, 'must be names separated by commas, or a list of names', value);
}

/** IDs or names given as one text with commas or as a list; numbers as numbers. */
export const asIds: Reader = (context, value, displayName) => {
	const entries = namesOf(context, value, displayName);
	return entries.length === 0
		? undefined
		: entries.map((entry) => (/^\d{1,15}$/.test(String(entry)) ? Number(entry) : entry));
};
