import type { IDataObject } from 'n8n-workflow';

import { numberOf } from '../calls/simplified';
import type { Party } from '../calls/call';
import { isoIn, isoUtc } from '../values/time';
import type { Recent } from './recent';

/** What happened, by one word for all providers. */
export type EventKind =
	| 'answered'
	| 'callerLookup'
	| 'dtmf'
	| 'ended'
	| 'missed'
	| 'other'
	| 'recordingReady'
	| 'ringing'
	| 'smsReceived'
	| 'started'
	| 'voicemailReceived';

/** What a request brought: a record of the provider and what it stands for. */
export interface PushedEvent {
	readonly record: IDataObject;
	/** As the provider names it; null if it gives no name. */
	readonly name: string | null;
	readonly kind: EventKind;
}

/** What an event says. What the provider does not tell is null; nothing is guessed. */
export interface EventFacts {
	/** An instant. */
	readonly at: number | null;
	readonly from: Party;
	readonly to: Party;
	readonly queue: string | null;
	/** Whose phone rings or rang. */
	readonly agent: string | null;
	/** In the form that the polling trigger of the provider has for it. */
	readonly callId: string | null;
	/** What this event adds. */
	readonly more: IDataObject;
}

/** A request as far as its secret is concerned. */
export interface Sealed {
	readonly headers: Readonly<Record<string, unknown>>;
	readonly params: Readonly<Record<string, unknown>>;
}

/** A provider's side of its event trigger. */
export interface EventProvider {
	/** As in the ids of items. */
	readonly id: string;
	readonly name: string;
	readonly credentialType: string;
	/** What the request has to carry, in words. */
	readonly seal: string;
	/** The secret that a request carries; null without one. */
	given(request: Sealed): string | null;
	/** The same of the credential. */
	expected(credential: IDataObject): string;
	/** Why a credential protects nothing; undefined if it does. */
	flaw(credential: IDataObject): string | undefined;
	/** What asks for the secret, in the header `WWW-Authenticate` of a refusal. */
	readonly challenge?: string;
	/** Whether events come in the query of the request, not in a JSON body. */
	readonly isQuery: boolean;
	/** The names of the provider's events, and what they stand for. */
	readonly kinds: ReadonlyMap<string, EventKind>;
	nameOf(record: IDataObject): string | null;
	/** What tells an event from all others; null to take all of its fields. */
	idOf(event: PushedEvent): string | null;
	factsOf(event: PushedEvent, zone: string): EventFacts;
	/** Whether another event of its call says it; asked of every event, so that `memory` holds what is known of calls. */
	isLeftOut?(event: PushedEvent, memory: Recent, scope: string): boolean;
}

/** An event as one flat row, for pop-ups, tables and messages: the most used field first. */
export interface SimplifiedEvent extends IDataObject {
	/** What happened, by one word for all providers; `other` for an event that the package does not know. */
	event: EventKind;
	/** When, in the workflow's time zone, with its offset. */
	at: string | null;
	/** The number of the caller, in E.164 form where that is certain; null if withheld. */
	caller: string | null;
	/** The name that the provider shows with it. */
	callerName: string | null;
	/** The number that was called, in the same form. */
	callee: string | null;
	/** The name of the queue or ring group. */
	queue: string | null;
	/** The name of whose phone rings or rang. */
	agent: string | null;
	/** The same for all events of one call. */
	callId: string | null;
	/** Stable: the same when the provider repeats the event. */
	itemId: string;
	/** The event as the provider names it. */
	providerEvent: string | null;
}

/** @param zone the workflow's */
export function simplifiedEvent(
	{ id, factsOf }: EventProvider,
	event: PushedEvent,
	key: string,
	zone: string,
): SimplifiedEvent {
	const { at, from, to, queue, agent, callId, more } = factsOf(event, zone);
	return {
		event: event.kind,
		at: isoIn(isoUtc(at), zone),
		caller: numberOf(from),
		callerName: from.name,
		callee: numberOf(to),
		queue,
		agent,
		callId,
		itemId: `${id}:${event.kind}:${key}`,
		...more,
		providerEvent: event.name,
	};
}
