import { checkFacts, faces } from './callFacts';
import { factsMutants } from './factsMutants';

const RUNS = Number(process.env.FACTS_RUNS ?? 300);
const SEED = Number(process.env.FACTS_SEED ?? 20261121);

/** Random calls on the telephone, and what a stopwatch beside the caller shows of them. `FACTS_RUNS=20000 FACTS_SEED=7` plays more. */
it.each(faces)(
	'tells wait, ring, talk, length, who spoke and transfers as a stopwatch would, or a manager steers by wrong figures (%s)',
	(face, forms) => {
		checkFacts(face, forms, RUNS, SEED);
	},
);

it.each(Object.entries(factsMutants))('catches that %s', (_name, patch) => {
	const check = () => {
		for (const [face, forms] of faces) checkFacts(face, forms, RUNS, SEED, [patch]);
	};
	expect(check).toThrow(/, and was /);
});
