import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';

import { DateTime } from 'luxon';

import type { WorkflowNode } from '../../harness/n8n/rest';
import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { pollTimes, requestsAt } from '../../harness/workflows';
import { digits, forReal, savedCredentials, setUp, tableRows, templates } from './templateFiles';
import { Sink } from './templatesSink';

const MINUTE = 60_000;
const POLL_SECONDS = 100;
const FILES = ['missed-call-back', 'not-reached-alert', 'unreturned-morning-list'];

/** The callers of a morning: what became of each since the missed call. */
const CALLERS = {
	never: '+61491570141',
	callsAgain: '+61491570142',
	calledBack: '+61491570143',
	calledAndWasAnswered: '+61491570144',
	/** Missed a moment ago. */
	recent: '+61491570145',
	/** The latest whose wait is over: whom a test of the trigger shows. */
	shownInTest: '+61491570146',
	/** By a colleague, while the workflows run. */
	reachedLater: '+61491570147',
};

export const suite: Suite = {
	title: 'Workflow templates of callers who were missed and not reached',

	async run(step, { n8n, apiKey }) {
		const { rest } = n8n;
		const logFile = join(dirname(n8n.logFile), 'simulator-templates-of-callers.log');
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile });
		const sink = await Sink.start();
		const stored = new Map<string, string>();
		const idOf = (file: string): string => stored.get(file) ?? '';
		const published: string[] = [];
		const calledBack = async (): Promise<string[]> =>
			(await requestsAt(simulator, '/call-to-number')).map(
				({ body }) => new URLSearchParams(body).get('number_to_call') ?? '',
			);
		try {
			await step('they are set up as their notes say, and their tables are made by one button', async () => {
				const credentials = await savedCredentials(rest, simulator);
				for (const [file, template] of await templates()) {
					if (!FILES.includes(file)) continue;
					const nodes = template.nodes.map((node) => ofToday(setUp(node, credentials, sink)));
					const { id } = await rest.createWorkflow({ ...template, nodes });
					stored.set(file, id);
				}
				assert.deepEqual([...stored.keys()].sort(), FILES);
				for (const file of ['missed-call-back', 'unreturned-morning-list']) {
					assert.equal((await rest.run(idOf(file), 'Once')).error, undefined);
				}
				await callsOfToday(simulator);
			});

			await step('tried out as it comes, the call back shows whom it would call, and calls nobody', async () => {
				const execution = await rest.run(idOf('missed-call-back'), 'Missed and not reached');
				assert.equal(execution.error, undefined);
				const shown = execution.items('Call back').map(({ json }) => [json.dryRun, json.body]);
				assert.deepEqual(shown, [[true, { user_number: '1001', number_to_call: digits(CALLERS.shownInTest) }]]);
				assert.deepEqual(await calledBack(), []);
			});

			await step('the morning list has each caller who is still to be called back, in a row', async () => {
				const execution = await rest.run(idOf('unreturned-morning-list'), 'Every morning');
				assert.equal(execution.error, undefined);
				const rows = (await tableRows(rest, 'To call back')).map(({ number, attempts, listed_on }) => [
					digits(String(number)),
					attempts,
					listed_on,
				]);
				const today = DateTime.now().toISODate();
				assert.deepEqual(rows.sort(), [
					[digits(CALLERS.never), 1, today],
					[digits(CALLERS.callsAgain), 2, today],
					[digits(CALLERS.shownInTest), 1, today],
					[digits(CALLERS.reachedLater), 1, today],
				]);
			});

			await step('the team is told of each caller who was not reached in half an hour, and of no other', async () => {
				await rest.publish(idOf('not-reached-alert'));
				published.push('not-reached-alert');
				const told = await until('the messages', POLL_SECONDS, async () =>
					sink.received.length >= 4 ? sink.received : undefined,
				);
				const said = told.map(({ path, body }) => [path, digits(String(body.phone)), callsIn(String(body.text))]);
				assert.deepEqual(said.sort(), [
					['/hooks/team', digits(CALLERS.never), 1],
					['/hooks/team', digits(CALLERS.callsAgain), 2],
					['/hooks/team', digits(CALLERS.shownInTest), 1],
					['/hooks/team', digits(CALLERS.reachedLater), 1],
				]);
			});

			await step('who is called back stands on no later list, and no caller gets a second row', async () => {
				await outboundCall(simulator, CALLERS.reachedLater, 0);
				const execution = await rest.run(idOf('unreturned-morning-list'), 'Every morning');
				assert.equal(execution.error, undefined);
				const listed = execution.items('One row for each caller').map(({ json }) => digits(String(json.number)));
				assert.deepEqual(listed.sort(), [CALLERS.never, CALLERS.callsAgain, CALLERS.shownInTest].map(digits));
				assert.equal((await tableRows(rest, 'To call back')).length, 4);
			});
			await step('from then on it calls back who was never reached, each once, and nobody else', async () => {
				const id = idOf('missed-call-back');
				const { nodes, connections } = await rest.workflow(id);
				await rest.updateWorkflow(id, { nodes: nodes.map(forReal), connections });
				await rest.publish(id);
				published.push('missed-call-back');
				const expected = [CALLERS.never, CALLERS.callsAgain].map(digits);
				await until('the calls back', POLL_SECONDS, async () =>
					(await calledBack()).length >= expected.length ? true : undefined,
				);
				const polls = (await requestsAt(simulator, '/get-queue-calls')).length;
				await until('two polls more', POLL_SECONDS, async () =>
					(await requestsAt(simulator, '/get-queue-calls')).length >= polls + 2 ? true : undefined,
				);
				assert.deepEqual((await calledBack()).sort(), expected);
				const remembered = (await tableRows(rest, 'Called back')).map(({ number }) => String(number));
				assert.deepEqual(remembered.sort(), [...expected, digits(CALLERS.shownInTest)]);
			});
		} finally {
			for (const file of published) await rest.unpublish(idOf(file));
			await sink.stop();
			await simulator.stop();
		}
	},
};

