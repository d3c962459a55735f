import assert from 'node:assert/strict';

import type { Editor } from '../../harness/n8n/editor';
import type { ExecutionItem, StoredCredential } from '../../harness/n8n/rest';
import type { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { baseNode, callsThatStarted, MANUAL, manualWorkflow, node, triggerWorkflow } from '../../harness/workflows';
import type { NewCall } from '../../simulator/world/worldOptions';

/** The simulator's own, for a sign-in. */
const LOGIN = { email: 'jsmith@example.com', password: '$ecretPas$$' };
const CREDENTIAL = 'VoIPstudio account';

/** Minutes before now, caller, seconds. The filter of the test keeps Australian callers of a minute and more. */
const CALLS: Array<[number, string, number]> = [
	[300, '+61491570110', 95],
	[240, '+61491570111', 20],
	[180, '+12125550123', 95],
	[120, '+61491570112', 60],
	[60, '+12125550124', 10],
];
const KEPT = ['61491570112', '61491570110'];

export const suite: Suite = {
	title: 'VoIPstudio',

	async run(step, world) {
		const { editor, n8n, owner, simulator } = world;
		const { rest } = n8n;
		const right = simulator.credentials.voipStudioApi;
		const { baseUrl } = right;
		await callsOfToday(simulator);
		const stored = await rest.saveCredential(CREDENTIAL, 'voipStudioApi', right);
		const credentials = { voipStudioApi: { id: stored.id, name: stored.name } };

		await step("the right API key passes the credential's test, a wrong one is told with what to check", async () => {
			assert.equal((await rest.testCredential(stored, right)).status, 'OK');
			const wrongKey = 'a-key-that-was-mistyped';
			const { status, message } = await rest.testCredential(stored, { ...right, apiKey: wrongKey });
			assert.equal(status, 'Error');
			assert.match(message, /did not accept the API key \(401\).*7 days/);
			assert.ok(!message.includes(wrongKey), 'the text shows the key');
		});

		await step('a user finds the call records in the editor and gets a node that is ready to run', async () => {
			await editor.signIn(owner);
			const { triggers, actions } = await editor.findEntry('voipstudio', 'VoIPstudio');
			await editor.screenshot('entry');
			assert.ok(triggers.includes('On call ended'), triggers.join(', '));
			assert.ok(actions.includes('Export call detail records to a file'), actions.join(', '));
			await editor.addAction('Get many calls');
			await chooseCredential(editor, stored);
			await editor.screenshot('node');
		});

		await step('a filter of two conditions is put together by mouse', async () => {
			// Conditions choose among records: one that leaves out legs would make an answered call look missed.
			const { page } = editor;
			await page.getByTestId('ndv').getByTestId('parameter-input-output').click();
			await page.getByRole('option').filter({ visible: true }).getByText('Raw', { exact: true }).click();
			await addCondition(editor, 0, 'Source Number', 'Contains (Like)', '61491570');
			await addCondition(editor, 1, 'Duration', 'Greater or Equal', '60');
			await editor.screenshot('filter');
		});

		await step('the filter gives the calls that meet both conditions, newest first, and no other', async () => {
			const { columns, rows } = await editor.executeNode();
			await editor.screenshot('rows');
			const caller = columns.indexOf('src');
			assert.deepEqual(
				rows.map((cells) => cells[caller]),
				KEPT,
			);
		});

		await step('the export gives a CSV file with a line for each call', async () => {
			const workflow = await manualWorkflow(rest, 'VoIPstudio calls to a file', [
				{
					...node('Export', 'voipStudio', {
						resource: 'cdr',
						operation: 'export',
						format: 'csv',
						rows: 'records',
						period: 'all',
						options: { byteOrderMark: false },
						filters: { conditions: [{ property: 'src', operator: 'like', value: '61491570' }] },
					}),
					credentials,
				},
				baseNode('Read the file', 'moveBinaryData', { setAllData: false, destinationKey: 'text' }),
			]);
			const execution = await rest.run(workflow.id, MANUAL);
			assert.equal(execution.error, undefined);
			const [file] = execution.items('Export') as Array<
				ExecutionItem & { binary?: Record<string, Record<string, unknown>> }
			>;
			assert.deepEqual(file?.json, {
				records: 3,
				format: 'csv',
				fileName: 'voipstudio-cdrs.csv',
				from: null,
				to: null,
			});
			assert.equal(file?.binary?.data?.mimeType, 'text/csv');
			const text = String(execution.items('Read the file')[0]?.json.text);
			const [header = '', ...lines] = text.trimEnd().split('\r\n');
			assert.match(header, /^id,.*calldate/);
			assert.deepEqual(
				lines.map((line) => /614915701\d\d/.exec(line)?.[0]),
				['61491570110', '61491570111', '61491570112'],
			);
		});

		const login = await rest.saveCredential('VoIPstudio login', 'voipStudioLoginApi', { ...LOGIN, baseUrl });

		await step("e-mail and password pass the credential's test, a wrong password is told as such", async () => {
			assert.equal((await rest.testCredential(login, { ...LOGIN, baseUrl })).status, 'OK');
			const password = 'a-password-that-was-mistyped';
			const { status, message } = await rest.testCredential(login, { ...LOGIN, password, baseUrl });
			assert.equal(status, 'Error');
			assert.match(message, /did not accept the e-mail address and password/);
			assert.ok(!message.includes(password), 'the text shows the password');
		});

		await step(
			'a login whose use is limited to domains signs in at its own, and says that n8n sends it to no other',
			async () => {
				// Written in another way, the address is another account's: no sign-in of before is used again.
				const limitedTo = async (allowedDomains: string, ending: string) => {
					const data = {
						...LOGIN,
						baseUrl: `${baseUrl}${ending}`,
						allowedHttpRequestDomains: 'domains',
						allowedDomains,
					};
					const stored = await rest.saveCredential(`VoIPstudio login at ${allowedDomains}`, 'voipStudioLoginApi', data);
					return await rest.testCredential(stored, data);
				};
				assert.equal((await limitedTo('127.0.0.1', '/')).status, 'OK');
				const { status, message } = await limitedTo('example.com', '//');
				assert.equal(status, 'Error');
				assert.match(message, /n8n did not send the sign-in to VoIPstudio\. .*127\.0\.0\.1 must be among them/);
			},
		);

		await step('calls are read with e-mail and password as well', async () => {
			const workflow = await manualWorkflow(rest, 'VoIPstudio calls by login', [
				{
					...node('Calls', 'voipStudio', { authentication: 'login', resource: 'cdr', operation: 'getAll' }),
					credentials: { voipStudioLoginApi: { id: login.id, name: login.name } },
				},
			]);
			const execution = await rest.run(workflow.id, MANUAL);
			assert.equal(execution.error, undefined);
			assert.equal(execution.items('Calls').length, CALLS.length);
		});

		await step('a published trigger starts the workflow once for the call that has just ended', async () => {
			const trigger = node('Call ended', 'voipStudioTrigger', { event: 'cdr' });
			const workflow = await triggerWorkflow(rest, 'New VoIPstudio calls', { ...trigger, credentials });
			assert.deepEqual(await callsThatStarted(world, workflow, '+61491570123'), [['61491570123', 'inbound', 'missed']]);
		});
	},
};

async function callsOfToday(simulator: SimulatorProcess): Promise<void> {
	for (const [minutesAgo, from, seconds] of CALLS) {
		const startedAt = Date.now() - minutesAgo * 60_000;
		const call: NewCall = {
			user: 'John Smith',
			direction: 'inbound',
			from,
			startedAt,
			endedAt: startedAt + seconds * 1000,
		};
		await simulator.addCall({ ...call, answeredAt: startedAt + 5000, outcome: 'answered' });
	}
}

/** In the open settings of the node: other suites may have left credentials of the same type. */
async function chooseCredential({ page }: Editor, { id }: StoredCredential): Promise<void> {
	await page.getByTestId('ndv').getByTestId('node-credentials-select').click();
	await page.getByTestId(`node-credentials-select-item-${id}`).click();
}

/** In the open settings of the node: one more condition of 'Filters', as a person makes it. */
async function addCondition(
	{ page }: Editor,
	index: number,
	property: string,
	operator: string,
	value: string,
): Promise<void> {
	const settings = page.getByTestId('ndv');
	await settings.getByText('Add condition', { exact: true }).click();
	const field = (name: string) => settings.getByTestId(`parameter-input-${name}`).nth(index);
	for (const [name, choice] of [
		['property', property],
		['operator', operator],
	] as const) {
		await field(name).click();
		await page.getByRole('option').filter({ visible: true }).getByText(choice, { exact: true }).click();
	}
	await field('value').locator('input').fill(value);
}
