import type { IDataObject } from 'n8n-workflow';

import { party } from '../../shared/calls/call';
import type { EventFacts, EventKind, EventProvider, PushedEvent } from '../../shared/events/eventProvider';
import type { Recent } from '../../shared/events/recent';
import { flawInUrl, flawOfSecret } from '../../shared/events/secret';
import { instant, secondsIn, timeText } from '../../shared/values/time';
import { text, truth } from '../../shared/values/values';
import { liveIdOf } from '../calls/normalize';

const KINDS: ReadonlyMap<string, EventKind> = new Map([
	['call.connected', 'answered'],
	['call.dtmf', 'dtmf'],
	['call.hangup', 'ended'],
	['call.initial', 'started'],
	['call.missed', 'missed'],
	['call.ringing', 'ringing'],
	['monitor.audio_ready', 'recordingReady'],
	['sms.received', 'smsReceived'],
]);

/** VoIPstudio's webhooks: POST with JSON to a URL that holds a user and a password. */
export const voipStudioEvents: EventProvider = {
	id: 'voipStudio',
	name: 'VoIPstudio',
	credentialType: 'voipStudioWebhookApi',
	seal: 'the user and the password of the credential',
	challenge: 'Basic',
	given: ({ headers }) => {
		const [, encoded] = /^Basic +([\w+/=]+)$/i.exec(text(headers.authorization) ?? '') ?? [];
		return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString();
	},
	expected: ({ user, password }) => `${text(user)}:${text(password)}`,
	flaw: ({ user, password }) => flawInUrl(text(user) ?? '', 'User') ?? flawOfSecret(password, 'Password', true),
	isQuery: false,
	kinds: KINDS,
	nameOf: ({ event_name }) => text(event_name),
	// A call is missed once, however many phones rang.
	idOf: ({ record, kind }) => (kind === 'missed' ? callOf(record) : text(record.id)),
	factsOf,
	isLeftOut,
};

function callOf({ root_call_id, call_id }: IDataObject): string | null {
	return liveIdOf(root_call_id) ?? liveIdOf(call_id);
}

/**
 * Each phone that stops ringing is a `call.missed`, also when a colleague took the call. Where events have `root_call_id` or `final`,
 * the last one of the call is final; an older form has neither, and there the first one counts.
 */
function isLeftOut({ record, kind }: PushedEvent, memory: Recent, scope: string): boolean {
	const call = `${scope} answered ${callOf(record)}`;
	if (kind === 'answered') memory.isNew(call);
	if (kind !== 'missed') return false;
	const tellsEnd = 'final' in record || 'root_call_id' in record;
	return (tellsEnd && truth(record.final) !== true) || memory.has(call);
}

function factsOf({ record, kind }: PushedEvent): EventFacts {
	const call = callOf(record);
	const direction = { in: 'inbound', out: 'outbound' }[text(record.destination)?.toLowerCase() ?? ''] ?? null;
	const [from, to] = kind === 'smsReceived' ? [record.from_no, record.to_no] : [record.src, record.dst];
	return {
		at: instant(timeText(record.event_time)),
		from: party(from, record.src_name, true),
		to: party(to, record.dst_name, true),
		queue: null,
		agent: text(direction === 'outbound' ? record.src_name : record.dst_name),
		callId: call === null ? null : `voipStudio:cdr:live-${call}`,
		more: { direction, ...moreOf(record, kind) },
	};
}

function moreOf(record: IDataObject, kind: EventKind): IDataObject {
	if (kind === 'smsReceived') return { text: text(record.text) };
	if (kind === 'dtmf') return { digit: text(record.dtmf_tag), target: text(record.dtmf_target) };
	// As the queue or ring group is named in it: `RG-12`.
	const context = text(record.context);
	if (kind === 'recordingReady')
		return { context, recordingId: text(record.monitor_id), durationSeconds: secondsIn(record.duration) };
	if (kind !== 'ended') return { context };
	return { context, durationSeconds: secondsIn(record.duration), terminatedBy: text(record.terminated_by) };
}
