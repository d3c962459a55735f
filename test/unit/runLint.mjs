/** Lints the examples in a JSON file with the rules of tools/house.mjs alone, and prints which rules fired for each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';

import { house, PROVIDER_NAMES, PROVIDERS, ROOMS } from '../../tools/house.mjs';

const cwd = join(import.meta.dirname, '..', '..');
const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: house });
const fired = [];
for (const { file, code } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
	const [{ messages }] = await eslint.lintText(code, { filePath: join(cwd, file) });
	fired.push(messages.map(({ ruleId, message }) => ruleId ?? message));
}
process.stdout.write(
	JSON.stringify({ fired, rooms: ROOMS, unnamed: PROVIDERS.filter((name) => !PROVIDER_NAMES.test(name)) }),
);
