import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { FRIDAY_NOON, FIVE_PHONES, officeForTests } from '../../harness/office';

const MINUTE = 60_000;
const CUSTOMER = '+61491570156';

const office = officeForTests();

/** A provider's node and trigger, and the operation by which a program has a customer called. */
interface Provider {
	node: string;
	event: string;
	call?: INodeParameters;
	setup: () => Pick<NodeRun, 'credentials'> & { options: INodeParameters };
}

const PROVIDERS = {
	'While1 Voice': {
		node: 'while1Voice',
		event: 'cdr',
		call: {
			resource: 'call',
			operation: 'originate',
			projectId: 1,
			callerId: CUSTOMER,
			type: 'user',
			destination: 'Kevin Smith',
			additionalFields: { callerIdName: 'Ann', externalId: 'ticket-1' },
		},
		setup: () => ({
			credentials: {
				while1VoiceApi: {
					baseUrl: office.simulator.urls.while1,
					apiToken: 'while1-demo-token',
					apiKey: 'while1-demo-key',
				},
			},
			options: { timezone: 'Australia/Sydney' },
		}),
	},
	'VoIPcloud v2': {
		node: 'voipcloud',
		event: 'userCall',
		call: { resource: 'call', operation: 'create', userNumber: '1002', numberToCall: CUSTOMER },
		setup: () => ({
			credentials: {
				voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: office.simulator.urls.voipcloud, apiVersion: 'v2' },
			},
			options: {},
		}),
	},
	VoIPstudio: {
		node: 'voipStudio',
		event: 'cdr',
		setup: () => ({
			credentials: { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: office.simulator.urls.voipstudio } },
			options: {},
		}),
	},
} satisfies Record<string, Provider>;

/** What the trigger gives of what happens now, and what Get Many gives of it later. */
async function both(provider: Provider, happen: () => Promise<void> | void): Promise<IDataObject[][]> {
	const { node, event, setup } = provider;
	const { credentials, options } = setup();
	const trigger = await PublishedTrigger.publish({
		node: `${node}Trigger`,
		parameters: { event, options },
		credentials,
	});
	await trigger.poll();
	await happen();
	const given: IDataObject[] = [];
	// Where no record stands for the call itself, one without an answer may go on for a day.
	for (const minutes of [2, 2, 2, 25 * 60]) {
		office.now += minutes * MINUTE;
		given.push(...(await trigger.poll()));
	}
	const { items, error } = await runNode({
		node,
		credentials,
		parameters: {
			resource: event,
			operation: 'getAll',
			returnAll: true,
			output: 'full',
			itemPer: 'call',
			options,
		},
	});
	expect(error).toBeUndefined();
	return [given, items.map(({ json }) => json)];
}

describe.each(['While1 Voice', 'VoIPcloud v2'] as const)("click-to-call by %s's own operation", (name) => {
	it.each([
		[true, { outcome: 'answered', waitSeconds: 8, talkSeconds: 60 }],
		[false, { outcome: 'missed', waitSeconds: 34, talkSeconds: 0, answeredBy: { id: null, name: null } }],
	])('reached the customer: %s, whatever the agent did', async (customersAnswer, expected) => {
		const face = name === 'While1 Voice' ? 'while1' : 'voipcloud';
		office.simulator.faces[face].change({ customersAnswer });
		const provider = PROVIDERS[name];
		const [given, history] = await both(provider, async () => {
			const { error } = await runNode({
				node: provider.node,
				parameters: provider.call,
				credentials: provider.setup().credentials,
			});
			expect(error).toBeUndefined();
		});
		expect(given).toHaveLength(1);
		expect(given[0]).toMatchObject({ direction: 'outbound', ...expected });
		expect((given[0].to as IDataObject).number).toContain('61491570156');
		expect(given[0].legs).toHaveLength(2);
		expect(history).toEqual(given);
	});
});

it("names the queue of an answered call by its other legs, or a manager's % answered per queue is 0", async () => {
	office.simulator.faces.voipstudio.change({ queueNamedIn: 'legs' });
	const [given, history] = await both(PROVIDERS.VoIPstudio, () => {
		office.simulator.world.addGroupCall({
			queue: 'Sales queue',
			from: CUSTOMER,
			rings: FIVE_PHONES,
			startedAt: FRIDAY_NOON,
			answer: { by: FIVE_PHONES[1], afterSeconds: 20, talkSeconds: 30 },
		});
	});
	expect(given).toHaveLength(1);
	expect(given[0]).toMatchObject({
		outcome: 'answered',
		queue: { id: '8001', name: 'Sales queue' },
		answeredBy: { name: FIVE_PHONES[1] },
		waitSeconds: 20,
		talkSeconds: 30,
	});
	expect(history).toEqual(given);
});
