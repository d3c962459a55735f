import { PollContext } from 'n8n-core';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest, waitBy } from '../../harness/clock';
import { demoCredentials } from '../../harness/engine/demoCredentials';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { all, HOUR, MINUTE, SECOND } from './contradictions';
import { ask, Clock, figure, type Liar, meet, rowOf, type Seen, tableOfLiars } from './liars';

/**
 * What a poll costs at a provider that contradicts its document or itself, and what its user sees. Each row of the table in
 * docs/trigger-guarantees.md is measured here: requests by the simulator's log, the state by what n8n would store.
 */
const clock = new Clock();
let accounts = 0;
clockOfEachTest(() => clock.now);
beforeEach(() => {
	accounts++;
	clock.now = new Clock().now;
	waitBy(clock);
});
afterEach(() => {
	jest.restoreAllMocks();
});

type Urls = Simulator['urls'];

const queueCall = { queue: 'Sales queue', outcome: 'abandoned' } as const;

const voipcloud =
	(event = 'queueCall', apiVersion = 'v1', more: INodeParameters = all) =>
	(urls: Urls): NodeRun => ({
		node: 'voipcloudTrigger',
		parameters: { event, itemPer: 'leg', ...more },
		credentials: demoCredentials(urls, apiVersion),
	});
const voipStudio =
	(more: INodeParameters = all) =>
	(urls: Urls): NodeRun => ({
		node: 'voipStudioTrigger',
		parameters: { event: 'cdr', itemPer: 'leg', ...more },
		credentials: demoCredentials(urls),
	});
const while1 =
	(more: INodeParameters = all) =>
	(urls: Urls): NodeRun => ({
		node: 'while1VoiceTrigger',
		parameters: { event: 'cdr', itemPer: 'leg', ...more },
		credentials: demoCredentials(urls),
	});

const dataOf = ({ data }: IDataObject) => data as IDataObject[];
const resultsOf = ({ results }: IDataObject) => results as IDataObject[];
const paginationOf = ({ pagination }: IDataObject) => pagination as IDataObject;

/** A day's worth of calls that nobody made. */
const invented = (count: number, from: number, row: (id: number, at: string) => IDataObject) =>
	Array.from({ length: count }, (_, i) => row(from + i, new Date(clock.now - 5 * MINUTE).toISOString()));
const inventedAtVoipcloud = (id: number, at: string): IDataObject => ({
	callerid: `6149157${id}`,
	inbound_number: '6125550101',
	call_start_at: at,
	call_answered_at: null,
	call_finished_at: at,
	status: 'abandoned',
});
const inventedAtVoipStudio = (id: number, at: string): IDataObject => ({
	id: 1e9 + id,
	calldate: at.slice(0, 19).replace('T', ' '),
	duration: 30,
	type: 'M',
});

const inZone = (timezone: string): INodeParameters => ({
	startFrom: 'hoursAgo',
	hours: 6,
	options: { ...all.options, timezone },
});
const NEW_YORK = 'America/New_York';

