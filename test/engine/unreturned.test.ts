import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { FRIDAY_NOON, officeForTests, since } from '../../harness/office';
import type { NewCall } from '../../simulator/world/worldOptions';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ANN = '+61491570156';
const BEN = '+61491570157';

const office = officeForTests();

const PROVIDERS = ['VoIPstudio', 'While1 Voice', 'VoIPcloud v1', 'VoIPcloud v2'] as const;
type ProviderName = (typeof PROVIDERS)[number];

function triggerOf(provider: ProviderName, parameters: INodeParameters = {}): NodeRun {
	const { urls } = office.simulator;
	const options = parameters.options as INodeParameters | undefined;
	const event = { event: 'missedNotReturned', ...parameters };
	if (provider === 'VoIPstudio') {
		const voipStudioApi = { apiKey: 'voipstudio-demo-key', baseUrl: urls.voipstudio };
		return { node: 'voipStudioTrigger', parameters: event, credentials: { voipStudioApi } };
	}
	if (provider === 'While1 Voice') {
		return {
			node: 'while1VoiceTrigger',
			parameters: { ...event, options: { timezone: 'Australia/Sydney', ...options } },
			credentials: {
				while1VoiceApi: { baseUrl: urls.while1, apiToken: 'while1-demo-token', apiKey: 'while1-demo-key' },
			},
		};
	}
	const voipcloudApi = {
		apiKey: 'voipcloud-demo-key',
		baseUrl: urls.voipcloud,
		apiVersion: provider === 'VoIPcloud v1' ? 'v1' : 'v2',
	};
	return { node: 'voipcloudTrigger', parameters: event, credentials: { voipcloudApi } };
}

async function publish(provider: ProviderName, parameters: INodeParameters = {}): Promise<PublishedTrigger> {
	const published = await PublishedTrigger.publish(triggerOf(provider, parameters));
	await published.poll();
	return published;
}

/** Polls every minute; what came, with the minute since the start in which it did. */
async function poll(trigger: PublishedTrigger, minutes: number): Promise<Array<[minute: number, item: IDataObject]>> {
	const given: Array<[number, IDataObject]> = [];
	for (let i = 0; i < minutes; i++) {
		office.now += MINUTE;
		for (const item of await trigger.poll()) given.push([(office.now - FRIDAY_NOON) / MINUTE, item]);
	}
	return given;
}

/** A call to the sales queue that nobody takes; it ends so many minutes after the start. */
function missed(minute: number, from: string | null = ANN, more: NewCall = {}): void {
	const endedAt = FRIDAY_NOON + minute * MINUTE;
	office.simulator.world.addCall({ queue: 'Sales queue', from, startedAt: endedAt - 20_000, endedAt, ...more });
}

function answered(minute: number, from = ANN, more: NewCall = {}): void {
	const endedAt = FRIDAY_NOON + minute * MINUTE;
	const startedAt = endedAt - MINUTE;
	const answeredAt = startedAt + 5000;
	office.simulator.world.addCall({ queue: 'Support', from, startedAt, answeredAt, endedAt, withLeg: true, ...more });
}

function called(minute: number, to = ANN, outcome: 'answered' | 'missed' = 'answered'): void {
	const endedAt = FRIDAY_NOON + minute * MINUTE;
	const startedAt = endedAt - MINUTE;
	const answeredAt = outcome === 'answered' ? startedAt + 5000 : null;
	office.simulator.world.addCall({
		direction: 'outbound',
		user: 'John Smith',
		to,
		startedAt,
		answeredAt,
		endedAt,
		outcome,
	});
}

