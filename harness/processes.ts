import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from './failure';
import { realTime } from './realTime';

/** How a command is run, and how long it may take. */
interface CommandOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
	timeoutSeconds: number;
	/** What to do when it fails; printed below what happened. It may depend on what the command wrote. */
	nextStep: string | ((written: string) => string);
	/** Is given each line as the command writes it. */
	onLine?: (line: string) => void;
}

/** Runs a command to its end and returns what it wrote to stdout. A failure shows the end of all it wrote. */
export async function run(command: string, args: string[], options: CommandOptions): Promise<string> {
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
	});
	let stdout = '';
	let everything = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		everything += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		everything += text;
	});
	const { onLine } = options;
	if (onLine !== undefined) {
		for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine);
	}
	const nextStep = (): string =>
		typeof options.nextStep === 'string' ? options.nextStep : options.nextStep(everything);
	const what = [command, ...args].join(' ');
	const release = stopWithUs(child);
	const clock = new AbortController();
	try {
		const outcome = await Promise.race([
			once(child, 'close').then(([code, signal]: unknown[]) => code ?? signal),
			sleep(options.timeoutSeconds * 1000, 'timeout', { signal: clock.signal }),
		]);
		if (outcome === 0) return stdout;
		const happened =
			outcome === 'timeout' ? `took longer than ${options.timeoutSeconds} s` : `ended with ${String(outcome)}`;
		throw new Failure(`\`${what}\` ${happened}:\n${lastLines(everything, 30)}`, nextStep());
	} catch (error) {
		if (error instanceof Failure) throw error;
		throw new Failure(`\`${what}\` could not be started: ${(error as Error).message}`, nextStep());
	} finally {
		clock.abort();
		signalGroup(child, 'SIGKILL');
		release();
	}
}

/** A process that keeps running beside us: its log goes to a file, and it ends with us. */
export class Service {
	private readonly child: ChildProcess;
	private readonly release: () => void;
	private readonly closed: Promise<void>;

	/** Starts the process in a group of its own, so that Ctrl-C reaches us first and its own children end with it. */
	constructor(
		readonly name: string,
		command: string,
		args: string[],
		options: { cwd: string; env: NodeJS.ProcessEnv; logFile: string },
	) {
		this.logFile = options.logFile;
		mkdirSync(dirname(options.logFile), { recursive: true });
		const log = openSync(options.logFile, 'a');
		this.child = spawn(command, args, {
			cwd: options.cwd,
			env: options.env,
			stdio: ['ignore', log, log],
			detached: true,
		});
		closeSync(log);
		this.release = stopWithUs(this.child);
		this.closed = new Promise((resolve) => {
			this.child.once('exit', () => resolve());
			this.child.once('error', () => resolve());
		});
	}

	readonly logFile: string;

	/** The number of the process that was started. */
	get pid(): number | undefined {
		return this.child.pid;
	}

	private get running(): boolean {
		return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
	}

	/** Waits until `ready` gives a value; a process that ends meanwhile is shown with the end of its log. */
	async waitUntilReady<T>(timeoutSeconds: number, ready: () => Promise<T | undefined>): Promise<T> {
		const value = await until(`${this.name} to be ready`, timeoutSeconds, async () => {
			if (!this.running) throw await this.failure(`${this.name} ended while it was starting`);
			return await ready();
		}).catch(async (error: unknown) => {
			throw error instanceof WaitedTooLong ? await this.failure(error.message) : error;
		});
		return value;
	}

	/** Fails with the end of its log when it has ended by itself. */
	async expectRunning(): Promise<void> {
		if (!this.running) throw await this.failure(`${this.name} has ended by itself`);
	}

	/** Asks it to end (SIGTERM), and ends it by force when it does not within the time. */
	async stop(timeoutSeconds = 20): Promise<void> {
		if (this.running) this.child.kill('SIGTERM');
		await this.end(timeoutSeconds);
	}

	/** Ends it at once (SIGKILL) with everything it started, as a crash or a power cut would. */
	async kill(): Promise<void> {
		signalGroup(this.child, 'SIGKILL');
		await this.end(5);
	}

	private async end(timeoutSeconds: number): Promise<void> {
		await Promise.race([this.closed, sleep(timeoutSeconds * 1000, undefined, { ref: false })]);
		// What it started (n8n: its task runner) may outlive it for a moment.
		signalGroup(this.child, 'SIGKILL');
		await this.closed;
		this.release();
	}

	private async failure(message: string): Promise<Failure> {
		const log = await readFile(this.logFile, 'utf8').catch(() => '');
		return new Failure(`${message}. The end of its log:\n${lastLines(log, 30)}`, `The whole log is in ${this.logFile}`);
	}
}

/** What `until` throws when the time is over. */
export class WaitedTooLong extends Failure {}

/** Asks again and again until there is a value. Every wait in these tools is one of these, so none is endless. */
export async function until<T>(
	what: string,
	timeoutSeconds: number,
	ask: () => Promise<T | undefined>,
	options: { everyMs?: number; nextStep?: string } = {},
): Promise<T> {
	const end = realTime.milliseconds() + timeoutSeconds * 1000;
	for (;;) {
		const value = await ask();
		if (value !== undefined) return value;
		if (realTime.milliseconds() > end) {
			throw new WaitedTooLong(
				`Waited ${timeoutSeconds} s for ${what}`,
				options.nextStep ?? 'Start the command again on a machine that is less busy; if it stays so, this is a defect.',
			);
		}
		await sleep(options.everyMs ?? 250);
	}
}

/** A TCP port of the loopback interface that is free now: the wanted one where possible. */
export async function freePort(wanted = 0): Promise<number> {
	const server = createServer();
	try {
		server.listen(wanted, '127.0.0.1');
		await once(server, 'listening');
		return (server.address() as AddressInfo).port;
	} catch (error) {
		if (wanted === 0) throw error;
		return await freePort();
	} finally {
		server.close();
	}
}

/** The part of the environment a child needs. Settings of n8n or of Node that the user has for other things stay out. */
export function plainEnvironment(): NodeJS.ProcessEnv {
	const kept = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TERM'];
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.includes(name)));
}

const children = new Set<ChildProcess>();

// The last resort, for an exit nobody planned: whatever is still running goes with us.
process.on('exit', () => {
	for (const child of children) signalGroup(child, 'SIGKILL');
});

function stopWithUs(child: ChildProcess): () => void {
	children.add(child);
	return () => children.delete(child);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, signal);
	} catch {
		// The group is gone already.
	}
}

/** The end of what a command wrote, without npm's lines about each request and about versions of Node. */
function lastLines(text: string, count: number): string {
	const lines = text.trimEnd().split('\n');
	return lines
		.filter((line) => !/^npm (http|warn EBADENGINE) /.test(line))
		.slice(-count)
		.join('\n');
}
