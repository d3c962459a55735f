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
import { CALL_LISTS } from '../harness/forms';
import { FIGURES } from '../nodes/shared/calls/statistics';
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

/** Simplified rows look the same for every provider, whether or not the provider can fill each field. */
const call: Record<string, Shape> = {
	startedAt: 'string',
	direction: 'string',
	outcome: 'string',
	caller: 'string',
	callerName: 'string',
	callee: 'string',
	queue: 'string',
	agent: 'string',
	waitSeconds: 'number',
	talkSeconds: 'number',
	itemId: 'string',
};
const caller: Record<string, Shape> = {
	caller: 'string',
	callerName: 'string',
	attemptCount: 'number',
	queue: 'string',
	firstAttemptAt: 'string',
	lastAttemptAt: 'string',
	waitedMinutes: 'number',
	itemId: 'string',
};

const event: Record<string, Shape> = {
	event: 'string',
	at: 'string',
	caller: 'string',
	callerName: 'string',
	callee: 'string',
	queue: 'string',
	agent: 'string',
	callId: 'string',
	itemId: 'string',
	direction: 'string',
	providerEvent: 'string',
};

const statistics: Record<string, Shape> = {
	from: 'string',
	to: 'string',
	...Object.fromEntries(FIGURES.map((name) => [name, 'number' as const])),
	firstCallAt: 'string',
	lastCallAt: 'string',
	busiestHour: 'number',
	waitKnown: 'number',
	talkKnown: 'number',
};

/** What a node itself shapes, in the form that is the default. */
function ownShape(what: string): Schema | undefined {
	const [resource, operation] = what.split(' ');
	if (operation === 'getAll' && CALL_LISTS.has(resource)) return objectOf(call);
	if (operation === 'getStatistics' && CALL_LISTS.has(resource)) return objectOf(statistics);
	return operation === 'getUnreturned' ? objectOf(caller) : undefined;
}

/** Folder below `nodes/` by node name. */
const folders = new Map(manifest.n8n.nodes.map((path) => [nodeNameOf(path), path.split('/')[2]]));

function pathOf(node: string, what: string): string {
	const folder = `nodes/${folders.get(node) ?? ''}/__schema__`;
	if (node.endsWith('EventTrigger')) return `nodes/${folders.get(node) ?? ''}/event/__schema__/v1.0.0.json`;
	return node.endsWith('Trigger') ? `${folder}/v1.0.0.json` : `${folder}/v1.0.0/${what.replace(' ', '/')}.json`;
}

function objectOf(shape: Readonly<Record<string, Shape>>): Schema {
	return merge(undefined, shape) ?? { type: 'object' };
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
	for (const { node, operations, events, pushes } of providers) {
		if (pushes !== undefined) schemas.set(pathOf(`${node}EventTrigger`, ''), objectOf(event));
		if (events.length > 0) schemas.set(pathOf(`${node}Trigger`, ''), objectOf(call));
		for (const { resource, operation } of operations) {
			const own = ownShape(`${resource} ${operation}`);
			if (own !== undefined) schemas.set(pathOf(node, `${resource} ${operation}`), own);
		}
	}
	for (const line of lines) {
		const { node, what, shape } = JSON.parse(line) as { node: string; what: string; shape: Shape };
		const path = pathOf(node, what);
		if (documented.has(`${node} ${what}`) || ownShape(what) !== undefined) continue;
		const merged = merge(schemas.get(path), shape);
		if (merged !== undefined) schemas.set(path, merged);
	}
	for (const folder of new Set([...folders.values()].filter(isWanted)))
		for (const place of ['__schema__', 'event/__schema__'])
			rmSync(join(ROOT, 'nodes', folder, place), { recursive: true, force: true });
	const written = [...schemas].filter(([path]) => isWanted(path.split('/')[1]));
	for (const [path, schema] of written.sort(([a], [b]) => (a < b ? -1 : 1))) {
		mkdirSync(dirname(join(ROOT, path)), { recursive: true });
		writeFileSync(join(ROOT, path), `${JSON.stringify({ ...schema, version: 1 }, null, '\t')}\n`);
	}
	process.stdout.write(`${written.length} output schemas written\n`);
});
