/** A second in milliseconds. */
const SECOND = 1_000;

/** The first second that can have ids: before the oldest record in the providers' samples. */
const EPOCH = Date.UTC(2019, 0);

/** How many ids a second has: the lower half is for generated records, the upper for injected ones. */
const SLOTS = 256;
const HALF = SLOTS / 2;

/**
 * The first id of the second in which a record is written. Ids are unique, grow with that second, and have eleven digits until
 * 2031, about as many as those in the providers' samples: a spreadsheet shows and keeps them whole.
 */
export function firstIdOf(instant: number): number {
	const second = Math.floor((instant - EPOCH) / SECOND);
	if (second < 0) throw new RangeError(`No record is written before 2019: ${new Date(instant).toISOString()}`);
	return second * SLOTS;
}

/** The id of a generated record, by its number among those that are written in the same second. */
export function idOf(instant: number, slot: number): number {
	if (slot >= HALF) throw new RangeError(`More than ${HALF} records are written at ${new Date(instant).toISOString()}`);
	return firstIdOf(instant) + slot;
}

/** The number that comes next in a second, counted from 0. */
export class Counter {
	private readonly counts = new Map<number, number>();

	/** How many a second has so far. */
	countOf(instant: number): number {
		return this.counts.get(Math.floor(instant / SECOND)) ?? 0;
	}

	next(instant: number): number {
		const second = Math.floor(instant / SECOND);
		const count = this.counts.get(second) ?? 0;
		this.counts.set(second, count + 1);
		return count;
	}
}

/**
 * Numbers injected records: in the second of their writing, and among those that start in the same second. `ordinal` is odd for
 * them and even for generated ones, so the two never meet.
 */
export class InjectedIds {
	private readonly written = new Counter();

	private readonly started = new Counter();

	/** The id of a record, by when it is written. What its second has no room for goes to the next that has. */
	next(writtenAt: number): number {
		let second = writtenAt;
		while (this.written.countOf(second) >= HALF) second += SECOND;
		return idOf(second, this.written.next(second)) + HALF;
	}

	ordinal(startedAt: number): number {
		return 2 * this.started.next(startedAt) + 1;
	}
}
