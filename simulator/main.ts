import { parseArgs } from 'node:util';
import { providerNames } from './providers';
import { startPushing } from './push';
import { createSimulator, withKey } from './server/server';

const HELP = `One telephone system that lives, seen through each provider's API. Listens on 127.0.0.1 only.

  --port <number>            default 8650 (0: any free port)
  --seed <text>              equal seeds give equal calls; default 1
  --calls-per-day <number>   generated calls of a working day, 0 for none; default 120
  --zone <IANA zone>         of the office and of the providers' days; default Australia/Sydney
  --late-seconds <number>    how late calls show at the provider; default 0
  --api-key <text>           of every provider instead of its own demo key
  --no-limits                switches the providers' rate limits off
  --push <URL>               pushes what happens, as VoIPcloud's webhooks do: the URL of a "VoIPcloud Event Trigger"
  --push-token <text>        in the header X-Pbx-Token; default demo-token-of-the-simulator
  --help
`;

function number(value: string, name: string): number {
	const parsed = Number(value);
	if (value.trim() === '' || !Number.isFinite(parsed) || parsed < 0)
		throw new RangeError(`--${name} needs a number, not "${value}"`);
	return parsed;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8650' },
			seed: { type: 'string', default: '1' },
			'calls-per-day': { type: 'string', default: '120' },
			zone: { type: 'string', default: 'Australia/Sydney' },
			'late-seconds': { type: 'string', default: '0' },
			'api-key': { type: 'string' },
			'no-limits': { type: 'boolean', default: false },
			push: { type: 'string' },
			'push-token': { type: 'string', default: 'demo-token-of-the-simulator' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return;
	}
	const apiKey = values['api-key'];
	const simulator = await createSimulator({
		port: number(values.port, 'port'),
		world: {
			seed: values.seed,
			callsPerDay: number(values['calls-per-day'], 'calls-per-day'),
			zone: values.zone,
			lateness: number(values['late-seconds'], 'late-seconds') * 1000,
		},
		limits: values['no-limits'] ? Object.fromEntries(providerNames.map((name) => [name, null])) : {},
		...(apiKey === undefined ? {} : withKey(apiKey)),
	});

	console.log('The telephone system is open.\n');
	for (const [type, fields] of Object.entries(simulator.logins())) {
		console.log(`  ${type}`);
		for (const [field, value] of Object.entries(fields)) console.log(`    ${field.padEnd(14)}  ${value}`);
	}
	const { users, queues, ringGroups } = simulator.world;
	console.log(`\n  users        ${users.map(({ name, extension }) => `${extension} ${name}`).join(', ')}`);
	console.log(`  queues       ${queues.map(({ name }) => name).join(', ')}`);
	console.log(`  ring groups  ${ringGroups.map(({ name }) => name).join(', ')}`);
	console.log(`  control      ${simulator.url}/_simulator/health\n\nEnd it with Ctrl+C.`);

	if (values.push !== undefined) startPushing(simulator.world, values.push, values['push-token'], console.log);

	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void simulator.close().then(() => process.exit(0)));
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
