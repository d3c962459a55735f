import type { IDataObject } from 'n8n-workflow';

import { text } from './values';

export type Direction = 'inbound' | 'outbound' | 'internal';
export type Outcome = 'answered' | 'missed' | 'abandoned' | 'timedOut' | 'busy' | 'failed';

/** One side of a call. */
export interface Party extends IDataObject {
	/** As the provider writes it; null where it tells none or the caller withheld it. */
	number: string | null;
	/** The number in E.164 form with its plus sign; null unless the provider's form leaves no doubt. */
	e164: string | null;
	name: string | null;
	withheld: boolean;
}

/** A queue, ring group or user, as far as the provider names it. */
export interface Named extends IDataObject {
	id: string | null;
	name: string | null;
}

/**
 * What a provider tells of a finished call, in the form that all providers share. A field the provider does not tell is
 * null; nothing is guessed. Times are ISO 8601 in UTC.
 */
export interface CallFacts extends IDataObject {
	direction: Direction | null;
	outcome: Outcome | null;
	from: Party;
	to: Party;
	queue: Named | null;
	ringGroup: Named | null;
	user: Named | null;
	startedAt: string | null;
	answeredAt: string | null;
	endedAt: string | null;
	durationSeconds: number | null;
	waitSeconds: number | null;
	talkSeconds: number | null;
	cost: number | null;
	/** The `id` of the item of the leg that this one came from, where the provider tells and has listed it. */
	parentId: string | null;
}

/** What a provider tells of a recording, a voicemail or a text message, in the same manner. */
export interface MessageFacts extends IDataObject {
	from: Party;
	to: Party;
	user: Named | null;
	at: string | null;
	durationSeconds: number | null;
	text: string | null;
}

/** What the trigger puts before the facts. */
export interface Identity extends IDataObject {
	/** Stable and unique: `<provider>:<event>:<key>`. */
	id: string;
	schemaVersion: 1;
	provider: string;
	event: string;
}

/** What all legs of one call have in common, in every poll and in the history. */
export interface CallIdentity extends Identity {
	/** `<provider>:<event>:<key of the first leg>` where legs are linked, else the item's own `id`. */
	callId: string;
}

export type NormalizedCall = CallIdentity & CallFacts;
export type NormalizedMessage = Identity & MessageFacts;

/** Words that networks and providers put in place of a withheld number. */
const WITHHELD = new Set(['anonymous', 'private', 'restricted', 'withheld', 'blocked']);

/**
 * One side of a call.
 *
 * @param bareE164 whether the provider documents its external numbers as E.164 without the plus sign
 */
export function party(number: unknown, name: unknown = null, bareE164 = false): Party {
	const written = text(number);
	const withheld = written !== null && WITHHELD.has(written.toLowerCase());
	const known = withheld ? null : written;
	return { number: known, e164: e164(known, bareE164), name: text(name), withheld };
}

function e164(number: string | null, bareE164: boolean): string | null {
	if (number === null) return null;
	if (/^\+[1-9]\d{6,14}$/.test(number)) return number;
	// Eight digits and more: shorter ones are extensions, which are no E.164 numbers.
	return bareE164 && /^[1-9]\d{7,14}$/.test(number) ? `+${number}` : null;
}

/** A queue, ring group or user; null where the record names none. */
export function named(name: unknown, id: unknown = null): Named | null {
	const known = { id: text(id), name: text(name) };
	return known.id === null && known.name === null ? null : known;
}
