import type { IDataObject, INodeExecutionData, IPollFunctions, NodeApiError } from 'n8n-workflow';

import { inCountry } from '../defaultCountry';
import { isTransient, send } from '../http';
import type { Fetch } from '../operations';
import { budgetOf, isRefusal } from '../pacing';
import { fromClock, MINUTE, SECOND } from '../time';
import { endAhead, wrongZone } from './clock';
import { byStart, decide, newestEnd, readSince, type Observed, type TriggerState } from './decide';
import { impossible, passes, readFilters } from './filters';
import { factsOf, itemOf, type ItemForm } from './item';
import { beginPoll, endPoll, isActivation, timeLimitMs, type StoredState } from './n8nEngines';
import { asNodeError } from './nodeError';
import { readQueues, unknownQueues } from './queues';
import { logPoll, logsPolls } from './pollLog';
import {
	countryOf,
	failsOnNotFound,
	includesRaw,
	isStateOf,
	namesToAskFor,
	readParameters,
	readSettings,
	startState,
	streamOf,
	timezoneOf,
	type PollParameters,
	type Settings,
} from './settings';
import { Contradiction, type Filters, type Source, type TriggerProvider } from './source';
import { latestCallers, latestCalls } from './testRun';
import { NO_CALLERS } from './unreturned';
import { unreturnedOf, type GiveCallers, type ReadCalls } from './unreturnedPoll';
import { MISSED_NOT_RETURNED, unreturnedSettings } from './unreturnedSettings';
import { NOTHING_CARRIED, pendingAfter, readWholeSince, wholeCalls, type Carried, type Pending } from './whole';

/** How long a poll waits for its turn among everything that sends requests with its account. */
const TURN_WAIT_MS = 5 * SECOND;
/** A poll that has made no progress after this many times the requests of a usual one is given up. */
const HARD_LIMIT = 3;
/** Since when a trigger, by workflow and node, has had no turn among everything that sends requests with its account. */
const waitingSince = new Map<string, number>();

/**
 * The `poll` of every trigger node: emits each finished call once.
 *
 * Nothing is kept unless everything was read: the state is replaced in one assignment at the very end. (n8n's in-memory
 * engine keeps changes of a poll that throws, and notices only assignments.)
 *
 * @returns null when there is nothing to emit
 * @throws NodeOperationError for a setting that cannot be used, NodeApiError with n8n's `failure` cause for anything else
 */
