/**
 * The clock of the tests. `environment.cjs` starts it for each test file; a process that a test starts loads this file by
 * NODE_OPTIONS and goes on with the clock of the test.
 *
 * It counts on the monotonic clock, so that neither the date of the machine nor a jump of its clock is seen in a test.
 */
const { performance } = require('node:perf_hooks');

/** What all processes of a machine agree on, in milliseconds. */
const atLoad = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const monotonic = () => atLoad + performance.now();

const Real = Date;
/** What the clock shows at a moment of the monotonic one. */
const clock = { start: 0, begun: 0 };

/** `Date`, but for what it takes for now: it asks `Date.now`, so that whoever sets that sets all of it. */
function TestDate(...given) {
	if (new.target === undefined) return new Real(TestDate.now()).toString();
	const kind = new.target === TestDate ? Real : new.target;
	return Reflect.construct(Real, given.length === 0 ? [TestDate.now()] : given, kind);
}
Object.defineProperties(TestDate, {
	name: { value: 'Date' },
	length: { value: Real.length },
	prototype: { value: Real.prototype, writable: false },
});
const now = () => Math.floor(clock.start + monotonic() - clock.begun);

function startClock(start, begun) {
	Object.assign(clock, { start, begun });
	globalThis.Date = Object.assign(TestDate, { parse: Real.parse, UTC: Real.UTC, now });
	Real.prototype.constructor = TestDate;
}

/** Starts the clock of a test file, and hands it on to the processes that the file starts. */
function startFile() {
	// A jest that is started with --runInBand has read the locale of its user before settings.cjs could set another.
	const { locale } = new Intl.DateTimeFormat().resolvedOptions();
	if (locale !== 'en-US')
		throw new Error(
			`Tests run in the locale en-US, not ${locale}. Start jest without --runInBand, or with LC_ALL=C.UTF-8.`,
		);
	startClock(Real.parse(process.env.TEST_NOW), monotonic());
	process.env.TEST_CLOCK = `${clock.start} ${clock.begun}`;
}

if (process.env.TEST_CLOCK !== undefined) startClock(...process.env.TEST_CLOCK.split(' ').map(Number));

module.exports = { startFile };
