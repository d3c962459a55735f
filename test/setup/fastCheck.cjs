/** fast-check for the tests: the same random cases in each run. */
const fastCheck = require('fast-check');

fastCheck.configureGlobal({ seed: Number(process.env.TEST_SEED) });
module.exports = fastCheck;
