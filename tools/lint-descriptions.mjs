/**
 * n8n's lint rules see literals only, and most fields of these nodes come from functions and tables. So the built
 * nodes are evaluated, written out as literals, and linted with the same rules.
 */
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { ESLint } from 'eslint';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import tseslint from 'typescript-eslint';

import { root } from './build.mjs';

const require = createRequire(import.meta.url);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const eslint = new ESLint({
	cwd: root,
	overrideConfigFile: true,
	allowInlineConfig: false,
	overrideConfig: [
		n8nCommunityNodesPlugin.configs.recommended,
		{
			files: ['**/*.ts'],
			languageOptions: { parser: tseslint.parser },
			plugins: { 'n8n-nodes-base': n8nNodesBase },
			rules: {
				...n8nNodesBase.configs.nodes.rules,
				// Not for community packages; n8n's own configuration leaves them out as well.
				'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
				'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
				'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
				// Written out, a connection type is the string that the constant stands for.
				'@n8n/community-nodes/node-connection-type-literal': 'off',
			},
		},
	],
});

/** The methods of a webhook's life that a built node has, by their names: a rule looks for them. */
function lifecycle(groups = {}) {
	const written = Object.entries(groups).map(([group, methods]) => {
		const named = Object.keys(methods).map((name) => `${name}: async () => true`);
		return `${group}: { ${named.join(', ')} }`;
	});
	return written.length === 0 ? '' : `\twebhookMethods = { ${written.join(', ')} };\n`;
}

/** @returns what the rules find in the built nodes, as text; empty if nothing */
export async function lintDescriptions() {
	let faults = '';
	for (const built of manifest.n8n.nodes) {
		const className = basename(built).replace('.node.js', '');
		const { description, webhookMethods } = new (require(join(root, built))[className])();
		const source = built.replace(/^dist\//, '').replace(/\.js$/, '.ts');
		// Keys without quotes: the rules look for names.
		const literal = JSON.stringify(description, null, '\t').replace(/^(\t+)"([A-Za-z_]\w*)":/gm, '$1$2:');
		const code = `export class ${className} implements INodeType {\n\tdescription: INodeTypeDescription = ${literal};\n${lifecycle(webhookMethods)}}\n`;
		const [{ messages }] = await eslint.lintText(code, { filePath: join(root, source) });
		for (const { ruleId, message, line, severity } of messages) {
			if (severity < 2) continue;
			faults += `${source} (evaluated): ${message} [${ruleId}]\n    ${code.split('\n')[line - 1].trim()}\n`;
		}
	}
	return faults;
}
