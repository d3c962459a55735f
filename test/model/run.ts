import { NodeApiError, type IDataObject, type IHttpRequestOptions, type INodeParameters } from 'n8n-workflow';

import { randomFrom, type Random } from '../../simulator/random';
import { Calls, DAY, HOUR, MINUTE, SECOND, type Batch, type Call } from './calls';
import { Engine, type Death, type Poll } from './engine';
import type { Account, HttpAnswer, Lie, ModelProvider, NodeClass, Setup } from './provider';
import type { FaultKind, Meanwhile, Scenario } from './scenario';

/** The guarantees of the contract, by number. */
export type Guarantee = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A promise that was not kept, with all that happened. */
export class Violation extends Error {
	constructor(
		readonly guarantee: Guarantee,
		readonly what: string,
		story: readonly string[],
	) {
		super(`Guarantee ${guarantee} is not kept: ${what}\n${story.join('\n')}`);
	}
}

/** Just before the clocks change in Europe (25 October) and America (1 November), so that runs cross it. */
const BEGIN = Date.parse('2026-10-24T18:00:00Z');
const RETRY_AFTER_SECONDS = 120;
/** What ends later than so long after now is not over yet, whatever a record says. */
const CLOCKS_APART_MS = 25 * MINUTE;
/** They push the rows towards the end while these are read. */
const NEW_CALLS: Batch = {
	count: 5,
	withinMs: 0,
	latenessMs: 0,
	allSoLate: true,
	longestMs: MINUTE,
	grainMs: SECOND,
	listedLive: false,
	twins: false,
	neverEnds: false,
	odd: null,
	salt: 1,
};
/** More in one poll are a storm, whatever the provider says. */
const MOST_REQUESTS = 300;
/** Runs of one process share the node's pacing by account: each run is an account of its own. */
let accounts = 0;

interface Frame {
	requests: number;
	/** What struck a request of this poll. */
	struck: FaultKind | null;
	overtaken: boolean;
	died: boolean;
	readonly fault: { kind: FaultKind; request: number } | null;
	readonly meanwhile: { what: Meanwhile; request: number } | null;
	/** The start by the settings if this is the first poll, else of the state. */
	readonly from: number;
	readonly hostNow: number;
	readonly isFirst: boolean;
}

/** The state as the package keeps it; only its size, floor and whether it is there are looked at. */
interface KeptState {
	calls?: { floor: number; primed: boolean };
}

/** Runs a scenario and checks every guarantee; throws a Violation. Date.now is this run's clock meanwhile. */
export async function runScenario(provider: ModelProvider, nodeClass: NodeClass, scenario: Scenario): Promise<void> {
	const run = new Run(provider, nodeClass, scenario);
	const { now } = Date;
	// Not by jest.spyOn, which would keep each of the millions of calls.
	Date.now = () => run.hostNow;
	try {
		await run.play();
	} finally {
		Date.now = now;
	}
}

class Run {
	private now = BEGIN;
	private hostSkewMs: number;
	private readonly setup: Setup;
	private readonly calls: Calls;
	private readonly engine: Engine;
	private readonly random: Random;
	private readonly story: string[] = [];
	private readonly frames: Frame[] = [];
	private readonly sentAt: number[] = [];
	private maxItems: number;
	private latencyMs: number;
	private lie: Lie | null = null;
	private isRenamed = false;
	private hasNewField = false;
	/** The zone that the user has chosen by mistake. */
	private wrongZone: string | null = null;

	/** Emissions by id, the ids of each mark, and how often a crash lets an id come again. */
	private readonly emissions = new Map<string, number>();
	private readonly idsOf = new Map<number, Set<string>>();
	private readonly mayRepeat = new Map<string, number>();
	/** Where the present line of states begins. */
	private from = NaN;
	private readonly startDate: number;
	private primedAt: number | null = null;
	private firstPollAt: number | null = null;
	/** Found while n8n's code was running, which would take it for an error of the node. */
	private found: Violation | null = null;

