import get from 'lodash/get';
import { ExecuteContext, RoutingNode } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeProperties, INodeType } from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';

import { loader, loadPackage } from './package';
import { additionalDataOf, nodeOf, type NodeRun } from './run';

/**
 * The test of a credential, as n8n's `CredentialsTester` runs and judges it: the test request as the only property of a
 * node without anything else, the answer by the rules.
 */
export async function testCredential(
	type: string,
	data: ICredentialDataDecryptedObject,
): Promise<{ status: 'OK' | 'Error'; message: string }> {
	await loadPackage();
	const { test } = loader.getCredential(type).type;
	if (test === undefined) throw new Error(`${type} has no test`);
	const { request, rules = [] } = test;
	const temp: INodeProperties = {
		displayName: 'Temp',
		name: 'temp',
		type: 'string',
		routing: { request },
		default: '',
	};
	const nodeType = {
		description: {
			displayName: 'Temp',
			name: 'temp',
			group: [],
			version: 1,
			description: '',
			defaults: {},
			inputs: [],
			outputs: [],
			credentials: [{ name: type, required: true }],
			properties: [temp],
		},
	} as unknown as INodeType;
	const run: NodeRun = { node: 'temp', parameters: {}, credentials: { [type]: data } };
	const node = nodeOf(run);
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { getByName: () => nodeType, getByNameAndVersion: () => nodeType, getKnownTypes: () => ({}) },
	});
	const inputData = { main: [[{ json: {} }]] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalDataOf(run),
		'internal',
		createRunExecutionData({}),
		0,
		[],
		inputData,
		{ node, data: {}, source: null },
		[],
	);
	let answer: unknown;
	try {
		const items = await new RoutingNode(context, nodeType, { id: '1', name: type, type, data }).runNode();
		answer = items?.[0][0].json;
	} catch (thrown) {
		const error = thrown as Error & { cause?: { response?: { status: number; statusText: string }; code?: string } };
		const response = error.cause?.response;
		if (response !== undefined) {
			const rule = rules.find(
				({ type: kind, properties }) => kind === 'responseCode' && properties.value === response.status,
			);
			return { status: 'Error', message: rule?.properties.message ?? response.statusText };
		}
		return { status: 'Error', message: error.cause?.code ?? error.message };
	}
	const rule = rules.find(
		({ type: kind, properties }) =>
			kind === 'responseSuccessBody' &&
			get(answer, (properties as { key: string }).key) === (properties.value as unknown),
	);
	return rule === undefined
		? { status: 'OK', message: 'Connection successful!' }
		: { status: 'Error', message: rule.properties.message };
}
