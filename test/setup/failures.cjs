const { DefaultReporter } = require('@jest/reporters');

/** Prints the test files that fail, with what failed; of those that pass, nothing. jest's summary counts both. */
module.exports = class Failures extends DefaultReporter {
	printTestFileHeader(path, config, result) {
		if (result.numFailingTests > 0 || result.testExecError) super.printTestFileHeader(path, config, result);
	}
};
