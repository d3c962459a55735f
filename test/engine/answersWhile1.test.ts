/** What a While1 PBX may answer beyond its document, and the header that its document prints. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockRunsFrom } from '../../harness/clock';
import { runNode } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const NOON = Date.parse('2026-11-20T01:00:00Z');
const ROW = { id: '1', direction: 'IN', call_status: 'NO ANSWER', date: '2026-11-19 10:00:00', source: '0212345678' };

let simulator: Simulator;
clockRunsFrom(() => NOON);
afterEach(async () => await simulator.close());

type Answering = (asked: IDataObject) => object;

/** A PBX whose every list is made by a function of what was asked. */
async function open(answer?: Answering, settings: object = {}): Promise<void> {
	simulator = await createSimulator({
		world: { seed: 7, callsPerDay: 0, clock: () => NOON },
		while1: settings,
		rewrite: ({ body }, given) => (answer === undefined ? given : answer(JSON.parse(body) as IDataObject)),
	});
}

const run = async (parameters: INodeParameters) =>
	await runNode({
		node: 'while1Voice',
		parameters,
		credentials: {
			while1VoiceApi: { baseUrl: simulator.urls.while1, apiToken: 'while1-demo-token', apiKey: 'while1-demo-key' },
		},
	});
const cdr = (more: INodeParameters = {}): INodeParameters => ({ resource: 'cdr', operation: 'getAll', ...more });
const list = (results: object[], pagination: object = {}) => ({ has_error: false, messages: [], pagination, results });

it.each([
	['answered', 'in', 'answered', 'inbound'],
	['Answered', 'INBOUND', 'answered', 'inbound'],
	['No Answer', 'In', 'missed', 'inbound'],
	['NOANSWER', 'inbound', 'missed', 'inbound'],
	['no_answer', 'IN', 'missed', 'inbound'],
	['busy', 'out', 'busy', 'outbound'],
	['Congestion', 'Outbound', 'failed', 'outbound'],
])('reads the status %j and the direction %j as %s and %s, or "missed" would drop the call', async (...spelled) => {
	const [call_status, direction, outcome, meant] = spelled;
	await open(() => list([{ ...ROW, call_status, direction }], { row_count: 1, max_page: 1 }));
	const { items, error } = await run(cdr({ output: 'full', itemPer: 'leg' }));
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => [json.outcome, json.direction])).toEqual([[outcome, meant]]);
});

it('reads the pages from the first to the last that the PBX counts, in their order', async () => {
	await open(({ page }) =>
		list([{ ...ROW, id: String(page as number) }], {
			row_count: '3',
			page_size: '1',
			current_page: page,
			max_page: '3',
		}),
	);
	const { items } = await run(cdr({ output: 'raw', returnAll: true }));
	expect(items.map(({ json }) => json.id)).toEqual(['1', '2', '3']);
	expect(simulator.requests.map(({ body }) => (JSON.parse(body) as IDataObject).page)).toEqual([1, 2, 3]);
});

it('notices by current_page that another page came than the one asked for, or its calls would come twice', async () => {
	await open(() => list([ROW], { row_count: 200, page_size: 100, current_page: 1, max_page: 2 }));
	const { error } = await run(cdr({ output: 'raw', returnAll: true }));
	expect(error?.message).toBe('While1 Voice answered with page 1 in place of page 2');
});

it('places a call with what the document marks, without a name and an external ID', async () => {
	await open();
	const { error } = await run({
		...{ resource: 'call', operation: 'originate', projectId: 1, callerId: '0212345678' },
		...{ type: 'queue', destination: 'test-queue' },
	});
	expect(error).toBeUndefined();
	expect((JSON.parse(simulator.requests[0].body) as IDataObject).data).toEqual({
		project_id: 1,
		caller_id: '0212345678',
		type: 'queue',
		destination: 'test-queue',
	});
});

it.each([
	['form', 'POST'],
	['query', 'GET'],
])(
	'sends the printed header text/xml with a %s where it is chosen, and the PBX that wants it reads it',
	async (...way) => {
		const [transport, method] = way;
		await open(undefined, { textXml: 'read' });
		const options = { transport, contentType: 'text/xml' };
		const { error } = await run({ resource: 'user', operation: 'getStatuses', options });
		expect(error).toBeUndefined();
		expect(simulator.requests[0]).toMatchObject({ method, headers: { 'content-type': 'text/xml' } });
	},
);

it('tells what the PBX says beside the records of a list, and gives the records', async () => {
	await open(() => ({ ...list([ROW], { row_count: 1, max_page: 1 }), messages: ['The list is cut'] }));
	const { items, error } = await run(cdr({ output: 'raw' }));
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json)).toEqual([ROW]);
});
