/** VoIPstudio's queues and users as lists to choose from. */
import { PollContext } from 'n8n-core';
import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { loadChoices } from '../../harness/engine/editor';
import { loadPackage, nodeTypes } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { nodeOf, runNode } from '../../harness/engine/run';
import { since } from '../../harness/office';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-20T12:00:00Z');

let simulator: Simulator;

beforeAll(loadPackage);
clockOfEachTest(() => NOW);
beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 5, callsPerDay: 0, clock: () => NOW } });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await simulator.close();
});

const credentials = () => ({
	voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: simulator.urls.voipstudio },
});
const choices = async (method: string) =>
	await loadChoices({ node: 'voipStudioTrigger', parameters: {}, credentials: credentials() }, method);

/** Ten minutes apart, a call that nobody took in each queue, and one to each user. */
function calls(): void {
	const { queues, users } = simulator.world;
	queues.forEach((queue, i) => {
		const startedAt = NOW - (i + 1) * 10 * MINUTE;
		simulator.world.addCall({
			queue: queue.name,
			from: `+6149157015${i}`,
			startedAt,
			endedAt: startedAt + MINUTE,
			latenessMs: 0,
		});
	});
	users.slice(0, 3).forEach(({ name }, i) => {
		const startedAt = NOW - (i + 1) * 7 * MINUTE;
		simulator.world.addCall({ user: name, startedAt, endedAt: startedAt + MINUTE, latenessMs: 0 });
	});
}

/** The types of a field as the form shows it. */
function typesIn(node: string, name: string, parameters: INodeParameters): string[] {
	const { description } = nodeTypes.getByNameAndVersion(`n8n-nodes-cloud-pbx.${node}`);
	const one = { ...nodeOf({ node, parameters }), parameters };
	const collections = description.properties.filter((property) =>
		NodeHelpers.displayParameter(parameters, property, one, description),
	);
	return collections
		.filter(({ type }) => type === 'collection')
		.flatMap(({ options }) => options as INodeProperties[])
		.filter((property) => property.name === name)
		.filter((property) => NodeHelpers.displayParameter({}, property, one, description, parameters))
		.map(({ type }) => type);
}

it.each([
	['voipStudioTrigger', 'queues', { event: 'cdr' }],
	['voipStudioTrigger', 'queues', { event: 'missedNotReturned' }],
	['voipStudioTrigger', 'users', { event: 'cdr' }],
	['voipStudio', 'queues', { resource: 'cdr', operation: 'getUnreturned' }],
])("in %s '%s' is a list to choose from, or a misspelt name would find nothing", (node, name, parameters) => {
	expect(typesIn(node, name, parameters)).toEqual(['multiOptions']);
});

it('lists every queue and user by name with its ID, so that nobody has to spell them', async () => {
	const { queues, users } = simulator.world;
	expect((await choices('getQueues')).map(({ name }) => name)).toEqual(
		expect.arrayContaining(queues.map(({ name }) => expect.stringContaining(name) as unknown)),
	);
	const listed = await choices('getUsers');
	expect(listed).toHaveLength(users.length);
	expect(new Set(listed.map(({ value }) => value)).size).toBe(users.length);
	expect(listed.map(({ name }) => name)).toEqual(listed.map(({ name }) => name).sort((a, b) => a.localeCompare(b)));
});

it('says why a list is empty where the key is wrong, or it looks as if there were no queues', async () => {
	const request = {
		node: 'voipStudioTrigger',
		parameters: {},
		credentials: { voipStudioApi: { ...credentials().voipStudioApi, apiKey: 'wrong' } },
	};
	await expect(loadChoices(request, 'getQueues')).rejects.toThrow('VoIPstudio did not accept the API key or login');
});

const published = async (filters: INodeParameters, event = 'cdr') =>
	await PublishedTrigger.publish({
		node: 'voipStudioTrigger',
		parameters: { event, itemPer: 'leg', startFrom: 'hoursAgo', hours: 5, filters },
		credentials: credentials(),
	});
const poll = async (...trigger: Parameters<typeof published>) => await (await published(...trigger)).poll();

const unreturned = async (queues: INodeParameters[string]) => {
	const parameters = {
		resource: 'cdr',
		operation: 'getUnreturned',
		...since(NOW - 300 * MINUTE),
		waitMinutes: 1,
		options: { queues },
	};
	return await runNode({ node: 'voipStudio', parameters, credentials: credentials() });
};

