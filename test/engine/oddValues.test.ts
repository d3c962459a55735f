import { DateTime } from 'luxon';
import type { INodeParameters } from 'n8n-workflow';

import { runNode, type NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

/** Values as expressions, spreadsheets and gateways give them, in every kind of field that matters to somebody's phone. */

let simulator: Simulator;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 } });
});
afterEach(async () => {
	await simulator.close();
});

interface Caller {
	readonly name: string;
	/** The operation with `to` as the number that is called. */
	run(to: unknown, more?: INodeParameters): NodeRun;
	readonly field: string;
	/** What the provider received as the number, from the request's body. */
	received(body: string): unknown;
	/** How the provider writes an international number. */
	written(e164: string): string;
	/** Whether a number without a plus sign is dialled. */
	readonly takesNational: boolean;
}

const fromItem = (value: unknown) => [{ json: { value } as INodeParameters }];

const callers: Caller[] = [
	{
		name: 'VoIPstudio SMS',
		field: 'To',
		run: (to, more = {}) => ({
			node: 'voipStudio',
			parameters: { resource: 'sms', operation: 'send', to: '={{ $json.value }}', message: 'Hello', ...more },
			credentials: { voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: simulator.urls.voipstudio } },
			items: fromItem(to),
		}),
		received: (body) => (JSON.parse(body) as { to: unknown }).to,
		written: (e164) => e164.slice(1),
		takesNational: true,
	},
	{
		name: 'VoIPcloud call',
		field: 'Number to Call',
		run: (to, more = {}) => ({
			node: 'voipcloud',
			parameters: {
				resource: 'call',
				operation: 'create',
				userNumber: '1001',
				numberToCall: '={{ $json.value }}',
				options: { bodyFormat: 'json' },
				...more,
			},
			credentials: {
				voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' },
			},
			items: fromItem(to),
		}),
		received: (body) => (JSON.parse(body) as { number_to_call: unknown }).number_to_call,
		written: (e164) => e164,
		takesNational: true,
	},
	{
		name: '247LiveChat SMS',
		field: 'To',
		run: (to, more = {}) => ({
			node: 'liveChat247',
			parameters: { resource: 'sms', operation: 'send', to: '={{ $json.value }}', message: 'Hello', ...more },
			credentials: {
				liveChat247Api: {
					email: 'demo@example.com',
					authentication: 'apiKey',
					apiKey: 'livechat247-demo-key',
					environment: 'custom',
					baseUrl: `${simulator.urls.livechat247}/u/api/`,
				},
			},
			items: fromItem(to),
		}),
		received: (body) => new URLSearchParams(body).get('to_no'),
		written: (e164) => e164,
		takesNational: false,
	},
];

/** Each value, and the number that it can only mean; null where it leaves a doubt. */
const NUMBERS: Array<[unknown, string | null]> = [
	['+34600000000', '+34600000000'],
	[' +34 600 00 00 00 ', '+34600000000'],
	['+44 (0)20 7946 0958', '+442079460958'],
	['+61 (0)2 9000 1234', '+61290001234'],
	['+39 (0)6 1234 5678', '+390612345678'],
	['\u202a+34600000000\u202c', '+34600000000'],
	['+34\u00a0600\u00a0000\u00a0000', '+34600000000'],
	['\u200b+34600000000', '+34600000000'],
	['＋３４６００００００００', '+34600000000'],
	['+٣٤٦٠٠٠٠٠٠٠٠', '+34600000000'],
	['tel:+34600000000', '+34600000000'],
	['+34-600-000.000', '+34600000000'],
	['34600000000', '34600000000'],
	[34600000000, '34600000000'],
	['1001', '1001'],
	[1001, '1001'],
	['020 7946 0958', '02079460958'],
	['34600000000.0', null],
	['3.46E+10', null],
	[34600000000.5, null],
	[1e21, null],
	[NaN, null],
	[Infinity, null],
	[-1001, null],
	['-1001', null],
	['1001/1002', null],
	['1001,1002', null],
	['+34600000000;ext=3', null],
	['+34600000000 ext. 3', null],
	['+0034600000000', null],
	['+0600000000', null],
	['44 (0)20 7946 0958', null],
	['+39 (0)347 1234567', null],
	['abc', null],
	['+34CALLME', null],
	['+', null],
	['--', null],
	['()', null],
	['(600', null],
	['+34+600000000', null],
	['12345678901234567890', null],
	['null', null],
	['undefined', null],
	['[object Object]', null],
	['', null],
	['   ', null],
	['\u200b', null],
	[null, null],
	[undefined, null],
	[true, null],
	[false, null],
	[[], null],
	[['+34600000000'], null],
	[['+34600000000', '+34600000001'], null],
	[{}, null],
	[{ number: '+34600000000' }, null],
	[new Date(0), null],
	[DateTime.fromMillis(0), null],
	['2026-11-21', '20261121'],
	['2026-11-21T09:00:00', null],
	['+34600000000\n+34600000001', null],
	['<script>', null],
	['+34 600 000 000 x5', null],
	['*97', null],
	['#31#600000000', null],
];