describe.each(PROVIDERS)('missed and not returned at %s', (provider) => {
	it('gives a caller once, with all his calls, when the wait is over, or he is called back twice or never', async () => {
		const trigger = await publish(provider);
		missed(2);
		missed(8);
		const given = await poll(trigger, 60);
		expect(given).toHaveLength(1);
		const [[minute, item]] = given;
		// Whole calls stand for a minute before they count.
		expect(minute).toBeGreaterThanOrEqual(18);
		expect(minute).toBeLessThanOrEqual(20);
		expect(item).toMatchObject({ event: 'missedNotReturned', schemaVersion: 1 });
		expect((item.from as IDataObject).number).toContain('61491570156');
		const attempts = item.attempts as IDataObject[];
		expect(attempts.map(({ endedAt }) => endedAt)).toEqual(
			[2, 8].map((at) => new Date(FRIDAY_NOON + at * MINUTE).toISOString()),
		);
		expect(attempts.map(({ waitSeconds }) => waitSeconds)).toEqual([20, 20]);
		const isQueueTold = provider.startsWith('VoIPcloud');
		const sales = { id: isQueueTold ? null : '8001', name: 'Sales queue' };
		expect(attempts[0].queue).toEqual(provider === 'While1 Voice' ? { id: null, name: null } : sales);
		expect(item.firstAt).toBe(new Date(FRIDAY_NOON + 2 * MINUTE - 20_000).toISOString());
		expect(item.lastAt).toBe(new Date(FRIDAY_NOON + 8 * MINUTE - 20_000).toISOString());
		expect(item.waitedMinutes).toBeGreaterThanOrEqual(16);
		expect(item.waitedMinutes).toBeLessThanOrEqual(18);
		expect(attempts[0].callId).toMatch(isQueueTold ? /^voipcloud:queueCall:/ : /^(voipStudio|while1Voice):cdr:/);
		const key = (attempts[0].callId as string).split(':').slice(2).join(':');
		expect(item.id).toBe(`${item.provider as string}:missedNotReturned:${key}`);
	});

	it('does not give who was answered or called back in time, in whatever order the records show', async () => {
		const trigger = await publish(provider);
		missed(2);
		answered(5);
		missed(2, BEN, { latenessMs: 20 * MINUTE });
		called(6, BEN);
		expect(await poll(trigger, 60)).toEqual([]);
	});

	it("goes by 'Returned By': a call that nobody took is a return only for 'Any Outbound Call'", async () => {
		missed(2);
		called(5, ANN, 'missed');
		missed(3, BEN);
		answered(5, BEN);
		office.now = FRIDAY_NOON + 10 * MINUTE;
		const givenTo = async (returnedBy: string) => {
			const trigger = await publish(provider, { returnedBy, startFrom: 'hoursAgo', hours: 2 });
			const items = (await poll(trigger, 20)).map(([, item]) => (item.from as { number: string }).number.slice(-3));
			office.now = FRIDAY_NOON + 10 * MINUTE;
			return items;
		};
		expect(await givenTo('answered')).toEqual(['156']);
		expect(await givenTo('answeredOutbound')).toEqual(['156', '157']);
		expect(await givenTo('attemptedOutbound')).toEqual([]);
	});

	it('after an outage does not give who was reached meanwhile, and gives the others once', async () => {
		const trigger = await publish(provider);
		missed(2);
		missed(3, BEN);
		await poll(trigger, 5);
		called(200, BEN);
		office.now = FRIDAY_NOON + 10 * HOUR;
		const given = await poll(trigger, 20);
		expect(given.map(([, item]) => (item.from as { number: string }).number.slice(-3))).toEqual(['156']);
	});

	it('costs one request a poll, or two where two lists are read', async () => {
		const trigger = await publish(provider);
		missed(2);
		office.simulator.requests.length = 0;
		await poll(trigger, 30);
		expect(office.simulator.requests).toHaveLength(provider.startsWith('VoIPcloud') ? 60 : 30);
	});

	it('shows one caller in a test run, and changes nothing', async () => {
		missed(-100);
		missed(-2, BEN);
		const trigger = await publish(provider);
		const before = trigger.saved();
		const items = await trigger.poll({ mode: 'manual' });
		expect(items.map(({ from }) => (from as { number: string }).number.slice(-3))).toEqual(['156']);
		expect(trigger.saved()).toEqual(before);
	});

	it('shows the latest caller in a test run, also where a poll gives few and leaves old ones out', async () => {
		missed(-100);
		missed(-90, BEN);
		missed(-2);
		const trigger = await publish(provider, { options: { maxItemsPerPoll: 1, oldestCallHours: 1 } });
		const [shown, ...more] = await trigger.poll({ mode: 'manual' });
		expect([(shown.from as { number: string }).number.slice(-3), more]).toEqual(['157', []]);
	});

	it('calls no colleague: calls among extensions and of an extension to a queue are nobody to call back', async () => {
		const trigger = await publish(provider);
		missed(2, '1002');
		const endedAt = FRIDAY_NOON + 3 * MINUTE;
		const internal: NewCall = {
			direction: 'internal',
			user: 'John Smith',
			from: '1002',
			to: '1001',
			outcome: 'missed',
		};
		office.simulator.world.addCall({ ...internal, startedAt: endedAt - 20_000, endedAt });
		missed(2, BEN);
		expect((await poll(trigger, 30)).map(([, item]) => (item.from as { number: string }).number.slice(-3))).toEqual([
			'157',
		]);
	});

	it('takes no two callers without a number for one, and leaves them out with the withheld ones', async () => {
		const each = await publish(provider, { options: { withheldCallers: 'eachCall' } });
		const none = await publish(provider);
		for (const minute of [2, 3]) missed(minute, null, { from: { number: null, withheld: false } });
		const given: unknown[] = [];
		for (let i = 0; i < 30; i++) {
			office.now += MINUTE;
			for (const { attempts, from } of await each.poll())
				given.push([(attempts as unknown[]).length, (from as IDataObject).number]);
			expect(await none.poll()).toEqual([]);
		}
		expect(given).toEqual([
			[1, null],
			[1, null],
		]);
	});

	it('lets the wait run in business hours only, or people are called at night', async () => {
		const hours = { days: [1, 5], from: '09:00', to: '12:10' };
		const options = { businessHours: { hours }, reportTimezone: 'Australia/Sydney' };
		const trigger = await publish(provider, { options });
		missed(2);
		expect(await poll(trigger, 60)).toEqual([]);
		// Eight minutes of the wait have passed on Friday; the rest begins on Monday at nine, 22:00 UTC on Sunday.
		office.now = Date.parse('2026-11-22T22:00:00Z');
		const [[minute]] = await poll(trigger, 40);
		const past = FRIDAY_NOON + minute * MINUTE - Date.parse('2026-11-22T22:00:00Z');
		expect(past / MINUTE).toBeGreaterThanOrEqual(7);
		expect(past / MINUTE).toBeLessThanOrEqual(34);
	});
});

