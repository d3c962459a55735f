/**
 * Writes what follows from code: the tables of README.md and of the pages, between their markers, the JSON Schemas of items, and
 * the pages of examples.
 * `npm run docs` writes; `npm run docs -- --check` fails if something is out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { providers, type Provider } from '../../harness/catalogue';
import { command } from '../../harness/command';
import { Failure } from '../../harness/failure';
import { packageFiles } from '../packages/files';
import { answersPage } from './answers';
import { conformanceOverview } from './conformance';
import { builtNodes, type Names } from './displayNames';
import { examplesPage } from './examples';
import { itemKinds, itemSchemas, referenceTables, type ItemKind } from './reference';

const ROOT = join(__dirname, '..', '..');

const EVIDENCE = {
	P: "provider's document",
	D: "provider's website",
	C: "not in the provider's public reference",
} as const;

/** The README's overview: a row per provider. */
function overview(names: ReadonlyMap<string, Names>): string {
	const rows = providers.map(({ node, name, doc, operations, events, limit }) => {
		const known = names.get(node);
		const resources = new Set(operations.map(({ resource }) => resource)).size;
		const all = `[${operations.length} operations on ${resources} resources](docs/${doc}#operations), [with examples](docs/examples/${doc})`;
		const triggers = events.map((event) => known?.event(event) ?? event).join(', ') || 'none: no history is published';
		return `| [${name}](docs/${doc}) | ${known?.description}. ${all} | ${triggers} | ${limit} |`;
	});
	return ['| provider | what it does | trigger events | request limit |', '|---|---|---|---|', ...rows].join('\n');
}

/** A provider page's table: a row per operation. */
function operationTable(provider: Provider, names: Names | undefined): string {
	const rows = provider.operations.map(({ resource, operation, request, evidence }) => {
		const resourceName = names?.resource(resource) ?? resource;
		const operationName = names?.operation(resource, operation) ?? operation;
		return `| ${resourceName} | ${operationName} | \`${request}\` | ${EVIDENCE[evidence]} |`;
	});
	return ['| resource | operation | request | evidence |', '|---|---|---|---|', ...rows].join('\n');
}

function between(text: string, marker: string, table: string, file: string): string {
	const sources: Record<string, string> = {
		'docs/reference.md': 'the types and the readers',
		'docs/conformance/README.md': 'the files beside it',
	};
	const source = sources[file] ?? 'harness/catalogue.ts';
	const begin = `<!-- ${marker}: from ${source}, written by "npm run docs" -->`;
	const end = `<!-- end of ${marker} -->`;
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from < 0 || to < from)
		throw new Failure(`${file} has no place for the ${marker}`, `Add the lines "${begin}" and "${end}".`);
	return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

/** Writes a file that has changed. @returns its name if it has, else null */
function write(file: string, before: string, after: string, isCheck: boolean): string | null {
	if (!isCheck && after !== before) {
		mkdirSync(dirname(join(ROOT, file)), { recursive: true });
		writeFileSync(join(ROOT, file), after);
	}
	return after === before ? null : file;
}

command(async () => {
	const isCheck = process.argv.includes('--check');
	const names = await builtNodes();
	const schemas = itemSchemas();
	const files: Array<[string, string, string]> = [
		['README.md', 'overview', overview(names)],
		['docs/conformance/README.md', 'overview', conformanceOverview()],
		...providers.map((provider): [string, string, string] => [
			`docs/${provider.doc}`,
			'operations',
			operationTable(provider, names.get(provider.node)),
		]),
		...(await referenceTables(schemas, names)).map(([marker, table]): [string, string, string] => [
			'docs/reference.md',
			marker,
			table,
		]),
	];
	const whole: Array<[file: string, text: string]> = Object.entries(schemas).map(([kind, schema]) => [
		`docs/schemas/${itemKinds[kind as ItemKind]}`,
		`${JSON.stringify(schema, null, '\t')}\n`,
	]);
	whole.push(['docs/conformance/answers.md', answersPage()]);
	for (const provider of providers) whole.push([`docs/examples/${provider.doc}`, await examplesPage(provider)]);
	const tables = files.map(([file, marker, table]) => {
		const text = readFileSync(join(ROOT, file), 'utf8');
		return write(file, text, between(text, marker, table, file), isCheck);
	});
	// The READMEs of the packages hold the tables that have just been written.
	whole.push(...packageFiles((node) => names.get(node)?.description ?? ''));
	const pages = whole.map(([file, text]) => {
		const path = join(ROOT, file);
		return write(file, existsSync(path) ? readFileSync(path, 'utf8') : '', text, isCheck);
	});
	const written = [...tables, ...pages];
	const stale = written.filter((file) => file !== null);
	if (isCheck && stale.length > 0) {
		throw new Failure(
			`Out of date: ${[...new Set(stale)].join(', ')}`,
			'Run "npm run docs" and commit what it writes.',
		);
	}
	process.stdout.write(`${written.length} tables, schemas and pages ${isCheck ? 'checked' : 'written'}\n`);
});
