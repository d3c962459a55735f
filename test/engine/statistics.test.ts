/** Get Statistics of every provider, over the same simulated office, against a plain count of the calls that Get Many gives. */
import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode, type NodeResult } from '../../harness/engine/run';
import { FRIDAY_NOON, officeForTests } from '../../harness/office';
import type { CallFacts } from '../../nodes/shared/calls/call';
import { plain } from '../plainStatistics';

const DAY = 86_400_000;
const ZONE = 'Australia/Sydney';
/** Yesterday, Thursday in Sydney. */
const YESTERDAY = { from: '2026-11-19T00:00:00+11:00', to: '2026-11-20T00:00:00+11:00' };

let callsPerDay = 150;
const office = officeForTests(() => ({ world: { callsPerDay, historyFrom: FRIDAY_NOON - 9 * DAY } }));

interface Provider {
	readonly node: string;
	readonly credentials: Record<string, ICredentialDataDecryptedObject>;
	readonly options: IDataObject;
}

function providerOf(name: string): Provider {
	const { urls } = office.simulator;
	if (name === 'VoIPstudio') {
		return {
			node: 'voipStudio',
			credentials: { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: urls.voipstudio ?? '' } },
			options: {},
		};
	}
	if (name === 'While1 Voice') {
		return {
			node: 'while1Voice',
			credentials: {
				while1VoiceApi: { baseUrl: urls.while1 ?? '', apiToken: 'while1-demo-token', apiKey: 'while1-demo-key' },
			},
			options: {},
		};
	}
	const voipcloudApi = { apiKey: 'voipcloud-demo-key', baseUrl: urls.voipcloud ?? '', apiVersion: 'v2' };
	return { node: 'voipcloud', credentials: { voipcloudApi }, options: {} };
}

const LISTS = [
	{ name: 'VoIPstudio', resource: 'cdr' },
	{ name: 'While1 Voice', resource: 'cdr' },
	{ name: 'VoIPcloud', resource: 'queueCall' },
	{ name: 'VoIPcloud', resource: 'ringGroupCall' },
	{ name: 'VoIPcloud', resource: 'userCall' },
];

async function run(name: string, resource: string, parameters: INodeParameters): Promise<NodeResult> {
	const { node, credentials } = providerOf(name);
	return await runNode({ node, credentials, timezone: ZONE, parameters: { resource, ...parameters } });
}

async function statistics(name: string, resource: string, parameters: INodeParameters = {}): Promise<IDataObject[]> {
	const { items, error } = await run(name, resource, { operation: 'getStatistics', ...parameters });
	expect(error).toBeUndefined();
	return items.map(({ json }) => json);
}

async function callsOf(name: string, resource: string, period = 'yesterday'): Promise<CallFacts[]> {
	const { items, error } = await run(name, resource, { operation: 'getAll', returnAll: true, output: 'full', period });
	expect(error).toBeUndefined();
	return items.map(({ json }) => json as CallFacts);
}

describe.each(LISTS)('$resource of $name', ({ name, resource }) => {
	it("yesterday's figures are those of its calls, counted one by one: no report differs from the list behind it", async () => {
		const [row, ...others] = await statistics(name, resource);
		expect(others).toEqual([]);
		const calls = (await callsOf(name, resource)).filter(({ direction }) => direction === 'inbound');
		expect(calls.length).toBeGreaterThan(10);
		expect(row).toEqual({
			...YESTERDAY,
			...plain(calls, 20, 5, 'offeredLessShort'),
			firstCallAt: expect.stringMatching(/^2026-11-19T\d\d:\d\d:\d\d\+11:00$/) as string,
			lastCallAt: expect.stringMatching(/^2026-11-19T\d\d:\d\d:\d\d\+11:00$/) as string,
			busiestHour: expect.any(Number) as number,
		});
	});

	it('by hour the rows add up to the whole day, and each hour of the day has its row', async () => {
		const [whole] = await statistics(name, resource);
		const hours = await statistics(name, resource, { groupBy: ['hourOfDay'] });
		expect(hours.map(({ hourOfDay }) => hourOfDay)).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
		for (const figure of ['offered', 'answered', 'abandoned', 'timedOut', 'missed', 'waitKnown']) {
			expect([figure, hours.reduce((sum, row) => sum + Number(row[figure]), 0)]).toEqual([figure, whole[figure]]);
		}
	});

	it('a period without a call gives a row of zeros, with nulls where nothing can be known', async () => {
		const [row] = await statistics(name, resource, {
			period: 'dates',
			periodFrom: '2025-01-01',
			periodTo: '2025-01-01',
		});
		expect(row).toMatchObject({ offered: 0, answered: 0, serviceLevel: null, averageWaitSeconds: null, waitKnown: 0 });
	});
});

