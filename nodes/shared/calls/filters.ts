import type { IDataObject } from 'n8n-workflow';

import { choicesIn, isEmpty, namesOf, unusable, type ParameterContext } from '../parameters/read';
import { readPart } from '../phone/writtenNumber';
import { parameterError } from '../request/nodeErrors';
import { decimal } from '../values/values';
import { UNANSWERED } from './passes';
import { filterProperties } from './properties';
import { NO_NAMES, type EventValues, type Filters, type NameFilter, type TriggerProvider } from './source';

export const CALLER_TYPES = ['fixed', 'mobile'] as const;

/** All calls pass. */
export const NO_FILTERS: Filters = {
	...NO_NAMES,
	direction: [],
	outcome: [],
	number: null,
	callerType: [],
	minimumDuration: 0,
};

/** Fewer digits are in almost every number; behind a plus sign, they are a country's. */
const LEAST_DIGITS = 3;

/** A filter by names as the user sees it in the form. */
export function filterName({ listNames }: TriggerProvider, filter: NameFilter): string {
	return listNames?.[filter] ?? filterProperties[filter].displayName;
}

/**
 * The filters on calls, as a trigger and the history of calls have them.
 *
 * @throws NodeOperationError for a value that names nothing: dropping it would let everybody's calls through
 */
export function readFilters(context: ParameterContext, trigger: TriggerProvider, parameter: IDataObject): Filters {
	const label = (displayName: string) => `The filter '${displayName}'`;
	const names = (displayName: string, value: unknown) => namesOf(context, value, label(displayName));
	const named = (filter: NameFilter) => names(filterName(trigger, filter), parameter[filter]);
	const { number, minimumDuration = 0 } = parameter;
	const part = isEmpty(number) ? null : readPart(number);
	const isPart = part !== null && (part.hasPlus || part.digits.length >= LEAST_DIGITS);
	if (!isPart && !isEmpty(number)) {
		const what = `must be a number, or at least ${LEAST_DIGITS} digits of one`;
		throw unusable(context, label('Number'), what, number);
	}
	const seconds = decimal(minimumDuration);
	if (seconds === null || seconds < 0) {
		throw unusable(context, label('Minimum Duration'), 'must be a number of seconds', minimumDuration);
	}
	return {
		direction: names('Direction', parameter.direction),
		outcome: names('Outcome', parameter.outcome),
		queues: named('queues'),
		ringGroups: named('ringGroups'),
		users: named('users'),
		number: part,
		callerType: choicesIn(context, parameter.callerType, label('Caller Type'), CALLER_TYPES),
		minimumDuration: seconds,
	};
}

/**
 * The error for filters that ask for a direction or an outcome which no call of the event can have: they would never match
 * anything. Undefined where each value can occur.
 *
 * @param valuesOfEvent undefined for an event whose records are not calls
 */
export function impossible(
	context: ParameterContext,
	filters: Filters,
	valuesOfEvent?: EventValues,
): Error | undefined {
	if (valuesOfEvent === undefined) return undefined;
	for (const [displayName, wanted, can] of [
		['Direction', filters.direction, valuesOfEvent.direction],
		['Outcome', filters.outcome, valuesOfEvent.outcome],
	] as const) {
		const never = wanted.filter((value) => value !== UNANSWERED && !(can as readonly string[]).includes(value));
		if (never.length === 0) continue;
		return parameterError(
			context,
			`The filter '${displayName}' asks for what no call of this event can be: ${never.join(', ')}`,
			`A call of this event, as the provider tells it with this credential, can be: ${can.join(', ')}. Choose among these, or remove the filter.`,
		);
	}
	return undefined;
}
