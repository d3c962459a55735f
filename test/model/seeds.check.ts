import { checkModel, RUNS } from './check';
import { providers } from './providers';

const SEEDS = (process.env.MODEL_SEEDS ?? '20261121 7 31337 424242 990001').split(' ').map(Number);

/**
 * Ten thousand histories of each provider on five seeds: an hour or two, so not part of `npm test`: `npm run test:seeds`. One line
 * for each is printed as soon as it is known.
 */
describe.each(SEEDS)('with the seed %i', (seed) => {
	it.each(providers)(
		`the trigger of $name loses and doubles no call in ${RUNS} random histories`,
		async (provider) => {
			const { report, runs } = await checkModel(provider, [], true, seed);
			process.stdout.write(
				`seed ${seed}, ${provider.name}: ${runs} histories, ${report === '' ? 'all kept' : report}
`,
			);
			expect(report).toBe('');
		},
		7_200_000,
	);
});
