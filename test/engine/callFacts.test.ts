import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { scenes, type Face } from './callScenes';
import { listServerForTests } from './listServer';
import { NOON, RECORDS } from './sceneRecords';

const HOUR = 3_600_000;

const server = listServerForTests();
let now = NOON;

clockOfEachTest(() => now);
beforeEach(() => {
	now = NOON + 2 * HOUR;
});

const NODES: Record<Face, { node: string; event: string; credentials: () => NodeRun['credentials'] }> = {
	voipStudio: {
		node: 'voipStudio',
		event: 'cdr',
		credentials: () => ({ voipStudioApi: { apiKey: 'key', baseUrl: server.url } }),
	},
	while1Voice: {
		node: 'while1Voice',
		event: 'cdr',
		credentials: () => ({ while1VoiceApi: { apiToken: 'token', apiKey: '', baseUrl: server.url } }),
	},
	voipcloudUsers: {
		node: 'voipcloud',
		event: 'userCall',
		credentials: () => ({ voipcloudApi: { apiKey: 'key', baseUrl: server.url, apiVersion: 'v2' } }),
	},
	voipcloudQueue: {
		node: 'voipcloud',
		event: 'queueCall',
		credentials: () => ({ voipcloudApi: { apiKey: 'key', baseUrl: server.url, apiVersion: 'v1' } }),
	},
};

/** The items of a trigger and of Get Many, as the editor's user would get them. */
async function both(face: Face, options: INodeParameters): Promise<IDataObject[][]> {
	const { node, event, credentials } = NODES[face];
	const base = { credentials: credentials(), timezone: 'UTC' };
	const trigger = await PublishedTrigger.publish({
		...base,
		node: `${node}Trigger`,
		parameters: { event, startFrom: 'hoursAgo', hours: 3, options: { ...options, graceSeconds: 0 } },
	});
	const given = await trigger.poll();
	// Without a first leg nothing says that the call is over before no call can last any longer.
	now += 26 * HOUR;
	given.push(...(await trigger.poll()));
	const { items, error } = await runNode({
		...base,
		node,
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

const CASES = scenes.flatMap((scene) => scene.at.map((face) => [scene.name, face, scene] as const));

it.each(CASES)('%s (%s)', async (_name, face, scene) => {
	server.lists = RECORDS[face](scene);
	const meanings = [
		{ options: {}, expected: scene.expected },
		{ options: { answeredMeans: 'anything' }, expected: scene.anything ?? scene.expected },
	];
	for (const { options, expected } of meanings) {
		now = NOON + 2 * HOUR;
		const [given, history] = await both(face, options);
		expect(given).toEqual(history);
		expect(given).toHaveLength(1);
		const wanted = { ...expected, ...(expected.answeredBy === null && { answeredBy: { id: null, name: null } }) };
		if (face === 'voipcloudUsers' && expected.answeredBy) delete wanted.answeredBy;
		expect(given[0]).toMatchObject(wanted);
		if (face === 'voipcloudUsers' && expected.answeredBy) {
			expect(given[0].user).toEqual({
				id: (expected.answeredBy as IDataObject).id,
				name: `User ${(expected.answeredBy as IDataObject).id as string}`,
			});
		}
	}
});
