import type { IDataObject } from 'n8n-workflow';

import { voipcloudTrigger } from '../../nodes/Voipcloud/calls/trigger';
import { named, party } from '../../nodes/shared/calls/call';
import { passes } from '../../nodes/shared/calls/passes';
import { readFilters } from '../../nodes/shared/calls/filters';
import { nameList, numeric, text } from '../../nodes/shared/values/values';

describe('party', () => {
	it('keeps a number as written and gives E.164 only where there is no doubt', () => {
		expect(party('+61290001234')).toEqual({
			number: '+61290001234',
			e164: '+61290001234',
			name: null,
			withheld: false,
			type: 'fixed',
		});
		expect(party('61290001234').e164).toBeNull();
		expect(party('61290001234', null, true).e164).toBe('+61290001234');
		expect(party('1010', null, true).e164).toBeNull();
		expect(party(442034567890, 'XYZ', true)).toMatchObject({
			number: '442034567890',
			e164: '+442034567890',
			name: 'XYZ',
		});
	});

	it.each(['anonymous', 'Anonymous', 'PRIVATE', 'withheld'])(
		'marks %s as withheld, so that nobody calls a word back',
		(word) => {
			expect(party(word)).toMatchObject({ number: null, e164: null, withheld: true });
		},
	);

	it.each([null, undefined, '', ' ', 'null', {}])('gives nulls for %p', (value) => {
		expect(party(value)).toEqual({ number: null, e164: null, name: null, withheld: false, type: null });
	});
});

it('text, numeric, named and nameList take what providers and users write', () => {
	expect([text(' a '), text(5), text(''), text('null'), text({})]).toEqual(['a', '5', null, null, null]);
	expect([numeric('7'), numeric(0), numeric(''), numeric('x'), numeric(null)]).toEqual([7, 0, null, null, null]);
	expect([named('Sales'), named(''), named(null, 5)]).toEqual([
		{ id: null, name: 'Sales' },
		null,
		{ id: '5', name: null },
	]);
	expect([nameList('a, b,,'), nameList(['c', ' d ']), nameList(undefined), nameList(12), nameList([12, 'x'])]).toEqual([
		['a', 'b'],
		['c', 'd'],
		[],
		['12'],
		['12', 'x'],
	]);
	expect([nameList(true), nameList({}), nameList([{}]), nameList([null])]).toEqual([null, null, null, null]);
});

/** A node as an error names it. */
const node = { getNode: () => ({ name: 'Trigger', type: 'x', typeVersion: 1, parameters: {} }) } as never;

const setup = {
	credentials: { apiVersion: 'v1' },
	names: readFilters(node, voipcloudTrigger, {}),
	timezone: 'utc',
	firstTimezone: 'utc',
};

