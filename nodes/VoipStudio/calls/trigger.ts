import type { TriggerProvider } from '../../shared/calls/source';
import { voipStudio } from '../api';
import { listNames } from '../fields';
import { valuesOfEvent } from './normalize';
import { EVENTS, isLinked, RecordList } from './source';

/** VoIPstudio's side of its trigger. */
export const voipStudioTrigger: TriggerProvider = {
	id: 'voipStudio',
	provider: voipStudio,
	// Times carry no zone. That they are UTC is inferred from requests of the provider's own dashboard, not documented.
	defaultTimezone: 'utc',
	hasZoneOption: true,
	isLinked: (event) => isLinked(event),
	valuesOfEvent: (event) => (isLinked(event) ? valuesOfEvent : undefined),
	events: Object.keys(EVENTS),
	missedEvents: { missedCall: 'cdr' },
	missedIn: ['cdr'],
	listNames,
	source: (setup) => new RecordList(setup),
};
