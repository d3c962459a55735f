import { omit } from 'lodash';
import type { INodeProperties } from 'n8n-workflow';

import { filterProperties, withValues } from '../../shared/calls/properties';
import type { CallList } from '../../shared/history/openHistory';
import { DAY, utcDay } from '../../shared/values/time';
import { namesDescription } from '../api';
import { V1_USER, V1_WAITING, V2_USER, V2_WAITING } from './normalize';
import { voipcloudTrigger } from './trigger';

/** Added to what version 1 lacks; the version is set in the credential. */
export const V2_ONLY = 'Only with API version 2';

const { callerType, direction, outcome, queues, ringGroups, users } = filterProperties;

function callFilters(event: string): INodeProperties[] {
	const isOfUsers = event === 'userCall';
	const [v1, v2] = isOfUsers ? [V1_USER, V2_USER] : [V1_WAITING, V2_WAITING];
	const [waiting, whose] = event === 'queueCall' ? [queues, 'to these queues'] : [ringGroups, 'to these ring groups'];
	return [
		callerType,
		withValues(outcome, v2.outcome, v1.outcome, V2_ONLY),
		{ ...users, description: namesDescription('Only calls of these users') },
		isOfUsers
			? withValues(direction, v2.direction, v1.direction, V2_ONLY)
			: { ...waiting, description: namesDescription(`Only calls ${whose}`) },
	];
}

/**
 * A call list as the trigger reads it. In which zone the provider's days are is not documented: a day more on each side is asked
 * for.
 *
 * @param namesParameter where the filter by names goes in the query
 */
export function callListOf(event: string, namesParameter: string): CallList {
	return {
		trigger: voipcloudTrigger,
		event,
		hasLegs: event === 'userCall',
		coarse: 'days',
		callFilters: callFilters(event),
		withAllLegs: (request) =>
			request.qs?.[namesParameter] === undefined ? undefined : { ...request, qs: omit(request.qs, namesParameter) },
		between(request, { from, to }) {
			const days = {
				...(from !== null && { from_date: utcDay(from - DAY) }),
				...(to !== null && { to_date: utcDay(to + 2 * DAY) }),
			};
			return { ...request, qs: { ...request.qs, ...days } };
		},
	};
}
