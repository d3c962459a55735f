/** Each node as the tool of an AI agent: what a language model reads, fills in and gets. */
import type { IDataObject, INode, INodeParameters, INodePropertyOptions } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { loadPackage } from '../../harness/engine/package';
import { nodeOf } from '../../harness/engine/run';
import type { Effect } from '../../nodes/shared/operation/definition';
import type { JournalEntry } from '../../simulator/server/journal';
import type { Simulator } from '../../simulator/server/server';
import { clockRunsFrom } from '../../harness/clock';
import { CREDENTIAL, fromAI, NOON, providersAt, simulatorOfAgents, toolVariant, withTool, type Provider } from './tool';

let simulator: Simulator;
const PROVIDERS = providersAt(() => simulator);

beforeAll(loadPackage);
// A day later: the times of some records, read without their zone, are hours ahead.
clockRunsFrom(() => NOON + 86_400_000);
beforeEach(async () => {
	simulator = await simulatorOfAgents();
});
afterEach(async () => {
	await simulator.close();
});

interface Case {
	provider: Provider;
	parameters: INodeParameters;
	/** What the model fills in. */
	args: IDataObject;
	/** What the model reads about the tool. */
	description: string;
	request: Partial<JournalEntry>;
	/** Fields of the request, in the body's form or the query. */
	fields: IDataObject;
	/** A part of what the model gets back. */
	answer: string;
	before?: () => void;
}

const CASES: Case[] = [
	{
		provider: PROVIDERS.voipcloud,
		parameters: {
			resource: 'call',
			operation: 'create',
			userNumber: fromAI('User_Number'),
			numberToCall: fromAI('Number_to_Call', 'in international form'),
		},
		args: { User_Number: '1001', Number_to_Call: '+61290001234' },
		description: 'Make a phone call in VoIPcloud',
		request: { method: 'POST', path: '/api/integration/v1/call-to-number' },
		fields: { user_number: '1001', number_to_call: '+61290001234' },
		answer: '"dest_number":"61290001234"',
	},
	{
		provider: PROVIDERS.voipcloud,
		parameters: {
			resource: 'queueCall',
			operation: 'getAll',
			limit: fromAI('Limit', '', 'number'),
			period: fromAI('Period'),
			filters: { names: fromAI('Queue_Names') },
		},
		args: { Limit: 3, Queue_Names: 'Support', Period: 'last7Days' },
		description: 'Get many queue calls in VoIPcloud',
		request: { method: 'GET', path: '/api/integration/v1/get-queue-calls' },
		fields: { limit: '3', queues_names: 'Support', from_date: '2026-11-14' },
		answer: '"queue_name":"Support"',
		before: () => simulator.world.addCall({ queue: 'Support', startedAt: NOON - 3_600_000 }),
	},
	{
		provider: PROVIDERS.voipcloud,
		parameters: { resource: 'systemStatus', operation: 'get' },
		args: {},
		description: 'Get the system status in VoIPcloud',
		request: { method: 'GET', path: '/api/integration/v1/get-system-status' },
		fields: {},
		answer: 'operational',
	},
	{
		provider: PROVIDERS.liveChat247,
		parameters: { resource: 'sms', operation: 'send', to: fromAI('To'), message: fromAI('Message') },
		args: { To: '+12125550123', Message: 'Your parcel has arrived.' },
		description: 'Send an SMS in 247LiveChat',
		request: { method: 'POST', path: '/u/api' },
		fields: { o: 'sms', a: 'send', to_no: '+12125550123', text: 'Your parcel has arrived.' },
		answer: '"success":true',
	},
	{
		provider: PROVIDERS.liveChat247,
		parameters: { resource: 'webCall', operation: 'clickToCall', to: fromAI('To') },
		args: { To: '+12125550123' },
		description: 'Make a phone call from your own phone in 247LiveChat',
		request: { method: 'POST', path: '/u/api' },
		fields: { o: 'webcall', a: 'c2c', to: '+12125550123' },
		answer: '"success":true',
	},
	{
		provider: PROVIDERS.voipStudio,
		parameters: { resource: 'call', operation: 'create', to: fromAI('To') },
		args: { To: '+61290001234' },
		description: 'Make a phone call in VoIPstudio',
		request: { method: 'POST', path: '/v1.2/voipstudio/calls', status: 201 },
		fields: { to: '61290001234' },
		answer: '"id":',
	},
	{
		// One of the `customOperations`, which n8n's tool wrapper passes by: it runs declaratively here.
		provider: PROVIDERS.voipStudio,
		parameters: {
			resource: 'cdr',
			operation: 'getAll',
			limit: fromAI('Limit', '', 'number'),
			filters: { conditions: [{ property: 'src', operator: 'like', value: fromAI('Part_of_Number') }] },
		},
		args: { Limit: 3, Part_of_Number: '61400' },
		description: 'Get many calls in VoIPstudio',
		request: { method: 'GET', path: '/v1.2/voipstudio/cdrs' },
		fields: { limit: '3' },
		answer: '61400111222',
		before: () =>
			simulator.world.addCall({
				user: 'John Smith',
				direction: 'inbound',
				from: '+61400111222',
				startedAt: NOON - 3_600_000,
			}),
	},
	{
		provider: PROVIDERS.while1Voice,
		parameters: {
			resource: 'call',
			operation: 'originate',
			projectId: 1,
			callerId: fromAI('Caller_ID'),
			type: 'user',
			destination: fromAI('Destination'),
			additionalFields: { callerIdName: 'A customer', externalId: 'order 17' },
		},
		args: { Caller_ID: '0212345678', Destination: 'John Smith' },
		description: 'Make a phone call in While1 Voice',
		request: { method: 'POST', path: '/api/originate-call' },
		fields: { data: { caller_id: '0212345678', destination: 'John Smith' } },
		answer: '"success":true',
	},
];

