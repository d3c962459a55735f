const { existsSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const BUILD = join(__dirname, '..', '..', 'build');

/** Hands what this run noted to `tools/completeness.ts` and `tools/schemas.ts`, in place of what an earlier one did. */
module.exports = (run, project) => {
	const folder = join(BUILD, 'runs', process.env.TEST_RUN);
	for (const file of ['operations-run.txt', 'operations-output.ndjson']) {
		if (existsSync(join(folder, file))) renameSync(join(folder, file), join(BUILD, file));
		else rmSync(join(BUILD, file), { force: true });
	}
	writeFileSync(join(BUILD, 'tests-run.txt'), isWhole(run, project) ? 'all' : 'some');
	rmSync(folder, { recursive: true, force: true });
};

/** Whether all tests were run: after a run of some, nothing follows from what was not run. */
function isWhole(run, project) {
	const isChosen =
		run.testPathPatterns.patterns.length > 0 || run.testNamePattern || run.onlyChanged || run.findRelatedTests;
	return !isChosen && project.testMatch.some((pattern) => pattern.endsWith('/test/{unit,engine,model}/**/*.test.ts'));
}
