import { createHash } from 'crypto';
import type { IDataObject, INodeExecutionData, IPollFunctions, NodeApiError } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { parameterError, problemError } from '../errors';
import { isTransient, send } from '../http';
import type { Fetch } from '../operations';
import { isRefusal } from '../pacing';
import { HOUR, isZone, MINUTE, SECOND, userInstant } from '../time';
import { text } from '../values';
import {
	byStart,
	decide,
	freshState,
	readSince,
	type DecideSettings,
	type Observed,
	type TriggerState,
} from './decide';
import { passes, readFilters } from './filters';
import { endAhead, wrongZone } from './clock';
import { factsOf, itemOf, type ItemForm } from './item';
import { Contradiction, type Filters, type Source, type SourceSetup, type TriggerProvider } from './source';
import {
	callsOf,
	NOTHING_CARRIED,
	pendingAfter,
	readWholeSince,
	rootOf,
	wholeCalls,
	type Carried,
	type Pending,
	type WholeSettings,
} from './whole';

/** n8n's in-memory polling engine has no time limit and names this budget; its durable one names a shorter. */
const IN_MEMORY_BUDGET_MS = 5 * MINUTE;
/** n8n before 2.37 names none. Short enough that two polls a minute apart do not meet. */
const UNKNOWN_BUDGET_MS = 36 * SECOND;
/** How long a poll waits for its turn among all that send requests with its account. */
const TURN_WAIT_MS = 5 * SECOND;
const LONGEST_LOOKBACK_MINUTES = 7 * 24 * 60;
const LONGEST_GRACE_SECONDS = 24 * 60 * 60;
const MOST_ITEMS = 10_000;
/** A poll that has got nowhere after so many times the requests of a usual one is given up. */
const HARD_LIMIT = 3;
const MOST_TEST_ITEMS = 50;
const MOST_HOURS = 10 * 366 * 24;

/** n8n's in-memory engine gives all polls of a published workflow one live state object; its durable one a copy each. */
type StoredState = IDataObject & { calls?: TriggerState };

/** A poll of a trigger. */
interface PollRecord {
	/** The state it began with. */
	readonly state: string;
	readonly startedAt: number;
	/** How long it may take. */
	readonly budgetMs: number;
	/** When it gave calls; null while it is under way. */
	gaveAt: number | null;
	/** Whether it hung, and another began in its place: what it still brings does not count. */
	isGivenUp: boolean;
}

/** The poll under way by the state: the in-memory engine may start a second before the first is done. */
const underWay = new WeakMap<StoredState, PollRecord>();
/** States that were polled since they were published or n8n was started. */
const polledBefore = new WeakSet<StoredState>();

/**
 * The last poll of each trigger by workflow and node, while it is under way or if it gave calls. The durable engine runs several poll times of one trigger that are due together (after a restart all that
 * were missed) side by side, each with its own copy of one state, and keeps what each of them gives.
 */
const lastPolls = new Map<string, PollRecord>();
/** Since when a trigger, by workflow and node, has had no turn among all that send requests with its account. */
const waitingSince = new Map<string, number>();

/** A copy of the state is made this long before its poll at most. */
const OLDEST_COPY_MS = 10 * SECOND;
/** A poll ends by itself when its time is over; one that is still there so much later hangs. */
const HANGS_AFTER_MS = 30 * SECOND;

/** The node's parameters, read in one go. */
interface PollParameters {
	readonly event: string;
	readonly filters: IDataObject;
	readonly output: ItemForm['output'];
	readonly itemPer: unknown;
	readonly options: IDataObject;
	readonly startFrom: string;
	readonly hours: unknown;
	readonly startDate: unknown;
}

/** What the user set, checked. */
interface Settings extends DecideSettings<IDataObject>, WholeSettings {
	readonly testItems: number;
	/** Whether each item is a whole call rather than a record. */
	readonly wholeCalls: boolean;
}

/**
 * The `poll` of every trigger node: emits each finished call once.
 *
 * Nothing is kept unless everything was read: the state is replaced in one assignment at the very end. (n8n's in-memory
 * engine keeps changes of a poll that throws, and notices only assignments.)
 *
 * @returns null when there is nothing to emit
 * @throws NodeOperationError for a setting that cannot be used, NodeApiError with n8n's `failure` cause for the rest
 */
