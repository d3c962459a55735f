import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { selectors, type Browser, type Locator, type Page } from 'playwright-core';

import type { Owner } from './rest';

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
		// n8n shows new users introductions, which would cover what the pictures are meant to show.
		await page.addInitScript(() => {
			for (const tip of ['NDV', 'CANVAS']) localStorage.setItem(`N8N_PIN_DATA_DISCOVERY_${tip}`, 'true');
		});
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

	/**
	 * Types into the search for nodes. Returns the names it lists.
	 *
	 * @param awaited a name that must be among them; without it one that holds the text
	 */
	async searchNodes(text: string, awaited = new RegExp(text, 'i')): Promise<string[]> {
		const search = this.page.getByTestId('node-creator-search-bar');
		if (!(await search.isVisible())) await this.page.getByTestId('node-creator-plus-button').click();
		await search.fill(text);
		const names = this.page.getByTestId('node-creator-item-name');
		await names.filter({ hasText: awaited }).first().waitFor();
		// The list lags behind the typing by a moment; until then it still shows the results for the previous text.
		await this.page.waitForTimeout(500);
		return await trimmed(names);
	}

	/** Searches the nodes for a text in an empty workflow, and opens an entry. Returns what it offers. */
	async findEntry(text: string, name: string): Promise<{ triggers: string[]; actions: string[] }> {
		await this.newWorkflow();
		await this.searchNodes(text);
		return await this.openEntry(name);
	}

	/** Opens an entry of the search. Returns what it offers, as the two lists a user sees. */
	async openEntry(name: string): Promise<{ triggers: string[]; actions: string[] }> {
		const { page } = this;
		const names = page.getByTestId('node-creator-item-name');
		const entry = names.getByText(name, { exact: true });
		await entry.click();
		const category = (title: string): Locator =>
			page.getByTestId('node-creator-category-item').filter({ hasText: title });
		await category('Triggers').waitFor();
		// The list of the search slides out of sight; until then its entries count as well.
		await entry.waitFor({ state: 'detached' });
		const announced = async (title: string): Promise<number> =>
			Number(/\((\d+)\)/.exec((await category(title).textContent()) ?? '')?.[1]);
		const [ofTriggers, ofActions] = [await announced('Triggers'), await announced('Actions')];
		await names.nth(ofTriggers - 1).waitFor();
		await page.waitForTimeout(300);
		// In an empty workflow the actions are folded, unless the provider has no triggers.
		if ((await names.count()) <= ofTriggers) await category('Actions').click();
		await names.nth(ofTriggers + ofActions - 1).waitFor();
		const shown = await trimmed(names);
		const [triggers, actions] = [shown.slice(0, ofTriggers), shown.slice(ofTriggers)];
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

	/** Saves the credential form. n8n sends the credential's test request; the result is shown in the form. */
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

	/** Waits for a text in the settings, or in the credential form where that is open, to be read without scrolling. */
	async expectText(text: string): Promise<void> {
		const found = (await this.openForm()).getByText(text).first();
		await found.waitFor();
		const { y, height } = await boxOf(found);
		const window = this.page.viewportSize()?.height ?? 0;
		if (y < 0 || y + height > window)
			throw new Error(`"${text}" is ${Math.round(y)} pixels down in a window of ${window}`);
	}

	/** The names of the fields that are shown in the settings. Collections do not count. */
	async fields(): Promise<string[]> {
		const fields = this.settings.locator('[data-test-id^="parameter-input-"]').filter({ visible: true });
		await fields.first().waitFor();
		const ids = await fields.evaluateAll((found) => found.map((field) => field.getAttribute('data-test-id') ?? ''));
		return ids.map((id) => id.replace('parameter-input-', ''));
	}

	/** The addresses that the texts beside the fields link to. */
	async links(): Promise<string[]> {
		const links = (await this.openForm()).locator('a[href^="http"]').filter({ visible: true });
		await links.first().waitFor();
		return await links.evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
	}

	private async openForm(): Promise<Locator> {
		return (await this.credentialForm.isVisible()) ? this.credentialForm : this.settings;
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

	/** Runs the node whose settings are open, which fails. Returns what the editor says of it. */
	async executeAndFail(): Promise<string> {
		await this.settings.getByTestId('node-execute-button').click();
		const message = this.page.getByTestId('output-panel').getByTestId('node-error-message').first();
		await message.waitFor();
		return await this.page.getByTestId('output-panel').innerText();
	}

	/** Runs the node whose settings are open, and waits for a text beside its output, of which there may be none. */
	async expectOutput(text: string): Promise<void> {
		await this.settings.getByTestId('node-execute-button').click();
		await this.page.getByTestId('output-panel').getByText(text).first().waitFor();
	}

	/** Runs the workflow that is shown until a node has succeeded. */
	async executeWorkflow(last: string): Promise<void> {
		await this.page.getByTestId('execute-workflow-button').click();
		const node = this.page.getByTestId('canvas-node').filter({ hasText: last });
		await node.getByTestId('canvas-node-status-success').first().waitFor();
	}

	/** What is written on the canvas. */
	async canvasText(): Promise<string> {
		return (await this.page.getByTestId('canvas').innerText()).replace(/\s+/g, ' ');
	}

	/** Types into the list of a field of the open settings, until it shows an entry. */
	async searchInList(field: string, text: string, entry: string): Promise<void> {
		const { page } = this;
		await page.getByTestId(`parameter-input-${field}`).getByTestId('rlc-input').click();
		await page.getByTestId('rlc-search').fill(text);
		await page.getByTestId('rlc-item').filter({ hasText: entry }).first().waitFor();
	}

	/**
	 * Picks a day in the calendar of a date field of the open settings, with the mouse.
	 *
	 * @param day as YYYY-MM-DD, in this month or one before
	 */
	async pickDay(field: string, day: string): Promise<void> {
		const calendar = await this.openCalendar(field);
		const [year, month, date] = day.split('-').map(Number);
		const name = new Date(Date.UTC(year, month - 1)).toLocaleString('en', { month: 'long', timeZone: 'UTC' });
		for (let months = 0; months < 12; months++) {
			const shown = await calendar.locator('.el-date-picker__header-label').allTextContents();
			if (shown.join(' ').replace(/\s+/g, ' ').trim() === `${year} ${name}`) break;
			await calendar.getByRole('button', { name: 'Previous Month' }).click();
		}
		await calendar.locator('td.available').getByText(String(date), { exact: true }).click();
		await calendar.getByRole('button', { name: 'OK' }).click();
		await calendar.waitFor({ state: 'hidden' });
	}

	/** Opens the calendar of a date field of the open settings. */
	async openCalendar(field: string): Promise<Locator> {
		await this.settings.getByTestId(`parameter-input-${field}`).locator('input').click();
		const calendar = this.calendar.filter({ visible: true });
		await calendar.waitFor();
		return calendar;
	}

	private get calendar(): Locator {
		return this.page.locator('.el-date-picker');
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

	/**
	 * Moves the middle of the open settings to the left, so that the table on their right has room.
	 *
	 * @param centre where to, as a share of the width
	 */
	async makeRoomForOutput(centre: number): Promise<void> {
		const { page } = this;
		const dialog = await boxOf(this.settings);
		const handle = await boxOf(page.getByTestId('panel-drag-button'));
		const y = handle.y + handle.height / 2;
		await page.mouse.move(handle.x + handle.width / 2, y);
		await page.mouse.down();
		await page.mouse.move(dialog.x + dialog.width * centre, y, { steps: 8 });
		await page.mouse.up();
	}

	/**
	 * Keeps two pictures for people to look at, light and dark, with nothing in front: of the open settings, of the credential form, or
	 * of the whole page. Returns how many bytes each has.
	 */
	async picture(name: string, of: 'settings' | 'credential' | 'page' = 'settings'): Promise<number[]> {
		const { page } = this;
		// A field under the mouse or with the cursor shows more than the others; an open list would close.
		await page.mouse.move(0, 0);
		const lists = page.getByTestId('rlc-item').or(this.calendar).filter({ visible: true });
		if ((await lists.count()) === 0) {
			await page.evaluate(() => {
				(document.activeElement as HTMLElement | null)?.blur();
			});
		}
		// The link to the previous node sticks out over the edge of the dialog; messages come and go, and lie before it.
		await page.addStyleTag({ content: '[data-test-id="floating-node"], .el-notification { visibility: hidden }' });
		const folder = join(this.screenshots, 'pictures');
		mkdirSync(folder, { recursive: true });
		const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
		const box =
			of === 'page'
				? { x: 0, y: 0, width, height }
				: await boxOf(of === 'settings' ? this.settings : page.getByTestId('editCredential-modal'));
		const clip = { ...box, scale: of === 'page' ? 1.5 : 2 };
		const session = await page.context().newCDPSession(page);
		const sizes: number[] = [];
		for (const theme of ['light', 'dark'] as const) {
			// n8n follows the theme of the system until it is told another.
			await page.emulateMedia({ colorScheme: theme });
			await page.waitForTimeout(800);
			const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 75, clip });
			const bytes = Buffer.from(data, 'base64');
			writeFileSync(join(folder, `${name}-${theme}.webp`), bytes);
			sizes.push(bytes.length);
		}
		await session.detach();
		await page.emulateMedia({ colorScheme: 'light' });
		return sizes;
	}

	/** Keeps a picture of what is on the screen. */
	async screenshot(name: string): Promise<string> {
		this.shots += 1;
		const file = join(this.screenshots, `${String(this.shots).padStart(2, '0')}-${name}.png`);
		// Panels slide and fade in; a picture taken meanwhile shows nothing clearly.
		await this.page.waitForTimeout(600);
		await this.page.screenshot({ path: file, animations: 'disabled' });
		return file;
	}

	async close(): Promise<void> {
		await this.page.close();
	}
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
	const box = await locator.first().boundingBox();
	if (box === null) throw new Error(`${String(locator)} is not on the screen`);
	return box;
}

async function trimmed(names: Locator): Promise<string[]> {
	return (await names.allTextContents()).map((name) => name.trim());
}
