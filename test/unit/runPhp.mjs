/**
 * PHP's own interpreter (8.3, compiled to WebAssembly), so that the comparison needs nothing installed:
 * `node runPhp.mjs CODE INPUT OUTPUT` writes what PHP prints. The code may read `$input`. Both texts travel in files, as a
 * pipe to PHP may break while it is being loaded.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { getPHPLoaderModule } from '@php-wasm/node-8-3';
import { loadPHPRuntime, PHP } from '@php-wasm/universal';

const [, , code, input, output] = process.argv;
const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule(), {}));
php.writeFile('/tmp/input', readFileSync(input));
// 14 is PHP's own default; a php.ini that comes with it may say otherwise.
const { bytes, errors, exitCode } = await php.run({
	code: `<?php ini_set('precision', 14); $input = file_get_contents('/tmp/input'); ${code}`,
});
if (exitCode !== 0) throw new Error(`PHP ended with ${exitCode}: ${errors}`);
writeFileSync(output, bytes);
process.exit(0);
