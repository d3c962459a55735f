import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	createSourceFile,
	forEachChild,
	isCallExpression,
	isPropertyAssignment,
	isStringLiteralLike,
	ScriptTarget,
	type Node,
} from 'typescript';

import { providers } from '../../harness/catalogue';
import { brokenNodes, rowsOf, unbroken } from '../../tools/broken/nodes';
import { conformanceOf, type Statement } from '../../tools/docs/conformance';

const ROOT = join(__dirname, '..', '..');

const titles = new Map<string, string[]>();

/**
 * The titles of the tests of a file, as they are written. Where a title is the name of a row and nothing else ('%s'), the names of
 * the rows are titles as well.
 */
function titlesOf(path: string): string[] {
	const known = titles.get(path);
	if (known !== undefined) return known;
	const source = createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ScriptTarget.Latest, true);
	const found: string[] = [];
	const names: string[] = [];
	const visit = (node: Node): void => {
		if (isCallExpression(node) && /^(it|test)\b/.test(node.expression.getText(source))) {
			const [title] = node.arguments;
			if (title !== undefined && isStringLiteralLike(title)) found.push(title.text);
		}
		if (isPropertyAssignment(node) && isStringLiteralLike(node.name)) names.push(node.name.text);
		forEachChild(node, visit);
	};
	visit(source);
	const all = found.includes('%s') ? [...found, ...names] : found;
	titles.set(path, all);
	return all;
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
			expect([title, titlesOf(path).filter((one) => one.includes(title)).length > 0]).toEqual([title, true]);
		},
	);

	it('breaks each proven statement of the node once, or a test that cannot fail would count as its proof', () => {
		const key = file.replace('.yaml', '');
		expect(unbroken(key)).toEqual([]);
		for (const broken of brokenNodes[key]) {
			const { file: code, find, proof } = broken;
			expect([code, find, readFileSync(join(ROOT, code), 'utf8').includes(find)]).toEqual([code, find, true]);
			expect([find, proof !== undefined || rowsOf(key, broken).length > 0]).toEqual([find, true]);
		}
	});

	it('says nothing twice, so that the counts mean something', () => {
		const said = statements.map(({ section, says, binds }) => `${section} ${says} ${binds}`);
		expect(said.filter((one, index) => said.indexOf(one) !== index)).toEqual([]);
	});
});
