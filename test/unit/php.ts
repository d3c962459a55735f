import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * What PHP prints. It runs in a process of its own, as its loader needs `import()`, which jest does not offer.
 *
 * @param code may read `$input`
 */
export function php(code: string, input: string): string {
	return execFileSync(process.execPath, [join(__dirname, 'runPhp.mjs'), code], {
		input,
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
	});
}