function fieldsOf({ method, query, body, headers }: JournalEntry): IDataObject {
	if (method === 'GET') return { ...query };
	if (String(headers['content-type']).includes('json')) return JSON.parse(body) as IDataObject;
	return Object.fromEntries(new URLSearchParams(body));
}

describe('A language model', () => {
	it.each(CASES)('reads "$description", fills in the fields and gets the answer', async (test) => {
		test.before?.();
		const { provider, parameters, args } = test;
		const request = { node: provider.node, parameters, credentials: provider.credentials() };
		const { name, description, asked, answer } = await withTool(request, async (tool) => ({
			name: tool.name,
			description: tool.description,
			asked: Object.keys(tool.schema.shape),
			answer: await tool.invoke(args),
		}));
		expect([name, description]).toEqual(['Telephone', test.description]);
		expect(asked.sort()).toEqual(Object.keys(args).sort());
		expect(simulator.requests).toHaveLength(1);
		expect(simulator.requests[0]).toMatchObject({ status: 200, ...test.request });
		expect(fieldsOf(simulator.requests[0])).toMatchObject(test.fields);
		expect(answer).toContain(test.answer);
		expect(answer).not.toContain(CREDENTIAL);
	});

	it.each(CASES)(
		'is told by "$description" what is wrong with the credential and what to do, without the key',
		async (test) => {
			const wrong = 'mistyped-key-4711';
			const request = { ...test, node: test.provider.node, credentials: test.provider.credentials(wrong) };
			const error = await withTool(request, async (tool) => {
				try {
					return `no error but ${await tool.invoke(test.args)}`;
				} catch (thrown) {
					return String(thrown);
				}
			});
			expect(error).toMatch(/refused|did not accept/);
			expect(error).toContain('Check the');
			expect(error.match(/Check the/g)).toHaveLength(1);
			expect(error).not.toContain(wrong);
		},
	);

	it.each([
		...CASES.filter(({ description }) => /^(Make a phone call|Send an SMS)/.test(description)),
		{
			provider: PROVIDERS.voipStudio,
			parameters: { resource: 'call', operation: 'transfer', callId: '17', destination: fromAI('To') },
			args: { To: '+61290001234' },
			description: 'Transfer a live call in VoIPstudio',
		},
	])('rehearses "$description" with Dry Run, and nobody is rung', async ({ provider, parameters, args }) => {
		const request = {
			node: provider.node,
			credentials: provider.credentials(),
			parameters: { ...parameters, dryRun: true },
		};
		const answer = await withTool(request, async (tool) => await tool.invoke(args));
		const [preview, ...others] = JSON.parse(answer) as IDataObject[];
		expect(others).toEqual([]);
		expect(Object.keys(preview)).toEqual(['dryRun', 'would', 'method', 'url', 'body']);
		expect(preview.dryRun).toBe(true);
		for (const value of Object.values(args as Record<string, string>)) expect(answer).toContain(value.replace('+', ''));
		expect(answer).not.toContain(CREDENTIAL);
		expect(simulator.requests).toHaveLength(0);
	});

	it('gets of an export what is in the file, as an agent can read no file', async () => {
		simulator.world.addCall({ user: 'John Smith', direction: 'inbound', startedAt: NOON - 3_600_000 });
		const request = {
			node: 'voipStudio',
			credentials: PROVIDERS.voipStudio.credentials(),
			parameters: {
				resource: 'cdr',
				operation: 'export',
				period: 'all',
				format: 'csv',
				binaryPropertyName: 'data',
			},
		};
		const { description, answer } = await withTool(request, async (tool) => ({
			description: tool.description,
			answer: await tool.invoke({}),
		}));
		expect(description).toBe('Export call detail records to a file in VoIPstudio');
		expect(JSON.parse(answer)).toEqual([
			{ records: 1, format: 'csv', fileName: 'voipstudio-cdrs.csv', from: null, to: null },
		]);
	});

	it.each([
		['voipStudio', PROVIDERS.voipStudio, 'cdr', ['queue']],
		['while1Voice', PROVIDERS.while1Voice, 'cdr', []],
	])(
		'gets of %s one call for five phones that rang, with the fields that the trigger gives, or it counts five missed customers',
		async (_, provider, resource, told) => {
			const { world } = simulator;
			const rings = world.users.slice(0, 5).map(({ name }) => name);
			const startedAt = NOON - 3_600_000;
			world.addGroupCall({ queue: 'Sales queue', from: '+61491570156', startedAt, giveUpAfterSeconds: 30, rings });
			const parameters = {
				resource,
				operation: 'getAll',
				returnAll: true,
				output: 'full',
				itemPer: fromAI('Item_Per', 'call or leg'),
				options: { timezone: 'UTC' },
			};
			const request = { node: provider.node, credentials: provider.credentials(), parameters };
			const given = async (Item_Per: string) =>
				JSON.parse(await withTool(request, async (tool) => await tool.invoke({ Item_Per }))) as IDataObject[];
			const [call, ...others] = await given('call');
			expect(others).toEqual([]);
			expect(call).toMatchObject({
				outcome: 'missed',
				direction: 'inbound',
				answeredBy: { id: null, name: null },
				transfers: 0,
			});
			expect(call.legs).toHaveLength(6);
			for (const field of told) expect(call[field]).toMatchObject({ name: 'Sales queue' });
			const legs = await given('leg');
			expect(legs).toHaveLength(6);
			expect(new Set(legs.map(({ callId }) => callId))).toEqual(new Set([call.id]));
		},
	);

	it('answers how the service level of a queue was in one call, or it counts rows itself and gets it wrong', async () => {
		const { world } = simulator;
		for (const [i, wait] of [5, 15, 40].entries()) {
			const startedAt = NOON - (i + 1) * 600_000;
			const answeredAt = startedAt + wait * 1000;
			world.addCall({ queue: 'Sales queue', startedAt, answeredAt, endedAt: answeredAt + 60_000 });
		}
		const request = {
			node: 'voipcloud',
			credentials: PROVIDERS.voipcloud.credentials(),
			parameters: {
				resource: 'queueCall',
				operation: 'getStatistics',
				period: fromAI('Period', 'today or yesterday'),
				options: { reportTimezone: 'Australia/Sydney' },
				groupBy: ['queue'],
			},
		};
		const answer = await withTool(request, async (tool) => await tool.invoke({ Period: 'yesterday' }));
		expect(answer.length).toBeLessThan(2000);
		expect(JSON.parse(answer)).toMatchObject([{ queue: 'Sales queue', offered: 3, answered: 3, serviceLevel: 66.7 }]);
	});

	it('learns which kinds of item there are when it asks for another, or it takes five ringing phones for five calls', async () => {
		const request = {
			node: PROVIDERS.voipStudio.node,
			credentials: PROVIDERS.voipStudio.credentials(),
			parameters: {
				resource: 'cdr',
				operation: 'getAll',
				output: 'full',
				itemPer: fromAI('Item_Per', 'call or leg'),
			},
		};
		const error = await withTool(request, async (tool) => await tool.invoke({ Item_Per: 'calls' }).catch(String));
		expect(error).toContain("'One Item Per' must be one of: call, leg");
		expect(error).toContain('It is "calls" now');
		expect(simulator.requests).toHaveLength(0);
	});

	it('learns what to correct when it fills a field with something unusable', async () => {
		const request = {
			node: 'liveChat247',
			credentials: PROVIDERS.liveChat247.credentials(),
			parameters: { resource: 'sms', operation: 'send', to: fromAI('To'), message: 'Hi' },
		};
		const error = await withTool(request, async (tool) => await tool.invoke({ To: '0123' }).catch(String));
		expect(error).toContain("'To' is not a phone number");
		expect(error).toContain('with a plus sign and the country code');
		expect(simulator.requests).toHaveLength(0);
	});
});

