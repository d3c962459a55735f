/**
 * What an item holds, and from which fields of a provider's records: derived from the types and the code that reads the records,
 * so that the page (docs/reference.md) cannot say anything else.
 */
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { createGenerator, type Schema } from 'ts-json-schema-generator';

import { providers, type Provider } from '../../harness/catalogue';
import { PublishedTrigger } from '../../harness/engine/polling';
import { providerNames } from '../../simulator/providers';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import type { Names } from './displayNames';

const ROOT = join(__dirname, '..', '..');

/** The kinds of items, as the types of `itemTypes.ts`, with the file that holds the schema of each. */
export const itemKinds = {
	SimplifiedCall: 'simplified-call.schema.json',
	SimplifiedCaller: 'simplified-caller.schema.json',
	SimplifiedMessage: 'simplified-message.schema.json',
	Call: 'call.schema.json',
	Leg: 'leg.schema.json',
	Message: 'message.schema.json',
	Unreturned: 'unreturned-caller.schema.json',
} as const;

export type ItemKind = keyof typeof itemKinds;

/** The JSON Schema of each kind of item. */
export function itemSchemas(): Record<ItemKind, Schema> {
	const generator = createGenerator({
		path: join(__dirname, 'itemTypes.ts'),
		tsconfig: join(ROOT, 'tsconfig.test.json'),
		skipTypeCheck: true,
		topRef: false,
		expose: 'none',
	});
	const entries = Object.keys(itemKinds).map((kind) => {
		const { $schema, definitions, ...schema } = generator.createSchema(kind);
		const description = definitions === undefined ? undefined : schema.description;
		return [kind, { $schema, title: kind, description, ...(closed(schema) as Schema) }];
	});
	return Object.fromEntries(entries) as Record<ItemKind, Schema>;
}

/** Only the listed fields are allowed, although n8n's type of an item allows any. What a provider sent is not described. */
function closed(schema: unknown): unknown {
	if (Array.isArray(schema)) return schema.map(closed);
	if (typeof schema !== 'object' || schema === null) return schema;
	const { additionalProperties, properties, ...rest } = schema as Schema & { properties?: Record<string, Schema> };
	const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, closed(value)]));
	if (properties === undefined) return additionalProperties === undefined ? kept : { ...kept, type: 'object' };
	const fields = Object.entries(properties).map(([name, field]) => [
		name,
		name === 'raw' ? { type: ['object', 'array'], description: field.description } : closed(field),
	]);
	return { ...kept, properties: Object.fromEntries(fields) as Record<string, Schema>, additionalProperties: false };
}

/** Which kind of item a record becomes by itself. */
function kindOf(item: IDataObject): ItemKind {
	return 'outcome' in item ? 'Leg' : 'Message';
}

/** A list of records as the trigger reads it: an event, of a version of the API where there are several. */
export interface List {
	readonly provider: Provider;
	readonly event: string;
	readonly version: string | null;
	readonly credential: ICredentialDataDecryptedObject;
}

/** An item, and the field of the provider's record that each of its fields comes from. */
interface Told {
	readonly kind: ItemKind;
	/** By field of the item; absent where the provider says nothing about it. */
	readonly from: ReadonlyMap<string, ReadonlySet<string>>;
	/** Values of fields that are the same in all items, whatever the record says. */
	readonly always: ReadonlyMap<string, unknown>;
	/** Fields that an item has although no record of the list supplies them. */
	readonly elsewhere: ReadonlySet<string>;
}

/** The lists of a provider, with the key that opens its imitation. */
export function listsOf(provider: Provider, simulator: Simulator): List[] {
	const [type] = provider.credentials;
	const logins = providerNames.map((name) => simulator.faces[name].credentials(simulator.urls[name]));
	const login = logins.find((one) => type in one)?.[type] ?? {};
	const versions = 'apiVersion' in login ? ['v1', 'v2'] : [null];
	return provider.events
		.filter((event) => !event.startsWith('missed'))
		.flatMap((event) =>
			versions.map((version) => ({
				provider,
				event,
				version,
				credential: version === null ? login : { ...login, apiVersion: version },
			})),
		);
}

