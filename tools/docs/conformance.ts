import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

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

/** A provider's statements as a page to read, by section. */
export function conformancePage({ document, statements }: Conformance): string {
	const proven = statements.filter(({ proof }) => proof !== undefined).length;
	const cell = (text: string): string => text.replace(/\|/g, '\\|');
	const sections = [...new Set(statements.map(({ section }) => section))];
	return [
		`Document: ${document}. ${statements.length} statements, ${proven} proven, ${statements.length - proven} with a reason.`,
		...sections.flatMap((section) => [
			'',
			`### ${section}`,
			'',
			'| the document says | binds | proof, or reason |',
			'|---|---|---|',
			...statements
				.filter((one) => one.section === section)
				.map(({ says, binds, proof, reason }) => {
					const [path = '', ...words] = (proof ?? '').split(': ');
					const shown =
						proof === undefined
							? `*${reason}*`
							: `[${path.replace(/^test\//, '')}](../../${path}): ${words.join(': ')}`;
					return `| ${cell(says)} | ${binds} | ${cell(shown)} |`;
				}),
		]),
	].join('\n');
}
