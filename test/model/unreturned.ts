import type { IDataObject } from 'n8n-workflow';

import { setClock } from '../../harness/clock';
import { randomFrom, type Random } from '../../simulator/world/random';
import { Calls, DAY, HOUR, MINUTE, SECOND } from './calls';
import { Engine } from './engine';
import type { NodeClass, Quirks, Setup } from './provider';
import type { CallerModel, TrueCall } from './unreturnedTold';

/** The result of a run. */
export interface UnreturnedTally {
	missed: number;
	items: number;
	attempts: number;
}

const BEGIN = Date.parse('2026-11-02T06:00:00Z');
const AS_IT_IS = { isRenamed: false, hasNewField: false, isRespelled: false, lie: null, random: () => 0.5 };
/** The business hours of a run that has some, in UTC. */
const OPENS = 9 * HOUR;
const CLOSES = 17 * HOUR;
let accounts = 0;

/**
 * One random history of callers against a provider's trigger in n8n's own poll context; throws where the rule of
 * docs/missed-not-returned.md is broken. Nothing here looks at the node's code.
 */
export async function runUnreturned(
	model: CallerModel,
	nodeClass: NodeClass,
	seed: number,
	tally: UnreturnedTally,
): Promise<void> {
	const run = new UnreturnedRun(model, nodeClass, seed);
	const restore = setClock(
		() => run.now + run.hostSkewMs,
		() => run.now,
	);
	try {
		await run.play(tally);
	} finally {
		restore();
	}
}

class UnreturnedRun {
	now = BEGIN;
	/** How far the clock of n8n's host is ahead. */
	readonly hostSkewMs: number;
	private readonly random: Random;
	private readonly calls: Calls;
	private readonly truth: TrueCall[] = [];
	private readonly engine: Engine;
	private readonly setup: Setup;
	private readonly quirks: Quirks;
	private readonly waitMs: number;
	private readonly hasHours: boolean;
	private readonly returnedBy: string;
	private readonly isPerQueue: boolean;
	private readonly leavesWithheldOut: boolean;
	private readonly polls: number[] = [];
	private requests = 0;
	private found: Error | null = null;

	constructor(
		private readonly model: CallerModel,
		nodeClass: NodeClass,
		private readonly seed: number,
	) {
		const { provider } = model;
		this.random = randomFrom(seed);
		this.waitMs = this.pick(5, 15, 30) * MINUTE;
		this.hasHours = this.random() < 0.3;
		this.returnedBy = this.pick('answered', 'answeredOutbound', 'attemptedOutbound');
		this.setup = this.pick(...model.setups);
		this.isPerQueue = model.namesQueues && this.random() < 0.5;
		this.leavesWithheldOut = seed % 4 === 0;
		this.calls = new Calls(this.pick(0, 0, -20, -3, 3, 20) * MINUTE);
		this.hostSkewMs = this.pick(0, 0, 0, HOUR);
		// Whether calls are listed while they last, where the document leaves it open.
		this.quirks = {
			dayZone: 0,
			lastDayCounts: true,
			orderedByEnd: false,
			coin: this.random() < 0.5,
			salt: Math.floor(this.random() * 4),
		};
		const hours = { days: WEEK, from: '09:00', to: '17:00' };
		const kind = this.random() < 0.5 ? 'durable' : 'in-memory';
		const { parameters, credentials, timezone } = this.setup;
		this.engine = new Engine(
			{
				kind,
				nodeType: new nodeClass(),
				type: provider.type,
				credentials: { [provider.credentialType]: { ...credentials, apiKey: `unreturned ${++accounts}` } },
				timezone: timezone ?? 'UTC',
				budgetMs: kind === 'durable' ? 36 * SECOND : 5 * MINUTE,
				hourly: provider.hourly?.bind(provider),
			},
			{
				...parameters,
				event: 'missedNotReturned',
				output: 'full',
				pollTimes: { item: [{ mode: 'everyMinute' }] },
				startFrom: 'now',
				waitMinutes: this.waitMs / MINUTE,
				returnedBy: this.returnedBy,
				scope: this.isPerQueue ? 'queue' : 'account',
				options: {
					...(parameters.options as object | undefined),
					...(this.hasHours && { businessHours: { hours }, reportTimezone: 'UTC' }),
					withheldCallers: this.leavesWithheldOut ? 'leaveOut' : 'eachCall',
				},
			},
			{
				now: () => this.now,
				send: async (request) => {
					this.now += 200;
					this.requests++;
					const rows = this.calls.rows(this.now);
					return await Promise.resolve(model.answer(request, rows, this.setup, this.quirks, AS_IT_IS));
				},
				emitted: (items) => {
					try {
						items.forEach((item) => this.judge(item));
					} catch (error) {
						// n8n takes it for an error of its own and goes on.
						this.found ??= error as Error;
					}
				},
			},
		);
	}

