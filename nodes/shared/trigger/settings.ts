import { createHash } from 'crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { readDefaultCountry } from '../defaultCountry';
import { parameterError } from '../errors';
import { choiceOf, shown } from '../parameters';
import { HOUR, MINUTE, SECOND, userInstant } from '../time';
import { readTimeZone } from '../timeZone';
import { decimal, isBlank, text, truth } from '../values';
import { freshState, type DecideSettings, type TriggerState } from './decide';
import type { ItemForm } from './item';
import type { Filters, Source, SourceSetup, TriggerProvider } from './source';
import { MISSED_NOT_RETURNED, unreturnedParameters, type UnreturnedParameters } from './unreturnedSettings';
import type { WholeSettings } from './whole';

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

/** 'Fail on 404', which only VoIPcloud's trigger has. */
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
