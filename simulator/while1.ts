import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { defineFace, rawBody } from './face';
import { while1Samples } from './samples';
import type { CallName, WorldCall } from './calls';
import type { World } from './world';

/*
 * While1 Voice's PBX API: `/api/<endpoint>` by POST (JSON or form) or GET.
 *
 * [doc] is the provider's page "API - Prezentare generala" (docs/while1-voice-general.ro.txt), [wiki] other pages of its
 * wiki as while1.md reports them. What neither says is marked `Own invention:`.
 */

const settings = z.object({
	/** `printed`: every endpoint answers with exactly the envelope that [doc] prints; `printedWarning`: the one with a warning. */
	answers: z.enum(['living', 'printed', 'printedWarning']).default('living'),
	apiToken: z.string().min(1).default('while1-demo-token'),
	/** [doc] "optional": null checks no hash. */
	apiKey: z.string().nullable().default('while1-demo-key'),
	/** [wiki] `page_size: 100` in every sample. */
	pageSize: z.number().int().min(1).default(100),
	// Own invention: no document gives the zone of the PBX's times. Null: that of the office.
	zone: z.string().nullable().default(null),
	// Own invention: no document says in which order records come.
	order: z.enum(['newestFirst', 'oldestFirst', 'shuffled']).default('newestFirst'),
	// Own invention: no document names the fields of a record but `id`. `filters`: named like the filters; `none`: no
	// times at all; `lengths`: with Asterisk's duration and billsec as well.
	rows: z.enum(['filters', 'lengths', 'none']).default('lengths'),
	/** [wiki] "from_id: when the last synchronised ID is retained". Own invention: that it can be ignored. */
	fromId: z.enum(['after', 'ignored']).default('after'),
	// Own invention: whether `date_between` filters.
	dateBetween: z.enum(['applied', 'ignored']).default('applied'),
	/** [doc] "messages: ... optional avand in cheie codul de eroare": a list, or an object by code. */
	messagesAs: z.enum(['list', 'object']).default('list'),
	/** [doc] warnings come beside results, as with the old credentials. Own invention: at any time. */
	warnings: z.array(z.string()).default([]),
	// Own invention: the HTTP status of errors is not documented; the vendor's client reads bodies of 200 and 226 only.
	errorStatus: z.number().int().default(200),
});

type Settings = z.output<typeof settings>;

class Refusal extends Error {}

/** What PHP makes of parameters: strings from forms, typed values from JSON. */
type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
type Params = { [name: string]: Value };

/** PHP's way to flatten parameters into a query, written here a second time: the simulator must not believe the node. */
function build(value: Value, name: string): string {
	if (value === null) return '';
	if (typeof value === 'object') {
		const parts = Object.keys(value).map((key) =>
			build((value as Params)[key], name === '' ? php(key) : `${name}${php(`[${key}]`)}`),
		);
		return parts.filter((part) => part !== '').join('&');
	}
	return `${name}=${php(value === true ? '1' : value === false ? '0' : typeof value === 'number' ? phpNumber(value) : value)}`;
}

/** PHP's `%.14G` for what is no integer. */
function phpNumber(number: number): string {
	if (Number.isSafeInteger(number)) return number.toString();
	const [mantissa = '', power] = number.toExponential(13).split('e');
	const exponent = Number(power);
	if (exponent >= -4 && exponent < 14) return Number(number.toPrecision(14)).toString();
	return `${mantissa.replace(/0+$/, '').replace(/\.$/, '.0')}E${exponent < 0 ? '' : '+'}${exponent}`;
}

/** urlencode by bytes. */
function php(text: string): string {
	let result = '';
	for (const byte of Buffer.from(text, 'utf8')) {
		const character = String.fromCharCode(byte);
		if (/[A-Za-z0-9._-]/.test(character)) result += character;
		else result += byte === 32 ? '+' : `%${(byte + 256).toString(16).slice(1).toUpperCase()}`;
	}
	return result;
}

/** PHP's parse_str: `a[b][]=c`. Dots and blanks of a top-level name become `_`. */
function parse(query: string): Params {
	const result: Params = {};
	for (const pair of query.split('&').filter(Boolean).slice(0, 1000)) {
		const [name, value = ''] = [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)].map((part) =>
			decodeURIComponent(part.replace(/\+/g, ' ')),
		);
		const [, top, rest] = /^([^[]*)((?:\[[^\]]*\])*)/.exec(name ?? '') ?? [];
		const path = [
			(top ?? '').replace(/[. ]/g, '_'),
			...[...(rest ?? '').matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key ?? ''),
		];
		let at: Params = result;
		path.forEach((key, depth) => {
			const slot = key === '' && depth > 0 ? String(Object.keys(at).length) : key;
			if (depth === path.length - 1) at[slot] = value;
			else at = (at[slot] = typeof at[slot] === 'object' && at[slot] !== null ? at[slot] : {}) as Params;
		});
	}
	return result;
}

