import type { IDataObject, IHttpRequestOptions, INodeParameters } from 'n8n-workflow';

import { randomFrom, type Random } from '../../simulator/world/random';
import { Calls, DAY, HOUR, MINUTE, SECOND, type Batch, type Call } from './calls';
import { Engine, type Death, type Poll } from './engine';
import { usual } from './examples';
import { faultyAnswer } from './faults';
import {
	CLOCKS_APART_MS,
	describe,
	Guarantees,
	MOST_REQUESTS,
	stamp,
	type Circumstances,
	type Frame,
	type KeptState,
	type Violation,
} from './guarantees';
import type { Account, HttpAnswer, Lie, ModelProvider, NodeClass, Setup } from './provider';
import { promised, type FaultKind, type Meanwhile, type Scenario, type Step } from './scenario';
import { RunTime } from './time';

/** Just before the clocks change in Europe (25 October) and America (1 November), so that runs cross it. */
const BEGIN = Date.parse('2026-10-24T18:00:00Z');
/**
 * They push the rows towards the end while these are read. Fewer than half of the smallest page that may have been cut (10 here,
 * 100 in truth): as many would make the next page look like the first one.
 */
const NEW_CALLS: Batch = { ...usual, count: 4 };
/** Runs of one process share the node's pacing by account: each run is an account of its own. */
let accounts = 0;

/** Runs a scenario and checks every guarantee; throws a Violation. */
export async function runScenario(provider: ModelProvider, nodeClass: NodeClass, scenario: Scenario): Promise<void> {
	const run = new Run(provider, nodeClass, scenario);
	await run.time.during(async () => await run.play());
}

class Run implements Circumstances {
	private readonly guarantees = new Guarantees(this);
	readonly time = new RunTime(
		() => this.hostNow,
		(hostNow) => (this.now = Math.max(this.now, hostNow - this.hostSkewMs)),
		() => this.now,
	);
	now: number;
	hostSkewMs: number;
	readonly setup: Setup;
	readonly calls: Calls;
	readonly engine: Engine;
	private readonly credentials: IDataObject;
	private readonly random: Random;
	readonly story: string[] = [];
	private readonly frames: Frame[] = [];
	readonly sentAt: number[] = [];
	maxItems: number;
	private latencyMs: number;
	lie: Lie | null = null;
	private isRenamed = false;
	private hasNewField = false;
	private isRespelled = false;
	/** The zone that the user has chosen by mistake. */
	wrongZone: string | null;
	/** By the clock of the records: what a wrong zone had settled by the time it was corrected. */
	settledUntil = -Infinity;
	private isWrongFromStart: boolean;

	/** Where the present line of states begins. */
	from = NaN;
	readonly startDate: number;
	primedAt: number | null = null;
	firstPollAt: number | null = null;
	/** Found while n8n's code was running, which would take it for an error of the node. */
	private found: Violation | null = null;

	constructor(
		readonly provider: ModelProvider,
		nodeClass: NodeClass,
		readonly scenario: Scenario,
	) {
		// Nobody publishes a workflow at a full second.
		this.now = BEGIN + (scenario.salt % SECOND);
		this.setup = provider.setups[scenario.setup];
		this.wrongZone = scenario.startZone === null ? null : (provider.zones?.[scenario.startZone] ?? null);
		this.isWrongFromStart = this.wrongZone !== null;
		this.calls = new Calls(scenario.providerSkewMs);
		this.hostSkewMs = scenario.hostSkewMs;
		this.maxItems = scenario.maxItems;
		this.latencyMs = scenario.latencyMs;
		this.random = randomFrom(scenario.salt);
		this.startDate = this.hostNow - (scenario.startFrom.kind === 'now' ? 0 : scenario.startFrom.hours) * HOUR;
		this.credentials = { ...this.setup.credentials, apiKey: `key ${++accounts}` };
		const isDurable = scenario.engine === 'durable';
		this.engine = new Engine(
			{
				kind: scenario.engine,
				nodeType: new nodeClass(),
				type: provider.type,
				credentials: { [provider.credentialType]: this.credentials },
				timezone: this.setup.timezone,
				budgetMs: isDurable ? 36 * SECOND : scenario.oldN8n ? undefined : 5 * MINUTE,
				hourly: provider.hourly?.bind(provider),
			},
			this.parameters(),
			{
				now: () => this.now,
				send: async (request) => await this.send(request),
				emitted: (items) => {
					try {
						this.guarantees.emitted(items, this.frames[this.frames.length - 1]);
					} catch (error) {
						this.found ??= error as Violation;
						throw error;
					}
				},
			},
		);
		const { engine, lookbackMinutes, startFrom, filter, providerSkewMs, hostSkewMs } = scenario;
		this.tell(
			`${provider.name}, ${this.setup.name}, ${engine} engine, start from ${JSON.stringify(startFrom)}, look-back ${lookbackMinutes} min, ` +
				`at most ${this.maxItems} items, filter ${filter}, provider's clock ${providerSkewMs / SECOND} s, host's ${hostSkewMs / SECOND} s, ${JSON.stringify(scenario.quirks)}`,
		);
	}

