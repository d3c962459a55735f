import type { IHttpRequestOptions } from 'n8n-workflow';

import { readDefaultCountry } from '../parameters/country';
import { choiceOf, isOn, type SettingsContext } from '../parameters/read';
import { readReportZone } from '../parameters/period';
import { readTimeZone } from '../parameters/timeZone';
import { ANSWERED_MEANS, type AnsweredMeans } from './facts';
import type { ItemForm } from './item';
import type { TriggerProvider } from './source';
import type { ReturnSettings } from './unreturnedSettings';

/** What a user chose about calls and their items: the same fields in a trigger and in operations on past calls. */
export interface CallSettings {
	/** The event whose calls are read. */
	readonly event: string;
	/** The event as the user chose it, where its calls are those of another. */
	readonly chosenEvent?: string;
	readonly output: ItemForm['output'];
	readonly itemPer: 'call' | 'leg';
	readonly answeredMeans: AnsweredMeans;
	readonly includeRaw: boolean;
	/** The country whose national numbers become international ones; null if none is set. */
	readonly country: string | null;
	/** The zone of provider times that carry none. */
	readonly timezone: string;
	/** *Time Zone of Results*: that of periods and of the times in simplified rows. */
	readonly reportZone: string;
	/** What the provider's own options add to the requests for calls. */
	readonly requestOptions: Partial<IHttpRequestOptions>;
	/** For callers who were missed and not reached since; null where the calls themselves are asked for. */
	readonly returns: ReturnSettings | null;
}

/**
 * Reads and checks them. It awaits nothing: an expression needs n8n's evaluator, which all polls of a workflow share, and which is
 * gone as soon as one of them ends.
 *
 * @param asked what differs between those who read them
 * @throws NodeOperationError for a setting that cannot be used
 */
export function readCallSettings(
	context: SettingsContext,
	trigger: TriggerProvider,
	asked: Pick<CallSettings, 'event' | 'chosenEvent' | 'output' | 'returns'>,
): CallSettings {
	return {
		...asked,
		// A field that the form does not show for callers has no bearing on them.
		itemPer: asked.returns === null ? choiceOf(context, 'itemPer', 'One Item Per', ['call', 'leg']) : 'call',
		answeredMeans: choiceOf(context, 'options.answeredMeans', 'Answered Means', ANSWERED_MEANS),
		includeRaw: isOn(context, 'options.includeRaw', 'Include Raw'),
		country: readDefaultCountry(context),
		timezone: readTimeZone(context, trigger.defaultTimezone ?? context.getTimezone()),
		reportZone: readReportZone(context),
		requestOptions: trigger.requestOptions?.(context) ?? {},
	};
}
