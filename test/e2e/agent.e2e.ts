import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';

import { startChatModel } from '../../harness/chatModel';
import type { Execution, N8nRest, WorkflowNode } from '../../harness/n8n/rest';
import { since } from '../../harness/office';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { baseNode, MANUAL, node, requestsAt } from '../../harness/workflows';
import { demoReply } from '../../tools/demoModel';
import { FakeModel } from './agentModel';

const NUMBER = '+61491570156';

export const suite: Suite = {
	title: 'AI agents',

	async run(step, { n8n: { rest, logFile }, apiKey }) {
		const model = await FakeModel.start();
		// A telephone system of its own: the calls here are not in the way of other suites.
		const simulator = await SimulatorProcess.start({
			apiKey,
			callsPerDay: 0,
			logFile: join(dirname(logFile), 'simulator-agent.log'),
		});
		try {
			const telephone = await rest.saveCredential(
				'VoIPcloud of the agent',
				'voipcloudApi',
				simulator.credentials.voipcloudApi,
			);
			const chat = await rest.saveCredential('Model of the agent', 'openAiApi', { apiKey: 'no-key', url: model.url });
			const ask = async (tool: WorkflowNode): Promise<Execution> =>
				await agentRun(rest, { openAiApi: chat }, { credentials: { voipcloudApi: telephone }, ...tool });

			await step('an agent that is told to call somebody rings that number, and knows that it did', async () => {
				model.callsWith({ User_Number: '1001', Number_to_Call: NUMBER });
				const execution = await ask(node('Telephone', 'voipcloudTool', callParameters()));
				assert.equal(execution.error, undefined);
				const [asked] = model.requests;
				const [tool] = asked?.tools ?? [];
				assert.equal(tool?.function.description, 'Make a phone call in VoIPcloud');
				assert.deepEqual(Object.keys(tool?.function.parameters.properties ?? {}).sort(), [
					'Number_to_Call',
					'User_Number',
				]);
				const calls = await requestsAt(simulator, '/call-to-number');
				assert.deepEqual(
					calls.map(({ body }) => new URLSearchParams(body).get('number_to_call')),
					[NUMBER],
				);
				const [result] = execution.items('Telephone', 'ai_tool');
				assert.match(JSON.stringify(result?.json), /61491570156/);
				assert.match(String(execution.items('AI Agent')[0]?.json.output), /61491570156/);
			});

			await step('an agent that fills in something wrong learns what to correct, and sees no key', async () => {
				model.callsWith({ User_Number: '9999', Number_to_Call: NUMBER });
				await ask(node('Telephone', 'voipcloudTool', callParameters()));
				const told = JSON.stringify(model.requests.at(-1)?.messages.at(-1));
				assert.match(told, /VoIPcloud did not find/);
				assert.match(told, /Check the user number/);
				assert.ok(!told.includes(apiKey), 'the model has seen the key');
			});

			await step('an agent that rehearses with Dry Run rings nobody', async () => {
				const before = await requestsAt(simulator, '/call-to-number');
				model.callsWith({ User_Number: '1001', Number_to_Call: NUMBER });
				const execution = await ask(node('Telephone', 'voipcloudTool', { ...callParameters(), dryRun: true }));
				assert.match(String(execution.items('AI Agent')[0]?.json.output), /dryRun.*number_to_call/);
				assert.equal((await requestsAt(simulator, '/call-to-number')).length, before.length);
			});

			await step('an agent that asks for calls gets them as rows it can read', async () => {
				const startedAt = Date.now() - 120_000;
				await simulator.addCall({ queue: 'Support', from: '+61491570157', startedAt, endedAt: startedAt + 60_000 });
				model.callsWith({ Limit: 1 });
				const execution = await ask(
					node('Telephone', 'voipcloudTool', {
						resource: 'queueCall',
						operation: 'getAll',
						limit: fromAI('Limit', 'number'),
					}),
				);
				assert.match(String(execution.items('AI Agent')[0]?.json.output), /61491570157/);
			});

			await step(
				'the agent of the demo is asked who was not called back, and tells it from what the node found',
				async () => {
					const demo = await startChatModel(demoReply);
					try {
						const stored = await rest.saveCredential('Model of the demo', 'openAiApi', {
							apiKey: 'no-key',
							url: demo.url,
						});
						const startedAt = Date.now() - 20 * 60_000;
						await simulator.addCall({ queue: 'Support', from: '+61491570159', startedAt, endedAt: startedAt + 60_000 });
						const execution = await agentRun(
							rest,
							{ openAiApi: stored },
							{
								...node('Telephone', 'voipcloudTool', {
									resource: 'queueCall',
									operation: 'getUnreturned',
									waitMinutes: 10,
									...since(Date.now() - 3_600_000),
								}),
								credentials: { voipcloudApi: telephone },
							},
							'Who was not called back today?',
						);
						const output = String(execution.items('AI Agent')[0]?.json.output);
						assert.match(output, /^1 not reached yet:\n\n- 61491570159: called once, waits for \d+ minutes?$/);
					} finally {
						await demo.stop();
					}
				},
			);

			await step("an agent searches call detail records, which n8n runs by the node's own code", async () => {
				const studio = await rest.saveCredential(
					'VoIPstudio of the agent',
					'voipStudioApi',
					simulator.credentials.voipStudioApi,
				);
				const startedAt = Date.now() - 120_000;
				await simulator.addCall({
					user: 'John Smith',
					from: '+61491570158',
					direction: 'inbound',
					startedAt,
					endedAt: startedAt + 60_000,
				});
				model.callsWith({ Part_of_Number: '570158' });
				const execution = await ask({
					...node('Telephone', 'voipStudioTool', {
						resource: 'cdr',
						operation: 'getAll',
						filters: { conditions: [{ property: 'src', operator: 'like', value: fromAI('Part_of_Number') }] },
					}),
					credentials: { voipStudioApi: studio },
				});
				const output = String(execution.items('AI Agent')[0]?.json.output);
				assert.match(output, /61491570158/);
				assert.ok(!output.includes('61491570157'), 'the filter was ignored');
			});

			await step("an agent whose key is refused learns that, from the node's own code too", async () => {
				const refused = await rest.saveCredential('VoIPstudio, mistyped', 'voipStudioApi', {
					...simulator.credentials.voipStudioApi,
					apiKey: 'mistyped-key-1',
				});
				model.callsWith({});
				await ask({
					...node('Telephone', 'voipStudioTool', { resource: 'cdr', operation: 'getAll' }),
					credentials: { voipStudioApi: refused },
				});
				const told = JSON.stringify(model.requests.at(-1)?.messages.at(-1));
				assert.match(told, /VoIPstudio[^]*Check/);
				assert.ok(!told.includes('mistyped-key-1'), 'the model has seen the key');
			});
		} finally {
			await model.stop();
			await simulator.stop();
		}
	},
};

