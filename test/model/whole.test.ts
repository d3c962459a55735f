import { checkWholeCalls, wholeSeeds } from './check';
import { linkedLists } from './whole';

describe.each(linkedLists)('whole calls of $provider.name', (list) => {
	it(`come once each and none is lost in ${wholeSeeds.length} random histories, however late their legs show`, async () => {
		const tally = await checkWholeCalls(list);
		if (process.env.MODEL_TABLE !== undefined)
			process.stdout.write(`| ${list.provider.name} | ${wholeSeeds.length} | ${Object.values(tally).join(' | ')} |\n`);
		expect(tally.calls).toBe(14 * wholeSeeds.length);
		expect(tally.partial).toBeLessThan(tally.calls / 2);
	}, 600_000);
});
