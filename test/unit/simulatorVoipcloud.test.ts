import { get, HOUR, KEY, MINUTE, NOW, type Row, simulator, start } from './simulator';

describe('VoIPcloud: who may ask', () => {
	test.each([
		['no key at all', {}],
		['a wrong key', { token: 'wrong' }],
		['a bearer token', { authorization: `Bearer ${KEY}` }],
	])('refuses %s with 401, or a wrong credential would pass its test', async (_name, headers) => {
		await start();
		const { status, body } = await get('v1/get-user-calls', { headers });
		expect([status, body.code]).toEqual([401, 401]);
	});

	test('refuses a key that comes as the parameter api_key alone, which stopped working in January 2021', async () => {
		await start();
		expect((await get(`v1/get-user-calls?api_key=${KEY}`, { headers: {} })).status).toBe(401);
		expect((await get(`v1/get-user-calls?api_key=${KEY}`)).status).toBe(200);
	});

	test('answers an address that is not on the white list like a wrong key, or users could not be told of both causes', async () => {
		await start({ voipcloud: { allowedIps: ['203.0.113.7'] } });
		expect(await get('v1/get-user-calls')).toMatchObject({ status: 401, body: { code: 401 } });
		simulator.faces.voipcloud.change({ allowedIps: ['127.0.0.1'] });
		expect((await get('v1/get-user-calls')).status).toBe(200);
	});

	test('can hide every code in the body under HTTP 200, or a client that reads only the status would pass', async () => {
		await start({ voipcloud: { statusMirrorsCode: false }, limits: { voipcloud: { max: 1, windowMs: 1000 } } });
		expect(await get('v1/get-user-calls', { headers: {} })).toMatchObject({ status: 200, body: { code: 401 } });
		expect(await get('v1/get-user-calls?limit=0')).toMatchObject({ status: 200, body: { code: 400 } });
		expect(await get('v1/get-user-calls')).toMatchObject({ status: 200, body: { code: 429 } });
		simulator.faults.add({ kind: '500' });
		expect(await get('v1/get-user-calls')).toMatchObject({ status: 200, body: { code: 0 } });
	});
});

describe('VoIPcloud: what may be asked', () => {
	test.each([
		'limit=0',
		'limit=10001',
		'limit=ten',
		'limit=1.5',
		'limit=',
		'limit=-1',
		'offset=-1',
		'offset=x',
		'limit=1&limit=2',
		'from_date=2026-02-30',
		'from_date=19-11-2026',
		'from_date=2026-11-19T00:00:00Z',
		'to_date=2026-1-1',
		'to_date=yesterday',
		'queues_names=Support',
		'page=2',
		'users_names[]=x',
		'sort_by=newest_first',
		'unique_call_id=1',
	])('refuses %s with 400, or a client could send what the provider does not know', async (query) => {
		await start();
		const { status, body } = await get(`v1/get-user-calls?${query}`);
		expect([status, body.code]).toEqual([400, 400]);
	});

	test('takes what is documented, empty values for "any" included, or a right client would be called wrong', async () => {
		await start();
		const { status } = await get('v1/get-user-calls?from_date=&to_date=2026-11-19&limit=10000&offset=0&users_names=');
		expect(status).toBe(200);
		expect((await get('v2/get-queue-calls?sort_by=newest_first&queues_names=Support&unique_call_id=5')).status).toBe(
			200,
		);
		expect((await get('v2/get-queue-calls?sort_by=oldest_first')).status).toBe(400);
		expect((await get('v2/get-user-calls?users_names=John%20Smith')).status).toBe(400);
	});

	test('can ignore unknown parameters as a lenient server would, or a filter that does nothing would go unseen', async () => {
		const world = await start({ voipcloud: { unknownParameters: 'ignore' } });
		world.addCall({ user: 'Kevin Smith', startedAt: NOW - HOUR });
		expect((await get('v2/get-user-calls?users_names=John%20Smith')).rows).toHaveLength(1);
	});

	test.each(['v1/get-users', 'v1/constructor', 'v2/get-system-status', 'v3/get-user-calls'])(
		'answers 404 to %s, or a client could call what does not exist',
		async (path) => {
			await start();
			expect(await get(path)).toMatchObject({ status: 404, body: { code: 404 } });
		},
	);

	test('answers a page outside the API, or a wrong base URL would look like the API', async () => {
		await start();
		const response = await fetch(`${simulator.urls.voipcloud}/v1/get-user-calls`, { headers: { token: KEY } });
		expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html']);
	});

	test('refuses a wrong method, or a POST that reads would pass', async () => {
		await start();
		expect((await get('v1/get-user-calls', { method: 'POST', headers: { token: KEY } })).status).toBe(405);
		expect((await get('v1/call-to-number?user_number=1001&number_to_call=1002')).status).toBe(405);
	});
});

