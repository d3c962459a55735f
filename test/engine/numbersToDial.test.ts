import type { INodeParameters } from 'n8n-workflow';

import { runNode } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { runWay, waysOf } from './ways';

/** What a number may look like that is to be called, texted or faxed, at each provider. */

let simulator: Simulator;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 }, limits: { livechat247: null } });
});
afterEach(async () => {
	await simulator.close();
});

const ANN = '+34600000001';

const REFUSED: ReadonlyArray<readonly [value: unknown, reason: string]> = [
	['+112', 'behind +1 it has 2 digits'],
	['+1002', 'behind +1 it has 3 digits'],
	['+44 20', 'behind +44 it has 2 digits'],
	['+3', 'no country has its country code'],
	['+999123456789', 'no country has its country code'],
	['+34600123456 x12', 'a switchboard would answer'],
	['+4407700900123', '+447700900123 is in no range of numbers that is in use'],
	['unknown', 'it stands for a number that was withheld'],
	['anonymous@anonymous.invalid', 'letters'],
	[['+34600000001', '+34600000002'], 'it is a list'],
	[{ number: ANN }, 'it is neither a text nor a number'],
	[3.46e22, 'too many digits'],
	['3.46e10', 'letters'],
	['1'.repeat(10_000), 'it has 10000 characters'],
];

const READ: ReadonlyArray<readonly [written: string, digits: string]> = [
	['+330612345678', '33612345678'],
	['+44 020 7946 0018', '442079460018'],
	['+49 030 901820', '4930901820'],
	['+7 (8) 495 123 45 67', '74951234567'],
	['+36 (06) 1 456 7890', '3614567890'],
	['+370 (8) 612 34567', '37061234567'],
	['+39 (0)6 1234 5678', '390612345678'],
];

describe.each(waysOf(() => simulator))('$name', (way) => {
	it('refuses what is no number, says what is wrong with which item, and sends nothing', async () => {
		for (const [value, reason] of REFUSED) {
			const { error } = await runWay(way, [ANN, value], {});
			expect(error?.message).toMatch(/ is not a phone number: /);
			expect(error?.message).toContain(reason);
			expect(error?.message.length).toBeLessThan(500);
			expect(error?.context?.itemIndex).toBe(1);
		}
		expect(simulator.requests).toHaveLength(0);
	});

	it('dials a number without the prefix of its country, or nobody would answer', async () => {
		const { error } = await runWay(
			way,
			READ.map(([written]) => written),
			{},
		);
		expect(error).toBeUndefined();
		expect(simulator.requests).toHaveLength(READ.length);
		for (const [index, [, digits]] of READ.entries()) {
			expect(simulator.requests[index].body).toMatch(new RegExp(`(^|[^0-9]|%2B)${digits}([^0-9]|$)`));
		}
	});

	it("leaves out items without a number with 'Skip Items Without a Number', and stops at them without", async () => {
		const to = ['', ANN, 'anonymous', '"Anonymous" <sip:anonymous@anonymous.invalid>', null];
		const { items, error } = await runWay(way, to, { skipWithoutNumber: true });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.skipped === true)).toEqual([true, false, true, true, true]);
		expect(items.map(({ json }) => json.reason)).toEqual([
			'The number is empty',
			undefined,
			'"anonymous" stands for a withheld number',
			expect.stringContaining('stands for a withheld number') as string,
			'The number is empty',
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
		expect(simulator.requests).toHaveLength(1);
		for (const number of ['', 'anonymous', null]) {
			const stopped = await runWay(way, [ANN, number], {});
			expect(stopped.error?.context?.itemIndex).toBe(1);
		}
		expect(simulator.requests).toHaveLength(1);
	});
});

describe('While1 Voice', () => {
	const run = async (parameters: INodeParameters, to: string[], more: INodeParameters = {}) =>
		await runNode({
			node: 'while1Voice',
			parameters: { ...parameters, ...more, options: { skipWithoutNumber: true } },
			credentials: {
				while1VoiceApi: { apiToken: 'while1-demo-token', apiKey: 'while1-demo-key', baseUrl: simulator.urls.while1 },
			},
			items: to.map((each) => ({ json: { to: each } })),
		});

	it.each(['originate', 'redirect'])(
		'skips %s of a channel without an extension, and not the start s',
		async (operation) => {
			const channel =
				operation === 'originate'
					? { tech: 'SIP/john', connectWith: 'extension', context: 'internal' }
					: { channel: 'SIP/john-00000027', context: 'internal', priority: 1 };
			const parameters = { resource: 'channel', operation, ...channel, extension: '={{ $json.to }}' };
			const { items } = await run(parameters, ['', 's', 'anonymous'], { dryRun: true });
			expect(items.map(({ json }) => json.skipped === true)).toEqual([true, false, true]);
		},
	);

	it('skips an item none of whose campaign calls has a number, and refuses one where some have', async () => {
		const campaign = {
			resource: 'campaignCall',
			operation: 'create',
			projectId: 1,
			type: 'queue',
			destination: 'Sales',
		};
		const additionalFields = { callsJson: '=[{"caller_id": "{{ $json.to }}"}]' };
		const none = await run({ ...campaign, additionalFields }, ['', ANN]);
		expect(none.items.map(({ json }) => json.skipped === true)).toEqual([true, false]);
		const calls = { call: [{ callerId: ANN }] };
		const some = await run({ ...campaign, calls, additionalFields }, ['']);
		expect(some.error?.message).toContain("'Number to Call' is empty");
		expect(simulator.requests).toHaveLength(1);
	});
});
