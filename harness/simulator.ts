import { join } from 'node:path';

import type { Logins } from '../simulator/face';
import type { WorldCall } from '../simulator/world/calls';
import type { NewCall, NewGroupCall } from '../simulator/world/worldOptions';
import { Failure } from './failure';
import { PROJECT } from './n8n/tarball';
import { freePort, plainEnvironment, Service } from './processes';

/** How the telephone system is started; what is left out is the simulator's own default. */
export interface SimulatorOptions {
	apiKey: string;
	/** Taken if it is free, otherwise another one. */
	port?: number;
	seed?: string;
	callsPerDay?: number;
	logFile: string;
}

/** The telephone system of `simulator/` as a child process, with its control API. */
export class SimulatorProcess {
	private constructor(
		/** Each provider's base address, as a credential needs it. */
		readonly urls: Record<string, string>,
		/** What a credential of each type holds to be let in by its provider's face. */
		readonly credentials: Logins,
		private readonly controlUrl: string,
		readonly service: Service,
	) {}

	static async start(options: SimulatorOptions): Promise<SimulatorProcess> {
		const port = await freePort(options.port);
		const settings: Array<[string, string | number | undefined]> = [
			['--port', port],
			['--api-key', options.apiKey],
			['--seed', options.seed],
			['--calls-per-day', options.callsPerDay],
		];
		const given = settings.filter(([, value]) => value !== undefined).flatMap(([name, value]) => [name, String(value)]);
		const service = new Service(
			'the simulator',
			process.execPath,
			['--import', 'tsx', join('simulator', 'main.ts'), ...given],
			{
				cwd: PROJECT,
				env: plainEnvironment(),
				logFile: options.logFile,
			},
		);
		const controlUrl = `http://127.0.0.1:${port}/_simulator`;
		const { urls } = await service.waitUntilReady(30, async () => {
			const response = await fetch(`${controlUrl}/health`, { signal: AbortSignal.timeout(5000) }).catch(
				() => undefined,
			);
			return response?.ok === true ? ((await response.json()) as { urls: Record<string, string> }) : undefined;
		});
		const credentials = (await (await fetch(`${controlUrl}/credentials`)).json()) as SimulatorProcess['credentials'];
		return new SimulatorProcess(urls, credentials, controlUrl, service);
	}

	/** Puts a call into the world, exactly as given. */
	async addCall(call: NewCall): Promise<WorldCall> {
		const [added] = await this.control<WorldCall[]>('POST', '/calls', call);
		if (added === undefined) throw new Failure('The simulator added no call', 'See simulator/server/control.ts.');
		return added;
	}

	/** Puts a call to a queue or ring group into the world, and the phones that ring for it. */
	async addGroupCall(call: NewGroupCall): Promise<{ call: WorldCall; legs: WorldCall[] }> {
		return await this.control('POST', '/group-calls', call);
	}

	/** The names of those who can be called. */
	async world(): Promise<{ queues: string[]; users: string[] }> {
		const world = await this.control<Record<'queues' | 'users', Array<{ name: string }>>>('GET', '/world');
		return { queues: world.queues.map(({ name }) => name), users: world.users.map(({ name }) => name) };
	}

	/** Ends the telephone system; its injected calls are gone with it. */
	async stop(): Promise<void> {
		await this.service.stop(10);
	}

	/** The rest of the control API, for a test of something that has no method here. */
	async control<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.controlUrl}${path}`, {
			method,
			headers: body === undefined ? {} : { 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(10_000),
		});
		if (!response.ok) {
			throw new Failure(
				`The simulator answered ${response.status} to ${method} ${path}: ${await response.text()}`,
				'Its control API is described in simulator/server/control.ts.',
			);
		}
		return (await response.json()) as T;
	}
}
