import type { ExecuteContext } from 'n8n-core';
import { LazyPackageDirectoryLoader, PackageDirectoryLoader, RoutingNode } from 'n8n-core';
import type { INodeType, INodeTypes } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { realTime } from '../realTime';

const ROOT = join(__dirname, '..', '..');

/** The built package, loaded the way n8n loads it: by the `n8n` entries of package.json, with icons and codex files. */
export const loader = new PackageDirectoryLoader(ROOT);

let loading: Promise<void> | undefined;

/** Loads the built package once. */
export async function loadPackage(): Promise<void> {
	loading ??= Promise.resolve().then(async () => {
		if (newest('nodes', '.ts') > newest('dist', '.js'))
			throw new Error('dist/ is older than nodes/: run "npm run build" first');
		await loader.loadAll();
	});
	await loading;
}

/** When a file of a folder was last written, in milliseconds since 1970. */
function newest(folder: string, ending: string): number {
	const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
		file.endsWith(ending),
	);
	return Math.max(...files.map((file) => realTime.ofFile(join(ROOT, folder, file))));
}

export const PACKAGE = 'n8n-nodes-cloud-pbx.';

let otherLoader: LazyPackageDirectoryLoader | undefined;

/** Loads the nodes of another package, such as n8n's own, beside the built one. */
export async function loadOthers(folder: string): Promise<void> {
	otherLoader ??= new LazyPackageDirectoryLoader(folder);
	await otherLoader.loadAll();
}

export const nodeTypes: INodeTypes = {
	getByName: (type) => nodeTypes.getByNameAndVersion(type),
	getByNameAndVersion: (type, version) => {
		if (type.startsWith(PACKAGE)) return withExecute(loader.getNode(type.replace(PACKAGE, '')).type as INodeType);
		const [, name] = type.split('.');
		return NodeHelpers.getVersionedNodeType((otherLoader ?? loader).getNode(name).type, version);
	},
	getKnownTypes: () => ({}),
};

/** n8n gives a declarative node an `execute` (packages/cli, NodeTypes): only then is it told when an execution is stopped. */
function withExecute(type: INodeType): INodeType {
	if (type.execute !== undefined || type.poll !== undefined) return type;
	type.execute = async function () {
		return (await new RoutingNode(this as ExecuteContext, type).runNode()) ?? [];
	};
	return type;
}
