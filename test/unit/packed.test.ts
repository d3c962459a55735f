import { execFileSync, spawnSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
/** What a clone of the next commit would hold. */
const committed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
	cwd: ROOT,
	encoding: 'utf8',
})
	.split('\0')
	.filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** With its prepack script, which .npmrc switches off together with those of what is installed. */
const BUILDING = ['--silent', '--no-ignore-scripts', '--pack-destination=.'];

let clone: string;

beforeEach(() => {
	clone = mkdtempSync(join(tmpdir(), 'clone-'));
	const needed = /^(nodes|credentials|icons|tools\/build\.mjs|[^/]+$)/;
	for (const file of committed.filter((name) => needed.test(name))) cpSync(join(ROOT, file), join(clone, file));
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

const install = () => symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'), 'dir');

function pack(...options: string[]): { code: number | null; printed: string; tarballs: string[] } {
	const { status, stdout, stderr } = spawnSync('npm', ['pack', ...options], { cwd: clone, encoding: 'utf8' });
	const tarballs = readdirSync(clone).filter((file) => file.endsWith('.tgz'));
	return { code: status, printed: stdout + stderr, tarballs };
}

it('packing a fresh clone packs every node, credential and icon, and nothing else: no package without its code', () => {
	install();
	const { printed, tarballs } = pack(...BUILDING);
	expect({ printed, tarballs }).toEqual({ printed: expect.any(String) as string, tarballs: [expect.any(String)] });
	const packed = execFileSync('tar', ['-tzf', join(clone, tarballs[0])], { encoding: 'utf8' })
		.trim()
		.split('\n');
	const published = committed
		.filter((file) => /^(nodes|credentials)\/.+\.ts$|^nodes\/.+\.json$|^icons\/.+\.svg$/.test(file))
		.map((file) => `package/dist/${file.replace(/\.ts$/, '.js')}`);
	expect(published.length).toBeGreaterThan(100);
	expect(packed.sort()).toEqual([...published, 'package/LICENSE', 'package/README.md', 'package/package.json'].sort());
});

it('packing without what the build needs packs nothing and says what to do', () => {
	const { code, printed, tarballs } = pack(...BUILDING);
	expect(code).not.toBe(0);
	expect(tarballs).toEqual([]);
	expect(printed.trim()).toBe(
		'The package cannot be built: TypeScript is not installed.\n→ Run "npm ci", then start again.',
	);
});

it('packing a package that names a node it does not hold packs nothing and names the node', () => {
	install();
	const manifest = join(clone, 'package.json');
	writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/dist\/nodes\/[^"]+/, 'dist/nodes/Lost.node.js'));
	const { code, printed, tarballs } = pack(...BUILDING);
	expect(code).not.toBe(0);
	expect(tarballs).toEqual([]);
	expect(printed.trim()).toBe(
		'package.json names dist/nodes/Lost.node.js, but no source file becomes it.\n→ Correct "n8n" in package.json.',
	);
});

it('npm pack where nothing is built packs nothing and names the command: a package without its code installs well', () => {
	const { code, printed, tarballs } = pack();
	expect(code).not.toBe(0);
	expect(tarballs).toEqual([]);
	expect(printed).toContain('dist/packed-after-npm-run-build');
});
