import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeResult, type NodeRun } from '../../harness/engine/run';
import { FIVE_PHONES, FRIDAY_NOON, officeForTests, since } from '../../harness/office';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const office = officeForTests(() => ({ world: { callsPerDay: 30, historyFrom: FRIDAY_NOON - 20 * DAY } }));

interface List {
	readonly node: string;
	readonly event: string;
	readonly credentials: NodeRun['credentials'];
	readonly options: INodeParameters;
}

function lists(): Record<string, List> {
	const { urls } = office.simulator;
	const studio = (event: string): List => ({
		node: 'voipStudio',
		event,
		credentials: { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: urls.voipstudio } },
		options: {},
	});
	const cloud = (event: string, apiVersion: string): List => ({
		node: 'voipcloud',
		event,
		credentials: { voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: urls.voipcloud, apiVersion } },
		options: {},
	});
	return {
		'VoIPstudio calls': studio('cdr'),
		'VoIPstudio Call Me Back calls': studio('callMeBackCdr'),
		'VoIPcloud v1 queue calls': cloud('queueCall', 'v1'),
		'VoIPcloud v1 user calls': cloud('userCall', 'v1'),
		'VoIPcloud v2 queue calls': cloud('queueCall', 'v2'),
		'VoIPcloud v2 ring group calls': cloud('ringGroupCall', 'v2'),
		'VoIPcloud v2 user calls': cloud('userCall', 'v2'),
		'While1 Voice calls': {
			node: 'while1Voice',
			event: 'cdr',
			credentials: {
				while1VoiceApi: { baseUrl: urls.while1, apiToken: 'while1-demo-token', apiKey: 'while1-demo-key' },
			},
			options: { timezone: 'Australia/Sydney' },
		},
	};
}

const NAMES = [
	'VoIPstudio calls',
	'VoIPstudio Call Me Back calls',
	'VoIPcloud v1 queue calls',
	'VoIPcloud v1 user calls',
	'VoIPcloud v2 queue calls',
	'VoIPcloud v2 ring group calls',
	'VoIPcloud v2 user calls',
	'While1 Voice calls',
];

const between = (from: number, to: number): INodeParameters => ({
	period: 'dates',
	periodFrom: new Date(from).toISOString(),
	periodTo: new Date(to).toISOString(),
});

const COLUMNS = ['startedAt', 'direction', 'outcome', 'caller', 'callerName', 'callee', 'queue', 'agent'].concat(
	'waitSeconds',
	'talkSeconds',
	'itemId',
);

async function history(list: List, parameters: INodeParameters, more: Partial<NodeRun> = {}): Promise<NodeResult> {
	return await runNode({
		node: list.node,
		credentials: list.credentials,
		timezone: 'UTC',
		...more,
		parameters: {
			resource: list.event,
			operation: 'getAll',
			returnAll: true,
			output: 'full',
			itemPer: 'call',
			...parameters,
			options: { ...list.options, ...(parameters.options as INodeParameters) },
		},
	});
}

async function items(list: List, parameters: INodeParameters): Promise<IDataObject[]> {
	const { items: found, error } = await history(list, parameters);
	expect(error).toBeUndefined();
	return found.map(({ json }) => json);
}

function byId(found: IDataObject[]): Map<unknown, IDataObject> {
	const known = new Map(found.map((item) => [item.id, item]));
	expect(known.size).toBe(found.length);
	return known;
}

function groupCall(answered: boolean): void {
	const answer = { by: 'John Smith', afterSeconds: 20, talkSeconds: 280 };
	office.simulator.world.addGroupCall({
		queue: 'Sales queue',
		from: '+61491570156',
		rings: FIVE_PHONES,
		...(answered && { answer }),
	});
}

describe.each(NAMES)('the history of %s', (name) => {
	it.each(['call', 'leg'] as const)(
		'gives the very items of the trigger with one item per %s, or what is worked off twice is called twice',
		async (itemPer) => {
			const list = lists()[name];
			const startDate = new Date(FRIDAY_NOON).toISOString();
			const trigger = await PublishedTrigger.publish({
				node: `${list.node}Trigger`,
				credentials: list.credentials,
				timezone: 'UTC',
				parameters: {
					event: list.event,
					itemPer,
					startFrom: 'date',
					startDate,
					options: { defaultCountry: 'AU', ...list.options },
				},
			});
			const given: IDataObject[] = [];
			for (let hour = 0; hour < 50; hour++) {
				office.now += HOUR;
				if (hour === 3 || hour === 9) groupCall(hour === 9);
				office.now += 2 * SECOND;
				// What is polled while a call goes on knows less of its legs.
				if (hour >= 49 || itemPer === 'call') given.push(...(await trigger.poll()));
			}
			const parameters = { itemPer, ...since(FRIDAY_NOON - DAY), options: { defaultCountry: 'AU' } };
			const told = byId(await items(list, parameters));
			const emitted = byId(given);
			expect(emitted.size).toBeGreaterThan(0);
			const differing = [...emitted].filter(
				([id, item]) => JSON.stringify(sorted(told.get(id) ?? {})) !== JSON.stringify(sorted(item)),
			);
			expect(differing.map(([id, item]) => ({ id, item, told: told.get(id) }))).toEqual([]);
			// What the trigger has not given ended before its start.
			const more = [...told.values()].filter(({ id }) => !emitted.has(id));
			for (const { endedAt, id } of more)
				expect([id, Date.parse(endedAt as string) < FRIDAY_NOON + SECOND]).toEqual([id, true]);
		},
	);
});

