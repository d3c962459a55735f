import type { TriggerProvider } from '../../shared/calls/source';
import { withReturns } from '../../shared/calls/withReturns';
import { voipcloud } from '../api';
import { notFoundOf } from '../lists/notFound';
import { CallList, EVENTS, tableOf } from './source';

/** VoIPcloud's side of its trigger. */
export const voipcloudTrigger: TriggerProvider = {
	id: 'voipcloud',
	provider: voipcloud,
	// The document promises ISO 8601 and the seen times carry a zone; one without is taken as UTC.
	defaultTimezone: 'utc',
	isLinked: (event, credentials) => tableOf(event, credentials).isLinked === true,
	possible: (event, credentials) => tableOf(event, credentials).possible,
	events: Object.keys(EVENTS.v1),
	missedIn: ['queueCall', 'ringGroupCall'],
	requestOptions: notFoundOf,
	source: (setup) => {
		if (setup.withReturns !== true) return new CallList(setup);
		const returns = { ...setup, event: 'userCall' };
		return withReturns(new CallList(setup, returns.event), new CallList(returns, setup.event), returns.event);
	},
};
