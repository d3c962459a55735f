import assert from 'node:assert/strict';
import { join } from 'node:path';

import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';

import type { Editor } from '../../harness/n8n/editor';
import type { N8nRest, WorkflowNode } from '../../harness/n8n/rest';
import { PROJECT } from '../../harness/n8n/tarball';
import type { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { baseNode, manualWorkflow, node } from '../../harness/workflows';
import type { NewCall } from '../../simulator/world/worldOptions';

const MINUTE = 60_000;

const VOIPCLOUD = 'VoIPcloud';
const VOIPSTUDIO = 'VoIPstudio';
const LIVECHAT = '247LiveChat';
const WHILE1 = 'While1 Voice';

/** What people type, and whom they must find by it. */
const SEARCHES: Array<[string, string[]]> = [
	['voipcloud', [VOIPCLOUD]],
	['voipstudio', [VOIPSTUDIO]],
	['247livechat', [LIVECHAT]],
	['while1', [WHILE1]],
	['cdr', [VOIPCLOUD, VOIPSTUDIO, WHILE1]],
	['missed call', [VOIPCLOUD, VOIPSTUDIO, WHILE1]],
	['call queue', [VOIPCLOUD, VOIPSTUDIO, WHILE1]],
	['fax', [LIVECHAT, VOIPSTUDIO]],
	['click to call', [LIVECHAT, VOIPCLOUD, VOIPSTUDIO, WHILE1]],
];

/** The files of each provider's node and trigger. */
const NODES: Array<[string, string, string | null]> = [
	[VOIPCLOUD, 'Voipcloud/Voipcloud', 'Voipcloud/VoipcloudTrigger'],
	[VOIPSTUDIO, 'VoipStudio/VoipStudio', 'VoipStudio/VoipStudioTrigger'],
	[WHILE1, 'While1Voice/While1Voice', 'While1Voice/While1VoiceTrigger'],
	[LIVECHAT, 'LiveChat247/LiveChat247', null],
];

/** What a user must have read before the node does harm: provider, action, text, and what is lost without it. */
const NOTICES: Array<[string, string, string, string]> = [
	[VOIPCLOUD, 'Make a phone call', 'own phone rings first', 'are surprised by a ringing phone'],
	[VOIPSTUDIO, 'Make a phone call', 'own phone rings first', 'are surprised by a ringing phone'],
	[WHILE1, 'Make a phone call', 'The agent rings first', 'are surprised by a ringing phone'],
	[
		LIVECHAT,
		'Make a phone call from your own phone',
		'Your own SIP phone rings first',
		'are surprised by a ringing phone',
	],
	[LIVECHAT, 'Send an SMS', 'at most 160 characters', 'write a text that is too long'],
	[VOIPCLOUD, 'On queue call ended', 'Polling every minute takes 15 of them', 'use up the requests of the account'],
	[WHILE1, 'On call ended', 'read in the time zone of the workflow', 'get times that are hours off'],
	[WHILE1, 'Set members of a queue', 'replace all members of the queue', 'remove members of a queue'],
	[VOIPCLOUD, 'Get the system status', 'Only API version V1', 'ask version 2 for what it does not have'],
];

/** The form of each credential: a provider's action to get there, what it must say, and where its links must lead. */
const FORMS: Array<[string, string[], string[]]> = [
	[
		VOIPCLOUD,
		['beta feature', 'white list', 'tab Integration/API'],
		['https://au.voipcloud.online', 'voipline.co.nz/support/', 'voipcloud.md#credential'],
	],
	[
		VOIPSTUDIO,
		['edit a user > API Keys', '7 days without use'],
		['voipstudio.com/docs/api/introduction', 'voipstudio.md#credential'],
	],
	[LIVECHAT, ['Customer Portal page'], ['247livechat.com/docs/', '247livechat.md#credential']],
	[
		WHILE1,
		['Settings :: Parameters, api_token', 'Leave it empty if none is set there'],
		['support.while1.ro/', 'while1-voice.md#credential'],
	],
];

/** GitHub shows a picture of more than this slowly on a telephone. */
const PICTURE_BYTES = 150_000;

export const suite: Suite = {
	title: 'The editor',

	async run(step, { editor, n8n: { rest }, owner, simulator }) {
		await editor.signIn(owner);

		for (const [text, providers] of SEARCHES) {
			await step(`who types "${text}" finds ${providers.join(', ')}`, async () => {
				if (text === SEARCHES[0]?.[0]) await editor.newWorkflow();
				const [first = ''] = providers;
				const found = await editor.searchNodes(text, new RegExp(`^\\s*${first}\\s*$`));
				assert.deepEqual(
					providers.filter((provider) => !found.includes(provider)),
					[],
					`found: ${found.join(', ')}`,
				);
			});
		}

		for (const [provider, action, trigger] of NODES) {
			await step(
				`the entry of ${provider} shows all that starts and all that acts, so that nobody looks for a second node`,
				async () => {
					const offered = await editor.findEntry(provider, provider);
					await editor.screenshot(`entry-${provider}`);
					assert.deepEqual(offered.actions, await actionsOf(action, 'operation'));
					// Where a provider has none, n8n offers its own.
					if (trigger !== null) assert.deepEqual(offered.triggers, await actionsOf(trigger, 'event'));
				},
			);
		}

		for (const [provider, action, text, harm] of NOTICES) {
			await step(
				`"${action}" of ${provider} says "… ${text} …" before anything is filled in; without it users ${harm}`,
				async () => {
					await freshNode(editor, provider, action);
					await editor.expectText(text);
					await editor.screenshot(`${provider} ${action}`.replaceAll(' ', '-'));
				},
			);
		}

		for (const [provider, texts, addresses] of FORMS) {
			await step(
				`the form of a ${provider} credential says where in the portal each value is found, and links there`,
				async () => {
					const [, file = ''] = NODES.find(([name]) => name === provider) ?? [];
					const [action = ''] = await actionsOf(file, 'operation');
					await freshNode(editor, provider, action);
					await editor.newCredential();
					for (const text of texts) await editor.expectText(text);
					const links = await editor.links();
					for (const address of addresses)
						assert.ok(
							links.some((link) => link.includes(address)),
							`${address} is not among ${links.join(', ')}`,
						);
					await editor.screenshot(`credential-${provider}`);
				},
			);
		}

		await step('fields that do not matter to an operation are not shown, and Return All takes Limit away', async () => {
			await freshNode(editor, WHILE1, 'Get many call records');
			const fields = ['resource', 'operation', 'period', 'returnAll', 'limit', 'output', 'itemPer'];
			assert.deepEqual(await editor.fields(), fields);
			await editor.page.getByTestId('parameter-input-returnAll').locator('.el-switch, [role="switch"]').first().click();
			await editor.page.getByTestId('parameter-input-limit').waitFor({ state: 'detached' });
		});

		await ringTheWholeMorning(simulator);
		const credentials = await saveCredentials(rest, simulator);
		const open = async (name: string, chain: WorkflowNode[]): Promise<void> => {
			const { id, nodes } = await manualWorkflow(rest, name, chain);
			await editor.openWorkflow(id);
			await editor.openNode(nodes.at(-1)?.name ?? '');
			await editor.makeRoomForOutput(0.41);
		};
		const openTrigger = async (trigger: WorkflowNode): Promise<void> => {
			const { id } = await rest.createWorkflow({ name: trigger.name, nodes: [trigger], connections: {} });
			await editor.openWorkflow(id);
			await editor.openNode(trigger.name);
		};
		const picture = async (name: string): Promise<void> => {
			for (const bytes of await editor.picture(name)) assert.ok(bytes < PICTURE_BYTES, `${name} has ${bytes} bytes`);
		};

		await step('a drop-down of queues is searched by what a person types, so that nobody copies IDs', async () => {
			await open('Members', [
				{
					...node('Set members', 'voipStudio', { resource: 'queue', operation: 'setMembers' }),
					credentials: { voipStudioApi: credentials.voipStudioApi },
				},
			]);
			const { page } = editor;
			await page.getByTestId('parameter-input-queueId').getByTestId('rlc-input').click();
			await page.getByTestId('rlc-item').filter({ hasText: 'Sales queue' }).waitFor();
			await page.getByTestId('rlc-search').fill('supp');
			await page.getByTestId('rlc-item').filter({ hasText: 'Sales queue' }).waitFor({ state: 'detached' });
			// Between the two lists there is none.
			await page.getByTestId('rlc-item').first().waitFor();
			await editor.screenshot('drop-down');
			assert.deepEqual(
				(await page.getByTestId('rlc-item').allTextContents()).map((text) => text.trim().split(' ')[0]),
				['Support'],
			);
		});

		await step('the queues of a trigger are chosen from a list, so that nobody mistypes one', async () => {
			const trigger = {
				...node('Calls of queues', 'voipStudioTrigger', { event: 'cdr', filters: { queues: [] } }),
				credentials: { voipStudioApi: credentials.voipStudioApi },
			};
			await openTrigger(trigger);
			const { page } = editor;
			await page.getByTestId('parameter-input-queues').locator('.el-select__input').click();
			await page.keyboard.type('supp');
			const choice = page.getByRole('option', { name: /^Support/ });
			await choice.waitFor();
			await editor.screenshot('chosen-queues');
			await choice.click();
			await page.keyboard.press('Escape');
			await page.getByTestId('parameter-input-queues').getByText('Support').waitFor();
			const { rows } = await editor.executeNode();
			assert.equal(rows.length, 1);
		});

		await step('a filter that was saved as a text is still there after its node was opened', async () => {
			const parameters = { event: 'cdr', filters: { queues: 'Support, Sales queue' } };
			const trigger = {
				...node('Calls of queues', 'voipStudioTrigger', parameters),
				credentials: { voipStudioApi: credentials.voipStudioApi },
			};
			const { id } = await rest.createWorkflow({ name: trigger.name, nodes: [trigger], connections: {} });
			await editor.openWorkflow(id);
			await editor.openNode(trigger.name);
			await editor.page.getByTestId('parameter-input-queues').waitFor();
			const [{ parameters: kept } = trigger] = (await rest.workflow(id)).nodes;
			assert.deepEqual(kept, trigger.parameters);
			await editor.screenshot('queues-as-text');
		});

		await step('VoIPcloud: the calls of a queue that an item names are shown as rows', async () => {
			await open('Queue calls', [
				item('Queue', { queue: 'Sales queue' }),
				{
					...node('Get many queue calls', 'voipcloud', {
						resource: 'queueCall',
						operation: 'getAll',
						...{ output: 'simplified', period: 'last7Days' },
						filters: { names: '={{ $json.queue }}' },
					}),
					credentials: { voipcloudApi: credentials.voipcloudApi },
				},
			]);
			const { columns, rows } = await editor.executeNode();
			assert.deepEqual(columns.slice(0, 4), ['startedAt', 'direction', 'outcome', 'caller']);
			assert.equal(rows.length, 6);
			await picture('voipcloud');
		});

		await step('VoIPstudio: the calls since a time that an item tells are shown as rows', async () => {
			await open('Calls since the last report', [
				item('Last report', { sentAt: `${new Date(Date.now() - 200 * MINUTE).toISOString().slice(0, 13)}:00:00Z` }),
				{
					...node('Get many calls', 'voipStudio', {
						resource: 'cdr',
						operation: 'getAll',
						...{ output: 'simplified', period: 'dates', periodFrom: '={{ $json.sentAt }}', periodTo: '={{ $now }}' },
					}),
					credentials: { voipStudioApi: credentials.voipStudioApi },
				},
			]);
			const { columns, rows } = await editor.executeNode();
			assert.deepEqual(columns.slice(0, 5), ['startedAt', 'direction', 'outcome', 'caller', 'callerName']);
			assert.ok(rows.length > 3);
			await picture('voipstudio');
		});

		await step('247LiveChat: a fax of the file that comes in is sent, and the answer tells its ID', async () => {
			const pdf = Buffer.from('%PDF-1.7\n%%EOF\n').toString('base64');
			await open('Fax', [
				item('Order', { file: pdf }),
				baseNode('Order confirmation', 'convertToFile', {
					operation: 'toBinary',
					sourceProperty: 'file',
					options: { fileName: 'order-1043.pdf', mimeType: 'application/pdf' },
				}),
				{
					...node('Send a fax', 'liveChat247', {
						resource: 'fax',
						operation: 'send',
						from: '+61255501234',
						to: '+61255509876',
					}),
					credentials: { liveChat247Api: credentials.liveChat247Api },
				},
			]);
			const { columns } = await editor.executeNode();
			assert.ok(columns.includes('success') && columns.includes('id'), columns.join(', '));
			await picture('247livechat');
		});

		await step('While1 Voice: a call to the number of a lead is placed', async () => {
			await open('Call a lead', [
				item('Lead', { name: 'Blue Gum Café', phone: '0212345678', order: 'order-1043' }),
				{
					...node('Make a phone call', 'while1Voice', {
						resource: 'call',
						operation: 'originate',
						callerId: '={{ $json.phone }}',
						destination: 'sales-queue',
						additionalFields: { callerIdName: '={{ $json.name }}', externalId: '={{ $json.order }}' },
					}),
					credentials: { while1VoiceApi: credentials.while1VoiceApi },
				},
			]);
			const { rows } = await editor.executeNode();
			assert.equal(rows.length, 1);
			await picture('while1-voice');
		});

		await step(
			'a trigger that is tried out gives one call, or what stands behind it would text a whole list',
			async () => {
				const trigger = {
					...node('Each call', 'voipcloudTrigger', { event: 'queueCall' }),
					credentials: { voipcloudApi: credentials.voipcloudApi },
				};
				await openTrigger(trigger);
				const { rows } = await editor.executeNode();
				assert.equal(rows.length, 1);
			},
		);

		for (const [provider, name, type, credentialType, parameters] of [
			[
				VOIPCLOUD,
				'voipcloud-trigger',
				'voipcloudTrigger',
				'voipcloudApi',
				{ event: 'queueCall', filters: { outcome: ['abandoned', 'timedOut'] }, options: { testItems: 10 } },
			],
			[
				VOIPSTUDIO,
				'voipstudio-trigger',
				'voipStudioTrigger',
				'voipStudioApi',
				{ event: 'cdr', filters: { direction: ['inbound'], outcome: ['missed'] }, options: { testItems: 10 } },
			],
			[
				WHILE1,
				'while1-voice-trigger',
				'while1VoiceTrigger',
				'while1VoiceApi',
				{ event: 'cdr', filters: { outcome: ['missed'] }, options: { timezone: 'Australia/Sydney', testItems: 10 } },
			],
		] as const) {
			await step(`the trigger of ${provider}, tried out, shows who called whom and how it ended`, async () => {
				const trigger = {
					...node(`${provider} Trigger`, type, { ...parameters, output: 'simplified' }),
					credentials: { [credentialType]: credentials[credentialType] },
				};
				await openTrigger(trigger);
				await editor.makeRoomForOutput(0.31);
				const { columns, rows } = await editor.executeNode();
				assert.deepEqual(columns.slice(0, 6), ['startedAt', 'direction', 'outcome', 'caller', 'callerName', 'callee']);
				assert.ok(rows.length > 2);
				await picture(name);
			});
		}
	},
};

/** A new node of an action or event, its settings open, as a person gets it. */
async function freshNode(editor: Editor, provider: string, action: string): Promise<void> {
	await editor.findEntry(provider, provider);
	await editor.addAction(action);
}

/** The names by which n8n lists what a built node does, in its order. */
async function actionsOf(file: string, parameter: 'operation' | 'event'): Promise<string[]> {
	const exported = (await import(join(PROJECT, 'dist', 'nodes', `${file}.node.js`))) as Record<
		string,
		new () => INodeType
	>;
	const [NodeClass] = Object.values(exported).filter((value) => typeof value === 'function');
	assert.ok(NodeClass !== undefined);
	const { properties } = new NodeClass().description;
	const resources = optionsOf(properties, 'resource').map(({ value }): unknown => value);
	const inOrder = [...properties].sort((a, b) => resources.indexOf(resourceOf(a)) - resources.indexOf(resourceOf(b)));
	return optionsOf(inOrder, parameter).map(({ action = '' }) => action);
}

function optionsOf(properties: INodeProperties[], name: string): INodePropertyOptions[] {
	return properties
		.filter((property) => property.name === name)
		.flatMap(({ options }) => (options ?? []) as INodePropertyOptions[]);
}

function resourceOf({ displayOptions }: INodeProperties): unknown {
	return displayOptions?.show?.resource?.[0];
}

/** A node that gives one item. */
function item(name: string, json: Record<string, string>): WorkflowNode {
	return baseNode(name, 'set', { mode: 'raw', jsonOutput: JSON.stringify(json) }, 3.4);
}

/** Calls of the last hours, of queues and of users, of every kind that matters to people. Minutes before now. */
async function ringTheWholeMorning(simulator: SimulatorProcess): Promise<void> {
	const calls: Array<[number, number, NewCall]> = [
		[
			290,
			184,
			{ queue: 'Sales queue', from: '+61491570110', user: 'Aisha Rahman', outcome: 'answered', withLeg: true },
		],
		[266, 42, { queue: 'Support', from: '+61491570156', outcome: 'abandoned' }],
		[231, 391, { queue: 'Support', from: '+61491570157', user: 'John Smith', outcome: 'answered', withLeg: true }],
		[205, 38, { queue: 'Sales queue', from: '+61491570158', outcome: 'abandoned' }],
		[188, 25, { user: 'Kevin Smith', direction: 'inbound', from: '+61491570159', outcome: 'missed' }],
		[160, 127, { user: 'Emma Walker', direction: 'outbound', to: '+61255509876', outcome: 'answered' }],
		[141, 90, { queue: 'Sales queue', from: '+61491571266', outcome: 'timedOut' }],
		[119, 246, { queue: 'Sales queue', from: '+61491571491', user: 'Priya Nair', outcome: 'answered', withLeg: true }],
		[84, 30, { user: 'John Smith', direction: 'inbound', from: '+61491571804', outcome: 'missed' }],
		[71, 17, { queue: 'Support', from: '+61491572549', outcome: 'abandoned' }],
		[52, 31, { queue: 'Sales queue', from: '+61491572665', outcome: 'abandoned' }],
		[33, 22, { user: 'Emma Walker', direction: 'inbound', from: '+61491572983', outcome: 'missed' }],
		[18, 149, { queue: 'Sales queue', from: '+61491573770', user: 'Aisha Rahman', outcome: 'answered', withLeg: true }],
		[9, 28, { user: 'Kevin Smith', direction: 'inbound', from: '+61491573087', outcome: 'missed' }],
	];
	for (const [minutes, seconds, call] of calls) {
		const startedAt = Date.now() - minutes * MINUTE;
		const isAnswered = call.outcome === 'answered';
		await simulator.addCall({
			...call,
			startedAt,
			endedAt: startedAt + seconds * 1000,
			...(isAnswered ? { answeredAt: startedAt + 14_000 } : {}),
		});
	}
}

/** A credential of each provider, by its type. */
async function saveCredentials(
	rest: N8nRest,
	{ credentials }: SimulatorProcess,
): Promise<Record<string, { id: string; name: string }>> {
	const save = async (name: string, type: string): Promise<{ id: string; name: string }> => {
		const { id } = await rest.saveCredential(name, type, credentials[type]);
		return { id, name };
	};
	return {
		voipcloudApi: await save('VoIPcloud account', 'voipcloudApi'),
		voipStudioApi: await save('VoIPstudio account', 'voipStudioApi'),
		liveChat247Api: await save('247LiveChat account', 'liveChat247Api'),
		while1VoiceApi: await save('While1 Voice account', 'while1VoiceApi'),
	};
}