describe.each(NAMES)('a user who chooses nothing gets of %s', (name) => {
	it('one flat row a call for the last seven days, the same as from the trigger, or a table needs expressions', async () => {
		const list = lists()[name];
		const startDate = new Date(FRIDAY_NOON - DAY).toISOString();
		const base = { credentials: list.credentials, timezone: 'Australia/Sydney' };
		const trigger = await PublishedTrigger.publish({
			...base,
			node: `${list.node}Trigger`,
			parameters: { event: list.event, output: 'simplified', startFrom: 'date', startDate, options: list.options },
		});
		const given = await trigger.poll();
		// Where no record counts the legs of its call, a call waits a minute for more.
		office.now += 2 * MINUTE;
		given.push(...(await trigger.poll()));
		expect(given.length).toBeGreaterThan(0);
		// Without a later call, the history takes the last one for over only then.
		office.now += 30 * MINUTE;
		const got = async (more: INodeParameters = {}): Promise<IDataObject[]> => {
			const parameters = { resource: list.event, operation: 'getAll', returnAll: true, options: list.options, ...more };
			const { items: found, error } = await runNode({ ...base, node: list.node, parameters, hasDefaults: true });
			expect(error).toBeUndefined();
			return found.map(({ json }) => json);
		};
		const rows = await got();
		const byItem = new Map(rows.map((row) => [row.itemId, row]));
		expect(given.map(({ itemId }) => byItem.get(itemId))).toEqual(given);
		for (const row of rows) {
			expect(Object.keys(row)).toEqual(COLUMNS);
			expect(Object.values(row).filter((value) => typeof value === 'object' && value !== null)).toEqual([]);
			expect(row.startedAt).toMatch(/^2026-11-\d\dT\d\d:\d\d:\d\d\+11:00$/);
		}
		const all = await got({ period: 'all' });
		const lately = all.filter(({ startedAt }) => (startedAt as string) >= '2026-11-14T00:00:00+11:00');
		expect(lately.length).toBeLessThan(all.length);
		expect(new Set(rows)).toEqual(new Set(lately));
	});
});

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)]),
	);
}

describe.each(['VoIPstudio calls', 'VoIPcloud v2 user calls', 'While1 Voice calls'])('whole calls of %s', (name) => {
	it('are counted by Limit as calls, the newest first, each with all its legs', async () => {
		const list = lists()[name];
		groupCall(true);
		office.now += 2 * HOUR;
		const all = await items(list, since(office.now - 5 * DAY));
		const three = await items(list, { returnAll: false, limit: 3 });
		expect(three).toEqual(all.slice(0, 3));
		const starts = all.map(({ startedAt }) => startedAt as string);
		expect(starts).toEqual([...starts].sort().reverse());
		const [newest] = all;
		expect(newest).toMatchObject({ outcome: 'answered' });
		expect((newest.legs as unknown[]).length).toBeGreaterThan(1);
	});

	it('are left out while they go on, or a customer in the middle of a call looks like a missed one', async () => {
		const list = lists()[name];
		groupCall(true);
		office.now += 2 * MINUTE;
		const during = await items(list, since(office.now - DAY));
		expect(during.filter(({ startedAt }) => Date.parse(startedAt as string) >= FRIDAY_NOON)).toEqual([]);
	});
});