/** Reads a list, removing one field after another from its records, to see what each field is for. */
async function toldBy({ provider, event, credential }: List): Promise<Told> {
	const { node, credentials, trigger } = provider;
	if (trigger === undefined) throw new TypeError(`${node} has no trigger`);
	const published = await PublishedTrigger.publish({
		node: `${node}Trigger`,
		parameters: { event, output: 'full', itemPer: 'leg', options: { includeRaw: true, testItems: 50 } },
		credentials: { [credentials[0]]: credential },
		timezone: 'UTC',
	});
	const items = await published.poll({ mode: 'manual', activation: 'manual' });
	const records = items.map(({ raw }) => raw as IDataObject);
	const names = { queues: [], ringGroups: [], users: [] };
	const zones = { timezone: 'UTC', firstTimezone: 'UTC' };
	const source = trigger.source({ event, credentials: credential, names, ...zones });
	source.observe(records);
	const from = new Map<string, Set<string>>();
	const values = new Map<string, Set<string>>();
	for (const record of records) {
		const facts = source.normalize(record);
		const without = (keys: string[]): IDataObject =>
			source.normalize(Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key))));
		const changed = (keys: string[]): string[] => {
			const others = without(keys);
			return Object.keys(facts).filter((field) => JSON.stringify(others[field]) !== JSON.stringify(facts[field]));
		};
		const told = new Set(Object.keys(facts).filter((field) => isTold(facts[field])));
		for (const field of told) {
			values.set(field, (values.get(field) ?? new Set()).add(JSON.stringify(facts[field])));
		}
		const keys = Object.keys(record);
		const found = keys.flatMap((key) => changed([key]).map((field): [string, string[]] => [field, [key]]));
		// What two fields both supply is lost only when both are missing.
		const open = new Set([...told].filter((field) => !found.some(([one]) => one === field)));
		const pairs = keys.flatMap((key, i) => keys.slice(i + 1).map((other) => [key, other]));
		if (open.size > 0) {
			for (const pair of pairs) for (const field of changed(pair)) if (open.has(field)) found.push([field, pair]);
		}
		for (const [field, those] of found) {
			const known = new Set([...(from.get(field) ?? []), ...those]);
			// In the order of the record, whichever call revealed it first.
			if (told.has(field)) from.set(field, new Set(keys.filter((key) => known.delete(key)).concat(...known)));
		}
	}
	const fields = Object.keys(source.normalize(records[0] ?? {}));
	const elsewhere = fields.filter((field) => !values.has(field) && items.some((item) => isTold(item[field])));
	const always = [...values].filter(([field, seen]) => seen.size === 1 && !from.has(field));
	return {
		kind: kindOf(items[0] ?? {}),
		from,
		elsewhere: new Set(elsewhere),
		always: new Map(always.map(([field, [value]]) => [field, JSON.parse(value) as unknown])),
	};
}

