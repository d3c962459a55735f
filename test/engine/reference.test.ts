/** What the reference (docs/reference.md) and its JSON Schemas promise of an item, and what the triggers give. */
import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { PublishedTrigger } from '../../harness/engine/polling';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { itemKinds, listsOf, type ItemKind, type List } from '../../tools/docs/reference';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await createSimulator({ world: { seed: 'reference', callsPerDay: 40, unansweredLegs: 'all' } });
});
afterAll(async () => await simulator.close());

const ajv = new Ajv({ allErrors: true });
const FOLDER = join(__dirname, '..', '..', 'docs', 'schemas');

/** What is wrong with items by the schema of their kind. */
function errorsOf(items: IDataObject[], kind: ItemKind): string[] {
	const validate = ajv.compile(JSON.parse(readFileSync(join(FOLDER, itemKinds[kind]), 'utf8')) as object);
	return items.flatMap((item) => (validate(item) === true ? [] : [ajv.errorsText(validate.errors)]));
}

async function itemsOf({ provider, credential }: List, parameters: INodeParameters): Promise<IDataObject[]> {
	const published = await PublishedTrigger.publish({
		node: `${provider.node}Trigger`,
		parameters: { output: 'full', ...parameters, options: { includeRaw: true, testItems: 50 } },
		credentials: { [provider.credentials[0]]: credential },
		timezone: 'Australia/Sydney',
	});
	return await published.poll({ mode: 'manual', activation: 'manual' });
}

describe.each(providers.filter(({ trigger }) => trigger !== undefined))('$name', (provider) => {
	it('gives items as the JSON Schemas have them, so that code made from these reads every item', async () => {
		const kinds = new Set<ItemKind>();
		const lists = listsOf(provider, simulator);
		for (const list of lists) {
			for (const itemPer of ['call', 'leg']) {
				const items = await itemsOf(list, { event: list.event, itemPer });
				const kind = 'legs' in items[0] ? 'Call' : 'outcome' in items[0] ? 'Leg' : 'Message';
				kinds.add(kind);
				expect([list.event, itemPer, errorsOf(items, kind)]).toEqual([list.event, itemPer, []]);
			}
		}
		// Where a provider writes one record for each call there is nothing to join.
		const hasLegs = lists.some(({ event, credential }) => provider.trigger?.isLinked?.(event, credential) === true);
		expect([...kinds]).toEqual(expect.arrayContaining(hasLegs ? ['Call', 'Leg'] : ['Leg']));
	});

	it('gives callers who were missed as the JSON Schema has them', async () => {
		const [list] = listsOf(provider, simulator);
		const items = await itemsOf(list, { event: 'missedNotReturned', waitMinutes: 1 });
		expect(items.length).toBeGreaterThan(0);
		expect(errorsOf(items, 'Unreturned')).toEqual([]);
	});
});
