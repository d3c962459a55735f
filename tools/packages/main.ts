/**
 * `npm run packages [name …]`: beside the package of all providers, one for each: writes packages/<name>/, copies what the
 * provider needs of the built `dist/` into it, and packs it into build/packages/. `-- --check` only compares the committed files.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { providers, type Provider } from '../../harness/catalogue';
import { command } from '../../harness/command';
import { Failure } from '../../harness/failure';
import { OUTPUT, PROJECT } from '../../harness/n8n/tarball';
import { run } from '../../harness/processes';
import { builtNodes } from '../docs/displayNames';
import { contentsOf } from './contents';
import { packageFiles } from './files';

const TARBALLS = join(OUTPUT, 'packages');

/** Fills packages/<name>/dist. @returns the number of its files and their size in bytes */
function fill(provider: Provider): { files: number; bytes: number } {
	const folder = join(PROJECT, 'packages', provider.package);
	rmSync(join(folder, 'dist'), { recursive: true, force: true });
	const files = contentsOf(provider, PROJECT);
	for (const file of files) cpSync(join(PROJECT, file), join(folder, file));
	return { files: files.length, bytes: files.reduce((sum, file) => sum + statSync(join(PROJECT, file)).size, 0) };
}

command(async () => {
	const names = process.argv.slice(2);
	const wanted = providers.filter(({ package: name }) => names.length === 0 || names.includes(name));
	if (wanted.length !== (names.length || providers.length)) {
		throw new Failure(
			`There is no package ${names.join(' or ')}`,
			`Choose from ${providers.map(({ package: name }) => name).join(', ')}.`,
		);
	}
	const known = await builtNodes();
	for (const [file, text] of packageFiles((node) => known.get(node)?.description ?? '')) {
		const path = join(PROJECT, file);
		if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
	mkdirSync(TARBALLS, { recursive: true });
	for (const provider of wanted) {
		const { files, bytes } = fill(provider);
		process.stdout.write(`${provider.package}: ${files} files, ${Math.round(bytes / 1024)} kB\n`);
		// npm itself packs it where this runs as the package's own prepack script.
		if (process.env.npm_lifecycle_event === 'prepack' || names.length > 0) continue;
		await run('npm', ['pack', '--ignore-scripts', '--pack-destination', TARBALLS], {
			cwd: join(PROJECT, 'packages', provider.package),
			timeoutSeconds: 120,
			nextStep: `\`npm pack --ignore-scripts\` in packages/${provider.package} repeats this step alone.`,
		});
	}
});
