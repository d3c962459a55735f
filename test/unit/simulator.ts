import { createSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server/server';
import { World } from '../../simulator/world/world';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Thursday, 13:00 in Sydney (UTC+11). */
export const NOW = Date.parse('2026-11-19T02:00:00Z');
export const KEY = 'voipcloud-demo-key';

export type Row = Record<string, string | number | null>;

interface Answer {
	status: number;
	headers: Headers;
	body: { code?: number; data?: Row[] | Row; message?: unknown };
	rows: Row[];
}

export let simulator: Simulator;

export async function start(options: SimulatorOptions = {}): Promise<World> {
	simulator = await createSimulator({
		world: { callsPerDay: 0 },
		clock: () => NOW,
		limits: { voipcloud: null },
		...options,
	});
	return simulator.world;
}

export async function get(path: string, init: RequestInit = {}): Promise<Answer> {
	const response = await fetch(`${simulator.urls.voipcloud}/api/integration/${path}`, {
		headers: { token: KEY },
		...init,
	});
	const body = (await response.json()) as Answer['body'];
	return { status: response.status, headers: response.headers, body, rows: Array.isArray(body.data) ? body.data : [] };
}

export async function control(
	method: string,
	path: string,
	body?: unknown,
): Promise<{ status: number; body: unknown }> {
	const response = await fetch(`${simulator.url}/_simulator/${path}`, {
		method,
		...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	return { status: response.status, body: await response.json() };
}

afterEach(async () => {
	await simulator?.close();
});
