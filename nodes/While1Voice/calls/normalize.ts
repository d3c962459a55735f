import type { IDataObject } from 'n8n-workflow';

import { named, party, type CallFacts, type Direction, type Outcome } from '../../shared/calls/call';
import { courseOf } from '../../shared/calls/facts';
import type { Link, Timed } from '../../shared/calls/observed';
import type { EventValues } from '../../shared/calls/source';
import { instant, SECOND, secondsIn } from '../../shared/values/time';
import { codeOf, idKey, text, valuesOf } from '../../shared/values/values';

/**
 * When a call began and ended, by the clock that `read` and `fromInstant` tell. The filters are named `date_between` and `uniqueid`, so the fields may be `date` and
 * `uniqueid`, which begins with the second the call began (the provider's own example: 1234567890.12). Those filters, and the
 * values of `call_status`, are Asterisk's: so are `calldate` and `duration`, taken where a PBX sends them.
 *
 * A call detail record is written when the call is over. Only one whose `call_status` is there and empty is not.
 */
export function timesOf(
	record: IDataObject,
	read: (value: unknown) => number | null,
	fromInstant: (at: number) => number = (at) => at,
): Timed {
	const { date, calldate, uniqueid } = record;
	// The most exact one: a day alone says less than the second in an ID.
	const exact = [date, calldate].find((value) => /\d:\d\d/.test(text(value) ?? ''));
	const startedAt = read(exact) ?? startOfId(uniqueid, fromInstant) ?? read(date) ?? read(calldate);
	const duration = secondsIn(record.duration);
	return {
		ended: !('call_status' in record) || text(record.call_status) !== null,
		startedAt,
		endedAt: startedAt === null || duration === null ? null : startedAt + duration * SECOND,
	};
}

/**
 * How a record is a leg of a call. The filters `uniqueid` and `linkedid` are Asterisk's words: the first names a record, the
 * second the first leg of its call. Where records have no `uniqueid`, none can be known as the first one.
 */
export function linkOf(record: IDataObject): Link | null {
	const own = idKey(record.uniqueid);
	const call = idKey(record.linkedid) ?? own;
	if (call === null) return null;
	const isAnswered = OUTCOMES.get(codeOf(record.call_status)) === 'answered';
	return { call, leg: own, isRoot: call === own, children: null, concludes: own === null && isAnswered };
}

export function startOfId(uniqueId: unknown, fromInstant: (at: number) => number): number | null {
	const seconds = /(?:^|-)(\d{9,10})\.\d+$/.exec(text(uniqueId) ?? '')?.[1];
	return seconds === undefined ? null : fromInstant(Number(seconds) * SECOND);
}

/** The values of the filter `direction`, and the words they stand for; as `codeOf` gives them. */
const DIRECTIONS: ReadonlyMap<string | null, Direction> = new Map([
	['IN', 'inbound'],
	['INBOUND', 'inbound'],
	['INCOMING', 'inbound'],
	['OUT', 'outbound'],
	['OUTBOUND', 'outbound'],
	['OUTGOING', 'outbound'],
]);

export function directionOf(value: unknown): Direction | null {
	return DIRECTIONS.get(codeOf(value)) ?? null;
}

/** The values of the filter `call_status`, as `codeOf` gives them. */
const OUTCOMES: ReadonlyMap<string | null, Outcome> = new Map([
	['ANSWERED', 'answered'],
	['NOANSWER', 'missed'],
	['BUSY', 'busy'],
	['CONGESTION', 'failed'],
	['FAILED', 'failed'],
]);

/** What a call can be. */
export const valuesOfEvent: EventValues = { direction: valuesOf(DIRECTIONS), outcome: valuesOf(OUTCOMES) };

/** By the names of the documented filters; what a record does not hold under them is null. */
export function factsOf(
	record: IDataObject,
	zone: string,
	itemOf: (uniqueId: string | null) => string | null,
): CallFacts {
	const { startedAt, endedAt } = timesOf(record, (value) => instant(value, zone));
	const outcome = OUTCOMES.get(codeOf(record.call_status)) ?? null;
	const linkedId = text(record.linkedid);
	return {
		direction: directionOf(record.direction),
		outcome,
		from: party(record.source),
		to: party(record.destination),
		queue: null,
		ringGroup: null,
		user: named(null, record.user_id),
		...courseOf({
			outcome,
			startedAt,
			endedAt,
			durationSeconds: secondsIn(record.duration),
			talkSeconds: secondsIn(record.billsec),
			isPhone: text(record.user_id) !== null,
		}),
		cost: null,
		// `linkedid` is the `uniqueid` of the first leg: the same in all legs of one call.
		parentId: linkedId !== text(record.uniqueid) ? itemOf(linkedId) : null,
	};
}
