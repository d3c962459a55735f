import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What PHP prints. It runs in a process of its own, as its loader needs `import()`, which jest does not offer.
 *
 * @param code may read `$input`
 */
export function php(code: string, input: string): string {
	const folder = mkdtempSync(join(tmpdir(), 'php-'));
	const [given, printed] = [join(folder, 'input'), join(folder, 'output')];
	try {
		writeFileSync(given, input);
		execFileSync(process.execPath, [join(__dirname, 'runPhp.mjs'), code, given, printed], { stdio: 'pipe' });
		return readFileSync(printed, 'utf8');
	} finally {
		rmSync(folder, { recursive: true });
	}
}
