import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { DecideSettings } from '../calls/decide';
import { impossible } from '../calls/filters';
import { factsOf } from '../calls/item';
import type { Observed } from '../calls/observed';
import { openSource, type OpenSource } from '../calls/openSource';
import { passes } from '../calls/passes';
import type { TriggerProvider } from '../calls/source';
import { unreturnedOf, type GiveCallers } from '../calls/unreturnedPoll';
import { MISSED_NOT_RETURNED } from '../calls/unreturnedSettings';
import type { WholeSettings } from '../calls/whole';
import { refuseTextAsCollection } from '../parameters/read';
import { fromClock } from '../values/time';
import type { StoredState } from './engine';
import { readSettings, type TriggerSettings } from './settings';
import { inZone, streamOf } from './start';

/** How the calls of a poll are read and judged. */
export interface ReadSettings extends DecideSettings<IDataObject>, WholeSettings {
	/** Whether each item is a whole call rather than a record. */
	readonly wholeCalls: boolean;
	/** What `accepts` will say of a call, found out before many are decided at once. */
	readonly judge: (call: Observed<IDataObject>) => boolean;
}

/** A trigger's calls, ready to be polled. */
export interface PreparedPoll extends OpenSource {
	readonly settings: TriggerSettings;
	/** For callers, all calls are read: any may be the one that reached somebody. */
	readonly reading: ReadSettings;
	/** For *Missed, Not Called Back*: the items for the calls that were read. Null for any other event. */
	readonly callers: GiveCallers | null;
	/** Whether calls are chosen by their queue. */
	readonly isByQueue: boolean;
	/** The error for filters that no call of the event can pass. */
	readonly never: Error | undefined;
	/** What a state belongs to: see `streamOf`. */
	readonly stream: string;
}

/**
 * Reads the settings of a trigger node, opens its source and says what follows for one poll.
 *
 * @param stored the state so far, whose time zone the trigger began with
 * @param now the time of the host, in milliseconds
 * @throws NodeOperationError for a setting that cannot be used
 */
export async function preparePoll(
	context: IPollFunctions,
	trigger: TriggerProvider,
	stored: StoredState,
	now: number,
): Promise<PreparedPoll> {
	refuseTextAsCollection(context);
	const settings = readSettings(context, trigger, now);
	const { event, filters, returns, graceMs, maxItems, oldestMs } = settings;
	const zone = stored.calls && inZone(stored.calls, settings.timezone).zone;
	const opened = await openSource(context, trigger, settings, settings.fixedNames, zone);
	const { source, form, setup } = opened;
	const clock = (at: number) => source.clock(at);
	const judged = new WeakMap<Observed<IDataObject>, boolean>();
	const judge = (call: Observed<IDataObject>) => {
		const isWanted = returns !== null || (judged.get(call) ?? passes(filters, factsOf(call, form)));
		judged.set(call, isWanted);
		return isWanted;
	};
	const reading: ReadSettings = {
		lookbackMs: settings.lookbackMs + source.timeSlackMs,
		graceMs,
		maxItems: returns === null ? maxItems : Infinity,
		oldest: returns === null ? clock(now) - oldestMs : -Infinity,
		wholeCalls: setup.wholeCalls === true,
		judge,
		accepts: judge,
	};
	const oldest = oldestMs === Infinity ? -Infinity : fromClock(clock(now) - oldestMs, clock);
	return {
		...opened,
		settings,
		reading,
		callers:
			returns === null
				? null
				: (before, read, other) =>
						unreturnedOf(before, read, source, form, filters, now, { ...returns, graceMs, maxItems, oldest, ...other }),
		isByQueue: filters.queues.length > 0 || returns?.scope === 'queue',
		never: returns === null ? impossible(context, filters, trigger.valuesOfEvent(event, setup.credentials)) : undefined,
		stream: streamOf(
			context,
			trigger,
			setup,
			returns === null ? (settings.chosenEvent ?? event) : `${MISSED_NOT_RETURNED} ${event}`,
		),
	};
}
