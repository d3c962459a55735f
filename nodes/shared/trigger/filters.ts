import { FIELDS, isNameOf, namedIn, type Facts } from '../calls/passes';
import type { Filters, NameFilter } from '../calls/source';

/** Names in one of the filters that none of some calls has, such as a mistyped queue. */
export interface MissingNames {
	readonly filter: NameFilter;
	readonly names: readonly string[];
}

/** @param calls everybody's, or those of the names */
export function namesWithoutCalls(filters: Pick<Filters, NameFilter>, calls: Facts[]): MissingNames[] {
	return (Object.keys(FIELDS) as NameFilter[]).flatMap((filter) => {
		const there = calls.flatMap((facts) => namedIn(facts, FIELDS[filter]));
		const names = filters[filter].filter((entry) => !there.some((named) => isNameOf(entry, named)));
		return names.length === 0 ? [] : [{ filter, names }];
	});
}

/** As many names as a message can hold. */
const NAMES_SHOWN = 10;

/** The names of the queues, ring groups or users that calls have. */
export function namedAmong(calls: Facts[], filter: NameFilter): string[] {
	const there = calls.flatMap((facts) => namedIn(facts, FIELDS[filter]));
	return [...new Set(there.map(({ id, name }) => name ?? id).filter((name) => name !== null))].sort();
}

/** The same for a message. */
export function namesIn(calls: Facts[], filter: NameFilter): string {
	const names = namedAmong(calls, filter);
	const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
	return names.length === 0 ? 'they name none' : `they have ${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}
