/**
 * Ends a second test run of this folder, which would build where the first one reads. Its place is at the beginning of a script of
 * package.json: the run is over when the shell of the script has ended.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = join(import.meta.dirname, '..', 'build', 'run.lock');

take();

function take() {
	try {
		mkdirSync(join(LOCK, '..'), { recursive: true });
		writeFileSync(LOCK, String(process.ppid), { flag: 'wx' });
	} catch (error) {
		if (error.code !== 'EEXIST')
			end(`${LOCK} cannot be written (${error.code})`, 'Make room, or the folder writable, and start again.');
		const runner = Number(readFileSync(LOCK, 'utf8'));
		if (runner === process.ppid) return;
		if (isRunning(runner)) {
			const next = `Wait for it or end it, then start again. If it is no test run, remove ${LOCK}.`;
			end(`Another test run is going on in this folder (process ${runner})`, next);
		}
		rmSync(LOCK, { force: true });
		take();
	}
}

function isRunning(pid) {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch {
		return false;
	}
}

function end(what, next) {
	process.stderr.write(`✗ ${what}.\n→ ${next}\n`);
	process.exit(1);
}
