import { omit } from 'lodash';
import type { IDataObject } from 'n8n-workflow';

import type { CallList } from '../../shared/history/callHistory';
import { pbxTime } from '../fields';
import { while1VoiceTrigger } from './trigger';

/** Beyond any call: the provider accepts `date_between` only with both ends. */
const EVER = ['1970-01-01 00:00:00', '2099-12-31 23:59:59'];

/** The call detail records as the trigger reads them. */
export const calls: CallList = {
	trigger: while1VoiceTrigger,
	event: 'cdr',
	hasLegs: true,
	// All legs of a call have its linked ID.
	legFiltersIn: ({ body }) => Object.keys(omit(filtersOf(body), 'linkedid')),
	between(request, { from, to }) {
		if (from === null && to === null) return request;
		const between = [from === null ? EVER[0] : pbxTime(from, 'utc'), to === null ? EVER[1] : pbxTime(to - 1, 'utc')];
		const filters = { ...filtersOf(request.body), date_between: between };
		return { ...request, body: { ...(request.body as IDataObject), filters } };
	},
};

function filtersOf(body: unknown): IDataObject {
	return ((body as IDataObject | undefined)?.filters ?? {}) as IDataObject;
}
