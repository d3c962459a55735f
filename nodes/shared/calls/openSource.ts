import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { RequestContext } from '../request/provider';
import { inCountry } from './call';
import type { ItemForm } from './item';
import type { CallSettings } from './settings';
import { NO_NAMES, type Source, type SourceSetup, type TriggerProvider } from './source';

/** A provider's calls, ready to be read, and how they become items. */
export interface OpenSource {
	readonly setup: SourceSetup;
	readonly source: Source;
	readonly form: ItemForm;
}

/**
 * Opens the calls of an event with the node's credential: for the trigger and for operations on past calls.
 *
 * @param names those in 'Filters' that the provider may be asked for
 * @param firstTimezone the zone at the start of the trigger
 */
export async function openSource(
	context: RequestContext,
	trigger: TriggerProvider,
	settings: CallSettings,
	names: SourceSetup['names'] = NO_NAMES,
	firstTimezone: string = settings.timezone,
): Promise<OpenSource> {
	const { event, output, itemPer, answeredMeans, includeRaw, country, timezone, reportZone } = settings;
	const { chosenEvent, requestOptions, returns } = settings;
	const type = trigger.provider.credentialType(context);
	const credentials = await (context as IPollFunctions).getCredentials<IDataObject>(type);
	const setup: SourceSetup = {
		event,
		credentials,
		// Whoever reached a caller may be anybody.
		names: returns === null ? names : NO_NAMES,
		timezone,
		firstTimezone,
		wholeCalls: itemPer === 'call' && trigger.isLinked?.(event, credentials) === true,
		withReturns: returns !== null,
		requestOptions,
	};
	const source = trigger.source(setup);
	const normalize = (record: IDataObject) => inCountry(source.normalize(record), country);
	const { id: provider } = trigger;
	return {
		setup,
		source,
		form: { provider, event, chosenEvent, output, reportZone, includeRaw, answeredMeans, normalize },
	};
}
