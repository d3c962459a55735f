import { callerSeeds, checkCallers } from './check';
import { voipcloudCallers, voipStudioCallers, while1Callers } from './unreturnedTold';

it.each([voipStudioCallers, voipcloudCallers, while1Callers].map((model) => [model.provider.name, model] as const))(
	`gives each caller of %s who was missed and not reached once, and nobody else, in ${callerSeeds.length} random histories`,
	async (name, model) => {
		const tally = await checkCallers(model);
		if (process.env.MODEL_TABLE !== undefined)
			process.stdout.write(`| ${name} | ${callerSeeds.length} | ${Object.values(tally).join(' | ')} |\n`);
		expect(tally.items).toBeGreaterThan(callerSeeds.length);
		expect(tally.attempts).toBeGreaterThan(tally.items);
		expect(tally.missed).toBeGreaterThan(tally.attempts);
	},
	600_000,
);
