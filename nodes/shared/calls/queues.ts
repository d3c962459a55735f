import { parameterError } from '../request/nodeErrors';
import type { Fetch, RequestContext } from '../request/provider';
import type { Source, TriggerProvider } from './source';

/**
 * Reads the queues of the account, where records can only be matched to them by their list.
 *
 * @param isNeeded whether calls are chosen by their queue: without the list all of them, or none, would pass
 * @throws NodeApiError if they are needed and cannot be read; if not needed, calls just have no queue
 */
export async function readQueues(
	context: RequestContext,
	{ provider }: TriggerProvider,
	{ queues }: Source,
	fetch: Fetch,
	isNeeded: boolean,
): Promise<void> {
	try {
		await queues?.read(fetch, isNeeded);
	} catch (error) {
		if (isNeeded) return await Promise.reject(error as Error);
		const { message } = error as Error;
		context.logger.warn(
			`${provider.name}: the queues could not be read, so 'queue' is not told of new ones. ${message}`,
		);
	}
}

/** The error for names in a filter that no queue of the account has: it would never match anything. */
export function unknownQueues(
	context: RequestContext,
	displayName: string,
	{ queues }: Source,
	wanted: readonly string[],
): Error | undefined {
	const unknown = wanted.filter((name) => queues?.has(name) === false);
	if (queues === undefined || unknown.length === 0) return undefined;
	const names = queues.names.slice(0, 20);
	const known = names.length === 0 ? 'It sees no queue at all' : `It sees: ${names.join(', ')}`;
	return parameterError(
		context,
		`'${displayName}' names a queue that the account does not have: ${unknown.join(', ')}`,
		`${known}. Correct the name, or use a key that sees the queue: an API key sees what its user may see.`,
	);
}
