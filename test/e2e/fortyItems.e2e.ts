import assert from 'node:assert/strict';

import type { Execution, WorkflowNode } from '../../harness/n8n/rest';
import type { Suite } from '../../harness/suite';
import { baseNode, MANUAL, manualWorkflow, node, requestsAt } from '../../harness/workflows';
import type { Fault } from '../../simulator/server/faults';

const COUNT = 40;
const numbers = Array.from({ length: COUNT }, (_, index) => `+346000000${String(index).padStart(2, '0')}`);
/** The item at which the provider refuses. */
const REFUSED = 9;
/** The item whose end stays unclear. */
const UNCLEAR = 24;

/** Who is reached by a request, as each of the two providers writes it. */
const PROVIDERS = {
	texts: {
		type: 'liveChat247',
		parameters: { resource: 'sms', operation: 'send', message: 'Hello' },
		credential: 'liveChat247Api',
		path: '/u/api',
		reached: (body: string) => new URLSearchParams(body).get('to_no'),
	},
	calls: {
		type: 'voipStudio',
		parameters: { resource: 'call', operation: 'create' },
		credential: 'voipStudioApi',
		path: '/calls',
		reached: (body: string) => `+${(JSON.parse(body) as { to: string }).to}`,
	},
} as const;

type What = keyof typeof PROVIDERS;

export const suite: Suite = {
	title: 'Forty items',

	async run(step, { n8n: { rest }, simulator }) {
		/** Who was asked to be reached so far, in the order in which the provider received it. */
		const received = async (what: What): Promise<Array<string | null>> => {
			const { path, reached } = PROVIDERS[what];
			const requests = await requestsAt(simulator, path);
			return requests.filter(({ method }) => method === 'POST').map(({ body }) => reached(body));
		};
		const forget = async (): Promise<unknown> => await simulator.control('DELETE', '/requests');
		const fail = async (fault: Fault): Promise<unknown> => await simulator.control('POST', '/faults', fault);

		/** A workflow of a Code node with the numbers and a node that reaches them. */
		const workflowOf = async (name: string, what: What, to: string[], options: object): Promise<Forty> => {
			const { type, parameters, credential } = PROVIDERS[what];
			const stored = await rest.saveCredential(`Forty ${what}`, credential, simulator.credentials[credential]);
			const items = baseNode(
				'Numbers',
				'code',
				{ jsCode: `return ${JSON.stringify(to)}.map((to) => ({ json: { to } }));` },
				2,
			);
			const reach: WorkflowNode = {
				...node('Reach', type, { ...parameters, to: '={{ $json.to }}', options }),
				credentials: { [credential]: { id: stored.id, name: stored.name } },
			};
			const { id, nodes } = await manualWorkflow(rest, name, [items, reach]);
			return {
				run: async () => await rest.run(id, MANUAL),
				goOnAfterErrors: async () => {
					const going = nodes.map((one) =>
						one.name === reach.name ? { ...one, onError: 'continueRegularOutput' as const } : one,
					);
					await rest.updateWorkflow(id, { nodes: going });
				},
			};
		};

		for (const what of ['texts', 'calls'] as const) {
			await step(`one bad number among forty: none of the ${what} is sent, and the item is named`, async () => {
				const to = [...numbers];
				to[23] = '1001/1002';
				const { run } = await workflowOf(`A bad number: ${what}`, what, to, {});
				const { error } = await run();
				assert.deepEqual(await received(what), []);
				assert.match(error?.message ?? '', /'To' is not a phone number/);
				assert.match(error?.description ?? '', /1001\/1002.*Nothing was sent|Nothing was sent.*1001\/1002/);
				assert.equal(error?.item, 23);
			});
		}

		const guarded = await workflowOf('Texts with a guard', 'texts', numbers, { duplicateGuardSeconds: 3600 });

		await step('a refusal in the middle ends the run, and the user reads who was texted and who was not', async () => {
			await fail({ kind: '429', skip: REFUSED });
			const { error } = await guarded.run();
			assert.deepEqual(await received('texts'), numbers.slice(0, REFUSED + 1));
			expectInterrupted(error, REFUSED);
			await forget();
		});

		await step('the same run again texts nobody twice where Duplicate Guard is on', async () => {
			const { error } = await guarded.run();
			assert.deepEqual(await received('texts'), []);
			assert.equal(error?.message, 'The same request was sent a moment ago, so it was not sent again');
			assert.equal(error.item, 0);
		});

		await step('where it goes on after errors, it texts those who were left out, each of them once', async () => {
			await guarded.goOnAfterErrors();
			const execution = await guarded.run();
			assert.equal(execution.error, undefined);
			assert.deepEqual(await received('texts'), numbers.slice(REFUSED));
			expectResults(execution, (index) => index >= REFUSED);
			const texts = await simulator.control<Array<{ to: string }>>('GET', '/texts');
			assert.deepEqual(
				texts.map(({ to }) => to),
				numbers,
			);
			await forget();
		});

		await step(
			'without Duplicate Guard the same run calls everybody again, which the first error warns of',
			async () => {
				const { run } = await workflowOf('Calls without a guard', 'calls', numbers, {});
				await fail({ kind: '429', skip: REFUSED });
				const { error } = await run();
				assert.deepEqual(await received('calls'), numbers.slice(0, REFUSED + 1));
				expectInterrupted(error, REFUSED);
				const second = await run();
				assert.equal(second.error, undefined);
				assert.deepEqual((await received('calls')).slice(REFUSED + 1), numbers);
				expectResults(second, () => true);
				await forget();
			},
		);

		await step('a call whose end is not known is told as such, and is not placed again by the next run', async () => {
			const calls = await workflowOf('Calls with a guard', 'calls', numbers, { duplicateGuardSeconds: 3600 });
			await fail({ kind: '504', skip: UNCLEAR });
			const { error } = await calls.run();
			assert.deepEqual(await received('calls'), numbers.slice(0, UNCLEAR + 1));
			assert.match(`${error?.message} ${error?.description}`, /not known/);
			expectInterrupted(error, UNCLEAR);
			await forget();
			await calls.goOnAfterErrors();
			const second = await calls.run();
			assert.deepEqual(await received('calls'), numbers.slice(UNCLEAR + 1));
			expectResults(second, (index) => index > UNCLEAR);
		});
	},
};