describe.each(callers)('$name', ({ run, field, received, written, takesNational }) => {
	it.each(NUMBERS)('a number given as %j, or somebody else would be called', async (value, number) => {
		const { error } = await runNode(run(value));
		const expected = number === null || (!takesNational && !number.startsWith('+')) ? null : number;
		if (expected === null) {
			expect(simulator.requests).toHaveLength(0);
			expect(error?.message).toContain(`'${field}'`);
			expect(error?.description).toContain('Nothing was sent');
		} else {
			// What the provider makes of it is its own affair, e.g. of an extension that takes no text message.
			const bodies = simulator.requests.map(({ body }) => received(body));
			expect(bodies).toEqual([expected.startsWith('+') ? written(expected) : expected]);
		}
	});

	it.each([[true], ['true']])('sends nothing while Dry Run is %j', async (dryRun) => {
		const { items } = await runNode(run('+34600000000', { dryRun }));
		expect(items[0].json.dryRun).toBe(true);
		expect(simulator.requests).toHaveLength(0);
	});

	it.each([[1], [0], ['yes'], ['1'], ['TRUE'], [{}], [[]]])(
		'refuses a Dry Run of %j rather than sending for real',
		async (dryRun) => {
			const refused = await runNode(run('+34600000000', { dryRun: dryRun as string }));
			expect(refused.error?.message).toBe("'Dry Run' must be true or false");
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it.each([[''], [null]])('refuses a Dry Run of %j, which is set and gives nothing', async (dryRun) => {
		const refused = await runNode(run('+34600000000', { dryRun: dryRun as string }));
		expect(refused.error?.message).toContain('is set and gives nothing');
		expect(simulator.requests).toHaveLength(0);
	});

	it.each([[false], ['false']])('sends once when Dry Run is %j', async (dryRun) => {
		await runNode(run('+34600000000', { dryRun: dryRun as string }));
		expect(simulator.requests).toHaveLength(1);
	});

	it.each([['abc'], [-1], [{}], [NaN], [true], ['0x10'], ['1e3'], ['5s'], ['Infinity'], [86_401]])(
		"refuses a 'Max Wait' of %j rather than waiting for ever",
		async (maxWait) => {
			const { error } = await runNode(run('+34600000000', { options: { maxWait: maxWait as string } }));
			expect(error?.message).toBe("'Max Wait' must be a number of seconds from 0 to 86,400");
			expect(simulator.requests).toHaveLength(0);
		},
	);
});

it.each([['true'], [true]])(
	"takes 'Return All' given as %j for what it says, or calls would be missing",
	async (returnAll) => {
		await runNode(list({ returnAll }));
		expect(simulator.requests[0].query.limit).toBe('10000');
	},
);

it.each([[1], ['yes'], [{}]])("refuses 'Return All' given as %j, or 50 calls would pass for all", async (returnAll) => {
	const { error } = await runNode(list({ returnAll: returnAll as string }));
	expect(error?.message).toBe("'Return All' must be true or false");
	expect(simulator.requests).toHaveLength(0);
});

it.each([[true], [{}], [[{}]], [[null]]])(
	"refuses 'Queue Names' given as %j, or the calls of all queues would come back",
	async (names) => {
		const { error } = await runNode(list({ filters: { names: names as string } }));
		expect(error?.message).toBe("'Queue Names' must be names separated by commas, or a list of names");
		expect(simulator.requests).toHaveLength(0);
	},
);

it.each([[12], ['12'], [[12]]])("takes 'Queue Names' given as %j for the queue of that name", async (names) => {
	await runNode(list({ filters: { names: names as string } }));
	expect(simulator.requests[0].query.queues_names).toBe('12');
});

it.each([['0x10'], ['1e1'], [' '], [2.5], [0], [true], [[5]], [10_001], [null]])(
	"refuses a 'Limit' of %j, or another number of calls would pass for what was asked",
	async (limit) => {
		const { error } = await runNode(list({ limit: limit as number }));
		expect(error?.message).toBe("'Limit' must be a whole number from 1 to 10,000");
		expect(simulator.requests).toHaveLength(0);
	},
);

it.each([['2026'], ['12:30'], ['2026-11'], ['20261121'], ['2026-W47'], ['tomorrow'], [20261121], [true], [[]]])(
	"refuses a 'From' of %j, or the calls of other days would come back",
	async (periodFrom) => {
		const { error } = await runNode(
			list({ period: 'dates', periodFrom: periodFrom as string, periodTo: '2026-11-22' }),
		);
		expect(error?.message).toBe("'From' is not a date");
		expect(simulator.requests).toHaveLength(0);
	},
);

const originate = {
	...{
		resource: 'call',
		operation: 'originate',
		callerId: '0212345678',
		destination: 'test-queue',
	},
	additionalFields: { callerIdName: 'Ann', externalId: '1' },
};
const setMembers = { resource: 'queue', operation: 'setMembers', queueName: 'Support' };
const vmCall = { resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '+34600000000' };
const member = { userId: { __rl: true, mode: 'id', value: '12' }, status: 'LEFT' };

const NONE_OF_ITS_CHOICES: Array<[node: string, parameters: INodeParameters, message: string]> = [
	[
		'voipcloud',
		{ ...vmCall, options: { bodyFormat: 'xml' } },
		"'Body Format' must be one of: auto, form, json, multipart",
	],
	['while1Voice', { ...originate, options: { transport: 'XML' } }, "'Transport' must be one of: json, form, query"],
	[
		'while1Voice',
		{ ...setMembers, options: { removeAllMembers: 'yes' } },
		"'Remove All Members' must be true or false",
	],
	[
		'while1Voice',
		{ resource: 'cdr', operation: 'getAll', filters: { direction: 'inbound' } },
		"'Direction' must be one of: IN, OUT",
	],
	[
		'while1Voice',
		{ resource: 'report', operation: 'run', reportType: 'custom', reportId: { id: 2 } },
		"'Report ID' must be a text",
	],
	['voipStudio', { resource: 'cdr', operation: 'export', format: 'CSV' }, "'Format' must be one of: csv, ndjson"],
	[
		'voipStudio',
		{ resource: 'queue', operation: 'setMembers', queueId: '12', members: { member: [member] } },
		"'State of member 1' must be one of: joined, left",
	],
	['voipStudio', { resource: 'apiToken', operation: 'delete', apiTokenId: '\u200b' }, "'API Key' is empty"],
];

it.each(NONE_OF_ITS_CHOICES)('%s refuses %j rather than guessing what was meant', async (node, parameters, message) => {
	const { error } = await runNode({ node, parameters, credentials: accounts() });
	expect(error?.message).toBe(message);
	expect(simulator.requests).toHaveLength(0);
});

function accounts(): NonNullable<NodeRun['credentials']> {
	return {
		voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: simulator.urls.voipstudio },
		voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' },
		while1VoiceApi: { apiToken: 'while1-demo-token', apiKey: '', baseUrl: simulator.urls.while1 },
	};
}

function list(parameters: INodeParameters): NodeRun {
	return {
		node: 'voipcloud',
		parameters: { resource: 'queueCall', operation: 'getAll', ...parameters },
		credentials: {
			voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator.urls.voipcloud, apiVersion: 'v1' },
		},
	};
}
