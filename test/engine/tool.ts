/**
 * Each node as the tool of an AI agent, through n8n's own wrapper: `getInputConnectionData` of n8n-core makes the tool
 * that a language model sees, and calls the node with what the model filled in.
 */
import type { ExecuteContext } from 'n8n-core';
import { RoutingNode, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeParameters,
	INodeProperties,
	INodeType,
	INodeTypes,
} from 'n8n-workflow';
import { createRunExecutionData, NodeConnectionTypes, Workflow } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { noteRun } from '../../harness/engine/notes';
import { loader, nodeTypes } from '../../harness/engine/package';
import { additionalDataOf, nodeOf } from '../../harness/engine/run';
import { createSimulator, withKey, type Simulator } from '../../simulator/server/server';

export const NOON = Date.parse('2026-11-20T01:00:00Z');
/** The key of all accounts here. */
export const CREDENTIAL = 'a-key-no-model-may-see';

export interface Provider {
	node: string;
	credentials(secret?: string): Request['credentials'];
}

/** A simulator whose accounts have the key. */
export async function simulatorOfAgents(): Promise<Simulator> {
	return await createSimulator({
		world: { seed: 7, callsPerDay: 0, clock: () => NOON },
		...withKey(CREDENTIAL),
	});
}

/** What n8n gives a node that is a tool: `convertNodeToAiTool` and `getByNameAndVersion` of its node types. */
export function toolVariant(name: string): INodeType {
	const type = loader.getNode(name).type as INodeType;
	const { description } = type;
	expect(description.usableAsTool).toBe(true);
	const descriptionType: INodeProperties = {
		displayName: 'Tool Description',
		name: 'descriptionType',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Set Automatically', value: 'auto' },
			{ name: 'Set Manually', value: 'manual' },
		],
		default: 'auto',
	};
	const toolDescription: INodeProperties = {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		default: description.description,
		required: true,
		displayOptions: { show: { descriptionType: ['manual'] } },
	};
	return Object.create(type, {
		description: {
			value: {
				...description,
				name: `${description.name}Tool`,
				displayName: `${description.displayName} Tool`,
				inputs: [],
				outputs: [NodeConnectionTypes.AiTool],
				properties: [descriptionType, toolDescription, ...description.properties],
				usableAsTool: undefined,
			},
		},
		execute: {
			async value(this: ExecuteContext) {
				return (await new RoutingNode(this, type).runNode()) ?? [];
			},
		},
	}) as INodeType;
}

export interface Tool {
	name: string;
	description: string;
	schema: { shape: Record<string, { description?: string }> };
	invoke(args: IDataObject): Promise<string>;
}

export interface Request {
	node: string;
	parameters: INodeParameters;
	credentials: Record<string, ICredentialDataDecryptedObject>;
}

/**
 * Runs a workflow of an agent and one tool in n8n's engine. The agent here is the smallest there can be: it hands its tool
 * to the test, which plays the language model.
 */
export async function withTool<T>(request: Request, model: (tool: Tool) => Promise<T>): Promise<T> {
	const { resource, operation } = request.parameters as Record<string, string>;
	noteRun(request.node, `${resource} ${operation}`);
	let said: { value: T } | undefined;
	const agentType: INodeType = {
		description: {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: 'Calls its tool',
			defaults: { name: 'Agent' },
			inputs: [NodeConnectionTypes.Main, { type: NodeConnectionTypes.AiTool }],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		async execute() {
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Tool[];
			said = { value: await model(tool) };
			return [[{ json: {} }]];
		},
	};
	const variant = toolVariant(request.node);
	const types: INodeTypes = {
		...nodeTypes,
		getByNameAndVersion: (type) => (type === 'agent' ? agentType : variant),
	};
	const agent: INode = { id: 'agent', name: 'Agent', type: 'agent', typeVersion: 1, position: [0, 0], parameters: {} };
	const tool: INode = { ...nodeOf(request), name: 'Telephone', type: `n8n-nodes-cloud-pbx.${request.node}Tool` };
	const workflow = new Workflow({
		id: 'workflow1',
		name: 'Agent with a telephone',
		nodes: [agent, tool],
		connections: { Telephone: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] } },
		active: false,
		nodeTypes: types,
		settings: { executionOrder: 'v1', timezone: 'UTC' },
	});
	const data = createRunExecutionData({
		executionData: { nodeExecutionStack: [{ node: agent, data: { main: [[{ json: {} }]] }, source: null }] },
	});
	const run = await new WorkflowExecute(additionalDataOf(request), 'manual', data).processRunExecutionData(workflow);
	if (run.data.resultData.error !== undefined) throw run.data.resultData.error;
	if (said === undefined) throw new Error('The agent did not run');
	return said.value;
}

/** As n8n's editor writes it when a user leaves a field to the model. */
export function fromAI(key: string, description = '', type = 'string'): string {
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${description}\`, '${type}') }}`;
}

/** The providers by node, as nodes reach them at a simulator with the key of all accounts, or with another. */
export function providersAt(simulator: () => Simulator): Record<string, Provider> {
	const of = (type: string, secret: string): ICredentialDataDecryptedObject => {
		const fields = Object.entries(simulator().logins()[type]);
		return Object.fromEntries(fields.map(([field, value]) => [field, value === CREDENTIAL ? secret : value]));
	};
	return Object.fromEntries(
		providers.map(({ node, credentials: [type] }) => [
			node,
			{ node, credentials: (secret = CREDENTIAL) => ({ [type]: of(type, secret) }) },
		]),
	);
}
