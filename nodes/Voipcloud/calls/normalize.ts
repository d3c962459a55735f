import type { IDataObject } from 'n8n-workflow';

import { named, party, type CallFacts, type Direction, type Outcome } from '../../shared/calls/call';
import { courseOf } from '../../shared/calls/facts';
import type { Link, Timed } from '../../shared/calls/observed';
import type { EventValues } from '../../shared/calls/source';
import { DAY, instant, SECOND, secondsIn, timeText } from '../../shared/values/time';
import { codeOf, idKey, numeric, text, truth, valuesOf, withoutEntities } from '../../shared/values/values';

/** v1: all that `status` of a queue or ring group call is documented to be. */
const V1_WAITING_OUTCOMES: ReadonlyMap<string, Outcome> = new Map([
	['ANSWERED', 'answered'],
	['ABANDONED', 'abandoned'],
	['TIMEDOUT', 'timedOut'],
]);

/** v2: those, and the words that could stand in their place and in the `type` of user calls; not all of them have been seen. */
const V2_OUTCOMES: ReadonlyMap<string, Outcome> = new Map([
	...V1_WAITING_OUTCOMES,
	['MISSED', 'missed'],
	['BUSY', 'busy'],
	['FAILED', 'failed'],
]);

/** v1: `is_inbound` of a user's call. */
const V1_DIRECTIONS: ReadonlyMap<number | boolean | null, Direction> = new Map<number | boolean | null, Direction>([
	[0, 'outbound'],
	[1, 'inbound'],
	[false, 'outbound'],
	[true, 'inbound'],
]);

/** v2: the second word in the `type` of a user's call. */
const V2_DIRECTIONS: ReadonlyMap<string | undefined, Direction> = new Map([
	['inbound', 'inbound'],
	['outbound', 'outbound'],
	['internal', 'internal'],
]);

/** What the calls of a list can be, by the version of the API. */
export const V1_WAITING: EventValues = { direction: ['inbound'], outcome: valuesOf(V1_WAITING_OUTCOMES) };
export const V1_USER: EventValues = { direction: valuesOf(V1_DIRECTIONS), outcome: ['answered', 'missed'] };
export const V2_WAITING: EventValues = { direction: ['inbound'], outcome: valuesOf(V2_OUTCOMES) };
export const V2_USER: EventValues = { direction: valuesOf(V2_DIRECTIONS), outcome: valuesOf(V2_OUTCOMES) };

/**
 * How a v2 user call is a leg of a call. The list shows only the calls of users: for a call that came in through a queue or
 * ring group no record says that it is over. A user who dialled is the first leg himself. Of incoming calls, one
 * that was answered settles the outcome; that nobody will answer is certain only when no call could still be in progress.
 */
export function linkOf(record: IDataObject): Link | null {
	const call = idKey(record.unique_call_id);
	if (call === null) return null;
	const { direction, outcome } = userCallV2(record);
	const isRoot = direction === 'outbound' || direction === 'internal';
	return { call, leg: null, isRoot, children: null, concludes: outcome === 'answered' };
}

/**
 * An instant; null for a time long before any call, which is a word for "none".
 *
 * @param zone that of times without an offset
 */
export function timeIn(value: unknown, zone = 'utc'): number | null {
	const at = instant(timeText(value), zone);
	return at === null || at < DAY ? null : at;
}

/**
 * When a call began, and whether and when it ended. v1 says so in `call_finished_at`, null while the call goes on. v2
 * has the length and the outcome in its place. How it shows a call that goes on is not documented: one that lacks
 * either is taken as not ended.
 */
export function timesOf(record: IDataObject, zone?: string): Timed {
	const startedAt = timeIn(record.call_start_at, zone);
	if ('call_finished_at' in record) {
		const written = timeText(record.call_finished_at);
		const finished = timeIn(written, zone);
		if (finished !== null) return { ended: true, startedAt, endedAt: finished };
		// "0000-00-00 00:00:00", "N/A" and the like: a call that tells no length either is still in progress.
		const hasLength = (secondsIn(record.call_duration) ?? 0) > 0;
		return { ended: written !== null && hasLength, startedAt, endedAt: endByLength(record, startedAt) };
	}
	const isJudged = text(record.status ?? record.type) !== null;
	// A length below 0 is unknown, and shows that the call is over.
	const isMeasured = numeric(record.call_duration) !== null;
	return { ended: isJudged && isMeasured, startedAt, endedAt: endByLength(record, startedAt) };
}

