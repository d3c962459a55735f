import type { IDataObject } from 'n8n-workflow';

import { randomFrom, type Random } from '../../simulator/random';
import { Calls, DAY, HOUR, MINUTE, SECOND, type Call } from './calls';
import { Engine } from './engine';
import type { ModelProvider, NodeClass } from './provider';
import { voipStudioModel } from './voipstudio';

/** What a run came to. */
export interface UnreturnedTally {
	missed: number;
	items: number;
	attempts: number;
}

/** A call of a caller as it truly was. */
interface TrueCall extends Call {
	readonly caller: number | null;
	readonly outbound: boolean;
	/** When the item holding it came; true time. */
	givenAt: number | null;
}

const BEGIN = Date.parse('2026-11-02T06:00:00Z');
const AS_IT_IS = { isRenamed: false, hasNewField: false, lie: null, random: () => 0.5 };
const QUIRKS = { dayZone: 0, lastDayCounts: true, orderedByEnd: false, coin: false, salt: 0 };
/** Two callers of one tail, in two countries, and some others. The provider tells numbers as E.164 without the plus sign. */
const NUMBERS = ['61491570156', '44491570156', '34600000001', '34600000002', '34600000003'];
/** The business hours of a run that has some, in UTC. */
const OPENS = 9 * HOUR;
const CLOSES = 17 * HOUR;
let accounts = 0;

/**
 * One random history of callers against VoIPstudio's trigger in n8n's own poll context; throws where the rule of
 * docs/missed-not-returned.md is broken. Nothing here looks at the node's code.
 */
export async function runUnreturned(nodeClass: NodeClass, seed: number, tally: UnreturnedTally): Promise<void> {
	const { now } = Date;
	const run = new UnreturnedRun(voipStudioModel, nodeClass, seed);
	Date.now = () => run.now;
	try {
		await run.play(tally);
	} finally {
		Date.now = now;
	}
}

class UnreturnedRun {
	now = BEGIN;
	private readonly random: Random;
	private readonly calls = new Calls(0);
	private readonly truth: TrueCall[] = [];
	private readonly engine: Engine;
	private readonly waitMs: number;
	private readonly hasHours: boolean;
	private readonly returnedBy: string;
	private readonly polls: number[] = [];
	private found: Error | null = null;

