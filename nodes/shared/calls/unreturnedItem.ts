import { MINUTE } from '../values/time';
import type { Identity, Named, Party } from './call';
import type { Unreturned } from './unreturned';

/** The item of a caller who was missed and not reached since. Times are ISO 8601 in UTC. */
export interface UnreturnedCaller extends Identity {
	/** The caller, as in the last of the calls. */
	from: Party;
	/** The missed calls of the wait, oldest first. */
	attempts: Array<{
		/** The `callId` of the call's own item. */
		callId: string;
		/** The queue or ring group. */
		queue: Named;
		/** When it started ringing. */
		startedAt: string | null;
		/** When the caller, or the queue, gave up. */
		endedAt: string | null;
		/** How long the caller waited in this call. */
		waitSeconds: number | null;
	}>;
	/** When the first attempt began. */
	firstAt: string | null;
	/** When the last attempt began. */
	lastAt: string | null;
	/** From the end of the first attempt until the item. */
	waitedMinutes: number;
}

/** The item of a caller. */
export function unreturnedItem(
	{ attempts, at }: Unreturned,
	{ provider, event, includeRaw }: { provider: string; event: string; includeRaw: boolean },
	callIdOf: (key: string) => string,
	iso: (time: number | null) => string | null,
	instantOf: (time: number) => number,
): UnreturnedCaller {
	const [first] = attempts;
	const last = attempts[attempts.length - 1];
	return {
		from: last.from,
		attempts: attempts.map(({ key, queue, startedAt, endedAt, waitSeconds }) => ({
			callId: callIdOf(key),
			queue: queue ?? { id: null, name: null },
			startedAt: iso(startedAt),
			endedAt: iso(endedAt),
			waitSeconds,
		})),
		firstAt: iso(first.startedAt ?? first.endedAt),
		lastAt: iso(last.startedAt ?? last.endedAt),
		waitedMinutes: Math.max(0, Math.floor((at - instantOf(first.endedAt)) / MINUTE)),
		id: `${provider}:${event}:${first.key}`,
		provider,
		event,
		schemaVersion: 1,
		...(includeRaw && { raw: attempts.map(({ raw }) => raw ?? null) }),
	};
}
