import { decimal } from '../values/values';
import { isEmpty, unusable, type ParameterContext } from './read';

/** A number of seconds from 0 to a day; an expression may have given something else. */
export function secondsOf(context: ParameterContext, name: string, displayName: string, fallback: number): number {
	const value = context.getNodeParameter(name, fallback);
	const seconds = isEmpty(value) ? fallback : decimal(value);
	if (seconds !== null && seconds >= 0 && seconds <= 86_400) return seconds;
	throw unusable(context, displayName, 'must be a number of seconds from 0 to 86,400', value);
}

/** The value of a field as a number within limits, both included; `fallback` where the field is not there. */
export function numberWithin(
	context: ParameterContext,
	name: string,
	displayName: string,
	limits: Limits,
	fallback: number,
): number {
	return checkedWithin(context, context.getNodeParameter(name, fallback) ?? fallback, displayName, limits);
}

export type Limits = readonly [least: number, most: number];

/** A value as a number within limits. */
export function checkedWithin(
	context: ParameterContext,
	value: unknown,
	displayName: string,
	[least, most]: Limits,
): number {
	const number = decimal(value);
	if (number !== null && number >= least && number <= most) return number;
	throw unusable(context, displayName, `must be a number from ${least} to ${most}`, value);
}