	async play(tally: UnreturnedTally): Promise<void> {
		this.makeCalls();
		this.goOn();
		this.correct();
		await this.engine.start('activate');
		this.now += MINUTE;
		await this.poll();
		const last = Math.max(...this.truth.map(({ finishedShows }) => finishedShows));
		while (this.now < last) {
			const chance = this.random();
			this.now += chance < 0.01 ? 9 * HOUR : chance < 0.03 ? HOUR : MINUTE;
			if (chance > 0.985) {
				this.engine.stop();
				await this.engine.start('init');
			}
			await this.poll(chance > 0.97 && chance < 0.98);
		}
		for (const end = this.now + DAY + HOUR; this.now < end; this.now += 5 * MINUTE) await this.poll();
		this.settle(tally);
	}

	private async poll(dies = false): Promise<void> {
		this.requests = 0;
		const { error } = await this.engine.tick(dies ? 'before emitting' : undefined);
		if (this.requests > (this.model.requests ?? Infinity)) throw this.broken(`a poll of ${this.requests} requests`);
		if (this.engine.askedTooOften) throw this.broken('the queues were asked for twice in an hour');
		this.polls.push(this.now);
		if (this.found !== null) throw this.found;
		if (error !== null) throw this.broken(`a poll failed: ${error.stack}`);
		if (!this.engine.isRunning) await this.engine.start('init');
	}

	private makeCalls(): void {
		const span = this.pick(3, 12) * HOUR;
		const listsLive = this.model.listsLive(this.setup, this.quirks);
		const starts = new Set<number>();
		for (let mark = 1; mark <= 40; mark++) {
			let startedAt = this.second(BEGIN + 2 * HOUR + this.random() * span);
			// Calls are told apart by their starts.
			while (starts.has(startedAt)) startedAt += SECOND;
			starts.add(startedAt);
			const endedAt = this.second(startedAt + (10 + this.random() * 170) * SECOND);
			// Most show at once; some up to three hours late, so that a return shows before the call it returns.
			const late = this.random() < 0.8 ? this.random() * 20 * SECOND : this.random() ** 3 * 3 * HOUR;
			const outbound = this.random() < 0.3;
			const answered = this.random() < (outbound ? 0.6 : 0.25);
			const finishedShows = this.second(endedAt + late);
			this.truth.push({
				mark,
				startedAt,
				endedAt,
				finishedShows,
				liveShows: listsLive && this.random() < 0.5 ? startedAt : Infinity,
				answered,
				place: this.random() < 0.6 ? 'Sales' : 'Support',
				odd: null,
				deletedAt: Infinity,
				caller: this.random() < 0.1 ? null : Math.floor(this.random() * this.model.numbers.length),
				outbound,
				isDirect: this.model.namesQueues && answered && this.random() < 0.3,
				givenAt: null,
			});
		}
		this.calls.all.push(...this.truth);
	}

	/** Some callers whom a queue has given up go on to the other one, within two seconds. */
	private goOn(): void {
		const starts = new Set(this.truth.map(({ startedAt }) => startedAt));
		for (const call of [...this.truth]) {
			const startedAt = (call.endedAt ?? 0) + this.pick(0, SECOND, 2 * SECOND);
			const isCaller = call.caller !== null && !call.outbound && !call.answered;
			if (!isCaller || starts.has(startedAt) || this.random() >= 0.15) continue;
			starts.add(startedAt);
			const endedAt = this.second(startedAt + (10 + this.random() * 100) * SECOND);
			this.truth.push({
				...call,
				mark: this.truth.length + 1,
				startedAt,
				endedAt,
				finishedShows: Math.max(call.finishedShows, endedAt + 5 * SECOND),
				liveShows: Infinity,
				answered: this.random() < 0.5,
				place: call.place === 'Sales' ? 'Support' : 'Sales',
			});
			this.calls.all.push(this.truth[this.truth.length - 1]);
		}
	}

	/** Of some missed calls the record says later that they were answered. */
	private correct(): void {
		for (const call of this.truth) {
			if (call.outbound || call.answered || this.random() >= 0.1) continue;
			const at = this.second(call.finishedShows + (30 + this.random() * 570) * SECOND);
			call.edited = { what: 'outcome', at, laterMs: 0 };
		}
	}

