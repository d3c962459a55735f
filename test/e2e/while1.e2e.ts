import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../../harness/processes';
import type { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { callsThatStarted, MANUAL, manualWorkflow, node, requestsAt, triggerWorkflow } from '../../harness/workflows';

/** The api_key of the PBX, with which requests are signed. */
const SIGNING_KEY = 'while1Signing-key-4c';
const NUMBER = '0212345678';
const CALLERS = ['+61491570110', '+61491570111', '+61491570112'];

export const suite: Suite = {
	title: 'While1 Voice',

	async run(step, world) {
		const {
			editor,
			n8n: { rest },
			owner,
			apiKey: apiToken,
			simulator,
		} = world;
		const baseUrl = simulator.urls.while1 ?? '';
		const signed = { baseUrl, apiToken, apiKey: SIGNING_KEY };
		const unsigned = { baseUrl, apiToken, apiKey: '' };
		const stored = await rest.saveCredential('While1 Voice account', 'while1VoiceApi', signed);
		const credentials = { while1VoiceApi: { id: stored.id, name: stored.name } };
		await callsOfToday(simulator);

		await step("where the PBX has no api_key, the token alone passes the credential's test", async () => {
			assert.deepEqual(await rest.testCredential(stored, unsigned), {
				status: 'OK',
				message: 'Connection successful!',
			});
		});

		await step(
			'where the PBX demands signed requests, the API key passes, and without it the text names it',
			async () => {
				await simulator.control('POST', '/settings', { provider: 'while1', settings: { apiKey: SIGNING_KEY } });
				assert.equal((await rest.testCredential(stored, signed)).status, 'OK');
				const { status, message } = await rest.testCredential(stored, unsigned);
				assert.equal(status, 'Error');
				assert.match(message, /Token does not match.*api_key is set in the PBX, enter it as API Key/);
			},
		);

		await step('a mistyped token is told with what to check, without showing it', async () => {
			const wrongToken = 'a-token-that-was-mistyped';
			const { status, message } = await rest.testCredential(stored, { ...signed, apiToken: wrongToken });
			assert.equal(status, 'Error');
			assert.match(message, /Check the API Token/);
			assert.ok(!message.includes(wrongToken), 'the text shows the token');
		});

		await step('Get Many gives the call records, and only those of the number asked for', async () => {
			const records = async (filters: Record<string, string>): Promise<string[]> => {
				const getMany = node('Calls', 'while1Voice', {
					resource: 'cdr',
					operation: 'getAll',
					returnAll: true,
					filters,
				});
				const workflow = await manualWorkflow(rest, 'Calls of While1 Voice', [{ ...getMany, credentials }]);
				const execution = await rest.run(workflow.id, MANUAL);
				assert.equal(execution.error, undefined);
				return execution.items('Calls').map(({ json }) => /91570\d\d\d/.exec(JSON.stringify(json))?.[0] ?? '');
			};
			assert.deepEqual((await records({ direction: 'IN' })).sort(), ['91570110', '91570111', '91570112']);
			assert.deepEqual(await records({ telephoneLike: '91570111' }), ['91570111']);
		});

		await step('a user finds the node in the editor, and reads there that a phone call is made', async () => {
			await editor.signIn(owner);
			const { triggers, actions } = await editor.findEntry('while1', 'While1 Voice');
			await editor.screenshot('entry');
			assert.ok(triggers.includes('On call ended'), triggers.join(', '));
			assert.ok(actions.includes('Make a phone call'), actions.join(', '));
			await editor.addAction('Make a phone call');
			await editor.screenshot('call');
		});

		await step('a published trigger starts the workflow once for the call that has just ended', async () => {
			const trigger = node('Call ended', 'while1VoiceTrigger', {
				event: 'cdr',
				options: { timezone: 'Australia/Sydney' },
			});
			const workflow = await triggerWorkflow(rest, 'New While1 Voice calls', { ...trigger, credentials });
			assert.deepEqual(await callsThatStarted(world, workflow, '+61491570123'), [
				['+61491570123', 'inbound', 'missed'],
			]);
		});

		await step(
			'a poll that is slower than its interval, and so runs beside others, still brings every call once',
			async () => {
				const trigger = node('Call ended', 'while1VoiceTrigger', {
					event: 'cdr',
					options: { timezone: 'Australia/Sydney' },
				});
				const workflow = await triggerWorkflow(rest, 'A burst of While1 Voice calls', { ...trigger, credentials }, 5);
				await rest.publish(workflow.id);
				// More than a page of 100; the first page takes longer than the time to the next poll.
				await simulator.control('POST', '/faults', {
					kind: 'slow',
					provider: 'while1',
					path: 'cdr',
					ms: 8000,
					times: 2,
				});
				const endedAt = Date.now() + 500;
				await simulator.control('POST', '/calls', {
					user: 'John Smith',
					from: '+61491570177',
					startedAt: endedAt - 45_000,
					endedAt,
					outcome: 'missed',
					count: 130,
				});
				const executions = await until('the calls', 240, async () => {
					const found = await rest.executions(workflow.id);
					return found.length > 0 && found.every(({ status }) => !['new', 'running'].includes(status))
						? found
						: undefined;
				});
				await sleep(12_000);
				await rest.unpublish(workflow.id);
				const all = await rest.wholeExecutions(workflow.id);
				assert.deepEqual(
					[executions.map(({ status }) => status), all.map(({ error }) => error)],
					[['success'], [undefined]],
				);
				const ids = all.flatMap((execution) => execution.items('Call ended').map(({ json }) => json.id));
				assert.deepEqual([ids.length, new Set(ids).size], [130, 130]);
			},
		);

		// After the triggers, as this call ends a minute later.
		await step('a call is placed with the number and name as given, and signed so that the PBX takes it', async () => {
			const workflow = await manualWorkflow(rest, 'Call by While1 Voice', [
				{
					...node('Call', 'while1Voice', {
						resource: 'call',
						operation: 'originate',
						callerId: NUMBER,
						destination: 'test-queue',
						additionalFields: { callerIdName: 'Ștefan & Söhne 📞', externalId: 'order 1043' },
					}),
					credentials,
				},
			]);
			const execution = await rest.run(workflow.id, MANUAL);
			assert.equal(execution.error, undefined);
			const [request, ...others] = await requestsAt(simulator, '/originate-call');
			assert.equal(others.length, 0);
			const { api_hash: hash, ...sent } = JSON.parse(request?.body ?? '{}') as {
				api_hash: string;
				data: Record<string, string>;
			};
			assert.deepEqual(sent, {
				data: {
					project_id: 1,
					caller_id: NUMBER,
					caller_id_name: 'Ștefan & Söhne 📞',
					type: 'queue',
					destination: 'test-queue',
					external_id: 'order 1043',
				},
			});
			assert.equal(hash, hashOf(sent.data));
			assert.ok(!(request?.body ?? '').includes(SIGNING_KEY), 'the key was sent');
		});
	},
};

async function callsOfToday(simulator: SimulatorProcess): Promise<void> {
	for (const [index, from] of CALLERS.entries()) {
		const startedAt = Date.now() - (index + 1) * 3_600_000;
		await simulator.addCall({
			user: 'John Smith',
			direction: 'inbound',
			from,
			startedAt,
			answeredAt: startedAt + 5000,
			endedAt: startedAt + 95_000,
			outcome: 'answered',
		});
	}
}

/** PHP's md5(http_build_query(...) . api_key) of `data`, by another way than the node's: the URL standard's. */
function hashOf(data: Record<string, unknown>): string {
	const query = new URLSearchParams(
		Object.entries(data).map(([name, value]): [string, string] => [`data[${name}]`, String(value)]),
	);
	return createHash('md5')
		.update(query.toString() + SIGNING_KEY)
		.digest('hex');
}
