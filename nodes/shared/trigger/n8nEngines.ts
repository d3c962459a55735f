import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { MINUTE, SECOND } from '../time';
import type { TriggerState } from './decide';

/** n8n's in-memory polling engine has no time limit and names this budget; its durable one names a shorter. */
const IN_MEMORY_LIMIT_MS = 5 * MINUTE;
/** n8n before 2.37 names none. Short enough that two polls a minute apart do not meet. */
const UNKNOWN_LIMIT_MS = 36 * SECOND;

/** A copy of the state is made this long before its poll at most. */
const OLDEST_COPY_MS = 10 * SECOND;
/** A poll ends by itself when its time is over; one that is still there so much later hangs. */
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
 * The last poll of each trigger by workflow and node, while it is under way or if it gave calls. The durable engine runs
 * several poll times of one trigger that are due together (after a restart all that were missed) side by side, each with its
 * own copy of one state, and keeps what each of them gives.
 */
const lastPolls = new Map<string, PollRecord>();

/**
 * What the polls of each trigger in this process have told of n8n's engine: `live` if it gave one state object twice, `limited`
 * if it named a limit of its own, `unknown` if neither.
 */
const engines = new Map<string, 'live' | 'limited' | 'unknown'>();

/**
 * Registers a poll, unless another of the same trigger is under way or has just given the calls that this copy of the state
 * lacks: then the poll has to return nothing.
 *
 * @param trigger names the workflow and the node
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

/** What has to be done however a poll ended. */
export function endPoll(stored: StoredState, trigger: string, poll: PollRecord): void {
	polledBefore.add(stored);
	if (!engines.has(trigger)) engines.set(trigger, 'unknown');
	if (underWay.get(stored) === poll) underWay.delete(stored);
	if (lastPolls.get(trigger) === poll && poll.gaveAt === null) lastPolls.delete(trigger);
}

/** Whether a poll is under way. One that hangs is given up here: it must not silence the trigger. */
function isUnderWay(poll: PollRecord | undefined, now: number): boolean {
	if (poll === undefined || poll.gaveAt !== null || poll.isGivenUp) return false;
	poll.isGivenUp = Math.abs(now - poll.startedAt) > poll.timeLimitMs + HANGS_AFTER_MS;
	return !poll.isGivenUp;
}

/** Whether another poll of this trigger is under way, or has just given the calls that this copy of the state lacks. */
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
 * Whether this is the poll that n8n makes while it publishes the workflow or starts. The in-memory engine hands over the
 * same state object at every poll of a publication. The durable engine hands over another each time.
 */
export function isActivation(context: IPollFunctions, stored: StoredState, trigger: string): boolean {
	return !polledBefore.has(stored) && !isScheduledDurably(context, stored, trigger);
}

/**
 * Whether this is a poll on n8n's durable scheduler. It polls with the activation mode 'update' then, and names a limit by its
 * settings; a poll of a publication names the one of a context that nobody gave any. Settings by which both are the same leave
 * no sign that a poll could read. So the second such poll of a trigger is taken to be on schedule if nothing has ever told
 * otherwise: at worst one outage is passed over after a start of n8n, or a publication during an outage is refused aloud.
 */
function isScheduledDurably(context: IPollFunctions, stored: StoredState, trigger: string): boolean {
	if (context.getActivationMode() !== 'update') return false;
	return namesLimit(context) || (engines.get(trigger) === 'unknown' && !polledBefore.has(stored));
}

function namesLimit(context: IPollFunctions): boolean {
	return (namedTimeLimitMs(context) ?? IN_MEMORY_LIMIT_MS) !== IN_MEMORY_LIMIT_MS;
}
