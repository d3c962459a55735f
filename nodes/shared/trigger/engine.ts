import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { TriggerState } from '../calls/state';
import { MINUTE, SECOND } from '../values/time';

/** n8n's in-memory polling engine has no time limit and states this budget; its durable one states a shorter one. */
const IN_MEMORY_LIMIT_MS = 5 * MINUTE;
/** n8n before 2.37 states none. Short enough that two polls a minute apart do not overlap. */
const UNKNOWN_LIMIT_MS = 36 * SECOND;

/** The state is copied at most this long before its poll. */
const OLDEST_COPY_MS = 10 * SECOND;
/** A poll ends by itself when its time is up; one that is still running this much later hangs. */
const HANGS_AFTER_MS = 30 * SECOND;

/** n8n's in-memory engine gives all polls of a published workflow one live state object; its durable one a copy each. */
export type StoredState = IDataObject & { calls?: TriggerState };

/** A poll of a trigger. */
interface PollRecord {
	/** The state it began with. */
	readonly state: string;
	readonly startedAt: number;
	/** How long it may take. */
	readonly timeLimitMs: number;
	/** When it gave calls; null while it is running. */
	gaveAt: number | null;
	/** Whether another was started in its place, as it hung or its workflow was published again: it gives nothing any more. */
	isGivenUp: boolean;
}

// Weak and by n8n's own object: only its identity shows the engine, and a publication ends with it.
/** The running poll of each state: the in-memory engine may start a second before the first is done. */
const underWay = new WeakMap<StoredState, PollRecord>();
/** States that have been polled since they were published or n8n was started. */
const polledBefore = new WeakSet<StoredState>();

/**
 * The last poll of each trigger by workflow and node, while it is running or if it gave calls. The durable engine runs
 * polls of one trigger that are due together (after a restart, all that were missed) side by side, each with its
 * own copy of one state, and keeps what each of them returns.
 */
const lastPolls = new Map<string, PollRecord>();

/**
 * What the polls of each trigger in this process have revealed about n8n's engine: `live` if it passed one state object twice,
 * `limited` if it stated a limit of its own, `unknown` if neither.
 */
const engines = new Map<string, 'live' | 'limited' | 'unknown'>();

/**
 * Registers a poll, unless another of the same trigger is running or has just given the calls that this copy of the state
 * lacks: then the poll must return nothing. One that is still running for an earlier publication is given up: n8n before June 2026
 * (n8n-io/n8n#32006) would start an execution for what it returns, with the calls that this poll gives as well.
 *
 * @param trigger the workflow and the node
 */
export function beginPoll(
	context: IPollFunctions,
	stored: StoredState,
	trigger: string,
	now: number,
): PollRecord | null {
	if (polledBefore.has(stored)) engines.set(trigger, 'live');
	else if (namesLimit(context)) engines.set(trigger, 'limited');
	const state = JSON.stringify(stored.calls ?? null);
	const isBeside = isUnderWay(underWay.get(stored), now);
	const isLate = isScheduledDurably(context, stored, trigger) && isOldCopy(lastPolls.get(trigger), state, now);
	if (isBeside || isLate) return null;
	const last = lastPolls.get(trigger);
	if (last !== undefined) last.isGivenUp = true;
	const poll: PollRecord = {
		state,
		startedAt: now,
		timeLimitMs: timeLimitMs(context),
		gaveAt: null,
		isGivenUp: false,
	};
	underWay.set(stored, poll);
	lastPolls.set(trigger, poll);
	return poll;
}

/** What has to be done no matter how a poll ended. */
export function endPoll(stored: StoredState, trigger: string, poll: PollRecord): void {
	polledBefore.add(stored);
	if (!engines.has(trigger)) engines.set(trigger, 'unknown');
	if (underWay.get(stored) === poll) underWay.delete(stored);
	if (lastPolls.get(trigger) === poll && poll.gaveAt === null) lastPolls.delete(trigger);
}

/** Whether a poll is running. One that hangs is given up here: it must not silence the trigger. */
function isUnderWay(poll: PollRecord | undefined, now: number): boolean {
	if (poll === undefined || poll.gaveAt !== null || poll.isGivenUp) return false;
	poll.isGivenUp = Math.abs(now - poll.startedAt) > poll.timeLimitMs + HANGS_AFTER_MS;
	return !poll.isGivenUp;
}

/** Whether another poll of this trigger is running, or has just given the calls that this copy of the state lacks. */
function isOldCopy(last: PollRecord | undefined, copy: string, now: number): boolean {
	if (last === undefined || last.gaveAt === null) return isUnderWay(last, now);
	return last.state === copy && Math.abs(now - last.gaveAt) < OLDEST_COPY_MS;
}

export function timeLimitMs(context: IPollFunctions): number {
	return namedTimeLimitMs(context) ?? UNKNOWN_LIMIT_MS;
}

function namedTimeLimitMs(context: IPollFunctions): number | undefined {
	const { getPollBudgetMs } = context as { getPollBudgetMs?: () => number };
	return getPollBudgetMs?.();
}

/**
 * Whether this is the poll that n8n makes while it publishes the workflow or starts. The in-memory engine passes the
 * same state object to every poll of a publication. The durable engine passes another each time.
 */
export function isActivation(context: IPollFunctions, stored: StoredState, trigger: string): boolean {
	return !polledBefore.has(stored) && !isScheduledDurably(context, stored, trigger);
}

/**
 * Whether this is a scheduled poll of n8n's durable engine. Such polls have the activation mode 'update', and state a limit from
 * its settings; a poll of a publication states the default of a context without one. If the settings make both equal, a poll has
 * no way to tell. So the second such poll of a trigger is taken to be a scheduled one unless something has shown
 * otherwise: at worst an outage is ignored after a start of n8n, or a publication during an outage fails with an error.
 */
function isScheduledDurably(context: IPollFunctions, stored: StoredState, trigger: string): boolean {
	if (context.getActivationMode() !== 'update') return false;
	return namesLimit(context) || (engines.get(trigger) === 'unknown' && !polledBefore.has(stored));
}

function namesLimit(context: IPollFunctions): boolean {
	return (namedTimeLimitMs(context) ?? IN_MEMORY_LIMIT_MS) !== IN_MEMORY_LIMIT_MS;
}
