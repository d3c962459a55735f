import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { providers, type Provider } from '../../harness/catalogue';
import type { N8nVersion } from '../../harness/n8n/install';
import { RealN8n } from '../../harness/n8n/realN8n';
import type { N8nRest, WorkflowNode } from '../../harness/n8n/rest';
import { OUTPUT, PACKAGE, PROJECT } from '../../harness/n8n/tarball';
import { run } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { callThatJustEnded, MANUAL, manualWorkflow, node, triggerWorkflow } from '../../harness/workflows';
import { NpmRegistry } from './npmRegistry';

const FOLDER = join(OUTPUT, 'packages-e2e');
const TARBALLS = join(OUTPUT, 'packages');
const READ = 'Read';
const TRIGGER = 'Call ended';

/** What is asked of each provider. */
const READING: Record<string, Record<string, unknown>> = {
	voipStudio: { resource: 'user', operation: 'getAll' },
	voipcloud: { resource: 'queueCall', operation: 'getAll' },
	// With no active call its status is a refusal, so a call of the simulated office is started.
	liveChat247: { resource: 'webCall', operation: 'create', from: '+61491570110', to: '+61491570111' },
	while1Voice: { resource: 'cdr', operation: 'getAll' },
};
const EVENT: Record<string, string> = { voipStudio: 'cdr', voipcloud: 'queueCall', while1Voice: 'cdr' };

export const suite: Suite = {
	title: 'Each provider as a package of its own',

	async run(step, { owner, tarball, apiKey }) {
		await rm(FOLDER, { recursive: true, force: true });
		await run(process.execPath, ['--import', 'tsx', 'tools/packages/main.ts'], {
			cwd: PROJECT,
			timeoutSeconds: 300,
			nextStep: '`npm run packages` repeats this step alone.',
		});
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile: join(FOLDER, 'simulator.log') });
		await callThatJustEnded(simulator, { queue: 'Support', direction: 'inbound', from: '+61491570110' });
		const registry = await NpmRegistry.start(join(FOLDER, 'registry'));
		for (const file of await readdir(TARBALLS)) await registry.publish(join(TARBALLS, file));
		await registry.publish(tarball);
		let started: RealN8n | undefined;
		try {
			for (const version of ['newest', 'oldest'] as N8nVersion[]) {
				const userFolder = join(FOLDER, version);
				started = await RealN8n.start({ version, userFolder, env: registry.environment, progress: console.log });
				const { rest } = started;
				await rest.setUpOwner(owner);
				const office = new Office(rest, simulator);

				for (const provider of providers) {
					await step(`${version} n8n: ${provider.package} works alone, its node and its trigger`, async () => {
						await rest.request('POST', '/community-packages', { name: provider.package });
						assert.deepEqual(await rest.nodeTypes(`${PACKAGE}.`), []);
						await office.use(provider, provider.package);
						await rest.request('DELETE', `/community-packages?name=${provider.package}`);
					});
				}

				await step(`${version} n8n: all four work side by side`, async () => {
					for (const { package: name } of providers) await rest.request('POST', '/community-packages', { name });
					for (const provider of providers) await office.use(provider, provider.package);
				});

				if (version === 'newest') {
					await step('n8n refuses the package of the whole beside them, and they go on working', async () => {
						await assert.rejects(rest.request('POST', '/community-packages', { name: PACKAGE }));
						for (const provider of providers) await office.use(provider, provider.package);
					});
				}
				await started.stop();
				started = undefined;
			}
		} finally {
			await started?.stop();
			await registry.stop();
			await simulator.stop();
		}
	},
};

/** Somebody who has an account at every provider. */
class Office {
	constructor(
		private readonly rest: N8nRest,
		private readonly simulator: SimulatorProcess,
	) {}

	/** Runs the provider's node, and its trigger where it has one, as nodes of the package of that name. */
	async use(provider: Provider, packageName: string): Promise<void> {
		const [type] = provider.credentials;
		const data = (this.simulator.credentials as Record<string, Record<string, unknown>>)[type];
		const { id, name } = await this.rest.saveCredential(`${provider.name} account`, type, data);
		const from = (one: WorkflowNode): WorkflowNode => ({
			...one,
			type: one.type.replace(PACKAGE, packageName),
			credentials: { [type]: { id, name } },
		});
		const reading = from(node(READ, provider.node, READING[provider.node]));
		const read = await this.rest.run((await manualWorkflow(this.rest, 'Read', [reading])).id, MANUAL);
		assert.equal(read.error, undefined);
		assert.notEqual(read.items(READ).length, 0);
		const event = EVENT[provider.node];
		assert.equal(event === undefined, provider.trigger === undefined);
		if (event === undefined) return;
		// Times without an offset are those of the simulated office.
		const options = provider.node === 'while1Voice' ? { timezone: 'Australia/Sydney' } : {};
		const trigger = from(node(TRIGGER, `${provider.node}Trigger`, { event, options }));
		const tested = await this.rest.run((await triggerWorkflow(this.rest, 'Trigger', trigger)).id, TRIGGER);
		assert.equal(tested.error, undefined);
		assert.equal(tested.items(TRIGGER).length, 1);
	}
}
