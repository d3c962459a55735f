import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { endAhead } from '../calls/clock';
import { decide, readSince, withGiven } from '../calls/decide';
import { byStart, newestEnd, startOf, timeOf, type Observed } from '../calls/observed';
import type { Source, TriggerProvider } from '../calls/source';
import type { Pending, TriggerState } from '../calls/state';
import type { ReadCalls } from '../calls/unreturnedPoll';
import { NOTHING_CARRIED, pendingAfter, readWholeSince, startsOfOpen, wholeCalls, type Carried } from '../calls/whole';
import { isRefusal } from '../request/pacing/refusals';
import { Contradiction } from '../request/problems';
import type { Fetch } from '../request/provider';
import { send } from '../request/send';
import { inPieces } from '../values/pieces';
import { MINUTE, SECOND } from '../values/time';
import { timeLimitMs } from './engine';
import { pollError } from './pollError';
import type { ReadSettings } from './preparePoll';

/** How long a poll waits for its turn among everything that sends requests with its account. */
const TURN_WAIT_MS = 5 * SECOND;
/** A poll that has made no progress after this many times the requests of a usual one is given up. */
const HARD_LIMIT = 3;

/** What a poll has read, and what follows from it. */
export interface PollRead extends ReadCalls {
	/** The state after it. */
	readonly next: TriggerState;
	/** How many calls ended before the time of 'Oldest Call'. */
	readonly tooOld: number;
	/** By how many milliseconds the newest end is ahead of the host's clock, if it cannot be right. */
	readonly ahead: number | null;
	/** How many records it was, including those that were known already. */
	readonly records: number;
}

/** The requests of one poll, and how far it reads. */
export class PollReader {
	private requests = 0;

	private readonly timeLimitMs: number;

	/** The number of requests after which a poll ends: polls a minute apart then keep to the provider's limit even when catching up. */
	private readonly mostRequests: number;

	constructor(
		private readonly context: IPollFunctions,
		private readonly trigger: TriggerProvider,
		private readonly now: number,
		private readonly key: string | undefined,
	) {
		this.timeLimitMs = timeLimitMs(context);
		const { requests, windowMs } = trigger.provider.budget ?? { requests: 100, windowMs: MINUTE };
		this.mostRequests = Math.max(1, Math.floor((requests * MINUTE) / windowMs));
	}

	/**
	 * Sends a request that cannot outlast the poll, nor waits long for a turn: the next poll comes soon.
	 *
	 * @throws Contradiction when the poll has used up its requests or its time: it has to end, whatever a provider answers
	 */
	readonly fetch: Fetch = async (request, check) => {
		if (this.requests >= this.mostRequests * HARD_LIMIT || Date.now() - this.now >= this.timeLimitMs)
			throw this.endless();
		const poll = this.key === undefined ? undefined : { trigger: this.key, goesOn: this.requests > 0 };
		this.requests++;
		const timeout = Math.max(SECOND, this.now + this.timeLimitMs - Date.now());
		const sending = { maxWaitMs: TURN_WAIT_MS, retries: 0, isRead: true, poll };
		return await send(this.context, this.trigger.provider, { ...request, timeout }, sending, check);
	};

