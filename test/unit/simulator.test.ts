import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { Simulator, SimulatorOptions } from '../../simulator/server';
import { createSimulator } from '../../simulator/server';
import type { WorldCall } from '../../simulator/calls';
import { World } from '../../simulator/world';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Thursday, 13:00 in Sydney (UTC+11). */
const NOW = Date.parse('2026-11-19T02:00:00Z');
const KEY = 'voipcloud-demo-key';

type Row = Record<string, string | number | null>;

interface Answer {
	status: number;
	headers: Headers;
	body: { code?: number; data?: Row[] | Row; message?: unknown };
	rows: Row[];
}

let simulator: Simulator;

async function start(options: SimulatorOptions = {}): Promise<World> {
	simulator = await createSimulator({
		world: { callsPerDay: 0 },
		clock: () => NOW,
		limits: { voipcloud: null },
		...options,
	});
	return simulator.world;
}

async function get(path: string, init: RequestInit = {}): Promise<Answer> {
	const response = await fetch(`${simulator.urls.voipcloud}/api/integration/${path}`, {
		headers: { token: KEY },
		...init,
	});
	const body = (await response.json()) as Answer['body'];
	return { status: response.status, headers: response.headers, body, rows: Array.isArray(body.data) ? body.data : [] };
}

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
	const response = await fetch(`${simulator.url}/_simulator/${path}`, {
		method,
		...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	return { status: response.status, body: await response.json() };
}

afterEach(async () => {
	await simulator?.close();
});

describe('the world', () => {
	const ended = (calls: WorldCall[]) => calls.filter((call) => call.endedAt !== null);

	test('has the same calls for the same seed, whatever was looked at first, or no failing run could be repeated', () => {
		const first = new World({ seed: 7, clock: () => NOW });
		const second = new World({ seed: 7, clock: () => NOW });
		second.callsBetween(NOW - 9 * DAY, NOW - 8 * DAY);
		second.addCall({});
		const span = [NOW - 20 * DAY, NOW - DAY] as const;
		expect(second.callsBetween(...span)).toEqual(first.callsBetween(...span));
		expect(first.callsBetween(...span).length).toBeGreaterThan(1000);
		expect(new World({ seed: 8, clock: () => NOW }).callsBetween(...span)).not.toEqual(first.callsBetween(...span));
	});

	test('is the same whenever it is looked at, or yesterday would change over night', () => {
		let now = NOW;
		const world = new World({ clock: () => now, startedAt: NOW });
		const before = ended(world.callsBetween(NOW - 3 * DAY, NOW));
		now += 30 * DAY;
		const after = new Map(world.callsBetween(NOW - 3 * DAY, NOW).map((call) => [call.id, call]));
		for (const call of before) expect(after.get(call.id)).toEqual(call);
	});

	test('lets calls begin, be answered and end as time passes, or a trigger would never see a call in progress', () => {
		let now = NOW - 4 * HOUR;
		const world = new World({ clock: () => now, startedAt: NOW, callsPerDay: 600 });
		const seen = new Map<number, string[]>();
		const wrong: WorldCall[] = [];
		for (; now <= NOW; now += 7_000) {
			for (const call of world.callsBetween(NOW - 4 * HOUR, Infinity)) {
				const future = Math.max(call.startedAt, call.answeredAt ?? 0, call.endedAt ?? 0) > now;
				if (future || (call.outcome === null) !== (call.endedAt === null)) wrong.push(call);
				const state = call.endedAt !== null ? 'ended' : call.answeredAt !== null ? 'talking' : 'ringing';
				const states = seen.get(call.id) ?? seen.set(call.id, []).get(call.id) ?? [];
				if (states[states.length - 1] !== state) states.push(state);
			}
		}
		expect(wrong).toEqual([]);
		const lives = new Set([...seen.values()].map((states) => states.join(' ')));
		expect(lives).toContain('ringing talking ended');
		expect(lives).toContain('ringing ended');
		expect([...lives].filter((life) => /ended ./.test(life) || /talking ringing/.test(life))).toEqual([]);
	});

	test('gives ids that are unique, safe and grow with the writing time, or cursors by id could not be imitated', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 2000 });
		for (let count = 0; count < 50; count++) world.addCall({ startedAt: NOW - HOUR });
		const calls = ended(world.callsBetween(NOW - 10 * DAY, NOW)).sort((left, right) => left.id - right.id);
		expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
		expect(calls.filter(({ id }) => !Number.isSafeInteger(id))).toEqual([]);
		const ends = calls.map(({ endedAt }) => endedAt ?? 0);
		expect(ends).toEqual([...ends].sort((left, right) => left - right));
	});

	test('is like an office, or the triggers would be tested on calls nobody has', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 500 });
		const calls = ended(world.callsBetween(NOW - 60 * DAY, NOW - DAY));
		const share = (test: (call: WorldCall) => boolean) => calls.filter(test).length / calls.length;
		for (const kind of ['queue', 'ringGroup', 'user'])
			expect(share((call) => call.kind === kind && call.root === null)).toBeGreaterThan(0.02);
		for (const direction of ['inbound', 'outbound', 'internal'])
			expect(share((call) => call.direction === direction)).toBeGreaterThan(0.02);
		for (const outcome of ['answered', 'missed', 'abandoned', 'timedOut', 'busy', 'failed'])
			expect(share((call) => call.outcome === outcome)).toBeGreaterThan(0.002);
		expect(share((call) => call.from.withheld)).toBeGreaterThan(0.03);
		expect(share((call) => /^\+(44|1)/.test(call.from.number ?? ''))).toBeGreaterThan(0.03);
		expect(share((call) => call.voicemailSeconds !== null)).toBeGreaterThan(0.005);
		expect(calls.some((call) => (call.endedAt ?? 0) - call.startedAt > 3 * HOUR)).toBe(true);
		expect(calls.every((call) => (call.endedAt ?? Infinity) - call.startedAt < DAY)).toBe(true);
		const starts = calls.filter((call) => call.parentId === null).map(({ startedAt }) => startedAt);
		expect(new Set(starts).size).toBeLessThan(starts.length);
		expect(
			calls.every((call) =>
				[call.startedAt, call.answeredAt ?? 0, call.endedAt ?? 0].every((time) => time % 1000 === 0),
			),
		).toBe(true);
		const night = share((call) => new Date(call.startedAt + 11 * HOUR).getUTCHours() < 6);
		expect(night).toBeLessThan(0.03);
	});

	test('rings the phones of a queue or ring group, or a phone that rang beside the one that was answered would go untested', () => {
		const world = new World({ clock: () => NOW });
		const calls = ended(world.callsBetween(NOW - 30 * DAY, NOW - DAY));
		const groupCalls = calls.filter(({ root, kind }) => root === null && kind !== 'user').slice(0, 400);
		const legsOf = new Map(groupCalls.map((call) => [call, calls.filter(({ root }) => root?.id === call.id)]));
		const counted = { several: 0, unanswered: 0, allInVain: 0, transferred: 0 };
		for (const [call, legs] of legsOf) {
			const answered = legs.filter(({ outcome }) => outcome === 'answered');
			if (call.outcome === 'answered') {
				const [first] = answered;
				expect(first).toMatchObject({ kind: 'user', user: call.user, answeredAt: call.answeredAt, parentId: call.id });
			} else {
				expect(answered).toEqual([]);
			}
			for (const leg of legs) {
				expect(leg.startedAt).toBeGreaterThanOrEqual(call.startedAt);
				expect(leg.endedAt).toBeLessThanOrEqual(call.endedAt as number);
				expect([leg.queue, leg.ringGroup, leg.from]).toEqual([call.queue, call.ringGroup, call.from]);
			}
			if (legs.length > 1) counted.several++;
			if (legs.length > answered.length) counted.unanswered++;
			if (answered.length === 0 && legs.length > 1) counted.allInVain++;
			if (answered.length > 1) counted.transferred++;
		}
		for (const count of Object.values(counted)) expect(count).toBeGreaterThan(10);
	});

	test('lists as many of the phones that rang in vain as it is told, or a node would fit one provider only', () => {
		for (const [unansweredLegs, listed] of [
			['none', 0],
			['one', 1],
			['all', 4],
		] as const) {
			const world = new World({ clock: () => NOW, callsPerDay: 0, unansweredLegs });
			const { call, legs } = world.addGroupCall({
				queue: 'Support',
				startedAt: NOW - HOUR,
				rings: ['John Smith', 'Kevin Smith', 'Emma Walker', 'Noah Wilson', 'Duc Tran'],
				answer: { by: 'Kevin Smith', afterSeconds: 20, talkSeconds: 300 },
			});
			expect(legs.map(({ outcome }) => outcome)).toEqual(['missed', 'answered', 'missed', 'missed', 'missed']);
			expect(world.legsOf(call).filter(({ outcome }) => outcome === 'missed')).toHaveLength(listed);
			expect(world.legsOf(call).filter(({ outcome }) => outcome === 'answered')).toHaveLength(1);
		}
	});

	test('writes a leg when it ends and the call when it is over, or an answered caller would never look missed', () => {
		let now = NOW;
		const world = new World({ clock: () => now, callsPerDay: 0 });
		world.addGroupCall({
			queue: 'Support',
			rings: ['John Smith', 'Kevin Smith'],
			answer: { by: 'John Smith', afterSeconds: 20, talkSeconds: 60 },
			transfers: [{ to: 'Emma Walker', kind: 'blind', talkSeconds: 100 }],
		});
		const written = () =>
			ended(world.callsBetween(-Infinity, Infinity))
				.map(({ kind, user }) => `${kind} ${user?.name}`)
				.sort();
		now = NOW + 21_000;
		expect(written()).toEqual(['user Kevin Smith']);
		now = NOW + 90_000;
		expect(written()).toEqual(['user John Smith', 'user Kevin Smith']);
		now = NOW + 5 * MINUTE;
		expect(written()).toEqual(['queue John Smith', 'user Emma Walker', 'user John Smith', 'user Kevin Smith']);
	});

	test('names the leg that transferred a call, rings in turn, and hides what a key may not see', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 0 });
		const { call, legs } = world.addGroupCall({
			ringGroup: 'Reception',
			startedAt: NOW - HOUR,
			rings: ['John Smith', 'Kevin Smith'],
			strategy: 'inTurn',
			ringSeconds: 10,
			// Picked up by one whose phone did not ring.
			answer: { by: 'Emma Walker', afterSeconds: 30, talkSeconds: 60 },
			transfers: [
				{ to: 'Noah Wilson', kind: 'attended', talkSeconds: 60 },
				{ to: 'Duc Tran', kind: 'parked', talkSeconds: 60 },
			],
			legs: [{ hidden: true }],
		});
		expect(legs.map(({ user, parentId }) => [user?.name, parentId])).toEqual([
			['John Smith', call.id],
			['Kevin Smith', call.id],
			['John Smith', call.id],
			['Emma Walker', call.id],
			['Noah Wilson', legs[3]?.id],
			['Duc Tran', legs[4]?.id],
		]);
		expect(legs.every(({ root }) => root?.id === call.id)).toBe(true);
		expect(world.legsOf(call)).toHaveLength(5);
		expect(call.endedAt).toBe(legs.at(-1)?.endedAt);
	});

	test('shows a call late by as much as it is told, or late records could not be tested', () => {
		let now = NOW;
		const world = new World({ clock: () => now, callsPerDay: 0, lateness: 10 * MINUTE });
		const call = world.addCall({ startedAt: NOW - 5 * MINUTE, endedAt: NOW - 4 * MINUTE });
		const later = world.addCall({ startedAt: NOW - 5 * MINUTE, endedAt: NOW - 4 * MINUTE, latenessMs: 60 * MINUTE });
		expect(world.callsBetween(-Infinity, Infinity)).toEqual([]);
		expect(world.truthBetween(-Infinity, Infinity)).toHaveLength(2);
		now = NOW + 5 * MINUTE;
		expect(world.callsBetween(-Infinity, Infinity)).toMatchObject([{ id: call.id, endedAt: null, outcome: null }]);
		now = NOW + 6 * MINUTE;
		expect(world.callsBetween(-Infinity, Infinity)).toMatchObject([
			{ id: call.id, endedAt: NOW - 4 * MINUTE, outcome: 'missed' },
		]);
		now = NOW + 56 * MINUTE;
		expect(world.callsBetween(-Infinity, Infinity).map(({ id }) => id)).toEqual([call.id, later.id]);
		world.lateness = ({ startedAt }) => (startedAt < NOW ? HOUR * 2 : 0);
		expect(world.callsBetween(-Infinity, Infinity).map(({ id }) => id)).toEqual([later.id]);
	});

	test('keeps an open call open until it is ended, and loses a removed one, or neither could be tested', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 0 });
		const { id } = world.addCall({
			queue: 'Support',
			startedAt: NOW - 2 * DAY,
			answeredAt: NOW - 2 * DAY + 9000,
			endedAt: null,
		});
		const views = () => world.callsBetween(-Infinity, Infinity);
		expect(views()).toMatchObject([{ id, endedAt: null, outcome: null }]);
		world.endCall(id, NOW - 1000);
		expect(views()).toMatchObject([{ id, endedAt: NOW - 1000, outcome: 'answered' }]);
		world.removeCall(id);
		expect(views()).toEqual([]);
	});

	test('forgets generated calls before historyFrom and keeps injected ones, or deletion of old rows could not be tested', () => {
		const world = new World({ clock: () => NOW, historyFrom: NOW - 2 * DAY });
		const { id } = world.addCall({ startedAt: '2019-10-01T15:31:15Z' });
		const calls = world.callsBetween(-Infinity, Infinity);
		expect(calls[0]).toMatchObject({ id });
		expect(calls[1]?.startedAt).toBeGreaterThanOrEqual(NOW - 2 * DAY);
		world.historyFrom = NOW - DAY;
		expect(world.callsBetween(-Infinity, Infinity)[1]?.startedAt).toBeGreaterThanOrEqual(NOW - DAY);
	});

	test('has text messages that do not change either, or the faces with SMS would have nothing to show', () => {
		const world = new World({ clock: () => NOW });
		const messages = world.messagesBetween(NOW - 5 * DAY, NOW);
		expect(messages.length).toBeGreaterThan(20);
		expect(new World({ clock: () => NOW }).messagesBetween(NOW - 5 * DAY, NOW)).toEqual(messages);
		expect(messages.every(({ at }, index) => at <= NOW && at >= (messages[index - 1]?.at ?? 0))).toBe(true);
	});
});

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
			expect((await get('v1/get-user-calls')).rows).toMatchObject([
				{ is_inbound: 0, to_number: '61255501234', call_finished_at: null },
			]);
			world.offsetMs = 2 * MINUTE;
			expect((await get('v1/get-user-calls')).rows).toMatchObject([{ call_duration: 68, conversation_duration: 60 }]);
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
		await expect(
			get('v1/get-user-calls', { headers: { token: KEY }, signal: AbortSignal.timeout(200) }),
		).rejects.toThrow();
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
		simulator.faults.add({ kind: 'slow', ms: 150 });
		const before = performance.now();
		expect((await get('v1/get-user-calls')).status).toBe(200);
		expect(performance.now() - before).toBeGreaterThan(140);
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