export async function pollCalls(
	context: IPollFunctions,
	trigger: TriggerProvider,
): Promise<INodeExecutionData[][] | null> {
	const now = Date.now();
	const { provider } = trigger;
	const credentialType = provider.credentialType(context);
	const parameters = readParameters(context);
	const credentials = await context.getCredentials<IDataObject>(credentialType);
	const { event } = parameters;
	const filters = readFilters(context, parameters.filters);
	const timezone = timezoneOf(context, trigger, parameters);
	const stored = context.getWorkflowStaticData('node') as StoredState;
	const firstTimezone = stored.calls?.zone ?? timezone;
	const names = namesToAskFor(context, filters);
	const perCall = isPerCall(context, parameters) && trigger.isLinked?.(event, credentials) === true;
	const source = trigger.source({ event, credentials, names, timezone, firstTimezone, wholeCalls: perCall });
	const form: ItemForm = {
		provider: trigger.id,
		event,
		output: parameters.output,
		includeRaw: parameters.options.includeRaw === true,
		normalize: (record) => source.normalize(record),
	};
	const settings: Settings = {
		...readSettings(context, parameters, source, now),
		wholeCalls: perCall,
		accepts: (call) => passes(filters, factsOf(call, form)),
	};
	const asItem = (call: Observed<IDataObject>): INodeExecutionData => ({ json: itemOf(call, form) });
	const key = `${context.getWorkflow().id} ${context.getNode().id}`;
	const reader = new PollReader(context, trigger, now, context.getMode() === 'manual' ? undefined : key);

	if (context.getMode() === 'manual') {
		startState(context, parameters, source, '', timezone, now); // A wrong 'Start From' shows in the test already.
		return [(await latestCalls(context, trigger, source, reader, settings, timezone)).map(asItem)];
	}

	const copy = JSON.stringify(stored.calls ?? null);
	const isBeside = isUnderWay(underWay.get(stored), now);
	if (isBeside || (isScheduledDurably(context, stored) && isOldCopy(lastPolls.get(key), copy, now))) return null;
	const poll: PollRecord = {
		state: copy,
		startedAt: now,
		budgetMs: budgetMs(context),
		gaveAt: null,
		isGivenUp: false,
	};
	underWay.set(stored, poll);
	lastPolls.set(key, poll);
	try {
		const stream = streamOf(context, trigger, credentialType, credentials, event, perCall);
		const state = isStateOf(stored.calls, stream)
			? stored.calls
			: startState(context, parameters, source, stream, timezone, now);
		try {
			const { calls, next, tooOld, ahead } = await reader.read(source, state, settings);
			if (poll.isGivenUp) return null;
			if (ahead !== null && trigger.hasZoneOption === true) {
				const wrong = wrongZone(context, provider.name, ahead, source.clock(now), timezone);
				// Later on an error would stop the calls that are in order: those ahead are held until their time has come.
				if (stored.calls === undefined) throw wrong;
				context.logger.warn(`${wrong.message}. They are held until then.`);
			}
			const items = calls.map(asItem);
			stored.calls = next;
			waitingSince.delete(key);
			if (tooOld > 0) {
				context.logger.warn(
					`${provider.name} Trigger: ${tooOld} calls that ended before the time of 'Oldest Call' were left out`,
				);
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
			if (poll.isGivenUp || !isTransient(error) || !isActivation(context, stored)) throw error;
			// Publishing is not refused because the provider is down just now; the start is kept, so that no call is lost.
			stored.calls = state;
			return null;
		}
	} finally {
		polledBefore.add(stored);
		if (underWay.get(stored) === poll) underWay.delete(stored);
		if (lastPolls.get(key) === poll && poll.gaveAt === null) lastPolls.delete(key);
	}
}

/**
 * Whether a poll that had no turn is as good as one that comes later: no call is lost, as reading goes on where it ended.
 * When half of the look-back has passed, users have to know that their calls come so late.
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

/** Whether a poll is under way. One that hangs is given up here: it must not silence the trigger. */
function isUnderWay(poll: PollRecord | undefined, now: number): boolean {
	if (poll === undefined || poll.gaveAt !== null || poll.isGivenUp) return false;
	poll.isGivenUp = Math.abs(now - poll.startedAt) > poll.budgetMs + HANGS_AFTER_MS;
	return !poll.isGivenUp;
}

/** Whether another poll of this trigger is under way, or has just given the calls that this copy of the state lacks. */
function isOldCopy(last: PollRecord | undefined, copy: string, now: number): boolean {
	if (last === undefined || last.gaveAt === null) return isUnderWay(last, now);
	return last.state === copy && Math.abs(now - last.gaveAt) < OLDEST_COPY_MS;
}

/** The requests of one poll, and how far it reads. */
class PollReader {
	private requests = 0;

	private readonly budget: number;

	/** Requests after which a poll ends: polls a minute apart then keep the provider's limit during a catch-up as well. */
	private readonly mostRequests: number;

	constructor(
		private readonly context: IPollFunctions,
		private readonly trigger: TriggerProvider,
		private readonly now: number,
		private readonly key: string | undefined,
	) {
		this.budget = budgetMs(context);
		const { requests, windowMs } = trigger.provider.budget ?? { requests: 100, windowMs: MINUTE };
		this.mostRequests = Math.max(1, Math.floor((requests * MINUTE) / windowMs));
	}

	/**
	 * Sends a request that does not outlast the poll, nor waits long for a turn: the next poll comes soon.
	 *
	 * @throws Contradiction when the poll has used up its requests or its time: whatever a provider says, a poll ends
	 */
	readonly fetch: Fetch = async (request, check) => {
		if (this.requests >= this.mostRequests * HARD_LIMIT || Date.now() - this.now >= this.budget) throw this.endless();
		const poll = this.key === undefined ? undefined : { trigger: this.key, goesOn: this.requests > 0 };
		this.requests++;
		const timeout = Math.max(SECOND, this.now + this.budget - Date.now());
		const sending = { maxWaitMs: TURN_WAIT_MS, retries: 0, isRead: true, poll };
		return await send(this.context, this.trigger.provider, { ...request, timeout }, sending, check);
	};

	/**
	 * Reads slices, oldest first, until all is read or enough is found; or until half of the time or of the requests is
	 * used, if the poll has got anywhere by then.
	 */
	async read(
		source: Source,
		state: TriggerState,
		settings: Settings,
	): Promise<{ calls: Array<Observed<IDataObject>>; next: TriggerState; tooOld: number; ahead: number | null }> {
		const calls: Array<Observed<IDataObject>> = [];
		const now = source.clock(this.now);
		let next = state;
		let tooOld = 0;
		let ahead: number | null = null;
		let carried: Carried<IDataObject> = NOTHING_CARRIED;
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
				ahead = endAhead(slice.records, this.now, (at) => source.clock(at)) ?? ahead;
				tooOld += decision.tooOld;
				calls.push(...decision.calls);
				const isUsedUp = Date.now() - this.now > this.budget / 2 || this.requests >= this.mostRequests;
				if (calls.length >= settings.maxItems || (isUsedUp && hasAdvanced())) break;
			}
		} catch (error) {
			// What was read until the account's requests were used up stands, as when the poll's own are.
			if (!isRefusal(error) || !hasAdvanced()) throw asNodeError(this.context, error);
		}
		// Slices may overlap, and what was written meanwhile can be in the later one.
		return { calls: calls.sort(byStart), next, tooOld, ahead };
	}

	private endless(): Contradiction {
		const { name } = this.trigger.provider;
		const seconds = Math.round((Date.now() - this.now) / SECOND);
		return new Contradiction(
			`${name}'s records could not be read in one poll: ${this.requests} requests in ${seconds} seconds did not come to an end`,
			`Nothing was taken from them; the next poll begins again. If it stays, ${name} answers too slowly, or promises more records than it gives: compare its list with the portal's, and ask its support.`,
		);
	}
}

