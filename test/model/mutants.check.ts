import { checkModel } from './check';
import { credulous, mutants } from './mutants';
import { voipcloudModel } from './voipcloud';

/**
 * The model is worth what it catches: each of these would cost a user calls, or double them. Takes minutes, so it is not
 * part of `npm test`: `npm run test:mutants`, with as many histories as there. With MODEL_TABLE=1 it prints what caught which.
 */
describe('the model', () => {
	const ofVoipcloud = Object.entries(mutants).map(([name, patches]) => [name, [voipcloudModel, patches]] as const);

	it.each([...ofVoipcloud, ...Object.entries(credulous)])(
		'catches that %s',
		async (name, [provider, patches]) => {
			const { violation, runs, report } = await checkModel(provider, patches, false);
			if (process.env.MODEL_TABLE !== undefined)
				process.stdout.write(`| ${name} | ${violation?.guarantee} | ${runs} |\n`);
			expect(report).toContain('is not kept');
		},
		600_000,
	);
});
