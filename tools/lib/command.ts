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

	main().then(
		() => exitAfterStop(process.exitCode === undefined ? 0 : Number(process.exitCode)),
		(error: unknown) => {
			// After Ctrl-C every open wait fails, because what it waited for is gone. That is no news.
			if (stopping !== undefined) return;
			process.stderr.write(`\n${describeFailure(error)}\n`);
			void exitAfterStop(1);
		},
	);
}
