import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
	batches,
	CallSystem,
	callWorkflow,
	expectExactlyOnce,
	Sink,
	tally,
	type Batch,
	type EmittedCall,
} from '../../harness/callSink';
import { QueueMode } from '../../harness/n8n/queueMode';
import { OUTPUT } from '../../harness/n8n/tarball';
import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';

const CALLS = 2000;
const CALLS_PER_POLL = 250;
const CONCURRENCY = 5;

/** How soon n8n notices that a worker is gone; its own defaults are 60, 10 and 30 seconds. */
const NOTICE_SOON = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

export const suite: Suite = {
	title: 'Calls through the death of a worker (queue mode)',

	async run(step, { owner, apiKey, tarball }) {
		const folder = join(OUTPUT, 'queue-mode');
		await rm(folder, { recursive: true, force: true });
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile: join(folder, 'simulator.log') });
		const sink = await Sink.open();
		let queueMode: QueueMode | undefined;
		try {
			const system = new CallSystem(simulator);
			let publishedAt = 0;

			await step('n8n in queue mode starts with the package in its main process and in a worker', async () => {
				queueMode = await QueueMode.start({
					folder,
					tarball,
					workers: 1,
					concurrency: CONCURRENCY,
					env: NOTICE_SOON,
					progress: console.log,
				});
				await queueMode.main.rest.setUpOwner(owner);
				await queueMode.main.expectNodesLoaded();
			});
			const running = queueMode ?? assert.fail('not started');
			const { rest } = running.main;
			const credential = await rest.saveCredential('VoIPcloud', 'voipcloudApi', simulator.credentials.voipcloudApi);
			const trigger = { options: { maxItemsPerPoll: CALLS_PER_POLL } };
			const workflow = await rest.createWorkflow(callWorkflow('Calls', credential, sink.url, trigger, 1000));
			let given: Batch[] = [];

			await step(
				`a burst of ${CALLS} calls reaches the queue, each call once, while the worker that runs them is killed`,
				async () => {
					await rest.publish(workflow.id);
					publishedAt = Date.now() - 1000;
					await sleep(2100);
					await system.callsThatEnded(CALLS, 20);
					await sink.waitFor(CALLS_PER_POLL * 1.5, 180);
					const [worker] = running.workers;
					await running.killWorker(worker ?? assert.fail('no worker'));
					// Nothing works now, and n8n goes on asking for calls.
					given = await until('all calls in the queue', 240, async () => {
						const found = await batches(rest, workflow);
						return callsOf(found).length >= CALLS ? found : undefined;
					});
					await system.waitForPolls(2);
					given = await batches(rest, workflow);
					expectExactlyOnce(tally(await system.endedSince(publishedAt), callsOf(given)));
				},
			);

			await step(
				'with a worker again, every call arrives but those that the dead one had in hand, which n8n shows as failed',
				async () => {
					await running.startWorker();
					const ended = await until('all executions to end', 150, async () => {
						const found = await batches(rest, workflow);
						return found.every(({ status }) => !['new', 'running', 'waiting'].includes(status)) ? found : undefined;
					});
					await sink.waitUntilQuiet(2);
					const arrived = new Set(sink.arrivals.map(({ call }) => call.id));
					const failed = new Set(ended.filter(({ status }) => status !== 'success').map(({ execution }) => execution));
					assert.ok(failed.size > 0 && failed.size <= CONCURRENCY, `${failed.size} failed executions`);
					const inHand = given.filter(({ execution }) => failed.has(execution));
					const elsewhere = given.filter(({ execution }) => !failed.has(execution));
					assert.deepEqual(
						callsOf(elsewhere).filter(({ id }) => !arrived.has(id)),
						[],
					);
					const undone = callsOf(inHand).filter(({ id }) => !arrived.has(id)).length;
					console.log(
						`      queue mode: ${CALLS} calls in the world, ${callsOf(given).length} emitted, ${sink.arrivals.length - arrived.size} arrived twice; ` +
							`the dead worker had ${inHand.length} executions with ${callsOf(inHand).length} calls in hand and left ${undone} of them undone`,
					);
				},
			);

			await step(
				'a second trigger that starts an hour earlier brings what was in hand, under the same ids',
				async () => {
					await rest.unpublish(workflow.id);
					const again = { startFrom: 'hoursAgo', hours: 1, options: { maxItemsPerPoll: 10_000 } };
					const second = await rest.createWorkflow(callWorkflow('Calls of the last hour', credential, sink.url, again));
					await rest.publish(second.id);
					const world = await system.endedSince(publishedAt);
					await until('every call at the sink', 180, async () =>
						tally(
							world,
							sink.arrivals.map(({ call }) => call),
						).lost.length === 0
							? true
							: undefined,
					);
					const { emitted, strange } = tally(
						world,
						sink.arrivals.map(({ call }) => call),
					);
					assert.deepEqual({ emitted, strange }, { emitted: CALLS, strange: [] });
				},
			);
		} finally {
			await queueMode?.stop();
			sink.close();
			await simulator.stop();
		}
	},
};

function callsOf(found: Batch[]): EmittedCall[] {
	return found.flatMap(({ calls }) => calls);
}
