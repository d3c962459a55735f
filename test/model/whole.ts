import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { setClock } from '../../harness/clock';
import { randomFrom, type Random } from '../../simulator/world/random';
import { Calls, DAY, HOUR, MINUTE, SECOND, type Call } from './calls';
import { Engine } from './engine';
import type { ModelProvider, NodeClass, Quirks, Setup } from './provider';
import { providers } from './providers';

/** A provider's list whose records are legs of calls. */
export interface LinkedList {
	readonly provider: ModelProvider;
	readonly setup: Setup;
	/** Whether a record stands for the call itself; without one, an answered leg shows how the call went. */
	readonly hasRoots: boolean;
	/** How much older than the look-back a record has to be for the trigger to call it old. */
	readonly slackMs: number;
}

/** Every list that the triggers can give whole calls from. */
export const linkedLists: readonly LinkedList[] = providers.map((provider) => {
	const setup = provider.setups.find(({ parameters }) => parameters.itemPer === 'leg');
	if (setup === undefined) throw new Error(`${provider.name} has no setup with one item per leg`);
	return { provider, setup, hasRoots: provider.name !== 'VoIPcloud', slackMs: provider.lookbackMoreMs ?? 0 };
});

/** The result of a run. */
export interface Tally {
	calls: number;
	legs: number;
	withoutRoot: number;
	/** Emitted before all of their legs had shown. */
	partial: number;
}

/** A call with its records, and what the trigger gave of it. */
interface TrueCall {
	readonly root: Call;
	/** All records that a list ever shows. */
	readonly listed: Call[];
	/** Whether a leg may go on for another day when the first leg has lasted one. */
	readonly isOvernight: boolean;
	readonly given: Array<{ readonly at: number; readonly item: IDataObject }>;
}

const BEGIN = Date.parse('2026-11-02T06:00:00Z');
/** The provider keeps to its document. */
const AS_IT_IS = { isRenamed: false, hasNewField: false, isRespelled: false, lie: null, random: () => 0.5 };
let accounts = 0;

/**
 * One random history of calls with legs, against the node in n8n's own poll context; throws where a promise is broken.
 * It knows the calls because it has made them itself: nothing here looks at the node's code.
 */
export async function runWholeCalls(list: LinkedList, nodeClass: NodeClass, seed: number, tally: Tally): Promise<void> {
	const run = new WholeRun(list, nodeClass, seed);
	const restore = setClock(
		() => run.hostNow,
		() => run.now,
	);
	try {
		await run.play(tally);
	} finally {
		restore();
	}
}

class WholeRun {
	now = BEGIN;
	private hostSkewMs: number;
	private readonly random: Random;
	private readonly calls: Calls;
	private readonly truth: TrueCall[] = [];
	private readonly byMark = new Map<number, TrueCall>();
	private readonly lookbackMs: number;
	private readonly graceMs: number;
	private readonly filter: 'none' | 'missed';
	private readonly engine: Engine;
	private readonly quirks: Quirks;
	private mark = 0;
	/** When the host's clock last jumped: a wait may then be shorter than it should be. */
	private jumpedAt = -Infinity;

