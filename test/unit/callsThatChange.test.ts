import type { IDataObject } from 'n8n-workflow';

import { voipcloudTrigger } from '../../nodes/Voipcloud/calls/trigger';
import { while1VoiceTrigger } from '../../nodes/While1Voice/calls/trigger';
import { party, type CallFacts } from '../../nodes/shared/calls/call';
import { decide, type DecideSettings } from '../../nodes/shared/calls/decide';
import type { Observed } from '../../nodes/shared/calls/observed';
import { freshState, NO_CALLERS, type Callers } from '../../nodes/shared/calls/state';
import { unreturnedCallers, type ListedCall } from '../../nodes/shared/calls/unreturned';
import { inZone } from '../../nodes/shared/trigger/start';
import { HOUR, MINUTE, SECOND } from '../../nodes/shared/values/time';
import { usual } from './usualSettings';

const START = Date.parse('2026-11-20T09:00:00Z');

describe('a call that was given', () => {
	const settings: DecideSettings<string> = { lookbackMs: 4 * HOUR, maxItems: 100, accepts: () => true };
	const ended = (key: string, endedAt: number): Observed<string> => ({
		key,
		ended: true,
		startedAt: endedAt - MINUTE,
		endedAt,
		record: key,
	});

	it.each([
		['its duration was edited', 20 * MINUTE],
		['the provider shows all times an hour later', HOUR],
	])('does not come again hours later because %s', (_what, laterMs) => {
		let state = { ...freshState('a stream', START - HOUR, false), primed: true };
		const given: string[] = [];
		for (let minute = 0; minute < 12 * 60; minute += 30) {
			const now = START + minute * MINUTE;
			const records = [ended('first', minute < 120 ? START : START + laterMs), ended(`at ${minute}`, now)];
			const decision = decide(state, { records, through: Infinity }, now, settings);
			state = decision.state;
			given.push(...decision.calls.map(({ key }) => key));
		}
		expect(given.filter((key) => key === 'first')).toEqual(['first']);
		expect(new Set(given).size).toBe(given.length);
		expect(Object.keys(state.seen)).not.toContain('first');
	});
});

describe("'Start From: Now' with a wrong time zone", () => {
	const zoneAhead = { ...freshState('a stream', START + 5 * HOUR, true), zone: 'Asia/Karachi', start: START };

	it('gives all that ended after the start once the zone is corrected, or there is silence for five hours', () => {
		const state = inZone(zoneAhead, 'utc');
		expect([state.from, state.floor]).toEqual([START, START]);
		expect(inZone(state, 'utc')).toBe(state);
		expect(inZone(state, 'Asia/Karachi').from).toBe(START + 5 * HOUR);
	});

	it('gives nothing that was listed at the start when the right zone is changed for a wrong one', () => {
		const rightZone = { ...freshState('a stream', START, true), zone: 'utc', start: START };
		const old = { key: 'old', ended: true, startedAt: START - 2 * HOUR, endedAt: START - HOUR, record: {} };
		const settings = { lookbackMs: 4 * HOUR, maxItems: 1000, accepts: () => true };
		const read = { records: [old], through: Infinity };
		const { state } = decide(rightZone, read, START, settings);
		const behind = inZone(state, 'America/New_York');
		expect(behind.from).toBe(START - HOUR + 1000);
		expect(decide(behind, read, START + 5 * HOUR, settings).calls).toEqual([]);
		expect(inZone(behind, 'utc').from).toBe(START);
	});

	it('keeps what was read by then settled', () => {
		const floor = START + 6 * HOUR;
		expect(inZone({ ...zoneAhead, floor }, 'utc').floor).toBe(floor);
	});
});

interface Told extends Partial<Omit<CallFacts, 'queue'>> {
	queue?: string;
	/** Seconds from the start. */
	from0: number;
	to0: number;
	instant?: number;
	key?: string;
}

function told({ from0, to0, queue, instant, key = `${from0} ${to0} ${queue}`, ...facts }: Told): ListedCall {
	return {
		call: {
			key,
			ended: true,
			startedAt: START + from0 * SECOND,
			endedAt: START + to0 * SECOND,
			record: {},
			...(instant !== undefined && { endInstant: START + instant * SECOND }),
		},
		facts: {
			direction: 'inbound',
			outcome: 'missed',
			from: party('+34600000001'),
			to: party('+34910000000'),
			queue: queue === undefined ? null : { id: null, name: queue },
			ringGroup: null,
			waitSeconds: 20,
			durationSeconds: to0 - from0,
			...facts,
		} as CallFacts,
	};
}

