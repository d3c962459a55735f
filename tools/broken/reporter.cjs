const { appendFileSync } = require('node:fs');

/** Notes what became of each test, by the project that ran it. */
module.exports = class Results {
	onTestResult({ path, context }, { testResults, testExecError, failureMessage }) {
		const results = testResults.map(({ fullName, status }) => [fullName, status]);
		const error = testExecError === undefined ? null : failureMessage;
		appendFileSync(
			process.env.BROKEN_RESULTS,
			`${JSON.stringify({ project: context.config.displayName.name, path, results, error })}\n`,
		);
	}
};