	constructor(
		private readonly list: LinkedList,
		nodeClass: NodeClass,
		private readonly seed: number,
	) {
		this.random = randomFrom(seed);
		this.lookbackMs = this.pick(MINUTE, 15 * MINUTE, 4 * HOUR, 4 * HOUR, DAY);
		this.graceMs = this.pick(MINUTE, 2 * MINUTE, 5 * MINUTE);
		this.filter = this.pick('none', 'none', 'missed');
		this.hostSkewMs = this.pick(0, 0, 90 * SECOND, -10 * MINUTE);
		this.calls = new Calls(this.pick(0, 0, -90 * SECOND, 10 * MINUTE));
		this.quirks = { dayZone: 0, lastDayCounts: true, orderedByEnd: this.random() < 0.3, coin: false, salt: seed };
		const kind = this.random() < 0.5 ? 'durable' : 'in-memory';
		this.engine = new Engine(
			{
				kind,
				nodeType: new nodeClass(),
				type: list.provider.type,
				credentials: {
					[list.provider.credentialType]: { ...list.setup.credentials, apiKey: `whole ${++accounts}` },
				},
				timezone: 'UTC',
				budgetMs: kind === 'durable' ? 36 * SECOND : 5 * MINUTE,
				hourly: list.provider.hourly?.bind(list.provider),
			},
			this.parameters(),
			{
				now: () => this.now,
				send: async (request) => {
					this.now += 200;
					return await Promise.resolve(
						list.provider.answer(
							request,
							this.calls.rows(this.now),
							{ ...list.setup, timezone: 'UTC' },
							this.quirks,
							AS_IT_IS,
						),
					);
				},
				emitted: (items) => this.emitted(items),
			},
		);
	}

	get hostNow(): number {
		return this.now + this.hostSkewMs;
	}

	async play(tally: Tally): Promise<void> {
		this.makeCalls();
		await this.start('activate');
		// The durable engine keeps the state of the second poll first.
		this.now += MINUTE;
		await this.poll();
		const last = Math.max(...this.calls.all.map(({ finishedShows }) => finishedShows));
		while (this.now < last) await this.step();
		// Nothing goes wrong any more; a call without a first leg is certain a day after it began, and more than that here.
		for (const end = this.now + 3 * DAY; this.now < end;) {
			this.now += HOUR;
			await this.poll();
		}
		for (const call of this.truth) this.judge(call, tally);
	}

	private async step(): Promise<void> {
		this.now += this.pick(MINUTE, MINUTE, MINUTE, 3 * MINUTE, 10 * MINUTE, 10 * MINUTE, HOUR, 3 * HOUR);
		const chance = this.random();
		if (chance < 0.01) this.now += DAY;
		else if (chance < 0.03) {
			this.hostSkewMs += this.pick(-10 * MINUTE, 10 * MINUTE);
			this.jumpedAt = this.now;
		} else if (chance < 0.05) await this.restart();
		else if (chance < 0.07) this.deleteOneRecord();
		await this.poll(chance > 0.98);
	}

	private async restart(): Promise<void> {
		this.engine.stop();
		this.now += this.pick(0, HOUR);
		await this.start('init');
	}

	private async start(mode: 'activate' | 'init'): Promise<void> {
		this.allow((await this.engine.start(mode))?.error ?? null);
	}

	/** A poll may have to wait for its turn; any other error is a failure. */
	private allow(error: Error | null): void {
		const cause = (error as { failure?: { cause?: string } } | null)?.failure?.cause;
		if (error !== null && cause !== 'rate-limited') throw this.broken(`a poll failed: ${error.stack}`);
	}

	private async poll(dies = false): Promise<void> {
		const { error } = await this.engine.tick(dies ? 'before emitting' : undefined);
		this.allow(error);
		if (this.engine.askedTooOften) throw this.broken('the queues were asked for twice in an hour');
		if (!this.engine.isRunning) await this.start('init');
	}

	/** A record of a call that was given is deleted: perhaps the one that stands for it. */
	private deleteOneRecord(): void {
		// Of a call whose first leg is gone a leg that ends a day later is one of its own: that is not promised.
		const given = this.truth.filter((call) => call.given.length > 0 && !call.isOvernight);
		if (given.length === 0) return;
		const { listed } = this.pick(...given);
		this.pick(...listed).deletedAt = this.now;
	}

	private parameters(): INodeParameters {
		const { parameters } = this.list.setup;
		return {
			...parameters,
			output: 'full',
			itemPer: 'call',
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			startFrom: 'now',
			filters: this.filter === 'missed' ? { outcome: ['missed'] } : {},
			options: {
				timezone: 'UTC',
				lookbackMinutes: this.lookbackMs / MINUTE,
				graceSeconds: this.graceMs / SECOND,
				maxItemsPerPoll: this.pick(3, 1000, 1000),
			},
		};
	}

