import { NodeApiError, type IDataObject } from 'n8n-workflow';

import { DAY, MINUTE, SECOND, type Call, type Calls } from './calls';
import type { Engine, Poll } from './engine';
import type { Lie, ModelProvider, Setup } from './provider';
import type { FaultKind, Meanwhile, Scenario } from './scenario';

/** The guarantees of the contract, by number. */
type Guarantee = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A promise that was broken, with everything that happened. */
export class Violation extends Error {
	constructor(
		readonly guarantee: Guarantee,
		readonly what: string,
		story: readonly string[],
	) {
		super(`Guarantee ${guarantee} is not kept: ${what}\n${story.join('\n')}`);
	}
}

/** The seconds that a 429 asks to wait. */
export const RETRY_AFTER_SECONDS = 120;
/** What ends more than this long after now is not over yet, whatever a record says. */
export const CLOCKS_APART_MS = 25 * MINUTE;
/** More requests than this in one poll are a storm, whatever the provider says. */
export const MOST_REQUESTS = 300;

/** How long after its budget a poll may end: its last request may have waited for its turn. */
const LATE_MS = 15 * SECOND;

/** One poll, and what happened to it. */
export interface Frame {
	requests: number;
	/** What struck a request of this poll. */
	struck: FaultKind | null;
	overtaken: boolean;
	/** n8n died meanwhile, or the workflow was published again: what becomes of this poll is no longer told. */
	gone: boolean;
	readonly fault: { kind: FaultKind; request: number } | null;
	readonly meanwhile: { what: Meanwhile; request: number } | null;
	/** The start by the settings if this is the first poll, else of the state. */
	readonly from: number;
	/** When it began, by true time and by the host's. */
	readonly at: number;
	readonly hostNow: number;
	readonly isFirst: boolean;
}

/** The state as the package keeps it; only its size, floor and whether it is there are looked at. */
export interface KeptState {
	calls?: { floor: number; from: number; primed: boolean };
}

/** What the guarantees are judged by: the run as it stands. */
export interface Circumstances {
	readonly provider: ModelProvider;
	readonly scenario: Scenario;
	readonly setup: Setup;
	readonly calls: Calls;
	readonly engine: Engine;
	/** True time, and what the clock of n8n's host says. */
	readonly now: number;
	readonly hostNow: number;
	readonly hostSkewMs: number;
	readonly maxItems: number;
	readonly lie: Lie | null;
	/** The zone that the user has chosen by mistake. */
	readonly wrongZone: string | null;
	/** By the clock of the records: what a wrong zone had settled by the time it was corrected. */
	readonly settledUntil: number;
	/** Where the current sequence of states begins. */
	readonly from: number;
	readonly startDate: number;
	readonly primedAt: number | null;
	readonly firstPollAt: number | null;
	/** When requests were sent. */
	readonly sentAt: readonly number[];
	readonly story: readonly string[];
}

/** Checks what the trigger did against the guarantees of the contract; every check throws a Violation. */
export class Guarantees {
	/** Emissions by id, the ids of each mark, and how often a crash lets an id come again. */
	private readonly emissions = new Map<string, number>();
	private readonly idsOf = new Map<number, Set<string>>();
	private readonly mayRepeat = new Map<string, number>();
	/** The ids of each phone, of records that are alike but for the user. */
	private readonly idsOfPhone = new Map<string, Set<string>>();
	/** The last emission if it held as many items as it may, so that others wait. */
	private lastFull: { readonly at: number; readonly hostNow: number; readonly newestStart: number } | null = null;

	constructor(private readonly run: Circumstances) {}

	/** n8n ended before it had written the state of these items: each may come once more. */
	notSaved(items: readonly IDataObject[]): void {
		for (const { id } of items) this.mayRepeat.set(id as string, (this.mayRepeat.get(id as string) ?? 0) + 1);
	}

