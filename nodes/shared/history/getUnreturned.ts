import type { IDataObject, IExecutePaginationFunctions, INodeProperties } from 'n8n-workflow';

import { inCountry } from '../calls/call';
import { decide } from '../calls/decide';
import { ANSWERED_MEANS } from '../calls/facts';
import type { ItemForm } from '../calls/item';
import { LONGEST_CALL_MS, newestEnd, type Observed, type Reading } from '../calls/observed';
import { answeredMeansProperty } from '../calls/properties';
import { readQueues, unknownQueues } from '../calls/queues';
import type { Filters, Source, TriggerProvider } from '../calls/source';
import { freshState, NO_CALLERS } from '../calls/state';
import { unreturnedOf } from '../calls/unreturnedPoll';
import {
	unreturnedOptions,
	unreturnedParameters,
	unreturnedProperties,
	unreturnedSettings,
} from '../calls/unreturnedSettings';
import { NOTHING_CARRIED, wholeCalls } from '../calls/whole';
import type { Operation, OperationDefinition } from '../operation/definition';
import { sendingOf } from '../operation/run';
import { defaultCountryProperty, readDefaultCountry } from '../parameters/country';
import { choiceOf, isOn, unusable } from '../parameters/read';
import { readTimeZone } from '../parameters/timeZone';
import { parameterError, problemError } from '../request/nodeErrors';
import { Contradiction } from '../request/problems';
import type { Fetch } from '../request/provider';
import { send } from '../request/send';
import { MINUTE, SECOND, userInstant } from '../values/time';
import { nameList, text } from '../values/values';

/** The same time after the wait as the trigger allows for late records, so that both give the same callers. */
const GRACE_MS = MINUTE;

interface History {
	readonly trigger: TriggerProvider;
	/** The trigger's event whose calls are looked at. */
	readonly event: string;
	readonly request: OperationDefinition['request'];
	/** The provider's own fields and options. */
	readonly fields?: readonly INodeProperties[];
	readonly options?: readonly INodeProperties[];
}

/** The operation *Get Unreturned* of a call history: whom the trigger's *Missed and Not Returned* would give now. */
export function getUnreturned({ trigger, event, request, fields = [], options = [] }: History): OperationDefinition {
	return {
		name: 'Get Unreturned',
		action: 'Get callers who were missed and not reached since',
		description:
			'Get callers who were missed and have not been reached since: one item per caller, with all missed calls',
		request,
		documentedAs: `${request.method} ${request.url}, all pages`,
		fields: [
			{
				displayName: 'Since',
				name: 'since',
				type: 'dateTime',
				default: '={{ $now.minus({ hours: 24 }).toISO() }}',
				required: true,
				description: 'Missed calls that ended since then count. Who was reached is looked up until now.',
			},
			...unreturnedProperties,
			...fields,
		],
		options: [
			answeredMeansProperty,
			defaultCountryProperty,
			...unreturnedOptions,
			{
				displayName: 'Until',
				name: 'until',
				type: 'dateTime',
				default: '',
				description: 'Missed calls that ended later do not count. Without it: up to now.',
			},
			...options,
		],
		run: readUnreturned(trigger, event, options),
		effect: 'reads',
		evidence: 'P',
	};
}

