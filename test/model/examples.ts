import { DAY, HOUR, MINUTE, SECOND, type Batch } from './calls';
import type { Scenario, Step } from './scenario';

/** Calls of the last minute, all in order. */
export const usual: Batch = {
	count: 4,
	withinMs: 0,
	latenessMs: 0,
	allSoLate: true,
	longestMs: MINUTE,
	grainMs: SECOND,
	listedLive: false,
	twins: false,
	neverEnds: false,
	odd: null,
	salt: 1,
};

const quiet: Scenario = {
	setup: 0,
	engine: 'in-memory',
	oldN8n: false,
	quirks: { dayZone: 0, lastDayCounts: true, orderedByEnd: false, coin: false, salt: 0 },
	providerSkewMs: 0,
	hostSkewMs: 0,
	lookbackMinutes: 240,
	maxItems: 1000,
	startFrom: { kind: 'now' },
	startZone: null,
	filter: 'none',
	latencyMs: 50,
	history: [],
	steps: [],
	salt: 700,
};

const poll = (afterMs: number): Step => ({ kind: 'poll', afterMs, fault: null, meanwhile: null, death: null });
const calls = (batch: Partial<Batch>): Step => ({ kind: 'calls', batch: { ...usual, ...batch } });

/** Histories that random ones come to rarely, and that expose a broken variant at once; each check begins with them. */
export const examples: readonly Scenario[] = [
	// Calls end in the very second in which the workflow is published: the first poll lists some of them, others show after it.
	{ ...quiet, history: [usual], steps: [calls({ withinMs: SECOND / 10 }), poll(MINUTE)] },
	// More than a page over hours while the host's clock is ahead; then calls show that ended almost a look-back ago.
	{
		...quiet,
		steps: [
			{ kind: 'clock of the host', byMs: 6 * HOUR },
			calls({ count: 90, withinMs: 6 * HOUR }),
			poll(6 * HOUR),
			calls({ withinMs: SECOND, latenessMs: 230 * MINUTE, salt: 3 }),
			poll(10 * MINUTE),
		],
	},
	// Calls are written while more than a page of others is read.
	{
		...quiet,
		steps: [
			poll(MINUTE),
			calls({ count: 60, withinMs: HOUR }),
			{
				kind: 'poll',
				afterMs: HOUR,
				fault: null,
				meanwhile: { what: 'new calls', request: 1 },
				death: null,
			},
		],
	},
	// The workflow is published again while a poll reads a call, by an n8n that still starts executions for that poll.
	{
		...quiet,
		oldN8n: true,
		steps: [
			poll(MINUTE),
			calls({}),
			{
				kind: 'poll',
				afterMs: MINUTE,
				fault: null,
				meanwhile: { what: 'publication', request: 1 },
				death: null,
			},
			poll(MINUTE),
		],
	},
	// After an outage of days the provider contradicts itself for a while.
	{
		...quiet,
		steps: [
			poll(MINUTE),
			calls({ count: 400, withinMs: 54 * HOUR }),
			{ kind: 'lie', which: 3 },
			poll(54 * HOUR),
			poll(MINUTE),
			{ kind: 'lie', which: null },
			poll(MINUTE),
		],
	},
	// A call is listed before the start; a day later the right zone is changed for one in which the start was earlier.
	{
		...quiet,
		lookbackMinutes: 15,
		history: [{ ...usual, count: 1, withinMs: HOUR, latenessMs: 45 * MINUTE, longestMs: 0, salt: 1234846741 }],
		steps: [
			{ kind: 'restart', downMs: DAY, fault: null, death: null },
			{ kind: 'zone', which: 2 },
		],
	},
	// The zone is wrong at the start and corrected half an hour later.
	{
		...quiet,
		startZone: 0,
		steps: [calls({ withinMs: 25 * MINUTE }), poll(30 * MINUTE), { kind: 'zone', which: null }, poll(MINUTE)],
	},
];

/** Seeds of histories of callers that expose a broken variant of unreturnedMutants.ts. */
export const callerHistories: readonly number[] = [1, 4, 5, 8];

/** Seeds of histories of whole calls that expose a broken variant of wholeMutants.ts. */
export const wholeHistories: readonly number[] = [1, 2, 3, 4];