interface Context {
	world: World;
	settings: Settings;
	params: Params;
	store: Store;
}

/** What has been saved through the API. */
interface Store {
	cdrChanges: Map<number, Params>;
	members: Map<string, Params>;
	paused: Map<string, number>;
	contacts: Params[];
	leads: Map<string, Params>;
	campaign: Params[];
	channels: Map<string, Params>;
}

interface Answer {
	results: unknown;
	/** Total rows of a paged list; without it the answer has no pagination. */
	rows?: number;
}

function record(value: Value | undefined): Params {
	return typeof value === 'object' && value !== null ? (value as Params) : {};
}

function list(value: Value | undefined): Value[] {
	return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function string(value: Value | undefined): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function required(data: Params, ...names: string[]): void {
	for (const name of names) {
		// Own invention: the text for a missing parameter.
		if (string(data[name]) === '') throw new Refusal(`Missing parameter ${name}`);
	}
}

const zoneOf = ({ settings: { zone }, world }: Context) => zone ?? world.zone;

function time(at: number, context: Context): string {
	return DateTime.fromMillis(context.world.stamp(at), { zone: zoneOf(context) }).toFormat('yyyy-MM-dd HH:mm:ss');
}

/** [wiki] "Y-m-d H:i:s". */
function naive(value: Value | undefined, name: string): string {
	if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(string(value))) throw new Refusal(`Invalid ${name}`);
	return string(value);
}

function between(filters: Params): [string, string] | null {
	if (filters.date_between === undefined) return null;
	const [from, to] = list(filters.date_between);
	return [naive(from, 'date_between'), naive(to, 'date_between')];
}

/** A page of the rows. [wiki] `page`, from 1; an empty list has `current_page` 0 and `max_page` 0. */
function paged(rows: object[], { params, settings: { pageSize } }: Context): Answer & { page: number } {
	const page = Number(string(params.page) || 1);
	return { results: rows.slice((page - 1) * pageSize, page * pageSize), rows: rows.length, page };
}

const STATUS: Record<string, string> = { answered: 'ANSWERED', busy: 'BUSY', failed: 'FAILED' };

/** Asterisk's: the second the channel began, and a counter. [wiki] shows "1234567890.12". */
function uniqueId(call: CallName): string {
	return `${call.startedAt / 1000}.${call.id % 2 ** 21}`;
}

function cdrRow(call: WorldCall, context: Context): Params {
	const { rows } = context.settings;
	// Own invention: all names but `id`; they follow the filters.
	const row: Params = {
		id: String(call.id),
		project_id: '1',
		user_id: call.user === null ? null : String(call.user.id),
		direction: call.direction === 'inbound' ? 'IN' : 'OUT',
		call_status: STATUS[call.outcome ?? ''] ?? 'NO ANSWER',
		source: call.from.withheld ? 'anonymous' : call.from.number,
		destination: call.to.number,
		linkedid: uniqueId(call.root ?? call),
		external_id: null,
		comments: null,
		...context.store.cdrChanges.get(call.id),
	};
	if (rows === 'none') return row;
	row.date = time(call.startedAt, context);
	row.uniqueid = uniqueId(call);
	if (rows === 'filters') return row;
	row.duration = String(((call.endedAt ?? call.startedAt) - call.startedAt) / 1000);
	row.billsec = String(call.answeredAt === null ? 0 : ((call.endedAt ?? call.answeredAt) - call.answeredAt) / 1000);
	return row;
}

const CDR_FILTERS = [
	'date_between',
	'project_id',
	'user_id',
	'inbound_route_id',
	'direction',
	'call_status',
	'telephone_like',
	'telephone',
	'source',
	'destination',
	'hour_between',
	'from_id',
	'uniqueid',
	'linkedid',
	'external_id',
	'has_transcription',
	'has_monitor_file',
	'has_recording_file',
];

let shuffles = 0;

