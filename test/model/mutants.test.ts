import { checkModel } from './check';
import { mutants } from './mutants';
import { voipcloudModel } from './voipcloud';

/**
 * The model is worth what it catches: each of these would cost a user calls, or double them. A minute or two, so on
 * demand: `MODEL_MUTANTS=1 npx jest test/model/mutants`; with MODEL_TABLE=1 it prints what caught which.
 */
const onDemand = process.env.MODEL_MUTANTS === undefined ? describe.skip : describe;

onDemand('the model', () => {
	it.each(Object.entries(mutants))('catches that %s', async (name, patches) => {
		const { violation, runs, report } = await checkModel(voipcloudModel, patches, false);
		if (process.env.MODEL_TABLE !== undefined) process.stdout.write(`| ${name} | ${violation?.guarantee} | ${runs} |\n`);
		expect(report).toContain('is not kept');
	}, 600_000);
});