const BAD: Array<[what: string, parameters: INodeParameters, message: RegExp]> = [
	['a wait of 0', { waitMinutes: 0 }, /'Wait Minutes' must be a number from 1 to 10080/],
	['a wait of a month', { waitMinutes: 43_200 }, /'Wait Minutes' must be a number from 1 to 10080/],
	['a wait that is no number', { waitMinutes: 'soon' }, /'Wait Minutes' must be a number/],
	['a return that there is not', { returnedBy: 'email' }, /'Returned By' must be one of/],
	['no days', { options: { businessHours: { hours: { days: [] } } } }, /'Business Hours' never open/],
	['the same hour twice', { options: { businessHours: { hours: { from: '9:00', to: '09:00' } } } }, /never open/],
	['no time of day', { options: { businessHours: { hours: { from: 'nine' } } } }, /'From' of 'Business Hours'/],
	['no zone', { options: { reportTimezone: 'Mars/Base' } }, /'Time Zone of Results' is not a time zone/],
	[
		'hours that are too short',
		{ waitMinutes: 600, options: { businessHours: { hours: { days: ['monday'], from: '09:00', to: '09:01' } } } },
		/'Wait Minutes' never end/,
	],
	['a ring of a day', { options: { minimumRingSeconds: 86_400 } }, /'Minimum Ring Seconds' must be a number/],
	['unknown withheld callers', { options: { withheldCallers: 'guess' } }, /'Withheld Callers' must be one of/],
];

