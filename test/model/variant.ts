import { transformSync } from '@swc/core';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** One replacement in a source file; the text must be there, exactly once. */
export interface Patch {
	/** Below the root of the repository. */
	readonly file: string;
	readonly find: string;
	readonly put: string;
}

const ROOT = resolve(__dirname, '..', '..');
const packages = createRequire(__filename);
const sources = new Map<string, string>();

/**
 * Loads a module of `nodes/` and everything it needs from there, with some of the text replaced: pages small enough to meet
 * their ends often, or a trigger that is broken on purpose. Each call gives modules of its own, so that nothing they
 * remember reaches another variant.
 */
export function loadVariant<Module>(entry: string, patches: readonly Patch[] = []): Module {
	const open = new Set(patches);
	const modules = new Map<string, { exports: unknown }>();

	function load(file: string): unknown {
		const known = modules.get(file);
		if (known !== undefined) return known.exports;
		const module = { exports: {} };
		modules.set(file, module);
		const name = relative(ROOT, file);
		let source = readFileSync(file, 'utf8');
		for (const patch of patches.filter((candidate) => candidate.file === name)) {
			if (source.split(patch.find).length !== 2) throw new Error(`Not there, or not once, in ${name}: ${patch.find}`);
			source = source.replace(patch.find, () => patch.put);
			open.delete(patch);
		}
		// Made here and not by node:vm, so that it shares this realm's Date and Error.
		const run = Reflect.construct(Function, ['module', 'exports', 'require', compile(file, source)]) as (
			...names: unknown[]
		) => void;
		run(module, module.exports, (request: string): unknown => {
			if (!request.startsWith('.')) return packages(request) as unknown;
			const path = resolve(dirname(file), request);
			return load(existsSync(`${path}.ts`) ? `${path}.ts` : join(path, 'index.ts'));
		});
		return module.exports;
	}

	const loaded = load(join(ROOT, entry)) as Module;
	if (open.size > 0) throw new Error(`Never loaded: ${[...open].map(({ file }) => file).join(', ')}`);
	return loaded;
}

function compile(file: string, source: string): string {
	const key = `${file}\n${source}`;
	let code = sources.get(key);
	if (code === undefined) {
		({ code } = transformSync(source, {
			filename: file,
			module: { type: 'commonjs' },
			jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
			sourceMaps: 'inline',
		}));
		sources.set(key, code);
	}
	return code;
}
