import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import type { ExecutionItem, N8nRest } from '../../harness/n8n/rest';
import { until } from '../../harness/processes';
import type { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { baseNode, callThatJustEnded, MANUAL, node, triggerWorkflow } from '../../harness/workflows';

const QUEUES = ['Sales queue', 'Support'];
const CALLS_PER_QUEUE = 6;
const CREDENTIAL = 'VoIPcloud account';

export const suite: Suite = {
	title: 'VoIPcloud',

	async run(step, { editor, n8n, owner, apiKey, simulator }) {
		const { rest } = n8n;
		const baseUrl = simulator.urls.voipcloud ?? '';
		await callsOfYesterday(simulator);

		await step('a user signs in at the editor', async () => {
			await editor.signIn(owner);
		});

		await step(
			'typing "voipcloud" finds the entry that holds triggers and actions, and that of its events',
			async () => {
				await editor.newWorkflow();
				assert.deepEqual(await editor.searchNodes('voipcloud'), ['VoIPcloud', 'VoIPcloud Event']);
				await editor.screenshot('search');
				const { triggers, actions } = await editor.openEntry('VoIPcloud');
				await editor.screenshot('entry');
				assert.deepEqual(triggers, [
					'On missed queue call',
					'On missed ring group call',
					'On missed user call',
					'On missed call not called back',
					'On queue call ended',
					'On ring group call ended',
					'On user call ended',
				]);
				assert.deepEqual(actions, [
					'Make a phone call',
					'Get callers to call back from queue calls',
					'Get many queue calls',
					'Get call statistics',
					'Get callers to call back from ring group calls',
					'Get many ring group calls',
					'Get call statistics',
					'Get the system status',
					'Get many user calls',
					'Get call statistics',
				]);
			},
		);

		await step('an action chosen there becomes a node, ready to be set up', async () => {
			await editor.addAction('Get many queue calls');
			await editor.screenshot('node');
		});

		await step('a wrong key is answered with what to check, without showing the key', async () => {
			const wrongKey = 'a-key-that-was-mistyped';
			await editor.newCredential();
			await editor.fillCredential({ apiKey: wrongKey, baseUrl });
			await editor.saveCredential();
			const text = await editor.readRefusal();
			await editor.screenshot('wrong-key');
			assert.match(text, /401/);
			assert.match(text, /API key/i);
			assert.match(text, /white ?list/i);
			assert.ok(!text.includes(wrongKey), 'the text shows the key');
		});

		await step("the right key passes the credential's test", async () => {
			await editor.fillCredential({ apiKey });
			await editor.saveCredential();
			await editor.expectCredentialWorks();
			await editor.screenshot('right-key');
			await editor.closeCredential();
		});

		await step('Get Many shows the calls as rows', async () => {
			const { columns, rows } = await editor.executeNode();
			await editor.screenshot('rows');
			assert.ok(columns.includes('queue') && columns.includes('outcome'), `columns: ${columns.join(', ')}`);
			assert.equal(rows.length, QUEUES.length * CALLS_PER_QUEUE);
		});

		const credential = await rest.saveCredential(CREDENTIAL, 'voipcloudApi', simulator.credentials.voipcloudApi);
		const credentials = { voipcloudApi: { id: credential.id, name: credential.name } };

		await step('each output item is linked to the input item it came from', async () => {
			const getCalls = node('Get calls', 'voipcloud', {
				resource: 'queueCall',
				operation: 'getAll',
				filters: { names: '={{ $json.queue }}' },
			});
			const workflow = await rest.createWorkflow({
				name: 'Two input items',
				nodes: [baseNode(MANUAL, 'manualTrigger'), { ...getCalls, credentials }],
				connections: { [MANUAL]: { main: [[{ node: 'Get calls', type: 'main', index: 0 }]] } },
				pinData: { [MANUAL]: QUEUES.map((queue) => ({ json: { queue } })) },
			});
			const execution = await rest.run(workflow.id, MANUAL);
			assert.equal(execution.error, undefined);
			const items = execution.items('Get calls');
			assert.deepEqual(
				items.map((item) => [item.json.queue_name, inputOf(item)]),
				QUEUES.flatMap((queue, index) => Array<unknown>(CALLS_PER_QUEUE).fill([queue, index])),
			);
		});

		const trigger = { ...node('Queue call ended', 'voipcloudTrigger', { event: 'queueCall' }), credentials };

		await step('a trigger tried out in the editor shows the latest calls', async () => {
			const workflow = await triggerWorkflow(rest, 'Try the trigger', trigger);
			await editor.openWorkflow(workflow.id);
			await editor.openNode('Queue call ended');
			await editor.screenshot('trigger-settings');
			const { columns, rows } = await editor.executeNode();
			await editor.screenshot('trigger-test');
			assert.ok(columns.includes('outcome') && columns.includes('direction'), `columns: ${columns.join(', ')}`);
			assert.ok(rows.length > 0);
		});

		const workflow = await triggerWorkflow(rest, 'New queue calls', trigger);

		await step('a published trigger starts the workflow with exactly the call that has just ended', async () => {
			await rest.publish(workflow.id);
			// VoIPcloud shows it without the plus sign.
			const number = '61491570123';
			await callThatJustEnded(simulator, { queue: 'Support', from: `+${number}` });
			// n8n polls once a minute.
			const [calls] = await executionsOf(rest, workflow.id, 1, 100);
			assert.deepEqual(calls, [{ from: number, queue: 'Support', outcome: 'abandoned' }]);
			await editor.openExecutions(workflow.id);
			await editor.screenshot('execution');
		});

		await step('after it was published again it goes on with the next call and repeats none', async () => {
			await rest.unpublish(workflow.id);
			const number = '61491570124';
			await callThatJustEnded(simulator, { queue: 'Support', from: `+${number}` });
			await rest.updateWorkflow(workflow.id, { name: 'New queue calls, renamed' });
			// n8n polls at once when a workflow is published.
			await rest.publish(workflow.id);
			const [calls, earlier, ...others] = await executionsOf(rest, workflow.id, 2, 30);
			assert.deepEqual(calls, [{ from: number, queue: 'Support', outcome: 'abandoned' }]);
			assert.equal(earlier?.length, 1);
			assert.equal(others.length, 0);
			await rest.unpublish(workflow.id);
		});

		await step(
			"a trigger that has nothing to give says in n8n's log that it lives, where the user asked for it",
			async () => {
				const quiet = { ...trigger, parameters: { ...trigger.parameters, options: { logPolls: true } } };
				const silent = await triggerWorkflow(rest, 'A quiet line', quiet);
				await rest.publish(silent.id);
				await until("the line of a poll in n8n's log", 30, async () => {
					const log = await readFile(n8n.logFile, 'utf8');
					return /VoIPcloud Trigger: 0 items given; \d+ records? read/.test(log) ? true : undefined;
				});
				await rest.unpublish(silent.id);
			},
		);
	},
};

/** The same number of calls for each queue, answered and abandoned in turn. */
async function callsOfYesterday(simulator: SimulatorProcess): Promise<void> {
	const yesterday = Date.now() - 24 * 3600 * 1000;
	for (const [queueIndex, queue] of QUEUES.entries()) {
		for (let index = 0; index < CALLS_PER_QUEUE; index++) {
			const startedAt = yesterday + (index * QUEUES.length + queueIndex) * 600_000;
			await simulator.addCall({
				queue,
				from: `+614915701${10 + index}`,
				startedAt,
				endedAt: startedAt + 95_000,
				outcome: index % 2 === 0 ? 'answered' : 'abandoned',
			});
		}
	}
}

function inputOf({ pairedItem }: ExecutionItem): number | undefined {
	return typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : undefined;
}

/** Waits for a number of executions and gives the calls each began with, newest execution first. */
async function executionsOf(
	rest: N8nRest,
	workflowId: string,
	count: number,
	timeoutSeconds: number,
): Promise<Array<Array<{ from: unknown; queue: unknown; outcome: unknown }>>> {
	await until(`execution ${count} of the trigger's workflow`, timeoutSeconds, async () => {
		const found = await rest.executions(workflowId);
		return found.length >= count && found.every(({ status }) => status === 'success') ? true : undefined;
	});
	return (await rest.wholeExecutions(workflowId)).map((execution) =>
		execution.items('Queue call ended').map(({ json }) => {
			const { from, queue, outcome } = json as { from: { number: string }; queue: { name: string }; outcome: string };
			return { from: from.number, queue: queue.name, outcome };
		}),
	);
}