	/** Whether an item was made of all records that are like this one. */
	wasGiven({ mark }: Call): boolean {
		const alike = this.run.calls.all.filter((call) => call.mark === mark);
		return alike.length === 1 && (this.idsOf.get(mark)?.size ?? 0) === 1;
	}

	/**
	 * What must hold after a test run.
	 *
	 * @param before the state and what was saved of it, before the test run
	 */
	checkTestRun(items: IDataObject[] | null, requests: number, before: string): void {
		if (before !== JSON.stringify([this.run.engine.state, this.run.engine.savedState]))
			throw this.violation(6, 'a test run changed the state');
		if (items?.length === 0) throw this.violation(6, 'a test run shows an empty list');
		for (const item of items ?? []) {
			const mark = this.run.provider.mark(item);
			const isOver = this.run.calls.all.some((call) => call.mark === mark && call.finishedShows <= this.run.now);
			if (!isOver) throw this.violation(6, `a test run shows call ${mark}, which is not over`);
		}
		// The host's clock may have been put back behind the start date, which is then refused.
		const isRefused = this.run.scenario.startFrom.kind === 'date' && this.run.startDate > this.run.hostNow;
		const most =
			this.run.lie === null && this.run.wrongZone === null ? (this.run.provider.requests?.testRun ?? 1) : MOST_REQUESTS;
		// Where nothing passes a filter by name, the names that there are are looked up for the message.
		const names = items === null && this.run.scenario.filter === 'place' ? 1 : 0;
		if (requests < (isRefused ? 0 : 1) || requests > most + names)
			throw this.violation(6, `a test run costs ${requests} requests`);
	}

	/**
	 * What must hold after a poll.
	 *
	 * @param before the state before it, as JSON
	 * @param fewRows whether there was less than a page to read
	 * @param isShort whether there was so little that no page can be full
	 */
	checkPoll(
		frame: Frame,
		{ items, error }: Poll,
		isNested: boolean,
		before: string,
		fewRows: boolean,
		isShort: boolean,
	): void {
		const after = JSON.stringify(this.run.engine.state);
		if (isNested && this.run.scenario.engine === 'in-memory') {
			if (frame.requests > 0 || items !== null || error !== null) throw this.violation(7, 'a poll ran beside another');
			return;
		}
		if (items?.length === 0) throw this.violation(7, 'an empty list was emitted, which starts an empty execution');
		if (frame.gone) return;
		const tookMs = this.run.hostNow - frame.hostNow;
		if (tookMs > this.budgetMs(frame) + LATE_MS && !frame.overtaken)
			throw this.violation(5, `a poll went on for ${tookMs / SECOND} seconds`);
		if (frame.struck !== null) this.checkFailure(frame, items, error);
		else if (
			error !== null &&
			!this.isLimited(error) &&
			!isSlow(error) &&
			!isNotYet(error, frame) &&
			!this.isAhead(error) &&
			!this.isContradiction(error) &&
			!isPushedPage(error, frame)
		) {
			throw this.violation(4, `an error out of nothing: ${error.message}`);
		}
		if (error !== null && !frame.isFirst && this.run.engine.isRunning && before !== after)
			throw this.violation(4, `an error changed the state from\n${before}\nto\n${after}`);
		if (error === null && frame.struck === null && this.run.engine.isRunning)
			this.checkCost(frame, items, fewRows, isShort);
	}

	private checkFailure(frame: Frame, items: IDataObject[] | null, error: Error | null): void {
		if (items !== null) throw this.violation(4, `emitted although a request failed: ${frame.struck}`);
		if (error === null) {
			if (frame.isFirst && frame.struck !== 'web page') return;
			throw this.violation(4, `a failure looked like no calls: ${frame.struck}`);
		}
		if (!(error instanceof NodeApiError)) throw this.violation(4, `not a NodeApiError: ${error.stack}`);
		const failure = error.failure as { cause?: string; retryAfterMs?: number } | undefined;
		if (failure?.cause === undefined) throw this.violation(4, `without a cause: ${error.message}`);
		if (frame.isFirst && failure.cause !== 'configuration-invalid')
			throw this.violation(4, `a passing fault stopped n8n from publishing: ${frame.struck}`);
		if (frame.struck === '429 with Retry-After' && failure.retryAfterMs !== RETRY_AFTER_SECONDS * SECOND) {
			throw this.violation(4, `the provider's wait was not passed on: ${failure.retryAfterMs}`);
		}
	}

