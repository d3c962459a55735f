import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { defineFace, formFields } from './face';
import type { CallKind, WorldCall, WorldParty } from './world/calls';
import { clickToCall } from './world/clickToCall';
import { digest } from './world/random';
import { clockText } from './world/clockText';
import type { World } from './world/world';

/*
 * VoIPcloud / VoIPLine PBX integration API.
 *
 * [v1] is the provider's page "API-Integration"; its statements are rows in docs/conformance/voipcloud.yaml. [v2] is
 * known only from rows and requests in published clients (docs/voipcloud.md). What neither of them says is marked `Own invention:`.
 */

type Version = 'v1' | 'v2';

const kinds = ['user', 'queue', 'ringGroup'] as const satisfies readonly CallKind[];

const settings = z.object({
	/** The keys of the one account this system has. */
	apiKeys: z.array(z.string().min(1)).default(['voipcloud-demo-key']),
	/** [v1] "Whitelist IP address(es)". Null: everybody is on the whitelist. */
	allowedIps: z.array(z.string()).nullable().default(null),
	// Own invention: the documents list codes, among them 0, without saying whether the HTTP status is the same as the code.
	statusMirrorsCode: z.boolean().default(true),
	// Own invention: no document says in which zone a day of from_date and to_date begins. Null: in the zone of the office,
	// which the world has in Sydney as the au host suggests.
	zone: z.string().nullable().default(null),
	// Own invention: no document says whether the day of to_date itself is included.
	toDateInclusive: z.boolean().default(true),
	// Own invention: "ISO 8601" does not settle how the zone is written. The v2 samples are UTC with milliseconds, so that is
	// the default; `offset` is the portal's zone with its offset, `naive` without; both are ISO 8601, too.
	times: z.enum(['utc', 'offset', 'naive']).default('utc'),
	// Own invention: [v1] "call_finished_at - null or …" says that user calls are listed while they are in progress; for the other
	// two lists the type is string. v2 rows have no field that could show it, so v2 lists finished calls only.
	listsLive: z.object({ v1: z.array(z.enum(kinds)), v2: z.array(z.enum(kinds)) }).default({ v1: [...kinds], v2: [] }),
	// Own invention: no document says what a row shows for a caller who withholds the number.
	withheldAs: z.string().default('anonymous'),
	// Own invention: no document says in which order calls of the same second come, nor that it is the same for every request.
	ties: z.enum(['newestFirst', 'oldestFirst', 'shuffled']).default('newestFirst'),
	// Own invention: a parameter nobody documents is refused, so that a client's mistake is noticed. `ignore` is what PHP would do.
	unknownParameters: z.enum(['refuse', 'ignore']).default('refuse'),
	// Own invention: the legs of a queue or ring group call share its id. Two published clients assume that the id identifies a call.
	legsShareId: z.boolean().default(true),
	// Own invention: whether a list without calls is an empty list, or [v1] "Tenant or required data not found".
	emptyAs: z.enum(['list', '404']).default('list'),
	// Own invention: whether a name that nobody has matches nothing, or is ignored as if no name were given.
	unknownNames: z.enum(['match nothing', 'are ignored']).default('match nothing'),
	// Own invention: whether a customer who is called by a program picks up.
	customersAnswer: z.boolean().default(true),
	/** What get-system-status reports. */
	systemStatus: z.string().default('operational'),
});

type Settings = z.output<typeof settings>;

/** An unsuccessful answer, by its code in [v1] "Codes". */
class Refusal extends Error {
	constructor(
		readonly code: number,
		readonly detail?: string,
	) {
		super(detail);
	}
}

/** [v1] "Codes", word for word. */
const CODES: Record<number, string> = {
	200: 'Success',
	400: 'Parameters error',
	401: 'Authorization error',
	404: 'Tenant or required data not found',
	429: 'Too Many Requests',
	0: 'Unknown error',
};

interface Context {
	version: Version;
	world: World;
	settings: Settings;
	parameters: Map<string, string>;
}

interface Operation {
	method: 'GET' | 'POST';
	versions: Version[];
	parameters: Record<Version, string[]>;
	run(context: Context): object;
}

