import { userInstant } from '../values/time';
import { unusable, type ParameterContext } from './read';

/**
 * The instant that a user's date stands for.
 *
 * @param zone of a date without an offset
 * @param latest what is later is refused
 */
export function momentOf(
	context: ParameterContext,
	value: unknown,
	displayName: string,
	zone: string,
	latest = Infinity,
): number {
	const at = userInstant(value, zone);
	const next = 'Pick a date, or enter one such as 2026-11-21T09:00:00.';
	if (at === null) throw unusable(context, displayName, 'is not a date', value, next);
	if (at > latest) throw unusable(context, displayName, 'is in the future', value, 'Choose a date that has passed.');
	return at;
}
