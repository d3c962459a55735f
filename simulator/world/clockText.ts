import { DateTime } from 'luxon';

const QUARTER_MS = 15 * 60_000;

/** By zone and quarter of an hour: no zone changes its clocks in between. */
const offsets = new Map<string, Map<number, number>>();

/** What a clock in a zone shows, as `YYYY-MM-DD HH:mm:ss`: lists hold thousands of times, and luxon writes them slowly. */
export function clockText(at: number, zone: string): string {
	return new Date(at + offsetMs(at, zone)).toISOString().slice(0, 19).replace('T', ' ');
}

function offsetMs(at: number, zone: string): number {
	let ofZone = offsets.get(zone);
	if (ofZone === undefined) offsets.set(zone, (ofZone = new Map<number, number>()));
	const quarter = Math.floor(at / QUARTER_MS);
	let offset = ofZone.get(quarter);
	if (offset === undefined) ofZone.set(quarter, (offset = DateTime.fromMillis(at, { zone }).offset * 60_000));
	return offset;
}
