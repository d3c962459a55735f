/** Get Statistics: each figure against a second, plain computation of it, and a day that is computed by hand. */
import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, Outcome } from '../../nodes/shared/calls/call';
import { FORMULAS, Statistics, type Group, type StatisticsSettings } from '../../nodes/shared/calls/statistics';
import { plain } from '../plainStatistics';

const ZONE = 'Australia/Sydney';
const FROM = DateTime.fromISO('2026-08-18T00:00', { zone: ZONE }).toMillis();
const TO = DateTime.fromISO('2026-08-19T00:00', { zone: ZONE }).toMillis();

const settings: StatisticsSettings = {
	groupBy: [],
	serviceLevelSeconds: 20,
	shortAbandonSeconds: 5,
	formula: 'offeredLessShort',
	direction: ['inbound'],
	businessHours: null,
	zone: ZONE,
	from: FROM,
	to: TO,
};

interface Scene {
	/** The time of day, e.g. `09:05`. */
	readonly at: string;
	readonly outcome: Outcome;
	readonly wait: number | null;
	readonly talk?: number | null;
	readonly caller?: string | null;
	readonly queue?: string | null;
	readonly agent?: string | null;
	readonly day?: string;
}

const nobody = { number: null, e164: null, name: null, withheld: true, type: null };

function call({ at, outcome, wait, talk = null, caller = '+61491570110', queue = 'Sales', agent = null, day }: Scene) {
	const startedAt = DateTime.fromISO(`${day ?? '2026-08-18'}T${at}`, { zone: ZONE });
	const seconds = (wait ?? 0) + (talk ?? 0);
	return {
		direction: 'inbound',
		outcome,
		from: caller === null ? nobody : { ...nobody, number: caller, e164: caller, withheld: false },
		to: { ...nobody, number: '1001', withheld: false },
		queue: queue === null ? null : { id: null, name: queue },
		ringGroup: null,
		user: agent === null ? null : { id: null, name: agent },
		startedAt: startedAt.toUTC().toISO(),
		answeredAt: null,
		endedAt: startedAt.plus({ seconds }).toUTC().toISO(),
		durationSeconds: seconds,
		waitSeconds: wait,
		ringSeconds: null,
		talkSeconds: talk,
		cost: null,
		parentId: null,
	} as CallFacts;
}

function rows(scenes: readonly Scene[], changed: Partial<StatisticsSettings> = {}): IDataObject[] {
	const statistics = new Statistics({ ...settings, ...changed });
	for (const scene of scenes) statistics.add(call(scene));
	return statistics.rows();
}

/** A morning of twelve calls, as docs/statistics.md prints it. */
const MORNING: Scene[] = [
	{ at: '09:00', outcome: 'answered', wait: 5, talk: 120, caller: '+61491570110' },
	{ at: '09:05', outcome: 'answered', wait: 20, talk: 60, caller: '+61491570111' },
	{ at: '09:10', outcome: 'answered', wait: 21, talk: 180, caller: '+61491570112' },
	{ at: '09:15', outcome: 'answered', wait: 60, talk: 240, caller: '+61491570110' },
	{ at: '09:20', outcome: 'abandoned', wait: 3, caller: '+61491570113' },
	{ at: '09:25', outcome: 'abandoned', wait: 5, caller: '+61491570113' },
	{ at: '09:30', outcome: 'abandoned', wait: 90, caller: '+61491570114' },
	{ at: '10:00', outcome: 'answered', wait: 10, talk: 300, caller: '+61491570115' },
	{ at: '10:05', outcome: 'answered', wait: 15, talk: 30, caller: '+61491570116' },
	{ at: '10:10', outcome: 'timedOut', wait: 120, caller: null },
	{ at: '10:15', outcome: 'missed', wait: 30, caller: '+61491570117' },
	{ at: '10:20', outcome: 'busy', wait: 0, caller: '+61491570118' },
];