const liars: Array<[what: string, provider: string, liar: Liar]> = [
	[
		'Its pages hold 1,000 where 10,000 are asked for',
		'VoIPcloud',
		{
			trigger: voipcloud(),
			during: 2500,
			call: queueCall,
			lie: (answer) => ({ ...answer, data: dataOf(answer).slice(0, 1000) }),
		},
	],
	[
		'Its pages hold 1,000 where 5,000 are asked for',
		'VoIPstudio',
		{
			trigger: voipStudio(),
			during: 2500,
			lie: (answer) => ({ ...answer, data: dataOf(answer).slice(0, 1000) }),
		},
	],
	[
		'It gives the number of rows of each page as that of the list',
		'VoIPstudio',
		{ trigger: voipStudio(), during: 6000, lie: (answer) => ({ ...answer, total: dataOf(answer).length }) },
	],
	[
		'It gives the number of rows of each page as that of the list',
		'While1 Voice',
		{
			trigger: while1(),
			during: 250,
			lie: (answer) => ({
				...answer,
				pagination: { ...paginationOf(answer), row_count: resultsOf(answer).length, max_page: 1 },
			}),
		},
	],
	[
		'Seven rows are missing from its only page',
		'While1 Voice',
		{
			trigger: while1(),
			during: 80,
			lie: (answer) => ({ ...answer, results: resultsOf(answer).slice(0, -7) }),
		},
	],
	[
		'Seven rows are missing from each of three pages',
		'While1 Voice',
		{
			trigger: while1(),
			during: 250,
			lie: (answer) => ({ ...answer, results: resultsOf(answer).slice(0, -7) }),
		},
	],
	[
		'It counts 20 calls more than this key may see',
		'VoIPstudio',
		{ trigger: voipStudio(), during: 20, lie: (answer) => ({ ...answer, total: Number(answer.total) + 20 }) },
	],
	[
		'It counts 9,000 calls more than this key may see',
		'VoIPstudio',
		{ trigger: voipStudio(), during: 20, lie: (answer) => ({ ...answer, total: Number(answer.total) + 9000 }) },
	],
	[
		'It counts 20 calls more than this key may see',
		'While1 Voice',
		{
			trigger: while1(),
			during: 20,
			lie: (answer) => ({
				...answer,
				pagination: { ...paginationOf(answer), row_count: Number(paginationOf(answer).row_count) + 20 },
			}),
		},
	],
	[
		'It gives its first page for every other one',
		'VoIPcloud',
		{
			trigger: voipcloud(),
			during: 200,
			call: queueCall,
			lie: (() => {
				let first: IDataObject[] = [];
				return (answer: IDataObject, { query }) => {
					if (Number(query.offset ?? 0) === 0) first = dataOf(answer);
					return { ...answer, data: first };
				};
			})(),
		},
	],
	[
		'It gives its first page for every other one',
		'VoIPstudio',
		{
			trigger: voipStudio(),
			during: 150,
			lie: (() => {
				let first: IDataObject = {};
				return (answer: IDataObject, { query }) => {
					if (Number(query.page) === 1) first = answer;
					return first;
				};
			})(),
		},
	],
	[
		'It gives its first page for every other one',
		'While1 Voice',
		{
			trigger: while1(),
			during: 250,
			lie: (() => {
				let first: IDataObject = {};
				return (answer: IDataObject) => {
					if (paginationOf(answer).current_page === 1) first = answer;
					return first;
				};
			})(),
		},
	],
	[
		'It always has one more page',
		'VoIPcloud',
		{
			trigger: voipcloud(),
			during: 20,
			call: queueCall,
			lie: (answer, { query }) => ({
				...answer,
				data: invented(100, 1_000_000 + Number(query.offset ?? 0), inventedAtVoipcloud),
			}),
		},
	],
	[
		'It always has one more page',
		'VoIPstudio',
		{
			trigger: voipStudio(),
			during: 20,
			lie: (() => {
				let id = 0;
				return (answer: IDataObject) => ({
					...answer,
					total: 1e9,
					data: invented(100, (id += 100), inventedAtVoipStudio),
				});
			})(),
		},
	],
	[
		'It always has one more page',
		'While1 Voice',
		{
			trigger: while1(),
			during: 20,
			lie: (() => {
				let id = 1e9;
				return (answer: IDataObject, { body }) => {
					const { page } = JSON.parse(body) as { page: number };
					const pagination = { row_count: 1e9, page_size: 1, current_page: page, max_page: page + 1 };
					return { ...answer, pagination, results: [{ ...resultsOf(answer)[0], id: String(id++) }] };
				};
			})(),
		},
	],
	[
		'Calls that never end fill its first page of 100',
		'VoIPcloud',
		{
			trigger: voipcloud(),
			during: 30,
			call: queueCall,
			begins: ({ world }) => {
				for (let i = 0; i < 120; i++)
					world.addCall({
						...queueCall,
						from: `+6149158${1000 + i}`,
						startedAt: clock.now + 54 * MINUTE,
						endedAt: null,
					});
			},
			lie: (answer) => ({ ...answer, data: dataOf(answer).slice(0, 100) }),
		},
	],
	[
		'Calls that never end fill its first page of 100',
		'While1 Voice',
		{
			trigger: while1(),
			during: 30,
			lie: (() => {
				let listed: IDataObject[] = [];
				return (answer: IDataObject, { body }) => {
					const { page } = JSON.parse(body) as { page: number };
					if (page === 1) listed = resultsOf(answer);
					const endless = invented(100, 1_000_000, (id) => ({ ...listed[0], id: String(id), call_status: '' }));
					const pagination = { row_count: 100 + listed.length, page_size: 100, current_page: page, max_page: 2 };
					return { ...answer, pagination, results: page === 1 ? endless : listed };
				};
			})(),
		},
	],
	[
		'Somebody renames a queue',
		'VoIPcloud v1',
		{ trigger: voipcloud(), before: 30, call: queueCall, begins: renameAll },
	],
	[
		'Somebody renames a queue',
		'VoIPcloud v2',
		{ trigger: voipcloud('queueCall', 'v2'), before: 30, call: queueCall, begins: renameAll },
	],
	[
		'Somebody renames a user',
		'VoIPcloud v2',
		{ trigger: voipcloud('userCall', 'v2'), before: 30, call: { user: 'John Smith' }, begins: renameAll },
	],
	['Somebody renames a queue', 'VoIPstudio', { trigger: voipStudio(), before: 30, call: queueCall, begins: renameAll }],
	[
		'Its records have one field more',
		'VoIPcloud v1',
		{
			trigger: voipcloud(),
			before: 30,
			call: queueCall,
			lie: (answer) => ({ ...answer, data: dataOf(answer).map((row) => ({ ...row, recording_url: null })) }),
		},
	],
	[
		'Its records have one field more',
		'VoIPstudio',
		{
			trigger: voipStudio(),
			before: 30,
			lie: (answer) => ({ ...answer, data: dataOf(answer).map((row) => ({ ...row, recording_url: null })) }),
		},
	],
	[
		'Its records have one field more',
		'While1 Voice',
		{
			trigger: while1(),
			before: 30,
			lie: (answer) => ({ ...answer, results: resultsOf(answer).map((row) => ({ ...row, recording_url: null })) }),
		},
	],
	[
		'The *Time Zone of Records* is corrected, from UTC to New York',
		'VoIPstudio',
		{
			world: { clockSkewMs: -5 * HOUR },
			trigger: voipStudio(inZone('UTC')),
			corrected: voipStudio(inZone(NEW_YORK)),
			before: 30,
			during: 30,
		},
	],
	[
		'The *Time Zone of Records* is corrected, from UTC to New York',
		'While1 Voice',
		{
			world: { zone: NEW_YORK },
			trigger: while1(inZone('UTC')),
			corrected: while1(inZone(NEW_YORK)),
			before: 30,
			during: 30,
		},
	],
];

