import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { clockRunsFrom } from '../../harness/clock';
import { type NodeResult, type NodeRun, runNode } from '../../harness/engine/run';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server/server';

export const KEY = 'voipstudio-demo-key';
export const PASSWORD = '$ecretPas$$';
export const NOON = Date.parse('2026-11-20T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const BASE = '/v1.2/voipstudio';

export function written(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

export let simulator: Simulator;
let now = NOON;

clockRunsFrom(() => now);
beforeEach(async () => {
	now = NOON;
	await startSimulator();
});
afterEach(async () => {
	await simulator.close();
});

/** Starts the simulated account; its clock stands still. */
export async function startSimulator(more: SimulatorOptions = {}): Promise<void> {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0, clock: () => now }, ...more });
}

export function passTime(milliseconds: number): void {
	now += milliseconds;
}

export function node(parameters: INodeParameters, more: Partial<NodeRun> = {}, credential: object = {}): NodeRun {
	return {
		node: 'voipStudio',
		parameters,
		credentials: { voipStudioApi: { apiKey: KEY, baseUrl: simulator.urls.voipstudio, ...credential } },
		...more,
	};
}

export async function run(
	parameters: INodeParameters,
	more: Partial<NodeRun> = {},
	credential: object = {},
): Promise<NodeResult> {
	return await runNode(node(parameters, more, credential));
}

/** The request that reached the provider: method, path below the API, query without paging, body. */
export function sent(index = 0): { method: string; path: string; query: object; body: unknown } {
	const { method, path, query, body } = simulator.requests[index];
	return {
		method,
		path: path.replace(BASE, ''),
		query: { ...query },
		body: body === '' ? null : (JSON.parse(body) as unknown),
	};
}

export function minutesAgo(minutes: number): number {
	return NOON - minutes * MINUTE;
}

export function addCalls(count: number, call: object = {}): void {
	for (let i = 0; i < count; i++)
		simulator.world.addCall({
			user: 'John Smith',
			startedAt: minutesAgo(60) - i * 1000,
			endedAt: minutesAgo(55) - i * 1000,
			...call,
		});
}

export const NEWEST = { page: '1', limit: '50', sort: 'id', dir: 'DESC' };
export const PLAIN = { page: '1', limit: '50' };

export function cdrs(parameters: INodeParameters = {}): INodeParameters {
	return { resource: 'cdr', operation: 'getAll', ...parameters };
}

export function where(...conditions: Array<[property: string, operator: string, value: string]>): INodeParameters {
	return { filters: { conditions: conditions.map(([property, operator, value]) => ({ property, operator, value })) } };
}

/** The filter that reached the provider. */
export function sentFilter(index = 0): unknown {
	return JSON.parse(written(simulator.requests[index].query.filter));
}

/** The bytes of a file in n8n's memory. */
export function fileOf(
	item: INodeExecutionData,
	property = 'data',
): { text: string; bytes: Buffer; fileName?: string; mimeType: string } {
	const file = item.binary?.[property];
	if (file === undefined) throw new Error(`No file in ${property}`);
	const bytes = Buffer.from(file.data, 'base64');
	return { text: bytes.toString(), bytes, fileName: file.fileName, mimeType: file.mimeType };
}

/** What is in the account before a case runs; gives the IDs. */
export async function seeded(): Promise<Record<string, string>> {
	const { world } = simulator;
	const recorded = world.addCall({
		user: 'John Smith',
		startedAt: minutesAgo(90),
		answeredAt: minutesAgo(89),
		endedAt: minutesAgo(80),
		recorded: true,
	});
	const voicemail = world.addCall({
		user: 'John Smith',
		startedAt: minutesAgo(70),
		endedAt: minutesAgo(69),
		voicemailSeconds: 20,
	});
	const fax = world.addCall({ id: 40 * 1_000_000_001, startedAt: minutesAgo(50) });
	const chat = world.addCall({ id: 15 * 1_000_000_001, startedAt: minutesAgo(49) });
	const live = world.addCall({ user: 'John Smith', startedAt: minutesAgo(1), endedAt: null });
	world.addCall({ queue: 'Sales queue', startedAt: minutesAgo(40) });
	const made = async (parameters: INodeParameters) => written((await run(parameters)).items[0].json.id);
	const ids = {
		recording: written(recorded.id),
		voicemail: written(voicemail.id),
		fax: written(fax.id),
		chat: written(chat.id),
		live: written(4_000_000_000 + live.id),
		setting: await made({ resource: 'callMeBackSetting', operation: 'create', additionalFields: { name: 'Shop' } }),
		button: await made({ resource: 'callMeBackButton', operation: 'create', additionalFields: { name: 'Green' } }),
		group: await made({ resource: 'queueGroup', operation: 'create', name: 'Front' }),
		contact: await made({ resource: 'contact', operation: 'create', additionalFields: { firstName: 'Aisha' } }),
		sms: await made({ resource: 'sms', operation: 'send', to: '+34600000000', message: 'Hello' }),
	};
	simulator.requests.length = 0;
	return ids;
}