/** Calls of each kind, the newest there are, so that the page does not depend on the day. */
export function addCalls({ world }: Simulator): void {
	const [{ name: first }, { name: second }, { name: third }] = world.users;
	const customer = { number: '61491570156', name: 'Alex Example' };
	let startedAt = Date.now() - 4 * HOUR;
	for (const group of [{ queue: world.queues[0].name }, { ringGroup: world.ringGroups[0].name }]) {
		const answer = { by: first, afterSeconds: 20, talkSeconds: 60 };
		const transfers = [{ to: second, kind: 'attended' as const, talkSeconds: 30 }];
		for (const more of [{ answer, transfers }, { outcome: 'timedOut' as const }]) {
			startedAt += 10 * MINUTE;
			world.addGroupCall({ ...group, from: customer, rings: [first, second, third], startedAt, ...more });
		}
	}
	const outcomes = ['answered', 'missed', 'busy', 'failed'] as const;
	for (const direction of ['inbound', 'outbound', 'internal'] as const) {
		for (const outcome of outcomes) {
			startedAt += 10 * MINUTE;
			const told = { recorded: outcome === 'answered', voicemailSeconds: outcome === 'missed' ? 10 : null };
			world.addCall({ direction, outcome, user: first, from: customer, startedAt, ...told });
		}
	}
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The tables of the reference by their marker in docs/reference.md. */
export async function referenceTables(
	schemas: Record<ItemKind, Schema>,
	names: ReadonlyMap<string, Names>,
): Promise<Array<[marker: string, table: string]>> {
	const simulator = await createSimulator({ world: { callsPerDay: 20, unansweredLegs: 'all', zone: 'UTC' } });
	addCalls(simulator);
	try {
		const sources: string[] = [];
		for (const provider of providers.filter(({ trigger }) => trigger !== undefined)) {
			const lists = listsOf(provider, simulator);
			const told = await Promise.all(lists.map(toldBy));
			for (const kind of ['Leg', 'Message'] as const) {
				const columns = lists.map((list, i) => ({ list, told: told[i] })).filter((one) => one.told.kind === kind);
				if (columns.length === 0) continue;
				const fields = Object.keys(schemas[kind].properties ?? {}).filter((field) =>
					columns.some(
						(column) =>
							column.told.from.has(field) || column.told.always.has(field) || column.told.elsewhere.has(field),
					),
				);
				const event = ({ event: value, version }: List) =>
					[names.get(provider.node)?.event(value) ?? value, version].filter((part) => part !== null).join(', ');
				sources.push(
					`### ${provider.name}: ${kind === 'Leg' ? 'calls' : 'recordings and messages'}`,
					'',
					`| field | ${columns.map(({ list }) => event(list)).join(' | ')} |`,
					`|---${'|---'.repeat(columns.length)}|`,
					...fields.map(
						(field) => `| \`${field}\` | ${columns.map((column) => cellOf(column.told, field)).join(' | ')} |`,
					),
					'',
				);
			}
		}
		const kinds = Object.entries(schemas).map(([kind, schema]): [string, string] => [kind, fieldTable(schema)]);
		return [...kinds, ['sources', sources.join('\n').trim()]];
	} finally {
		await simulator.close();
	}
}

function cellOf({ from, always, elsewhere }: Told, field: string): string {
	const keys = [...(from.get(field) ?? [])];
	if (keys.length > 0) return keys.map((key) => `\`${key}\``).join(', ');
	if (elsewhere.has(field)) return 'another list';
	return always.has(field) ? `always \`${JSON.stringify(always.get(field))}\`` : '–';
}

/** Whether a field says anything: not null, and no caller or callee without a number. */
function isTold(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return value !== null;
	return !('number' in value) || value.number !== null;
}

/** The fields of an item; nested ones are listed by their path. */
function fieldTable(schema: Schema): string {
	return ['| field | values | meaning |', '|---|---|---|', ...rowsOf(schema, '')].join('\n');
}

function rowsOf({ properties = {} }: Schema, path: string): string[] {
	const fields = Object.entries(properties).sort(([a], [b]) => rank(a) - rank(b));
	return fields.flatMap(([name, field]) => {
		const schema = field as Schema;
		const inner = (schema.anyOf ?? [schema]).map((one) => one as Schema);
		const items = inner.flatMap(({ items: of }) => (of === undefined ? [] : [of as Schema]));
		const object = [...inner, ...items].find((one) => one.properties !== undefined);
		const here = `${path}${name}${items.length > 0 ? '[]' : ''}`;
		const row = `| \`${here}\` | ${inner.map(valuesOf).join(', ')} | ${(schema.description ?? '').replace(/\s+/g, ' ')} |`;
		// The fields of a leg have a table of their own.
		return object === undefined || name === 'legs' ? [row] : [row, ...rowsOf(object, `${here}.`)];
	});
}

/** First what identifies an item, last what the provider sent, everything else in the order of the types. */
function rank(field: string): number {
	if (field === 'raw') return 1;
	return NAMES.includes(field) ? NAMES.indexOf(field) - NAMES.length : 0;
}

const NAMES = ['id', 'callId', 'provider', 'event', 'schemaVersion'];

function valuesOf({ type, enum: values, const: only, items }: Schema): string {
	if (only !== undefined) return `\`${JSON.stringify(only)}\``;
	if (values !== undefined)
		return values.map((value) => (value === null ? 'null' : `\`${JSON.stringify(value)}\``)).join(', ');
	if (items !== undefined) return 'list';
	return [type ?? 'any'].flat().join(', ');
}
