/**
 * What a poll in steady state costs: `tsx bench/poll.ts PROVIDER CALLS_PER_DAY DAYS_OF_HISTORY`. One line of JSON. The
 * provider's limit is off here, so that it shows what a poll would need.
 */
import { setClock } from '../harness/clock';
import { PublishedTrigger } from '../harness/engine/polling';
import type { NodeRun } from '../harness/engine/run';
import { createSimulator, type Simulator } from '../simulator/server/server';

const [, , provider, callsPerDay, days] = process.argv;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const POLLS = Number(callsPerDay) > 2000 ? 5 : 20;
/** Until the state no longer grows: calls are remembered for the look-back, and While1 is swept once an hour. */
const SETTLING_MS = Number(callsPerDay) > 2000 ? 2 * HOUR : 6 * HOUR;

const triggers: Record<string, (simulator: Simulator) => NodeRun> = {
	// One call in three goes through a queue.
	voipcloud: ({ urls }) => ({
		node: 'voipcloudTrigger',
		parameters: { event: 'queueCall', startFrom: 'now', options: {} },
		credentials: { voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: urls.voipcloud, apiVersion: 'v1' } },
	}),
	voipstudio: ({ urls }) => ({
		node: 'voipStudioTrigger',
		parameters: { event: 'cdr', startFrom: 'now', options: {} },
		credentials: { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: urls.voipstudio } },
	}),
	while1: ({ urls }) => ({
		node: 'while1VoiceTrigger',
		parameters: { event: 'cdr', startFrom: 'now', options: { timezone: 'UTC' } },
		credentials: { while1VoiceApi: { apiToken: 'while1-demo-token', apiKey: 'while1-demo-key', baseUrl: urls.while1 } },
	}),
};

async function main(): Promise<void> {
	const end = Date.parse('2026-11-20T04:00:00Z');
	let now = end - SETTLING_MS;
	setClock(() => now);
	let bytes = 0;
	let isCounted = false;
	const simulator = await createSimulator({
		world: {
			seed: 5,
			callsPerDay: Number(callsPerDay) * (provider === 'voipcloud' ? 3 : 1),
			clock: () => now,
			historyFrom: end - Number(days) * 24 * HOUR,
		},
		limits: { voipcloud: null },
		rewrite: (_request, body) => {
			if (isCounted) bytes += Buffer.byteLength(JSON.stringify(body));
			return body;
		},
	});
	const trigger = await PublishedTrigger.publish(triggers[provider](simulator));
	const poll = async () => {
		now += MINUTE;
		await trigger.poll();
	};
	for (; now < end - 10 * MINUTE; now += 9 * MINUTE) await poll();
	for (let i = 0; i < 3; i++) await poll();
	const before = simulator.requests.length;
	const cpu = process.cpuUsage();
	const started = performance.now();
	for (let i = 0; i < POLLS; i++) await poll();
	const wall = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	const requests = simulator.requests.length - before;
	isCounted = true;
	await poll();
	const state = JSON.stringify(trigger.saved());
	const kept = Object.keys((Object.values(trigger.saved())[0] as { calls: { seen: object } }).calls.seen).length;
	await simulator.close();
	const figures = {
		'requests per poll': requests / POLLS,
		'kB per poll': bytes / 1024,
		'CPU ms per poll, simulator included': (user + system) / 1000 / POLLS,
		'ms per poll': wall / POLLS,
		'state in bytes': state.length,
		'calls remembered': kept,
	};
	process.stdout.write(`${JSON.stringify(figures)}\n`);
	process.exit(0);
}

void main();