function endByLength(record: IDataObject, startedAt: number | null): number | null {
	const length = secondsIn(record.call_duration);
	return startedAt === null || length === null ? null : startedAt + length * SECOND;
}

/** Names come as they are written in the portal's pages, with HTML's entities. */
function name(value: unknown): string | null {
	const written = text(value);
	return written === null ? null : withoutEntities(written);
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
	ringSeconds: null,
	talkSeconds: null,
	cost: null,
	parentId: null,
};

/** v1 queue and ring group calls: calls that come in and wait for somebody. */
export function waitingCallV1(record: IDataObject, zone?: string): CallFacts {
	const outcome = outcomeOf(record.status, V1_WAITING_OUTCOMES);
	const answeredAt = timeIn(record.call_answered_at, zone);
	return {
		...NOTHING,
		...courseOf({ outcome, ...timesOf(record, zone), answeredAt, isPhone: false }),
		direction: 'inbound',
		outcome,
		from: party(record.callerid),
		to: party(record.inbound_number),
		queue: named(name(record.queue_name)),
		ringGroup: named(name(record.ring_group_name)),
		user: named(name(record.answered_by_user_name)),
	};
}

export function userCallV1(record: IDataObject, zone?: string): CallFacts {
	const direction = V1_DIRECTIONS.get(truth(record.is_inbound) ?? numeric(record.is_inbound)) ?? null;
	const times = timesOf(record, zone);
	// A call that is over and tells no conversation had none.
	const talkSeconds = secondsIn(record.conversation_duration) ?? (times.ended && isNone(record) ? 0 : null);
	const outcome = userOutcome(direction, talkSeconds);
	const durationSeconds = secondsIn(record.call_duration);
	return {
		...NOTHING,
		...courseOf({ outcome, ...times, durationSeconds, talkSeconds, isPhone: true }),
		direction,
		outcome,
		from: party(record.from_number),
		to: party(record.to_number),
		user: named(name(record.user_name)),
	};
}

function isNone({ conversation_duration: talk }: IDataObject): boolean {
	return talk === null || talk === '';
}

/** v1 only gives the talking time. An incoming call without any was missed; for an outgoing one it is open. */
function userOutcome(direction: Direction | null, talkSeconds: number | null): Outcome | null {
	if (talkSeconds === null) return null;
	if (talkSeconds > 0) return 'answered';
	return direction === 'inbound' ? 'missed' : null;
}

export function waitingCallV2(record: IDataObject, zone?: string): CallFacts {
	const outcome = outcomeOf(record.status, V2_OUTCOMES);
	return {
		...courseV2(record, outcome, false, zone),
		direction: 'inbound',
		outcome,
		// The field of ring group calls is uncertain in the reference; both names have been seen.
		from: party(record.callerid ?? record.caller_id, name(record.caller_name)),
		to: party(record.dest_number),
		queue: named(name(record.queue_name)),
		ringGroup: named(name(record.ring_group_name)),
		user: named(name(record.user_name), record.user_number),
	};
}

/** v2 user calls give direction and outcome in `type`, e.g. `user_inbound_missed`. */
export function userCallV2(record: IDataObject, zone?: string): CallFacts {
	const [, direction, word] =
		/^user[\s_-]([a-z]+)[\s_-]([a-z\s_-]+)$/.exec((text(record.type) ?? '').slice(0, 100).toLowerCase()) ?? [];
	const outcome = outcomeOf(word, V2_OUTCOMES);
	return {
		...courseV2(record, outcome, true, zone),
		direction: V2_DIRECTIONS.get(direction) ?? null,
		outcome,
		from: party(record.caller_id, name(record.caller_name)),
		to: party(record.dest_number),
		user: named(name(record.user_name), record.user_number),
	};
}

function courseV2(record: IDataObject, outcome: Outcome | null, isPhone: boolean, zone?: string): CallFacts {
	const answeredAt = timeIn(record.connected_at, zone);
	const durationSeconds = secondsIn(record.call_duration);
	const talkSeconds = secondsIn(record.conversation_duration);
	return {
		...NOTHING,
		...courseOf({ outcome, ...timesOf(record, zone), answeredAt, durationSeconds, talkSeconds, isPhone }),
	};
}

function outcomeOf(status: unknown, outcomes: ReadonlyMap<string, Outcome>): Outcome | null {
	return outcomes.get(codeOf(status) ?? '') ?? null;
}
