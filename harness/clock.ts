import { createRequire } from 'node:module';

/**
 * Sets what the host shows, `Date`, and nothing else: somebody has put the clock forward or back.
 *
 * @param now what it shows, in milliseconds since 1970
 * @returns sets it back
 */
export function setHostClock(now: () => number): () => void {
	const before = Date.now;
	Date.now = now;
	return () => {
		Date.now = before;
	};
}

const real = performance;
/** By how much set clocks have gone forward, in milliseconds, and what the last one showed. */
let passed = 0;
let shown: number | undefined;

/** Sets `performance.now` for the code of a test, not for whoever measures how long the test takes. */
function setMonotonic(now: () => number): void {
	const get = (_real: Performance, name: keyof Performance) => (name === 'now' ? now : Reflect.get(real, name, real));
	const value = new Proxy(real, { get: get as ProxyHandler<Performance>['get'] });
	Object.defineProperty(globalThis, 'performance', { value, configurable: true, writable: true });
}

/**
 * Sets the clock of this process for a test whose subject is the clock: time passes as it goes forward, also on the clock
 * that nobody sets, `performance.now`, which never goes back.
 *
 * @param now what it shows, in milliseconds since 1970
 * @param passing the true time, where somebody puts the clock forward or back
 * @returns sets it back
 */
export function setClock(now: () => number, passing = now): () => void {
	const restore = setHostClock(now);
	// Whole: fractions of milliseconds would make a window of 15 minutes a hair longer.
	const start = Math.round(real.now());
	setMonotonic(() => {
		const at = passing();
		passed += Math.max(0, at - (shown ?? at));
		shown = at;
		return start + passed;
	});
	return () => {
		restore();
		setMonotonic(() => real.now() + passed);
	};
}

/** Sets the clock in each test of a file to an instant from which it runs on. */
export function clockRunsFrom(start: () => number): void {
	let restore: () => void;
	beforeEach(() => {
		const { now } = Date;
		const begun = now();
		restore = setClock(() => start() + now() - begun);
	});
	afterEach(() => restore());
}

/** Sets the clock in each test of a file. */
export function clockOfEachTest(now: () => number): void {
	let restore: () => void;
	beforeEach(() => {
		restore = setClock(now);
	});
	afterEach(() => restore());
}

/** Waits as long as it takes: until something is so, or the test's own time is over. */
export async function eventually(isSo: () => boolean): Promise<void> {
	while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Until the mocks are restored, whoever waits with n8n's own `sleep` waits by a clock that nothing else moves. */
export function waitBy(clock: { now: number }): void {
	const ofN8n = createRequire(require.resolve('n8n-workflow'));
	const waits = ofN8n('@n8n/utils/sleep') as { sleep(ms: number): Promise<void> };
	jest.spyOn(waits, 'sleep').mockImplementation(async (ms) => {
		const end = clock.now + ms;
		await new Promise((resolve) => setImmediate(resolve));
		clock.now = Math.max(clock.now, end);
	});
}