it('the morning of the page gives the figures of the page: whoever checks by hand finds the same', () => {
	expect(rows(MORNING)).toEqual([
		{
			from: '2026-08-18T00:00:00+10:00',
			to: '2026-08-19T00:00:00+10:00',
			offered: 12,
			answered: 6,
			abandoned: 3,
			shortAbandoned: 1,
			timedOut: 1,
			missed: 2,
			answeredWithin: 4,
			// 4 of 12 - 1
			serviceLevel: 36.4,
			answerRate: 50,
			abandonRate: 25,
			// 379 s in 12 calls
			averageWaitSeconds: 31.6,
			longestWaitSeconds: 120,
			// 131 s in 6 calls
			averageSpeedOfAnswerSeconds: 21.8,
			averageTalkSeconds: 155,
			talkSeconds: 930,
			callers: 9,
			repeatCallers: 2,
			firstCallAt: '2026-08-18T09:00:00+10:00',
			lastCallAt: '2026-08-18T10:20:00+10:00',
			busiestHour: 9,
			waitKnown: 12,
			talkKnown: 6,
		},
	]);
});

it.each([
	['offeredLessShort', 36.4],
	['offered', 33.3],
	['answered', 66.7],
	['abandonedCount', 50],
] as const)('the service level by the formula %s is %d %%: each is another promise to customers', (formula, level) => {
	expect(rows(MORNING, { formula })[0].serviceLevel).toBe(level);
});

it('a period without a call gives a row of zeros and nulls: no report is silent on a quiet day', () => {
	const [row, ...others] = rows([]);
	expect(others).toEqual([]);
	expect(row).toMatchObject({ offered: 0, answered: 0, missed: 0, callers: 0, talkSeconds: 0, waitKnown: 0 });
	for (const figure of [
		'serviceLevel',
		'answerRate',
		'averageWaitSeconds',
		'longestWaitSeconds',
		'averageTalkSeconds',
		'firstCallAt',
		'busiestHour',
	])
		expect(row[figure]).toBeNull();
});

it('where no answered call tells its wait, the level is null, not 0 %', () => {
	const [row] = rows([
		{ at: '09:00', outcome: 'answered', wait: null, talk: 5 },
		{ at: '09:01', outcome: 'missed', wait: 12 },
	]);
	expect(row).toMatchObject({
		answeredWithin: null,
		serviceLevel: null,
		averageSpeedOfAnswerSeconds: null,
		waitKnown: 1,
	});
});

it('an answered call without its wait is left out of the level: it was neither within nor beyond', () => {
	const known: Scene[] = [
		{ at: '09:00', outcome: 'answered', wait: 5, talk: 5 },
		{ at: '09:01', outcome: 'missed', wait: 12 },
	];
	expect(rows([...known, { at: '09:02', outcome: 'answered', wait: null, talk: 5 }])[0]).toMatchObject({
		answered: 2,
		answeredWithin: 1,
		serviceLevel: 50,
	});
});

it.each([
	['2026-10-04', 23],
	['2026-04-05', 25],
])(
	'the day %s has %d hours in Sydney, each counted once: nothing is lost or doubled when clocks change',
	(day, hours) => {
		const from = DateTime.fromISO(day, { zone: ZONE });
		const to = from.plus({ days: 1 });
		const calls = Array.from({ length: hours }, (_, hour) => from.plus({ hours: hour }));
		const statistics = new Statistics({
			...settings,
			groupBy: ['hourOfDay'],
			from: from.toMillis(),
			to: to.toMillis(),
		});
		for (const at of calls) {
			statistics.add({ ...call({ at: '00:00', outcome: 'answered', wait: 1 }), startedAt: at.toUTC().toISO() });
		}
		const found = statistics.rows();
		expect(found.reduce((sum, { offered }) => sum + Number(offered), 0)).toBe(hours);
		expect(found.length).toBe(hours === 23 ? 23 : 24);
	},
);

it('hours without a call are in the table by hour, and closed ones are not', () => {
	const businessHours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 12 * 60, zone: ZONE };
	const found = rows([...MORNING, { at: '13:00', outcome: 'missed', wait: 1 }], {
		groupBy: ['hourOfDay'],
		businessHours,
	});
	expect(found.map(({ hourOfDay, offered }) => [hourOfDay, offered])).toEqual([
		[9, 7],
		[10, 5],
		[11, 0],
	]);
});