describe.each(['VoIPstudio calls', 'While1 Voice calls'])('whole calls of %s', (name) => {
	it('come whole with a filter that one of their legs passes, or the call a colleague answered looks missed', async () => {
		const list = lists()[name];
		const filters: Record<string, INodeParameters> = {
			voipStudio: { conditions: [{ property: 'disposition', operator: 'eq', value: 'NO ANSWER' }] },
			while1Voice: { callStatus: 'NO ANSWER' },
		};
		groupCall(true);
		office.now += 2 * HOUR;
		const span = { ...since(office.now - 3 * DAY), options: { includeRaw: true } };
		const all = await items(list, span);
		const found = await items(list, { ...span, filters: filters[list.node] });
		const passes = ({ raw }: IDataObject) => Object.values(raw as IDataObject).includes('NO ANSWER');
		expect(found).toEqual(all.filter(({ legs }) => (legs as IDataObject[]).some(passes)));
		expect(new Set(found.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
		const one = await items(list, { ...span, returnAll: false, limit: 1, filters: filters[list.node] });
		expect(one).toEqual(found.slice(0, 1));
		const legs = await items(list, { itemPer: 'leg', filters: filters[list.node] });
		expect(new Set(legs.map(({ outcome }) => outcome))).toEqual(new Set(['missed']));
	});
});

describe.each(NAMES)('calls of %s', (name) => {
	it("are chosen by 'Calls' as wholes, or a list of missed calls holds those that a colleague took", async () => {
		const list = lists()[name];
		groupCall(true);
		groupCall(false);
		office.now += 2 * HOUR;
		const period = since(office.now - 5 * DAY);
		const all = await items(list, period);
		const outcome = (wanted: string[]) => all.filter((call) => wanted.includes(call.outcome as string));
		const answered = await items(list, { ...period, calls: { outcome: ['answered'] } });
		expect(answered.length).toBeGreaterThan(0);
		expect(answered).toEqual(outcome(['answered']));
		const missed = await items(list, { ...period, calls: { outcome: ['unanswered'], direction: [] } });
		const unanswered = outcome(['missed', 'abandoned', 'timedOut', 'busy', 'failed']);
		expect(missed).toEqual(unanswered.filter(isMissed));
		const { legs = [], ...facts } = answered[0];
		const users = [facts, ...(legs as IDataObject[])].flatMap(
			({ user }) => (user as IDataObject).name ?? (user as IDataObject).id ?? [],
		);
		const ofUser = await items(list, { ...period, calls: { users: users.slice(0, 1) as string[] } });
		expect(ofUser.map(({ id }) => id)).toContain(facts.id);
		expect(ofUser.length).toBeLessThan(all.length);
		const two = await items(list, { returnAll: false, limit: 2, ...period, calls: { outcome: ['answered'] } });
		expect(two).toEqual(answered.slice(0, 2));
		const { error } = await history(list, { calls: '={{ "answered" }}' });
		expect(error?.message).toContain("'calls' is one expression");
	});
});

/** Outbound calls are not missed, and a busy or failed one only if it came in. */
function isMissed({ direction, outcome }: IDataObject): boolean {
	if (outcome === 'busy' || outcome === 'failed') return direction === 'inbound';
	return direction !== 'outbound';
}

it('a queue, or a direction, that no call can have is refused by its name', async () => {
	const { 'VoIPstudio calls': studio, 'VoIPcloud v1 user calls': cloud } = lists();
	const queue = (await history(studio, { calls: { queues: ['Suport queue'] } })).error;
	expect(queue?.message).toContain('Suport queue');
	expect(queue?.description).toContain('Sales queue, Support');
	const { error } = await history(cloud, { calls: { direction: ['internal'] } });
	expect(error?.message).toContain("The filter 'Direction' asks for what no call of this event can be: internal");
});

it('each call is in one of two spans that follow each other, with the legs that began in the other', async () => {
	const { 'VoIPstudio calls': list } = lists();
	groupCall(true);
	office.now += 2 * HOUR;
	const cut = FRIDAY_NOON + 10 * SECOND;
	const whole = await items(list, between(FRIDAY_NOON - DAY, office.now));
	const before = await items(list, between(FRIDAY_NOON - DAY, cut));
	const after = await items(list, between(cut, office.now));
	expect([...after, ...before]).toEqual(whole);
	expect(before[0].legs).toHaveLength(6);
});

it('a value that is no choice, no zone and no country is refused by its name', async () => {
	const { 'VoIPstudio calls': list } = lists();
	const said = async (parameters: INodeParameters) => (await history(list, parameters)).error?.message;
	expect(await said({ output: '={{ "normalized" }}' })).toContain("'Output' must be one of: simplified, full, raw");
	expect(await said({ itemPer: '={{ "each" }}' })).toContain("'One Item Per' must be one of: call, leg");
	expect(await said({ authentication: '={{ "key" }}' })).toContain("'Authentication' must be one of: apiKey, login");
	expect(await said({ options: { timezone: 'Madrid' } })).toContain("'Time Zone of Records' is not a time zone");
	expect(await said({ options: { defaultCountry: '={{ "Spain" }}' } })).toContain("'Default Country' is not a country");
});
