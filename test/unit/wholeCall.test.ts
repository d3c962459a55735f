import fc from 'fast-check';

import { party, type CallFacts } from '../../nodes/shared/calls/call';
import { wholeCall, type LegFacts } from '../../nodes/shared/calls/facts';

const START = Date.parse('2026-11-20T12:00:00Z');

function at(seconds: number | null): string | null {
	return seconds === null ? null : new Date(START + seconds * 1000).toISOString();
}

interface Course {
	starts: number | null;
	answered: number | null;
	ends: number | null;
	user: string | null;
}

/** A leg by seconds from the start; it was answered where it says when. */
function leg(id: string, { starts, answered, ends, user }: Course, more: Partial<CallFacts> = {}): LegFacts {
	const talkSeconds = answered === null || ends === null ? null : ends - answered;
	return {
		id,
		direction: 'inbound',
		outcome: answered === null ? 'missed' : 'answered',
		from: party('+34600000001'),
		to: party('+34910000000'),
		queue: null,
		ringGroup: null,
		user: user === null ? null : { id: user, name: null },
		startedAt: at(starts),
		answeredAt: at(answered),
		endedAt: at(ends),
		durationSeconds: starts === null || ends === null ? null : ends - starts,
		waitSeconds: null,
		ringSeconds: null,
		talkSeconds,
		cost: null,
		parentId: null,
		...more,
	};
}

const missedRoot = leg('root', { starts: 0, answered: null, ends: 30, user: null });

it('a call of legs alone has the times of its first and last leg, and is answered if one was', () => {
	const legs = [
		leg('b', { starts: 5, answered: 12, ends: 60, user: '2' }),
		leg('a', { starts: 2, answered: null, ends: 12, user: '1' }),
	];
	expect(wholeCall(legs)).toMatchObject({
		outcome: 'answered',
		answeredBy: { id: '2', name: null },
		startedAt: at(2),
		answeredAt: at(12),
		endedAt: at(60),
		waitSeconds: 10,
		talkSeconds: 48,
		transfers: 0,
	});
});

it('a leg that ends before it starts makes no wait and no talk of less than nothing', () => {
	const odd = leg('odd', { starts: 20, answered: 20, ends: -500, user: '1' });
	const { waitSeconds, talkSeconds, outcome } = wholeCall(
		[missedRoot, odd, leg('b', { starts: 25, answered: 26, ends: 30, user: '2' })],
		[missedRoot],
	);
	expect(outcome).toBe('answered');
	expect(waitSeconds).toBe(20);
	expect(talkSeconds).toBe(4);
});

it('of two legs with the same ID or the same times neither is lost, and the order is the same however they are listed', () => {
	const legs = ['a', 'a', 'b'].map((id) => leg(id, { starts: 3, answered: null, ends: 9, user: id }));
	const { legs: given } = wholeCall([missedRoot, ...legs], [missedRoot]);
	expect(given.map(({ id }) => id)).toEqual(['root', 'a', 'a', 'b']);
	expect(wholeCall([...legs].reverse().concat(missedRoot), [missedRoot]).legs.map(({ id }) => id)).toEqual(
		given.map(({ id }) => id),
	);
});

it('a call of 300 legs that only the last one answered is answered by that one', () => {
	const rings = Array.from({ length: 299 }, (_, i) =>
		leg(`leg${i}`, { starts: i, answered: null, ends: i + 1, user: String(i) }),
	);
	const last = leg('last', { starts: 299, answered: 300, ends: 400, user: 'x' });
	const call = wholeCall([missedRoot, ...rings, last], [missedRoot]);
	expect(call).toMatchObject({ outcome: 'answered', answeredBy: { id: 'x', name: null } });
	expect(call.legs).toHaveLength(301);
});

it('who is not told when nobody answered, and what no leg tells is null', () => {
	const bare = { starts: null, answered: null, ends: null, user: null };
	expect(wholeCall([leg('a', bare, { outcome: null, direction: null })])).toMatchObject({
		outcome: null,
		direction: null,
		answeredBy: null,
		user: null,
		startedAt: null,
		endedAt: null,
		waitSeconds: null,
		talkSeconds: null,
		durationSeconds: null,
		cost: null,
	});
});

const seconds = fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: null });
const courses = fc.record({
	starts: seconds,
	answered: seconds,
	ends: seconds,
	user: fc.option(fc.constantFrom('1', '2', '3'), { nil: null }),
});

it('whatever the legs say, one call comes with all of them: answered exactly if one was, and with no number that is none', () => {
	fc.assert(
		fc.property(fc.array(courses, { minLength: 1, maxLength: 12 }), fc.boolean(), (drawn, hasRoot) => {
			const legs = drawn.map((course, i) => leg(String(i), course));
			const call = wholeCall(legs, hasRoot ? [legs[0]] : []);
			const answered = legs.filter(({ outcome }) => outcome === 'answered');
			expect(call.outcome).toBe(answered.length > 0 ? 'answered' : 'missed');
			expect([...call.legs].sort((a, b) => Number(a.id) - Number(b.id))).toEqual(legs);
			expect(call.answeredBy === null).toBe(answered.every(({ user }) => user === null));
			expect(call.transfers).toBeLessThan(Math.max(1, answered.length));
			for (const value of [call.waitSeconds, call.talkSeconds, call.durationSeconds])
				expect(value === null || Number.isFinite(value)).toBe(true);
		}),
		{ seed: 300 },
	);
});
