import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { RealN8n } from '../../harness/n8n/realN8n';
import { OUTPUT } from '../../harness/n8n/tarball';
import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { node, requestsAt, triggerWorkflow } from '../../harness/workflows';

const SECOND = 1000;
const POLL_EVERY_SECONDS = 30;
/** 'Wait Minutes', and the minute more for records that appear late. */
const WAIT_SECONDS = 60 + 60;

/** As VoIPcloud writes them. */
const CALLERS = {
	neverReached: '61491570151',
	callsThreeTimes: '61491570152',
	calledBackInTime: '61491570153',
	answeredInTime: '61491570154',
};

export const suite: Suite = {
	title: 'Missed and not returned, by a clock that runs',
	mostlyWaits: true,

	async run(step, { owner, apiKey, tarball }) {
		const userFolder = join(OUTPUT, 'unreturned');
		await rm(userFolder, { recursive: true, force: true });
		const logFile = join(userFolder, 'simulator.log');
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile });
		let n8n: RealN8n | undefined;
		const start = async (): Promise<RealN8n> => {
			// n8n may have been stopped already when the next start fails.
			n8n = undefined;
			n8n = await RealN8n.start({ userFolder, tarball, progress: console.log });
			if (!(await n8n.rest.setUpOwner(owner))) await n8n.rest.signIn(owner);
			return n8n;
		};
		try {
			let running = await start();
			const { id, name } = await running.rest.saveCredential(
				'VoIPcloud',
				'voipcloudApi',
				simulator.credentials.voipcloudApi,
			);
			const trigger = node('Not reached', 'voipcloudTrigger', { event: 'missedNotReturned', waitMinutes: 1 });
			const workflow = await triggerWorkflow(
				running.rest,
				'Callers not reached',
				{ ...trigger, credentials: { voipcloudApi: { id, name } } },
				POLL_EVERY_SECONDS,
			);
			const polls = async (): Promise<number> => (await requestsAt(simulator, '/get-queue-calls')).length;
			const waitForPolls = async (count: number): Promise<void> => {
				const before = await polls();
				await until(`${count} polls`, 60 + count * POLL_EVERY_SECONDS, async () =>
					(await polls()) >= before + count ? true : undefined,
				);
				// The time in which an execution would appear.
				await sleep(2 * SECOND);
			};
			const given = async (): Promise<unknown[][]> =>
				(await running.rest.wholeExecutions(workflow.id))
					.flatMap((execution) => execution.items('Not reached'))
					.map(({ json }) => [(json.from as { number: string }).number, (json.attempts as unknown[]).length]);
			let isDue = 0;
			const tooEarly = async (): Promise<unknown[]> =>
				(await running.rest.executions(workflow.id)).filter(({ startedAt }) => Date.parse(startedAt) < isDue);

			await step('nobody is given while the wait runs, however often he calls', async () => {
				await running.rest.publish(workflow.id);
				await waitForPolls(1);
				isDue = (await callsFromNow(simulator)) + WAIT_SECONDS * SECOND;
				await waitForPolls(2);
				assert.deepEqual(await tooEarly(), []);
			});

			await step('n8n stopped meanwhile forgets nobody who waits', async () => {
				await running.stop();
				running = await start();
				await waitForPolls(1);
				assert.deepEqual(await tooEarly(), []);
			});

			await step(
				'who was not reached is one item, with three calls if he called three times; who was reached is none',
				async () => {
					await until('the items', WAIT_SECONDS + 2 * POLL_EVERY_SECONDS, async () =>
						(await given()).length >= 2 ? true : undefined,
					);
					assert.deepEqual(await tooEarly(), []);
					assert.deepEqual((await given()).sort(), [
						[CALLERS.neverReached, 1],
						[CALLERS.callsThreeTimes, 3],
					]);
				},
			);

			await step('after the next start nobody is given twice', async () => {
				await running.stop();
				running = await start();
				await waitForPolls(2);
				assert.equal((await given()).length, 2);
			});
		} finally {
			await n8n?.stop();
			await simulator.stop();
		}
	},
};

/** The calls of the next minute. Gives the end of the first missed one, by the clock of this machine. */
async function callsFromNow(simulator: SimulatorProcess): Promise<number> {
	const now = Date.now();
	const missed = async (from: string, afterSeconds: number): Promise<void> => {
		const endedAt = now + afterSeconds * SECOND;
		await simulator.addCall({ queue: 'Sales queue', from, startedAt: endedAt - 15 * SECOND, endedAt });
	};
	await missed(CALLERS.neverReached, 2);
	await missed(CALLERS.callsThreeTimes, 2);
	await missed(CALLERS.callsThreeTimes, 20);
	await missed(CALLERS.callsThreeTimes, 40);
	await missed(CALLERS.calledBackInTime, 3);
	await missed(CALLERS.answeredInTime, 3);
	const reached = {
		user: 'John Smith',
		startedAt: now + 20 * SECOND,
		answeredAt: now + 25 * SECOND,
		endedAt: now + 45 * SECOND,
	};
	await simulator.addCall({ ...reached, direction: 'outbound', to: CALLERS.calledBackInTime });
	await simulator.addCall({ ...reached, direction: 'inbound', from: CALLERS.answeredInTime });
	return now + 2 * SECOND;
}
