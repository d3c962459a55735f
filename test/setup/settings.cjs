const { join } = require('node:path');

/**
 * Wednesday noon in the simulated office (Australia/Sydney), with three usual days of calls before it: no weekend, no first or
 * last days of a month, no change of clocks within weeks, in no zone near midnight that a test uses.
 */
const NOW = '2026-08-19T03:30:15.250Z';

/** Fixes for jest and all that it starts what would else depend on the machine and the moment. */
module.exports = () => {
	const { env } = process;
	env.TEST_NOW ||= NOW;
	env.TEST_SEED ||= '1';
	env.TZ ||= 'UTC';
	env.LC_ALL = 'C.UTF-8';
	if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(env.TEST_NOW) || Number.isNaN(Date.parse(env.TEST_NOW)))
		throw new Error(`TEST_NOW is no instant: ${env.TEST_NOW}. Write it as in TEST_NOW=${NOW}.`);
	if (!Number.isInteger(Number(env.TEST_SEED)))
		throw new Error(`TEST_SEED is no whole number: ${env.TEST_SEED}. Write it as in TEST_SEED=1.`);
	if (!isZone(env.TZ)) throw new Error(`TZ is no time zone: ${env.TZ}. Write it as in TZ=Europe/London.`);
	// Of a jest around this one.
	delete env.TEST_CLOCK;
	env.TEST_RUN = String(process.pid);
	const preload = `--require ${JSON.stringify(join(__dirname, 'clock.cjs'))}`;
	if (!env.NODE_OPTIONS?.includes(preload)) env.NODE_OPTIONS = [env.NODE_OPTIONS, preload].filter(Boolean).join(' ');
};

function isZone(name) {
	try {
		return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
	} catch {
		return false;
	}
}
