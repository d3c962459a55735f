import { upperFirst } from 'lodash';

import { parameterError } from '../request/nodeErrors';
import type { Fetch, RequestContext } from '../request/provider';
import { foldedName } from '../values/values';
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

/** As many names as a message can hold. */
const NAMES_SHOWN = 20;
/** A name with more slips of the finger than one in this many letters is another name. */
const LETTERS_PER_SLIP = 3;

/** What to do about a name that nobody has: n8n shows but the message where a workflow is published. */
export function adviceFor(name: string, others: readonly string[]): string {
	const wanted = foldedName(name);
	// The beginning as well: 'Suport' stands for 'Support queue'.
	const beginning = (other: string) => foldedName(other).slice(0, wanted.length + 1);
	const slips = others.map((other) =>
		Math.min(slipsBetween(wanted, foldedName(other)), slipsBetween(wanted, beginning(other))),
	);
	const fewest = Math.min(...slips);
	if (fewest * LETTERS_PER_SLIP <= wanted.length) return `did you mean ${others[slips.indexOf(fewest)]}?`;
	return others.length === 0 ? 'check the name.' : `there are ${others.slice(0, NAMES_SHOWN).join(', ')}.`;
}

/** How many letters have to be added, removed or changed to make one text of another (Levenshtein). */
function slipsBetween(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, at) => at);
	for (const [i, letter] of [...a].entries()) {
		const next = [i + 1];
		for (const [j, other] of [...b].entries())
			next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + Number(letter !== other)));
		row = next;
	}
	return row[row.length - 1];
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
	const names = queues.names.slice(0, NAMES_SHOWN);
	const known = names.length === 0 ? 'It sees no queue at all' : `It sees: ${names.join(', ')}`;
	return parameterError(
		context,
		`'${displayName}' names a queue that the account does not have: ${unknown.join(', ')}. ${upperFirst(adviceFor(unknown[0], queues.names))}`,
		`${known}. Correct the name, or use a key that sees the queue: an API key sees what its user may see.`,
	);
}
