import type { IDataObject } from 'n8n-workflow';

import { callerNumber, party, type CallFacts } from '../../nodes/shared/calls/call';
import { NO_CALLERS, type Callers } from '../../nodes/shared/calls/state';
import {
	unreturnedCallers,
	type ReadForCallers,
	type ListedCall,
	type UnreturnedDecision,
	type UnreturnedSettings,
} from '../../nodes/shared/calls/unreturned';
import { isSameNumber } from '../../nodes/shared/phone/sameNumber';
import { usual } from './usualSettings';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-20T10:00:00Z');
const ANN = '+34600000001';

let keys = 0;

/** A call that ended this many minutes after the start; it rang or was spoken for a minute. */
function call(minute: number, facts: Partial<CallFacts> & { number?: string | null }): ListedCall {
	const { number = ANN, ...others } = facts;
	const direction = others.direction ?? 'inbound';
	const [other, own] = [party(number), party('+34910000000')];
	const endedAt = START + minute * MINUTE;
	const told = {
		direction,
		outcome: 'missed',
		from: direction === 'outbound' ? own : other,
		to: direction === 'outbound' ? other : own,
		queue: null,
		ringGroup: null,
		waitSeconds: 20,
		durationSeconds: 60,
		...others,
	} as CallFacts;
	const record = { minute } as IDataObject;
	return { call: { key: `key${keys++}`, ended: true, startedAt: endedAt - MINUTE, endedAt, record }, facts: told };
}

function sales(minute: number, facts: Partial<CallFacts> = {}): ListedCall {
	return call(minute, { queue: { id: null, name: 'Sales' }, ...facts });
}

/** A poll this many minutes after the start. The newest record ended just then. */
function poll(
	minute: number,
	calls: ListedCall[],
	before: Callers = NO_CALLERS,
	settings: Partial<UnreturnedSettings> = {},
	heard: Partial<ReadForCallers> = {},
): UnreturnedDecision {
	const hostNow = START + minute * MINUTE;
	return unreturnedCallers(
		before,
		{ calls, open: [], isComplete: true, newestEnd: hostNow, floor: -Infinity, ...heard },
		{ hostNow, clock: (at) => at, instantOf: (time) => time },
		{ ...usual, ...settings },
	);
}

function minutesOf({ given }: UnreturnedDecision): number[][] {
	return given.map(({ attempts }) => attempts.map(({ endedAt }) => (endedAt - START) / MINUTE));
}

describe('a caller who was missed', () => {
	it('is given once, when the wait after the end of the call and the time for late records are over', () => {
		let { callers, given } = poll(1, [call(1, {})]);
		const at: number[] = [];
		for (let minute = 2; minute < 60; minute++) {
			({ callers, given } = poll(minute, [], callers));
			if (given.length > 0) at.push(minute);
		}
		expect(at).toEqual([17]);
	});

	it.each(['missed', 'abandoned', 'timedOut', 'busy', 'failed'] as const)('counts where the call was %s', (outcome) => {
		expect(minutesOf(poll(17, [call(1, { outcome })]))).toEqual([[1]]);
	});

	it.each(['answered', null] as const)('does not count where the call was %s', (outcome) => {
		expect(poll(60, [call(1, { outcome })]).given).toEqual([]);
	});

	it('is one item with all his calls, or he is called back three times', () => {
		const first = poll(10, [call(1, {}), call(9, {}), call(5, {})]);
		expect(first.given).toEqual([]);
		const second = poll(17, [call(16, {})], first.callers);
		expect(minutesOf(second)).toEqual([[1, 5, 9, 16]]);
		expect(poll(200, [], second.callers).given).toEqual([]);
	});

	it('who is missed again after the item is a new one', () => {
		const { callers } = poll(17, [call(1, {})]);
		const again = poll(30, [call(20, {})], callers);
		expect(again.given).toEqual([]);
		expect(minutesOf(poll(36, [], again.callers))).toEqual([[20]]);
	});

	it('is not given again for a call of before the item that became visible after it', () => {
		const { callers } = poll(17, [call(1, {})]);
		expect(poll(200, [call(5, {}), call(16.5, {})], callers).given).toEqual([]);
	});

	it('waits while he is on the phone, and is not given if that call reached him', () => {
		const missed = poll(1, [call(1, {})]);
		const live = [call(20, { outcome: null })];
		const held = poll(17, [], missed.callers, {}, { open: live });
		expect(held.given).toEqual([]);
		expect(minutesOf(poll(18, [], held.callers))).toEqual([[1]]);
		expect(poll(30, [call(20, { outcome: 'answered' })], held.callers).given).toEqual([]);
		// A call of somebody else, or one that has been on for days, holds nobody.
		expect(poll(17, [], missed.callers, {}, { open: [call(20, { number: '+34600000002' })] }).given).toHaveLength(1);
		expect(poll(9000, [], missed.callers, {}, { open: live }).given).toHaveLength(1);
	});

	it('is given only after all was read, as the rest may prove that he was reached', () => {
		const cut = poll(60, [call(1, {})], NO_CALLERS, {}, { isComplete: false });
		expect(cut.given).toEqual([]);
		expect(poll(61, [call(3, { outcome: 'answered' })], cut.callers).given).toEqual([]);
		expect(minutesOf(poll(61, [], cut.callers))).toEqual([[1]]);
	});

	it('is not lost where more callers are due than a poll gives', () => {
		const numbers = Array.from({ length: 5 }, (_, i) => call(i, { number: `+3460000001${i}` }));
		let { given, callers } = poll(60, numbers, NO_CALLERS, { maxItems: 2 });
		const sizes = [given.length];
		for (let i = 0; i < 3; i++) {
			({ given, callers } = poll(61 + i, [], callers, { maxItems: 2 }));
			sizes.push(given.length);
		}
		expect(sizes).toEqual([2, 2, 1, 0]);
		expect(callers.waits).toEqual([]);
	});

	it("is left out, and counted, where he called longer ago than 'Oldest Call'", () => {
		const decision = poll(600, [call(1, {}), call(400, { number: '+34600000002' })], NO_CALLERS, {
			oldest: START + HOUR,
		});
		expect(minutesOf(decision)).toEqual([[400]]);
		expect(decision.tooOld).toBe(1);
		expect(poll(601, [], decision.callers).given).toEqual([]);
	});
});

