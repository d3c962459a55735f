/** Templates by a call that rings five phones: their triggers and lists as they come, and the conditions behind them. */
import type { IDataObject, INode } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { providers } from '../../harness/catalogue';
import { demoCredentials } from '../../harness/engine/demoCredentials';
import { nodeTypes } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { FIVE_PHONES, officeForTests } from '../../harness/office';
import { listsOf } from '../../tools/docs/reference';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A Friday, within any business hours. */
const START = Date.parse('2026-11-20T10:00:00Z');

const office = officeForTests(
	() => ({ world: { zone: 'UTC', unansweredLegs: 'all' } }),
	() => START,
);

const FOLDER = join(__dirname, '..', '..', 'templates');

function template(name: string): { nodes: INode[] } {
	return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as {
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
			credentials: demoCredentials(office.simulator.urls, apiVersion),
		});
		const given = await trigger.poll();
		office.now += MINUTE;
		office.simulator.world.addGroupCall({
			queue: 'Sales queue',
			from: '+61491570156',
			rings: FIVE_PHONES,
			startedAt: office.now,
			...course,
		});
		for (let minute = 0; minute < 15; minute++) {
			office.now += MINUTE;
			given.push(...(await trigger.poll()));
		}
		// A day on, what waited for a call that might go on has come.
		for (let hour = 0; hour < 26; hour++) {
			office.now += 60 * MINUTE;
			given.push(...(await trigger.poll()));
		}
		expect(given.length).toBeGreaterThan(0);
		const noted = given.filter((item) => passes(named('Spoken, or called by us'), item));
		expect(noted.map(({ user }) => (user as IDataObject).name)).toEqual(expected);
	});
});

/** The triggers and the lists of callers of all templates, with each version of their provider's API. */
const SOURCES = readdirSync(FOLDER).flatMap((file) => {
	const name = file.replace(/\.json$/, '');
	return template(name)
		.nodes.filter(({ type, parameters }) => isTriggerOfWholeCalls(type, parameters) || isListOfCallers(parameters))
		.flatMap((node) =>
			(node.type.includes('voipcloud') ? ['v1', 'v2'] : [null]).map(
				(version): [string, string, string | null, INode] => [name, node.name, version, node],
			),
		);
});

/** VoIPcloud's user calls have a test of their own above: no record of a call that came in tells that it is over. */
function isTriggerOfWholeCalls(type: string, { event }: IDataObject): boolean {
	return /^n8n-nodes-cloud-pbx\..*Trigger$/.test(type) && event !== 'userCall';
}

function isListOfCallers({ resource, operation }: IDataObject): boolean {
	return operation === 'getUnreturned' || (resource === 'queueCall' && operation === 'getAll');
}

/** A node of a template with the credential that it needs. */
function runOf({ type, parameters }: INode, version: string | null): NodeRun {
	const node = type.replace('n8n-nodes-cloud-pbx.', '');
	const provider = providers.find(({ node: name }) => node.replace(/Trigger$/, '') === name);
	const list = provider && listsOf(provider, office.simulator).find((one) => one.version === version);
	if (list === undefined) throw new Error(`No provider has the node ${node}`);
	const [credential] = list.provider.credentials;
	return { node, parameters, credentials: { [credential]: list.credential }, timezone: 'UTC' };
}

/** All items of the hours after a call that rings five phones. */
async function itemsAfter(run: NodeRun, course: IDataObject): Promise<IDataObject[]> {
	const call = () =>
		office.simulator.world.addGroupCall({
			queue: 'Sales queue',
			from: '+61491570156',
			rings: FIVE_PHONES,
			startedAt: office.now,
			...course,
		});
	if (!run.node.endsWith('Trigger')) {
		call();
		office.now += (run.parameters.period === 'yesterday' ? 24 : 3) * 60 * MINUTE;
		const { items, error } = await runNode(run);
		expect(error).toBeUndefined();
		return items.map(({ json }) => json);
	}
	const trigger = await PublishedTrigger.publish(run);
	const given = await trigger.poll();
	office.now += MINUTE;
	call();
	for (let minute = 0; minute < 50; minute++) {
		office.now += MINUTE;
		given.push(...(await trigger.poll()));
	}
	return given;
}

describe.each(SOURCES)('the template %s, at "%s" (API version %s)', (_, __, version, node) => {
	const { filters } = node.parameters as { filters?: { outcome?: string[] } };
	const wantsMissed = filters?.outcome !== undefined || /unreturned|notReturned/i.test(JSON.stringify(node.parameters));

	it('has no answered caller among the missed, though four other phones rang', async () => {
		const items = await itemsAfter(runOf(node, version), {
			answer: { by: 'John Smith', afterSeconds: 20, talkSeconds: 60 },
		});
		expect(items).toHaveLength(wantsMissed ? 0 : 1);
		for (const { outcome, status } of items) expect(outcome ?? status).toEqual(expect.stringMatching(/^answered$/i));
	});

	it('has one item for one call that nobody took, however many phones rang', async () => {
		expect(await itemsAfter(runOf(node, version), {})).toHaveLength(1);
	});
});