/** [v1] the parameters of the three lists. `api_key` is still listed there, but has opened nothing since January 2021. */
const LIST_V1 = ['api_key', 'from_date', 'to_date', 'limit', 'offset'];
/** [v2] the parameters that clients send. `users_names` is not among them. */
const LIST_V2 = ['sort_by', 'from_date', 'to_date', 'limit', 'offset', 'unique_call_id'];

function list(
	kind: CallKind,
	names: string,
	namesInV2: boolean,
	row: Record<Version, (call: WorldCall, context: Context) => object>,
): Operation {
	return {
		method: 'GET',
		versions: ['v1', 'v2'],
		parameters: { v1: [...LIST_V1, names], v2: namesInV2 ? [...LIST_V2, names] : LIST_V2 },
		run: (context) => {
			const calls = selectCalls(kind, namesInV2 || context.version === 'v1' ? names : null, context);
			if (calls.length === 0 && context.settings.emptyAs === '404') throw new Refusal(404);
			return { data: calls.map((call) => row[context.version](call, context)) };
		},
	};
}

const operations: Record<string, Operation> = {
	'get-user-calls': list('user', 'users_names', false, { v1: userCallV1, v2: userCallV2 }),
	'get-queue-calls': list('queue', 'queues_names', true, {
		v1: (call, context) => ({ queue_name: call.queue?.name ?? '', ...groupCallV1(call, context) }),
		v2: (call, context) => ({
			unique_call_id: uniqueCallId(call, context),
			queue_name: call.queue?.name ?? '',
			...groupCallV2(call, context),
		}),
	}),
	'get-ringgroup-calls': list('ringGroup', 'ringgroups_names', true, {
		v1: (call, context) => ({ ring_group_name: call.ringGroup?.name ?? '', ...groupCallV1(call, context) }),
		v2: (call, context) => ({
			unique_call_id: uniqueCallId(call, context),
			ring_group_name: call.ringGroup?.name ?? '',
			...groupCallV2(call, context),
		}),
	}),
	'call-to-number': {
		method: 'POST',
		versions: ['v1', 'v2'],
		parameters: {
			v1: ['api_key', 'user_number', 'number_to_call'],
			v2: ['user_number', 'number_to_call', 'caller_id'],
		},
		run: callToNumber,
	},
	'get-system-status': {
		method: 'GET',
		versions: ['v1'],
		parameters: { v1: ['api_key'], v2: [] },
		// Own invention: no more of the answer is documented than "the current system status as reported by the VoIPcloud NOC".
		run: ({ settings: { systemStatus } }) => ({ data: { status: systemStatus } }),
	},
};

function selectCalls(kind: CallKind, namesParameter: string | null, context: Context): WorldCall[] {
	const {
		parameters,
		settings: { zone, toDateInclusive, listsLive },
		world,
		version,
	} = context;
	const from = day(parameters.get('from_date'), zone ?? world.zone);
	const to = day(parameters.get('to_date'), zone ?? world.zone);
	const limit = integer(parameters, 'limit', 100, 1, 10_000);
	const offset = integer(parameters, 'offset', 0, 0, Infinity);
	// Own invention: `newest_first` is the only value seen in clients, so any other is refused.
	if (!['newest_first', undefined].includes(parameters.get('sort_by'))) throw new Refusal(400, 'sort_by');
	// Own invention: whole names are compared, case-sensitively, after trimming the blanks around the commas; an unknown one
	// matches nothing. An empty value is the documented default: all.
	const names = ((namesParameter === null ? '' : parameters.get(namesParameter)) ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean)
		.filter((name) => context.settings.unknownNames === 'match nothing' || isName(name, world));
	const wantedId = parameters.get('unique_call_id');

	// Own invention: a from_date after the to_date is an empty span, not an error.
	// The days are those of the provider's clock; the world runs on real time.
	const fromMs = from === null ? -Infinity : from.toMillis() - world.clockSkewMs;
	const toMs = to === null ? Infinity : to.plus({ days: toDateInclusive ? 1 : 0 }).toMillis() - world.clockSkewMs;
	const page: WorldCall[] = [];
	let position = 0;
	for (const call of inOrder(world.callsNewestFirst(fromMs, toMs), context)) {
		if (call.kind !== kind) continue;
		if (call.endedAt === null && !listsLive[version].includes(kind)) continue;
		if (names.length > 0 && !names.includes(nameOf(call) ?? '')) continue;
		if (wantedId && uniqueCallId(call, context) !== wantedId) continue;
		if (position++ < offset) continue;
		page.push(call);
		if (page.length === limit) break;
	}
	return page;
}

