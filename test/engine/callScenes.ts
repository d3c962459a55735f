import type { IDataObject } from 'n8n-workflow';

/** A record of a call; its times are seconds from the first second of the scene. */
export interface SceneLeg {
	at: number;
	lasts: number;
	/** How much of it was talk, at its end. */
	talk: number;
	user?: string;
	/** The name of the queue, menu or mailbox that it went to. */
	place?: string;
	isRoot?: boolean;
	/** `no` unless it has talk: nobody answered. */
	end?: 'yes' | 'no' | 'busy' | 'failed';
	/** To whom, if it is not the office: as for a call out. */
	to?: string;
}

export interface Scene {
	name: string;
	direction?: 'inbound' | 'outbound';
	legs: SceneLeg[];
	/** Whether While1 Voice writes all records under one `uniqueid`. */
	isOneId?: boolean;
	/** Which lists can show it. */
	at: Face[];
	expected: IDataObject;
	/** With *Answered Means* Anything, where that differs. */
	anything?: IDataObject;
}

export type Face = 'voipStudio' | 'while1Voice' | 'voipcloudUsers' | 'voipcloudQueue';

const BOTH: Face[] = ['voipStudio', 'while1Voice'];
const LEGS: Face[] = ['voipStudio', 'while1Voice', 'voipcloudUsers'];
const A = { user: '11' };
const B = { user: '12' };
const C = { user: '13' };
const by = (id: string) => ({ answeredBy: { id } });
const nobody = { answeredBy: null };