	get hostNow(): number {
		return this.now + this.hostSkewMs;
	}

	async play(): Promise<void> {
		for (const batch of this.scenario.history) {
			// The last of them end just before the start, or in the second of it.
			this.calls.add(
				promised(this.scenario, batch),
				this.now - (batch.salt % 2 === 0 ? 12 * HOUR : batch.withinMs + SECOND / 2),
			);
			this.tell(`history: ${JSON.stringify(batch)}`);
		}
		await this.start('activate');
		// It is refused where calls would have ended in the future.
		if (!this.engine.isRunning && this.wrongZone !== null) this.wrongZone = null;
		if (!this.engine.isRunning) await this.start('activate');
		for (const step of this.scenario.steps) {
			switch (step.kind) {
				case 'poll':
					this.now += step.afterMs;
					await this.poll(step.fault, step.meanwhile, step.death);
					break;
				case 'calls':
					this.calls.add(promised(this.scenario, step.batch), this.now);
					this.tell(`calls: ${JSON.stringify(step.batch)}`);
					break;
				case 'restart':
					this.engine.stop();
					this.now += step.downMs;
					await this.start('init', step.fault, step.death);
					break;
				case 'test run':
					await this.testRun();
					break;
				case 'deletions':
					this.delete(step.share);
					break;
				case 'clock of the host':
					this.hostSkewMs += step.byMs;
					this.tell(`the host's clock jumps by ${step.byMs / MINUTE} min`);
					break;
				case 'lie':
					this.lie = step.which === null ? null : (this.provider.lies[step.which % this.provider.lies.length] ?? null);
					this.tell(`the provider ${this.lie === null ? 'is honest' : `lies: ${this.lie}`}`);
					break;
				case 'renames':
					// Nothing is found by its old name any more.
					if (this.scenario.filter === 'place') break;
					this.isRenamed = !this.isRenamed;
					this.tell('queues and users are renamed');
					break;
				case 'new field':
					this.hasNewField = true;
					this.tell('records have a new field');
					break;
				case 'other spelling':
					this.isRespelled = !this.isRespelled;
					this.tell('numbers and times are written in another way');
					break;
				case 'edits':
					this.edit(step);
					break;
				case 'zone':
					await this.chooseZone(step.which);
					break;
				case 'other settings':
					this.maxItems = step.maxItems;
					this.tell(`at most ${step.maxItems} items from now on`);
					await this.start('update');
			}
		}
		await this.drain();
	}

	private edit({ what, laterMs, share }: Extract<Step, { kind: 'edits' }>): void {
		if (!this.provider.edits(this.setup).includes(what)) return;
		const isChosen = (call: Call) => this.guarantees.wasGiven(call) && this.random() < share;
		this.tell(`${this.calls.edit({ what, at: this.now, laterMs }, isChosen)} records are edited: ${what}`);
	}

