const { rmSync } = require('node:fs');
const { join } = require('node:path');

/** What tests ran and got is noted anew at each run: for `tools/completeness.ts` and `tools/schemas.ts`. */
module.exports = () => {
	for (const file of ['operations-run.txt', 'operations-output.ndjson']) {
		rmSync(join(__dirname, '..', '..', 'build', file), { force: true });
	}
};
