/**
 * An example of every operation: what is entered, what is sent, what comes back. Each is run, in n8n's own engine against the
 * simulator, at an instant that never changes: the pages (docs/examples) are the same on every machine and every day.
 */
import type {
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
	NodeParameterValueType,
} from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import { setClock } from '../../harness/clock';
import type { Operation, Provider } from '../../harness/catalogue';
import { searchList } from '../../harness/engine/editor';
import { loader, loadPackage } from '../../harness/engine/package';
import { nodeOf, runNode, type NodeRun } from '../../harness/engine/run';
import { Failure } from '../../harness/failure';
import type { Effect } from '../../nodes/shared/operation/definition';
import { withoutCredential, type JournalEntry } from '../../simulator/server/journal';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { exampleValues, happened, NOW, type Example } from './exampleValues';

/** What has to be said before somebody tries it. */
const WARNINGS: Record<Effect, string | undefined> = {
	reads: undefined,
	writes: undefined,
	calls: '**Phones ring.**',
	texts: '**Somebody receives a text message.**',
	faxes: '**Somebody receives a fax.**',
};

const MEND = 'Add its route in simulator/, or its values in tools/docs/exampleValues.ts, then run "npm run docs".';

/** The page of a provider. */
export async function examplesPage(provider: Provider): Promise<string> {
	await loadPackage();
	const description = loader.getNode(provider.node).type.description as INodeTypeDescription;
	const sections: string[] = [];
	let resource = '';
	for (const operation of provider.operations) {
		if (operation.resource !== resource) {
			({ resource } = operation);
			sections.push(`## ${optionNamed(description, 'resource', resource).name}`, '');
		}
		sections.push(await section(provider, operation, description));
	}
	return [
		`# ${provider.name}: an example of each operation`,
		'',
		'<!-- from tools/docs/exampleValues.ts and a run of each operation, written by "npm run docs" -->',
		'',
		`What you enter, what is sent, and what comes back. Each example is a run of the node in n8n's engine against the simulator of this`,
		`project: numbers, names and times are made up, and \`***\` stands for a secret. Queries are shown decoded, without the credential's`,
		`header. Other fields keep their defaults. [The page of ${provider.name}](../${provider.doc}) says how each request is known.`,
		'',
		...sections,
	].join('\n');
}

async function section(provider: Provider, operation: Operation, description: INodeTypeDescription): Promise<string> {
	const { resource, operation: name, effect, untold, printed } = operation;
	const option = optionNamed(description, 'operation', name, resource);
	const resourceName = optionNamed(description, 'resource', resource).name;
	const ran = await atTheTime(async () => await run(provider, operation, description));
	const hide = hider([...secretsOf(provider, ran.credentials), ...ran.keys]);
	const code = (text: string): string => `\`${hide(text).replaceAll('|', '\\|')}\``;
	const requests = await Promise.all(ran.requests.map(wire));
	const several = ran.items.length > 1 ? `, the first of ${ran.items.length} items` : '';
	const back: [title: string, rows: string[]] =
		untold !== undefined
			? ['comes back', [`what the provider answers. ${untold}`]]
			: printed !== undefined
				? ["comes back, with the values of the provider's document", fieldLines(printed).map(code)]
				: [`comes back${several}`, fieldLines(shortened(ran.items[0])).map(code)];
	const entered = ran.entered.map(([field, value]) => `${field}: ${value}`);
	const warning = WARNINGS[effect];
	return [
		`### ${option.action}`,
		'',
		`*${resourceName} > ${option.name}*. ${option.description}${/[.!?]$/.test(option.description ?? '') ? '' : '.'}`,
		'',
		...(warning === undefined ? [] : [`> ${warning} *Dry Run* shows the request without sending it.`, '']),
		...ran.notices.flatMap((notice) => [`> ${notice}`, '']),
		...(ran.input === undefined ? [] : [`Comes in: ${ran.input}`, '']),
		...sideBySide([
			['enter', entered.length === 0 ? ['nothing'] : entered],
			[`sent${requests.length > 1 ? ', one after the other' : ''}`, requests.flat().map(code)],
			back,
		]),
		'',
	].join('\n');
}

