import { ANSWERS } from '../../harness/answers/all';
import { CREDENTIAL_TEST, type AnswerRow, type Meaning, type ProviderAnswers } from '../../harness/answers/table';

const INTRODUCTION = `# What an answer means

Written by "npm run docs" from the tables in \`harness/answers/\`; \`test/engine/answers.test.ts\` plays each cell on the built node
in n8n's own engine.

* **done**: the item is the answer.
* **not done**: an error with the server's words, where it gives any. A request that only reads counts as not done as well; where its
  fault may pass, it is asked three times.
* **not known**: an error that says so, with the server's words. It was sent once, and is never repeated.
* Credential test: green is *done*, red is *not done*.

An empty cell is not played.`;

/** The page of all answers: a table per provider. */
export function answersPage(): string {
	return `${[INTRODUCTION, ...ANSWERS.map(section)].join('\n\n')}\n`;
}

function section({ name, kinds, rows }: ProviderAnswers): string {
	const columns = [...new Set([...Object.keys(kinds), CREDENTIAL_TEST])];
	const cells = rows.map((row) => [told(row), ...columns.map((kind) => cell(row.means[kind]))]);
	const lines = [['answer', ...columns], columns.concat('').map(() => '---'), ...cells];
	return [`## ${name}`, '', ...lines.map((line) => `| ${line.join(' | ')} |`)].join('\n');
}

function told({ what, answer }: AnswerRow): string {
	if (what !== undefined || typeof answer === 'function') return what ?? '';
	const status = answer.status === undefined || answer.status === 200 ? '' : `HTTP ${answer.status}: `;
	return `${status}\`${answer.body.toString().replaceAll('|', '\\|')}\``;
}

function cell(meaning: Meaning | undefined): string {
	if (meaning === undefined) return '';
	return meaning.asked === 3 ? `${meaning.shown}, after 3 requests` : meaning.shown;
}
