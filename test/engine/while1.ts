import type { INodeParameters } from 'n8n-workflow';

import { type NodeRun, runNode } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

export const TOKEN = 'while1-demo-token';
export const KEY = 'while1-demo-key';
const NOON = Date.parse('2026-11-20T01:00:00Z'); // Noon in Sydney, where the simulated PBX stands.

export let simulator: Simulator;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0, clock: () => NOON } });
});
afterEach(async () => {
	await simulator.close();
});

export function node(parameters: INodeParameters, more: Partial<NodeRun> = {}, credential: object = {}): NodeRun {
	return {
		node: 'while1Voice',
		parameters,
		credentials: { while1VoiceApi: { baseUrl: simulator.urls.while1, apiToken: TOKEN, apiKey: KEY, ...credential } },
		...more,
	};
}

/** The parameters of a request without the hash, which the simulator has checked. */
export function sent(index = 0): Record<string, unknown> {
	const { api_hash: hash, ...params } = JSON.parse(simulator.requests[index].body) as Record<string, unknown>;
	expect(hash).toMatch(/^[0-9a-f]{32}$/);
	return params;
}

export { ORIGINATE } from './originate';

export async function seedContacts(count: number): Promise<void> {
	const data = Array.from({ length: count }, (_, i) => ({ properties: { remote_id: `r${i}`, name: `Contact ${i}` } }));
	await runNode(
		node({
			resource: 'endpoint',
			operation: 'call',
			endpointName: 'crm-contacts',
			data: JSON.stringify(data),
			options: { topLevel: '{"action":"save"}' },
		}),
	);
	simulator.requests.length = 0;
}