	private makeCalls(): void {
		const span = this.pick(6 * HOUR, 2 * DAY);
		const longest = this.pick(5 * MINUTE, 2 * HOUR, DAY - MINUTE);
		const isPrompt = this.random() < 0.4;
		// Calls of up to a day with legs that outlast them by as much: the first leg is long gone when the last one shows.
		const areOvernight = this.list.hasRoots && this.random() < 0.2;
		for (let i = 0; i < 14; i++) {
			const startedAt = this.second(BEGIN + HOUR + this.random() * span);
			const lasts = areOvernight ? this.random() ** 0.5 * (DAY - MINUTE) : this.random() ** 3 * longest;
			const endedAt = this.second(startedAt + lasts);
			const hasRoot = this.list.hasRoots && this.random() > 0.08;
			const count = Math.floor(this.random() * 6) + (hasRoot ? 0 : 1);
			const tellsChildren = this.random() < 0.3;
			const isAnswered = this.random() < 0.5;
			const root = this.record(startedAt, endedAt, isPrompt, false, {
				root: null,
				...(tellsChildren && count > 0 && { children: count }),
			});
			const isOvernight = areOvernight && hasRoot;
			const call: TrueCall = { root, listed: hasRoot ? [root] : [], isOvernight, given: [] };
			for (let leg = 0; leg < count; leg++) {
				const from = this.second(startedAt + this.random() * (endedAt - startedAt));
				// Some go on when the first leg has ended: a transfer.
				const outlasts = this.random() < (isOvernight ? 0.5 : 0.15);
				const until = outlasts
					? Math.min(endedAt + this.random() * (isOvernight ? DAY : 3 * HOUR), (isOvernight ? from : startedAt) + DAY)
					: from + this.random() * (endedAt - from);
				const takes = isAnswered && leg === 0;
				call.listed.push(this.record(from, this.second(until), isPrompt, takes, { root }));
			}
			this.calls.all.push(...call.listed);
			this.truth.push(call);
			this.byMark.set(root.mark, call);
		}
	}

	private record(startedAt: number, endedAt: number, isPrompt: boolean, answered: boolean, leg: Call['leg']): Call {
		const share = isPrompt ? 0 : this.pick(0, 0, 0.02, 0.5, 1) * this.random();
		const late = isPrompt ? this.random() * 40 * SECOND : this.lookbackMs * share;
		return {
			mark: ++this.mark,
			startedAt,
			endedAt,
			finishedShows: endedAt + Math.floor(Math.min(late, this.lookbackMs) / SECOND) * SECOND,
			liveShows: Infinity,
			answered,
			place: 'Sales',
			odd: null,
			deletedAt: Infinity,
			leg,
		};
	}

	private emitted(items: IDataObject[]): void {
		for (const item of items) {
			const call = this.byMark.get(this.list.provider.mark(item));
			if (call === undefined) throw this.broken(`an item of no call: ${JSON.stringify(item)}`);
			call.given.push({ at: this.now, item });
			this.judgeItem(call, item);
		}
	}

