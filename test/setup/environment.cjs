const { TestEnvironment } = require('jest-environment-node');
const { appendFileSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const vm = require('node:vm');

const { startFile } = require('./clock.cjs');

const ROOT = join(__dirname, '..', '..');
const DIST = join(ROOT, 'dist') + sep;

/** What `getVmContext` gives to say: the context of this process. */
const HERE = vm.createContext();

/** jest-circus adds to the handlers that it finds. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

const { compileFunction } = vm;
vm.compileFunction = (code, parameters, options) =>
	compileFunction(
		code,
		parameters,
		options?.parsingContext === HERE ? { ...options, parsingContext: undefined } : options,
	);

/**
 * Runs test files in the process's own realm instead of a new one each. So they share `Date`, `Error` and timers with the
 * packages that the process has loaded once (runtime.cjs), and whoever replaces `globalThis.Date` moves the clock of tests,
 * product, n8n-core and luxon at once.
 *
 * Files of the project, dist/ included, are evaluated anew for each test file, and n8n makes its services anew. What a file
 * changes in the process's environment or globals is put back when it ends.
 */
module.exports = class ProcessEnvironment extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		const { projectConfig } = config;
		this.global = globalThis;
		this.file = relative(ROOT, context.testPath);
		this.used = process.cpuUsage();
		this.before = {
			globals: Object.getOwnPropertyDescriptors(globalThis),
			env: { ...process.env },
			exit: process.exit,
		};
		globalThis.global = globalThis;
		Error.stackTraceLimit = 100;
		Object.assign(globalThis, projectConfig.globals);
		this.moduleMocker = new this.moduleMocker.constructor(globalThis);
		this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: projectConfig, global: globalThis });
		startFile();
		for (const file of Object.keys(require.cache)) if (file.startsWith(DIST)) delete require.cache[file];
	}

	getVmContext() {
		return HERE;
	}

	async teardown() {
		await super.teardown();
		this.noteTime();
		const { globals, env, exit } = this.before;
		process.exit = exit;
		// What n8n keeps for a process, such as where binary data lies.
		require.cache[require.resolve('@n8n/di')]?.exports.Container.reset();
		for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
		Object.assign(process.env, env);
		for (const name of Reflect.ownKeys(globalThis)) {
			if (name in globals) {
				if ('value' in globals[name] && globals[name].writable) globalThis[name] = globals[name].value;
			} else if (name === EVENT_HANDLERS) delete globalThis[name];
		}
	}

	/** Seconds of processor time by file, in the file that `TEST_TIMES` names. */
	noteTime() {
		if (process.env.TEST_TIMES === undefined) return;
		const { user, system } = process.cpuUsage(this.used);
		appendFileSync(process.env.TEST_TIMES, `${((user + system) / 1e6).toFixed(1)} ${this.file}\n`);
	}
};
