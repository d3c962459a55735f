import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createProxy, type Server as Proxy } from 'node:http';
import { createServer as createRegistry, type Server as Registry } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { basename, join } from 'node:path';

import { unpack } from '../../harness/n8n/tarball';
import { run } from '../../harness/processes';
import { ownCertificate } from '../../harness/servers';

const HOST = 'registry.npmjs.org';

interface Version {
	name: string;
	version: string;
	dist: { tarball: string; integrity: string };
}

/**
 * The npm registry of a small Internet on the loopback interface, in which there is nothing else. n8n asks npm's own
 * registry unless it has a licence for another one, so this one stands behind a proxy and answers to its name, with a
 * certificate that only those who get `environment` trust.
 */
export class NpmRegistry {
	private readonly versions = new Map<string, Version>();
	private readonly files = new Map<string, Buffer>();
	private readonly sockets = new Set<Socket>();
	private readonly certificate = ownCertificate(HOST);
	private readonly proxy: Proxy;
	private readonly registry: Registry;

	private constructor(private readonly folder: string) {
		this.registry = createRegistry(this.certificate);
		this.registry.on('request', (request, response) => {
			const path = decodeURIComponent(request.url ?? '');
			const file = this.files.get(path);
			if (file !== undefined) return response.end(file);
			const answer = this.answer(path, request.headers.host ?? '');
			response.writeHead(answer === undefined ? 404 : 200, {
				'content-type': 'application/json',
				'cache-control': 'no-cache',
			});
			return response.end(JSON.stringify(answer ?? { error: 'Not found' }));
		});
		this.proxy = createProxy((_request, response) => response.writeHead(502).end());
		this.proxy.on('connect', ({ url = '' }, socket: Socket) => {
			this.sockets.add(socket);
			socket.on('error', () => socket.destroy()).on('close', () => this.sockets.delete(socket));
			if (url !== `${HOST}:443`) return socket.end('HTTP/1.1 502 There is nothing but the registry\r\n\r\n');
			socket.write('HTTP/1.1 200 Connected\r\n\r\n');
			return this.registry.emit('connection', socket);
		});
	}

	/** @param folder for its certificate and for npm's cache; emptied first */
	static async start(folder: string): Promise<NpmRegistry> {
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
		const registry = new NpmRegistry(folder);
		await writeFile(registry.certificateFile, registry.certificate.cert);
		registry.proxy.listen(0, '127.0.0.1');
		await once(registry.proxy, 'listening');
		return registry;
	}

	/** Whoever is started with these finds the registry, and nothing else of the Internet. */
	get environment(): NodeJS.ProcessEnv {
		const { port } = this.proxy.address() as AddressInfo;
		return {
			HTTPS_PROXY: `http://127.0.0.1:${port}`,
			NODE_EXTRA_CA_CERTS: this.certificateFile,
			// The settings of whoever runs the tests stay out.
			npm_config_userconfig: join(this.folder, 'npmrc'),
			npm_config_globalconfig: join(this.folder, 'npmrc-of-all'),
			npm_config_cache: join(this.folder, 'cache'),
		};
	}

	/** Makes a packed package available, as its latest version. */
	async publish(tarball: string): Promise<void> {
		const content = await readFile(tarball);
		const { name, version } = await unpack(tarball, join(this.folder, 'unpacked'));
		const path = `/${name}/-/${basename(tarball)}`;
		this.files.set(path, content);
		const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`;
		this.versions.set(`${name}@${version}`, { name, version, dist: { tarball: path, integrity } });
	}

	/** Publishes the package once more, with nothing changed but its version. */
	async publishAs(version: string, tarball: string): Promise<void> {
		const folder = join(this.folder, `next-${version}`);
		const manifest = await unpack(tarball, join(folder, 'package'));
		await writeFile(join(folder, 'package', 'package.json'), JSON.stringify({ ...manifest, version }, null, 2));
		const next = join(folder, `${manifest.name}-${version}.tgz`);
		await run('tar', ['-czf', next, '-C', folder, 'package'], {
			cwd: folder,
			timeoutSeconds: 60,
			nextStep: 'It needs `tar` with gzip.',
		});
		await this.publish(next);
	}

	async stop(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		this.registry.close();
		this.proxy.close();
		await once(this.proxy, 'close');
	}

	/** The document of a package, or that of one version or tag. */
	private answer(path: string, host: string): object | undefined {
		const versions = [...this.versions.values()]
			.filter(({ name }) => path === `/${name}` || path.startsWith(`/${name}/`))
			.map(({ dist, ...version }) => ({ ...version, dist: { ...dist, tarball: `https://${host}${dist.tarball}` } }));
		const latest = versions.at(-1);
		if (latest === undefined) return undefined;
		if (path === `/${latest.name}/latest`) return latest;
		if (path === `/${latest.name}`) {
			return {
				name: latest.name,
				'dist-tags': { latest: latest.version },
				versions: Object.fromEntries(versions.map((version) => [version.version, version])),
			};
		}
		return versions.find(({ name, version }) => path === `/${name}/${version}`);
	}

	private get certificateFile(): string {
		return join(this.folder, 'certificate.pem');
	}
}
