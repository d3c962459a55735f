import { omit } from 'lodash';
import type { INodeProperties } from 'n8n-workflow';

import type { CallList } from '../../shared/history/callHistory';
import { SECOND, wholeSecond, writtenClock } from '../../shared/values/time';
import { apiInstant, filterText, type Condition } from '../lists/filter';
import { voipStudioTrigger } from './trigger';

/** An option of records as they are: whole calls have no such fields, and an order of their own. */
export function forRecords(option: INodeProperties): INodeProperties {
	return { ...option, displayOptions: { show: { '/output': ['raw'] } } };
}

/** A list of call detail records as the trigger reads it. */
export function historyOf(event: 'cdr' | 'callMeBackCdr'): CallList {
	return {
		trigger: voipStudioTrigger,
		event,
		hasLegs: true,
		spanOf({ qs }) {
			let [from, to] = [-Infinity, Infinity];
			const others: string[] = [];
			const conditions = JSON.parse((qs?.filter as string | undefined) ?? '[]') as Condition[];
			for (const { property, operator, value } of conditions) {
				const at = property === 'calldate' ? writtenClock(value) : null;
				if (at !== null && operator === 'gte') from = Math.max(from, at);
				else if (at !== null && operator === 'gt') from = Math.max(from, at + SECOND);
				else if (at !== null && operator === 'lte') to = Math.min(to, at);
				else if (at !== null && operator === 'lt') to = Math.min(to, at - SECOND);
				else others.push(`Filters: ${property} ${operator}`);
			}
			return { from: from === -Infinity ? null : from, to: to === Infinity ? null : to, others };
		},
		between(request, { from, to }) {
			const limits = [
				...(from === null ? [] : [{ property: 'calldate', operator: 'gte', value: apiInstant(from, 'utc') }]),
				...(to === null ? [] : [{ property: 'calldate', operator: 'lte', value: apiInstant(wholeSecond(to), 'utc') }]),
			];
			const filter = filterText(limits);
			// Oldest first: the order in which pages do not move. A list with no documented order is requested without one.
			const order = event === 'cdr' ? { sort: 'id', dir: 'ASC' } : {};
			return { ...request, qs: { ...omit(request.qs, 'filter'), ...order, ...(filter !== undefined && { filter }) } };
		},
	};
}
