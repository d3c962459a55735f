import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import { quoted } from './problems';
import type { RequestContext } from './provider';
import { withoutSecrets } from './secrets';

/** What was logged recently, by execution and node. Old entries are dropped: at worst a warning is logged twice. */
const logged = new Set<string>();
const MOST_LOGGED = 500;

const MOST_TOLD = 3;

/** The warnings of an answer as users may read them: a few, short, in one line each, without secrets. */
export function toldWarnings(warnings: readonly string[], secrets: readonly string[]): string[] {
	return warnings.slice(0, MOST_TOLD).map((warning) => withoutSecrets(quoted(warning), secrets));
}

/**
 * Tells of what the user should know, once in a run of the node: as a hint in the editor if n8n lets the node give one
 * (its declarative engine does not), else in n8n's log. It is not part of any record.
 */
export function tellOnce(context: RequestContext, messages: readonly string[]): void {
	for (const message of messages) {
		const { addExecutionHints, hints } = context as Partial<IExecuteFunctions> & { hints?: NodeExecutionHint[] };
		if (addExecutionHints === undefined) logOnce(context, message);
		else if (hints?.some((hint) => hint.message === message) !== true)
			addExecutionHints.call(context, { message, location: 'outputPane', type: 'warning' });
	}
}

function logOnce(context: RequestContext, message: string): void {
	const { id, name } = context.getNode();
	const execution = (context as Partial<IExecuteFunctions>).getExecutionId?.() ?? null;
	const key = JSON.stringify([execution, id, message]);
	if (logged.has(key)) return;
	if (logged.size >= MOST_LOGGED) logged.clear();
	logged.add(key);
	context.logger.warn(message, { node: name });
}
