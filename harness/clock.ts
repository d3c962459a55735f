/**
 * Sets the clock of this process, `Date`, for a test whose subject is the clock.
 *
 * @param now what it shows, in milliseconds since 1970
 * @returns sets it back
 */
export function setClock(now: () => number): () => void {
	const before = Date.now;
	Date.now = now;
	return () => {
		Date.now = before;
	};
}

/** Sets the clock in each test of a file. */
export function clockOfEachTest(now: () => number): void {
	let restore: () => void;
	beforeEach(() => {
		restore = setClock(now);
	});
	afterEach(() => restore());
}