let shuffles = 0;

/** The calls newest first, with calls of the same second in the order that the settings give. */
function* inOrder(calls: Iterable<WorldCall>, { settings: { ties }, world }: Context): Generator<WorldCall> {
	const shuffle = shuffles++;
	let second: WorldCall[] = [];
	function sorted(): WorldCall[] {
		if (ties === 'oldestFirst') return second.sort((left, right) => left.id - right.id);
		if (ties === 'shuffled')
			return second.sort((left, right) => digest(world.seed, left.id, shuffle) - digest(world.seed, right.id, shuffle));
		return second;
	}
	for (const call of calls) {
		if (second[0] && second[0].startedAt !== call.startedAt) {
			yield* sorted();
			second = [];
		}
		second.push(call);
	}
	yield* sorted();
}

function nameOf(call: WorldCall): string | undefined {
	if (call.kind === 'queue') return call.queue?.name;
	return call.kind === 'ringGroup' ? call.ringGroup?.name : call.user?.name;
}

function isName(name: string, { users, queues, ringGroups }: World): boolean {
	return [...users, ...queues, ...ringGroups].some((one) => one.name === name);
}

/** [v1] "in the format Y-m-d", default '' (any time). */
function day(value: string | undefined, zone: string): DateTime | null {
	if (value === undefined || value === '') return null;
	const date = DateTime.fromFormat(value, 'yyyy-MM-dd', { zone });
	if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || !date.isValid)
		throw new Refusal(400, `Not a day in the format Y-m-d: ${value}`);
	return date.startOf('day');
}

function integer(
	parameters: Map<string, string>,
	name: string,
	otherwise: number,
	least: number,
	most: number,
): number {
	const value = parameters.get(name);
	if (value === undefined) return otherwise;
	const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
	if (!(number >= least && number <= most)) throw new Refusal(400, name);
	return number;
}

function time(instant: number, { world, settings: { times, zone } }: Context): string {
	const at = world.stamp(instant);
	if (times === 'utc') return new Date(at).toISOString();
	const own = zone ?? world.zone;
	if (times === 'offset') return DateTime.fromMillis(at, { zone: own }).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ");
	return clockText(at, own).replace(' ', 'T');
}

function timeOrNull(instant: number | null, context: Context): string | null {
	return instant === null ? null : time(instant, context);
}

/** Digits without `+`, as in the v2 samples ("61300000000", "1010"). */
function digits({ number, withheld }: WorldParty, { settings: { withheldAs } }: Context): string {
	return withheld || number === null ? withheldAs : number.replace(/^\+/, '');
}

// Own invention: while a call lasts, its durations count up to now.
function durations(call: WorldCall, { world }: Context): { call_duration: number; conversation_duration: number } {
	const end = call.endedAt ?? world.now();
	return {
		call_duration: Math.floor((end - call.startedAt) / 1000),
		conversation_duration: call.answeredAt === null ? 0 : Math.floor((end - call.answeredAt) / 1000),
	};
}

/** [v1] "Response Data" of get-user-calls, all eight fields and no id. */
function userCallV1(call: WorldCall, context: Context): object {
	const { call_duration, conversation_duration } = durations(call, context);
	return {
		from_number: digits(call.from, context),
		to_number: digits(call.to, context),
		// "name of User object who answered the call". Own invention: if nobody answered, the user whose phone rang.
		user_name: call.user?.name ?? '',
		is_inbound: call.direction === 'inbound' ? 1 : 0,
		call_start_at: time(call.startedAt, context),
		call_duration,
		call_finished_at: timeOrNull(call.endedAt, context),
		conversation_duration,
	};
}

