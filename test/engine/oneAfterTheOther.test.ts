import type { INodeParameters } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { demoCredentials } from '../../harness/engine/demoCredentials';
import { loader, loadPackage } from '../../harness/engine/package';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

/** What calls, texts or faxes does so item by item, and only once all of them have been looked at. */

let simulator: Simulator;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 }, limits: { livechat247: null } });
});
afterEach(async () => {
	await simulator.close();
});

const numbers = (count: number) =>
	Array.from({ length: count }, (_, index) => `+346000000${String(index).padStart(2, '0')}`);

interface Sender {
	readonly name: string;
	run(to: unknown[], more?: Partial<NodeRun>, parameters?: INodeParameters): NodeRun;
	received(body: string): string;
}

const senders: Sender[] = [
	{
		name: 'VoIPstudio SMS',
		run: (to, more, parameters = {}) => ({
			node: 'voipStudio',
			parameters: { resource: 'sms', operation: 'send', to: '={{ $json.to }}', message: 'Hello', ...parameters },
			credentials: demoCredentials(simulator.urls),
			items: to.map((number) => ({ json: { to: number as string } })),
			...more,
		}),
		received: (body) => `+${(JSON.parse(body) as { to: string }).to}`,
	},
	{
		name: '247LiveChat SMS',
		run: (to, more, parameters = {}) => ({
			node: 'liveChat247',
			parameters: { resource: 'sms', operation: 'send', to: '={{ $json.to }}', message: 'Hello', ...parameters },
			credentials: demoCredentials(simulator.urls),
			items: to.map((number) => ({ json: { to: number as string } })),
			...more,
		}),
		received: (body) => new URLSearchParams(body).get('to_no') ?? '',
	},
];

describe.each(senders)('$name', ({ run, received }) => {
	const dialled = () => simulator.requests.map(({ body }) => received(body));

	it('sends nothing at all when one number of ten is bad, or nine people hear of a run that failed', async () => {
		const to: unknown[] = numbers(10);
		to[6] = '1001/1002';
		const { error, items } = await runNode(run(to));
		expect(simulator.requests).toHaveLength(0);
		expect(items).toEqual([]);
		expect(error?.context?.itemIndex).toBe(6);
		expect(error?.description).toContain('Nothing was sent');
	});

	it('goes item by item in their order, or the first would not be the first to hear', async () => {
		// The others would overtake a slow one if they did not wait for it.
		simulator.faults.add({ kind: 'slow', skip: 3, ms: 300 });
		await runNode(run(numbers(12)));
		expect(dialled()).toEqual(numbers(12));
	});

	it('stops at a refusal and names what was carried out and what was not, or a second run would reach people twice', async () => {
		simulator.faults.add({ kind: '429', skip: 5 });
		const { error } = await runNode(run(numbers(40)));
		expect(dialled()).toEqual(numbers(6));
		expect(error?.context?.itemIndex).toBe(5);
		expect(error?.description).toMatch(/Carried out before it: the items 0.*, 1.*, 4.*\. The 34/);
		expect(error?.description).toContain('The 34 items after it were not sent.');
	});

	it('goes on behind a bad item where the user chose so, each result beside its own item', async () => {
		const to: unknown[] = numbers(4);
		to[1] = 'abc';
		const { items, error } = await runNode(run(to, { onError: 'continueRegularOutput' }));
		expect(error).toBeUndefined();
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		expect(items.map(({ json }) => json.error !== undefined)).toEqual([false, true, false, false]);
		expect(dialled()).toEqual(numbers(4).filter((_, index) => index !== 1));
	});

	it('a Dry Run of one item does not stop the next from being sent, and is itself not sent', async () => {
		const to = numbers(3);
		await runNode(run(to, {}, { dryRun: `={{ $json.to === '${to[1]}' }}` }));
		expect(dialled()).toEqual([to[0], to[2]]);
	});
});

it('runs every operation that reaches people one after the other: none can be forgotten in a node', async () => {
	await loadPackage();
	const reaching = providers.flatMap(({ node, operations }) =>
		operations.filter(({ effect }) => ['calls', 'texts', 'faxes'].includes(effect)).map((one) => ({ node, ...one })),
	);
	expect(reaching.length).toBeGreaterThanOrEqual(10);
	for (const { node, resource, operation } of reaching) {
		const { customOperations } = loader.getNode(node).type as {
			customOperations?: Record<string, Record<string, unknown>>;
		};
		expect([node, resource, operation, typeof customOperations?.[resource]?.[operation]]).toEqual([
			node,
			resource,
			operation,
			'function',
		]);
	}
});
