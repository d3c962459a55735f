import type { IDataObject } from 'n8n-workflow';

import { named, type Named } from '../../shared/calls/call';
import { isNameOf } from '../../shared/calls/passes';
import { accountOf } from '../../shared/request/pacing/accounts';
import { isRefusal } from '../../shared/request/pacing/refusals';
import type { Fetch } from '../../shared/request/provider';
import { HOUR, monotonic } from '../../shared/values/time';
import { isRecord, text } from '../../shared/values/values';
import { voipStudio } from '../api';
import { pages } from '../lists/pages';

/** How long the list of queues is trusted; also how long one that could not be read is not requested again. */
const KEPT_MS = HOUR;

/** No account has this many; an endless list must not use up the requests of a poll. */
const MOST_QUEUES = 5_000;

/** What is known about the queues of an account. */
interface Kept {
	/** When the list was last asked for. */
	readonly askedAt: number;
	readonly isRead: boolean;
	readonly rows: readonly IDataObject[];
}

/** The queues of each account that was read, as long as the process lives. */
const keptOf = new Map<string, Kept>();

/**
 * The queues of an account by the names and numbers in its call records. A record has no field for the queue
 * ("the context value for queues is unknown"). Preconditions:
 * - a call to a queue has the queue's `number`, which is its extension, as `dst`, or its `name` as `dst_name`;
 * - `dst_id` is the user's if the callee is a user, and then `user_id` is the same: a user with the name of a queue is not one.
 *
 * Of two queues with the same name only the name is known, and a number shared by two says nothing.
 */
export class QueueList {
	private readonly account: string;

	private queues: Named[] = [];

	private byNumber = new Map<string, Named>();

	private byName = new Map<string, Named>();

	constructor(private readonly credentials: IDataObject) {
		this.account = accountOf(voipStudio, credentials);
		this.take(keptOf.get(this.account)?.rows ?? []);
	}

	/**
	 * Reads the list, at most once an hour in this process.
	 *
	 * @param isNeeded whether a list that could not be read within the hour is asked for again
	 * @throws what the request throws; what was known before stays
	 */
	async read(fetch: Fetch, isNeeded: boolean): Promise<void> {
		const now = monotonic();
		const kept = keptOf.get(this.account);
		if (kept !== undefined && now - kept.askedAt < KEPT_MS && (kept.isRead || !isNeeded)) return;
		const request = { method: 'GET' as const, baseURL: voipStudio.baseUrl(this.credentials), url: '/queues' };
		const rows: IDataObject[] = [];
		try {
			for await (const page of pages(fetch, request, MOST_QUEUES)) rows.push(...page);
		} catch (error) {
			// One without a turn was not asked for.
			if (!isRefusal(error)) keptOf.set(this.account, { askedAt: now, isRead: false, rows: kept?.rows ?? [] });
			return await Promise.reject(error as Error);
		}
		keptOf.set(this.account, { askedAt: now, isRead: true, rows });
		this.take(rows);
	}

	/** The names of the account's queues. */
	get names(): string[] {
		return this.queues.map(({ id, name }) => name ?? id ?? '').sort();
	}

	/** Whether a queue has this ID or name, whatever its spelling. */
	has(idOrName: string): boolean {
		return this.queues.some((queue) => isNameOf(idOrName, queue));
	}

	/** The queue of a call record; null if it is not known to be a call to one. */
	of({ type, dst, dst_id, dst_name, user_id }: IDataObject): Named | null {
		const byNumber = this.byNumber.get(text(dst) ?? '');
		if (byNumber !== undefined) return byNumber;
		// For an outgoing call, the name is that of the destination's tariff.
		if (text(type)?.toUpperCase() === 'O') return null;
		const user = text(user_id);
		if (user !== null && text(dst_id) === user) return null;
		return this.byName.get(text(dst_name) ?? '') ?? null;
	}

	private take(rows: readonly unknown[]): void {
		const queues = rows.filter(isRecord).map(({ id, name, number }) => ({ queue: named(name, id), number }));
		this.queues = queues.flatMap(({ queue }) => queue ?? []);
		this.byNumber = unique(
			queues.map(({ queue, number }) => [text(number), queue]),
			() => null,
		);
		this.byName = unique(
			this.queues.map((queue) => [queue.name, queue]),
			named,
		);
	}
}

/** What is named by one only; of what is named by several, what `shared` makes of the name. */
function unique(
	entries: ReadonlyArray<readonly [string | null, Named | null]>,
	shared: (key: string) => Named | null,
): Map<string, Named> {
	const found = new Map<string, Named>();
	const several = new Set<string>();
	for (const [key, queue] of entries) {
		if (key === null || queue === null) continue;
		if (found.has(key)) several.add(key);
		found.set(key, queue);
	}
	for (const key of several) {
		const queue = shared(key);
		if (queue === null) found.delete(key);
		else found.set(key, queue);
	}
	return found;
}
