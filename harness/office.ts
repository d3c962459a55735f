import type { INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from './clock';
import { createSimulator, type Simulator, type SimulatorOptions } from '../simulator/server/server';
import type { WorldOptions } from '../simulator/world/worldOptions';

/** A Friday, at noon in Sydney. */
export const FRIDAY_NOON = Date.parse('2026-11-20T01:00:00Z');

/** Whose phones ring for a call to a queue or ring group. */
export const FIVE_PHONES = ['John Smith', 'Kevin Smith', 'Aisha Rahman', 'José García', 'Mei-Ling Chen'];

/** An office with its telephone system, by a clock that only the test moves: that of the providers and that of n8n's host. */
export interface Office {
	simulator: Simulator;
	/** Milliseconds since 1970. */
	now: number;
}

/**
 * Gives every test of a file an office of its own, without calls unless told otherwise.
 *
 * @param options what is different in this file's offices
 * @param start what the clock shows when a test begins
 */
export function officeForTests(
	options: () => SimulatorOptions & { world?: WorldOptions } = () => ({}),
	start: () => number = () => FRIDAY_NOON,
): Office {
	const office = { now: 0 } as Office;
	clockOfEachTest(() => office.now);
	beforeEach(async () => {
		office.now = start();
		const { world, ...others } = options();
		const clock = (): number => office.now;
		office.simulator = await createSimulator({ world: { seed: 3, callsPerDay: 0, clock, ...world }, ...others });
	});
	afterEach(async () => {
		jest.restoreAllMocks();
		await office.simulator.close();
	});
	return office;
}

/** The period from an instant on. */
export function since(at: number): INodeParameters {
	return { period: 'dates', periodFrom: new Date(at).toISOString(), periodTo: '2099-12-31' };
}
