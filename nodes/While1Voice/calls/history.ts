import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { filterProperties, withValues } from '../../shared/calls/properties';
import type { CallList } from '../../shared/history/openHistory';
import { pbxTime } from '../fields';
import { valuesOfEvent } from './normalize';
import { while1VoiceTrigger } from './trigger';

/** Beyond any call: the provider accepts `date_between` only with both ends. */
const EVER = ['1970-01-01 00:00:00', '2099-12-31 23:59:59'];

const { callerType, direction, outcome, users } = filterProperties;

/** The filter 'Users'. */
export const usersFilter: INodeProperties = {
	...users,
	placeholder: 'e.g. 12, 15',
	description:
		'Only calls of these users: IDs of the PBX separated by commas, or an expression that gives a list. No request of While1 Voice lists users with their IDs. If one is mistyped, a test run says which there are.',
};

/** The call detail records as the trigger reads them. */
export const calls: CallList = {
	trigger: while1VoiceTrigger,
	event: 'cdr',
	hasLegs: true,
	callFilters: [
		callerType,
		withValues(direction, valuesOfEvent.direction),
		withValues(outcome, valuesOfEvent.outcome),
		usersFilter,
	],
	withAllLegs(request) {
		const { linkedid, ...others } = filtersOf(request.body);
		if (Object.keys(others).length === 0) return undefined;
		// All legs of a call have its linked ID.
		const filters = linkedid === undefined ? {} : { linkedid };
		return { ...request, body: { ...(request.body as IDataObject), filters } };
	},
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
