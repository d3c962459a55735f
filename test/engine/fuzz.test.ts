/**
 * Answers changed at random, in their structure: whatever a provider or somebody in its place sends, n8n goes on, nobody reads a key,
 * and each error says what to do. `npm run test:fuzz` tries 2,000 answers a provider, and other ones with FUZZ_SEED.
 */
import fc from 'fast-check';
import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { loadPackage } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode } from '../../harness/engine/run';
import { longestPiece, MOST_MS } from '../../harness/processor';
import { recordingServer, type RecordingServer } from '../../harness/servers';
import { DEFECT } from '../../nodes/shared/request/problems';

const CASES = Number(process.env.FUZZ_CASES ?? 25);
const SEED = Number(process.env.FUZZ_SEED ?? 31);
/** The first cases of a process compile the code. */
const WARM_UP = 10;
const MOST_BYTES = 200_000_000;
const KEY = 'a-key-that-nobody-may-see';

interface Target {
	readonly node: string;
	readonly credentials: (url: string) => Record<string, ICredentialDataDecryptedObject>;
	/** Operations with an answer as documented. */
	readonly operations: ReadonlyArray<readonly [INodeParameters, unknown]>;
	readonly trigger?: readonly [INodeParameters, unknown];
}

const studioCall = {
	...{ id: 7, live_id: 8, root_live_id: 8, parent_live_id: 0, is_root: true, nb_children: 0, type: 'I' },
	...{ calldate: '2026-11-20 08:00:00', duration: 60, billsec: 30, disposition: 'CONNECTED', src: '34600000000' },
	...{ dst: '1001', src_name: 'Ann', dst_name: 'Bob', charge: 0.1, user_id: 5 },
};
const while1Call = {
	...{ id: '7', uniqueid: '1763625600.7', linkedid: '1763625600.7', direction: 'IN', source: '+34600000000' },
	...{ destination: '100', calldate: '2026-11-20 08:00:00', duration: 60, billsec: 30, call_status: 'ANSWERED' },
};
const cloudCall = {
	...{ queue_name: 'Sales', callerid: '61290001234', call_start_at: '2026-11-20T08:00:00Z', status: 'answered' },
	...{ answered_by: 'John', waiting_duration: 5, call_finished_at: '2026-11-20T08:01:00Z' },
};
const sms = { resource: 'sms', operation: 'send', to: '+12125550123', message: 'Hi' };

const TARGETS: Target[] = [
	{
		node: 'voipStudio',
		credentials: (url) => ({ voipStudioApi: { apiKey: KEY, baseUrl: url } }),
		operations: [
			[
				{ resource: 'cdr', operation: 'getAll', limit: 3 },
				{ data: [studioCall, studioCall], total: 2 },
			],
			[sms, { data: { id: 9, to: '12125550123' }, links: {} }],
		],
		trigger: [
			{ event: 'cdr', startFrom: 'hoursAgo', hours: 24, itemPer: 'call' },
			{ data: [studioCall], total: 1 },
		],
	},
	{
		node: 'voipcloud',
		credentials: (url) => ({ voipcloudApi: { apiKey: KEY, apiVersion: 'v1', baseUrl: url } }),
		operations: [
			[
				{ resource: 'queueCall', operation: 'getAll', limit: 3 },
				{ code: 200, data: [cloudCall, cloudCall] },
			],
			[{ resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '61290001234' }, { code: 200 }],
		],
		trigger: [
			{ event: 'queueCall', startFrom: 'hoursAgo', hours: 24 },
			{ code: 200, data: [cloudCall] },
		],
	},
	{
		node: 'liveChat247',
		credentials: (url) => ({
			liveChat247Api: {
				...{ email: 'demo@example.com', authentication: 'apiKey', apiKey: KEY, environment: 'custom', baseUrl: url },
			},
		}),
		operations: [
			[
				{ resource: 'webCall', operation: 'getStatus' },
				{ success: true, info: { state: 'up' } },
			],
			[sms, { success: true, id: 323, errors: { 403: 'Forbidden' } }],
		],
	},
	{
		node: 'while1Voice',
		credentials: (url) => ({ while1VoiceApi: { apiToken: KEY, apiKey: '', baseUrl: url } }),
		operations: [
			[
				{ resource: 'cdr', operation: 'getAll', limit: 3 },
				{
					has_error: false,
					results: [while1Call],
					pagination: { row_count: 1, page_size: 100, current_page: 1, max_page: 1 },
				},
			],
			[
				{ resource: 'queue', operation: 'pauseMembers', agentNames: 'john-doe' },
				{ has_error: true, messages: { 12: 'No' }, warnings: [`Token ${KEY}`], results: [] },
			],
		],
		trigger: [
			{ event: 'cdr', startFrom: 'hoursAgo', hours: 24, itemPer: 'call' },
			{
				has_error: false,
				results: [while1Call],
				pagination: { row_count: 1, page_size: 1, current_page: 1, max_page: 1 },
			},
		],
	},
];

