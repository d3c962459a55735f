import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { providers } from '../harness/catalogue';
import { startChatModel, type ChatModel } from '../harness/chatModel';
import { command } from '../harness/command';
import { Failure } from '../harness/failure';
import { cacheFolder } from '../harness/n8n/install';
import { RealN8n } from '../harness/n8n/realN8n';
import type { Execution, ExecutionSummary, StoredCredential, WorkflowContent } from '../harness/n8n/rest';
import { OUTPUT, packPackage } from '../harness/n8n/tarball';
import { WaitedTooLong, until } from '../harness/processes';
import { SimulatorProcess } from '../harness/simulator';
import { demoReply } from './demoModel';

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
const WORKFLOWS = join(__dirname, 'workflows');
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
	n8n = await RealN8n.start({ userFolder: FOLDER, tarball, port: PORTS.n8n, progress: console.log });
	if (!(await n8n.rest.setUpOwner(owner))) await n8n.rest.signIn(owner);
	await n8n.expectNodesLoaded();

	console.log('Preparing the workflows …');
	const { voipcloud, voipStudio } = await prepareCredentials(n8n, simulator);
	const live = await prepareWorkflow(n8n, 'new-queue-calls.json', voipcloud);
	const summary = await prepareWorkflow(n8n, 'queue-summary.json', voipcloud);
	const missed = await prepareWorkflow(n8n, 'missed-calls.json', voipStudio);
	const whole = await prepareWorkflow(n8n, 'whole-calls.json', voipStudio);
	const unreturned = await prepareWorkflow(n8n, 'unreturned.json', voipcloud);
	const mistake = await prepareWorkflow(n8n, 'a-mistake.json', voipcloud);
	model = await startChatModel(demoReply);
	const openAiApi = await n8n.rest.saveCredential('Model of the demo', 'openAiApi', { apiKey: 'none', url: model.url });
	const agent = await prepareWorkflow(n8n, 'ask-an-agent.json', voipcloud, openAiApi);
	await n8n.rest.publish(live);

	console.log(`
  n8n is ready         ${n8n.url}
  sign in with         ${owner.email}  /  ${owner.password}

  new queue calls      ${n8n.url}/workflow/${live}/executions
  calls of a week      ${n8n.url}/workflow/${summary}
  missed calls         ${n8n.url}/workflow/${missed}
  a call and its legs  ${n8n.url}/workflow/${whole}
  not called back      ${n8n.url}/workflow/${unreturned}
  an error message     ${n8n.url}/workflow/${mistake}
  an agent and a tool  ${n8n.url}/workflow/${agent}
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

/** Stores a credential of each provider, by node. The port of the telephone system may be another one than last time. */
async function prepareCredentials(
	{ rest }: RealN8n,
	{ credentials }: SimulatorProcess,
): Promise<Record<string, StoredCredential>> {
	const saved: Record<string, StoredCredential> = {};
	for (const {
		name,
		node,
		credentials: [type],
	} of providers)
		saved[node] = await rest.saveCredential(`${name} of the demo`, type, credentials[type]);
	return saved;
}

/** Stores a workflow of the demo, or leaves it as somebody changed it in an earlier run. Returns its id. */
async function prepareWorkflow({ rest }: RealN8n, file: string, ...stored: StoredCredential[]): Promise<string> {
	const content = JSON.parse(await readFile(join(WORKFLOWS, file), 'utf8')) as WorkflowContent;
	const known = (await rest.workflows()).find((workflow) => workflow.name === content.name);
	if (known !== undefined) return known.id;
	const nodes = content.nodes.map((node) => {
		const needed = stored.filter(({ type }) => node.credentials?.[type] !== undefined);
		return { ...node, credentials: Object.fromEntries(needed.map(({ id, name, type }) => [type, { id, name }])) };
	});
	return (await rest.createWorkflow({ ...content, nodes })).id;
}

/** The generated office sleeps at night; a demo does not. A call every half minute to a queue that rings three phones. */
async function ringForever(system: SimulatorProcess): Promise<void> {
	const { queues, users } = await system.world();
	for (let count = 0; ; count++) {
		const rings = [0, 1, 2].map((phone) => users[(count + phone) % users.length]);
		const talkSeconds = Math.round(5 + Math.random() * 15);
		const isAnswered = count % 3 !== 1;
		await system
			.addGroupCall({
				queue: queues[count % queues.length],
				from: `+614915701${10 + (count % 90)}`,
				startedAt: Date.now(),
				rings,
				...(isAnswered ? { answer: { by: rings[0], afterSeconds: 4, talkSeconds } } : { giveUpAfterSeconds: 12 }),
			})
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
	const shown = rows.slice(0, 10).map((row) => {
		const answer = row.Outcome === 'answered' ? ` by ${row['Answered by']}, ${row['Talked (s)']} s` : '';
		return `            ${row.Caller} → ${row.Queue}: ${row.Outcome}${answer}`;
	});
	const more = rows.length > shown.length ? [`            … and ${rows.length - shown.length} more`] : [];
	return [
		`${time}  ${rows.length === 1 ? '1 new queue call' : `${rows.length} new queue calls`} (execution ${id})`,
		...shown,
		...more,
	].join('\n');
}

command(main, stop);
