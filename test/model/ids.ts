import type { Call, Row } from './calls';

const EPOCH = Date.parse('2026-01-01T00:00:00Z');
const MOST_MARKS = 4_000;
const MOST_TWINS = 16;

/** When a record is written that is listed only once the call has ended. */
export const writtenAt = (call: Call): number => call.finishedShows;

/**
 * The number that an account gives a record when it writes it: unique and rising, the same at every answer. Twins are
 * numbered among those that were written with them; they are never deleted.
 */
export function recordId({ call }: Row, rows: readonly Row[], written: (call: Call) => number): number {
	const at = written(call);
	const twins = rows.filter((row) => row.call.mark === call.mark && written(row.call) === at);
	const place = twins.findIndex((row) => row.call === call);
	return ((at - EPOCH) * MOST_MARKS + call.mark) * MOST_TWINS + place;
}
