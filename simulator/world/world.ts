import {
	type CallName,
	party,
	type WorldCall,
	type WorldGroup,
	type WorldMessage,
	type WorldParty,
	type WorldUser,
} from './calls';
import { messagesOfHour, type Office } from './generated';
import { firstIdOf, InjectedIds } from './ids';
import { nameOf, NumberedCalls } from './numbered';
import { callSeconds, type Ringing, ringPhones } from './ringing';
import {
	type Instant,
	type Lateness,
	type NewCall,
	type NewGroupCall,
	QUEUE_NAMES,
	RING_GROUP_NAMES,
	type UnansweredLegs,
	USER_NAMES,
	type WorldFax,
	type WorldOptions,
	type WorldSentText,
} from './worldOptions';

/** A second, an hour and a day in milliseconds. */
const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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

/** The call as it looked at a given instant; undefined if it had not begun. */
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
 * A telephone system that is alive. Its calls are a pure function of the seed and the hour, made when somebody looks,
 * so that a year of history costs nothing until it is read and two runs are the same. They begin, ring, are answered and
 * end as the clock passes them: nobody can see the future of a call.
 */
export class World {
	readonly seed: number | string;

	readonly users: WorldUser[] = [];

	readonly queues: WorldGroup[] = [];

	readonly ringGroups: WorldGroup[] = [];

	/** Faxes that were sent through the providers' APIs, oldest first. */
	readonly faxes: WorldFax[] = [];

	readonly sentTexts: WorldSentText[] = [];

	readonly zone: string;

	readonly callsPerDay: number;

	/** The provider's knobs; all may be changed while the world is running. See `WorldOptions`. */
	lateness: Lateness;

	clockSkewMs: number;

	historyFrom: number;

	unansweredLegs: UnansweredLegs;

	/** Added to the clock, milliseconds: lets a test jump through time. */
	offsetMs = 0;

	private readonly clock: () => number;

	/** The lateness that ids are computed with. Kept separately, so that changing the knob cannot renumber calls. */
	private readonly writingLateness: Lateness;

	/** Generated calls use only the users and groups the world began with; otherwise adding one would change history. */
	private readonly office: Office;

	private readonly generated: NumberedCalls;

	private readonly injectedIds = new InjectedIds();

	private readonly injected = new Map<number, WorldCall[]>();

	/** The calls that start within each hour, generated and injected; only the hours that somebody has looked at. */
	private readonly hours = new Map<number, WorldCall[]>();

	private readonly removed = new Set<number>();

	constructor(options: WorldOptions = {}) {
		this.seed = options.seed ?? 1;
		this.clock = options.clock ?? Date.now;
		this.zone = options.zone ?? 'Australia/Sydney';
		this.callsPerDay = options.callsPerDay ?? 120;
		this.lateness = options.lateness ?? 0;
		this.writingLateness = this.lateness;
		this.clockSkewMs = options.clockSkewMs ?? 0;
		this.unansweredLegs = options.unansweredLegs ?? 'all';
		this.historyFrom = options.historyFrom ?? (options.startedAt ?? this.clock()) - 365 * DAY;

		for (const name of namesOf(options.users, 12, USER_NAMES, 'User')) this.userNamed(name);
		for (const name of namesOf(options.queues, 3, QUEUE_NAMES, 'Queue')) this.groupNamed(this.queues, name);
		for (const name of namesOf(options.ringGroups, 2, RING_GROUP_NAMES, 'Ring group'))
			this.groupNamed(this.ringGroups, name);
		const { seed, zone, callsPerDay, users, queues, ringGroups } = this;
		this.office = { seed, zone, callsPerDay, users: [...users], queues: [...queues], ringGroups: [...ringGroups] };
		const areAlike = typeof this.writingLateness === 'number';
		this.generated = new NumberedCalls(this.office, (call) => this.writtenAt(call), areAlike);
		if (this.callsPerDay > 0 && this.users.length === 0) throw new RangeError('A world with calls needs users');
	}

	/** The world's current time, real time in milliseconds. */
	now(): number {
		return this.clock() + this.offsetMs;
	}

	/** What the provider's clock shows (milliseconds, a whole second) at an instant of real time. */
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

	/** Calls that began in [fromMs, toMs) as the provider shows them now, newest start first, generated only as they are read. */
	*callsNewestFirst(fromMs = -Infinity, toMs = Infinity): Generator<WorldCall> {
		for (const call of this.walk(fromMs, toMs, (one) => this.latenessOf(one, this.lateness))) {
			if (this.isListed(call)) yield call;
		}
	}

	/** The legs of a call that the provider shows now, oldest first. */
	legsOf({ id, startedAt }: Pick<CallName, 'id' | 'startedAt'>): WorldCall[] {
		return this.callsBetween(startedAt, startedAt + DAY).filter(({ root }) => root?.id === id);
	}

