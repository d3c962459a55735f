import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { inCountry } from '../defaultCountry';
import { fromClock } from '../time';
import type { StoredState } from './n8nEngines';
import { impossible, passes, readFilters } from './filters';
import { factsOf, type ItemForm } from './item';
import { logsPolls } from './pollLog';
import {
	countryOf,
	failsOnNotFound,
	includesRaw,
	namesToAskFor,
	readParameters,
	readSettings,
	streamOf,
	timezoneOf,
	type PollParameters,
	type Settings,
} from './settings';
import type { Filters, Source, SourceSetup, TriggerProvider } from './source';
import { unreturnedOf, type GiveCallers } from './unreturnedPoll';
import { MISSED_NOT_RETURNED, unreturnedSettings } from './unreturnedSettings';

/** What the user chose in a trigger node, checked, and what follows from it for one poll. */
export interface Choices {
	readonly parameters: PollParameters;
	readonly setup: SourceSetup;
	readonly source: Source;
	readonly form: ItemForm;
	readonly filters: Filters;
	/** How the calls are read. For callers all of them are: any may be the one that reached somebody. */
	readonly settings: Settings;
	/** For *Missed and Not Returned*: the items for the calls that were read. Null for any other event. */
	readonly callers: GiveCallers | null;
	/** Whether calls are chosen by their queue. */
	readonly isByQueue: boolean;
	/** The error for filters that no call of the event can pass. */
	readonly never: Error | undefined;
	/** What a state belongs to: see `streamOf`. */
	readonly stream: string;
	readonly isLogged: boolean;
}

/**
 * Reads and checks the parameters and the credential of a trigger node.
 *
 * @param stored the state so far, whose time zone the trigger began with
 * @param now the time of the host, in milliseconds
 * @throws NodeOperationError for a setting that cannot be used
 */
export async function readChoices(
	context: IPollFunctions,
	trigger: TriggerProvider,
	stored: StoredState,
	now: number,
): Promise<Choices> {
	const credentialType = trigger.provider.credentialType(context);
	const parameters = readParameters(context, trigger);
	const credentials = await context.getCredentials<IDataObject>(credentialType);
	const isUnreturned = parameters.event === MISSED_NOT_RETURNED;
	const event = isUnreturned ? parameters.missedIn : parameters.event;
	const filters = readFilters(context, trigger, parameters.filters);
	const timezone = timezoneOf(context, trigger, parameters);
	const perCall = parameters.itemPer === 'call' && trigger.isLinked?.(event, credentials) === true;
	const setup: SourceSetup = {
		event,
		credentials,
		// Whoever reached a caller may be anybody.
		names: isUnreturned ? { queues: [], ringGroups: [], users: [] } : namesToAskFor(context, filters),
		timezone,
		firstTimezone: stored.calls?.zone ?? timezone,
		wholeCalls: perCall,
		withReturns: isUnreturned,
		failsOnNotFound: failsOnNotFound(context, parameters),
	};
	const source = trigger.source(setup);
	const country = countryOf(context, parameters);
	const form: ItemForm = {
		provider: trigger.id,
		event,
		output: parameters.output,
		includeRaw: includesRaw(context, parameters),
		normalize: (record) => inCountry(source.normalize(record), country),
	};
	const chosen: Settings = {
		...readSettings(context, parameters, source, now),
		wholeCalls: perCall,
		accepts: (call) => passes(filters, factsOf(call, form)),
	};
	const subject = isUnreturned ? `${parameters.event} ${event}` : event;
	return {
		parameters,
		setup,
		source,
		form,
		filters,
		settings: isUnreturned ? { ...chosen, accepts: () => true, maxItems: Infinity, oldest: -Infinity } : chosen,
		callers: isUnreturned ? unreturnedIn(context, parameters, source, form, filters, chosen, now) : null,
		isByQueue: filters.queues.length > 0 || (isUnreturned && parameters.unreturned.scope === 'queue'),
		never: isUnreturned ? undefined : impossible(context, filters, trigger.possible(event, credentials)),
		stream: streamOf(context, trigger, credentialType, credentials, subject, perCall),
		isLogged: logsPolls(context, parameters.options),
	};
}

/** For *Missed and Not Returned*: the items for the calls that were read. */
function unreturnedIn(
	context: IPollFunctions,
	parameters: PollParameters,
	source: Source,
	form: ItemForm,
	filters: Filters,
	{ graceMs, maxItems, oldest = -Infinity }: Settings,
	now: number,
): GiveCallers {
	const chosen = unreturnedSettings(context, parameters.unreturned, now);
	const oldestAt = oldest === -Infinity ? oldest : fromClock(oldest, (at) => source.clock(at));
	const settings = { ...chosen, graceMs, maxItems, oldest: oldestAt };
	return (before, read, other) => unreturnedOf(before, read, source, form, filters, now, { ...settings, ...other });
}
