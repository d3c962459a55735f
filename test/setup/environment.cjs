const { TestEnvironment } = require('jest-environment-node');
const { appendFileSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const vm = require('node:vm');

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
 * Runs test files in the process's own realm instead of a new one each: they share its `Date`, `Error` and timers with the
 * packages that the process has loaded once (runtime.cjs), n8n-core above all, which takes seconds to load. Whoever moves
 * the clock moves it for tests, the product and n8n at once, with `globalThis.Date`.
 *
 * Files of the project are evaluated anew for each test file, those of dist/ too. What a file changes in the process
 * (environment variables, globals of jest, `Date` and its kind) is put back when it ends.
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