function readCdr(context: Context): Answer {
	const {
		world,
		params,
		settings: { order, fromId, dateBetween },
	} = context;
	const filters = record(params.filters);
	known(filters, CDR_FILTERS);
	const asked = between(filters);
	const span = dateBetween === 'applied' ? asked : null;
	// A record is written when the call has ended. Own invention: date_between means the start.
	const reach = 26 * 3_600_000;
	const from =
		span === null
			? -Infinity
			: DateTime.fromSQL(span[0], { zone: zoneOf(context) }).toMillis() - world.clockSkewMs - reach;
	const to =
		span === null
			? Infinity
			: DateTime.fromSQL(span[1], { zone: zoneOf(context) }).toMillis() - world.clockSkewMs + reach;
	const users = list(filters.user_id).map(string);
	const after = fromId === 'ignored' ? 0 : Number(string(filters.from_id) || 0);
	const calls = [...world.callsNewestFirst(from, to)].filter((call) => {
		if (call.endedAt === null || call.id <= after) return false;
		const at = time(call.startedAt, context);
		if (span !== null && (at < span[0] || at > span[1])) return false;
		const row = cdrRow(call, context);
		const numbers = [row.source, row.destination].map(string);
		return (
			(users.length === 0 || users.includes(string(row.user_id))) &&
			['direction', 'call_status', 'source', 'destination', 'uniqueid', 'linkedid', 'external_id', 'project_id'].every(
				(name) => filters[name] === undefined || string(filters[name]) === string(row[name]),
			) &&
			(filters.telephone === undefined || numbers.includes(string(filters.telephone))) &&
			(filters.telephone_like === undefined ||
				numbers.some((number) => number.includes(string(filters.telephone_like))))
		);
	});
	if (order === 'oldestFirst') calls.reverse();
	if (order === 'shuffled') {
		const seed = shuffles++;
		calls.sort((a, b) => ((a.id * 7919 + seed) % 104_729) - ((b.id * 7919 + seed) % 104_729));
	}
	const page = paged(calls, context);
	return { ...page, results: (page.results as WorldCall[]).map((call) => cdrRow(call, context)) };
}

function saveCdr({ params, store }: Context): Answer {
	for (const entry of list(params.data).map(record)) {
		required(entry, 'id');
		for (const transcription of list(entry.transcriptions).map(record)) required(transcription, 'filename', 'provider');
		const { id, ...changes } = entry;
		store.cdrChanges.set(Number(id), { ...store.cdrChanges.get(Number(id)), ...changes });
	}
	return { results: [] };
}

function known(given: Params, names: string[]): void {
	// Own invention: a parameter nobody documents is refused, so that a client's slip is seen.
	const strange = Object.keys(given).find((name) => !names.includes(name));
	if (strange !== undefined) throw new Refusal(`Unknown parameter ${strange}`);
}

function queuesOf({ world, params }: Context): string[] {
	const wanted = list(record(params.filters).queues).map(string);
	const names = world.queues.map(({ name }) => name).filter((name) => wanted.length === 0 || wanted.includes(name));
	if (names.length === 0) throw new Refusal('No Queues found');
	return names;
}

function originate({ world, params }: Context): Answer {
	const data = record(params.data);
	required(data, 'project_id', 'caller_id', 'caller_id_name', 'type', 'destination', 'external_id');
	if (!['user', 'queue', 'context', 'user_email', 'extension'].includes(string(data.type)))
		throw new Refusal(`Invalid type: ${string(data.type)}`);
	world.addCall({
		direction: 'outbound',
		to: string(data.caller_id),
		answeredAt: world.now(),
		endedAt: world.now() + 60_000,
		outcome: 'answered',
	});
	return { results: [] };
}

type Run = (context: Context) => Answer;

