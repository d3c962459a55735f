import { party, type CallFacts } from '../../nodes/shared/calls/call';
import type { WholeCallFacts } from '../../nodes/shared/calls/facts';
import { simplifiedCall, simplifiedCaller, simplifiedMessage } from '../../nodes/shared/calls/simplified';

const leg: CallFacts = {
	direction: 'inbound',
	outcome: 'answered',
	from: { ...party('+61491570006'), name: 'Ann' },
	to: party('1300'),
	queue: { id: '7', name: 'Support' },
	ringGroup: null,
	user: { id: '101', name: 'John' },
	startedAt: '2026-11-20T10:00:00.000Z',
	answeredAt: '2026-11-20T10:00:08.000Z',
	endedAt: '2026-11-20T10:01:08.000Z',
	durationSeconds: 68,
	waitSeconds: 8,
	ringSeconds: null,
	talkSeconds: 60,
	cost: 0.1,
	parentId: null,
};

const call = (changes: Partial<WholeCallFacts> = {}): WholeCallFacts => ({
	...leg,
	answeredBy: { id: '102', name: 'Mary' },
	transfers: 0,
	legs: [{ id: 'a', ...leg }],
	...changes,
});

describe('a simplified call', () => {
	it('is one flat row in reading order, so that a table needs no mapping', () => {
		const row = simplifiedCall(call(), 'voipStudio:cdr:1', 'Europe/Madrid');
		expect(Object.entries(row)).toEqual([
			['startedAt', '2026-11-20T11:00:00+01:00'],
			['direction', 'inbound'],
			['outcome', 'answered'],
			['caller', '+61491570006'],
			['callerName', 'Ann'],
			['callee', '1300'],
			['queue', 'Support'],
			['agent', 'Mary'],
			['waitSeconds', 8],
			['talkSeconds', 60],
			['itemId', 'voipStudio:cdr:1'],
		]);
	});

	it.each<[string, CallFacts, string | null]>([
		['who spoke of one leg', leg, 'John'],
		['nobody of a leg that rang in vain', { ...leg, outcome: 'missed' }, null],
		['nobody of a call that nobody took', call({ outcome: 'abandoned', answeredBy: null }), null],
		['nobody where the one who spoke has no name', call({ answeredBy: { id: '9', name: null } }), null],
		['who called out, though a colleague ended the call', call({ direction: 'outbound' }), 'John'],
		['who called out in vain', { ...leg, direction: 'outbound', outcome: 'busy' }, 'John'],
	])('names as agent %s', (_name, facts, agent) => {
		expect(simplifiedCall(facts, '1', 'UTC').agent).toBe(agent);
	});

	it('shows no number that the caller withheld, and the ring group where there is no queue', () => {
		const withheld = { ...leg, from: party('anonymous'), queue: null, ringGroup: { id: null, name: 'Desk' } };
		expect(simplifiedCall(withheld, '1', 'UTC')).toMatchObject({ caller: null, queue: 'Desk' });
		expect(simplifiedCall({ ...leg, startedAt: null }, '1', 'UTC').startedAt).toBeNull();
	});
});

it('a caller to call back has the count, the queue and the last attempt in the row', () => {
	const attempt = { callId: 'x', startedAt: '2026-07-01T10:00:00.000Z', endedAt: null, waitSeconds: 5 };
	const caller = {
		from: party('+61491570006'),
		attempts: [
			{ ...attempt, queue: { id: null, name: 'Sales' } },
			{ ...attempt, queue: { id: null, name: 'Support' } },
		],
		firstAt: '2026-07-01T10:00:00.000Z',
		lastAt: '2026-07-01T10:05:00.000Z',
		waitedMinutes: 15,
		id: 'voipcloud:missedNotReturned:1',
		provider: 'voipcloud',
		event: 'missedNotReturned',
		schemaVersion: 1 as const,
	};
	expect(Object.entries(simplifiedCaller(caller, 'Asia/Kolkata'))).toEqual([
		['caller', '+61491570006'],
		['callerName', null],
		['attemptCount', 2],
		['queue', 'Support'],
		['firstAttemptAt', '2026-07-01T15:30:00+05:30'],
		['lastAttemptAt', '2026-07-01T15:35:00+05:30'],
		['waitedMinutes', 15],
		['itemId', 'voipcloud:missedNotReturned:1'],
	]);
});

it('a message is one row with both sides and its text', () => {
	const facts = {
		from: party('61491570006', 'Ann', true),
		to: party('1300'),
		user: { id: '5', name: null },
		at: '2026-07-01T10:00:00.000Z',
		durationSeconds: null,
		text: 'Hello',
	};
	expect(Object.entries(simplifiedMessage(facts, 'voipStudio:sms:1', 'UTC'))).toEqual([
		['at', '2026-07-01T10:00:00+00:00'],
		['from', '+61491570006'],
		['fromName', 'Ann'],
		['to', '1300'],
		['toName', null],
		['user', null],
		['durationSeconds', null],
		['text', 'Hello'],
		['callId', null],
		['itemId', 'voipStudio:sms:1'],
	]);
});
