import fastify, { type FastifyInstance } from 'fastify';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { scenes, type Face, type Scene, type SceneLeg } from './callScenes';

const SECOND = 1000;
const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-20T01:00:00Z');
const DISPOSITIONS = { yes: 'CONNECTED', no: 'NO ANSWER', busy: 'BUSY', failed: 'FAILED' };
const STATUSES = { yes: 'ANSWERED', no: 'NO ANSWER', busy: 'BUSY', failed: 'FAILED' };
const CALLER = '61491570006';
const OFFICE = '61255500101';

let server: FastifyInstance;
let url = '';
let now = NOON;
let shown: Partial<Record<string, IDataObject[]>> = {};

beforeAll(async () => {
	server = fastify();
	server.all('/*', (request) => {
		const path = request.url.replace(/\?.*/, '');
		const rows = shown[path.slice(path.lastIndexOf('/') + 1)] ?? [];
		if (path.startsWith('/api/cdr')) {
			const pagination = { rows_per_page: 100, row_count: rows.length, page_count: 1, current_page: 1 };
			return { has_error: false, error_message: '', results: rows, pagination };
		}
		return { code: 200, data: rows, total: rows.length };
	});
	url = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => await server.close());
clockOfEachTest(() => now);
beforeEach(() => {
	now = NOON + 2 * HOUR;
});
afterEach(() => {
	shown = {};
});

function endOf({ end, talk }: SceneLeg): keyof typeof STATUSES {
	return end ?? (talk > 0 ? 'yes' : 'no');
}

function written(seconds: number): string {
	return new Date(NOON + seconds * SECOND).toISOString();
}

function sql(seconds: number): string {
	return written(seconds).slice(0, 19).replace('T', ' ');
}

/** A scene as each provider writes it. Records have rising ids in the order of the scene. */
const RECORDS: Record<Face, (scene: Scene) => Partial<Record<string, IDataObject[]>>> = {
	voipStudio: ({ legs, direction }) => ({
		queues: [{ id: 8001, name: 'Sales queue', number: 7001 }],
		cdrs: legs.map((leg, i) => ({
			id: 500 + i,
			calldate: sql(leg.at),
			type: direction === 'outbound' ? 'O' : endOf(leg) === 'no' ? 'M' : 'I',
			src: direction === 'outbound' ? OFFICE : CALLER,
			src_id: direction === 'outbound' ? (leg.user ?? '') : '',
			src_name: null,
			dst: leg.to ?? OFFICE,
			dst_id: direction === 'outbound' ? '' : (leg.user ?? ''),
			dst_name: leg.place ?? null,
			duration: leg.lasts,
			billsec: leg.talk,
			disposition: DISPOSITIONS[endOf(leg)],
			user_id: leg.user === undefined ? null : Number(leg.user),
			live_id: 900 + i,
			root_live_id: legs.some(({ isRoot }) => isRoot) ? 900 : 899,
			parent_live_id: leg.isRoot === true ? null : 899,
			is_root: leg.isRoot === true,
		})),
	}),
	while1Voice: ({ legs, direction, isOneId }) => ({
		cdr: legs.map((leg, i) => ({
			id: String(500 + i),
			date: sql(leg.at),
			uniqueid: isOneId === true ? '1795000000.1' : `${NOON / SECOND + leg.at}.${i}`,
			linkedid:
				isOneId === true || leg.isRoot === true
					? isOneId === true
						? '1795000000.1'
						: `${NOON / SECOND + leg.at}.${i}`
					: legs.some(({ isRoot }) => isRoot)
						? `${NOON / SECOND + legs[0].at}.0`
						: '1795000000.99',
			direction: direction === 'outbound' ? 'OUT' : 'IN',
			call_status: STATUSES[endOf(leg)],
			source: direction === 'outbound' ? OFFICE : CALLER,
			destination: leg.to ?? OFFICE,
			user_id: leg.user ?? null,
			duration: String(leg.lasts),
			billsec: String(leg.talk),
		})),
	}),
	voipcloudUsers: ({ legs, direction }) => ({
		'get-user-calls': legs.map((leg) => ({
			unique_call_id: '160455961758',
			type: `user_${direction ?? 'inbound'}_${endOf(leg) === 'yes' ? 'answered' : 'missed'}`,
			caller_id: direction === 'outbound' ? OFFICE : CALLER,
			caller_name: null,
			dest_number: leg.to ?? OFFICE,
			user_name: `User ${leg.user}`,
			user_number: leg.user ?? null,
			call_start_at: written(leg.at),
			connected_at: endOf(leg) === 'yes' ? written(leg.at + leg.lasts - leg.talk) : null,
			call_duration: leg.lasts,
			conversation_duration: leg.talk,
		})),
	}),
	voipcloudQueue: ({ legs: [leg] }) => ({
		'get-queue-calls': [
			{
				queue_name: 'Sales queue',
				callerid: CALLER,
				inbound_number: OFFICE,
				call_start_at: written(leg.at),
				call_answered_at: leg.talk > 0 ? written(leg.at + leg.lasts - leg.talk) : null,
				call_finished_at: written(leg.at + leg.lasts),
				answered_by_user_name: leg.talk > 0 ? 'John Smith' : '',
				status: leg.talk > 0 ? 'answered' : 'abandoned',
			},
		],
	}),
};

const NODES: Record<Face, { node: string; event: string; credentials: () => NodeRun['credentials'] }> = {
	voipStudio: {
		node: 'voipStudio',
		event: 'cdr',
		credentials: () => ({ voipStudioApi: { apiKey: 'key', baseUrl: url } }),
	},
	while1Voice: {
		node: 'while1Voice',
		event: 'cdr',
		credentials: () => ({ while1VoiceApi: { apiToken: 'token', apiKey: '', baseUrl: url } }),
	},
	voipcloudUsers: {
		node: 'voipcloud',
		event: 'userCall',
		credentials: () => ({ voipcloudApi: { apiKey: 'key', baseUrl: url, apiVersion: 'v2' } }),
	},
	voipcloudQueue: {
		node: 'voipcloud',
		event: 'queueCall',
		credentials: () => ({ voipcloudApi: { apiKey: 'key', baseUrl: url, apiVersion: 'v1' } }),
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
			output: 'normalized',
			itemPer: 'call',
			options,
		},
	});
	expect(error).toBeUndefined();
	return [given, items.map(({ json }) => json)];
}

const CASES = scenes.flatMap((scene) => scene.at.map((face) => [scene.name, face, scene] as const));

it.each(CASES)('%s (%s)', async (_name, face, scene) => {
	shown = RECORDS[face](scene);
	const meanings = [
		{ options: {}, expected: scene.expected },
		{ options: { answeredMeans: 'anything' }, expected: scene.anything ?? scene.expected },
	];
	for (const { options, expected } of meanings) {
		now = NOON + 2 * HOUR;
		const [given, history] = await both(face, options);
		expect(given).toEqual(history);
		expect(given).toHaveLength(1);
		const wanted = { ...expected };
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
