/**
 * `npm run bench`: measures the package against what users do without it and against the bare minimum, side by side, each
 * figure the median of several processes. Prints the tables and writes docs/benchmarks.md with its chart.
 *
 * `npm run bench -- --runs 3 --only poll` for a shorter look; only a whole run is written down. `--keep queue` leaves the
 * table of queue mode, which takes a quarter of an hour, as it is there.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { providers } from '../harness/catalogue';
import { command } from '../harness/command';
import { Failure, type Progress } from '../harness/failure';
import { n8nInstallation } from '../harness/n8n/install';
import { packPackage } from '../harness/n8n/tarball';
import { run } from '../harness/processes';
import { chart } from './chart';
import { burst } from './queueMode';
import { inRealN8n } from './realN8n';

const ROOT = join(__dirname, '..');
const { values: options } = parseArgs({
	options: {
		runs: { type: 'string', default: '5' },
		only: { type: 'string', default: '' },
		keep: { type: 'string', default: '' },
	},
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

const QUEUE_TITLE =
	'Queue mode, Redis and PostgreSQL: a burst of 20,000 calls, told to another system in executions of 200';

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

/** All cases in turn, again and again, so that a slow minute of the machine affects all of them alike. */
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

const BUSY_TITLE = 'What a complete read of a poll takes on a busy account';
const PROVIDERS = { voipcloud: 'VoIPcloud', voipstudio: 'VoIPstudio', while1: 'While1 Voice' };

const REAL_ROWS = 300_000;
const REAL_TITLE = 'In a real n8n, started by a webhook: 300,000 call records';
/** The bare loop of each group runs in a process of its own; one keeps the records as Get Many does, one forgets them. */
const REAL_GROUPS = [
	['bare stream', 'Export NDJSON', 'Export CSV'],
	['bare loop', 'Get Many'],
];

/** Groups one after the other, or the exports would clear away what Get Many left in n8n's memory; in a group all in turn. */
async function realN8nTable(node: string, nodesBase: string, progress: Progress): Promise<string> {
	const tarball = await packPackage(progress);
	const measured = new Map<string, Figures[]>();
	await withServer(node, REAL_ROWS, async (port) => {
		await inRealN8n({ tarball, port, rows: REAL_ROWS, progress }, async (inN8n) => {
			for (const [bare, ...cases] of REAL_GROUPS) {
				// n8n has other work after its start, and compiles what runs often.
				for (const name of [...cases, ...cases]) await inN8n(name);
				for (let run = 0; run < RUNS; run++) {
					for (const name of [bare, ...cases]) {
						const figures: Figures =
							name === bare
								? (JSON.parse(await lastLine(node, 'case.ts', [name, String(REAL_ROWS), port, nodesBase])) as Figures)
								: await inN8n(name);
						measured.set(name, [...(measured.get(name) ?? []), figures]);
						progress(`  ${name}: ${figures.seconds.toFixed(2)} s, ${figures.cpuSeconds.toFixed(2)} s of the processor`);
					}
				}
			}
		});
	});
	const lines = REAL_GROUPS.flatMap((group) => {
		const results = group.map(
			(name) =>
				({ name, ...medians(measured.get(name) ?? []) }) as unknown as {
					name: string;
					seconds: number;
					cpuSeconds: number;
				},
		);
		return results.map(
			({ name, seconds, cpuSeconds }) =>
				`| ${name} | ${seconds.toFixed(2)} s | ${(seconds / results[0].seconds).toFixed(2)} | ${cpuSeconds.toFixed(2)} s |`,
		);
	});
	return [`### ${REAL_TITLE}`, '', '| | time | ratio | CPU time |', '|---|---|---|---|', ...lines].join('\n');
}

/** A table as the page has it from the last time. */
function keptTable(title: string): string {
	const page = readFileSync(join(ROOT, 'docs', 'benchmarks.md'), 'utf8');
	const table = page.split(/\n(?=### )/).find((part) => part.startsWith(`### ${title}`));
	if (table === undefined) throw new Failure(`docs/benchmarks.md has no table "${title}" to keep`, 'Leave --keep out.');
	return table.trimEnd();
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
			for (const days of ['1', '30', '365']) {
				const figures = await severalTimes(node, 'poll.ts', ['voipcloud', '400', days]);
				results.set(`${days} ${days === '1' ? 'day' : 'days'} of history`, figures);
			}
			tables.push(figuresTable('One poll in steady state (VoIPcloud, 400 queue calls a day)', results));
		}
		if (wanted('busy')) {
			const results = new Map<string, Figures>();
			for (const [provider, name] of Object.entries(PROVIDERS)) {
				for (const records of [5000, 50_000]) {
					// What is counted comes out the same each time, so once is enough.
					const figures = JSON.parse(await lastLine(node, 'busy.ts', [provider, String(records)])) as Figures;
					results.set(`${name}, ${records.toLocaleString('en-US')} records a day`, figures);
				}
			}
			tables.push(figuresTable(BUSY_TITLE, results));
		}
		if (wanted('load')) {
			const results = new Map<string, Figures>();
			await run('npm', ['run', 'packages'], {
				cwd: ROOT,
				timeoutSeconds: 300,
				nextStep: '`npm run packages` repeats this step alone.',
			});
			const single = providers.map(({ package: name }) => name);
			for (const what of ['this package', ...single, 'Twilio', 'Vonage', 'HubSpot'])
				results.set(what, await severalTimes(node, 'load.ts', [what, nodesBase]));
			tables.push(figuresTable('Loading', results));
		}
		const progress: Progress = (line) => process.stdout.write(`${line}\n`);
		if (wanted('real')) tables.splice(3, 0, await realN8nTable(node, nodesBase, progress));
		if (options.keep === 'queue') tables.push(keptTable(QUEUE_TITLE));
		else if (wanted('queue')) {
			const tarball = await packPackage(progress);
			const results = new Map<string, Figures>();
			for (const workers of [1, 2])
				results.set(`${workers} ${workers === 1 ? 'worker' : 'workers'}`, await burst(workers, tarball, progress));
			tables.push(figuresTable(QUEUE_TITLE, results));
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
			'An export reads each page as JSON, which proves that it is whole, and then writes the bytes of the answer (NDJSON) or a line for',
			'each record (CSV). To prove pages by a pattern instead was faster (0.6 and 0.9 of the loop), and took 250 lines more; a page with a',
			"name such as Ștefan went the slow way all the same. **Get Many** keeps all records, so the loop is its floor: n8n's transport and",
			"this package's checks and links of items come on top",
			'(some 40 ms of 100,000 records). To parse a page in slices of 64 kB, so that less of it is garbage of the old generation, took a',
			'quarter to a third more of the processor, at 100,000 records and at 500,000, so it is not done.',
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
