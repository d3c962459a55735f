import type { WorldCall } from '../../simulator/world/calls';
import { World } from '../../simulator/world/world';
import type { WorldOptions } from '../../simulator/world/worldOptions';
import { DAY, HOUR, MINUTE, NOW } from './simulator';

describe('the world', () => {
	const ended = (calls: WorldCall[]) => calls.filter((call) => call.endedAt !== null);

	test('has the same calls for the same seed, whatever was looked at first, or no failing run could be repeated', () => {
		const first = new World({ seed: 7, clock: () => NOW });
		const second = new World({ seed: 7, clock: () => NOW });
		second.callsBetween(NOW - 9 * DAY, NOW - 8 * DAY);
		second.addCall({});
		const span = [NOW - 20 * DAY, NOW - DAY] as const;
		expect(second.callsBetween(...span)).toEqual(first.callsBetween(...span));
		expect(first.callsBetween(...span).length).toBeGreaterThan(1000);
		expect(new World({ seed: 8, clock: () => NOW }).callsBetween(...span)).not.toEqual(first.callsBetween(...span));
	});

	test('has an id for each call of 150,000 a day, or a busy account would be answered with 500', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 150_000 });
		const calls = world.callsBetween(NOW - 30 * HOUR, NOW - 26 * HOUR);
		expect(calls.length).toBeGreaterThan(16_384);
		expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
		expect(calls.every(({ id }) => Number.isSafeInteger(id))).toBe(true);
	});

	test('is the same whenever it is looked at, or yesterday would change over night', () => {
		let now = NOW;
		const world = new World({ clock: () => now, startedAt: NOW });
		const before = ended(world.callsBetween(NOW - 3 * DAY, NOW));
		now += 30 * DAY;
		const after = new Map(world.callsBetween(NOW - 3 * DAY, NOW).map((call) => [call.id, call]));
		for (const call of before) expect(after.get(call.id)).toEqual(call);
	});

	test('lets calls begin, be answered and end as time passes, or a trigger would never see a call in progress', () => {
		let now = NOW - 4 * HOUR;
		const world = new World({ clock: () => now, startedAt: NOW, callsPerDay: 600 });
		const seen = new Map<number, string[]>();
		const wrong: WorldCall[] = [];
		for (; now <= NOW; now += 7_000) {
			for (const call of world.callsBetween(NOW - 4 * HOUR, Infinity)) {
				const future = Math.max(call.startedAt, call.answeredAt ?? 0, call.endedAt ?? 0) > now;
				if (future || (call.outcome === null) !== (call.endedAt === null)) wrong.push(call);
				const state = call.endedAt !== null ? 'ended' : call.answeredAt !== null ? 'talking' : 'ringing';
				const states = seen.get(call.id) ?? seen.set(call.id, []).get(call.id) ?? [];
				if (states[states.length - 1] !== state) states.push(state);
			}
		}
		expect(wrong).toEqual([]);
		const lives = new Set([...seen.values()].map((states) => states.join(' ')));
		expect(lives).toContain('ringing talking ended');
		expect(lives).toContain('ringing ended');
		expect([...lives].filter((life) => /ended ./.test(life) || /talking ringing/.test(life))).toEqual([]);
	});

	test('gives ids that are unique, safe and grow with the writing time, or cursors by id could not be imitated', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 2000 });
		for (let count = 0; count < 50; count++) world.addCall({ startedAt: NOW - HOUR });
		const calls = ended(world.callsBetween(NOW - 10 * DAY, NOW)).sort((left, right) => left.id - right.id);
		expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
		expect(calls.filter(({ id }) => !Number.isSafeInteger(id))).toEqual([]);
		const ends = calls.map(({ endedAt }) => endedAt ?? 0);
		expect(ends).toEqual([...ends].sort((left, right) => left - right));
	});

	test.each<[string, WorldOptions]>([
		['a usual day', { callsPerDay: 2000 }],
		[
			'a day whose records come late',
			{ callsPerDay: 2000, lateness: ({ id, startedAt }) => (startedAt % 7) * HOUR + id },
		],
	])('numbers the calls of %s alike wherever reading begins, or a restart would give calls other ids', (_, options) => {
		const from = NOW - 30 * HOUR;
		const whole = new World({ clock: () => NOW, ...options });
		const byHour = new World({ clock: () => NOW, ...options });
		const hours = Array.from({ length: 30 }, (_, hour) =>
			byHour.callsBetween(from + hour * HOUR, from + (hour + 1) * HOUR),
		);
		const calls = whole.callsBetween(from, NOW);
		expect(hours.flat()).toEqual(calls);
		expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
	});

	test('gives ids of eleven digits, or a spreadsheet would round them as it never does those of the providers', () => {
		for (const day of ['2026-11-30T12:50:00Z', '2030-12-31T00:00:00Z'].map((text) => Date.parse(text))) {
			const world = new World({ clock: () => day, callsPerDay: 500 });
			world.addCall({ startedAt: day - HOUR });
			const records = [...world.callsBetween(day - 2 * DAY, day), ...world.messagesBetween(day - 2 * DAY, day)];
			expect(records.filter(({ id }) => String(id).length !== 11)).toEqual([]);
		}
	});

	test('gives a crowd within one second, and who comes after it, ids of their own that grow, or some would share one', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 0 });
		const crowd = Array.from({ length: 300 }, () => world.addCall({ startedAt: NOW - HOUR }).id);
		const later = Array.from({ length: 300 }, () => world.addCall({ startedAt: NOW - HOUR + 1000 }).id);
		const ids = [...crowd, ...later];
		expect(new Set(ids).size).toBe(600);
		expect(ids).toEqual([...ids].sort((left, right) => left - right));
	});

	test('tells apart all calls of one second, or ids made of the second and a number would meet', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 2000 });
		const [{ startedAt }] = world.callsBetween(NOW - 3 * HOUR, NOW);
		for (let count = 0; count < 50; count++) world.addCall({ startedAt });
		const calls = world.callsBetween(NOW - 4 * HOUR, NOW);
		const names = calls.map((call) => `${call.startedAt} ${call.ordinal}`);
		expect(new Set(names).size).toBe(names.length);
	});

	test('is like an office, or the triggers would be tested on calls nobody has', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 500 });
		const calls = ended(world.callsBetween(NOW - 60 * DAY, NOW - DAY));
		const share = (test: (call: WorldCall) => boolean) => calls.filter(test).length / calls.length;
		for (const kind of ['queue', 'ringGroup', 'user'])
			expect(share((call) => call.kind === kind && call.root === null)).toBeGreaterThan(0.02);
		for (const direction of ['inbound', 'outbound', 'internal'])
			expect(share((call) => call.direction === direction)).toBeGreaterThan(0.02);
		for (const outcome of ['answered', 'missed', 'abandoned', 'timedOut', 'busy', 'failed'])
			expect(share((call) => call.outcome === outcome)).toBeGreaterThan(0.002);
		expect(share((call) => call.from.withheld)).toBeGreaterThan(0.03);
		expect(share((call) => /^\+(44|1)/.test(call.from.number ?? ''))).toBeGreaterThan(0.03);
		expect(share((call) => call.voicemailSeconds !== null)).toBeGreaterThan(0.005);
		expect(calls.some((call) => (call.endedAt ?? 0) - call.startedAt > 3 * HOUR)).toBe(true);
		expect(calls.every((call) => (call.endedAt ?? Infinity) - call.startedAt < DAY)).toBe(true);
		const starts = calls.filter((call) => call.parentId === null).map(({ startedAt }) => startedAt);
		expect(new Set(starts).size).toBeLessThan(starts.length);
		expect(
			calls.every((call) =>
				[call.startedAt, call.answeredAt ?? 0, call.endedAt ?? 0].every((time) => time % 1000 === 0),
			),
		).toBe(true);
		const night = share((call) => new Date(call.startedAt + 11 * HOUR).getUTCHours() < 6);
		expect(night).toBeLessThan(0.03);
	});

	test('rings the phones of a queue or ring group, or a phone that rang beside the one that was answered would go untested', () => {
		const world = new World({ clock: () => NOW });
		const calls = ended(world.callsBetween(NOW - 30 * DAY, NOW - DAY));
		const groupCalls = calls.filter(({ root, kind }) => root === null && kind !== 'user').slice(0, 400);
		const legsOf = new Map(groupCalls.map((call) => [call, calls.filter(({ root }) => root?.id === call.id)]));
		const counted = { several: 0, unanswered: 0, allInVain: 0, transferred: 0 };
		for (const [call, legs] of legsOf) {
			const answered = legs.filter(({ outcome }) => outcome === 'answered');
			if (call.outcome === 'answered') {
				const [first] = answered;
				expect(first).toMatchObject({ kind: 'user', user: call.user, answeredAt: call.answeredAt, parentId: call.id });
			} else {
				expect(answered).toEqual([]);
			}
			for (const leg of legs) {
				expect(leg.startedAt).toBeGreaterThanOrEqual(call.startedAt);
				expect(leg.endedAt).toBeLessThanOrEqual(call.endedAt as number);
				expect([leg.queue, leg.ringGroup, leg.from]).toEqual([call.queue, call.ringGroup, call.from]);
			}
			if (legs.length > 1) counted.several++;
			if (legs.length > answered.length) counted.unanswered++;
			if (answered.length === 0 && legs.length > 1) counted.allInVain++;
			if (answered.length > 1) counted.transferred++;
		}
		for (const count of Object.values(counted)) expect(count).toBeGreaterThan(10);
	});

	test('lists as many of the phones that rang in vain as it is told, or a node would fit one provider only', () => {
		for (const [unansweredLegs, listed] of [
			['none', 0],
			['one', 1],
			['all', 4],
		] as const) {
			const world = new World({ clock: () => NOW, callsPerDay: 0, unansweredLegs });
			const { call, legs } = world.addGroupCall({
				queue: 'Support',
				startedAt: NOW - HOUR,
				rings: ['John Smith', 'Kevin Smith', 'Emma Walker', 'Noah Wilson', 'Duc Tran'],
				answer: { by: 'Kevin Smith', afterSeconds: 20, talkSeconds: 300 },
			});
			expect(legs.map(({ outcome }) => outcome)).toEqual(['missed', 'answered', 'missed', 'missed', 'missed']);
			expect(world.legsOf(call).filter(({ outcome }) => outcome === 'missed')).toHaveLength(listed);
			expect(world.legsOf(call).filter(({ outcome }) => outcome === 'answered')).toHaveLength(1);
		}
	});

	test('writes a leg when it ends and the call when it is over, or an answered caller would never look missed', () => {
		let now = NOW;
		const world = new World({ clock: () => now, callsPerDay: 0 });
		world.addGroupCall({
			queue: 'Support',
			rings: ['John Smith', 'Kevin Smith'],
			answer: { by: 'John Smith', afterSeconds: 20, talkSeconds: 60 },
			transfers: [{ to: 'Emma Walker', kind: 'blind', talkSeconds: 100 }],
		});
		const written = () =>
			ended(world.callsBetween(-Infinity, Infinity))
				.map(({ kind, user }) => `${kind} ${user?.name}`)
				.sort();
		now = NOW + 21_000;
		expect(written()).toEqual(['user Kevin Smith']);
		now = NOW + 90_000;
		expect(written()).toEqual(['user John Smith', 'user Kevin Smith']);
		now = NOW + 5 * MINUTE;
		expect(written()).toEqual(['queue John Smith', 'user Emma Walker', 'user John Smith', 'user Kevin Smith']);
	});

	test('names the leg that transferred a call, rings in turn, and hides what a key may not see', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 0 });
		const { call, legs } = world.addGroupCall({
			ringGroup: 'Reception',
			startedAt: NOW - HOUR,
			rings: ['John Smith', 'Kevin Smith'],
			strategy: 'inTurn',
			ringSeconds: 10,
			// Picked up by one whose phone did not ring.
			answer: { by: 'Emma Walker', afterSeconds: 30, talkSeconds: 60 },
			transfers: [
				{ to: 'Noah Wilson', kind: 'attended', talkSeconds: 60 },
				{ to: 'Duc Tran', kind: 'parked', talkSeconds: 60 },
			],
			legs: [{ hidden: true }],
		});
		expect(legs.map(({ user, parentId }) => [user?.name, parentId])).toEqual([
			['John Smith', call.id],
			['Kevin Smith', call.id],
			['John Smith', call.id],
			['Emma Walker', call.id],
			['Noah Wilson', legs[3]?.id],
			['Duc Tran', legs[4]?.id],
		]);
		expect(legs.every(({ root }) => root?.id === call.id)).toBe(true);
		expect(world.legsOf(call)).toHaveLength(5);
		expect(call.endedAt).toBe(legs.at(-1)?.endedAt);
	});

	test('shows a call late by as much as it is told, or late records could not be tested', () => {
		let now = NOW;
		const world = new World({ clock: () => now, callsPerDay: 0, lateness: 10 * MINUTE });
		const call = world.addCall({ startedAt: NOW - 5 * MINUTE, endedAt: NOW - 4 * MINUTE });
		const later = world.addCall({ startedAt: NOW - 5 * MINUTE, endedAt: NOW - 4 * MINUTE, latenessMs: 60 * MINUTE });
		expect(world.callsBetween(-Infinity, Infinity)).toEqual([]);
		expect(world.truthBetween(-Infinity, Infinity)).toHaveLength(2);
		now = NOW + 5 * MINUTE;
		expect(world.callsBetween(-Infinity, Infinity)).toMatchObject([{ id: call.id, endedAt: null, outcome: null }]);
		now = NOW + 6 * MINUTE;
		expect(world.callsBetween(-Infinity, Infinity)).toMatchObject([
			{ id: call.id, endedAt: NOW - 4 * MINUTE, outcome: 'missed' },
		]);
		now = NOW + 56 * MINUTE;
		expect(world.callsBetween(-Infinity, Infinity).map(({ id }) => id)).toEqual([call.id, later.id]);
		world.lateness = ({ startedAt }) => (startedAt < NOW ? HOUR * 2 : 0);
		expect(world.callsBetween(-Infinity, Infinity).map(({ id }) => id)).toEqual([later.id]);
	});

	test('keeps an open call open until it is ended, and loses a removed one, or neither could be tested', () => {
		const world = new World({ clock: () => NOW, callsPerDay: 0 });
		const { id } = world.addCall({
			queue: 'Support',
			startedAt: NOW - 2 * DAY,
			answeredAt: NOW - 2 * DAY + 9000,
			endedAt: null,
		});
		const views = () => world.callsBetween(-Infinity, Infinity);
		expect(views()).toMatchObject([{ id, endedAt: null, outcome: null }]);
		world.endCall(id, NOW - 1000);
		expect(views()).toMatchObject([{ id, endedAt: NOW - 1000, outcome: 'answered' }]);
		world.removeCall(id);
		expect(views()).toEqual([]);
	});

	test('forgets generated calls before historyFrom and keeps injected ones, or deletion of old rows could not be tested', () => {
		const world = new World({ clock: () => NOW, historyFrom: NOW - 2 * DAY });
		const { id } = world.addCall({ startedAt: '2019-10-01T15:31:15Z' });
		const calls = world.callsBetween(-Infinity, Infinity);
		expect(calls[0]).toMatchObject({ id });
		expect(calls[1]?.startedAt).toBeGreaterThanOrEqual(NOW - 2 * DAY);
		world.historyFrom = NOW - DAY;
		expect(world.callsBetween(-Infinity, Infinity)[1]?.startedAt).toBeGreaterThanOrEqual(NOW - DAY);
	});

	test('has text messages that do not change either, or the faces with SMS would have nothing to show', () => {
		const world = new World({ clock: () => NOW });
		const messages = world.messagesBetween(NOW - 5 * DAY, NOW);
		expect(messages.length).toBeGreaterThan(20);
		expect(new World({ clock: () => NOW }).messagesBetween(NOW - 5 * DAY, NOW)).toEqual(messages);
		expect(messages.every(({ at }, index) => at <= NOW && at >= (messages[index - 1]?.at ?? 0))).toBe(true);
	});
});
