/** What strangers and language models write is dialled, run or counted only as the user of the node allowed. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode } from '../../harness/engine/run';
import type { Simulator } from '../../simulator/server/server';
import { fromAI, providersAt, simulatorOfAgents, withTool, type Provider } from './tool';

let simulator: Simulator;
const { voipStudio, voipcloud, while1Voice, liveChat247 } = providersAt(() => simulator);

beforeEach(async () => {
	simulator = await simulatorOfAgents();
});
afterEach(async () => {
	await simulator.close();
});

const run = async ({ node, credentials }: Provider, parameters: INodeParameters, options: IDataObject = {}) =>
	await runNode({ node, credentials: credentials(), parameters: { ...parameters, options } as INodeParameters });

/** What a language model reads when it fills in all that the fields of its tool let it. */
const asked = async ({ node, credentials }: Provider, parameters: INodeParameters, args: IDataObject = {}) =>
	await withTool(
		{ node, credentials: credentials(), parameters },
		async (tool) => await tool.invoke(args).catch(String),
	);

const ring: INodeParameters = {
	...{ resource: 'channel', operation: 'originate', connectWith: 'extension' },
	...{ tech: 'SIP/john-doe', context: 'internal', extension: '100' },
};
const play: INodeParameters = {
	...{ resource: 'channel', operation: 'originate', connectWith: 'application' },
	...{ tech: 'SIP/john-doe', appName: 'Playback', appData: 'test-file' },
};
const originate: INodeParameters = {
	...{ resource: 'call', operation: 'originate', projectId: 1, callerId: '+442079460958', callerIdName: 'A customer' },
	...{ type: 'user', destination: 'John Smith', externalId: 'order 17' },
};
const campaign: INodeParameters = {
	...{ resource: 'campaignCall', operation: 'create', projectId: 1, type: 'queue', destination: 'Sales' },
	calls: { call: [{ callerId: '+442079460958' }] },
};
const cloudCall = { resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '+61290001234' };
const text = { resource: 'sms', operation: 'send', to: '+12125550123', message: 'Hi' };

const HIDDEN = [
	'0044${X}7700${X}9001${X}23',
	'00%304477009001%32%33',
	'00447700900123|60',
	'w0w0w4w4w7w7w0w0w9w0w0w1w2w3',
	'_0044770090012X',
	'００４４７７００９００１２３',
	'1800FLOWERS',
	'sip:447700900123@example.com',
	'100&00447700900123',
	'00447700900123@outbound',
];

