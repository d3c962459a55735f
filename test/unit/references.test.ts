import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
	cwd: ROOT,
	encoding: 'utf8',
})
	.split('\0')
	.filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** A file as people write it in a sentence, with as much of its path as they need. A placeholder is no name of a file. */
const MENTIONED =
	/(?<![\w/.:@<>*{}$-])(?:[\w-]+\/)*[\w-]+(?:\.(?:test|node|e2e|check|credentials|schema))?\.(?:ts|mjs|cjs|md|yaml|yml|txt)(?![\w/*])/g;

/** What a file says to its readers: a page all of it, code in its comments. */
function wordsOf(file: string): string {
	const text = readFileSync(join(ROOT, file), 'utf8');
	// The heads of a diff put one more folder in front of a path.
	if (/\.(md|ya?ml)$/.test(file)) return text.replace(/^(---|\+\+\+) [ab]\//gm, '');
	return [...text.matchAll(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm)].map(([comment]) => comment).join('\n');
}

/** Whether a file is there, here or with a longer path. */
function isThere(mentioned: string): boolean {
	return files.some((file) => file === mentioned || file.endsWith(`/${mentioned}`));
}

const readable = files.filter(
	(file) => /\.(ts|mjs|cjs|md|ya?ml)$/.test(file) && !/^(CHANGELOG\.md|docs\/examples\/)/.test(file),
);

it('no comment and no page names a file that is not there, or its reader looks for it in vain', () => {
	expect(readable.length).toBeGreaterThan(300);
	const dead = readable.flatMap((file) =>
		[...wordsOf(file).matchAll(MENTIONED)]
			.filter(([mentioned]) => !isThere(mentioned))
			.map(([mentioned]) => `${file}: ${mentioned}`),
	);
	expect([...new Set(dead)]).toEqual([]);
});

it('a change that a page shows is the one in the code: whoever copies from it copies what works', () => {
	const page = readFileSync(join(ROOT, 'docs', 'add-an-operation.md'), 'utf8');
	const [, diff = ''] = /^```diff\n([^]*?)^```/m.exec(page) ?? [];
	const changes = diff.split(/^--- a\/.*\n\+\+\+ b\//m).slice(1);
	expect(changes).toHaveLength(4);
	for (const change of changes) {
		const [file, ...lines] = change.split('\n');
		const added = lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1));
		expect(added.length).toBeGreaterThan(0);
		expect(readFileSync(join(ROOT, file), 'utf8')).toContain(added.join('\n'));
	}
});