/** @param own the provider's own options, one of which may select queues */
function readUnreturned(trigger: TriggerProvider, event: string, own: readonly INodeProperties[]): Operation {
	const queuesName = own.find(({ name }) => name === 'queues')?.displayName ?? '';
	return async function () {
		const now = Date.now();
		const options = this.getNodeParameter('options', {}) as IDataObject;
		const get = (name: string, fallback: unknown) => this.getNodeParameter(name, fallback as object) as unknown;
		const settings = unreturnedSettings(this, unreturnedParameters(get, options), now);
		const since = momentOf(this, 'Since', get('since', ''), now);
		const until = text(options.until) === null ? Infinity : momentOf(this, 'Until', options.until, Infinity);
		if (until <= since)
			throw parameterError(this, "'Until' is not after 'Since'", 'Swap the two, or leave out the end.');
		const country = readDefaultCountry(options.defaultCountry, (what, next) =>
			parameterError(this, `'Default Country' ${what}`, `It is ${JSON.stringify(options.defaultCountry)} now. ${next}`),
		);
		const queues = nameList(options.queues ?? '');
		if (queues === null)
			throw parameterError(
				this,
				`'${queuesName}' must be names separated by commas, or a list of names`,
				'Correct it.',
			);

		const credentials = await this.getCredentials<IDataObject>(trigger.provider.credentialType(this));
		const timezone = zoneOf(this, trigger, options);
		const isLinked = trigger.isLinked?.(event, credentials) === true;
		const source = trigger.source({
			event,
			credentials,
			names: { queues: [], ringGroups: [], users: [] },
			timezone,
			firstTimezone: timezone,
			wholeCalls: isLinked,
			withReturns: true,
			failsOnNotFound: isOn(this, 'options.failOnNotFound', 'Fail on 404'),
		});
		const sending = { ...sendingOf(this), isRead: true };
		const fetch: Fetch = async (sent, check) => await send(this, trigger.provider, sent, sending, check);
		const form: ItemForm = {
			provider: trigger.id,
			event,
			output: 'normalized',
			includeRaw: false,
			answeredMeans: choiceOf(this, 'options.answeredMeans', 'Answered Means', ANSWERED_MEANS),
			normalize: (record) => inCountry(source.normalize(record), country),
		};
		await readQueues(this, trigger, source, fetch, queues.length > 0 || settings.scope === 'queue');
		const unknown = unknownQueues(this, queuesName, source, queues);
		if (unknown !== undefined) throw unknown;
		const read = await readAll(this, source, fetch, since, now, isLinked);
		const untilClock = source.clock(Math.min(until, now + LONGEST_CALL_MS));
		const counted = { ...read, calls: read.calls.map((call) => within(call, untilClock)) };
		const isRing = event === 'ringGroupCall';
		const filters: Filters = {
			...NO_FILTERS,
			queues: isRing ? [] : queues,
			ringGroups: isRing ? queues : [],
		};
		const { items } = unreturnedOf({ ...NO_CALLERS, lagSeconds: 0 }, counted, source, form, filters, now, {
			...settings,
			graceMs: GRACE_MS,
			oldest: -Infinity,
			maxItems: Infinity,
		});
		return items.map((json) => ({ json, pairedItem: { item: this.getItemIndex() } }));
	};
}

const NO_FILTERS: Filters = {
	direction: [],
	outcome: [],
	queues: [],
	ringGroups: [],
	users: [],
	number: null,
	callerType: [],
	minimumDuration: 0,
};

/** A call that ended after the span still shows who was reached, not who was missed. */
function within(call: Observed<IDataObject>, until: number): Observed<IDataObject> {
	return (call.endedAt ?? call.startedAt ?? -Infinity) > until ? { ...call, isReturnOnly: true } : call;
}

/** Every call that ended after an instant, and those still in progress. */
async function readAll(
	context: IExecutePaginationFunctions,
	source: Source,
	fetch: Fetch,
	since: number,
	at: number,
	isLinked: boolean,
) {
	const now = source.clock(at);
	const from = source.clock(since);
	const records = new Map<string, Observed<IDataObject>>();
	try {
		for await (const slice of source.read(fetch, from - 2 * LONGEST_CALL_MS, now))
			for (const one of slice.records) records.set(one.key, one);
	} catch (error) {
		if (!(error instanceof Contradiction)) return await Promise.reject(error as Error);
		throw problemError(context, {
			message: error.message,
			description: error.next,
			cause: 'temporarily-unavailable',
		});
	}
	const state = freshState('', from, false);
	const all: Reading<IDataObject> = { records: [...records.values()], through: Infinity };
	const reading = isLinked
		? wholeCalls(NOTHING_CARRIED, all, state, { now, hostNow: at }, { graceMs: 0, lookbackMs: SECOND }).reading
		: all;
	const { calls, waiting } = decide(state, reading, now, {
		lookbackMs: 0,
		maxItems: Infinity,
		accepts: () => true,
	});
	const live = all.records.filter(({ ended }) => !ended);
	const open = [...live, ...waiting];
	return { calls, open, isComplete: true, newestEnd: newestEnd(all.records, now), floor: from };
}

function momentOf(context: IExecutePaginationFunctions, displayName: string, value: unknown, latest: number): number {
	const at = userInstant(value, context.getTimezone());
	if (at !== null && at <= latest) return at;
	throw parameterError(
		context,
		at === null ? `'${displayName}' is not a date` : `'${displayName}' is in the future`,
		`It is ${JSON.stringify(value)} now. Nothing was sent. Pick a date, or enter one such as 2026-11-21T09:00:00.`,
	);
}

function zoneOf(
	context: IExecutePaginationFunctions,
	{ defaultTimezone }: TriggerProvider,
	options: IDataObject,
): string {
	return readTimeZone(options.timezone, defaultTimezone ?? context.getTimezone(), (what, value, next) =>
		unusable(context, 'Time Zone', what, value, next),
	);
}
