import fastify, { type FastifyInstance } from 'fastify';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { since } from '../../harness/office';

/** Numbers as public reports show them in records: in the trigger, in Get Many and in Get Callers to Call Back. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOON = Date.parse('2026-11-20T01:00:00Z');
const OFFICE = '+61255500101';

/** A call of 30 s, some minutes after noon: from a caller, or to somebody. */
interface Call {
	readonly minute: number;
	readonly from?: string;
	readonly to?: string;
	readonly queue?: string;
	readonly seconds?: number;
}

let server: FastifyInstance;
let url = '';
let now = NOON;
let shown: Call[] = [];
let asked: IDataObject[] = [];

interface List {
	readonly node: string;
	readonly event: string;
	readonly credentials: () => NodeRun['credentials'];
	/** What the paths of the API return. */
	readonly rows: (path: string, query: IDataObject) => IDataObject[];
}

const iso = (minute: number) => new Date(NOON + minute * MINUTE).toISOString();
const sql = (minute: number) => iso(minute).slice(0, 19).replace('T', ' ');

const voipcloud = (apiVersion: string, rows: List['rows']): List => ({
	node: 'voipcloud',
	event: 'queueCall',
	credentials: () => ({ voipcloudApi: { apiKey: 'key', baseUrl: url, apiVersion } }),
	rows,
});

const LISTS: Record<string, List> = {
	VoIPstudio: {
		node: 'voipStudio',
		event: 'cdr',
		credentials: () => ({ voipStudioApi: { apiKey: 'key', baseUrl: url } }),
		rows: (path) =>
			path !== 'cdrs'
				? []
				: shown.map(({ minute, from, to, seconds = 30 }, i) => ({
						id: 500 + i,
						calldate: sql(minute),
						type: to === undefined ? 'M' : 'O',
						src: from ?? OFFICE,
						dst: to ?? OFFICE,
						duration: seconds,
						billsec: to === undefined ? 0 : 20,
						disposition: to === undefined ? 'NO ANSWER' : 'CONNECTED',
						user_id: to === undefined ? null : 11,
						live_id: 900 + i,
						root_live_id: 900 + i,
						parent_live_id: null,
						is_root: true,
					})),
	},
	'VoIPcloud v1': voipcloud('v1', (path, { queues_names: names }) =>
		shown
			.filter(({ to }) => (to !== undefined) === (path === 'get-user-calls'))
			.filter(({ queue = 'Sales' }) => names === undefined || (names as string).split(',').includes(queue))
			.map(({ minute, from, to, queue = 'Sales', seconds = 30 }) =>
				to === undefined
					? {
							queue_name: queue,
							callerid: from,
							inbound_number: OFFICE,
							call_start_at: iso(minute),
							call_answered_at: null,
							call_finished_at: iso(minute + 0.5),
							answered_by_user_name: '',
							status: 'abandoned',
						}
					: {
							from_number: OFFICE,
							to_number: to,
							user_name: 'Ben',
							is_inbound: 0,
							call_start_at: iso(minute),
							call_duration: seconds,
							call_finished_at: iso(minute + 0.5),
							conversation_duration: 20,
						},
			)
			.reverse(),
	),
	'VoIPcloud v2': voipcloud('v2', (path) =>
		shown
			.map((call, i) => ({ ...call, id: `16045596170${String(i).padStart(2, '0')}` }))
			.filter(({ to }) => (to !== undefined) === (path === 'get-user-calls'))
			.map(({ id, minute, from, to, queue = 'Sales', seconds = 30 }) => ({
				unique_call_id: id,
				call_start_at: iso(minute),
				call_duration: seconds,
				...(to === undefined
					? { queue_name: queue, callerid: from, status: 'abandoned', connected_at: null, conversation_duration: 0 }
					: {
							type: 'user_outbound_answered',
							caller_id: OFFICE,
							dest_number: to,
							user_name: 'Ben',
							user_number: '11',
							connected_at: iso(minute + 0.1),
							conversation_duration: 20,
						}),
			}))
			.reverse(),
	),
	'While1 Voice': {
		node: 'while1Voice',
		event: 'cdr',
		credentials: () => ({ while1VoiceApi: { apiToken: 'token', apiKey: '', baseUrl: url } }),
		rows: () =>
			shown.map(({ minute, from, to, seconds = 30 }, i) => ({
				id: String(500 + i),
				date: sql(minute),
				uniqueid: `${NOON / SECOND + minute * 60}.${i}`,
				linkedid: `${NOON / SECOND + minute * 60}.${i}`,
				direction: to === undefined ? 'IN' : 'OUT',
				call_status: to === undefined ? 'NO ANSWER' : 'ANSWERED',
				source: from ?? OFFICE,
				destination: to ?? OFFICE,
				user_id: to === undefined ? null : '11',
				duration: String(seconds),
				billsec: to === undefined ? '0' : '20',
			})),
	},
};