/** The scenes of a manager's day, with the figures that the manager would read off a stopwatch. */
export const scenes: Scene[] = [
	{
		name: 'music for 120 s before the phone rings is time that the caller waited, who then gives up',
		legs: [
			{ at: 0, lasts: 125, talk: 0, isRoot: true },
			{ at: 120, lasts: 5, talk: 0, ...A },
		],
		at: BOTH,
		expected: {
			outcome: 'missed',
			waitSeconds: 125,
			ringSeconds: null,
			durationSeconds: 125,
			talkSeconds: 0,
			...nobody,
		},
	},
	{
		name: 'music for 78 s and a ring of 12 s are a wait of 90 s',
		legs: [
			{ at: 0, lasts: 190, talk: 100, isRoot: true, ...A },
			{ at: 78, lasts: 112, talk: 100, ...A },
		],
		at: BOTH,
		expected: { outcome: 'answered', waitSeconds: 90, ringSeconds: 12, talkSeconds: 100, transfers: 0, ...by('11') },
	},
	{
		name: 'a queue call with one record waits from its start until it is answered',
		legs: [{ at: 0, lasts: 190, talk: 100, ...A, isRoot: true }],
		at: ['voipcloudQueue'],
		expected: { outcome: 'answered', waitSeconds: 90, ringSeconds: null, talkSeconds: 100 },
	},
	{
		name: 'a queue call whose caller gives up waits until then',
		legs: [{ at: 0, lasts: 125, talk: 0, isRoot: true }],
		at: ['voipcloudQueue'],
		expected: { outcome: 'abandoned', waitSeconds: 125, ringSeconds: null },
	},
	{
		name: 'the queue that picks up at once is no person: the agent who takes the call 50 s later is',
		legs: [
			{ at: 0, lasts: 300, talk: 300, isRoot: true, place: 'Sales queue' },
			{ at: 40, lasts: 260, talk: 250, ...A },
		],
		at: BOTH,
		expected: {
			outcome: 'answered',
			waitSeconds: 50,
			ringSeconds: 10,
			talkSeconds: 250,
			durationSeconds: 300,
			...by('11'),
		},
		anything: { outcome: 'answered', waitSeconds: 0, talkSeconds: 250, ...by('11') },
	},
	{
		name: 'a caller whom only the queue picked up has abandoned the call',
		legs: [
			{ at: 0, lasts: 60, talk: 60, isRoot: true, place: 'Sales queue' },
			{ at: 10, lasts: 50, talk: 0, ...A },
		],
		at: BOTH,
		expected: { outcome: 'abandoned', waitSeconds: 60, ringSeconds: null, talkSeconds: 0, ...nobody },
		anything: { outcome: 'answered', waitSeconds: 0, talkSeconds: 60 },
	},
	{
		name: 'a caller whom only a queue picked up, without a phone that rang, has abandoned the call',
		legs: [{ at: 0, lasts: 60, talk: 60, isRoot: true, place: 'Sales queue' }],
		at: ['voipStudio'],
		expected: { outcome: 'abandoned', waitSeconds: 60, talkSeconds: 0, ...nobody },
		anything: { outcome: 'answered', waitSeconds: 0, talkSeconds: 60 },
	},
	{
		name: 'a call that was forwarded to a mobile, and has no user, was answered',
		legs: [{ at: 0, lasts: 80, talk: 60, isRoot: true }],
		at: BOTH,
		expected: { outcome: 'answered', waitSeconds: 20, talkSeconds: 60, ...nobody },
	},
	{
		name: 'two phones that ring one after the other in vain are one wait of 16 s',
		legs: [
			{ at: 10, lasts: 10, talk: 0, isRoot: true, ...A },
			{ at: 20, lasts: 6, talk: 0, isRoot: true, ...B },
		],
		isOneId: true,
		at: ['while1Voice'],
		expected: { outcome: 'missed', waitSeconds: 16, durationSeconds: 16 },
	},
	{
		name: 'a second phone that takes the call lengthens it',
		legs: [
			{ at: 10, lasts: 15, talk: 0, isRoot: true, ...A },
			{ at: 25, lasts: 60, talk: 50, isRoot: true, ...B },
		],
		isOneId: true,
		at: ['while1Voice'],
		expected: {
			outcome: 'answered',
			waitSeconds: 25,
			ringSeconds: 10,
			durationSeconds: 75,
			talkSeconds: 50,
			...by('12'),
		},
	},
	{
		name: 'a transfer under one uniqueid lasts until the second one hangs up',
		legs: [
			{ at: 10, lasts: 40, talk: 30, isRoot: true, ...A },
			{ at: 55, lasts: 60, talk: 60, isRoot: true, ...B },
		],
		isOneId: true,
		at: ['while1Voice'],
		expected: { outcome: 'answered', durationSeconds: 105, talkSeconds: 90, transfers: 1, ...by('12') },
	},
	...[0, 2, 4].map((place): Scene => ({
		name: `five phones under one uniqueid, of which number ${place + 1} is answered, are one call of 60 s`,
		legs: [0, 1, 2, 3, 4].map((i) => ({
			at: 10,
			lasts: i === place ? 60 : 20,
			talk: i === place ? 40 : 0,
			isRoot: true,
			user: String(11 + i),
		})),
		isOneId: true,
		at: ['while1Voice'],
		expected: { outcome: 'answered', durationSeconds: 60, waitSeconds: 20, talkSeconds: 40, ...by(String(11 + place)) },
	})),
	...(['busy', 'failed'] as const).map((end): Scene => ({
		name: `a caller whose first leg was ${end} and whom then nobody answered was missed`,
		legs: [
			{ at: 0, lasts: 5, talk: 0, isRoot: true, end, ...A },
			{ at: 5, lasts: 15, talk: 0, isRoot: true, ...B },
			{ at: 5, lasts: 15, talk: 0, isRoot: true, ...C },
		],
		isOneId: true,
		at: ['while1Voice'],
		expected: { outcome: 'missed', waitSeconds: 20, durationSeconds: 20 },
	})),
	{
		name: 'a caller whose last phone was busy after others had rung in vain was missed',
		legs: [
			{ at: 0, lasts: 15, talk: 0, ...A },
			{ at: 15, lasts: 5, talk: 0, end: 'busy', ...B },
		],
		at: ['voipStudio', 'while1Voice'],
		expected: { outcome: 'missed', waitSeconds: 20, durationSeconds: 20 },
	},
	{
		name: 'a caller for whom all phones were busy is told as busy',
		legs: [
			{ at: 0, lasts: 5, talk: 0, isRoot: true, end: 'busy' },
			{ at: 0, lasts: 5, talk: 0, end: 'busy', ...A },
		],
		at: BOTH,
		expected: { outcome: 'busy', waitSeconds: 5 },
	},
	{
		name: 'a phone that goes on ringing after the first record ended ends the call',
		legs: [
			{ at: 10, lasts: 20, talk: 0, isRoot: true },
			{ at: 30, lasts: 70, talk: 60, ...A },
		],
		at: BOTH,
		expected: { outcome: 'answered', durationSeconds: 90, waitSeconds: 30, ringSeconds: 10, talkSeconds: 60 },
	},
	{
		name: 'a colleague who is asked in between has not taken the call over',
		legs: [
			{ at: 0, lasts: 620, talk: 600, ...A },
			{ at: 200, lasts: 120, talk: 115, ...B },
		],
		at: ['voipcloudUsers'],
		expected: { outcome: 'answered', transfers: 0, talkSeconds: 600, waitSeconds: 20, ...by('11') },
	},
	{
		name: 'a colleague who is asked in between has not taken over a call from a queue',
		legs: [
			{ at: 0, lasts: 620, talk: 600, isRoot: true },
			{ at: 5, lasts: 615, talk: 600, ...A },
			{ at: 200, lasts: 120, talk: 115, ...B },
		],
		at: BOTH,
		expected: { outcome: 'answered', transfers: 0, talkSeconds: 600, waitSeconds: 20, ...by('11') },
	},
	{
		name: 'of a conference of three who stayed longest spoke, and nobody took over',
		legs: [
			{ at: 0, lasts: 600, talk: 590, ...A },
			{ at: 100, lasts: 500, talk: 495, ...B },
			{ at: 200, lasts: 400, talk: 395, ...C },
		],
		at: LEGS,
		expected: { outcome: 'answered', transfers: 0, talkSeconds: 590, ...by('11') },
	},
	{
		name: 'of two who pick up together the one who has the caller spoke, whichever record comes first',
		legs: [
			{ at: 0, lasts: 60, talk: 50, ...A },
			{ at: 0, lasts: 10, talk: 0, end: 'yes', ...B },
		],
		at: LEGS,
		expected: { outcome: 'answered', transfers: 0, talkSeconds: 50, waitSeconds: 10, ...by('11') },
	},
	{
		name: 'of two who pick up together the one who has the caller spoke, though the record of the other comes first',
		legs: [
			{ at: 0, lasts: 10, talk: 0, end: 'yes', ...B },
			{ at: 0, lasts: 60, talk: 50, ...A },
		],
		at: LEGS,
		expected: { outcome: 'answered', transfers: 0, talkSeconds: 50, waitSeconds: 10, ...by('11') },
	},
	{
		name: 'a phone that picks up a moment before the other, and has 0 s, ends no wait',
		legs: [
			{ at: 0, lasts: 8, talk: 0, end: 'yes', ...B },
			{ at: 0, lasts: 60, talk: 50, ...A },
		],
		at: LEGS,
		expected: { outcome: 'answered', transfers: 0, talkSeconds: 50, waitSeconds: 10, ringSeconds: 10, ...by('11') },
	},
	{
		name: 'a blind transfer is one, and the second one spoke',
		legs: [
			{ at: 0, lasts: 100, talk: 90, ...A },
			{ at: 100, lasts: 63, talk: 60, ...B },
		],
		at: LEGS,
		expected: { outcome: 'answered', transfers: 1, talkSeconds: 150, durationSeconds: 163, ...by('12') },
	},
	{
		name: 'an announced transfer is one, and the minute in which both spoke counts once',
		legs: [
			{ at: 0, lasts: 100, talk: 90, ...A },
			{ at: 80, lasts: 80, talk: 75, ...B },
		],
		at: LEGS,
		expected: { outcome: 'answered', transfers: 1, talkSeconds: 150, durationSeconds: 160, ...by('12') },
	},
	{
		name: 'click-to-call reached the customer when the leg to him was answered',
		direction: 'outbound',
		legs: [
			{ at: 0, lasts: 70, talk: 64, isRoot: true, to: '1001', ...A },
			{ at: 6, lasts: 64, talk: 50, to: '61491570156', ...A },
		],
		at: LEGS,
		expected: { outcome: 'answered', waitSeconds: 20, talkSeconds: 50, ...by('11') },
	},
	{
		name: 'click-to-call did not reach a customer who did not answer, though the agent picked up',
		direction: 'outbound',
		legs: [
			{ at: 0, lasts: 40, talk: 34, isRoot: true, to: '1001', ...A },
			{ at: 6, lasts: 30, talk: 0, to: '61491570156', ...A },
		],
		at: LEGS,
		expected: { outcome: 'missed', waitSeconds: 40, talkSeconds: 0, ...nobody },
	},
];
