/** Templates by a call that rings five phones: the trigger as the template has it, then the template's own conditions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workflow, type IDataObject, type INode } from 'n8n-workflow';

import { createSimulator, type Simulator } from '../../simulator/server';
import { nodeTypes, PublishedTrigger } from '../../harness/n8nCore';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-11-20T01:00:00Z');
const FIVE = ['John Smith', 'Kevin Smith', 'Aisha Rahman', 'José García', 'Mei-Ling Chen'];

let simulator: Simulator;
let now: number;

beforeEach(async () => {
	now = START;
	jest.spyOn(Date, 'now').mockImplementation(() => now);
	simulator = await createSimulator({ world: { seed: 3, callsPerDay: 0, clock: () => now } });
});

afterEach(async () => {
	jest.restoreAllMocks();
	await simulator.close();
});

function template(name: string): { nodes: INode[] } {
	return JSON.parse(readFileSync(join(__dirname, '..', '..', 'templates', `${name}.json`), 'utf8')) as {
		nodes: INode[];
	};
}

/** What n8n's own expressions make of the first condition of a Filter node for an item. */
function passes(filter: INode, json: IDataObject): boolean {
	const { conditions } = filter.parameters.conditions as { conditions: Array<{ leftValue: string }> };
	// Any node of this name will do: the condition is all that is looked at.
	const node: INode = { ...filter, type: 'n8n-nodes-cloud-pbx.voipcloud', typeVersion: 1, parameters: {} };
	const workflow = new Workflow({ id: 'w', nodes: [node], connections: {}, active: false, nodeTypes });
	const { expression } = workflow;
	return (
		expression.getParameterValue(conditions[0].leftValue, null, 0, 0, filter.name, [{ json }], 'manual', {}) === true
	);
}

describe.each(['v1', 'v2'])('the note in the CRM, from API version %s of VoIPcloud', (apiVersion) => {
	it.each([
		['answered, is one note', { answer: { by: 'John Smith', afterSeconds: 20, talkSeconds: 60 } }, ['John Smith']],
		['missed, is none: no customer who was served is noted as missed', {}, []],
	])('of a call that rings five phones, %s', async (_, course, expected) => {
		const { nodes } = template('call-crm-note');
		const named = (name: string) => nodes.find((node) => node.name === name) as INode;
		const trigger = await PublishedTrigger.publish({
			node: 'voipcloudTrigger',
			parameters: named('Call ended').parameters,
			credentials: {
				voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion },
			},
		});
		const given = await trigger.poll();
		now += MINUTE;
		simulator.world.addGroupCall({
			queue: 'Sales queue',
			from: '+61491570156',
			rings: FIVE,
			startedAt: now,
			...course,
		});
		for (let minute = 0; minute < 15; minute++) {
			now += MINUTE;
			given.push(...(await trigger.poll()));
		}
		// A day on, what waited for a call that might go on has come.
		for (let hour = 0; hour < 26; hour++) {
			now += 60 * MINUTE;
			given.push(...(await trigger.poll()));
		}
		expect(given.length).toBeGreaterThan(0);
		const noted = given.filter((item) => passes(named('Spoken, or called by us'), item));
		expect(noted.map(({ user }) => (user as IDataObject).name)).toEqual(expected);
	});
});
