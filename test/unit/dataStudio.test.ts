import { createSimulator, type Simulator } from '../../simulator/server/server';

/*
 * The requests of a reporting client as VoIPstudio's own connector for Data Studio makes them: HTTP Basic instead of the
 * header, the account's own record first, then every page of 5000 until `total` is reached.
 */

const KEY = 'voipstudio-demo-key';
const NOON = Date.parse('2026-11-20T12:00:00Z');
const PAGE = 5000;

let simulator: Simulator;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0, clock: () => NOON } });
});
afterEach(async () => {
	await simulator.close();
});

async function get(path: string, pair = `1001:${KEY}`): Promise<{ status: number; body: unknown }> {
	const response = await fetch(`${simulator.urls.voipstudio}${path}`, {
		headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
	});
	return { status: response.status, body: await response.json() };
}

/** Every record, or an error if they are not as many as the provider says. */
async function report(filter = ''): Promise<Array<{ id: number }>> {
	const { body: me } = (await get('/me')) as { body: { data: { customer_id?: number } } };
	if (me.data.customer_id === undefined) throw new Error('The account is not known');
	const records: Array<{ id: number }> = [];
	let wanted = Infinity;
	for (let page = 1; records.length < wanted; page++) {
		const { body } = (await get(`/cdrs?page=${page}&limit=${PAGE}${filter}`)) as {
			body: { data: Array<{ id: number }>; total: number };
		};
		records.push(...body.data);
		wanted = body.total;
		if (body.data.length === 0) break;
	}
	if (records.length !== wanted) throw new Error(`${records.length} records of ${wanted}`);
	return records;
}

function addCalls(count: number): void {
	for (let index = 0; index < count; index++)
		simulator.world.addCall({ startedAt: NOON - (60 + index) * 1000, endedAt: NOON - (30 + index) * 1000 });
}

it("a reporting client signs in with HTTP Basic and reads every record in pages of 5000, as many as 'total' says", async () => {
	addCalls(2 * PAGE + 10);
	const records = await report();
	expect(new Set(records.map(({ id }) => id)).size).toBe(2 * PAGE + 10);
	expect(simulator.requests.map(({ path, query }) => [path.replace(/^.*\//, ''), query.page])).toEqual([
		['me', undefined],
		['cdrs', '1'],
		['cdrs', '2'],
		['cdrs', '3'],
	]);
});

it("a reporting client stops with an error when the records are fewer than 'total' says, instead of reporting too little", async () => {
	addCalls(10);
	simulator.world.addCall({ startedAt: NOON - 5000, endedAt: NOON - 1000 });
	const longer = '&filter=[{"property":"duration","operator":"gte","value":"30"}]';
	await expect(report(longer)).resolves.toHaveLength(10);
	simulator.faces.voipstudio.change({ totals: 'everything' });
	await expect(report(longer)).rejects.toThrow('10 records of 11');
});

it.each([
	['a wrong token', '1001:not-the-key'],
	['the pair the wrong way round', `${KEY}:1001`],
	['no token', '1001'],
])('HTTP Basic with %s opens nothing', async (_what, pair) => {
	await expect(get('/cdrs', pair)).resolves.toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
});
