import fc from 'fast-check';

import { decide, readSince, type DecideSettings, type Decision } from '../../nodes/shared/calls/decide';
import { CLOCKS_APART_MS, isAhead, type Observed } from '../../nodes/shared/calls/observed';
import { freshState, type TriggerState } from '../../nodes/shared/calls/state';
import { DAY, HOUR, MINUTE, SECOND } from '../../nodes/shared/values/time';

type Call = Observed<string>;

const NOW = Date.parse('2026-11-20T12:00:00Z');
const LOOKBACK = 4 * HOUR;
const settings: DecideSettings<string> = { lookbackMs: LOOKBACK, maxItems: 1000, accepts: () => true };
/** A trigger that has run for a while: what ended in the last day may come. */
const running: TriggerState = { ...freshState('a stream', NOW - DAY, false), primed: true };

function call(key: string, endedAt: number | null, more: Partial<Call> = {}): Call {
	return { key, ended: true, startedAt: endedAt === null ? null : endedAt - MINUTE, endedAt, record: key, ...more };
}

const keys = ({ calls }: Decision<string>) => calls.map(({ key }) => key);
const whole = (records: Call[]) => ({ records, through: Infinity });

describe('a call that does not pass the filter when it is read', () => {
	const asked = call('not for me', NOW - MINUTE);

	it('stays settled when the filter has another value later, so that who begins a shift is not sent the calls of the one before', () => {
		const rejecting = decide(running, whole([asked]), NOW, { ...settings, accepts: () => false });
		expect(keys(rejecting)).toEqual([]);
		expect(keys(decide(rejecting.state, whole([asked]), NOW + MINUTE, settings))).toEqual([]);
	});

	it('counts as new in no way: it holds back nothing, and others of the same read come', () => {
		const accepts = ({ key }: Call) => key !== 'not for me';
		const decision = decide(running, whole([asked, call('for me', NOW - SECOND)]), NOW, { ...settings, accepts });
		expect(keys(decision)).toEqual(['for me']);
		expect(decision.tooOld).toBe(0);
		expect(decision.state.floor).toBe(NOW - SECOND - LOOKBACK);
	});

	it('is not asked for while more of it may come, as the filter judges the whole call', () => {
		const accepts = jest.fn(() => false);
		const unripe = call('with legs to come', NOW - MINUTE, { isComplete: false });
		const { waiting, calls } = decide(running, whole([unripe]), NOW, { ...settings, accepts });
		expect(accepts).not.toHaveBeenCalled();
		expect([waiting.map(({ key }) => key), calls]).toEqual([['with legs to come'], []]);
	});

	it('and tells no time stays known while it is listed, and is not kept for ever', () => {
		const timeless = call('timeless', null);
		const rejecting = { ...settings, accepts: () => false };
		const first = decide(running, whole([timeless]), NOW, rejecting);
		expect(keys(decide(first.state, whole([timeless]), NOW + HOUR, settings))).toEqual([]);
		const later = NOW + 8 * DAY;
		const gone = decide(first.state, whole([call('another', later)]), later, settings);
		expect(Object.keys(gone.state.seen)).toEqual(['another']);
	});
});

describe("a call that ended before 'Oldest Call'", () => {
	const oldest = NOW - HOUR;

	it('is left out and counted, and does not come later although the option is taken away', () => {
		const records = [call('old', oldest - SECOND), call('just in time', oldest), call('new', NOW)];
		const decision = decide(running, whole(records), NOW, { ...settings, oldest });
		expect(keys(decision)).toEqual(['just in time', 'new']);
		expect(decision.tooOld).toBe(1);
		const again = decide(decision.state, whole(records), NOW + MINUTE, settings);
		expect([keys(again), again.tooOld]).toEqual([[], 0]);
	});

	it('is not counted where the filter would not have let it pass: the number is of calls that a user lacks', () => {
		const decision = decide(running, whole([call('old', oldest - SECOND)]), NOW, {
			...settings,
			oldest,
			accepts: () => false,
		});
		expect(decision.tooOld).toBe(0);
	});

	it('is counted once however often the same read lists it', () => {
		const old = call('old', oldest - SECOND);
		expect(decide(running, whole([old, old]), NOW, { ...settings, oldest }).tooOld).toBe(1);
	});

	it('tells no time: it cannot be too old, and comes', () => {
		expect(keys(decide(running, whole([call('timeless', null)]), NOW, { ...settings, oldest }))).toEqual(['timeless']);
	});
});

