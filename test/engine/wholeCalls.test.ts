import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import { FIVE_PHONES, FRIDAY_NOON, officeForTests } from '../../harness/office';
import type { NewGroupCall } from '../../simulator/world/worldOptions';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CUSTOMER = '+61491570156';

const office = officeForTests();

/** Each trigger whose records are the legs of calls. */
function triggers(parameters: INodeParameters): Record<string, NodeRun> {
	const { urls } = office.simulator;
	return {
		VoIPstudio: {
			node: 'voipStudioTrigger',
			parameters: { event: 'cdr', ...parameters },
			credentials: { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: urls.voipstudio } },
		},
		'While1 Voice': {
			node: 'while1VoiceTrigger',
			parameters: {
				event: 'cdr',
				...parameters,
				options: { timezone: 'Australia/Sydney', ...(parameters.options as object) },
			},
			credentials: {
				while1VoiceApi: { baseUrl: urls.while1, apiToken: 'while1-demo-token', apiKey: 'while1-demo-key' },
			},
		},
		'VoIPcloud v2': {
			node: 'voipcloudTrigger',
			parameters: { event: 'userCall', ...parameters },
			credentials: { voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: urls.voipcloud, apiVersion: 'v2' } },
		},
	};
}

/** Publishes the triggers, lets something happen a minute later and polls every minute. */
async function story(
	requests: Record<string, NodeRun>,
	happen: () => void,
	minutes = 12,
): Promise<Record<string, IDataObject[]>> {
	const published: Record<string, PublishedTrigger> = {};
	const given: Record<string, IDataObject[]> = {};
	for (const [name, request] of Object.entries(requests)) {
		published[name] = await PublishedTrigger.publish(request);
		given[name] = await published[name].poll();
	}
	office.now += MINUTE;
	happen();
	for (let i = 0; i < minutes; i++) {
		office.now += MINUTE;
		for (const name of Object.keys(requests)) given[name].push(...(await published[name].poll()));
	}
	return given;
}

function groupCall(call: Partial<NewGroupCall> = {}): void {
	office.simulator.world.addGroupCall({ queue: 'Sales queue', from: CUSTOMER, rings: FIVE_PHONES, ...call });
}

const ANSWERED = { answer: { by: 'John Smith', afterSeconds: 20, talkSeconds: 280 } };
const MISSED: INodeParameters = { filters: { direction: ['inbound'], outcome: ['missed'] } };

