/** A quiet line and a broken trigger must not look alike: 'Log Polls', and what a test run says of names that nobody has. */
import { PollContext } from 'n8n-core';
import type { INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { demoCredentials } from '../../harness/engine/demoCredentials';
import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const MINUTE = 60_000;
const START = Date.parse('2026-11-20T12:00:00Z');

let simulator: Simulator;
let now: number;
let info: jest.Mock;
let warn: jest.Mock;

clockOfEachTest(() => now);
beforeEach(async () => {
	now = START;
	info = jest.fn();
	warn = jest.fn();
	const logger = { info, warn };
	jest.spyOn(PollContext.prototype, 'logger', 'get').mockReturnValue(logger as unknown as PollContext['logger']);
	simulator = await createSimulator({
		world: { seed: 5, callsPerDay: 0, clock: () => now },
	});
});
afterEach(async () => {
	jest.restoreAllMocks();
	await simulator.close();
});

const cloud = (parameters: INodeParameters): NodeRun => ({
	node: 'voipcloudTrigger',
	parameters: { event: 'queueCall', startFrom: 'hoursAgo', hours: 2, ...parameters },
	credentials: demoCredentials(simulator.urls),
});

function ring(queue: string, minutes: number): void {
	const startedAt = START - minutes * MINUTE;
	simulator.world.addCall({
		queue,
		from: '+61491570156',
		outcome: 'abandoned',
		startedAt,
		endedAt: startedAt + 40_000,
		latenessMs: 0,
	});
}

const lines = () => info.mock.calls.map(([message]) => message as string);

it('a poll that has nothing to give says what it read, and what is left of the limit', async () => {
	ring('Support', 50);
	ring('Sales queue', 40);
	ring('Sales queue', 30);
	const trigger = await PublishedTrigger.publish(
		cloud({ filters: { number: '+61491570156', minimumDuration: 300 }, options: { logPolls: true } }),
	);
	expect(await trigger.poll()).toEqual([]);
	now += MINUTE;
	expect(await trigger.poll()).toEqual([]);
	expect(lines()).toEqual([
		'VoIPcloud Trigger: 0 items given; 3 records read, the newest ended 2026-11-20T11:30:40.000Z; 3 new did not pass the filters, 0 in progress, 0 waiting; 1 request, 99 of 100 in 15 minutes left',
		'VoIPcloud Trigger: 0 items given; 3 records read, the newest ended 2026-11-20T11:30:40.000Z; 0 new did not pass the filters, 0 in progress, 0 waiting; 1 request, 98 of 100 in 15 minutes left',
	]);
	expect(info).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ node: 'Node under test' }));
});

it('calls that are given and those that wait for the next poll are counted', async () => {
	for (const minutes of [50, 40, 30]) ring('Support', minutes);
	const trigger = await PublishedTrigger.publish(cloud({ options: { logPolls: true, maxItemsPerPoll: 2 } }));
	expect(await trigger.poll()).toHaveLength(2);
	expect(lines()[0]).toContain('2 items given; 3 records read');
	expect(lines()[0]).toContain('0 in progress, 1 waiting');
});

it('nothing is logged unless it is asked for, and what is no switch is refused', async () => {
	ring('Support', 50);
	const quiet = await PublishedTrigger.publish(cloud({}));
	await quiet.poll();
	expect(info).not.toHaveBeenCalled();
	const wrong = await PublishedTrigger.publish(cloud({ options: { logPolls: '={{ "often" }}' } }));
	await expect(wrong.poll()).rejects.toMatchObject({ message: "'Log Polls' must be true or false" });
});

it('a test run names the queue that was mistyped, and those that there are', async () => {
	ring('Support', 50);
	ring('Sales queue', 40);
	const mistyped = await PublishedTrigger.publish(cloud({ filters: { queues: 'Suport' } }));
	await expect(mistyped.poll({ mode: 'manual' })).rejects.toMatchObject({
		message: 'No finished call matches yet',
		description: expect.stringContaining(
			"'Queues': none of the latest 2 calls has Suport; they have Sales queue, Support.",
		) as string,
	});
});

const studio = (users: string): NodeRun => ({
	node: 'voipStudioTrigger',
	parameters: { event: 'cdr', itemPer: 'leg', filters: { users } },
	credentials: demoCredentials(simulator.urls),
});

const while1 = (users: string): NodeRun => ({
	node: 'while1VoiceTrigger',
	parameters: { event: 'cdr', itemPer: 'leg', filters: { users }, options: { timezone: 'Australia/Sydney' } },
	credentials: demoCredentials(simulator.urls),
});

/** Sixty calls of the first user: more than a test run looks at, so that nobody else is among them. */
function busy(): void {
	const [{ name }] = simulator.world.users;
	for (let minutes = 10; minutes < 70; minutes++) {
		const startedAt = START - minutes * MINUTE;
		simulator.world.addCall({ user: name, startedAt, endedAt: startedAt + 20_000, latenessMs: 0 });
	}
}

const idOf = (index: number) => String(simulator.world.users[index].id);
const nameOf = (index: number) => simulator.world.users[index].name;