	/** What an item may be at the moment it is given. */
	private judge(item: IDataObject): void {
		const attempts = (item.attempts as Array<{ startedAt: string }>).map(({ startedAt }) => {
			const at = Date.parse(startedAt) - this.calls.skewMs;
			const call = this.truth.find((one) => one.startedAt === at);
			if (call === undefined) throw this.broken(`a call that there is not: ${JSON.stringify(item)}`);
			return call;
		});
		const [first] = attempts;
		const what = `${attempts.map(describe).join(', ')}, given ${stamp(this.now)}`;
		if (attempts.some((call) => !this.isOneWait(call, first)) || (first.caller === null && attempts.length > 1))
			throw this.broken(`calls of several callers in one item: ${what}`);
		if (this.leavesWithheldOut && first.caller === null) throw this.broken(`a withheld caller: ${what}`);
		for (const call of attempts) {
			if (call.outbound || call.answered) throw this.broken(`not a missed call: ${what}`);
			if (call.edited !== undefined && call.edited.at <= this.now - SECOND)
				throw this.broken(`was corrected at ${stamp(call.edited.at)}: ${what}`);
			if (call.givenAt !== null) throw this.broken(`given twice: ${what}`);
			const earlier = this.givenTo(call).find((at) => this.surelyCovers(at, call));
			if (earlier !== undefined) throw this.broken(`belongs to the item of ${stamp(earlier)}: ${what}`);
			// Up to a minute after the wait a return may show; one that shows in this very poll may be missed.
			const shown = this.returnsOf(call).find((other) => answerShows(other) <= this.now - SECOND);
			if (shown !== undefined) throw this.broken(`was reached by ${describe(shown)}: ${what}`);
		}
		for (const call of attempts) call.givenAt = this.now;
		// The wait goes by the provider's clock.
		const [from, to] = [Math.min(...attempts.map((call) => call.endedAt ?? 0)), this.now].map(
			(at) => at + this.calls.skewMs,
		);
		// A host that is fast may end it early by what no record shows.
		const earlyMs = this.hostSkewMs;
		if (this.openMs(from, to + earlyMs) < this.waitMs + (this.hasHours ? 0 : MINUTE))
			throw this.broken(`before the wait was over: ${what}`);
		const live = this.truth.find((call) => this.isOnThePhone(call, first));
		if (live !== undefined) throw this.broken(`who is on the phone in ${describe(live)}: ${what}`);
		const others = this.truth.filter((call) => call.caller !== null && this.isOneWait(call, first));
		// What shows within the last two minutes may still wait for its legs.
		const left = others.filter((call) => this.isWaiting(call) && !attempts.includes(call));
		if (left.length > 0) throw this.broken(`without ${left.map(describe).join(', ')}: ${what}`);
	}

	/** Whether a missed call has shown, and neither a return nor an item. */
	private isWaiting(call: TrueCall): boolean {
		if (call.outbound || call.answered || call.givenAt !== null) return false;
		const given = this.givenTo(call);
		const isCovered = given.some((at) => at > (call.endedAt ?? 0) && at < this.now);
		const isShown = call.finishedShows <= this.now - 12 * HOUR || this.isSettled(call);
		const isCorrected = (call.edited?.at ?? Infinity) <= this.now;
		const isReturned = this.returnsOf(call).some((other) => answerShows(other) <= this.now);
		return isShown && !isCovered && !isCorrected && !isReturned;
	}

	/** Whether calls of one caller belong together: with the scope of a queue, only those that the queue missed. */
	private isOneWait(a: TrueCall, b: TrueCall): boolean {
		return a.caller === b.caller && (!this.isPerQueue || a.place === b.place);
	}

	/** Whether a call of the same caller is listed that goes on; what shows in this very poll may be missed. */
	private isOnThePhone(call: TrueCall, { caller }: TrueCall): boolean {
		const isListed = call.liveShows <= this.now - SECOND && call.finishedShows > this.now;
		return call.caller !== null && call.caller === caller && isListed;
	}

	/** Whether an item came so long after the end of a missed call that no clock can tell it from one of before. */
	private surelyCovers(at: number, { endedAt }: TrueCall): boolean {
		return at > (endedAt ?? 0) + CLOCKS_APART + Math.abs(this.calls.skewMs);
	}

