import type { Patch } from './variant';

/** The mistakes that the figures of a whole call invite. */
export const factsMutants: Readonly<Record<string, Patch>> = {
	'a call waits only while the phone rings': facts(
		"const waitsUntil = outcome === null ? null : outcome === 'answered' ? answeredAt : endedAt;",
		"const waitsUntil = outcome === null ? null : outcome === 'answered' ? answeredAt : first.endedAt;",
	),
	'a call lasts as long as its first record': facts(
		'const endedAt = latest(inOrder.map((leg) => leg.endedAt));',
		'const { endedAt } = first;',
	),
	'a queue that picks up is a person': facts('return !isPlace && !isAnyUser;', 'return isPlace || isAnyUser || true;'),
	'the ring is that of the first phone': facts(
		'return answering === root && rang ? null : answering.ringSeconds;',
		'return answering === root && rang ? null : legs[0].ringSeconds;',
	),
	'whoever is asked in between has the caller': facts(
		'const atEnd = named.filter((leg) => endOf(leg) >= end - TOGETHER_MS);',
		'const atEnd = named.slice(-1);',
	),
	'a conference is a transfer': facts('if (endOf(leg) >= until + TOGETHER_MS) {', 'if (endOf(leg) >= until) {'),
	'a consultation is a transfer': facts('if (endOf(leg) >= until + TOGETHER_MS) {', 'if (endOf(leg) > 0) {'),
	'a minute in which two spoke counts twice': facts(
		'total += Math.max(0, to - Math.max(from, until));',
		'total += Math.max(0, to - from);',
	),
	'the first record that repeats the agent speaks as well': facts(
		'const phones = persons.filter((leg) => leg !== root || !isRepeated);',
		'const phones = persons.filter(() => isRepeated || persons.length > 0);',
	),
	'the outcome is that of the first record': facts(
		"if (answered.length > 0) return 'abandoned';",
		'if (answered.length > 0) return root?.outcome ?? null;',
	),
};

function facts(find: string, put: string): Patch {
	return { file: 'nodes/shared/calls/facts.ts', find, put };
}
