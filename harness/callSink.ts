import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from '../simulator/server/faults';
import type { WorldCall } from '../simulator/world/calls';
import type { NewCall } from '../simulator/world/worldOptions';
import { parseFlatted, type N8nRest, type StoredWorkflow, type WorkflowContent, type WorkflowNode } from './n8n/rest';
import { until } from './processes';
import type { SimulatorProcess } from './simulator';
import { baseNode, pollTimes } from './workflows';

const TRIGGER = 'Queue call ended';
export const SEND = 'Tell the customer database';
const QUEUE = 'Support';

/** Real scheduled polls come soon enough for a test. */
const POLL_EVERY_SECONDS = 5;

/** The parts of an emitted call that are compared. */
export interface EmittedCall {
	id: string;
	from: { number: string | null };
	queue: { name: string | null } | null;
	startedAt: string | null;
	endedAt: string | null;
}

/** One call that has reached the sink. */
interface Arrival {
	execution: string;
	call: EmittedCall;
}

/** The workflow under test: the trigger, and a node that posts each call to the sink. */
export function callWorkflow(
	name: string,
	credential: { id: string; name: string },
	sinkUrl: string,
	trigger: Record<string, unknown> = {},
	batchInterval = 250,
): WorkflowContent {
	return {
		name,
		nodes: [
			{
				id: 'trigger',
				name: TRIGGER,
				type: 'n8n-nodes-cloud-pbx.voipcloudTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: { event: 'queueCall', output: 'full', pollTimes: pollTimes(POLL_EVERY_SECONDS), ...trigger },
				credentials: { voipcloudApi: { id: credential.id, name: credential.name } },
			},
			sendNode(sinkUrl, batchInterval),
		],
		connections: { [TRIGGER]: { main: [[{ node: SEND, type: 'main', index: 0 }]] } },
	};
}

/**
 * A node that posts each call to the sink, 20 at a time.
 *
 * @param batchInterval milliseconds between two batches: it takes some time, so that there is a middle to be killed in
 */
export function sendNode(sinkUrl: string, batchInterval: number): WorkflowNode {
	return {
		...baseNode(
			SEND,
			'httpRequest',
			{
				method: 'POST',
				url: sinkUrl,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ JSON.stringify({ execution: $execution.id, call: $json }) }}',
				options: { batching: { batch: { batchSize: 20, batchInterval } } },
			},
			4.2,
		),
		position: [220, 0],
	};
}

/** The telephone system with the parts of its control API that these tests need. */
export class CallSystem {
	constructor(readonly simulator: SimulatorProcess) {}

	/** Adds this many calls, one after the other within the last minute, that have ended by now. */
	async callsThatEnded(count: number, alike = 1): Promise<void> {
		for (let index = 0; index < count / alike; index++) {
			const endedAt = Date.now() - 1000;
			const call: NewCall & { count: number } = {
				queue: QUEUE,
				from: `+61491${String(this.numbers++).padStart(6, '0')}`,
				startedAt: endedAt - 20_000 - (index % 20) * 1000,
				endedAt,
				outcome: 'abandoned',
				count: alike,
			};
			await this.simulator.control('POST', '/calls', call);
		}
	}

	private numbers = 570_000;

	/** All queue calls that have ended and that a trigger published at this moment has to give. */
	async endedSince(publishedAt: number): Promise<WorldCall[]> {
		const calls = await this.simulator.control<WorldCall[]>('GET', `/calls?from=${publishedAt - 24 * 3600_000}`);
		return calls.filter(({ kind, endedAt }) => kind === 'queue' && endedAt !== null && endedAt >= publishedAt);
	}

	/** Holds the next request for this long, and waits until it has arrived. */
	async holdNextPoll(ms: number): Promise<void> {
		const before = (await this.polls()).length;
		const fault: Fault = { kind: 'slow', provider: 'voipcloud', path: 'get-queue-calls', ms };
		await this.simulator.control('POST', '/faults', fault);
		await until('a poll to hold', 40, async () => ((await this.polls()).length > before ? true : undefined));
	}

	/** Waits until n8n has asked and been answered this many times from now on. */
	async waitForPolls(count: number): Promise<void> {
		const before = (await this.polls()).length;
		await until(`${count} polls`, 30 + 2 * count * POLL_EVERY_SECONDS, async () => {
			const polls = (await this.polls()).slice(before);
			return polls.filter(({ status }) => status === 200).length >= count ? true : undefined;
		});
		// What the last of them gave is on its way.
		await sleep(1000);
	}

	/** Waits for the moment at which n8n's next poll is answered. */
	async answeredPoll(): Promise<void> {
		const before = (await this.polls()).length;
		await until(
			'a poll to be answered',
			90,
			async () => ((await this.polls()).slice(before).some(({ status }) => status === 200) ? true : undefined),
			{ everyMs: 5 },
		);
	}