describe('A field of While1 Voice that the PBX acts on', () => {
	const loud: Array<[string, INodeParameters]> = [
		['a dial plan calculated', { ...play, appName: 'Dial', appData: `SIP/trunk/${HIDDEN[0]}` }],
		['a program run', { ...play, appName: 'System', appData: 'id' }],
		['a path', { ...play, appName: 'AGI', appData: 'agi' }],
		['a context with a number', { ...ring, context: '00447700900123' }],
		['a trunk', { ...ring, tech: 'SIP/trunk/00447700900123' }],
		['a destination of the type user', { ...originate, destination: '+19005551234' }],
		['a destination of the type context', { ...originate, type: 'context', destination: '0019005551234' }],
		['a destination of the type extension', { ...originate, type: 'extension', destination: '0019005551234' }],
		['a destination of the type email', { ...originate, type: 'user_email', destination: '19005551234@trunk' }],
		['a variable', { ...originate, additionalFields: { vars: '{"FORWARD": "+19005551234"}' } }],
		['an outbound trunk', { ...originate, additionalFields: { outboundTrunk: 'SIP/0019005551234' } }],
		['a trunk of a campaign', { ...campaign, additionalFields: { outboundTrunk: '0019005551234' } }],
		['a destination of a campaign', { ...campaign, destination: '0019005551234' }],
		[
			'a variable of a campaign',
			{ ...campaign, calls: { call: [{ callerId: '+442079460958', vars: '{"X": "0019005551234"}' }] } },
		],
		[
			'a redirection',
			{
				resource: 'channel',
				operation: 'redirect',
				channel: 'SIP/a-00000027',
				context: 'internal',
				extension: '0019005551234',
				priority: 1,
			},
		],
		...HIDDEN.flatMap((hidden): Array<[string, INodeParameters]> => [
			[`an extension ${hidden}`, { ...ring, extension: hidden }],
			[`the data of an application ${hidden}`, { ...play, appData: hidden }],
			[`a phone ${hidden}`, { ...ring, tech: `SIP/${hidden}` }],
		]),
	];

	it.each(loud)('calls nobody who is not allowed: %s', async (_what, parameters) => {
		const { error } = await run(while1Voice, parameters, { allowedNumbers: '+44, extensions' });
		expect(error?.message).toContain("is not among the 'Allowed Numbers'");
		expect(simulator.requests).toHaveLength(0);
	});

	it.each<[string, INodeParameters, string]>([
		['a phone and an extension', ring, 'extensions'],
		['an application that only plays', play, '+44'],
		['a user', originate, '+44'],
		['an email', { ...originate, type: 'user_email', destination: 'john.smith@example.com' }, '+44'],
		[
			'switches',
			{
				...originate,
				additionalFields: { vars: '{"SKIP_WELCOME": 1, "BACKEND_LINK": "https://crm.example.com/?id=44770090012345"}' },
			},
			'+44',
		],
		['a campaign', campaign, '+44'],
	])('goes through where it is allowed: %s', async (_what, parameters, allowedNumbers) => {
		expect((await run(while1Voice, parameters, { allowedNumbers })).error).toBeUndefined();
		expect(simulator.requests).toHaveLength(1);
	});

	it.each([
		{ phone: '+19005551234' },
		{ Caller_ID: '+19005551234' },
		{ extra: { caller_id: '+19005551234' } },
		JSON.parse('{"__proto__": {"caller_id": "+19005551234"}}') as IDataObject,
	])('is one that the documents name: a call of a campaign with %j is not queued', async (more) => {
		const callsJson = JSON.stringify([{ caller_id: '+442079460958', ...more }]).replace('{}', '{"__proto__":"x"}');
		const { error } = await run(while1Voice, { ...campaign, calls: {}, additionalFields: { callsJson } });
		expect(error?.message).toContain('is not a field of this operation');
		expect(simulator.requests).toHaveLength(0);
	});

	it('runs no application and sets no variable for an agent, unless the user allows it', async () => {
		const variables = fromAI('Variables', '', 'json');
		for (const parameters of [
			{ ...play, appName: fromAI('Application'), appData: fromAI('Data') },
			{ ...originate, additionalFields: { vars: variables } },
			{ ...campaign, calls: { call: [{ callerId: '+442079460958', vars: variables }] } },
		]) {
			const args = { Application: 'System', Data: 'id', Variables: { FORWARD: '+19005551234' } };
			expect(await asked(while1Voice, parameters, args)).toContain('An AI agent may not do this by itself');
		}
		expect(simulator.requests).toHaveLength(0);
		const options = { allowForAgents: true, allowedNumbers: 'extensions' };
		expect(await asked(while1Voice, { ...play, options })).toContain('"success":true');
		const told = await asked(
			while1Voice,
			{ ...play, appName: fromAI('Application'), options },
			{ Application: 'System' },
		);
		expect(told).toContain("is not among the 'Allowed Numbers'");
		expect(simulator.requests).toHaveLength(1);
	});
});

describe('The phone that rings first', () => {
	it('of VoIPcloud is an extension or an allowed number', async () => {
		const options = { allowedNumbers: '+61' };
		const { error } = await run(voipcloud, { ...cloudCall, userNumber: '+12125550123' }, options);
		expect(error?.message).toContain("is not among the 'Allowed Numbers'");
		expect(simulator.requests).toHaveLength(0);
		expect((await run(voipcloud, cloudCall, options)).error).toBeUndefined();
	});
});

