import { DateTime } from 'luxon';

import { party, type WorldCall, type WorldGroup, type WorldMessage, type WorldParty, type WorldUser } from './calls';
import { digest, exponentialSeconds, logNormalSeconds, pick, randomFrom, type Random } from './random';
import { callSeconds, ringPhones, type Ringing, type Rung, type Transfer } from './ringing';

/** A second and an hour in milliseconds. */
const SECOND = 1_000;
const HOUR = 3_600_000;

const CALLER_NAMES = [
	'Acme Pty Ltd',
	'XYZ',
	'J. Citizen',
	'Blue Gum Café',
	'Nguyen & Sons',
	'R. Patel',
	'Southern Freight',
	'M. Jones',
];
const TEXTS = [
	'Your order is ready.',
	'Running 10 minutes late',
	'Thanks, see you at 3 pm 👍',
	'Please call back about invoice 1043.',
];

/** Calls by local hour on a working day, relative to one another. */
const SHAPE = [0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.8, 4, 9, 11, 10, 8, 8, 9, 9, 8, 4, 1.5, 1, 0.6, 0.4, 0.2, 0.1];
const SHAPE_SUM = SHAPE.reduce((sum, weight) => sum + weight, 0);

/** Who takes part in the calls of a world, and how many there are. */
export interface Office {
	seed: number | string;
	zone: string;
	/** Calls on a normal working day, not counting legs. */
	callsPerDay: number;
	users: WorldUser[];
	queues: WorldGroup[];
	ringGroups: WorldGroup[];
}

/** A call without its id, and the index within the hour of the one that it came from. */
export interface GeneratedCall {
	call: WorldCall;
	from: number | null;
	/** The index of the call that it is a leg of; null for the call itself. */
	root: number | null;
}

/** The calls that begin within an hour: a pure function of the office and the hour. Legs follow their call. */
export function callsOfHour(office: Office, hour: number): GeneratedCall[] {
	const random = randomFrom(digest(office.seed, 'calls', hour));
	const calls: GeneratedCall[] = [];
	const expected = expectedCalls(office, hour) * (0.6 + 0.8 * random());
	let startedAt = 0;
	for (let count = Math.floor(expected + random()); count > 0; count--) {
		// A few calls come in the very same second as the one before: campaigns, a line that comes back up.
		if (startedAt === 0 || random() >= 0.03) startedAt = hour * HOUR + Math.floor(random() * 3600) * SECOND;
		const root = calls.length;
		const { call, legs } = generatedCall(office, random, startedAt);
		calls.push({ call, from: null, root: null });
		for (const { leg, from } of legs) calls.push({ call: leg, from: from === null ? root : root + 1 + from, root });
	}
	return calls;
}

/** The text messages of an hour; `id` counts those that are sent in the same second. */
export function messagesOfHour(office: Office, hour: number): WorldMessage[] {
	const random = randomFrom(digest(office.seed, 'messages', hour));
	const count = Math.floor(expectedCalls(office, hour) / 6 + random());
	const sent = new Map<number, number>();
	return Array.from({ length: count }, (): WorldMessage => {
		const user = pick(random, office.users);
		const own = party(user.ddi, user.name);
		const other = party(`+61491570${String(100 + Math.floor(random() * 100))}`);
		const direction = random() < 0.5 ? 'inbound' : 'outbound';
		const at = hour * HOUR + Math.floor(random() * 3600) * SECOND;
		const [from, to] = direction === 'inbound' ? [other, own] : [own, other];
		const id = sent.get(at) ?? 0;
		sent.set(at, id + 1);
		return { id, at, direction, from, to, user, text: pick(random, TEXTS) };
	});
}

function expectedCalls({ zone, callsPerDay }: Office, hour: number): number {
	const key = `${zone} ${hour}`;
	let known = shapes.get(key);
	if (known === undefined) {
		const local = DateTime.fromMillis(hour * HOUR, { zone });
		const day = local.weekday === 7 ? 0.1 : local.weekday === 6 ? 0.25 : 1;
		known = { day, weight: SHAPE[local.hour] ?? 0 };
		shapes.set(key, known);
	}
	return (callsPerDay * known.day * known.weight) / SHAPE_SUM;
}

/** What luxon says of the hours of a zone: a year has thousands, and many worlds look at the same. */
const shapes = new Map<string, { day: number; weight: number }>();

interface CallAndLegs {
	call: WorldCall;
	legs: Rung[];
}

