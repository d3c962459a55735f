/**
 * What it takes to load a package's nodes: `tsx bench/load.ts WHAT N8N_NODES_BASE`. One line of JSON. Another package of this
 * project is named by its name, and read from where `npm run packages` has put it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import manifest from '../package.json';

const [, , what, nodesBase] = process.argv;
const ROOT = join(__dirname, '..');
const isOwn = what.startsWith('n8n-nodes-');
const folder = join(ROOT, 'packages', what);
const files: Record<string, string[]> = {
	...(isOwn && { [what]: nodesOf(folder) }),
	'this package': manifest.n8n.nodes.map((path) => join(ROOT, path)),
	Twilio: ['Twilio/Twilio.node.js', 'Twilio/TwilioTrigger.node.js'].map((path) => join(nodesBase, 'dist/nodes', path)),
	Vonage: [join(nodesBase, 'dist/nodes/Vonage/Vonage.node.js')],
	HubSpot: ['Hubspot/Hubspot.node.js', 'Hubspot/HubspotTrigger.node.js'].map((path) =>
		join(nodesBase, 'dist/nodes', path),
	),
};

function nodesOf(folder: string): string[] {
	const { n8n } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as typeof manifest;
	return n8n.nodes.map((path) => join(folder, path));
}

/** The built files of what is loaded. */
function kilobytesOf(folder: string): number {
	const found = readdirSync(folder, { recursive: true, withFileTypes: true });
	const sizes = found
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
	return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

const built =
	isOwn || what === 'this package'
		? join(isOwn ? folder : ROOT, 'dist')
		: join(nodesBase, 'dist/nodes', what === 'HubSpot' ? 'Hubspot' : what);

type Loaded = Record<string, new () => INodeType & { nodeVersions?: Record<string, INodeType> }>;

const load = createRequire(__filename);
// What n8n has loaded by then anyway.
load(isOwn || what === 'this package' ? 'n8n-workflow' : join(nodesBase, '..', 'n8n-workflow'));
load(isOwn || what === 'this package' ? 'luxon' : join(nodesBase, '..', 'luxon'));

const started = performance.now();
const descriptions: INodeTypeDescription[] = [];
for (const file of files[what]) {
	const NodeClass = (load(file) as Loaded)[basename(file, '.node.js')];
	const node = new NodeClass();
	descriptions.push(
		...(node.nodeVersions === undefined ? [node] : Object.values(node.nodeVersions)).map(
			({ description }) => description,
		),
	);
}
const milliseconds = performance.now() - started;
const kilobytes = Buffer.byteLength(JSON.stringify(descriptions)) / 1024;
process.stdout.write(
	`${JSON.stringify({ 'kB on disk': kilobytesOf(built), 'node files': files[what].length, 'milliseconds to load': milliseconds, 'kB of descriptions': kilobytes, 'kB per node': kilobytes / descriptions.length })}\n`,
);
