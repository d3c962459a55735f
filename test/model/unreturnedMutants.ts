import type { Patch } from './variant';
import { voipcloudCallers, voipStudioCallers, while1Callers, type CallerModel } from './unreturnedTold';

const rule = (find: string, put: string): Patch => ({ file: 'nodes/shared/calls/unreturned.ts', find, put });
const settled = (find: string, put: string): Patch => ({ file: 'nodes/shared/calls/settledCallers.ts', find, put });

/** The mistakes that the rule invites at every provider. */
const mistakes: Readonly<Record<string, Patch>> = {
	'an earlier call counts as a return': settled(
		'if (number === null) return false;',
		'if (number === null) return false;\n\t\tif (this.byTail.has(numberTail(number))) return true;',
	),
	'the wait runs from the start of the call': rule(
		'settings.waitEnds(first.instant ?? instantOf(first.endedAt)) + settings.graceMs',
		'settings.waitEnds(instantOf(first.startedAt ?? 0))',
	),
	'each attempt is an item': rule('if (wait !== undefined) {', 'if (wait === null) {'),
	'the wait begins anew with each poll': rule('const isDue = at >=', 'const isDue = read.calls.length < 0 && at >='),
	'business hours are ignored': {
		file: 'nodes/shared/calls/unreturnedSettings.ts',
		find: 'hours === null ? from + minutes',
		put: 'hours !== undefined ? from + minutes',
	},
	'withheld callers are taken for one': {
		file: 'nodes/shared/calls/callerNumber.ts',
		find: 'if (withheld) return null;',
		put: "if (withheld) return '+999999999';",
	},
	'an item comes before late records could show': rule(' + settings.graceMs', ''),
	'a return that shows first is forgotten': rule('settled: settled.since(read.floor)', 'settled: []'),
};

/** At While1 Voice it takes longer to catch than a test run has time for: it is played at the other two. */
const givenAgain = {
	'who was given is given again': rule(
		'if (!read.isComplete || !isDue',
		'waits.push(...attempts);\n\t\tif (!read.isComplete || !isDue',
	),
};
const callerNumber = (find: string, put: string): Patch => ({ file: 'nodes/shared/calls/callerNumber.ts', find, put });
const onThePhone = { 'who is on the phone is given': rule('!isDue || isOnThePhone ||', '!isDue ||') };
const anotherQueue = {
	'whom another queue reached counts as reached by his own': settled(
		'|| places.includes(where);',
		'|| places.length > 0;',
	),
};
const fastHost = {
	'a host that is fast settles calls that are still to come': rule(
		'const until = Math.min(nowSeconds, readSeconds) + 1;',
		'const until = nowSeconds + readSeconds * 0 + 1;',
	),
};
const goesOn = {
	'a call that went on to the next queue counts as two': settled(
		"if (typeof begin === 'number' && isWithin(begin, attempt) && end >= endSeconds) return true;",
		'void [begin, isWithin];',
	),
};
const otherCountry = {
	"another number's tail counts as the caller": callerNumber(
		"a.startsWith('+') && b.startsWith('+') ? a === b : numberTail(a) === numberTail(b)",
		'numberTail(a) === numberTail(b)',
	),
};

/**
 * Those that not every provider has room for: VoIPcloud's numbers have no country, so that a tail that is too short stands for
 * another number's; VoIPstudio lists no calls in progress, While1 Voice no queues, and only VoIPcloud has two lists.
 */
const ownMistakes = new Map<CallerModel, Readonly<Record<string, Patch>>>([
	[voipStudioCallers, { ...givenAgain, ...otherCountry, ...anotherQueue, ...goesOn, ...fastHost }],
	[
		voipcloudCallers,
		{
			...givenAgain,
			"another number's tail counts as the caller": callerNumber('TAIL_DIGITS = 9', 'TAIL_DIGITS = 7'),
			...onThePhone,
			...anotherQueue,
			...fastHost,
			'calls of users do not count': {
				file: 'nodes/shared/calls/withReturns.ts',
				find: 'behind === lists[0] ? slice.records : asReturns(slice.records)',
				put: 'behind === lists[0] ? slice.records : []',
			},
		},
	],
	[while1Callers, { ...otherCountry, ...onThePhone }],
]);

/** The rule of callers, broken on purpose, at each provider where that mistake can be made. */
export const callerMutants: ReadonlyArray<readonly [string, CallerModel, Patch]> = [
	voipStudioCallers,
	voipcloudCallers,
	while1Callers,
].flatMap((model) =>
	Object.entries({ ...mistakes, ...ownMistakes.get(model) }).map(
		([mistake, patch]) => [`${model.provider.name}: ${mistake}`, model, patch] as const,
	),
);
