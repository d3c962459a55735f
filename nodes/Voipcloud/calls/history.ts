import type { CallList } from '../../shared/history/callHistory';
import { DAY, utcDay } from '../../shared/values/time';
import { voipcloudTrigger } from './trigger';

/**
 * A call list as the trigger reads it. In which zone the provider's days are is not documented: a day more on each side is asked
 * for.
 *
 * @param namesFilter the display name of the filter by names, which goes into the query as `namesParameter`
 */
export function callListOf(event: string, namesFilter: string, namesParameter: string): CallList {
	return {
		trigger: voipcloudTrigger,
		event,
		hasLegs: event === 'userCall',
		coarse: 'days',
		legFiltersIn: ({ qs }) => (qs?.[namesParameter] === undefined ? [] : [namesFilter]),
		between(request, { from, to }) {
			const days = {
				...(from !== null && { from_date: utcDay(from - DAY) }),
				...(to !== null && { to_date: utcDay(to + 2 * DAY) }),
			};
			return { ...request, qs: { ...request.qs, ...days } };
		},
	};
}
