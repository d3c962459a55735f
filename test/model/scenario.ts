import fc from 'fast-check';

import { DAY, edits, HOUR, MINUTE, oddities, SECOND, type Batch, type Edit } from './calls';
import type { Death, EngineKind } from './engine';
import type { Quirks } from './provider';

/** What strikes a request. `bad` takes one of the provider's own bad answers. */
export const faults = [
	'429',
	'429 with Retry-After',
	'500',
	'gateway',
	'web page',
	'broken JSON',
	'reset',
	'slow',
	'dripping',
	'bad',
] as const;
export type FaultKind = (typeof faults)[number];

/** What happens while a request is under way. */
export type Meanwhile = 'another poll' | 'death' | 'deletion' | 'new calls' | 'publication';

export type Step =
	| {
			readonly kind: 'poll';
			readonly afterMs: number;
			readonly fault: { readonly kind: FaultKind; readonly request: number } | null;
			readonly meanwhile: { readonly what: Meanwhile; readonly request: number } | null;
			readonly death: Death | null;
	  }
	| { readonly kind: 'calls'; readonly batch: Batch }
	| {
			readonly kind: 'restart';
			readonly downMs: number;
			readonly fault: FaultKind | null;
			readonly death: Death | null;
	  }
	| { readonly kind: 'test run' }
	| { readonly kind: 'deletions'; readonly share: number }
	| { readonly kind: 'clock of the host'; readonly byMs: number }
	/** The provider begins to contradict itself, in the way with this number; null: it stops. */
	| { readonly kind: 'lie'; readonly which: number | null }
	| { readonly kind: 'renames' }
	| { readonly kind: 'new field' }
	| { readonly kind: 'other spelling' }
	/** Records that were given are changed. */
	| { readonly kind: 'edits'; readonly what: Edit['what']; readonly laterMs: number; readonly share: number }
	/** The user chooses the other time zone with this number; null: the right one. */
	| { readonly kind: 'zone'; readonly which: number | null }
	| { readonly kind: 'other settings'; readonly maxItems: number };

export interface Scenario {
	readonly setup: number;
	readonly engine: EngineKind;
	readonly oldN8n: boolean;
	readonly quirks: Quirks;
	/** How far the provider's clock and the host's are ahead of true time. */
	readonly providerSkewMs: number;
	readonly hostSkewMs: number;
	readonly lookbackMinutes: number;
	readonly maxItems: number;
	readonly startFrom:
		| { readonly kind: 'now' }
		| { readonly kind: 'hoursAgo'; readonly hours: number }
		| { readonly kind: 'date'; readonly hours: number };
	/** The number of a wrong zone that the user has chosen when publishing. */
	readonly startZone: number | null;
	readonly filter: 'none' | 'answered' | 'place';
	readonly latencyMs: number;
	/** What the account holds before the workflow is published. */
	readonly history: readonly Batch[];
	readonly steps: readonly Step[];
	readonly salt: number;
}

const salt = fc.nat({ max: 2 ** 31 - 1 });

