/**
 * Runs unit and engine tests twice at each of the moments and in the zones at which software fails: once with the clock of the
 * machine moved there, which no test may notice, and once with the clock of the tests there, so that the product is tried.
 *
 *   npm run test:moments -- [--only 2,3] [--of-commit] [paths of tests]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { command } from '../harness/command';
import { Failure } from '../harness/failure';
import { run } from '../harness/processes';

const ROOT = join(__dirname, '..');
const LOGS = join(ROOT, 'build', 'moments');
const MINUTE = 60_000;

interface Moment {
	readonly what: string;
	readonly at: string;
	readonly zone: string;
}

const MOMENTS: readonly Moment[] = [
	{ what: 'a Sunday, when hardly anybody calls', at: '2026-11-29T03:00:00Z', zone: 'UTC' },
	{ what: 'a Monday, after a quiet Sunday', at: '2026-11-30T12:50:00Z', zone: 'UTC' },
	{ what: 'three minutes before a new year', at: '2026-12-31T23:57:00-05:00', zone: 'America/New_York' },
	{ what: 'the hour before the clock goes forward', at: '2027-03-28T00:30:00Z', zone: 'Europe/London' },
	{ what: 'the hour before the clock goes back', at: '2027-10-31T01:30:00+01:00', zone: 'Europe/London' },
	{
		what: 'the hour before it goes forward by half an hour',
		at: '2027-10-03T01:30:00+10:30',
		zone: 'Australia/Lord_Howe',
	},
	{
		what: 'the hour before it goes back by half an hour',
		at: '2027-04-04T01:30:00+11:00',
		zone: 'Australia/Lord_Howe',
	},
	{ what: 'a leap day, half an hour off the hour', at: '2028-02-29T12:00:00+05:30', zone: 'Asia/Kolkata' },
	{ what: 'a day ahead of everybody', at: '2026-12-04T00:20:00+14:00', zone: 'Pacific/Kiritimati' },
	{ what: 'late on the day before, half an hour off', at: '2026-12-02T23:45:00-03:30', zone: 'America/St_Johns' },
];

/** Files keep their times: jest knows by them what has changed. */
const FAKED = { NO_FAKE_STAT: '1' };

const WAYS = ['the clock of the machine', 'TEST_NOW'] as const;

command(async () => {
	const { values, positionals } = parseArgs({
		options: { only: { type: 'string' }, 'of-commit': { type: 'boolean', default: false } },
		allowPositionals: true,
	});
	const chosen = values['of-commit'] ? ofCommit() : values.only === undefined ? MOMENTS : named(values.only);
	const tests = positionals.length === 0 ? ['test/unit', 'test/engine'] : positionals;
	expectFaketime();
	mkdirSync(LOGS, { recursive: true });
	const failed: string[] = [];
	for (const moment of chosen) {
		for (const way of WAYS) {
			const number = MOMENTS.indexOf(moment) + 1;
			const line = `${number}. ${moment.at} in ${moment.zone} (${moment.what}), by ${way}`;
			const found = await testsAt(moment, way, tests, join(LOGS, `${number}-${WAYS.indexOf(way) + 1}.log`));
			process.stdout.write(`${found.length === 0 ? '✓' : '✗'} ${line}\n${found.map((one) => `    ${one}\n`).join('')}`);
			if (found.length > 0) failed.push(line);
		}
	}
	if (failed.length === 0) return;
	throw new Failure(
		`Tests fail at ${failed.length} of ${chosen.length * WAYS.length} runs`,
		`By TEST_NOW, the product or its test is wrong at that hour: repeat it with \`TEST_NOW=… TZ=… npx jest <file>\`. By the clock of \
the machine only, something reads it (see "Time in tests" in CONTRIBUTING.md). The whole output is in ${LOGS}.`,
	);
});

/** @returns what failed */
async function testsAt(
	{ at, zone }: Moment,
	way: (typeof WAYS)[number],
	tests: string[],
	log: string,
): Promise<string[]> {
	const jest = [require.resolve('jest/bin/jest'), '--silent', '--verbose=false', ...tests];
	const env: NodeJS.ProcessEnv = { ...process.env, TZ: zone };
	delete env.TEST_NOW;
	const output = createWriteStream(log);
	const found = new Set<string>();
	const options = {
		cwd: ROOT,
		timeoutSeconds: 7200,
		nextStep: `The whole output is in ${log}.`,
		onLine: (line: string) => {
			output.write(`${line}\n`);
			if (/^\s+● /.test(line)) found.add(line.trim());
		},
	};
	try {
		if (way === 'TEST_NOW') await run(process.execPath, jest, { ...options, env: { ...env, TEST_NOW: at } });
		else
			await run('faketime', movedTo(at, process.execPath, ...jest), {
				...options,
				env: { ...env, ...FAKED },
			});
		return [];
	} catch (error) {
		return found.size > 0 ? [...found] : [(error as Error).message];
	} finally {
		output.end();
	}
}

/** The arguments with which a command runs as if it were another moment; deadlines and timeouts stay as they are. */
function movedTo(at: string, ...line: string[]): string[] {
	const seconds = Math.round((Date.parse(at) - Date.now()) / 1000);
	return ['--exclude-monotonic', '-f', `${seconds < 0 ? '' : '+'}${seconds}s`, ...line];
}

function expectFaketime(): void {
	const { at } = MOMENTS[2];
	const told = spawnSync('faketime', movedTo(at, process.execPath, '-p', 'Date.now()'), {
		encoding: 'utf8',
		env: { ...process.env, ...FAKED },
	});
	if (told.error === undefined && Math.abs(Number(told.stdout) - Date.parse(at)) < MINUTE) return;
	throw new Failure(
		told.error === undefined
			? `faketime does not move the clock of Node: ${told.stdout}${told.stderr}`
			: 'faketime is not installed',
		'Install it: `sudo apt-get install faketime` (macOS: `brew install libfaketime`), and start again.',
	);
}

/** Two that follow from the commit: over time, each moment has its turn. */
function ofCommit(): Moment[] {
	const hash = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' });
	const first = parseInt(hash.slice(0, 8), 16) % MOMENTS.length;
	const after = 1 + (parseInt(hash.slice(8, 16), 16) % (MOMENTS.length - 1));
	return [MOMENTS[first], MOMENTS[(first + after) % MOMENTS.length]];
}

function named(only: string): Moment[] {
	return only.split(',').map((number) => {
		const moment = MOMENTS[Number(number) - 1] as Moment | undefined;
		if (moment === undefined) throw new Failure(`There is no moment ${number}`, `Choose from 1 to ${MOMENTS.length}.`);
		return moment;
	});
}