export async function pollCalls(
	context: IPollFunctions,
	trigger: TriggerProvider,
): Promise<INodeExecutionData[][] | null> {
	const now = Date.now();
	const { provider } = trigger;
	const credentialType = provider.credentialType(context);
	const parameters = readParameters(context, trigger);
	const credentials = await context.getCredentials<IDataObject>(credentialType);
	const isUnreturned = parameters.event === MISSED_NOT_RETURNED;
	const event = isUnreturned ? parameters.missedIn : parameters.event;
	const filters = readFilters(context, parameters.filters);
	const timezone = timezoneOf(context, trigger, parameters);
	const stored = context.getWorkflowStaticData('node') as StoredState;
	const firstTimezone = stored.calls?.zone ?? timezone;
	// Whoever reached a caller may be anybody.
	const names = isUnreturned ? { queues: [], ringGroups: [], users: [] } : namesToAskFor(context, filters);
	const perCall = parameters.itemPer === 'call' && trigger.isLinked?.(event, credentials) === true;
	const setup = {
		event,
		credentials,
		names,
		timezone,
		firstTimezone,
		wholeCalls: perCall,
		withReturns: isUnreturned,
		failsOnNotFound: failsOnNotFound(context, parameters),
	};
	const source = trigger.source(setup);
	const country = countryOf(context, parameters);
	const form: ItemForm = {
		provider: trigger.id,
		event,
		output: parameters.output,
		includeRaw: includesRaw(context, parameters),
		normalize: (record) => inCountry(source.normalize(record), country),
	};
	let filtered = 0;
	const settings: Settings = {
		...readSettings(context, parameters, source, now),
		wholeCalls: perCall,
		accepts: (call) => {
			const isWanted = passes(filters, factsOf(call, form));
			if (!isWanted) filtered++;
			return isWanted;
		},
	};
	const isLogged = logsPolls(context, parameters.options);
	const asItem = (call: Observed<IDataObject>): INodeExecutionData => ({ json: itemOf(call, form) });
	const callers = isUnreturned ? unreturnedIn(context, parameters, source, form, filters, settings, now) : null;
	// For callers, all calls are read: any of them may be the one that reached them.
	const reading: Settings = isUnreturned
		? { ...settings, accepts: () => true, maxItems: Infinity, oldest: -Infinity }
		: settings;
	const never = isUnreturned ? undefined : impossible(context, filters, trigger.possible(event, credentials));
	const key = `${context.getWorkflow().id} ${context.getNode().id}`;
	const reader = new PollReader(context, trigger, now, context.getMode() === 'manual' ? undefined : key);
	const isByQueue = filters.queues.length > 0 || (isUnreturned && parameters.unreturned.scope === 'queue');
	const withQueues = async <T>(read: () => Promise<T>, refuse: (error: Error) => void): Promise<T> => {
		// If calls are chosen by queue, the queues are needed before a call is judged; else they can wait until the calls were read.
		if (isByQueue) await readQueues(context, trigger, source, reader.fetch, true);
		const unknown = unknownQueues(context, 'Queues', source, filters.queues);
		if (unknown !== undefined) refuse(unknown);
		const result = await read();
		if (!isByQueue && form.output === 'normalized') await readQueues(context, trigger, source, reader.fetch, false);
		return result;
	};

	if (context.getMode() === 'manual') {
		if (never !== undefined) throw never;
		startState(context, parameters, source, '', timezone, now); // A wrong 'Start From' shows in the test already.
		const { fetch } = reader;
		const run = { context, trigger, setup, source, fetch, form, filters, settings: reading };
		const latest = await withQueues(
			async () => await latestCalls(run),
			(unknown) => {
				throw unknown;
			},
		);
		return [callers === null ? latest.map(asItem) : latestCallers(run, latest, callers)];
	}

	const poll = beginPoll(context, stored, key, now);
	if (poll === null) return null;
	try {
		const subject = isUnreturned ? `${parameters.event} ${event}` : event;
		const stream = streamOf(context, trigger, credentialType, credentials, subject, perCall);
		const begun = isStateOf(stored.calls, stream) ? stored.calls : undefined;
		// A trigger that ran before this was refused goes on with the values that can occur.
		const refuse = (error: Error) => {
			if (begun === undefined) throw error;
			context.logger.warn(`${provider.name} Trigger: ${error.message}`);
		};
		if (never !== undefined) refuse(never);
		const state = begun ?? startState(context, parameters, source, stream, timezone, now);
		try {
			const { next, ahead, ...read } = await withQueues(async () => await reader.read(source, state, reading), refuse);
			if (poll.isGivenUp) return null;
			if (ahead !== null && trigger.hasZoneOption === true) {
				const wrong = wrongZone(context, provider.name, ahead, source.clock(now), timezone);
				// Later on, an error would stop the calls that are fine: the future ones are held until their time has come.
				if (stored.calls === undefined) throw wrong;
				context.logger.warn(`${wrong.message}. They are held until then.`);
			}
			const given = callers?.(state.callers ?? NO_CALLERS, read);
			const items = given?.items.map((json): INodeExecutionData => ({ json })) ?? read.calls.map(asItem);
			const tooOld = given?.tooOld ?? read.tooOld;
			stored.calls = given === undefined ? next : { ...next, callers: given.callers };
			waitingSince.delete(key);
			if (tooOld > 0) {
				context.logger.warn(
					`${provider.name} Trigger: ${tooOld} calls that ended before the time of 'Oldest Call' were left out`,
				);
			}
			if (isLogged) {
				const inProgress = read.open.filter(({ ended }) => !ended).length;
				logPoll(context, provider.name, {
					given: items.length,
					read: read.records,
					newestEnd: read.newestEnd === -Infinity ? null : fromClock(read.newestEnd, (at) => source.clock(at)),
					filtered,
					inProgress,
					waiting: read.open.length - inProgress,
					requests: reader.sent,
					left: budgetOf(provider, credentials).left(),
				});
			}
			if (items.length === 0) return null;
			poll.gaveAt = Date.now();
			return [items];
		} catch (thrown) {
			if (isRefusal(thrown) && !poll.isGivenUp && canWait(context, key, now, settings, thrown)) {
				stored.calls = state;
				return null;
			}
			const error = asNodeError(context, thrown);
			if (poll.isGivenUp || !isTransient(error) || !isActivation(context, stored, key)) throw error;
			// Publishing does not fail because the provider happens to be down; the start is kept, so that no call is lost.
			stored.calls = state;
			return null;
		}
	} finally {
		endPoll(stored, key, poll);
	}
}

