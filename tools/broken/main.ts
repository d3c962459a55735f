/**
 * Runs the test of each row of docs/conformance with nodes that break what the row says: part of `npm run test:mutants`. A test that
 * stays green proves nothing. The nodes have to be built.
 *
 * `tsx tools/broken/main.ts voipcloud POST` takes the broken nodes of one provider, for rows with a word.
 */
import { transformSync } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { command } from '../../harness/command';
import { Failure } from '../../harness/failure';
import { brokenNodes, FILES, proofsOf } from './nodes';
import type { Broken } from './table';

const ROOT = join(__dirname, '..', '..');
const WORK = join(ROOT, 'build', 'broken');

/** A broken node, or none, and the tests that are run with it. */
interface Variant {
	readonly broken: Broken | null;
	/** `file: part of the test's title` */
	readonly proofs: readonly string[];
}

/** What became of a test file in a variant. */
interface FileResult {
	readonly project: string;
	readonly path: string;
	readonly results: ReadonlyArray<readonly [fullName: string, status: string]>;
	readonly error: string | null;
}

function variantsOf([provider, word = '']: readonly string[]): Variant[] {
	const chosen = FILES.filter((file) => provider === undefined || file === provider).flatMap((file) =>
		brokenNodes[file].map((broken) => ({ broken, proofs: proofsOf(file, broken, word) })),
	);
	const used = chosen.filter(({ proofs }) => proofs.length > 0);
	return [{ broken: null, proofs: [...new Set(used.flatMap(({ proofs }) => proofs))] }, ...used];
}

const fileOf = (proof: string): string => proof.split(': ')[0];

/** Part of a title as it is written, in which `%s` and `$name` stand for anything. */
function patternOf(proof: string): string {
	const title = proof.slice(fileOf(proof).length + 2);
	const parts = title.split(/%[a-z#%]|\$\w+(?:\.\w+)*/);
	return parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('.*');
}

/** The file that is broken, as it is imported by tests and as it is built. */
function filesOf({ file, find, put }: Broken) {
	const broken = readFileSync(join(ROOT, file), 'utf8').replaceAll(find, () => put);
	const { code } = transformSync(broken, {
		filename: file,
		module: { type: 'commonjs' },
		jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
	});
	return { source: join(ROOT, file), built: join(ROOT, 'dist', file.replace(/\.ts$/, '.js')), find, put, code };
}

/** A project of jest for each variant. */
function writeConfig(variants: readonly Variant[]): string {
	const projects = variants.map(({ broken, proofs }, index) => {
		const files = broken === null ? undefined : filesOf(broken);
		return {
			displayName: String(index),
			rootDir: ROOT,
			roots: [join(ROOT, 'test')],
			testMatch: [...new Set(proofs.map(fileOf))].map((file) => `<rootDir>/${file}`),
			testEnvironment: join(__dirname, 'environment.cjs'),
			testEnvironmentOptions: { chosen: proofs.map(patternOf).join('|'), broken: files },
			broken: files && { source: files.source, find: files.find, put: files.put },
		};
	});
	const path = join(WORK, 'jest.config.cjs');
	const base = JSON.stringify(join(ROOT, 'jest.config.cjs'));
	writeFileSync(
		path,
		`const { runtime, modulePathIgnorePatterns, maxWorkers, workerIdleMemoryLimit, transform } = require(${base});
const [[files, [, options]]] = Object.entries(transform);
const projectOf = ({ broken, ...project }) => ({
	...project, runtime, modulePathIgnorePatterns,
	transform: { [files]: [${JSON.stringify(join(__dirname, 'transformer.cjs'))}, { ...options, broken }] },
});
module.exports = { rootDir: ${JSON.stringify(ROOT)}, maxWorkers, workerIdleMemoryLimit, testTimeout: 60_000, projects: ${JSON.stringify(projects)}.map(projectOf) };
`,
	);
	return path;
}

async function runTests(variants: readonly Variant[]): Promise<FileResult[]> {
	rmSync(WORK, { recursive: true, force: true });
	mkdirSync(WORK, { recursive: true });
	const file = join(WORK, 'results.ndjson');
	const config = writeConfig(variants);
	const reporter = `--reporters=${join(__dirname, 'reporter.cjs')}`;
	const jest = spawn('npx', ['jest', '--config', config, '--silent', reporter], {
		cwd: ROOT,
		env: { ...process.env, BROKEN_RESULTS: file },
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let said = '';
	jest.stderr.on('data', (text: Buffer) => (said += text.toString()));
	await once(jest, 'close');
	try {
		const lines = readFileSync(file, 'utf8').trim().split('\n');
		return lines.map((line) => JSON.parse(line) as FileResult);
	} catch {
		throw new Failure(`jest ran no test:\n${said}`, 'Build the package, and run one of the tests by itself.');
	}
}

/** What is wrong with a variant's tests: one does not run, fails with the nodes as they are, or stays green with broken ones. */
function faultsOf({ broken, proofs }: Variant, index: number, all: readonly FileResult[]): string[] {
	return proofs.flatMap((proof) => {
		const run = all.find(({ project, path }) => project === String(index) && path === join(ROOT, fileOf(proof)));
		const pattern = new RegExp(patternOf(proof));
		const statuses = (run?.results ?? []).filter(([name]) => pattern.test(name)).map(([, status]) => status);
		const isFailed = statuses.includes('failed');
		const what = broken === null ? 'the nodes as they are' : `${JSON.stringify(broken.put)} in ${broken.file}`;
		if (!isFailed && !statuses.includes('passed'))
			return [`${proof}\n   did not run with ${what}: ${run?.error ?? ''}`];
		if (isFailed === (broken !== null)) return [];
		return [`${proof}\n   ${isFailed ? 'fails' : 'stays green'} with ${what}`];
	});
}

command(async () => {
	const variants = variantsOf(process.argv.slice(2));
	const results = await runTests(variants);
	const faults = variants.flatMap((variant, index) => faultsOf(variant, index, results));
	const checked = `${variants.length - 1} broken nodes, ${variants.flatMap(({ proofs }) => proofs).length} tests`;
	if (faults.length > 0) {
		throw new Failure(
			`Of ${checked}, ${faults.length} prove nothing:\n${faults.join('\n')}`,
			'Name the test that fails in docs/conformance, write it, or correct tools/broken/nodes.ts.',
		);
	}
	process.stdout.write(`${checked}: each fails with its broken node, and none with the nodes as they are\n`);
});