	/** A user corrects the zone, or changes the right one by mistake, while the trigger runs. */
	private async chooseZone(which: number | null): Promise<void> {
		const { zones } = this.provider;
		const { calls } = (this.engine.isRunning ? this.engine.state : this.engine.savedState) as KeptState;
		if (zones === undefined || (calls === undefined && which !== null)) return;
		if (this.isWrongFromStart && calls !== undefined && calls.floor > calls.from) this.settledUntil = calls.floor;
		this.isWrongFromStart = false;
		this.wrongZone = which === null ? null : zones[which % zones.length];
		this.tell(`the zone is ${this.wrongZone ?? 'the right one'} from now on`);
		await this.start('update');
	}

	// --- the world ---

	private async send(request: IHttpRequestOptions): Promise<HttpAnswer> {
		const frame = this.frames[this.frames.length - 1];
		const index = ++frame.requests;
		if (index > MOST_REQUESTS)
			throw (this.found ??= this.guarantees.violation(
				5,
				`${index} requests in one poll, the last for ${JSON.stringify(request.qs)}`,
			));
		if (frame.meanwhile?.request === index) await this.happen(frame.meanwhile.what, frame);
		const timeoutMs = request.timeout ?? Infinity;
		const fault = frame.fault?.request === index ? frame.fault.kind : null;
		if (fault !== null) frame.struck = fault;
		const latencyMs = fault === 'slow' ? Infinity : Math.round(this.latencyMs * (0.5 + this.random()));
		if (latencyMs >= timeoutMs) {
			this.now += timeoutMs;
			throw Object.assign(new Error('timeout'), { code: 'ECONNABORTED' });
		}
		this.now += Math.floor(latencyMs / 2);
		this.sentAt.push(this.now);
		const answer = this.answer(request, fault);
		this.now += Math.ceil(latencyMs / 2);
		return answer;
	}

	private answer(request: IHttpRequestOptions, fault: FaultKind | null): HttpAnswer {
		const { quirks } = this.scenario;
		const honest = () => this.provider.answer(request, this.calls.rows(this.now), this.setup, quirks, this.account);
		if (fault === null) return honest();
		const bad = Object.values(this.provider.badAnswers);
		const wait = (ms: number) => {
			this.now += ms;
			this.time.checkDeadline(request.abortSignal);
		};
		return faultyAnswer(fault, honest, bad[quirks.salt % bad.length], wait);
	}

	private get account(): Account {
		const { isRenamed, hasNewField, isRespelled, lie, random } = this;
		return { isRenamed, hasNewField, isRespelled, lie, random };
	}

	private async happen(what: Meanwhile, frame: Frame): Promise<void> {
		this.tell(`  during request ${frame.requests}: ${what}`);
		if (what === 'deletion') return this.delete(0.3);
		if (what === 'new calls') return this.calls.add(NEW_CALLS, this.now);
		if (what === 'death') {
			this.engine.stop();
			frame.gone = true;
			throw new Error('n8n is dead');
		}
		if (!this.engine.isRunning || this.frames.length > 1) return;
		try {
			if (what === 'publication') {
				frame.gone = true;
				return await this.start('update');
			}
			frame.overtaken = true;
			await this.poll(null, null, null);
		} catch (error) {
			// The node would take it for a connection that broke.
			this.found ??= error as Violation;
			throw error;
		}
	}

	private delete(share: number): void {
		const twins = new Set<number>();
		const marks = new Set<number>();
		for (const { mark } of this.calls.all) (marks.has(mark) ? twins : marks).add(mark);
		let deleted = 0;
		for (const call of this.calls.all) {
			// Nobody can tell which of two identical rows was deleted.
			if (call.finishedShows > this.now || twins.has(call.mark) || call.deletedAt < Infinity || this.random() >= share)
				continue;
			call.deletedAt = this.now;
			deleted++;
		}
		this.tell(`  ${deleted} rows are deleted`);
	}

	// --- n8n ---

