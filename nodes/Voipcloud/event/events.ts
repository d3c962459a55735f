import type { IDataObject } from 'n8n-workflow';

import { party, type CallFacts } from '../../shared/calls/call';
import type { EventFacts, EventKind, EventProvider, PushedEvent } from '../../shared/events/eventProvider';
import { flawOfSecret } from '../../shared/events/secret';
import { instant, secondsIn } from '../../shared/values/time';
import { idKey, text, textsIn } from '../../shared/values/values';
import { timeIn, waitingCallV2 } from '../calls/normalize';

const KINDS: ReadonlyMap<string, EventKind> = new Map([
	['queue_call', 'ended'],
	['recording_inbound', 'recordingReady'],
	['recording_outbound', 'recordingReady'],
	['ring_group_call', 'ended'],
	['user_inbound', 'ringing'],
	['user_inbound_answered', 'answered'],
	['user_inbound_completed', 'ended'],
	['user_outbound', 'ringing'],
	['user_outbound_answered', 'answered'],
	['user_outbound_completed', 'ended'],
	['voicemail', 'voicemailReceived'],
]);

/** The one name of an older generation that is known. */
const OLDER_NAMES: ReadonlyMap<string | null, string> = new Map([['inbound_call_to_user', 'user_inbound']]);

/** VoIPcloud's webhooks: POST with JSON, and a plain shared secret in a header. */
export const voipcloudEvents: EventProvider = {
	id: 'voipcloud',
	name: 'VoIPcloud',
	credentialType: 'voipcloudWebhookApi',
	seal: 'the token of the credential in the header X-Pbx-Token',
	given: ({ headers }) => text(headers['x-pbx-token']),
	expected: ({ token }) => text(token) ?? '',
	flaw: ({ token }) => flawOfSecret(token, 'Token', false),
	isQuery: false,
	kinds: KINDS,
	nameOf: ({ type }) => OLDER_NAMES.get(text(type)) ?? text(type),
	idOf: () => null,
	factsOf,
};

function factsOf({ record, name, kind }: PushedEvent, zone: string): EventFacts {
	const direction = directionOf(name);
	const call = waitingCallV2(inNewNames(record, kind, direction), zone);
	const id = idKey(record.unique_call_id);
	return {
		at: atOf(record, kind, call, zone),
		from: party(call.from.number, call.from.name, true),
		to: party(call.to.number, null, true),
		queue: call.queue?.name ?? call.ringGroup?.name ?? null,
		agent: call.user?.name ?? null,
		callId: id === null ? null : `voipcloud:userCall:${id}`,
		more: { direction, ...moreOf(record, kind, call) },
	};
}

/** Queues, ring groups and mailboxes have inbound calls only. */
function directionOf(name: string | null): 'inbound' | 'outbound' | null {
	if (name === null || !KINDS.has(name)) return null;
	return name.includes('outbound') ? 'outbound' : 'inbound';
}

/** A record with the names of the newer generation, and with the outcome of a user's call, which has no field of its own. */
function inNewNames(record: IDataObject, kind: EventKind, direction: string | null): IDataObject {
	const isConnected = timeIn(record.connected_at) !== null || (secondsIn(record.conversation_duration) ?? 0) > 0;
	const ended = isConnected ? 'ANSWERED' : direction === 'inbound' ? 'MISSED' : null;
	return {
		...record,
		caller_id: record.caller_id ?? record.from_number,
		dest_number: record.dest_number ?? record.to_number,
		call_start_at: record.call_start_at ?? record.start_at,
		status: record.status ?? (kind === 'ended' ? ended : null),
	};
}

function atOf({ recorded_at }: IDataObject, kind: EventKind, call: CallFacts, zone: string): number | null {
	if (kind === 'ringing') return instant(call.startedAt);
	if (kind === 'answered') return instant(call.answeredAt);
	return kind === 'ended' ? instant(call.endedAt) : timeIn(recorded_at, zone);
}

function moreOf(record: IDataObject, kind: EventKind, { outcome, waitSeconds, talkSeconds }: CallFacts): IDataObject {
	if (kind === 'ended') return { outcome, waitSeconds, talkSeconds };
	if (kind === 'recordingReady') return { recordingUrl: text(record.call_recording_link) };
	return kind === 'voicemailReceived' ? { audioFiles: textsIn(record.audio_file) } : {};
}