	private budgetMs({ isFirst }: Frame): number {
		const { engine, oldN8n } = this.run.scenario;
		return !isFirst && (engine === 'durable' || oldN8n) ? 36 * SECOND : 5 * MINUTE;
	}

	/** The requests and the state of a poll that went well. */
	private checkCost(frame: Frame, items: IDataObject[] | null, fewRows: boolean, isShort: boolean): void {
		const state = this.run.engine.state as KeptState;
		const isUsual = this.run.lie === null && this.run.wrongZone === null;
		const most = (this.run.provider.requests?.poll ?? 1) + (isShort ? 0 : 1);
		if (isUsual && fewRows && frame.requests > most && !frame.overtaken)
			throw this.violation(5, `${frame.requests} requests for less than a page`);
		if (state.calls === undefined) return;
		const { floor } = state.calls;
		const kept = this.run.calls.all.filter((call) => {
			const end = this.endOf(call);
			return (
				call.finishedShows <= this.run.now &&
				(end === 'unknown' ||
					(end !== 'never' &&
						this.clock(end) + Math.max(0, call.edited?.laterMs ?? 0) >= floor - this.run.provider.slackMs - SECOND))
			);
		});
		const bytes = JSON.stringify(state).length;
		if (bytes > 400 + 200 * kept.length)
			throw this.violation(5, `the state has ${bytes} bytes for ${kept.length} calls since its floor`);
		if (!isUsual || frame.requests !== 1 || (items?.length ?? 0) >= this.run.maxItems) return;
		const newest = this.run.calls.all.reduce((latest, call) => {
			const end = this.endOf(call);
			// A nonsensical end says nothing about the provider's clock.
			const isListed =
				call.odd !== 'garbage' &&
				call.finishedShows <= this.run.now - (this.run.provider.floorLagMs ?? 20 * SECOND) &&
				call.deletedAt === Infinity &&
				this.isWanted(call);
			return isListed && typeof end === 'number' && end <= frame.hostNow - (this.run.provider.floorLagMs ?? 0)
				? Math.max(latest, this.clock(end))
				: latest;
		}, -Infinity);
		const least =
			newest -
			this.run.scenario.lookbackMinutes * MINUTE -
			2 * this.run.provider.slackMs -
			(this.run.provider.lookbackMoreMs ?? 0);
		if (floor < least)
			throw this.violation(5, `the floor ${stamp(floor)} stays behind ${stamp(least)}: the window grows`);
	}

