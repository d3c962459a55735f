import assert from 'node:assert/strict';

import type { N8nRest, StoredWorkflow, WorkflowNode } from '../../harness/n8n/rest';
import { until } from '../../harness/processes';
import type { Suite } from '../../harness/suite';
import { baseNode, inARow, pollTimes } from '../../harness/workflows';
import { Sink } from './templatesSink';

/** n8n's Remove Duplicates remembers this many, unless it is told to remember more. */
const HISTORY = 10_000;
const MORE = 1000;
const TABLE = 'Calls told';
const TRIGGER = 'Call ended';
const FORGET = { operation: 'clearDeduplicationHistory', mode: 'cleanDatabase', options: { scope: 'workflow' } };

export const suite: Suite = {
	title: 'More calls than Remove Duplicates remembers',

	async run(step, { n8n, simulator }) {
		const { rest } = n8n;
		const sink = await Sink.start();
		/** The calls that a workflow has told of, as often as it did. */
		const told = (path: string): string[] =>
			sink.received.filter((one) => one.path === path).flatMap(({ body }) => body.ids as string[]);
		const untilTold = async (path: string, count: number): Promise<void> => {
			await until(`${count} calls told by ${path}`, 200, async () => (told(path).length >= count ? true : undefined));
		};
		const published: string[] = [];
		let calls = 0;
		const callsThatEnded = async (count: number): Promise<void> => {
			const endedAt = Date.now() - 60_000;
			const call = { user: 'John Smith', outcome: 'missed', startedAt: endedAt - 30_000, endedAt, count };
			await simulator.control('POST', '/calls', call);
			calls += count;
		};
		try {
			const { id, name } = await rest.saveCredential(
				'VoIPstudio of the duplicates',
				'voipStudioApi',
				simulator.credentials.voipStudioApi,
			);
			const trigger: WorkflowNode = {
				...baseNode(TRIGGER, 'trigger', {
					event: 'cdr',
					output: 'full',
					itemPer: 'leg',
					startFrom: 'hoursAgo',
					hours: 1,
					pollTimes: pollTimes(20),
					options: { maxItemsPerPoll: HISTORY },
				}),
				type: 'n8n-nodes-cloud-pbx.voipStudioTrigger',
				credentials: { voipStudioApi: { id, name } },
			};
			const create = async (
				title: string,
				path: string,
				nodes: WorkflowNode[],
				field: string,
				more: WorkflowNode[] = [],
			): Promise<StoredWorkflow> => {
				const chain = [trigger, ...nodes, inOneList(field), tell(`${sink.url}${path}`)];
				return await rest.createWorkflow({
					name: title,
					nodes: [...chain, ...more].map((one, index) => ({ ...one, position: [index * 220, 0] })),
					connections: { ...inARow(chain), ...inARow(more) },
					// Ten thousand calls at each node, several times over.
					settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' },
				});
			};
			const removing = await create('Remove Duplicates', '/remove-duplicates', [removeDuplicates()], 'id', [
				baseNode('Now and then', 'manualTrigger'),
				baseNode('Forget', 'removeDuplicates', FORGET, 2),
			]);
			const table = await create('Data table', '/data-table', [isNew(), note()], 'call_id', [
				baseNode('Once', 'manualTrigger'),
				baseNode('Create the table', 'dataTable', {
					resource: 'table',
					operation: 'create',
					tableName: TABLE,
					columns: { column: [{ name: 'call_id', type: 'string' }] },
					options: { createIfNotExists: true },
				}),
			]);

			await step(`${HISTORY} calls are told once each, by Remove Duplicates and by a data table`, async () => {
				await callsThatEnded(HISTORY);
				await rest.run(table.id, 'Once');
				for (const workflow of [table, removing]) {
					await rest.publish(workflow.id);
					published.push(workflow.id);
				}
				await untilTold('/remove-duplicates', calls);
				await untilTold('/data-table', calls);
				assert.equal(new Set(told('/remove-duplicates')).size, calls);
				assert.equal(new Set(told('/data-table')).size, calls);
			});

			await step(
				'from then on Remove Duplicates fails at every run, and tells of no call; the data table goes on',
				async () => {
					for (const [failures, count] of [
						[1, MORE],
						[2, 1],
					] as const) {
						await callsThatEnded(count);
						await untilTold('/data-table', calls);
						const errors = await until(`${failures} failed executions`, 60, async () => {
							const found = await errorsOf(rest, removing);
							return found.length >= failures ? found : undefined;
						});
						for (const error of errors) assert.match(error, /exceeds the maximum history size/);
					}
					assert.equal(told('/remove-duplicates').length, HISTORY);
				},
			);

			await step(
				'a trigger that starts afresh gives all of them again, and the data table lets none through',
				async () => {
					await rest.unpublish(table.id);
					const again = 'Call ended, once more';
					const { nodes, connections } = await rest.workflow(table.id);
					const { [TRIGGER]: first = {}, ...others } = connections;
					await rest.updateWorkflow(table.id, {
						nodes: nodes.map((one) => (one.name === TRIGGER ? { ...one, name: again } : one)),
						connections: { [again]: first, ...others },
					});
					const asked = async (): Promise<number> =>
						(await simulator.control<Array<{ path: string }>>('GET', '/requests')).length;
					const before = await asked();
					await rest.publish(table.id);
					await until('the calls to be read again', 60, async () => ((await asked()) > before + 3 ? true : undefined));
					// What comes behind them shows that they are through.
					await callsThatEnded(1);
					await untilTold('/data-table', calls);
					const ids = told('/data-table');
					assert.deepEqual([ids.length, new Set(ids).size], [calls, calls]);
				},
			);

			await step('a branch that clears the history lets Remove Duplicates go on, with what comes then', async () => {
				const { error } = await rest.run(removing.id, 'Now and then');
				assert.equal(error, undefined);
				await callsThatEnded(1);
				await untilTold('/remove-duplicates', HISTORY + 1);
				await untilTold('/data-table', calls);
				console.log(
					`      duplicates: ${calls} calls; told by the data table ${told('/data-table').length}, each once; ` +
						`by Remove Duplicates ${told('/remove-duplicates').length}`,
				);
			});
		} finally {
			for (const id of published) await rest.unpublish(id);
			await sink.stop();
		}
	},
};