/** Polls every minute, and tells in which minutes an item came, with how many attempts. */
function minutes(
	heard: Record<number, { calls?: ListedCall[]; again?: ListedCall[] }>,
	{ scope = 'account', aheadMs = 0 }: { scope?: 'account' | 'queue'; aheadMs?: number } = {},
): Array<[minute: number, attempts: number]> {
	let callers: Callers = NO_CALLERS;
	let newestEnd = -Infinity;
	const items: Array<[number, number]> = [];
	for (let minute = 0; minute < 300; minute++) {
		const { calls = [], again = [] } = heard[minute] ?? {};
		newestEnd = Math.max(newestEnd, ...calls.map(({ call }) => call.endedAt ?? -Infinity));
		const decision = unreturnedCallers(
			callers,
			{ calls, again, open: [], isComplete: true, newestEnd, floor: -Infinity },
			{ hostNow: START + minute * MINUTE, clock: (at) => at + aheadMs, instantOf: (time) => time - aheadMs },
			{ ...usual, scope },
		);
		({ callers } = decision);
		for (const { attempts } of decision.given) items.push([minute, attempts.length]);
	}
	return items;
}

describe('a caller', () => {
	const missed = told({ from0: 0, to0: 30, key: 'one' });

	it.each([2, 5])('whose answering leg is listed %i minutes after he was given as missed is not called', (late) => {
		const served = told({ from0: 0, to0: 90, key: 'one', outcome: 'answered' });
		expect(minutes({ 1: { calls: [missed] }, [late]: { again: [served] } })).toEqual([]);
		expect(minutes({ 1: { calls: [missed] }, [late]: { again: [missed] } })).toEqual([[17, 1]]);
	});

	it('whose record is replaced by one that says that he was answered is not called', () => {
		const served = told({ from0: 0, to0: 30, key: 'two', outcome: 'answered' });
		expect(minutes({ 1: { calls: [missed] }, 4: { calls: [served] } })).toEqual([]);
	});

	it.each([
		['the time zone is wrong by three hours', 3 * HOUR],
		['the host is an hour fast', HOUR],
	])('who is missed at 09:01, 11:00 and 13:00 is called three times though %s', (_what, aheadMs) => {
		const at = [1, 120, 240].map((minute) => told({ from0: minute * 60 - 30, to0: minute * 60 }));
		const items = minutes({ 2: { calls: [at[0]] }, 121: { calls: [at[1]] }, 241: { calls: [at[2]] } }, { aheadMs });
		expect(items.map(([, attempts]) => attempts)).toEqual([1, 1, 1]);
	});

	it('who is missed twice in the hour that clocks repeat is called for both, where an ID holds the instant', () => {
		const first = told({ from0: 0, to0: 60, instant: 60 });
		const second = told({ from0: 240, to0: 300, instant: 3900 });
		const unknown = told({ from0: 240, to0: 300 });
		const newer = told({ from0: 900, to0: 1000, instant: 1000, direction: 'outbound', to: party('+34600000009') });
		expect(minutes({ 1: { calls: [first] }, 16: { calls: [newer] }, 66: { calls: [second] } })).toEqual([
			[17, 1],
			[81, 1],
		]);
		expect(minutes({ 1: { calls: [first] }, 16: { calls: [newer] }, 66: { calls: [unknown] } })).toEqual([[17, 1]]);
	});

	it('who went on from one queue to the next and was answered there is not called', () => {
		const gaveUp = told({ from0: 0, to0: 30, queue: 'Sales', outcome: 'timedOut' });
		const served = told({ from0: 31, to0: 120, queue: 'Support', outcome: 'answered' });
		const later = told({ from0: 90, to0: 120, queue: 'Support', outcome: 'answered' });
		expect(minutes({ 2: { calls: [gaveUp, served] } }, { scope: 'queue' })).toEqual([]);
		expect(minutes({ 2: { calls: [gaveUp, later] } }, { scope: 'queue' })).toHaveLength(1);
	});

	it('whose queue got another name while he waited is reached by that queue', () => {
		const gaveUp = told({ from0: 0, to0: 30, queue: 'Sales', key: 'one' });
		const renamed = told({ from0: 0, to0: 30, queue: 'Sales and more', key: 'one' });
		const served = told({ from0: 300, to0: 400, queue: 'Sales and more', outcome: 'answered' });
		const heard = { 1: { calls: [gaveUp] }, 7: { calls: [served], again: [renamed] } };
		expect(minutes(heard, { scope: 'queue' })).toEqual([]);
	});

	it.each(['busy', 'failed'] as const)('for whom everything was %s reached nobody, and is called', (outcome) => {
		expect(minutes({ 1: { calls: [told({ from0: 0, to0: 30, outcome })] } })).toEqual([[17, 1]]);
	});
});