	private isListed({ hidden, rung }: WorldCall): boolean {
		if (hidden) return false;
		return rung === null || this.unansweredLegs === 'all' || (this.unansweredLegs === 'one' && rung === 0);
	}

	/** Finds a visible call by its id and the second it began, which every provider's own id is derived from. */
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
		const latenessMs = call.latenessMs ?? null;
		const parentId = call.parentId ?? null;
		const added: WorldCall = {
			id: 0,
			ordinal: this.injectedIds.ordinal(startedAt),
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
			parentId,
			root: call.root ?? (parentId === null ? null : this.rootOf(parentId, startedAt)),
			rung: call.rung ?? null,
			hidden: call.hidden ?? false,
			recorded: call.recorded ?? false,
			voicemailSeconds: call.voicemailSeconds ?? null,
			latenessMs,
		};
		added.id = call.id ?? this.injectedIds.next(this.writtenAt(added));
		const hour = hourOf(startedAt);
		const calls = this.injected.get(hour);
		// Thousands may share an hour.
		if (calls === undefined) this.injected.set(hour, [added]);
		else calls.push(added);
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

	/**
	 * Puts a call to a queue or ring group into the world, and the phones that ring for it.
	 *
	 * @returns the call itself, and its legs in the order of their first ring
	 */
	addGroupCall(call: NewGroupCall): { call: WorldCall; legs: WorldCall[] } {
		const { rings, answer, transfers, legs: how, giveUpAfterSeconds = 22, ...root } = call;
		const startedAt = instantOf(root.startedAt ?? this.now());
		const user = (name: string) => this.userNamed(name);
		const ringing: Ringing = {
			users: rings.map(user),
			strategy: call.strategy ?? 'together',
			afterSeconds: call.afterSeconds ?? 2,
			ringSeconds: call.ringSeconds ?? 15,
			answer: answer ? { ...answer, by: user(answer.by) } : null,
			giveUpAfterSeconds,
			transfers: (transfers ?? []).map((transfer) => ({ ...transfer, to: user(transfer.to) })),
		};
		const at = (seconds: number) => startedAt + seconds * SECOND;
		const draft = this.addCall({
			queue: root.queue,
			ringGroup: root.ringGroup,
			from: root.from,
			startedAt,
			answeredAt: answer ? at(answer.afterSeconds) : null,
			endedAt: at(callSeconds(ringing)),
			user: answer?.by ?? null,
			outcome: answer ? 'answered' : (root.outcome ?? 'abandoned'),
			latenessMs: root.latenessMs ?? null,
			hidden: root.hidden,
		});
		const rung = ringPhones(draft, ringing);
		const name = nameOf(draft);
		const added: WorldCall[] = [];
		for (const [place, { leg, from }] of rung.entries()) {
			const { user: rungUser, queue, ringGroup, kind, direction, to, startedAt: starts, answeredAt, endedAt } = leg;
			added.push(
				this.addCall({
					kind,
					direction,
					from: draft.from,
					to,
					user: rungUser?.name,
					queue: queue?.name,
					ringGroup: ringGroup?.name,
					startedAt: starts,
					answeredAt,
					endedAt,
					outcome: leg.outcome ?? undefined,
					rung: leg.rung,
					parentId: from === null ? draft.id : (added[from]?.id ?? null),
					root: name,
					...how?.[place],
				}),
			);
		}
		return { call: draft, legs: added };
	}

	/** The call to which an injected leg with this parent belongs. */
	private rootOf(parentId: number, startedAt: number): CallName {
		for (const calls of this.injected.values()) {
			const parent = calls.find(({ id }) => id === parentId);
			if (parent) return parent.root ?? nameOf(parent);
		}
		return { id: parentId, startedAt, ordinal: 0 };
	}

	/** Ends an injected call, now or at a given instant. Returns it, or undefined if there is no such call. */
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
			messages.push(...this.messagesOf(hour));
		return messages.filter(({ at }) => at >= fromMs && at >= this.historyFrom && at < end);
	}

	private messagesOf(hour: number): WorldMessage[] {
		return messagesOfHour(this.office, hour)
			.map((message) => ({ ...message, id: firstIdOf(message.at) + message.id }))
			.sort((left, right) => left.at - right.at || left.id - right.id);
	}

	private latenessOf(call: WorldCall, lateness: Lateness): number {
		return call.latenessMs ?? (typeof lateness === 'number' ? lateness : lateness(call));
	}

	/** The id of something else that is written now. */
	nextId(): number {
		return this.injectedIds.next(this.now());
	}

	private writtenAt(call: WorldCall): number {
		return (call.endedAt ?? call.startedAt) + this.latenessOf(call, this.writingLateness);
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
			// A leg starts up to five minutes after its call, so it may fall into the following hour.
			const generated =
				this.callsPerDay > 0 ? [...this.generated.ofHour(hour - 1), ...this.generated.ofHour(hour)] : [];
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
		// Groups overlap, as in an office: everybody is in some group, some are in two.
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
}
