import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { providers } from '../harness/catalogue';
import { startChatModel, type ChatModel } from '../harness/chatModel';
import { command } from '../harness/command';
import { Failure } from '../harness/failure';
import { cacheFolder } from '../harness/n8n/install';
import { RealN8n } from '../harness/n8n/realN8n';
import type { Execution, ExecutionSummary, StoredCredential } from '../harness/n8n/rest';
import { OUTPUT, packPackage } from '../harness/n8n/tarball';
import { WaitedTooLong, until } from '../harness/processes';
import { SimulatorProcess } from '../harness/simulator';
import { demoCall } from './demoCalls';
import { demoReply } from './demoModel';
import { callLines, prepareWorkflows } from './demoWorkflows';

/**
 * `npm run demo`: the package in a real n8n beside a telephone system that lives, with workflows to look at and a
 * credential for each provider.
 * Prints the calls that arrive in n8n until Ctrl-C, which stops everything.
 */

const HELP = `npm run demo [-- options]

  --fresh                   forget what was changed in the demo's n8n before
  --exit-after-first-call   end well as soon as a call has arrived in n8n (for tests)
`;

const FOLDER = join(OUTPUT, 'demo');
/** Bookmarks keep working where these are free. */
const PORTS = { n8n: 5680, simulator: 8680 };
const owner = { email: 'demo@example.com', firstName: 'Dana', lastName: 'Demo', password: 'Demo-of-calls-1' };
const apiKey = 'demo-key';
/** n8n polls once a minute and a call comes every half minute: three minutes without one mean that something is wrong. */
const FIRST_CALL_SECONDS = 180;

let simulator: SimulatorProcess | undefined;
let n8n: RealN8n | undefined;
let model: ChatModel | undefined;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			fresh: { type: 'boolean', default: false },
			'exit-after-first-call': { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return;
	}
	if (values.fresh) await rm(FOLDER, { recursive: true, force: true });

	const tarball = await packPackage(console.log);
	console.log('Starting the telephone system …');
	simulator = await SimulatorProcess.start({
		apiKey,
		port: PORTS.simulator,
		callsPerDay: 240,
		logFile: join(FOLDER, 'simulator.log'),
	});
	console.log('Starting n8n with the package in it …');
	n8n = await RealN8n.start({
		userFolder: FOLDER,
		tarball,
		port: PORTS.n8n,
		// Where it has one, n8n opens its own assistant after sign-in, which needs an account elsewhere.
		disabledModules: ['instance-ai'],
		progress: console.log,
	});
	if (!(await n8n.rest.setUpOwner(owner))) await n8n.rest.signIn(owner);
	await n8n.expectNodesLoaded();

	console.log('Preparing the workflows …');
	const credentials = await prepareCredentials(n8n, simulator);
	model = await startChatModel(demoReply);
	credentials.push(await n8n.rest.saveCredential('Model of the demo', 'openAiApi', { apiKey: 'none', url: model.url }));
	const prepared = await prepareWorkflows(n8n.rest, credentials);
	const [{ id: live }] = prepared;
	await n8n.rest.publish(live);

	const pages = prepared.map(({ id, title }) => {
		const address = `${n8n?.url}/workflow/${id}`;
		return `  ${title.padEnd(21)}${id === live ? `${address}/executions` : address}`;
	});
	console.log(`
  n8n is ready         ${n8n.url}
  sign in with         ${owner.email}  /  ${owner.password}

${pages.join('\n')}
  telephone system     ${simulator.urls.voipcloud ?? ''}

Calls come in all the time; n8n asks for them once a minute and they appear here. Ctrl-C stops everything.
`);
	void ringForever(simulator);
	await watch(n8n, simulator, live, values['exit-after-first-call']);
}

async function stop(): Promise<void> {
	if (n8n !== undefined || simulator !== undefined) console.log('\nStopping n8n and the telephone system …');
	await Promise.all([n8n?.stop(), simulator?.stop(), model?.stop()]);
	if (n8n === undefined) return;
	console.log(`What you changed in n8n is kept in ${FOLDER}; --fresh forgets it.
n8n itself stays in ${cacheFolder()} for the next start; both folders may be deleted. Nothing runs any more.`);
}

/** Stores a credential of each provider. The port of the telephone system may be another one than last time. */
async function prepareCredentials({ rest }: RealN8n, { credentials }: SimulatorProcess): Promise<StoredCredential[]> {
	const saved: StoredCredential[] = [];
	for (const { name, credentials: types } of providers)
		saved.push(await rest.saveCredential(`${name} of the demo`, types[0], credentials[types[0]]));
	return saved;
}

/** The generated office sleeps at night; a demo does not: a call every half minute. */
async function ringForever(system: SimulatorProcess): Promise<void> {
	const office = await system.world();
	for (let count = 0; ; count++) {
		await system
			.addGroupCall(demoCall(office, count, Date.now(), Math.round(5 + Math.random() * 15)))
			// The demo is being stopped; `watch` reports it if that was not intended.
			.catch(() => undefined);
		await sleep(20_000 + Math.random() * 15_000);
	}
}

/** Prints each new execution with its calls, until one of the processes ends, or until the first call if only that was asked for. */
async function watch(
	{ rest, service }: RealN8n,
	system: SimulatorProcess,
	workflowId: string,
	once: boolean,
): Promise<void> {
	const seen = new Set((await rest.executions(workflowId)).map(({ id }) => id));
	const next = async (): Promise<ExecutionSummary | undefined> => {
		await service.expectRunning();
		await system.service.expectRunning();
		const executions = await rest.executions(workflowId);
		return executions.reverse().find(({ id, status }) => !seen.has(id) && (status === 'success' || status === 'error'));
	};
	for (;;) {
		const summary = await until('a call to arrive in n8n', FIRST_CALL_SECONDS, next, { everyMs: 2000 }).catch(
			(error) => {
				if (error instanceof WaitedTooLong && !once) return undefined;
				throw error;
			},
		);
		if (summary === undefined) continue;
		seen.add(summary.id);
		const execution = await rest.execution(summary.id);
		console.log(describe(summary, execution));
		if (once && execution.error !== undefined) throw new Failure(execution.error.message, execution.error.description);
		if (once) return;
	}
}

function describe({ id, startedAt }: ExecutionSummary, execution: Execution): string {
	const time = new Date(startedAt).toLocaleTimeString('en-GB');
	const { error } = execution;
	if (error !== undefined) return `${time}  execution ${id} failed in "${error.node}": ${error.message}`;
	const rows = execution.items('Table of calls').map(({ json }) => json as Record<string, string | number>);
	const title = rows.length === 1 ? '1 new queue call' : `${rows.length} new queue calls`;
	return [`${time}  ${title} (execution ${id})`, ...callLines(rows)].join('\n');
}

command(main, stop);
