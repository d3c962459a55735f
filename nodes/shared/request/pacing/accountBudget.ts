import type { INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { MINUTE, SECOND } from '../../values/time';
import { problemError } from '../nodeErrors';
import type { Budget, Problem, Sending } from '../provider';
import { refusals, told } from './refusals';

interface Asking {
	getNode(): INode;
	getItemIndex?: () => number;
	getExecutionId?: () => string;
	getExecutionCancelSignal?: () => AbortSignal | undefined;
}

/** Frees the place; to be called when the answer has arrived. */
type Release = () => void;

/** A request that is still waiting for a place. */
interface Waiter {
	readonly context: Asking;
	readonly sending: Sending;
	readonly askedAt: number;
	readonly go: (release: Release) => void;
	readonly refuse: (error: Error) => void;
}

/** Who is asking: all requests of one node in one execution, or all polls of one trigger. */
interface Party {
	readonly waiting: Waiter[];
	inFlight: number;
	/** When one of its requests was last let through or ended; -Infinity if none was. Whoever has waited longest is next. */
	lastAt: number;
	/** Of a node: the input items that were sent, so that a refusal can list them apart from the others. */
	readonly items: Set<number>;
	/** Of a node: when the first refused write could have been sent; its other writes are refused until then. */
	refusedUntil: number;
	/** Of a node: whether it had to wait for room in the window. */
	hasWaited: boolean;
	/** Of a trigger: how it polls. */
	readonly polls?: Polls;
}

/** The polls of one trigger. */
interface Polls {
	readonly knownSince: number;
	/** When it asked for a request, within the window. */
	readonly asked: number[];
	/** When its next poll is due if all triggers share equally. */
	dueAt: number;
	/** Whether its last poll did not get a turn. */
	isOwed: boolean;
	/** How many requests its last poll asked for. */
	cost: number;
	/** How many requests this poll has asked for. */
	count: number;
}

/** What is in the window: when it was sent, and whether a trigger sent it. */
interface Sent {
	readonly at: number;
	readonly byTrigger: boolean;
}

/** n8n starts the requests of all input items at once; at most this many of them run at a time per account. */
const IN_FLIGHT = 4;

/** How much of the provider's limit the triggers may use together. The rest is always available to nodes. */
const SHARE_OF_TRIGGERS = 0.8;

/** The part of the nodes' room that a run which is long enough to have to wait leaves for others. */
const LEFT_BY_LONG_RUNS = 0.1;

/** How long a trigger that has stopped asking is remembered: it may poll just once a day. */
const FORGET_TRIGGER_MS = 25 * 60 * MINUTE;

/**
 * The requests of one account, whichever nodes and triggers of this process send them: at most a handful at a time,
 * and no more than the provider's limit within its window.
 *
 * - Triggers have a share of the window, and what they leave of it goes to nodes; nodes have the rest, which triggers never
 *   use. So neither starves the other.
 * - Triggers that together ask for more than their share take turns, spread evenly over time, the same number for each.
 * - Among the waiting, whoever has waited longest is next, so that a node with one item does not wait for all items
 *   of another.
 * - A waiting request does not occupy a place.
 */
export class AccountBudget {
	private readonly sent: Sent[] = [];
	private readonly parties = new Map<string, Party>();
	private inFlight = 0;
	/** When the waiting requests are looked at again. */
	private wakesAt = Infinity;

	/** @param now the clock in milliseconds; tests set it */
	constructor(
		private readonly name: string,
		private readonly budget: Budget | undefined,
		private readonly now: () => number = Date.now,
	) {}

	/**
	 * Waits for a place and takes it.
	 *
	 * `sending.maxWaitMs` counts from the call, and again each time another request of the same node and execution proceeds. A
	 * turn that is known to be further away is refused at once.
	 *
	 * @throws NodeApiError with the time to continue at if there is no room for longer. Unless the request only reads, it lists the
	 * input items sent so far; once one is refused, so are the others of the same run, so that the list is final.
	 * `isRefusal` recognises it. Another NodeApiError when the execution is stopped.
	 */
	async acquire(context: Asking, sending: Sending): Promise<Release> {
		const signal = context.getExecutionCancelSignal?.();
		if (signal?.aborted === true) throw problemError(context, this.stopped());
		const party = this.partyOf(context, sending);
		return await new Promise<Release>((resolve, reject) => {
			const leave = () => {
				party.waiting.splice(party.waiting.indexOf(waiter), 1);
				reject(problemError(context, this.stopped(party.items)));
				this.serve();
			};
			const waiter: Waiter = {
				context,
				sending,
				askedAt: this.now(),
				go: (release) => {
					signal?.removeEventListener('abort', leave);
					resolve(release);
				},
				refuse: (error) => {
					signal?.removeEventListener('abort', leave);
					reject(error);
				},
			};
			signal?.addEventListener('abort', leave, { once: true });
			party.waiting.push(waiter);
			if (party.polls !== undefined) noteAsked(party.polls, sending, this.now());
			this.serve();
		});
	}

	/** How many requests and parties are remembered; the window limits it. */
	get size(): number {
		return this.sent.length + this.parties.size;
	}

	/** Lets through whoever has a turn, refuses whoever cannot get one in time, and checks again when that changes. */
	private serve(): void {
		this.forget();
		let wakeAt: number | undefined;
		while (wakeAt === undefined) wakeAt = this.serveOne();
		void this.serveAt(wakeAt);
	}

	/** Lets one through or refuses one. If neither is possible: when to check again; a place that becomes free is noticed anyway. */
	private serveOne(): number | undefined {
		const now = this.now();
		let wakeAt = Infinity;
		let nodesAhead = 0;
		for (const party of this.inOrder()) {
			const [waiter] = party.waiting;
			const deadline = Math.min(now, Math.max(waiter.askedAt, party.lastAt)) + waiter.sending.maxWaitMs;
			const roomAt = this.turnAt(party, waiter, party.polls === undefined ? nodesAhead++ : 0);
			// Final: another write of this run was refused.
			const isShut = !isRead(waiter) && party.refusedUntil > now;
			const turnAt = isShut ? Math.max(roomAt, party.refusedUntil) : roomAt;
			if (isShut || turnAt > deadline) {
				this.refuse(party, waiter, this.spent(party, turnAt), turnAt);
				return undefined;
			}
			if (turnAt <= now && this.inFlight < IN_FLIGHT) {
				this.letThrough(party, waiter);
				return undefined;
			}
			// A party whose own requests occupy the places waits for them.
			const waitsForOthers = party.inFlight === 0;
			if (turnAt <= now && waitsForOthers && deadline <= now) {
				this.refuse(party, waiter, this.busy(waiter.sending), now);
				return undefined;
			}
			party.hasWaited ||= turnAt > now;
			if (turnAt > now) wakeAt = Math.min(wakeAt, turnAt);
			if (waitsForOthers) wakeAt = Math.min(wakeAt, deadline);
		}
		return wakeAt;
	}

	private async serveAt(at: number): Promise<void> {
		if (at >= this.wakesAt) return;
		this.wakesAt = at;
		// Only a few seconds at a time: the host's clock may be set forward.
		await sleep(Math.min(10 * SECOND, Math.max(1, at - this.now())));
		if (this.wakesAt === at) this.wakesAt = Infinity;
		this.serve();
	}

	/** The waiting, in the order of their last requests, oldest first. */
	private inOrder(): Party[] {
		return [...this.parties.values()]
			.filter(({ waiting }) => waiting.length > 0)
			.sort((a, b) => a.lastAt - b.lastAt || a.waiting[0].askedAt - b.waiting[0].askedAt);
	}

	private letThrough(party: Party, waiter: Waiter): void {
		const now = this.now();
		party.waiting.shift();
		party.inFlight++;
		party.lastAt = now;
		this.inFlight++;
		if (this.budget !== undefined) {
			this.sent.push({ at: now, byTrigger: party.polls !== undefined });
			if (party.polls !== undefined) this.noteTurn(party.polls);
			else if (!isRead(waiter)) noteSent(party.items, waiter.context.getItemIndex?.() ?? 0);
		}
		let held = true;
		waiter.go(() => {
			if (!held) return;
			held = false;
			this.inFlight--;
			party.inFlight--;
			party.lastAt = this.now();
			this.serve();
		});
	}

	private noteTurn(polls: Polls): void {
		polls.dueAt = Math.max(polls.dueAt, this.now()) + this.spacing();
		polls.isOwed = false;
	}

	/** Refuses a request; if it is a write, all writes of its run, as the list of those that were sent is reported now. */
	private refuse(party: Party, waiter: Waiter, problem: Problem, until: number): void {
		const isFinal = party.polls === undefined && !isRead(waiter);
		const refused = isFinal ? party.waiting.filter((other) => !isRead(other)) : [waiter];
		if (isFinal) party.refusedUntil = until;
		if (party.polls !== undefined) party.polls.isOwed = true;
		for (const other of refused) {
			party.waiting.splice(party.waiting.indexOf(other), 1);
			const error = problemError(other.context, problem);
			refusals.add(error);
			other.refuse(error);
		}
	}

	/**
	 * When the window has room for a request; -Infinity if it has.
	 *
	 * @param ahead how many other nodes are served before
	 */
	private turnAt(party: Party, { sending }: Waiter, ahead: number): number {
		if (this.budget === undefined) return -Infinity;
		const anyRoom = this.roomAt(this.sent, this.budget.requests, ahead);
		if (party.polls === undefined) {
			return Math.max(anyRoom, this.roomAt(this.nodesSent(), this.shareOfNodes(party), ahead));
		}
		// A poll that has begun continues if there is any room: what it has read would be lost.
		return sending.poll?.goesOn === true ? anyRoom : this.pollAt(party.polls);
	}

	/** When a trigger may begin a poll: when there is room for all that its last one asked for, and it is its turn. */
	private pollAt({ cost, dueAt }: Polls): number {
		const share = this.shareOfTriggers();
		const more = Math.min(share, cost) - 1;
		const owed = [...this.parties.values()].filter(({ polls }) => polls?.isOwed === true && polls.dueAt < dueAt).length;
		const spacing = this.spacing();
		return Math.max(
			this.roomAt(this.sent, (this.budget as Budget).requests, more),
			this.roomAt(this.triggersSent(), share, Math.min(share - 1, more + owed)),
			// One turn early is allowed: n8n polls at whole intervals, which would otherwise be rounded up.
			spacing > 0 ? dueAt - spacing : -Infinity,
		);
	}

	/** When `ahead` + 1 requests fit beside those that were sent, if the window may hold `most`; -Infinity for now. */
	private roomAt(sent: Sent[], most: number, ahead: number): number {
		const { windowMs } = this.budget as Budget;
		const index = sent.length - most + ahead;
		if (index < 0) return -Infinity;
		if (index < sent.length) return sent[index].at + windowMs;
		return Math.max(this.now(), this.roomAt(sent, most, ahead - most)) + windowMs;
	}

	/** What is left of the provider's limit now, or null if none is documented. */
	left(): { requests: number; of: number; windowMs: number } | null {
		if (this.budget === undefined) return null;
		const { requests: of, windowMs } = this.budget;
		const used = this.sent.filter(({ at }) => at > this.now() - windowMs).length;
		return { requests: Math.max(0, of - used), of, windowMs };
	}

	private triggersSent(): Sent[] {
		return this.sent.filter(({ byTrigger }) => byTrigger);
	}

	private nodesSent(): Sent[] {
		return this.sent.filter(({ byTrigger }) => !byTrigger);
	}

	private shareOfNodes({ hasWaited }: Party): number {
		const left = (this.budget?.requests ?? 0) - Math.ceil(Math.min(this.shareOfTriggers(), this.demandOfTriggers()));
		return Math.max(1, hasWaited ? left - Math.floor(left * LEFT_BY_LONG_RUNS) : left);
	}

	private shareOfTriggers(): number {
		return Math.max(1, Math.floor((this.budget?.requests ?? 0) * SHARE_OF_TRIGGERS));
	}

	/** How many requests each trigger asks for per window, judging by how often it has asked recently. */
	private demands(): number[] {
		const { windowMs } = this.budget as Budget;
		const now = this.now();
		return [...this.parties.values()].flatMap(({ polls }) => {
			if (polls === undefined) return [];
			const { asked } = polls;
			// One that polls rarely still keeps room for a poll.
			if (asked.length === 0) return [1];
			// n8n polls once a minute at most: one that has just asked is assumed to ask every minute until it turns out otherwise.
			const lastAt = asked[asked.length - 1];
			const spanMs = lastAt - asked[0] + Math.max(MINUTE, now - lastAt);
			return [Math.max(1, (asked.length * windowMs) / spanMs)];
		});
	}

	private demandOfTriggers(): number {
		return this.demands().reduce((sum, demand) => sum + demand, 0);
	}

	/** Milliseconds between two requests of one trigger if all get the same number; 0 as long as there is enough for all. */
	private spacing(): number {
		let left = this.shareOfTriggers();
		const demands = this.demands().sort((a, b) => a - b);
		// Whoever asks for less than an equal share gets all of it; the others divide the rest.
		for (const [index, demand] of demands.entries()) {
			const others = demands.length - index;
			if (demand * others > left) return ((this.budget as Budget).windowMs * others) / left;
			left -= demand;
		}
		return 0;
	}

	private partyOf(context: Asking, { poll }: Sending): Party {
		const key = poll?.trigger ?? `${context.getExecutionId?.() ?? ''} ${context.getNode().id}`;
		const now = this.now();
		const party = this.parties.get(key) ?? {
			waiting: [],
			inFlight: 0,
			lastAt: -Infinity,
			items: new Set(),
			refusedUntil: -Infinity,
			hasWaited: false,
			...(poll === undefined || this.budget === undefined
				? {}
				: { polls: { knownSince: now, asked: [], dueAt: now, isOwed: false, cost: 1, count: 0 } }),
		};
		this.parties.set(key, party);
		return party;
	}

	/** Drops what has left the window, and parties that are finished. */
	private forget(): void {
		const now = this.now();
		const windowMs = this.budget?.windowMs ?? 0;
		prune(this.sent, ({ at }) => at > now - windowMs && at <= now);
		for (const [key, party] of this.parties) {
			const { polls, waiting, inFlight } = party;
			if (polls !== undefined) prune(polls.asked, (at) => at > now - windowMs && at <= now);
			const keptMs = polls === undefined ? windowMs : FORGET_TRIGGER_MS;
			const lastAt = Math.max(party.lastAt, polls?.knownSince ?? -Infinity);
			if (waiting.length + inFlight === 0 && party.refusedUntil <= now && !(lastAt > now - keptMs)) {
				this.parties.delete(key);
			}
		}
	}

	private spent(party: Party, turnAt: number): Problem {
		const { requests, windowMs } = this.budget as Budget;
		const waitMs = Math.max(0, turnAt - this.now());
		return {
			message: `The requests that ${this.name} allows this account are used up for now`,
			description: `At most ${requests} requests fit in ${windowMs / MINUTE} minutes. ${
				party.polls === undefined ? this.adviceForNode(party, waitMs) : this.adviceForTrigger()
			}`,
			cause: 'rate-limited',
			code: '429',
			retryAfterMs: waitMs,
		};
	}

	private adviceForNode({ items }: Party, waitMs: number): string {
		const goOn = new Date(this.now() + waitMs).toISOString().slice(11, 19);
		return `This request was not sent.${told(items)} Go on from ${goOn} UTC (in ${Math.ceil(waitMs / SECOND)} seconds), or let the node wait longer with the option 'Max Wait'.`;
	}

	private adviceForTrigger(): string {
		const triggers = [...this.parties.values()].flatMap(({ polls }) => polls ?? []);
		const share = this.shareOfTriggers();
		const perRound = triggers.reduce((sum, { cost }) => sum + cost, 0);
		const everyMinutes = Math.max(2, Math.ceil((perRound * (this.budget as Budget).windowMs) / share / MINUTE));
		return `${share} of them are for triggers, and the ${triggers.length} triggers of this account ask for about ${Math.round(this.demandOfTriggers())}. No call is lost: they come with a later poll. Set 'Poll Times' of these triggers to every ${everyMinutes} minutes or longer.`;
	}

	/** The error if others' requests occupy all places for longer than this one may wait. */
	private busy({ maxWaitMs, poll }: Sending): Problem {
		const advice = poll === undefined ? "Run again later, or let the node wait longer with the option 'Max Wait'." : '';
		return {
			message: `Other requests to ${this.name} with this account take too long`,
			description:
				`${IN_FLIGHT} requests at a time are sent for an account, and none ended within ${maxWaitMs / SECOND} seconds. This request was not sent. ${advice}`.trimEnd(),
			cause: 'temporarily-unavailable',
			isUnsent: true,
		};
	}

	private stopped(items: ReadonlySet<number> = new Set()): Problem {
		return {
			message: 'The execution was stopped',
			description: `This request was not sent to ${this.name}.${told(items)}`,
			cause: 'temporarily-unavailable',
			isUnsent: true,
		};
	}
}

function isRead({ sending }: Waiter): boolean {
	return sending.isRead === true;
}

function noteAsked(polls: Polls, { poll }: Sending, now: number): void {
	polls.asked.push(now);
	if (poll?.goesOn === true) {
		polls.count++;
	} else {
		polls.cost = Math.max(1, polls.count);
		polls.count = 1;
	}
}

/** An item that was already sent belongs to a new run of the node, in a loop. */
function noteSent(items: Set<number>, item: number): void {
	if (items.has(item)) items.clear();
	items.add(item);
}

/** Removes what does not pass, in place. */
function prune<T>(values: T[], keep: (value: T) => boolean): void {
	if (values.every(keep)) return;
	values.splice(0, values.length, ...values.filter(keep));
}
