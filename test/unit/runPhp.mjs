/**
 * PHP's own interpreter (8.3, compiled to WebAssembly), so that the comparison needs nothing installed:
 * `node runPhp.mjs CODE < INPUT` prints what PHP prints. The code may read `$input`.
 */
import { readFileSync } from 'node:fs';
import { getPHPLoaderModule } from '@php-wasm/node-8-3';
import { loadPHPRuntime, PHP } from '@php-wasm/universal';

const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule(), {}));
php.writeFile('/tmp/input', readFileSync(process.stdin.fd));
// 14 is PHP's own default; a php.ini that comes with it may say otherwise.
const { text, errors, exitCode } = await php.run({
	code: `<?php ini_set('precision', 14); $input = file_get_contents('/tmp/input'); ${process.argv[2]}`,
});
if (exitCode !== 0) throw new Error(`PHP ended with ${exitCode}: ${errors}`);
process.stdout.write(text, () => process.exit(0));
