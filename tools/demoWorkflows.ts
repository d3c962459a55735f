import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { N8nRest, StoredCredential, WorkflowContent } from '../harness/n8n/rest';

/** A workflow that the demo puts into n8n. */
export interface DemoWorkflow {
	/** What the terminal calls it. */
	title: string;
	file: string;
}

/** In the order of their numbers; calls arrive in the first one. */
export const DEMO_WORKFLOWS: readonly DemoWorkflow[] = [
	['new queue calls', 'new-queue-calls'],
	['calls of a week', 'queue-summary'],
	['missed calls', 'missed-calls'],
	['a call and its legs', 'whole-calls'],
	['not called back', 'unreturned'],
	['an error message', 'a-mistake'],
	['an agent and a tool', 'ask-an-agent'],
].map(([title, name]) => ({ title, file: join(__dirname, 'workflows', `${name}.json`) }));

/** What of n8n's REST interface is needed to store them. */
export type WorkflowStore = Pick<N8nRest, 'workflows' | 'createWorkflow'>;

/** Stores the workflows, the last one first: n8n lists what was changed last at the top. */
export async function prepareWorkflows(
	rest: WorkflowStore,
	stored: StoredCredential[],
): Promise<Array<DemoWorkflow & { id: string }>> {
	const prepared: Array<DemoWorkflow & { id: string }> = [];
	for (const workflow of DEMO_WORKFLOWS.toReversed())
		prepared.unshift({ ...workflow, id: await prepareWorkflow(rest, workflow.file, stored) });
	return prepared;
}

/** Stores a workflow of the demo, or leaves it as somebody changed it in an earlier run. Returns its id. */
async function prepareWorkflow(rest: WorkflowStore, file: string, stored: StoredCredential[]): Promise<string> {
	const content = JSON.parse(await readFile(file, 'utf8')) as WorkflowContent;
	const known = (await rest.workflows()).find((workflow) => workflow.name === content.name);
	if (known !== undefined) return known.id;
	const nodes = content.nodes.map((node) => {
		const needed = stored.filter(({ type }) => node.credentials?.[type] !== undefined);
		return { ...node, credentials: Object.fromEntries(needed.map(({ id, name, type }) => [type, { id, name }])) };
	});
	return (await rest.createWorkflow({ ...content, nodes })).id;
}

/** How many calls of an execution are shown. */
const SHOWN = 10;

/** The rows of "Table of calls" as lines of the terminal, with the values that n8n shows. */
export function callLines(rows: ReadonlyArray<Record<string, string | number>>): string[] {
	const lines = rows.slice(0, SHOWN).map((row) => {
		const answer = row.Outcome === 'answered' ? ` by ${row['Answered by']}, ${row['Talked (s)']} s` : '';
		return `            ${row.Caller} → ${row.Queue}: ${row.Outcome}${answer}`;
	});
	return rows.length > SHOWN ? [...lines, `            … and ${rows.length - SHOWN} more`] : lines;
}