it('by queue, the figures of VoIPcloud and of VoIPstudio are those of their lists, the queues by name', async () => {
	for (const [name, resource] of [
		['VoIPcloud', 'queueCall'],
		['VoIPstudio', 'cdr'],
	]) {
		const rows = await statistics(name, resource, { groupBy: ['queue'], period: 'last7Days' });
		const calls = (await callsOf(name, resource, 'last7Days')).filter(({ direction }) => direction === 'inbound');
		expect(rows.length).toBeGreaterThanOrEqual(3);
		for (const row of rows) {
			const own = calls.filter(({ queue }) => (queue?.name ?? null) === row.queue);
			expect(row).toMatchObject(plain(own, 20, 5, 'offeredLessShort'));
		}
	}
});

describe('a morning of eight calls to the sales queue', () => {
	beforeAll(() => (callsPerDay = 0));
	afterAll(() => (callsPerDay = 150));

	/** Minute of the morning, wait and talk in seconds (null: nobody answered), caller. */
	const MORNING: Array<[minute: number, wait: number, talk: number | null, caller: number]> = [
		[0, 5, 120, 0],
		[5, 20, 60, 1],
		[10, 21, 180, 2],
		[15, 60, 240, 0],
		[20, 3, null, 3],
		[25, 5, null, 3],
		[30, 90, null, 4],
		[60, 10, 300, 5],
	];
	const NINE = Date.parse('2026-11-19T09:00:00+11:00');

	it.each([
		{ name: 'VoIPcloud', resource: 'queueCall', hasAbandoned: true },
		{ name: 'VoIPstudio', resource: 'cdr', hasAbandoned: false },
		{ name: 'While1 Voice', resource: 'cdr', hasAbandoned: false },
	])('$name gives its figures: who changes provider keeps the report', async ({ name, resource, hasAbandoned }) => {
		for (const [minute, wait, talk, caller] of MORNING) {
			const startedAt = NINE + minute * 60_000;
			const answeredAt = talk === null ? null : startedAt + wait * 1000;
			const endedAt = startedAt + (wait + (talk ?? 0)) * 1000;
			const from = `+6149157011${caller}`;
			office.simulator.world.addCall({
				queue: 'Sales queue',
				from,
				startedAt,
				answeredAt,
				endedAt,
				withLeg: talk !== null,
			});
		}
		const [row] = await statistics(name, resource);
		expect(row).toMatchObject({
			offered: 8,
			answered: 5,
			answeredWithin: 3,
			answerRate: 62.5,
			averageWaitSeconds: 26.8,
			longestWaitSeconds: 90,
			averageSpeedOfAnswerSeconds: 23.2,
			averageTalkSeconds: 180,
			talkSeconds: 900,
			callers: 6,
			repeatCallers: 2,
			firstCallAt: '2026-11-19T09:00:00+11:00',
			lastCallAt: '2026-11-19T10:00:00+11:00',
			busiestHour: 9,
			waitKnown: 8,
			talkKnown: 5,
		});
		// Only VoIPcloud tells a caller who gave up from one whom nobody answered.
		expect(row).toMatchObject(
			hasAbandoned
				? { abandoned: 3, shortAbandoned: 1, missed: 0, serviceLevel: 42.9 }
				: { abandoned: 0, shortAbandoned: 0, missed: 3, serviceLevel: 37.5 },
		);
	});
});

it('compared with the previous period, yesterday stands beside the day before', async () => {
	const [row] = await statistics('VoIPcloud', 'queueCall', { options: { compareWith: 'previousPeriod' } });
	const [before] = await statistics('VoIPcloud', 'queueCall', {
		period: 'dates',
		periodFrom: '2026-11-18',
		periodTo: '2026-11-18',
	});
	expect([row.offeredBefore, row.serviceLevelBefore]).toEqual([before.offered, before.serviceLevel]);
	expect(row.offeredChange).toBe(Number(row.offered) - Number(before.offered));
});

it.each([
	['three groups', { groupBy: ['queue', 'agent', 'day'] }, "'Group By' has 3 entries, and takes two at most"],
	['an unknown group', { groupBy: ['team'] }, "'Group By' must be one or more of: agent, day"],
	['an unknown formula', { formula: 'best' }, "'Formula' must be one of: offeredLessShort"],
	['a negative level', { serviceLevelSeconds: -1 }, "'Service Level Seconds' must be a number from 0 to 86400"],
	['an empty date', { period: 'dates', periodFrom: '', periodTo: '2026-11-19' }, "'From' is empty"],
	[
		'a comparison with no beginning',
		{ period: 'all', options: { compareWith: 'previousPeriod' } },
		"'Compare With' needs a period that begins somewhere",
	],
])('%s is refused with the field and the choices, and nothing is requested', async (_what, parameters, message) => {
	const { error } = await run('VoIPcloud', 'queueCall', {
		operation: 'getStatistics',
		...(parameters as INodeParameters),
	});
	expect(error?.message).toContain(message);
	expect(office.simulator.requests).toEqual([]);
});

it('a level of 0 seconds counts only calls that were answered at once', async () => {
	const [row] = await statistics('VoIPcloud', 'queueCall', { serviceLevelSeconds: 0 });
	const calls = await callsOf('VoIPcloud', 'queueCall');
	expect(row.answeredWithin).toBe(
		calls.filter(({ outcome, waitSeconds }) => outcome === 'answered' && waitSeconds === 0).length,
	);
});
