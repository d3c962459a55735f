import type { IDataObject } from 'n8n-workflow';

import { named, party } from '../../shared/calls/call';
import type { EventFacts, EventKind, EventProvider, PushedEvent } from '../../shared/events/eventProvider';
import { flawOfSecret } from '../../shared/events/secret';
import { isoUtc, secondsIn } from '../../shared/values/time';
import { idKey, text } from '../../shared/values/values';
import { directionOf, startOfId } from '../calls/normalize';

/** The question of *Caller Data Retrieval*, which has no name in the request. */
export const CALLER_DATA = 'caller_data';

const KINDS: ReadonlyMap<string, EventKind> = new Map([
	['call_forward_answer', 'answered'],
	[CALLER_DATA, 'callerLookup'],
	['dial_answer', 'answered'],
	['missed_calls', 'missed'],
	['outgoing_end', 'ended'],
	['queue_answer', 'answered'],
	['queue_answer_end', 'ended'],
]);

/** While1's *sendEvent* and *Caller Data Retrieval*: GET, with the secret as the last part of the path. */
export const while1VoiceEvents: EventProvider = {
	id: 'while1Voice',
	name: 'While1 Voice',
	credentialType: 'while1VoiceWebhookApi',
	seal: 'the secret of the credential as the last part of its path',
	given: ({ params }) => text(params.secret),
	expected: ({ secret }) => text(secret) ?? '',
	flaw: ({ secret }) => flawOfSecret(secret, 'Secret', true),
	isQuery: true,
	kinds: KINDS,
	nameOf: ({ event, telephone }) => text(event) ?? (text(telephone) === null ? null : CALLER_DATA),
	idOf: () => null,
	factsOf,
};

function factsOf({ record, name, kind }: PushedEvent): EventFacts {
	const id = idKey(record.uniqueid);
	const direction = directionOf(record.direction) ?? (name === 'outgoing_end' ? 'outbound' : 'inbound');
	return {
		// No event tells when it happened.
		at: null,
		from: party(record.telephone),
		to: party(record.dnid),
		queue: named(record.queue)?.name ?? null,
		agent: named(record.agent)?.name ?? null,
		callId: id === null ? null : `while1Voice:cdr:${id}`,
		more: { direction, ...moreOf(record, kind) },
	};
}

function moreOf(record: IDataObject, kind: EventKind): IDataObject {
	if (kind === 'callerLookup' || kind === 'other') return {};
	const told = { startedAt: isoUtc(startOfId(record.uniqueid, (at) => at)), contactId: text(record.contact_id) };
	if (kind !== 'missed') return told;
	return { ...told, waitSeconds: secondsIn(record.queue_hold_time), failReason: text(record.fail_reason) };
}
