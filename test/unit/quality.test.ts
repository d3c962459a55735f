import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { providers } from '../../harness/catalogue';

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, 'docs', 'quality');

interface Rule {
	status: 'done' | 'exempt';
	/** `file` or `file: part of the test's name`. */
	proof?: string;
	reason?: string;
}

const rules = [...readFileSync(join(FOLDER, 'README.md'), 'utf8').matchAll(/^\| ([a-z-]+) \|/gm)]
	.map(([, rule]) => rule)
	.filter((rule) => rule !== 'rule');

describe.each(providers.map(({ name, doc }) => ({ name, file: doc.replace('.md', '.yaml') })))('$name', ({ file }) => {
	const isThere = existsSync(join(FOLDER, file));
	const quality = (isThere ? parse(readFileSync(join(FOLDER, file), 'utf8')) : { rules: {} }) as {
		rules: Record<string, Rule>;
	};

	it(`has its file, docs/quality/${file}: begin with that of another provider`, () => {
		expect(isThere).toBe(true);
	});

	it('answers every rule, so that no promise is quietly left out', () => {
		expect(Object.keys(quality.rules).sort()).toEqual([...rules].sort());
	});

	it.each(rules.map((rule): [string, Partial<Rule>] => [rule, quality.rules[rule] ?? {}]))(
		'%s is proven or exempt for a reason',
		(_rule, { status, proof, reason }) => {
			if (status === 'exempt') {
				expect(reason?.length).toBeGreaterThan(20);
				return;
			}
			expect(status).toBe('done');
			const [path, ...words] = (proof ?? '').split(': ');
			expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
			const title = words.join(': ');
			expect([title, readFileSync(join(ROOT, path), 'utf8').includes(title)]).toEqual([title, true]);
		},
	);
});