it('a queue that is known has its row without a call; calls of no queue come last', () => {
	const found = rows([{ at: '09:00', outcome: 'missed', wait: 1, queue: null }, ...MORNING], {
		groupBy: ['queue'],
		known: { queue: ['Support', 'Sales'] },
	});
	expect(found.map(({ queue, offered }) => [queue, offered])).toEqual([
		['Sales', 12],
		['Support', 0],
		[null, 1],
	]);
});

describe('compared with the period before', () => {
	const before: StatisticsSettings = { ...settings, from: FROM - 86_400_000, to: FROM };

	function compared(now: Scene[], then: Scene[], groupBy: Group[] = []): IDataObject[] {
		const [current, previous] = [new Statistics({ ...settings, groupBy }), new Statistics({ ...before, groupBy })];
		for (const scene of now) current.add(call(scene));
		for (const scene of then) previous.add(call({ ...scene, day: '2026-08-17' }));
		return current.rows(previous);
	}

	it('each figure stands beside that of then, with the difference; what is not known then has none', () => {
		const [row] = compared(MORNING, MORNING.slice(0, 4));
		expect(row).toMatchObject({ offered: 12, offeredBefore: 4, offeredChange: 8 });
		expect(row).toMatchObject({ serviceLevel: 36.4, serviceLevelBefore: 50, serviceLevelChange: -13.6 });
		expect(compared(MORNING, [])[0]).toMatchObject({
			serviceLevelBefore: null,
			serviceLevelChange: null,
			offeredChange: 12,
		});
	});

	it('a queue that had calls only then has its row: a queue that fell silent is seen', () => {
		const found = compared(MORNING, [{ at: '09:00', outcome: 'missed', wait: 1, queue: 'Support' }], ['queue']);
		expect(found.map(({ queue, offered, offeredBefore }) => [queue, offered, offeredBefore])).toEqual([
			['Sales', 12, 0],
			['Support', 0, 1],
		]);
	});

	it('the first day is compared with the first day', () => {
		expect(compared(MORNING, MORNING.slice(0, 2), ['day'])).toMatchObject([
			{ day: '2026-08-18', offered: 12, offeredBefore: 2 },
		]);
	});
});

const outcomes: Outcome[] = ['answered', 'missed', 'abandoned', 'timedOut', 'busy', 'failed'];
const scene = fc.record({
	minute: fc.integer({ min: -30, max: 24 * 60 + 30 }),
	outcome: fc.constantFrom(...outcomes),
	wait: fc.option(fc.integer({ min: 0, max: 60 })),
	talk: fc.option(fc.integer({ min: 0, max: 600 })),
	caller: fc.option(fc.constantFrom('+61491570110', '+61491570111', '+61491570112')),
	queue: fc.option(fc.constantFrom('Sales', 'Support')),
	direction: fc.constantFrom('inbound', 'outbound', null),
});

it('random days give what a plain count of all calls gives', () => {
	fc.assert(
		fc.property(
			fc.array(scene, { maxLength: 40 }),
			fc.integer({ min: 0, max: 40 }),
			fc.integer({ min: 0, max: 20 }),
			fc.constantFrom(...FORMULAS),
			(scenes, level, short, formula) => {
				const calls = scenes.map(({ minute, direction, ...one }): CallFacts => {
					const startedAt = new Date(FROM + minute * 60_000).toISOString();
					return {
						...call({ at: '00:00', ...one, talk: one.outcome === 'answered' ? one.talk : null }),
						startedAt,
						direction,
					} as CallFacts;
				});
				const statistics = new Statistics({
					...settings,
					groupBy: ['queue'],
					serviceLevelSeconds: level,
					shortAbandonSeconds: short,
					formula,
				});
				for (const one of calls) statistics.add(one);
				const queues = new Set(statistics.rows().map(({ queue }) => queue));
				const counted = calls.filter(
					({ direction, startedAt }) =>
						direction === 'inbound' && Date.parse(startedAt ?? '') >= FROM && Date.parse(startedAt ?? '') < TO,
				);
				expect(queues).toEqual(new Set(counted.map(({ queue }) => queue?.name ?? null)));
				for (const row of statistics.rows()) {
					const own = counted.filter(({ queue }) => (queue?.name ?? null) === row.queue);
					expect(row).toMatchObject(plain(own, level, short, formula));
				}
			},
		),
	);
});
