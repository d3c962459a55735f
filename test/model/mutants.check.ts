import { checkCallers, checkModel, checkWholeCalls } from './check';
import { credulous, mutants } from './mutants';
import { callerMutants } from './unreturnedMutants';
import { voipcloudModel } from './voipcloud';
import { linkedLists, type LinkedList } from './whole';
import { wholeMutants } from './wholeMutants';

/**
 * The models are worth what they catch: each of these would cost a user calls, or double them. They need more histories and
 * minutes, so `npm run test:mutants` runs them. With MODEL_TABLE=1 it prints what caught which.
 */
const table = (...cells: unknown[]) => {
	if (process.env.MODEL_TABLE !== undefined) process.stdout.write(`| ${cells.join(' | ')} |\n`);
};

describe('the model', () => {
	const ofVoipcloud = Object.entries(mutants).map(([name, patches]) => [name, [voipcloudModel, patches]] as const);

	it.each([...ofVoipcloud, ...Object.entries(credulous)])(
		'catches that %s',
		async (name, [provider, patches]) => {
			const { violation, runs, report } = await checkModel(provider, patches, false);
			table(name, violation?.guarantee, runs);
			expect(report).toContain('is not kept');
		},
		600_000,
	);
});

describe('the model of callers', () => {
	it.each(callerMutants)(
		'catches at %s',
		async (name, model, patch) => {
			const found = await checkCallers(model, [patch]).catch((error: Error) => error.message);
			expect(found).toMatch(/^seed \d+/);
			table(name, /^seed \d+/.exec(found as string));
		},
		600_000,
	);
});

describe('the model of whole calls', () => {
	const voipStudio = linkedLists.find(({ provider }) => provider.name === 'VoIPstudio') as LinkedList;

	it.each(Object.entries(wholeMutants))(
		'catches that %s',
		async (name, patch) => {
			const found = await checkWholeCalls(voipStudio, [patch]).catch((error: Error) => error.message);
			expect(found).toMatch(/VoIPstudio, seed \d+/);
			table(name, /seed \d+/.exec(found as string));
		},
		600_000,
	);
});