/** By endpoint and action; the endpoints without an action have ''. */
const operations: Record<string, Run> = {
	'originate-call ': originate,
	// [wiki] `read` in one text, absent from every sample.
	'cdr ': readCdr,
	'cdr read': readCdr,
	'cdr save': saveCdr,
	'reports ': (context) => {
		const data = record(context.params.data);
		if (!['custom', 'standard'].includes(string(data.type)))
			throw new Refusal(`Invalid report type ${string(data.type)}`);
		if (!['2', 'cdr_api'].includes(string(data.id))) throw new Refusal(`Invalid report ID ${string(data.id)}`);
		// Own invention: the columns.
		const span = between(record(context.params.filters));
		const rows = context.world.queues.flatMap(({ name }) =>
			Array.from({ length: 40 }, (_, day) => ({ queue: name, day, calls: day * 3, from: span?.[0] ?? null })),
		);
		return paged(rows, context);
	},
	'queues read': (context) => ({
		results: queuesOf(context).map((name) => ({ name, members: context.store.members.get(name) ?? {} })),
	}),
	// Own invention: an object by the queue's name.
	'queues info': (context) => ({
		results: Object.fromEntries(queuesOf(context).map((name) => [name, { calls: 12, answered: 10 }])),
	}),
	'queues save': ({ params, store }) => {
		for (const [name, queue] of Object.entries(record(params.data))) {
			const members = record(record(queue).members);
			for (const member of Object.values(members)) required(record(member), 'is_active');
			store.members.set(name, members);
		}
		return { results: [] };
	},
	'queues pause': ({ params, store, world }) => ({
		results: list(params.data).map((entry, index) => {
			const { agent_name, paused } = record(entry);
			const user = world.users.find(({ email }) => email.startsWith(string(agent_name)));
			if (user === undefined)
				throw new Refusal(`Queue pause error for row ${index + 1}: No interfaces could be matched`);
			store.paused.set(string(agent_name), Number(paused));
			return { agent_name, user_id: String(user.id), result: 1 };
		}),
	}),
	'users-status ': ({ params, world }) => {
		if (!['sip', 'iax'].includes(string(params.type))) throw new Refusal(`Invalid type: ${string(params.type)}`);
		const users = params.type === 'iax' ? [] : world.users;
		return {
			results: Object.fromEntries(
				users.map((user) => [
					user.email.split('@')[0],
					{
						username: user.email.split('@')[0],
						dnid: user.ddi,
						in_use: 0,
						limit: 1,
						status: 'UNKNOWN',
						ip: '',
						port: '',
						useragent: '',
						extension: Number(user.extension),
						remote_id: null,
					},
				]),
			),
		};
	},
	'schedule read': ({ params }) => {
		const type = string(record(params.data).type);
		if (!['weekdays', 'custom'].includes(type)) throw new Refusal(`Invalid schedule type: ${type}`);
		// Own invention: the fields.
		return { results: type === 'custom' ? [] : [1, 2, 3, 4, 5].map((day) => ({ day, start: '09:00', end: '17:00' })) };
	},
	// Own invention: all answers of channel.
	'channel list': ({ store }) => ({ results: [...store.channels.values()] }),
	'channel hangup': ({ params, store }) => {
		if (!store.channels.delete(string(record(params.data).channel))) throw new Refusal('No such channel');
		return { results: [] };
	},
	'channel originate': ({ params, store }) => {
		const data = record(params.data);
		required(data, 'tech', ...(data.appname === undefined ? ['exten', 'context'] : ['appname']));
		const name = `${string(data.tech)}-${String(store.channels.size + 1).padStart(8, '0')}`;
		store.channels.set(name, { channel: name, state: 'Ring' });
		return { results: [] };
	},
	'channel redirect': ({ params, store }) => {
		const data = record(params.data);
		required(data, 'channel', 'context', 'exten', 'priority');
		const channel = store.channels.get(string(data.channel));
		if (channel === undefined) throw new Refusal('No such channel');
		Object.assign(channel, { exten: data.exten, context: data.context });
		return { results: [] };
	},
	'call-queue save': ({ params, store }) => {
		const data = record(params.data);
		required(data, 'project_id', 'type', 'destination');
		for (const call of list(data.calls).map(record)) {
			required(call, 'caller_id');
			store.campaign.push({
				id: String(store.campaign.length + 1),
				...call,
				campaign: data.campaign_name ?? null,
				status: 'pending',
			});
		}
		return { results: [] };
	},
	'call-queue read': (context) => {
		const { status, campaign } = record(context.params.filters);
		return paged(
			context.store.campaign.filter(
				(call) =>
					(status === undefined || call.status === status) && (campaign === undefined || call.campaign === campaign),
			),
			context,
		);
	},
	'crm-contacts read': (context) => {
		const filters = record(context.params.filters);
		known(filters, ['project_id', 'crm_type_id', 'search', 'status']);
		return paged(
			context.store.contacts.filter(
				({ name }) => filters.search === undefined || string(name).includes(string(filters.search)),
			),
			context,
		);
	},
	'crm-contacts save': ({ params, store }) => {
		for (const { properties } of list(params.data).map(record)) {
			const given = record(properties);
			const old = store.contacts.find(
				({ id, remote_id }) =>
					(string(given.id) !== '' && id === given.id) ||
					(string(given.remote_id) !== '' && remote_id === given.remote_id),
			);
			const fields = {
				title: null,
				company: null,
				avatar: null,
				email: null,
				website: null,
				address: null,
				comments: null,
				language: 'ro',
				...given,
			};
			if (old === undefined)
				store.contacts.push({
					...fields,
					id: String(store.contacts.length + 1),
					project_id: '1',
					crm_type_id: string(given.crm_type_id) || '1',
				});
			else Object.assign(old, given);
		}
		return { results: [] };
	},
	'crm-leads save': ({ params, store }) => {
		for (const [id, lead] of Object.entries(record(params.data))) store.leads.set(id, record(lead));
		return { results: [] };
	},
};