/** A call and, if it is to a group, the phones that ring for it. */
function generatedCall(office: Office, random: Random, startedAt: number): CallAndLegs {
	const { users, queues, ringGroups } = office;
	const choice = random();
	const user = pick(random, users);
	const outside = stranger(random);
	const call: WorldCall = {
		id: 0,
		ordinal: 0,
		kind: 'user',
		direction: 'inbound',
		from: outside,
		to: party(user.ddi),
		user,
		queue: null,
		ringGroup: null,
		startedAt,
		answeredAt: null,
		endedAt: null,
		outcome: 'missed',
		parentId: null,
		root: null,
		rung: null,
		hidden: false,
		recorded: false,
		voicemailSeconds: null,
		latenessMs: null,
	};
	if (choice < 0.42 && queues.length > 0) return groupCall(office, random, call, 'queue', pick(random, queues), 300);
	if (choice < 0.54 && ringGroups.length > 0)
		return groupCall(office, random, call, 'ringGroup', pick(random, ringGroups), 45);

	const rings = exponentialSeconds(random, 9);
	const fate = random();
	if (choice < 0.72) {
		call.outcome = fate < 0.66 ? 'answered' : fate < 0.94 ? 'missed' : 'busy';
	} else {
		call.outcome = fate < 0.7 ? 'answered' : fate < 0.88 ? 'missed' : fate < 0.96 ? 'busy' : 'failed';
		const called = pick(random, users);
		const internal = choice > 0.92 && called !== user;
		call.direction = internal ? 'internal' : 'outbound';
		call.from = party(internal ? user.extension : user.ddi, user.name);
		call.to = internal ? party(called.extension, called.name) : party(outside.number ?? '+61491570156', outside.name);
	}
	if (call.outcome === 'answered') answer(random, call, Math.min(rings, 40));
	else call.endedAt = startedAt + (call.outcome === 'missed' ? Math.min(10 + rings, 45) : Math.min(rings, 4)) * SECOND;
	if (call.direction === 'inbound' && call.outcome === 'missed' && random() < 0.4) {
		call.voicemailSeconds = logNormalSeconds(random, 18, 0.6);
		call.endedAt = (call.endedAt ?? startedAt) + call.voicemailSeconds * SECOND;
	}
	return { call, legs: [] };
}

function groupCall(
	office: Office,
	random: Random,
	call: WorldCall,
	kind: 'queue' | 'ringGroup',
	group: WorldGroup,
	longestWait: number,
): CallAndLegs {
	const members = office.users.filter((user) => group.memberIds.includes(user.id));
	const user = pick(random, members.length > 0 ? members : office.users);
	// Now and then nobody is free for minutes.
	const waits = exponentialSeconds(random, random() < 0.1 ? 400 : kind === 'queue' ? 40 : 12);
	const patience = exponentialSeconds(random, 180);
	Object.assign(call, { kind, [kind]: group, user, to: party(group.ddi) });
	const isAnswered = waits <= Math.min(patience, longestWait);
	if (isAnswered) {
		answer(random, call, waits);
	} else {
		call.outcome = patience < longestWait ? 'abandoned' : 'timedOut';
		call.endedAt = call.startedAt + Math.min(patience, longestWait) * SECOND;
	}
	const ringing = ringingOf(office, call, group, members);
	const legs = ringPhones(call, ringing);
	// However often the call is handed over, the caller stays until the last one hangs up.
	call.endedAt = call.startedAt + callSeconds(ringing) * SECOND;
	return { call, legs };
}

/** How the phones of a group ring for a call: one after the other for even-numbered queues, all together for everything else. */
function ringingOf(office: Office, call: WorldCall, group: WorldGroup, members: WorldUser[]): Ringing {
	const random = randomFrom(digest(office.seed, 'rings', call.startedAt, group.name));
	const seconds = (at: number | null) => Math.round(((at ?? call.startedAt) - call.startedAt) / SECOND);
	const stops = seconds(call.answeredAt ?? call.endedAt);
	const user = call.user as WorldUser;
	// Up to five of them are there; now and then a colleague who is not among them picks it up.
	const present = members.filter(() => random() < 0.6).slice(0, 5);
	const users = random() < 0.9 && !present.includes(user) ? [...present, user] : present;
	const first = Math.max(0, stops - 1 - Math.floor(random() * 40));
	const answeredFor = seconds(call.endedAt) - stops;
	const transfers: Transfer[] =
		call.outcome === 'answered' && stops + answeredFor < 1800 && random() < 0.08
			? [
					{
						to: pick(random, office.users),
						kind: pick(random, ['blind', 'attended', 'parked'] as const),
						talkSeconds: logNormalSeconds(random, 90, 0.8),
					},
				]
			: [];
	return {
		users,
		strategy: call.kind === 'queue' && group.id % 2 === 0 ? 'inTurn' : 'together',
		afterSeconds: first,
		ringSeconds: 15,
		answer: call.outcome === 'answered' ? { by: user, afterSeconds: stops, talkSeconds: answeredFor } : null,
		giveUpAfterSeconds: stops,
		transfers,
	};
}

function answer(random: Random, call: WorldCall, afterSeconds: number): void {
	const talks =
		random() < 0.004 ? 3600 + Math.floor(random() * 8 * 3600) : Math.min(logNormalSeconds(random, 130, 1), 6 * 3600);
	call.outcome = 'answered';
	call.answeredAt = call.startedAt + afterSeconds * SECOND;
	call.endedAt = call.answeredAt + talks * SECOND;
	call.recorded = random() < 0.3;
}

/** Somebody outside. The numbers are from the ranges that regulators reserve for fiction. */
function stranger(random: Random): WorldParty {
	const name = random() < 0.4 ? pick(random, CALLER_NAMES) : null;
	const kind = random();
	const digits = Math.floor(random() * 100);
	if (kind < 0.07) return { number: null, name: null, withheld: true };
	if (kind < 0.12) return party(`+4420794609${String(digits).padStart(2, '0')}`, name);
	if (kind < 0.17) return party(`+120255501${String(digits).padStart(2, '0')}`, name);
	if (kind < 0.55) return party(`+61491570${String(100 + digits)}`, name);
	return party(`+6135550${String(1000 + Math.floor(random() * 60))}`, name);
}
