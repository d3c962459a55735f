import { mkdtempSync, rmSync } from 'node:fs';
import { access, chown, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { Failure } from '../failure';
import { freePort, plainEnvironment, run, Service } from '../processes';

/** The command that installs both servers, on Debian and Ubuntu. */
const INSTALL = 'Install it: sudo apt-get install -y redis-server postgresql';
const DEBIAN_POSTGRES = '/usr/lib/postgresql';
/** Debian's account for the server, which refuses to run as root. */
const POSTGRES_USER = 'postgres';

/** A server on the loopback interface whose data are gone when it ends. */
export interface TemporaryServer {
	readonly port: number;
	stop(): Promise<void>;
}

/** A Redis that keeps everything in memory. */
export async function startRedis(logFile: string): Promise<TemporaryServer> {
	const program = await findProgram('redis-server', pathFolders());
	const port = await freePort();
	const folder = temporaryFolder('redis');
	const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
	const service = new Service('Redis', program, settings, { cwd: folder, env: plainEnvironment(), logFile });
	await service.waitUntilReady(20, async () => await answers(port, 'PING\r\n', '+PONG'));
	return { port, stop: async () => await endAndForget(service, folder) };
}

/** A PostgreSQL with one empty database: `n8n`, owned by the user `n8n`, who needs no password. */
export async function startPostgres(logFile: string): Promise<TemporaryServer> {
	const folders = [...(await debianPostgresFolders()), ...pathFolders()];
	const initdb = await findProgram('initdb', folders);
	const postgres = await findProgram('postgres', folders);
	const createdb = await findProgram('createdb', folders);
	const port = await freePort();
	const folder = temporaryFolder('postgres');
	const data = join(folder, 'data');
	const asServer = await serverAccount(folder);
	const options = { cwd: folder, timeoutSeconds: 60, nextStep: 'The data are temporary: start again.' };

	const [program, ...args] = [
		...asServer,
		initdb,
		'--pgdata',
		data,
		'--username',
		'n8n',
		'--auth',
		'trust',
		'--encoding',
		'UTF8',
		'--locale',
		'C',
		'--no-sync',
	];
	await run(program ?? initdb, args, options);
	const [server, ...serverArgs] = [
		...asServer,
		postgres,
		...['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder],
		// Nobody reads these data after a power cut.
		...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off'],
	];
	const service = new Service('PostgreSQL', server ?? postgres, serverArgs, {
		cwd: folder,
		env: plainEnvironment(),
		logFile,
	});
	await service.waitUntilReady(30, async () => {
		const create = run(createdb, ['-h', '127.0.0.1', '-p', String(port), '-U', 'n8n', 'n8n'], {
			...options,
			timeoutSeconds: 10,
		});
		return await create.then(
			() => true,
			() => undefined,
		);
	});
	return { port, stop: async () => await endAndForget(service, folder) };
}

/** The prefix that makes a command run under the server's account; nothing if we are not root ourselves. */
async function serverAccount(folder: string): Promise<string[]> {
	if (process.getuid?.() !== 0) return [];
	const id = async (kind: string): Promise<string> =>
		(await run('id', [kind, POSTGRES_USER], { cwd: folder, timeoutSeconds: 10, nextStep: INSTALL })).trim();
	const [user, group] = [await id('-u'), await id('-g')];
	await chown(folder, Number(user), Number(group));
	return ['setpriv', '--reuid', user, '--regid', group, '--clear-groups', '--'];
}

/** Outside of the checkout: the server's account may not be allowed to enter that. */
function temporaryFolder(name: string): string {
	const folder = mkdtempSync(join(tmpdir(), `n8n-nodes-cloud-pbx-${name}-`));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
	return folder;
}

async function endAndForget(service: Service, folder: string): Promise<void> {
	// There is nothing to keep, so there is nothing to wait for.
	await service.kill();
	rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

async function debianPostgresFolders(): Promise<string[]> {
	const versions = await readdir(DEBIAN_POSTGRES).catch((): string[] => []);
	return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
}

function pathFolders(): string[] {
	return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

async function findProgram(name: string, folders: string[]): Promise<string> {
	for (const folder of folders) {
		const file = join(folder, name);
		const there = await access(file).then(
			() => true,
			() => false,
		);
		if (there) return file;
	}
	throw new Failure(`The program ${name} was not found`, INSTALL);
}

/** Whether a server answers a line on the loopback interface as it should. */
async function answers(port: number, question: string, answer: string): Promise<true | undefined> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => socket.write(question));
		const end = (result: true | undefined): void => {
			socket.destroy();
			resolve(result);
		};
		socket.setTimeout(2000, () => end(undefined));
		socket.once('error', () => end(undefined));
		socket.once('data', (data) => end(data.toString().startsWith(answer) ? true : undefined));
	});
}
