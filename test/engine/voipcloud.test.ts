import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INodeParameters } from 'n8n-workflow';

import { eventually, setClock } from '../../harness/clock';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const KEY = 'voipcloud-demo-key';
const NOON = Date.parse('2026-11-20T01:00:00Z'); // Noon in Sydney, where the simulated PBX stands.

let simulator: Simulator;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0, clock: () => NOON } });
	simulator.setLimit('voipcloud', null);
});
afterEach(async () => {
	await simulator.close();
});

/** Each test has its own port, and with it its own account: the budget of 100 requests is not shared. */
function node(parameters: INodeParameters, more: Partial<NodeRun> = {}, credential: object = {}): NodeRun {
	return {
		node: 'voipcloud',
		parameters,
		credentials: {
			voipcloudApi: { apiKey: KEY, baseUrl: simulator.urls.voipcloud, apiVersion: 'v1', ...credential },
		},
		...more,
	};
}

function queueCalls(parameters: INodeParameters = {}): INodeParameters {
	return { resource: 'queueCall', operation: 'getAll', ...parameters };
}

function minutesAgo(minutes: number): number {
	return NOON - minutes * 60_000;
}

const LISTS = [
	{ resource: 'queueCall', path: 'get-queue-calls', names: 'queues_names', call: { queue: 'Sales queue' } },
	{
		resource: 'ringGroupCall',
		path: 'get-ringgroup-calls',
		names: 'ringgroups_names',
		call: { ringGroup: 'Reception' },
	},
	{ resource: 'userCall', path: 'get-user-calls', names: 'users_names', call: { user: 'John Smith' } },
];

