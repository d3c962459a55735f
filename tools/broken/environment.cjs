const Module = require('node:module');

const ProcessEnvironment = require('../../test/setup/environment.cjs');

let broken;

const { _compile } = Module.prototype;
Module.prototype._compile = function (code, filename, ...others) {
	return _compile.call(this, filename === broken?.built ? broken.code : code, filename, ...others);
};

/** Runs the tests that the project of jest chooses by their full names, with one file of the built package broken. */
module.exports = class BrokenEnvironment extends ProcessEnvironment {
	constructor(config, context) {
		// What is run here is no part of a test run.
		delete process.env.TEST_RUN;
		super(config, context);
		const { testEnvironmentOptions } = config.projectConfig;
		this.chosen = new RegExp(testEnvironmentOptions.chosen);
		({ broken } = testEnvironmentOptions);
	}

	handleTestEvent({ name }, state) {
		if (name === 'run_start') state.testNamePattern = this.chosen;
	}
};
