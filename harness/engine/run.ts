import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	IRun,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';

import { withForm } from '../forms';
import { credentialsHelper } from './credentials';
import { noteOutput, noteRun } from './notes';
import { loadPackage, nodeTypes, loadOthers, PACKAGE } from './package';

export interface NodeRun {
	/** As in package.json's list, e.g. `voipcloud`. */
	node: string;
	parameters: INodeParameters;
	/** By credential type. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
	/** One empty item unless told. */
	items?: INodeExecutionData[];
	onError?: INode['onError'];
	timezone?: string;
	/** Whether fields that are not entered have the defaults of the form, instead of what tests compare. */
	hasDefaults?: boolean;
	/** When the user stops the execution. */
	stopped?: Promise<unknown>;
}

export interface NodeResult {
	items: INodeExecutionData[];
	/** Of the error output, where the node has one (`onError: 'continueErrorOutput'`). */
	errorItems: INodeExecutionData[];
	/** The error that stopped the node. */
	error:
		| (Error & { description?: string | null; context?: IDataObject; httpCode?: string | null; failure?: IDataObject })
		| undefined;
	run: IRun;
}

/** Runs one node in n8n's own execution engine. */
export async function runNode(request: NodeRun): Promise<NodeResult> {
	await loadPackage();
	const what = `${request.parameters.resource as string} ${request.parameters.operation as string}`;
	noteRun(request.node, what);
	const node = nodeOf(request);
	const workflow = workflowOf(node, request.timezone);
	const input = { main: [request.items ?? [{ json: {} }]] };
	// The node has one before it, as in any workflow: n8n takes the fields of error items from there.
	const runExecutionData = createRunExecutionData({
		resultData: {
			runData: { Input: [{ startTime: 0, executionIndex: 0, executionTime: 0, source: [], data: input }] },
		},
		executionData: {
			nodeExecutionStack: [{ node, data: input, source: { main: [{ previousNode: 'Input' }] } }],
		},
	});
	const execution = new WorkflowExecute(additionalDataOf(request), 'manual', runExecutionData).processRunExecutionData(
		workflow,
	);
	void request.stopped?.then(() => execution.cancel());
	const run = await execution;
	const task = run.data.resultData.runData[node.name]?.[0];
	const isWhole =
		request.parameters.simplify !== false &&
		node.parameters.output === undefined &&
		request.parameters.dryRun !== true &&
		(request.parameters.options as IDataObject | undefined)?.dryRun !== true;
	if (isWhole)
		noteOutput(
			request.node,
			what,
			(task?.data?.main[0] ?? []).map(({ json }) => json),
		);
	return {
		items: task?.data?.main[0] ?? [],
		errorItems: task?.data?.main[1] ?? [],
		error: (task?.error ?? run.data.resultData.error) as NodeResult['error'],
		run,
	};
}

/** A node of another package in a chain, for comparisons. */
interface ChainLink {
	type: string;
	typeVersion: number;
	parameters: INodeParameters;
}

/**
 * Runs nodes of n8n's own collection one after the other, in the same engine.
 *
 * @param folder where the package `n8n-nodes-base` lies
 * @returns how many items the last node gave; with no nodes, only loads what is needed
 */
export async function runWorkflow(
	folder: string,
	links: ChainLink[],
	items: INodeExecutionData[] = [{ json: {} }],
): Promise<number> {
	await loadOthers(folder);
	if (links.length === 0) return 0;
	const nodes = links.map((link, i): INode => ({ ...link, id: `node${i}`, name: `Node ${i}`, position: [i * 200, 0] }));
	const connections = Object.fromEntries(
		nodes.slice(1).map((node, i) => [`Node ${i}`, { main: [[{ node: node.name, type: 'main' as const, index: 0 }]] }]),
	);
	const workflow = new Workflow({
		id: 'workflow1',
		name: 'Chain',
		nodes,
		connections,
		active: false,
		nodeTypes,
		settings: {},
	});
	const data = createRunExecutionData({
		executionData: { nodeExecutionStack: [{ node: nodes[0], data: { main: [items] }, source: null }] },
	});
	const run = await new WorkflowExecute(
		additionalDataOf({ node: '', parameters: {} }),
		'manual',
		data,
	).processRunExecutionData(workflow);
	if (run.data.resultData.error !== undefined) throw run.data.resultData.error;
	return run.data.resultData.runData[nodes[nodes.length - 1].name]?.[0]?.data?.main[0]?.length ?? 0;
}

export function nodeOf(request: NodeRun): INode {
	const { node, parameters, credentials = {}, onError, hasDefaults = false } = request;
	return {
		id: 'a1b2c3d4-0000-4000-8000-000000000001',
		name: 'Node under test',
		type: PACKAGE + node,
		typeVersion: 1,
		position: [0, 0],
		parameters: hasDefaults ? parameters : withForm(node, parameters),
		onError,
		credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: `id-${type}`, name: type }])),
	};
}

export function workflowOf(node: INode, timezone = 'UTC', staticData: IDataObject = {}, id = 'workflow1'): Workflow {
	return new Workflow({
		id,
		name: 'Workflow',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
		staticData,
		settings: { executionOrder: 'v1', timezone },
	});
}

/** What n8n hands to every execution besides the workflow. */
export function additionalDataOf(request: NodeRun): IWorkflowExecuteAdditionalData {
	const additionalData = {
		credentialsHelper: credentialsHelper(request.credentials ?? {}),
		executionId: 'execution1',
		restApiUrl: '',
		instanceBaseUrl: '',
		webhookBaseUrl: '',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: '',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		currentNodeParameters: undefined,
		executionTimeoutTimestamp: undefined,
		variables: {},
		setExecutionStatus: () => undefined,
		logAiEvent: () => undefined,
	};
	return Object.assign(additionalData, {
		hooks: new ExecutionLifecycleHooks('manual', 'execution1', {
			id: 'workflow1',
			name: 'Workflow',
			active: false,
			activeVersionId: null,
			isArchived: false,
			createdAt: new Date(),
			updatedAt: new Date(),
			nodes: [],
			connections: {},
		}),
	}) as unknown as IWorkflowExecuteAdditionalData;
}