	private parameters(): INodeParameters {
		const { filters } = this.setup;
		const { filter, startFrom, lookbackMinutes } = this.scenario;
		return {
			...this.setup.parameters,
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			startFrom: startFrom.kind,
			...(startFrom.kind === 'hoursAgo' && { hours: startFrom.hours }),
			...(startFrom.kind === 'date' && { startDate: new Date(this.startDate).toISOString() }),
			filters: ((filter === 'answered' && filters.answered) ||
				(filter === 'place' && filters.place?.('Sales')) ||
				{}) as INodeParameters,
			output: 'full',
			options: {
				...(this.setup.parameters.options as object),
				...(this.wrongZone !== null && { timezone: this.wrongZone }),
				lookbackMinutes,
				maxItemsPerPoll: this.maxItems,
			},
		};
	}

	private async start(
		how: 'activate' | 'init' | 'update',
		fault: FaultKind | null = null,
		death: Death | null = null,
	): Promise<void> {
		// Nothing can be published in a process that has died.
		const mode = how === 'update' && !this.engine.isRunning ? 'init' : how;
		this.guarantees.notSaved(this.engine.unsaved);
		this.engine.unsaved = [];
		this.engine.stop();
		if (mode !== 'update') {
			// The pacing of a process ends with it: a new one knows of no requests, as it does of no other account's.
			this.credentials.apiKey = `key ${++accounts}`;
			this.sentAt.length = 0;
		}
		// A zone that is refused when the trigger starts again is corrected.
		if ((this.engine.savedState as KeptState).calls === undefined && how !== 'activate') this.wrongZone = null;
		this.tell(`n8n ${mode === 'init' ? 'starts' : 'publishes the workflow'}`);
		await this.polling(fault === null ? null : { kind: fault, request: 1 }, null, death, true, async () => {
			return await this.engine.start(mode, this.parameters(), death ?? undefined);
		});
	}

	private async poll(
		fault: Frame['fault'],
		meanwhile: Frame['meanwhile'],
		death: Death | null,
	): Promise<Poll | undefined> {
		if (!this.engine.isRunning) {
			await this.start('init');
			const isBehind = this.scenario.providerSkewMs - this.hostSkewMs > CLOCKS_APART_MS;
			if (!this.engine.isRunning && isBehind) return undefined;
			if (!this.engine.isRunning) throw this.guarantees.violation(4, 'n8n cannot be started though nothing is wrong');
		}
		return await this.polling(fault, meanwhile, death, false, async () => await this.engine.tick(death ?? undefined));
	}

	private async polling(
		fault: Frame['fault'],
		meanwhile: Frame['meanwhile'],
		death: Death | null,
		isFirst: boolean,
		poll: () => Promise<Poll | undefined>,
	): Promise<Poll | undefined> {
		const { startFrom } = this.scenario;
		// In-memory, a start reads what the database holds; the live object is made new.
		const before = isFirst ? this.engine.savedState : this.engine.state;
		const hadState = (before as KeptState).calls !== undefined;
		const second = Math.floor(this.hostNow / SECOND) * SECOND;
		const fresh =
			startFrom.kind === 'now'
				? second
				: startFrom.kind === 'date'
					? this.startDate
					: this.hostNow - startFrom.hours * HOUR;
		const frame: Frame = {
			requests: 0,
			struck: null,
			overtaken: false,
			gone: false,
			fault,
			meanwhile,
			from: hadState ? this.from : fresh,
			at: this.now,
			hostNow: this.hostNow,
			isFirst,
		};
		this.firstPollAt ??= this.now;
		const text = JSON.stringify(before);
		const begun = this.now;
		const hadFewRows = this.guarantees.fitsOnePage(before as KeptState);
		const wasShort = this.guarantees.isShort(before as KeptState);
		const isNested = this.frames.length > 0 && !isFirst;
		this.frames.push(frame);
		const result = await poll();
		this.frames.pop();
		if (this.found !== null) throw this.found;
		if (this.engine.askedTooOften) throw this.guarantees.violation(5, 'the queues were asked for twice in an hour');
		if (result === undefined) return undefined;
		this.tell(
			`${isNested ? '  ' : ''}poll: ${result.error === null ? `${result.items?.length ?? 'nothing'}` : `error: ${result.error.message}`}, ` +
				`${frame.requests} requests${frame.struck === null ? '' : `, ${frame.struck}`}${death === null ? '' : `, n8n dies ${death}`}, ` +
				`floor ${stamp((this.engine.state as KeptState).calls?.floor)}`,
		);
		const state = this.engine.state as KeptState;
		// New calls may have filled the page meanwhile, or stand on the next where it is asked for.
		const fewRows =
			hadFewRows &&
			this.guarantees.fitsOnePage(before as KeptState) &&
			this.guarantees.finishedRows(begun) === this.guarantees.finishedRows(this.now);
		// The durable engine takes the state of the poll that overtook; in-memory, the other does nothing.
		const isKept = !frame.overtaken || this.scenario.engine === 'in-memory';
		if (isKept && !hadState && this.engine.isRunning && state.calls !== undefined) this.from = frame.from;
		if (isKept)
			this.guarantees.checkPoll(
				frame,
				result,
				isNested,
				text,
				fewRows,
				wasShort && this.guarantees.isShort(before as KeptState),
			);
		if (this.primedAt === null && (this.engine.savedState as KeptState).calls?.primed === true)
			this.primedAt = this.now;
		return result;
	}

