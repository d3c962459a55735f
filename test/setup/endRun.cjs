const { existsSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const BUILD = join(__dirname, '..', '..', 'build');

/** Hands what this run noted to `tools/completeness.ts` and `tools/schemas.ts`, in place of what an earlier one did. */
module.exports = () => {
	const folder = join(BUILD, 'runs', process.env.TEST_RUN);
	for (const file of ['operations-run.txt', 'operations-output.ndjson']) {
		if (existsSync(join(folder, file))) renameSync(join(folder, file), join(BUILD, file));
		else rmSync(join(BUILD, file), { force: true });
	}
	rmSync(folder, { recursive: true, force: true });
};
