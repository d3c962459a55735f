import { omit } from 'lodash';
import type { IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { filterProperties, withValues } from '../../shared/calls/properties';
import type { CallList } from '../../shared/history/openHistory';
import { chosenNames } from '../fields';
import { apiInstant, filterText, type Condition } from '../lists/filter';
import { valuesOfEvent } from './normalize';
import { voipStudioTrigger } from './trigger';

/** An option of records as they are: whole calls have no such fields, and an order of their own. */
export function forRecords(option: INodeProperties): INodeProperties {
	return { ...option, displayOptions: { show: { '/output': ['raw'] } } };
}

const { callerType, direction, outcome } = filterProperties;
const callFilters = [
	callerType,
	withValues(direction, valuesOfEvent.direction),
	withValues(outcome, valuesOfEvent.outcome),
	chosenNames('queues'),
	chosenNames('users'),
];

/** A list of call detail records as the trigger reads it. */
export function callListOf(event: 'cdr' | 'callMeBackCdr'): CallList {
	// The list of Call Me Back is documented without parameters: a filter by time might never match anything.
	const isFiltered = event === 'cdr';
	return {
		trigger: voipStudioTrigger,
		event,
		hasLegs: true,
		isOldestFirst: isFiltered,
		...(!isFiltered && { coarse: 'everything' as const }),
		timesIn,
		callFilters,
		withAllLegs: (request) =>
			request.qs?.filter === undefined ? undefined : { ...request, qs: omit(request.qs, 'filter') },
		between(request, { from, to }, isWhole) {
			const limits = isFiltered ? timeLimits(from, to) : [];
			const filter = filterText([...conditionsOf(request), ...limits]);
			const order = isFiltered && isWhole ? { sort: 'id', dir: 'ASC' } : {};
			return { ...request, qs: { ...omit(request.qs, 'filter'), ...order, ...(filter !== undefined && { filter }) } };
		},
	};
}

/** The conditions for records that began in a period, by the clock of the records. */
export function timeLimits(from: number | null, to: number | null): Condition[] {
	return [
		...(from === null ? [] : [{ property: 'calldate', operator: 'gte', value: apiInstant(from, 'utc') }]),
		...(to === null ? [] : [{ property: 'calldate', operator: 'lte', value: apiInstant(to - 1, 'utc') }]),
	];
}

export function conditionsOf({ qs }: IHttpRequestOptions): Condition[] {
	return JSON.parse((qs?.filter as string | undefined) ?? '[]') as Condition[];
}

/** The conditions on when the calls began, by their names in the form. */
export function timesIn(request: IHttpRequestOptions): string[] {
	return conditionsOf(request)
		.filter(({ property }) => property === 'calldate')
		.map(named);
}

function named({ property, operator }: Condition): string {
	return `Filters: ${property} ${operator}`;
}
