/**
 * `npm run check`: builds the package, and looks for every fault that can be found without a test: types, lint rules, the
 * evaluated descriptions, the format, and pages that do not follow the code. The compiler reads the project once for all.
 */
import { ESLint } from 'eslint';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

import { copyRest, programOf, root, typeErrors, writeCode } from './build.mjs';
import { lintDescriptions } from './lint-descriptions.mjs';

const require = createRequire(import.meta.url);
const PRETTIER = require.resolve('prettier/bin/prettier.cjs');

/** Runs another check beside this process. @returns what it printed if it failed, else '' */
function beside(...args) {
	return new Promise((resolve, reject) => {
		let printed = '';
		const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
		child.on('error', reject);
		child.on('close', (code) => resolve(code === 0 ? '' : printed || `${args.join(' ')} ended with ${code}\n`));
	});
}

/** The project's rules, with the program that is there instead of two that would be read again. */
async function lint(program) {
	const eslint = new ESLint({
		cwd: root,
		overrideConfigFile: 'tools/eslint.config.mjs',
		overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { programs: [program] } } },
	});
	const results = await eslint.lintFiles(['.']);
	const faults = await (await eslint.loadFormatter('stylish')).format(results);
	return faults.trim() === '' ? '' : `${faults}\n→ "npm run lint:fix" mends what can be mended automatically.\n`;
}

/** Says whether a check found something. */
function report(name, faults) {
	if (faults === '') {
		process.stdout.write(`✓ ${name}\n`);
	} else {
		process.exitCode = 1;
		process.stdout.write(`✗ ${name}\n${faults}\n`);
	}
}

const format = beside(PRETTIER, '--check', '--log-level', 'warn', '.');
const program = programOf('tsconfig.test.json');
writeCode(program);
await copyRest();
report('dist/', '');
const reaches = beside('--import', 'tsx', 'tools/reaches.ts');
const docs = beside('--import', 'tsx', 'tools/docs/main.ts', '--check');
report('types', typeErrors(program));
report('lint rules', await lint(program));
report('lint rules, on the evaluated descriptions', await lintDescriptions());
report('format', await format);
report('fields by which people are reached', await reaches);
report('tables, schemas and pages written from code', await docs);
