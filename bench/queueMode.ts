/**
 * n8n in queue mode under a burst: how many executions a minute its workers finish, and whether each call arrives once.
 *
 * The main process polls and fills the queue while no worker runs; then the workers start and empty it. Each execution
 * sends 200 calls to another system, 20 at a time with half a second between, as a workflow with a CRM does.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { SEND, sendNode, Sink } from '../harness/callSink';
import type { Progress } from '../harness/failure';
import { QueueMode } from '../harness/n8n/queueMode';
import type { N8nRest, WorkflowContent } from '../harness/n8n/rest';
import { OUTPUT } from '../harness/n8n/tarball';
import { until } from '../harness/processes';
import { SimulatorProcess } from '../harness/simulator';
import { pollTimes } from '../harness/workflows';

const CALLS = 20_000;
const CALLS_PER_EXECUTION = 200;
const EXECUTIONS = CALLS / CALLS_PER_EXECUTION;
const CONCURRENCY = 5;
const API_KEY = 'bench-key';
const OWNER = { email: 'owner@example.com', firstName: 'Olive', lastName: 'Owner', password: 'Owner-of-n8n-1' };

/** Runs the burst with this many workers, on a fresh n8n, Redis and PostgreSQL. */
export async function burst(workers: number, tarball: string, progress: Progress): Promise<Record<string, number>> {
	const folder = join(OUTPUT, 'bench-queue-mode');
	await rm(folder, { recursive: true, force: true });
	const simulator = await SimulatorProcess.start({
		apiKey: API_KEY,
		callsPerDay: 0,
		logFile: join(folder, 'simulator.log'),
	});
	const sink = await Sink.open();
	let queueMode: QueueMode | undefined;
	try {
		queueMode = await QueueMode.start({ folder, tarball, workers: 0, concurrency: CONCURRENCY, progress });
		const { rest } = queueMode.main;
		await rest.setUpOwner(OWNER);
		const credential = await rest.saveCredential('VoIPstudio', 'voipStudioApi', simulator.credentials.voipStudioApi);
		const workflow = await rest.createWorkflow(burstWorkflow(credential, sink.url));
		await rest.publish(workflow.id);
		const ids = await callsThatEnded(simulator);
		const burstAt = performance.now();
		await until('all calls in the queue', 900, async () => ((await queued(rest)) >= EXECUTIONS ? true : undefined), {
			everyMs: 2000,
		});
		const queuedAt = performance.now();
		progress(`  ${EXECUTIONS} executions wait after ${seconds(queuedAt - burstAt)} s; now ${workers} to work`);

		const running = queueMode;
		await Promise.all(Array.from({ length: workers }, async () => await running.startWorker()));
		const readyAt = performance.now();
		const before = sink.arrivals.length;
		await sink.waitFor(CALLS, 900);
		const doneAt = performance.now();
		await sink.waitUntilQuiet(2);

		const arrived = sink.arrivals.map(({ call }) => call.id);
		const different = new Set(arrived);
		const share = (CALLS - before) / CALLS_PER_EXECUTION;
		return {
			'executions per minute': (share * 60_000) / (doneAt - readyAt),
			'calls per second': (share * CALLS_PER_EXECUTION * 1000) / (doneAt - readyAt),
			'seconds to queue the burst': (queuedAt - burstAt) / 1000,
			executions: new Set(sink.arrivals.map(({ execution }) => execution)).size,
			'calls in the world': ids.length,
			lost: ids.filter((id) => !different.has(id)).length,
			doubled: arrived.length - different.size,
		};
	} finally {
		await queueMode?.stop();
		sink.close();
		await simulator.stop();
	}
}

function burstWorkflow(credential: { id: string; name: string }, sinkUrl: string): WorkflowContent {
	return {
		name: 'Burst',
		nodes: [
			{
				id: 'trigger',
				name: 'Call ended',
				type: 'n8n-nodes-cloud-pbx.voipStudioTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: { event: 'cdr', pollTimes: pollTimes(1), options: { maxItemsPerPoll: CALLS_PER_EXECUTION } },
				credentials: { voipStudioApi: { id: credential.id, name: credential.name } },
			},
			sendNode(sinkUrl, 500),
		],
		connections: { 'Call ended': { main: [[{ node: SEND, type: 'main', index: 0 }]] } },
	};
}

/** Puts the burst into the world, and gives the ids that the trigger has to emit. */
async function callsThatEnded(simulator: SimulatorProcess): Promise<string[]> {
	const ids: string[] = [];
	const count = 200;
	for (let group = 0; group < CALLS / count; group++) {
		const startedAt = Date.now() - 60_000 + group * 500;
		const call = {
			user: 'John Smith',
			direction: 'inbound',
			startedAt,
			endedAt: Date.now() + 1000,
			outcome: 'answered',
			answeredAt: startedAt,
			count,
		};
		const added = await simulator.control<Array<{ id: number }>>('POST', '/calls', call);
		ids.push(...added.map(({ id }) => `voipStudio:cdr:${id}`));
	}
	return ids;
}

/** How many executions wait for a worker. n8n lists a hundred at a time. */
async function queued(rest: N8nRest): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ status: ['new'] }));
	let count = 0;
	let cursor = '';
	for (;;) {
		const page = await rest.request<{ results: unknown[]; nextCursor?: string | null }>(
			'GET',
			`/executions?limit=100&filter=${filter}${cursor}`,
		);
		count += page.results.length;
		if (!page.nextCursor) return count;
		cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
	}
}

function seconds(milliseconds: number): string {
	return (milliseconds / 1000).toFixed(0);
}
