import { monotonic } from '../values/time';

/** Keys for a while, in memory: a restart forgets them, and other processes do not know them. */
export class Recent {
	private readonly seen = new Map<string, number>();

	/**
	 * @param lifetimeMs how long a key is kept
	 * @param most how many are kept; the oldest makes room
	 */
	constructor(
		private readonly lifetimeMs: number,
		private readonly most: number,
	) {}

	/** Notes a key. @returns whether it was not known */
	isNew(key: string, now = monotonic()): boolean {
		if (this.has(key, now)) return false;
		this.seen.set(key, now);
		return true;
	}

	has(key: string, now = monotonic()): boolean {
		for (const [oldest, at] of this.seen) {
			if (now - at < this.lifetimeMs && this.seen.size < this.most) break;
			this.seen.delete(oldest);
		}
		return this.seen.has(key);
	}

	forget(key: string): void {
		this.seen.delete(key);
	}
}
