/** `npm run build`: compiles the package to dist/, and copies the icons and the JSON files that n8n reads beside the code. */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

export const root = join(fileURLToPath(import.meta.url), '..', '..');
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

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const program = programOf('tsconfig.json');
	const errors = typeErrors(program);
	process.stderr.write(errors);
	if (errors === '') process.stdout.write(`dist/: ${writePackage(program)} files\n`);
	else process.exitCode = 1;
}
