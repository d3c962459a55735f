/**
 * `npm run bench`: measures the package against what users do without it and against the bare minimum, side by side, each
 * figure the median of several processes. Prints the tables and writes docs/benchmarks.md with its chart.
 *
 * `npm run bench -- --runs 3 --only poll` for a shorter look; only a whole run is written down.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { command } from '../harness/command';
import { Failure, type Progress } from '../harness/failure';
import { n8nInstallation } from '../harness/install';
import { packPackage } from '../harness/tarball';
import { chart } from './chart';
import { burst } from './queueMode';

const ROOT = join(__dirname, '..');
const { values: options } = parseArgs({
	options: { runs: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
});
const RUNS = Number(options.runs);

interface Figures {
	[figure: string]: number;
}

interface Contest {
	readonly id: string;
	readonly title: string;
	readonly rows: number;
	/** The first is what the others are compared with. */
	readonly cases: readonly string[];
}

const contests: Contest[] = [
	{
		id: 'get-many',
		title: 'Get Many, Return All: 100,000 call records',
		rows: 100_000,
		cases: ['bare loop', 'HTTP Request + Split Out', 'Get Many', 'Get Many, simplified'],
	},
	{
		id: 'get-many-large',
		title: 'Get Many, Return All: 500,000 call records',
		rows: 500_000,
		cases: ['bare loop', 'Get Many'],
	},
	{
		id: 'export',
		title: 'Export: 1,000,000 call records to a file',
		rows: 1_000_000,
		cases: ['bare stream', 'Export NDJSON', 'Export CSV'],
	},
	{
		id: 'items',
		title: 'One request for each of 1,000 input items',
		rows: 1000,
		cases: ['HTTP Request, 1,000 items', 'Contact: Get, 1,000 items'],
	},
];

let children: Array<ReturnType<typeof spawn>> = [];

