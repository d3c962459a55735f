import { checkModel } from './check';
import { mutants } from './mutants';
import { voipcloudModel } from './voipcloud';

/**
 * The model is worth what it catches: each of these would cost a user calls, or double them. Takes minutes, so it is not
 * part of `npm test`: `npm run test:mutants`, with more histories than there, as two of them show rarely. With MODEL_TABLE=1 it prints what caught which.
 */
describe('the model', () => {
	it.each(Object.entries(mutants))(
		'catches that %s',
		async (name, patches) => {
			const { violation, runs, report } = await checkModel(voipcloudModel, patches, false);
			if (process.env.MODEL_TABLE !== undefined)
				process.stdout.write(`| ${name} | ${violation?.guarantee} | ${runs} |\n`);
			expect(report).toContain('is not kept');
		},
		600_000,
	);
});