/** A workflow over forty items, to be run more than once: its node is the one that remembers what it sent. */
interface Forty {
	run(): Promise<Execution>;
	goOnAfterErrors(): Promise<void>;
}

/** What the user must be told of a run that ended at an item: which before it were carried out, how many were not sent. */
function expectInterrupted(error: Execution['error'], item: number): void {
	assert.equal(error?.item, item);
	const carriedOut = /Carried out before it: the items (.*?)\. The/.exec(error.description)?.[1] ?? '';
	// With many of them the middle is left out.
	const listed = [...carriedOut.matchAll(/(\d+)(?: \(ID \d+\))?(?=, | … |$)/g)].map(([, index]) => Number(index));
	const expected = Array.from({ length: item }, (_, index) => index);
	assert.deepEqual(listed, item <= 20 ? expected : [...expected.slice(0, 20), item - 1], error.description);
	assert.ok(error.description.includes(`The ${COUNT - item - 1} items after it were not sent.`), error.description);
	assert.ok(
		error.description.endsWith(
			'Run again only with the items that were not carried out, or they are called or written to twice.',
		),
		error.description,
	);
}

/** That each input item has one result beside it, and which of them were carried out. */
function expectResults(execution: Execution, wasSent: (index: number) => boolean): void {
	const results = execution.items('Reach').map(({ json, pairedItem }) => [pairedItem, json.error === undefined]);
	assert.deepEqual(
		results,
		numbers.map((_, index) => [{ item: index }, wasSent(index)]),
	);
}
