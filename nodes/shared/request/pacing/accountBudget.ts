import { sleep } from 'n8n-workflow';

import { monotonic, SECOND } from '../../values/time';
import { problemError } from '../nodeErrors';
import type { Budget, Problem, Sending } from '../provider';
import { adviceForNode, adviceForTrigger, busy, spent, stopped } from './refusals';
import { isRead, noteSent, type Asking, type Party, type Release, type Waiter } from './party';
import { prune, roomAt, type Sent } from './slidingWindow';
import { demandOf, FORGET_TRIGGER_MS, newPolls, noteAsked, shareOfTriggers, spacing, type Polls } from './turns';

/** n8n starts the requests of all input items at once; at most this many of them run at a time per account. */
const IN_FLIGHT = 4;

/** The part of the nodes' room that a run which is long enough to have to wait leaves for others. */
const LEFT_BY_LONG_RUNS = 0.1;

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

	constructor(
		private readonly name: string,
		private readonly budget: Budget | undefined,
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
		if (signal?.aborted === true) throw problemError(context, stopped(this.name));
		const party = this.partyOf(context, sending);
		return await new Promise<Release>((resolve, reject) => {
			const leave = () => {
				party.waiting.splice(party.waiting.indexOf(waiter), 1);
				reject(problemError(context, stopped(this.name, party.items)));
				this.serve();
			};
			const waiter: Waiter = {
				context,
				sending,
				askedAt: monotonic(),
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
			if (party.polls !== undefined) noteAsked(party.polls, sending, monotonic());
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
		const now = monotonic();
		let wakeAt = Infinity;
		let nodesAhead = 0;
		for (const party of this.inOrder()) {
			const [waiter] = party.waiting;
			const deadline = Math.max(waiter.askedAt, party.lastAt) + waiter.sending.maxWaitMs;
			const room = this.turnAt(party, waiter, party.polls === undefined ? nodesAhead++ : 0);
			// Final: another write of this run was refused.
			const isShut = !isRead(waiter) && party.refusedUntil > now;
			const turnAt = isShut ? Math.max(room, party.refusedUntil) : room;
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
				this.refuse(party, waiter, busy(this.name, IN_FLIGHT, waiter.sending), now);
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
		// Only a few seconds at a time: others of the account may leave, and a timer holds no month.
		await sleep(Math.min(10 * SECOND, Math.max(1, at - monotonic())));
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
		const now = monotonic();
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
			party.lastAt = monotonic();
			this.serve();
		});
	}

	private noteTurn(polls: Polls): void {
		const gapMs = this.budget === undefined ? 0 : spacing(this.triggers(), this.budget, monotonic());
		polls.dueAt = Math.max(polls.dueAt, monotonic()) + gapMs;
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
			other.refuse(problemError(other.context, problem));
		}
	}

	/**
	 * When the window has room for a request; -Infinity if it has.
	 *
	 * @param ahead how many other nodes are served before
	 */
	private turnAt(party: Party, { sending }: Waiter, ahead: number): number {
		const { budget } = this;
		if (budget === undefined) return -Infinity;
		const now = monotonic();
		const anyRoom = roomAt(this.sent, budget, ahead, now);
		if (party.polls === undefined) {
			const byNodes = this.sent.filter(({ byTrigger }) => !byTrigger);
			const share = { ...budget, requests: this.shareOfNodes(party, budget) };
			return Math.max(anyRoom, roomAt(byNodes, share, ahead, now));
		}
		// A poll that has begun continues if there is any room: what it has read would be lost.
		return sending.poll?.goesOn === true ? anyRoom : this.pollAt(party.polls, budget);
	}

	/** When a trigger may begin a poll: when there is room for all that its last one asked for, and it is its turn. */
	private pollAt({ cost, dueAt }: Polls, budget: Budget): number {
		const now = monotonic();
		const triggers = this.triggers();
		const share = shareOfTriggers(budget);
		const more = Math.min(share, cost) - 1;
		const owed = triggers.filter((polls) => polls.isOwed && polls.dueAt < dueAt).length;
		const byTriggers = this.sent.filter(({ byTrigger }) => byTrigger);
		const gapMs = spacing(triggers, budget, now);
		return Math.max(
			roomAt(this.sent, budget, more, now),
			roomAt(byTriggers, { ...budget, requests: share }, Math.min(share - 1, more + owed), now),
			// One turn early is allowed: n8n polls at whole intervals, which would otherwise be rounded up.
			gapMs > 0 ? dueAt - gapMs : -Infinity,
		);
	}

	/** What is left of the provider's limit now, or null if none is documented. */
	left(): { requests: number; of: number; windowMs: number } | null {
		if (this.budget === undefined) return null;
		const { requests: of, windowMs } = this.budget;
		const used = this.sent.filter(({ at }) => at > monotonic() - windowMs).length;
		return { requests: Math.max(0, of - used), of, windowMs };
	}

	private triggers(): Polls[] {
		return [...this.parties.values()].flatMap(({ polls }) => polls ?? []);
	}

	private shareOfNodes({ hasWaited }: Party, budget: Budget): number {
		const asked = Math.min(shareOfTriggers(budget), demandOf(this.triggers(), budget, monotonic()));
		const left = budget.requests - Math.ceil(asked);
		return Math.max(1, hasWaited ? left - Math.floor(left * LEFT_BY_LONG_RUNS) : left);
	}

	private spent({ polls, items }: Party, turnAt: number): Problem {
		const now = monotonic();
		const budget = this.budget as Budget;
		const waitMs = Math.max(0, turnAt - now);
		const advice = polls === undefined ? adviceForNode(items, waitMs) : adviceForTrigger(this.triggers(), budget, now);
		return spent(this.name, budget, waitMs, advice);
	}

	private partyOf(context: Asking, { poll }: Sending): Party {
		const key = poll?.trigger ?? `${context.getExecutionId?.() ?? ''} ${context.getNode().id}`;
		const now = monotonic();
		const party = this.parties.get(key) ?? {
			waiting: [],
			inFlight: 0,
			lastAt: -Infinity,
			items: new Set(),
			refusedUntil: -Infinity,
			hasWaited: false,
			...(poll === undefined || this.budget === undefined ? {} : { polls: newPolls(now) }),
		};
		this.parties.set(key, party);
		return party;
	}

	/** Drops what has left the window, and parties that are finished. */
	private forget(): void {
		const now = monotonic();
		const windowMs = this.budget?.windowMs ?? 0;
		prune(this.sent, ({ at }) => at > now - windowMs);
		for (const [key, party] of this.parties) {
			const { polls, waiting, inFlight } = party;
			const keptMs = polls === undefined ? windowMs : FORGET_TRIGGER_MS;
			const lastAt = Math.max(party.lastAt, polls?.knownSince ?? -Infinity);
			if (waiting.length + inFlight === 0 && party.refusedUntil <= now && !(lastAt > now - keptMs)) {
				this.parties.delete(key);
			}
		}
	}
}