	/**
	 * Reads slices, oldest first, until everything is read or enough is found; or until half of the time or of the requests is
	 * used, if the poll has made any progress by then.
	 */
	async read(source: Source, state: TriggerState, settings: ReadSettings): Promise<PollRead> {
		const calls: Array<Observed<IDataObject>> = [];
		const now = source.clock(this.now);
		let next = state;
		let tooOld = 0;
		let ahead: number | null = null;
		let carried: Carried<IDataObject> = NOTHING_CARRIED;
		const open = new Map<string, Observed<IDataObject>>();
		const waitingCalls = new Set(state.callers?.waits.map(({ key }) => key));
		const again = new Map<string, Observed<IDataObject>>();
		let isComplete = false;
		let newest = -Infinity;
		let records = 0;
		const since = settings.wholeCalls ? readWholeSince(state) : readSince(state);
		const isEmitted = (call: string) => Object.hasOwn(state.seen, call);
		/** What the limit of items leaves for a later poll, unless its turn comes after all. */
		const left: Array<Observed<IDataObject>> = [];
		const isUsedUp = () => Date.now() - this.now > this.timeLimitMs / 2 || this.requests >= this.mostRequests;
		const hasAdvanced = () => calls.length + left.length > 0 || next.floor > state.floor;
		try {
			for await (const slice of source.read(this.fetch, since, now, state.cursor, isEmitted)) {
				let reading = slice;
				if (settings.wholeCalls) {
					({ reading, carried } = wholeCalls(carried, slice, next, { now, hostNow: this.now }, settings));
				}
				for (const one of reading.records) if (one.ended && waitingCalls.has(one.key)) again.set(one.key, one);
				const room = settings.maxItems - calls.length;
				// Calls that began earlier and end in a later slice have their turn first.
				const firstLeft = left.length === 0 ? Infinity : startOf(left[0]);
				const starts = settings.wholeCalls ? startsOfOpen(carried, next) : [];
				const earlier = starts.filter((start) => start < firstLeft);
				const isItsTurn = (call: Observed<IDataObject>, place: number) =>
					startOf(call) < firstLeft && (place < room - earlier.length || startOf(call) < earlier[0]);
				const heldAt = left.reduce((first, call) => Math.min(first, timeOf(call) ?? state.floor), Infinity);
				const due = reading.records.filter(
					({ key, isComplete }) => isComplete !== false && !Object.hasOwn(next.seen, key),
				);
				await inPieces(due, settings.judge);
				const decision = decide(next, reading, now, { ...settings, maxItems: room, isItsTurn, heldAt });
				next = decision.state;
				for (const one of decision.excess) left.push(one);
				left.sort(byStart);
				if (settings.wholeCalls) {
					let pending: Pending;
					({ pending, carried } = pendingAfter(state.pending, carried, slice, decision.waiting));
					next = { ...next, pending };
				}
				for (const one of [...slice.records.filter(({ ended }) => !ended), ...decision.waiting]) open.set(one.key, one);
				newest = Math.max(newest, newestEnd(slice.records, now));
				records += slice.records.length;
				// The last slice, or a read that just shows what is new, which is all that such a provider can show.
				isComplete = !Number.isFinite(slice.through);
				ahead = endAhead(slice.records, this.now, (at) => source.clock(at)) ?? ahead;
				tooOld += decision.tooOld;
				calls.push(...decision.calls);
				const last = left.at(Math.min(left.length, settings.maxItems - calls.length) - 1);
				const isEnough = last !== undefined && !(starts[0] < startOf(last));
				if (calls.length >= settings.maxItems || isEnough || (isUsedUp() && hasAdvanced())) break;
			}
		} catch (error) {
			// What was read before the account ran out of requests counts, just as when the poll runs out of its own.
			if (!isRefusal(error) || !hasAdvanced()) throw pollError(this.context, error);
			isComplete = false;
		}
		const inTime = left.slice(0, settings.maxItems - calls.length);
		calls.push(...inTime);
		next = withGiven(next, inTime, now);
		for (const { key } of calls) open.delete(key);
		// Slices may overlap, and the later one may contain records written meanwhile.
		return {
			calls: calls.sort(byStart),
			open: [...open.values()],
			again: [...again.values()],
			isComplete,
			newestEnd: newest,
			floor: next.floor,
			next,
			tooOld,
			ahead,
			records,
		};
	}

	/** How many requests were sent. */
	get sent(): number {
		return this.requests;
	}

	private endless(): Contradiction {
		const { name } = this.trigger.provider;
		const seconds = Math.round((Date.now() - this.now) / SECOND);
		return new Contradiction(
			`${name}'s records could not be read in one poll: ${this.requests} requests in ${seconds} seconds did not come to an end`,
			`Nothing was taken from them; the next poll begins again. If it stays, the account has more calls than can be read in so many requests ('Limits' in the documentation of the triggers says how many that is; fixed names in 'Filters' narrow the list of a provider that filters by them), or ${name} answers too slowly, or promises more records than it gives: compare its list with the portal's.`,
		);
	}
}
