import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { FRIDAY_NOON, officeForTests, since } from '../../harness/office';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const KEY = 'voipstudio-demo-key';

let accounts = 0;

const office = officeForTests(() => ({
	// What is known of an account is kept in the process: each test has one of its own.
	voipstudio: { apiKeys: [`${KEY}-${++accounts}`] },
}));

function credentials(): NodeRun['credentials'] {
	return { voipStudioApi: { apiKey: `${KEY}-${accounts}`, baseUrl: office.simulator.urls.voipstudio } };
}

function trigger(parameters: INodeParameters = {}): NodeRun {
	return { node: 'voipStudioTrigger', parameters: { event: 'cdr', ...parameters }, credentials: credentials() };
}

async function publish(parameters: INodeParameters = {}): Promise<PublishedTrigger> {
	const published = await PublishedTrigger.publish(trigger(parameters));
	await published.poll();
	return published;
}

async function minutes(published: PublishedTrigger, count: number): Promise<IDataObject[]> {
	const given: IDataObject[] = [];
	for (let i = 0; i < count; i++) {
		office.now += MINUTE;
		given.push(...(await published.poll()));
	}
	return given;
}

function asked(path: string): number {
	return office.simulator.requests.filter((request) => request.path.endsWith(path)).length;
}

/** A call to each of two queues that rings five phones, one to a user, one to the extension of the sales queue. */
function happen(): void {
	office.now += MINUTE;
	const { world } = office.simulator;
	const at = { startedAt: office.now - 40 * SECOND, giveUpAfterSeconds: 30 };
	const rings = world.users.slice(0, 5).map(({ name }) => name);
	world.addGroupCall({ queue: 'Sales queue', from: '+61491570156', rings, ...at });
	world.addGroupCall({ queue: 'Support', from: '+61491570157', rings, ...at });
	world.addCall({
		user: 'John Smith',
		from: '+61491570158',
		startedAt: office.now - 40 * SECOND,
		endedAt: office.now - 20 * SECOND,
	});
	const { extension } = sales();
	world.addCall({
		user: 'John Smith',
		from: '+61491570159',
		to: { number: extension, name: null },
		startedAt: office.now - 40 * SECOND,
		endedAt: office.now - 20 * SECOND,
	});
}

function sales(): { id: number; extension: string } {
	const queue = office.simulator.world.queues.find(({ name }) => name === 'Sales queue');
	if (queue === undefined) throw new Error('The world has no sales queue');
	return queue;
}

/** The last three digits of the caller. */
function caller({ from }: IDataObject): string {
	return (from as { number: string }).number.slice(-3);
}

function queuesOf(items: IDataObject[]): Array<[from: string, queue: string | null]> {
	return items
		.map((item): [string, string | null] => [
			caller(item),
			((item.queue as IDataObject | null)?.name as string | undefined) ?? null,
		])
		.sort();
}

const ALL = [
	['156', 'Sales queue'],
	['157', 'Support'],
	['158', null],
	['159', 'Sales queue'],
];

it('a call tells the queue that it came to, by its name or its number, and a call to a user none', async () => {
	const published = await publish();
	happen();
	const items = await minutes(published, 5);
	expect(queuesOf(items)).toEqual(ALL);
	const id = String(8000 + sales().id);
	expect(items.find((item) => caller(item) === '156')?.queue).toEqual({
		id,
		name: 'Sales queue',
	});
});

it.each([
	['a name', 'sales QUEUE'],
	['an ID', () => String(8000 + sales().id)],
])('the filter Queues takes %s, so that who is on call for one queue hears of no other', async (_, given) => {
	const wanted = typeof given === 'string' ? given : given();
	const published = await publish({ filters: { queues: wanted } });
	happen();
	expect(queuesOf(await minutes(published, 5))).toEqual([ALL[0], ALL[3]]);
	const raw = await publish({ output: 'raw', filters: { queues: wanted }, startFrom: 'hoursAgo', hours: 1 });
	expect(await minutes(raw, 5)).toHaveLength(2);
});

