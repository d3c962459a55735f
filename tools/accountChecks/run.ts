import type { Account, AccountCheck, Ask, Finding } from './ask';

export interface Outcome {
	readonly findings: Finding[];
	/** Why there are no more. */
	readonly failure: Error | null;
}

/** Asks a provider's questions until all have been asked, or until one shows that the rest make no sense. */
export async function findOut(check: AccountCheck, account: Account, ask: Ask): Promise<Outcome> {
	const findings: Finding[] = [];
	try {
		for await (const finding of check.findings(ask, account)) findings.push(finding);
	} catch (error) {
		return { findings, failure: error instanceof Error ? error : new Error(String(error)) };
	}
	return { findings, failure: null };
}

/** The findings for the terminal. */
export function table(findings: readonly Finding[]): string {
	const rows = [
		['assumption', 'seen', ''],
		...findings.map(({ assumption, seen, verdict }) => [assumption, seen, verdict]),
	];
	const widths = [0, 1].map((column) => Math.min(72, Math.max(...rows.map((row) => (row[column] ?? '').length))));
	return rows
		.map(([assumption = '', seen = '', verdict = '']) =>
			`${verdict.padEnd(14)} ${assumption.padEnd(widths[0] ?? 0)}  ${seen}`.trimEnd(),
		)
		.join('\n');
}

/** The findings as Markdown for an issue. They hold no data of the account by themselves; see `Finding`. */
export function report(
	{ name }: AccountCheck,
	{ choices }: Account,
	findings: readonly Finding[],
	version: string,
): string {
	const cell = (text: string): string => text.replace(/\|/g, '\\|');
	const chosen = Object.entries(choices).map(([choice, value]) => `, ${choice} ${value}`);
	return [
		`${name}${chosen.join('')}, checked with n8n-nodes-cloud-pbx ${version}`,
		'',
		'| assumption | seen | verdict |',
		'|---|---|---|',
		...findings.map(({ assumption, seen, verdict }) => `| ${cell(assumption)} | ${cell(seen)} | ${verdict} |`),
	].join('\n');
}
