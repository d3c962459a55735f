/** `npm run build`: compiles the package to dist/, and copies the icons and the JSON files that n8n reads beside the code. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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

/** Writes dist/ anew. Types are not checked. @returns how many files it holds */
export function writePackage(program) {
	rmSync(join(root, 'dist'), { recursive: true, force: true });
	for (const file of program.getSourceFiles()) {
		if (PUBLISHED.includes(relative(root, file.fileName).split(/[\\/]/)[0])) program.emit(file);
	}
	cpSync(join(root, 'icons'), join(root, 'dist', 'icons'), { recursive: true });
	for (const file of readdirSync(join(root, 'nodes'), { recursive: true, encoding: 'utf8' })) {
		if (file.endsWith('.json')) cpSync(join(root, 'nodes', file), join(root, 'dist', 'nodes', file));
	}
	const written = readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true });
	// Made last. `npm pack` writes into it (.npmrc), so it fails without a build, or with one that was interrupted.
	mkdirSync(join(root, 'dist', 'packed-after-npm-run-build'));
	return written.filter((entry) => entry.isFile()).length;
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

/** Builds. @returns what is wrong, and what to do about it; empty if nothing is */
function build() {
	const lost = withoutSource();
	if (lost.length > 0) {
		return `package.json names ${lost.join(', ')}, but no source file becomes it.\n→ Correct "n8n" in package.json.\n`;
	}
	const program = programOf('tsconfig.json');
	const errors = typeErrors(program);
	if (errors !== '') return `${errors}→ Correct what the compiler names, then start again.\n`;
	process.stdout.write(`dist/: ${writePackage(program)} files\n`);
	return '';
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const problem = build();
	process.stderr.write(problem);
	if (problem !== '') process.exitCode = 1;
}