it('the queues are asked for once at the start and once an hour: other polls cost one request', async () => {
	const published = await publish();
	expect([asked('/queues'), asked('/cdrs')]).toEqual([1, 1]);
	await minutes(published, 59);
	expect([asked('/queues'), asked('/cdrs')]).toEqual([1, 60]);
	await publish({ filters: { queues: ['Support'] } });
	expect(asked('/queues')).toBe(1);
	await minutes(published, 60);
	expect([asked('/queues'), asked('/cdrs')]).toEqual([2, 121]);
});

it.each(['recording', 'voicemail', 'sms'])('they are not asked for by %s, which knows no queue', async (event) => {
	await publish({ event });
	expect(asked('/queues')).toBe(0);
});

it('raw records without the filter cost no request for queues', async () => {
	await publish({ output: 'raw' });
	expect(asked('/queues')).toBe(0);
});

it('a queue that was renamed is known by its new name an hour later, and the old calls do not come again', async () => {
	const published = await publish();
	happen();
	expect(await minutes(published, 5)).toHaveLength(4);
	Object.assign(sales(), { name: 'Vendors' });
	expect(await minutes(published, 61)).toEqual([]);
	office.now += 2 * MINUTE;
	office.simulator.world.addCall({
		queue: 'Vendors',
		startedAt: office.now - MINUTE,
		endedAt: office.now - 30 * SECOND,
	});
	const [item] = await minutes(published, 5);
	expect(item.queue).toMatchObject({ name: 'Vendors' });
});

describe('where the queues cannot be read', () => {
	function refuse(): void {
		office.simulator.faults.add({ kind: '500', path: '/queues', times: 1000 });
	}

	it('all calls come, without a queue, and it is tried again an hour later: nobody waits for a name', async () => {
		refuse();
		const published = await publish();
		happen();
		expect(queuesOf(await minutes(published, 5))).toEqual(ALL.map(([from]) => [from, null]));
		expect(asked('/queues')).toBe(1);
		office.simulator.faults.clear();
		await minutes(published, 60);
		happen();
		expect(queuesOf(await minutes(published, 5))).toEqual(ALL);
		expect(asked('/queues')).toBe(2);
	});

	it('with the filter Queues the poll fails and no call is lost: none passes unseen, and none is held to be of no queue', async () => {
		const published = await publish({ filters: { queues: ['Sales queue'] } });
		await minutes(published, 61);
		refuse();
		happen();
		office.now += 60 * MINUTE;
		await expect(published.poll()).rejects.toThrow(/VoIPstudio/);
		await expect(published.poll()).rejects.toThrow(/VoIPstudio/);
		office.simulator.faults.clear();
		expect(queuesOf(await minutes(published, 3))).toEqual([ALL[0], ALL[3]]);
	});

	it('the scope Same Queue needs them as well, or a caller is called though his queue has spoken with him', async () => {
		refuse();
		const published = await PublishedTrigger.publish(trigger({ event: 'missedNotReturned', scope: 'queue' }));
		// At the start a fault that passes is no error, and nobody is given.
		expect(await published.poll()).toEqual([]);
		office.now += MINUTE;
		await expect(published.poll()).rejects.toThrow(/VoIPstudio/);
	});
});

it('a queue that the account does not have is refused with those that it has, as the trigger would be silent for ever', async () => {
	const filters = { queues: ['Sales queue', 'Suport'] };
	const published = await PublishedTrigger.publish(trigger({ filters }));
	const refused = {
		message: "'Queue Names or IDs' names a queue that the account does not have: Suport. Did you mean Support?",
	};
	await expect(published.poll()).rejects.toMatchObject({
		...refused,
		description: expect.stringContaining('It sees: Accounts & Billing, Sales queue, Support') as string,
	});
	await expect(published.poll({ mode: 'manual' })).rejects.toMatchObject(refused);
});

it('a trigger that runs goes on when one of its queues is gone, for the calls of the others', async () => {
	const { world } = office.simulator;
	const published = await publish({ filters: { queues: ['Sales queue', 'Support'] } });
	world.queues.splice(
		world.queues.findIndex(({ name }) => name === 'Support'),
		1,
	);
	await minutes(published, 61);
	world.addCall({
		queue: 'Sales queue',
		from: '+61491570156',
		startedAt: office.now - MINUTE,
		endedAt: office.now - 30 * SECOND,
	});
	expect(queuesOf(await minutes(published, 5))).toEqual([ALL[0]]);
});