	/** What must hold of what n8n took over from a poll. */
	emitted(items: IDataObject[], frame: Frame): void {
		if (items.length > this.run.maxItems) throw this.violation(2, `${items.length} items at once`);
		const starts = items.map((item) => (item.startedAt ?? item.at) as string | null).filter((start) => start !== null);
		// Where the clocks change, one record may give the instant, and the other a time that occurs twice.
		const isRightZone = this.run.wrongZone === null;
		if (
			isRightZone &&
			starts.some((start, i) => i > 0 && Date.parse(start) < Date.parse(starts[i - 1]) - this.run.provider.slackMs)
		)
			throw this.violation(2, `not in the order of the starts: ${starts.join(' ')}`);
		for (const item of items) {
			const id = item.id as string;
			const mark = this.run.provider.mark(item);
			const alike = this.run.calls.all.filter((call) => call.mark === mark);
			const [call] = alike;
			const times = (this.emissions.get(id) ?? 0) + 1;
			this.emissions.set(id, times);
			const ids = this.idsOf.get(mark) ?? new Set();
			this.idsOf.set(mark, ids.add(id));
			const over = alike.filter(({ finishedShows }) => finishedShows <= this.run.now);
			if (over.length === 0) throw this.violation(3, `call ${mark} was emitted while it lasts: ${describe(call)}`);
			if (times > 1 + (this.mayRepeat.get(id) ?? 0))
				throw this.violation(1, `call ${mark} was emitted ${times} times as ${id}: ${describe(call)}`);
			if (ids.size > over.length)
				throw this.violation(
					1,
					`call ${mark} was emitted under ${ids.size} ids, ${over.length} such calls are over: ${describe(call)}`,
				);
			const phone = this.run.provider.phone?.(item, this.run.setup) ?? null;
			if (phone !== null) {
				const own = (this.idsOfPhone.get(`${mark} ${phone}`) ?? new Set()).add(id);
				this.idsOfPhone.set(`${mark} ${phone}`, own);
				if (own.size > 1) throw this.violation(1, `phone ${phone} of call ${mark} came as ${[...own].join(' and ')}`);
			}
			const end = this.endOf(call);
			// A time that occurs twice counts as the earlier one.
			const soonMs = CLOCKS_APART_MS + MINUTE + this.run.provider.slackMs;
			if (isRightZone && typeof end === 'number' && end > frame.hostNow + soonMs)
				throw this.violation(3, `call ${mark} was emitted before its end, ${stamp(end)}: ${describe(call)}`);
			if (end === 'never')
				throw this.violation(3, `call ${mark}, whose record does not tell that it is over, was emitted`);
			if (end !== 'unknown' && end < frame.from - this.run.provider.slackMs && this.isKnownAsOld(over)) {
				throw this.violation(1, `call ${mark} ended before the start ${stamp(frame.from)}: ${describe(call)}`);
			}
			// Of calls that nothing tells apart, some may have been there and others have come.
			const came = over.filter(({ finishedShows }) => finishedShows > (this.run.firstPollAt ?? 0));
			if (end === 'unknown' && this.run.scenario.startFrom.kind === 'now' && ids.size > came.length) {
				throw this.violation(1, `call ${mark} without a time was there before the start: ${describe(call)}`);
			}
			if (!this.isWanted(call)) throw this.violation(6, `call ${mark} does not pass the filter: ${describe(call)}`);
			this.checkStart(item, call, frame, end);
			if (times === 1 && isRightZone) this.checkOrder(call, over, end);
		}
		const isFull = items.length >= this.run.maxItems && this.run.lie === null && isRightZone;
		const newestStart = Math.max(...starts.map((start) => Date.parse(start)));
		this.lastFull = isFull ? { at: frame.at, hostNow: frame.hostNow, newestStart } : null;
	}

	/**
	 * Whether a call cannot be taken for one that ended after the start. By a zone that is wrong, it may be; but none that was listed
	 * at the start, if the zone was right then.
	 */
	private isKnownAsOld(alike: readonly Call[]): boolean {
		const { wrongZone, scenario, firstPollAt } = this.run;
		if (wrongZone === null || scenario.startFrom.kind !== 'now') return wrongZone === null;
		if (scenario.startZone !== null) return false;
		return alike.every(({ finishedShows, odd }) => odd === null && finishedShows <= (firstPollAt ?? -Infinity));
	}

