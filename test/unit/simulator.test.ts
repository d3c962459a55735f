import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';

import { eventually } from '../../harness/clock';
import type { WorldCall } from '../../simulator/world/calls';
import { control, DAY, get, KEY, MINUTE, NOW, simulator, start } from './simulator';

describe('limits', () => {
	test("are 100 requests in any 15 minutes per key, wrong keys not counted, or nobody would learn of the provider's limit", async () => {
		let now = NOW;
		await start({ clock: () => now, limits: {} });
		for (let request = 0; request < 50; request++) await get('v1/get-user-calls');
		now += 10 * MINUTE;
		for (let request = 0; request < 50; request++) await get('v1/get-user-calls');
		const { status, body, headers } = await get('v1/get-user-calls');
		expect([status, body.code, headers.get('retry-after')]).toEqual([429, 429, null]);
		expect((await get('v1/get-user-calls', { headers: {} })).status).toBe(401);
		now += 5 * MINUTE;
		for (let request = 0; request < 50; request++) expect((await get('v1/get-user-calls')).status).toBe(200);
		expect((await get('v1/get-user-calls')).status).toBe(429);
		simulator.setLimit('voipcloud', { max: 10, windowMs: MINUTE, retryAfter: true });
		for (let request = 0; request < 10; request++) await get('v1/get-user-calls');
		expect((await get('v1/get-user-calls')).headers.get('retry-after')).toBe('60');
		simulator.setLimit('voipcloud', null);
		expect((await get('v1/get-user-calls')).status).toBe(200);
	});
});