function rarely<T>(value: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | null> {
	return fc.option(value, { nil: null, freq: oneIn - 1 });
}

function mostly<T>(usual: T, others: fc.Arbitrary<T>, weight = 4): fc.Arbitrary<T> {
	return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
}

/** Lateness is given as a fraction of the look-back, because what matters is the edge of it. */
function batch(lookbackMs: number): fc.Arbitrary<Batch> {
	return fc.record({
		count: fc.oneof(
			{ weight: 5, arbitrary: fc.integer({ min: 1, max: 6 }) },
			{ weight: 2, arbitrary: fc.integer({ min: 7, max: 45 }) },
		),
		withinMs: fc.constantFrom(0, SECOND, 5 * MINUTE, HOUR, 6 * HOUR),
		latenessMs: fc
			.constantFrom(0, 0, 0.05, 0.5, 0.98, 1, 1, 3)
			.map((share) => Math.floor((lookbackMs * share) / SECOND) * SECOND),
		allSoLate: fc.boolean(),
		longestMs: fc.constantFrom(0, MINUTE, 10 * MINUTE, 3 * HOUR, DAY - 2 * MINUTE, DAY - 2 * MINUTE),
		grainMs: fc.constantFrom(SECOND, SECOND, MINUTE, 30 * MINUTE),
		listedLive: fc.boolean(),
		twins: mostly(false, fc.constant(true), 6),
		neverEnds: mostly(false, fc.constant(true), 9),
		odd: rarely(fc.constantFrom(...oddities), 8),
		salt,
	});
}

function step(lookbackMs: number): fc.Arbitrary<Step> {
	const request = fc.constantFrom(1, 1, 2, 3, 6);
	const death = fc.constantFrom<Death>('before emitting', 'after emitting');
	return fc.oneof(
		{
			weight: 9,
			arbitrary: fc.record({
				kind: fc.constant('poll' as const),
				afterMs: fc.oneof(
					{ weight: 6, arbitrary: fc.integer({ min: 30, max: 600 }).map((seconds) => seconds * SECOND) },
					{ weight: 2, arbitrary: fc.integer({ min: 1, max: 8 }).map((hours) => hours * HOUR) },
					{ weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }).map((days) => days * DAY) },
				),
				fault: rarely(fc.record({ kind: fc.constantFrom(...faults), request }), 6),
				meanwhile: rarely(
					fc.record({
						what: fc.constantFrom<Meanwhile>('another poll', 'death', 'deletion', 'new calls', 'publication'),
						request,
					}),
					7,
				),
				death: rarely(death, 9),
			}),
		},
		{ weight: 8, arbitrary: fc.record({ kind: fc.constant('calls' as const), batch: batch(lookbackMs) }) },
		{
			weight: 1,
			arbitrary: fc.record({
				kind: fc.constant('restart' as const),
				downMs: fc.constantFrom(0, MINUTE, HOUR, DAY),
				fault: rarely(fc.constantFrom(...faults), 3),
				death: rarely(death, 6),
			}),
		},
		{ weight: 1, arbitrary: fc.constant({ kind: 'test run' as const }) },
		{
			weight: 1,
			arbitrary: fc.record({ kind: fc.constant('deletions' as const), share: fc.constantFrom(0.1, 0.5, 1) }),
		},
		{
			weight: 1,
			arbitrary: fc.record({
				kind: fc.constant('clock of the host' as const),
				byMs: fc.constantFrom(-6 * HOUR, -10 * MINUTE, -MINUTE, MINUTE, 10 * MINUTE, 6 * HOUR),
			}),
		},
		{
			weight: 2,
			arbitrary: fc.record({ kind: fc.constant('lie' as const), which: fc.constantFrom(null, 0, 1, 2, 3, 4, 5) }),
		},
		{ weight: 1, arbitrary: fc.constantFrom({ kind: 'renames' as const }, { kind: 'new field' as const }) },
		{ weight: 1, arbitrary: fc.constant({ kind: 'other spelling' as const }) },
		{
			weight: 1,
			arbitrary: fc.record({
				kind: fc.constant('edits' as const),
				what: fc.constantFrom(...edits),
				laterMs: fc.constantFrom(-5 * MINUTE, MINUTE, 20 * MINUTE, HOUR),
				share: fc.constantFrom(0.5, 1),
			}),
		},
		{
			weight: 1,
			arbitrary: fc.record({ kind: fc.constant('zone' as const), which: fc.constantFrom(null, 0, 1, 2) }),
		},
		{
			weight: 1,
			arbitrary: fc.record({ kind: fc.constant('other settings' as const), maxItems: fc.constantFrom(4, 9, 1000) }),
		},
	);
}

const quirks: fc.Arbitrary<Quirks> = fc.record({
	dayZone: fc.integer({ min: -12, max: 14 }),
	lastDayCounts: fc.boolean(),
	orderedByEnd: mostly(false, fc.constant(true), 3),
	coin: fc.boolean(),
	salt,
});

/** At most 24 minutes apart: what ends later than 25 minutes after now waits for its time. */
const skew = fc.constantFrom(0, 0, -90 * SECOND, 90 * SECOND, -12 * MINUTE, 12 * MINUTE);

/** Everything that one run of the model draws. */
export function scenarios(setups: number): fc.Arbitrary<Scenario> {
	return fc.constantFrom(1, 15, 240, 240, 240, 24 * 60).chain((lookbackMinutes) =>
		fc.record({
			setup: fc.nat({ max: setups - 1 }),
			engine: fc.constantFrom<EngineKind>('in-memory', 'durable'),
			oldN8n: mostly(false, fc.constant(true)),
			quirks,
			providerSkewMs: skew,
			hostSkewMs: skew,
			lookbackMinutes: fc.constant(lookbackMinutes),
			maxItems: fc.oneof(
				{ weight: 2, arbitrary: fc.constant(1000) },
				{ weight: 1, arbitrary: fc.integer({ min: 3, max: 15 }) },
			),
			startFrom: fc.oneof(
				{ weight: 2, arbitrary: fc.constant({ kind: 'now' as const }) },
				{
					weight: 1,
					arbitrary: fc.record({
						kind: fc.constantFrom('hoursAgo' as const, 'date' as const),
						hours: fc.integer({ min: 1, max: 120 }),
					}),
				},
			),
			startZone: rarely(fc.nat({ max: 2 }), 5),
			filter: mostly('none' as const, fc.constantFrom<Scenario['filter']>('answered', 'place'), 2),
			latencyMs: mostly(400, fc.constantFrom(50, 3 * SECOND, 9 * SECOND)),
			history: fc.array(batch(lookbackMinutes * MINUTE), { maxLength: 3 }),
			steps: fc.array(step(lookbackMinutes * MINUTE), { minLength: 3, maxLength: 16, size: 'max' }),
			salt,
		}),
	);
}

/** Not promised: a record that tells its time only in its ID, as an instant, where the zone was wrong at the start. */
export function promised({ startZone }: Scenario, batch: Batch): Batch {
	return startZone !== null && batch.odd === 'noStart' ? { ...batch, odd: null } : batch;
}