it('of two queues with one name the name is known, and no ID is guessed', async () => {
	Object.assign(office.simulator.world.queues[1], { name: office.simulator.world.queues[0].name });
	const { name } = office.simulator.world.queues[0];
	const published = await publish();
	office.now += 2 * MINUTE;
	office.simulator.world.addCall({ queue: name, startedAt: office.now - MINUTE, endedAt: office.now - 30 * SECOND });
	const [item] = await minutes(published, 5);
	expect(item.queue).toEqual({ id: null, name });
});

it('who has the name of a queue is a user, and his calls are none of the queue', async () => {
	Object.assign(office.simulator.world.users[0], { name: 'Support' });
	const published = await publish();
	office.now += 2 * MINUTE;
	office.simulator.world.addCall({
		user: 'Support',
		startedAt: office.now - MINUTE,
		endedAt: office.now - 30 * SECOND,
	});
	const [item] = await minutes(published, 5);
	expect(item.queue).toEqual({ id: null, name: null });
	expect(item.user).toMatchObject({ name: 'Support' });
});

describe('the history', () => {
	async function cdr(parameters: INodeParameters): Promise<IDataObject[]> {
		const run = { node: 'voipStudio', parameters: { resource: 'cdr', ...parameters }, credentials: credentials() };
		const { items, error } = await runNode(run);
		if (error !== undefined) throw error;
		return items.map(({ json }) => json);
	}

	it('Get Many tells the queues that the trigger tells, and asks for none where records are wanted as they are', async () => {
		happen();
		office.now += 30 * MINUTE;
		await cdr({ operation: 'getAll', returnAll: true });
		expect(asked('/queues')).toBe(0);
		const given = await cdr({ operation: 'getAll', returnAll: true, output: 'full' });
		expect(queuesOf(given)).toEqual(ALL);
		expect(asked('/queues')).toBe(1);
	});

	it('Get Callers to Call Back gives the callers of one queue, or each queue has the callers of all', async () => {
		happen();
		office.now += 30 * MINUTE;
		const parameters = { operation: 'getUnreturned', ...since(FRIDAY_NOON - 60 * MINUTE) };
		const all = await cdr(parameters);
		expect(all.map(({ attempts }) => (attempts as IDataObject[])[0].queue)).toHaveLength(4);
		const given = await cdr({ ...parameters, options: { queues: ['Support'] } });
		expect(given.map(caller)).toEqual(['157']);
		await expect(cdr({ ...parameters, options: { queues: ['Suport'] } })).rejects.toMatchObject({
			message: "'Queue Names or IDs' names a queue that the account does not have: Suport. Did you mean Support?",
		});
	});
});

describe('missed and not returned', () => {
	it.each([
		['account', []],
		['queue', ['Sales queue']],
	])('with the scope %s a call that another queue answered counts by it', async (scope, queues) => {
		const { world } = office.simulator;
		const published = await publish({ event: 'missedNotReturned', scope });
		office.now += 2 * MINUTE;
		const from = '+61491570156';
		world.addCall({ queue: 'Sales queue', from, startedAt: office.now - MINUTE, endedAt: office.now - 30 * SECOND });
		office.now += 2 * MINUTE;
		world.addCall({
			queue: 'Support',
			from,
			startedAt: office.now - MINUTE,
			answeredAt: office.now - 50 * SECOND,
			endedAt: office.now,
		});
		const given = await minutes(published, 25);
		expect(given.map(({ attempts }) => ((attempts as IDataObject[])[0].queue as IDataObject).name)).toEqual(queues);
	});

	it('the filter Queues gives the callers of these queues, whoever reached them', async () => {
		const published = await publish({ event: 'missedNotReturned', filters: { queues: ['Support'] } });
		happen();
		const given = await minutes(published, 25);
		expect(given.map(caller)).toEqual(['157']);
	});
});
