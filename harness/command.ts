import { readFileSync } from 'node:fs';

import { describeFailure } from './failure';

/**
 * Runs a command file: prints a failure with its next step and exits 1; on Ctrl-C (or SIGTERM, or a closed terminal)
 * calls `stop` once, so that nothing it started stays behind.
 */
export function command(main: () => Promise<void>, stop: () => Promise<void> = async () => {}): void {
	let stopping: Promise<void> | undefined;
	const stopOnce = (): Promise<void> => (stopping ??= stop());

	const exitAfterStop = async (code: number): Promise<void> => {
		try {
			await stopOnce();
		} catch (error) {
			process.stderr.write(`${describeFailure(error)}\n`);
		}
		process.exit(code);
	};
	process.on('SIGINT', () => void exitAfterStop(130));
	process.on('SIGTERM', () => void exitAfterStop(143));
	process.on('SIGHUP', () => void exitAfterStop(129));
	whenNpmIsGone(() => void exitAfterStop(143));

	main().then(
		() => exitAfterStop(process.exitCode === undefined ? 0 : Number(process.exitCode)),
		(error: unknown) => {
			// After Ctrl-C every open wait fails, because what it waited for is gone. That is not worth reporting.
			if (stopping !== undefined) return;
			process.stderr.write(`\n${describeFailure(error)}\n`);
			void exitAfterStop(1);
		},
	);
}

/** A signal to `npm run` ends npm and its shell, but does not reach us: we notice because tsx then has another parent. */
function whenNpmIsGone(stop: () => void): void {
	if (process.env.npm_lifecycle_event === undefined) return;
	const before = starters();
	setInterval(() => {
		if (starters() !== before) stop();
	}, 1000).unref();
}

/** Our parent (tsx), and its parent where the system reveals it. */
function starters(): string {
	try {
		const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
		// The name of the program, in brackets, may hold spaces; the state and the parent follow it.
		const [, parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return `${process.ppid} ${parent}`;
	} catch {
		return String(process.ppid);
	}
}
