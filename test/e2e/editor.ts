import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { selectors, type Browser, type Locator, type Page } from 'playwright-core';

import type { Owner } from '../../tools/lib/rest';

/** n8n's editor in a browser, in a user's words. All that is known of its page is in here. */
export class Editor {
	private shots = 0;

	private constructor(
		readonly page: Page,
		private readonly url: string,
		private readonly screenshots: string,
	) {}

	/** @param screenshots the folder for pictures of what a user sees */
	static async open(browser: Browser, url: string, screenshots: string): Promise<Editor> {
		mkdirSync(screenshots, { recursive: true });
		selectors.setTestIdAttribute('data-test-id');
		const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
		page.setDefaultTimeout(45_000);
		return new Editor(page, url, screenshots);
	}

	/** Signs in with the form. */
	async signIn(owner: Owner): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.locator('input[name=emailOrLdapLoginId]').fill(owner.email);
		await this.page.locator('input[name=password]').fill(owner.password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.waitForURL('**/home/**');
	}

	/** Opens an empty workflow. */
	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('node-creator-plus-button').waitFor();
	}

	/** Opens a stored workflow. */
	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** Types into the search for nodes. Returns the names it lists. */
	async searchNodes(text: string): Promise<string[]> {
		await this.page.getByTestId('node-creator-plus-button').click();
		await this.page.getByTestId('node-creator-search-bar').fill(text);
		const names = this.page.getByTestId('node-creator-item-name');
		await names.filter({ hasText: new RegExp(text, 'i') }).first().waitFor();
		return await trimmed(names);
	}

	/** Opens an entry of the search. Returns what it offers, as the two lists a user sees. */
	async openEntry(name: string): Promise<{ triggers: string[]; actions: string[] }> {
		const { page } = this;
		const names = page.getByTestId('node-creator-item-name');
		const entry = names.getByText(name, { exact: true });
		await entry.click();
		const category = (title: string): Locator => page.getByTestId('node-creator-category-item').filter({ hasText: title });
		await category('Triggers').waitFor();
		// The list of the search slides out of sight; until then its entries count as well.
		await entry.waitFor({ state: 'detached' });
		// In an empty workflow the triggers are unfolded and the actions are not.
		const triggers = await trimmed(names);
		await category('Actions').click();
		await names.nth(triggers.length).waitFor();
		const actions = (await trimmed(names)).slice(triggers.length);
		return { triggers, actions };
	}

	/** Chooses a trigger or an action of the opened entry; its node is added and its settings open. */
	async addAction(name: string): Promise<void> {
		await this.page.getByTestId('node-creator-item-name').getByText(name, { exact: true }).click();
		await this.settings.waitFor();
	}

	/** Opens the settings of a node on the canvas. */
	async openNode(name: string): Promise<void> {
		await this.page.getByTestId('canvas-node').filter({ hasText: name }).first().dblclick();
		await this.settings.waitFor();
	}

	/** Opens the form for a new credential of the node whose settings are open. */
	async newCredential(): Promise<void> {
		// n8n shows a button to whoever has none yet, and a list to everybody else.
		const first = this.settings.getByTestId('node-credentials-empty-state').getByRole('button');
		const list = this.settings.getByTestId('node-credentials-select');
		await first.or(list).first().waitFor();
		if (await first.isVisible()) {
			await first.click();
		} else {
			await list.click();
			await this.page.getByTestId('node-credentials-select-item-new').click();
		}
		await this.credentialForm.waitFor();
	}

	/** Fills fields of the credential form, by their parameter names. */
	async fillCredential(fields: Record<string, string>): Promise<void> {
		for (const [name, value] of Object.entries(fields)) {
			await this.credentialForm.getByTestId(`parameter-input-${name}`).locator('input').fill(value);
		}
	}

	/** Saves the credential form. n8n sends the credential's test request; what comes of it is shown in the form. */
	async saveCredential(): Promise<void> {
		await this.page.getByTestId('credential-save-button').click();
	}

	/** The text a user finds behind a failed test of the credential. */
	async readRefusal(): Promise<string> {
		await this.credentialForm.getByText('Couldn’t connect with these settings').waitFor();
		await this.credentialForm.getByText('More details').click();
		return await this.credentialForm.innerText();
	}

	/** A new credential that works closes its form by itself. Opened again, it is tested again. */
	async expectCredentialWorks(): Promise<void> {
		await this.credentialForm.waitFor({ state: 'detached' });
		await this.page.getByTestId('credential-edit-button').click();
		await this.credentialForm.getByText('Connection tested successfully').waitFor();
	}

	async closeCredential(): Promise<void> {
		await this.page.getByTestId('editCredential-modal').getByRole('button', { name: 'Close' }).click();
		await this.credentialForm.waitFor({ state: 'detached' });
	}

	/** Runs the node whose settings are open. Returns the first page of its output table. */
	async executeNode(): Promise<{ columns: string[]; rows: string[][] }> {
		await this.settings.getByTestId('node-execute-button').click();
		const output = this.page.getByTestId('output-panel');
		await output.getByTestId('node-run-status-success').waitFor();
		const table = output.locator('table').first();
		await table.waitFor();
		const [columns = [], ...rows] = await table
			.locator('tr')
			.evaluateAll((lines) =>
				lines.map((line) => Array.from(line.querySelectorAll('th, td'), (cell) => cell.textContent?.trim() ?? '')),
			);
		return { columns, rows: rows.filter((cells) => cells.some((cell) => cell !== '')) };
	}

	/** Shows a workflow's executions, the newest one opened. */
	async openExecutions(workflowId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}/executions`);
		await this.page.getByTestId('execution-preview-id').waitFor();
		// After a workflow's first publication n8n covers the list with advice.
		await this.page.keyboard.press('Escape');
		await this.page.getByText('Production Checklist').waitFor({ state: 'hidden' });
	}

	private get settings(): Locator {
		return this.page.getByTestId('ndv');
	}

	private get credentialForm(): Locator {
		return this.page.getByTestId('credential-edit-dialog');
	}

	/** Keeps a picture of what is on the screen. */
	async screenshot(name: string): Promise<string> {
		this.shots += 1;
		const file = join(this.screenshots, `${String(this.shots).padStart(2, '0')}-${name}.png`);
		// Panels slide and fade in; a picture of that shows nothing well.
		await this.page.waitForTimeout(600);
		await this.page.screenshot({ path: file, animations: 'disabled' });
		return file;
	}

	async close(): Promise<void> {
		await this.page.close();
	}
}

async function trimmed(names: Locator): Promise<string[]> {
	return (await names.allTextContents()).map((name) => name.trim());
}
