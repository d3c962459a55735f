import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DateTime } from 'luxon';

import { QueueMode } from '../../harness/n8n/queueMode';
import type { Execution, StoredWorkflow, WorkflowNode } from '../../harness/n8n/rest';
import { OUTPUT } from '../../harness/n8n/tarball';
import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { requestsAt } from '../../harness/workflows';
import { tableRows, templates } from './templateFiles';

const TABLE = 'Calls worked off';
const RINGS = ['John Smith', 'Kevin Smith', 'Aisha Rahman', 'Emma Walker', 'Noah Wilson'];
const MISSED = 60;
const ANSWERED = 20;
/** How many the colleague has been told about when the worker is killed. */
const TOLD_BEFORE = 15;

/** How soon n8n notices that a worker is gone; its own defaults are 60, 10 and 30 seconds. */
const NOTICE_SOON = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

export const suite: Suite = {
	title: 'The nightly reconciliation, after the death of a worker (queue mode)',

	async run(step, { owner, apiKey, tarball }) {
		const folder = join(OUTPUT, 'reconciliation');
		await rm(folder, { recursive: true, force: true });
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile: join(folder, 'simulator.log') });
		let queueMode: QueueMode | undefined;
		try {
			await step('n8n in queue mode starts with the package in its main process and in a worker', async () => {
				queueMode = await QueueMode.start({
					folder,
					tarball,
					workers: 1,
					env: { ...NOTICE_SOON, GENERIC_TIMEZONE: 'UTC' },
					progress: console.log,
				});
				await queueMode.main.rest.setUpOwner(owner);
				await queueMode.main.expectNodesLoaded();
			});
			const running = queueMode ?? assert.fail('not started');
			const { rest } = running.main;
			const credential = await rest.saveCredential('VoIPstudio', 'voipStudioApi', simulator.credentials.voipStudioApi);
			const [, template] =
				(await templates()).find(([file]) => file === 'nightly-reconciliation') ?? assert.fail('no template');
			let workflow: StoredWorkflow = await rest.createWorkflow(template);
			const missed = await callsOfYesterday(simulator);

			/** How often the colleague was told of each number that called. */
			const told = async (): Promise<Map<string, number>> => {
				const counts = new Map<string, number>();
				for (const { method, body } of await requestsAt(simulator, '/sms')) {
					const [caller] = method === 'POST' ? (/614915\d+/.exec(body) ?? []) : [];
					if (caller !== undefined) counts.set(caller, (counts.get(caller) ?? 0) + 1);
				}
				return counts;
			};
			const change = async (node: (one: WorkflowNode) => WorkflowNode): Promise<void> => {
				workflow = await rest.updateWorkflow(workflow.id, {
					nodes: workflow.nodes.map(node),
					connections: workflow.connections,
				});
			};
			const night = async (): Promise<Execution> => {
				const execution = await rest.run(workflow.id, 'Every night');
				assert.equal(execution.error, undefined);
				return execution;
			};

			await step('as it is imported it shows what it would send, sends nothing and notes nothing', async () => {
				const { voipStudioApi } = { voipStudioApi: { id: credential.id, name: credential.name } };
				await change((one) => (one.type.includes('voipStudio') ? { ...one, credentials: { voipStudioApi } } : one));
				await rest.run(workflow.id, 'Once');
				const execution = await night();
				assert.equal(execution.items('Missed').length, MISSED);
				assert.equal(execution.items('Tell a colleague')[0]?.json.dryRun, true);
				assert.equal((await told()).size, 0);
				assert.deepEqual(await tableRows(rest, TABLE), []);
			});

			await step('its worker is killed in the middle of the calls, and n8n does not run them again', async () => {
				await change((one) => {
					if (one.name === 'Tell a colleague')
						return { ...one, parameters: { ...one.parameters, dryRun: false, options: {} } };
					if (one.name !== 'Missed call') return one;
					// Calls of today cannot be those of yesterday: this trigger begins with those.
					return { ...one, parameters: { ...one.parameters, startFrom: 'hoursAgo', hours: 48, options: {} } };
				});
				await rest.publish(workflow.id);
				await until('some calls told', 250, async () => ((await told()).size >= TOLD_BEFORE ? true : undefined));
				await running.killWorker(running.workers[0] ?? assert.fail('no worker'));
				await running.startWorker();
				await until('the execution to be given up', 150, async () => {
					const summaries = await rest.executions(workflow.id);
					return summaries.every(({ status }) => !['new', 'running', 'waiting'].includes(status)) ? true : undefined;
				});
				const { size } = await told();
				assert.ok(size >= TOLD_BEFORE && size < MISSED, `${size} calls were told before the night`);
			});

			await step(
				'the night tells what is missing: every missed call once, no answered one, and names what is in doubt',
				async () => {
					await rest.unpublish(workflow.id);
					const before = (await told()).size;
					const begun = (await night()).items('Begun, end unknown').map(({ json }) => String(json.phone));
					const counts = await told();
					const rows = await tableRows(rest, TABLE);
					const done = rows.filter(({ state }) => state === 'done').length;
					const doubled = [...counts.values()].filter((count) => count > 1).length;
					const answered = [...counts.keys()].filter((caller) => !missed.includes(caller)).length;
					console.log(
						`      reconciliation: ${MISSED + ANSWERED} calls in the world, ${MISSED} of them missed; ${before} told before the worker died, ` +
							`${counts.size - before} by night, ${counts.size} worked off, ${doubled} doubled, ${answered} of an answered caller; ${begun.length} in doubt`,
					);
					assert.deepEqual({ doubled, answered }, { doubled: 0, answered: 0 });
					assert.ok(begun.length <= 1, `${begun.length} calls in doubt`);
					assert.equal(done + begun.length, MISSED);
					const without = missed.filter((caller) => !counts.has(caller));
					assert.ok(without.every((caller) => begun.some((one) => one.endsWith(caller))));
				},
			);

			await step('the next night finds nothing left to do', async () => {
				const before = await told();
				const execution = await night();
				assert.equal(execution.items('Not worked off yet').length, 0);
				assert.deepEqual(await told(), before);
			});
		} finally {
			await queueMode?.stop();
			await simulator.stop();
		}
	},
};

/** Calls that rang five phones yesterday; gives the numbers of those that nobody took. */
async function callsOfYesterday(simulator: SimulatorProcess): Promise<string[]> {
	const noon = DateTime.utc().minus({ days: 1 }).startOf('day').set({ hour: 12 }).toMillis();
	const missed: string[] = [];
	for (let i = 0; i < MISSED + ANSWERED; i++) {
		const number = String(61_491_570_000 + i);
		const isMissed = i % 4 !== 3;
		if (isMissed) missed.push(number);
		await simulator.addGroupCall({
			queue: 'Sales queue',
			from: `+${number}`,
			startedAt: noon + i * 30_000,
			rings: RINGS,
			giveUpAfterSeconds: 25,
			...(!isMissed && { answer: { by: 'John Smith', afterSeconds: 10, talkSeconds: 60 } }),
		});
	}
	return missed;
}