/** Runs a script and gives its last line. */
async function lastLine(node: string, script: string, args: string[]): Promise<string> {
	const child = spawn(
		node,
		['--expose-gc', '--max-old-space-size=8192', '--import', 'tsx', join(__dirname, script), ...args],
		{
			cwd: ROOT,
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	children.push(child);
	let last = '';
	for await (const line of createInterface({ input: child.stdout })) last = line;
	if (child.exitCode === null) await once(child, 'exit');
	children = children.filter((one) => one !== child);
	if (child.exitCode !== 0)
		throw new Failure(`${script} ${args.slice(0, 2).join(' ')} failed`, 'Its own message stands above.');
	return last;
}

async function withServer<T>(node: string, rows: number, use: (port: string) => Promise<T>): Promise<T> {
	const server = spawn(node, ['--import', 'tsx', join(__dirname, 'server.ts'), String(rows)], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	children.push(server);
	try {
		const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
		return await use(line);
	} finally {
		server.kill('SIGTERM');
	}
}

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function medians(runs: Figures[]): Figures {
	return Object.fromEntries(Object.keys(runs[0]).map((figure) => [figure, median(runs.map((run) => run[figure]))]));
}

/** All cases in turn, again and again, so that a slow minute of the machine strikes all alike. */
async function hold(contest: Contest, node: string, nodesBase: string): Promise<Map<string, Figures>> {
	return await withServer(node, contest.rows, async (port) => {
		const measured = new Map<string, Figures[]>();
		for (let run = 0; run < RUNS; run++) {
			for (const name of contest.cases) {
				const figures = JSON.parse(
					await lastLine(node, 'case.ts', [name, String(contest.rows), port, nodesBase]),
				) as Figures;
				measured.set(name, [...(measured.get(name) ?? []), figures]);
				process.stdout.write(`  ${name}: ${figures.seconds.toFixed(2)} s, ${figures.peakMb.toFixed(0)} MB\n`);
			}
		}
		const results = new Map<string, Figures>();
		for (const [name, runs] of measured) {
			const held = JSON.parse(
				await lastLine(node, 'case.ts', [name, String(contest.rows), port, nodesBase, 'held']),
			) as Figures;
			results.set(name, { ...medians(runs), heldMb: held.peakMb });
		}
		return results;
	});
}

function contestTable(contest: Contest, results: Map<string, Figures>): string {
	const first = results.get(contest.cases[0]) ?? { seconds: NaN, peakMb: NaN };
	const rows = [...results].map(
		([name, { seconds, cpuSeconds, peakMb, heldMb }]) =>
			`| ${name} | ${seconds.toFixed(2)} s | ${(seconds / first.seconds).toFixed(2)} | ${cpuSeconds.toFixed(2)} s | ${peakMb.toFixed(0)} MB | ${(peakMb / first.peakMb).toFixed(2)} | ${heldMb.toFixed(0)} MB |`,
	);
	return [
		`### ${contest.title}`,
		'',
		'| | time | ratio | CPU time | memory above idle | ratio | of it held |',
		'|---|---|---|---|---|---|---|',
		...rows,
	].join('\n');
}

function figuresTable(title: string, results: Map<string, Figures>): string {
	const [first] = [...results.values()];
	const figures = Object.keys(first);
	return [
		`### ${title}`,
		'',
		`| | ${figures.join(' | ')} |`,
		`|---|${figures.map(() => '---').join('|')}|`,
		...[...results].map(
			([name, values]) => `| ${name} | ${figures.map((figure) => rounded(values[figure])).join(' | ')} |`,
		),
	].join('\n');
}

function rounded(value: number): string {
	return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : 1);
}

async function severalTimes(node: string, script: string, args: string[]): Promise<Figures> {
	const runs: Figures[] = [];
	for (let run = 0; run < RUNS; run++) runs.push(JSON.parse(await lastLine(node, script, args)) as Figures);
	return medians(runs);
}

command(
	async () => {
		const { node, n8n } = await n8nInstallation((line) => process.stdout.write(`${line}\n`));
		const modules = dirname(dirname(dirname(n8n)));
		const nodesBase = join(modules, 'n8n-nodes-base');
		const tables: string[] = [];
		const bars = new Map<string, Map<string, Figures>>();
		const wanted = (id: string) => options.only === '' || id.startsWith(options.only ?? '');

		for (const contest of contests.filter(({ id }) => wanted(id))) {
			process.stdout.write(`\n${contest.title}\n`);
			const results = await hold(contest, node, nodesBase);
			bars.set(contest.title, results);
			tables.push(contestTable(contest, results));
		}
		if (wanted('poll')) {
			const results = new Map<string, Figures>();
			for (const days of ['1', '30', '365'])
				results.set(`${days} ${days === '1' ? 'day' : 'days'} of history`, await severalTimes(node, 'poll.ts', [days]));
			tables.push(figuresTable('One poll in steady state (VoIPcloud, 400 queue calls a day)', results));
		}
		if (wanted('load')) {
			const results = new Map<string, Figures>();
			for (const what of ['this package', 'Twilio', 'Vonage', 'HubSpot'])
				results.set(what, await severalTimes(node, 'load.ts', [what, nodesBase]));
			tables.push(figuresTable('Loading', results));
		}
		if (wanted('queue')) {
			const progress: Progress = (line) => process.stdout.write(`${line}\n`);
			const tarball = await packPackage(progress);
			const results = new Map<string, Figures>();
			for (const workers of [1, 2])
				results.set(`${workers} ${workers === 1 ? 'worker' : 'workers'}`, await burst(workers, tarball, progress));
			tables.push(
				figuresTable(
					'Queue mode, Redis and PostgreSQL: a burst of 20,000 calls, told to another system in executions of 200',
					results,
				),
			);
		}
		process.stdout.write(`\n${tables.join('\n\n')}\n`);
		if (options.only !== '') return;
		const page = [
			'# Benchmarks',
			'',
			`Written by \`npm run bench\`: medians of ${RUNS} runs, each in a process of its own, all cases of a table in turn. Ratios`,
			`compare with the first line of a table. n8n-core 2.41.1, Node.js 24, ${cpus().length} cores, pages of 5,000 records over loopback.`,
			'',
			'![Times and memory as bars](images/benchmarks.svg)',
			'',
			'What is above the held memory is garbage that Node.js has not collected yet; the bare loops have it as well. It parses a text of',
			'more than 100 kB straight into its old generation, and collects that and the buffers of the network only after some 100 MB:',
			'pages of 100 to 5,000 records made no difference.',
			'',
			...tables.flatMap((table) => [table, '']),
		].join('\n');
		mkdirSync(join(ROOT, 'docs', 'images'), { recursive: true });
		writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), page);
		writeFileSync(join(ROOT, 'docs', 'images', 'benchmarks.svg'), chart(bars));
	},
	async () => {
		for (const child of children) child.kill('SIGKILL');
	},
);
