/** What went wrong, and what the reader can do about it. Commands print both; nothing else of it is for people. */
export class Failure extends Error {
	/**
	 * @param message what happened
	 * @param nextStep what to do next: a line to type, or where to look
	 */
	constructor(
		message: string,
		readonly nextStep: string,
		options?: ErrorOptions,
	) {
		super(message, options);
		this.name = 'Failure';
	}
}

/** Where a library reports how far it is. The command that called it decides what becomes of the line. */
export type Progress = (line: string) => void;

/** A thrown value as the lines a command prints before it exits. */
export function describeFailure(thrown: unknown): string {
	if (thrown instanceof Failure) return `${thrown.message}\n→ ${thrown.nextStep}`;
	return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
