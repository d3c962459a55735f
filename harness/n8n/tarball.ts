import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Failure, type Progress } from '../failure';
import { run } from '../processes';

/** The folder of this project. */
export const PROJECT = join(__dirname, '..', '..');
/** Everything the tools leave behind for people to look at; not under version control. */
export const OUTPUT = join(PROJECT, 'build');

/** The name n8n knows this package by. */
export const PACKAGE = 'n8n-nodes-cloud-pbx';

/** The parts of a package.json that matter here. */
interface PackageJson {
	name: string;
	version: string;
	dependencies?: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

/** Packs the package as npm would publish it; its `prepack` script builds it first. Returns the tarball's path. */
export async function packPackage(progress: Progress): Promise<string> {
	progress('Building and packing the package …');
	const folder = join(OUTPUT, 'package');
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await run('npm', ['pack', '--no-ignore-scripts', '--pack-destination', folder], {
		cwd: PROJECT,
		timeoutSeconds: 300,
		nextStep:
			'Correct what is named above, then start again. `npm pack --no-ignore-scripts` in the project folder repeats this step alone.',
	});
	const [tarball] = await readdir(folder);
	if (tarball === undefined) throw new Failure('npm pack wrote no tarball', '`npm pack` repeats this step alone.');
	return join(folder, tarball);
}

/** Unpacks a tarball into a folder that is emptied first, without the `package/` that npm puts in front. */
export async function unpack(tarball: string, folder: string): Promise<PackageJson> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], {
		cwd: folder,
		timeoutSeconds: 60,
		nextStep: 'It needs `tar` with gzip.',
	});
	return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

/**
 * Puts a tarball where n8n keeps its community packages, in the way n8n's own installer does: unpack, take the
 * dependencies away that are not needed at run time, write the package into the ledger beside it. n8n loads every package
 * that lies there; its table `installed_packages` only feeds the list in Settings > Community nodes.
 */
export async function installIntoN8n(tarball: string, userFolder: string): Promise<PackageJson> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	const folder = join(nodes, 'node_modules', PACKAGE);
	const manifest = await unpack(tarball, folder);
	const { name, version } = manifest;
	if (Object.keys(manifest.dependencies ?? {}).length > 0) {
		throw new Failure(
			`${name} has run-time dependencies: ${Object.keys(manifest.dependencies ?? {}).join(', ')}`,
			'A verified community package may have none: bundle or rewrite them, and empty "dependencies" in package.json.',
		);
	}
	for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
		await readFile(join(folder, file)).catch((error: unknown) => {
			throw new Failure(
				`package.json names ${file}, but the tarball does not hold it`,
				'Look for a wrong path under "n8n" in package.json, or a build that ran beside this one.',
				{ cause: error },
			);
		});
	}
	const kept = Object.entries(manifest).filter(
		([key]) => !['devDependencies', 'peerDependencies', 'optionalDependencies'].includes(key),
	);
	await writeFile(join(folder, 'package.json'), JSON.stringify(Object.fromEntries(kept), null, 2));
	await writeFile(
		join(nodes, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies: { [name]: version } }, null, 2),
	);
	return manifest;
}