/**
 * Whether a poll that got no turn can just leave it to a later one: no call is lost, as reading goes on where it ended.
 * Once half of the look-back has passed, users have to know that their calls come that late.
 */
function canWait(
	context: IPollFunctions,
	key: string,
	now: number,
	settings: Settings,
	refusal: NodeApiError,
): boolean {
	const since = waitingSince.get(key) ?? now;
	waitingSince.set(key, since);
	if (now - since > settings.lookbackMs / 2) return false;
	context.logger.info(`${refusal.message}: this poll is left out. ${refusal.description ?? ''}`, {
		node: context.getNode().name,
		workflowId: context.getWorkflow().id,
	});
	return true;
}

/** The requests of one poll, and how far it reads. */
class PollReader {
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
	async read(
		source: Source,
		state: TriggerState,
		settings: Settings,
	): Promise<ReadCalls & { next: TriggerState; tooOld: number; ahead: number | null; records: number }> {
		const calls: Array<Observed<IDataObject>> = [];
		const now = source.clock(this.now);
		let next = state;
		let tooOld = 0;
		let ahead: number | null = null;
		let carried: Carried<IDataObject> = NOTHING_CARRIED;
		const open = new Map<string, Observed<IDataObject>>();
		let isComplete = false;
		let newest = -Infinity;
		let records = 0;
		const since = settings.wholeCalls ? readWholeSince(state) : readSince(state);
		const isEmitted = (call: string) => call in state.seen;
		const hasAdvanced = () => calls.length > 0 || next.floor > state.floor;
		try {
			for await (const slice of source.read(this.fetch, since, now, state.cursor, isEmitted)) {
				let reading = slice;
				if (settings.wholeCalls) {
					({ reading, carried } = wholeCalls(carried, slice, next, { now, hostNow: this.now }, settings));
				}
				const decision = decide(next, reading, now, { ...settings, maxItems: settings.maxItems - calls.length });
				next = decision.state;
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
				const isUsedUp = Date.now() - this.now > this.timeLimitMs / 2 || this.requests >= this.mostRequests;
				if (calls.length >= settings.maxItems || (isUsedUp && hasAdvanced())) break;
			}
		} catch (error) {
			// What was read before the account ran out of requests counts, just as when the poll runs out of its own.
			if (!isRefusal(error) || !hasAdvanced()) throw asNodeError(this.context, error);
			isComplete = false;
		}
		for (const { key } of calls) open.delete(key);
		// Slices may overlap, and the later one may contain records written meanwhile.
		return {
			calls: calls.sort(byStart),
			open: [...open.values()],
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
			`Nothing was taken from them; the next poll begins again. If it stays, the account has more calls than can be read in so many requests ('Limits' in the documentation of the triggers says how many that is; fixed names in 'Filters' narrow the list of VoIPcloud), or ${name} answers too slowly, or promises more records than it gives: compare its list with the portal's.`,
		);
	}
}

/** For *Missed and Not Returned*: the items for the calls that were read. */
function unreturnedIn(
	context: IPollFunctions,
	parameters: PollParameters,
	source: Source,
	form: ItemForm,
	filters: Filters,
	{ graceMs, maxItems, oldest = -Infinity }: Settings,
	now: number,
): GiveCallers {
	const chosen = unreturnedSettings(context, parameters.unreturned, now);
	const oldestAt = oldest === -Infinity ? oldest : fromClock(oldest, (at) => source.clock(at));
	const settings = { ...chosen, graceMs, maxItems, oldest: oldestAt };
	return (before, read, other) => unreturnedOf(before, read, source, form, filters, now, { ...settings, ...other });
}
