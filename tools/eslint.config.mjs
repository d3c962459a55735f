/**
 * The rules of n8n's own set for community packages (the default `eslint.config.mjs`), composed from the same published
 * parts, so that they run where `@n8n/node-cli` cannot be installed beside the package. On top: the stricter
 * rules of typescript-eslint, and the parts of the repository that are not published.
 */
import js from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

import { house } from './house.mjs';
import { time } from './lintTime.mjs';

const cloudStrict = n8nCommunityNodesPlugin.configs.recommended;

export default defineConfig(
	globalIgnores(['dist/**', 'build/**', 'coverage/**', '**/node_modules/**', 'tools/n8n/**', 'eslint.config.mjs']),
	{ linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
	{ plugins: { 'n8n-nodes-base': n8nNodesBase } },
	...house,
	time,
	{
		files: ['{nodes,credentials}/**/*.ts'],
		extends: [
			js.configs.recommended,
			tseslint.configs.recommendedTypeChecked,
			cloudStrict,
			importX.flatConfigs.recommended,
		],
		languageOptions: { parserOptions: { project: './tsconfig.json' } },
		rules: {
			'no-console': 'error',
			'@typescript-eslint/explicit-module-boundary-types': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			// n8n calls `poll`, `execute` and friends with its own `this`, and its hooks are async by signature.
			'@typescript-eslint/unbound-method': 'off',
			'@typescript-eslint/require-await': 'off',
		},
	},
	{
		// What is imported is declared in package.json: a package that only comes in through another may be gone tomorrow.
		files: ['{bench,credentials,harness,nodes,simulator,test,tools}/**/*.{ts,mjs,cjs}'],
		plugins: { 'import-x': importX },
		rules: {
			'import-x/no-extraneous-dependencies': ['error', { packageDir: import.meta.dirname + '/..' }],
			// A longer file says too many things.
			'max-lines': ['error', 500],
		},
	},
	{ files: ['nodes/**/*.ts'], rules: n8nRules('nodes') },
	{ files: ['credentials/**/*.ts'], rules: n8nRules('credentials') },
	{
		files: ['package.json'],
		extends: [cloudStrict],
		rules: n8nRules('community'),
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
	},
	{
		files: ['{bench,harness,simulator,test,tools}/**/*.ts'],
		extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { project: './tsconfig.test.json' } },
		rules: {
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/unbound-method': 'off',
			// Plugins of the HTTP library are async by signature.
			'@typescript-eslint/require-await': 'off',
		},
	},
);

/** A rule set of eslint-plugin-n8n-nodes-base, less the five rules that n8n switches off for community packages. */
function n8nRules(set) {
	const notForCommunityPackages = [
		'cred-class-field-documentation-url-miscased',
		'cred-class-field-type-options-password-missing',
		'node-class-description-inputs-wrong-regular-node',
		'node-class-description-outputs-wrong',
		'node-param-type-options-max-value-present',
	].map((rule) => `n8n-nodes-base/${rule}`);
	return Object.fromEntries(
		Object.entries(n8nNodesBase.configs[set].rules).filter(([rule]) => !notForCommunityPackages.includes(rule)),
	);
}