/** What an action that reaches people must name, by effect. */
const REACHES: Partial<Record<Effect, RegExp>> = {
	calls: /\bphone\b|\blive\b|\bring/i,
	texts: /\bSMS\b/,
	faxes: /\bfax\b/,
};

/** What rings, texts or faxes somebody, by node, resource and operation, and how a model is told. */
const REAL: Array<[string, string, string, RegExp]> = [
	...providers.flatMap(({ node, operations }) =>
		operations.flatMap(({ resource, operation, effect }): typeof REAL => {
			const told = REACHES[effect];
			return told === undefined ? [] : [[node, resource, operation, told]];
		}),
	),
];

describe.each(REAL)('%s %s %s', (node, resource, operation, told) => {
	it('tells in its automatic description what reaches people, because that is all a model sees of it', () => {
		const type = toolVariant(node);
		const own: INode = {
			...nodeOf({ node, parameters: { descriptionType: 'auto', resource, operation } }),
			name: 'Telephone',
		};
		expect(NodeHelpers.getToolDescriptionForNode(own, type)).toMatch(told);
	});

	it('has a Dry Run and the safeguards', () => {
		const { properties } = toolVariant(node).description;
		const [dryRun, options] = properties.filter(
			({ name, displayOptions: { show } = {} }) =>
				(name === 'options' || name === 'dryRun') &&
				show?.resource?.includes(resource) === true &&
				(show.operation?.includes(operation) ?? true),
		);
		expect(dryRun.name).toBe('dryRun');
		expect((options.options as INodePropertyOptions[]).map(({ name }) => name)).toEqual(
			expect.arrayContaining(['allowedNumbers', 'atMostPerHour', 'duplicateGuardSeconds']),
		);
	});
});
