import type { IDataObject } from 'n8n-workflow';

import {
	named,
	party,
	type CallFacts,
	type Direction,
	type MessageFacts,
	type Named,
	type Outcome,
} from '../../shared/calls/call';
import { courseOf } from '../../shared/calls/facts';
import type { Link } from '../../shared/calls/observed';
import type { EventValues } from '../../shared/calls/source';
import { instant, isoUtc, SECOND, secondsIn } from '../../shared/values/time';
import { amount, codeOf, idKey, numeric, text, valuesOf } from '../../shared/values/values';

/** What the facts of a record are made from, besides the record. */
export interface RecordContext {
	readonly timezone: string;
	/** The `id` of the item that a live call ID belongs to, if its record has been read. */
	itemOf(liveId: unknown): string | null;
	queueOf(record: IDataObject): Named | null;
}

/** 0 is not an ID: it marks a record that belongs to no call. */
export function liveIdOf(value: unknown): string | null {
	const id = idKey(value);
	return id === '0' ? null : id;
}

/**
 * How a record is a leg of a call: `live_id` names it, `root_live_id` the first leg, `parent_live_id` the one it came from.
 * `is_root` and `root_live_id` are in the provider's samples and were not in all answers seen: without them a leg without a
 * parent is the first one. (The names of calls are marked, as live IDs and the IDs of records are two series.)
 */
export function linkOf(record: IDataObject): Link | null {
	const own = liveIdOf(record.live_id);
	const root = liveIdOf(record.root_live_id);
	const parent = liveIdOf(record.parent_live_id);
	const isRoot = isTrue(record.is_root) || (root === null ? parent === null : root === own);
	const call = isRoot ? (own ?? root) : (root ?? parent);
	if (call === null) return null;
	return {
		call: `live-${call}`,
		leg: own === null ? null : `live-${own}`,
		isRoot,
		children: isRoot ? numeric(record.nb_children) : null,
		concludes: false,
	};
}

function isTrue(value: unknown): boolean {
	return value === true || value === 1 || value === '1' || value === 'true';
}

export function endOf(startedAt: number | null, duration: unknown): number | null {
	return startedAt === null ? null : startedAt + (secondsIn(duration) ?? 0) * SECOND;
}

/** `type`: I inbound, O outbound, M missed, which is an incoming call. */
const DIRECTIONS: ReadonlyMap<string | null, Direction> = new Map([
	['I', 'inbound'],
	['O', 'outbound'],
	['M', 'inbound'],
]);

/** By `disposition`, as `codeOf` gives it. */
const OUTCOMES: ReadonlyMap<string | null, Outcome> = new Map([
	['CONNECTED', 'answered'],
	['ANSWERED', 'answered'],
	['NOANSWER', 'missed'],
	['BUSY', 'busy'],
	['FAILED', 'failed'],
]);

/** What a call can be. */
export const valuesOfEvent: EventValues = { direction: valuesOf(DIRECTIONS), outcome: valuesOf(OUTCOMES) };

/** A call detail record: one leg of a call. */
export function callFacts(record: IDataObject, { timezone, itemOf, queueOf }: RecordContext): CallFacts {
	const type = codeOf(record.type);
	const direction = DIRECTIONS.get(type) ?? null;
	const outcome = type === 'M' ? 'missed' : (OUTCOMES.get(codeOf(record.disposition)) ?? null);
	const startedAt = instant(record.calldate ?? record.created_at, timezone);
	const durationSeconds = secondsIn(record.duration);
	const [queue, user] = [queueOf(record), userOf(record)];
	const parentId = itemOf(record.parent_live_id) ?? itemOf(record.root_live_id);
	return {
		direction,
		outcome,
		from: party(record.src, record.src_name, true),
		// For an outgoing call, the name is that of the destination's tariff, e.g. "Spain Mobile".
		to: party(record.dst, direction === 'outbound' ? null : record.dst_name, true),
		queue,
		ringGroup: null,
		user,
		...courseOf({
			outcome,
			startedAt,
			endedAt: durationSeconds === null ? null : endOf(startedAt, durationSeconds),
			durationSeconds,
			talkSeconds: secondsIn(record.billsec),
			// The record of a call that rings several phones says how long it waited.
			isPhone: user !== null && queue === null && (numeric(record.nb_children) ?? 0) === 0,
		}),
		cost: amount(record.charge),
		parentId: parentId === itemOf(record.live_id) ? null : parentId,
	};
}

/** The user of the leg, with the name of the side that is this user. */
function userOf(record: IDataObject): Named | null {
	const id = text(record.user_id);
	if (id === null) return null;
	const name = text(record.src_id) === id ? record.src_name : text(record.dst_id) === id ? record.dst_name : null;
	return named(name, id);
}

export function recordingFacts(record: IDataObject, { timezone }: RecordContext): MessageFacts {
	// The published fields of a recording name no call; where a record has more, its live IDs are those of call records.
	const live = liveIdOf(record.root_live_id) ?? liveIdOf(record.live_id);
	return {
		callId: live === null ? null : `voipStudio:cdr:live-${live}`,
		from: party(record.caller, null, true),
		to: party(record.called, null, true),
		user: named(null, record.user_id),
		at: isoUtc(instant(record.timestamp, timezone)),
		durationSeconds: secondsIn(record.duration),
		text: null,
	};
}

export function voicemailFacts(record: IDataObject, { timezone }: RecordContext): MessageFacts {
	return {
		from: party(record.caller, null, true),
		to: party(record.dialled, null, true),
		user: named(null, record.user_id),
		at: isoUtc(instant(record.origtime, timezone)),
		durationSeconds: secondsIn(record.duration),
		text: null,
	};
}

export function smsFacts(record: IDataObject, { timezone }: RecordContext): MessageFacts {
	return {
		from: party(record.from, null, true),
		to: party(record.to, null, true),
		user: named(null, record.user_id),
		at: isoUtc(instant(record.created_at, timezone)),
		durationSeconds: null,
		text: text(record.message),
	};
}
