import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, MessageFacts, Named, Party } from './call';
import type { Filters } from './source';
import type { WholeCallFacts } from './facts';

export type Facts = CallFacts | MessageFacts | WholeCallFacts;

/** The filters by names, and the fields of a call that they look at. */
export const FIELDS = { queues: 'queue', ringGroups: 'ringGroup', users: 'user' } as const;

/**
 * Whether a record, or a whole call, passes the user's filters. One without the field a filter asks for does not pass: the user
 * wants calls that are known to match.
 */
export function passes(filters: Filters, facts: Facts): boolean {
	return (
		isOneOf(filters.direction, facts.direction) &&
		isOneOf(filters.outcome, facts.outcome) &&
		isNamed(filters.queues, facts, 'queue') &&
		isNamed(filters.ringGroups, facts, 'ringGroup') &&
		isNamed(filters.users, facts, 'user') &&
		(filters.number === '' || holds(facts.from, filters.number) || holds(facts.to, filters.number)) &&
		(filters.minimumDuration === 0 || Number(facts.durationSeconds ?? -1) >= filters.minimumDuration)
	);
}

function isOneOf(wanted: string[], value: unknown): boolean {
	return wanted.length === 0 || wanted.includes(value as string);
}

/** Of a whole call, any leg may match: a user whose phone rang along with others is one of its users. */
function isNamed(wanted: string[], facts: Facts, field: 'queue' | 'ringGroup' | 'user'): boolean {
	return wanted.length === 0 || namedIn(facts, field).some((named) => wanted.some((entry) => isNameOf(entry, named)));
}

export function namedIn(facts: Facts, field: 'queue' | 'ringGroup' | 'user'): Named[] {
	const legs = 'legs' in facts ? (facts as WholeCallFacts).legs : [];
	return [facts, ...legs].flatMap((one: IDataObject) => (one[field] ?? []) as Named | Named[]);
}

/** Whether an entry of a filter is the name, whatever its spelling, or the ID. */
export function isNameOf(entry: string, { id, name }: Named): boolean {
	return entry.toLowerCase() === name?.toLowerCase() || entry === id;
}

/** A number as people write it, without the plus sign and anything else that is not a digit. */
export function digits(number: string | number): string {
	return String(number).replace(/[\s().\-/+]/g, '');
}

function holds(side: Party, part: string): boolean {
	return digits(side.number ?? '').includes(part);
}
