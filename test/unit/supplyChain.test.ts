/** What the package is built and published from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, '.github', 'workflows');

interface Workflow {
	permissions?: Record<string, string>;
	jobs: Record<
		string,
		{ environment?: string; permissions?: Record<string, string>; steps: Array<{ uses?: string; run?: string }> }
	>;
}

const workflows = readdirSync(FOLDER).map((file): [string, Workflow] => [
	file,
	parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow,
]);
const jobs = workflows.flatMap(([file, { permissions, jobs: all }]) =>
	Object.entries(all).map(([name, job]) => ({ permissions, ...job, name: `${file} ${name}` })),
);

it.each(jobs)('$name runs actions by commit, or a moved tag would run in our name', ({ steps }) => {
	const actions = steps.flatMap(({ uses }) => uses ?? []);
	expect(actions.length).toBeGreaterThan(0);
	for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
});

it('only the job that publishes may publish, and it runs no test and installs nothing', () => {
	const publishing = jobs.filter(({ permissions }) => permissions?.['id-token'] === 'write');
	expect(publishing.map(({ name }) => name)).toEqual(['publish.yml publish']);
	expect(publishing.map(({ environment }) => environment)).toEqual(['npm']);
	const runs = publishing.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
	expect(runs).toHaveLength(1);
	expect(runs[0].match(/npm [^;|]*/g)).toEqual([expect.stringMatching(/^npm publish --ignore-scripts /)]);
});

const tools = readdirSync(join(ROOT, 'tools')).map((tool) => join('tools', tool, 'package-lock.json'));
const locks = ['package-lock.json', ...tools.filter((file) => existsSync(join(ROOT, file)))];

it.each(locks)('%s names every package with its digest, or what npm installs could be another one', (file) => {
	const lock = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as {
		packages: Record<string, { integrity?: string; link?: boolean }>;
	};
	const packages = Object.entries(lock.packages);
	// What does not lie in node_modules is a folder of the project.
	const installed = packages.filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
	expect(installed.length).toBeGreaterThan(500);
	expect(installed.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
});

it('one tag publishes the package of all providers and one for each, after a dry run of each', () => {
	const publish = workflows.find(([file]) => file === 'publish.yml')?.[1];
	const runs = Object.values(publish?.jobs ?? {}).map(({ steps }) => steps.flatMap(({ run }) => run ?? []).join('\n'));
	expect(runs[0]).toContain('npm run packages && mv build/packages/*.tgz package/');
	for (const [job, options] of [
		[0, ' --dry-run'],
		[1, ''],
	] as const) {
		expect(runs[job]).toContain(
			`for tarball in package/*.tgz; do npm publish${options} --ignore-scripts --access public "./$tarball" || exit 1; done`,
		);
	}
});
