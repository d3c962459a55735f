/** The events of missed calls: what they give, beside the event whose calls they are. */
import type { IDataObject } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';
import { FRIDAY_NOON, officeForTests } from '../../harness/office';

const MINUTE = 60_000;
const office = officeForTests();

const EVENTS: Array<[event: string, base: string, node: string, apiVersion?: string]> = [
	['missedCall', 'cdr', 'voipStudioTrigger'],
	['missedCall', 'cdr', 'while1VoiceTrigger'],
	['missedQueueCall', 'queueCall', 'voipcloudTrigger', 'v1'],
	['missedQueueCall', 'queueCall', 'voipcloudTrigger', 'v2'],
	['missedRingGroupCall', 'ringGroupCall', 'voipcloudTrigger', 'v1'],
	['missedUserCall', 'userCall', 'voipcloudTrigger', 'v1'],
];

function credentials(node: string, apiVersion = 'v1'): NodeRun['credentials'] {
	const { urls } = office.simulator;
	if (node === 'voipStudioTrigger') {
		return { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: urls.voipstudio } };
	}
	if (node === 'while1VoiceTrigger') {
		return { while1VoiceApi: { baseUrl: urls.while1, apiToken: 'while1-demo-token', apiKey: 'while1-demo-key' } };
	}
	return { voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: urls.voipcloud, apiVersion } };
}

/** In a queue, a ring group and at a user each: one call that nobody took, and one that somebody did; and one call out in vain. */
function happen(): void {
	const { world } = office.simulator;
	const startedAt = FRIDAY_NOON - 30 * MINUTE;
	const times = { startedAt, endedAt: startedAt + MINUTE };
	for (const place of [{ queue: 'Sales queue' }, { ringGroup: 'Reception' }, { user: 'John Smith' }]) {
		world.addCall({ ...place, direction: 'inbound', from: '+61491570156', ...times });
		world.addCall({ ...place, direction: 'inbound', from: '+61491570157', ...times, answeredAt: startedAt + 5000 });
	}
	world.addCall({ user: 'John Smith', direction: 'outbound', to: '+61491570158', ...times });
}

it.each(EVENTS)('%s gives the calls of %s that nobody took, and no call out in vain (%s %s)', async (...row) => {
	const [event, base, node, apiVersion] = row;
	happen();
	const polled = async (parameters: IDataObject) => {
		const options = node === 'while1VoiceTrigger' ? { timezone: 'Australia/Sydney' } : {};
		const trigger = await PublishedTrigger.publish({
			node,
			credentials: credentials(node, apiVersion),
			parameters: { startFrom: 'hoursAgo', hours: 2, itemPer: 'leg', options, ...(parameters as object) },
		});
		return await trigger.poll();
	};
	const missed = await polled({ event });
	const all = await polled({ event: base });
	const lost = all.filter(({ direction, outcome }) => direction !== 'outbound' && outcome !== 'answered');
	expect(lost.length).toBeGreaterThan(0);
	expect(lost.length).toBeLessThan(all.length);
	expect(missed.map(({ id }) => id)).toEqual(lost.map(({ id }) => id));
	expect(new Set(missed.map((item) => item.event))).toEqual(new Set([event]));
	const byFilter = await polled({ event: base, filters: { outcome: ['unanswered'] } });
	expect(byFilter.map(({ id }) => id)).toEqual(missed.map(({ id }) => id));
});
