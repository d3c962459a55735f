import type { Patch } from './variant';

const decide = 'nodes/shared/calls/decide.ts';
const whole = 'nodes/shared/calls/whole.ts';

/** The mistakes that joining legs invites, each at VoIPstudio. */
export const wholeMutants: Readonly<Record<string, Patch>> = {
	'the root is left out of the floor': {
		file: decide,
		find: 'const waiting = [...excess, ...incomplete];',
		put: 'const waiting = excess;',
	},
	'a call is complete at once': {
		file: whole,
		find: 'isComplete = isOld || isWhole || waitedMs >= (isLive ? patienceMs : graceMs);',
		put: 'isComplete = true;',
	},
	'reading begins one longest call below the floor': {
		file: whole,
		find: 'return state.floor - 2 * LONGEST_CALL_MS;',
		put: 'return state.floor - LONGEST_CALL_MS;',
	},
	'the outcome is that of the last leg': {
		file: 'nodes/shared/calls/facts.ts',
		find: "if (counted.length > 0) return 'answered';",
		put: 'if (side.length > 0) return side[side.length - 1].outcome;',
	},
	'the key is that of the first listed leg': {
		file: whole,
		find: 'const observed: Observed<R> = {\n\t\tkey,',
		put: 'const observed: Observed<R> = {\n\t\tkey: legs[0].key,',
	},
};
