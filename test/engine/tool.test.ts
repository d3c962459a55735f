/**
 * Each node as the tool of an AI agent, through n8n's own wrapper: `getInputConnectionData` of n8n-core makes the tool
 * that a language model sees, and calls the node with what the model filled in.
 */
import { RoutingNode, WorkflowExecute, type ExecuteContext } from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';

import { createSimulator, type JournalEntry, type Simulator } from '../../simulator/server';
import { providers } from '../../tools/capabilities';
import { additionalDataOf, loader, loadPackage, nodeOf, nodeTypes } from './n8n';
import { noteRun } from './notes';

const NOON = Date.parse('2026-11-20T01:00:00Z');
const CREDENTIAL = 'a-key-no-model-may-see';

let simulator: Simulator;

beforeAll(loadPackage);
beforeEach(async () => {
	simulator = await createSimulator({
		world: { seed: 7, callsPerDay: 0, clock: () => NOON },
		voipcloud: { apiKeys: [CREDENTIAL] },
		voipstudio: { apiKeys: [CREDENTIAL] },
		livechat247: { apiKey: CREDENTIAL, email: 'olive@example.com' },
		while1: { apiToken: CREDENTIAL, apiKey: null },
	});
});
afterEach(async () => {
	await simulator.close();
});

/** What n8n gives a node that is a tool: `convertNodeToAiTool` and `getByNameAndVersion` of its node types. */
function toolVariant(name: string): INodeType {
	const type = loader.getNode(name).type as INodeType;
	const { description } = type;
	expect(description.usableAsTool).toBe(true);
	const descriptionType: INodeProperties = {
		displayName: 'Tool Description',
		name: 'descriptionType',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Set Automatically', value: 'auto' },
			{ name: 'Set Manually', value: 'manual' },
		],
		default: 'auto',
	};
	const toolDescription: INodeProperties = {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		default: description.description,
		required: true,
		displayOptions: { show: { descriptionType: ['manual'] } },
	};
	return Object.create(type, {
		description: {
			value: {
				...description,
				name: `${description.name}Tool`,
				displayName: `${description.displayName} Tool`,
				inputs: [],
				outputs: [NodeConnectionTypes.AiTool],
				properties: [descriptionType, toolDescription, ...description.properties],
				usableAsTool: undefined,
			},
		},
		execute: {
			async value(this: ExecuteContext) {
				return (await new RoutingNode(this, type).runNode()) ?? [];
			},
		},
	}) as INodeType;
}

interface Tool {
	name: string;
	description: string;
	schema: { shape: Record<string, { description?: string }> };
	invoke(args: IDataObject): Promise<string>;
}

interface Request {
	node: string;
	parameters: INodeParameters;
	credentials: Record<string, ICredentialDataDecryptedObject>;
}

/**
 * Runs a workflow of an agent and one tool in n8n's engine. The agent here is the smallest there can be: it hands its tool
 * to the test, which plays the language model.
 */
async function withTool<T>(request: Request, model: (tool: Tool) => Promise<T>): Promise<T> {
	const { resource, operation } = request.parameters as Record<string, string>;
	noteRun(request.node, `${resource} ${operation}`);
	let said: { value: T } | undefined;
	const agentType: INodeType = {
		description: {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: 'Calls its tool',
			defaults: { name: 'Agent' },
			inputs: [NodeConnectionTypes.Main, { type: NodeConnectionTypes.AiTool }],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		async execute() {
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Tool[];
			said = { value: await model(tool) };
			return [[{ json: {} }]];
		},
	};
	const variant = toolVariant(request.node);
	const types: INodeTypes = {
		...nodeTypes,
		getByNameAndVersion: (type) => (type === 'agent' ? agentType : variant),
	};
	const agent: INode = { id: 'agent', name: 'Agent', type: 'agent', typeVersion: 1, position: [0, 0], parameters: {} };
	const tool: INode = { ...nodeOf(request), name: 'Telephone', type: `n8n-nodes-cloud-pbx.${request.node}Tool` };
	const workflow = new Workflow({
		id: 'workflow1',
		name: 'Agent with a telephone',
		nodes: [agent, tool],
		connections: { Telephone: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] } },
		active: false,
		nodeTypes: types,
		settings: { executionOrder: 'v1', timezone: 'UTC' },
	});
	const data = createRunExecutionData({
		executionData: { nodeExecutionStack: [{ node: agent, data: { main: [[{ json: {} }]] }, source: null }] },
	});
	const run = await new WorkflowExecute(additionalDataOf(request), 'manual', data).processRunExecutionData(workflow);
	if (run.data.resultData.error !== undefined) throw run.data.resultData.error;
	if (said === undefined) throw new Error('The agent did not run');
	return said.value;
}

