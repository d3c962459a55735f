/** What a node gives for an input item that fails, where the user has set it to go on. */
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import { loadPackage } from '../../harness/engine/package';
import { runNode } from '../../harness/engine/run';
import { createSimulator, withKey, type Simulator } from '../../simulator/server/server';

const KEY = 'a-key-of-the-account';
let simulator: Simulator;

beforeAll(loadPackage);
beforeEach(async () => {
	simulator = await createSimulator({
		world: { seed: 7, callsPerDay: 0, clock: () => Date.parse('2026-11-20T01:00:00Z') },
		...withKey(KEY),
	});
});
afterEach(async () => {
	await simulator.close();
});

interface Case {
	node: string;
	type: string;
	/** What is not as the simulator says. */
	credential?: ICredentialDataDecryptedObject;
	parameters: INodeParameters;
	/** What the three input items hold; the second cannot be carried out. */
	values: [string, string, string];
}

const CASES: Array<[string, Case]> = [
	[
		'VoIPcloud, refused before sending',
		{
			node: 'voipcloud',
			type: 'voipcloudApi',
			parameters: { resource: 'call', operation: 'create', userNumber: '1010', numberToCall: '={{ $json.to }}' },
			values: ['+61290001234', '', '+61290001235'],
		},
	],
	[
		'VoIPcloud, a list',
		{
			node: 'voipcloud',
			type: 'voipcloudApi',
			credential: { apiVersion: 'v2' },
			parameters: {
				...{ resource: 'queueCall', operation: 'getAll', period: 'dates' },
				...{ periodFrom: '={{ $json.to }}', periodTo: '2026-11-20' },
			},
			values: ['2026-11-19', 'soon', '2026-11-18'],
		},
	],
	[
		'247LiveChat, refused before sending',
		{
			node: 'liveChat247',
			type: 'liveChat247Api',
			parameters: { resource: 'sms', operation: 'send', to: '={{ $json.to }}', message: 'Hello' },
			values: ['+12125550123', '0123', '+12125550124'],
		},
	],
	[
		'VoIPstudio, refused before sending',
		{
			node: 'voipStudio',
			type: 'voipStudioApi',
			parameters: { resource: 'sms', operation: 'send', to: '={{ $json.to }}', message: 'Hello' },
			values: ['+34600000001', 'nobody', '+34600000003'],
		},
	],
	[
		'VoIPstudio, refused by the provider',
		{
			node: 'voipStudio',
			type: 'voipStudioApi',
			parameters: { resource: 'queue', operation: 'get', queueId: { mode: 'id', value: '={{ $json.to }}' } },
			values: ['8001', '999999', '8002'],
		},
	],
	[
		'While1 Voice, refused before sending',
		{
			node: 'while1Voice',
			type: 'while1VoiceApi',
			parameters: {
				resource: 'call',
				operation: 'originate',
				projectId: 1,
				callerId: '={{ $json.to }}',
				type: 'queue',
				destination: 'test-queue',
				additionalFields: { callerIdName: 'John Doe', externalId: 'a' },
			},
			values: ['0123456789', '', '0123456788'],
		},
	],
];

describe.each(CASES)('%s', (_name, { node, type, credential, parameters, values }) => {
	const run = async (onError: 'continueRegularOutput' | 'continueErrorOutput') =>
		await runNode({
			node,
			parameters,
			credentials: { [type]: { ...simulator.logins()[type], ...credential } },
			items: values.map((to, index) => ({ json: { to, customer: `C${index}` }, pairedItem: { item: index } })),
			onError,
		});
	const inputOf = ({ pairedItem }: { pairedItem?: unknown }) => (pairedItem as { item: number } | undefined)?.item;

	it('keeps the order and the link to the input in the regular output, or the error is taken for another customer', async () => {
		const { items, error } = await run('continueRegularOutput');
		expect(error).toBeUndefined();
		const inputs = items.map(inputOf);
		expect(inputs).not.toContain(undefined);
		expect(inputs).toEqual([...inputs].sort());
		const failed = items.filter(({ json }) => json.error !== undefined);
		expect(failed.map(inputOf)).toEqual([1]);
		expect(failed[0].json).toEqual({ error: expect.stringMatching(/\w/) as unknown });
	});

	it('gives the error output the input item with what went wrong, or nobody knows whom to call by hand', async () => {
		const { items, errorItems, error } = await run('continueErrorOutput');
		expect(error).toBeUndefined();
		expect(items.map(inputOf)).not.toContain(1);
		expect(errorItems).toHaveLength(1);
		expect(inputOf(errorItems[0])).toBe(1);
		expect(errorItems[0].json).toEqual({
			to: values[1],
			customer: 'C1',
			error: expect.stringMatching(/\w/) as unknown,
		});
	});
});

describe('an expression that n8n does not evaluate', () => {
	/** Sends a text message to what the expression gives; the items are those of a recording, which has the field `caller`. */
	const send = async (to: string, message = 'Hello') =>
		await runNode({
			node: 'voipStudio',
			parameters: { resource: 'sms', operation: 'send', to, message },
			credentials: { voipStudioApi: simulator.logins(simulator.url).voipStudioApi },
			items: [{ json: { caller: '+34600000000' } }],
		});

	it.each([
		['by its name', '={{ $json.caller }}'],
		['in brackets', '={{ $json["caller"] }}'],
		['taken apart', '={{ (({ caller }) => caller)($json) }}'],
		['by a query', '={{ $jmespath($json, "caller") }}'],
	])(
		"says which name n8n refuses and what to write, for 'caller' %s: a user would search in vain",
		async (_way, to) => {
			const { error } = await send(to);
			expect(error?.message).toContain('due to security concerns');
			expect(error?.description).toContain('Nothing was sent');
			expect(error?.description).toContain('Rename Keys');
			expect(simulator.requests).toEqual([]);
			const [, advised] = /write (\{\{.*\}\})\./.exec(error?.description ?? '') ?? [];
			expect(advised).toContain("'caller'");
			const { items } = await send(`=${advised}`);
			expect(items.map(({ json }) => json.to)).toEqual(['34600000000']);
		},
	);

	it.each(['={{ $json.x..y }}', '={{ $json.caller }', '={{ $("Nowhere").item.json.to }}', '={{ $json.toString }}'])(
		'is no defect of the node, for %s: nobody has to report it',
		async (to) => {
			const { error } = await send('+34600000000', to);
			expect(`${error?.message} ${error?.description ?? ''}`).not.toContain('defect');
		},
	);
});
