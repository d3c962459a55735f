/**
 * Everything in the package is described, documented and run, and everything that is described is in the
 * package. Runs after the tests, which note each operation they ran against the simulator.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { providers } from '../harness/catalogue';
import { command } from '../harness/command';
import { Failure } from '../harness/failure';
import manifest from '../package.json';
import { displayNames, nodeNameOf } from './docs/displayNames';

const ROOT = join(__dirname, '..');
const RUN = join(ROOT, 'build', 'operations-run.txt');

command(async () => {
	const names = await displayNames();
	const run = new Set(existsSync(RUN) ? readFileSync(RUN, 'utf8').split('\n') : []);
	const missing: string[] = [];
	for (const { name, node, operations, events } of providers) {
		const described = operations.map(({ resource, operation }) => `${resource} ${operation}`);
		const built = names.get(node);
		for (const event of events.filter((one) => !built?.events.includes(one))) {
			missing.push(`${name}: the trigger has no event "${event}" of the table of capabilities`);
		}
		for (const event of built?.events.filter((one) => !events.includes(one)) ?? []) {
			missing.push(`${name}: the event "${event}" is not in the table of capabilities`);
		}
		for (const operation of described.filter((one) => !run.has(`${node} ${one}`))) {
			missing.push(`${name}: no test ran "${operation}" against the simulator`);
		}
		for (const event of events.filter((one) => !run.has(`${node}Trigger ${one}`))) {
			missing.push(`${name}: no test polled "${event}" at the simulator`);
		}
		const folder = dirname(manifest.n8n.nodes.find((path) => nodeNameOf(path) === node) ?? '');
		for (const { resource, operation, untold } of operations) {
			const schema = join(ROOT, folder.replace(/^dist\//, ''), '__schema__', 'v1.0.0', resource, `${operation}.json`);
			if (!existsSync(schema) && untold === undefined) {
				missing.push(
					`${name}: "${resource} ${operation}" has neither an output schema ("npm run schemas") nor a reason for having none`,
				);
			}
			if (existsSync(schema) && untold !== undefined)
				missing.push(`${name}: "${resource} ${operation}" has an output schema, though its answer counts as untold`);
		}
		if (events.length > 0 && !existsSync(join(ROOT, folder.replace(/^dist\//, ''), '__schema__', 'v1.0.0.json'))) {
			missing.push(`${name}: the trigger has no output schema ("npm run schemas")`);
		}
	}
	const known = new Set(providers.flatMap(({ node }) => [node, `${node}Trigger`]));
	for (const path of manifest.n8n.nodes) {
		const name = nodeNameOf(path);
		if (!known.has(name)) missing.push(`package.json: no provider of the table of capabilities has the node ${name}`);
	}
	if (missing.length > 0) {
		throw new Failure(
			`${missing.length} things are not complete:\n  ${missing.join('\n  ')}`,
			'Add what is missing: the test, the output schema, the event in harness/catalogue.ts. After a part of the tests, run all of them first: "npx jest".',
		);
	}
	process.stdout.write(
		`${providers.flatMap(({ operations }) => operations).length} operations described, documented and run\n`,
	);
});