describe('VoIPcloud: the lists', () => {
	test('have the rows of the reference to the last field, or the client would be tested on fields that do not exist', async () => {
		const world = await start();
		const startedAt = Date.parse('2019-09-12T17:57:42Z');
		world.addCall({
			queue: 'Sales queue',
			from: '+61300000000',
			to: '+44123456789',
			user: 'John Smith',
			startedAt,
			endedAt: startedAt + 21_000,
		});
		world.addCall({
			ringGroup: 'Reception',
			from: null,
			to: '+44123456789',
			user: 'Kevin Smith',
			startedAt,
			answeredAt: startedAt + 9_000,
			endedAt: startedAt + 29_000,
		});
		world.addCall({
			user: 'John Smith',
			direction: 'outbound',
			from: { number: '+61300000000', name: 'XYZ' },
			to: '+44123456789',
			startedAt,
			answeredAt: startedAt + 14_000,
			endedAt: startedAt + 28_000,
		});
		expect((await get('v1/get-queue-calls')).body).toEqual({
			code: 200,
			data: [
				{
					queue_name: 'Sales queue',
					callerid: '61300000000',
					inbound_number: '44123456789',
					call_start_at: '2019-09-12T17:57:42.000Z',
					call_answered_at: null,
					call_finished_at: '2019-09-12T17:58:03.000Z',
					answered_by_user_name: '',
					status: 'abandoned',
				},
			],
		});
		expect((await get('v1/get-ringgroup-calls')).body).toEqual({
			code: 200,
			data: [
				{
					ring_group_name: 'Reception',
					callerid: 'anonymous',
					inbound_number: '44123456789',
					call_start_at: '2019-09-12T17:57:42.000Z',
					call_answered_at: '2019-09-12T17:57:51.000Z',
					call_finished_at: '2019-09-12T17:58:11.000Z',
					answered_by_user_name: 'Kevin Smith',
					status: 'answered',
				},
			],
		});
		expect((await get('v1/get-user-calls')).body).toEqual({
			code: 200,
			data: [
				{
					from_number: '61300000000',
					to_number: '44123456789',
					user_name: 'John Smith',
					is_inbound: 0,
					call_start_at: '2019-09-12T17:57:42.000Z',
					call_duration: 28,
					call_finished_at: '2019-09-12T17:58:10.000Z',
					conversation_duration: 14,
				},
			],
		});
		expect((await get('v2/get-queue-calls')).body).toEqual({
			code: 200,
			data: [
				{
					unique_call_id: expect.stringMatching(/^1568311062\d+$/) as string,
					queue_name: 'Sales queue',
					callerid: '61300000000',
					caller_name: null,
					dest_number: '44123456789',
					user_name: 'John Smith',
					user_number: '1001',
					call_start_at: '2019-09-12T17:57:42.000Z',
					connected_at: null,
					call_duration: 21,
					conversation_duration: 0,
					status: 'abandoned',
				},
			],
		});
		expect((await get('v2/get-ringgroup-calls')).rows).toMatchObject([
			{ ring_group_name: 'Reception', status: 'answered', connected_at: '2019-09-12T17:57:51.000Z' },
		]);
		expect((await get('v2/get-user-calls')).body).toEqual({
			code: 200,
			data: [
				{
					unique_call_id: expect.stringMatching(/^1568311062\d+$/) as string,
					type: 'user_outbound_answered',
					caller_id: '61300000000',
					caller_name: 'XYZ',
					dest_number: '44123456789',
					user_name: 'John Smith',
					user_number: '1001',
					call_start_at: '2019-09-12T17:57:42.000Z',
					connected_at: '2019-09-12T17:57:56.000Z',
					call_duration: 28,
					conversation_duration: 14,
				},
			],
		});
	});

	test('come newest first in pages without gap or overlap, 100 rows if not asked, or a reader would lose a page', async () => {
		await start({ world: { callsPerDay: 300 } });
		expect((await get('v1/get-user-calls')).rows).toHaveLength(100);
		const all = (await get('v2/get-user-calls?limit=700')).rows;
		const paged: Row[] = [];
		for (let offset = 0; offset < 700; offset += 70)
			paged.push(...(await get(`v2/get-user-calls?limit=70&offset=${offset}`)).rows);
		expect(paged).toEqual(all);
		expect(new Set(all.map((row) => `${row.unique_call_id} ${row.call_start_at} ${row.user_name}`)).size).toBe(700);
		const starts = all.map((row) => String(row.call_start_at));
		expect(starts).toEqual([...starts].sort().reverse());
	});

	test('move down by one when a call begins between two pages, or a reader by offset would never meet its trap', async () => {
		const world = await start();
		for (let minute = 1; minute <= 4; minute++) world.addCall({ startedAt: NOW - minute * MINUTE });
		const first = (await get('v1/get-user-calls?limit=2')).rows;
		world.addCall({ startedAt: NOW });
		const second = (await get('v1/get-user-calls?limit=2&offset=2')).rows;
		expect(second[0]).toEqual(first[1]);
	});

	test('can change the order of one second between requests, or a reader would rely on what nobody promises', async () => {
		const world = await start({ voipcloud: { ties: 'shuffled' } });
		for (let number = 0; number < 20; number++) world.addCall({ from: `+6149157${number}`, startedAt: NOW - HOUR });
		const orders = [];
		for (let request = 0; request < 3; request++)
			orders.push((await get('v1/get-user-calls')).rows.map((row) => row.from_number));
		expect(orders[0]).not.toEqual(orders[1]);
		expect([...(orders[0] ?? [])].sort()).toEqual([...(orders[1] ?? [])].sort());
	});

	test('filter by whole names separated by commas, or a name filter would go untested', async () => {
		const world = await start();
		for (const queue of ['Sales queue', 'Support', 'Sup']) world.addCall({ queue });
		const names = async (filter: string) =>
			(await get(`v1/get-queue-calls?queues_names=${encodeURIComponent(filter)}`)).rows
				.map((row) => row.queue_name)
				.sort();
		expect(await names('Support')).toEqual(['Support']);
		expect(await names('Sales queue, Support')).toEqual(['Sales queue', 'Support']);
		expect(await names('support')).toEqual([]);
		expect(await names('')).toHaveLength(3);
	});

	test("filter by days of the portal's zone, to_date included, or calls around midnight would be untested", async () => {
		const world = await start();
		// Midnight in Sydney is 13:00 UTC of the day before.
		for (const startedAt of [
			'2026-11-17T12:59:59Z',
			'2026-11-17T13:00:00Z',
			'2026-11-18T12:59:59Z',
			'2026-11-18T13:00:00Z',
		])
			world.addCall({ startedAt });
		const starts = async (query: string) =>
			(await get(`v1/get-user-calls?${query}`)).rows.map((row) => String(row.call_start_at).slice(8, 19));
		expect(await starts('from_date=2026-11-18&to_date=2026-11-18')).toEqual(['18T12:59:59', '17T13:00:00']);
		expect(await starts('from_date=2026-11-19')).toEqual(['18T13:00:00']);
		simulator.faces.voipcloud.change({ toDateInclusive: false });
		expect(await starts('to_date=2026-11-18')).toEqual(['17T12:59:59']);
		simulator.faces.voipcloud.change({ zone: 'UTC', toDateInclusive: true });
		expect(await starts('from_date=2026-11-18&to_date=2026-11-18')).toEqual(['18T13:00:00', '18T12:59:59']);
	});

	test('show calls that last, without their end, where the document says so, or a call would be emitted before it ended', async () => {
		const world = await start();
		world.addCall({
			queue: 'Support',
			user: 'John Smith',
			startedAt: NOW - 90_000,
			answeredAt: NOW - 60_000,
			endedAt: NOW + 60_000,
			withLeg: true,
		});
		expect((await get('v1/get-user-calls')).rows).toMatchObject([
			{ call_finished_at: null, call_duration: 64, conversation_duration: 60 },
		]);
		expect((await get('v1/get-queue-calls')).rows).toMatchObject([{ call_finished_at: null, status: 'answered' }]);
		expect((await get('v2/get-user-calls')).rows).toEqual([]);
		simulator.faces.voipcloud.change({ listsLive: { v1: ['user'], v2: ['user'] } });
		expect((await get('v1/get-queue-calls')).rows).toEqual([]);
		expect((await get('v2/get-user-calls')).rows).toMatchObject([{ call_duration: 64 }]);
		world.offsetMs = 60_000;
		expect((await get('v1/get-queue-calls')).rows).toMatchObject([
			{ call_finished_at: '2026-11-19T02:01:00.000Z', status: 'answered' },
		]);
	});

	test("keep a call's unique_call_id from its first second to its end, or v2 would give a call twice", async () => {
		const world = await start({ voipcloud: { listsLive: { v1: [], v2: ['queue', 'user'] } } });
		world.addCall({
			queue: 'Support',
			startedAt: NOW - 9000,
			answeredAt: NOW - 1000,
			endedAt: NOW + 9000,
			withLeg: true,
		});
		const id = (await get('v2/get-queue-calls')).rows[0]?.unique_call_id;
		const leg = (await get('v2/get-user-calls')).rows[0]?.unique_call_id;
		expect(leg).toBe(id);
		world.offsetMs = HOUR;
		expect((await get(`v2/get-queue-calls?unique_call_id=${id}`)).rows).toMatchObject([
			{ unique_call_id: id, call_duration: 18 },
		]);
		simulator.faces.voipcloud.change({ legsShareId: false });
		expect((await get('v2/get-user-calls')).rows[0]?.unique_call_id).not.toBe(id);
	});

	test('repeat identical rows in v1, which has no ids, or two calls alike would be taken for one', async () => {
		const world = await start();
		for (let time = 0; time < 2; time++) world.addCall({ queue: 'Support', from: null });
		world.offsetMs = HOUR;
		const { rows } = await get('v1/get-queue-calls');
		expect(rows).toHaveLength(2);
		expect(rows[0]).toEqual(rows[1]);
	});

	test("write times in UTC, with an offset or without a zone, and by the provider's clock, or a shifted hour would go unseen", async () => {
		const world = await start({ world: { callsPerDay: 0, clockSkewMs: -90_500 } });
		world.addCall({ startedAt: '2026-11-18T13:01:00Z' });
		const started = async () =>
			(await get('v1/get-user-calls?from_date=2026-11-18&to_date=2026-11-18')).rows[0]?.call_start_at;
		expect(await started()).toBe('2026-11-18T12:59:29.000Z');
		simulator.faces.voipcloud.change({ times: 'offset' });
		expect(await started()).toBe('2026-11-18T23:59:29+11:00');
		simulator.faces.voipcloud.change({ times: 'naive' });
		expect(await started()).toBe('2026-11-18T23:59:29');
	});
});

