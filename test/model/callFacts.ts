import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import type { Face, Scene, SceneLeg } from '../engine/callScenes';
import { RECORDS } from '../engine/sceneRecords';
import type { Patch } from './variant';
import { loadVariant } from './variant';

/** How a provider's records show a call. */
export const forms = ['queue picks up', 'queue repeats the agent', 'queue waits', 'no first record', 'one ID'] as const;
type Form = (typeof forms)[number];

/** Which provider writes which form. */
export const faces: ReadonlyArray<readonly [Face, readonly Form[]]> = [
	['voipStudio', ['queue picks up', 'queue repeats the agent', 'queue waits', 'no first record']],
	['while1Voice', ['queue picks up', 'queue repeats the agent', 'queue waits', 'no first record', 'one ID']],
	['voipcloudUsers', ['no first record']],
];

/** What happens on the telephone, in seconds from the caller's first one. */
interface Course {
	/** Music before the phones ring. */
	music: number;
	/** How many phones ring, together, or one after the other in turns of some seconds. */
	phones: number;
	turn: number | null;
	/** How long the first phone has rung when somebody answers, or the caller gives up. */
	rings: number;
	/** Which of the phones is answered; null if the caller gives up. */
	answers: number | null;
	talks: number;
	/** What happens while the first one talks; each person is a new one. */
	then: ReadonlyArray<{ what: 'consults' | 'conference' | 'blind' | 'attended'; after: number; takes: number }>;
	/** The root's record ends when the phones take over. */
	endsEarly: boolean;
}

export const courses: fc.Arbitrary<Course> = fc.record({
	music: fc.integer({ min: 0, max: 120 }),
	phones: fc.integer({ min: 1, max: 4 }),
	turn: fc.option(fc.integer({ min: 5, max: 20 })),
	rings: fc.integer({ min: 3, max: 70 }),
	answers: fc.option(fc.nat({ max: 3 }), { freq: 4 }),
	talks: fc.integer({ min: 30, max: 900 }),
	then: fc.array(
		fc.record({
			what: fc.constantFrom('consults' as const, 'conference' as const, 'blind' as const, 'attended' as const),
			after: fc.integer({ min: 10, max: 300 }),
			takes: fc.integer({ min: 10, max: 300 }),
		}),
		{ maxLength: 3 },
	),
	endsEarly: fc.boolean(),
});

/** A stretch of time in which somebody speaks with the caller. */
interface Stretch {
	who: string;
	from: number;
	to: number;
}

/** What a stopwatch beside the caller shows. */
interface Truth {
	outcome: string;
	waitSeconds: number;
	ringSeconds: number | null;
	talkSeconds: number;
	durationSeconds: number;
	answeredBy: string | null;
	transfers: number;
}

/** The records of a course, and what a stopwatch shows. The two know nothing of the code. */
export function played(course: Course, form: Form): { scene: Scene; truth: Truth } {
	const { phones, answers, endsEarly } = course;
	// A call whose first record is that of a phone begins when it rings.
	const hasRoot = form.startsWith('queue');
	const rang = hasRoot ? course.music : 0;
	const legs: SceneLeg[] = [];
	const stop = rang + course.rings;
	const places = Array.from({ length: phones }, (_, i) => ({
		user: String(11 + i),
		at: course.turn === null ? rang : rang + i * course.turn,
	})).filter(({ at }) => at < stop - 1);
	const taker = answers === null ? undefined : places[answers % places.length];
	for (const { user, at } of places) {
		if (user === taker?.user) continue;
		// The last one rings until somebody answers, or the caller gives up.
		const until = course.turn === null || user === places.at(-1)?.user ? stop : Math.min(stop, at + course.turn);
		legs.push({ at, lasts: until - at, talk: 0, user });
	}
	const first: Stretch | null = taker === undefined ? null : { who: taker.user, from: stop, to: stop + course.talks };
	const stretches = first === null ? [] : [first];
	let transfers = 0;
	let last = first;
	let next = 31;
	for (const { what, after, takes } of first === null ? [] : course.then) {
		if (last === null) break;
		const user = String(next++);
		if (what === 'consults' || what === 'conference') {
			// It ends well before the one who has the caller hangs up; a conference may end with him.
			const from = last.from + after;
			const end = what === 'conference' && takes % 2 === 0 ? last.to : Math.min(last.to - 5, from + 3 + takes);
			if (from + 4 > end) continue;
			legs.push({ at: from, lasts: end - from, talk: end - from - 3, user });
			stretches.push({ who: user, from: from + 3, to: end });
			continue;
		}
		const rings = what === 'blind' ? last.to : last.to - 8;
		const stretch: Stretch = { who: user, from: rings + 4, to: last.to + 5 + takes };
		legs.push({ at: rings, lasts: stretch.to - rings, talk: stretch.to - stretch.from, user });
		stretches.push(stretch);
		transfers++;
		last = stretch;
	}
	const end = Math.max(stop, ...stretches.map(({ to }) => to));
	if (first !== null && taker !== undefined)
		legs.push({ at: taker.at, lasts: first.to - taker.at, talk: course.talks, user: taker.user });
	if (hasRoot) legs.unshift(rootOf(form, first, rang, stop, end, endsEarly));
	const inOrder = form === 'one ID' ? legs.map((leg) => ({ ...leg, isRoot: true })) : legs;
	const begin = hasRoot ? 0 : Math.min(...legs.map(({ at }) => at));
	return {
		scene: { name: form, legs: inOrder, at: [], expected: {}, ...(form === 'one ID' && { isOneId: true }) },
		truth: {
			outcome: first !== null ? 'answered' : form === 'queue picks up' ? 'abandoned' : 'missed',
			waitSeconds: stop - begin,
			ringSeconds: taker === undefined ? null : stop - taker.at,
			talkSeconds: spoken(stretches),
			durationSeconds: end - begin,
			answeredBy: last?.who ?? null,
			transfers,
		},
	};
}