/** A table of one row: a cell for each list. */
function sideBySide(columns: ReadonlyArray<readonly [title: string, rows: readonly string[]]>): string[] {
	const cells = columns.map(([, rows]) => rows.join('<br>'));
	return [columns.map(([title]) => title), columns.map(() => '---'), cells].map((row) => `| ${row.join(' | ')} |`);
}

interface Ran {
	/** Names of fields with what is entered there, as the editor shows both. */
	readonly entered: Array<[string, string]>;
	/** What the editor says above the fields. */
	readonly notices: string[];
	readonly input: string | undefined;
	readonly requests: JournalEntry[];
	readonly items: INodeExecutionData[];
	readonly credentials: Readonly<Record<string, string>>;
	/** Keys that the answers hold. */
	readonly keys: string[];
}

/** Runs an operation in an office of its own, so that no example depends on another. */
async function run(provider: Provider, operation: Operation, description: INodeTypeDescription): Promise<Ran> {
	const simulator = await createSimulator({ world: { seed: 7, callsPerDay: 20, zone: 'UTC', clock: () => NOW } });
	try {
		happened(simulator);
		const [type] = provider.credentials;
		const credentials = simulator.logins()[type];
		const keys: string[] = [];
		const give = async (what: string, more: INodeParameters = {}): Promise<Given> => {
			const request = await requestOf(provider, what, simulator, description, give, more);
			simulator.requests.length = 0;
			const { items, error } = await runNode(request);
			const example = `The example of ${provider.node} "${what}"`;
			if (error !== undefined) {
				const asked =
					simulator.requests.map(({ method, path }) => `${method} ${path}`).join(', ') || 'nothing was sent';
				throw new Failure(`${example} failed (${asked}): ${error.message}`, MEND, { cause: error });
			}
			if (items.length === 0) throw new Failure(`${example} gave nothing to show`, MEND);
			const tokens = items.map(({ json: { token } }) => token);
			keys.push(...tokens.filter((token): token is string => typeof token === 'string' && !isEnding(token)));
			return { request, items };
		};
		const what = `${operation.resource} ${operation.operation}`;
		const { request, items } = await give(what);
		const { inputIs } = exampleOf(provider, what);
		const fields = fieldsOf(description, request);
		return {
			entered: fields.flatMap((field) => enteredIn(field, request.parameters[field.name])),
			notices: fields.filter(({ type }) => type === 'notice').map(({ displayName }) => displayName),
			input: inputIs,
			requests: simulator.requests.map(withoutCredential),
			items,
			credentials,
			keys,
		};
	} finally {
		await simulator.close();
	}
}

interface Given {
	readonly request: NodeRun;
	readonly items: INodeExecutionData[];
}

function exampleOf({ node }: Provider, what: string): Example {
	return exampleValues[node]?.[what] ?? {};
}

/** The node with everything entered that the operation needs: from the table, else the value that a field suggests. */
async function requestOf(
	provider: Provider,
	what: string,
	simulator: Simulator,
	description: INodeTypeDescription,
	give: (what: string, more?: INodeParameters) => Promise<Given>,
	more: INodeParameters,
): Promise<NodeRun> {
	const { before = [], enter = {}, taken = {}, input } = exampleOf(provider, what);
	const [resource, operation] = what.split(' ');
	const [type] = provider.credentials;
	for (const earlier of before) await give(earlier);
	const parameters: INodeParameters = { resource, operation, ...enter, ...more };
	for (const [field, [list, name, values]] of Object.entries(taken)) {
		const { items } = await give(list, values);
		parameters[field] = String(items[0].json[name] as string | number);
	}
	const items =
		input === undefined ? undefined : [await input(async (list, values) => (await give(list, values)).items[0])];
	const request: NodeRun = {
		node: provider.node,
		parameters,
		credentials: { [type]: { ...simulator.logins()[type] } },
		items,
		timezone: 'UTC',
		hasDefaults: true,
	};
	for (const field of fieldsOf(description, request)) {
		if (field.required !== true || parameters[field.name] !== undefined) continue;
		parameters[field.name] = await suggestedBy(field, request);
	}
	return request;
}

