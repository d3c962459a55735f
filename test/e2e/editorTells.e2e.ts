import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { N8nRest, StoredCredential, WorkflowContent, WorkflowNode } from '../../harness/n8n/rest';
import { PROJECT } from '../../harness/n8n/tarball';
import { recordingServer } from '../../harness/servers';
import type { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { baseNode, inARow, MANUAL, node } from '../../harness/workflows';

/* What the editor tells a user where silence would cost a call, or call somebody. Each has its pictures, see docs/what-you-see.md. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** GitHub shows a picture of more than this slowly on a telephone. */
const PICTURE_BYTES = 150_000;

export const suite: Suite = {
	title: 'What the editor tells',

	async run(step, { editor, n8n: { rest }, owner, simulator }) {
		await editor.signIn(owner);
		await ringForAnHour(simulator);
		const credentials = await saveCredentials(rest, simulator);
		const open = async (content: WorkflowContent): Promise<string> => {
			const { id } = await rest.createWorkflow(content);
			await editor.openWorkflow(id);
			return id;
		};
		const picture = async (name: string, of?: 'credential' | 'page'): Promise<void> => {
			for (const bytes of await editor.picture(name, of))
				assert.ok(bytes < PICTURE_BYTES, `${name} has ${bytes} bytes`);
		};
		/** A node behind a manual trigger, its settings open. */
		const openNode = async (name: string, one: WorkflowNode): Promise<void> => {
			const chain = [baseNode(MANUAL, 'manualTrigger'), { ...one, position: [220, 0] as [number, number] }];
			// A day is one in the zone of the workflow.
			const settings = { executionOrder: 'v1', timezone: 'UTC' };
			await open({ name, nodes: chain, connections: inARow(chain), settings });
			await editor.openNode(one.name);
			await editor.makeRoomForOutput(0.41);
		};
		const openTrigger = async (one: WorkflowNode): Promise<void> => {
			await open({ name: one.name, nodes: [one], connections: {} });
			await editor.openNode(one.name);
			await editor.makeRoomForOutput(0.31);
		};

		await step(
			'a template that calls reaches nobody while it is tried out, and its note says how to change that',
			async () => {
				const content = JSON.parse(
					await readFile(join(PROJECT, 'templates', 'abandoned-call-back.json'), 'utf8'),
				) as WorkflowContent;
				const nodes = content.nodes.map((one) =>
					one.type.includes('cloud-pbx') ? { ...one, credentials: { voipcloudApi: credentials.voipcloudApi } } : one,
				);
				await open({ ...content, nodes });
				await editor.executeWorkflow('Call back');
				await picture('told-template-test', 'page');
				const calls = await simulator.control<Array<{ path: string }>>('GET', '/requests');
				assert.deepEqual(
					calls.filter(({ path }) => path.endsWith('/call-to-number')),
					[],
				);
				assert.match(await editor.canvasText(), /Dry Run is on/);
			},
		);

		await step('a trigger that is tried out gives the latest call that matches, one of many', async () => {
			await openTrigger({
				...node('Queue call ended', 'voipcloudTrigger', { event: 'queueCall', filters: { outcome: ['abandoned'] } }),
				credentials: { voipcloudApi: credentials.voipcloudApi },
			});
			const { rows } = await editor.executeNode();
			assert.equal(rows.length, 1);
			await picture('told-one-test-item');
		});

		await step('the zone of a PBX is searched by city, and the list says how far it is from UTC', async () => {
			await openTrigger({
				...node('Call ended', 'while1VoiceTrigger', { event: 'cdr', options: { timezone: zone('') } }),
				credentials: { while1VoiceApi: credentials.while1VoiceApi },
			});
			await editor.searchInList('timezone', 'sydn', 'Australia/Sydney');
			await picture('told-zone-list');
		});

		await step('a wrong zone is told when the trigger is tried out, with the likely one', async () => {
			await openTrigger({
				...node('Call ended', 'while1VoiceTrigger', { event: 'cdr', options: { timezone: zone('Europe/London') } }),
				credentials: { while1VoiceApi: credentials.while1VoiceApi },
			});
			const told = await editor.executeAndFail();
			assert.match(told, /Time Zone/);
			assert.match(told, /Australia\/Sydney/);
			await picture('told-wrong-zone');
		});

		await step('a credential whose address leads to a web page is not green', async () => {
			const page = await recordingServer((_request, response) => {
				response.setHeader('content-type', 'text/html');
				response.end('<!doctype html><title>Portal</title><h1>Please log in</h1>');
			});
			try {
				await openNode('Calls', node('Get many calls', 'voipStudio', { resource: 'cdr', operation: 'getAll' }));
				await editor.newCredential();
				await editor.fillCredential({ apiKey: 'a-key-of-the-account', baseUrl: `http://127.0.0.1:${page.port}` });
				await editor.saveCredential();
				assert.match(await editor.readRefusal(), /web page/i);
				await picture('told-credential', 'credential');
				await editor.closeCredential();
			} finally {
				await page.close();
			}
		});

		await step('a credential at whose address nothing listens says in its form what the code means', async () => {
			await openNode(
				'Calls',
				node('Get many queue calls', 'voipcloud', { resource: 'queueCall', operation: 'getAll' }),
			);
			await editor.newCredential();
			await editor.fillCredential({ apiKey: 'a-key-of-the-account', baseUrl: 'http://127.0.0.1:9' });
			await editor.saveCredential();
			const form = await editor.readRefusal();
			assert.match(form, /ECONNREFUSED\b(?! means)/);
			assert.match(form, /ECONNREFUSED means that nothing listens at the address/);
			await picture('told-unreached', 'credential');
			await editor.closeCredential();
		});

		await step(
			'a day that is picked in the calendar gives the calls of that day, all of them and no others',
			async () => {
				const midnight = Date.parse(`${new Date().toISOString().slice(0, 10)}T00:00:00Z`) - 2 * DAY;
				const ofTheDay = [midnight, midnight + DAY / 2, midnight + DAY - SECOND];
				for (const startedAt of [midnight - SECOND, ...ofTheDay, midnight + DAY])
					await simulator.addCall({ user: 'John Smith', startedAt, endedAt: startedAt + 40_000 });
				await openNode('Calls of a day', {
					...node('Get many calls', 'voipStudio', { resource: 'cdr', operation: 'getAll' }),
					credentials: { voipStudioApi: credentials.voipStudioApi },
				});
				// A new condition is on Call Date, and on nothing until a day is picked.
				await editor.page.getByText('Add condition').click();
				await editor.pickDay('value', new Date(midnight).toISOString().slice(0, 10));
				const { columns, rows } = await editor.executeNode();
				assert.deepEqual(
					[...new Set(rows.map((cells) => cells[columns.indexOf('calldate')]))].sort(),
					ofTheDay.map((at) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')),
				);
				await editor.openCalendar('value');
				await picture('told-day-filter');
			},
		);

		await step('the type of a call is chosen from a list, and one that no call has is told', async () => {
			const missed = async (name: string, value: string): Promise<void> =>
				await openNode(name, {
					...node('Get many calls', 'voipStudio', {
						resource: 'cdr',
						operation: 'getAll',
						filters: { conditions: [{ property: 'type', operator: 'eq', value }] },
					}),
					credentials: { voipStudioApi: credentials.voipStudioApi },
				});
			await missed('Type of an expression', '={{ "missed" }}');
			await editor.expectOutput("'Type' in 'Filters' is compared with missed");
			await missed('Missed calls', 'I');
			await editor.page.getByTestId('parameter-input-value').click();
			await editor.page.getByRole('option', { name: 'M (Missed)' }).click();
			const { columns, rows } = await editor.executeNode();
			assert.deepEqual([...new Set(rows.map((cells) => cells[columns.indexOf('type')]))], ['M']);
			await picture('told-list-of-values');
		});

		await step('a mistyped queue is told when the trigger is tried out, with the names there are', async () => {
			await openTrigger({
				...node('Queue call ended', 'voipcloudTrigger', { event: 'queueCall', filters: { queues: 'Suport' } }),
				credentials: { voipcloudApi: credentials.voipcloudApi },
			});
			const told = await editor.executeAndFail();
			assert.match(told, /Suport/);
			assert.match(told, /Support/);
			await picture('told-mistyped-queue');
		});

		await step(
			'an extension that is none is refused before anything is sent, with the field and what to enter',
			async () => {
				await openNode('Wrong extension', {
					...node('Make a phone call', 'voipcloud', {
						resource: 'call',
						operation: 'create',
						userNumber: 'abc',
						numberToCall: '+61290001234',
					}),
					credentials: { voipcloudApi: credentials.voipcloudApi },
				});
				const told = await editor.executeAndFail();
				assert.match(told, /'User Number' is not an extension/);
				assert.match(told, /"abc".*1010/);
				await picture('told-wrong-value');
			},
		);

		await step('an event that there is not is refused with those there are, when an expression gives it', async () => {
			await openTrigger({
				...node('Call ended', 'voipcloudTrigger', { event: '={{ $vars.event }}' }),
				credentials: { voipcloudApi: credentials.voipcloudApi },
			});
			const told = await editor.executeAndFail();
			assert.match(told, /'Event' must be one of: queueCall, ringGroupCall, userCall/);
			assert.match(told, /It is "\{\{ \$vars\.event \}\}" now.*not as an expression\. Choose from the list/);
			await picture('told-wrong-event');
		});

		await step('a record that is not there is named by its ID', async () => {
			await openNode('No such call', {
				...node('Get a live call', 'voipStudio', { resource: 'call', operation: 'get', callId: '4278003532' }),
				credentials: { voipStudioApi: credentials.voipStudioApi },
			});
			const told = await editor.executeAndFail();
			assert.match(told, /4278003532/);
			await picture('told-no-such-record');
		});

		await step('nodes on the canvas are called by what they do, and say under their names what it is', async () => {
			const chain = [
				baseNode(MANUAL, 'manualTrigger'),
				...NAMED.map(([name, type, parameters], index) => ({
					...node(name, type, parameters),
					position: [(index + 1) * 220, 0] as [number, number],
					credentials: { [`${type}Api`]: credentials[`${type}Api`] },
				})),
			];
			await open({ name: 'Names', nodes: chain, connections: inARow(chain) });
			const text = await editor.canvasText();
			for (const [name, , , subtitle] of NAMED)
				assert.ok(text.includes(name) && text.includes(subtitle), `${name}: ${text}`);
			await picture('told-names', 'page');
		});

		await step('who types "make a call" finds the nodes that make one', async () => {
			await editor.newWorkflow();
			const found = await editor.searchNodes('make a call', /^\s*VoIPcloud\s*$/);
			for (const name of ['VoIPcloud', 'VoIPstudio', '247LiveChat', 'While1 Voice'])
				assert.ok(found.includes(name), found.join(', '));
			await picture('told-search', 'page');
		});
	},
};

/** Nodes as their actions name them, with what they are: name, type, parameters, subtitle. */
const NAMED: Array<[string, string, Record<string, unknown>, string]> = [
	[
		'Make a phone call',
		'voipcloud',
		{ resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '+61290001234' },
		'Call: Create',
	],
	[
		'Send an SMS',
		'liveChat247',
		{ resource: 'sms', operation: 'send', to: '+61491570156', message: 'Your order is ready.' },
		'SMS: Send',
	],
	['Get many calls', 'voipStudio', { resource: 'cdr', operation: 'getAll' }, 'Calls: Get Many'],
	[
		'Set members of a queue',
		'while1Voice',
		{ resource: 'queue', operation: 'setMembers', queueName: 'sales-queue' },
		'Queue: Set Members',
	],
];

function zone(value: string): object {
	return { __rl: true, mode: 'list', value, cachedResultName: value };
}

/** Calls of the last hour: several that were given up, and one that was answered. */
async function ringForAnHour(simulator: SimulatorProcess): Promise<void> {
	for (const [index, minutes] of [58, 47, 33, 21, 12].entries()) {
		const startedAt = Date.now() - minutes * MINUTE;
		const queue = index % 2 === 0 ? 'Support' : 'Sales queue';
		const isAnswered = index === 3;
		await simulator.addCall({
			queue,
			from: `+6149157015${index}`,
			startedAt,
			endedAt: startedAt + 40_000,
			...(isAnswered ? { user: 'John Smith', answeredAt: startedAt + 9000, outcome: 'answered', withLeg: true } : {}),
		});
	}
}

async function saveCredentials(
	rest: N8nRest,
	{ credentials }: SimulatorProcess,
): Promise<Record<string, StoredCredential>> {
	const save = async (type: string, name: string): Promise<StoredCredential> =>
		await rest.saveCredential(name, type, credentials[type]);
	return {
		voipcloudApi: await save('voipcloudApi', 'VoIPcloud account'),
		voipStudioApi: await save('voipStudioApi', 'VoIPstudio account'),
		liveChat247Api: await save('liveChat247Api', '247LiveChat account'),
		while1VoiceApi: await save('while1VoiceApi', 'While1 Voice account'),
	};
}
