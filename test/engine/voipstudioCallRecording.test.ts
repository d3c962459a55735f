/** From a call to its recording: the file of this call and of no other, or what there is in its place. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import { recordingServer } from '../../harness/servers';
import type { NewCall } from '../../simulator/world/worldOptions';
import { fileOf, KEY, minutesAgo, MINUTE, NOON, run, simulator } from './voipstudio';

const CALLER = '+61491570006';

clockOfEachTest(() => NOON);
afterEach(() => jest.restoreAllMocks());

function addCall(minutes: number, more: Partial<NewCall> = {}): void {
	simulator.world.addCall({
		direction: 'inbound',
		user: 'John Smith',
		from: CALLER,
		outcome: 'answered',
		startedAt: minutesAgo(minutes),
		answeredAt: minutesAgo(minutes) + 10_000,
		endedAt: minutesAgo(minutes) + 3 * MINUTE,
		recorded: true,
		...more,
	});
}

/** A record is listed as soon as its leg is over, a call when its last one is. */
const RECORD = { output: 'raw' };

/** The newest call as Get Many gives it. */
async function newest(parameters: INodeParameters = { output: 'full' }): Promise<IDataObject> {
	const { items, error } = await run({ resource: 'cdr', operation: 'getAll', limit: 1, ...parameters });
	if (error !== undefined) throw error;
	return items[0].json;
}

async function recordingOf(call: IDataObject, parameters: INodeParameters = {}, credential: object = {}) {
	const { items, error } = await run(
		{ resource: 'cdr', operation: 'downloadRecording', call: '={{ $json }}', waitSeconds: 0, ...parameters },
		{ items: [{ json: call }] },
		credential,
	);
	if (error !== undefined) throw error;
	return items;
}

async function recordings(): Promise<IDataObject[]> {
	const { items } = await run({ resource: 'recording', operation: 'getAll', returnAll: true });
	return items.map(({ json }) => json);
}

it.each([
	['a whole call', { output: 'full' }],
	['a leg', { output: 'full', itemPer: 'leg' }],
	["a record of VoIPstudio's", { output: 'raw' }],
	['a simplified call', { output: 'simplified' }],
	['a simplified leg', { output: 'simplified', itemPer: 'leg' }],
])('finds the recording of %s among those of others', async (_what, form: INodeParameters) => {
	addCall(90);
	addCall(40, { from: '+61491570156' });
	addCall(40, { user: 'Kevin Smith' });
	addCall(40);
	const call = await newest(form);
	const [own] = (await recordings()).filter(
		({ timestamp, caller, called }) =>
			caller === '61491570006' && timestamp === '2026-11-20 11:20:10' && called === String(digits(call)),
	);
	const items = await recordingOf(call);
	expect(items).toHaveLength(1);
	expect(items[0].json).toMatchObject({
		status: 'downloaded',
		callId: call.callId ?? String((call.id ?? call.itemId) as number),
		id: own.id,
	});
	expect(fileOf(items[0]).bytes.length).toBe(own.size);
	expect(items[0].pairedItem).toEqual({ item: 0 });
});

function digits(call: IDataObject): unknown {
	const { to, dst, callee } = call as { to?: { number: string }; dst?: string; callee?: string };
	return to?.number.replace('+', '') ?? dst ?? callee?.replace('+', '');
}

it('takes the item of the trigger as it comes', async () => {
	const parameters = { event: 'cdr', itemPer: 'leg', startFrom: 'hoursAgo', hours: 2 };
	const credentials = { voipStudioApi: { apiKey: KEY, baseUrl: simulator.urls.voipstudio } };
	addCall(40);
	const trigger = await PublishedTrigger.publish({ node: 'voipStudioTrigger', parameters, credentials });
	const [call] = await trigger.poll();
	expect((await recordingOf(call))[0].json).toMatchObject({ status: 'downloaded', callId: call.callId });
});

it('tells a call that was not recorded, one that nobody answered, and a file that is not ready', async () => {
	addCall(40, { recorded: false });
	expect((await recordingOf(await newest()))[0].json).toMatchObject({
		notRecorded: true,
		reason: expect.stringContaining('lists no recording of this call') as string,
	});
	addCall(30, { outcome: 'missed', answeredAt: undefined, recorded: false });
	const before = simulator.requests.length;
	const call = await newest(RECORD);
	expect((await recordingOf(call))[0].json).toMatchObject({
		notRecorded: true,
		reason: expect.stringContaining('not answered') as string,
	});
	// Nothing is asked of VoIPstudio for it.
	expect(simulator.requests.length).toBe(before + 1);
	addCall(20);
	simulator.faces.voipstudio.change({ filesAfterSeconds: 86_400 });
	const [item] = await recordingOf(await newest(RECORD));
	expect(item.json).toMatchObject({ notReady: true, caller: '61491570006' });
	expect(item.binary).toBeUndefined();
});

it('waits until the file is ready, and no longer', async () => {
	addCall(5);
	const call = await newest(RECORD);
	simulator.faces.voipstudio.change({ filesAfterSeconds: 86_400 });
	const waiting = recordingOf(call, { waitSeconds: 60 });
	while (!simulator.requests.some(({ path }) => path.endsWith('.mp3')))
		await new Promise((resolve) => setImmediate(resolve));
	simulator.faces.voipstudio.change({ filesAfterSeconds: 0 });
	expect((await waiting)[0].json).toMatchObject({ status: 'downloaded' });
});

it('does not wait for the recording of a call that ended long ago', async () => {
	addCall(300, { recorded: false });
	expect((await recordingOf(await newest(), { waitSeconds: 86_400 }))[0].json).toMatchObject({ notRecorded: true });
});

it('stops waiting when the execution is stopped', async () => {
	addCall(5, { recorded: false });
	const call = await newest(RECORD);
	let stop = () => {};
	const stopped = new Promise<void>((resolve) => (stop = resolve));
	const running = run(
		{ resource: 'cdr', operation: 'downloadRecording', call: '={{ $json }}', waitSeconds: 86_400 },
		{ items: [{ json: call }], stopped },
	);
	while (!simulator.requests.some(({ path }) => path.endsWith('/monitors')))
		await new Promise((resolve) => setImmediate(resolve));
	stop();
	await running;
	const asked = simulator.requests.length;
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(simulator.requests.length).toBe(asked);
});

it('says that the key may not see recordings, rather than that there are none', async () => {
	addCall(40);
	const call = await newest();
	const server = await recordingServer((_request, response) => {
		response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden","errors":[]}');
	});
	const refused = recordingOf(call, {}, { baseUrl: `http://127.0.0.1:${server.port}` });
	await expect(refused).rejects.toMatchObject({ message: 'The VoIPstudio user of the credential may not do this' });
	await server.close();
});

it.each([
	['nothing', '={{ undefined }}', "'Call' is empty"],
	['a text', 'the last call', "'Call' is not JSON"],
	['a number', '={{ 5 }}', "'Call' must be the item of a call"],
	[
		'an item that is no call',
		'={{ { id: 5, name: "x" } }}',
		"'Call' has no 'startedAt' by which its recording could be found",
	],
	[
		'a call without numbers',
		'={{ { startedAt: "2026-11-20T10:00:00Z" } }}',
		"'Call' names neither caller nor callee, so that its recording cannot be told apart from those of others",
	],
])('refuses %s in place of a call, before anything is asked for', async (_what, call, message) => {
	await expect(recordingOf({ a: 1 }, { call })).rejects.toMatchObject({
		message: expect.stringContaining(message) as string,
	});
	expect(simulator.requests).toEqual([]);
});
