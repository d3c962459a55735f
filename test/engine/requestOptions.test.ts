import type { INodeType } from 'n8n-workflow';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { clockOfEachTest, waitBy } from '../../harness/clock';
import { loader, loadPackage } from '../../harness/engine/package';
import { runNode } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const START = Date.parse('2026-11-20T01:00:00Z');

/** A proxy that answers itself; it keeps the requests it got. */
let proxy: Server;
let proxied: IncomingMessage[];
let port: number;
let simulator: Simulator;
let accounts = 0;
/** Only what n8n and the node wait moves it. */
const clock = { now: 0 };
clockOfEachTest(() => clock.now);

beforeEach(async () => {
	clock.now = START;
	waitBy(clock);
	proxied = [];
	proxy = createServer((request, response) => {
		proxied.push(request);
		response.setHeader('content-type', 'application/json').end(JSON.stringify({ code: 200, data: [] }));
	});
	await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	({ port } = proxy.address() as AddressInfo);
	simulator = await createSimulator({ world: { seed: 3, callsPerDay: 20 } });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await simulator.close();
	await new Promise((resolve) => proxy.close(resolve));
});

interface Seen {
	direct: number;
	proxied: number;
	authorization: string | undefined;
	failed: boolean;
	/** How long the run waited for its batches at least, in milliseconds. */
	waited: number;
}

/** Runs a list in one of n8n's two ways: by the code of `customOperations`, or declaratively as an AI tool does. */
async function seen(way: 'code' | 'declarative', requestOptions: object, items: number): Promise<Seen> {
	await loadPackage();
	const type = loader.getNode('voipcloud').type as INodeType;
	const { customOperations } = type;
	if (way === 'declarative') type.customOperations = undefined;
	simulator.requests.length = 0;
	proxied = [];
	const apiKey = `key ${++accounts}`;
	simulator.faces.voipcloud.change({ apiKeys: [apiKey] });
	const begun = Date.now();
	try {
		const { error } = await runNode({
			node: 'voipcloud',
			parameters: {
				resource: 'queueCall',
				operation: 'getAll',
				limit: 1,
				filters: {},
				options: { maxWait: 0 },
				requestOptions: requestOptions as never,
			},
			credentials: { voipcloudApi: { apiKey, baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' } },
			items: Array.from({ length: items }, (_, n) => ({ json: { n } })),
		});
		return {
			direct: simulator.requests.length,
			proxied: proxied.length,
			authorization: proxied[0]?.headers['proxy-authorization'],
			failed: error !== undefined,
			waited: Date.now() - begun,
		};
	} finally {
		type.customOperations = customOperations;
	}
}

const ONCE: Seen = { direct: 1, proxied: 0, authorization: undefined, failed: false, waited: 0 };
const BY_PROXY: Seen = { ...ONCE, direct: 0, proxied: 1 };
const REFUSED: Seen = { ...ONCE, direct: 0, failed: true };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

it.each<[string, () => object, Seen]>([
	['nothing', () => ({}), ONCE],
	['a proxy', () => ({ proxy: `http://127.0.0.1:${port}` }), BY_PROXY],
	['a proxy with a slash', () => ({ proxy: `http://localhost:${port}/` }), BY_PROXY],
	[
		'a proxy with a user',
		() => ({ proxy: `http://ann:secret@127.0.0.1:${port}` }),
		{ ...BY_PROXY, authorization: basic('ann:secret') },
	],
	['a proxy without scheme', () => ({ proxy: `localhost:${port}` }), REFUSED],
	['a proxy without scheme, by number', () => ({ proxy: `127.0.0.1:${port}` }), REFUSED],
	['a proxy without port', () => ({ proxy: 'http://127.0.0.1' }), REFUSED],
	['a proxy that is no address', () => ({ proxy: 'proxy' }), REFUSED],
	['an empty proxy', () => ({ proxy: '' }), ONCE],
	['a timeout of 0', () => ({ timeout: 0 }), ONCE],
	['a timeout that is enough', () => ({ timeout: 20_000 }), ONCE],
	['certificates of any kind', () => ({ allowUnauthorizedCerts: true }), ONCE],
])(
	'%s in Request Options is taken alike in both ways of n8n, or a request would go out beside the proxy',
	async (_, options, expected) => {
		expect(await seen('declarative', options(), 1)).toEqual(expected);
		expect(await seen('code', options(), 1)).toEqual(expected);
	},
);

it('Timeout ends a list in both ways', async () => {
	simulator.faults.add({ kind: 'hang', times: 100 });
	for (const way of ['declarative', 'code'] as const) {
		expect(await seen(way, { timeout: 50 }, 1)).toMatchObject({ failed: true });
	}
});

it('Batching spaces the requests of a list in both ways, so that the provider is not flooded', async () => {
	const batchInterval = 60_000;
	for (const way of ['declarative', 'code'] as const) {
		const spaced = await seen(way, { batching: { batch: { batchSize: 2, batchInterval } } }, 6);
		expect(spaced).toEqual({ ...ONCE, direct: 6, waited: 2 * batchInterval });
		const together = await seen(way, { batching: { batch: { batchSize: 6, batchInterval } } }, 6);
		expect(together).toEqual({ ...ONCE, direct: 6 });
	}
});
