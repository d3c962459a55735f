import type { CallDirection, CallKind, CallName, CallOutcome, WorldCall, WorldParty } from './calls';
import type { Ringing, Transfer } from './ringing';

/** A document somebody sent by fax, byte by byte. */
export interface WorldFax {
	id: number;
	at: number;
	from: string;
	to: string;
	fileName: string;
	mimeType: string;
	bytes: Uint8Array;
}

/** A text message somebody sent through a provider's API. */
export interface WorldSentText {
	at: number;
	to: string;
	text: string;
}

/**
 * How long after it happened something shows up at the provider, in milliseconds: for all calls, or for each. A function must
 * return the same for the same call, and cannot use its id, which is made from the lateness.
 */
export type Lateness = number | ((call: WorldCall) => number);

export interface WorldOptions {
	/** Two worlds with the same seed and options have the same calls. Default 1. */
	seed?: number | string;
	/** The real time in milliseconds. Default `Date.now`. */
	clock?: () => number;
	/** When the world begins (milliseconds); default: now. Only `historyFrom` is counted from it. */
	startedAt?: number;
	/** How many calls are generated for a normal working day, not counting legs. 0 leaves only injected calls. Default 120. */
	callsPerDay?: number;
	/** How many, or their names. Default 12 users, 3 queues, 2 ring groups. */
	users?: number | string[];
	queues?: number | string[];
	ringGroups?: number | string[];
	/** IANA zone of the office, which shapes its day. Default Australia/Sydney. */
	zone?: string;
	lateness?: Lateness;
	/** How far the provider's timestamps run ahead of real time, milliseconds (negative: behind). */
	clockSkewMs?: number;
	/** No generated calls start before this instant. Default: 365 days before `startedAt`. */
	historyFrom?: number;
	/** How many of the phones that rang in vain a list shows for a call; no provider's document says. Default all. */
	unansweredLegs?: UnansweredLegs;
}

export type UnansweredLegs = 'none' | 'one' | 'all';

/** What `addGroupCall` takes: a call to a queue or ring group and the phones that ring for it. Users by name. */
export interface NewGroupCall {
	queue?: string;
	ringGroup?: string;
	from?: NewCall['from'];
	/** Default: now. */
	startedAt?: Instant;
	rings: string[];
	/** Default: together. */
	strategy?: Ringing['strategy'];
	afterSeconds?: number;
	ringSeconds?: number;
	/** Default: nobody. Somebody whose phone does not ring picks the call up from another one. */
	answer?: { by: string; afterSeconds: number; talkSeconds: number } | null;
	/** When the caller hangs up, or is turned away, if nobody answers. Default 22. */
	giveUpAfterSeconds?: number;
	/** The outcome if nobody answers. Default: abandoned. */
	outcome?: CallOutcome;
	transfers?: Array<Omit<Transfer, 'to'> & { to: string }>;
	/** The lateness of the call's own record, and whether that record is never seen. */
	latenessMs?: number | null;
	hidden?: boolean;
	/** The same for its legs, by position. */
	legs?: Array<Pick<NewCall, 'latenessMs' | 'hidden'>>;
}

export const USER_NAMES = [
	'John Smith',
	'Kevin Smith',
	'Aisha Rahman',
	"Zoë O'Brien",
	'José García',
	'Mei-Ling Chen',
	'Priya Nair',
	'Łukasz Nowak',
	'Emma Walker',
	'Tomás Silva',
	'Hannah Müller',
	'Olivia Brown',
	'Noah Wilson',
	'Ines Costa',
	'Duc Tran',
	'Sofia Rossi',
];
export const QUEUE_NAMES = ['Sales queue', 'Support', 'Accounts & Billing', 'Returns', 'Partners'];
export const RING_GROUP_NAMES = ['Reception', 'Workshop', 'After hours', 'Warehouse'];
/** An instant: milliseconds since 1970 or ISO 8601. */
export type Instant = number | string;

/** What `addCall` takes. Whatever is left out gets the simplest value. */
export interface NewCall {
	id?: number;
	/** Default: `queue` or `ringGroup` if one is named, else `user`. */
	kind?: CallKind;
	direction?: CallDirection;
	/** A number, or a party; `null` means the caller withholds the number. */
	from?: string | null | Partial<WorldParty>;
	to?: string | Partial<WorldParty>;
	/** Names. An unknown name is added to the world. */
	user?: string | null;
	queue?: string | null;
	ringGroup?: string | null;
	/** Default: now. */
	startedAt?: Instant;
	/** Default: 5 seconds after the start if the outcome is `answered`, else null. */
	answeredAt?: Instant | null;
	/** Default: 60 seconds after the start; with null the call goes on (until `endCall`). */
	endedAt?: Instant | null;
	/** Default: `answered` if `answeredAt` is given, else `abandoned` (queue, ring group) or `missed` (user). */
	outcome?: CallOutcome;
	parentId?: number | null;
	/** Default: the call that the parent belongs to. */
	root?: CallName | null;
	rung?: number | null;
	hidden?: boolean;
	recorded?: boolean;
	voicemailSeconds?: number | null;
	latenessMs?: number | null;
	/** Also adds the leg of the user who answered a queue or ring group call. Default false: exactly one record. */
	withLeg?: boolean;
}