describe('a return', () => {
	const OUT = { direction: 'outbound' } as const;
	it.each([
		['an answered call of his', 'answered', {}, true, false, true],
		['an answered call to him', 'answered', OUT, true, true, true],
		['a call to him that nobody took', 'missed', OUT, false, false, true],
		['another call of his that nobody took', 'missed', {}, false, false, false],
	] as const)('is, by the choice of the user: %s', (_name, outcome, facts, answered, outbound, attempted) => {
		const returned = (returnedBy: UnreturnedSettings['returnedBy']) =>
			poll(60, [call(1, {}), call(8, { outcome, ...facts })], NO_CALLERS, { returnedBy }).given.length === 0;
		expect([returned('answered'), returned('answeredOutbound'), returned('attemptedOutbound')]).toEqual([
			answered,
			outbound,
			attempted,
		]);
	});

	it('counts only if it ended after the missed call, in whatever order the two show', () => {
		const earlier = call(0.5, { outcome: 'answered' });
		const later = call(3, { outcome: 'answered' });
		expect(minutesOf(poll(60, [earlier, call(1, {})]))).toEqual([[1]]);
		const { callers } = poll(3, [later]);
		expect(poll(60, [call(1, {})], callers).given).toEqual([]);
		expect(minutesOf(poll(60, [call(4, {})], callers))).toEqual([[4]]);
	});

	it('ends the wait of the calls before it, and a missed call after it begins another', () => {
		const { callers, given } = poll(17, [call(1, {}), call(3, { outcome: 'answered' }), call(10, {})]);
		expect(given).toEqual([]);
		expect(poll(25, [], callers).given).toEqual([]);
		expect(minutesOf(poll(26, [], callers))).toEqual([[10]]);
	});

	it('after the wait, during an outage, counts too: he need not be called any more', () => {
		expect(poll(600, [call(1, {}), call(300, { outcome: 'answered', ...OUT })]).given).toEqual([]);
	});

	it("of another queue counts for the account, not for 'Same Queue'; a call to him counts for all", () => {
		const support = call(5, { outcome: 'answered', queue: { id: null, name: 'Support' } });
		const unnamed = call(5, { outcome: 'answered' });
		const given = (returns: ListedCall, scope: UnreturnedSettings['scope']) =>
			poll(60, [sales(1), returns], NO_CALLERS, { scope }).given.length;
		expect([given(support, 'account'), given(support, 'queue')]).toEqual([0, 1]);
		expect([given(unnamed, 'account'), given(unnamed, 'queue')]).toEqual([0, 1]);
		expect(given(sales(5, { outcome: 'answered' }), 'queue')).toBe(0);
		expect(given(call(5, { outcome: 'answered', ...OUT }), 'queue')).toBe(0);
		// Whose queue is not known has been reached wherever that was: nobody is called in doubt.
		expect(poll(60, [call(1, {}), support], NO_CALLERS, { scope: 'queue' }).given).toEqual([]);
		const both = [sales(1), call(2, { queue: { id: null, name: 'Support' } })];
		expect(minutesOf(poll(60, both, NO_CALLERS, { scope: 'queue' }))).toEqual([[1], [2]]);
		expect(minutesOf(poll(60, both))).toEqual([[1, 2]]);
	});

	it('is remembered until no missed call of before it can show any more, and no longer', () => {
		const { callers } = poll(3, [call(3, { outcome: 'answered' })]);
		const remembered = (floor: number) => poll(4, [], callers, {}, { floor: START + floor * MINUTE }).callers.settled;
		expect(remembered(3)).toHaveLength(1);
		expect(remembered(3.1)).toEqual([]);
	});
});

