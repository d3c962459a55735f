const { mkdirSync, readdirSync, rmSync, statfsSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const BUILD = join(__dirname, '..', '..', 'build');
const LEAST_MB = 300;

/** What tests run and get is noted in a folder of this run alone; see endRun.cjs. */
module.exports = () => {
	const runs = join(BUILD, 'runs');
	try {
		mkdirSync(join(runs, process.env.TEST_RUN), { recursive: true });
	} catch (error) {
		throw new Error(
			`Tests cannot write into ${BUILD} (${error.code}). Make it writable, or make room, and start again.`,
		);
	}
	for (const folder of [BUILD, tmpdir()]) {
		const { bavail, bsize } = statfsSync(folder);
		const free = Math.floor((bavail * bsize) / 1e6);
		if (free < LEAST_MB)
			throw new Error(`Only ${free} MB are free in ${folder}. Make room, ${LEAST_MB} MB at least, and start again.`);
	}
	// Of runs that were ended from outside.
	for (const run of readdirSync(runs))
		if (!isRunning(Number(run))) rmSync(join(runs, run), { recursive: true, force: true });
};

function isRunning(pid) {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return error.code === 'EPERM';
	}
}