/** Half an hour cannot be waited for: the triggers begin with the calls of before, ask often, and are never closed. */
function ofToday(node: WorkflowNode): WorkflowNode {
	if (!node.type.endsWith('voipcloudTrigger') && !node.type.endsWith('while1VoiceTrigger')) return node;
	const { businessHours, ...options } = node.parameters.options as Record<string, unknown>;
	const always = { hours: { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' } };
	return {
		...node,
		parameters: {
			...node.parameters,
			pollTimes: pollTimes(30),
			startFrom: 'hoursAgo',
			hours: 2,
			options: { ...options, ...(businessHours !== undefined && { businessHours: always }) },
		},
	};
}

async function callsOfToday(simulator: SimulatorProcess): Promise<void> {
	await missedCall(simulator, CALLERS.callsAgain, 45);
	await missedCall(simulator, CALLERS.callsAgain, 10);
	await missedCall(simulator, CALLERS.never, 44);
	await missedCall(simulator, CALLERS.calledBack, 43);
	await outboundCall(simulator, CALLERS.calledBack, 30);
	await missedCall(simulator, CALLERS.calledAndWasAnswered, 42);
	await answeredCall(simulator, CALLERS.calledAndWasAnswered, 30);
	await missedCall(simulator, CALLERS.reachedLater, 41);
	await missedCall(simulator, null, 41);
	await missedCall(simulator, CALLERS.shownInTest, 40);
	await missedCall(simulator, CALLERS.recent, 4);
	// The newest call tells the time of the provider's clock.
	await outboundCall(simulator, '+61491570149', 0);
}

/** A call that nobody took and that ended this many minutes ago. */
async function missedCall(simulator: SimulatorProcess, from: string | null, minutesAgo: number): Promise<void> {
	const endedAt = Date.now() - minutesAgo * MINUTE;
	await simulator.addCall({ queue: 'Sales queue', from, startedAt: endedAt - 20_000, endedAt });
}

async function answeredCall(simulator: SimulatorProcess, from: string, minutesAgo: number): Promise<void> {
	const endedAt = Date.now() - minutesAgo * MINUTE;
	const startedAt = endedAt - MINUTE;
	await simulator.addCall({ queue: 'Support', from, startedAt, answeredAt: startedAt + 5000, endedAt, withLeg: true });
}

async function outboundCall(simulator: SimulatorProcess, to: string, minutesAgo: number): Promise<void> {
	const endedAt = Date.now() - minutesAgo * MINUTE - 1000;
	const startedAt = endedAt - MINUTE;
	const answeredAt = startedAt + 5000;
	await simulator.addCall({ direction: 'outbound', user: 'John Smith', to, startedAt, answeredAt, endedAt });
}

function callsIn(text: string): number {
	return Number(/Calls: (\d+),/.exec(text)?.[1]);
}
