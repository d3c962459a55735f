import type { IDataObject } from 'n8n-workflow';

import { hasPart } from '../phone/sameNumber';
import { readRecorded, type Dialled } from '../phone/writtenNumber';
import { isSameName } from '../values/values';
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
		(isOneOf(filters.outcome, facts.outcome) || (filters.outcome.includes(UNANSWERED) && isUnanswered(facts))) &&
		isNamed(filters.queues, facts, 'queue') &&
		isNamed(filters.ringGroups, facts, 'ringGroup') &&
		isNamed(filters.users, facts, 'user') &&
		isOneOf(filters.callerType, facts.from.type) &&
		(filters.number === null || holds(facts.from, filters.number) || holds(facts.to, filters.number)) &&
		(filters.minimumDuration === 0 || Number(facts.durationSeconds ?? -1) >= filters.minimumDuration)
	);
}

/** The value of the filter 'Outcome' for calls in which nobody spoke with the caller, however a provider tells it. */
export const UNANSWERED = 'unanswered';

function isUnanswered({ direction, outcome }: IDataObject): boolean {
	if (direction === 'outbound') return false;
	if (outcome === 'busy' || outcome === 'failed') return direction === 'inbound';
	return outcome === 'missed' || outcome === 'abandoned' || outcome === 'timedOut';
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
	return (name !== null && isSameName(entry, name)) || entry === id;
}

/** Whether the number of a side, as it is written or in E.164 form, has a part. */
function holds(side: Party, part: Dialled): boolean {
	if (side.withheld || side.number === null) return false;
	return [side.number, side.e164 ?? side.number].some((written) => hasPart(readRecorded(written), part));
}