/** As n8n's editor writes it when a user leaves a field to the model. */
function fromAI(key: string, description = '', type = 'string'): string {
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${description}\`, '${type}') }}`;
}

interface Provider {
	node: string;
	credentials(secret?: string): Request['credentials'];
}

const PROVIDERS = {
	voipcloud: {
		node: 'voipcloud',
		credentials: (apiKey = CREDENTIAL) => ({
			voipcloudApi: { apiKey, baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' },
		}),
	},
	liveChat247: {
		node: 'liveChat247',
		credentials: (apiKey = CREDENTIAL) => ({
			liveChat247Api: {
				email: 'olive@example.com',
				authentication: 'apiKey',
				apiKey,
				environment: 'custom',
				baseUrl: `${simulator.urls.livechat247}/u/api`,
			},
		}),
	},
	voipStudio: {
		node: 'voipStudio',
		credentials: (apiKey = CREDENTIAL) => ({ voipStudioApi: { apiKey, baseUrl: simulator.urls.voipstudio } }),
	},
	while1Voice: {
		node: 'while1Voice',
		credentials: (apiToken = CREDENTIAL) => ({
			while1VoiceApi: { apiToken, apiKey: '', baseUrl: simulator.urls.while1 },
		}),
	},
} satisfies Record<string, Provider>;

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
		description: 'Place a real phone call in VoIPcloud',
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
			filters: { names: fromAI('Queue_Names'), fromDate: fromAI('From_Date') },
		},
		args: { Limit: 3, Queue_Names: 'Support', From_Date: '2026-11-19' },
		description: 'Get many queue calls in VoIPcloud',
		request: { method: 'GET', path: '/api/integration/v1/get-queue-calls' },
		fields: { limit: '3', queues_names: 'Support', from_date: '2026-11-19' },
		answer: '"queue_name":"Support"',
		before: () => simulator.world.addCall({ queue: 'Support', startedAt: NOON - 3_600_000 }),
	},
	{
		provider: PROVIDERS.voipcloud,
		parameters: { resource: 'systemStatus', operation: 'get' },
		args: {},
		description: 'Get system status in VoIPcloud',
		request: { method: 'GET', path: '/api/integration/v1/get-system-status' },
		fields: {},
		answer: 'operational',
	},
	{
		provider: PROVIDERS.liveChat247,
		parameters: { resource: 'sms', operation: 'send', to: fromAI('To'), message: fromAI('Message') },
		args: { To: '+12125550123', Message: 'Your parcel has arrived.' },
		description: 'Send a real SMS in 247LiveChat',
		request: { method: 'POST', path: '/u/api' },
		fields: { o: 'sms', a: 'send', to_no: '+12125550123', text: 'Your parcel has arrived.' },
		answer: '"success":true',
	},
	{
		provider: PROVIDERS.liveChat247,
		parameters: { resource: 'webCall', operation: 'clickToCall', to: fromAI('To') },
		args: { To: '+12125550123' },
		description: 'Place a real click to call from your own phone in 247LiveChat',
		request: { method: 'POST', path: '/u/api' },
		fields: { o: 'webcall', a: 'c2c', to: '+12125550123' },
		answer: '"success":true',
	},
	{
		provider: PROVIDERS.voipStudio,
		parameters: { resource: 'call', operation: 'create', to: fromAI('To') },
		args: { To: '+61290001234' },
		description: 'Place a real phone call in VoIPstudio',
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
		description: 'Get many call detail records in VoIPstudio',
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
			callerIdName: 'A customer',
			type: 'user',
			destination: fromAI('Destination'),
			externalId: 'order 17',
		},
		args: { Caller_ID: '0212345678', Destination: 'John Smith' },
		description: 'Place a real phone call in While1 Voice',
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
		...CASES.filter(({ description }) => description.includes('real')),
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
			parameters: { ...parameters, options: { dryRun: true } },
		};
		const answer = await withTool(request, async (tool) => await tool.invoke(args));
		const [preview, ...others] = JSON.parse(answer) as IDataObject[];
		expect(others).toEqual([]);
		expect(Object.keys(preview)).toEqual(['dryRun', 'method', 'url', 'body']);
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
			parameters: { resource: 'cdr', operation: 'export', format: 'csv', binaryPropertyName: 'data' },
		};
		const { description, answer } = await withTool(request, async (tool) => ({
			description: tool.description,
			answer: await tool.invoke({}),
		}));
		expect(description).toBe('Export call detail records to a file in VoIPstudio');
		expect(JSON.parse(answer)).toEqual([{ records: 1, format: 'csv', fileName: 'voipstudio-cdrs.csv' }]);
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