function budgetMs(context: IPollFunctions): number {
	return namedBudgetMs(context) ?? UNKNOWN_BUDGET_MS;
}

function namedBudgetMs(context: IPollFunctions): number | undefined {
	const { getPollBudgetMs } = context as { getPollBudgetMs?: () => number };
	return getPollBudgetMs?.();
}

/**
 * Whether this is the poll that n8n makes while it publishes the workflow or starts. The in-memory engine hands over the
 * same state object at every poll of a publication. The durable engine hands over another each time.
 */
function isActivation(context: IPollFunctions, stored: StoredState): boolean {
	return !polledBefore.has(stored) && !isScheduledDurably(context, stored);
}

/**
 * Whether this is a poll on schedule of the durable engine. It polls with the activation mode 'update' then, and names the
 * budget of its settings, which may be shorter or longer than the one of a context that nobody gave a budget: that one is of
 * a publication. The state of the in-memory engine is observed by n8n; the durable engine's is a plain copy.
 */
function isScheduledDurably(context: IPollFunctions, stored: StoredState): boolean {
	const budget = namedBudgetMs(context) ?? IN_MEMORY_BUDGET_MS;
	return !('__dataChanged' in stored) && context.getActivationMode() === 'update' && budget !== IN_MEMORY_BUDGET_MS;
}

