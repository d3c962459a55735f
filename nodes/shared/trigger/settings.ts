import { createHash } from 'crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { inCountry } from '../calls/call';
import type { DecideSettings } from '../calls/decide';
import { ANSWERED_MEANS, type AnsweredMeans } from '../calls/facts';
import { factsOf, type ItemForm } from '../calls/item';
import { passes } from '../calls/passes';
import type { Filters, Source, SourceSetup, TriggerProvider } from '../calls/source';
import { freshState, type TriggerState } from '../calls/state';
import { unreturnedOf, type GiveCallers } from '../calls/unreturnedPoll';
import {
	MISSED_NOT_RETURNED,
	unreturnedParameters,
	unreturnedSettings,
	type UnreturnedParameters,
} from '../calls/unreturnedSettings';
import type { WholeSettings } from '../calls/whole';
import { readDefaultCountry } from '../parameters/country';
import { choiceOf, shown } from '../parameters/read';
import { readTimeZone } from '../parameters/timeZone';
import { parameterError } from '../request/nodeErrors';
import { fromClock, fromWallClock, HOUR, MINUTE, SECOND, userInstant, wallClock } from '../values/time';
import { decimal, isBlank, text, truth } from '../values/values';
import type { StoredState } from './engine';
import { impossible, readFilters } from './filters';
import { logsPolls } from './pollLog';

const LONGEST_LOOKBACK_MINUTES = 7 * 24 * 60;
const LONGEST_GRACE_SECONDS = 24 * 60 * 60;
const MOST_ITEMS = 10_000;
const MOST_TEST_ITEMS = 50;
const MOST_HOURS = 10 * 366 * 24;

/** The node's parameters, all read at once. */
export interface PollParameters {
	readonly event: string;
	readonly filters: IDataObject;
	readonly output: ItemForm['output'];
	readonly itemPer: 'call' | 'leg';
	readonly answeredMeans: AnsweredMeans;
	readonly options: IDataObject;
	readonly startFrom: 'now' | 'hoursAgo' | 'date';
	readonly hours: unknown;
	readonly startDate: unknown;
	/** For *Missed and Not Returned*: the event whose calls are looked at, and the user's other choices. */
	readonly missedIn: string;
	readonly unreturned: UnreturnedParameters;
}

/** What the user set, checked. */
export interface Settings extends DecideSettings<IDataObject>, WholeSettings {
	readonly testItems: number;
	/** Whether each item is a whole call rather than a record. */
	readonly wholeCalls: boolean;
}

/** What a state belongs to. Only the user's own edits change it: an expression in a filter counts as its text. */
export function streamOf(
	context: IPollFunctions,
	{ provider }: TriggerProvider,
	credentialType: string,
	credentials: IDataObject,
	event: string,
	perCall: boolean,
): string {
	const { credentials: references, parameters } = context.getNode();
	const filters = Object.entries((parameters.filters ?? {}) as IDataObject)
		.filter(([, value]) => value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0))
		.sort(([a], [b]) => (a < b ? -1 : 1));
	const account = [credentialType, references?.[credentialType]?.id ?? null, provider.baseUrl(credentials)];
	return createHash('sha256')
		.update(JSON.stringify([event, filters, account, ...(perCall ? ['call'] : [])]))
		.digest('base64url')
		.slice(0, 16);
}

export function isStateOf(state: TriggerState | undefined, stream: string): state is TriggerState {
	return (
		state?.version === 1 &&
		state.stream === stream &&
		Number.isFinite(state.from) &&
		Number.isFinite(state.floor) &&
		typeof state.seen === 'object' &&
		state.seen !== null
	);
}

/**
 * Reads the parameters before anything is awaited. An expression in them needs n8n's evaluator, which all polls of a
 * workflow share: it is gone as soon as one of them ends.
 */
export function readParameters(context: IPollFunctions, { events, missedIn }: TriggerProvider): PollParameters {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const event = choiceOf(context, 'event', 'Event', [...events, MISSED_NOT_RETURNED]);
	// Fields that the form does not show for an event have no bearing on it.
	const isUnreturned = event === MISSED_NOT_RETURNED;
	return {
		event,
		filters: context.getNodeParameter('filters', {}) as IDataObject,
		output: isUnreturned ? 'normalized' : choiceOf(context, 'output', 'Output', ['normalized', 'raw']),
		itemPer: isUnreturned ? 'call' : choiceOf(context, 'itemPer', 'One Item Per', ['call', 'leg']),
		answeredMeans: choiceOf(context, 'options.answeredMeans', 'Answered Means', ANSWERED_MEANS),
		options,
		startFrom: choiceOf(context, 'startFrom', 'Start From', ['now', 'hoursAgo', 'date']),
		hours: context.getNodeParameter('hours', 24),
		startDate: context.getNodeParameter('startDate', ''),
		missedIn: isUnreturned ? choiceOf(context, 'missedIn', 'Missed In', missedIn) : missedIn[0],
		unreturned: unreturnedParameters((name, fallback) => context.getNodeParameter(name, fallback), options),
	};
}

