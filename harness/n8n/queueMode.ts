import { join } from 'node:path';

import { freePort, type Service } from '../processes';
import { startPostgres, startRedis, type TemporaryServer } from './databases';
import { RealN8n, n8nService, type StartOptions } from './realN8n';
import { installIntoN8n } from './tarball';

/** How n8n is started in queue mode. */
interface QueueModeOptions extends Pick<StartOptions, 'env' | 'progress'> {
	/** The package as npm would publish it. */
	tarball: string;
	/** Holds a user folder for each process, and all logs. Must be empty. */
	folder: string;
	workers: number;
	/** How many executions a worker runs at once; n8n's own default is 10. */
	concurrency?: number;
}

/** n8n as larger installations run it: a main process, workers, Redis and PostgreSQL; all on the loopback interface. */
export class QueueMode {
	readonly workers: Service[] = [];
	private started = 0;

	private constructor(
		private readonly options: QueueModeOptions,
		private readonly env: NodeJS.ProcessEnv,
		private readonly servers: TemporaryServer[],
		/** The main process: editor, REST interface, and the one that polls. */
		readonly main: RealN8n,
	) {}

	/** Starts all of it and waits until it is ready. What was started before a failure is stopped again. */
	static async start(options: QueueModeOptions): Promise<QueueMode> {
		const servers: TemporaryServer[] = [];
		try {
			const redis = await startRedis(join(options.folder, 'redis.log'));
			servers.push(redis);
			const postgres = await startPostgres(join(options.folder, 'postgres.log'));
			servers.push(postgres);
			const env = {
				EXECUTIONS_MODE: 'queue',
				QUEUE_BULL_REDIS_HOST: '127.0.0.1',
				QUEUE_BULL_REDIS_PORT: String(redis.port),
				DB_TYPE: 'postgresdb',
				DB_POSTGRESDB_HOST: '127.0.0.1',
				DB_POSTGRESDB_PORT: String(postgres.port),
				DB_POSTGRESDB_DATABASE: 'n8n',
				DB_POSTGRESDB_USER: 'n8n',
				N8N_ENCRYPTION_KEY: 'the-same-key-for-all-processes',
				...options.env,
			};
			const main = await RealN8n.start({ ...options, env, userFolder: join(options.folder, 'main') });
			const queueMode = new QueueMode(options, env, servers, main);
			servers.push({ port: 0, stop: async () => await queueMode.stopProcesses() });
			await Promise.all(Array.from({ length: options.workers }, async () => await queueMode.startWorker()));
			return queueMode;
		} catch (error) {
			for (const server of servers.reverse()) await server.stop();
			throw error;
		}
	}

	/** Starts one more worker and waits until it takes executions. */
	async startWorker(): Promise<Service> {
		const { folder, tarball, concurrency = 10, progress } = this.options;
		const name = `worker-${++this.started}`;
		const userFolder = join(folder, name);
		await installIntoN8n(tarball, userFolder);
		const port = await freePort();
		const worker = await n8nService(name, ['worker', `--concurrency=${concurrency}`], {
			userFolder,
			progress,
			env: {
				...this.env,
				QUEUE_HEALTH_CHECK_ACTIVE: 'true',
				N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				QUEUE_HEALTH_CHECK_PORT: String(port),
			},
		});
		this.workers.push(worker);
		await worker.waitUntilReady(120, async () => {
			const url = `http://127.0.0.1:${port}/healthz/readiness`;
			const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
			return response?.ok === true ? true : undefined;
		});
		return worker;
	}

	/** Ends a worker as a power cut does. */
	async killWorker(worker: Service): Promise<void> {
		this.workers.splice(this.workers.indexOf(worker), 1);
		await worker.kill();
	}

	async stop(): Promise<void> {
		for (const server of [...this.servers].reverse()) await server.stop();
	}

	private async stopProcesses(): Promise<void> {
		await Promise.all([...this.workers, this.main].map(async (process) => await process.stop()));
	}
}
