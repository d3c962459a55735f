/** 'Time Zone of Records' as a list to search in, on each node that has it, and what it may be otherwise. */
import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { searchList } from '../../harness/engine/editor';
import { nodeTypes } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const NODES = ['voipcloud', 'voipcloudTrigger', 'voipStudio', 'voipStudioTrigger', 'while1Voice', 'while1VoiceTrigger'];

/** The fields that a list of zones belongs to. */
function* zoneFields(fields: INodeProperties[]): Iterable<INodeProperties> {
	for (const field of fields) {
		if (/zone$/i.test(field.name)) yield field;
		if (field.type === 'collection') yield* zoneFields(field.options as INodeProperties[]);
		if (field.type === 'fixedCollection') {
			for (const { values } of field.options as INodePropertyCollection[]) yield* zoneFields(values);
		}
	}
}

describe.each(NODES)('Time zones of %s', (node) => {
	const search = async (filter?: string) =>
		(await searchList({ node, parameters: {}, timezone: 'Europe/Madrid' }, 'searchTimeZones', filter)).results;

	it('are chosen from a list wherever they are asked for, so that nobody has to know how they are written', async () => {
		await search();
		const fields = [...zoneFields(nodeTypes.getByNameAndVersion(`n8n-nodes-cloud-pbx.${node}`).description.properties)];
		expect(fields.length).toBeGreaterThan(0);
		for (const { modes } of fields) expect(modes?.[0].typeOptions?.searchListMethod).toBe('searchTimeZones');
	});

	it('begin with that of n8n, and hold every zone of the world once', async () => {
		const all = await search();
		expect(all[0]).toEqual({
			name: expect.stringMatching(/^Europe\/Madrid \(UTC\+[12]\), n8n's own zone$/) as string,
			value: 'Europe/Madrid',
		});
		const values = all.map(({ value }) => value);
		expect(values).toEqual(expect.arrayContaining([...Intl.supportedValuesOf('timeZone'), 'UTC']));
		expect(new Set(values).size).toBe(values.length);
	});

	it('are found by a city as people write it', async () => {
		expect((await search('new york')).map(({ value }) => value)).toEqual(['America/New_York']);
		expect((await search('BUCHAREST ')).map(({ value }) => value)).toEqual(['Europe/Bucharest']);
		expect(await search('Atlantis')).toEqual([]);
	});
});

describe('A time zone', () => {
	let simulator: Simulator;
	beforeEach(async () => {
		simulator = await createSimulator({ world: { seed: 3, callsPerDay: 200, clock: () => Date.now() } });
	});
	afterEach(async () => await simulator.close());

	const credentials = () => ({
		voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: simulator.urls.voipstudio },
	});
	const polled = async (timezone: unknown) => {
		const parameters = { event: 'cdr', options: { timezone } as never };
		const trigger = await PublishedTrigger.publish({
			node: 'voipStudioTrigger',
			parameters,
			credentials: credentials(),
		});
		return await trigger.poll();
	};
	const listed = async (timezone: unknown) => {
		const { items, error } = await runNode({
			node: 'voipStudio',
			parameters: {
				resource: 'cdr',
				operation: 'getAll',
				output: 'full',
				itemPer: 'leg',
				limit: 200,
				options: { timezone } as never,
			},
			credentials: credentials(),
		});
		if (error !== undefined) throw error;
		return new Map(items.map(({ json }) => [json.id, Date.parse(json.startedAt as string)]));
	};

	it.each([
		['a choice of the list', { __rl: true, mode: 'list', value: 'Australia/Sydney' }],
		['a name that was typed', { __rl: true, mode: 'name', value: ' Australia/Sydney ' }],
		['an expression in that field', { __rl: true, mode: 'name', value: '={{ "Australia/Sydney" }}' }],
		['a text, as workflows hold it that were saved before', 'Australia/Sydney'],
		['an expression in place of it all', '={{ "Australia/Sydney" }}'],
	])('means the same as %s', async (_what, value) => {
		const [utc, sydney] = [await listed(''), await listed(value)];
		// By Sydney's clock some of the newest are not over yet.
		const shared = [...sydney].filter(([id]) => utc.has(id));
		expect(shared.length).toBeGreaterThan(20);
		for (const [id, at] of shared) expect([10, 11]).toContain(((utc.get(id) ?? NaN) - at) / 3_600_000);
	});

	it.each([
		['an empty choice', { __rl: true, mode: 'list', value: '' }],
		['an expression that gives nothing', '={{ undefined }}'],
	])('is UTC with %s', async (_what, value) => {
		expect(await listed(value)).toEqual(await listed('UTC'));
	});

	it.each([
		['no zone', 'Mars/Base', '"Mars/Base"'],
		['no zone, by name', { __rl: true, mode: 'name', value: 'Mars/Base' }, '"Mars/Base"'],
		['a number', '={{ 5 }}', '5'],
		['a list', '={{ ["UTC"] }}', '["UTC"]'],
	])('is refused where it is %s, or times would be hours off without a word', async (_what, value, shown) => {
		const refused = {
			message: "'Time Zone of Records' is not a time zone",
			description: expect.stringContaining(`It is ${shown} now.`) as string,
		};
		await expect(polled(value)).rejects.toMatchObject(refused);
		await expect(listed(value)).rejects.toMatchObject(refused);
		expect(simulator.requests).toEqual([]);
	});

	it.each([
		['full', 'Europe/Madrid', '2026-11-20 10:00:00'],
		['full', '', '2026-11-20 09:00:00'],
		['raw', 'Europe/Madrid', '2026-11-20 10:00:00'],
	])(
		'of the records is that of date conditions: output %s, zone %j asks for %s, or calls of other hours would come',
		async (output, timezone, value) => {
			const condition = { property: 'calldate', operator: 'gte', value: '2026-11-20T09:00:00Z' };
			const parameters = { resource: 'cdr', operation: 'getAll', output, itemPer: 'leg', options: { timezone } };
			const filters = { conditions: [condition] };
			await runNode({ node: 'voipStudio', parameters: { ...parameters, filters }, credentials: credentials() });
			const asked = simulator.requests.find(({ path }) => path.endsWith('/cdrs'));
			expect(JSON.parse(String(asked?.query.filter))).toEqual([{ ...condition, value }]);
		},
	);
});