describe('faults', () => {
	test('429, 500, 502 and a page instead of JSON come once each, in order, or retries could not be tested', async () => {
		await start();
		simulator.faults.add({ kind: '429', retryAfterSeconds: 7 }, { kind: '500' }, { kind: '502' }, { kind: 'html' });
		const limited = await get('v1/get-user-calls');
		expect([limited.status, limited.body.code, limited.headers.get('retry-after')]).toEqual([429, 429, '7']);
		expect(await get('v1/get-user-calls')).toMatchObject({ status: 500, body: { code: 0 } });
		for (const status of [502, 200]) {
			const response = await fetch(`${simulator.urls.voipcloud}/api/integration/v1/get-user-calls`, {
				headers: { token: KEY },
			});
			expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html']);
		}
		expect((await get('v1/get-user-calls')).status).toBe(200);
		expect(simulator.requests.map(({ status, fault }) => [status, fault])).toEqual([
			[429, '429'],
			[500, '500'],
			[502, '502'],
			[200, 'html'],
			[200, null],
		]);
	});

	test('broken JSON comes whole over the wire, truncated JSON does not, or one of the two would pass for the other', async () => {
		const world = await start();
		world.addCall({});
		simulator.faults.add({ kind: 'brokenJson' }, { kind: 'truncated' });
		const address = `${simulator.urls.voipcloud}/api/integration/v1/get-user-calls`;
		const broken = await (await fetch(address, { headers: { token: KEY } })).text();
		expect(broken).toMatch(/^\{"code":200/);
		expect(() => JSON.parse(broken) as unknown).toThrow();
		const truncated = await fetch(address, { headers: { token: KEY } });
		expect(truncated.status).toBe(200);
		await expect(truncated.text()).rejects.toThrow();
		expect((await get('v1/get-user-calls')).status).toBe(200);
	});

	test('a reset cuts the connection and a hang never answers but ends with the simulator, or time-outs could not be tested', async () => {
		await start();
		simulator.faults.add({ kind: 'reset' }, { kind: 'hang' }, { kind: 'hang', ms: 50 });
		await expect(get('v1/get-user-calls')).rejects.toThrow();
		const leaving = new AbortController();
		const left = expect(
			get('v1/get-user-calls', { headers: { token: KEY }, signal: leaving.signal }),
		).rejects.toThrow();
		await eventually(() => simulator.requests.length === 2);
		leaving.abort();
		await left;
		await expect(get('v1/get-user-calls')).rejects.toThrow('fetch failed');
		expect(simulator.requests.map(({ status, fault }) => [status, fault])).toEqual([
			[null, 'reset'],
			[null, 'hang'],
			[null, 'hang'],
		]);
		simulator.faults.add({ kind: 'hang' });
		const hanging = get('v1/get-user-calls');
		const ended = expect(hanging).rejects.toThrow();
		while (simulator.requests.length < 4) await new Promise(setImmediate);
		await simulator.close();
		await ended;
	});

	test('a slow answer is right but late, or a slow provider would be taken for a broken one', async () => {
		await start();
		let release = () => {};
		simulator.faults.add({ kind: 'slow', until: new Promise<void>((resolve) => (release = resolve)) });
		let isAnswered = false;
		const late = get('v1/get-user-calls').finally(() => (isAnswered = true));
		await eventually(() => simulator.requests.length === 1);
		expect((await get('v1/get-system-status')).status).toBe(200);
		expect(isAnswered).toBe(false);
		release();
		expect((await late).status).toBe(200);
	});

	test('strike only what they are meant for, as often as said, or a test would hit the wrong request', async () => {
		await start();
		simulator.faults.add({ kind: '500', provider: 'voipcloud', path: 'queue-calls', method: 'get', times: 2, skip: 1 });
		const statuses = [];
		for (const path of [
			'v1/get-user-calls',
			'v1/get-queue-calls',
			'v1/get-queue-calls',
			'v1/get-user-calls',
			'v1/get-queue-calls',
			'v1/get-queue-calls',
		])
			statuses.push((await get(path)).status);
		expect(statuses).toEqual([200, 200, 500, 200, 500, 200]);
		simulator.faults.add({ kind: '500' });
		simulator.faults.clear();
		expect((await get('v1/get-user-calls')).status).toBe(200);
	});
});

describe('the control of the simulator', () => {
	test('journals each request as it came, or nobody could tell what a node has sent', async () => {
		await start();
		await get('v1/get-user-calls?limit=5&users_names=John%20Smith');
		await get('v1/call-to-number', {
			method: 'POST',
			headers: { token: KEY },
			body: new URLSearchParams({ user_number: '1001' }),
		});
		await fetch(`${simulator.urls.voipcloud}/nowhere`);
		expect(simulator.requests).toMatchObject([
			{
				provider: 'voipcloud',
				method: 'GET',
				path: '/api/integration/v1/get-user-calls',
				query: { limit: '5', users_names: 'John Smith' },
				headers: { token: KEY },
				body: '',
				status: 200,
				at: NOW,
			},
			{ method: 'POST', body: 'user_number=1001', status: 400 },
			{ path: '/nowhere', status: 404 },
		]);
		expect((await control('GET', 'requests')).body).toHaveLength(3);
		await control('DELETE', 'requests');
		expect(simulator.requests).toEqual([]);
	});

	test('can be driven from another process: calls, clock, faults, limits, settings, or the end-to-end run would be blind', async () => {
		await start();
		expect((await control('GET', 'health')).body).toMatchObject({ ok: true, now: NOW });
		const { body } = await control('POST', 'calls', {
			queue: 'Support',
			from: null,
			startedAt: '2026-11-19T01:00:00Z',
			endedAt: NOW + MINUTE,
			count: 3,
		});
		expect(body).toMatchObject([{ queue: { name: 'Support' }, from: { withheld: true } }, {}, {}]);
		expect((await control('GET', `calls?from=${NOW - DAY}&to=${NOW}`)).body).toMatchObject([{ endedAt: null }, {}, {}]);
		await control('POST', 'clock', { advanceMs: 2 * MINUTE });
		expect((await get('v1/get-queue-calls')).rows).toMatchObject([{ status: 'abandoned' }, {}, {}]);
		expect((await control('POST', 'clock', { offsetMs: 0 })).body).toEqual({ now: NOW, offsetMs: 0 });
		const [first] = body as WorldCall[];
		await control('POST', `calls/${first?.id}/end`);
		await control('DELETE', `calls/${(body as WorldCall[])[1]?.id}`);
		expect((await control('GET', 'calls')).body).toMatchObject([{ id: first?.id, endedAt: NOW }, { endedAt: null }]);
		await control('POST', 'world', { latenessMs: DAY });
		expect((await control('GET', 'calls?visible=1')).body).toEqual([]);
		await control('POST', 'faults', [{ kind: '502', provider: 'voipcloud' }, { kind: 'reset' }]);
		expect((await control('GET', 'faults')).body).toHaveLength(2);
		await control('DELETE', 'faults');
		await control('POST', 'limits', { provider: 'voipcloud', max: 0, windowMs: 1000 });
		expect((await get('v1/get-queue-calls')).status).toBe(429);
		await control('POST', 'limits', { provider: 'voipcloud', max: null });
		await control('POST', 'settings', { provider: 'voipcloud', settings: { apiKeys: ['new'] } });
		expect((await get('v1/get-queue-calls', { headers: { token: 'new' } })).status).toBe(200);
		expect((await control('GET', 'world')).body).toMatchObject({
			zone: 'Australia/Sydney',
			queues: [{ name: 'Sales queue' }, {}, {}],
		});
	});

	test.each([
		['calls', { queu: 'Support' }],
		['calls', { startedAt: 'soon' }],
		['faults', { kind: '418' }],
		['faults', { kind: '500', provider: 'voipclod' }],
		['clock', { advance: 5 }],
		['limits', { provider: 'voipcloud', max: 5 }],
		['settings', { provider: 'voipcloud', settings: { zoned: 'UTC' } }],
		['world', { lateness: 5 }],
	])('refuses a slip in POST %s, or a test would pass without testing', async (path, body) => {
		await start();
		expect((await control('POST', path, body)).status).toBe(400);
	});

	test("listens on the loopback address only, or anybody in the network could read a tester's calls", async () => {
		await start();
		expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		const port = Number(new URL(simulator.url).port);
		// Another address of the same machine: a server on 0.0.0.0 would accept it.
		const outcome = await new Promise<string>((resolve) => {
			const socket = connect({ host: '127.0.0.2', port }, () => resolve('connected'));
			socket.on('error', () => resolve('refused'));
			socket.on('connect', () => socket.destroy());
		});
		expect(outcome).toBe('refused');
	});

	test('starts from the command line, says where, and ends cleanly when told, or the demo would leave processes behind', async () => {
		const args = [
			'--import',
			'tsx',
			'simulator/main.ts',
			'--port',
			'0',
			'--calls-per-day',
			'10',
			'--api-key',
			'a-key-of-mine',
			'--no-limits',
		];
		const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
		try {
			let output = '';
			await new Promise<void>((resolve) => {
				child.stdout.on('data', (chunk: Buffer) => {
					output += chunk.toString();
					if (output.includes('Ctrl+C')) resolve();
				});
				child.on('exit', () => resolve());
			});
			const url = /http:\/\/127\.0\.0\.1:\d+\/voipcloud/.exec(output)?.[0];
			const response = await fetch(`${url}/api/integration/v1/get-system-status`, {
				headers: { token: 'a-key-of-mine' },
			});
			expect(response.status).toBe(200);
			const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve([code, signal])));
			child.kill('SIGTERM');
			expect(await exit).toEqual([0, null]);
		} finally {
			child.kill('SIGKILL');
		}
	});
});

