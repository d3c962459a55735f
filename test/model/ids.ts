import type { Call, Row } from './calls';

const EPOCH = Date.parse('2026-01-01T00:00:00Z');
const MOST_MARKS = 4_000;
const MOST_TWINS = 16;

/** When a record is written that is listed only once the call has ended. */
export const writtenAt = (call: Call): number => call.finishedShows;

/**
 * The numbers that an account gives its records when it writes them: unique and rising, the same at every answer. Twins are
 * numbered among those that were written with them; they are never deleted.
 */
export function recordIds(rows: readonly Row[], written: (call: Call) => number): Map<Row, number> {
	const twins = new Map<number, number>();
	const ids = new Map<Row, number>();
	for (const row of rows) {
		const first = ((written(row.call) - EPOCH) * MOST_MARKS + row.call.mark) * MOST_TWINS;
		const place = twins.get(first) ?? 0;
		twins.set(first, place + 1);
		ids.set(row, first + place);
	}
	return ids;
}
