/**
 * One measurement in a process of its own: `tsx bench/case.ts CASE ROWS PORT N8N_NODES_BASE [held]`. Prints one line of
 * JSON: the seconds, and the highest memory of the process above that of the idle one. With `held` the garbage is collected
 * all the time, which shows what is really held, at the price of the time.
 */
import { Container } from '@n8n/di';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadPackage } from '../harness/engine/package';
import { runNode, runWorkflow } from '../harness/engine/run';

const [, , name, rowsText, port, nodesBase, mode] = process.argv;
const isHeld = mode === 'held';
const rows = Number(rowsText);
const baseUrl = `http://127.0.0.1:${port}`;
const PAGE = 5000;

type Case = () => Promise<number>;

/** Fetch, parse, keep: what no reader can be faster than by much. */
async function bareLoop(): Promise<number> {
	const kept: unknown[] = [];
	for (let page = 1; ; page++) {
		const response = await fetch(`${baseUrl}/cdrs?page=${page}&limit=${PAGE}`);
		const { data, total } = (await response.json()) as { data: unknown[]; total: number };
		for (const row of data) kept.push({ json: row });
		if (kept.length >= total || data.length === 0) return kept.length;
	}
}

/** Fetch, parse, forget: the floor for an export, which keeps nothing. */
async function bareStream(): Promise<number> {
	let count = 0;
	for (let page = 1; ; page++) {
		const response = await fetch(`${baseUrl}/cdrs?page=${page}&limit=${PAGE}`);
		const { data, total } = (await response.json()) as { data: unknown[]; total: number };
		count += data.length;
		if (count >= total || data.length === 0) return count;
	}
}

/** What users build without this package. */
async function httpRequestAndSplitOut(): Promise<number> {
	return await runWorkflow(nodesBase, [
		{
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url: `${baseUrl}/cdrs`,
				sendQuery: true,
				queryParameters: { parameters: [{ name: 'limit', value: String(PAGE) }] },
				options: {
					pagination: {
						pagination: {
							paginationMode: 'updateAParameterInEachRequest',
							parameters: { parameters: [{ name: 'page', value: '={{ $pageCount + 1 }}' }] },
							paginationCompleteWhen: 'other',
							completeExpression: `={{ $response.body.data.length < ${PAGE} }}`,
						},
					},
				},
			},
		},
		{ type: 'n8n-nodes-base.splitOut', typeVersion: 1, parameters: { fieldToSplitOut: 'data', options: {} } },
	]);
}

const credentials = { voipStudioApi: { apiKey: 'bench', baseUrl } };

async function getMany(output: string): Promise<number> {
	const { items, error } = await runNode({
		node: 'voipStudio',
		parameters: { resource: 'cdr', operation: 'getAll', returnAll: true, output },
		credentials,
	});
	if (error !== undefined) throw error;
	return items.length;
}

async function exportFile(format: string): Promise<number> {
	const { items, error } = await runNode({
		node: 'voipStudio',
		parameters: { resource: 'cdr', operation: 'export', period: 'all', rows: 'records', format },
		credentials,
	});
	if (error !== undefined) throw error;
	const id = items[0].binary?.data.id ?? '';
	const path = Container.get(BinaryDataService).getPath(id);
	if (statSync(path).size < rows * 100) throw new Error(`The exported file has only ${statSync(path).size} bytes`);
	return rows;
}

const inputs = Array.from({ length: rows }, (_, n) => ({ json: { n } }));

async function httpRequestPerItem(): Promise<number> {
	return await runWorkflow(
		nodesBase,
		[
			{
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				parameters: { url: `=${baseUrl}/contacts/{{ $json.n }}`, options: {} },
			},
		],
		inputs,
	);
}

async function contactPerItem(): Promise<number> {
	const { items, error } = await runNode({
		node: 'voipStudio',
		parameters: {
			resource: 'contact',
			operation: 'get',
			contactId: { __rl: true, mode: 'id', value: '={{ $json.n + 1 }}' },
		},
		credentials,
		items: inputs,
	});
	if (error !== undefined) throw error;
	return items.length;
}

const cases: Record<string, Case> = {
	'HTTP Request, 1,000 items': httpRequestPerItem,
	'Contact: Get, 1,000 items': contactPerItem,
	'bare loop': bareLoop,
	'bare stream': bareStream,
	'HTTP Request + Split Out': httpRequestAndSplitOut,
	'Get Many': async () => await getMany('raw'),
	'Get Many, simplified': async () => await getMany('simplified'),
	'Export NDJSON': async () => await exportFile('ndjson'),
	'Export CSV': async () => await exportFile('csv'),
};

async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-'));
	const config = Container.get(BinaryDataConfig);
	Object.assign(config, { mode: 'filesystem', availableModes: ['filesystem'], localStoragePath: folder });
	await Container.get(BinaryDataService).init();
	await loadPackage();
	if (name === 'HTTP Request + Split Out') await runWorkflow(nodesBase, []);
	const memory = (): number => {
		if (!isHeld) return process.memoryUsage().rss;
		globalThis.gc?.();
		const { heapUsed, external } = process.memoryUsage();
		return heapUsed + external;
	};
	globalThis.gc?.();
	const idle = memory();
	let peak = idle;
	const watch = setInterval(() => (peak = Math.max(peak, memory())), isHeld ? 200 : 10);
	const cpu = process.cpuUsage();
	const started = performance.now();
	const got = await cases[name]();
	const seconds = (performance.now() - started) / 1000;
	const { user, system } = process.cpuUsage(cpu);
	peak = Math.max(peak, memory());
	clearInterval(watch);
	rmSync(folder, { recursive: true, force: true });
	if (got !== rows) throw new Error(`${name} gave ${got} of ${rows} rows`);
	process.stdout.write(
		`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMb: (peak - idle) / 2 ** 20 })}\n`,
	);
	process.exit(0);
}

void main();
