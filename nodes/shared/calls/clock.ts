import type { IExecuteSingleFunctions, IPollFunctions } from 'n8n-workflow';

import { parameterError } from '../request/nodeErrors';
import { DAY, HOUR, MINUTE, wallClock } from '../values/time';
import { CLOCKS_APART_MS, type Timed } from './observed';
import type { Source, TriggerProvider } from './source';

/** No two zones are further apart. A call that ends later than that is simply misdated, whatever the zone. */
const ZONES_APART_MS = DAY + 2 * HOUR;

/** Zones to suggest by name, where one of them fits. */
const KNOWN_ZONES = [
	'UTC',
	'Europe/London',
	'Europe/Madrid',
	'Europe/Bucharest',
	'Europe/Istanbul',
	'America/New_York',
	'America/Chicago',
	'America/Denver',
	'America/Los_Angeles',
	'America/Sao_Paulo',
	'America/Buenos_Aires',
	'Asia/Dubai',
	'Asia/Kolkata',
	'Asia/Singapore',
	'Asia/Tokyo',
	'Australia/Perth',
	'Australia/Adelaide',
	'Australia/Sydney',
	'Pacific/Auckland',
];

/** Whether 'Time Zone' decides what the records' times mean. */
export function isByZone({ hasZoneOption }: TriggerProvider, { carriesZone }: Source): boolean {
	return hasZoneOption === true && carriesZone !== true;
}

/**
 * The latest end of calls that seem to have ended in the future, as a wrong zone makes them; null if there are none.
 *
 * @param clock what the clock of the provider's records shows at an instant
 */
export function endAhead(calls: readonly Timed[], at: number, clock: (at: number) => number): number | null {
	const now = clock(at);
	// A call that spans a clock change may end that much later than its times suggest.
	const changedMs = Math.abs(now - clock(at - DAY) - DAY);
	const dated = calls.filter(({ ended, endedAt }) => ended && endedAt !== null);
	const ahead = dated
		.map(({ endedAt }) => endedAt ?? 0)
		.filter((end) => end > now + CLOCKS_APART_MS + changedMs && end <= now + ZONES_APART_MS);
	// A single one among others is just a record with a wrong date.
	return ahead.length > 1 || (ahead.length === 1 && dated.length === 1) ? Math.max(...ahead) : null;
}

/** The error for a 'Time Zone of Records' that would put the end of calls in the future. */
export function wrongZone(
	context: IPollFunctions | IExecuteSingleFunctions,
	name: string,
	end: number,
	now: number,
	zone: string,
): Error {
	const aheadMinutes = Math.round((end - now) / MINUTE);
	// The newest call ended some time before now: the zones are at least the next full half hour apart.
	const apart = Math.ceil(aheadMinutes / 30) * 30;
	const at = Date.now();
	const fits = KNOWN_ZONES.filter((known) => wallClock(at, known) - wallClock(at, zone) === apart * MINUTE);
	const likely = fits.length === 0 ? '' : ` By the difference it may be ${fits.join(' or ')}.`;
	return parameterError(
		context,
		`By 'Time Zone of Records' (${zone}) the newest calls of ${name} ended ${duration(aheadMinutes)} from now`,
		`The times in its records carry no zone. Choose the zone of the account in 'Time Zone of Records' among the options.${likely} If the zone is right, the clock of the n8n host is slow.`,
	);
}

function duration(minutes: number): string {
	const hours = Math.floor(minutes / 60);
	return hours === 0 ? `${minutes} minutes` : `${hours} h ${minutes % 60} min`;
}
