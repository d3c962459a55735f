/**
 * Writes the output schemas (`__schema__`) that n8n's editor shows before a node has run, from what the engine tests got.
 * `npm run schemas` runs those tests and writes; review the result like code. `npx tsx tools/schemas.ts VoipStudio` writes those
 * of one folder below `nodes/`, when only its own tests have run. A field that was only ever null is left out: its type is not
 * known.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { providers } from '../harness/catalogue';
import { command } from '../harness/command';
import { shapeOf, type Shape } from '../harness/engine/notes';
import { Failure } from '../harness/failure';
import manifest from '../package.json';
import { nodeNameOf } from './docs/displayNames';

const ROOT = join(__dirname, '..');

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** By node and operation, where documents do not give the whole answer; it is not taken from what the simulator makes up. */
const documented = new Map(
	providers.flatMap(({ node, operations }) =>
		operations
			.filter(({ printed, untold }) => printed !== undefined || untold !== undefined)
			.map(({ resource, operation, printed }) => [
				`${node} ${resource} ${operation}`,
				{ node, resource, operation, printed },
			]),
	),
);

const party: Shape = { number: 'string', e164: 'string', name: 'string', withheld: 'boolean', type: 'string' };
const named: Shape = { id: 'string', name: 'string' };
/** The normalised call looks the same for every provider, whether or not the provider can fill each field. */
const call: Shape = {
	direction: 'string',
	outcome: 'string',
	from: party,
	to: party,
	queue: named,
	ringGroup: named,
	user: named,
	startedAt: 'string',
	answeredAt: 'string',
	endedAt: 'string',
	durationSeconds: 'number',
	waitSeconds: 'number',
	talkSeconds: 'number',
	cost: 'number',
	parentId: 'string',
	id: 'string',
	provider: 'string',
	event: 'string',
	schemaVersion: 'number',
};

/** A caller who has not been reached since looks the same for every provider, too. */
const caller: Shape = {
	from: party,
	attempts: [{ callId: 'string', queue: named, startedAt: 'string', endedAt: 'string', waitSeconds: 'number' }],
	firstAt: 'string',
	lastAt: 'string',
	waitedMinutes: 'number',
};

/** What a node itself shapes, with the fields that no test filled. */
function ownShape(node: string, what: string): Schema | undefined {
	if (node.endsWith('Trigger')) return merge(undefined, call);
	return what.endsWith(' getUnreturned') ? merge(undefined, caller) : undefined;
}

/** Folder below `nodes/` by node name. */
const folders = new Map(manifest.n8n.nodes.map((path) => [nodeNameOf(path), path.split('/')[2]]));

function pathOf(node: string, what: string): string {
	const folder = `nodes/${folders.get(node) ?? ''}/__schema__`;
	return node.endsWith('Trigger') ? `${folder}/v1.0.0.json` : `${folder}/v1.0.0/${what.replace(' ', '/')}.json`;
}

function merge(schema: Schema | undefined, shape: Shape): Schema | undefined {
	if (shape === 'null') return schema;
	if (Array.isArray(shape)) {
		const items = shape.reduce<Schema | undefined>((known, item) => merge(known, item), schema?.items);
		return { type: 'array', ...(items === undefined ? {} : { items }) };
	}
	if (typeof shape === 'string') return schema ?? { type: shape };
	const properties: Record<string, Schema> = { ...schema?.properties };
	for (const [field, inner] of Object.entries(shape)) {
		const merged = merge(properties[field], inner);
		if (merged !== undefined) properties[field] = merged;
	}
	return { type: 'object', properties };
}

command(async () => {
	const [wanted] = process.argv.slice(2);
	const isWanted = (folder = '') => wanted === undefined || folder === wanted;
	if (![...folders.values()].some(isWanted)) {
		throw new Failure(
			`No folder below nodes/ is called ${wanted}`,
			`It can be: ${[...new Set(folders.values())].join(', ')}.`,
		);
	}
	const notes = join(ROOT, 'build', 'operations-output.ndjson');
	let lines: string[];
	try {
		// In an order that does not depend on which test finished first.
		lines = readFileSync(notes, 'utf8').trim().split('\n').sort();
	} catch (error) {
		throw new Failure('No outputs were noted', 'Run the engine tests first: npm run schemas does both.', {
			cause: error,
		});
	}
	const schemas = new Map<string, Schema>();
	for (const { node, resource, operation, printed } of documented.values()) {
		const schema = printed === undefined ? undefined : merge(undefined, shapeOf(printed));
		if (schema !== undefined) schemas.set(pathOf(node, `${resource} ${operation}`), schema);
	}
	for (const line of lines) {
		const { node, what, shape } = JSON.parse(line) as { node: string; what: string; shape: Shape };
		const path = pathOf(node, what);
		if (documented.has(`${node} ${what}`)) continue;
		const known = schemas.get(path) ?? ownShape(node, what);
		const merged = merge(known, shape);
		if (merged !== undefined) schemas.set(path, merged);
	}
	for (const folder of new Set([...folders.values()].filter(isWanted)))
		rmSync(join(ROOT, 'nodes', folder, '__schema__'), { recursive: true, force: true });
	const written = [...schemas].filter(([path]) => isWanted(path.split('/')[1]));
	for (const [path, schema] of written.sort(([a], [b]) => (a < b ? -1 : 1))) {
		mkdirSync(dirname(join(ROOT, path)), { recursive: true });
		writeFileSync(join(ROOT, path), `${JSON.stringify({ ...schema, version: 1 }, null, '\t')}\n`);
	}
	process.stdout.write(`${written.length} output schemas written\n`);
});
