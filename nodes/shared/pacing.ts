import { createHash } from 'crypto';
import type { IDataObject, INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { problemError } from './errors';
import type { Budget, Problem, Provider } from './provider';

interface Waiting {
	getNode(): INode;
	getItemIndex?: () => number;
	getExecutionId?: () => string;
}

/** What a node has sent in one run, so that a refusal can tell it apart from what was not. */
interface Run {
	readonly items: Set<number>;
	/** When the first refused request could have been sent: the run's other requests are refused until then. */
	refusedUntil: number;
	lastAt: number;
}

/** n8n starts the requests of all input items at once; this many of them are under way per account. */
const IN_FLIGHT = 4;

/**
 * The requests of one account, whichever nodes and triggers of this process send them: at most a handful at a time,
 * and no more than the provider's limit in its window.
 */
export class AccountBudget {
	private readonly sentAt: number[] = [];
	private readonly queue: Array<() => void> = [];
	private readonly runs = new Map<string, Run>();
	private inFlight = 0;

	/** @param now the clock in milliseconds; tests set it */
	constructor(
		private readonly name: string,
		private readonly budget: Budget | undefined,
		private readonly now: () => number = Date.now,
	) {}

	/**
	 * Waits for a place and takes it.
	 *
	 * @param maxWaitMs how long to wait for the window; a place that is further away is refused at once
	 * @returns gives the place in flight back; to be called when the answer is there
	 * @throws NodeApiError with the time to go on when the window stays full for longer. Of what is no read it tells the
	 * input items that were sent until then; once one is refused, so are the others of the same run, so that this is final.
	 */
	async acquire(context: Waiting, maxWaitMs: number, isRead = true): Promise<() => void> {
		if (this.inFlight >= IN_FLIGHT) await new Promise<void>((resolve) => this.queue.push(resolve));
		else this.inFlight++;
		const deadline = this.now() + maxWaitMs;
		const run = isRead ? undefined : this.runOf(context);
		for (;;) {
			const waitMs = Math.max(this.untilFree(), (run?.refusedUntil ?? 0) - this.now());
			if (waitMs <= 0) break;
			if (this.now() + waitMs > deadline || (run !== undefined && run.refusedUntil > this.now())) {
				if (run !== undefined) run.refusedUntil = this.now() + waitMs;
				this.release();
				throw problemError(context, this.spent(waitMs, run));
			}
			await sleep(waitMs);
		}
		this.sentAt.push(this.now());
		if (run !== undefined) noteSent(run, context.getItemIndex?.() ?? 0, this.now());
		let held = true;
		return () => {
			if (held) this.release();
			held = false;
		};
	}

	/** Hands the place to the next in the queue, or frees it. */
	private release(): void {
		const next = this.queue.shift();
		if (next === undefined) this.inFlight--;
		else next();
	}

	/** Milliseconds until the window has room for one more request. */
	private untilFree(): number {
		if (this.budget === undefined) return 0;
		const { requests, windowMs } = this.budget;
		const windowStart = this.now() - windowMs;
		while (this.sentAt.length > 0 && this.sentAt[0] <= windowStart) this.sentAt.shift();
		// The clock was put back: what seems to have been sent later says nothing any more.
		while (this.sentAt.length > 0 && this.sentAt[this.sentAt.length - 1] > this.now()) this.sentAt.pop();
		return this.sentAt.length < requests ? 0 : this.sentAt[this.sentAt.length - requests] - windowStart;
	}

	/** The run that a request belongs to; none where the provider limits nothing. */
	private runOf(context: Waiting): Run | undefined {
		if (this.budget === undefined) return undefined;
		for (const [key, { lastAt }] of this.runs) if (this.now() - lastAt > this.budget.windowMs) this.runs.delete(key);
		const key = `${context.getExecutionId?.() ?? ''} ${context.getNode().id}`;
		const run = this.runs.get(key) ?? { items: new Set(), refusedUntil: 0, lastAt: this.now() };
		this.runs.set(key, run);
		return run;
	}

	private spent(waitMs: number, run?: Run): Problem {
		const { requests = 0, windowMs = 0 } = this.budget ?? {};
		const goOn = new Date(Date.now() + waitMs).toISOString().slice(11, 19);
		const sent =
			run === undefined || run.items.size === 0
				? ''
				: ` Sent were the input items ${ranges([...run.items])}, and no others.`;
		return {
			message: `The requests that ${this.name} allows this account are used up for now`,
			description: `At most ${requests} requests fit in ${windowMs / 60_000} minutes. This request was not sent.${sent} Go on from ${goOn} UTC (in ${Math.ceil(waitMs / 1000)} seconds), or let the node wait longer with the option 'Max Wait'.`,
			cause: 'rate-limited',
			code: '429',
			retryAfterMs: waitMs,
		};
	}
}

/** An item that was sent before is one of a new run of the node, in a loop. */
function noteSent(run: Run, item: number, now: number): void {
	if (run.items.has(item)) run.items.clear();
	run.items.add(item);
	run.lastAt = now;
}

/** Whole numbers in a form for people: "0 to 4, 7". */
function ranges(numbers: number[]): string {
	const parts: Array<[number, number]> = [];
	for (const number of numbers.sort((a, b) => a - b)) {
		const last = parts.at(-1);
		if (last !== undefined && last[1] === number - 1) last[1] = number;
		else parts.push([number, number]);
	}
	return parts.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}

const budgets = new Map<string, AccountBudget>();

/** The budget that all requests with this account share in this process. */
export function budgetOf(provider: Provider, credentials: IDataObject): AccountBudget {
	const account = createHash('sha256').update(provider.account(credentials)).digest('base64');
	const key = `${provider.name}:${account}`;
	let budget = budgets.get(key);
	if (budget === undefined) {
		budget = new AccountBudget(provider.name, provider.budget);
		budgets.set(key, budget);
	}
	return budget;
}
