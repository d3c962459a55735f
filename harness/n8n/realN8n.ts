import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import manifest from '../../package.json';
import { Failure, type Progress } from '../failure';
import { freePort, plainEnvironment, Service } from '../processes';
import { n8nInstallation, type N8nVersion } from './install';
import { N8n1Rest, N8nRest } from './rest';
import { installIntoN8n, PACKAGE } from './tarball';

/** How n8n is started. */
export interface StartOptions {
	/** n8n keeps everything in here: its database, its key, the installed package. Kept or new, as the caller likes. */
	userFolder: string;
	/** The package as npm would publish it; put in its place before n8n starts. Without one, n8n is left as it is. */
	tarball?: string;
	/** Taken if it is free, otherwise another one. */
	port?: number;
	/** The newest if not named. */
	version?: N8nVersion;
	/** Settings on top of those here, such as N8N_SCHEDULER_ENABLED for the durable polling engine. */
	env?: NodeJS.ProcessEnv;
	/** Parts of the newest n8n to leave out. */
	disabledModules?: string[];
	progress: Progress;
}

/** n8n asks the Internet for news, templates and statistics unless it is told not to. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
};

/** n8n refuses to start with the name of a module that it does not know. */
const QUIET_MODULES: Record<N8nVersion, string[]> = { newest: ['mcp-registry'], oldest: [] };

/** Runs one of n8n's commands beside us, with the package that lies in its user folder and without the Internet. */
export async function n8nService(
	name: string,
	args: string[],
	{
		userFolder,
		version = 'newest',
		env,
		disabledModules = [],
		progress,
	}: Pick<StartOptions, 'userFolder' | 'version' | 'env' | 'disabledModules' | 'progress'>,
): Promise<Service> {
	const installation = await n8nInstallation(progress, version);
	await useN8nsOwn('n8n-workflow', installation.modules, userFolder);
	const environment = plainEnvironment();
	return new Service(name, installation.node, [installation.n8n, ...args], {
		cwd: userFolder,
		logFile: join(userFolder, 'n8n.log'),
		env: {
			...environment,
			PATH: installation.pathWithNode(environment.PATH),
			...QUIET,
			N8N_DISABLED_MODULES: [...QUIET_MODULES[version], ...disabledModules].join(','),
			N8N_USER_FOLDER: userFolder,
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			// A busy machine needs more than the default 30 s to start n8n's runner of code.
			N8N_RUNNERS_GRANT_TOKEN_TTL: '300',
			GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
			...env,
		},
	});
}

/**
 * Gives the installed package n8n's own copy of a module, as at a user's, where n8n's NODE_PATH leads there. In here Node.js would find that
 * of the checkout first: another version, whose errors are no instances of n8n's.
 */
async function useN8nsOwn(module: string, modules: string, userFolder: string): Promise<void> {
	const link = join(userFolder, 'node_modules', module);
	await mkdir(dirname(link), { recursive: true });
	await rm(link, { force: true });
	await symlink(join(modules, module), link, 'dir');
}

/** A real n8n on the loopback interface, with its embedded SQLite, as a child process. */
export class RealN8n {
	private constructor(
		readonly url: string,
		readonly service: Service,
		readonly rest: N8nRest,
	) {}

	/** Installs n8n where needed and the package into it, starts it and waits until it serves requests. */
	static async start(options: StartOptions): Promise<RealN8n> {
		await mkdir(options.userFolder, { recursive: true });
		if (options.tarball !== undefined) await installIntoN8n(options.tarball, options.userFolder);
		const port = await freePort(options.port);
		const url = `http://127.0.0.1:${port}`;
		const service = await n8nService('n8n', ['start'], {
			...options,
			env: {
				N8N_LISTEN_ADDRESS: '127.0.0.1',
				N8N_HOST: '127.0.0.1',
				N8N_PORT: String(port),
				// Without TLS a browser would not send the cookie back.
				N8N_SECURE_COOKIE: 'false',
				...options.env,
			},
		});
		await service.waitUntilReady(300, async () => {
			// n8n 1 calls itself ready before its REST interface is there.
			for (const path of ['/healthz/readiness', '/rest/settings']) {
				const response = await fetch(url + path, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
				if (response?.ok !== true) return undefined;
			}
			return true;
		});
		const rest = options.version === 'oldest' ? new N8n1Rest(url) : new N8nRest(url);
		return new RealN8n(url, service, rest);
	}

	get logFile(): string {
		return this.service.logFile;
	}

	/** Fails unless n8n has loaded every node that the package names. Needs a signed-in `rest`. */
	async expectNodesLoaded(): Promise<void> {
		const loaded = await this.rest.nodeTypes(`${PACKAGE}.`);
		const missing = manifest.n8n.nodes.filter((file) => {
			const className = file.replace(/^.*\/|\.node\.js$/g, '');
			return !loaded.some((name) => name.toLowerCase() === `${PACKAGE}.${className}`.toLowerCase());
		});
		if (missing.length > 0) {
			throw new Failure(
				`n8n has not loaded ${missing.join(', ')}`,
				`Look for "${PACKAGE}" in ${this.logFile}; often a node requires something that is not in the tarball.`,
			);
		}
	}

	/** Ends n8n as a service manager does: it finishes what it is doing first. */
	async stop(): Promise<void> {
		await this.service.stop(40);
	}

	/** Ends n8n as a power cut does. */
	async kill(): Promise<void> {
		await this.service.kill();
	}
}
