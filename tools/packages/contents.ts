/** What a provider's package holds of the built `dist/`: its nodes and credentials, and what they load. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import type { Provider } from '../../harness/catalogue';
import { Failure } from '../../harness/failure';
import { folderOf, partsOf } from './files';

/**
 * The files of a package, as paths in `root` such as `dist/nodes/shared/values/time.js`.
 * @param root a folder with a built `dist/`
 * @throws Failure if something is not built, or if a file loads another provider's
 */
export function contentsOf(provider: Provider, root: string): string[] {
	const { nodes, credentials } = partsOf(provider);
	const own = `dist/nodes/${folderOf(provider)}/`;
	const found = new Set<string>();
	const visit = (file: string, from: string): void => {
		if (found.has(file)) return;
		const isForeign = file.startsWith('dist/nodes/') && !file.startsWith(own) && !file.startsWith('dist/nodes/shared/');
		if (isForeign) {
			throw new Failure(
				`${sourceOf(from)} imports ${sourceOf(file)}, so ${provider.package} would need another provider's nodes`,
				'Move what both need to nodes/shared.',
			);
		}
		if (!existsSync(join(root, file))) {
			throw new Failure(
				`${file} is not there, and ${sourceOf(from)} needs it`,
				'Run "npm run build", then start again.',
			);
		}
		found.add(file);
		if (!file.endsWith('.js')) return;
		const code = readFileSync(join(root, file), 'utf8');
		for (const [, path] of code.matchAll(/\brequire\(["'](\.[^"']+)["']\)/g)) visit(loaded(root, file, path), file);
		for (const [path] of code.matchAll(/(?<=["']file:)[^"']+\.svg/g)) visit(inRoot(root, file, path), file);
	};
	for (const file of [...nodes, ...credentials]) visit(file, 'package.json');
	// Search words of the node panel, and the fields that the editor shows before the first run.
	for (const file of readdirSync(join(root, own), { recursive: true, encoding: 'utf8' })) {
		if (file.endsWith('.json')) found.add(`${own}${file.replace(/\\/g, '/')}`);
	}
	return [...found].sort();
}

function loaded(root: string, file: string, path: string): string {
	const target = inRoot(root, file, path);
	const candidates = [target, `${target}.js`, `${target}/index.js`];
	return candidates.find((name) => /\.js(on)?$/.test(name) && existsSync(join(root, name))) ?? `${target}.js`;
}

function inRoot(root: string, file: string, path: string): string {
	return relative(root, join(root, dirname(file), path)).replace(/\\/g, '/');
}

function sourceOf(file: string): string {
	return file.replace(/^dist\//, '').replace(/\.js$/, '.ts');
}