describe.each([
	[
		'a queue of VoIPcloud',
		() => cloud({ filters: { queues: 'Suport, Sales queue' } }),
		() => cloud({ filters: { queues: 'Support, Sales queue' } }),
		/^VoIPcloud does not know some names in 'Filters' \('Queues': Suport\)$/,
		/none of the latest \d+ calls has Suport; they have Sales queue/,
	],
	[
		'a queue of VoIPcloud whose missed callers are wanted',
		() => cloud({ event: 'missedNotReturned', filters: { queues: 'Suport, Sales queue' } }),
		() => cloud({ event: 'missedNotReturned', filters: { queues: 'Support, Sales queue' } }),
		/^VoIPcloud does not know some names in 'Filters' \('Queues': Suport\)$/,
		/none of the latest \d+ calls has Suport; they have Sales queue/,
	],
	[
		'a user of VoIPstudio',
		() => studio(`${nameOf(0)}, Jon Smiht`),
		() => studio(`${nameOf(0)}, ${nameOf(1)}, 1003`),
		/^VoIPstudio does not know some names in 'Filters' \('User Names or IDs': Jon Smiht\)$/,
		/none of the latest 50 calls has Jon Smiht; they have/,
	],
	[
		'a user of While1 Voice',
		() => while1(`${idOf(0)}, 999999`),
		() => while1(`${idOf(0)}, ${idOf(1)}`),
		/^While1 Voice does not know some names in 'Filters' \('Users': 999999\)$/,
		/none of the latest 50 calls has 999999; they have/,
	],
])('a test run in which others match, with %s', (_what, mistyped, quiet, message, described) => {
	beforeEach(() => {
		busy();
		for (let minutes = 10; minutes < 70; minutes++) ring('Sales queue', minutes);
		// Long ago: not among the latest, and still there.
		ring('Support', 2000);
		const startedAt = START - 3000 * MINUTE;
		simulator.world.addCall({ user: nameOf(1), startedAt, endedAt: startedAt + MINUTE, latenessMs: 0 });
	});

	it('that nobody has names it and those that there are, or its calls are missing for ever', async () => {
		const trigger = await PublishedTrigger.publish(mistyped());
		const error = await trigger.poll({ mode: 'manual' }).then(
			() => undefined,
			(thrown: Error) => thrown as Error & { description: string },
		);
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(described);
		expect(error?.description).toContain('leave it out of the test');
	});

	it('that nobody has is told when the trigger is published, in the message, as its calls would never come', async () => {
		const published = async (run: NodeRun, activation: 'activate' | 'init' = 'activate') =>
			await (await PublishedTrigger.publish(run)).poll({ activation });
		const { parameters, ...run } = mistyped();
		await expect(published(mistyped())).rejects.toThrow(/^No calls found for '(Suport|Jon Smiht|999999)': /);
		const options = { ...(parameters.options as INodeParameters), publishAnyway: true };
		await expect(published({ ...run, parameters: { ...parameters, options } })).resolves.toBeDefined();
		// A restart of n8n without a state, and a name that was just quiet, stop nobody.
		await expect(published(mistyped(), 'init')).resolves.toBeDefined();
		await expect(published(quiet())).resolves.toBeDefined();
	});

	it('that was just quiet of late gives its item, or nobody could test a filter on a quiet one', async () => {
		const trigger = await PublishedTrigger.publish(quiet());
		expect(await trigger.poll({ mode: 'manual' })).toHaveLength(1);
	});
});

it('a test run gives its item where a name cannot be looked up, and says so in the log', async () => {
	busy();
	simulator.faces.voipstudio.change({ forbidden: ['users'] });
	const trigger = await PublishedTrigger.publish(studio(`${nameOf(0)}, Jon Smiht`));
	expect(await trigger.poll({ mode: 'manual' })).toHaveLength(1);
	expect(warn).toHaveBeenCalledWith(expect.stringContaining("'Jon Smiht' of the filter 'User Names or IDs'"));
});

it('a slip of the finger is told with the name that was meant when the trigger is published', async () => {
	ring('Support', 50);
	ring('Sales queue', 40);
	const trigger = await PublishedTrigger.publish(cloud({ filters: { queues: 'Suport' } }));
	await expect(trigger.poll()).rejects.toThrow("No calls found for 'Suport': did you mean Support?");
	const right = await PublishedTrigger.publish(cloud({ filters: { queues: 'Support' } }));
	expect((await right.poll()).map(({ queue }) => queue)).toEqual([{ id: null, name: 'Support' }]);
});

it('a test run names the user that nobody is, at a provider that is not asked for names', async () => {
	const startedAt = START - 50 * MINUTE;
	simulator.world.addCall({ user: 'John Smith', startedAt, endedAt: startedAt + MINUTE, latenessMs: 0 });
	const trigger = await PublishedTrigger.publish({
		node: 'voipStudioTrigger',
		parameters: { event: 'cdr', itemPer: 'leg', filters: { users: ['Jon Smith'] } },
		credentials: demoCredentials(simulator.urls),
	});
	await expect(trigger.poll({ mode: 'manual' })).rejects.toMatchObject({
		description: expect.stringMatching(
			/^'User Names or IDs': none of the latest \d calls has Jon Smith; they have .*John Smith/,
		) as string,
	});
});
