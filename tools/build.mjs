/** The code of the package, compiled to dist/: for `npm run build`, whose tasks are in gulpfile.js, `npm run check` and `npm pack`. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export const root = join(fileURLToPath(import.meta.url), '..', '..');
const ts = await import('typescript').then(
	(module) => module.default,
	() => {
		process.stderr.write(
			'The package cannot be built: TypeScript is not installed.\n→ Run "npm ci", then start again.\n',
		);
		process.exit(1);
	},
);
const PUBLISHED = ['nodes', 'credentials'];

/** The files of a tsconfig as one TypeScript program, which compiles, checks types and answers the lint rules. */
export function programOf(tsconfig) {
	const host = {
		...ts.sys,
		onUnRecoverableConfigFileDiagnostic: (problem) => {
			throw new Error(describe([problem]));
		},
	};
	// What it emits is decided by writePackage.
	const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(join(root, tsconfig), { noEmit: false }, host);
	return ts.createProgram(fileNames, options);
}

/** Writes the code to dist/, which is made anew. Types are not checked. */
export function writeCode(program) {
	rmSync(join(root, 'dist'), { recursive: true, force: true });
	for (const file of program.getSourceFiles()) {
		if (PUBLISHED.includes(relative(root, file.fileName).split(/[\\/]/)[0])) program.emit(file);
	}
}

/** Copies what n8n reads beside the code, and finishes dist/. */
export async function copyRest() {
	await promisify(createRequire(import.meta.url)('../gulpfile.js').copy)();
	finishPackage();
}

/** Done last: `npm pack` writes into this folder (.npmrc), so it fails without a build, or with one that was interrupted. */
export function finishPackage() {
	mkdirSync(join(root, 'dist', 'packed-after-npm-run-build'), { recursive: true });
}

/** What the compiler has to say against a program, as it prints it; empty if nothing. */
export function typeErrors(program) {
	return describe(ts.getPreEmitDiagnostics(program));
}

function describe(problems) {
	return ts.formatDiagnostics(problems, {
		getCurrentDirectory: () => root,
		getCanonicalFileName: (name) => name,
		getNewLine: () => '\n',
	});
}

/** The files that package.json names to n8n and that no source file becomes. */
function withoutSource() {
	const { nodes, credentials } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).n8n;
	return [...nodes, ...credentials].filter(
		(file) => !existsSync(join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'))),
	);
}

/** Compiles the package. @throws an error that says what is wrong, and what to do about it */
export function buildCode() {
	const lost = withoutSource();
	if (lost.length > 0) {
		throw new Error(
			`package.json names ${lost.join(', ')}, but no source file becomes it.\n→ Correct "n8n" in package.json.\n`,
		);
	}
	const program = programOf('tsconfig.json');
	const errors = typeErrors(program);
	if (errors !== '') throw new Error(`${errors}→ Correct what the compiler names, then start again.\n`);
	writeCode(program);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	try {
		buildCode();
		await copyRest();
	} catch (error) {
		process.stderr.write(error.message);
		process.exitCode = 1;
	}
}