	/** What ended in the second of the start was there before if the first read lists it; and each start is given as it was. */
	private checkStart(item: IDataObject, call: Call, frame: Frame, end: number | 'unknown' | 'never'): void {
		const { provider, scenario, setup, primedAt, wrongZone } = this.run;
		const isInSecond = typeof end === 'number' && end < frame.from + SECOND;
		if (
			isInSecond &&
			scenario.startFrom.kind === 'now' &&
			primedAt === null &&
			provider.slackMs === 0 &&
			wrongZone === null
		)
			throw this.violation(1, `call ${call.mark} was there at the start ${stamp(frame.from)}: ${describe(call)}`);
		if (call.odd !== null || call.edited !== undefined || wrongZone !== null) return;
		const start = call.startedAt + scenario.providerSkewMs;
		const told = provider.startAsTold?.(start, setup) ?? start;
		if (Date.parse(item.startedAt as string) !== told)
			throw this.violation(
				2,
				`call ${call.mark} is said to have begun at ${item.startedAt as string}: ${describe(call)}`,
			);
	}

	/** What waited for its turn comes oldest start first. */
	private checkOrder(call: Call, over: readonly Call[], end: number | 'unknown' | 'never'): void {
		const { lastFull } = this;
		if (
			lastFull === null ||
			this.run.provider.isInOrder !== true ||
			call.odd !== null ||
			call.edited !== undefined ||
			typeof end !== 'number'
		)
			return;
		const waited = over.every(({ finishedShows }) => finishedShows <= lastFull.at) && end <= lastFull.hostNow;
		if (waited && call.startedAt + this.run.scenario.providerSkewMs < lastFull.newestStart)
			throw this.violation(2, `call ${call.mark} came after newer ones though it was there before: ${describe(call)}`);
	}

	/** The calls that should have been emitted by now, less those that were. */
	missing(): Call[] {
		const due = new Map<number, Call[]>();
		for (const call of this.run.calls.all) {
			if (this.isOwed(call)) due.set(call.mark, [...(due.get(call.mark) ?? []), call]);
		}
		return [...due].flatMap(([mark, calls]) => calls.slice(this.idsOf.get(mark)?.size ?? 0));
	}

	private isOwed(call: Call): boolean {
		if (call.finishedShows > this.run.now || call.deletedAt < Infinity || !this.isWanted(call)) return false;
		// A filter needs the fields that are garbage here.
		if (call.odd === 'garbage' && this.run.scenario.filter !== 'none') return false;
		const end = this.endOf(call);
		if (end === 'never') return false;
		if (end === 'unknown') {
			const isLate =
				call.endedAt !== null && call.finishedShows - call.endedAt > this.run.scenario.lookbackMinutes * MINUTE;
			// One from before the start may not be listed: the provider goes by the time that it does not give.
			const isListed = call.startedAt >= (this.run.from ?? Infinity);
			return !isLate && isListed && this.isOfAfter(call);
		}
		if (end > this.run.hostNow || this.clock(end) < this.run.settledUntil) return false;
		const latenessMs = call.finishedShows + this.run.scenario.providerSkewMs - end;
		const sinceStart = end - this.run.from - this.run.provider.slackMs;
		return (
			latenessMs <= this.run.scenario.lookbackMinutes * MINUTE &&
			(sinceStart >= SECOND || (sinceStart >= 0 && this.isOfAfter(call)))
		);
	}

	/** Whether a call came after the start, where its time does not say so. */
	private isOfAfter(call: Call): boolean {
		return (
			this.run.scenario.startFrom.kind !== 'now' ||
			(this.run.primedAt !== null && call.finishedShows > this.run.primedAt)
		);
	}

	private isWanted(call: Call): boolean {
		const { filter } = this.run.scenario;
		if (filter === 'answered' && this.run.setup.filters.answered !== undefined) return call.answered;
		return filter !== 'place' || this.run.setup.filters.place === undefined || call.place === 'Sales';
	}

	private endOf(call: Call): number | 'unknown' | 'never' {
		return this.run.provider.endOf(call, this.run.scenario.providerSkewMs, this.run.setup);
	}

	/** An instant as the provider's records give it. */
	private clock(at: number): number {
		return this.run.provider.clock?.(at, this.run.setup) ?? at;
	}