function renameAll({ world }: Simulator): void {
	for (const one of [...world.queues, ...world.users]) one.name = `${one.name}, second floor`;
}

const checked: string[] = [];

/** Compares a row with the page. */
function expectInTable(what: string, provider: string, seen: Seen): void {
	const row = rowOf(what, provider, seen);
	checked.push(row);
	expect(tableOfLiars()).toContain(row);
}

it.each(liars)(
	'%s (%s): no call is lost or comes twice, and it costs the requests that the page says',
	async (what, provider, liar) => {
		expectInTable(what, provider, await meet(clock, liar));
	},
	120_000,
);

describe('an account whose requests are used up', () => {
	let simulator: Simulator;
	beforeEach(async () => {
		simulator = await createSimulator({ world: { seed: 3, callsPerDay: 0, clock: () => clock.now } });
	});
	afterEach(async () => await simulator.close());

	const publish = async (index = 0) => {
		const request = voipcloud()(simulator.urls);
		// Each of several triggers is a node of its own workflow.
		return await PublishedTrigger.publish(request, {}, `workflow ${accounts}.${index}`);
	};
	const addCall = () => {
		const startedAt = clock.now + SECOND;
		simulator.world.addCall({ ...queueCall, startedAt, endedAt: startedAt + 30 * SECOND });
	};

	it('by nodes: a poll sends nothing and is no failed execution, and its calls come later', async () => {
		await runNode({
			node: 'voipcloud',
			parameters: { resource: 'queueCall', operation: 'getAll', limit: 1, filters: {}, options: { maxWait: 0 } },
			credentials: voipcloud()(simulator.urls).credentials,
			items: Array.from({ length: 100 }, (_, n) => ({ json: { n } })),
			onError: 'continueRegularOutput',
		});
		expect(simulator.requests).toHaveLength(100);
		const info = jest.fn();
		jest.spyOn(PollContext.prototype, 'logger', 'get').mockReturnValue({ info } as unknown as PollContext['logger']);
		const trigger = await publish();
		const first = await ask(simulator, trigger);
		addCall();
		clock.now += MINUTE;
		const steady = await ask(simulator, trigger);
		expect([first.error, steady.error]).toEqual([null, null]);
		const [said] = (info.mock.calls[0] as [string])[0].split('. ');
		clock.now += 14 * MINUTE;
		const later = await ask(simulator, trigger);
		clock.now += MINUTE;
		expect((await ask(simulator, trigger)).ids).toEqual([]);
		expectInTable("Nodes have used up the account's 100 requests", 'VoIPcloud', {
			first: first.requests,
			steady: steady.requests,
			told: `a line in n8n's log: ${said}`,
			state: `${steady.hasMoved ? 'goes on' : 'stays as it was'}; 0 calls, and 15 minutes later ${later.ids.length} of 1 calls, each once`,
		});
	});

	it('by other tools: the refusal is an error with its cause, sent once, and the calls come later', async () => {
		const trigger = await publish();
		await ask(simulator, trigger);
		addCall();
		simulator.setLimit('voipcloud', { max: 0, windowMs: 15 * MINUTE });
		clock.now += MINUTE;
		const first = await ask(simulator, trigger);
		clock.now += MINUTE;
		const steady = await ask(simulator, trigger);
		simulator.setLimit('voipcloud', null);
		clock.now += MINUTE;
		const later = await ask(simulator, trigger);
		clock.now += MINUTE;
		expect((await ask(simulator, trigger)).ids).toEqual([]);
		expectInTable('Other tools have used them up, and it answers with the code 429', 'VoIPcloud', {
			first: first.requests,
			steady: steady.requests,
			told: `error: ${first.error}`,
			state: `${steady.hasMoved ? 'goes on' : 'stays as it was'}; 0 calls, and once it is honest ${later.ids.length} of 1 calls, each once`,
		});
	});

	it('by seven triggers that poll every minute: each gets its turns, none fails, and each gives every call once', async () => {
		const triggers = await Promise.all(Array.from({ length: 7 }, async (_, index) => await publish(index)));
		const given = triggers.map((): string[] => []);
		const sentAt: number[] = [];
		const begun = clock.now;
		let polls = 0;
		let made = 0;
		for (let minute = 0; minute < 120; minute++) {
			for (const [index, trigger] of triggers.entries()) {
				clock.now = begun + minute * MINUTE + index * 8 * SECOND;
				const { ids, error, requests } = await ask(simulator, trigger);
				expect(error).toBeNull();
				given[index].push(...ids);
				polls++;
				if (requests > 0) sentAt.push(clock.now);
			}
			if (minute % 10 === 0 && minute > 0 && minute < 110) {
				addCall();
				made++;
			}
		}
		for (const ids of given) expect([new Set(ids).size, ids.length]).toEqual([made, made]);
		const inWindow = sentAt.map((at) => sentAt.filter((other) => other > at - 15 * MINUTE && other <= at).length);
		const steady = sentAt.filter((at) => at >= begun + 60 * MINUTE).length / (polls / 2);
		expectInTable('Seven triggers of the account poll every minute', 'VoIPcloud', {
			first: 1,
			steady: `${steady.toFixed(2)} on average, ${Math.max(...inWindow)} of 100 in 15 minutes`,
			told: "lines in n8n's log of the polls that are left out",
			state: `goes on; ${figure(made)} of ${figure(made)} calls for each of them, each once`,
		});
	});
});

it('the page has no row that nothing here has measured', () => {
	expect(tableOfLiars()).toHaveLength(checked.length);
	expect(tableOfLiars()).toEqual(checked);
});