function rootOf(
	form: Form,
	first: Stretch | null,
	rang: number,
	stop: number,
	end: number,
	endsEarly: boolean,
): SceneLeg {
	const root = { at: 0, lasts: endsEarly ? Math.max(1, rang) : end, talk: 0, isRoot: true };
	if (form === 'queue picks up') return { ...root, talk: root.lasts, place: 'Sales queue' };
	if (form === 'queue repeats the agent' && first !== null)
		return { ...root, lasts: end, talk: end - stop, user: first.who };
	return root;
}

/** Second by second, whether anybody spoke with the caller. */
function spoken(stretches: readonly Stretch[]): number {
	const seconds = new Set<number>();
	for (const { from, to } of stretches) for (let at = from; at < to; at++) seconds.add(at);
	return seconds.size;
}

type Facts = (record: IDataObject, ...more: unknown[]) => IDataObject;

/** The facts of a scene by the code, perhaps broken on purpose. */
export function factsBy(face: Face, patches: readonly Patch[] = []): (scene: Scene) => IDataObject {
	const shared = 'nodes/shared/calls/facts.ts';
	const { wholeCall } = loadVariant<{ wholeCall: (...legs: unknown[]) => IDataObject }>(shared, patches);
	const normalize = (provider: string) =>
		loadVariant<Record<string, Facts>>(`nodes/${provider}/calls/normalize.ts`, patches);
	const module = normalize({ voipStudio: 'VoipStudio', while1Voice: 'While1Voice' }[face as string] ?? 'Voipcloud');
	const queueOf = ({ dst_name: name }: IDataObject) => (name === null ? null : { id: '8001', name });
	const reader = { timezone: 'utc', itemOf: () => null, queueOf };
	const read: Record<string, (record: IDataObject) => [IDataObject, boolean]> = {
		voipStudio: (record) => [module.callFacts(record, reader), record.is_root === true],
		while1Voice: (record) => [module.factsOf(record, 'utc', () => null), record.uniqueid === record.linkedid],
		voipcloudUsers: (record) => [module.userCallV2(record), false],
	};
	return (scene) => {
		const lists = RECORDS[face](scene);
		const rows = lists.cdrs ?? lists.cdr ?? lists['get-user-calls'] ?? [];
		const legs = rows.map((row, i) => {
			const [facts, isRoot] = read[face](row);
			return { isRoot, leg: { ...facts, id: `leg ${i}` } };
		});
		return wholeCall(
			legs.map(({ leg }) => leg),
			legs.filter(({ isRoot }) => isRoot).map(({ leg }) => leg),
		);
	};
}

/** Plays random calls at a provider, and throws at the first whose figures are not those of the stopwatch. */
export function checkFacts(
	face: Face,
	from: readonly Form[],
	runs: number,
	seed: number,
	patches: readonly Patch[] = [],
): void {
	const factsOf = factsBy(face, patches);
	const property = fc.property(courses, fc.constantFrom(...from), (course, form) => {
		const { scene, truth } = played(course, form);
		const facts = factsOf(scene);
		const told = { ...facts, answeredBy: (facts.answeredBy as IDataObject | null)?.id ?? null } as IDataObject;
		for (const [name, value] of Object.entries(truth))
			if (told[name] !== value)
				throw new Error(
					`${face}, ${form}: ${name} is ${told[name] as string}, and was ${value}: ${JSON.stringify(scene.legs)}`,
				);
	});
	const { failed, errorInstance } = fc.check(property, { numRuns: runs, seed });
	if (failed) throw errorInstance as Error;
}
