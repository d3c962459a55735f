import type { Link, Observed } from '../../nodes/shared/calls/observed';
import { freshState } from '../../nodes/shared/calls/state';
import { NOTHING_CARRIED, wholeCalls } from '../../nodes/shared/calls/whole';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

type Leg = Observed<string>;

/** A leg of ten minutes, two hours ago unless told. */
function leg(key: string, link: Partial<Link> | null, minutesAgo = 120, minutes = 10): Leg {
	const startedAt = NOW - minutesAgo * MINUTE;
	const full = link && { call: 'a', leg: null, isRoot: false, children: null, concludes: false, ...link };
	return { key, record: key, ended: true, startedAt, endedAt: startedAt + minutes * MINUTE, link: full };
}

/** The calls of one complete read a week after the state's start, beside a call of nobody else's; with those that are ripe. */
function calls(legs: Leg[], graceMs = MINUTE): Array<[key: string, legs: number, isComplete: boolean]> {
	const other = leg('other', null, 5, 1);
	const state = freshState('stream', NOW - 7 * DAY, false);
	const { reading } = wholeCalls(
		NOTHING_CARRIED,
		{ records: [...legs, other], through: Infinity },
		state,
		{ now: NOW, hostNow: NOW },
		{ graceMs, lookbackMs: 30 * MINUTE },
	);
	const found = reading.records.map((call): [string, number, boolean] => [
		call.key,
		call.legs?.length ?? 0,
		call.isComplete !== false,
	]);
	expect(found.filter(([key]) => key === 'other')).toEqual([['other', 1, true]]);
	return found.filter(([key]) => key !== 'other');
}

const ROOT = { leg: 'a', isRoot: true };

it.each<[what: string, legs: Leg[], expected: ReturnType<typeof calls>]>([
	['legs without a root', [leg('1', { leg: 'b' }), leg('2', { leg: 'c' })], [['a', 2, false]]],
	['legs without a root of two days ago', [leg('1', {}, 2880), leg('2', {}, 2870)], [['a', 2, true]]],
	['a root that names itself', [leg('1', ROOT), leg('2', { leg: 'b' })], [['a', 2, true]]],
	[
		'legs that name one another',
		[leg('1', { leg: 'a', call: 'b' }, 2880), leg('2', { leg: 'b' }, 2880)],
		[['a', 2, true]],
	],
	['two roots', [leg('1', ROOT), leg('2', ROOT, 119)], [['a', 2, true]]],
	['a root of another account', [leg('1', { call: 'strange', leg: 'a' }, 2880)], [['strange', 1, true]]],
	['a root that counts too many legs', [leg('1', { ...ROOT, children: 9 }), leg('2', {})], [['a', 2, true]]],
	['a root that counts too few legs', [leg('1', { ...ROOT, children: 0 }), leg('2', {})], [['a', 2, true]]],
	['the same leg twice', [leg('1', ROOT), leg('2', {}), leg('2', {})], [['a', 2, true]]],
	['a leg that ends before it starts', [leg('1', ROOT), leg('2', {}, 118, -500)], [['a', 2, true]]],
	[
		'300 legs',
		[leg('root', ROOT), ...Array.from({ length: 299 }, (_, i) => leg(String(i), { leg: `leg${i}` }))],
		[['a', 300, true]],
	],
])('one call comes of %s, with what is known, and no other is held up', (_what, legs, expected) => {
	expect(calls(legs)).toEqual(expected);
	expect(calls([...legs].reverse())).toEqual(expected);
});

it('a call that has just ended waits a day, or not at all, where the user says so', () => {
	const fresh = [leg('1', ROOT, 12), leg('2', {}, 11, 2)];
	expect(calls(fresh, 0)).toEqual([['a', 2, true]]);
	expect(calls(fresh, MINUTE)).toEqual([['a', 2, false]]);
	expect(calls(fresh, DAY)).toEqual([['a', 2, false]]);
	expect(calls([leg('1', ROOT), leg('2', {})], DAY)).toEqual([['a', 2, false]]);
});
