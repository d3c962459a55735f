import fc from 'fast-check';

import { party } from '../../nodes/shared/calls/call';
import { courseOf, wholeCall, type LegFacts } from '../../nodes/shared/calls/facts';
import { scenes, type Scene, type SceneLeg } from '../engine/callScenes';
import { loadVariant, type Patch } from '../model/variant';

const START = Date.parse('2026-11-20T12:00:00Z');
const OUTCOMES = { yes: 'answered', no: 'missed', busy: 'busy', failed: 'failed' } as const;

function legOf(leg: SceneLeg, id: number, direction: 'inbound' | 'outbound' = 'inbound'): LegFacts {
	const outcome = OUTCOMES[leg.end ?? (leg.talk > 0 ? 'yes' : 'no')];
	const startedAt = START + leg.at * 1000;
	const endedAt = startedAt + leg.lasts * 1000;
	const { user = null, place = null } = leg;
	return {
		id: String(id),
		direction,
		from: party('+61491570006'),
		to: party(leg.to ?? '+61255500101'),
		queue: place === null ? null : { id: null, name: place },
		ringGroup: null,
		user: user === null ? null : { id: user, name: null },
		outcome,
		...courseOf({
			outcome,
			startedAt,
			endedAt,
			durationSeconds: leg.lasts,
			talkSeconds: leg.talk,
			isPhone: user !== null && place === null,
		}),
		cost: null,
		parentId: null,
	};
}

const ofLegs = scenes.filter(({ at }) => !at.includes('voipcloudQueue'));

function play(scene: Scene, whole: typeof wholeCall): void {
	const facts = scene.legs.map((leg, i) => legOf(leg, i, scene.direction));
	const roots = facts.filter((_, i) => scene.legs[i].isRoot === true);
	for (const legs of [facts, [...facts].reverse()]) {
		expect(whole(legs, roots)).toMatchObject(scene.expected);
		expect(whole(legs, roots, 'anything')).toMatchObject(scene.anything ?? scene.expected);
	}
}

it.each(ofLegs)('$name, in whatever order the legs are listed', (scene) => play(scene, wholeCall));

describe('the scenes catch that', () => {
	it.each([
		[
			'the wait begins with the last phone',
			'at(startedAt), at(waitsUntil)',
			'at(inOrder.at(-1)?.startedAt ?? null), at(waitsUntil)',
		],
		[
			'the end is that of the first record',
			'const endedAt = latest(inOrder.map((leg) => leg.endedAt))',
			'const endedAt = first.endedAt',
		],
		[
			'the outcome is that of the first record',
			"if (counted.length > 0) return 'answered';",
			'if (counted.length > -1) return side[0].outcome;',
		],
		[
			'mixed outcomes are that of the last record',
			"direction === 'outbound' || new Set",
			'direction !== null || new Set',
		],
		['a queue that picks up is a person', 'return !isPlace && !isAnyUser', 'return isPlace || isAnyUser || true'],
		[
			'the root of a queue call counts beside the phone',
			'phones = persons.filter((leg) => leg !== root || !isRepeated)',
			'phones = persons.filter(() => true || isRepeated)',
		],
		['who loses the call spoke', 'talked.length > 0 ? talked : answered', 'talked.length < 0 ? talked : answered'],
		['a consultation is a transfer', 'endOf(leg) >= until + TOGETHER_MS', 'endOf(leg) >= -Infinity'],
		[
			'whoever began last spoke',
			'return atEnd.reduce((longest, leg) =>',
			'return named.at(-1) ?? atEnd.reduce((longest, leg) =>',
		],
		['a minute in which two speak counts twice', 'to - Math.max(from, until)', 'to - from'],
		[
			'the phone of the agent who clicked is the customer',
			"if (direction !== 'outbound') return legs;",
			'if (direction !== null) return legs;',
		],
		['a queue that picked up has abandoned nobody', "if (answered.length > 0) return 'abandoned';", ''],
		[
			'talk with a queue is talk',
			"answered.length > 0 && means === 'person'",
			"answered.length < 0 && means === 'person'",
		],
	])('%s', (_mistake, find, put) => {
		const patch: Patch = { file: 'nodes/shared/calls/facts.ts', find, put };
		const broken = loadVariant<{ wholeCall: typeof wholeCall }>('nodes/shared/calls/facts.ts', [patch]);
		expect(() => ofLegs.forEach((scene) => play(scene, broken.wholeCall))).toThrow();
	});
});

/** A call second by second: who of the persons talks in each. */
function stopwatch(legs: readonly SceneLeg[]) {
	const first = Math.min(...legs.map(({ at }) => at));
	const last = Math.max(...legs.map(({ at, lasts }) => at + lasts));
	const seconds = Array.from({ length: last - first }, (_, second) =>
		legs.filter(({ at, lasts, talk }) => first + second >= at + lasts - talk && first + second < at + lasts),
	);
	const heard = seconds.map((talking) => talking.length > 0);
	const spoke = (leg: SceneLeg) => seconds.filter((talking) => talking.includes(leg)).length;
	const hangUp = heard.lastIndexOf(true);
	const atEnd = [...new Set([0, 1, 2].flatMap((back) => seconds[hangUp - back] ?? []))].filter(
		({ at, lasts }) => at + lasts - first >= hangUp - 1,
	);
	const began = legs
		.filter(({ talk }) => talk > 0)
		.sort((a, b) => a.at + a.lasts - a.talk - (b.at + b.lasts - b.talk) || b.talk - a.talk);
	const tookOver = began.filter((leg, i) => {
		const before = began.slice(0, i);
		const alone = seconds.filter(
			(talking, second) =>
				talking.includes(leg) && !before.some((other) => seconds.slice(second).some((later) => later.includes(other))),
		);
		return i > 0 && alone.length >= 2;
	});
	return {
		outcome: hangUp === -1 ? 'missed' : 'answered',
		durationSeconds: seconds.length,
		waitSeconds: hangUp === -1 ? seconds.length : heard.indexOf(true),
		talkSeconds: heard.filter(Boolean).length,
		longest: Math.max(0, ...atEnd.map(spoke)),
		transfers: tookOver.length,
	};
}

const legs = fc
	.array(fc.record({ at: fc.nat(60), rings: fc.nat(30), talks: fc.nat(40) }), { minLength: 1, maxLength: 6 })
	.map((drawn) =>
		drawn.map(({ at, rings, talks }, i): SceneLeg => {
			const talk = talks < 3 ? 0 : talks;
			return { at, lasts: Math.max(1, rings + talk), talk, user: String(i) };
		}),
	);

it('of any legs, wait, talk, length, who spoke and transfers are what a stopwatch shows, or a manager is misinformed', () => {
	fc.assert(
		fc.property(legs, (drawn) => {
			const call = wholeCall(drawn.map((leg, i) => legOf(leg, i)));
			const { longest, ...expected } = stopwatch(drawn);
			expect(call).toMatchObject(expected);
			const by = drawn.find(({ user }) => user === call.answeredBy?.id);
			expect(by?.talk ?? 0).toBe(longest);
		}),
		{ seed: 29, numRuns: 1500 },
	);
});
