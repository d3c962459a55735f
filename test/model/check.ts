import fc from 'fast-check';

import { callerHistories, examples, wholeHistories } from './examples';
import type { ModelProvider, NodeClass } from './provider';
import { Violation } from './guarantees';
import { runScenario } from './run';
import { scenarios } from './scenario';
import { runUnreturned, type UnreturnedTally } from './unreturned';
import type { CallerModel } from './unreturnedTold';
import { loadVariant, type Patch } from './variant';
import { runWholeCalls, type LinkedList, type Tally } from './whole';

/**
 * Few in the line that everybody runs: those of examples.ts and the first of a seed. `MODEL_RUNS=5000 MODEL_SEED=7 npx jest
 * test/model/trigger` runs more histories, and different ones.
 */
export const RUNS = Number(process.env.MODEL_RUNS ?? 60);
export const SEED = Number(process.env.MODEL_SEED ?? 20261121);
const SECONDS = Number(process.env.MODEL_SECONDS ?? 120);

export interface Finding {
	readonly runs: number;
	readonly violation: Violation | null;
	/** Seed, path and story of the smallest failing run. */
	readonly report: string;
}

/**
 * Runs the model for a provider.
 *
 * @param patches what is broken on purpose
 * @param shrink whether to look for the smallest failing run
 * @param seed of the histories
 */
export async function checkModel(
	provider: ModelProvider,
	patches: readonly Patch[] = [],
	shrink = true,
	seed = SEED,
): Promise<Finding> {
	const module = loadVariant<Record<string, NodeClass>>(provider.module, [...provider.smallPages, ...patches]);
	const nodeClass = module[provider.className];
	const property = fc.asyncProperty(scenarios(provider.setups.length), async (scenario) => {
		await runScenario(provider, nodeClass, scenario);
	});
	const result = await fc.check(property, {
		numRuns: RUNS,
		seed,
		examples: examples.map((scenario): [typeof scenario] => [scenario]),
		path: process.env.MODEL_PATH,
		endOnFailure: !shrink,
		// The search for a smaller failing run has a time limit, too.
		interruptAfterTimeLimit: SECONDS * 1000,
		markInterruptAsFailure: true,
	});
	const error = result.errorInstance;
	const { failed, interrupted, numRuns, counterexamplePath } = result;
	const isOutOfTime = interrupted && counterexamplePath === null;
	return {
		runs: numRuns,
		violation: error instanceof Violation ? error : null,
		report: isOutOfTime
			? `Nothing was found in ${numRuns} of ${RUNS} runs when ${SECONDS} seconds were over: set MODEL_SECONDS to more, or MODEL_RUNS to less`
			: failed
				? `MODEL_SEED=${result.seed} MODEL_PATH=${counterexamplePath} after ${numRuns} runs:\n${error instanceof Violation ? error.message : String((error as Error | null)?.stack)}`
				: '',
	};
}

/** `UNRETURNED_RUNS=1000 UNRETURNED_SEED=5 npx jest test/model/unreturned`: as many histories of 40 calls, from that seed on. */
export const callerSeeds = seedsFrom(process.env.UNRETURNED_RUNS, process.env.UNRETURNED_SEED, callerHistories);

/** `WHOLE_RUNS=1000 WHOLE_SEED=5 npx jest test/model/whole`: as many histories of 14 calls, from that seed on. */
export const wholeSeeds = seedsFrom(process.env.WHOLE_RUNS, process.env.WHOLE_SEED, wholeHistories);

function seedsFrom(runs: string | undefined, first = '1', usual: readonly number[]): readonly number[] {
	return runs === undefined ? usual : Array.from({ length: Number(runs) }, (_, i) => Number(first) + i);
}

/** Plays histories of callers at a provider, and throws at the first that breaks a promise. */
export async function checkCallers(model: CallerModel, patches: readonly Patch[] = []): Promise<UnreturnedTally> {
	const { module, className } = model.provider;
	const loaded = loadVariant<Record<string, NodeClass>>(module, patches);
	const tally: UnreturnedTally = { missed: 0, items: 0, attempts: 0 };
	for (const seed of callerSeeds) await runUnreturned(model, loaded[className], seed, tally);
	return tally;
}

/** Plays histories of calls with legs at a provider, and throws at the first that breaks a promise. */
export async function checkWholeCalls(list: LinkedList, patches: readonly Patch[] = []): Promise<Tally> {
	const { module, className, smallPages } = list.provider;
	const loaded = loadVariant<Record<string, NodeClass>>(module, [...smallPages, ...patches]);
	const tally: Tally = { calls: 0, legs: 0, withoutRoot: 0, partial: 0 };
	for (const seed of wholeSeeds) await runWholeCalls(list, loaded[className], seed, tally);
	return tally;
}
