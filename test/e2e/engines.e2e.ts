import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { batches, CallSystem, callWorkflow, Sink, tally, type Tally } from '../../harness/callSink';
import { RealN8n } from '../../harness/n8n/realN8n';
import { OUTPUT } from '../../harness/n8n/tarball';
import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Step, Suite, World } from '../../harness/suite';

/** How often n8n is killed as soon as a poll with calls was answered: state and execution are written just then. */
const KILLS = 4;

/** n8n's two settings about polls, with its scheduler on. docs/trigger-guarantees.md says what holds under each pair. */
const combinations = [false, true].flatMap((polls) =>
	[false, true].map((cursors) => ({
		name: `polls on the scheduler ${polls ? 'on' : 'off'}, durable cursors ${cursors ? 'on' : 'off'}`,
		folder: `polls-${polls ? 'on' : 'off'}-cursors-${cursors ? 'on' : 'off'}`,
		/** State and execution are written as one. */
		isDurable: polls && cursors,
		/** n8n 2.41 writes the state first and the execution later: a kill between the two has been seen to lose calls. */
		isUnsafe: !(polls && cursors),
		env: {
			N8N_SCHEDULER_ENABLED: 'true',
			N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
			N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: String(polls),
			N8N_POLLER_DURABLE_CURSORS_ENABLED: String(cursors),
		},
	})),
);

type Combination = (typeof combinations)[number];

export const suite: Suite = {
	title: "Calls under each pair of n8n's settings for polls",
	mostlyWaits: true,

	async run(step, world) {
		const broken: unknown[] = [];
		// One pair that does not hold says nothing of the others.
		for (const combination of combinations) {
			await underCombination(step, world, combination).catch((error: unknown) => broken.push(error));
		}
		if (broken.length > 0) throw broken[0];
	},
};

async function underCombination(
	step: Step,
	world: World,
	{ name, folder, env, isDurable, isUnsafe }: Combination,
): Promise<void> {
	const { owner, apiKey, tarball } = world;
	const userFolder = join(OUTPUT, 'engines', folder);
	await rm(userFolder, { recursive: true, force: true });
	const simulator = await SimulatorProcess.start({
		apiKey,
		callsPerDay: 0,
		logFile: join(userFolder, 'simulator.log'),
	});
	const sink = await Sink.open();
	let n8n: RealN8n | undefined;
	try {
		const system = new CallSystem(simulator);
		const start = async (): Promise<RealN8n> => {
			n8n = await RealN8n.start({ userFolder, tarball, env, progress: console.log });
			if (!(await n8n.rest.setUpOwner(owner))) await n8n.rest.signIn(owner);
			return n8n;
		};
		let running = await start();
		const account = await running.rest.saveCredential('VoIPcloud', 'voipcloudApi', simulator.credentials.voipcloudApi);
		const workflow = await running.rest.createWorkflow(callWorkflow('Calls', account, sink.url, {}, 0));
		let publishedAt = 0;

		/** What n8n took over, whatever became of the execution, when all has arrived and further polls have repeated nothing. */
		const counted = async (): Promise<Tally> => {
			const count = async (): Promise<Tally> => {
				const given = (await batches(running.rest, workflow)).flatMap(({ calls }) => calls);
				return tally(await system.endedSince(publishedAt), given);
			};
			await until('all calls in executions', 75, async () =>
				(await count()).lost.length === 0 ? true : undefined,
			).catch(() => undefined);
			await system.waitForPolls(1);
			const result = await count();
			console.log(
				`      ${name}: ${result.world} calls in the world, ${result.emitted} emitted, ${result.doubled.length} doubled, ${result.lost.length} lost`,
			);
			return result;
		};
		const promise = async (text: string, mayDouble: boolean, act: () => Promise<void>): Promise<void> =>
			await step(`${name}: ${text}`, async () => {
				await act();
				const { lost, strange, doubled } = await counted();
				assert.deepEqual(strange, []);
				if (!(isUnsafe && mayDouble)) assert.deepEqual(lost, []);
				if (!mayDouble) assert.deepEqual(doubled, []);
			});

		await promise('calls come once each', false, async () => {
			await running.rest.publish(workflow.id);
			await system.waitForPolls(1);
			publishedAt = Date.now() - 1000;
			await sleep(2100);
			await system.callsThatEnded(5);
		});
		await promise('a restart loses and repeats none', false, async () => {
			await system.callsThatEnded(2);
			await running.stop();
			await system.callsThatEnded(3);
			running = await start();
		});
		await promise('a crash in the middle of a poll loses and repeats none', false, async () => {
			await system.callsThatEnded(4);
			await system.holdNextPoll(20_000);
			await running.kill();
			await system.callsThatEnded(2);
			running = await start();
		});
		await promise(
			`${KILLS} crashes just after a poll ${isUnsafe ? 'are counted' : `lose none${isDurable ? ', and repeat none' : ''}`}`,
			!isDurable,
			async () => {
				for (let kill = 0; kill < KILLS; kill++) {
					await system.callsThatEnded(3);
					await system.answeredPoll();
					await sleep(kill * 35);
					await running.kill();
					running = await start();
					// n8n killed about when it has just started may be silent for minutes: that is not asked here.
					await system.waitForPolls(1);
				}
			},
		);
	} finally {
		await n8n?.stop();
		sink.close();
		await simulator.stop();
	}
}