/** The value that a field suggests: the first of its list, its default, or that of its placeholder. */
async function suggestedBy(field: INodeProperties, request: NodeRun): Promise<NodeParameterValueType> {
	const list = field.modes?.find(({ type }) => type === 'list')?.typeOptions?.searchListMethod;
	if (list !== undefined) {
		const [first] = (await searchList(request, list)).results;
		if (first !== undefined) return { __rl: true, mode: 'list', value: first.value, cachedResultName: first.name };
	}
	if (field.default !== '' && typeof field.default !== 'object') return field.default as NodeParameterValueType;
	const suggested = /^e\.g\. (.+)$/.exec(field.placeholder ?? '')?.[1];
	if (suggested !== undefined) return suggested;
	throw new Error(`'${field.displayName}' suggests no value: give it one in tools/docs/exampleValues.ts`);
}

/** The fields that the editor shows for what has been entered so far. */
function fieldsOf(description: INodeTypeDescription, request: NodeRun): INodeProperties[] {
	const { properties } = description;
	const node = nodeOf(request);
	const values = NodeHelpers.getNodeParameters(properties, request.parameters, true, false, node, description) ?? {};
	return properties.filter(
		(property) =>
			property.name !== 'resource' &&
			property.name !== 'operation' &&
			NodeHelpers.displayParameter(values, property, node, description),
	);
}

/** What is entered in a field, with the names that the editor shows; a collection has a row for each of its fields. */
function enteredIn(field: INodeProperties, value: unknown, path = ''): Array<[string, string]> {
	const name = `${path}${field.displayName}`;
	if (value === undefined) return [];
	const { type, options = [] } = field;
	if (type === 'collection') {
		const inner = options as INodeProperties[];
		return Object.entries(value as IDataObject).flatMap(([key, one]) =>
			inner.filter((property) => property.name === key).flatMap((property) => enteredIn(property, one, `${name} > `)),
		);
	}
	if (type === 'fixedCollection') {
		return Object.entries(value as Record<string, IDataObject[]>).flatMap(([key, rows]) => {
			const group = (options as INodePropertyCollection[]).find((one) => one.name === key);
			return [rows].flat().flatMap((row, index) => {
				const at = `${name} > ${rows.length > 1 ? `${index + 1} > ` : ''}`;
				const isShown = (property: INodeProperties) =>
					NodeHelpers.displayParameter(row as INodeParameters, property, null, null);
				return (group?.values ?? []).filter(isShown).flatMap((property) => enteredIn(property, row[property.name], at));
			});
		});
	}
	return [[name, shownValue(field, value)]];
}

function shownValue({ type, options = [] }: INodeProperties, value: unknown): string {
	const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	if (type === 'options' || type === 'multiOptions') {
		const names = [value]
			.flat()
			.map((one) => (options as INodePropertyOptions[]).find((option) => option.value === one));
		return names.map((option, i) => option?.name ?? code(String([value].flat()[i] as string))).join(', ');
	}
	if (type === 'resourceLocator') {
		const { mode, cachedResultName, value: id } = value as { mode: string; cachedResultName?: string; value: string };
		return mode === 'list' ? `from the list: ${cachedResultName}` : code(String(id));
	}
	// The editor shows an expression without the sign that marks it.
	return code(typeof value === 'object' ? JSON.stringify(value) : String(value as string | number).replace(/^=/, ''));
}

