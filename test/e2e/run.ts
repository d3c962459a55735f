import { access, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { chromium, type Browser } from 'playwright-core';

import { command } from '../../harness/command';
import { describeFailure, Failure } from '../../harness/failure';
import { Editor } from '../../harness/n8n/editor';
import { RealN8n } from '../../harness/n8n/realN8n';
import { OUTPUT, packPackage, PROJECT } from '../../harness/n8n/tarball';
import { SimulatorProcess } from '../../harness/simulator';
import type { Step, Suite } from '../../harness/suite';

/**
 * `npm run test:e2e [part of a file name]`: the packed package in a real n8n, used by a person in a browser and over
 * n8n's REST interface. Runs every `test/e2e/*.e2e.ts`. Leaves screenshots and n8n's log in `build/`.
 *
 * `npm run screenshots` runs the suite of the editor and takes its pictures, if no promise was broken, into `docs/images/`.
 */

const SUITES = join(PROJECT, 'test', 'e2e');
const SCREENSHOTS = join(OUTPUT, 'screenshots');
const IMAGES = join(PROJECT, 'docs', 'images');
const STEP_SECONDS = 450;
const BROWSERS = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const BROWSER_FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

const owner = { email: 'owner@example.com', firstName: 'Olive', lastName: 'Owner', password: 'Owner-of-n8n-1' };
const apiKey = 'e2e-key-7d41c0b95a';

let browser: Browser | undefined;
const simulators = new Set<SimulatorProcess>();
let n8n: RealN8n | undefined;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: { 'keep-pictures': { type: 'boolean', default: false } },
		allowPositionals: true,
	});
	const [wanted = ''] = positionals;
	const files = (await readdir(SUITES)).filter((file) => file.endsWith('.e2e.ts') && file.includes(wanted)).sort();
	if (files.length === 0) {
		throw new Failure(
			`No file in test/e2e is called *${wanted}*.e2e.ts`,
			'Start it without a name to run all of them.',
		);
	}
	browser = await startBrowser();

	const folder = join(OUTPUT, 'e2e');
	await rm(folder, { recursive: true, force: true });
	await rm(SCREENSHOTS, { recursive: true, force: true });
	const tarball = await packPackage(console.log);
	console.log('Starting n8n …');
	n8n = await RealN8n.start({ userFolder: folder, tarball, progress: console.log });
	await n8n.rest.setUpOwner(owner);
	await n8n.expectNodesLoaded();

	const suites = await Promise.all(files.map(async (file) => [file, (await load(file)).suite] as const));
	await inTurn(
		suites.filter(([, { mostlyWaits }]) => mostlyWaits !== true),
		tarball,
	);
	const waiting = suites.filter(([, { mostlyWaits }]) => mostlyWaits === true);
	await Promise.all([inTurn(waiting, tarball), inTurn(waiting, tarball)]);
	console.log(`\n${kept} promises kept, ${broken} broken. Screenshots: ${SCREENSHOTS}`);
	if (broken > 0) process.exitCode = 1;
	else if (values['keep-pictures']) await keepPictures();
}

async function load(file: string): Promise<{ suite: Suite }> {
	return (await import(join(SUITES, file))) as { suite: Suite };
}

let kept = 0;
let broken = 0;
let lastTitle = '';

/** Lines of suites that run beside each other, each under the title of its suite. */
function tell(title: string, line: string): void {
	if (title !== lastTitle) console.log(`\n${title}`);
	lastTitle = title;
	console.log(line);
}

/** Runs suites one after the other until none is left. */
async function inTurn(left: Array<readonly [file: string, suite: Suite]>, tarball: string): Promise<void> {
	for (let next = left.shift(); next !== undefined; next = left.shift()) await runSuite(...next, tarball);
}

async function runSuite(file: string, suite: Suite, tarball: string): Promise<void> {
	if (browser === undefined || n8n === undefined) throw new Error('The browser and n8n are started first');
	const name = file.replace('.e2e.ts', '');
	const { title } = suite;
	const editor = await Editor.open(browser, n8n.url, join(SCREENSHOTS, name));
	// A new one for each suite and without calls of its own: what a suite finds is what it put there.
	const logFile = join(OUTPUT, 'e2e', `simulator-${name}.log`);
	const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile });
	simulators.add(simulator);
	const step: Step = async (promise, check) => {
		const started = Date.now();
		try {
			await withinTime(promise, check());
		} catch (error) {
			tell(title, `  ✗ ${promise}`);
			throw error;
		}
		kept += 1;
		tell(title, `  ✓ ${promise} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
	};
	try {
		await suite.run(step, { n8n, owner, simulator, apiKey, editor, tarball });
	} catch (error) {
		broken += 1;
		tell(title, describeFailure(error).replace(/^/gm, '      '));
		const picture = await editor.screenshot('broken').catch(() => 'no screenshot: the page is gone');
		console.log(
			`      The screen:  ${picture}\n      n8n's log:   ${n8n.logFile}\n      The steps after this one were not tried.`,
		);
	}
	await editor.close();
	await simulator.stop();
	simulators.delete(simulator);
}

/** Takes what the suites left in their folders `pictures` into the documentation. */
async function keepPictures(): Promise<void> {
	const files = (await readdir(SCREENSHOTS, { recursive: true })).filter((file) =>
		/[\\/]pictures[\\/][^\\/]+\.webp$/.test(file),
	);
	await mkdir(IMAGES, { recursive: true });
	for (const file of files) await copyFile(join(SCREENSHOTS, file), join(IMAGES, basename(file)));
	console.log(`${files.length} pictures taken into ${IMAGES}`);
}

async function stop(): Promise<void> {
	await browser?.close();
	await n8n?.stop();
	for (const simulator of simulators) await simulator.stop();
}

async function withinTime(promise: string, check: Promise<void>): Promise<void> {
	const clock = new AbortController();
	const tooLate = sleep(STEP_SECONDS * 1000, undefined, { signal: clock.signal }).then(() => {
		throw new Failure(
			`Not done within ${STEP_SECONDS} s: ${promise}`,
			"The screenshot and n8n's log show where it hangs.",
		);
	});
	try {
		await Promise.race([check, tooLate]);
	} finally {
		tooLate.catch(() => undefined);
		clock.abort();
	}
}

async function startBrowser(): Promise<Browser> {
	const candidates = process.env.CHROMIUM === undefined ? BROWSERS : [process.env.CHROMIUM];
	for (const executablePath of candidates) {
		const there = await access(executablePath).then(
			() => true,
			() => false,
		);
		// Signals are ours to handle: everything is stopped in order.
		const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
		if (there) return await chromium.launch({ executablePath, args: BROWSER_FLAGS, ...signals });
	}
	throw new Failure(
		`No Chromium found (${candidates.join(', ')})`,
		'Install it: sudo apt-get install -y chromium. One that lies elsewhere is named by the variable CHROMIUM.',
	);
}

command(main, stop);
