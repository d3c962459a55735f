import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { DateTime } from 'luxon';

import type { N8nRest, WorkflowNode } from '../../harness/n8n/rest';
import { PROJECT } from '../../harness/n8n/tarball';
import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { requestsAt } from '../../harness/workflows';
import {
	digits,
	FILES,
	forReal,
	FORM_USER,
	savedCredentials,
	setUp,
	some,
	tableRows,
	templates,
} from './templateFiles';
import { Sink } from './templatesSink';

/** n8n polls once a minute. */
const POLL_SECONDS = 100;
/** A whole call waits for its last legs before it is given. */
const WHOLE_CALL_SECONDS = 240;
/** The numbers of customers, one for each template. */
const CUSTOMERS = {
	missed: '+61491570130',
	/** Five phones rang for each of the two; a colleague took the second one's call. */
	answered: '+61491570135',
	abandoned: '+61491570131',
	talked: '+61491570132',
	night: '+61491570133',
	noon: '+61491570134',
	form: '+12125550123',
};

export const suite: Suite = {
	title: 'Workflow templates',

	async run(step, { n8n, apiKey }) {
		const { rest } = n8n;
		// A telephone system of its own: the calls here are not in the way of other suites.
		const logFile = join(dirname(n8n.logFile), 'simulator-templates.log');
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile });
		const sink = await Sink.start();
		await mkdir(FILES, { recursive: true });
		const stored = new Map<string, string>();
		const idOf = (file: string): string => stored.get(file) ?? '';
		const published: string[] = [];
		try {
			await step("every template is imported as it is, explains itself and carries nobody's credential", async () => {
				const known = new Set(await rest.nodeTypes(''));
				const page = await readFile(join(PROJECT, 'docs', 'templates.md'), 'utf8');
				for (const [file, template] of await templates()) {
					assert.ok(page.includes(`${file}.json`), `docs/templates.md does not list ${file}`);
					const unknown = template.nodes.filter(({ type }) => !known.has(type)).map(({ type }) => type);
					assert.deepEqual(unknown, [], `${file} has nodes that this n8n does not know`);
					assert.ok(
						template.nodes.every((node) => node.credentials === undefined),
						`${file} holds a credential`,
					);
					assert.ok(
						template.nodes.some(({ type }) => type === 'n8n-nodes-base.stickyNote'),
						`${file} has no note`,
					);
					assert.deepEqual(overlapping(template.nodes), [], `${file} has nodes on top of each other`);
					const workflow = await rest.createWorkflow(template);
					assert.equal(workflow.nodes.length, template.nodes.length);
					stored.set(file, workflow.id);
				}
			});

			await step('the only changes they need are credentials, addresses, a folder and a time zone', async () => {
				const credentials = await savedCredentials(rest, simulator);
				for (const [file, { nodes, connections }] of await templates()) {
					const own = nodes.map((node) => setUp(node, credentials, sink));
					await rest.updateWorkflow(idOf(file), { nodes: own, connections });
				}
			});

			await step(
				'tried out as they come, those that call and text show whom they would reach, and reach nobody',
				async () => {
					await callsOfLastWeek(simulator);
					for (const [file, trigger, reaching] of [
						['abandoned-call-back', 'Caller gave up', 'Call back'],
						['missed-call-task', 'Missed call', 'Text the caller'],
					] as const) {
						const execution = await rest.run(idOf(file), trigger);
						assert.equal(execution.error, undefined);
						assert.deepEqual(
							execution.items(reaching).map(({ json }) => json.dryRun),
							[true],
							file,
						);
					}
					await rest.publish(idOf('click-to-call-form'));
					const form = await formOf(rest, idOf('click-to-call-form'));
					const page = await submit(`${n8n.url}/form/${form}`, ['+13105550100', CUSTOMERS.form], FORM_USER);
					assert.equal(page.status, 200);
					await rest.unpublish(idOf('click-to-call-form'));
					for (const path of ['/call-to-number', '/sms', '/u/api']) {
						const sent = (await requestsAt(simulator, path)).filter(({ method }) => method === 'POST');
						assert.deepEqual(sent, [], path);
					}
					for (const [file] of await templates()) {
						const { nodes, connections } = await rest.workflow(idOf(file));
						await rest.updateWorkflow(idOf(file), { nodes: nodes.map(forReal), connections });
					}
				},
			);

			await step('those that wait for calls are published without complaint', async () => {
				await rest.run(idOf('two-providers-one-table'), 'Once');
				for (const file of [
					'missed-call-task',
					'abandoned-call-back',
					'call-crm-note',
					'two-providers-one-table',
					'after-hours-calls',
				]) {
					await rest.publish(idOf(file));
					published.push(file);
				}
				await callsThatJustEnded(simulator);
			});

			await step('the nightly export writes each call of the day before to the file', async () => {
				const execution = await rest.run(idOf('nightly-call-export'), 'Every night');
				assert.equal(execution.error, undefined);
				const yesterday = DateTime.now().minus({ days: 1 }).toISODate();
				const text = await readFile(join(FILES, `calls-${yesterday}.csv`), 'utf8');
				const [header = '', ...lines] = text.trimEnd().split('\n');
				assert.match(header, /^\uFEFF?startedAt,direction,outcome,caller,/);
				assert.ok(lines.length > 0 && lines.every((line) => line.includes(yesterday)), text);
				assert.equal(execution.items('Export the calls')[0]?.json.calls, lines.length);
			});

			await step('the queue report counts the calls of each agent and hour, and those that nobody took', async () => {
				const execution = await rest.run(idOf('queue-report'), 'Every morning');
				assert.equal(execution.error, undefined);
				const rows = execution.items('Columns').map(({ json }) => Object.values(json));
				assert.deepEqual(rows, REPORT);
				assert.equal(execution.items('As a file').length, 1);
			});

			await step('a colleague who is signed in calls from the form, and nobody else can', async () => {
				const form = await formOf(rest, idOf('click-to-call-form'));
				await rest.publish(idOf('click-to-call-form'));
				published.push('click-to-call-form');
				const stranger = await submit(`${n8n.url}/form/${form}`, ['+13105550100', CUSTOMERS.form]);
				assert.equal(stranger.status, 401);
				assert.equal((await requestsAt(simulator, '/u/api')).length, 0);
				const colleague = await submit(`${n8n.url}/form/${form}`, ['+13105550100', CUSTOMERS.form], FORM_USER);
				assert.equal(colleague.status, 200);
				const [request] = await until(
					'the call of the form',
					20,
					async () => await some(requestsAt(simulator, '/u/api')),
				);
				const fields = Object.fromEntries(new URLSearchParams(request?.body));
				assert.deepEqual([fields.a, fields.from_no, fields.to_no], ['call', '+13105550100', CUSTOMERS.form]);
			});

			await step("a missed call becomes a task with the caller's number, and the caller gets a text", async () => {
				const [task] = await until(
					'the task',
					WHOLE_CALL_SECONDS,
					async () => await some(sink.with('/api/tasks', 'phone', CUSTOMERS.missed)),
				);
				assert.match(String(task?.body.title), /^Call back /);
				const texts = await until('the text', 20, async () => await some(requestsAt(simulator, '/sms')));
				const [text] = texts.filter(
					({ method, body }) => method === 'POST' && body.includes(CUSTOMERS.missed.slice(1)),
				);
				assert.match(text?.body ?? '', /Sorry that we missed your call/);
				assert.equal(
					text === undefined ? 0 : texts.filter(({ body }) => body.includes(CUSTOMERS.missed.slice(1))).length,
					1,
				);
				assert.deepEqual(sink.with('/api/tasks', 'phone', CUSTOMERS.answered), []);
				assert.ok(texts.every(({ body }) => !body.includes(CUSTOMERS.answered.slice(1))));
			});

			await step('a customer who gave up waiting is called back, once, and one who was answered is not', async () => {
				// For whom five phones rang in vain gave up in the queue as well.
				const expected = [CUSTOMERS.abandoned, CUSTOMERS.missed].map(digits).sort();
				const called = await until('the calls back', POLL_SECONDS, async () => {
					const requests = await requestsAt(simulator, '/call-to-number');
					return requests.length >= expected.length ? requests : undefined;
				});
				const bodies = called.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
				assert.deepEqual(bodies.map(({ number_to_call }) => number_to_call).sort(), expected);
				assert.ok(bodies.every(({ user_number }) => user_number === '1001'));
			});

			await step("a call becomes a note in the CRM under the customer's number", async () => {
				const notes = await until(
					'the note',
					POLL_SECONDS,
					async () => await some(sink.with('/api/notes', 'phone', digits(CUSTOMERS.talked))),
				);
				assert.equal(notes.length, 1);
				assert.match(String(notes[0]?.body.text), /^The customer called .*: answered, 30 seconds of talk$/);
			});

			await step('the calls of two providers stand in one table, each once', async () => {
				const rows = await until('the rows of both providers', POLL_SECONDS, async () => {
					const found = (await tableRows(rest, 'Calls')).filter(
						({ from_number }) => digits(String(from_number)) === digits(CUSTOMERS.abandoned),
					);
					return new Set(found.map(({ provider }) => provider)).size === 2 ? found : undefined;
				});
				assert.equal(new Set(rows.map(({ call_id }) => call_id)).size, rows.length);
				assert.ok(
					rows.every(({ duration_seconds }) => Number(duration_seconds) > 0),
					JSON.stringify(rows),
				);
			});

			await step('who called at night is told to whoever is on call, who called at noon is not', async () => {
				const [told] = await until(
					'the message',
					POLL_SECONDS,
					async () => await some(sink.with('/hooks/on-call', 'phone', CUSTOMERS.night)),
				);
				assert.match(String(told?.body.text), /called at \w{3} 22:30/);
				assert.deepEqual(sink.with('/hooks/on-call', 'phone', CUSTOMERS.noon), []);
			});
		} finally {
			for (const file of published) await rest.unpublish(idOf(file));
			await rm(FILES, { recursive: true, force: true });
			await sink.stop();
			await simulator.stop();
		}
	},
};