it('gives the calls of the chosen queues, the same as by their names', async () => {
	calls();
	const [first, second] = await choices('getQueues');
	const chosen = await poll({ queues: [first.value as string, second.value as string] });
	expect(chosen.map(({ queue }) => (queue as { id: string }).id).sort()).toEqual([first.value, second.value].sort());
	const names = chosen.map(({ queue }) => (queue as { name: string }).name);
	expect(await poll({ queues: `={{ ${JSON.stringify(names.join(', '))} }}` })).toEqual(chosen);
	expect(await poll({ queues: `={{ ${JSON.stringify(names)} }}` })).toEqual(chosen);
});

it('gives the calls of the chosen user, the same as by the name', async () => {
	calls();
	const { name } = simulator.world.users[1];
	const { value } = (await choices('getUsers')).find((user) => user.name.startsWith(name)) ?? { value: '' };
	const chosen = await poll({ users: [value as string] });
	expect(chosen).toHaveLength(1);
	expect(await poll({ users: `={{ ${JSON.stringify(name)} }}` })).toEqual(chosen);
});

it('an empty list is no filter, as an empty text of an expression is none', async () => {
	calls();
	const all = await poll({ queues: '={{ "" }}' });
	expect(all.length).toBeGreaterThan(3);
	expect(await poll({ queues: [] })).toEqual(all);
});

it('Get Callers to Call Back takes the chosen queues, and their names', async () => {
	calls();
	const [{ value, name }] = await choices('getQueues');
	const given = async (...chosen: Parameters<typeof unreturned>) => {
		const { error, items } = await unreturned(...chosen);
		expect(error).toBeUndefined();
		return items.map(({ json }) => json);
	};
	const chosen = await given([value as string]);
	expect(chosen).toHaveLength(1);
	expect(await given(`={{ ${JSON.stringify(name.split(' · ')[0])} }}`)).toEqual(chosen);
});

describe('a message calls a filter as the form does, or nobody finds it there:', () => {
	const queues = 'Queue Names or IDs';
	const users = 'User Names or IDs';
	const INVALID = '={{ true }}';

	it.each([
		['queues', { queues: INVALID }, `The filter '${queues}' must be names separated by commas, or a list of names`],
		['users', { users: INVALID }, `The filter '${users}' must be names separated by commas, or a list of names`],
		[
			'a queue that is not there',
			{ queues: '={{ ["Suport"] }}' },
			`'${queues}' names a queue that the account does not have: Suport. Did you mean Support?`,
		],
	])('%s', async (_what, filters, message) => {
		await expect(poll(filters)).rejects.toMatchObject({ message });
	});

	it('a user that is not there, whether other names match or none', async () => {
		calls();
		const [{ name }] = simulator.world.users;
		const others = await published({ users: `={{ ${JSON.stringify([name, 'Jon Smiht'])} }}` });
		const description = expect.stringContaining(`'${users}': none of the latest`) as string;
		await expect(others.poll({ mode: 'manual' })).rejects.toMatchObject({
			message: `VoIPstudio does not know some names in 'Filters' ('${users}': Jon Smiht)`,
			description,
		});
		const none = await published({ users: '={{ ["Jon Smiht"] }}' });
		await expect(none.poll({ mode: 'manual' })).rejects.toMatchObject({
			message: 'No finished call matches yet',
			description,
		});
	});

	it('a user that cannot be looked up, in the log', async () => {
		calls();
		simulator.faces.voipstudio.change({ forbidden: ['users'] });
		const warn = jest.fn();
		const logger = { warn } as unknown as PollContext['logger'];
		jest.spyOn(PollContext.prototype, 'logger', 'get').mockReturnValue(logger);
		const [{ name }] = simulator.world.users;
		const trigger = await published({ users: `={{ ${JSON.stringify([name, 'Jon Smiht'])} }}` });
		expect(await trigger.poll({ mode: 'manual' })).toHaveLength(1);
		expect(warn).toHaveBeenCalledWith(expect.stringContaining(`'Jon Smiht' of the filter '${users}'`));
	});

	it('the queues of Get Callers to Call Back', async () => {
		expect((await unreturned(INVALID)).error?.message).toBe(
			`'${queues}' must be names separated by commas, or a list of names`,
		);
		expect((await unreturned('={{ ["Suport"] }}')).error?.message).toBe(
			`'${queues}' names a queue that the account does not have: Suport. Did you mean Support?`,
		);
	});
});
