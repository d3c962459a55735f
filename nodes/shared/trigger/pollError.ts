import type { IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { problemError } from '../request/nodeErrors';
import { Contradiction } from '../request/problems';

/** Whatever comes neither from the provider nor from a setting is a bug in this package, and the message says so. */
export function pollError(context: IPollFunctions, error: unknown): Error {
	if (error instanceof Error && 'node' in error) return error;
	if (error instanceof Contradiction) return contradicted(context, error);
	return new NodeOperationError(context.getNode(), error as Error, {
		description: 'This is a defect of the node. Nothing was lost: the next poll reads the same calls again.',
		failure: { cause: 'node-defect' },
	});
}

/** The error for answers that contradict each other: they may be fine at the next poll, and nothing has moved on. */
function contradicted(context: IPollFunctions, { message, next }: Contradiction): Error {
	return problemError(context, { message, description: next, cause: 'temporarily-unavailable' });
}
