import { omit } from 'lodash';
import { DateTime } from 'luxon';

import type { CallList } from '../../shared/history/callHistory';
import { DAY, utcDay } from '../../shared/values/time';
import { voipcloudTrigger } from './trigger';

/**
 * A call list as the trigger reads it. In which zone the provider's days are is not documented: those of whole calls are the
 * workflow's, and a day more on each side is asked for.
 *
 * @param namesFilter the display name of the filter by names, which goes into the query as `namesParameter`
 */
export function historyOf(event: string, namesFilter: string, namesParameter: string): CallList {
	return {
		trigger: voipcloudTrigger,
		event,
		hasLegs: event === 'userCall',
		spanOf({ qs }, zone) {
			const { from_date: from, to_date: to } = (qs ?? {}) as { from_date?: string; to_date?: string };
			const begin = (day: string) => DateTime.fromISO(day, { zone }).startOf('day');
			return {
				from: from === undefined ? null : begin(from).toMillis(),
				to: to === undefined ? null : begin(to).endOf('day').toMillis(),
				others: qs?.[namesParameter] === undefined ? [] : [namesFilter],
			};
		},
		between(request, { from, to }) {
			const days = {
				...(from !== null && { from_date: utcDay(from - DAY) }),
				...(to !== null && { to_date: utcDay(to + 2 * DAY) }),
			};
			return { ...request, qs: { ...omit(request.qs, 'from_date', 'to_date'), ...days } };
		},
	};
}
