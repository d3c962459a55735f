import { createHash } from 'crypto';
import { mapValues } from 'lodash';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { Source, SourceSetup, TriggerProvider } from '../calls/source';
import { freshState, type TriggerState } from '../calls/state';
import { DAY, SECOND, wallClock, wholeSecond } from '../values/time';
import type { TriggerSettings } from './settings';

/**
 * What a state belongs to. Only the user's own edits change it: an expression in a filter counts as its text.
 *
 * @param subject the event, and for callers that of their calls
 */
export function streamOf(
	context: IPollFunctions,
	{ provider }: TriggerProvider,
	{ credentials, wholeCalls = false }: SourceSetup,
	subject: string,
): string {
	const { credentials: references, parameters } = context.getNode();
	const filters = Object.entries((parameters.filters ?? {}) as IDataObject)
		.filter(([, value]) => value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0))
		.sort(([a], [b]) => (a < b ? -1 : 1));
	const type = provider.credentialType(context);
	const account = [type, references?.[type]?.id ?? null, provider.baseUrl(credentials)];
	return createHash('sha256')
		.update(JSON.stringify([subject, filters, account, ...(wholeCalls ? ['call'] : [])]))
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
 * A changed time zone moves the start, which was taken from n8n's clock. All else was read from records, and stays. A right zone
 * may have been changed for a wrong one: calls that were listed at the start are never taken for later ones.
 */
export function inZone(state: TriggerState, zone: string, clock = (at: number) => wallClock(at, zone)): TriggerState {
	const { from, floor, start, before = -Infinity, fromZone = state.zone } = state;
	if (start === undefined || fromZone === undefined || fromZone === zone) return state;
	const moved = Math.max(clock(start), before + SECOND);
	const next = { ...state, from: moved, fromZone: zone };
	// Once calls are settled, their times must go on to mean what they meant.
	if (floor !== from) return next;
	const seen = mapValues(state.seen, (end) => Math.max(end, Math.ceil(moved / SECOND)));
	return { ...next, floor: moved, seen, zone };
}

/** Whether a trigger started by a clock that was wrong, and would be silent until then. A step of some hours is made good by itself. */
export function isAheadOf({ from }: TriggerState, now: number): boolean {
	return from > now + DAY;
}

/** Times that carry a zone mean the same in any; of others it is remembered in which they were first read. */
export function withZone(state: TriggerState, { carriesZone }: Source, zone: string): TriggerState {
	if (carriesZone === true) return { ...state, zone: undefined, fromZone: undefined };
	return carriesZone === false && state.zone === undefined ? { ...state, zone } : state;
}

/** The state of a trigger that has not read anything yet, according to 'Start From'. */
export function startState(settings: TriggerSettings, source: Source, stream: string): TriggerState {
	const at = settings.startsAt();
	const start = settings.startsNow ? wholeSecond(at) : at;
	return { ...freshState(stream, source.clock(start), settings.startsNow), zone: settings.timezone, start };
}