/** What a state belongs to. Only the user's own edits change it: an expression in a filter counts as its text. */
function streamOf(
	context: IPollFunctions,
	{ provider }: TriggerProvider,
	credentialType: string,
	credentials: IDataObject,
	event: string,
	perCall: boolean,
): string {
	const { credentials: references, parameters } = context.getNode();
	const filters = Object.entries((parameters.filters ?? {}) as IDataObject)
		.filter(([, value]) => value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0))
		.sort(([a], [b]) => (a < b ? -1 : 1));
	const account = [credentialType, references?.[credentialType]?.id ?? null, provider.baseUrl(credentials)];
	return createHash('sha256')
		.update(JSON.stringify([event, filters, account, ...(perCall ? ['call'] : [])]))
		.digest('base64url')
		.slice(0, 16);
}

function isStateOf(state: TriggerState | undefined, stream: string): state is TriggerState {
	return (
		state?.version === 1 &&
		state.stream === stream &&
		Number.isFinite(state.from) &&
		Number.isFinite(state.floor) &&
		typeof state.seen === 'object' &&
		state.seen !== null
	);
}

/**
 * Reads the parameters before anything is awaited. An expression in them needs n8n's evaluator, which all polls of a
 * workflow share: it is gone as soon as one of them ends.
 */
function readParameters(context: IPollFunctions): PollParameters {
	return {
		event: context.getNodeParameter('event') as string,
		filters: context.getNodeParameter('filters', {}) as IDataObject,
		output: context.getNodeParameter('output', 'normalized') as ItemForm['output'],
		itemPer: context.getNodeParameter('itemPer', 'call'),
		options: context.getNodeParameter('options', {}) as IDataObject,
		startFrom: context.getNodeParameter('startFrom', 'now') as string,
		hours: context.getNodeParameter('hours', 24),
		startDate: context.getNodeParameter('startDate', ''),
	};
}

function readSettings(
	context: IPollFunctions,
	{ options }: PollParameters,
	source: Source,
	now: number,
): Omit<Settings, 'wholeCalls' | 'accepts'> {
	const lookbackMinutes = inRange(
		context,
		'Lookback Minutes',
		options.lookbackMinutes ?? 240,
		LONGEST_LOOKBACK_MINUTES,
	);
	const oldestHours = isEmpty(options.oldestCallHours)
		? Infinity
		: inRange(context, 'Oldest Call', options.oldestCallHours, MOST_HOURS);
	return {
		lookbackMs: lookbackMinutes * MINUTE + source.timeSlackMs,
		graceMs: inRange(context, 'Wait for Late Legs', options.graceSeconds ?? 60, LONGEST_GRACE_SECONDS, 0) * SECOND,
		maxItems: inRange(context, 'Max Items per Poll', options.maxItemsPerPoll ?? 1000, MOST_ITEMS),
		oldest: source.clock(now) - oldestHours * HOUR,
		testItems: inRange(context, 'Test Items', options.testItems ?? 1, MOST_TEST_ITEMS),
	};
}

function isPerCall(context: IPollFunctions, { itemPer }: PollParameters): boolean {
	if (itemPer === 'call' || itemPer === 'leg') return itemPer === 'call';
	throw parameterError(
		context,
		"'One Item per' must be Call or Leg",
		`It is ${JSON.stringify(itemPer)} now. An expression has to give "call" or "leg".`,
	);
}

/** The state of a trigger that has not read anything yet, by 'Start From'. */
function startState(
	context: IPollFunctions,
	parameters: PollParameters,
	source: Source,
	stream: string,
	zone: string,
	now: number,
): TriggerState {
	const start = source.clock(startOf(context, parameters, now));
	return { ...freshState(stream, start, parameters.startFrom === 'now'), zone };
}

/** The names in 'Filters' that no expression gives. */
function namesToAskFor(context: IPollFunctions, filters: Filters): SourceSetup['names'] {
	const written = (context.getNode().parameters.filters ?? {}) as IDataObject;
	const isFixed = (name: string) => text(written[name])?.startsWith('=') !== true;
	return {
		queues: isFixed('queues') ? filters.queues : [],
		ringGroups: isFixed('ringGroups') ? filters.ringGroups : [],
		users: isFixed('users') ? filters.users : [],
	};
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '' || value === 0;
}