describe('VoIPcloud: calling', () => {
	const fields = { user_number: '1002', number_to_call: '+61255501234' };
	function multipart(values: Record<string, string>): FormData {
		const form = new FormData();
		for (const [name, value] of Object.entries(values)) form.append(name, value);
		return form;
	}
	const post = (path: string, body?: RequestInit['body'], headers = {}) =>
		get(path, { method: 'POST', headers: { token: KEY, ...headers }, body });

	test.each([
		['v1', 'urlencoded', () => new URLSearchParams(fields)],
		['v1', 'multipart', () => multipart(fields)],
		['v2', 'urlencoded', () => new URLSearchParams(fields)],
		['v2', 'multipart', () => multipart({ ...fields, caller_id: '+61255500101' })],
	])(
		'%s takes a form, %s, and the call then lives, or click-to-dial would seem to do nothing',
		async (version, _encoding, body) => {
			const world = await start();
			const { status, body: answer } = await post(`${version}/call-to-number`, body());
			expect([status, answer.code, answer.message]).toEqual([200, 200, { status: 'success' }]);
			expect(answer.data).toMatchObject({ user_name: 'Kevin Smith', user_number: '1002', dest_number: '61255501234' });
			// The agent's own phone rings first.
			expect((await get('v1/get-user-calls')).rows).toMatchObject([
				{ is_inbound: 0, to_number: '1002', call_finished_at: null },
			]);
			world.offsetMs = 2 * MINUTE;
			expect((await get('v1/get-user-calls')).rows).toMatchObject([
				{ to_number: '61255501234', call_duration: 64, conversation_duration: 60 },
				{ to_number: '1002', call_duration: 68, conversation_duration: 64 },
			]);
		},
	);

	test('v1 takes the query string as well, v2 does not', async () => {
		await start();
		expect((await post('v1/call-to-number?user_number=1002&number_to_call=1003')).status).toBe(200);
		expect((await post('v2/call-to-number?user_number=1002&number_to_call=1003')).status).toBe(400);
	});

	test.each([
		['without user_number', new URLSearchParams({ number_to_call: '1003' }), 400],
		['without number_to_call', new URLSearchParams({ user_number: '1002' }), 400],
		['to a word', new URLSearchParams({ ...fields, number_to_call: 'mum' }), 400],
		['with an unknown field', new URLSearchParams({ ...fields, colour: 'red' }), 400],
		['in JSON', JSON.stringify(fields), 400],
		['for a user nobody knows', new URLSearchParams({ ...fields, user_number: '4711' }), 404],
	])('refuses a call %s and calls nobody, or a mistake would ring somewhere', async (_name, body, code) => {
		const world = await start();
		const headers = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
		expect(await post('v2/call-to-number', body, headers)).toMatchObject({ status: code, body: { code } });
		expect(world.callsBetween(-Infinity, Infinity)).toEqual([]);
	});

	test('tells the system status in v1', async () => {
		await start({ voipcloud: { systemStatus: 'degraded' } });
		expect((await get('v1/get-system-status')).body).toEqual({ code: 200, data: { status: 'degraded' } });
	});
});
