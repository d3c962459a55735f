import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';

import type { JournalEntry } from '../simulator/server/journal';
import type { NewCall } from '../simulator/world/worldOptions';
import { withForm } from './forms';
import type { ExecutionItem, N8nRest, StoredWorkflow, WorkflowNode } from './n8n/rest';
import { until } from './processes';
import type { SimulatorProcess } from './simulator';
import type { World } from './suite';

/** What the suites of the providers have in common. */

export const MANUAL = 'When clicking ‘Execute workflow’';

/** n8n polls once a minute, and a whole call may wait a minute for late legs: it comes with the second or third poll. */
const POLL_SECONDS = 200;

/** A node of the package. */
export function node(name: string, type: string, parameters: Record<string, unknown>): WorkflowNode {
	const id = name.toLowerCase().replaceAll(' ', '-');
	const given = withForm(type, parameters as INodeParameters);
	return { id, name, type: `n8n-nodes-cloud-pbx.${type}`, typeVersion: 1, position: [0, 0], parameters: given };
}

/** One of n8n's own nodes. */
export function baseNode(
	name: string,
	type: string,
	parameters: Record<string, unknown> = {},
	typeVersion = 1,
): WorkflowNode {
	return { ...node(name, '', {}), type: `n8n-nodes-base.${type}`, typeVersion, parameters };
}

/** Stores a workflow that begins by hand and runs nodes one after the other. */
export async function manualWorkflow(rest: N8nRest, name: string, nodes: WorkflowNode[]): Promise<StoredWorkflow> {
	const chain = [baseNode(MANUAL, 'manualTrigger'), ...nodes.map((one, index) => placed(one, index + 1))];
	return await rest.createWorkflow({ name, nodes: chain, connections: inARow(chain) });
}

/** 'Poll Times' this many seconds apart. n8n refuses an interval below a minute, but takes several minutely times. */
export function pollTimes(everySeconds: number): object {
	return {
		item: Array.from({ length: 60 / everySeconds }, (_, n) => ({
			mode: 'custom',
			cronExpression: `${n * everySeconds} * * * * *`,
		})),
	};
}

/** Stores a workflow that begins with a trigger that asks once a minute unless told otherwise. */
export async function triggerWorkflow(
	rest: N8nRest,
	name: string,
	trigger: WorkflowNode,
	everySeconds = 60,
): Promise<StoredWorkflow> {
	const polling = { ...trigger, parameters: { ...trigger.parameters, pollTimes: pollTimes(everySeconds) } };
	const chain = [polling, placed(baseNode('Nothing more', 'noOp'), 1)];
	return await rest.createWorkflow({ name, nodes: chain, connections: inARow(chain) });
}

function placed(one: WorkflowNode, index: number): WorkflowNode {
	return { ...one, position: [index * 220, 0] };
}

/** Nodes that run one after the other. */
export function inARow(chain: WorkflowNode[]): StoredWorkflow['connections'] {
	return Object.fromEntries(
		chain
			.slice(1)
			.map((next, index) => [
				chain[index]?.name ?? '',
				{ main: [[{ node: next.name, type: 'main' as const, index: 0 }]] },
			]),
	);
}

/** A call, just now, that nobody took. It ends a moment later, so after whatever was done before. */
export async function callThatJustEnded(simulator: SimulatorProcess, call: NewCall): Promise<void> {
	const endedAt = Date.now() + 1000;
	await simulator.addCall({ startedAt: endedAt - 45_000, endedAt, ...call });
	await sleep(1500);
}

/**
 * What a published trigger has started its executions with: waits for the first one and then lets the trigger
 * ask the provider again, which is when a call would come a second time. The workflow is not published afterwards.
 */
async function itemsOfTrigger(
	rest: N8nRest,
	simulator: SimulatorProcess,
	{ id, nodes }: StoredWorkflow,
): Promise<ExecutionItem[]> {
	await until('the execution with the call', POLL_SECONDS, async () => {
		const found = await rest.executions(id);
		return found.length > 0 && found.every(({ status }) => status === 'success') ? true : undefined;
	});
	await rest.unpublish(id);
	const { length } = await requestsAt(simulator, '');
	// n8n polls at once when a workflow is published.
	await rest.publish(id);
	await until('the poll after it', POLL_SECONDS, async () =>
		(await requestsAt(simulator, '')).length > length ? true : undefined,
	);
	// The time in which an execution would appear.
	await sleep(2000);
	await rest.unpublish(id);
	return (await rest.wholeExecutions(id)).flatMap((execution) => execution.items(nodes[0]?.name ?? ''));
}

/**
 * Looks at a trigger in the editor, publishes it and lets a call of John Smith's end. Gives who called, in which direction
 * and with what outcome, of all that the workflow was started with.
 */
export async function callsThatStarted(
	{ editor, n8n: { rest }, simulator }: World,
	workflow: StoredWorkflow,
	from: string,
): Promise<unknown[][]> {
	await editor.openWorkflow(workflow.id);
	await editor.openNode(workflow.nodes[0]?.name ?? '');
	await editor.screenshot('trigger');
	await rest.publish(workflow.id);
	await callThatJustEnded(simulator, { user: 'John Smith', direction: 'inbound', from });
	const items = await itemsOfTrigger(rest, simulator, workflow);
	return items.map(({ json }) => [(json.from as { number: string }).number, json.direction, json.outcome]);
}

/** The requests that the provider received at a path, oldest first. */
export async function requestsAt(simulator: SimulatorProcess, path: string): Promise<JournalEntry[]> {
	const entries = await simulator.control<JournalEntry[]>('GET', '/requests');
	return entries.filter((entry) => entry.path.endsWith(path));
}