	private async testRun(): Promise<void> {
		const before = JSON.stringify([this.engine.state, this.engine.savedState]);
		this.frames.push({
			requests: 0,
			struck: null,
			overtaken: false,
			gone: false,
			fault: null,
			meanwhile: null,
			from: NaN,
			at: this.now,
			hostNow: this.hostNow,
			isFirst: false,
		});
		const { items, error } = await this.engine.test();
		this.tell(`test run: ${items?.length ?? error?.message}`);
		this.guarantees.checkTestRun(items, this.frames.pop()?.requests ?? 0, before);
	}

	// --- what must have come in the end ---

	/** Lets everything end and show, with nothing going wrong any more, and sees that all was emitted. */
	private async drain(): Promise<void> {
		this.latencyMs = Math.min(this.latencyMs, 400);
		this.hostSkewMs = this.scenario.hostSkewMs;
		if (this.lie !== 'capped' || !this.provider.copesWithCap) this.lie = null;
		if (this.wrongZone !== null) await this.chooseZone(null);
		const last = this.calls.all.reduce(
			(latest, call) => (Number.isFinite(call.finishedShows) ? Math.max(latest, call.finishedShows) : latest),
			this.now,
		);
		this.tell('nothing goes wrong any more');
		while (this.now < last) {
			this.now += Math.min(2 * HOUR, last - this.now);
			await this.poll(null, null, null);
		}
		// What is not owed may be emitted as well, and come first.
		const due = this.calls.all.length;
		const days = (this.now - BEGIN) / DAY + 6;
		// Where answers are cut, a poll gets a few of them further.
		const cuts = this.lie === 'capped' ? due / (this.provider.leastCap ?? Infinity) : 0;
		const most = 6 + due / this.maxItems + days + cuts;
		for (let polls = 0, refusals = 0; this.guarantees.missing().length > 0;) {
			if (polls > most || refusals > 300) {
				const [call] = this.guarantees.missing();
				throw this.guarantees.violation(
					1,
					`after ${polls} more polls ${this.guarantees.missing().length} calls were never emitted, such as ${describe(call)}, from ${stamp(this.from)}`,
				);
			}
			this.now += this.provider.drainEveryMs ?? 3 * MINUTE;
			const poll = await this.poll(null, null, null);
			// The node's own respect for the provider's limit costs time, but nothing else.
			if (poll?.error === null) polls++;
			else refusals++;
			// The small steps have been tested enough.
			if (polls === 6) {
				this.maxItems = 1000;
				await this.start('update');
			}
		}
		this.now += 3 * MINUTE;
		await this.poll(null, null, null);
	}

	private tell(what: string): void {
		this.story.push(`${stamp(this.now)} ${what}`);
	}
}
