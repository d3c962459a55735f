import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type { StoredCredential, StoredWorkflow, WorkflowContent } from '../../harness/n8n/rest';
import { demoCall } from '../../tools/demoCalls';
import { callLines, DEMO_WORKFLOWS, prepareWorkflows } from '../../tools/demoWorkflows';

/** Keeps workflows as n8n does: with ids of its own, in the order in which they were stored. */
class Store {
	readonly stored: StoredWorkflow[] = [];

	async workflows(): Promise<StoredWorkflow[]> {
		return await Promise.resolve(this.stored);
	}

	async createWorkflow(content: WorkflowContent): Promise<StoredWorkflow> {
		const workflow = { ...content, id: `w${this.stored.length}`, versionId: 'v', activeVersionId: null };
		this.stored.push(workflow);
		return await Promise.resolve(workflow);
	}
}

const credential = (type: string): StoredCredential => ({ id: `id of ${type}`, name: type, type });
const credentials = ['voipcloudApi', 'voipStudioApi', 'while1VoiceApi', 'openAiApi'].map(credential);

it('Every workflow of the demo is stored, the first one last, so that it is at the top of what n8n lists by its last change', async () => {
	expect(readdirSync(dirname(DEMO_WORKFLOWS[0].file))).toHaveLength(DEMO_WORKFLOWS.length);
	const store = new Store();
	const prepared = await prepareWorkflows(store, credentials);
	const listed = [...store.stored].reverse();
	expect(listed.map(({ name }) => name.slice(0, 4))).toEqual(DEMO_WORKFLOWS.map((_, index) => `${index + 1} · `));
	expect(prepared.map(({ id }) => id)).toEqual(listed.map(({ id }) => id));
	await prepareWorkflows(store, credentials);
	expect(store.stored).toHaveLength(DEMO_WORKFLOWS.length);
});

it('Every node of the demo has its credential, or the first click would end with an error about a missing one', async () => {
	const store = new Store();
	await prepareWorkflows(store, credentials);
	const used = store.stored.flatMap(({ nodes }) => nodes.flatMap((node) => Object.entries(node.credentials ?? {})));
	expect(used.length).toBeGreaterThan(6);
	for (const [type, stored] of used) expect(stored).toEqual({ id: `id of ${type}`, name: type });
});

it.each([1, 2, 3, 4, 6])(
	'With %i queues, every queue of the demo answers calls and misses some, in any three',
	(count) => {
		const queues = Array.from({ length: count }, (_, index) => `Queue ${index}`);
		const users = ['Ada', 'Ben', 'Cleo', 'Dan'];
		const calls = Array.from({ length: 12 * count }, (_, index) => demoCall({ queues, users }, index, 0, 9));
		for (const queue of queues) {
			const answered = calls.filter((call) => call.queue === queue).map(({ answer }) => answer !== undefined);
			expect(answered).toHaveLength(12);
			for (let first = 0; first + 3 <= 12; first++)
				expect(answered.slice(first, first + 3).filter((isAnswered) => isAnswered)).toHaveLength(2);
		}
	},
);

it('Whoever answers a call of the demo is among those whose phones ring, or nobody would be seen picking it up', () => {
	const office = { queues: ['Sales'], users: ['Ada', 'Ben'] };
	for (let count = 0; count < 9; count++) {
		const { rings, answer } = demoCall(office, count, 0, 9);
		expect(rings).toHaveLength(3);
		expect(rings).toContain(answer?.by ?? rings[0]);
	}
});

it('The terminal shows numbers as the table in n8n has them, so that a call can be found in both', () => {
	const row = { Caller: '61491570110', Queue: 'Sales', Outcome: 'abandoned', 'Answered by': '–', 'Talked (s)': 0 };
	const answered = { ...row, Caller: '+61491570111', Outcome: 'answered', 'Answered by': 'Ada', 'Talked (s)': 9 };
	expect(callLines([row, answered]).map((line) => line.trim())).toEqual([
		'61491570110 → Sales: abandoned',
		'+61491570111 → Sales: answered by Ada, 9 s',
	]);
	expect(callLines(Array.from({ length: 12 }, () => row)).at(-1)).toContain('… and 2 more');
});