describe('the simulator in reach of a browser', () => {
	const ask = async (headers: Record<string, string>, path = '/_simulator/requests') =>
		await new Promise<number>((resolve, reject) => {
			// `fetch` sets Host by itself.
			const { hostname, port } = new URL(simulator.url);
			request({ hostname, port, path, headers }, (response) => {
				response.resume();
				resolve(response.statusCode ?? 0);
			})
				.on('error', reject)
				.end();
		});

	it('answers no page under another name or of another site, or one could place calls and read the journal', async () => {
		await start();
		expect(await ask({})).toBe(200);
		expect(await ask({ host: 'localhost:8650', origin: 'http://localhost:8650' })).toBe(200);
		const foreign: Array<Record<string, string>> = [
			{ host: 'rebound.example' },
			{ host: 'localhost.example:8650' },
			{ origin: 'https://other.example' },
			{ origin: 'null' },
			{ origin: 'http://127.0.0.1.other.example' },
		];
		for (const headers of foreign) {
			expect(await ask(headers)).toBe(403);
			expect(await ask(headers, '/voipcloud/api/integration/v1/call-to-number')).toBe(403);
		}
		expect(simulator.requests).toEqual([]);
	});

	it('shows the journal without credentials', async () => {
		await start();
		const { livechat247, voipcloud, while1 } = simulator.urls;
		await fetch(`${voipcloud}/api/integration/v1/get-system-status`, { headers: { token: 'secret-1' } });
		await fetch(`${livechat247}/u/api?o=webcall&a=call&api_email=a&api_key=secret-2`);
		const form = new FormData();
		form.append('api_password', 'secret-3');
		for (const body of [new URLSearchParams({ api_key: 'secret-4', o: 'sms' }), form]) {
			await fetch(`${livechat247}/u/api`, { method: 'POST', body });
		}
		await fetch(`${while1}/api/cdr`, {
			method: 'POST',
			headers: { authorization: 'Bearer secret-5', 'content-type': 'application/json' },
			body: JSON.stringify({ password: 'secret-6', telephone: '0212' }),
		});
		const shown = await (await fetch(`${simulator.url}/_simulator/requests`)).text();
		expect(shown).not.toContain('secret-');
		expect(shown).toContain('0212');
		expect(JSON.parse(shown)).toHaveLength(5);
	});
});