function callParameters(): Record<string, unknown> {
	return {
		resource: 'call',
		operation: 'create',
		userNumber: fromAI('User_Number'),
		numberToCall: fromAI('Number_to_Call'),
	};
}

/** As n8n's editor writes it when a user leaves a field to the model. */
function fromAI(key: string, type = 'string'): string {
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`\`, '${type}') }}`;
}

/** A workflow of n8n's own agent with our model and one tool, run to its end. */
async function agentRun(
	rest: N8nRest,
	chat: WorkflowNode['credentials'],
	tool: WorkflowNode,
	text = 'Call our customer',
): Promise<Execution> {
	const ofAgent = (
		name: string,
		type: string,
		typeVersion: number,
		parameters: Record<string, unknown>,
	): WorkflowNode => ({
		...node(name, '', parameters),
		type: `@n8n/n8n-nodes-langchain.${type}`,
		typeVersion,
	});
	const workflow = await rest.createWorkflow({
		name: 'Agent with a telephone',
		nodes: [
			baseNode(MANUAL, 'manualTrigger'),
			ofAgent('AI Agent', 'agent', 3.1, { promptType: 'define', text, options: {} }),
			{
				...ofAgent('Model', 'lmChatOpenAi', 1.3, {
					model: { __rl: true, mode: 'id', value: 'fake' },
					responsesApiEnabled: false,
					options: {},
				}),
				credentials: chat,
			},
			tool,
		],
		connections: {
			[MANUAL]: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
			Model: { ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]] },
			Telephone: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
		},
	});
	return await rest.run(workflow.id, MANUAL);
}
