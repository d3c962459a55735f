/**
 * Export and Get Many in a real n8n, as a workflow that a webhook starts: from the request until n8n answers it, so that all
 * of n8n's own work for an execution is part of it.
 */
import { rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';

import { Failure, type Progress } from '../harness/failure';
import { RealN8n } from '../harness/n8n/realN8n';
import type { StoredCredential, WorkflowNode } from '../harness/n8n/rest';
import { OUTPUT } from '../harness/n8n/tarball';
import { baseNode, inARow, node } from '../harness/workflows';

const OWNER = { email: 'owner@example.com', firstName: 'Olive', lastName: 'Owner', password: 'Owner-of-n8n-1' };

/** What is run, each with what its last node has to give. */
const CASES: Record<string, (rows: number) => { nodes: WorkflowNode[]; field: string; value: unknown }> = {
	'Export NDJSON': (rows) => ({ nodes: [exportNode('ndjson')], field: 'records', value: rows }),
	'Export CSV': (rows) => ({ nodes: [exportNode('csv')], field: 'records', value: rows }),
	'Get Many': (rows) => ({
		nodes: [
			node('Get Many', 'voipStudio', {
				resource: 'cdr',
				operation: 'getAll',
				returnAll: true,
				output: 'raw',
				period: 'all',
			}),
			// n8n answers with one item, and the last one shows that all are there.
			baseNode('Last one', 'limit', { maxItems: 1, keep: 'lastItems' }),
		],
		field: 'id',
		value: rows,
	}),
};

function exportNode(format: string): WorkflowNode {
	return node('Export', 'voipStudio', { resource: 'cdr', operation: 'export', period: 'all', rows: 'records', format });
}

/** The cases as functions that give the seconds of one run and the processor's time, while one n8n serves all of them. */
export async function inRealN8n<T>(
	{ tarball, port, rows, progress }: { tarball: string; port: string; rows: number; progress: Progress },
	use: (run: (name: string) => Promise<{ seconds: number; cpuSeconds: number }>) => Promise<T>,
): Promise<T> {
	const userFolder = join(OUTPUT, 'bench-real-n8n');
	await rm(userFolder, { recursive: true, force: true });
	const n8n = await RealN8n.start({ userFolder, tarball, progress });
	try {
		await n8n.rest.setUpOwner(OWNER);
		const credential = await n8n.rest.saveCredential('VoIPstudio', 'voipStudioApi', {
			apiKey: 'bench',
			baseUrl: `http://127.0.0.1:${port}`,
		});
		for (const name of Object.keys(CASES)) await publishCase(n8n, name, rows, credential);
		return await use(async (name) => {
			const before = cpuSeconds(n8n);
			const started = performance.now();
			const response = await fetch(`${n8n.url}/webhook/${pathOf(name)}`);
			const item = (await response.json()) as Record<string, unknown>;
			const seconds = (performance.now() - started) / 1000;
			const { field, value } = CASES[name](rows);
			if (item[field] !== value)
				throw new Failure(`${name} gave ${JSON.stringify(item)} in a real n8n`, `Its log is ${n8n.logFile}.`);
			const used = cpuSeconds(n8n) - before;
			// What n8n does after its answer must not slow down the next case.
			await sleep(2000);
			return { seconds, cpuSeconds: used };
		});
	} finally {
		await n8n.stop();
	}
}

function pathOf(name: string): string {
	return name.toLowerCase().replaceAll(' ', '-');
}

async function publishCase(n8n: RealN8n, name: string, rows: number, credential: StoredCredential): Promise<void> {
	const credentials = { voipStudioApi: { id: credential.id, name: credential.name } };
	const webhook = {
		...baseNode(
			'Webhook',
			'webhook',
			{ path: pathOf(name), responseMode: 'lastNode', responseData: 'firstEntryJson' },
			2,
		),
		webhookId: pathOf(name),
	};
	const nodes = [
		webhook,
		...CASES[name](rows).nodes.map((one) => (one.type.includes('cloud-pbx') ? { ...one, credentials } : one)),
	];
	const { id } = await n8n.rest.createWorkflow({
		name,
		nodes,
		connections: inARow(nodes),
		// To store 300,000 items is the database's work, and nobody who reads so many has n8n keep them.
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none', saveExecutionProgress: false },
	});
	await n8n.rest.publish(id);
}

/** The CPU time that n8n has used, in seconds, where the system reports it. */
function cpuSeconds(n8n: RealN8n): number {
	try {
		const stat = readFileSync(`/proc/${n8n.service.pid}/stat`, 'utf8');
		const [user, system] = stat
			.slice(stat.lastIndexOf(')') + 2)
			.split(' ')
			.slice(11, 13)
			.map(Number);
		return (user + system) / 100;
	} catch {
		return NaN;
	}
}
