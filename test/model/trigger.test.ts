import { providers as capabilities } from '../../harness/catalogue';
import { checkModel, RUNS } from './check';
import { providers } from './providers';

/**
 * Simulated accounts against n8n's real poll context and executor: late and odd records, bursts, deletions, skewed
 * clocks, faults, crashes, restarts and overlaps, by both engines' rules. test/model/guarantees.ts
 * says what must hold.
 */
it('knows every trigger: one that is left out here could lose calls unseen', () => {
	const triggers = capabilities.filter(({ events }) => events.length > 0).map(({ node }) => `${node}Trigger`);
	expect(providers.map(({ type }) => type).sort()).toEqual(triggers.sort());
});

describe.each(providers)('the trigger of $name', (provider) => {
	it(`loses and doubles no call in ${RUNS} random histories`, async () => {
		const { report } = await checkModel(provider);
		expect(report).toBe('');
	}, 600_000);
});
