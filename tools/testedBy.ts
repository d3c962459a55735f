/** Which test runs an operation or an event: known from the notes of the last run, else from the text of the tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

/** What the tests noted at their last run. */
export interface Notes {
	/** `<node> <resource> <operation>`, `<node>Trigger <event>`. */
	readonly ran: ReadonlySet<string>;
	/** Whether all tests were run, so that what is not noted is not tested. */
	readonly isWhole: boolean;
}

export interface TestFile {
	/** In test/engine. */
	readonly name: string;
	readonly text: string;
}

/** The files of test/engine, where operations and events are run. */
export function engineTests(): TestFile[] {
	const folder = join(ROOT, 'test', 'engine');
	const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
	return names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** How the names of a node's own tests begin: with its name, or as much of it as they bear. */
export function prefixOf(node: string, tests: readonly TestFile[]): string {
	let prefix = node.replace(/(Event)?Trigger$/, '').toLowerCase();
	while (prefix !== '' && !tests.some(({ name }) => name.startsWith(prefix))) prefix = prefix.slice(0, -1);
	return prefix;
}

/**
 * Whether something is tested. A run of some tests leaves it open of what the others mention: the file is named then.
 * @returns 'yes', 'no', or the name of a test file that mentions it and was not run
 */
export function testedBy(node: string, what: string, { ran, isWhole }: Notes, tests: readonly TestFile[]): string {
	if (ran.has(`${node} ${what}`)) return 'yes';
	if (isWhole) return 'no';
	const words = what.split(' ').map((word) => new RegExp(`\\b${word}\\b`));
	const prefix = prefixOf(node, tests);
	const mentions = tests.filter(
		({ name, text }) => (name.startsWith(prefix) || text.includes(node)) && words.every((word) => word.test(text)),
	);
	return mentions[0]?.name ?? 'no';
}
