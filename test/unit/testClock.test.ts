import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { DateTime } from 'luxon';

const START = Date.parse(process.env.TEST_NOW ?? '');
const SOON = START + 600_000;

describe('the clock of the tests, on which the line is green at any hour', () => {
	it('shows the instant of the set-up, in Date, luxon and a text', () => {
		for (const read of [Date.now(), new Date().getTime(), DateTime.now().toMillis(), Date.parse(Date())]) {
			expect(read).toBeGreaterThanOrEqual(START - 1000);
			expect(read).toBeLessThan(SOON);
		}
	});

	it('runs on', async () => {
		const before = Date.now();
		while (Date.now() === before) await new Promise(setImmediate);
		expect(Date.now()).toBeGreaterThan(before);
	});

	it('makes dates that are dates, from every argument', () => {
		expect(new Date(2026, 10, 20)).toBeInstanceOf(Date);
		expect(new Date('2026-11-20T12:00:00Z').toISOString()).toBe('2026-11-20T12:00:00.000Z');
		expect(new Date(0).constructor).toBe(Date);
		class Day extends Date {}
		expect(new Day()).toBeInstanceOf(Day);
	});

	it('is that of a process which a test starts, too', () => {
		const said = spawnSync(process.execPath, ['-p', 'Date.now()'], { encoding: 'utf8' });
		expect(said.stderr).toBe('');
		expect(Number(said.stdout)).toBeGreaterThanOrEqual(START);
		expect(Number(said.stdout)).toBeLessThanOrEqual(Date.now());
	});

	it('comes with a zone, a locale and random cases that no machine changes', () => {
		expect(new Intl.DateTimeFormat().resolvedOptions().locale).toBe('en-US');
		expect(new Date(START).getHours()).toBe(DateTime.fromMillis(START, { zone: process.env.TZ }).hour);
		expect(fc.readConfigureGlobal()?.seed).toBe(Number(process.env.TEST_SEED));
	});
});
