export type CallKind = 'queue' | 'ringGroup' | 'user';
export type CallDirection = 'inbound' | 'outbound' | 'internal';
export type CallOutcome = 'answered' | 'missed' | 'abandoned' | 'timedOut' | 'busy' | 'failed';

/** One end of a call. `number` is E.164 with `+`, or an extension without; null when it is not known at all. */
export interface WorldParty {
	number: string | null;
	name: string | null;
	withheld: boolean;
}

export interface WorldUser {
	id: number;
	name: string;
	extension: string;
	/** The user's own number, E.164. */
	ddi: string;
	email: string;
}

/** A queue or a ring group: a number that several users answer. */
export interface WorldGroup {
	id: number;
	name: string;
	extension: string;
	/** The number callers dial, E.164. */
	ddi: string;
	memberIds: number[];
}

/** What every provider's own id of a call can be derived from. */
export type CallName = Pick<WorldCall, 'id' | 'startedAt' | 'ordinal'>;

/**
 * One call, or one leg of it. Times are milliseconds since 1970 in real time, always whole seconds.
 *
 * A call to a queue (or ring group) is one record, the root, which starts with the caller's first second, plus one of kind
 * `user` for each phone that rang (see `ringing.ts`), with `parentId`. A leg is written when it ends, the root when the
 * call ends.
 */
export interface WorldCall {
	/** Increases with the second in which the record is written: the end of the call (plus the initial lateness). */
	id: number;
	/** Differs from that of every other call that starts in the same second. */
	ordinal: number;
	kind: CallKind;
	direction: CallDirection;
	from: WorldParty;
	to: WorldParty;
	/** Who answered, or whose phone rang (last), or who dialled. */
	user: WorldUser | null;
	queue: WorldGroup | null;
	ringGroup: WorldGroup | null;
	startedAt: number;
	/** Null when nobody answered, and as long as nobody has answered yet. */
	answeredAt: number | null;
	/** Null while the call is in progress, and for a call that never ends. */
	endedAt: number | null;
	/** Null while the call is in progress. */
	outcome: CallOutcome | null;
	/** The id of the record that this leg came from: the call, or the leg that transferred it. */
	parentId: number | null;
	/** The call that this leg belongs to; null for the call itself. */
	root: CallName | null;
	/** For a leg that nobody answered: how many such legs of its call began before it. */
	rung: number | null;
	/** Whether it is never visible to a key with limited rights. */
	hidden: boolean;
	recorded: boolean;
	/** Length of the message the caller left, null if none. */
	voicemailSeconds: number | null;
	/** This call's own lateness in milliseconds; null: the world's. */
	latenessMs: number | null;
}

/** A text message. `at` is milliseconds since 1970, a whole second. */
export interface WorldMessage {
	id: number;
	at: number;
	direction: 'inbound' | 'outbound';
	from: WorldParty;
	to: WorldParty;
	user: WorldUser;
	text: string;
}

export function party(number: string | null, name: string | null = null): WorldParty {
	return { number, name, withheld: false };
}