	constructor(
		provider: ModelProvider,
		nodeClass: NodeClass,
		private readonly seed: number,
	) {
		this.random = randomFrom(seed);
		this.waitMs = this.pick(5, 15, 30) * MINUTE;
		this.hasHours = this.random() < 0.3;
		this.returnedBy = this.pick('answered', 'answeredOutbound', 'attemptedOutbound');
		const hours = { days: WEEK, from: '09:00', to: '17:00', zone: 'UTC' };
		const kind = this.random() < 0.5 ? 'durable' : 'in-memory';
		const [setup] = provider.setups;
		this.engine = new Engine(
			{
				kind,
				nodeType: new nodeClass(),
				type: provider.type,
				credentials: { [provider.credentialType]: { ...setup.credentials, apiKey: `unreturned ${++accounts}` } },
				timezone: 'UTC',
				budgetMs: kind === 'durable' ? 36 * SECOND : 5 * MINUTE,
				hourly: provider.hourly?.bind(provider),
			},
			{
				...setup.parameters,
				event: 'missedNotReturned',
				pollTimes: { item: [{ mode: 'everyMinute' }] },
				startFrom: 'now',
				waitMinutes: this.waitMs / MINUTE,
				returnedBy: this.returnedBy,
				options: { ...(this.hasHours && { businessHours: { hours } }) },
			},
			{
				now: () => this.now,
				send: async (request) => {
					this.now += 200;
					const answer = provider.answer(request, this.calls.rows(this.now), setup, QUIRKS, AS_IT_IS);
					const { data } = answer.body as { data: IDataObject[] };
					for (const row of data) this.tell(row);
					return await Promise.resolve(answer);
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
		const { error } = await this.engine.tick(dies ? 'before emitting' : undefined);
		this.polls.push(this.now);
		if (this.found !== null) throw this.found;
		if (error !== null) throw this.broken(`a poll failed: ${error.stack}`);
		if (!this.engine.isRunning) await this.engine.start('init');
	}

	private makeCalls(): void {
		const span = this.pick(3, 12) * HOUR;
		for (let mark = 1; mark <= 40; mark++) {
			const startedAt = this.second(BEGIN + HOUR + this.random() * span);
			const endedAt = this.second(startedAt + (10 + this.random() * 170) * SECOND);
			// Most show at once; some up to three hours late, so that a return shows before the call it returns.
			const late = this.random() < 0.8 ? this.random() * 20 * SECOND : this.random() ** 3 * 3 * HOUR;
			const outbound = this.random() < 0.3;
			this.truth.push({
				mark,
				startedAt,
				endedAt,
				finishedShows: this.second(endedAt + late),
				liveShows: Infinity,
				answered: this.random() < (outbound ? 0.6 : 0.25),
				place: 'Sales',
				odd: null,
				deletedAt: Infinity,
				caller: this.random() < 0.1 ? null : Math.floor(this.random() * NUMBERS.length),
				outbound,
				givenAt: null,
			});
		}
		this.calls.all.push(...this.truth);
	}

	/** A row of the provider's, with the caller's number. */
	private tell(row: IDataObject): void {
		const call = this.truth.find(({ mark }) => row.live_id === 4_000_000_000 + mark);
		if (call === undefined) throw this.broken('a row of no call');
		const number = call.caller === null ? 'anonymous' : NUMBERS[call.caller];
		const type = call.outbound ? 'O' : call.answered ? 'I' : 'M';
		Object.assign(row, call.outbound ? { type, src: '34910000000', dst: number } : { type, src: number });
	}

	/** What an item may be at the moment it is given. */
	private judge(item: IDataObject): void {
		const attempts = (item.attempts as IDataObject[]).map(({ callId }) => {
			const mark = Number(/live-(\d+)$/.exec(callId as string)?.[1]) - 4_000_000_000;
			return this.truth.find((call) => call.mark === mark) as TrueCall;
		});
		const [first] = attempts;
		const what = `${attempts.map(describe).join(', ')}, given ${stamp(this.now)}`;
		if (new Set(attempts.map(({ caller }) => caller)).size !== 1 || (first.caller === null && attempts.length > 1))
			throw this.broken(`calls of several callers in one item: ${what}`);
		for (const call of attempts) {
			if (call.outbound || call.answered) throw this.broken(`not a missed call: ${what}`);
			if (call.givenAt !== null) throw this.broken(`given twice: ${what}`);
			call.givenAt = this.now;
			// Up to a minute after the wait a return may show; one that shows in this very poll may be missed.
			const shown = this.returnsOf(call).find(({ finishedShows }) => finishedShows <= this.now - SECOND);
			if (shown !== undefined) throw this.broken(`was reached by ${describe(shown)}: ${what}`);
		}
		const earliest = Math.min(...attempts.map((call) => call.endedAt ?? 0));
		if (this.openMs(earliest, this.now) < this.waitMs + (this.hasHours ? 0 : MINUTE))
			throw this.broken(`before the wait was over: ${what}`);
		const others = this.truth.filter((call) => call.caller === first.caller && call.caller !== null);
		// What shows within the last two minutes may still wait for its legs.
		const left = others.filter((call) => this.isWaiting(call) && !attempts.includes(call));
		if (left.length > 0) throw this.broken(`without ${left.map(describe).join(', ')}: ${what}`);
	}

	/** Whether a missed call has shown, and neither a return nor an item. */
	private isWaiting(call: TrueCall): boolean {
		if (call.outbound || call.answered || call.givenAt !== null) return false;
		const given = this.givenTo(call.caller);
		const isCovered = given.some((at) => at > (call.endedAt ?? 0) && at < this.now);
		const isShown = call.finishedShows <= this.now - 12 * HOUR || this.hasRipened(call);
		return isShown && !isCovered && !this.returnsOf(call).some(({ finishedShows }) => finishedShows <= this.now);
	}

	/** A call counts at the second poll that lists it, a minute apart. */
	private hasRipened({ finishedShows }: TrueCall): boolean {
		const first = this.polls.find((at) => at > finishedShows + SECOND);
		return first !== undefined && this.polls.some((at) => at >= first + MINUTE + SECOND);
	}

	/** Calls that reach the caller after a missed call, by the choice of the user. */
	private returnsOf(missed: TrueCall): TrueCall[] {
		return this.truth.filter(
			(call) =>
				call.caller !== null &&
				call.caller === missed.caller &&
				(call.endedAt ?? 0) > (missed.endedAt ?? 0) &&
				(call.outbound ? call.answered || this.returnedBy === 'attemptedOutbound' : call.answered) &&
				(call.outbound || this.returnedBy !== 'answeredOutbound'),
		);
	}

	/** What must have come in the end. */
	private settle(tally: UnreturnedTally): void {
		const missed = this.truth.filter(({ outbound, answered }) => !outbound && !answered);
		tally.missed += missed.length;
		tally.items += new Set(
			missed.flatMap(({ givenAt, caller }) => (givenAt === null ? [] : [`${givenAt} ${caller}`])),
		).size;
		tally.attempts += missed.filter(({ givenAt }) => givenAt !== null).length;
		for (const call of missed) {
			if (call.givenAt !== null) continue;
			const isCovered = this.givenTo(call.caller).some((at) => at > (call.endedAt ?? 0));
			if (!isCovered && this.returnsOf(call).length === 0) throw this.broken(`never given: ${describe(call)}`);
		}
	}

	private givenTo(caller: number | null): number[] {
		if (caller === null) return [];
		return this.truth.flatMap((call) => (call.caller === caller && call.givenAt !== null ? [call.givenAt] : []));
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
		const setting = { wait: this.waitMs / MINUTE, hours: this.hasHours, returnedBy: this.returnedBy };
		return new Error(`seed ${this.seed}, ${JSON.stringify(setting)}: ${what}`);
	}

	private pick<T>(...of: T[]): T {
		return of[Math.floor(this.random() * of.length)];
	}

	private second(at: number): number {
		return Math.floor(at / SECOND) * SECOND;
	}
}

const WEEK = [1, 2, 3, 4, 5, 6, 7];

function stamp(at: number): string {
	return new Date(at).toISOString().slice(5, 19).replace('T', ' ');
}

function describe(call: TrueCall): string {
	const course = `${call.outbound ? 'to' : 'from'} ${call.caller}, ${call.answered ? 'answered' : 'missed'}`;
	return `call ${call.mark} (${course}, ended ${stamp(call.endedAt ?? 0)}, shows ${stamp(call.finishedShows)})`;
}