async function errorsOf(rest: N8nRest, workflow: StoredWorkflow): Promise<string[]> {
	const failed = (await rest.executions(workflow.id)).filter(({ status }) => status === 'error');
	return await Promise.all(failed.map(async ({ id }) => (await rest.execution(id)).error?.message ?? ''));
}

function removeDuplicates(): WorkflowNode {
	const parameters = {
		operation: 'removeItemsSeenInPreviousExecutions',
		logic: 'removeItemsWithAlreadySeenKeyValues',
		dedupeValue: '={{ $json.id }}',
		options: { scope: 'workflow' },
	};
	return baseNode('Remove Duplicates', 'removeDuplicates', parameters, 2);
}

const dataTableId = { __rl: true, mode: 'name', value: TABLE };

function isNew(): WorkflowNode {
	const conditions = [{ keyName: 'call_id', condition: 'eq', keyValue: '={{ $json.id }}' }];
	const parameters = { resource: 'row', operation: 'rowNotExists', dataTableId, matchType: 'allConditions' };
	return baseNode('If Row Does Not Exist', 'dataTable', { ...parameters, filters: { conditions } });
}

function note(): WorkflowNode {
	const column = { id: 'call_id', displayName: 'call_id', type: 'string', display: true, required: false };
	const columns = {
		mappingMode: 'defineBelow',
		value: { call_id: '={{ $json.id }}' },
		matchingColumns: [],
		schema: [{ ...column, defaultMatch: false, removed: false }],
	};
	return baseNode('Insert Row', 'dataTable', {
		resource: 'row',
		operation: 'insert',
		dataTableId,
		columns,
		options: {},
	});
}

/** One item with the values of a field of all of them. */
function inOneList(fieldToAggregate: string): WorkflowNode {
	const field = { fieldToAggregate, renameField: true, outputFieldName: 'ids' };
	return baseNode('In one list', 'aggregate', { fieldsToAggregate: { fieldToAggregate: [field] }, options: {} });
}

function tell(url: string): WorkflowNode {
	const body = { sendBody: true, specifyBody: 'json', jsonBody: '={{ JSON.stringify({ ids: $json.ids }) }}' };
	return baseNode('Tell', 'httpRequest', { method: 'POST', url, ...body, options: {} }, 4.2);
}