/** Names of nodes that lie on another one or on the note. A node is about 100 wide and high, and has its name below. */
function overlapping(nodes: WorkflowNode[]): string[] {
	const boxes = nodes.map(({ name, type, position: [x, y], parameters }) => {
		const isNote = type === 'n8n-nodes-base.stickyNote';
		return {
			name,
			x,
			y,
			width: isNote ? Number(parameters.width) : 180,
			height: isNote ? Number(parameters.height) : 140,
		};
	});
	return boxes
		.filter((a, i) =>
			boxes
				.slice(0, i)
				.some((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
		)
		.map(({ name }) => name);
}

/** The report of `callsOfLastWeek`: agent, hour, calls, average and longest wait in seconds. */
const REPORT = [
	['(nobody)', '10:00', 1, 95, 95],
	['John Smith', '09:00', 2, 15, 20],
	['John Smith', '10:00', 1, 10, 10],
];

/** Queue calls of yesterday, a call at night and one at noon of a working day, in the zones that the templates name. */
async function callsOfLastWeek(simulator: SimulatorProcess): Promise<void> {
	const yesterday = DateTime.now().minus({ days: 1 }).startOf('day');
	const queueCall = async (hour: number, minute: number, waitSeconds: number | null): Promise<void> => {
		const startedAt = yesterday.set({ hour, minute }).toMillis();
		await simulator.addCall({
			queue: 'Support',
			user: waitSeconds === null ? null : 'John Smith',
			from: '+61491570140',
			startedAt,
			answeredAt: waitSeconds === null ? null : startedAt + waitSeconds * 1000,
			endedAt: startedAt + 95_000,
			outcome: waitSeconds === null ? 'abandoned' : 'answered',
		});
	};
	await queueCall(9, 5, 10);
	await queueCall(9, 40, 20);
	await queueCall(10, 15, 10);
	await queueCall(10, 20, null);

	let day = DateTime.now().setZone('Europe/Bucharest').minus({ days: 1 }).startOf('day');
	while (day.weekday > 5) day = day.minus({ days: 1 });
	for (const [from, hour] of [
		[CUSTOMERS.night, 22.5],
		[CUSTOMERS.noon, 12],
	] as const) {
		const startedAt = day.plus({ hours: hour }).toMillis();
		await simulator.addCall({
			user: 'John Smith',
			direction: 'inbound',
			from,
			startedAt,
			answeredAt: startedAt + 5000,
			endedAt: startedAt + 35_000,
			outcome: 'answered',
		});
	}
}

/** One call for each template that waits for one. They end a moment from now, so after the publication. */
async function callsThatJustEnded(simulator: SimulatorProcess): Promise<void> {
	const startedAt = Date.now() - 45_000;
	const endedAt = Date.now() + 1000;
	const rings = ['John Smith', 'Kevin Smith', 'Aisha Rahman', 'Emma Walker', 'Noah Wilson'];
	await simulator.addGroupCall({
		queue: 'Sales queue',
		from: CUSTOMERS.missed,
		startedAt,
		rings,
		giveUpAfterSeconds: 46,
	});
	await simulator.addGroupCall({
		queue: 'Sales queue',
		from: CUSTOMERS.answered,
		startedAt,
		rings,
		answer: { by: 'John Smith', afterSeconds: 10, talkSeconds: 60 },
	});
	await simulator.addCall({ queue: 'Support', from: CUSTOMERS.abandoned, startedAt, endedAt, outcome: 'abandoned' });
	await simulator.addCall({
		queue: 'Support',
		from: CUSTOMERS.abandoned,
		startedAt: startedAt + 5000,
		endedAt,
		outcome: 'abandoned',
	});
	await simulator.addCall({
		user: 'John Smith',
		direction: 'inbound',
		from: CUSTOMERS.talked,
		startedAt,
		answeredAt: endedAt - 30_000,
		endedAt,
		outcome: 'answered',
	});
}

async function formOf(rest: N8nRest, id: string): Promise<string> {
	const { nodes } = await rest.workflow(id);
	const trigger = nodes.find(({ type }) => type.endsWith('.formTrigger')) as
		(WorkflowNode & { webhookId?: string }) | undefined;
	return trigger?.webhookId ?? '';
}

async function submit(url: string, values: string[], user?: typeof FORM_USER): Promise<Response> {
	const form = new FormData();
	for (const [index, value] of values.entries()) form.append(`field-${index}`, value);
	const headers: Record<string, string> =
		user === undefined ? {} : { authorization: `Basic ${btoa(`${user.user}:${user.password}`)}` };
	return await fetch(url, { method: 'POST', body: form, headers, signal: AbortSignal.timeout(30_000) });
}