export function readSettings(
	context: IPollFunctions,
	{ options }: PollParameters,
	source: Source,
	now: number,
): Omit<Settings, 'wholeCalls' | 'accepts'> {
	const lookbackMinutes = inRange(
		context,
		'Lookback Minutes',
		options.lookbackMinutes ?? 240,
		LONGEST_LOOKBACK_MINUTES,
	);
	const oldestHours = isEmpty(options.oldestCallHours)
		? Infinity
		: inRange(context, 'Oldest Call', options.oldestCallHours, MOST_HOURS);
	return {
		lookbackMs: lookbackMinutes * MINUTE + source.timeSlackMs,
		graceMs: inRange(context, 'Wait for Late Legs', options.graceSeconds ?? 60, LONGEST_GRACE_SECONDS, 0) * SECOND,
		maxItems: inRange(context, 'Max Items per Poll', options.maxItemsPerPoll ?? 1000, MOST_ITEMS),
		oldest: source.clock(now) - oldestHours * HOUR,
		testItems: inRange(context, 'Test Items', options.testItems ?? 1, MOST_TEST_ITEMS),
	};
}

/** 'Include Raw'. */
export function includesRaw(context: IPollFunctions, { options: { includeRaw } }: PollParameters): boolean {
	return isSwitchedOn(context, 'Include Raw', includeRaw);
}

/** 'Fail on 404', off where a trigger does not have it. */
export function failsOnNotFound(context: IPollFunctions, { options: { failOnNotFound } }: PollParameters): boolean {
	return isSwitchedOn(context, 'Fail on 404', failOnNotFound);
}

function isSwitchedOn(context: IPollFunctions, displayName: string, value: unknown): boolean {
	const said = isEmpty(value) ? false : truth(value);
	if (said !== null) return said;
	throw parameterError(context, `'${displayName}' must be true or false`, `It is ${JSON.stringify(value)} now.`);
}

/** The state of a trigger that has not read anything yet, according to 'Start From'. */
export function startState(
	context: IPollFunctions,
	parameters: PollParameters,
	source: Source,
	stream: string,
	zone: string,
	now: number,
): TriggerState {
	const start = source.clock(startOf(context, parameters, now));
	return { ...freshState(stream, start, parameters.startFrom === 'now'), zone };
}

/** A corrected time zone moves the start, which was taken from n8n's clock. All else was read from records, and stays. */
export function inZone(state: TriggerState, zone: string): TriggerState {
	const { from, floor, fromZone = state.zone } = state;
	if (fromZone === undefined || fromZone === zone) return state;
	const start = wallClock(fromWallClock(from, fromZone), zone);
	return { ...state, from: start, floor: floor === from ? start : floor, fromZone: zone };
}

/** The names in 'Filters' that do not come from an expression. */
export function namesToAskFor(context: IPollFunctions, filters: Filters): SourceSetup['names'] {
	const written = (context.getNode().parameters.filters ?? {}) as IDataObject;
	const isFixed = (name: string) => text(written[name])?.startsWith('=') !== true;
	return {
		queues: isFixed('queues') ? filters.queues : [],
		ringGroups: isFixed('ringGroups') ? filters.ringGroups : [],
		users: isFixed('users') ? filters.users : [],
	};
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === 0 || (typeof value === 'string' && isBlank(value));
}

function startOf(context: IPollFunctions, { startFrom, hours, startDate }: PollParameters, now: number): number {
	if (startFrom === 'hoursAgo') return now - inRange(context, 'Hours', hours, MOST_HOURS) * HOUR;
	if (startFrom !== 'date') return now;
	const at = userInstant(startDate, context.getTimezone());
	if (at === null) {
		throw parameterError(
			context,
			"'Start Date' is not a date",
			`It is ${JSON.stringify(startDate)} now. Pick a date, or enter one such as 2026-11-21T09:00:00.`,
		);
	}
	if (at > now) {
		throw parameterError(
			context,
			"'Start Date' is in the future",
			"The trigger would be silent until then. Choose a date that has passed, or 'Now' in 'Start From'.",
		);
	}
	return at;
}

function inRange(context: IPollFunctions, displayName: string, value: unknown, most: number, least = 1): number {
	const number = decimal(value);
	if (number !== null && number >= least && number <= most) return number;
	throw parameterError(
		context,
		`'${displayName}' must be a number from ${least} to ${most}`,
		`It is ${JSON.stringify(value)} now.`,
	);
}

/** The country whose national numbers become international ones; null if none is set. */
export function countryOf(context: IPollFunctions, { options }: PollParameters): string | null {
	return readDefaultCountry(options.defaultCountry, (what, next) =>
		parameterError(
			context,
			`'Default Country' ${what}`,
			`It is ${JSON.stringify(options.defaultCountry)} now. ${next}`,
		),
	);
}

export function timezoneOf(context: IPollFunctions, trigger: TriggerProvider, { options }: PollParameters): string {
	return readTimeZone(options.timezone, trigger.defaultTimezone ?? context.getTimezone(), (what, value, next) =>
		parameterError(context, `'Time Zone' ${what}`, `It is ${shown(value)} now. ${next}`),
	);
}

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
		answeredMeans: parameters.answeredMeans,
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
