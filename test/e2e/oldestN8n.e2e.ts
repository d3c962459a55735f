import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CallSystem, callWorkflow, expectExactlyOnce, Sink, tally } from '../../harness/callSink';
import { RealN8n } from '../../harness/n8n/realN8n';
import type { ExecutionItem } from '../../harness/n8n/rest';
import { OUTPUT, PACKAGE, PROJECT } from '../../harness/n8n/tarball';
import { plainEnvironment, Service, until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { baseNode, MANUAL, manualWorkflow, node } from '../../harness/workflows';
import manifest from '../../package.json';
import { NpmRegistry } from './npmRegistry';
import { redirectSteps } from './redirects';
import { unreachedSteps } from './unreached';

const SUPPORT_CALLS = 12;
/** More than n8n's declarative engine can hand over: beyond some 120,000 items its stack overflows. */
const MANY = 125_000;

export const suite: Suite = {
	title: 'The oldest supported n8n',

	async run(step, { owner, apiKey, tarball }) {
		const folder = join(OUTPUT, 'oldest-n8n');
		await rm(folder, { recursive: true, force: true });
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile: join(folder, 'simulator.log') });
		const sink = await Sink.open();
		const registry = await NpmRegistry.start(join(folder, 'registry'));
		await registry.publish(tarball);
		let started: RealN8n | undefined;
		try {
			const start = async (): Promise<RealN8n> => {
				started = await RealN8n.start({
					version: 'oldest',
					userFolder: join(folder, 'n8n'),
					env: registry.environment,
					progress: console.log,
				});
				if (!(await started.rest.setUpOwner(owner))) await started.rest.signIn(owner);
				return started;
			};
			let n8n = await start();
			const system = new CallSystem(simulator);
			const { voipcloudApi: data, voipStudioApi: studioData } = simulator.credentials;

			await step('n8n 1.123 installs the package by its name and has all its nodes and credentials', async () => {
				const { versionCli } = await n8n.rest.request<{ versionCli: string }>('GET', '/settings');
				assert.match(versionCli, /^1\.123\./);
				await n8n.rest.request('POST', '/community-packages', { name: PACKAGE });
				await n8n.expectNodesLoaded();
				const credentials = new Set((await n8n.rest.credentialTypes()).map((name) => name.toLowerCase()));
				const named = manifest.n8n.credentials.map((file) => basename(file, '.credentials.js'));
				assert.deepEqual(
					named.filter((name) => !credentials.has(name.toLowerCase())),
					[],
				);
			});

			const voipcloud = await n8n.rest.saveCredential('VoIPcloud', 'voipcloudApi', data);
			const voipStudio = await n8n.rest.saveCredential('VoIPstudio', 'voipStudioApi', studioData);

			await step("the right key passes the credential's test, and a wrong one is told as such", async () => {
				assert.equal((await n8n.rest.testCredential(voipcloud, data)).status, 'OK');
				assert.equal((await n8n.rest.testCredential(voipStudio, studioData)).status, 'OK');
				const apiKey = 'a-key-that-was-mistyped';
				const refused = await n8n.rest.testCredential(voipcloud, { ...data, apiKey });
				assert.equal(refused.status, 'Error');
				// n8n 1 drops what the credential says about a status code and has a text of its own. What to check is told when
				// a node runs.
				assert.equal(refused.message, 'Authorization failed - please check your credentials');
			});

			await step('a VoIPcloud node gives the calls of each input item, linked to it', async () => {
				await system.callsThatEnded(SUPPORT_CALLS);
				const calls = node('Get calls', 'voipcloud', {
					resource: 'queueCall',
					operation: 'getAll',
					filters: { names: '={{ $json.queue }}' },
				});
				const workflow = await manualWorkflow(n8n.rest, 'VoIPcloud', [
					baseNode(
						'Queues',
						'code',
						{ jsCode: 'return [{ json: { queue: "Sales" } }, { json: { queue: "Support" } }];' },
						2,
					),
					{ ...calls, credentials: { voipcloudApi: voipcloud } },
				]);
				const execution = await n8n.rest.run(workflow.id, MANUAL);
				assert.equal(execution.error, undefined);
				const rows = execution.items('Get calls').map((item) => [item.json.queue_name, inputOf(item)]);
				assert.deepEqual(rows, Array<unknown>(SUPPORT_CALLS).fill(['Support', 1]));
			});

			await step(`a VoIPstudio node gives a list of ${MANY} call records whole`, async () => {
				const longList = await LongList.start(MANY, join(folder, 'long-list.log'));
				const { id, name } = await n8n.rest.saveCredential('Long list', 'voipStudioApi', {
					apiKey,
					baseUrl: longList.url,
				});
				const records = node('Get records', 'voipStudio', { resource: 'cdr', operation: 'getAll', returnAll: true });
				const workflow = await manualWorkflow(n8n.rest, 'VoIPstudio', [
					{ ...records, credentials: { voipStudioApi: { id, name } } },
					baseNode(
						'Count',
						'code',
						{ jsCode: 'return [{ json: { records: new Set($input.all().map(({ json }) => json.id)).size } }];' },
						2,
					),
				]);
				const execution = await n8n.rest.run(workflow.id, MANUAL);
				await longList.stop();
				assert.equal(execution.error, undefined);
				assert.deepEqual(
					execution.items('Count').map(({ json }) => json),
					[{ records: MANY }],
				);
			});

			await step('a wrong key is told with what to check when a node runs, without showing the key', async () => {
				const calls = node('Get calls', 'voipcloud', { resource: 'queueCall', operation: 'getAll' });
				const wrong = await n8n.rest.saveCredential('Wrong key', 'voipcloudApi', {
					...data,
					apiKey: 'a-key-that-was-mistyped',
				});
				const workflow = await manualWorkflow(n8n.rest, 'Wrong key', [
					{ ...calls, credentials: { voipcloudApi: wrong } },
				]);
				const { error } = await n8n.rest.run(workflow.id, MANUAL);
				assert.equal(error?.node, 'Get calls');
				assert.match(error.message, /refused the API key/);
				assert.match(error.description, /white list/);
				assert.ok(!JSON.stringify(error).includes('mistyped'), 'the text shows the key');
			});

			await unreachedSteps(step, n8n.rest, simulator.credentials, 'oldest');

			await redirectSteps(step, n8n.rest);

			await step(
				'a published trigger gives each call once, through polls, a restart, another publication and one in the middle of a poll',
				async () => {
					const { id } = await n8n.rest.createWorkflow(callWorkflow('Calls', voipcloud, sink.url, {}, 10));
					await n8n.rest.publish(id);
					const publishedAt = Date.now();
					const expectOnce = async (count: number) => {
						await sink.waitFor(count, 30);
						await system.waitForPolls(3);
						expectExactlyOnce(
							tally(
								await system.endedSince(publishedAt),
								sink.arrivals.map(({ call }) => call),
							),
						);
					};
					await sleep(2100);
					await system.callsThatEnded(3);
					await sink.waitFor(3, 30);
					await system.waitForPolls(2);
					await n8n.stop();
					await system.callsThatEnded(4);
					n8n = await start();
					await sink.waitFor(7, 30);
					await n8n.rest.unpublish(id);
					await system.callsThatEnded(2);
					await n8n.rest.publish(id);
					await expectOnce(9);
					const executions = await until('the executions to end', 30, async () => {
						const found = await n8n.rest.executions(id);
						return found.every(({ status }) => status !== 'running') ? found : undefined;
					});
					assert.deepEqual([...new Set(executions.map(({ status }) => status))], ['success']);

					// This n8n starts an execution for what a poll of the earlier publication still returns.
					await system.holdNextPoll(3000);
					await system.callsThatEnded(3);
					await n8n.rest.unpublish(id);
					await n8n.rest.publish(id);
					await expectOnce(12);
				},
			);
		} finally {
			await started?.stop();
			await registry.stop();
			sink.close();
			await simulator.stop();
		}
	},
};

/** The benchmarks' list of VoIPstudio: any number of records at no cost. */
class LongList {
	private constructor(
		readonly url: string,
		private readonly service: Service,
	) {}

	static async start(records: number, logFile: string): Promise<LongList> {
		const args = ['--import', 'tsx', join('bench', 'server.ts'), String(records)];
		const service = new Service('the long list', process.execPath, args, {
			cwd: PROJECT,
			env: plainEnvironment(),
			logFile,
		});
		const port = await service.waitUntilReady(60, async () => /^\d+$/m.exec(await readFile(logFile, 'utf8'))?.[0]);
		return new LongList(`http://127.0.0.1:${port}`, service);
	}

	async stop(): Promise<void> {
		await this.service.stop();
	}
}

function inputOf({ pairedItem }: ExecutionItem): number | undefined {
	return typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : undefined;
}
