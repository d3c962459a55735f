import { statSync } from 'node:fs';

/** Real time, for what has to measure it, such as a deadline: `Date` is the clock of the tests. */
export const realTime = {
	/** Milliseconds from a fixed moment on, which no change of the clock moves. */
	milliseconds: (): number => performance.now(),
	/** When a file was last written, in milliseconds since 1970. */
	ofFile: (path: string): number => statSync(path).mtimeMs,
};
