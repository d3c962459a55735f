import type { IPollFunctions } from 'n8n-workflow';

import { isoUtc, MINUTE } from '../values/time';

/** What one poll did. */
export interface PollReport {
	/** How many items it gave. */
	readonly given: number;
	/** How many records it read, including those that were known already. */
	readonly read: number;
	/** The newest end among them, as an instant; null if there is none. */
	readonly newestEnd: number | null;
	/** How many of the new calls did not pass the filters. */
	readonly filtered: number;
	/** How many calls are still in progress. */
	readonly inProgress: number;
	/** How many are over, but wait for their legs or for the next poll. */
	readonly waiting: number;
	readonly requests: number;
	/** What is left of the provider's limit; null where none is documented. */
	readonly left: { readonly requests: number; readonly of: number; readonly windowMs: number } | null;
}

/**
 * A line in n8n's log, at its level info, that tells a trigger with nothing to give from a broken one. n8n has no other
 * place for it: hints belong to executions, and a poll without a call starts none.
 */
export function logPoll(context: IPollFunctions, provider: string, report: PollReport): void {
	context.logger.info(`${provider} Trigger: ${inWords(report)}`, {
		node: context.getNode().name,
		workflowId: context.getWorkflow().id,
	});
}

function inWords({ given, read, newestEnd, filtered, inProgress, waiting, requests, left }: PollReport): string {
	const newest = isoUtc(newestEnd);
	const budget =
		left === null ? '' : `, ${left.requests} of ${left.of} in ${Math.round(left.windowMs / MINUTE)} minutes left`;
	return [
		`${counted(given, 'item')} given`,
		`${counted(read, 'record')} read${newest === null ? '' : `, the newest ended ${newest}`}`,
		`${filtered} new did not pass the filters, ${inProgress} in progress, ${waiting} waiting`,
		`${counted(requests, 'request')}${budget}`,
	].join('; ');
}

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
