import { setClock } from '../../harness/clock';

/**
 * The clock of a model run, in place of the real one: `Date.now`, `setTimeout` and `AbortSignal.timeout`. Whoever waits
 * lets it move on; nothing takes real time, and a wait of a run is as long as it says.
 */
export class RunTime {
	private readonly deadlines = new WeakMap<AbortSignal, { at: number; abort: () => void }>();
	private isOver = false;

	/**
	 * @param now what the clock says
	 * @param moveTo puts it forward, never back
	 * @param passing the true time, which nobody sets
	 */
	constructor(
		private readonly now: () => number,
		private readonly moveTo: (at: number) => unknown,
		private readonly passing: () => number,
	) {}

	/** Runs something by this clock. */
	async during(play: () => Promise<void>): Promise<void> {
		const { setTimeout } = globalThis;
		const { timeout } = AbortSignal;
		// Not by jest.spyOn, which would keep each of the millions of calls.
		const restore = setClock(this.now, this.passing);
		globalThis.setTimeout = ((wake: () => void, ms = 0) => this.wakeLater(wake, ms)) as unknown as typeof setTimeout;
		AbortSignal.timeout = (ms) => this.deadlineIn(ms);
		try {
			await play();
		} finally {
			this.isOver = true;
			restore();
			globalThis.setTimeout = setTimeout;
			AbortSignal.timeout = timeout;
		}
	}

	/** Triggers a request's deadline if its time is up. */
	checkDeadline(signal: unknown): void {
		const deadline = this.deadlines.get(signal as AbortSignal);
		if (deadline !== undefined && this.now() >= deadline.at) deadline.abort();
	}

	/** When nothing else goes on: the pacing of requests sleeps until there is room. */
	private wakeLater(wake: () => void, ms: number): NodeJS.Immediate {
		const at = this.now() + ms;
		return setImmediate(() => {
			if (this.isOver) return;
			this.moveTo(at);
			wake();
		});
	}

	private deadlineIn(ms: number): AbortSignal {
		const controller = new AbortController();
		this.deadlines.set(controller.signal, { at: this.now() + ms, abort: () => controller.abort() });
		return controller.signal;
	}
}

const DRIP_MS = 10_000;
/** This many bytes take longer than any poll may. */
const LEAST_BYTES = 500;

/** The body of an answer that comes a byte at a time, ten seconds apart, as n8n hands over one that is a stream. */
export class DrippingBody implements AsyncIterable<Buffer> {
	private rest: Buffer;
	private isLeft = false;

	/** @param wait lets this many milliseconds pass */
	constructor(
		body: unknown,
		private readonly wait: (ms: number) => void,
	) {
		this.rest = Buffer.from(JSON.stringify(body).padEnd(LEAST_BYTES));
	}

	destroy(): void {
		this.isLeft = true;
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
		while (this.rest.length > 0 && !this.isLeft) {
			this.wait(DRIP_MS);
			// The poll that awaits it gets to hear of its deadline.
			await Promise.resolve();
			yield this.rest.subarray(0, 1);
			this.rest = this.rest.subarray(1);
		}
	}
}
