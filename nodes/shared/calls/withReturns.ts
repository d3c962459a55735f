import type { IDataObject } from 'n8n-workflow';

import { MINUTE } from '../values/time';
import { isRecord } from '../values/values';
import { byStart, type Observed, type Reading } from './observed';
import type { Source } from './source';

/**
 * Two lists of a provider as one: missed calls are in the first, calls that reached somebody may also be in the second. Both are
 * read in step, whichever is behind first, so that the slices are those of one list.
 *
 * @param returnEvent names the second list in the keys of its records, and around them
 */
export function withReturns(missed: Source, returns: Source, returnEvent: string): Source {
	// A record of the second list stands under its event, so that it shows whose it is. None of them becomes an item.
	const asReturns = (records: ReadonlyArray<Observed<IDataObject>>) =>
		records.map(({ key, record, ...observed }): Observed<IDataObject> => ({
			...observed,
			key: `${returnEvent}:${key}`,
			record: { [returnEvent]: record },
			link: null,
			isReturnOnly: true,
		}));
	return {
		get carriesZone() {
			return missed.carriesZone ?? returns.carriesZone;
		},
		clock: (at) => missed.clock(at),
		observe: (records) => missed.observe(records),
		knows: async (fetch, filter, name) => await missed.knows?.(fetch, filter, name),
		normalize(record) {
			const returned = record[returnEvent];
			return isRecord(returned) ? returns.normalize(returned) : missed.normalize(record);
		},
		// They are read one after the other: the second one is that much more up to date.
		timeSlackMs: Math.max(missed.timeSlackMs, returns.timeSlackMs) + MINUTE,
		async latest(fetch, now) {
			const newest = [...(await missed.latest(fetch, now)), ...asReturns(await returns.latest(fetch, now))];
			return newest.sort((a, b) => byStart(b, a));
		},
		async *read(fetch, since, now): AsyncGenerator<Reading<IDataObject>> {
			const lists = [missed, returns].map((source) => ({
				slices: source.read(fetch, since, now)[Symbol.asyncIterator](),
				through: -Infinity,
			}));
			let newestEnd = -Infinity;
			let records: Array<Observed<IDataObject>> = [];
			for (;;) {
				const behind = lists[0].through <= lists[1].through ? lists[0] : lists[1];
				const next = await behind.slices.next();
				const slice: Reading<IDataObject> = next.done === true ? { records: [], through: Infinity } : next.value;
				behind.through = slice.through;
				newestEnd = Math.max(newestEnd, slice.newestEnd ?? -Infinity);
				records = [...records, ...(behind === lists[0] ? slice.records : asReturns(slice.records))];
				const through = Math.min(...lists.map((list) => list.through));
				if (through === -Infinity) continue;
				yield { records, through, newestEnd };
				records = [];
				if (through === Infinity) return;
			}
		},
	};
}
