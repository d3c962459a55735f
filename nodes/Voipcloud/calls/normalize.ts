import type { IDataObject } from 'n8n-workflow';

import { named, party, type CallFacts, type Direction, type Outcome } from '../../shared/calls/call';
import type { Link, Timed } from '../../shared/calls/observed';
import type { Possible } from '../../shared/calls/source';
import { instant, isoUtc, SECOND, secondsBetween } from '../../shared/values/time';
import { numeric, text, valuesOf } from '../../shared/values/values';

/** v1: all that `status` of a queue or ring group call is documented to be. */
const V1_WAITING_OUTCOMES: ReadonlyMap<string, Outcome> = new Map([
	['answered', 'answered'],
	['abandoned', 'abandoned'],
	['timedout', 'timedOut'],
]);

/** v2: those, and the words that could stand in their place and in the `type` of user calls; not all of them have been seen. */
const V2_OUTCOMES: ReadonlyMap<string, Outcome> = new Map([
	...V1_WAITING_OUTCOMES,
	['missed', 'missed'],
	['busy', 'busy'],
	['failed', 'failed'],
]);

/** v1: `is_inbound` of a user's call. */
const V1_DIRECTIONS: ReadonlyMap<number | null, Direction> = new Map([
	[0, 'outbound'],
	[1, 'inbound'],
]);

/** v2: the second word in the `type` of a user's call. */
const V2_DIRECTIONS: ReadonlyMap<string | undefined, Direction> = new Map([
	['inbound', 'inbound'],
	['outbound', 'outbound'],
	['internal', 'internal'],
]);

/** What the calls of a list can be, by the version of the API. */
export const V1_WAITING: Possible = { direction: ['inbound'], outcome: valuesOf(V1_WAITING_OUTCOMES) };
export const V1_USER: Possible = { direction: valuesOf(V1_DIRECTIONS), outcome: ['answered', 'missed'] };
export const V2_WAITING: Possible = { direction: ['inbound'], outcome: valuesOf(V2_OUTCOMES) };
export const V2_USER: Possible = { direction: valuesOf(V2_DIRECTIONS), outcome: valuesOf(V2_OUTCOMES) };

/**
 * How a v2 user call is a leg of a call. The list shows only the calls of users: for a call that came in through a queue or
 * ring group no record says that it is over. A user who dialled is the first leg himself. Of incoming calls, one
 * that was answered settles the outcome; that nobody will answer is certain only when no call could still be in progress.
 */
export function linkOf(record: IDataObject): Link | null {
	const call = text(record.unique_call_id);
	if (call === null) return null;
	const { direction, outcome } = userCallV2(record);
	const isRoot = direction === 'outbound' || direction === 'internal';
	return { call, leg: null, isRoot, children: null, concludes: outcome === 'answered' };
}

export const V2_NUMBERS = ['type', 'status', 'callerid', 'caller_id', 'dest_number', 'conversation_duration'];

/**
 * When a call began, and whether and when it ended. v1 says so in `call_finished_at`, null while the call goes on. v2
 * has the length and the outcome in its place. How it shows a call that goes on is not documented: one that lacks
 * either is taken as not ended.
 */
export function timesOf(record: IDataObject): Timed {
	const startedAt = instant(record.call_start_at);
	if ('call_finished_at' in record) {
		const finished = text(record.call_finished_at);
		return { ended: finished !== null, startedAt, endedAt: instant(finished) ?? endByLength(record, startedAt) };
	}
	const isJudged = text(record.status ?? record.type) !== null;
	const isMeasured = numeric(record.call_duration) !== null;
	return { ended: isJudged && isMeasured, startedAt, endedAt: endByLength(record, startedAt) };
}

function endByLength(record: IDataObject, startedAt: number | null): number | null {
	const length = numeric(record.call_duration);
	return startedAt === null || length === null ? null : startedAt + length * SECOND;
}

