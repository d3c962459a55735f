/** The packages of one provider each, made from the same code: what each holds, and what is said where one cannot be made. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { providers } from '../../harness/catalogue';
import { contentsOf } from '../../tools/packages/contents';
import { folderOf, partsOf } from '../../tools/packages/files';

const ROOT = join(__dirname, '..', '..');
const PREFIX = /n8n-nodes-cloud-pbx\.(?=\w)/g;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'package-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the built package, to break. */
function built(): string {
	cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
	return folder;
}

const cases = providers.map((provider) => ({ provider, name: provider.package }));

it.each(cases)('$name loads alone: a user who installs only it has its nodes and credentials', ({ provider }) => {
	for (const file of contentsOf(provider, ROOT)) cpSync(join(ROOT, file), join(folder, 'package', file));
	// What n8n itself gives to a package: n8n-workflow, luxon, lodash.
	symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
	const { nodes, credentials } = partsOf(provider);
	const script = `
		for (const file of ${JSON.stringify([...nodes, ...credentials].map((file) => join(folder, 'package', file)))}) {
			const [Type] = Object.values(require(file)).filter((value) => typeof value === 'function');
			const { name, description } = new Type();
			console.log(description?.name ?? name);
		}`;
	const printed = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
	const names = printed.trim().split('\n');
	const expected = [...nodes, ...credentials].map((file) => basename(file).replace(/\.(node|credentials)\.js$/, ''));
	expect(names.map((name) => name.toLowerCase())).toEqual(expected.map((name) => name.toLowerCase()));
});

it.each(cases)('$name holds nothing of another provider, and no file that its nodes do not load', ({ provider }) => {
	const files = contentsOf(provider, ROOT);
	const foreign = providers
		.filter(({ node }) => node !== provider.node)
		.map((other) => `dist/nodes/${folderOf(other)}/`);
	expect(files.filter((file) => foreign.some((path) => file.startsWith(path)))).toEqual([]);
	const all = readdirSync(join(ROOT, 'dist', 'nodes', 'shared'), { recursive: true, encoding: 'utf8' });
	const shared = files.filter((file) => file.startsWith('dist/nodes/shared/'));
	expect(shared.length).toBeGreaterThan(10);
	expect(shared.length).toBeLessThan(all.filter((file) => file.endsWith('.js')).length);
	expect(files.filter((file) => file.endsWith('.svg')).length).toBe(2);
});

it('a shared file that loads a provider stops the packing and is named: each package would hold that provider too', () => {
	const root = built();
	const [shared] = contentsOf(providers[0], root).filter((file) => file.startsWith('dist/nodes/shared/'));
	writeFileSync(
		join(root, shared),
		`${readFileSync(join(root, shared), 'utf8')}\nrequire('${'../'.repeat(shared.split('/').length - 3)}Voipcloud/api');\n`,
	);
	expect(() => contentsOf(providers[0], root)).toThrow(
		`${shared.replace(/^dist\//, '').replace(/js$/, 'ts')} imports nodes/Voipcloud/api.ts, so n8n-nodes-voipstudio would need another provider's nodes`,
	);
});

it('a provider that is not built stops the packing: no package without its nodes', () => {
	const root = built();
	rmSync(join(root, 'dist', 'nodes', 'Voipcloud'), { recursive: true });
	const provider = providers.find(({ node }) => node === 'voipcloud') ?? providers[0];
	expect(() => contentsOf(provider, root)).toThrow(
		'dist/nodes/Voipcloud/Voipcloud.node.js is not there, and package.json needs it',
	);
});

describe('a workflow moved to another package', () => {
	const move = (input: string, ...names: string[]) =>
		spawnSync(process.execPath, [join(ROOT, 'tools', 'moveWorkflow.mjs'), ...names], { input, encoding: 'utf8' });

	it('keeps everything but the package of its nodes, and comes back unchanged', () => {
		const folderOfTemplates = join(ROOT, 'templates');
		const files = readdirSync(folderOfTemplates).filter((file) => file.endsWith('.json'));
		const text = `[${files.map((file) => readFileSync(join(folderOfTemplates, file), 'utf8')).join()}]`;
		const there = move(text, 'n8n-nodes-cloud-pbx', 'n8n-nodes-voipcloud');
		expect(text.match(PREFIX)?.length).toBeGreaterThan(10);
		expect(JSON.parse(there.stdout)).toEqual(JSON.parse(text.replace(PREFIX, 'n8n-nodes-voipcloud.')));
		const back = move(there.stdout, 'n8n-nodes-voipcloud', 'n8n-nodes-cloud-pbx');
		expect(JSON.parse(back.stdout)).toEqual(JSON.parse(text));
	});

	it.each([
		['no JSON', '<html>', 'This is no JSON'],
		['no workflow', '{}', 'This is no workflow: it has no list "nodes".'],
		[
			'a workflow without such nodes',
			'{"nodes":[{"type":"n8n-nodes-base.set"}]}',
			'No node of n8n-nodes-cloud-pbx is in it.',
		],
	])('%s is told, and nothing is written', (_what, input, message) => {
		const { status, stdout, stderr } = move(input, 'n8n-nodes-cloud-pbx', 'n8n-nodes-voipcloud');
		expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
		expect(stderr).toContain(message);
		expect(stderr).toContain('→');
	});

	it('names that are no packages are told', () => {
		const { status, stderr } = move('{}', 'cloud-pbx', '');
		expect(status).toBe(1);
		expect(stderr).toContain('Name two packages');
	});
});
