import { checkModel, RUNS } from './check';
import { providers } from './providers';

/**
 * Simulated accounts against n8n's real poll context and executor: late and odd records, bursts, deletions, skewed
 * clocks, faults, crashes, restarts and overlaps, by both engines' rules. test/model/run.ts checks the guarantees.
 */
describe.each(providers)('the trigger of $name', (provider) => {
	it(`loses and doubles no call in ${RUNS} random histories`, async () => {
		const { report } = await checkModel(provider);
		expect(report).toBe('');
	}, 600_000);
});
