import { party, type WorldCall, type WorldUser } from './calls';

/** A second in milliseconds. */
const SECOND = 1_000;

/** The caller is handed over to somebody else. */
export interface Transfer {
	to: WorldUser;
	/**
	 * `blind`: the other phone rings after the previous one has hung up. `attended`: it is answered before that. `parked`: the
	 * caller waits in a parking space until somebody takes the call.
	 */
	kind: 'blind' | 'attended' | 'parked';
	talkSeconds: number;
}

/** How the phones of a queue or ring group ring for a call, in seconds from its start. */
export interface Ringing {
	users: WorldUser[];
	strategy: 'together' | 'inTurn';
	/** When the first phone rings. */
	afterSeconds: number;
	/** How long each phone rings before the next one, when they ring in turn. */
	ringSeconds: number;
	/** Who takes the call; somebody who is not among the users picks it up from another phone. */
	answer: { by: WorldUser; afterSeconds: number; talkSeconds: number } | null;
	/** When the caller hangs up, or is turned away, if nobody answers. */
	giveUpAfterSeconds: number;
	transfers: Transfer[];
}

/** A leg of the call; its times are seconds from the start of the call. */
interface RungLeg {
	user: WorldUser;
	starts: number;
	answered: number | null;
	ends: number;
	/** The index of the leg that it came from; null for the call itself. */
	from: number | null;
}

const PARKED_SECONDS = 30;
const CONSULTED_SECONDS = 12;
const TRANSFER_RING_SECONDS = 3;

/** Every phone that rings for a call, in the order of its first ring. */
function rungLegs({
	users,
	strategy,
	ringSeconds,
	answer,
	giveUpAfterSeconds,
	transfers,
	...rest
}: Ringing): RungLeg[] {
	const stops = answer?.afterSeconds ?? giveUpAfterSeconds;
	const legs: RungLeg[] = [];
	const ring = (user: WorldUser, starts: number, until: number) => {
		const takes = answer !== null && user === answer.by && until >= answer.afterSeconds;
		if (takes) legs.push({ user, starts, answered: answer.afterSeconds, ends: stops + answer.talkSeconds, from: null });
		else legs.push({ user, starts, answered: null, ends: Math.min(until, stops), from: null });
	};
	if (strategy === 'together') {
		for (const user of users) ring(user, Math.min(rest.afterSeconds, stops), stops);
	} else if (users.length > 0) {
		for (let turn = 0, starts = rest.afterSeconds; starts < stops; turn++, starts += ringSeconds) {
			ring(users[turn % users.length], starts, starts + ringSeconds);
		}
	}
	if (answer !== null && !legs.some(({ answered }) => answered !== null)) {
		// Picked up from another phone, or by somebody whose turn it was not.
		legs.push({ user: answer.by, starts: stops, answered: stops, ends: stops + answer.talkSeconds, from: null });
	}
	let last = legs.findIndex(({ answered }) => answered !== null);
	for (const { to, kind, talkSeconds } of last === -1 ? [] : transfers) {
		const { ends } = legs[last];
		const answered =
			kind === 'attended'
				? Math.max(0, ends - CONSULTED_SECONDS)
				: ends + (kind === 'parked' ? PARKED_SECONDS : TRANSFER_RING_SECONDS);
		const starts = kind === 'parked' ? answered : answered - TRANSFER_RING_SECONDS;
		legs.push({
			user: to,
			starts: Math.max(0, starts),
			answered,
			ends: Math.max(answered, ends) + talkSeconds,
			from: last,
		});
		last = legs.length - 1;
	}
	return legs;
}

/** How long the call lasts, in seconds: until its last leg has ended. */
export function callSeconds(ringing: Ringing): number {
	const talked = ringing.answer === null ? 0 : ringing.answer.afterSeconds + ringing.answer.talkSeconds;
	return Math.max(
		ringing.answer === null ? ringing.giveUpAfterSeconds : talked,
		...rungLegs(ringing).map(({ ends }) => ends),
	);
}

/** A leg without its ids, and the index of the leg that it came from. */
export interface Rung {
	leg: WorldCall;
	from: number | null;
}

/** The legs of a call whose phones ring. */
export function ringPhones(call: WorldCall, ringing: Ringing): Rung[] {
	const at = (seconds: number) => call.startedAt + seconds * SECOND;
	let rung = 0;
	return rungLegs(ringing).map(({ user, starts, answered, ends, from }) => ({
		leg: {
			...call,
			kind: 'user',
			user,
			to: from === null ? call.to : party(user.extension, user.name),
			startedAt: at(starts),
			answeredAt: answered === null ? null : at(answered),
			endedAt: at(ends),
			outcome: answered === null ? 'missed' : 'answered',
			rung: answered === null ? rung++ : null,
			voicemailSeconds: null,
			recorded: answered !== null && call.recorded,
		},
		from,
	}));
}
