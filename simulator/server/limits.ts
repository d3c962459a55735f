/** At most `max` requests per window of `windowMs` milliseconds. */
export interface RateLimit {
	max: number;
	windowMs: number;
	/** Whether the refusal says when to try again. Default false: no provider here documents the header. */
	retryAfter?: boolean;
}

/** A sliding-window limiter: remembers when each account's admitted requests arrived. */
export class Limiter {
	private readonly admitted = new Map<string, number[]>();

	constructor(public limit: RateLimit | null) {}

	/** Admits a request and returns 0, or refuses it and returns how many milliseconds are left until one would be admitted. */
	take(account: string, now: number): number {
		if (!this.limit) return 0;
		const { max, windowMs } = this.limit;
		const recent = (this.admitted.get(account) ?? []).filter((at) => at > now - windowMs);
		this.admitted.set(account, recent);
		if (recent.length < max) {
			recent.push(now);
			return 0;
		}
		return Math.max(1, (recent[recent.length - max] ?? now) + windowMs - now);
	}
}
