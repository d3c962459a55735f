import type { IDataObject } from 'n8n-workflow';

import { isoIn } from '../values/time';
import type { CallFacts, MessageFacts, Party } from './call';
import type { WholeCallFacts } from './facts';
import type { UnreturnedCaller } from './unreturnedItem';

/** A call as one flat row, for tables, messages and models: the most used field first. */
export interface SimplifiedCall extends IDataObject {
	/** When it started ringing, in *Time Zone of Results*, with its offset. */
	startedAt: string | null;
	/** As seen from the account. */
	direction: CallFacts['direction'];
	/** How it ended. */
	outcome: CallFacts['outcome'];
	/** The number of the caller, in E.164 form where that is certain; null if withheld. */
	caller: string | null;
	/** The name that the provider shows with it. */
	callerName: string | null;
	/** The number that was called, in the same form. */
	callee: string | null;
	/** The name of the queue or ring group. */
	queue: string | null;
	/** The name of who spoke with the caller; of an outbound call, of who called. */
	agent: string | null;
	/** How long the caller waited. */
	waitSeconds: number | null;
	/** How long the caller spoke with a person. */
	talkSeconds: number | null;
	/** The `id` of the full call. (A Data Table drops a column named `id`.) */
	itemId: string;
}

/** Its fields in their order. */
export const CALL_COLUMNS =
	'startedAt direction outcome caller callerName callee queue agent waitSeconds talkSeconds itemId'.split(' ');

/** A caller to call back, as one flat row. */
export interface SimplifiedCaller extends IDataObject {
	/** The number of the caller, in E.164 form where that is certain; null if withheld. */
	caller: string | null;
	/** The name that the provider shows with it. */
	callerName: string | null;
	/** How many calls of the wait were missed. */
	attemptCount: number;
	/** The name of the queue or ring group that missed the last of them. */
	queue: string | null;
	/** When the first of them began, in *Time Zone of Results*, with its offset. */
	firstAttemptAt: string | null;
	/** When the last of them began. */
	lastAttemptAt: string | null;
	/** From the end of the first of them until the item. */
	waitedMinutes: number;
	/** The `id` of the full item. */
	itemId: string;
}

/** A recording, a voicemail or a text message, as one flat row. */
export interface SimplifiedMessage extends IDataObject {
	/** When it was sent or recorded, in *Time Zone of Results*, with its offset. */
	at: string | null;
	/** The number of the sender or caller, in E.164 form where that is certain; null if withheld. */
	from: string | null;
	/** The name that the provider shows with it. */
	fromName: string | null;
	/** The number that it was for, in the same form. */
	to: string | null;
	/** The name that the provider shows with it. */
	toName: string | null;
	/** The name of whose recording, voicemail or message it is. */
	user: string | null;
	/** Of a recording or voicemail. */
	durationSeconds: number | null;
	/** Of a text message. */
	text: string | null;
	/** Of a recording: the `callId` of its call, if the provider gives it. */
	callId: string | null;
	/** The `id` of the full item. */
	itemId: string;
}

/** @param zone *Time Zone of Results* */
export function simplifiedCall(facts: CallFacts | WholeCallFacts, id: string, zone: string): SimplifiedCall {
	return {
		startedAt: isoIn(facts.startedAt, zone),
		direction: facts.direction,
		outcome: facts.outcome,
		caller: numberOf(facts.from),
		callerName: facts.from.name,
		callee: numberOf(facts.to),
		queue: facts.queue?.name ?? facts.ringGroup?.name ?? null,
		agent: agentOf(facts),
		waitSeconds: facts.waitSeconds,
		talkSeconds: facts.talkSeconds,
		itemId: id,
	};
}

/** @param zone *Time Zone of Results* */
export function simplifiedCaller(caller: UnreturnedCaller, zone: string): SimplifiedCaller {
	const { from, attempts, firstAt, lastAt, waitedMinutes, id } = caller;
	return {
		caller: numberOf(from),
		callerName: from.name,
		attemptCount: attempts.length,
		queue: attempts.at(-1)?.queue?.name ?? null,
		firstAttemptAt: isoIn(firstAt, zone),
		lastAttemptAt: isoIn(lastAt, zone),
		waitedMinutes,
		itemId: id,
	};
}

/** @param zone *Time Zone of Results* */
export function simplifiedMessage(facts: MessageFacts, id: string, zone: string): SimplifiedMessage {
	const { from, to, user, at, durationSeconds, text, callId = null } = facts;
	return {
		at: isoIn(at, zone),
		from: numberOf(from),
		fromName: from.name,
		to: numberOf(to),
		toName: to.name,
		user: user?.name ?? null,
		durationSeconds,
		text,
		callId,
		itemId: id,
	};
}

/** The number of a side in E.164 form, else as the provider writes it; null if withheld. */
export function numberOf({ e164, number, withheld }: Party): string | null {
	return withheld ? null : (e164 ?? number);
}

/** Who spoke with the caller; of an outbound call, who called. */
export function agentOf(facts: CallFacts | WholeCallFacts): string | null {
	const legs = 'legs' in facts ? (facts as WholeCallFacts).legs : [];
	if (facts.direction === 'outbound') {
		return [...legs, facts].find(({ user }) => (user?.name ?? null) !== null)?.user?.name ?? null;
	}
	const spoke = 'answeredBy' in facts ? (facts as WholeCallFacts).answeredBy : facts.user;
	return facts.outcome === 'answered' ? (spoke?.name ?? null) : null;
}