/** [v1] "Response Data" of get-queue-calls and get-ringgroup-calls except for the group's name: these have no id either. */
function groupCallV1(call: WorldCall, context: Context): object {
	return {
		callerid: digits(call.from, context),
		inbound_number: digits(call.to, context),
		call_start_at: time(call.startedAt, context),
		call_answered_at: timeOrNull(call.answeredAt, context),
		// Own invention: documented as string only; a call in progress has no finish yet, so null as in user calls.
		call_finished_at: timeOrNull(call.endedAt, context),
		// "name of User object who answered the call if exists". Own invention: '' if not, since the documented type is string.
		answered_by_user_name: call.answeredAt === null ? '' : (call.user?.name ?? ''),
		status: status(call),
	};
}

/** [v1] "status of the call (answered|abandoned|timedout)". */
function status(call: WorldCall): string {
	if (call.answeredAt !== null) return 'answered';
	// Own invention: a call that is still waiting has no status yet, so '', which is none of the three.
	if (call.endedAt === null) return '';
	return call.outcome === 'timedOut' ? 'timedout' : 'abandoned';
}

/** The shape of the samples, "160455961758": the second the call began, followed by more digits. */
function uniqueCallId(call: WorldCall, { settings: { legsShareId } }: Context): string {
	const owner = (legsShareId ? call.root : null) ?? call;
	return `${owner.startedAt / 1000}${String(owner.ordinal).padStart(2, '0')}`;
}

/** [v2] the row of get-user-calls as in the samples: no finish time, no queue. */
function userCallV2(call: WorldCall, context: Context): object {
	const direction = call.direction === 'inbound' ? 'inbound' : 'outbound';
	return {
		unique_call_id: uniqueCallId(call, context),
		// Seen in samples: user_outbound_answered, user_inbound_missed. Own invention: the two other combinations, and that an internal
		// call counts as an outbound call of the user who dials.
		type: `user_${direction}_${call.answeredAt === null ? 'missed' : 'answered'}`,
		caller_id: digits(call.from, context),
		caller_name: call.from.name,
		dest_number: digits(call.to, context),
		user_name: call.user?.name ?? '',
		user_number: call.user?.extension ?? '',
		call_start_at: time(call.startedAt, context),
		connected_at: timeOrNull(call.answeredAt, context),
		...durations(call, context),
	};
}

/** [v2] the row of get-queue-calls except for its name and id; for get-ringgroup-calls only the type is known, there is no sample. */
function groupCallV2(call: WorldCall, context: Context): object {
	return {
		callerid: digits(call.from, context),
		caller_name: call.from.name,
		dest_number: digits(call.to, context),
		// The sample of an abandoned call names a user: here the one whose phone rang last.
		user_name: call.user?.name ?? '',
		user_number: call.user?.extension ?? null,
		call_start_at: time(call.startedAt, context),
		connected_at: timeOrNull(call.answeredAt, context),
		...durations(call, context),
		status: status(call),
	};
}

/** [v1] "will launch a call to the user, which once answered will then call the number specified". */
function callToNumber({ parameters, world, version, settings }: Context): object {
	const userNumber = parameters.get('user_number') ?? '';
	const numberToCall = parameters.get('number_to_call') ?? '';
	const callerId = parameters.get('caller_id');
	if (userNumber === '' || numberToCall === '')
		throw new Refusal(400, userNumber === '' ? 'user_number' : 'number_to_call');
	// Own invention: what a number may look like is not documented; anything but digits with an optional + is refused.
	if (![userNumber, numberToCall, callerId ?? '0'].every((number) => /^\+?\d{1,18}$/.test(number)))
		throw new Refusal(400, 'Not a number');
	const user = world.users.find(({ extension }) => extension === userNumber);
	// "Tenant or required data not found". Own invention: that an unknown user_number is such required data.
	if (!user) throw new Refusal(404);
	const digitsToCall = numberToCall.replace(/^\+/, '');
	clickToCall(world, {
		agent: user,
		from: { number: callerId ?? user.ddi, name: user.name, withheld: false },
		to: digitsToCall.length > 5 ? `+${digitsToCall}` : digitsToCall,
		isAnswered: settings.customersAnswer,
	});
	// [v2] as in client B; two clients contradict each other here. Own invention: v1 gives the same answer.
	const data = {
		user_name: user.name,
		user_number: user.extension,
		caller_id: callerId ?? user.ddi.slice(1),
		dest_number: digitsToCall,
	};
	return { message: { status: 'success' }, data: version === 'v2' ? data : { ...data, caller_id: undefined } };
}

