/**
 * Which folder may import from which (see docs/architecture.md). Types count: whoever has to know a type has to know the room
 * it is in.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const ROOT = resolve(import.meta.dirname, '..');

/** The rooms of nodes/shared. Each may import from itself and from those before it. */
export const ROOMS = [
	'values',
	'phone',
	'request',
	'credential',
	'parameters',
	'operation',
	'calls',
	'history',
	'trigger',
	'events',
];

export const PROVIDERS = readdirSync(join(ROOT, 'nodes')).filter((folder) => folder !== 'shared');

/** However a provider is written: in code, in a text for users, in a comment. */
export const PROVIDER_NAMES = /voip\s?studio|voip\s?cloud|while1|live\s?chat/i;

/** What the files of a folder may import from another: only what lies in the `except` of it. */
const zones = [
	...ROOMS.map((room, i) => ({
		target: `./nodes/shared/${room}`,
		from: './nodes/shared',
		except: ROOMS.slice(0, i + 1).map((earlier) => `./${earlier}`),
		message: 'A room of nodes/shared imports only from those before it (tools/house.mjs lists them in order).',
	})),
	{
		target: './nodes/shared',
		from: './nodes',
		except: ['./shared'],
		message: 'What all providers share knows none of them.',
	},
	...PROVIDERS.map((provider) => ({
		target: `./nodes/${provider}`,
		from: './nodes',
		except: [`./${provider}`, './shared'],
		message: 'A provider knows no other: what two of them need belongs in nodes/shared.',
	})),
	...['harness', 'simulator', 'test', 'tools'].map((folder) => ({
		target: ['./nodes', './credentials'],
		from: `./${folder}`,
		message: 'The package does not contain it.',
	})),
	{
		target: './simulator',
		from: ['./credentials', './harness', './nodes', './test', './tools'],
		message: "The simulator stands for the providers' documents: it knows nothing of the nodes and their tests.",
	},
	{ target: './harness', from: ['./test', './tools'], message: 'The harness serves them; it does not know them.' },
];

/** A circle of imports, those of types included: `import-x/no-cycle` leaves them out. */
const noCircle = {
	meta: { type: 'problem', messages: { circle: 'A circle of imports: {{path}}' }, schema: [] },
	create(context) {
		const check = ({ source }) => {
			const target = source?.value.startsWith('.') ? fileOf(context.filename, source.value) : undefined;
			const path = target === undefined ? undefined : pathBetween(target, context.filename);
			if (path === undefined) return;
			const names = [context.filename, ...path].map((file) => relative(ROOT, file));
			context.report({ node: source, messageId: 'circle', data: { path: names.join(' -> ') } });
		};
		return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
	},
};

const noProviderName = {
	meta: { type: 'problem', messages: { name: "'{{name}}' is a provider: nodes/shared knows none" }, schema: [] },
	create({ sourceCode, report }) {
		return {
			Program() {
				for (const { 0: name, index } of sourceCode.text.matchAll(new RegExp(PROVIDER_NAMES, 'gi'))) {
					const loc = {
						start: sourceCode.getLocFromIndex(index),
						end: sourceCode.getLocFromIndex(index + name.length),
					};
					report({ loc, messageId: 'name', data: { name } });
				}
			},
		};
	},
};

/** The configuration of these rules: part of eslint.config.mjs beside it. */
export const house = [
	{ settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] } },
	{
		files: ['{credentials,harness,nodes,simulator}/**/*.ts'],
		languageOptions: { parser: tseslint.parser },
		plugins: { 'import-x': importX, house: { rules: { 'no-circle': noCircle, 'no-provider-name': noProviderName } } },
		rules: {
			'import-x/no-restricted-paths': ['error', { basePath: ROOT, zones }],
			'house/no-circle': 'error',
		},
	},
	{ files: ['nodes/shared/**/*.ts'], rules: { 'house/no-provider-name': 'error' } },
];

/** The files from one to another along imports, both included; undefined if no import leads there. */
function pathBetween(from, to) {
	const cameFrom = new Map([[from, undefined]]);
	for (const file of cameFrom.keys()) {
		if (file === to) {
			const path = [];
			for (let at = file; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
			return path;
		}
		for (const next of importsOf(file)) if (!cameFrom.has(next)) cameFrom.set(next, file);
	}
	return undefined;
}

const known = new Map();

function importsOf(file) {
	if (!known.has(file)) {
		const specifiers = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;']*?\bfrom '(\.[^']+)'/gm);
		known.set(
			file,
			[...specifiers].map(([, specifier]) => fileOf(file, specifier)).filter((found) => found !== undefined),
		);
	}
	return known.get(file);
}

function fileOf(importer, specifier) {
	const path = resolve(dirname(importer), specifier);
	return [`${path}.ts`, join(path, 'index.ts')].find((file) => existsSync(file));
}
