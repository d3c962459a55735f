/**
 * Everything in the package is described, documented and run, and everything that is described is in the package. Runs
 * after the tests, which note what they ran against the simulator. Each thing that is missing is one line with its command.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { providers, type Provider } from '../harness/catalogue';
import { command } from '../harness/command';
import { Failure } from '../harness/failure';
import manifest from '../package.json';
import { builtNodes, nodeNameOf, type Names } from './docs/displayNames';
import { engineTests, prefixOf, testedBy, type Notes } from './testedBy';

const ROOT = join(__dirname, '..');

/** What the last run of tests noted; without one, nothing. */
function lastRun(): Notes {
	const read = (file: string): string =>
		existsSync(join(ROOT, 'build', file)) ? readFileSync(join(ROOT, 'build', file), 'utf8') : '';
	return { ran: new Set(read('operations-run.txt').split('\n')), isWhole: read('tests-run.txt') === 'all' };
}

/** The source folder of a provider's node. */
function folderOf(node: string): string {
	const path = manifest.n8n.nodes.find((file) => nodeNameOf(file) === node) ?? '';
	return dirname(path).replace(/^dist\//, '');
}

function eventsLacking({ name, events, pushes }: Provider, built: Names | undefined): string[] {
	const pushed = built?.pushed.map(({ value }) => String(value)) ?? [];
	const known = [...(pushes?.kinds.keys() ?? [])];
	const unpushed = known.filter((event) => !pushed.includes(event));
	const unknown = pushed.filter((event) => !known.includes(event));
	const lacking = events.filter((event) => !built?.events.includes(event));
	const unlisted = built?.events.filter((event) => !events.includes(event)) ?? [];
	return [
		...lacking.map((event) => `${name}: the trigger lacks the event "${event}" → harness/catalogue.ts, npm run build`),
		...[...unpushed, ...unknown].map(
			(event) => `${name}: "${event}" is an event of the node or of event/events.ts, not of both → npm run build`,
		),
		...unlisted.map((event) => `${name}: the event "${event}" is not listed → harness/catalogue.ts, npm run docs`),
	];
}

function schemasLacking({ name, node, operations, events }: Provider, ownTests: string): string[] {
	const folder = folderOf(node);
	const schemas = join(ROOT, folder, '__schema__');
	const write = `npx jest ${ownTests} && npx tsx tools/schemas.ts ${folder.slice('nodes/'.length)}`;
	const lacking: string[] = [];
	for (const { resource, operation, untold } of operations) {
		const isThere = existsSync(join(schemas, 'v1.0.0', resource, `${operation}.json`));
		if (!isThere && untold === undefined)
			lacking.push(
				`${name}: "${resource} ${operation}" has neither an output schema nor a reason in "untold" → ${write}`,
			);
		if (isThere && untold !== undefined)
			lacking.push(`${name}: "${resource} ${operation}" has an output schema and is "untold" → delete one of the two`);
	}
	if (events.length > 0 && !existsSync(join(schemas, 'v1.0.0.json')))
		lacking.push(`${name}: the trigger has no output schema → ${write}`);
	return lacking;
}

function examplesLacking({ name, doc, operations }: Provider, built: Names | undefined): string[] {
	const page = readFileSync(join(ROOT, 'docs', 'examples', doc), 'utf8');
	return operations
		.filter(({ resource, operation }) => {
			const title = `*${built?.resource(resource)} > ${built?.operation(resource, operation)}*`;
			return !page.includes(title);
		})
		.map(
			({ resource, operation }) =>
				`${name}: "${resource} ${operation}" has no example in docs/examples/${doc} → npm run docs`,
		);
}

command(async () => {
	const names = await builtNodes();
	const notes = lastRun();
	const tests = engineTests();
	const missing: string[] = [];
	const unrun = new Map<string, number>();
	for (const provider of providers) {
		const { name, node, operations, events, pushes } = provider;
		const built = names.get(node);
		const ownTests = `test/engine/${prefixOf(node, tests)}`;
		missing.push(
			...eventsLacking(provider, built),
			...schemasLacking(provider, ownTests),
			...examplesLacking(provider, built),
		);
		const wanted: Array<[string, string]> = [
			...operations.map(({ resource, operation }): [string, string] => [node, `${resource} ${operation}`]),
			...events.map((event): [string, string] => [`${node}Trigger`, event]),
			...[...(pushes?.kinds.keys() ?? [])].map((event): [string, string] => [`${node}EventTrigger`, event]),
		];
		for (const [runner, what] of wanted) {
			const tested = testedBy(runner, what, notes, tests);
			if (tested === 'no') {
				const kind = runner === node ? '' : 'the event ';
				missing.push(`${name}: no test runs ${kind}"${what}" → add one to ${ownTests}*.test.ts, npx jest ${ownTests}`);
			} else if (tested !== 'yes') unrun.set(tested, (unrun.get(tested) ?? 0) + 1);
		}
	}
	const known = new Set(providers.flatMap(({ node }) => [node, `${node}Trigger`, `${node}EventTrigger`]));
	for (const node of manifest.n8n.nodes.map(nodeNameOf).filter((one) => !known.has(one)))
		missing.push(`package.json: no provider has the node ${node} → harness/catalogue.ts, npm run docs`);
	if (missing.length > 0) throw new Failure(missing.join('\n'), 'Then "npm run completeness" again.');
	const count = providers.flatMap(({ operations }) => operations).length;
	const notRun = [...unrun.values()].reduce((sum, one) => sum + one, 0);
	process.stdout.write(
		notRun === 0
			? `${count} operations described, documented and run\n`
			: `${count} operations described and documented. ${notRun} operations and events are in tests that were not run this time: npx jest test/engine\n`,
	);
});
