/**
 * Writes the tables of README.md and of the provider pages from the table of capabilities, between their markers.
 * `npm run docs` writes; `npm run docs -- --check` fails if something is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { command } from '../harness/command';
import { conformanceOf, conformancePage } from '../harness/conformance';
import { Failure } from '../harness/failure';
import { providers, type Provider } from '../harness/capabilities';
import { displayNames, type Names } from '../harness/displayNames';

const ROOT = join(__dirname, '..');

const EVIDENCE = {
	P: "provider's document",
	D: "provider's website",
	C: "not in the provider's public reference",
} as const;

/** The README's overview: a row per provider. */
function overview(names: ReadonlyMap<string, Names>): string {
	const rows = providers.map((provider) => {
		const known = names.get(provider.node);
		const events = provider.events.map((event) => known?.event(event) ?? event).join(', ');
		const resources = [
			...new Set(provider.operations.map(({ resource }) => known?.resource(resource) ?? resource)),
		].sort((a, b) => a.localeCompare(b));
		return `| [${provider.name}](docs/${provider.doc}) | ${provider.api} | ${provider.operations.length} on ${resources.join(', ')} | ${events === '' ? 'no history is published' : events} | ${provider.limit} |`;
	});
	return ['| provider | API | operations | trigger events | request limit |', '|---|---|---|---|---|', ...rows].join(
		'\n',
	);
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
	const source = marker === 'conformance' ? file.replace(/\.md$/, '.yaml') : 'harness/capabilities.ts';
	const begin = `<!-- ${marker}: from ${source}, written by "npm run docs" -->`;
	const end = `<!-- end of ${marker} -->`;
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from < 0 || to < from)
		throw new Failure(`${file} has no place for the ${marker}`, `Add the lines "${begin}" and "${end}".`);
	return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

command(async () => {
	const isCheck = process.argv.includes('--check');
	const names = await displayNames();
	const files: Array<[string, string, string]> = [
		['README.md', 'overview', overview(names)],
		...providers.map((provider): [string, string, string] => [
			`docs/${provider.doc}`,
			'operations',
			operationTable(provider, names.get(provider.node)),
		]),
		...providers.map(({ doc }): [string, string, string] => [
			`docs/conformance/${doc}`,
			'conformance',
			conformancePage(conformanceOf(doc.replace('.md', '.yaml'))),
		]),
	];
	const stale = files.filter(([file, marker, table]) => {
		const path = join(ROOT, file);
		const text = readFileSync(path, 'utf8');
		const fresh = between(text, marker, table, file);
		if (!isCheck && fresh !== text) writeFileSync(path, fresh);
		return fresh !== text;
	});
	if (isCheck && stale.length > 0) {
		throw new Failure(
			`Out of date: ${stale.map(([file]) => file).join(', ')}`,
			'Run "npm run docs" and commit what it writes.',
		);
	}
	process.stdout.write(`${files.length} tables ${isCheck ? 'checked' : 'written'}\n`);
});