const LONG = 20_000;
/** The longest answer that is tried, in characters. */
const MOST_ANSWER = 1_000_000;
const odd = fc.oneof(
	fc.constantFrom<unknown>(null, true, false, '', ' ', 0, -1, 1e308, 2 ** 60, [], {}, '__proto__', 'constructor'),
	fc.constantFrom<unknown>(KEY, encodeURIComponent(KEY), KEY.toUpperCase(), Buffer.from(KEY).toString('hex')),
	fc
		.constantFrom('.', '/', '0', ' ', '<', '"', '\\', '\n', 'T', '+', '(', '-', '&')
		.map((part) => `${part.repeat(LONG)}x`),
	fc.constantFrom<unknown>('9999-12-31 00:00:00', '2026-02-30 25:61:61', 'NaN', '1e999', '\0', '\uD800', '=1+1'),
	fc.integer({ min: 2, max: 150 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown),
	fc.constant(JSON.parse('{"__proto__": {"id": 1}, "id": {"id": []}}') as unknown),
	fc.array(fc.string(), { maxLength: 3 }),
);

/** One change of an answer: of a value somewhere in it, of a name, or of how often an entry is there. */
const change = fc.record({ at: fc.nat(), how: fc.constantFrom('value', 'name', 'repeat', 'drop'), value: odd });

function placesIn(value: unknown): Array<[IDataObject | unknown[], string]> {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]): Array<[IDataObject, string]> => [
		[value as IDataObject, name],
		...(placesIn(inner) as Array<[IDataObject, string]>),
	]);
}

function changed(answer: unknown, changes: ReadonlyArray<{ at: number; how: string; value: unknown }>): unknown {
	const whole = [structuredClone(answer)] as unknown[];
	for (const { at, how, value: shared } of changes) {
		// A later change may be within this one.
		const value = JSON.parse(JSON.stringify(shared)) as unknown;
		const places = placesIn(whole);
		const [holder, name] = places[at % places.length] as [IDataObject, string];
		const inner = holder[name];
		if (how === 'repeat' && Array.isArray(inner)) {
			// Repetitions within repetitions would make gigabytes of an answer.
			const most = Math.floor(MOST_ANSWER / (JSON.stringify(whole).length + 1));
			holder[name] = Array(Math.min(200, most)).fill(inner[0]) as unknown[];
		} else if (how === 'drop' && holder !== (whole as unknown)) delete holder[name];
		else if (how === 'name' && typeof value === 'string' && !Array.isArray(holder)) holder[value.slice(0, 50)] = inner;
		else holder[name] = value as IDataObject;
	}
	return whole[0];
}

let server: RecordingServer;

beforeAll(loadPackage);
beforeEach(async () => {
	server = await recordingServer((_request, response) => void response.end());
});
afterEach(async () => {
	await server.close();
});

/** Whatever a user can read of an error. */
function saidBy(error: unknown): string {
	const { message, description, context, messages } = error as Error & IDataObject;
	return JSON.stringify([message, description, context, messages]);
}

it.each(TARGETS)(
	'$node goes on whatever answers, and says it without a key',
	async ({ node, credentials, operations, trigger }) => {
		const url = `http://127.0.0.1:${server.port}`;
		const before = process.memoryUsage().heapUsed;
		let cases = 0;
		const ways = operations.length + (trigger === undefined ? 0 : 1);
		const attempt = fc.record({
			way: fc.nat({ max: ways - 1 }),
			status: fc.constantFrom(200, 200, 200, 200, 201, 302, 400, 401, 403, 404, 412, 422, 500, 503),
			changes: fc.array(change, { minLength: 1, maxLength: 4 }),
			form: fc.constantFrom('json', 'json', 'json', 'cut', 'page', 'nothing'),
		});
		await fc.assert(
			fc.asyncProperty(attempt, async ({ way, status, changes, form }) => {
				const [parameters, documented] = operations[way] ?? (trigger as NonNullable<typeof trigger>);
				const json = JSON.stringify(changed(documented, changes)) ?? '';
				const body = { json, cut: json.slice(0, -2), page: `<html><title>${json.slice(0, 300)}`, nothing: '' }[form];
				server.answer = (_request, response) => {
					response.writeHead(status, { 'content-type': 'application/json' });
					response.end(body);
				};
				let seen = '';
				const ms = await longestPiece(async () => {
					const options = { maxWait: 0 };
					if (way < operations.length) {
						const request = { node, parameters: { ...parameters, options }, credentials: credentials(url) };
						const { error } = await runNode(request);
						seen = error === undefined ? '' : saidBy(error);
						return;
					}
					const published = await PublishedTrigger.publish({
						node: `${node}Trigger`,
						parameters,
						credentials: credentials(url),
					});
					await published.poll().catch((error: unknown) => void (seen = saidBy(error)));
				});
				// What a record holds is the user's own data; what is said about it must hold no key, in any form.
				expect(seen.toLowerCase()).not.toContain(KEY);
				expect(seen.toLowerCase()).not.toContain(Buffer.from(KEY).toString('hex'));
				expect(seen).not.toContain(DEFECT);
				expect(seen).not.toMatch(
					/TypeError|RangeError|Cannot read prop|is not (a function|iterable)|Maximum call stack/,
				);
				if (++cases > WARM_UP) expect(ms).toBeLessThan(MOST_MS);
			}),
			{ seed: SEED, numRuns: CASES, endOnFailure: true },
		);
		expect(cases).toBe(CASES);
		expect(process.memoryUsage().heapUsed - before).toBeLessThan(MOST_BYTES);
	},
);
