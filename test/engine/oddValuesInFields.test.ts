/** Values as expressions, spreadsheets and gateways give them, as one item among good ones, in every kind of field. */
import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runNode, type NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { fields, type Field } from './oddFields';
import { isEmpty, REFUSED, values } from './oddValues';

/**
 * The test line gives each field every third value, beginning elsewhere in each, so that every value meets every third
 * field. `TEST_FULL=1` gives all to all.
 */
const EVERY = process.env.TEST_FULL === undefined ? 3 : 1;
const valuesOf = (field: Field) => values.filter((_value, i) => (i + fields.indexOf(field)) % EVERY === 0);

/** So many at once stay within the requests that a provider allows. */
const AT_ONCE = 45;

it('there are at least sixty values, or an odd one may have been forgotten', () => {
	expect(values.length).toBeGreaterThanOrEqual(60);
});

it('each kind of field that the package makes has its row, or a new one would never meet odd values', () => {
	const folder = join(__dirname, '..', '..', 'nodes');
	const made = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.flatMap((file) => kindsIn(readFileSync(join(folder, file), 'utf8')).map((name) => `${file} ${name}`));
	expect(made.length).toBeGreaterThan(20);
	expect([...new Set(fields.map(({ kind }) => kind))].sort()).toEqual(made.sort());
});

/** What a source file makes with `kind`, by the name of the declaration around it. */
function kindsIn(source: string): string[] {
	const declarations = source.split(/^(?=(?:export )?(?:const|function) )/m);
	return declarations
		.filter((declaration) => /(?<!function )\bkind\(/.test(declaration))
		.map((declaration) => /(?:const|function) (\w+)/.exec(declaration)?.[1] ?? declaration);
}

it.each(fields)(
	"$kind, in '$displayName' of $node: each value is sent as documented or refused by name and item, and no other item's request changes",
	async (field) => {
		const given = valuesOf(field);
		const order = fc.shuffledSubarray(given, { minLength: given.length });
		await fc.assert(
			fc.asyncProperty(order, async (shuffled) => {
				for (let first = 0; first < shuffled.length; first += AT_ONCE) {
					await withSimulator(
						async (simulator) => await check(simulator, field, shuffled.slice(first, first + AT_ONCE)),
					);
				}
			}),
			{ seed: 20, numRuns: 1 },
		);
	},
	120_000,
);

it.each(fields)(
	"$kind, in '$displayName' of $node: what stops a run says field and value, or nobody could find it",
	async (field) => {
		const refused = values.filter((value) => !isEmpty(value) && field.sentFor(value) === REFUSED);
		await withSimulator(async (simulator) => {
			for (const value of refused.slice(0, 3)) {
				const { error } = await runNode(runOf(simulator, field, [value]));
				expect(error?.message).toMatch(field.named ?? nameOf(field));
				expect(`${error?.message} ${error?.description ?? ''}`).toContain(
					JSON.stringify(String(value).trim()).slice(1, -1),
				);
			}
			expect(simulator.requests).toEqual([]);
		});
	},
);

async function withSimulator(run: (simulator: Simulator) => Promise<void>): Promise<void> {
	const simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 } });
	try {
		await run(simulator);
	} finally {
		await simulator.close();
	}
}

function runOf(
	simulator: Simulator,
	{ node, parameters }: Pick<Field, 'node' | 'parameters'>,
	given: unknown[],
): NodeRun {
	const logins = Object.entries(simulator.faces).flatMap(([name, face]) =>
		Object.entries(face.credentials(simulator.urls[name as keyof Simulator['urls']])),
	);
	return {
		node,
		parameters,
		credentials: Object.fromEntries(logins) as NodeRun['credentials'],
		items: given.map((value, item) => ({ json: { value } as never, pairedItem: { item } })),
	};
}

/** Runs the values, a good one behind each, and compares what the provider received. */
async function check(simulator: Simulator, field: Field, odd: unknown[]): Promise<void> {
	const { good, goodSent, isRequired = false, ifEmpty, sentFor } = field;
	const given = odd.flatMap((value) => [value, good]);
	const { items, error } = await runNode({ ...runOf(simulator, field, given), onError: 'continueRegularOutput' });
	expect(error).toBeUndefined();
	const sent = simulator.requests.map((request) => field.received(request)).filter((one) => one !== undefined);
	const received = new Map(sent.map(({ item, value }) => [item, value]));
	expect(received.size).toBe(sent.length);
	given.forEach((value, index) => {
		const nothing = isRequired ? REFUSED : ifEmpty;
		const expected = index % 2 === 1 ? goodSent : isEmpty(value) ? nothing : sentFor(value);
		expect({ value, sent: received.has(index) ? received.get(index) : REFUSED }).toEqual({ value, sent: expected });
		if (expected === REFUSED) expect(refusalOf(items, index)).toMatch(field.named ?? nameOf(field));
	});
}

function nameOf({ displayName }: Field): RegExp {
	return new RegExp(`'${displayName.replace(/[()]/g, '\\$&')}'`);
}

function refusalOf(items: INodeExecutionData[], index: number): unknown {
	return items.find(({ pairedItem }) => (pairedItem as { item: number }).item === index)?.json.error;
}
