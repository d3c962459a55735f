import type { IDataObject } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import type { JournalEntry } from '../../simulator/server/journal';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import type { NewCall, WorldOptions } from '../../simulator/world/worldOptions';
import { HOUR, MINUTE, SECOND, START } from './contradictions';

/** Changes an answer of the provider on its way out. */
export type Lie = (answer: IDataObject, asked: JournalEntry) => IDataObject;

/** A provider that contradicts its document or itself, and the trigger that reads from it. */
export interface Liar {
	readonly world?: WorldOptions;
	readonly trigger: (urls: Simulator['urls']) => NodeRun;
	/** The same trigger as its user publishes it again when the lie begins. */
	readonly corrected?: (urls: Simulator['urls']) => NodeRun;
	/** How many calls come before the lie begins, and how many while it is told. */
	readonly before?: number;
	readonly during?: number;
	readonly call?: Partial<NewCall>;
	readonly lie?: Lie;
	/** What else happens when the lie begins. */
	readonly begins?: (simulator: Simulator) => void;
}

/** What was seen: a row of the table. */
export interface Seen {
	/** Requests of the first poll that meets the lie, and of the next one. */
	readonly first: number | string;
	readonly steady: number | string;
	/** What the user sees. */
	readonly told: string;
	/** What becomes of the state, and of the calls. */
	readonly state: string;
}

/** What one poll did, by the simulator's log and by what n8n would store. */
interface Polled {
	readonly requests: number;
	readonly ids: string[];
	readonly error: string | null;
	readonly hasMoved: boolean;
}

/** The hour of the tests. */
export class Clock {
	now = START;
}

export async function ask(simulator: Simulator, trigger: PublishedTrigger): Promise<Polled> {
	const before = JSON.stringify(trigger.saved());
	const sent = simulator.requests.length;
	const [items, error] = await trigger.poll().then(
		(given): [IDataObject[], null] => [given, null],
		(thrown: Error): [IDataObject[], string] => [[], thrown.message],
	);
	return {
		requests: simulator.requests.length - sent,
		ids: items.map(({ id }) => id as string),
		error,
		hasMoved: JSON.stringify(trigger.saved()) !== before,
	};
}

/** Publishes the trigger at an honest provider, lets it lie for two polls a minute apart, and be honest again. */
export async function meet(clock: Clock, liar: Liar): Promise<Seen> {
	const { before = 0, during = 0, call } = liar;
	let lie: Lie | undefined;
	const simulator = await createSimulator({
		world: { seed: 3, callsPerDay: 0, clock: () => clock.now, zone: 'UTC', ...liar.world },
		limits: { voipcloud: null },
		rewrite: (asked, answer) =>
			lie === undefined || asked.path.includes('/queues') ? answer : lie(answer as IDataObject, asked),
	});
	try {
		const given: string[] = [];
		const poll = async (trigger: PublishedTrigger): Promise<Polled> => {
			const polled = await ask(simulator, trigger);
			given.push(...polled.ids);
			return polled;
		};
		const callsOfThisHour = (count: number): void => {
			for (let i = 0; i < count; i++) {
				const startedAt = clock.now + Math.floor((i * 3000) / count) * SECOND;
				const from = `+61491${String(570_000 + i)}`;
				simulator.world.addCall({ from, outcome: 'missed', ...call, startedAt, endedAt: endOf(call, startedAt) });
			}
			clock.now += 55 * MINUTE;
		};
		let trigger = await PublishedTrigger.publish(liar.trigger(simulator.urls));
		await poll(trigger);
		callsOfThisHour(before);
		await poll(trigger);
		expect(new Set(given).size).toBe(before);

		lie = liar.lie;
		liar.begins?.(simulator);
		callsOfThisHour(during);
		if (liar.corrected !== undefined)
			trigger = await PublishedTrigger.publish(liar.corrected(simulator.urls), trigger.saved());
		const first = await poll(trigger);
		clock.now += MINUTE;
		const steady = await poll(trigger);
		const cameInTime = new Set(given).size;
		lie = undefined;
		clock.now += MINUTE;
		await poll(trigger);
		// While1 Voice's whole window is read once an hour.
		clock.now += HOUR;
		await poll(trigger);

		const made = before + during;
		expect({ different: new Set(given).size, all: given.length }).toEqual({ different: made, all: made });
		// A poll whose turn has not come sends nothing, and is no error.
		if (steady.requests > 0) expect(steady.error).toBe(first.error);
		const came = `${figure(made)} of ${figure(made)} calls, each once`;
		const until = cameInTime - before;
		return {
			first: first.requests,
			steady: steady.requests,
			told: first.error === null ? 'nothing' : `error: ${inShort(first.error)}`,
			state:
				(first.hasMoved || steady.hasMoved ? 'goes on' : 'stays as it was') +
				(cameInTime === made ? `; ${came}` : `; ${figure(until)} calls, and once it is honest ${came}`),
		};
	} finally {
		await simulator.close();
	}
}

function endOf(call: Partial<NewCall> | undefined, startedAt: number): number | null {
	return call?.endedAt === null ? null : startedAt + 30 * SECOND;
}

/** The clock of the tests stands still during a poll. */
function inShort(error: string): string {
	return error.replace(/ in \d+ seconds/, '');
}

export function figure(value: number): string {
	return value.toLocaleString('en-US');
}

const PAGE = 'docs/trigger-guarantees.md';
const BEGIN = '<!-- liars: measured by test/engine/liars.test.ts, which fails for a row that is not true -->';
const END = '<!-- end of liars -->';

/** The rows of the table, as the page has them. */
export function tableOfLiars(): string[] {
	const text = readFileSync(join(__dirname, '..', '..', PAGE), 'utf8');
	const table = text.slice(text.indexOf(BEGIN), text.indexOf(END)).split('\n');
	return table.filter((line) => line.startsWith('| ')).slice(1);
}

export function rowOf(what: string, provider: string, { first, steady, told, state }: Seen): string {
	return `| ${[what, provider, first, steady, told, state].join(' | ')} |`;
}
