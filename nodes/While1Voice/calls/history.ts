import { omit } from 'lodash';
import type { IDataObject } from 'n8n-workflow';

import type { CallList } from '../../shared/history/callHistory';
import { HOUR, writtenClock } from '../../shared/values/time';
import { pbxTime } from '../fields';
import { while1VoiceTrigger } from './trigger';

/** Beyond any call: the provider accepts `date_between` only with both ends. */
const EVER = ['1970-01-01 00:00:00', '2099-12-31 23:59:59'];

/** The call detail records as the trigger reads them. */
export const calls: CallList = {
	trigger: while1VoiceTrigger,
	event: 'cdr',
	hasLegs: true,
	spanOf({ body }) {
		const filters = filtersOf(body);
		const [from, to] = (filters.date_between as string[] | undefined) ?? EVER;
		return {
			from: from === EVER[0] ? null : writtenClock(from),
			to: to === EVER[1] ? null : writtenClock(to),
			// All legs of a call have its linked ID.
			others: Object.keys(omit(filters, 'date_between', 'linkedid')),
		};
	},
	between(request, { from, to }) {
		const filters = filtersOf(request.body);
		// An hour more: the clocks of the PBX may change in between.
		const between = [
			from === null ? EVER[0] : pbxTime(from - HOUR, 'utc'),
			to === null ? EVER[1] : pbxTime(to + HOUR, 'utc'),
		];
		const body = { ...(request.body as IDataObject), filters: { ...filters, date_between: between } };
		return { ...request, body };
	},
};

function filtersOf(body: unknown): IDataObject {
	return ((body as IDataObject | undefined)?.filters ?? {}) as IDataObject;
}
