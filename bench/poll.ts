/** What a poll in steady state costs: `tsx bench/poll.ts DAYS_OF_HISTORY`. One line of JSON. */
import { createSimulator } from '../simulator/server';
import { PublishedTrigger } from '../harness/n8nCore';

const days = Number(process.argv[2]);
const MINUTE = 60_000;
const POLLS = 20;

async function main(): Promise<void> {
	const end = Date.parse('2026-11-20T04:00:00Z');
	let now = end - 6 * 60 * MINUTE;
	Date.now = () => now;
	const simulator = await createSimulator({
		world: { seed: 5, callsPerDay: 1200, clock: () => now, historyFrom: end - days * 24 * 60 * MINUTE },
		limits: { voipcloud: null },
	});
	const trigger = await PublishedTrigger.publish({
		node: 'voipcloudTrigger',
		parameters: { event: 'queueCall', startFrom: 'now', options: {} },
		credentials: {
			voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' },
		},
	});
	// Six hours of polls every ten minutes bring the state to its steady size.
	for (; now < end; now += 10 * MINUTE) await trigger.poll();
	simulator.requests.length = 0;
	let bytes = 0;
	const fetched = globalThis.fetch;
	const before = simulator.requests.length;
	const cpu = process.cpuUsage();
	const started = performance.now();
	for (let i = 0; i < POLLS; i++) {
		now += MINUTE;
		await trigger.poll();
	}
	const wall = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	const requests = simulator.requests.length - before;
	const [last] = simulator.requests.slice(-1);
	const response = await fetched(
		`${simulator.urls.voipcloud}${last.path}?${new URLSearchParams(last.query as Record<string, string>).toString()}`,
		{
			headers: { token: 'voipcloud-demo-key' },
		},
	);
	bytes = (await response.arrayBuffer()).byteLength;
	const state = JSON.stringify(trigger.saved());
	const kept = Object.keys((Object.values(trigger.saved())[0] as { calls: { seen: object } }).calls.seen).length;
	await simulator.close();
	process.stdout.write(
		`${JSON.stringify({ 'requests per poll': requests / POLLS, 'kB per poll': bytes / 1024, 'CPU ms per poll, simulator included': (user + system) / 1000 / POLLS, 'ms per poll': wall / POLLS, 'state in bytes': state.length, 'calls remembered': kept })}\n`,
	);
	process.exit(0);
}

void main();
