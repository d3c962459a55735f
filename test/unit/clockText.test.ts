import fc from 'fast-check';
import { DateTime } from 'luxon';

import { clockText } from '../../simulator/world/clockText';

it("writes what a zone's clock shows, around each change of clocks too, or a simulated provider would test nothing", () => {
	const zones = [
		'UTC',
		'Australia/Sydney',
		'Australia/Lord_Howe',
		'Asia/Kolkata',
		'America/St_Johns',
		'Pacific/Kiritimati',
	];
	const changes = ['2026-04-04T16:00:00Z', '2026-04-04T15:00:00Z', '2026-11-01T06:30:00Z'].map((at) => Date.parse(at));
	const instants = fc.oneof(
		fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2060-01-01') }),
		fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -2000, max: 2000 })).map(([at, apart]) => at + apart),
	);
	fc.assert(
		fc.property(instants, fc.constantFrom(...zones), (at, zone) => {
			expect(clockText(at, zone)).toBe(DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss'));
		}),
		{ numRuns: 1000 },
	);
});
