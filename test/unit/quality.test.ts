import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { providers } from '../../tools/capabilities';

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
	const quality = parse(readFileSync(join(FOLDER, file), 'utf8')) as { rules: Record<string, Rule> };

	it('answers every rule, so that no promise is quietly left out', () => {
		expect(Object.keys(quality.rules).sort()).toEqual([...rules].sort());
	});

	it.each(Object.entries(quality.rules))('%s is proven or exempt for a reason', (_rule, { status, proof, reason }) => {
		if (status === 'exempt') {
			expect(reason?.length).toBeGreaterThan(20);
			return;
		}
		expect(status).toBe('done');
		const [path, ...words] = (proof ?? '').split(': ');
		expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
		if (words.length > 0) expect(readFileSync(join(ROOT, path), 'utf8')).toContain(words.join(': '));
	});
});