it.each(BAD)('refuses %s with a message that names the field', async (_what, parameters, message) => {
	const trigger = await PublishedTrigger.publish(triggerOf('VoIPstudio', parameters));
	await expect(trigger.poll()).rejects.toThrow(message);
	expect(office.simulator.requests).toEqual([]);
	// The history takes the same fields, and has to refuse the same.
	const history = { resource: 'cdr', operation: 'getUnreturned', ...since(FRIDAY_NOON - HOUR) };
	const { error } = await runNode({
		...triggerOf('VoIPstudio'),
		node: 'voipStudio',
		parameters: { ...history, ...parameters },
	});
	expect(error?.message).toMatch(message);
	expect(office.simulator.requests).toEqual([]);
});

it('gives callers who withhold their number call by call, or leaves them out', async () => {
	const [each, none] = [
		await publish('VoIPcloud v2', { options: { withheldCallers: 'eachCall' } }),
		await publish('VoIPcloud v2'),
	];
	missed(2, null);
	missed(3, null);
	answered(5, 'anonymous');
	const given: Record<string, number> = { each: 0, none: 0 };
	for (let i = 0; i < 30; i++) {
		office.now += MINUTE;
		given.each += (await each.poll()).length;
		given.none += (await none.poll()).length;
	}
	expect(given).toEqual({ each: 2, none: 0 });
});

it('waits for a caller who is on the phone until that call has ended', async () => {
	const trigger = await publish('VoIPcloud v1');
	missed(2);
	answered(40, ANN, { startedAt: FRIDAY_NOON + 15 * MINUTE, answeredAt: FRIDAY_NOON + 39 * MINUTE });
	missed(2, BEN);
	missed(30, BEN, { startedAt: FRIDAY_NOON + 15 * MINUTE });
	const given = await poll(trigger, 60);
	expect(given.map(([minute]) => minute)).toEqual([30]);
	expect((given[0][1].attempts as unknown[]).length).toBe(2);
});

it('looks at one queue where the user names it, and at whom that queue reached with the same scope', async () => {
	const of = async (parameters: INodeParameters) =>
		await publish('VoIPcloud v2', { filters: { queues: 'Sales queue' }, ...parameters });
	const [account, same, unknown] = [
		await of({}),
		await of({ scope: 'queue' }),
		await of({ filters: { queues: 'No such queue' } }),
	];
	missed(2);
	answered(5);
	missed(3, BEN, { queue: 'Support' });
	const given: number[] = [0, 0, 0];
	for (let i = 0; i < 30; i++) {
		office.now += MINUTE;
		for (const [which, trigger] of [account, same, unknown].entries()) given[which] += (await trigger.poll()).length;
	}
	expect(given).toEqual([0, 1, 0]);
});

it('adds the records of the missed calls on request', async () => {
	const trigger = await publish('VoIPstudio', { options: { includeRaw: true } });
	missed(2);
	const [[, item]] = await poll(trigger, 30);
	expect(item.raw).toEqual([expect.objectContaining({ src: '61491570156' })]);
});

it('in a ring group counts as in a queue', async () => {
	const trigger = await publish('VoIPcloud v1', { missedIn: 'ringGroupCall' });
	missed(2, ANN, { queue: null, ringGroup: 'Reception' });
	missed(2, BEN);
	const given = await poll(trigger, 30);
	expect(given.map(([, { attempts }]) => (attempts as IDataObject[])[0].queue)).toEqual([
		{ id: null, name: 'Reception' },
	]);
	const { credentials } = triggerOf('VoIPcloud v1');
	const parameters = {
		resource: 'ringGroupCall',
		operation: 'getUnreturned',
		...since(FRIDAY_NOON - HOUR),
	};
	const { items } = await runNode({ node: 'voipcloud', parameters, credentials });
	expect(items.map(({ json }) => json.id)).toEqual(given.map(([, { id }]) => id));
});

