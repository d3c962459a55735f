import fc from 'fast-check';

import { examples } from './examples';
import type { ModelProvider, NodeClass } from './provider';
import { Violation } from './guarantees';
import { runScenario } from './run';
import { scenarios } from './scenario';
import { loadVariant, type Patch } from './variant';

/** `MODEL_RUNS=5000 MODEL_SEED=7 npx jest test/model/trigger` runs more histories, and different ones. */
export const RUNS = Number(process.env.MODEL_RUNS ?? 300);
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