describe('Get Many', () => {
	describe.each(LISTS)('of $resource', ({ resource, path, names, call }) => {
		it('asks as the document says, so that filters are not silently dropped', async () => {
			const name: string = Object.values(call).join();
			simulator.world.addCall({ ...call, startedAt: minutesAgo(60) });
			const { items, error } = await runNode(
				node({
					resource,
					operation: 'getAll',
					limit: 7,
					...{ period: 'dates', periodFrom: '2026-11-19', periodTo: '2026-11-20' },
					filters: { names: ` ${name} ` },
					options: { offset: 0 },
				}),
			);
			expect(error).toBeUndefined();
			expect(items).toHaveLength(1);
			const [request] = simulator.requests;
			expect(request).toMatchObject({ method: 'GET', path: `/api/integration/v1/${path}`, body: '' });
			expect({ ...request.query }).toEqual({
				// In which zone its days are is not documented.
				from_date: '2026-11-18',
				to_date: '2026-11-23',
				limit: '10000',
				offset: '0',
				[names]: name,
			});
			expect(request.headers.token).toBe(KEY);
		});
	});

	it('returns all calls of a list longer than a page, none twice while calls arrive', async () => {
		for (let i = 0; i < 10_050; i++) {
			simulator.world.addCall({
				queue: 'Support',
				from: `+6129000${String(i).padStart(5, '0')}`,
				startedAt: minutesAgo(60) - i * 1000,
			});
		}
		const arrived = eventually(() => simulator.requests.length === 2).then(() => {
			for (let i = 0; i < 5; i++)
				simulator.world.addCall({ queue: 'Support', from: '+61400000000', startedAt: minutesAgo(2) });
		});
		simulator.faults.add({ kind: 'slow', until: arrived, skip: 1 });
		const { items, error } = await runNode(node(queueCalls({ returnAll: true })));
		expect(error).toBeUndefined();
		const numbers = items.map(({ json }) => json.callerid).filter((number) => number !== '+61400000000');
		expect(numbers).toHaveLength(10_050);
		expect(new Set(numbers).size).toBe(10_050);
		expect(simulator.requests.length).toBe(2);
	});

	it('survives more records than the call stack of n8n holds, or a year of calls would stop the workflow', async () => {
		const records = Array.from({ length: 10_000 }, (_, i) => ({
			queue_name: 'Support',
			callerid: String(i),
			call_start_at: '2026-11-20T00:00:00Z',
		}));
		const pages = 13;
		let asked = 0;
		const server = createServer((request, response) => {
			const offset = Number(new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('offset'));
			const data = Array.from({ length: asked++ < pages ? 10_000 : 20 }, (_, i) => ({
				...records[i],
				callerid: String(offset + i),
			}));
			response.end(JSON.stringify({ code: 200, data }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const { items, error } = await runNode(
			node(queueCalls({ returnAll: true }), {}, { baseUrl: `http://127.0.0.1:${port}` }),
		);
		server.close();
		expect(error).toBeUndefined();
		expect(items).toHaveLength(10_000 + (pages - 1) * 9980);
		expect(new Set(items.map(({ json }) => json.callerid)).size).toBe(items.length);
	});

	it('stops at the limit with one request, so that a look at the newest calls costs no budget', async () => {
		for (let i = 0; i < 30; i++) simulator.world.addCall({ queue: 'Support', startedAt: minutesAgo(100 + i) });
		const { items } = await runNode(node(queueCalls({ limit: 10 })));
		expect(items).toHaveLength(10);
		expect(simulator.requests).toHaveLength(1);
	});

	it('links each output to the input it was made for, so that later nodes find the right data', async () => {
		simulator.world.addCall({ queue: 'Sales queue', startedAt: minutesAgo(60) });
		simulator.world.addCall({ queue: 'Support', startedAt: minutesAgo(50) });
		simulator.world.addCall({ queue: 'Support', startedAt: minutesAgo(40) });
		const items = [{ json: { queue: 'Support' } }, { json: { queue: 'Sales queue' } }];
		const result = await runNode(node(queueCalls({ filters: { names: '={{ $json.queue }}' } }), { items }));
		expect(result.items.map(({ json, pairedItem }) => [json.queue_name, pairedItem])).toEqual([
			['Support', { item: 0 }],
			['Support', { item: 0 }],
			['Sales queue', { item: 1 }],
		]);
	});

	it('takes a list of names from an expression', async () => {
		await runNode(node(queueCalls({ filters: { names: "={{ ['Support', 'Sales queue'] }}" } })));
		expect(simulator.requests[0].query.queues_names).toBe('Support,Sales queue');
	});

	it('works with a base URL that ends in a slash', async () => {
		const { error } = await runNode(node(queueCalls(), {}, { baseUrl: `${simulator.urls.voipcloud}/` }));
		expect(error).toBeUndefined();
	});
});

describe('Call: Create', () => {
	const create = (parameters: INodeParameters = {}): INodeParameters => ({
		resource: 'call',
		operation: 'create',
		userNumber: '1001',
		numberToCall: '+61290001234',
		...parameters,
	});

	it.each([
		['v1', 'auto', 'application/x-www-form-urlencoded'],
		['v2', 'auto', 'multipart/form-data'],
		['v1', 'multipart', 'multipart/form-data'],
		['v2', 'form', 'application/x-www-form-urlencoded'],
	])('sends user and number on %s with body format %s as %s', async (apiVersion, bodyFormat, contentType) => {
		const userNumber = simulator.world.users[0].extension;
		const { items, error } = await runNode(node(create({ userNumber, options: { bodyFormat } }), {}, { apiVersion }));
		expect(error).toBeUndefined();
		expect(simulator.requests).toHaveLength(1);
		const [{ method, path, headers, body }] = simulator.requests;
		expect([method, path]).toEqual(['POST', `/api/integration/${apiVersion}/call-to-number`]);
		expect(headers['content-type']).toContain(contentType);
		const fields =
			contentType === 'multipart/form-data'
				? [...body.matchAll(/name="(\w+)"\r\n\r\n(.*?)\r\n/g)].map(([, name, value]) => [name, value])
				: [...new URLSearchParams(body)];
		// Who rings first, and who is called then: swapped, a stranger's phone would ring for nobody.
		expect(Object.fromEntries(fields)).toEqual({ user_number: userNumber, number_to_call: '+61290001234' });
		expect(items).toHaveLength(1);
		expect(items[0].pairedItem).toEqual({ item: 0 });
	});

	it.each(['500', 'reset', '429', 'brokenJson'] as const)(
		'never repeats a call after %s, so that nobody is rung twice',
		async (kind) => {
			simulator.faults.add({ kind, times: 5 });
			const { error } = await runNode(node(create()));
			expect(error).toBeDefined();
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it('says that a call may have been started when the connection breaks after sending', async () => {
		simulator.faults.add({ kind: 'reset' });
		const { error } = await runNode(node(create()));
		expect(error?.message).toBe('No answer from VoIPcloud');
		expect(error?.description).toContain('Look it up in the portal before running again');
	});

	it.each([
		['v1', 'auto'],
		['v2', 'auto'],
		['v2', 'json'],
	])(
		'shows with Dry Run what it would send on %s as %s and dials nobody, or a rehearsal would ring a phone',
		async (apiVersion, bodyFormat) => {
			const { items, error } = await runNode(
				node(
					create({ dryRun: true, options: { bodyFormat }, additionalFields: { callerId: '+61290004321' } }),
					{},
					{ apiVersion },
				),
			);
			expect(error).toBeUndefined();
			expect(items).toEqual([
				{
					json: {
						dryRun: true,
						would: 'call +61290001234',
						method: 'POST',
						url: `${simulator.urls.voipcloud}/api/integration/${apiVersion}/call-to-number`,
						body: { user_number: '1001', number_to_call: '+61290001234', caller_id: '+61290004321' },
					},
					pairedItem: { item: 0 },
				},
			]);
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it('checks the values in a Dry Run too, or it would promise a call that is refused', async () => {
		const { error } = await runNode(node(create({ numberToCall: '  ', dryRun: true })));
		expect(error?.message).toContain("'Number to Call' is empty");
	});

	it('says of an extension with letters what an extension is, and not how to write a phone number', async () => {
		const { error } = await runNode(node(create({ userNumber: 'abc' })));
		expect(error?.message).toBe("'User Number' is not an extension");
		expect(error?.description).toBe('It is "abc" now. Nothing was sent. An extension consists of digits, e.g. 1010.');
		expect(simulator.requests).toHaveLength(0);
	});

	it.each([
		['userNumber', "'User Number' is empty"],
		['numberToCall', "'Number to Call' is empty"],
	])('names %s when it is empty and sends nothing', async (field, message) => {
		const { error } = await runNode(node(create({ [field]: '  ' })));
		expect(error?.message).toContain(message);
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});
});

it('reads the system status', async () => {
	const { items, error } = await runNode(node({ resource: 'systemStatus', operation: 'get' }));
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json)).toEqual([{ status: 'operational' }]);
	expect(simulator.requests[0]).toMatchObject({ method: 'GET', path: '/api/integration/v1/get-system-status' });
});

describe('Bad input and faults say what happened and what to do', () => {
	const failing = async (parameters: INodeParameters = {}, credential: object = {}) =>
		(await runNode(node(queueCalls(parameters), {}, credential))).error;

	it.each([true, false])(
		'wrong key or white list, sent once (status mirrors the code: %s)',
		async (statusMirrorsCode) => {
			simulator.faces.voipcloud.change({ statusMirrorsCode });
			const error = await failing({}, { apiKey: 'secret-wrong-key' });
			expect(error?.message).toBe("VoIPcloud refused the API key or this server's address");
			expect(error?.description).toContain('white list');
			expect(error?.description).toContain(
				'PBX > Settings > Integrations > API > Whitelisted IPs, then Save and apply the configuration',
			);
			expect(error?.httpCode).toBe('401');
			expect(error?.failure).toEqual({ cause: 'credential-invalid' });
			expect(simulator.requests).toHaveLength(1);
			expect(JSON.stringify({ ...error, message: error?.message, stack: error?.stack })).not.toContain(
				'secret-wrong-key',
			);
		},
	);

	it.each([0, 10_001, 2.5, -1, 'many'])("'Limit' %s", async (limit) => {
		const error = await failing({ limit: `={{ ${JSON.stringify(limit)} }}` });
		expect(error?.message).toContain("'Limit' must be a whole number from 1 to 10,000");
		expect(error?.description).toContain("'Return All'");
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});

	it.each(['yesterday', '2026-02-30', '21.11.2026', 17])('a date that is none: %s', async (periodFrom) => {
		const dates = { period: 'dates', periodTo: '2026-11-20' };
		const error = await failing({ ...dates, periodFrom: `={{ ${JSON.stringify(periodFrom)} }}` });
		expect(error?.message).toContain("'From' is not a date");
		expect(simulator.requests).toHaveLength(0);
	});

	it('days in the wrong order', async () => {
		const error = await failing({ period: 'dates', periodFrom: '2026-11-20', periodTo: '2026-11-01' });
		expect(error?.message).toContain("'To' is not after 'From'");
	});

	it('an unreachable host', async () => {
		const error = await failing({}, { baseUrl: 'http://127.0.0.1:9' });
		expect(error?.message).toBe('No answer from VoIPcloud');
		expect(error?.description).toContain('Check the base URL');
	});

	it('a base URL that is no address', async () => {
		const error = await failing({}, { baseUrl: 'au voipcloud' });
		expect(error?.message).toBe("'Base URL' in the credential is not an address");
		expect(error?.description).toContain('Enter one such as https://');
	});

	it('HTML in place of JSON', async () => {
		const error = await failing({}, { baseUrl: simulator.url });
		expect(`${error?.message} ${error?.description}`).toContain('base URL');
	});

	it('a 429 that stays, with the time the provider asks to wait for', async () => {
		simulator.faults.add({ kind: '429', times: 9, retryAfterSeconds: 120 });
		const error = await failing();
		expect(error?.message).toBe('VoIPcloud received too many requests from this account');
		expect(error?.failure).toEqual({ cause: 'rate-limited', retryAfterMs: 120_000 });
	});

	it.each(['500', 'brokenJson', 'truncated', 'reset'] as const)(
		'a passing %s is ridden out by reading again',
		async (kind) => {
			simulator.world.addCall({ queue: 'Support', startedAt: minutesAgo(60) });
			simulator.faults.add({ kind });
			const { items, error } = await runNode(node(queueCalls()));
			expect(error).toBeUndefined();
			expect(items).toHaveLength(1);
			expect(simulator.requests).toHaveLength(2);
		},
	);

	it('a queue that does not exist is an empty result or a message, never another queue', async () => {
		simulator.world.addCall({ queue: 'Support', startedAt: minutesAgo(60) });
		const { items } = await runNode(node(queueCalls({ filters: { names: 'No such queue' } })));
		expect(items).toHaveLength(0);
	});

	it('one bad item does not stop the others with Continue On Fail, and errors keep their place', async () => {
		simulator.world.addCall({ queue: 'Support', startedAt: minutesAgo(60) });
		const items = [{ json: { limit: 1 } }, { json: { limit: 0 } }, { json: { limit: 1 } }];
		const result = await runNode(
			node(queueCalls({ limit: '={{ $json.limit }}' }), { items, onError: 'continueRegularOutput' }),
		);
		expect(result.items.map(({ json }) => (json.error === undefined ? json.queue_name : json.error))).toEqual([
			'Support',
			expect.stringContaining("'Limit'"),
			'Support',
		]);
	});
});

it('keeps at most a handful of requests under way for many input items, so that the provider does not block the account', async () => {
	let most = 0;
	// The first requests are held until there are four, and a moment longer for one too many to show.
	const full = eventually(() => simulator.requests.length >= 4).then(
		async () => await new Promise((resolve) => setTimeout(resolve, 300)),
	);
	simulator.faults.add({ kind: 'slow', until: full, times: 40 });
	const watch = setInterval(() => {
		most = Math.max(most, simulator.requests.filter(({ status }) => status === null).length);
	}, 5);
	const items = Array.from({ length: 40 }, (_, n) => ({ json: { n } }));
	const { error } = await runNode(node(queueCalls({ limit: 1 }), { items }));
	clearInterval(watch);
	expect(error).toBeUndefined();
	expect(simulator.requests).toHaveLength(40);
	expect(most).toBe(4);
});

it('stops before the 101st request in 15 minutes with the time to go on, so that the account is not locked', async () => {
	const items = Array.from({ length: 101 }, (_, n) => ({ json: { n } }));
	const result = await runNode(
		node(queueCalls({ limit: 1, options: { maxWait: 0 } }), { items, onError: 'continueRegularOutput' }),
	);
	expect(simulator.requests).toHaveLength(100);
	const errors = result.items.filter(({ json }) => json.error !== undefined);
	expect(errors).toHaveLength(1);
	expect(errors[0].json.error).toContain('used up for now');
});

it.each([
	[14 * 60 + 59, /used up/],
	[15 * 60, undefined],
])(
	'lets the next one leave %d s after the first of 100: %s, or a list would wait, or the account be locked',
	async (seconds, says) => {
		let now = Date.now();
		const restore = setClock(() => now);
		try {
			const asked = queueCalls({ limit: 1, output: 'raw', options: { maxWait: 0 } });
			await runNode(node(asked, { items: Array.from({ length: 100 }, () => ({ json: {} })) }));
			expect(simulator.requests).toHaveLength(100);
			now += seconds * 1000;
			const { error } = await runNode(node(asked));
			expect(error?.message).toEqual(says && expect.stringMatching(says));
		} finally {
			restore();
		}
	},
);
