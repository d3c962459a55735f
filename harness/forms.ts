import type { INodeParameters } from 'n8n-workflow';

/** The resources whose Get Many gives calls. */
export const CALL_LISTS: ReadonlySet<string> = new Set([
	'cdr',
	'callMeBackCdr',
	'queueCall',
	'ringGroupCall',
	'userCall',
]);

/**
 * The parameters of a node, with the form of calls that tests compare unless they choose one: all that is known from a trigger, and
 * a list's records as they are, of any time.
 */
export function withForm(node: string, parameters: INodeParameters): INodeParameters {
	if (node.endsWith('EventTrigger')) return parameters;
	if (node.endsWith('Trigger') || parameters.operation === 'getUnreturned') return { output: 'full', ...parameters };
	if (parameters.operation === 'export') return { rows: 'records', format: 'ndjson', ...parameters };
	const isCalls = parameters.operation === 'getAll' && CALL_LISTS.has(parameters.resource as string);
	return isCalls ? { output: 'raw', period: 'all', ...parameters } : parameters;
}
