import { cp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import { providers } from '../harness/catalogue';
import { command } from '../harness/command';
import { describeFailure, Failure } from '../harness/failure';
import { scannerModules } from '../harness/n8n/install';
import { OUTPUT, packPackage, PROJECT, unpack } from '../harness/n8n/tarball';
import { plainEnvironment, run } from '../harness/processes';

/**
 * `npm run scan`: what n8n's reviewers run over a package before they verify it, run here on every commit. The
 * published scanner only takes packages from npm that were built on GitHub; its rules are the same.
 */

/** The parts of the package that n8n's tools judge. Tests and tools use Node as they like. */
const JUDGED = ['package.json', 'eslint.config.mjs', 'tsconfig.json', 'credentials', 'nodes', 'icons', 'packages'];
/** Everything a tarball may hold. */
const PUBLISHED = /^(dist\/.+|package\.json|README\.md|LICENSE(\.md)?|CHANGELOG\.md)$/;

/** Where `npm run packages` leaves the packages of one provider each. */
const PACKAGES = join(OUTPUT, 'packages');

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	/** The folder in a checkout whose package.json has this name. */
	findPackageRoot(checkout: string, name: string): string | null;
	analyzePackage(folder: string, patterns: string[]): Promise<{ passed: boolean; message?: string; details?: string }>;
}

async function main(): Promise<void> {
	const modules = await scannerModules(console.log);
	const tarball = await packPackage(console.log);
	const folder = join(OUTPUT, 'scan');
	await rm(folder, { recursive: true, force: true });
	const source = join(folder, 'source');
	const unpacked = join(folder, 'tarball');
	await exportSource(source);
	await unpack(tarball, unpacked);

	const scanner = await loadScanner(modules);
	const checks: Array<[string, () => Promise<void>]> = [
		['the tarball holds what is meant to be published and nothing else', () => checkTarball(unpacked)],
		["n8n's package scan finds nothing in the source", () => analyze(scanner, source, scanner.SOURCE_FILE_PATTERNS)],
		["n8n's package scan finds nothing in the tarball", () => analyze(scanner, unpacked, ['**/*.js', 'package.json'])],
		[
			'`n8n-node lint` passes in strict mode, its default configuration unmodified',
			() => lintAsN8nNode(modules, source),
		],
	];
	await makePackages();
	for (const { package: name } of providers) {
		const own = join(folder, name);
		const [packed] = (await readdir(PACKAGES)).filter((file) => file.startsWith(`${name}-`));
		await unpack(join(PACKAGES, packed), own);
		const root = scanner.findPackageRoot(source, name) ?? '';
		checks.push(
			[`the tarball of ${name} holds nothing else than is meant`, () => checkTarball(own)],
			[
				`n8n's package scan finds nothing in the tarball of ${name}`,
				() => analyze(scanner, own, ['**/*.js', 'package.json']),
			],
			// The nodes lie in the package of the whole, whose source is scanned above: of this one n8n finds the package.json.
			[
				`n8n's package scan finds the folder of ${name} in the source, and nothing in its package.json`,
				() => analyze(scanner, root, scanner.SOURCE_FILE_PATTERNS),
			],
		);
	}
	for (const [promise, check] of checks) {
		try {
			await check();
			console.log(`✓ ${promise}`);
		} catch (error) {
			process.exitCode = 1;
			console.log(`✗ ${promise}\n${describeFailure(error)}\n`);
		}
	}
}

/** Packs the packages of one provider each, of the `dist/` that is there. */
async function makePackages(): Promise<void> {
	await rm(PACKAGES, { recursive: true, force: true });
	await run(process.execPath, ['--import', 'tsx', 'tools/packages/main.ts'], {
		cwd: PROJECT,
		timeoutSeconds: 300,
		nextStep: '`npm run packages` repeats this step alone.',
	});
}

/** Copies what is under version control, or will be: what lies there only on this machine must not help. */
async function exportSource(target: string): Promise<void> {
	const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...JUDGED], {
		cwd: PROJECT,
		timeoutSeconds: 30,
		nextStep: 'The scan works on a git checkout of the project.',
	});
	for (const file of listed.split('\0').filter((name) => name !== '')) {
		await cp(join(PROJECT, file), join(target, file)).catch((error: NodeJS.ErrnoException) => {
			// Deleted, but not yet in a commit.
			if (error.code !== 'ENOENT') throw error;
		});
	}
}

async function checkTarball(unpacked: string): Promise<void> {
	const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
	const files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(unpacked, join(entry.parentPath, entry.name)));
	const unexpected = files.filter((file) => !PUBLISHED.test(file));
	const missing = ['package.json', 'README.md', 'LICENSE'].filter(
		(file) => !files.some((name) => name.replace(/^LICENSE\.md$/, 'LICENSE') === file),
	);
	if (unexpected.length > 0) {
		throw new Failure(
			`The tarball holds files that are not meant to be published: ${unexpected.join(', ')}`,
			'Look at "files" in package.json, and keep tests and fixtures out of nodes/.',
		);
	}
	if (missing.length > 0) {
		throw new Failure(
			`The tarball lacks ${missing.join(', ')}`,
			'npm adds these by itself, so they are not in the project folder.',
		);
	}
}

async function loadScanner(modules: string): Promise<Scanner> {
	const file = join(modules, '@n8n', 'scan-community-package', 'scanner', 'scanner.mjs');
	return (await import(pathToFileURL(file).href)) as Scanner;
}

async function analyze(scanner: Scanner, folder: string, patterns: string[]): Promise<void> {
	const result = await scanner.analyzePackage(folder, patterns);
	// It calls a folder without files passed, and says so only in its message.
	if (result.passed && result.message === undefined) return;
	throw new Failure(
		`n8n's package scan of ${relative(PROJECT, folder)}: ${result.message ?? 'not passed'}\n${result.details ?? ''}`,
		"Mend what it names; a comment that switches a rule off is ignored by the reviewers' scan.",
	);
}

async function lintAsN8nNode(modules: string, source: string): Promise<void> {
	await symlink(modules, join(source, 'node_modules'), 'dir');
	const { bin } = JSON.parse(await readFile(join(modules, '@n8n', 'node-cli', 'package.json'), 'utf8')) as {
		bin: Record<string, string>;
	};
	await run(process.execPath, [join(modules, '@n8n', 'node-cli', bin['n8n-node'] ?? ''), 'lint'], {
		cwd: source,
		env: plainEnvironment(),
		timeoutSeconds: 300,
		nextStep:
			"Mend what it names. eslint.config.mjs has to stay n8n's default; own rules belong into tools/eslint.config.mjs.",
	});
}

command(main);
