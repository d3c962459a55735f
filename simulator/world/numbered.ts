import type { CallName, WorldCall } from './calls';
import { callsOfHour, type GeneratedCall, type Office } from './generated';
import { Counter, idOf } from './ids';

/** An hour in milliseconds. */
const HOUR = 3_600_000;

/** No generated call, with its legs, lasts longer. */
const LONGEST_HOURS = 10;

/** By how much the latenesses of two generated calls may differ. */
const LATENESS_HOURS = 24;

/** What a leg says of the call that it belongs to. */
export function nameOf(call: WorldCall | undefined): CallName {
	return { id: call?.id ?? 0, startedAt: call?.startedAt ?? 0, ordinal: call?.ordinal ?? 0 };
}

/** The generated calls with their ids: the same for whoever looks, and whichever hour is looked at first. */
export class NumberedCalls {
	private readonly generated = new Map<number, GeneratedCall[]>();

	private readonly numbered = new Map<number, WorldCall[]>();

	/** By hour: when those of its calls are written that are written after it. */
	private readonly later = new Map<number, number[]>();

	private readonly hoursBefore: number;

	/**
	 * @param writtenAt when a call is written
	 * @param areAlike whether all calls are equally late
	 */
	constructor(
		private readonly office: Office,
		private readonly writtenAt: (call: WorldCall) => number,
		areAlike: boolean,
	) {
		this.hoursBefore = areAlike ? LONGEST_HOURS : LONGEST_HOURS + LATENESS_HOURS;
	}

	/** The calls that start in an hour, and their legs, which may start in the next one. */
	ofHour(hour: number): WorldCall[] {
		let calls = this.numbered.get(hour);
		if (calls === undefined) {
			calls = this.number(hour);
			this.numbered.set(hour, calls);
		}
		return calls;
	}

	private number(hour: number): WorldCall[] {
		const written = new Counter();
		for (let before = hour - this.hoursBefore; before < hour; before++) {
			for (const instant of this.writtenAfter(before)) written.next(instant);
		}
		const started = new Counter();
		for (const { call } of this.withoutIds(hour - 1)) started.next(call.startedAt);
		const generated = this.withoutIds(hour);
		for (const { call } of generated) {
			const writtenAt = this.writtenAt(call);
			call.id = idOf(writtenAt, written.next(writtenAt));
			call.ordinal = 2 * started.next(call.startedAt);
		}
		const calls = generated.map(({ call }) => call);
		for (const { call, from, root } of generated) {
			call.parentId = from === null ? null : (calls[from]?.id ?? null);
			call.root = root === null ? null : nameOf(calls[root]);
		}
		return calls;
	}

	private writtenAfter(hour: number): number[] {
		let later = this.later.get(hour);
		if (later === undefined) {
			const instants = this.withoutIds(hour).map(({ call }) => this.writtenAt(call));
			later = instants.filter((instant) => instant >= (hour + 1) * HOUR);
			this.later.set(hour, later);
		}
		return later;
	}

	private withoutIds(hour: number): GeneratedCall[] {
		let calls = this.generated.get(hour);
		if (calls === undefined) {
			calls = callsOfHour(this.office, hour);
			this.generated.set(hour, calls);
		}
		return calls;
	}
}
