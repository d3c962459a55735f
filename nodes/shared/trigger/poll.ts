import type { IDataObject, INodeExecutionData, IPollFunctions, NodeApiError } from 'n8n-workflow';

import { isByZone, wrongZone } from '../calls/clock';
import { filterName } from '../calls/filters';
import { itemOf } from '../calls/item';
import type { Observed } from '../calls/observed';
import { readQueues, unknownQueues } from '../calls/queues';
import type { TriggerProvider } from '../calls/source';
import { NO_CALLERS, type TriggerState } from '../calls/state';
import { budgetOf } from '../request/pacing/accounts';
import { isRefusal } from '../request/pacing/refusals';
import { isTransient } from '../request/send';
import { inPieces } from '../values/pieces';
import { fromClock } from '../values/time';
import { beginPoll, endPoll, isActivation, type StoredState } from './engine';
import { pollError } from './pollError';
import { logPoll } from './pollLog';
import { PollReader, type PollRead } from './pollReader';
import { preparePoll, type PreparedPoll } from './preparePoll';
import { inZone, isAheadOf, isStateOf, startState, withZone } from './start';
import { latestCallers, latestCalls, mistypedNames } from './testRun';

/** Since when a trigger, by workflow and node, has had no turn among everything that sends requests with its account. */
const waitingSince = new Map<string, number>();

/** A poll of one trigger node. */
interface Poll {
	readonly context: IPollFunctions;
	readonly trigger: TriggerProvider;
	readonly prepared: PreparedPoll;
	readonly reader: PollReader;
	/** The time of the host when it began, in milliseconds. */
	readonly now: number;
}

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
	const stored = context.getWorkflowStaticData('node') as StoredState;
	const prepared = await preparePoll(context, trigger, stored, now);
	const isTest = context.getMode() === 'manual';
	const key = `${context.getWorkflow().id} ${context.getNode().id}`;
	const reader = new PollReader(context, trigger, now, isTest ? undefined : key);
	const poll: Poll = { context, trigger, prepared, reader, now };
	if (isTest) return [await testRun(poll)];
	const record = beginPoll(context, stored, key, now);
	if (record === null) return null;
	try {
		const items = await newItems(poll, stored, key, () => record.isGivenUp);
		if (items.length === 0) return null;
		record.gaveAt = Date.now();
		return [items];
	} finally {
		endPoll(stored, key, record);
	}
}

/** What a test run in the editor gives; the state is not touched. */
async function testRun(poll: Poll): Promise<INodeExecutionData[]> {
	const { context, trigger, prepared, reader } = poll;
	const { never, settings, callers } = prepared;
	if (never !== undefined) throw never;
	settings.startsAt(); // A wrong 'Start From' shows in the test already.
	const run = { context, trigger, fetch: reader.fetch, ...prepared };
	const latest = await withQueues(
		poll,
		async () => await latestCalls(run),
		(unknown) => {
			throw unknown;
		},
	);
	return callers === null ? await itemsOf(latest, prepared) : await latestCallers(run, latest, callers);
}

/** The items of a poll that n8n has scheduled. It replaces the state, unless it throws or was given up in the meantime. */
async function newItems(
	poll: Poll,
	stored: StoredState,
	key: string,
	isGivenUp: () => boolean,
): Promise<INodeExecutionData[]> {
	const { context, trigger, prepared, reader, now } = poll;
	const { source, settings, reading, stream, never } = prepared;
	const kept = isStateOf(stored.calls, stream)
		? inZone(stored.calls, settings.timezone, (at) => source.clock(at))
		: undefined;
	const isAhead = kept !== undefined && isAheadOf(kept, source.clock(now));
	const warn = (what: string) => context.logger.warn(`${trigger.provider.name} Trigger: ${what}`);
	if (isAhead)
		warn('it started at a moment that is still to come, as the clock of n8n was wrong. It starts anew, from now.');
	const begun = isAhead ? undefined : kept;
	// A trigger that ran before this was refused goes on with the values that can occur.
	const refuse = (error: Error, isAnyway = false) => {
		if (begun === undefined && !isAnyway) throw error;
		warn(error.message);
	};
	if (never !== undefined) refuse(never);
	// What the provider does not answer proves nothing about a name.
	const notChecked = ({ message }: Error) => {
		warn(`the names in 'Filters' could not be checked. ${message}`);
		return undefined;
	};
	const state = begun ?? startState(settings, source, stream);
	let filtered = 0;
	const accepts: typeof reading.accepts = (call) => {
		const isWanted = reading.accepts(call);
		if (!isWanted) filtered++;
		return isWanted;
	};
	try {
		// Durable polls have the mode 'update' as well.
		const isPublished =
			['activate', 'update'].includes(context.getActivationMode()) && isActivation(context, stored, key);
		const run = { context, trigger, fetch: reader.fetch, ...prepared };
		const read = await withQueues(
			poll,
			async () => {
				const isChecked = begun === undefined && isPublished && !settings.isAnyway;
				const mistyped = isChecked ? await mistypedNames(run).catch(notChecked) : undefined;
				if (mistyped !== undefined) throw mistyped;
				return await reader.read(source, state, { ...reading, accepts });
			},
			(unknown) => refuse(unknown, settings.isAnyway),
		);
		if (isGivenUp()) return [];
		checkZone(poll, read, stored.calls === undefined);
		const { items, tooOld, next } = await taken(prepared, state, read);
		if (isGivenUp()) return [];
		stored.calls = withZone(next, source, settings.timezone);
		waitingSince.delete(key);
		if (tooOld > 0) warn(`${tooOld} calls that ended before the time of 'Oldest Call' were left out`);
		if (settings.isLogged) log(poll, read, items.length, filtered);
		return items;
	} catch (thrown) {
		if (isRefusal(thrown) && !isGivenUp() && canWait(context, key, now, reading.lookbackMs, thrown)) {
			stored.calls = state;
			return [];
		}
		const error = pollError(context, thrown);
		if (isGivenUp() || !isTransient(error) || !isActivation(context, stored, key)) throw error;
		// Publishing does not fail because the provider happens to be down; the start is kept, so that no call is lost.
		stored.calls = state;
		return [];
	}
}