const setup = {
	credentials: {},
	names: { queues: [], ringGroups: [], users: [] },
	timezone: 'utc',
	firstTimezone: 'utc',
};

describe('a VoIPcloud record', () => {
	const source = (event: string, apiVersion: string) =>
		voipcloudTrigger.source({ ...setup, event, credentials: { apiVersion } });
	const user: IDataObject = {
		unique_call_id: '160455961758',
		type: 'user_inbound_missed',
		caller_id: '61491570006',
		user_name: 'John Smith',
		user_number: '1001',
		call_start_at: '2026-11-20T10:00:00+11:00',
		connected_at: null,
		call_duration: 60,
		conversation_duration: 0,
	};
	const keysOf = (event: string, version: string, ...records: IDataObject[]) =>
		source(event, version)
			.observe(records)
			.map(({ key }) => key);

	it('of one of two phones with the same times has its own ID, in whatever order and under whatever name', () => {
		const other = { ...user, user_name: 'Kevin Smith', user_number: '1002' };
		const [john, kevin] = keysOf('userCall', 'v2', user, other);
		expect(john).not.toBe(kevin);
		expect(keysOf('userCall', 'v2', other, user)).toEqual([kevin, john]);
		expect(keysOf('userCall', 'v2', { ...user, user_name: 'Johnny' })).toEqual([john]);
	});

	it.each(['userCall', 'queueCall'])(
		'of %s keeps its ID when a number becomes a text and the offset another',
		(event) => {
			const again = { ...user, call_duration: '60', call_start_at: '2026-11-20T12:00:00+13:00' };
			expect(keysOf(event, 'v2', again)).toEqual(keysOf(event, 'v2', user));
		},
	);

	it('of v1 keeps its ID when times are shown with another offset', () => {
		const record = {
			callerid: '61491570006',
			inbound_number: '61255500101',
			call_start_at: '2026-11-20T10:00:00+11:00',
			call_answered_at: null,
			call_finished_at: '2026-11-20T10:01:00+11:00',
			status: 'abandoned',
		};
		const again = {
			...record,
			call_start_at: '2026-11-19T23:00:00.000Z',
			call_finished_at: '2026-11-20T12:01:00+13:00',
		};
		expect(keysOf('queueCall', 'v1', again)).toEqual(keysOf('queueCall', 'v1', record));
	});

	it.each(['0000-00-00 00:00:00', 'N/A', '0', '0001-01-01', '0001-01-01T00:00:00Z'])(
		'that finished at %s is in progress while it tells no length, else it ends by that',
		(call_finished_at) => {
			const record = { call_start_at: '2026-11-20T10:00:00Z', call_finished_at, is_inbound: 1 };
			const [live] = source('userCall', 'v1').observe([record]);
			expect(live.ended).toBe(false);
			const [over] = source('userCall', 'v1').observe([{ ...record, call_duration: 60, conversation_duration: 0 }]);
			expect(over).toMatchObject({ ended: true, endedAt: Date.parse('2026-11-20T10:01:00Z') });
		},
	);
});

describe('a While1 Voice record', () => {
	const source = while1VoiceTrigger.source({ ...setup, event: 'cdr' });
	const at = Date.parse('2026-11-20T10:20:30Z');
	const record = { id: '1', call_status: 'ANSWERED', duration: '10', billsec: '5' };

	it.each([
		['calldate', { date: '2026-11-20', calldate: '2026-11-20 10:20:30' }],
		['uniqueid', { date: '2026-11-20', uniqueid: `${at / SECOND}.7` }],
		['date', { date: '2026-11-20 10:20:30', calldate: '2026-11-20' }],
	])(
		'with a date without a time of day begins when its %s says, or the calls of the first day are lost',
		(_what, dates) => {
			const [{ startedAt, endedAt }] = source.observe([{ ...record, ...dates }]);
			expect([startedAt, endedAt]).toEqual([at, at + 10 * SECOND]);
			expect(source.normalize({ ...record, ...dates })).toMatchObject({ startedAt: new Date(at).toISOString() });
		},
	);
});
