import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

import { type NodeRun, runNode } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import type { Claim, Order, Query, Writes } from './twoMains';

const SECOND = 1000;

/** n8n's database, as far as a trigger is concerned. */
class Database {
	/** The static data of the workflow. */
	state: IDataObject = {};
	/** The trigger's durable cursor. */
	cursor: IDataObject = {};
	/** The calls that n8n took over, an execution each. */
	readonly executions: string[][] = [];
	/** The lease of the poll's task; null where none has it. */
	lease: number | null = null;
	private epoch = 0;

	answer(query: Query): unknown {
		switch (query.query) {
			case 'load':
				return this.state;
			case 'state':
				// The whole of it, whatever is there: the last write wins.
				this.state = query.state;
				return true;
			case 'execution':
				this.executions.push(query.ids);
				return true;
			case 'claim':
				return this.claim();
			case 'commit':
				if (this.lease !== query.epoch) return false;
				this.lease = null;
				this.cursor = query.cursor;
				if (query.ids.length > 0) this.executions.push(query.ids);
				return true;
		}
	}

	private claim(): Claim {
		if (this.lease !== null) return null;
		this.lease = ++this.epoch;
		return { epoch: this.epoch, cursor: this.cursor };
	}

	/** How often each call was taken over. */
	get times(): Map<string, number> {
		const times = new Map<string, number>();
		for (const id of this.executions.flat()) times.set(id, (times.get(id) ?? 0) + 1);
		return times;
	}
}

/** A main process of n8n in a process of its own. */
class Main {
	/** Decides whether a query is answered now; the process waits for its answer as n8n for its database. */
	lets: (query: Query) => Promise<boolean> | boolean = () => true;
	private settle: { resolve: (done: unknown) => void; reject: (error: Error) => void } | undefined;

	private constructor(
		private readonly child: ChildProcess,
		private readonly database: Database,
	) {
		child.on('message', (message: Query | { done: unknown } | { failed: string }) => {
			if ('done' in message) this.settle?.resolve(message.done);
			else if ('failed' in message) this.settle?.reject(new Error(message.failed));
			else void this.serve(message);
		});
	}

	static async start(database: Database, request: NodeRun): Promise<Main> {
		const child = fork(join(__dirname, 'twoMains.ts'), { execArgv: ['--import', 'tsx'] });
		const main = new Main(child, database);
		mains.push(main);
		await main.next(() => undefined);
		await main.tell({ order: 'publish', request });
		return main;
	}

	async tell(order: Order): Promise<unknown> {
		return await this.next(() => this.child.send(order));
	}

	/** Ends it at once, as a power cut does. */
	async kill(): Promise<void> {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		const ended = once(this.child, 'exit');
		this.child.kill('SIGKILL');
		await ended;
	}

	private async next(begin: () => void): Promise<unknown> {
		const done = new Promise((resolve, reject) => {
			this.settle = { resolve, reject };
		});
		begin();
		return await done;
	}

	private async serve(query: Query): Promise<void> {
		if (!(await this.lets(query)) || !this.child.connected) return;
		this.child.send({ answer: this.database.answer(query) });
	}
}

let simulator: Simulator;
let database: Database;
let request: NodeRun;
const mains: Main[] = [];
let numbers = 0;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 3, callsPerDay: 0 } });
	database = new Database();
	request = {
		node: 'voipcloudTrigger',
		parameters: { event: 'queueCall', startFrom: 'hoursAgo', hours: 1 },
		credentials: {
			voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion: 'v2' },
		},
	};
});
afterEach(async () => {
	for (const main of mains.splice(0)) await main.kill();
	await simulator.close();
});

/** Puts calls into the world that have just ended. */
function callsThatEnded(count: number): void {
	for (let i = 0; i < count; i++) {
		const endedAt = Date.now() - 2 * SECOND;
		const from = `+61491${String(570_000 + numbers++)}`;
		simulator.world.addCall({
			queue: 'Support',
			from,
			startedAt: endedAt - 30 * SECOND,
			endedAt,
			outcome: 'abandoned',
		});
	}
}

/** How many calls were taken over once, twice and so on. */
function tally(): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const times of database.times.values()) counts[times] = (counts[times] ?? 0) + 1;
	return counts;
}

const AS_LISTED: Writes = ['state', 'execution'];
const REVERSED: Writes = ['execution', 'state'];