/** [doc] form by GET or POST; JSON by POST only, with its Content-Type. */
function readParams(request: FastifyRequest): Params {
	const query = request.raw.url?.split('?')[1] ?? '';
	if (request.method === 'GET') return parse(query);
	const type = request.headers['content-type'] ?? '';
	const body = rawBody(request).toString();
	if (/^application\/json\b/i.test(type)) return record(JSON.parse(body) as Value);
	// PHP fills nothing from text/xml, although [doc] shows that header.
	return /^application\/x-www-form-urlencoded\b/i.test(type) ? parse(body) : {};
}

function refuse(
	reply: FastifyReply,
	message: string,
	{ messagesAs, errorStatus }: Settings,
	status = errorStatus,
): FastifyReply {
	// [doc] on an error `pagination` is an empty list, not an object.
	return reply.code(status).send({
		has_error: true,
		messages: messagesAs === 'list' ? [message] : { '101': message },
		pagination: [],
		results: [],
	});
}

function authorised(request: FastifyRequest, { apiToken }: Settings): boolean {
	return request.headers.authorization === `Bearer ${apiToken}`;
}

function routes(app: FastifyInstance, world: World, now: Settings): void {
	const store: Store = {
		cdrChanges: new Map(),
		members: new Map(),
		paused: new Map(),
		contacts: [],
		leads: new Map(),
		campaign: [],
		channels: new Map(),
	};

	app.route({
		method: ['GET', 'POST'],
		url: '/api/:endpoint',
		handler: async (request, reply) => {
			if (!authorised(request, now)) return refuse(reply, 'Token does not match', now);
			let params: Params;
			try {
				params = readParams(request);
			} catch {
				// Own invention: the text for a body that is no JSON.
				return refuse(reply, 'Invalid JSON', now);
			}
			const { api_hash: hash, ...signed } = params;
			const expected = createHash('md5')
				.update(build(signed, '') + (now.apiKey ?? ''))
				.digest('hex');
			// Own invention: the text for a hash that is missing or wrong, and that a PBX with a key wants one.
			if (now.apiKey !== null && hash !== expected)
				return refuse(reply, hash === undefined ? 'Token does not match' : 'Hash does not match', now);
			if (now.answers !== 'living')
				return reply.send(now.answers === 'printed' ? while1Samples.success : while1Samples.warning);
			const { endpoint } = request.params as { endpoint: string };
			const name = `${endpoint} ${string(params.action)}`;
			// Own invention: the text for an unknown endpoint or action.
			if (!Object.hasOwn(operations, name)) return refuse(reply, 'Invalid endpoint or action', now);
			try {
				const { results, rows } = operations[name]({ world, settings: now, params: signed, store });
				const page = Number(string(params.page) || 1);
				const empty = rows === 0;
				const pagination =
					rows === undefined
						? {}
						: {
								pagination: {
									row_count: rows,
									page_size: now.pageSize,
									current_page: empty ? 0 : page,
									max_page: Math.ceil(rows / now.pageSize),
								},
							};
				return await reply.send({
					has_error: false,
					messages: [],
					...(now.warnings.length > 0 ? { warnings: now.warnings } : {}),
					...pagination,
					results,
				});
			} catch (error) {
				if (error instanceof Refusal) return refuse(reply, error.message, now);
				throw error;
			}
		},
	});

	// Own invention: beyond the API lies the web interface of the PBX.
	app.setNotFoundHandler((_request, reply) =>
		reply.code(404).type('text/html').send('<!doctype html><title>404</title><h1>Page not found</h1>'),
	);
}

/** The row for the table of providers. No limit is documented. */
export const while1 = defineFace({
	prefix: '/while1',
	limit: null,
	settings,
	credentials: ({ apiToken, apiKey }) =>
		({ apiToken, ...(apiKey === null ? {} : { apiKey }) }) as Record<string, string>,
	withKey: (key) => ({ apiToken: key, apiKey: null }),
	routes,
	account: (request, now) => (authorised(request, now) ? now.apiToken : null),
	// Own invention: what a PBX answers when it fails itself.
	fail: (reply, status, now) => refuse(reply, status === 429 ? 'Too many requests' : 'Internal error', now, status),
});
