import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { providers } from '../../harness/catalogue';

const FOLDER = join(__dirname, '..', '..', 'docs', 'conformance');

/** One thing that a provider's document says. */
export interface Statement {
	readonly section: string;
	/** In our words. */
	readonly says: string;
	/** What has to honour it. */
	readonly binds: 'node' | 'simulator' | 'both';
	/** `file: part of the test's title`: the test fails if it is not honoured. */
	readonly proof?: string;
	/** Why it is not honoured, or cannot be proven. */
	readonly reason?: string;
}

interface Conformance {
	readonly document: string;
	readonly statements: readonly Statement[];
}

/** The statements of a provider's document. @param file in docs/conformance, e.g. `voipcloud.yaml` */
export function conformanceOf(file: string): Conformance {
	return parse(readFileSync(join(FOLDER, file), 'utf8')) as Conformance;
}

/** The overview of the documents: a row per provider. */
export function conformanceOverview(): string {
	const rows = providers.map(({ name, doc }) => {
		const file = doc.replace('.md', '.yaml');
		const { document, statements } = conformanceOf(file);
		const proven = statements.filter(({ proof }) => proof !== undefined).length;
		return `| ${name} | ${document} | [${statements.length}](${file}) | ${proven} | ${statements.length - proven} |`;
	});
	return ['| provider | document | statements | proven | with a reason |', '|---|---|--:|--:|--:|', ...rows].join('\n');
}
