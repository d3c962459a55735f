import { DateTime } from 'luxon';
import type { Random } from './random';
import { digest, exponentialSeconds, logNormalSeconds, pick, randomFrom } from './random';

/** Milliseconds of a second, an hour and a day. */
const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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

/**
 * One call, or one leg of it. Times are milliseconds since 1970 in real time, always whole seconds.
 *
 * A call in a queue (or ring group) that a user answers is two records: one of kind `queue` from the caller's
 * first second, and one of kind `user` from the second the user's telephone rang, with `parentId`.
 */
export interface WorldCall {
	/** Grows with the second the record is written, which is the end of the call (plus the initial lateness). */
	id: number;
	kind: CallKind;
	direction: CallDirection;
	from: WorldParty;
	to: WorldParty;
	/** Who answered, or who was rung (last), or who dialled. */
	user: WorldUser | null;
	queue: WorldGroup | null;
	ringGroup: WorldGroup | null;
	startedAt: number;
	/** Null when nobody answered, and in a view of a call nobody has answered yet. */
	answeredAt: number | null;
	/** Null in a view of a call in progress, and for a call that never ends. */
	endedAt: number | null;
	/** Null in a view of a call in progress. */
	outcome: CallOutcome | null;
	/** The id of the queue or ring group call this leg belongs to. */
	parentId: number | null;
	recorded: boolean;
	/** Length of the message the caller left, null if none. */
	voicemailSeconds: number | null;
	/** This call's own lateness in milliseconds; null takes the world's. */
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
 * How long after it happened something shows at the provider: milliseconds, for all calls or for each. A function must
 * give the same for the same call, and cannot use its id, which is made from the lateness.
 */
export type Lateness = number | ((call: WorldCall) => number);

export interface WorldOptions {
	/** Two worlds with the same seed and options have the same calls. Default 1. */
	seed?: number | string;
	/** The real time in milliseconds. Default `Date.now`. */
	clock?: () => number;
	/** When the world begins (milliseconds); default: now. Only `historyFrom` is counted from it. */
	startedAt?: number;
	/** Generated calls of a normal working day, legs not counted. 0 leaves only injected calls. Default 120. */
	callsPerDay?: number;
	/** How many, or their names. Default 12 users, 3 queues, 2 ring groups. */
	users?: number | string[];
	queues?: number | string[];
	ringGroups?: number | string[];
	/** IANA zone of the office, which shapes its day. Default Australia/Sydney. */
	zone?: string;
	lateness?: Lateness;
	/** How far the provider's stamps are ahead of real time, milliseconds (negative: behind). */
	clockSkewMs?: number;
	/** No generated calls start before this instant. Default: 365 days before `startedAt`. */
	historyFrom?: number;
}

/** An instant: milliseconds since 1970 or ISO 8601. */
export type Instant = number | string;

/** What `addCall` takes. Whatever is left out gets the plainest value there is. */
export interface NewCall {
	id?: number;
	/** Default: `queue` or `ringGroup` if one is named, else `user`. */
	kind?: CallKind;
	direction?: CallDirection;
	/** A number, or a party; `null` is a withheld caller. */
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
	/** Default: 60 seconds after the start; null never ends (until `endCall`). */
	endedAt?: Instant | null;
	/** Default: `answered` if `answeredAt` is given, else `abandoned` (queue, ring group) or `missed` (user). */
	outcome?: CallOutcome;
	parentId?: number | null;
	recorded?: boolean;
	voicemailSeconds?: number | null;
	latenessMs?: number | null;
	/** Adds the leg of the user who answered a queue or ring group call as well. Default false: exactly one call. */
	withLeg?: boolean;
}

const USER_NAMES = [
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
const QUEUE_NAMES = ['Sales queue', 'Support', 'Accounts & Billing', 'Returns', 'Partners'];
const RING_GROUP_NAMES = ['Reception', 'Workshop', 'After hours', 'Warehouse'];
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

/**
 * An id is `writing second * SLOTS + slot`: unique, growing with the writing time, and a safe integer until 2106.
 * Generated calls take the lower half of the slots (hour modulo 64, then the index within the hour),
 * injected calls the upper half. No generated call lasts longer than a day, so the hour cannot repeat (as long as initial
 * latenesses differ by less than a day).
 */
const SLOTS = 2 ** 21;
const INDEXES = 2 ** 14;

function hourOf(instant: number): number {
	return Math.floor(instant / HOUR);
}

function wholeSecond(instant: number): number {
	return Math.floor(instant / SECOND) * SECOND;
}

function instantOf(value: Instant): number {
	const instant = typeof value === 'number' ? value : Date.parse(value);
	if (!Number.isFinite(instant)) throw new RangeError(`Not an instant: ${value}`);
	return wholeSecond(instant);
}

function party(number: string | null, name: string | null = null): WorldParty {
	return { number, name, withheld: false };
}

function partyOf(value: string | null | Partial<WorldParty> | undefined, otherwise: WorldParty): WorldParty {
	if (value === undefined) return otherwise;
	if (value === null) return { number: null, name: null, withheld: true };
	if (typeof value === 'string') return party(value);
	return { number: null, name: null, withheld: false, ...value };
}

function namesOf(value: number | string[] | undefined, otherwise: number, names: string[], noun: string): string[] {
	if (Array.isArray(value)) return value;
	return Array.from({ length: value ?? otherwise }, (_, index) => names[index] ?? `${noun} ${index + 1}`);
}

function oldestFirst(left: WorldCall, right: WorldCall): number {
	return left.startedAt - right.startedAt || left.id - right.id;
}

/** The call as it looked at an instant, undefined if it had not begun. */
function asOf(call: WorldCall, instant: number): WorldCall | undefined {
	if (call.startedAt > instant) return undefined;
	if (call.endedAt !== null && call.endedAt <= instant) return call;
	const answered = call.answeredAt !== null && call.answeredAt <= instant;
	return {
		...call,
		answeredAt: answered ? call.answeredAt : null,
		endedAt: null,
		outcome: null,
		voicemailSeconds: null,
	};
}

/**
 * One telephone system that lives. Its calls are a pure function of the seed and the hour, made when somebody looks,
 * so that a year of history costs nothing until it is read and two runs are alike. They begin, ring, are answered and
 * end as the clock passes them: nobody can see the future of a call.
 */
export class World {
	readonly seed: number | string;

	readonly users: WorldUser[] = [];

	readonly queues: WorldGroup[] = [];

	readonly ringGroups: WorldGroup[] = [];

	/** What was sent through the providers' APIs, oldest first. */
	readonly faxes: WorldFax[] = [];

	readonly sentTexts: WorldSentText[] = [];

	readonly zone: string;

	readonly callsPerDay: number;

	/** Provider knobs; all may be changed while the world lives. See `WorldOptions`. */
	lateness: Lateness;

	clockSkewMs: number;

	historyFrom: number;

	/** Added to the clock, milliseconds: lets a test jump through time. */
	offsetMs = 0;

	private readonly clock: () => number;

	/** The lateness that ids are numbered by. Kept apart, so that changing the knob cannot renumber calls. */
	private readonly writingLateness: Lateness;

	/** Generated calls draw only from the users and groups the world began with, or adding one would change history. */
	private readonly cast: { users: WorldUser[]; queues: WorldGroup[]; ringGroups: WorldGroup[] };

	private readonly generated = new Map<number, WorldCall[]>();

	private readonly injected = new Map<number, WorldCall[]>();

	/** What starts within an hour, generated and injected, as far as anybody has looked. */
	private readonly hours = new Map<number, WorldCall[]>();

	private readonly removed = new Set<number>();

	private injections = 0;

	constructor(options: WorldOptions = {}) {
		this.seed = options.seed ?? 1;
		this.clock = options.clock ?? Date.now;
		this.zone = options.zone ?? 'Australia/Sydney';
		this.callsPerDay = options.callsPerDay ?? 120;
		this.lateness = options.lateness ?? 0;
		this.writingLateness = this.lateness;
		this.clockSkewMs = options.clockSkewMs ?? 0;
		this.historyFrom = options.historyFrom ?? (options.startedAt ?? this.clock()) - 365 * DAY;

		for (const name of namesOf(options.users, 12, USER_NAMES, 'User')) this.userNamed(name);
		for (const name of namesOf(options.queues, 3, QUEUE_NAMES, 'Queue')) this.groupNamed(this.queues, name);
		for (const name of namesOf(options.ringGroups, 2, RING_GROUP_NAMES, 'Ring group'))
			this.groupNamed(this.ringGroups, name);
		this.cast = { users: [...this.users], queues: [...this.queues], ringGroups: [...this.ringGroups] };
		if (this.callsPerDay > 0 && this.users.length === 0) throw new RangeError('A world with calls needs users');
	}

	/** The world's present, real time in milliseconds. */
	now(): number {
		return this.clock() + this.offsetMs;
	}

	/** What the provider's clock shows (milliseconds, a whole second) at a real instant. */
	stamp(instant: number): number {
		return wholeSecond(instant + this.clockSkewMs);
	}

	/** Calls that began in [fromMs, toMs) as the provider shows them now, oldest first. */
	callsBetween(fromMs: number, toMs: number): WorldCall[] {
		return [...this.callsNewestFirst(fromMs, toMs)].reverse();
	}

	/** The same without lateness: what has really happened by now. Removed calls are gone here too. */
	truthBetween(fromMs: number, toMs: number): WorldCall[] {
		return [...this.walk(fromMs, toMs, () => 0)].reverse();
	}

	/** Calls that began in [fromMs, toMs) as the provider shows them now, newest start first, made as far as they are read. */
	callsNewestFirst(fromMs = -Infinity, toMs = Infinity): Generator<WorldCall> {
		return this.walk(fromMs, toMs, (call) => this.latenessOf(call, this.lateness));
	}

	/** A visible call by its id and the second it began, which every provider's own id can be made from. */
	callAt(startedAt: number, id: number): WorldCall | undefined {
		return this.callsBetween(startedAt, startedAt + SECOND).find((call) => call.id === id);
	}

	/** Puts a call into the world exactly as given. Returns it (and not its leg). */
	addCall(call: NewCall): WorldCall {
		const startedAt = instantOf(call.startedAt ?? this.now());
		const queue = call.queue ? this.groupNamed(this.queues, call.queue) : null;
		const ringGroup = call.ringGroup ? this.groupNamed(this.ringGroups, call.ringGroup) : null;
		const kind = call.kind ?? (queue ? 'queue' : ringGroup ? 'ringGroup' : 'user');
		const direction = call.direction ?? 'inbound';
		const group = queue ?? ringGroup;
		const wasAnswered =
			call.outcome === 'answered' ||
			(call.outcome === undefined && typeof call.answeredAt !== 'undefined' && call.answeredAt !== null);
		const outcome = call.outcome ?? (wasAnswered ? 'answered' : kind === 'user' ? 'missed' : 'abandoned');
		const user = call.user
			? this.userNamed(call.user)
			: kind === 'user' || wasAnswered
				? this.userNamed(this.users[0]?.name ?? 'John Smith')
				: null;
		const answeredAt =
			call.answeredAt === undefined
				? wasAnswered
					? startedAt + 5 * SECOND
					: null
				: call.answeredAt === null
					? null
					: instantOf(call.answeredAt);
		const endedAt =
			call.endedAt === undefined
				? Math.max(startedAt + 60 * SECOND, (answeredAt ?? 0) + SECOND)
				: call.endedAt === null
					? null
					: instantOf(call.endedAt);
		const own = party(user?.ddi ?? null, user?.name ?? null);
		const stranger = party('+61491570006');
		const slot = SLOTS / 2 + (this.injections++ % (SLOTS / 2));
		const latenessMs = call.latenessMs ?? null;
		const added: WorldCall = {
			id: 0,
			kind,
			direction,
			from: partyOf(call.from, direction === 'inbound' ? stranger : own),
			to: partyOf(call.to, direction === 'inbound' ? party(group?.ddi ?? own.number) : stranger),
			user,
			queue,
			ringGroup,
			startedAt,
			answeredAt,
			endedAt,
			outcome,
			parentId: call.parentId ?? null,
			recorded: call.recorded ?? false,
			voicemailSeconds: call.voicemailSeconds ?? null,
			latenessMs,
		};
		added.id = call.id ?? this.writingSecond(added) * SLOTS + slot;
		const hour = hourOf(startedAt);
		this.injected.set(hour, [...(this.injected.get(hour) ?? []), added]);
		this.hours.delete(hour);
		if (call.withLeg && kind !== 'user' && user && answeredAt !== null) {
			this.addCall({
				kind: 'user',
				user: user.name,
				queue: queue?.name,
				ringGroup: ringGroup?.name,
				from: added.from,
				to: added.to,
				direction,
				startedAt: Math.max(startedAt, answeredAt - 4 * SECOND),
				answeredAt,
				endedAt,
				outcome: 'answered',
				parentId: added.id,
				latenessMs,
			});
		}
		return added;
	}

	/** Ends an injected call now or at an instant. Returns it, or undefined if there is no such call. */
	endCall(id: number, at: Instant = this.now()): WorldCall | undefined {
		for (const calls of this.injected.values()) {
			const call = calls.find((candidate) => candidate.id === id);
			if (call) {
				call.endedAt = instantOf(at);
				return call;
			}
		}
		return undefined;
	}

	/** Deletes a call, injected or generated, from what the provider shows. */
	removeCall(id: number): void {
		this.removed.add(id);
	}

	/** Text messages in [fromMs, toMs), oldest first: about one for every six calls. */
	messagesBetween(fromMs: number, toMs: number): WorldMessage[] {
		const end = Math.min(toMs, this.now() + 1);
		const messages: WorldMessage[] = [];
		if (this.callsPerDay === 0) return messages;
		for (let hour = hourOf(Math.max(fromMs, this.historyFrom)); hour <= hourOf(end); hour++)
			messages.push(...this.generateMessages(hour));
		return messages.filter(({ at }) => at >= fromMs && at >= this.historyFrom && at < end);
	}

	private latenessOf(call: WorldCall, lateness: Lateness): number {
		return call.latenessMs ?? (typeof lateness === 'number' ? lateness : lateness(call));
	}

	private writingSecond(call: WorldCall): number {
		return Math.floor(((call.endedAt ?? call.startedAt) + this.latenessOf(call, this.writingLateness)) / SECOND);
	}

	private *walk(fromMs: number, toMs: number, lateness: (call: WorldCall) => number): Generator<WorldCall> {
		const now = this.now();
		for (const hour of this.hoursNewestFirst(fromMs, Math.min(toMs, now))) {
			for (const call of this.callsOfHour(hour)) {
				if (call.startedAt < fromMs || call.startedAt >= toMs || this.removed.has(call.id)) continue;
				const seen = asOf(call, now - lateness(call));
				if (seen) yield seen;
			}
		}
	}

	private *hoursNewestFirst(fromMs: number, toMs: number): Generator<number> {
		const top = hourOf(toMs);
		const oldestGenerated = this.callsPerDay > 0 ? hourOf(Math.max(fromMs, this.historyFrom)) : Infinity;
		for (let hour = top; hour >= oldestGenerated; hour--) yield hour;
		const older = [...this.injected.keys()].filter(
			(hour) => hour <= top && hour < oldestGenerated && hour >= hourOf(fromMs),
		);
		yield* older.sort((left, right) => right - left);
	}

	/** Everything that starts within the hour, newest first. */
	private callsOfHour(hour: number): WorldCall[] {
		let calls = this.hours.get(hour);
		const injected = this.injected.get(hour) ?? [];
		if (!calls) {
			// A leg starts up to five minutes after its call and may so belong to the hour after it.
			const generated = this.callsPerDay > 0 ? [...this.generate(hour - 1), ...this.generate(hour)] : [];
			calls = [...generated.filter((call) => hourOf(call.startedAt) === hour), ...injected].sort((left, right) =>
				oldestFirst(right, left),
			);
			this.hours.set(hour, calls);
		}
		if (hour > hourOf(this.historyFrom)) return calls;
		return calls.filter((call) => call.startedAt >= this.historyFrom || injected.includes(call));
	}

	private userNamed(name: string): WorldUser {
		const known = this.users.find((user) => user.name === name);
		if (known) return known;
		const id = this.users.length + 1;
		const mailbox = name
			.normalize('NFKD')
			.toLowerCase()
			.replace(/[^a-z]+/g, '.')
			.replace(/^\.|\.$/g, '');
		const user = {
			id,
			name,
			extension: String(1000 + id),
			ddi: `+6127010${String(id).padStart(4, '0')}`,
			email: `${mailbox || 'user'}.${id}@example.com`,
		};
		this.users.push(user);
		return user;
	}

	private groupNamed(groups: WorldGroup[], name: string): WorldGroup {
		const known = groups.find((group) => group.name === name);
		if (known) return known;
		const isQueue = groups === this.queues;
		const id = groups.length + 1;
		// Members overlap between groups, as in an office: everybody is in some group, some are in two.
		const memberIds = this.users
			.filter((user) => user.id % 3 === id % 3 || user.id % 5 === id % 5)
			.map((user) => user.id);
		const group = {
			id,
			name,
			extension: String((isQueue ? 7000 : 8000) + id),
			ddi: `+6125550${String((isQueue ? 100 : 200) + id).padStart(4, '0')}`,
			memberIds: memberIds.length > 0 ? memberIds : this.users.map((user) => user.id),
		};
		groups.push(group);
		return group;
	}

	private generate(hour: number): WorldCall[] {
		const cached = this.generated.get(hour);
		if (cached) return cached;
		const random = randomFrom(digest(this.seed, 'calls', hour));
		const calls: WorldCall[] = [];
		const expected = this.expectedCalls(hour) * (0.6 + 0.8 * random());
		let startedAt = 0;
		for (let count = Math.floor(expected + random()); count > 0; count--) {
			// A few calls come in the very second of the one before: campaigns, a line that comes back.
			if (startedAt === 0 || random() >= 0.03) startedAt = hour * HOUR + Math.floor(random() * 3600) * SECOND;
			calls.push(...this.generateCall(random, startedAt));
		}
		if (calls.length > INDEXES)
			throw new RangeError(`${this.callsPerDay} calls per day are more than ids were made for`);
		let parentId = 0;
		calls.forEach((call, index) => {
			call.id = this.writingSecond(call) * SLOTS + (((hour % 64) + 64) % 64) * INDEXES + index;
			if (call.parentId === null) parentId = call.id;
			else call.parentId = parentId;
		});
		this.generated.set(hour, calls);
		return calls;
	}

	private expectedCalls(hour: number): number {
		const local = DateTime.fromMillis(hour * HOUR, { zone: this.zone });
		const day = local.weekday === 7 ? 0.1 : local.weekday === 6 ? 0.25 : 1;
		return (this.callsPerDay * day * (SHAPE[local.hour] ?? 0)) / SHAPE_SUM;
	}

	/** One call and, where a user answers for a group, his leg (whose parentId is filled in by the caller). */
	private generateCall(random: Random, startedAt: number): WorldCall[] {
		const { users, queues, ringGroups } = this.cast;
		const choice = random();
		const user = pick(random, users);
		const outside = this.stranger(random);
		const call: WorldCall = {
			id: 0,
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
			recorded: false,
			voicemailSeconds: null,
			latenessMs: null,
		};
		if (choice < 0.42 && queues.length > 0) return this.groupCall(random, call, 'queue', pick(random, queues), 300);
		if (choice < 0.54 && ringGroups.length > 0)
			return this.groupCall(random, call, 'ringGroup', pick(random, ringGroups), 45);

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
		if (call.outcome === 'answered') this.answer(random, call, Math.min(rings, 40));
		else
			call.endedAt = startedAt + (call.outcome === 'missed' ? Math.min(10 + rings, 45) : Math.min(rings, 4)) * SECOND;
		if (call.direction === 'inbound' && call.outcome === 'missed' && random() < 0.4) {
			call.voicemailSeconds = logNormalSeconds(random, 18, 0.6);
			call.endedAt = (call.endedAt ?? startedAt) + call.voicemailSeconds * SECOND;
		}
		return [call];
	}

	private groupCall(
		random: Random,
		call: WorldCall,
		kind: 'queue' | 'ringGroup',
		group: WorldGroup,
		longestWait: number,
	): WorldCall[] {
		const members = this.cast.users.filter((user) => group.memberIds.includes(user.id));
		const user = pick(random, members.length > 0 ? members : this.cast.users);
		// Now and then nobody is free for minutes.
		const waits = exponentialSeconds(random, random() < 0.1 ? 400 : kind === 'queue' ? 40 : 12);
		const patience = exponentialSeconds(random, 180);
		Object.assign(call, { kind, [kind]: group, user, to: party(group.ddi) });
		if (waits > Math.min(patience, longestWait)) {
			call.outcome = patience < longestWait ? 'abandoned' : 'timedOut';
			call.endedAt = call.startedAt + Math.min(patience, longestWait) * SECOND;
			return [call];
		}
		this.answer(random, call, waits);
		const rang = Math.min(waits, 1 + Math.floor(random() * 12));
		// The parentId here only says "the call before me in the list": ids are given when the hour is complete.
		return [call, { ...call, kind: 'user', startedAt: call.startedAt + (waits - rang) * SECOND, parentId: -1 }];
	}

	private answer(random: Random, call: WorldCall, afterSeconds: number): void {
		const talks =
			random() < 0.004 ? 3600 + Math.floor(random() * 8 * 3600) : Math.min(logNormalSeconds(random, 130, 1), 6 * 3600);
		call.outcome = 'answered';
		call.answeredAt = call.startedAt + afterSeconds * SECOND;
		call.endedAt = call.answeredAt + talks * SECOND;
		call.recorded = random() < 0.3;
	}

	/** Somebody outside. The numbers are from the ranges that regulators keep free for fiction. */
	private stranger(random: Random): WorldParty {
		const name = random() < 0.4 ? pick(random, CALLER_NAMES) : null;
		const kind = random();
		const digits = Math.floor(random() * 100);
		if (kind < 0.07) return { number: null, name: null, withheld: true };
		if (kind < 0.12) return party(`+4420794609${String(digits).padStart(2, '0')}`, name);
		if (kind < 0.17) return party(`+120255501${String(digits).padStart(2, '0')}`, name);
		if (kind < 0.55) return party(`+61491570${String(100 + digits)}`, name);
		return party(`+6135550${String(1000 + Math.floor(random() * 60))}`, name);
	}

	private generateMessages(hour: number): WorldMessage[] {
		const random = randomFrom(digest(this.seed, 'messages', hour));
		const count = Math.floor(this.expectedCalls(hour) / 6 + random());
		const messages = Array.from({ length: count }, (_, index): WorldMessage => {
			const user = pick(random, this.cast.users);
			const own = party(user.ddi, user.name);
			const other = party(`+61491570${String(100 + Math.floor(random() * 100))}`);
			const direction = random() < 0.5 ? 'inbound' : 'outbound';
			const at = hour * HOUR + Math.floor(random() * 3600) * SECOND;
			const [from, to] = direction === 'inbound' ? [other, own] : [own, other];
			return { id: (at / SECOND) * SLOTS + index, at, direction, from, to, user, text: pick(random, TEXTS) };
		});
		return messages.sort((left, right) => left.at - right.at || left.id - right.id);
	}
}