	fitsOnePage(state: KeptState): boolean {
		return this.rowsSince(state) < this.run.provider.pageSize;
	}

	finishedRows(at: number): number {
		return this.run.calls.rows(at).filter(({ finished }) => finished).length;
	}

	isShort(state: KeptState): boolean {
		return this.rowsSince(state) < (this.run.provider.leastCap ?? Infinity);
	}

	private rowsSince({ calls }: KeptState): number {
		if (calls === undefined) return Infinity;
		return this.run.calls
			.rows(this.run.now + MINUTE)
			.filter((row) => row.call.odd !== null || this.clock(row.startedAt) >= calls.floor - 4 * DAY).length;
	}

	/**
	 * Whether an error comes from the node's own respect for the provider's limit: triggers have four fifths of it, spread evenly, so
	 * the requests that were sent reach, one after the other at that distance, beyond now; or they fill their share. And it is
	 * an error only after half of the look-back: until then a poll that has no turn is left out.
	 */
	private isLimited(error: Error): boolean {
		const { limit } = this.run.provider;
		const cause = (error as { failure?: { cause?: string } }).failure?.cause;
		if (cause !== 'rate-limited' || limit === undefined) return false;
		const { now, sentAt, scenario } = this.run;
		const share = 0.8 * limit.requests;
		const apartMs = limit.windowMs / share;
		const dueAt = sentAt.reduce((due, at) => Math.max(due, at) + apartMs, -Infinity);
		const sent = sentAt.filter((at) => at > now - limit.windowMs).length;
		const waitedMs = now - (sentAt.at(-1) ?? now);
		return (dueAt - apartMs > now || sent > share / 2) && waitedMs >= (scenario.lookbackMinutes / 2) * MINUTE;
	}

	/** Whether an error says in what the provider, which does so at this time, has contradicted itself. */
	private isContradiction(error: Error): boolean {
		const told =
			/records in one second, and gives the same \d+|counts \d+ calls, and its pages hold \d+|gives the same \d+ calls/;
		return this.run.lie !== null && told.test(error.message);
	}

	/** By a wrong zone, or a host's clock that was put back, calls end hours from now. */
	private isAhead(error: Error): boolean {
		const { wrongZone, scenario, hostSkewMs } = this.run;
		const isBehind = scenario.providerSkewMs - hostSkewMs > CLOCKS_APART_MS;
		return /^By 'Time Zone of Records'/.test(error.message) && (isBehind || wrongZone !== null);
	}

	violation(guarantee: Guarantee, what: string): Violation {
		return new Violation(guarantee, what, this.run.story);
	}
}

/** A poll ends on time, whatever the provider does. */
function isSlow(error: Error): boolean {
	return (
		/^No answer/.test(error.message) || /could not be read in one poll: \d+ requests in \d+ seconds/.test(error.message)
	);
}

/**
 * Where the rest of a page is calls that nothing tells apart, the next is asked for from the last one that differs. As many new calls
 * as stand before it make that page the same as the first. Real pages hold a hundred calls and more, so this takes a hundred alike.
 */
function isPushedPage(error: Error, { meanwhile }: Frame): boolean {
	return meanwhile?.what === 'new calls' && /gives the same \d+ calls/.test(error.message);
}

/** A 'Start Date' that lies ahead of a host's clock which was put back is refused as any other would be. */
function isNotYet(error: Error, { from, hostNow }: Frame): boolean {
	return from > hostNow && /^'Start Date' is in the future/.test(error.message);
}

export function stamp(at: number | undefined): string {
	return at !== undefined && Math.abs(at) < 8e15
		? new Date(at).toISOString().slice(5, 19).replace('T', ' ')
		: String(at);
}

export function describe(call: Call): string {
	return `call ${call.mark} (${stamp(call.startedAt)} to ${stamp(call.endedAt ?? Infinity)}, shows ${stamp(call.finishedShows)}${call.odd === null ? '' : `, ${call.odd}`})`;
}
