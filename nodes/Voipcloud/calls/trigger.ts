import type { TriggerProvider } from '../../shared/calls/source';
import { withReturns } from '../../shared/calls/withReturns';
import { voipcloud } from '../api';
import { notFoundOf } from '../lists/notFound';
import { CallSource, EVENTS, tableOf } from './source';

/** VoIPcloud's side of its trigger. */
export const voipcloudTrigger: TriggerProvider = {
	id: 'voipcloud',
	provider: voipcloud,
	// The document promises ISO 8601, and the times that have been seen carry a zone.
	hasZoneOption: true,
	isLinked: (event, credentials) => tableOf(event, credentials).isLinked === true,
	valuesOfEvent: (event, credentials) => tableOf(event, credentials).valuesOfEvent,
	events: Object.keys(EVENTS.v1),
	missedEvents: { missedQueueCall: 'queueCall', missedRingGroupCall: 'ringGroupCall', missedUserCall: 'userCall' },
	missedIn: ['queueCall', 'ringGroupCall'],
	requestOptions: notFoundOf,
	source: (setup) => {
		if (setup.withReturns !== true) return new CallSource(setup);
		const returns = { ...setup, event: 'userCall' };
		return withReturns(new CallSource(setup, returns.event), new CallSource(returns, setup.event), returns.event);
	},
};