/**
 * Reads calls and, where records can only be matched to the account's queues by their list, the queues.
 *
 * @param refuse what to do about a queue in the filters that the account does not have
 */
async function withQueues<T>(
	{ context, trigger, prepared, reader }: Poll,
	read: () => Promise<T>,
	refuse: (error: Error) => void,
): Promise<T> {
	const { source, settings, isByQueue } = prepared;
	// If calls are chosen by queue, the queues are needed before a call is judged; else they can wait until the calls were read.
	if (isByQueue) await readQueues(context, trigger, source, reader.fetch, true);
	const unknown = unknownQueues(context, filterName(trigger, 'queues'), source, settings.filters.queues);
	if (unknown !== undefined) refuse(unknown);
	const result = await read();
	if (!isByQueue && settings.output !== 'raw') await readQueues(context, trigger, source, reader.fetch, false);
	return result;
}

/**
 * Refuses ends that cannot be because they are in the future, if the trigger is just beginning. Later on, an error would stop the
 * calls that are fine: the future ones are held until their time has come.
 */
function checkZone({ context, trigger, prepared, now }: Poll, { ahead }: PollRead, isBeginning: boolean): void {
	const { source, settings } = prepared;
	if (ahead === null || !isByZone(trigger, source)) return;
	const wrong = wrongZone(context, trigger.provider.name, ahead, source.clock(now), settings.timezone);
	if (isBeginning) throw wrong;
	context.logger.warn(`${wrong.message}. They are held until then.`);
}

/** The items for what was read, and the state after them. */
async function taken(
	prepared: PreparedPoll,
	state: TriggerState,
	read: PollRead,
): Promise<{ items: INodeExecutionData[]; tooOld: number; next: TriggerState }> {
	if (prepared.callers === null) return { ...read, items: await itemsOf(read.calls, prepared) };
	const { items, callers, tooOld } = await prepared.callers(state.callers ?? NO_CALLERS, read);
	return { items: items.map((json) => ({ json })), tooOld, next: { ...read.next, callers } };
}

async function itemsOf(
	calls: ReadonlyArray<Observed<IDataObject>>,
	{ form }: PreparedPoll,
): Promise<INodeExecutionData[]> {
	return await inPieces(calls, (call) => ({ json: itemOf(call, form) }));
}

/** The line of 'Log Polls'. */
function log({ context, trigger, prepared, reader }: Poll, read: PollRead, given: number, filtered: number): void {
	const { source, setup } = prepared;
	const inProgress = read.open.filter(({ ended }) => !ended).length;
	logPoll(context, trigger.provider.name, {
		given,
		read: read.records,
		newestEnd: read.newestEnd === -Infinity ? null : fromClock(read.newestEnd, (at) => source.clock(at)),
		filtered,
		inProgress,
		waiting: read.open.length - inProgress,
		requests: reader.sent,
		left: budgetOf(trigger.provider, setup.credentials).left(),
	});
}

/**
 * Whether a poll that got no turn can just leave it to a later one: no call is lost, as reading goes on where it ended.
 * Once half of the look-back has passed, users have to know that their calls come that late.
 */
function canWait(
	context: IPollFunctions,
	key: string,
	now: number,
	lookbackMs: number,
	refusal: NodeApiError,
): boolean {
	const since = waitingSince.get(key) ?? now;
	waitingSince.set(key, since);
	if (now - since > lookbackMs / 2) return false;
	context.logger.info(`${refusal.message}: this poll is left out. ${refusal.description ?? ''}`, {
		node: context.getNode().name,
		workflowId: context.getWorkflow().id,
	});
	return true;
}
