import { createHash } from 'crypto';
import type { IDataObject, INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { problemError } from './errors';
import type { Budget, Problem, Provider } from './provider';

interface Waiting {
	getNode(): INode;
	getItemIndex?: () => number;
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
	 * @throws NodeApiError with the time to go on when the window stays full for longer
	 */
	async acquire(context: Waiting, maxWaitMs: number): Promise<() => void> {
		if (this.inFlight >= IN_FLIGHT) await new Promise<void>((resolve) => this.queue.push(resolve));
		else this.inFlight++;
		const deadline = this.now() + maxWaitMs;
		for (let waitMs = this.untilFree(); waitMs > 0; waitMs = this.untilFree()) {
			if (this.now() + waitMs > deadline) {
				this.release();
				throw problemError(context, this.spent(waitMs));
			}
			await sleep(waitMs);
		}
		this.sentAt.push(this.now());
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

	private spent(waitMs: number): Problem {
		const { requests = 0, windowMs = 0 } = this.budget ?? {};
		const goOn = new Date(Date.now() + waitMs).toISOString().slice(11, 19);
		return {
			message: `The requests that ${this.name} allows this account are used up for now`,
			description: `At most ${requests} requests fit in ${windowMs / 60_000} minutes. This request was not sent. Go on from ${goOn} UTC (in ${Math.ceil(waitMs / 1000)} seconds), or let the node wait longer with the option 'Max Wait'.`,
			cause: 'rate-limited',
			code: '429',
			retryAfterMs: waitMs,
		};
	}
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
