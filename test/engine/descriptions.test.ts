/** What no lint rule sees in the evaluated descriptions. (`tools/lint-descriptions.mjs` runs n8n's rules on them.) */
import type {
	ICredentialType,
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { join } from 'node:path';

import { providers } from '../../harness/catalogue';
import { loader, loadPackage, nodeTypes, PACKAGE } from '../../harness/engine/package';
import manifest from '../../package.json';

const nodeFiles = manifest.n8n.nodes.map((path) => path.replace(/^dist\//, '').replace(/\.js$/, '.ts'));

async function load(file: string): Promise<INodeType> {
	await loadPackage();
	const className = /([^/]+)\.node\.ts$/.exec(file)?.[1] ?? '';
	return loader.getNode(className[0].toLowerCase() + className.slice(1)).type as INodeType;
}

/** Every property, however deep, with the names that lead to it. */
function* everyProperty(properties: INodeProperties[], path = ''): Generator<[string, INodeProperties]> {
	for (const property of properties) {
		const here = `${path}${property.name}`;
		yield [here, property];
		for (const option of property.options ?? []) {
			if ('values' in option) yield* everyProperty(option.values, `${here}.${option.name}.`);
			else if ('type' in option) yield* everyProperty([option], `${here}.`);
		}
	}
}

function optionsOf(properties: INodeProperties[], name: string): INodePropertyOptions[] {
	return properties
		.filter((property) => property.name === name && property.type === 'options')
		.flatMap((property) => (property.options ?? []) as INodePropertyOptions[]);
}

/** What people type into n8n's search for what a node does, by the effect or the resource of its operations. */
const SEARCHED: Record<string, string[]> = {
	calls: ['phone call', 'make a call', 'dial', 'callback'],
	texts: ['sms', 'text message'],
	faxes: ['fax'],
	voicemail: ['voicemail'],
};

const isChoice = (property: INodeProperties) => property.type === 'options' || property.type === 'multiOptions';

describe.each(nodeFiles)('%s', (file) => {
	let node: INodeType;
	let properties: INodeProperties[];
	beforeAll(async () => {
		node = await load(file);
		// The loader adds n8n's own "Request Options" and "Poll Times", which are not ours to judge.
		properties = node.description.properties.filter(({ name }) => !['requestOptions', 'pollTimes'].includes(name));
	});

	it('asks for callers in the order people fill it in: which calls, how long, returned by what, and where', () => {
		const isCallers = ({ displayOptions }: INodeProperties) =>
			displayOptions?.show?.event?.includes('missedNotReturned') === true;
		const names = properties.filter(isCallers).map(({ displayName }) => displayName);
		const order = ['Missed In', 'Wait Minutes', 'Returned By', 'Scope', 'Output'];
		expect(names).toEqual(names.length === 0 ? [] : order.filter((name) => names.includes(name)));
		if (node.description.polling === true)
			expect(names).toEqual(expect.arrayContaining(['Wait Minutes', 'Returned By']));
	});

	it('asks for the beginning, then for the end, and in Filters for the rest after both, as people fill them in', () => {
		for (const [path, property] of everyProperty(properties)) {
			const times = ((property.options ?? []) as INodeProperties[]).filter(({ type }) => type === 'dateTime');
			const [from] = times.filter(({ name }) => /from|start/i.test(name));
			const [to] = times.filter(({ name }) => /to|end/i.test(name) && name !== from?.name);
			if (from === undefined || to === undefined) continue;
			const names = (property.options as INodeProperties[]).map(({ displayName }) => displayName);
			const at = names.indexOf(from.displayName);
			expect([path, names.slice(at, at + 2)]).toEqual([path, [from.displayName, to.displayName]]);
			if (property.name === 'filters') expect([path, at]).toEqual([path, 0]);
		}
	});

	it('says under its name on the canvas what it is set to, in the words of the form', () => {
		const { name, subtitle = '', version } = node.description;
		const said = (parameters: INodeParameters): string => {
			const one = { id: '1', name: 'One', type: PACKAGE + name, typeVersion: version as number };
			const nodes: INode[] = [{ ...one, position: [0, 0], parameters }];
			const { expression } = new Workflow({ id: 'w', nodes, connections: {}, active: false, nodeTypes });
			return expression.getParameterValue(subtitle, null, 0, 0, 'One', [], 'manual', {}) as string;
		};
		for (const { value } of optionsOf(properties, 'event')) {
			expect(said({ event: value as string })).toMatch(/^[A-Z][a-z]+,? [A-Z][A-Za-z ]+$|^SMS$|^Recording$|^Voicemail$/);
		}
		for (const picker of properties.filter((property) => property.name === 'operation')) {
			const [resource] = picker.displayOptions?.show?.resource ?? [];
			for (const { value } of picker.options as INodePropertyOptions[]) {
				const told = said({ resource: resource as string, operation: value as string });
				expect(told).toMatch(/^[A-Z][A-Za-z ]+: [A-Z][A-Za-z ]+$/);
				expect(told.length).toBeLessThanOrEqual(40);
			}
		}
	});

	it('routes every operation, so that no choice in the editor does nothing', () => {
		const { description, customOperations } = node;
		if (description.polling === true) return expect(node.poll).toBeInstanceOf(Function);
		if (description.webhooks !== undefined) return expect(node.webhook).toBeInstanceOf(Function);
		const resources = optionsOf(properties, 'resource').map(({ value }) => String(value));
		expect(resources.length).toBeGreaterThan(0);
		for (const resource of resources) {
			const operations = properties.filter(
				(property) => property.name === 'operation' && property.displayOptions?.show?.resource?.includes(resource),
			);
			expect([resource, operations.length]).toEqual([resource, 1]);
			for (const { value, routing } of operations[0].options as INodePropertyOptions[]) {
				const custom = customOperations?.[resource]?.[String(value)];
				const isRouted =
					routing?.request?.url !== undefined &&
					routing.request.method !== undefined &&
					routing.send?.paginate === true &&
					typeof routing.operations?.pagination === 'function';
				expect([resource, value, isRouted || custom !== undefined]).toEqual([resource, value, true]);
			}
		}
		return undefined;
	});

	it('has every list to search in that a field names, or the editor shows an error in its place', () => {
		const named = [...JSON.stringify(properties).matchAll(/"searchListMethod":"(\w+)"/g)].map(([, method]) => method);
		expect(new Set(named)).toEqual(new Set(Object.keys(node.methods?.listSearch ?? {})));
		const loaded = [...JSON.stringify(properties).matchAll(/"loadOptionsMethod":"(\w+)"/g)].map(([, method]) => method);
		for (const method of loaded) expect(Object.keys(node.methods?.loadOptions ?? {})).toContain(method);
	});

	it('shows every field somewhere, for choices that exist', () => {
		for (const [path, property] of everyProperty(properties)) {
			for (const [parameter, values] of Object.entries(property.displayOptions?.show ?? {})) {
				// 'filters.outcome' is the field 'outcome' of a collection.
				const name = parameter.replace(/^.*[./]/, '');
				if (name.startsWith('@')) continue;
				const controlling = [...everyProperty(properties)]
					.map(([, candidate]) => candidate)
					.filter((candidate) => candidate.name === name);
				expect([path, parameter, controlling.length > 0]).toEqual([path, parameter, true]);
				for (const value of values ?? []) {
					const isPossible = controlling.some((candidate) =>
						isChoice(candidate)
							? (candidate.options as INodePropertyOptions[]).some((option) => option.value === value)
							: true,
					);
					expect([path, parameter, value, isPossible]).toEqual([path, parameter, value, true]);
				}
			}
		}
	});

	it('has no two fields of one name on screen at once, which would overwrite each other', () => {
		const shown = new Map<string, INodeProperties[]>();
		for (const property of properties) shown.set(property.name, [...(shown.get(property.name) ?? []), property]);
		for (const [name, twins] of shown) {
			for (const [i, one] of twins.entries()) {
				for (const other of twins.slice(i + 1)) {
					const apart = Object.keys({ ...one.displayOptions?.show, ...other.displayOptions?.show }).some((key) => {
						const a = one.displayOptions?.show?.[key];
						const b = other.displayOptions?.show?.[key];
						const isHidden = (shown = a, hidden = other.displayOptions?.hide?.[key]) =>
							shown?.every((value) => hidden?.includes(value));
						if (isHidden() === true || isHidden(b, one.displayOptions?.hide?.[key]) === true) return true;
						return a !== undefined && b !== undefined && !a.some((value) => b.includes(value));
					});
					expect([name, one.displayOptions?.show, other.displayOptions?.show, apart]).toEqual([
						name,
						one.displayOptions?.show,
						other.displayOptions?.show,
						true,
					]);
				}
			}
		}
	});

	it('lists options in alphabetical order, whatever their number, so that people find them', () => {
		for (const [path, property] of everyProperty(properties)) {
			if (property.type === 'collection' || property.type === 'fixedCollection') {
				const names = (property.options as Array<INodeProperties | INodePropertyCollection>).map(
					({ displayName }) => displayName,
				);
				expect([path, names]).toEqual([path, [...names].sort((a, b) => a.localeCompare(b))]);
			} else if (isChoice(property) && (property.options ?? []).length >= 5) {
				const options = property.options as INodePropertyOptions[];
				// Numbers have an order of their own, as the days of the week do; n8n's rule leaves them alone, too.
				if (options.every(({ value }) => typeof value === 'number')) continue;
				const names = options.map(({ name }) => name);
				expect([path, names]).toEqual([path, [...names].sort((a, b) => a.localeCompare(b))]);
			}
		}
	});

	it('explains every field to fill in, with an example where text is typed', () => {
		for (const [path, property] of everyProperty(properties)) {
			if (['resource', 'operation', 'authentication'].includes(property.name)) continue;
			if (['collection', 'fixedCollection', 'notice'].includes(property.type)) continue;
			expect([path, (property.description ?? property.hint ?? '').length > 10 || isChoice(property)]).toEqual([
				path,
				true,
			]);
			if (property.type === 'boolean')
				expect([path, property.description]).toEqual([path, expect.stringMatching(/^Whether /)]);
			if (property.placeholder !== undefined)
				expect([path, property.placeholder]).toEqual([path, expect.stringMatching(/^e\.g\. /)]);
			const isTyped = property.type === 'string' && property.typeOptions?.password !== true && property.default === '';
			if (isTyped) expect([path, property.placeholder]).toEqual([path, expect.stringMatching(/^e\.g\. /)]);
		}
	});

	it('carries search words and links, so that people find the node by what they type', () => {
		const codex = node.description.codex;
		const aliases = codex?.alias?.map((alias) => alias.toLowerCase()) ?? [];
		const { operations = [] } = providers.find(({ node: name }) => name === node.description.name) ?? {};
		const does = new Set(operations.flatMap(({ effect, resource }) => [effect, resource]));
		const meant = [...does].flatMap((what) => SEARCHED[what] ?? []);
		expect(aliases).toEqual(expect.arrayContaining(['pbx', ...meant]));
		expect(codex?.categories).toContain('Communication');
		expect(codex?.resources?.primaryDocumentation?.[0]?.url).toMatch(/^https:\/\//);
	});
});

/** Where the documents say that a user finds the secrets. */
const PLACES: Readonly<Record<string, RegExp>> = {
	liveChat247Api: /Customer Portal page/,
	voipStudioApi: /dashboard: edit a user > API Keys > enter a name > Add > eye icon/,
	voipStudioLoginApi: /VoIPstudio dashboard/,
	voipStudioWebhookApi: /dashboard.*Integrations > Webhooks/,
	voipcloudApi: /Billing > Customer details > Edit details/,
	voipcloudWebhookApi: /portal.*Integration\/API > Webhooks/,
	while1VoiceApi: /Settings :: Parameters, api_(token|key)/,
	while1VoiceWebhookApi: /in the portal of .*While1/,
};

const credentialFiles = manifest.n8n.credentials.map((path) => path.replace(/^dist\//, '').replace(/\.js$/, ''));

describe.each(credentialFiles)('%s', (file) => {
	let credential: ICredentialType;
	beforeAll(async () => {
		const exported = (await import(join(__dirname, '..', '..', file))) as Record<string, new () => ICredentialType>;
		credential = new (Object.values(exported)[0])();
	});

	it('explains every field, with an example where text is typed, so that nobody has to guess what to enter', () => {
		for (const { name, type, description = '', placeholder, typeOptions } of credential.properties) {
			if (type === 'notice' || type === 'hidden') continue;
			expect([name, description.length > 10]).toEqual([name, true]);
			// There is no useful example of a person's password.
			const isPassword = typeOptions?.password === true && name === 'password';
			if (type === 'string' && !isPassword)
				expect([name, placeholder]).toEqual([name, expect.stringMatching(/^e\.g\. /)]);
		}
	});

	it('says beside each secret where in the portal it is found, and links to it', () => {
		const secrets = credential.properties.filter(
			({ type, typeOptions }) => type === 'string' && typeOptions?.password === true,
		);
		expect(secrets.length).toBeGreaterThan(0);
		for (const { name: secret, hint = '' } of secrets)
			expect([secret, hint]).toEqual([secret, expect.stringMatching(PLACES[credential.name])]);
		expect(secrets.map(({ hint }) => hint).join(' ')).toMatch(/<a href="https:\/\/[^"]+" target="_blank">/);
		expect(credential.documentationUrl).toMatch(/^https:\/\/.+#credential$/);
	});
});
