import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
	batches,
	CallSystem,
	callWorkflow,
	expectExactlyOnce,
	SEND,
	Sink,
	tally,
	type Tally,
} from '../../harness/callSink';
import { RealN8n } from '../../harness/n8n/realN8n';
import { OUTPUT } from '../../harness/n8n/tarball';
import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Step, Suite, World } from '../../harness/suite';

/** n8n's polling engine that keeps the trigger's state in the database; the default from n8n 2.45 on. */
const DURABLE = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
};

interface Engine {
	name: string;
	folder: string;
	env: NodeJS.ProcessEnv;
}

export const suite: Suite = {
	title: 'Calls through restarts and crashes of n8n',
	mostlyWaits: true,

	async run(step, world) {
		await throughCrashes(step, world, { name: 'in-memory engine', folder: 'in-memory', env: {} });
		await throughCrashes(step, world, { name: 'durable engine', folder: 'durable', env: DURABLE });
	},
};

async function throughCrashes(step: Step, { owner, apiKey, tarball }: World, engine: Engine): Promise<void> {
	const folder = join(OUTPUT, 'resilience', engine.folder);
	await rm(folder, { recursive: true, force: true });
	const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile: join(folder, 'simulator.log') });
	const sink = await Sink.open();
	let n8n: RealN8n | undefined;
	try {
		const system = new CallSystem(simulator);
		const start = async (): Promise<RealN8n> => {
			n8n = await RealN8n.start({ userFolder: folder, tarball, env: engine.env, progress: console.log });
			if (!(await n8n.rest.setUpOwner(owner))) await n8n.rest.signIn(owner);
			return n8n;
		};
		let running = await start();
		const credential = await running.rest.saveCredential(
			'VoIPcloud',
			'voipcloudApi',
			simulator.credentials.voipcloudApi,
		);
		const stored = await running.rest.createWorkflow(callWorkflow('Calls', credential, sink.url));
		const { id } = stored;
		let publishedAt = 0;

		/** Waits until all calls of the world have arrived and a further poll has repeated none. */
		const expectAllArrivedOnce = async (): Promise<Tally> => {
			const result = async (): Promise<Tally> =>
				tally(
					await system.endedSince(publishedAt),
					sink.arrivals.map(({ call }) => call),
				);
			await until('all calls at the sink', 75, async () =>
				(await result()).lost.length === 0 ? true : undefined,
			).catch(() => undefined);
			await system.waitForPolls(1);
			const final = await result();
			expectExactlyOnce(final);
			return final;
		};
		const promise = (text: string, check: () => Promise<void>): Promise<void> => step(`${engine.name}: ${text}`, check);

		await promise('calls from before the publication stay out, calls after it come', async () => {
			await system.callsThatEnded(5);
			await running.rest.publish(id);
			// The durable engine keeps nothing of its first poll: 'now' counts from the first one on schedule.
			await system.waitForPolls(1);
			publishedAt = Date.now() - 1000;
			await sleep(2100);
			await system.callsThatEnded(3);
			await expectAllArrivedOnce();
		});
		await promise('a restart of n8n loses no call, nor one that ends meanwhile', async () => {
			await system.callsThatEnded(2);
			await running.stop();
			await system.callsThatEnded(4);
			running = await start();
			await expectAllArrivedOnce();
		});

		await promise('a crash in the middle of a poll loses and repeats no call', async () => {
			await system.callsThatEnded(7);
			await system.holdNextPoll(20_000);
			await running.kill();
			await system.callsThatEnded(2);
			running = await start();
			await expectAllArrivedOnce();
		});

		await promise('publishing again loses no call that ended while the workflow was not published', async () => {
			await running.rest.unpublish(id);
			await system.callsThatEnded(4);
			await running.rest.publish(id);
			await expectAllArrivedOnce();
		});

		await promise('publishing again in the middle of a poll loses and repeats no call', async () => {
			await system.callsThatEnded(3);
			await system.holdNextPoll(5000);
			await running.rest.unpublish(id);
			await running.rest.publish(id);
			await expectAllArrivedOnce();
		});

		await promise('a change of another node, published in the middle of a poll, neither', async () => {
			await system.callsThatEnded(3);
			await system.holdNextPoll(5000);
			const { nodes } = await running.rest.workflow(id);
			await running.rest.updateWorkflow(id, {
				nodes: nodes.map((node) =>
					node.name === SEND ? { ...node, parameters: { ...node.parameters, method: 'PUT' } } : node,
				),
			});
			await running.rest.publish(id);
			await system.callsThatEnded(2);
			await expectAllArrivedOnce();
		});

		await promise(
			'after a crash while a workflow runs, n8n shows that execution as crashed, and no call is given to another one',
			async () => {
				const before = sink.arrivals.length;
				const earlier = await batches(running.rest, stored);
				await system.callsThatEnded(300, 3);
				await sink.waitFor(before + 1, 40);
				await running.kill();
				running = await start();
				const all = await until('the execution to be marked as crashed', 60, async () => {
					const found = await batches(running.rest, stored);
					return found.length > earlier.length && found.every(({ status }) => !['new', 'running'].includes(status))
						? found
						: undefined;
				});
				await system.waitForPolls(2);
				expectExactlyOnce(
					tally(
						await system.endedSince(publishedAt),
						all.flatMap(({ calls }) => calls),
					),
				);
				const crashed = all.filter(({ status }) => status === 'crashed');
				assert.deepEqual(
					crashed.map(({ calls }) => calls.length),
					[300],
				);
				assert.ok(sink.arrivals.length - before < 300, 'the crash came too late to test anything');
			},
		);

		await promise('Retry of the crashed execution brings its calls', async () => {
			const [crashed] = (await batches(running.rest, stored)).filter(({ status }) => status === 'crashed');
			await running.rest.request('POST', `/executions/${crashed?.execution ?? ''}/retry`, { loadWorkflow: false });
			const { lost, strange } = tally(
				await system.endedSince(publishedAt),
				sink.arrivals.map(({ call }) => call),
			);
			assert.deepEqual({ lost, strange }, { lost: [], strange: [] });
			const executions = await batches(running.rest, stored);
			const result = tally(
				await system.endedSince(publishedAt),
				executions.filter(({ mode }) => mode === 'trigger').flatMap(({ calls }) => calls),
			);
			expectExactlyOnce(result);
			console.log(
				`      ${engine.name}: ${result.world} calls in the world, ${result.emitted} emitted, ${result.doubled.length} doubled`,
			);
		});
	} finally {
		await n8n?.stop();
		sink.close();
		await simulator.stop();
	}
}
