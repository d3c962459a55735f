import type { UnreturnedSettings } from '../../nodes/shared/calls/unreturned';

const MINUTE = 60_000;

/** *Missed, Not Called Back* as a new trigger has it. */
export const usual: UnreturnedSettings = {
	waitEnds: (from) => from + 15 * MINUTE,
	returnedBy: 'answered',
	scope: 'account',
	minimumRingSeconds: 0,
	leavesWithheldOut: false,
	accepts: () => true,
	graceMs: MINUTE,
	oldest: -Infinity,
	maxItems: 1000,
	includeRaw: false,
};
