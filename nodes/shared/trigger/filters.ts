import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { FIELDS, isNameOf, namedIn, UNANSWERED, type Facts } from '../calls/passes';
import { readCallerTypes } from '../calls/properties';
import type { Filters, NameFilter, EventValues, TriggerProvider } from '../calls/source';
import { isEmpty, namesOf, unusable, type ParameterContext } from '../parameters/read';
import { readPart } from '../phone/writtenNumber';
import { parameterError } from '../request/nodeErrors';
import { decimal } from '../values/values';
import { filterProperties } from './properties';

/** Fewer digits are in almost every number; behind a plus sign, they are a country's. */
const LEAST_DIGITS = 3;

/** A filter by names as the user sees it in the form of a trigger. */
export function filterName({ listNames }: TriggerProvider, filter: NameFilter): string {
	return listNames?.[filter] ?? filterProperties[filter].displayName;
}

/**
 * The parameter 'Filters' as the trigger uses it.
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
		callerType: readCallerTypes(context, parameter.callerType, label('Caller Type')),
		minimumDuration: seconds,
	};
}

/**
 * The error for filters that ask for a direction or an outcome which no call of the event can have: they would never match
 * anything. Undefined where each value can occur.
 *
 * @param valuesOfEvent undefined for an event whose records are not calls
 */
export function impossible(context: IPollFunctions, filters: Filters, valuesOfEvent?: EventValues): Error | undefined {
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

/** Names in one of the filters that none of some calls has, such as a mistyped queue. */
export interface MissingNames {
	readonly filter: NameFilter;
	readonly names: readonly string[];
}

/** @param calls everybody's, or those of the names */
export function namesWithoutCalls(filters: Filters, calls: Facts[]): MissingNames[] {
	return (Object.keys(FIELDS) as NameFilter[]).flatMap((filter) => {
		const there = calls.flatMap((facts) => namedIn(facts, FIELDS[filter]));
		const names = filters[filter].filter((entry) => !there.some((named) => isNameOf(entry, named)));
		return names.length === 0 ? [] : [{ filter, names }];
	});
}

/** As many names as a message can hold. */
const NAMES_SHOWN = 10;

/** The queues, ring groups or users that calls have, for a message. */
export function namesIn(calls: Facts[], filter: NameFilter): string {
	const there = calls.flatMap((facts) => namedIn(facts, FIELDS[filter]));
	const names = [...new Set(there.map(({ id, name }) => name ?? id).filter((name) => name !== null))].sort();
	const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
	return names.length === 0 ? 'they name none' : `they have ${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}