	constructor(
		private readonly provider: ModelProvider,
		nodeClass: NodeClass,
		private readonly scenario: Scenario,
	) {
		this.setup = provider.setups[scenario.setup];
		this.calls = new Calls(scenario.providerSkewMs);
		this.hostSkewMs = scenario.hostSkewMs;
		this.maxItems = scenario.maxItems;
		this.latencyMs = scenario.latencyMs;
		this.random = randomFrom(scenario.salt);
		this.startDate = this.hostNow - (scenario.startFrom.kind === 'now' ? 0 : scenario.startFrom.hours) * HOUR;
		const isDurable = scenario.engine === 'durable';
		this.engine = new Engine(
			{
				kind: scenario.engine,
				nodeType: new nodeClass(),
				type: provider.type,
				credentials: { [provider.credentialType]: { ...this.setup.credentials, apiKey: `key ${++accounts}` } },
				timezone: this.setup.timezone,
				budgetMs: isDurable ? 36 * SECOND : scenario.oldN8n ? undefined : 5 * MINUTE,
			},
			this.parameters(),
			{
				now: () => this.now,
				send: async (request) => await this.send(request),
				emitted: (items) => {
					try {
						this.emitted(items);
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
			this.calls.add(batch, this.now - 12 * HOUR);
			this.tell(`history: ${JSON.stringify(batch)}`);
		}
		await this.start('activate');
		for (const step of this.scenario.steps) {
			switch (step.kind) {
				case 'poll':
					this.now += step.afterMs;
					await this.poll(step.fault, step.meanwhile, step.death);
					break;
				case 'calls':
					this.calls.add(step.batch, this.now);
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
					// By its old name nothing is found any more.
					if (this.scenario.filter === 'place') break;
					this.isRenamed = !this.isRenamed;
					this.tell('queues and users are renamed');
					break;
				case 'new field':
					this.hasNewField = true;
					this.tell('records have a new field');
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

	/** A user corrects the zone, or takes the right one for wrong, while the trigger runs. */
	private async chooseZone(which: number | null): Promise<void> {
		const { zones } = this.provider;
		if (zones === undefined || (this.engine.state as KeptState).calls === undefined) return;
		this.wrongZone = which === null ? null : zones[which % zones.length];
		this.tell(`the zone is ${this.wrongZone ?? 'the right one'} from now on`);
		await this.start('update');
	}

	// --- the world ---

	private async send(request: IHttpRequestOptions): Promise<HttpAnswer> {
		const frame = this.frames[this.frames.length - 1];
		const index = ++frame.requests;
		if (index > MOST_REQUESTS)
			throw (this.found ??= this.violation(
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
		const bad = Object.values(this.provider.badAnswers);
		switch (fault) {
			case '429':
				return { statusCode: 429, headers: {}, body: { code: 429, message: 'Too Many Requests' } };
			case '429 with Retry-After':
				return { statusCode: 429, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) }, body: { code: 429 } };
			case '500':
				return { statusCode: 500, headers: {}, body: { message: 'Internal error' } };
			case 'gateway':
				return { statusCode: 502, headers: {}, body: '<html><h1>502 Bad Gateway</h1></html>' };
			case 'web page':
				return { statusCode: 200, headers: {}, body: '<!doctype html><title>Log in</title>' };
			case 'broken JSON': {
				const whole = JSON.stringify(
					this.provider.answer(request, this.calls.rows(this.now), this.setup, quirks, this.account).body,
				);
				return { statusCode: 200, headers: {}, body: whole.slice(0, whole.length / 2) };
			}
			case 'reset':
				throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
			case 'bad':
				return bad[quirks.salt % bad.length];
			default:
				return this.provider.answer(request, this.calls.rows(this.now), this.setup, quirks, this.account);
		}
	}

	private get account(): Account {
		const { isRenamed, hasNewField, lie, random } = this;
		return { isRenamed, hasNewField, lie, random };
	}

	private async happen(what: Meanwhile, frame: Frame): Promise<void> {
		this.tell(`  during request ${frame.requests}: ${what}`);
		if (what === 'deletion') return this.delete(0.3);
		if (what === 'new calls') return this.calls.add(NEW_CALLS, this.now);
		if (what === 'death') {
			this.engine.stop();
			frame.died = true;
			throw new Error('n8n is dead');
		}
		if (!this.engine.isRunning || this.frames.length > 1) return;
		frame.overtaken = true;
		await this.poll(null, null, null);
	}

	private delete(share: number): void {
		const twins = new Set<number>();
		const marks = new Set<number>();
		for (const { mark } of this.calls.all) (marks.has(mark) ? twins : marks).add(mark);
		let deleted = 0;
		for (const call of this.calls.all) {
			// Which of two rows that are alike was deleted, nobody can tell.
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
			output: 'normalized',
			options: {
				...(this.setup.parameters.options as object),
				...(this.wrongZone !== null && { timezone: this.wrongZone }),
				lookbackMinutes,
				maxItemsPerPoll: this.maxItems,
			},
		};
	}

	private async start(
		mode: 'activate' | 'init' | 'update',
		fault: FaultKind | null = null,
		death: Death | null = null,
	): Promise<void> {
		for (const { id } of this.engine.unsaved)
			this.mayRepeat.set(id as string, (this.mayRepeat.get(id as string) ?? 0) + 1);
		this.engine.unsaved = [];
		this.engine.stop();
		// What a trigger that starts takes for now depends on the zone: here it starts with the right one.
		if ((this.engine.savedState as KeptState).calls === undefined) this.wrongZone = null;
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
			if (!this.engine.isRunning) throw this.violation(4, 'n8n cannot be started though nothing is wrong');
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
			died: false,
			fault,
			meanwhile,
			from: hadState ? this.from : fresh,
			hostNow: this.hostNow,
			isFirst,
		};
		this.firstPollAt ??= this.now;
		const text = JSON.stringify(before);
		const begun = this.now;
		const hadFewRows = this.fitsOnePage(before as KeptState);
		const wasShort = this.isShort(before as KeptState);
		const isNested = this.frames.length > 0;
		this.frames.push(frame);
		const result = await poll();
		this.frames.pop();
		if (this.found !== null) throw this.found;
		if (result === undefined) return undefined;
		this.tell(
			`${isNested ? '  ' : ''}poll: ${result.error === null ? `${result.items?.length ?? 'nothing'}` : `error: ${result.error.message}`}, ` +
				`${frame.requests} requests${frame.struck === null ? '' : `, ${frame.struck}`}${death === null ? '' : `, n8n dies ${death}`}, ` +
				`floor ${stamp((this.engine.state as KeptState).calls?.floor)}`,
		);
		const state = this.engine.state as KeptState;
		// New calls may have filled the page meanwhile, or stand on the next where it is asked for.
		const fewRows =
			hadFewRows && this.fitsOnePage(before as KeptState) && this.finishedRows(begun) === this.finishedRows(this.now);
		// The durable engine takes the state of the poll that overtook; in-memory, the other does nothing.
		const isKept = !frame.overtaken || this.scenario.engine === 'in-memory';
		if (isKept && !hadState && this.engine.isRunning && state.calls !== undefined) this.from = frame.from;
		if (isKept) this.check(frame, result, isNested, text, fewRows, wasShort && this.isShort(before as KeptState));
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
			died: false,
			fault: null,
			meanwhile: null,
			from: NaN,
			hostNow: this.hostNow,
			isFirst: false,
		});
		const { items, error } = await this.engine.test();
		const frame = this.frames.pop();
		this.tell(`test run: ${items?.length ?? error?.message}`);
		if (before !== JSON.stringify([this.engine.state, this.engine.savedState]))
			throw this.violation(6, 'a test run changed the state');
		if (items?.length === 0) throw this.violation(6, 'a test run shows an empty list');
		for (const item of items ?? []) {
			const mark = this.provider.mark(item);
			const isOver = this.calls.all.some((call) => call.mark === mark && call.finishedShows <= this.now);
			if (!isOver) throw this.violation(6, `a test run shows call ${mark}, which is not over`);
		}
		const requests = frame?.requests ?? 0;
		// The host's clock may have been put back behind the start date, which is then refused.
		const isRefused = this.scenario.startFrom.kind === 'date' && this.startDate > this.hostNow;
		const most = this.lie === null && this.wrongZone === null ? (this.provider.requests?.testRun ?? 1) : MOST_REQUESTS;
		if (requests < (isRefused ? 0 : 1) || requests > most)
			throw this.violation(6, `a test run costs ${requests} requests`);
	}

	// --- what must hold after a poll ---

	private check(
		frame: Frame,
		{ items, error }: Poll,
		isNested: boolean,
		before: string,
		fewRows: boolean,
		isShort: boolean,
	): void {
		const after = JSON.stringify(this.engine.state);
		if (isNested && this.scenario.engine === 'in-memory') {
			if (frame.requests > 0 || items !== null || error !== null) throw this.violation(7, 'a poll ran beside another');
			return;
		}
		if (items?.length === 0) throw this.violation(7, 'an empty list was emitted, which starts an empty execution');
		if (frame.died) return;
		if (frame.struck !== null) this.checkFailure(frame, items, error);
		else if (
			error !== null &&
			!this.isLimited(error) &&
			!isSlow(error) &&
			!isNotYet(error, frame) &&
			!this.isAhead(error) &&
			!this.isContradiction(error)
		) {
			throw this.violation(4, `an error out of nothing: ${error.message}`);
		}
		if (error !== null && !frame.isFirst && this.engine.isRunning && before !== after)
			throw this.violation(4, `an error changed the state from\n${before}\nto\n${after}`);
		if (error === null && frame.struck === null && this.engine.isRunning)
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

	/** The requests and the state of a poll that went well. */
	private checkCost(frame: Frame, items: IDataObject[] | null, fewRows: boolean, isShort: boolean): void {
		const state = this.engine.state as KeptState;
		const isUsual = this.lie === null && this.wrongZone === null;
		const most = (this.provider.requests?.poll ?? 1) + (isShort ? 0 : 1);
		if (isUsual && fewRows && frame.requests > most && !frame.overtaken)
			throw this.violation(5, `${frame.requests} requests for less than a page`);
		if (state.calls === undefined) return;
		const { floor } = state.calls;
		const kept = this.calls.all.filter((call) => {
			const end = this.endOf(call);
			return (
				call.finishedShows <= this.now &&
				(end === 'unknown' || (end !== 'never' && this.clock(end) >= floor - this.provider.slackMs - SECOND))
			);
		});
		const bytes = JSON.stringify(state).length;
		if (bytes > 300 + 200 * kept.length)
			throw this.violation(5, `the state has ${bytes} bytes for ${kept.length} calls since its floor`);
		if (!isUsual || frame.requests !== 1 || (items?.length ?? 0) >= this.maxItems) return;
		const newest = this.calls.all.reduce((latest, call) => {
			const end = this.endOf(call);
			// An end that is nonsense tells nothing of the provider's clock.
			const isListed =
				call.odd !== 'garbage' &&
				call.finishedShows <= this.now - (this.provider.floorLagMs ?? 20 * SECOND) &&
				call.deletedAt === Infinity &&
				this.isWanted(call);
			return isListed && typeof end === 'number' && end <= frame.hostNow - (this.provider.floorLagMs ?? 0)
				? Math.max(latest, this.clock(end))
				: latest;
		}, -Infinity);
		const least =
			newest - this.scenario.lookbackMinutes * MINUTE - 2 * this.provider.slackMs - (this.provider.lookbackMoreMs ?? 0);
		if (floor < least)
			throw this.violation(5, `the floor ${stamp(floor)} stays behind ${stamp(least)}: the window grows`);
	}

	private emitted(items: IDataObject[]): void {
		const frame = this.frames[this.frames.length - 1];
		if (items.length > this.maxItems) throw this.violation(2, `${items.length} items at once`);
		const starts = items.map((item) => (item.startedAt ?? item.at) as string | null).filter((start) => start !== null);
		// Where the clocks change, one record may tell the instant, and the other a time that occurs twice.
		const isRightZone = this.wrongZone === null;
		if (
			isRightZone &&
			starts.some((start, i) => i > 0 && Date.parse(start) < Date.parse(starts[i - 1]) - this.provider.slackMs)
		)
			throw this.violation(2, `not in the order of the starts: ${starts.join(' ')}`);
		for (const item of items) {
			const id = item.id as string;
			const mark = this.provider.mark(item);
			const alike = this.calls.all.filter((call) => call.mark === mark);
			const [call] = alike;
			const times = (this.emissions.get(id) ?? 0) + 1;
			this.emissions.set(id, times);
			const ids = this.idsOf.get(mark) ?? new Set();
			this.idsOf.set(mark, ids.add(id));
			const over = alike.filter(({ finishedShows }) => finishedShows <= this.now);
			if (over.length === 0) throw this.violation(3, `call ${mark} was emitted while it lasts: ${describe(call)}`);
			if (times > 1 + (this.mayRepeat.get(id) ?? 0))
				throw this.violation(1, `call ${mark} was emitted ${times} times as ${id}: ${describe(call)}`);
			if (ids.size > over.length)
				throw this.violation(
					1,
					`call ${mark} was emitted under ${ids.size} ids, ${over.length} such calls are over: ${describe(call)}`,
				);
			const end = this.endOf(call);
			if (isRightZone && typeof end === 'number' && end > frame.hostNow + CLOCKS_APART_MS + MINUTE)
				throw this.violation(3, `call ${mark} was emitted before its end, ${stamp(end)}: ${describe(call)}`);
			if (end === 'never')
				throw this.violation(3, `call ${mark}, whose record does not tell that it is over, was emitted`);
			if (end !== 'unknown' && end < frame.from - this.provider.slackMs) {
				throw this.violation(1, `call ${mark} ended before the start ${stamp(frame.from)}: ${describe(call)}`);
			}
			if (
				end === 'unknown' &&
				this.scenario.startFrom.kind === 'now' &&
				over[0].finishedShows <= (this.firstPollAt ?? 0)
			) {
				throw this.violation(1, `call ${mark} without a time was there before the start: ${describe(call)}`);
			}
			if (!this.isWanted(call)) throw this.violation(6, `call ${mark} does not pass the filter: ${describe(call)}`);
		}
	}

	// --- what must have come in the end ---

	/** Lets everything end and show, with nothing going wrong any more, and sees that all was emitted. */
	private async drain(): Promise<void> {
		this.latencyMs = Math.min(this.latencyMs, 400);
		this.hostSkewMs = this.scenario.hostSkewMs;
		if (this.lie !== 'capped' || !this.provider.copesWithCap) this.lie = null;
		if (this.wrongZone !== null) {
			this.wrongZone = null;
			await this.start('update');
		}
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
		const most = 6 + due / this.maxItems + days;
		for (let polls = 0, refusals = 0; this.missing().length > 0;) {
			if (polls > most || refusals > 300) {
				const [call] = this.missing();
				throw this.violation(
					1,
					`after ${polls} more polls ${this.missing().length} calls were never emitted, such as ${describe(call)}, from ${stamp(this.from)}`,
				);
			}
			this.now += this.provider.drainEveryMs ?? 3 * MINUTE;
			const poll = await this.poll(null, null, null);
			// The node's own care for the provider's limit costs time, and no more.
			if (poll?.error === null) polls++;
			else refusals++;
			// Enough is seen of the small steps.
			if (polls === 6) {
				this.maxItems = 1000;
				await this.start('update');
			}
		}
		this.now += 3 * MINUTE;
		await this.poll(null, null, null);
	}

	/** The calls that should have been emitted by now, less those that were. */
	private missing(): Call[] {
		const due = new Map<number, Call[]>();
		for (const call of this.calls.all) {
			if (this.isOwed(call)) due.set(call.mark, [...(due.get(call.mark) ?? []), call]);
		}
		return [...due].flatMap(([mark, calls]) => calls.slice(this.idsOf.get(mark)?.size ?? 0));
	}

	private isOwed(call: Call): boolean {
		if (call.finishedShows > this.now || call.deletedAt < Infinity || !this.isWanted(call)) return false;
		// A filter needs the fields that are garbage here.
		if (call.odd === 'garbage' && this.scenario.filter !== 'none') return false;
		const end = this.endOf(call);
		if (end === 'never') return false;
		if (end === 'unknown') {
			const isLate =
				call.endedAt !== null && call.finishedShows - call.endedAt > this.scenario.lookbackMinutes * MINUTE;
			// One from before the start is not listed for sure: the provider goes by the time it does not tell.
			const isListed = call.startedAt >= (this.from ?? Infinity);
			return !isLate && isListed && this.isOfAfter(call);
		}
		if (end > this.hostNow) return false;
		const latenessMs = call.finishedShows + this.scenario.providerSkewMs - end;
		const sinceStart = end - this.from - this.provider.slackMs;
		return (
			latenessMs <= this.scenario.lookbackMinutes * MINUTE &&
			(sinceStart >= SECOND || (sinceStart >= 0 && this.isOfAfter(call)))
		);
	}

	/** Whether a call whose time does not tell it came after the start. */
	private isOfAfter(call: Call): boolean {
		return this.scenario.startFrom.kind !== 'now' || (this.primedAt !== null && call.finishedShows > this.primedAt);
	}

	private isWanted(call: Call): boolean {
		const { filter } = this.scenario;
		if (filter === 'answered' && this.setup.filters.answered !== undefined) return call.answered;
		return filter !== 'place' || this.setup.filters.place === undefined || call.place === 'Sales';
	}

	private endOf(call: Call): number | 'unknown' | 'never' {
		return this.provider.endOf(call, this.scenario.providerSkewMs, this.setup);
	}

	/** An instant as the provider's records tell it. */
	private clock(at: number): number {
		return this.provider.clock?.(at, this.setup) ?? at;
	}

	private fitsOnePage(state: KeptState): boolean {
		return this.rowsSince(state) < this.provider.pageSize;
	}

	private finishedRows(at: number): number {
		return this.calls.rows(at).filter(({ finished }) => finished).length;
	}

	private isShort(state: KeptState): boolean {
		return this.rowsSince(state) < (this.provider.leastCap ?? Infinity);
	}

	private rowsSince({ calls }: KeptState): number {
		if (calls === undefined) return Infinity;
		return this.calls
			.rows(this.now + MINUTE)
			.filter((row) => row.call.odd !== null || this.clock(row.startedAt) >= calls.floor - 4 * DAY).length;
	}

	/** Whether an error is the node's own care for the provider's limit. */
	private isLimited(error: Error): boolean {
		const { limit } = this.provider;
		const cause = (error as { failure?: { cause?: string } }).failure?.cause;
		// Its requests are given out over time: one trigger that has sent many in a short while has to wait.
		return cause === 'rate-limited' && limit !== undefined && this.sentAt.length >= limit.requests / 4;
	}

	/** Whether an error tells what the provider has contradicted itself in. */
	private isContradiction(error: Error): boolean {
		const told =
			/says that there are \d+ records, and gives \d+|counts \d+ calls, and its pages hold \d+|gives the same \d+ calls/;
		return this.lie !== null && told.test(error.message);
	}

	/** By a host's clock that was put back, calls end hours from now: that looks as if the zone were wrong. */
	private isAhead(error: Error): boolean {
		return /^By 'Time Zone'/.test(error.message) && this.scenario.providerSkewMs - this.hostSkewMs > CLOCKS_APART_MS;
	}

	private violation(guarantee: Guarantee, what: string): Violation {
		return new Violation(guarantee, what, this.story);
	}

	private tell(what: string): void {
		this.story.push(`${stamp(this.now)} ${what}`);
	}
}

/** A poll ends in time, whatever the provider does. */
function isSlow(error: Error): boolean {
	return (
		/^No answer/.test(error.message) || /could not be read in one poll: \d+ requests in \d+ seconds/.test(error.message)
	);
}

/** A 'Start Date' that lies ahead of a host's clock which was put back is refused as any other would be. */
function isNotYet(error: Error, { from, hostNow }: Frame): boolean {
	return from > hostNow && /^'Start Date' is in the future/.test(error.message);
}

function stamp(at: number | undefined): string {
	return at !== undefined && Math.abs(at) < 8e15
		? new Date(at).toISOString().slice(5, 19).replace('T', ' ')
		: String(at);
}

function describe(call: Call): string {
	return `call ${call.mark} (${stamp(call.startedAt)} to ${stamp(call.endedAt ?? Infinity)}, shows ${stamp(call.finishedShows)}${call.odd === null ? '' : `, ${call.odd}`})`;
}