const NOTHING: CallFacts = {
	direction: null,
	outcome: null,
	from: party(null),
	to: party(null),
	queue: null,
	ringGroup: null,
	user: null,
	startedAt: null,
	answeredAt: null,
	endedAt: null,
	durationSeconds: null,
	waitSeconds: null,
	talkSeconds: null,
	cost: null,
	parentId: null,
};

/** v1 queue and ring group calls: calls that come in and wait for somebody. */
export function waitingCallV1(record: IDataObject): CallFacts {
	const { startedAt, endedAt } = timesOf(record);
	const answeredAt = instant(record.call_answered_at);
	return {
		...NOTHING,
		direction: 'inbound',
		outcome: outcomeOf(record.status, V1_WAITING_OUTCOMES),
		from: party(record.callerid),
		to: party(record.inbound_number),
		queue: named(record.queue_name),
		ringGroup: named(record.ring_group_name),
		user: named(record.answered_by_user_name),
		startedAt: isoUtc(startedAt),
		answeredAt: isoUtc(answeredAt),
		endedAt: isoUtc(endedAt),
		durationSeconds: secondsBetween(startedAt, endedAt),
		waitSeconds: secondsBetween(startedAt, answeredAt ?? endedAt),
		talkSeconds: secondsBetween(answeredAt, endedAt),
	};
}

export function userCallV1(record: IDataObject): CallFacts {
	const { startedAt, endedAt } = timesOf(record);
	const direction = V1_DIRECTIONS.get(numeric(record.is_inbound)) ?? null;
	const talkSeconds = numeric(record.conversation_duration);
	return {
		...NOTHING,
		direction,
		outcome: userOutcome(direction, talkSeconds),
		from: party(record.from_number),
		to: party(record.to_number),
		user: named(record.user_name),
		startedAt: isoUtc(startedAt),
		endedAt: isoUtc(endedAt),
		durationSeconds: numeric(record.call_duration) ?? secondsBetween(startedAt, endedAt),
		talkSeconds,
	};
}

/** v1 only gives the talking time. An incoming call without any was missed; for an outgoing one it is open. */
function userOutcome(direction: Direction | null, talkSeconds: number | null): Outcome | null {
	if (talkSeconds === null) return null;
	if (talkSeconds > 0) return 'answered';
	return direction === 'inbound' ? 'missed' : null;
}

export function waitingCallV2(record: IDataObject): CallFacts {
	return {
		...lengthsV2(record),
		direction: 'inbound',
		outcome: outcomeOf(record.status, V2_OUTCOMES),
		// The field of ring group calls is uncertain in the reference; both names have been seen.
		from: party(record.callerid ?? record.caller_id, record.caller_name),
		to: party(record.dest_number),
		queue: named(record.queue_name),
		ringGroup: named(record.ring_group_name),
		user: named(record.user_name, record.user_number),
	};
}

/** v2 user calls give direction and outcome in `type`, e.g. `user_inbound_missed`. */
export function userCallV2(record: IDataObject): CallFacts {
	const [, direction, outcome] = /^user_([a-z]+)_([a-z]+)$/.exec(text(record.type) ?? '') ?? [];
	return {
		...lengthsV2(record),
		direction: V2_DIRECTIONS.get(direction) ?? null,
		outcome: outcomeOf(outcome, V2_OUTCOMES),
		from: party(record.caller_id, record.caller_name),
		to: party(record.dest_number),
		user: named(record.user_name, record.user_number),
	};
}

function lengthsV2(record: IDataObject): CallFacts {
	const { startedAt, endedAt } = timesOf(record);
	const answeredAt = instant(record.connected_at);
	const durationSeconds = numeric(record.call_duration);
	return {
		...NOTHING,
		startedAt: isoUtc(startedAt),
		answeredAt: isoUtc(answeredAt),
		endedAt: isoUtc(endedAt),
		durationSeconds,
		waitSeconds: secondsBetween(startedAt, answeredAt ?? endedAt),
		talkSeconds: numeric(record.conversation_duration),
	};
}

function outcomeOf(status: unknown, outcomes: ReadonlyMap<string, Outcome>): Outcome | null {
	return outcomes.get((text(status) ?? '').toLowerCase()) ?? null;
}