	private async polls(): Promise<Array<{ path: string; status: number | null }>> {
		const requests = await this.simulator.control<Array<{ path: string; status: number | null }>>('GET', '/requests');
		return requests.filter(({ path }) => path.endsWith('/get-queue-calls'));
	}
}

/** Where the workflow under test sends each call: what a user ends up with. */
export class Sink {
	readonly arrivals: Arrival[] = [];

	private constructor(private readonly server: Server) {}

	static async open(): Promise<Sink> {
		const server = createServer((request, response) => {
			let text = '';
			request.setEncoding('utf8').on('data', (part: string) => {
				text += part;
			});
			request.on('end', () => {
				sink.arrivals.push(JSON.parse(text) as Arrival);
				response.setHeader('content-type', 'application/json').end('{}');
			});
		});
		const sink = new Sink(server);
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return sink;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/calls`;
	}

	async waitFor(count: number, timeoutSeconds: number): Promise<void> {
		await until(
			`${count} calls at the sink`,
			timeoutSeconds,
			async () => (this.arrivals.length >= count ? true : undefined),
			{
				everyMs: 50,
			},
		);
	}

	/** Waits until nothing has arrived for a while. */
	async waitUntilQuiet(seconds: number): Promise<void> {
		let count = -1;
		while (count !== this.arrivals.length) {
			count = this.arrivals.length;
			await sleep(seconds * 1000);
		}
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}

/** The calls of the world against those that were emitted. */
export interface Tally {
	world: number;
	/** Counted once each, by id. */
	emitted: number;
	/** Calls of the world that no emitted one stands for. */
	lost: string[];
	/** Ids that were emitted more than once, with how often. */
	doubled: Array<[string, number]>;
	/** Emitted calls that the world does not have, or that ended before the trigger was published. */
	strange: string[];
}

/** Compares by what a record says. Calls that are alike count as often as they occur. */
export function tally(world: WorldCall[], emitted: EmittedCall[]): Tally {
	const open = new Map<string, number>();
	for (const call of world) {
		const facts = [call.from.number?.replace('+', ''), call.queue?.name, iso(call.startedAt), iso(call.endedAt)].join(
			' ',
		);
		open.set(facts, (open.get(facts) ?? 0) + 1);
	}
	const times = new Map<string, number>();
	const strange: string[] = [];
	for (const call of emitted) {
		const before = times.get(call.id) ?? 0;
		times.set(call.id, before + 1);
		if (before > 0) continue;
		const facts = [call.from.number?.replace('+', ''), call.queue?.name, iso(call.startedAt), iso(call.endedAt)].join(
			' ',
		);
		const left = open.get(facts) ?? 0;
		if (left === 0) strange.push(facts);
		else open.set(facts, left - 1);
	}
	return {
		world: world.length,
		emitted: times.size,
		lost: [...open].flatMap(([facts, count]) => Array<string>(count).fill(facts)),
		doubled: [...times].filter(([, count]) => count > 1),
		strange,
	};
}

/** Fails unless every call of the world was emitted exactly once. */
export function expectExactlyOnce(result: Tally): void {
	assert.deepEqual(
		{ lost: result.lost, doubled: result.doubled, strange: result.strange },
		{ lost: [], doubled: [], strange: [] },
		`${result.world} calls in the world, ${result.emitted} emitted`,
	);
}

/** An execution with the calls it was started with. */
export interface Batch {
	execution: string;
	status: string;
	mode: string;
	calls: EmittedCall[];
}

interface RunData {
	resultData?: { runData?: Record<string, Array<{ data?: { main: Array<Array<{ json: EmittedCall }> | null> } }>> };
	executionData?: {
		nodeExecutionStack: Array<{ node: { name: string }; data?: { main?: Array<Array<{ json: EmittedCall }> | null> } }>;
	};
}

/** What the trigger gave to n8n: each execution of the workflow with its calls, oldest first, however it ended. */
export async function batches(rest: N8nRest, workflow: StoredWorkflow): Promise<Batch[]> {
	const summaries = await rest.executions(workflow.id);
	const found: Batch[] = [];
	for (const { id, status, mode } of summaries.reverse()) {
		const { data } = await rest.request<{ data: string }>('GET', `/executions/${id}`);
		const { resultData, executionData } = parseFlatted(data) as RunData;
		const given = resultData?.runData?.[TRIGGER]?.[0]?.data?.main[0];
		const waiting = executionData?.nodeExecutionStack.find(({ node }) => node.name === TRIGGER)?.data?.main?.[0];
		const calls = (waiting ?? given ?? []).map(({ json }) => json);
		found.push({ execution: id, status, mode, calls });
	}
	return found;
}

function iso(at: number | string | null): string {
	return at === null ? '' : new Date(at).toISOString();
}
