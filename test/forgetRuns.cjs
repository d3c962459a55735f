const { rmSync } = require('node:fs');
const { join } = require('node:path');

/** The operations that tests ran are noted anew at each run; `tools/completeness.ts` reads them. */
module.exports = () => rmSync(join(__dirname, '..', 'build', 'operations-run.txt'), { force: true });
