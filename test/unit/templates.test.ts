import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { providers } from '../../harness/catalogue';

const FOLDER = join(__dirname, '..', '..', 'templates');
const PACKAGE = 'n8n-nodes-cloud-pbx.';
const NOTE = 'n8n-nodes-base.stickyNote';

interface TemplateNode {
	name: string;
	type: string;
	parameters: { content?: string; resource?: string; operation?: string; dryRun?: unknown };
}

const templates = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file): [string, TemplateNode[]] => [
		file,
		(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { nodes: TemplateNode[] }).nodes,
	]);

/** What a node of the package does, from the table of all operations. */
function effectOf({ type, parameters: { resource, operation } }: TemplateNode): string | undefined {
	const provider = providers.find(({ node }) => type === `${PACKAGE}${node}`);
	return provider?.operations.find((one) => one.resource === resource && one.operation === operation)?.effect;
}

const actions = templates.flatMap(([file, nodes]) =>
	nodes
		.filter(({ type }) => type.startsWith(PACKAGE) && !type.endsWith('Trigger'))
		.map((node) => ({ file, node, note: nodes.find(({ type }) => type === NOTE)?.parameters.content ?? '' })),
);
const reaching = actions.filter(({ node }) => ['calls', 'texts', 'faxes'].includes(effectOf(node) ?? ''));

it('names an operation that there is in each node of a template, or its first run fails', () => {
	expect(actions.filter(({ node }) => effectOf(node) === undefined)).toEqual([]);
});

it('has templates that call and that text, so that what follows is about something', () => {
	expect(new Set(reaching.map(({ node }) => effectOf(node)))).toEqual(new Set(['calls', 'texts']));
});

it.each(reaching.map(({ file, node, note }) => [file, node.name, node, note] as const))(
	'%s reaches nobody while it is tried out: %s comes with Dry Run, and the note says how to turn it off',
	(_file, name, node, note) => {
		expect(node.parameters.dryRun).toBe(true);
		expect(note).toContain('**Dry Run** is on');
		expect(note).toContain(`turn off *Dry Run* in *${name}*`);
	},
);
