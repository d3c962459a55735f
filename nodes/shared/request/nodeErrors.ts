import type { INode, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { ExpressionError, NodeApiError, NodeOperationError, UserError } from 'n8n-workflow';

import { DEFECT } from './problems';
import type { Cause, Problem } from './provider';

interface ErrorContext {
	getNode(): INode;
	getItemIndex?: () => number;
}

/** The error to throw for a problem, with the node, the input item (where there is one) and n8n's `failure`. */
export function problemError(context: ErrorContext, problem: Problem): NodeApiError {
	const { description, cause, code, retryAfterMs } = problem;
	const message = messageFor(context, problem.message, description);
	const failure = isTimed(cause) ? { cause, retryAfterMs } : { cause };
	const answer: JsonObject = { message, description };
	const error = new NodeApiError(context.getNode(), answer, {
		message,
		description,
		httpCode: code ?? 'none',
		itemIndex: context.getItemIndex?.(),
		failure,
	});
	// n8n older than 2.41 does not know the option; the poll needs the cause anyway.
	error.failure ??= failure;
	// Not enumerable: n8n stores and shows what is.
	Object.defineProperty(error, 'problem', { value: problem });
	if (problem.frames !== undefined) error.stack = `${error.name}: ${message}${problem.frames}`;
	return error;
}

/** The problem that an error was made from; undefined for an error of n8n's own, or of a parameter. */
export function problemOf(error: unknown): Problem | undefined {
	return error instanceof NodeApiError ? (error as { problem?: Problem }).problem : undefined;
}

function isTimed(cause: Cause): cause is 'rate-limited' | 'quota-exhausted' | 'temporarily-unavailable' {
	return cause === 'rate-limited' || cause === 'quota-exhausted' || cause === 'temporarily-unavailable';
}

/** The error to throw for a parameter value that cannot be used. Names the field and the input item. */
export function parameterError(context: ErrorContext, message: string, description: string): NodeOperationError {
	return new NodeOperationError(context.getNode(), messageFor(context, message, description), {
		description,
		itemIndex: context.getItemIndex?.(),
		failure: { cause: 'configuration-invalid' },
	});
}

/** Of an agent tool's error, n8n passes only the message to the language model, so the next step is in it, too. */
function messageFor(context: ErrorContext, message: string, description: string): string {
	return context.getNode().type.endsWith('Tool') ? `${message}. ${description}` : message;
}

/**
 * An item in place of an input item that failed, linked to it. Its error is only in `json`: from an `error` beside it, n8n
 * makes a new `json`, after copying the fields of the input item into the old one.
 */
export function errorItem(error: Error, itemIndex: number): INodeExecutionData {
	return { json: { error: error.message }, pairedItem: { item: itemIndex } };
}

/** An error of one of n8n's own kinds, with the input item; any other is a bug in the node. */
export function asNodeError(node: INode, error: unknown, itemIndex: number): NodeApiError {
	if (error instanceof Error && 'node' in error) {
		Object.assign((error as NodeApiError).context, { itemIndex });
		return error as NodeApiError;
	}
	const thrown = error instanceof Error ? error : new Error(String(error));
	return new NodeApiError(
		node,
		{ message: thrown.message },
		{
			itemIndex,
			message: thrown.message,
			description: expressionNext(thrown) ?? DEFECT,
			httpCode: 'none',
		},
	);
}

/** n8n's words for a name that no expression may hold; of a query by JMESPath it does not say which. */
const REFUSED_NAME =
	/^Cannot (?:access|destructure) (?:"(\w+)"|this property in a jmespath query) due to security concerns/;

/**
 * What to do about an expression that n8n did not evaluate; undefined for any other error. n8n refuses some names of JavaScript's own,
 * such as `caller` and `callee`, wherever they stand (`unsafeObjectProperties` of n8n-workflow), and says no more than that.
 */
function expressionNext(error: Error): string | undefined {
	if (!(error instanceof ExpressionError || error instanceof UserError)) return undefined;
	if (error.description) return error.description;
	const refused = REFUSED_NAME.exec(error.message);
	if (refused === null) return 'Nothing was sent. Check the expressions in the fields of this node.';
	const name = refused[1] ?? 'caller';
	return `Nothing was sent. n8n takes this name for one of JavaScript's own, and allows it in no expression. Put a Rename Keys node before this one, or write {{ Object.entries($json).find(([name]) => name === '${name}')[1] }}.`;
}