	/** What an item may be at the moment it is given. */
	private judgeItem(call: TrueCall, item: IDataObject): void {
		const shown = call.listed.filter(
			({ finishedShows, deletedAt }) => finishedShows <= this.now && deletedAt > this.now,
		);
		const what = `${describe(call)}, given ${stamp(this.now)}`;
		const legs = item.legs as IDataObject[];
		// Those of the last request: what shows between two of one poll may be in neither.
		const sure = shown.filter(({ finishedShows }) => finishedShows <= this.now - SECOND);
		if (legs.length > shown.length || legs.length < sure.length)
			throw this.broken(`${legs.length} of ${shown.length} legs: ${what}`);
		const isAnswered = sure.some(({ answered }) => answered);
		if (isAnswered !== (item.outcome === 'answered') && shown.length === sure.length)
			throw this.broken(`told as ${item.outcome as string}: ${what}`);
		// Every provider's id of a call ends with what distinguishes its root from others.
		const isNamed = (item.id as string).endsWith(String(call.root.mark));
		if (item.id !== item.callId || !isNamed) throw this.broken(`an id that is not the call's: ${what}`);
		const root = shown.find(({ leg }) => leg?.root === null);
		const lastShown = Math.max(...shown.map(({ finishedShows }) => finishedShows));
		const waited = this.now - lastShown;
		const firstStart = Math.min(...shown.map(({ startedAt }) => startedAt));
		const newest = this.newestEnd();
		const hasJumped = this.jumpedAt >= lastShown;
		const hasWaited = waited >= this.graceMs - SECOND || hasJumped;
		const isOld =
			root !== undefined && (root.endedAt ?? 0) <= newest - Math.max(this.lookbackMs + this.list.slackMs, this.graceMs);
		const isCounted = root?.leg?.children !== undefined && shown.length - 1 === root.leg.children;
		const isConcluded = !this.list.hasRoots && isAnswered && hasWaited;
		const isADayLater = newest >= firstStart + DAY || waited >= DAY - (hasJumped ? HOUR : MINUTE);
		const isComplete = root === undefined ? isADayLater || isConcluded : hasWaited || isOld || isCounted;
		if (!isComplete) throw this.broken(`given before more of it could show: ${what}`);
	}

	/** The latest end that any list has shown by now. */
	private newestEnd(): number {
		const ends = this.calls.all
			.filter(({ finishedShows }) => finishedShows <= this.now)
			.map(({ endedAt }) => endedAt ?? 0);
		return Math.max(...ends);
	}

	/** What must have come of a call in the end. */
	private judge(call: TrueCall, tally: Tally): void {
		tally.calls++;
		tally.legs += call.listed.length;
		if (!call.listed.includes(call.root)) tally.withoutRoot++;
		const [first] = call.given;
		if (call.given.length > 1)
			throw this.broken(
				`given ${call.given.length} times, ${call.given.map(({ at }) => stamp(at)).join(' ')}: ${describe(call)}`,
			);
		if (first === undefined) {
			const isAnswered = call.listed.some(({ answered }) => answered);
			const isDeleted = call.listed.some(({ deletedAt }) => deletedAt < Infinity);
			if (call.listed.length === 0 || isDeleted || (this.filter === 'missed' && isAnswered)) return;
			throw this.broken(`never given: ${describe(call)}`);
		}
		if ((first.item.legs as IDataObject[]).length < call.listed.length) tally.partial++;
	}

	private broken(what: string): Error {
		const { lookbackMs, graceMs, filter, hostSkewMs, calls } = this;
		const setting = { lookbackMs, graceMs, filter, hostSkewMs, providerSkewMs: calls.skewMs };
		return new Error(`${this.list.provider.name}, seed ${this.seed}, ${JSON.stringify(setting)}: ${what}`);
	}

	private pick<T>(...of: T[]): T {
		return of[Math.floor(this.random() * of.length)];
	}

	private second(at: number): number {
		return Math.floor(at / SECOND) * SECOND;
	}
}

function stamp(at: number): string {
	return new Date(at).toISOString().slice(5, 19).replace('T', ' ');
}

function describe({ root, listed }: TrueCall): string {
	const legs = listed.map((leg) => {
		const name = leg.leg?.root === null ? 'root' : leg.answered ? 'answered' : 'missed';
		return `${name} ${stamp(leg.startedAt)} to ${stamp(leg.endedAt ?? 0)} shows ${stamp(leg.finishedShows)}`;
	});
	return `call ${root.mark} (${legs.join('; ')})`;
}