let list: List = LISTS.VoIPstudio;

beforeAll(async () => {
	server = fastify();
	server.all('/*', (request) => {
		const path = request.url.replace(/\?.*/, '');
		asked.push(request.query as IDataObject);
		const rows = list.rows(path.slice(path.lastIndexOf('/') + 1), request.query as IDataObject);
		if (path.startsWith('/api/cdr')) {
			const pagination = { rows_per_page: 100, row_count: rows.length, page_count: 1, current_page: 1 };
			return { has_error: false, error_message: '', results: rows, pagination };
		}
		return { code: 200, data: rows, total: rows.length };
	});
	url = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => await server.close());
clockOfEachTest(() => now);
beforeEach(() => {
	now = NOON + 2 * HOUR;
	asked = [];
});
afterEach(() => {
	shown = [];
});

async function publish(parameters: INodeParameters = {}): Promise<PublishedTrigger> {
	return await PublishedTrigger.publish({
		node: `${list.node}Trigger`,
		credentials: list.credentials(),
		timezone: 'UTC',
		parameters: { event: list.event, startFrom: 'hoursAgo', hours: 3, ...parameters },
	});
}

/** The items of a trigger: calls without legs stand for some minutes before they count as whole. */
async function given(parameters: INodeParameters = {}): Promise<IDataObject[]> {
	const trigger = await publish(parameters);
	const items = await trigger.poll();
	now += 5 * MINUTE;
	items.push(...(await trigger.poll()));
	return items;
}

async function listed(operation: string, parameters: INodeParameters): Promise<IDataObject[]> {
	const { items, error } = await runNode({
		node: list.node,
		credentials: list.credentials(),
		timezone: 'UTC',
		parameters: { resource: list.event, operation, ...parameters },
	});
	expect(error).toBeUndefined();
	return items.map(({ json }) => json);
}

const history = async (options: INodeParameters = {}, more: INodeParameters = {}) =>
	await listed('getAll', { returnAll: true, output: 'full', itemPer: 'call', options, ...more });

const startOf = ({ startedAt }: IDataObject) => Date.parse(startedAt as string);
const callersByTime = (items: IDataObject[]) =>
	[...items].sort((a, b) => startOf(a) - startOf(b)).map(({ from }) => from as IDataObject);

const ANN = { e164: '+34600000001', type: 'mobile', withheld: false };
const LONDON = { e164: '+442079460018', type: 'fixed', withheld: false };
const NOBODY = { number: null, e164: null, type: null, withheld: true };
const COLLEAGUE = { e164: null, type: null, withheld: false };

const READ: ReadonlyArray<readonly [written: string, expected: IDataObject]> = [
	['+34 600 000 001', ANN],
	['sip:+34600000001@10.0.0.12:5060', ANN],
	['"Ann" <sip:+34600000001@10.0.0.12>', ANN],
	['+34600000001;phone-context=+34', ANN],
	['+34600000001 x102', ANN],
	['+34600000001;ext=102', ANN],
	['tel:+34600000001', ANN],
	['+44 (0)20 7946 0018', LONDON],
	['+44 020 7946 0018', LONDON],
	['+4407700900123', { e164: '+447700900123' }],
	['+330612345678', { e164: '+33612345678', type: 'mobile' }],
	['600000001', ANN],
	['0034600000001', ANN],
	['1001', COLLEAGUE],
	['sip:1001@192.168.1.10', COLLEAGUE],
	['unknown', NOBODY],
	['"Anonymous" <anonymous>', NOBODY],
	['anonymous@anonymous.invalid', NOBODY],
	['266696687', NOBODY],
	['+0000000000', NOBODY],
	['-1', NOBODY],
	['1'.repeat(10_000), { e164: null, type: null }],
];

/** Who was missed, who was called then, and whether that was the caller. */
const RETURNS: ReadonlyArray<readonly [missed: string, called: string, isSame: boolean]> = [
	['sip:+34600000001@10.0.0.12:5060', '+34600000001', true],
	['34600000001@192.168.100.20', '34600000001', true],
	['"Ann" <sip:+34600000001@10.0.0.12>', '+34 600 000 001', true],
	['+34600000001 x102', '+34600000001', true],
	['+4407700900123', '+447700900123', true],
	['+44 (0)20 7946 0018', '+442079460018', true],
	['sip:+34600000001@10.0.0.12:5060', 'sip:+34600000002@10.0.0.12:5060', false],
	['34600000001@192.168.100.20', '34600000002@192.168.100.20', false],
	['unknown', 'unavailable', false],
	['0000000000', '0000000000', false],
	['266696687', '266696687', false],
];

describe.each(Object.keys(LISTS))('%s', (name) => {
	beforeEach(() => {
		list = LISTS[name];
	});

	it('reads each spelling as one number, in the trigger as in Get Many, or callers are mixed up', async () => {
		shown = READ.map(([from], minute) => ({ minute, from }));
		const options = { defaultCountry: 'ES' };
		const callers = callersByTime(await given({ options }));
		expect(callers).toHaveLength(READ.length);
		for (const [index, [, expected]] of READ.entries()) expect(callers[index]).toMatchObject(expected);
		expect(callersByTime(await history(options))).toEqual(callers);
	});

	it.each(RETURNS)('a caller %s, and then a call to %s: returned is %s', async (from, to, isSame) => {
		shown = [
			{ minute: 0, from },
			{ minute: 10, to },
		];
		const options = { withheldCallers: 'eachCall' };
		const callers = await given({ event: 'missedNotReturned', options });
		expect(callers).toHaveLength(isSame ? 0 : 1);
		const history = await listed('getUnreturned', { ...since(NOON - 10 * MINUTE), options });
		expect(history).toHaveLength(isSame ? 0 : 1);
	});

	it('gives each withheld call by itself, and no colleague, as missed and not returned', async () => {
		const withheld = ['unknown', 'Private Number', '"Anonymous" <anonymous>', 'asterisk', 's', '0', 'hidden', 'None'];
		shown = [...withheld, '1001', 'sip:1001@192.168.1.10'].map((from, minute) => ({ minute, from }));
		const options = { withheldCallers: 'eachCall' };
		const callers = await given({ event: 'missedNotReturned', options });
		expect(callers.map(({ from }) => (from as IDataObject).withheld)).toEqual(withheld.map(() => true));
		expect(await listed('getUnreturned', { ...since(NOON - 10 * MINUTE), options })).toHaveLength(withheld.length);
	});

	it('a call of -5 s has no length, no end before its start, and was missed all the same', async () => {
		shown = [{ minute: 0, from: '+34600000001', seconds: -5 }];
		const [call] = await given();
		expect(call.outcome).toMatch(/missed|abandoned/);
		for (const field of ['durationSeconds', 'waitSeconds', 'ringSeconds', 'talkSeconds']) {
			expect(Number(call[field] ?? 0)).toBeGreaterThanOrEqual(0);
		}
		if (call.endedAt !== null) expect(Date.parse(call.endedAt as string)).toBeGreaterThanOrEqual(startOf(call));
	});

	it("finds a number however it is written, and refuses a filter 'Number' that could never match", async () => {
		shown = [
			{ minute: 0, from: '+34600000001' },
			{ minute: 1, from: '+34600000002' },
		];
		const found = ['0034600000001', 'tel:+34600000001', '+34 600\u2011000\u2011001', '\u200e+34600000001', '000001'];
		for (const number of [...found, '\uff0b\uff13\uff14\uff16\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11']) {
			expect(await given({ filters: { number } })).toHaveLength(1);
		}
		expect(await given({ filters: { number: '+34 600' } })).toHaveLength(2);
		for (const number of ['abc', '34*', '+34 600 OO', '12', '600000001, 600000002', '1'.repeat(10_000)]) {
			const trigger = await publish({ filters: { number } });
			await expect(trigger.poll()).rejects.toThrow(/'Number'.* must be a number, or at least 3 digits of one/);
			await expect(trigger.poll({ mode: 'manual' })).rejects.toThrow("'Number'");
		}
	});

	it("keeps to 'Caller Type', or those without a mobile are texted", async () => {
		shown = ['+34600000001', '+34910000001', '+12125550123', 'unknown', '+34600000003'].map((from, minute) => ({
			minute,
			from,
		}));
		const numbers = (items: IDataObject[]) => callersByTime(items).map(({ e164 }) => e164);
		const callerType = ['mobile'];
		const mobiles = ['+34600000001', '+34600000003'];
		const e164 = { defaultCountry: 'ES' };
		expect(numbers(await given({ filters: { callerType }, options: e164 }))).toEqual(mobiles);
		expect(numbers(await history(e164, { calls: { callerType } }))).toEqual(mobiles);
		expect(numbers(await history(e164, { calls: { callerType: ['fixed'] } }))).toEqual(['+34910000001']);
		expect(await history(e164, { calls: { callerType }, returnAll: false, limit: 1 })).toHaveLength(1);
		const unreturned = await listed('getUnreturned', {
			...since(NOON - 10 * MINUTE),
			options: { ...e164, callerType },
		});
		expect(unreturned.map(({ from }) => (from as IDataObject).e164).reverse()).toEqual(mobiles);
		const { error } = await runNode({
			node: list.node,
			credentials: list.credentials(),
			parameters: {
				resource: list.event,
				operation: 'getAll',
				output: 'full',
				calls: { callerType: 'Mobile' },
			},
		});
		expect(error?.message).toContain("'Caller Type' must be one or more of: fixed, mobile");
	});
});

describe('names of queues at VoIPcloud, which may compare them letter by letter', () => {
	beforeEach(() => {
		list = LISTS['VoIPcloud v1'];
		shown = [
			{ minute: 0, from: '+34600000001', queue: 'Sales  Team' },
			{ minute: 1, from: '+34600000002', queue: 'Smith, John' },
			{ minute: 2, from: '+34600000003', queue: 'Support' },
		];
	});
	const queueOf = ({ queue }: IDataObject) => (queue as IDataObject).name;

	it('finds a queue however the name is written, and asks for it as VoIPcloud writes it', async () => {
		const trigger = await publish({ filters: { queues: 'SALES\u00a0te\u200bam' } });
		expect((await trigger.poll()).map(queueOf)).toEqual(['Sales  Team']);
		asked = [];
		shown.push({ minute: 121, from: '+34600000004', queue: 'Sales  Team' });
		now += 3 * MINUTE;
		expect((await trigger.poll()).map(queueOf)).toEqual(['Sales  Team']);
		expect(asked.map(({ queues_names: names }) => names)).toEqual(['Sales  Team']);
	});

	it('takes a name with a comma as one, and refuses it where the list would split it', async () => {
		const queues = ['Smith, John'];
		expect((await given({ filters: { queues } })).map(queueOf)).toEqual(['Smith, John']);
		expect(asked.every(({ queues_names: names }) => names === undefined)).toBe(true);
		asked = [];
		const { error } = await runNode({
			node: 'voipcloud',
			credentials: list.credentials(),
			parameters: { resource: 'queueCall', operation: 'getAll', filters: { names: queues } },
		});
		expect(error?.message).toContain('has a name with a comma, which the provider would take for two names');
		expect(asked).toEqual([]);
	});
});