describe('a call that rings five phones', () => {
	it.each(['none', 'one', 'all'] as const)(
		'is no missed call once a colleague took it, or an answered customer is texted (unanswered legs listed: %s)',
		async (unansweredLegs) => {
			office.simulator.world.unansweredLegs = unansweredLegs;
			const given = await story(triggers(MISSED), () => groupCall(ANSWERED));
			expect(given).toEqual({ VoIPstudio: [], 'While1 Voice': [], 'VoIPcloud v2': [] });
		},
	);

	it.each(['none', 'one', 'all'] as const)(
		'is one missed call if nobody takes it, or the customer is texted once for each phone (unanswered legs listed: %s)',
		async (unansweredLegs) => {
			office.simulator.world.unansweredLegs = unansweredLegs;
			const { 'VoIPcloud v2': cloud, ...given } = triggers(MISSED);
			const items = await story(given, () => groupCall());
			for (const [name, [item, ...more]] of Object.entries(items)) {
				expect([name, more.length, item?.outcome]).toEqual([name, 0, 'missed']);
				expect(item.id).toBe(item.callId);
				expect(item.legs).toHaveLength({ none: 1, one: 2, all: 6 }[unansweredLegs]);
			}
			// No record of VoIPcloud's says that the call is over: a day later nobody can be talking any more.
			const trigger = await PublishedTrigger.publish(cloud);
			await trigger.poll();
			office.now += MINUTE;
			groupCall();
			const missed: IDataObject[] = [];
			for (let hour = 0; hour < 26; hour++) {
				office.now += HOUR;
				missed.push(...(await trigger.poll()));
			}
			expect(missed.map(({ outcome }) => outcome)).toEqual(unansweredLegs === 'none' ? [] : ['missed']);
		},
	);

	it('tells who spoke, how long was waited and talked, and all its legs, from every provider', async () => {
		// In VoIPcloud's list nothing tells of the second one before he has hung up.
		const given = await story(triggers({ options: { graceSeconds: 120 } }), () =>
			groupCall({ ...ANSWERED, transfers: [{ to: 'Emma Walker', kind: 'blind', talkSeconds: 60 }] }),
		);
		const startedAt = FRIDAY_NOON + MINUTE;
		for (const [name, items] of Object.entries(given)) {
			expect([name, items.length]).toEqual([name, 1]);
			const [item] = items;
			const isRooted = name !== 'VoIPcloud v2';
			expect(item).toMatchObject({
				direction: 'inbound',
				outcome: 'answered',
				transfers: 1,
				parentId: null,
				answeredAt: new Date(startedAt + 20 * SECOND).toISOString(),
				startedAt: new Date(startedAt + (isRooted ? 0 : 2 * SECOND)).toISOString(),
				endedAt: new Date(startedAt + 363 * SECOND).toISOString(),
				// A list without the call itself begins with the first phone.
				waitSeconds: isRooted ? 20 : 18,
				ringSeconds: 18,
			});
			// John Smith talks 280 s, Emma Walker 60 s; the caller listens to music for 3 s between them.
			expect(item.talkSeconds).toBe(340);
			expect(item.user).toEqual(item.answeredBy);
			const legs = item.legs as IDataObject[];
			expect(legs).toHaveLength(isRooted ? 7 : 6);
			expect(new Set(legs.map(({ id }) => id)).size).toBe(legs.length);
			const starts = legs.map((leg) => leg.startedAt as string);
			expect(starts).toEqual([...starts].sort());
		}
	});

	it('has the same callId in the items of all its legs and in that of the call, or they cannot be put together', async () => {
		const perCall = triggers({});
		const perLeg = triggers({ itemPer: 'leg' });
		const both = Object.fromEntries(
			Object.keys(perCall).flatMap((name) => [
				[name, perCall[name]],
				[`${name}, legs`, perLeg[name]],
			]),
		);
		const given = await story(both, () => groupCall(ANSWERED));
		for (const name of Object.keys(perCall)) {
			const [call] = given[name];
			const legs = given[`${name}, legs`];
			expect(legs.length).toBe((call.legs as unknown[]).length);
			expect(legs.map(({ callId }) => callId)).toEqual(legs.map(() => call.id));
			expect(legs.map(({ id }) => id).sort()).toEqual((call.legs as IDataObject[]).map(({ id }) => id).sort());
			const ids = new Set(legs.map(({ id }) => id));
			// parentId names an item or nothing.
			for (const { parentId } of legs) expect(parentId === null || ids.has(parentId)).toBe(true);
		}
	});

	it("matches the filter 'Users' by any user whose phone rang, and the others by the whole call", async () => {
		const filtered = (filters: INodeParameters) =>
			triggers({ filters: { direction: ['inbound'], ...filters } }).VoIPstudio;
		const given = await story(
			{
				rang: filtered({ users: '1002' }),
				other: filtered({ users: '1009' }),
				long: filtered({ minimumDuration: 300 }),
				longer: filtered({ minimumDuration: 301 }),
				answered: filtered({ outcome: ['answered'] }),
			},
			() => groupCall(ANSWERED),
		);
		expect(Object.entries(given).map(([name, items]) => [name, items.length])).toEqual([
			['rang', 1],
			['other', 0],
			['long', 1],
			['longer', 0],
			['answered', 1],
		]);
	});
});

it("gives an outage's backlog oldest start first, or a call that lasted for hours comes after newer ones", async () => {
	office.simulator.faces.while1.change({ pageSize: 5 });
	const parameters = { options: { graceSeconds: 0, maxItemsPerPoll: 50 } };
	const published = await PublishedTrigger.publish(triggers(parameters)['While1 Voice']);
	await published.poll();
	const { world } = office.simulator;
	for (let i = 0; i < 400; i++) {
		const startedAt = office.now + i * 80 * SECOND;
		world.addCall({ user: 'John Smith', startedAt, endedAt: startedAt + (i === 2 ? 5 * HOUR : MINUTE) });
	}
	office.now += 9 * HOUR;
	const starts: string[] = [];
	for (let poll = 0; poll < 12; poll++) {
		office.now += MINUTE;
		const given = await published.poll();
		expect(given.length).toBeLessThanOrEqual(50);
		starts.push(...given.map(({ startedAt }) => startedAt as string));
	}
	expect(starts).toHaveLength(400);
	expect(starts).toEqual([...starts].sort());
});