function optionNamed(
	{ properties }: INodeTypeDescription,
	name: 'resource' | 'operation',
	value: string,
	resource?: string,
): INodePropertyOptions {
	const found = properties
		.filter(
			(one) => one.name === name && (resource === undefined || one.displayOptions?.show?.resource?.includes(resource)),
		)
		.flatMap(({ options }) => (options ?? []) as INodePropertyOptions[])
		.find((option) => option.value === value);
	if (found === undefined) throw new Error(`The node has no ${name} "${value}"`);
	return found;
}

/** The values of a credential that its form hides while they are typed. */
function secretsOf({ credentials: [type] }: Provider, values: Readonly<Record<string, string>>): string[] {
	return loader
		.getCredential(type)
		.type.properties.filter(({ typeOptions }) => typeOptions?.password === true)
		.map(({ name }) => values[name] ?? '')
		.filter((value) => value !== '');
}

/** Takes secrets out of a text, and what was computed from them: a signature or another key is 32 hexadecimal digits. */
export function hider(secrets: readonly string[]): (text: string) => string {
	return (text) =>
		secrets
			.flatMap((secret) => [encodeURIComponent(secret), secret])
			.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
			.replace(/\b[0-9a-f]{32,}\b/g, '***');
}

/** A request as it went over the wire, line by line, with what the credential adds hidden. */
async function wire({ method, path, query, headers, body }: JournalEntry): Promise<string[]> {
	const asked = Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`));
	const type = String(headers['content-type'] ?? '');
	return [
		`${method} ${path}`,
		...asked.map((one, i) => `${i === 0 ? '?' : '&'}${one}`),
		...(body === '' ? [] : [`Content-Type: ${type.replace(/;.*$/, '')}`]),
		...(body === '' ? [] : await content(body, type)),
	];
}

async function content(body: string, type: string): Promise<string[]> {
	if (type.startsWith('application/json')) return fieldLines(JSON.parse(body));
	const fields = await new Response(body, { headers: { 'content-type': type } }).formData();
	const lines: string[] = [];
	fields.forEach((value, name) => {
		lines.push(`${name}=${typeof value === 'string' ? value : `(the file ${value.name}, ${value.type})`}`);
	});
	return lines;
}

/** A line for each field of an object. */
function fieldLines(value: unknown): string[] {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return [JSON.stringify(value)];
	return Object.entries(value).map(([name, one]) => `${name}: ${JSON.stringify(one)}`);
}

/** An item as n8n shows it, with the beginning of what is long. */
function shortened({ json: record, binary }: INodeExecutionData): IDataObject {
	const files = Object.entries(binary ?? {}).map(([name, { fileName, mimeType, fileSize }]) => [
		name,
		{ fileName, mimeType, fileSize },
	]);
	const short = cut(record) as IDataObject;
	return files.length === 0 ? short : { json: short, binary: Object.fromEntries(files) as IDataObject };
}

/** Of a list, the first two entries are enough to see what it holds. */
function cut(value: unknown): unknown {
	if (Array.isArray(value)) return value.slice(0, 2).map(cut);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [name, name === 'token' && !isEnding(inner) ? '***' : cut(inner)]),
	);
}

/** The last characters of a key, which is all that a list of keys shows. */
function isEnding(token: unknown): boolean {
	return typeof token === 'string' && token.startsWith('…');
}

/** Runs something at the instant of the examples: what it reads as the time now never changes. */
async function atTheTime<T>(work: () => Promise<T>): Promise<T> {
	const clock = new AbortController();
	const tooLate = sleep(30_000, undefined, { signal: clock.signal }).then(() => {
		throw new Error('An example waits for something, and its clock stands still');
	});
	const restore = setClock(() => NOW);
	try {
		return await Promise.race([work(), tooLate]);
	} finally {
		restore();
		tooLate.catch(() => undefined);
		clock.abort();
	}
}
