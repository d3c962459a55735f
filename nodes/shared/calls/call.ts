import type { IDataObject } from 'n8n-workflow';

import type { LineType } from '../phone/plans';
import { identityOf } from '../phone/sameNumber';
import { readRecorded, type Writing, type WrittenNumber } from '../phone/writtenNumber';
import { text } from '../values/values';

export type Direction = 'inbound' | 'outbound' | 'internal';
export type Outcome = 'answered' | 'missed' | 'abandoned' | 'timedOut' | 'busy' | 'failed';

/** One side of a call. */
export interface Party extends IDataObject {
	/** As the provider writes it; null if it gives none or the caller withheld it. */
	number: string | null;
	/** The number in E.164 form with its plus sign; null unless the provider's form is unambiguous. */
	e164: string | null;
	/** The name that the provider shows with the number. */
	name: string | null;
	/** Whether the caller withheld the number, or the network did. */
	withheld: boolean;
	/** Whether the number is one of a mobile or of a landline; null where its country's plan cannot tell. */
	type: LineType;
}

/** A queue, ring group or user, with whatever the provider gives of it. */
export interface Named extends IDataObject {
	/** As the provider's API names it; for a user it may be the extension. */
	id: string | null;
	/** As people name it. */
	name: string | null;
}

/**
 * What a provider says about a finished call, in the form that all providers share. A field the provider does not give is
 * null; nothing is guessed. Times are ISO 8601 in UTC.
 */
export interface CallFacts extends IDataObject {
	/** As seen from the account. */
	direction: Direction | null;
	/** `abandoned`: the caller gave up; `timedOut`: the queue did; `missed`: nobody answered; `failed`: it could not be connected. */
	outcome: Outcome | null;
	/** The caller. */
	from: Party;
	/** The callee. */
	to: Party;
	/** The queue that the call waited in. */
	queue: Named | null;
	/** The ring group whose phones rang. */
	ringGroup: Named | null;
	/** Whose phone it was; of a whole call, who spoke. */
	user: Named | null;
	/** When it started ringing. */
	startedAt: string | null;
	/** When it was answered. */
	answeredAt: string | null;
	/** When it was over. */
	endedAt: string | null;
	/** From the first start to the last end of what belongs to the call. */
	durationSeconds: number | null;
	/** From the start until somebody spoke with the caller, or until the caller or the queue gave up. */
	waitSeconds: number | null;
	/** How long the phone of whoever answered rang; null if nobody did, or where no record tells. */
	ringSeconds: number | null;
	/** How long the caller spoke with a person. */
	talkSeconds: number | null;
	/** In the currency of the account. */
	cost: number | null;
	/** The `id` of the item of the leg that this one came from, if the provider gives it and has listed that leg. */
	parentId: string | null;
}

/** What a provider says about a recording, a voicemail or a text message, in the same form. */
export interface MessageFacts extends IDataObject {
	/** The sender, or the caller. */
	from: Party;
	/** Whom it was for. */
	to: Party;
	/** Whose recording, voicemail or message it is. */
	user: Named | null;
	/** When it was sent or recorded. */
	at: string | null;
	/** Of a recording or voicemail. */
	durationSeconds: number | null;
	/** Of a text message. */
	text: string | null;
	/** Of a recording: the `callId` of its call, if the provider gives it. */
	callId?: string | null;
}

/** What the trigger adds in front. */
export interface Identity extends IDataObject {
	/** Stable and unique: `<provider>:<event>:<key>`. */
	id: string;
	/** Rises when a field changes its meaning. */
	schemaVersion: 1;
	/** The provider, by the name of its node in the JSON of a workflow. */
	provider: string;
	/** The event, as in the node's parameter. */
	event: string;
}

/** What all legs of one call have in common, in every poll and in the history. */
export interface CallIdentity extends Identity {
	/** `<provider>:<event>:<key of the first leg>` where legs are linked, else the item's own `id`. */
	callId: string;
}

/**
 * One side of a call.
 *
 * @param isBareE164 whether the provider documents its external numbers as E.164 without the plus sign
 */
export function party(number: unknown, name: unknown = null, isBareE164 = false): Party {
	return withNumber(text(number), text(name), { isBareE164 });
}

function withNumber(number: string | null, name: string | null, writing: Writing): Party {
	const read = number === null ? null : readRecorded(number, writing);
	const withheld = read?.kind === 'withheld';
	const { e164, type } = read?.kind === 'external' ? read : { e164: null, type: null };
	return { number: withheld ? null : number, e164, name, withheld, type };
}

/** What the number of a side is; null if the record has none. */
export function numberOf({ number, e164, withheld }: Party): WrittenNumber | null {
	if (withheld) return { kind: 'withheld' };
	const written = e164 ?? number;
	return written === null ? null : readRecorded(written);
}

/** Numbers by side: many ask for each. */
const callerNumbers = new WeakMap<Party, string | null>();

/** What identifies a caller: see `identityOf`. */
export function callerNumber(side: Party): string | null {
	let number = callerNumbers.get(side);
	if (number === undefined) callerNumbers.set(side, (number = identityOf(numberOf(side))));
	return number;
}

/** A queue, ring group or user; null if the record names none. */
export function named(name: unknown, id: unknown = null): Named | null {
	const known = { id: text(id), name: text(name) };
	return known.id === null && known.name === null ? null : known;
}

/** One side of a call with its number read as one of a country, where it can be. */
function withCountry(side: Party, country: string | null): Party {
	const { number, name, e164 } = side;
	// A number with its plus sign needs no country.
	if (country === null || number === null || number.includes('+')) return side;
	return withNumber(number, name, { country, isBareE164: e164 !== null });
}

/** A call or message with both its numbers in E.164 form, where the country allows it. */
export function inCountry<Facts extends CallFacts | MessageFacts>(facts: Facts, country: string | null): Facts {
	return { ...facts, from: withCountry(facts.from, country), to: withCountry(facts.to, country) };
}
