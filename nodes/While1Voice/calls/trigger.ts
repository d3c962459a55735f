import type { TriggerProvider } from '../../shared/calls/source';
import { while1Voice } from '../api';
import { valuesOfEvent } from './normalize';
import { CdrList } from './source';

/** While1 Voice's side of its trigger. Its times carry no zone: the workflow's, unless the user names another. */
export const while1VoiceTrigger: TriggerProvider = {
	id: 'while1Voice',
	provider: while1Voice,
	hasZoneOption: true,
	isLinked: () => true,
	valuesOfEvent: () => valuesOfEvent,
	events: ['cdr'],
	missedEvents: { missedCall: 'cdr' },
	missedIn: ['cdr'],
	source: (setup) => new CdrList(setup),
};
