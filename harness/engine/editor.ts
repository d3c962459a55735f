import { LoadOptionsContext } from 'n8n-core';
import type { INodeListSearchResult, INodePropertyOptions, INodeType } from 'n8n-workflow';

import { loadPackage, nodeTypes } from './package';
import { additionalDataOf, nodeOf, workflowOf, type NodeRun } from './run';

/** The entries of a drop-down, as the editor asks for them. */
export async function searchList(
	request: NodeRun,
	method: string,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { context, methods } = await editorAt(request, 'parameters.id');
	const search = methods?.listSearch?.[method];
	if (search === undefined) throw new Error(`No drop-down ${method}`);
	return await search.call(context, filter, paginationToken);
}

/** The choices of a field that takes several, as the editor asks for them. */
export async function loadChoices(request: NodeRun, method: string): Promise<INodePropertyOptions[]> {
	const { context, methods } = await editorAt(request, 'parameters.filters');
	const load = methods?.loadOptions?.[method];
	if (load === undefined) throw new Error(`No choices ${method}`);
	return await load.call(context);
}

/** What the editor has at a field of a node: its context, and the node's methods. */
async function editorAt(
	request: NodeRun,
	path: string,
): Promise<{ context: LoadOptionsContext; methods: INodeType['methods'] }> {
	await loadPackage();
	const node = nodeOf(request);
	const workflow = workflowOf(node, request.timezone);
	const context = new LoadOptionsContext(workflow, node, additionalDataOf(request), path);
	return { context, methods: nodeTypes.getByNameAndVersion(node.type).methods };
}
