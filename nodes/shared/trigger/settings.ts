import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { readFilters } from '../calls/filters';
import { OUTPUTS } from '../calls/item';
import { UNANSWERED } from '../calls/passes';
import { readCallSettings, type CallSettings } from '../calls/settings';
import type { Filters, SourceSetup, TriggerProvider } from '../calls/source';
import { MISSED_NOT_RETURNED, readReturnSettings } from '../calls/unreturnedSettings';
import { momentOf } from '../parameters/moment';
import { checkedWithin, numberWithin, type Limits } from '../parameters/numbers';
import { choiceOf, isOn } from '../parameters/read';
import { HOUR, MINUTE, SECOND } from '../values/time';
import { text } from '../values/values';

const LONGEST_LOOKBACK_MINUTES = 7 * 24 * 60;
const LONGEST_GRACE_SECONDS = 24 * 60 * 60;
const MOST_ITEMS = 10_000;
const MOST_TEST_ITEMS = 50;
const MOST_HOURS = 10 * 366 * 24;

/** What a user chose in a trigger node. */
export interface TriggerSettings extends CallSettings {
	readonly filters: Filters;
	/** The names in 'Filters' that do not come from an expression. */
	readonly fixedNames: SourceSetup['names'];
	readonly startsNow: boolean;
	/** The instant of 'Start From'. Checked when it is asked for: a trigger that runs already does not depend on it. */
	startsAt(): number;
	readonly lookbackMs: number;
	readonly graceMs: number;
	readonly maxItems: number;
	/** How long ago a call may have ended to be emitted; Infinity for any time. */
	readonly oldestMs: number;
	readonly testItems: number;
	readonly isLogged: boolean;
	/** Whether names that no call has may be published. */
	readonly isAnyway: boolean;
}

/**
 * Reads and checks all of them, before anything is awaited: see `readCallSettings`.
 *
 * @param now the time of the host, in milliseconds
 * @throws NodeOperationError for a setting that cannot be used
 */
export function readSettings(context: IPollFunctions, trigger: TriggerProvider, now: number): TriggerSettings {
	const { events, missedEvents, missedIn } = trigger;
	const names = [...events, ...Object.keys(missedEvents), MISSED_NOT_RETURNED];
	const chosenEvent = choiceOf(context, 'event', 'Event', names);
	const isUnreturned = chosenEvent === MISSED_NOT_RETURNED;
	const isMissed = Object.hasOwn(missedEvents, chosenEvent);
	const asked: Parameters<typeof readCallSettings>[2] = {
		event: isUnreturned
			? choiceOf(context, 'missedIn', 'Missed In', missedIn)
			: (missedEvents[chosenEvent] ?? chosenEvent),
		...(isMissed && { chosenEvent }),
		output: choiceOf(context, 'output', 'Output', isUnreturned ? ['simplified', 'full'] : OUTPUTS),
		returns: isUnreturned ? readReturnSettings(context, now) : null,
	};
	const entered = context.getNodeParameter('filters', {}) as IDataObject;
	const filters = readFilters(context, trigger, isMissed ? { ...entered, outcome: [UNANSWERED] } : entered);
	const number = (name: string, displayName: string, limits: Limits, fallback: number) =>
		numberWithin(context, `options.${name}`, displayName, limits, fallback);
	const graceSeconds = number('graceSeconds', 'Wait for Late Legs', [0, LONGEST_GRACE_SECONDS], 60);
	const oldestHours = number('oldestCallHours', 'Oldest Call', [0, MOST_HOURS], 0);
	return {
		...readCallSettings(context, trigger, asked),
		...readStart(context, now),
		filters,
		fixedNames: fixedNames(context, filters),
		lookbackMs: number('lookbackMinutes', 'Lookback Minutes', [1, LONGEST_LOOKBACK_MINUTES], 240) * MINUTE,
		graceMs: graceSeconds * SECOND,
		maxItems: number('maxItemsPerPoll', 'Max Items per Poll', [1, MOST_ITEMS], 1000),
		oldestMs: oldestHours === 0 ? Infinity : oldestHours * HOUR,
		testItems: number('testItems', 'Test Items', [1, MOST_TEST_ITEMS], 1),
		isLogged: isOn(context, 'options.logPolls', 'Log Polls'),
		isAnyway: isOn(context, 'options.publishAnyway', 'Publish Anyway'),
	};
}

function readStart(context: IPollFunctions, now: number): Pick<TriggerSettings, 'startsNow' | 'startsAt'> {
	const startFrom = choiceOf(context, 'startFrom', 'Start From', ['now', 'hoursAgo', 'date']);
	const hours = context.getNodeParameter('hours', 24);
	const startDate = context.getNodeParameter('startDate', '');
	return {
		startsNow: startFrom === 'now',
		startsAt() {
			if (startFrom === 'hoursAgo') return now - checkedWithin(context, hours, 'Hours', [1, MOST_HOURS]) * HOUR;
			return startFrom === 'date' ? momentOf(context, startDate, 'Start Date', context.getTimezone(), now) : now;
		},
	};
}

function fixedNames(context: IPollFunctions, filters: Filters): SourceSetup['names'] {
	const written = (context.getNode().parameters.filters ?? {}) as IDataObject;
	const isFixed = (name: string) => text(written[name])?.startsWith('=') !== true;
	return {
		queues: isFixed('queues') ? filters.queues : [],
		ringGroups: isFixed('ringGroups') ? filters.ringGroups : [],
		users: isFixed('users') ? filters.users : [],
	};
}
