import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { providers } from '../../harness/catalogue';

const ROOT = join(__dirname, '..', '..');

/** `file` or `file: part of the test's name`, or why a provider is exempt. */
type Proof = string | { exempt: string };

const rules = Object.entries(
	parse(readFileSync(join(ROOT, 'docs', 'quality.yaml'), 'utf8')) as Record<string, Record<string, Proof>>,
);
const ANSWERS = providers.map(({ doc }) => doc.replace('.md', ''));

it('lists the promises, so that none is dropped with its proof', () => {
	expect(rules.length).toBeGreaterThanOrEqual(24);
});

describe.each(rules)('%s', (_rule, { gives, ...proofs }) => {
	it('says what a user gets, and answers for every provider, so that no promise is quietly left out', () => {
		expect(gives).toMatch(/^.{20,}/);
		expect(Object.keys(proofs)).toEqual(ANSWERS);
	});

	it.each(Object.entries(proofs))('is proven for %s, or exempt for a reason', (_provider, proof) => {
		if (typeof proof !== 'string') {
			expect(Object.keys(proof)).toEqual(['exempt']);
			expect(proof.exempt.length).toBeGreaterThan(20);
			return;
		}
		const [path, ...words] = proof.split(': ');
		expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
		const title = words.join(': ');
		expect([title, readFileSync(join(ROOT, path), 'utf8').includes(title)]).toEqual([title, true]);
	});
});