describe('normalised VoIPcloud calls', () => {
	it('v1 queue call', () => {
		const source = voipcloudTrigger.source({ ...setup, event: 'queueCall' });
		const record = {
			queue_name: 'Sales queue',
			callerid: '61300000000',
			inbound_number: '61290001234',
			call_start_at: '2026-11-20T10:00:00+11:00',
			call_answered_at: '2026-11-20T10:00:20+11:00',
			call_finished_at: '2026-11-20T10:02:00+11:00',
			answered_by_user_name: 'John Smith',
			status: 'answered',
		};
		expect(source.normalize(record)).toEqual({
			direction: 'inbound',
			outcome: 'answered',
			from: party('61300000000'),
			to: party('61290001234'),
			queue: { id: null, name: 'Sales queue' },
			ringGroup: null,
			user: { id: null, name: 'John Smith' },
			startedAt: '2026-11-19T23:00:00.000Z',
			answeredAt: '2026-11-19T23:00:20.000Z',
			endedAt: '2026-11-19T23:02:00.000Z',
			durationSeconds: 120,
			waitSeconds: 20,
			ringSeconds: null,
			talkSeconds: 100,
			cost: null,
			parentId: null,
		});
	});

	it.each(
		['queueCall', 'ringGroupCall'].flatMap((event) => [
			[event, 'answered', 'answered'],
			[event, 'abandoned', 'abandoned'],
			[event, 'timedout', 'timedOut'],
			[event, 'whatever else', null],
		]),
	)('v1 %s: the documented status %s is the outcome %s', (event, status, outcome) => {
		const source = voipcloudTrigger.source({ ...setup, event: String(event) });
		expect(source.normalize({ call_start_at: '2026-11-20T10:00:00Z', status })).toMatchObject({ outcome });
	});

	it('v1 user call: a call that came in and was not spoken in was missed, one that went out is left open', () => {
		const source = voipcloudTrigger.source({ ...setup, event: 'userCall' });
		const record = {
			call_start_at: '2026-11-20T10:00:00Z',
			call_finished_at: '2026-11-20T10:00:30Z',
			call_duration: 30,
		};
		expect(source.normalize({ ...record, is_inbound: 1, conversation_duration: 0 })).toMatchObject({
			direction: 'inbound',
			outcome: 'missed',
		});
		expect(source.normalize({ ...record, is_inbound: '0', conversation_duration: '0' })).toMatchObject({
			direction: 'outbound',
			outcome: null,
		});
		expect(source.normalize({ ...record, is_inbound: 0, conversation_duration: 9 })).toMatchObject({
			outcome: 'answered',
			talkSeconds: 9,
		});
	});

	it.each([
		['user_outbound_answered', 'outbound', 'answered', 14],
		['user_inbound_missed', 'inbound', 'missed', 28],
		['something_new', null, null, 14],
	])('v2 user call of the type %s', (type, direction, outcome, waitSeconds) => {
		const source = voipcloudTrigger.source({ ...setup, credentials: { apiVersion: 'v2' }, event: 'userCall' });
		const record = {
			type,
			call_start_at: '2019-10-01T15:31:15.000Z',
			connected_at: '2019-10-01T15:31:29.000Z',
			call_duration: 28,
			conversation_duration: 14,
		};
		expect(source.normalize(record)).toMatchObject({
			direction,
			outcome,
			endedAt: '2019-10-01T15:31:43.000Z',
			waitSeconds,
			talkSeconds: 14,
		});
	});

	it.each(['queueCall', 'ringGroupCall', 'userCall'])(
		'gives nulls for every field of %s that a record lacks or garbles',
		(event) => {
			for (const apiVersion of ['v1', 'v2']) {
				const source = voipcloudTrigger.source({ ...setup, credentials: { apiVersion }, event });
				for (const record of [
					{},
					{ status: 7, type: [], call_start_at: 'x', call_finished_at: {}, callerid: null, call_duration: 'long' },
				]) {
					const facts = source.normalize(record);
					expect([facts.outcome, facts.startedAt, facts.endedAt, facts.durationSeconds]).toEqual([
						null,
						null,
						null,
						null,
					]);
				}
			}
		},
	);
});

describe('filters', () => {
	const source = voipcloudTrigger.source({ ...setup, event: 'queueCall' });
	const facts = source.normalize({
		queue_name: 'Sales queue',
		callerid: '+61 (0)2 9000-1234',
		inbound_number: '611300000000',
		call_start_at: '2026-11-20T10:00:00Z',
		call_finished_at: '2026-11-20T10:00:30Z',
		status: 'abandoned',
	});
	it.each([
		[{}, true],
		[{ outcome: ['abandoned', 'missed'] }, true],
		[{ outcome: ['answered'] }, false],
		[{ direction: ['inbound'] }, true],
		[{ direction: ['outbound'] }, false],
		[{ queues: 'support, sales QUEUE' }, true],
		[{ queues: ['Support'] }, false],
		[{ users: 'John Smith' }, false],
		[{ number: '9000 1234' }, true],
		[{ number: '+6113' }, true],
		[{ number: '555' }, false],
		[{ minimumDuration: 30 }, true],
		[{ minimumDuration: 31 }, false],
	])('%j -> %s', (parameter, expected) => {
		expect(passes(readFilters(node, voipcloudTrigger, parameter), facts)).toBe(expected);
	});
});

test.each<[IDataObject, string]>([
	[{ queues: true }, "The filter 'Queues' must be names separated by commas, or a list of names"],
	[{ users: { id: 7 } }, "The filter 'Users' must be names separated by commas, or a list of names"],
	[{ ringGroups: [null] }, "The filter 'Ring Groups' must be names separated by commas, or a list of names"],
	[{ number: false }, "The filter 'Number' must be a number, or at least 3 digits of one"],
	[{ minimumDuration: 'abc' }, "The filter 'Minimum Duration' must be a number of seconds"],
])('a filter of %j is refused, or the calls of everybody would come through', (parameter, message) => {
	expect(() => readFilters(node, voipcloudTrigger, parameter)).toThrow(message);
});
