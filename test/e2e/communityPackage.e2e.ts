import assert from 'node:assert/strict';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Locator, Page } from 'playwright-core';

import { CallSystem } from '../../harness/callSink';
import { Editor } from '../../harness/n8n/editor';
import { RealN8n } from '../../harness/n8n/realN8n';
import type { Execution, N8nRest, WorkflowNode } from '../../harness/n8n/rest';
import { OUTPUT, PACKAGE } from '../../harness/n8n/tarball';
import type { Suite } from '../../harness/suite';
import { MANUAL, manualWorkflow, node } from '../../harness/workflows';
import manifest from '../../package.json';
import { NpmRegistry } from './npmRegistry';

const CALLS = 5;
const NEXT_VERSION = '9999.0.0';
const GET_CALLS = 'Get calls';

/** What n8n says of an installed package. */
interface InstalledPackage {
	packageName: string;
	installedVersion: string;
	installedNodes: Array<{ type: string }>;
	failedLoading: boolean;
	updateAvailable?: string;
}

export const suite: Suite = {
	title: 'The package as a community node of npm',

	async run(step, { owner, tarball, simulator, editor }) {
		const folder = join(OUTPUT, 'community-package');
		await rm(folder, { recursive: true, force: true });
		const registry = await NpmRegistry.start(join(folder, 'registry'));
		let started: RealN8n | undefined;
		let page: Editor | undefined;
		try {
			await registry.publish(tarball);
			const n8n = await RealN8n.start({
				userFolder: join(folder, 'n8n'),
				env: registry.environment,
				progress: console.log,
			});
			started = n8n;
			const { rest } = n8n;
			await rest.setUpOwner(owner);
			const browser = editor.page.context().browser() ?? assert.fail('no browser');
			const owned = await Editor.open(browser, n8n.url, join(OUTPUT, 'screenshots', 'communityPackage'));
			page = owned;
			await new CallSystem(simulator).callsThatEnded(CALLS);
			const settings = new CommunityNodes(owned.page, n8n.url);

			await step('a user installs the package in Settings > Community nodes, by its name', async () => {
				assert.deepEqual(await rest.nodeTypes(`${PACKAGE}.`), []);
				await owned.signIn(owner);
				await settings.open();
				await settings.fillInstallForm(PACKAGE);
				await owned.screenshot('install');
				await settings.confirmInstall();
				await owned.screenshot('installed');
			});

			await step('n8n lists it with its version and its nodes', async () => {
				const [found, ...others] = await installed(rest);
				assert.deepEqual(others, []);
				assert.deepEqual(
					[
						found?.packageName,
						found?.installedVersion,
						found?.installedNodes.length,
						found?.failedLoading,
						found?.updateAvailable,
					],
					[PACKAGE, manifest.version, manifest.n8n.nodes.length, false, undefined],
				);
			});

			let credentials: WorkflowNode['credentials'];
			let workflow = '';

			await step('its nodes and credentials work at once, without a restart of n8n', async () => {
				await n8n.expectNodesLoaded();
				const { id, name } = await rest.saveCredential('VoIPcloud', 'voipcloudApi', simulator.credentials.voipcloudApi);
				credentials = { voipcloudApi: { id, name } };
				const getCalls = node(GET_CALLS, 'voipcloud', { resource: 'queueCall', operation: 'getAll' });
				workflow = (await manualWorkflow(rest, 'Calls', [{ ...getCalls, credentials }])).id;
				expectCalls(await rest.run(workflow, MANUAL));
			});

			await step('an update is offered, and it keeps workflows and credentials', async () => {
				await registry.publishAs(NEXT_VERSION, tarball);
				await settings.open();
				await settings.chooseUpdate();
				await owned.screenshot('update');
				await settings.confirmUpdate(NEXT_VERSION);
				assert.deepEqual(
					(await installed(rest)).map(({ installedVersion }) => installedVersion),
					[NEXT_VERSION],
				);
				expectCalls(await rest.run(workflow, MANUAL));
			});

			await step('n8n uninstalls it and leaves nothing of it but the workflows', async () => {
				await settings.uninstall();
				await owned.screenshot('uninstalled');
				assert.deepEqual(await installed(rest), []);
				assert.deepEqual(await rest.nodeTypes(`${PACKAGE}.`), []);
				await assert.rejects(access(join(folder, 'n8n', '.n8n', 'nodes', 'node_modules', PACKAGE)), { code: 'ENOENT' });
				const kept = await rest.workflow(workflow);
				assert.deepEqual(kept.nodes.find(({ name }) => name === GET_CALLS)?.credentials, credentials);
			});

			await step(
				"installed again by n8n's REST interface, in an older version, it runs the workflow as before",
				async () => {
					await rest.request('POST', '/community-packages', { name: `${PACKAGE}@${manifest.version}` });
					const [found] = await installed(rest);
					assert.deepEqual([found?.installedVersion, found?.updateAvailable], [manifest.version, NEXT_VERSION]);
					expectCalls(await rest.run(workflow, MANUAL));
				},
			);
		} catch (error) {
			await page?.screenshot('when-it-broke');
			throw error;
		} finally {
			await page?.close();
			await started?.stop();
			await registry.stop();
		}
	},
};

async function installed(rest: N8nRest): Promise<InstalledPackage[]> {
	return await rest.request('GET', '/community-packages');
}

function expectCalls(execution: Execution): void {
	assert.equal(execution.error, undefined);
	assert.equal(execution.items(GET_CALLS).length, CALLS);
}

/** The page Settings > Community nodes, in a user's words. */
class CommunityNodes {
	constructor(
		private readonly page: Page,
		private readonly url: string,
	) {}

	async open(): Promise<void> {
		await this.page.goto(`${this.url}/settings/community-nodes`);
		await this.firstInstall.or(this.card.getByText(PACKAGE)).first().waitFor();
	}

	async fillInstallForm(name: string): Promise<void> {
		await this.firstInstall.click();
		await this.dialog.getByPlaceholder('e.g. n8n-nodes-chatwork').fill(name);
		await this.dialog.getByTestId('user-agreement-checkbox').click();
	}

	async confirmInstall(): Promise<void> {
		await this.dialog.getByRole('button', { name: 'Install', exact: true }).click();
		await this.card.getByText(PACKAGE).waitFor();
		await this.dialog.waitFor({ state: 'detached' });
	}

	async chooseUpdate(): Promise<void> {
		await this.card.getByRole('button', { name: 'Update' }).click();
		await this.dialog.getByRole('button', { name: 'Confirm update' }).waitFor();
	}

	async confirmUpdate(version: string): Promise<void> {
		await this.dialog.getByRole('button', { name: 'Confirm update' }).click();
		await this.card.getByText(version).waitFor();
	}

	async uninstall(): Promise<void> {
		await this.card.getByTestId('action-toggle').click();
		await this.page.getByText('Uninstall package').click();
		await this.dialog.getByRole('button', { name: 'Confirm uninstall' }).click();
		await this.card.waitFor({ state: 'detached' });
	}

	/** What the page shows to those who have no package yet. */
	private get firstInstall(): Locator {
		return this.page.getByRole('button', { name: 'Install a community node' });
	}

	private get card(): Locator {
		return this.page.getByTestId('community-package-card');
	}

	private get dialog(): Locator {
		return this.page.getByRole('dialog');
	}
}
