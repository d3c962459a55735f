/** The ways in which a provider, or the connection to it, can fail. */
export const faultKinds = [
	'408',
	'429',
	'500',
	'502',
	'504',
	'html',
	'empty',
	'emptyObject',
	'brokenJson',
	'truncated',
	'reset',
	'slow',
	'hang',
	'drip',
	'redirect',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A fault that is due. All given conditions must hold; without any, it strikes the very next request. */
export interface Fault {
	kind: FaultKind;
	/** Name in the table of providers. */
	provider?: string;
	/** Part of the path with its query. */
	path?: string;
	method?: string;
	/** How many matching requests it strikes. Default 1. */
	times?: number;
	/** How many matching requests it lets pass first. Default 0. */
	skip?: number;
	/** `slow`: the delay (default 1000); `hang`: when the connection is finally cut (default never). Milliseconds of real time. */
	ms?: number;
	/** `slow`, instead of a delay: answers when this is done. For a test in the simulator's own process. */
	until?: Promise<unknown>;
	/** `redirect`: the status. Default 302. */
	status?: number;
	/** `redirect`: the target; `{path}` stands for the requested path with its query. Default `{path}`. */
	location?: string;
	/** `429` (and `500`, `502`): the Retry-After header. Without it none is sent. */
	retryAfterSeconds?: number;
}

/** The queue of faults that are due. */
export class Faults {
	private queue: Array<Fault & { times: number; skip: number }> = [];

	add(...faults: Fault[]): void {
		for (const fault of faults) this.queue.push({ ...fault, times: fault.times ?? 1, skip: fault.skip ?? 0 });
	}

	clear(): void {
		this.queue = [];
	}

	/** The faults that are still due, in order. */
	get pending(): readonly Fault[] {
		return this.queue;
	}

	/** The fault that strikes this request, if any: the first in the queue that matches. */
	take(request: { provider: string; method: string; path: string }): Fault | undefined {
		for (const fault of this.queue) {
			if (fault.provider !== undefined && fault.provider !== request.provider) continue;
			if (fault.method !== undefined && fault.method.toUpperCase() !== request.method) continue;
			if (fault.path !== undefined && !request.path.includes(fault.path)) continue;
			if (fault.skip > 0) {
				fault.skip--;
				continue;
			}
			fault.times--;
			if (fault.times <= 0) this.queue = this.queue.filter((other) => other !== fault);
			return fault;
		}
		return undefined;
	}
}