describe('in memory, where two main processes for a moment both take themselves for the leader', () => {
	const poll = (writes: Writes = AS_LISTED): Order => ({ order: 'poll', writes });

	it('polls of both at once give the calls of that moment twice, under the same ids, and neither loses nor repeats any other', async () => {
		callsThatEnded(4);
		const first = await Main.start(database, request);
		expect(await first.tell(poll())).toBe(4);
		const second = await Main.start(database, request);
		callsThatEnded(5);
		expect(await Promise.all([first.tell(poll()), second.tell(poll())])).toEqual([5, 5]);
		expect(tally()).toEqual({ 1: 4, 2: 5 });
		callsThatEnded(3);
		// One of them leads again, with what the last write left.
		const next = await Main.start(database, request);
		expect(await next.tell(poll())).toBe(3);
		expect(tally()).toEqual({ 1: 7, 2: 5 });
	});

	it('an older state that is written last repeats what the newer one had given, under the same ids, and loses no call', async () => {
		const first = await Main.start(database, request);
		const second = await Main.start(database, request);
		callsThatEnded(4);
		let release: (isLet: boolean) => void = () => undefined;
		const arrived = new Promise<void>((resolve) => {
			first.lets = async () => {
				resolve();
				return await new Promise<boolean>((let_) => {
					release = let_;
				});
			};
		});
		const late = first.tell(poll());
		await arrived;
		callsThatEnded(3);
		expect(await second.tell(poll())).toBe(7);
		first.lets = () => true;
		release(true);
		expect(await late).toBe(4);
		const next = await Main.start(database, request);
		expect(await next.tell(poll())).toBe(3);
		expect(await next.tell(poll())).toBe(0);
		expect(tally()).toEqual({ 2: 7 });
	});

	it.each([
		['its execution, not its state: the other gives the batch again, under the same ids', REVERSED, { 1: 4, 2: 5 }, 5],
		['its state, not its execution: the batch is lost to the other', AS_LISTED, { 1: 4 }, 0],
	])(
		'a process is killed when it has written %s, and Get Many has each call under the id that the trigger gives it',
		async (_what, writes, expected, again) => {
			callsThatEnded(4);
			const first = await Main.start(database, request);
			await first.tell(poll());
			const second = await Main.start(database, request);
			callsThatEnded(5);
			const dead = new Promise<void>((resolve) => {
				first.lets = ({ query }) => {
					if (query === writes[0]) return true;
					void first.kill().then(resolve);
					return false;
				};
			});
			void first.tell(poll(writes));
			await dead;
			// n8n loads what is stored where another process takes over.
			await second.tell({ order: 'publish', request });
			expect(await second.tell(poll())).toBe(again);
			expect(tally()).toEqual(expected);
			const listed = await idsOfGetMany();
			expect(listed).toHaveLength(9);
			expect(listed).toEqual(expect.arrayContaining([...database.times.keys()]));
		},
		60_000,
	);
});

it('on the scheduler without durable cursors, polls of two processes take turns, each beginning with what is stored: each call comes once', async () => {
	const [first, second] = [await Main.start(database, request), await Main.start(database, request)];
	for (const main of [first, second, second, first]) {
		callsThatEnded(3);
		await main.tell({ order: 'publish', request });
		expect(await main.tell({ order: 'poll', writes: AS_LISTED })).toBe(3);
	}
	expect(tally()).toEqual({ 1: 12 });
});

describe('with durable cursors', () => {
	const poll: Order = { order: 'poll durably' };

	it('of two polls that are due at once the second waits for the lease: each call comes once', async () => {
		const [first, second] = [await Main.start(database, request), await Main.start(database, request)];
		callsThatEnded(5);
		const outcomes = await Promise.all([first.tell(poll), second.tell(poll)]);
		expect(outcomes).toEqual(expect.arrayContaining([5, 'another has the lease']));
		callsThatEnded(2);
		const waited = outcomes[0] === 5 ? second : first;
		expect(await waited.tell(poll)).toBe(2);
		expect(tally()).toEqual({ 1: 7 });
	});

	it('a process is killed with calls in its hands: when its lease has run out, the other gives them, once', async () => {
		const [first, second] = [await Main.start(database, request), await Main.start(database, request)];
		callsThatEnded(5);
		const dead = new Promise<void>((resolve) => {
			first.lets = ({ query }) => {
				if (query === 'claim') return true;
				void first.kill().then(resolve);
				return false;
			};
		});
		void first.tell(poll);
		await dead;
		expect(await second.tell(poll)).toBe('another has the lease');
		database.lease = null;
		expect(await second.tell(poll)).toBe(5);
		expect(await second.tell(poll)).toBe(0);
		expect(tally()).toEqual({ 1: 5 });
	});

	it('a process that was too slow for its lease is refused what the other has written by then: each call comes once', async () => {
		const [first, second] = [await Main.start(database, request), await Main.start(database, request)];
		callsThatEnded(5);
		let release: (isLet: boolean) => void = () => undefined;
		const arrived = new Promise<void>((resolve) => {
			first.lets = async ({ query }) => {
				if (query === 'claim') return true;
				resolve();
				return await new Promise<boolean>((let_) => {
					release = let_;
				});
			};
		});
		const slow = first.tell(poll);
		await arrived;
		database.lease = null;
		callsThatEnded(2);
		expect(await second.tell(poll)).toBe(7);
		release(true);
		expect(await slow).toBe('refused');
		first.lets = () => true;
		expect(await first.tell(poll)).toBe(0);
		expect(tally()).toEqual({ 1: 7 });
	});
});

/** What the history says of the same calls. */
async function idsOfGetMany(): Promise<string[]> {
	const { items, error } = await runNode({
		node: 'voipcloud',
		parameters: {
			resource: 'queueCall',
			operation: 'getAll',
			returnAll: true,
			output: 'full',
			filters: {},
			options: {},
		},
		credentials: request.credentials,
	});
	if (error !== undefined) throw error;
	return items.map(({ json }) => json.id as string);
}
