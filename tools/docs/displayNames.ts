import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { basename, join } from 'node:path';

import manifest from '../../package.json';

const ROOT = join(__dirname, '..', '..');

/** The names that the editor shows for what a node calls by value. */
export interface Names {
	/** What the node says about itself. */
	readonly description: string;
	resource(value: string): string | undefined;
	operation(resource: string, value: string): string | undefined;
	event(value: string): string | undefined;
	/** All operations of the node, as `resource operation`. */
	readonly operations: readonly string[];
	/** All events of its trigger. */
	readonly events: readonly string[];
	/** All events of its event trigger, with the names that the editor shows. */
	readonly pushed: readonly INodePropertyOptions[];
}

/** The name of the node in a file of the package: `dist/nodes/Voipcloud/VoipcloudTrigger.node.js` holds `voipcloudTrigger`. */
export function nodeNameOf(path: string): string {
	const name = basename(path, '.node.js');
	return name[0].toLowerCase() + name.slice(1);
}

/** By node name; from the built package, so that it is what users get. */
export async function builtNodes(): Promise<ReadonlyMap<string, Names>> {
	const properties = new Map<string, INodeProperties[]>();
	const descriptions = new Map<string, string>();
	for (const path of manifest.n8n.nodes) {
		const exported = (await import(join(ROOT, path))) as Record<string, new () => INodeType>;
		const [NodeClass] = Object.values(exported).filter((value) => typeof value === 'function');
		const { description } = new NodeClass();
		properties.set(description.name, description.properties);
		descriptions.set(description.name, description.description);
	}
	const names = new Map<string, Names>();
	for (const [node, own] of properties) {
		if (node.endsWith('Trigger')) continue;
		const trigger = properties.get(`${node}Trigger`) ?? [];
		const resources = choices(own, 'resource');
		const events = choices(trigger, 'event');
		const operationsOf = (resource: string) =>
			choices(
				own.filter(({ displayOptions }) => displayOptions?.show?.resource?.includes(resource)),
				'operation',
			);
		names.set(node, {
			description: descriptions.get(node) ?? '',
			resource: (value) => nameOf(resources, value),
			operation: (resource, value) => nameOf(operationsOf(resource), value),
			event: (value) => nameOf(events, value),
			operations: resources.flatMap(({ value: resource }) =>
				operationsOf(String(resource)).map(({ value }) => `${String(resource)} ${String(value)}`),
			),
			events: events.map(({ value }) => String(value)),
			pushed: choices(properties.get(`${node}EventTrigger`) ?? [], 'events'),
		});
	}
	return names;
}

function choices(properties: INodeProperties[], name: string): INodePropertyOptions[] {
	return properties
		.filter((property) => property.name === name && ['options', 'multiOptions'].includes(property.type))
		.flatMap(({ options }) => (options ?? []) as INodePropertyOptions[]);
}

function nameOf(options: INodePropertyOptions[], value: string): string | undefined {
	return options.find((option) => option.value === value)?.name;
}
