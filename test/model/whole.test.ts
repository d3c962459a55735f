import type { NodeClass } from './provider';
import { loadVariant, type Patch } from './variant';
import { linkedLists, runWholeCalls, type LinkedList, type Tally } from './whole';

/** `WHOLE_RUNS=1000 WHOLE_SEED=5 npx jest test/model/whole` runs more, and different, histories; each has 14 calls. */
const RUNS = Number(process.env.WHOLE_RUNS ?? 25);
const SEED = Number(process.env.WHOLE_SEED ?? 1);

async function check({ provider, ...list }: LinkedList, patches: readonly Patch[] = []): Promise<Tally> {
	const module = loadVariant<Record<string, NodeClass>>(provider.module, [...provider.smallPages, ...patches]);
	const tally: Tally = { calls: 0, legs: 0, withoutRoot: 0, partial: 0 };
	for (let run = 0; run < RUNS; run++)
		await runWholeCalls({ provider, ...list }, module[provider.className], SEED + run, tally);
	return tally;
}

describe.each(linkedLists)('whole calls of $provider.name', (list) => {
	it(`come once each and none is lost in ${RUNS} random histories, however late their legs show`, async () => {
		const tally = await check(list);
		if (process.env.MODEL_TABLE !== undefined)
			process.stdout.write(`| ${list.provider.name} | ${RUNS} | ${Object.values(tally).join(' | ')} |\n`);
		expect(tally.calls).toBe(14 * RUNS);
		expect(tally.partial).toBeLessThan(tally.calls / 2);
	}, 600_000);
});

const decide = 'nodes/shared/calls/decide.ts';
const whole = 'nodes/shared/calls/whole.ts';

/** The mistakes that joining legs invites. */
const mutants: Record<string, Patch> = {
	'the root is left out of the floor': {
		file: decide,
		find: 'const waiting = [...excess, ...unripe];',
		put: 'const waiting = excess;',
	},
	'a call is ripe at once': {
		file: whole,
		find: 'isRipe = isOld || isWhole || waitedMs >= (isLive ? patienceMs : graceMs);',
		put: 'isRipe = true;',
	},
	'reading begins one longest call below the floor': {
		file: whole,
		find: 'return state.floor - 2 * LONGEST_CALL_MS;',
		put: 'return state.floor - LONGEST_CALL_MS;',
	},
	'the outcome is that of the last leg': {
		file: 'nodes/shared/calls/wholeCall.ts',
		find: "outcome: answered.length > 0 ? 'answered' : root.outcome,",
		put: 'outcome: inOrder[inOrder.length - 1].outcome,',
	},
	'the key is that of the first listed leg': {
		file: whole,
		find: 'const observed: Observed<R> = {\n\t\tkey,',
		put: 'const observed: Observed<R> = {\n\t\tkey: legs[0].key,',
	},
};

describe('the model of whole calls', () => {
	const voipStudio = linkedLists.find(({ provider }) => provider.name === 'VoIPstudio') as LinkedList;

	it.each(Object.entries(mutants))(
		'catches that %s',
		async (_name, patch) => {
			await expect(check(voipStudio, [patch])).rejects.toThrow(/VoIPstudio, seed \d+/);
		},
		600_000,
	);
});
