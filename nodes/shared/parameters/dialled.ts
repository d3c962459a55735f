import type { IExecuteSingleFunctions } from 'n8n-workflow';

import { readDialled, type Dialled } from '../phone/writtenNumber';
import { unusable, type Reader } from './read';

/** A phone number that can be read in only one way; see `readDialled`. */
export function phoneNumberOf(context: IExecuteSingleFunctions, value: unknown, displayName: string): Dialled {
	const number = readDialled(value);
	if (typeof number !== 'string') return number;
	throw notDialled(context, displayName, number, value);
}

/** The error for an ambiguous phone number. */
export function notDialled(
	context: IExecuteSingleFunctions,
	displayName: string,
	reason: string,
	value: unknown,
): Error {
	const next = 'Write it in international form, with a plus sign and the country code, e.g. +34600000000.';
	return unusable(context, displayName, `is not a phone number: ${reason}`, value, next);
}

/** A number or an extension as a PBX dials it: with the plus sign if it was written with one. */
export const asDialled: Reader = (context, value, displayName) => {
	const { digits, hasPlus } = phoneNumberOf(context, value, displayName);
	return hasPlus ? `+${digits}` : digits;
};

/** The extension of somebody's phone, or a number that the PBX dials in its place. */
export const asExtension: Reader = (context, value, displayName, request) => {
	if (typeof value !== 'string' || !/\p{L}/u.test(value)) return asDialled(context, value, displayName, request);
	throw unusable(context, displayName, 'is not an extension', value, 'An extension consists of digits, e.g. 1010.');
};
