import type { IDataObject } from 'n8n-workflow';

import { demoCredentials } from '../../harness/engine/demoCredentials';
import { PublishedTrigger } from '../../harness/engine/polling';
import { FRIDAY_NOON, officeForTests } from '../../harness/office';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const office = officeForTests(() => ({ world: { callsPerDay: 200, historyFrom: FRIDAY_NOON - 20 * DAY } }));

async function published(itemPer = 'leg'): Promise<PublishedTrigger> {
	const trigger = await PublishedTrigger.publish({
		node: 'voipStudioTrigger',
		parameters: { event: 'callMeBackCdr', itemPer },
		credentials: demoCredentials(office.simulator.urls),
	});
	await trigger.poll();
	return trigger;
}

/** A call that ends every minute, and what the polls of these minutes give and ask. */
async function minutes(trigger: PublishedTrigger, count: number) {
	const given: IDataObject[] = [];
	const asked: number[] = [];
	const ended: number[] = [];
	for (let minute = 0; minute < count; minute++) {
		office.now += MINUTE;
		const endedAt = office.now - 5 * SECOND;
		const { id } = office.simulator.world.addCall({
			queue: 'Sales queue',
			startedAt: endedAt - 20 * SECOND,
			endedAt,
		});
		ended.push(id);
		office.simulator.requests.length = 0;
		given.push(...(await trigger.poll()));
		asked.push(office.simulator.requests.filter(({ path }) => path.endsWith('/callmeback/cdrs')).length);
	}
	const ids = given.map(({ id }) => Number((id as string).split(':')[2]));
	return { asked, lost: ended.filter((id) => !ids.includes(id)), doubled: ids.length - new Set(ids).size };
}

it.each(['cdrs', 'printed'] as const)(
	'asks once a poll, whatever the length of the history, where the filter is heeded (records as %s)',
	async (callMeBackCdrs) => {
		office.simulator.faces.voipstudio.change({ callMeBackCdrs });
		const { asked, lost, doubled } = await minutes(await published(), 12);
		expect(asked).toEqual(asked.map(() => 1));
		expect([lost, doubled]).toEqual([[], 0]);
	},
);

it('asks once a poll where some call always waits for its legs, or a busy account reads everything at every poll', async () => {
	const { asked } = await minutes(await published('call'), 8);
	expect(asked.slice(1)).toEqual(asked.slice(1).map(() => 1));
});

it.each(['ignored', 'refused'] as const)(
	'gives each call once where parameters are %s, or customers are called back twice or never',
	async (callMeBackParameters) => {
		office.simulator.faces.voipstudio.change({ callMeBackParameters });
		const { asked, lost, doubled } = await minutes(await published(), 12);
		expect([lost, doubled]).toEqual([[], 0]);
		// The filter is tried once an hour.
		expect(asked.slice(1)).toEqual(asked.slice(1).map(() => 1));
	},
);

it('leaves a long list that ignores the filter alone for ten minutes, and loses nothing of it', async () => {
	office.simulator.faces.voipstudio.change({ filters: 'ignored' });
	const { asked, lost, doubled } = await minutes(await published(), 31);
	expect(asked.filter((count) => count > 1).length).toBeLessThanOrEqual(4);
	expect(asked.reduce((sum, count) => sum + count, 0)).toBeLessThan(20);
	expect(doubled).toBe(0);
	// The last ten minutes may still have to come.
	expect(lost.length).toBeLessThanOrEqual(10);
});