	/** A call counts at the second poll that lists it, a minute apart. */
	private isSettled({ finishedShows }: TrueCall): boolean {
		const first = this.polls.find((at) => at > finishedShows + SECOND);
		return first !== undefined && this.polls.some((at) => at >= first + MINUTE + SECOND);
	}

	/** Calls that reach the caller after a missed call, by the choice of the user. */
	private returnsOf(missed: TrueCall): TrueCall[] {
		return this.truth.filter((call) => {
			if (call === missed || call.caller === null || call.caller !== missed.caller) return false;
			const isLater = (call.endedAt ?? 0) > (missed.endedAt ?? 0);
			if (call.outbound) return isLater && (call.answered || this.returnedBy === 'attemptedOutbound');
			if (answerShows(call) === Infinity || this.returnedBy === 'answeredOutbound') return false;
			const isThere = !this.isPerQueue || (!call.isDirect && call.place === missed.place);
			// The missed call itself, which went on.
			const isSame = call.startedAt >= missed.startedAt && call.startedAt <= (missed.endedAt ?? 0) + 2 * SECOND;
			return isLater && (isThere || isSame);
		});
	}

	/** What must have come in the end. */
	private settle(tally: UnreturnedTally): void {
		const missed = this.truth.filter(({ outbound, answered }) => !outbound && !answered);
		tally.missed += missed.length;
		tally.items += new Set(
			missed.flatMap(({ givenAt, caller, place, mark }) =>
				givenAt === null ? [] : [`${givenAt} ${caller ?? mark} ${this.isPerQueue ? place : ''}`],
			),
		).size;
		tally.attempts += missed.filter(({ givenAt }) => givenAt !== null).length;
		for (const call of missed) {
			if (call.givenAt !== null || (this.leavesWithheldOut && call.caller === null)) continue;
			const isCovered = this.givenTo(call).some((at) => at > (call.endedAt ?? 0));
			const isSettled = isCovered || call.edited !== undefined || this.returnsOf(call).length > 0;
			if (!isSettled) throw this.broken(`never given: ${describe(call)}`);
		}
	}

	/** When items of the caller came that a missed call of the same wait could belong to. */
	private givenTo(missed: TrueCall): number[] {
		if (missed.caller === null) return [];
		return this.truth.flatMap((call) => (this.isOneWait(call, missed) && call.givenAt !== null ? [call.givenAt] : []));
	}

	/** Minute by minute, how long the business was open. */
	private openMs(from: number, to: number): number {
		if (!this.hasHours) return to - from;
		let open = 0;
		for (let at = from; at < to; at += 10 * SECOND) if (this.isOpen(at)) open += 10 * SECOND;
		return open;
	}

	private isOpen(at: number): boolean {
		return at % DAY >= OPENS && at % DAY < CLOSES;
	}

	private broken(what: string): Error {
		const setting = {
			setup: this.setup.name,
			wait: this.waitMs / MINUTE,
			hours: this.hasHours,
			returnedBy: this.returnedBy,
			leavesWithheldOut: this.leavesWithheldOut,
			isPerQueue: this.isPerQueue,
			skewMinutes: this.calls.skewMs / MINUTE,
			hostMinutes: this.hostSkewMs / MINUTE,
		};
		return new Error(`seed ${this.seed}, ${JSON.stringify(setting)}: ${what}`);
	}

	private pick<T>(...of: T[]): T {
		return of[Math.floor(this.random() * of.length)];
	}

	private second(at: number): number {
		return Math.floor(at / SECOND) * SECOND;
	}
}

/** How far clocks may be apart: a quiet spell does not reveal what time it is at the provider. */
const CLOCKS_APART = 25 * MINUTE;
const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** When a record first says that a call was answered; Infinity if it never does. An attempt to call out shows as it is. */
function answerShows({ answered, outbound, edited, finishedShows }: TrueCall): number {
	return answered || outbound ? finishedShows : (edited?.at ?? Infinity);
}

function stamp(at: number): string {
	return new Date(at).toISOString().slice(5, 19).replace('T', ' ');
}

function describe(call: TrueCall): string {
	const course = `${call.outbound ? 'to' : 'from'} ${call.caller}, ${call.answered ? 'answered' : 'missed'}`;
	const corrected = call.edited === undefined ? '' : `, corrected ${stamp(call.edited.at)}`;
	return `call ${call.mark} (${course}${corrected}, ended ${stamp(call.endedAt ?? 0)}, shows ${stamp(call.finishedShows)})`;
}