/**
 * What a test run gives: the latest finished calls that match, one unless the user asks for more. What stands behind the
 * trigger may text or call each of them.
 */
async function latestCalls(
	context: IPollFunctions,
	{ provider, hasZoneOption }: TriggerProvider,
	source: Source,
	reader: PollReader,
	settings: Settings,
	timezone: string,
): Promise<Array<Observed<IDataObject>>> {
	const now = Date.now();
	const listed = (
		await source.latest(reader.fetch, source.clock(now)).catch((error: unknown) => {
			throw asNodeError(context, error);
		})
	).filter(({ ended }) => ended);
	const ahead = hasZoneOption === true ? endAhead(listed, now, (at) => source.clock(at)) : null;
	if (ahead !== null) throw wrongZone(context, provider.name, ahead, source.clock(now), timezone);
	const calls = settings.wholeCalls ? latestWholeCalls(listed) : listed;
	const matching = calls.filter((call) => settings.accepts(call)).slice(0, settings.testItems);
	if (matching.length > 0) return matching;
	throw new NodeOperationError(context.getNode(), 'No finished call matches yet', {
		description: `The connection to ${provider.name} works. Make a test call, or check the names in 'Filters'; then test again.`,
	});
}

/** The newest calls of the newest records: those that are over as far as these tell, if there are any. */
function latestWholeCalls(records: Array<Observed<IDataObject>>): Array<Observed<IDataObject>> {
	const calls = [...callsOf(records)].map(([key, legs]): Observed<IDataObject> => {
		const root = rootOf(legs);
		return { ...(root ?? legs[0]), key, link: null, legs, isRipe: root !== undefined };
	});
	const over = calls.filter(({ isRipe }) => isRipe === true);
	return over.length > 0 ? over : calls;
}

function startOf(context: IPollFunctions, { startFrom, hours, startDate }: PollParameters, now: number): number {
	if (startFrom === 'hoursAgo') return now - inRange(context, 'Hours', hours, MOST_HOURS) * HOUR;
	if (startFrom !== 'date') return now;
	const at = userInstant(startDate, context.getTimezone());
	if (at === null) {
		throw parameterError(
			context,
			"'Start Date' is not a date",
			`It is ${JSON.stringify(startDate)} now. Pick a date, or enter one such as 2026-11-21T09:00:00.`,
		);
	}
	if (at > now) {
		throw parameterError(
			context,
			"'Start Date' is in the future",
			"The trigger would be silent until then. Choose a date that has passed, or 'Now' in 'Start From'.",
		);
	}
	return at;
}

function inRange(context: IPollFunctions, displayName: string, value: unknown, most: number, least = 1): number {
	const number = value === '' || value === null ? NaN : Number(value);
	if (Number.isFinite(number) && number >= least && number <= most) return number;
	throw parameterError(
		context,
		`'${displayName}' must be a number from ${least} to ${most}`,
		`It is ${JSON.stringify(value)} now.`,
	);
}

function timezoneOf(context: IPollFunctions, trigger: TriggerProvider, { options }: PollParameters): string {
	const chosen = text(options.timezone);
	if (chosen === null) return trigger.defaultTimezone ?? context.getTimezone();
	if (isZone(chosen)) return chosen;
	throw parameterError(
		context,
		"'Time Zone' is not a time zone",
		`It is ${JSON.stringify(chosen)} now. Use a name from the IANA list, e.g. Europe/Madrid or UTC.`,
	);
}

/** The error of answers that do not fit each other: they may do so at the next poll, and nothing has moved on. */
function contradicted(context: IPollFunctions, { message, next }: Contradiction): Error {
	return problemError(context, { message, description: next, cause: 'temporarily-unavailable' });
}

/** What is neither from the provider nor from a setting is a defect of this package, and says so. */
function asNodeError(context: IPollFunctions, error: unknown): Error {
	if (error instanceof Error && 'node' in error) return error;
	if (error instanceof Contradiction) return contradicted(context, error);
	return new NodeOperationError(context.getNode(), error as Error, {
		description: 'This is a defect of the node. Nothing was lost: the next poll reads the same calls again.',
		failure: { cause: 'node-defect' },
	});
}
