const { default: Runtime } = require('jest-runtime');
const { createRequire, isBuiltin } = require('node:module');
const { join, sep } = require('node:path');

const DIST = join(__dirname, '..', '..', 'dist') + sep;

/**
 * Gives the project's files the packages that the process has loaded, once for all test files of a worker: n8n-core takes
 * seconds, and jest would load it anew for each file. The built package is the one that n8n-core has loaded, too. It takes
 * environment.cjs, by which all of them have the same `Error` and `Date`; `jest.mock` does not reach what is loaded so.
 */
module.exports = class SharingRuntime extends Runtime {
	requireModuleOrMock(from, name) {
		if (name === 'fast-check') return require('./fastCheck.cjs');
		return isShared(name) ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
	}

	requireActual(from, name) {
		return isShared(name) ? createRequire(from)(name) : super.requireActual(from, name);
	}
};

function isShared(name) {
	const isPackage = !/^[./]|^@jest\/globals$/.test(name) && !isBuiltin(name);
	return isPackage || name.startsWith(DIST);
}
