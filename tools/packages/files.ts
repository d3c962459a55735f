/**
 * The files of a provider's own package that are written, not built: packages/<name>/. n8n's scan looks for a package.json of
 * the package's name in the commit that it was published from, so they are under version control.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { providers, type Provider } from '../../harness/catalogue';
import { Failure } from '../../harness/failure';
import { PACKAGE, PROJECT } from '../../harness/n8n/tarball';
import whole from '../../package.json';

const GITHUB = whole.homepage.replace(/#.*/, '');

interface Template {
	readonly file: string;
	readonly description: string;
	/** The nodes of this project in it, e.g. `voipcloudTrigger`. */
	readonly nodes: readonly string[];
}

/** The folder of a provider's nodes in `nodes/`. */
export function folderOf({ node }: Provider): string {
	return node[0].toUpperCase() + node.slice(1);
}

/** What a provider's package gives n8n, as its package.json names it. */
export function partsOf(provider: Provider): { nodes: string[]; credentials: string[] } {
	const names = [...provider.credentials, ...(provider.pushes === undefined ? [] : [provider.pushes.credentialType])];
	const credentials = names.map((name) => name.toLowerCase());
	const parts = {
		nodes: whole.n8n.nodes.filter((file) => file.startsWith(`dist/nodes/${folderOf(provider)}/`)),
		credentials: whole.n8n.credentials.filter((file) => credentials.includes(nameOf(file).toLowerCase())),
	};
	if (parts.nodes.length === 0 || parts.credentials.length !== credentials.length) {
		throw new Failure(
			`package.json names no node in nodes/${folderOf(provider)}, or not all of the credentials ${names.join(', ')}`,
			'Correct "n8n" in package.json, or the entry of the provider in harness/catalogue.ts.',
		);
	}
	return parts;
}

function nameOf(file: string): string {
	return file.replace(/^.*\/|\.credentials\.js$/g, '');
}

/** The committed files of all packages: path from the project's folder, and text. `describe` gives a node's own description. */
export function packageFiles(describe: (node: string) => string): Array<[file: string, text: string]> {
	const templates = readTemplates();
	return providers.flatMap((provider) => {
		const folder = `packages/${provider.package}`;
		const description = describe(provider.node);
		return [
			[`${folder}/package.json`, `${JSON.stringify(manifestOf(provider, description), null, '\t')}\n`],
			[`${folder}/README.md`, readmeOf(provider, description, templates)],
			...['CHANGELOG.md', 'LICENSE'].map((file): [string, string] => [
				`${folder}/${file}`,
				linked(readFileSync(join(PROJECT, file), 'utf8'), ''),
			]),
		] as Array<[string, string]>;
	});
}

function manifestOf(provider: Provider, description: string): object {
	const { version, license, author, engines, peerDependencies } = whole;
	const names = [...new Set([provider.name, provider.node].map((name) => name.toLowerCase().replace(/ /g, '-')))];
	return {
		name: provider.package,
		version,
		description: `n8n nodes for ${provider.name}: ${description[0].toLowerCase()}${description.slice(1)}`,
		license,
		homepage: `${GITHUB}/tree/main/packages/${provider.package}#readme`,
		author,
		repository: { ...whole.repository, directory: `packages/${provider.package}` },
		keywords: ['n8n-community-node-package', 'n8n', 'telephony', 'pbx', 'call-detail-records', ...names],
		files: ['dist'],
		n8n: { n8nNodesApiVersion: whole.n8n.n8nNodesApiVersion, strict: true, ...partsOf(provider) },
		scripts: {
			prepack: `npm run --prefix ../.. packages -- ${provider.package}`,
			prepublishOnly: 'n8n-node prerelease',
		},
		publishConfig: { access: 'public', provenance: true },
		peerDependencies,
		engines,
	};
}

function readmeOf(provider: Provider, description: string, templates: readonly Template[]): string {
	const page = readFileSync(join(PROJECT, 'docs', provider.doc), 'utf8');
	const own = templates.filter(
		({ nodes }) => nodes.length > 0 && nodes.every((node) => node.replace(/(Event)?Trigger$/, '') === provider.node),
	);
	const body = page
		.replace(/^# .*\n+/, '')
		.replace(/^<!-- .* -->\n\n?/gm, '')
		.trim();
	return [
		`# ${provider.package}`,
		`${provider.name} in [n8n](https://n8n.io). ${description}.`,
		'## Installation',
		`In n8n: *Settings > Community nodes > Install*, package name \`${provider.package}\`. [Other ways](${GITHUB}/blob/main/docs/install.md), and how to move workflows between this package and [${PACKAGE}](${GITHUB}#readme), which holds four providers.`,
		linked(body, 'docs/'),
		...(own.length === 0
			? []
			: [
					'## Example workflows',
					'Import the JSON file into n8n (*Import from file*). The files name the nodes of the package of all providers; `node tools/moveWorkflow.mjs` in the repository changes that, see the page about installation.',
					own
						.map(({ file, description: text }) => `- [${file}](${GITHUB}/blob/main/templates/${file}): ${text}`)
						.join('\n'),
				]),
		`## Compatibility\n\n${linked(sectionOf(readFileSync(join(PROJECT, 'README.md'), 'utf8'), 'Compatibility'), '')}`,
		'## Version history',
		'See [CHANGELOG.md](CHANGELOG.md). All packages of this project have the same version and the same code.',
		'## Licence',
		'[MIT](LICENSE)\n',
	].join('\n\n');
}

/** The text of a section of a page, without its heading. */
function sectionOf(page: string, heading: string): string {
	const [, text] = page.split(`\n## ${heading}\n`);
	if (text === undefined) throw new Failure(`README.md has no section "${heading}"`, 'Put it back.');
	return text.split('\n## ')[0].trim();
}

/** A page's links into the project as links that hold on npm. */
function linked(text: string, folder: string): string {
	return text.replace(/\]\((?!https?:|#)([^)\s]+)\)/g, (_link, target: string) => {
		const { pathname, hash } = new URL(`${folder}${target}`, 'https://project/');
		return `](${GITHUB}/blob/main${pathname}${hash})`;
	});
}

function readTemplates(): Template[] {
	const rows = readFileSync(join(PROJECT, 'docs', 'templates.md'), 'utf8');
	return readdirSync(join(PROJECT, 'templates'))
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => {
			const text = readFileSync(join(PROJECT, 'templates', file), 'utf8');
			const row = rows.split('\n').find((line) => line.startsWith(`| [${file}](`));
			const [, description = ''] = row?.split(' | ') ?? [];
			const nodes = [...text.matchAll(new RegExp(`"${PACKAGE}\\.(\\w+)"`, 'g'))].map(([, node]) => node);
			return { file, description: description.replace(/^[^:]*: /, ''), nodes };
		});
}