describe('What an agent must not do by itself', () => {
	const to = fromAI('To');
	const sms = { resource: 'sms', operation: 'send', to, message: 'Hi' };
	const invoked = async (provider: Provider, parameters: INodeParameters, args: IDataObject) =>
		await withTool(
			{ node: provider.node, credentials: provider.credentials(), parameters },
			async (tool) => await tool.invoke(args).catch(String),
		);

	it.each([
		['voipStudio', { resource: 'queueGroup', operation: 'delete', queueGroupId: '7' }],
		['voipStudio', { resource: 'callMeBackSetting', operation: 'delete', settingId: '7' }],
		['voipStudio', { resource: 'callMeBackButton', operation: 'delete', buttonId: '7' }],
		['voipStudio', { resource: 'apiToken', operation: 'create', name: 'mine' }],
		['voipStudio', { resource: 'apiToken', operation: 'getAll', options: { includeTokens: true } }],
		['voipStudio', { resource: 'apiToken', operation: 'delete', apiTokenId: CREDENTIAL }],
		['while1Voice', { resource: 'queue', operation: 'setMembers', queueName: 'sales' }],
		['while1Voice', { resource: 'endpoint', operation: 'call', endpointName: 'originate-call' }],
	] as Array<['voipStudio' | 'while1Voice', INodeParameters]>)(
		'%s %j is refused, and nothing is sent',
		async (node, parameters) => {
			const said = await invoked(PROVIDERS[node], parameters, {});
			expect(said).toContain('An AI agent may not do this');
			expect(said).toContain('tell the user');
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it('is done where the user has allowed it, and a model cannot allow it to itself', async () => {
		const parameters = { resource: 'apiToken', operation: 'getAll' };
		const allowed = await invoked(PROVIDERS.voipStudio, { ...parameters, options: { allowForAgents: true } }, {});
		expect(allowed).toContain('…');
		expect(simulator.requests).toHaveLength(1);
		const options = { allowForAgents: fromAI('Allow', '', 'boolean') };
		const said = await invoked(PROVIDERS.voipStudio, { ...parameters, options }, { Allow: true });
		expect(said).toContain("'Allow for AI Agents' must be entered by hand");
		expect(simulator.requests).toHaveLength(1);
	});

	it.each([PROVIDERS.voipStudio, PROVIDERS.liveChat247])(
		'reaches only the numbers that the user allowed, and says which they are ($node)',
		async (provider) => {
			const parameters = { ...sms, options: { allowedNumbers: '+1212' } };
			const said = await invoked(provider, parameters, { To: '+881600000001' });
			expect(said).toContain("is not among the 'Allowed Numbers'");
			expect(said).toContain('Allowed: +1212');
			expect(simulator.requests).toHaveLength(0);
			expect(await invoked(provider, parameters, { To: '+12125550123' })).not.toContain('Error');
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it('cannot change who is allowed or how many, nor switch off the guard against repetitions', async () => {
		const fields: Array<[string, string]> = [
			['allowedNumbers', 'string'],
			['atMostPerHour', 'number'],
			['duplicateGuardSeconds', 'number'],
		];
		for (const [field, type] of fields) {
			const parameters = { ...sms, options: { [field]: fromAI('Field', '', type) } };
			const args = { To: '+12125550124', Field: type === 'number' ? 1000 : '+' };
			expect(await invoked(PROVIDERS.liveChat247, parameters, args)).toContain('must be entered by hand');
			// n8n gives the arguments of a model to $json as well.
			const hidden = { ...sms, options: { [field]: '={{ $json.Field }}' } };
			expect(await invoked(PROVIDERS.liveChat247, hidden, args)).toContain('must be entered by hand');
		}
		expect(simulator.requests).toHaveLength(0);
	});

	it('is told how long to wait when it has reached as many as it may', async () => {
		const parameters = { ...sms, options: { atMostPerHour: 1 } };
		expect(await invoked(PROVIDERS.liveChat247, parameters, { To: '+12125550125' })).toContain('"success":true');
		const said = await invoked(PROVIDERS.liveChat247, parameters, { To: '+12125550126' });
		expect(said).toContain('Try again in 60 minutes, or tell the user');
		expect(simulator.requests).toHaveLength(1);
	});
});

it('keeps every operation that deletes from agents, also one that is added later', () => {
	const deleting = providers.flatMap(({ node, operations }) =>
		operations
			.filter(({ request, operation }) => request.startsWith('DELETE') && operation !== 'hangUp')
			.map(({ resource, operation }) => [node, resource, operation] as const),
	);
	expect(deleting.length).toBeGreaterThan(3);
	for (const [node, resource, operation] of deleting) {
		const [options] = toolVariant(node).description.properties.filter(
			({ name, displayOptions: { show } = {} }) =>
				name === 'options' && show?.resource?.includes(resource) === true && show.operation?.includes(operation),
		);
		expect((options.options as INodePropertyOptions[]).map(({ name }) => name)).toContain('allowForAgents');
	}
});

/** What rings, texts or faxes somebody, by node, resource and operation. */
const REAL: Array<[string, string, string]> = [
	...providers.flatMap(({ node, operations }) =>
		operations
			.filter(({ effect }) => ['calls', 'texts', 'faxes'].includes(effect))
			.map(({ resource, operation }): [string, string, string] => [node, resource, operation]),
	),
];

describe.each(REAL)('%s %s %s', (node, resource, operation) => {
	it('tells in its automatic description that it is for real, because that is all a model sees of it', () => {
		const type = toolVariant(node);
		const own: INode = {
			...nodeOf({ node, parameters: { descriptionType: 'auto', resource, operation } }),
			name: 'Telephone',
		};
		expect(NodeHelpers.getToolDescriptionForNode(own, type)).toMatch(/\b(real|live)\b/);
	});

	it('has a Dry Run and the safeguards', () => {
		const { properties } = toolVariant(node).description;
		const [options] = properties.filter(
			({ name, displayOptions: { show } = {} }) =>
				name === 'options' &&
				show?.resource?.includes(resource) === true &&
				(show.operation?.includes(operation) ?? true),
		);
		expect((options.options as INodePropertyOptions[]).map(({ name }) => name)).toEqual(
			expect.arrayContaining(['dryRun', 'allowedNumbers', 'atMostPerHour', 'duplicateGuardSeconds']),
		);
	});
});