function authorise(request: FastifyRequest, { apiKeys, allowedIps }: Settings): string | null {
	const { token } = request.headers;
	// A key in the parameter `api_key` is not accepted: [v1] "The Parameter method will stop working in Jan 2021".
	if (typeof token !== 'string' || !apiKeys.includes(token)) return null;
	return allowedIps === null || allowedIps.includes(request.ip) ? token : null;
}

/** The parameters of a request; one that is repeated or not documented is refused. */
async function readParameters(
	request: FastifyRequest,
	operation: Operation,
	version: Version,
	refuses: boolean,
): Promise<Map<string, string>> {
	const parameters = new Map<string, string>();
	// Own invention: the document does not say how the POST is encoded. Both versions accept a form, urlencoded or multipart;
	// v1 also accepts the query string, as in its other requests. The two clients of v2 send multipart ("not JSON"), so JSON
	// counts as no parameters at all.
	const form = operation.method === 'POST' ? await formFields(request) : {};
	const query =
		operation.method === 'GET' || version === 'v1' ? (request.query as Record<string, string | string[]>) : {};
	for (const [name, value] of Object.entries({ ...query, ...form })) {
		const known = operation.parameters[version].includes(name);
		// Own invention: see `unknownParameters`.
		if (refuses && (!known || typeof value !== 'string')) throw new Refusal(400, name);
		const text = typeof value === 'string' ? value : value[value.length - 1];
		if (known && text !== undefined) parameters.set(name, text);
	}
	return parameters;
}

// Own invention: the envelope of an error. The codes are documented, the rest follows the envelope of v2 lists.
function answer(
	reply: FastifyReply,
	httpStatus: number,
	body: { code: number },
	{ statusMirrorsCode }: Settings,
): FastifyReply {
	return reply.code(statusMirrorsCode ? httpStatus : 200).send(body);
}

function fail(reply: FastifyReply, status: number, settingsNow: Settings, detail?: string): FastifyReply {
	const code = status in CODES ? status : 0;
	return answer(
		reply,
		status,
		{ code, message: CODES[code], ...(detail ? { detail } : {}) } as { code: number },
		settingsNow,
	);
}

function routes(app: FastifyInstance, world: World, now: Settings): void {
	app.all('/api/integration/:version/:operation', async (request, reply) => {
		const { version, operation: name } = request.params as { version: string; operation: string };
		if (authorise(request, now) === null) return fail(reply, 401, now);
		const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
		if (!operation || !operation.versions.includes(version as Version)) return fail(reply, 404, now);
		// Own invention: the table of codes has none for a wrong method; HTTP uses 405, and 400 is the nearest code.
		if (request.method !== operation.method)
			return answer(reply.header('allow', operation.method), 405, { code: 400 }, now);
		try {
			const parameters = await readParameters(
				request,
				operation,
				version as Version,
				now.unknownParameters === 'refuse',
			);
			const result = operation.run({ version: version as Version, world, settings: now, parameters });
			return answer(reply, 200, { code: 200, ...result }, now);
		} catch (error) {
			if (error instanceof Refusal) return fail(reply, error.code, now, error.detail);
			throw error;
		}
	});

	// Own invention: outside the API there is the customer portal, which answers an unknown address with a page.
	app.setNotFoundHandler((_request, reply) =>
		reply.code(404).type('text/html').send('<!doctype html><title>404</title><h1>Page not found</h1>'),
	);
}

/** The row for the table of providers. Documented limit: 100 queries per 15 minutes. */
export const voipcloud = defineFace({
	prefix: '/voipcloud',
	limit: { max: 100, windowMs: 15 * 60_000 },
	settings,
	credentials: ({ apiKeys: [apiKey = ''] }, url) => ({ voipcloudApi: { apiKey, apiVersion: 'v1', baseUrl: url } }),
	withKey: (key) => ({ apiKeys: [key] }),
	routes,
	// Own invention: the limit counts per key, and only authorised requests count.
	account: authorise,
	fail: (reply, status, now) => fail(reply, status, now),
});
