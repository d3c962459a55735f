import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { providers } from '../../harness/capabilities';
import { conformanceOf, type Statement } from '../../harness/conformance';

const ROOT = join(__dirname, '..', '..');

/** What of a test file is not a comment, so that only what runs proves something. */
function codeOf(path: string): string {
	return readFileSync(join(ROOT, path), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');
}

const FILES = providers.map(({ name, doc, operations }) => ({ name, operations, file: doc.replace('.md', '.yaml') }));

describe.each(FILES)('$name', ({ file, operations }) => {
	const { document, statements } = conformanceOf(file);

	it('has the statements of its document, so that a maintainer with an account can go down them', () => {
		expect(document.length).toBeGreaterThan(10);
		expect(statements.length).toBeGreaterThan(operations.length);
	});

	it.each(statements.map((statement): [string, Statement] => [`${statement.section}: ${statement.says}`, statement]))(
		'%s is proven by a test that is there, or cannot be honoured for a reason',
		(_title, { binds, proof, reason, ...others }) => {
			expect(Object.keys(others).sort()).toEqual(['says', 'section']);
			expect(['node', 'simulator', 'both']).toContain(binds);
			if (proof === undefined) {
				expect(reason?.length).toBeGreaterThan(40);
				return;
			}
			expect(reason).toBeUndefined();
			const [path = '', ...words] = proof.split(': ');
			expect(path).toMatch(/^test\/.+\.test\.ts$/);
			expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
			const title = words.join(': ');
			expect(title.length).toBeGreaterThan(8);
			expect([title, codeOf(path).includes(title)]).toEqual([title, true]);
		},
	);

	it('says nothing twice, so that the counts mean something', () => {
		const said = statements.map(({ section, says, binds }) => `${section} ${says} ${binds}`);
		expect(said.filter((one, index) => said.indexOf(one) !== index)).toEqual([]);
	});
});