describe('a record without any time', () => {
	it('comes once when it shows, and not again while it is listed', () => {
		const first = decide(running, whole([call('timeless', null)]), NOW, settings);
		expect(keys(first)).toEqual(['timeless']);
		expect(keys(decide(first.state, whole([call('timeless', null)]), NOW + DAY, settings))).toEqual([]);
	});

	it("does not come if it was there before 'Now', nor if its place in the list shows that it is old", () => {
		const fresh = freshState('a stream', NOW, true);
		const primed = decide(fresh, whole([call('before', null)]), NOW, settings);
		expect(keys(primed)).toEqual([]);
		const records = [call('before', null), call('behind an older one', null, { isOld: true }), call('new', null)];
		const next = decide(primed.state, whole(records), NOW + MINUTE, settings);
		expect(keys(next)).toEqual(['new']);
		// Its place may be another at the next read, when older calls are not listed any more.
		const moved = decide(next.state, whole([call('behind an older one', null)]), NOW + 2 * MINUTE, settings);
		expect(keys(moved)).toEqual([]);
	});
});

describe('isAhead', () => {
	it.each([
		['as far ahead as clocks may differ', CLOCKS_APART_MS, false],
		['a second further', CLOCKS_APART_MS + SECOND, true],
		['in the past', -DAY, false],
	])('of a call that ends %s', (_name, byMs, expected) => {
		expect(isAhead(call('one', NOW + byMs), NOW)).toBe(expected);
	});

	it('is never said of what tells no time, nor of a whole call, whose time without a first leg is made up', () => {
		expect(isAhead(call('timeless', null), NOW)).toBe(false);
		expect(isAhead(call('whole', NOW + DAY, { isComplete: false }), NOW)).toBe(false);
		expect(isAhead(call('whole', NOW + DAY, { isComplete: true }), NOW)).toBe(false);
	});

	it('holds a call that is dated ahead until its time has come, and lets it move nothing until then', () => {
		const ahead = call('ahead', NOW + 2 * HOUR);
		const now = decide(running, whole([ahead, call('usual', NOW)]), NOW, settings);
		expect(keys(now)).toEqual(['usual']);
		expect(now.state.floor).toBe(NOW - LOOKBACK);
		expect(keys(decide(now.state, whole([ahead]), NOW + 2 * HOUR, settings))).toEqual(['ahead']);
	});
});

describe('crowded seconds', () => {
	const count = 600;
	const burst = Array.from({ length: count }, (_, i) => call(`call ${i}`, NOW));

	it('hundreds of calls that ended in one second come once each, a few at a poll, none left behind by the floor', () => {
		let state = running;
		const emitted: string[] = [];
		for (let poll = 0; poll < count / 7 + 1; poll++) {
			const decision = decide(state, whole(burst), NOW + poll * MINUTE, { ...settings, maxItems: 7 });
			emitted.push(...keys(decision));
			({ state } = decision);
		}
		expect(emitted.sort()).toEqual(burst.map(({ key }) => key).sort());
	});

	it('stay known for as long as the floor is at or before their second, so that the last of them, listed late, comes alone', () => {
		const first = decide(running, whole(burst.slice(1)), NOW, settings);
		// The newest end puts the floor on the very second.
		const onIt = decide(
			first.state,
			whole([...burst.slice(1), call('later', NOW + LOOKBACK)]),
			NOW + LOOKBACK,
			settings,
		);
		expect(onIt.state.floor).toBe(NOW);
		expect(keys(onIt)).toEqual(['later']);
		const last = decide(onIt.state, whole(burst), NOW + LOOKBACK + MINUTE, settings);
		expect(keys(last)).toEqual(['call 0']);
		// A second further, all of them are settled and forgotten.
		const beyond = decide(last.state, whole([call('next', NOW + LOOKBACK + SECOND)]), NOW + LOOKBACK + HOUR, settings);
		expect(Object.keys(beyond.state.seen).sort()).toEqual(['later', 'next']);
		expect(keys(decide(beyond.state, whole(burst), NOW + LOOKBACK + HOUR, settings))).toEqual([]);
	});

	it('come once each in whatever portions and order a provider lists them, with ends of one second and a little', () => {
		const arrivals = fc.array(
			fc.record({ end: fc.integer({ min: -1, max: 1 }), after: fc.integer({ min: 0, max: 5 }) }),
			{ minLength: 1, maxLength: 60 },
		);
		fc.assert(
			fc.property(arrivals, fc.integer({ min: 1, max: 9 }), (drawn, maxItems) => {
				const calls = drawn.map(({ end, after }, i) => ({ after, one: call(`call ${i}`, NOW + end * SECOND) }));
				let state = running;
				const emitted: string[] = [];
				for (let poll = 0; poll < 70; poll++) {
					const listed = calls.filter(({ after }) => after <= poll).map(({ one }) => one);
					const read = listed.filter(({ endedAt }) => (endedAt ?? 0) >= readSince(state));
					const decision = decide(state, whole(read), NOW + poll * MINUTE, { ...settings, lookbackMs: 0, maxItems });
					// With no look-back what is listed later than a newer end is late: only what was in time is owed.
					emitted.push(...keys(decision));
					({ state } = decision);
				}
				expect(new Set(emitted).size).toBe(emitted.length);
				const first = Math.min(...calls.map(({ after }) => after));
				const owed = calls.filter(({ after }) => after === first).map(({ one }) => one.key);
				expect(owed.filter((key) => !emitted.includes(key))).toEqual([]);
			}),
		);
	});
});