describe('numbers', () => {
	it.each([
		['+34600000001', '+34600000001', true],
		['+34600000001', '34600000001', true],
		['+61491570156', '0491 570 156', true],
		['+61491570156', '0061491570156', true],
		// Two countries share nine digits; where both are known they are two callers.
		['+61491570156', '+49491570156', false],
		['61491570156', '49491570156', true],
		['+34600000001', '+34600000002', false],
		// Too short to have nine digits: all of them must be alike.
		['70000001', '4570000001', false],
		['70000001', '70000001', true],
	])('%s and %s are one caller: %s', (a, b, expected) => {
		const [one, other] = [callerNumber(party(a)) ?? '', callerNumber(party(b)) ?? ''];
		expect(isSameNumber(one, other)).toBe(expected);
		expect(isSameNumber(other, one)).toBe(expected);
		expect(poll(60, [call(1, { number: a }), call(5, { number: b, outcome: 'answered' })]).given).toHaveLength(
			expected ? 0 : 1,
		);
	});

	it('that are withheld or missing match nobody: each call is given by itself, or none', () => {
		const withheld = [call(1, { number: 'anonymous' }), call(2, { number: 'anonymous' }), call(3, { number: null })];
		const returned = call(5, { number: 'anonymous', outcome: 'answered' });
		const decision = poll(60, [...withheld, returned]);
		expect(minutesOf(decision)).toEqual([[1], [2], [3]]);
		expect(poll(61, [], decision.callers).given).toEqual([]);
		expect(poll(60, withheld, NO_CALLERS, { leavesWithheldOut: true }).given).toEqual([]);
	});

	it('of colleagues count for nothing, nor do calls among them', () => {
		expect(poll(60, [call(1, { number: '1005' }), call(2, { direction: 'internal' })]).given).toEqual([]);
		const { callers } = poll(60, [call(1, { direction: 'outbound', number: '1005', outcome: 'answered' })]);
		expect(callers).toMatchObject({ waits: [], settled: [] });
	});
});

describe('the settings', () => {
	it("'Minimum Ring Seconds' leaves out who hung up before, and keeps whom nothing is known of", () => {
		const calls = [
			call(1, { number: '+34600000001', waitSeconds: 9 }),
			call(2, { number: '+34600000002', waitSeconds: 10 }),
			call(3, { number: '+34600000003', waitSeconds: null, durationSeconds: 9 }),
			call(4, { number: '+34600000004', waitSeconds: null, durationSeconds: null }),
		];
		expect(minutesOf(poll(60, calls, NO_CALLERS, { minimumRingSeconds: 10 }))).toEqual([[2], [4]]);
	});

	it('filters judge who was missed, not by whom he was reached', () => {
		const accepts = ({ facts }: ListedCall) => facts.queue?.name === 'Sales';
		expect(poll(60, [call(1, {})], NO_CALLERS, { accepts }).given).toEqual([]);
		expect(poll(60, [sales(1), call(5, { outcome: 'answered' })], NO_CALLERS, { accepts }).given).toEqual([]);
	});

	it('changed while the trigger runs keep those who wait', () => {
		const { callers } = poll(2, [sales(1), sales(2, {})]);
		const waitEnds = (from: number) => from + 5 * MINUTE;
		expect(minutesOf(poll(8, [], callers, { scope: 'queue', waitEnds }))).toEqual([[1, 2]]);
	});
});

describe('clocks', () => {
	it('a host that is fast does not shorten the wait: records show by how much', () => {
		const fast = 10;
		let { given, callers } = poll(1 + fast, [call(1, {})], NO_CALLERS, {}, { newestEnd: START + MINUTE });
		let minute = 2;
		for (; given.length === 0 && minute < 60; minute++)
			({ given, callers } = poll(minute + fast, [], callers, {}, { newestEnd: START + MINUTE }));
		expect(minute - 1).toBe(17);
	});

	it('in a quiet time the wait ends though no record comes', () => {
		const { callers } = poll(1, [call(1, {})]);
		expect(poll(17, [], callers, {}, { newestEnd: START + MINUTE }).given).toHaveLength(1);
	});

	it('a call without any time waits from when it was seen', () => {
		const undated = call(1, {});
		const told = { ...undated, call: { ...undated.call, startedAt: null, endedAt: null } };
		const { callers } = poll(3, [told]);
		expect(poll(18, [], callers).given).toEqual([]);
		expect(poll(19, [], callers).given).toHaveLength(1);
	});
});