describe('What ends, pauses or silences', () => {
	it.each<[string, Provider, INodeParameters]>([
		['VoIPstudio hang up', voipStudio, { resource: 'call', operation: 'hangUp', callId: '7' }],
		['VoIPstudio transfer', voipStudio, { resource: 'call', operation: 'transfer', callId: '7', destination: '1002' }],
		[
			'VoIPstudio members',
			voipStudio,
			{
				resource: 'queue',
				operation: 'setMembers',
				queueId: '7',
				members: { member: [{ userId: '7', status: 'left' }] },
			},
		],
		['247LiveChat terminate', liveChat247, { resource: 'webCall', operation: 'terminate' }],
		['While1 hang up', while1Voice, { resource: 'channel', operation: 'hangUp', channel: 'SIP/a-00000027' }],
		['While1 pause', while1Voice, { resource: 'queue', operation: 'pauseMembers', agentNames: 'john-doe' }],
		[
			'While1 redirect',
			while1Voice,
			{ resource: 'channel', operation: 'redirect', channel: 'SIP/a-00000027', extension: '100', context: 'internal' },
		],
	])('is refused to an agent: %s', async (_what, provider, parameters) => {
		expect(await asked(provider, parameters)).toContain('An AI agent may not do this by itself');
		expect(simulator.requests).toHaveLength(0);
	});

	it.each(['all', '/.*/', '/^SIP/', '*', 'SIP/*', 'SIP/.*/', 'SIP/a,SIP/b', 'SIP/a b', 'x'.repeat(100_000)])(
		'ends one call and no others: the channel %.20s',
		async (channel) => {
			const parameters = { resource: 'channel', operation: 'hangUp', channel };
			expect((await run(while1Voice, parameters)).error?.message).toContain('is not the name of a channel');
			const told = await asked(
				while1Voice,
				{ ...parameters, channel: fromAI('Channel'), options: { allowForAgents: true } },
				{ Channel: channel },
			);
			expect(told).toContain('is not the name of a channel');
			expect(simulator.requests).toHaveLength(0);
		},
	);
});

describe('At Most per Hour', () => {
	const hundred = Array.from({ length: 100 }, (_, i) => 100 + i).join('&');

	it.each<[string, Provider, INodeParameters, number]>([
		['each number of a value', while1Voice, { ...ring, extension: hundred }, 101],
		['each phone of a field', while1Voice, { ...play, appName: 'Dial', appData: 'SIP/1&SIP/2&SIP/3' }, 4],
		[
			'each try',
			while1Voice,
			{ ...campaign, calls: { call: [{ callerId: '+442079460958', maxRetries: 1_000_000 }] } },
			1_000_001,
		],
		['each part of a text', voipStudio, { ...text, message: 'x'.repeat(500) }, 4],
		['each part of a short text of another alphabet', liveChat247, { ...text, message: 'ș'.repeat(160) }, 3],
	])('counts %s', async (_what, provider, parameters, count) => {
		const { error } = await run(provider, parameters, { atMostPerHour: 2 });
		expect(error?.description).toContain(`This request would reach ${count} and was not sent`);
		expect(simulator.requests).toHaveLength(0);
	});

	it('is not passed by a text as long as a book', async () => {
		const { error } = await run(voipStudio, { ...text, message: 'x'.repeat(300_000) });
		expect(error?.message).toContain('is as long as 1961 messages; at most 10 are sent');
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('A safeguard that is set and gives nothing', () => {
	const empties = ['={{ undefined }}', '={{ null }}', "={{ '' }}", '={{ $json.missing }}'];

	it.each(
		[
			...['dryRun', 'duplicateGuardSeconds'].flatMap((option) => empties.map((value) => [option, value])),
			...['', ' ', '\u200B', '\u2060\uFEFF'].map((value) => ['allowedNumbers', value]),
			['atMostPerHour', ''],
		].map(([option, value]) => [option, JSON.stringify(value), value]),
	)('is an error, not its absence: %s %s', async (option, _shown, value) => {
		const isField = option === 'dryRun';
		const { error } = await run(
			liveChat247,
			{ ...text, ...(isField && { dryRun: value }) },
			isField ? {} : { [option]: value },
		);
		expect(error?.message).toContain('is set and gives nothing');
		expect(simulator.requests).toHaveLength(0);
	});

	it.each(['options', 'additionalFields'])(
		'nor can the collection %s be one expression, in which it is lost',
		async (name) => {
			const given = { ...text, [name]: '={{ { dryRun: true, allowedNumbers: "+44" } }}' };
			const { node, credentials } = name === 'options' ? liveChat247 : voipStudio;
			const { error } = await runNode({ node, credentials: credentials(), parameters: given });
			expect(error?.message).toContain(`'${name}' is one expression, or a text`);
			expect(simulator.requests).toHaveLength(0);
		},
	);
});