describe.each(['VoIPcloud v1', 'VoIPcloud v2'] as const)('%s, where an empty list is answered with 404', (provider) => {
	beforeEach(() => office.simulator.faces.voipcloud.change({ emptyAs: '404' }));
	const report = async () => {
		const parameters = {
			resource: 'queueCall',
			operation: 'getUnreturned',
			...since(FRIDAY_NOON - HOUR),
		};
		return await runNode({ node: 'voipcloud', parameters, credentials: triggerOf(provider).credentials });
	};

	it('gives who was missed in queues although no user ever had a call, or nobody calls back', async () => {
		const early = FRIDAY_NOON - 10 * MINUTE;
		office.simulator.world.addCall({ queue: 'Sales queue', from: BEN, startedAt: early - 20_000, endedAt: early });
		const trigger = await publish(provider);
		missed(2);
		const given = await poll(trigger, 30);
		expect(given.map(([, { from }]) => (from as { number: string }).number.slice(-3))).toEqual(['156']);
		const { error, items } = await report();
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => (json.from as IDataObject).number).sort()).toHaveLength(2);
	});

	it('waits quietly where users have calls and queues had none yet', async () => {
		office.simulator.world.addCall({
			user: 'John Smith',
			startedAt: FRIDAY_NOON - 2 * HOUR,
			endedAt: FRIDAY_NOON - HOUR,
		});
		const trigger = await publish(provider);
		await expect(trigger.poll()).resolves.toEqual([]);
		expect((await report()).error).toBeUndefined();
	});

	it('says so where no list is answered, because the account may be the wrong one', async () => {
		const trigger = await PublishedTrigger.publish(triggerOf(provider));
		await expect(trigger.poll()).rejects.toThrow('VoIPcloud did not find the account');
		expect((await report()).error?.message).toContain('VoIPcloud did not find the account');
	});
});

describe.each(PROVIDERS)('Get Callers to Call Back at %s', (provider) => {
	it('gives whom the trigger gives, under the same id, without one: for a morning report', async () => {
		const trigger = await publish(provider);
		missed(2);
		missed(8);
		missed(2, BEN);
		called(5, BEN);
		missed(50, '+61491570158');
		const [[, given]] = await poll(trigger, 40);
		office.now = FRIDAY_NOON + 60 * MINUTE;
		const { node, credentials } = triggerOf(provider);
		const resource = node === 'voipcloudTrigger' ? 'queueCall' : 'cdr';
		const options = node === 'while1VoiceTrigger' ? { timezone: 'Australia/Sydney' } : {};
		const history = async (more: INodeParameters = {}) =>
			await runNode({
				node: node.replace('Trigger', ''),
				parameters: {
					resource,
					operation: 'getUnreturned',
					...since(FRIDAY_NOON - HOUR),
					options,
					...more,
				},
				credentials,
			});
		const { items, error } = await history();
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => ({ ...json, waitedMinutes: 0 }))).toEqual([{ ...given, waitedMinutes: 0 }]);
		expect((await history({ waitMinutes: 5 })).items).toHaveLength(2);
		const early = await history({ periodTo: new Date(FRIDAY_NOON + 5 * MINUTE).toISOString() });
		expect(early.items.map(({ json }) => (json.attempts as unknown[]).length)).toEqual([1]);
		expect((await history({ periodFrom: 'yesterday' })).error?.message).toContain("'From' is not a date");
		expect((await history({ waitMinutes: 0 })).error?.message).toContain("'Wait Minutes' must be a number");
	});
});
