/** Workflows of `npm run demo`, as far as they count something. */
import { readFileSync } from 'node:fs';
import { Workflow, type INode } from 'n8n-workflow';

import { demoCredentials } from '../../harness/engine/demoCredentials';
import { nodeTypes } from '../../harness/engine/package';
import { runNode } from '../../harness/engine/run';
import { officeForTests } from '../../harness/office';
import { DEMO_WORKFLOWS } from '../../tools/demoWorkflows';

const DAY = 24 * 60 * 60_000;

const office = officeForTests(() => ({ world: { callsPerDay: 30, zone: 'UTC' } }));

interface Condition {
	leftValue: string;
	rightValue: string;
}

it('"Missed calls of a week" counts calls and not the phones that rang, or eight missed calls would look like one', async () => {
	const file = DEMO_WORKFLOWS.find(({ title }) => title === 'missed calls')?.file ?? '';
	const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as { nodes: INode[] };
	const named = (name: string) => nodes.find((node) => node.name === name) as INode;
	const { items, error } = await runNode({
		node: 'voipStudio',
		parameters: named('VoIPstudio').parameters,
		credentials: demoCredentials(office.simulator.urls),
		timezone: 'UTC',
	});
	expect(error).toBeUndefined();
	const filter = named('Missed');
	const { conditions } = filter.parameters.conditions as { conditions: Condition[] };
	// Any node of this name will do: the conditions are all that is looked at.
	const node: INode = { ...filter, type: 'n8n-nodes-cloud-pbx.voipStudio', typeVersion: 1, parameters: {} };
	const { expression } = new Workflow({ id: 'w', nodes: [node], connections: {}, active: false, nodeTypes });
	const missed = items.filter(({ json }) =>
		conditions.every(
			({ leftValue, rightValue }) =>
				expression.getParameterValue(leftValue, null, 0, 0, filter.name, [{ json }], 'manual', {}) === rightValue,
		),
	);
	const midnight = office.now - (office.now % DAY);
	const calls = office.simulator.world.callsBetween(midnight - 6 * DAY, office.now);
	// To VoIPstudio, whoever calls and is not answered has been missed, a busy user's caller included.
	const lost = calls.filter(
		({ root, direction, outcome }) =>
			root === null && direction === 'inbound' && outcome !== null && outcome !== 'answered',
	);
	expect(lost.length).toBeGreaterThan(10);
	expect(calls.filter(({ outcome }) => outcome === 'missed').length).toBeGreaterThan(2 * lost.length);
	expect(missed).toHaveLength(lost.length);
	expect(missed.every(({ json }) => (json.to as { name: string | null }).name !== null)).toBe(true);
});
