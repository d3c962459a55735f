/**
 * Part of `npm run check`: each field of an operation that calls, texts or faxes is declared as one by which a provider can reach
 * a person, or as a harmless one. A field that somebody adds later is in neither list until somebody has thought about it.
 */
import type { INodeProperties } from 'n8n-workflow';

import { providers, type Provider } from '../harness/catalogue';
import type { OperationDefinition } from '../nodes/shared/operation/definition';

/** The fields of operations that are in neither list, as "provider: resource operation: field". */
export function undeclaredFields(all: ReadonlyArray<Pick<Provider, 'name' | 'resources'>>): string[] {
	return all.flatMap(({ name, resources }) =>
		resources.flatMap(({ option, operations }) =>
			Object.entries(operations).flatMap(([operation, definition]) =>
				undeclaredIn(definition).map((field) => `${name}: ${option.value} ${operation}: ${field}`),
			),
		),
	);
}

function undeclaredIn({ reaches, harmless = [], fields = [], options = [] }: OperationDefinition): string[] {
	if (reaches === undefined) return [];
	const declared = [...Object.keys(reaches), ...harmless];
	return [...fields, ...options].flatMap(namesOf).filter((name) => !declared.includes(name));
}

/** Where the value of a field goes, and those of the fields in it; the name of one that goes nowhere by itself. */
function namesOf(field: INodeProperties): string[] {
	const inner = (field.options ?? []) as INodeProperties[];
	const { request, send } = field.routing ?? {};
	// A hidden field only shows that its collection was given as a text.
	if (field.type === 'notice' || field.type === 'hidden') return [];
	if (field.type === 'collection') return inner.flatMap(namesOf);
	if (field.type === 'fixedCollection') {
		const rows = inner.flatMap((group) => (group as { values?: INodeProperties[] }).values ?? []);
		return rows.map(
			({ name }) =>
				`${send?.property ?? field.name}[].${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
		);
	}
	return [request === undefined ? (send?.property ?? field.name) : 'path'];
}

if (require.main === module) {
	const undeclared = undeclaredFields(providers);
	for (const field of undeclared) {
		process.stderr.write(`${field} is neither in 'reaches' nor in 'harmless' of the operation. Say which it is.\n`);
	}
	process.exitCode = undeclared.length === 0 ? 0 : 1;
}
