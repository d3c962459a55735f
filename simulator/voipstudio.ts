import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { defineFace, rawBody } from './face';
import { digest } from './random';
import { voipstudioSamples } from './samples';
import type { WorldCall, WorldParty } from './calls';
import type { World } from './world';

/*
 * VoIPstudio REST API, v1.1 and v1.2.
 *
 * [intro] is the introduction page, [cmb] the Call Me Back page (both in the provider's own words), [ref] what the pages
 * of other modules and the provider's published clients tell. What none of them says is marked `Own invention:`.
 */

const settings = z.object({
	/** `printed`: an endpoint whose answer [intro] or [cmb] prints gives exactly that, whatever it is asked. */
	answers: z.enum(['living', 'printed']).default('living'),
	/** API keys of the dashboard. */
	apiKeys: z.array(z.string().min(8)).default(['voipstudio-demo-key']),
	email: z.string().default('jsmith@example.com'),
	password: z.string().default('$ecretPas$$'),
	/** Whether the login asks for a second factor ([ref] 202 with a nonce). */
	twoFactor: z.boolean().default(false),
	/** [intro] "expirará a los 30 minutos de inactividad", begun anew by each request. */
	sessionMinutes: z.number().positive().default(30),
	// Own invention: the default size of a page is not documented.
	defaultLimit: z.number().int().positive().default(100),
	/** IDs of users whose phone is offline: 412. */
	offlineUsers: z.array(z.number()).default([]),
	/** [ref] the 412 "arrives after ~10 s"; here after as many milliseconds. */
	offlineAfterMs: z.number().nonnegative().default(0),
	// Own invention: how long after its call a recording's file is made, and that it is 404 until then.
	filesAfterSeconds: z.number().nonnegative().default(0),
	// Own invention: a parameter or attribute nobody documents is refused, so that a client's slip is seen.
	unknownParameters: z.enum(['refuse', 'ignore']).default('refuse'),
	// Own invention: `nb_children` of a call counts its legs as far as they are listed. The provider's own description of its
	// list names it, its samples do not have it.
	countsChildren: z.boolean().default(false),
	// Own invention: some errors carry no `errors` ([ref] "errors may be []"); with this, validation errors too.
	emptyErrors: z.boolean().default(false),
	/** `errors`: [ref] objects with field and message; [intro] "array of error messages", which may as well be texts. */
	errorsAs: z.enum(['objects', 'texts']).default('objects'),
	/** Paths that the key's user may not use: [cmb] "403 Access denied". */
	forbidden: z.array(z.string()).default([]),
	// Own invention: the zone of the times, which carry none (inferred in [ref]: UTC).
	zone: z.string().default('UTC'),
	// Own invention: what [intro]'s "total number of resources" counts: those that the filter leaves, or all.
	totals: z.enum(['filtered', 'everything', 'none']).default('filtered'),
	// Own invention: whether a list honours its filter, and its order.
	filters: z.enum(['applied', 'ignored']).default('applied'),
	sorting: z.enum(['applied', 'ignored']).default('applied'),
	// Own invention: the order without `sort`.
	defaultOrder: z.enum(['newestFirst', 'oldestFirst']).default('newestFirst'),
	// Own invention: how the ids of the records of calls run.
	ids: z.enum(['rising', 'falling', 'repeated']).default('rising'),
	// Own invention: whether Call Me Back CDRs are records of calls; `printed` has the fields that [cmb] prints.
	callMeBackCdrs: z.enum(['cdrs', 'printed']).default('cdrs'),
	// Own invention: what a list with "No parameters" ([cmb]) does with parameters: [intro] says that lists take them.
	callMeBackParameters: z.enum(['taken', 'ignored', 'refused']).default('taken'),
});

type Settings = z.output<typeof settings>;
type Value = string | number | boolean | null;
type Row = Record<string, Value | Value[] | object>;

/** An answer that is not a success. */
class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly errors: Array<{ field: string; message: string }> = [],
	) {
		super(message);
	}
}

function invalid(field: string, message = 'This value is not valid.'): Refusal {
	return new Refusal(400, 'Validation error', [{ field, message }]);
}

/** What the account holds beside the world's calls. */
interface Account {
	sessions: Map<string, number>;
	tokens: Map<string, Row>;
	revoked: Set<string>;
	contacts: Map<number, Row>;
	settings: Map<number, Row>;
	buttons: Map<number, Row>;
	groups: Map<number, Row>;
	sentSms: Row[];
	hungUp: Set<number>;
	answered: Set<number>;
	transferred: Map<number, string>;
	/** Who has left a queue: `queue:user`. */
	left: Set<string>;
	nextId: number;
	nonces: Set<string>;
}

const accounts = new WeakMap<Settings, Account>();

function accountOf(now: Settings): Account {
	let account = accounts.get(now);
	if (!account) {
		account = {
			sessions: new Map(),
			tokens: new Map(),
			revoked: new Set(),
			contacts: new Map(),
			settings: new Map(),
			buttons: new Map(),
			groups: new Map(),
			sentSms: [],
			hungUp: new Set(),
			answered: new Set(),
			transferred: new Map(),
			left: new Set(),
			nextId: 9000,
			nonces: new Set(),
		};
		accounts.set(now, account);
	}
	return account;
}

interface Context {
	world: World;
	settings: Settings;
	account: Account;
	query: Record<string, string>;
	body: Row;
	/** The IDs in the path. */
	ids: string[];
	token: string;
}

/** [ref] "YYYY-MM-DD HH:MM:SS" without zone. Own invention (inferred in [ref]): UTC. */
function time(instant: number, world: World, zone = 'UTC'): string {
	const at = world.stamp(instant);
	// Most lists are long and in UTC, for which this is many times as fast.
	if (zone === 'UTC') return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
	return DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');
}

function written(value: unknown): string {
	return typeof value === 'object' || value === undefined
		? JSON.stringify(value ?? '')
		: String(value as string | number | boolean);
}

function digits({ number, withheld }: WorldParty): string {
	// Own invention: what stands for a withheld caller.
	return withheld || number === null ? 'anonymous' : number.replace(/^\+/, '');
}

const USER_BASE = 1000;
const LIVE_BASE = 4_000_000_000;

function userId(call: { user: WorldCall['user'] }): number | null {
	return call.user === null ? null : USER_BASE + call.user.id;
}

// Own invention: live ids are not the ids of records, but name the same legs.
function liveId(id: number): number {
	return LIVE_BASE + id;
}

const DISPOSITIONS: Record<string, string> = {
	answered: 'CONNECTED',
	missed: 'NO ANSWER',
	abandoned: 'NO ANSWER',
	timedOut: 'NO ANSWER',
	busy: 'BUSY',
	failed: 'FAILED',
};

/** [ref] one row for each leg: 34 names. */
function cdrRow(call: WorldCall, world: World, { zone, countsChildren }: Settings): Row {
	const endedAt = call.endedAt ?? call.startedAt;
	const answered = call.outcome === 'answered' && call.answeredAt !== null;
	const id = userId(call);
	const inbound = call.direction === 'inbound';
	return {
		id: call.id,
		billsec: answered && call.answeredAt !== null ? (endedAt - call.answeredAt) / 1000 : 0,
		call_id: call.id + 17,
		calldate: time(call.startedAt, world, zone),
		charge: inbound ? 0 : Math.round(((endedAt - call.startedAt) / 60_000) * 2) / 100,
		clid: `"${call.from.name ?? digits(call.from)}" <${digits(call.from)}>`,
		context: 'LOCAL_USER',
		destination: inbound ? 'in' : 'out',
		disposition: DISPOSITIONS[call.outcome ?? 'failed'] ?? 'FAILED',
		dst: digits(call.to),
		dst_codec: 'PCMA',
		dst_id: inbound && id !== null ? written(id) : '',
		dst_name: inbound ? (call.user?.name ?? call.queue?.name ?? null) : 'Australia Mobile',
		dst_ua: null,
		duration: (endedAt - call.startedAt) / 1000,
		info: null,
		is_root: call.parentId === null,
		labels: [],
		live_id: liveId(call.id),
		metadata: null,
		...(countsChildren && { nb_children: call.root === null ? world.legsOf(call).length : 0 }),
		nb_notes: 0,
		parent_live_id: call.parentId === null ? null : liveId(call.parentId),
		rate: inbound ? 0 : 0.02,
		root_live_id: liveId(call.root?.id ?? call.id),
		server_id: 3,
		sip_endpoint_id: null,
		src: digits(call.from),
		src_codec: 'PCMA',
		src_id: !inbound && id !== null ? written(id) : '',
		src_name: call.from.name,
		src_ua: null,
		t_cause: answered ? 'NORMAL_CLEARING' : 'NO_ANSWER',
		type: inbound ? (answered ? 'I' : 'M') : 'O',
		user_id: id,
	};
}

function monitorRow(call: WorldCall, world: World, { zone }: Settings): Row {
	const seconds = ((call.endedAt ?? 0) - (call.answeredAt ?? 0)) / 1000;
	return {
		id: call.id,
		timestamp: time(call.answeredAt ?? call.startedAt, world, zone),
		caller: digits(call.from),
		called: digits(call.to),
		duration: seconds,
		type: call.direction === 'inbound' ? 'I' : 'O',
		size: fileSize(call.id),
	};
}

function voicemailRow(call: WorldCall, world: World, { zone }: Settings): Row {
	const seconds = call.voicemailSeconds ?? 0;
	return {
		id: call.id,
		origtime: time((call.endedAt ?? call.startedAt) - seconds * 1000, world, zone),
		caller: digits(call.from),
		dialled: digits(call.to),
		duration: seconds,
		folder: 'INBOX',
		is_new: true,
	};
}

// Own invention: every 40th call is followed by a fax.
function faxRow(call: WorldCall, world: World, { zone }: Settings): Row {
	return {
		id: call.id,
		created_at: time(call.endedAt ?? call.startedAt, world, zone),
		from: digits(call.from),
		to: digits(call.to),
		pages: 1 + (call.id % 5),
		status: 'OK',
		type: call.direction === 'inbound' ? 'I' : 'O',
		filename: `fax ${call.id % 1000}.pdf`,
	};
}

function fileSize(id: number): number {
	return 2000 + (digest(id) % 3000);
}

function smsRows({ world, account, settings: { zone } }: Context): Row[] {
	const received = world.messagesBetween(-Infinity, Infinity).map((message): Row => ({
		id: message.id,
		created_at: time(message.at, world, zone),
		from: digits(message.from),
		message: message.text,
		result: 'OK',
		to: digits(message.to),
		type: message.direction === 'inbound' ? 'I' : 'O',
		user_id: USER_BASE + message.user.id,
	}));
	return [...received, ...account.sentSms];
}

function userRows({ world }: Context): Row[] {
	return world.users.map((user): Row => {
		const [first, ...rest] = user.name.split(' ');
		return {
			id: USER_BASE + user.id,
			first_name: first ?? '',
			last_name: rest.join(' '),
			email: user.email,
			ext: user.extension,
			active: true,
			dnd: false,
			nb_sip_locations: 1,
			cli: user.ddi.slice(1),
			status: true,
			language: 'en',
			timezone: world.zone,
		};
	});
}

/** [ref] "GET /me": whose token it is, with the password of the phone, which no client should hand on. */
function meRow({ world }: Context): Row {
	const [user] = world.users;
	const [first = '', last = ''] = user?.name.split(' ') ?? [];
	return {
		id: USER_BASE + (user?.id ?? 0),
		email: user?.email ?? '',
		first_name: first,
		last_name: last,
		customer_id: 521156,
		sip_password: 'never-to-be-shown',
		sip_domain: 'voipstudio.com',
	};
}

function ddiRows({ world }: Context): Row[] {
	const groups = [...world.queues, ...world.ringGroups].map((group) => ({ ddi: group.ddi, name: group.name }));
	return [...world.users.map((user) => ({ ddi: user.ddi, name: user.name })), ...groups].map(({ ddi, name }): Row => ({
		id: ddi.slice(1),
		channels: 2,
		cli_hide: false,
		cli_prefix: 0,
		created_at: '2024-01-01 00:00:00',
		e164: ddi.slice(1),
		esc_enabled: false,
		fax_email: '',
		fax_enabled: false,
		flag: 0,
		has_fax_password: false,
		info: '',
		name,
		rate: 0,
		sms_email: '',
		sms_enabled: true,
		status: 1,
		target_id: 0,
		target_type: 0,
		tel_verified: true,
		uri: '',
	}));
}

function queueRows({ world, account, query }: Context): Row[] {
	return world.queues.map((queue): Row => ({
		id: 8000 + queue.id,
		name: queue.name,
		number: Number(queue.extension),
		ring_strategy: 'A',
		ring_time: 15,
		skip_busy: true,
		users: queue.memberIds.map((member) => {
			const user = world.users.find(({ id }) => id === member);
			const [first, ...rest] = (user?.name ?? '').split(' ');
			if (query.include !== 'users') return USER_BASE + member;
			return {
				id: USER_BASE + member,
				first_name: first ?? '',
				last_name: rest.join(' '),
				status: !account.left.has(`${queue.id}:${member}`),
			};
		}),
	}));
}

// Own invention: every 15th call began as a chat.
function chatRow(call: WorldCall, world: World, { zone }: Settings): Row {
	return {
		id: call.id,
		created_at: time(call.startedAt, world, zone),
		customer_id: 521156,
		duration: 60,
		operator_id: userId(call),
		operator_ua: 'Firefox',
		state: 3,
		visitor_city: 'Sydney',
		visitor_country: 'AU',
		visitor_email: 'visitor@example.com',
		visitor_geo: '',
		visitor_id: written(call.id % 997),
		visitor_ip: '192.0.2.7',
		visitor_name: call.from.name ?? 'Visitor',
		visitor_referer: '',
		visitor_ua: 'Firefox',
		website_id: 7967,
	};
}

/** [cmb] the thirteen fields that it prints for websites, settings, buttons, visitors and CDRs alike. */
const PRINTED: Row = {
	id: 7967,
	allowed_countries: 'AU',
	button_id: 9062,
	created_at: '2024-03-15 04:07:36',
	// Own invention: texts in these two, as they are documented for changes; the samples print numbers.
	culture: 'en_AU',
	position: 'bottom-right',
	ddi: 61255500101,
	floating_icon: true,
	name: 'Shop',
	privacy_policy_url: 'https://example.com/privacy',
	show_to_allowed_countries_only: false,
	title: 'Shop',
	welcome_screen_msg: 'May we call you back?',
};

// Own invention: the rate of the documented attributes is told as well.
const WEBSITE: Row = { ...PRINTED, max_call_rate: 0.5 };

/** [cmb] prints no field of a call in the record of one, but those of a setting. Own invention: that it is a mistake. */
function callMeBackRow(call: WorldCall, world: World, now: Settings): Row {
	if (now.callMeBackCdrs === 'cdrs') return cdrRow(call, world, now);
	return { ...PRINTED, id: call.id, created_at: time(call.startedAt, world, now.zone) };
}

/** A list that is made from calls: without reading more of the world than the filter asks for. */
interface CallList {
	accepts: (call: WorldCall) => boolean;
	row: (call: WorldCall, world: World, settings: Settings) => Row;
	timeProperty: string;
	notFilterable?: string[];
}

const CALL_LISTS: Record<string, CallList> = {
	cdrs: { accepts: () => true, row: cdrRow, timeProperty: 'calldate' },
	// Own invention: the calls to the first queue come from Call Me Back. [cmb] "Cdr resources assigned to CallMeBack".
	'callmeback/cdrs': {
		accepts: (call) => call.queue?.id === 1,
		row: callMeBackRow,
		timeProperty: 'calldate',
	},
	monitors: {
		accepts: (call) => call.recorded && call.answeredAt !== null,
		row: monitorRow,
		timeProperty: 'timestamp',
	},
	voicemessages: { accepts: (call) => call.voicemailSeconds !== null, row: voicemailRow, timeProperty: 'origtime' },
	faxes: {
		accepts: (call) => call.id % 40 === 0,
		row: faxRow,
		timeProperty: 'created_at',
		notFilterable: ['from', 'to'],
	},
	chats: { accepts: (call) => call.id % 15 === 0, row: chatRow, timeProperty: 'created_at' },
};

const ROW_LISTS: Record<string, (context: Context) => Row[]> = {
	sms: smsRows,
	users: userRows,
	ddis: ddiRows,
	queues: queueRows,
	contacts: ({ account }) => [...account.contacts.values()],
	queuegroups: ({ account }) => [...account.groups.values()],
	'callmeback/settings': ({ account }) => [...account.settings.values()],
	'callmeback/websites': () => [WEBSITE],
	// [cmb] prints the fields of a setting for a visitor, and nothing of the visitor.
	'callmeback/visitors': () => [{ ...PRINTED, id: 4533, created_at: '2026-04-16 16:31:35' }],
	apitokens: tokenRows,
};

function tokenRows({ account, settings: { apiKeys } }: Context): Row[] {
	const known = apiKeys.map((token, index): Row => ({
		id: index + 1,
		user_id: USER_BASE + 1,
		token,
		customer_id: 521156,
		name: `Key ${index + 1}`,
		host: '192.0.2.1',
		user_agent: 'curl',
		expiry: 0,
		last_request_at: null,
		created_at: '2024-02-09 17:20:01',
	}));
	const made = [...account.tokens.values()].map(({ usedAt, ...row }): Row => (void usedAt, row));
	return [...known, ...made].filter(({ token }) => !account.revoked.has(token as string));
}

/** [intro] "page", "limit", "filter", "group_by"; [ref] "sort", "dir"; `include` and `fields` on queues. */
const LIST_PARAMETERS = new Set(['page', 'limit', 'filter', 'group_by', 'sort', 'dir']);

/** [cmb] "No parameters". */
const NO_PARAMETERS = new Set(['callmeback/cdrs', 'callmeback/settings', 'callmeback/visitors', 'callmeback/websites']);

// Own invention: on which lists `sort` is taken: those on which the provider's clients send it.
const SORTED = new Set(['cdrs', 'callmeback/cdrs', 'monitors', 'voicemessages', 'sms', 'faxes', 'apitokens', 'users']);

const OPERATORS: Record<string, string> = {
	eq: 'eq',
	'=': 'eq',
	ne: 'ne',
	neq: 'ne',
	'<>': 'ne',
	'!=': 'ne',
	lt: 'lt',
	'<': 'lt',
	lte: 'lte',
	'<=': 'lte',
	gt: 'gt',
	'>': 'gt',
	gte: 'gte',
	'>=': 'gte',
	in: 'in',
	like: 'like',
	notlike: 'notlike',
};

interface Condition {
	property: string;
	operator: string;
	value: unknown;
}

const TIMES = new Set(['calldate', 'timestamp', 'origtime', 'created_at']);

const FILTRATION = 'Filtration error';

/** [intro] "Filtros": a JSON array of objects with these three properties. */
function readFilter(filter: string | undefined): Condition[] {
	if (filter === undefined) return [];
	const shape = z.array(z.object({ property: z.string(), operator: z.string(), value: z.unknown() }).strict());
	let parsed: unknown;
	try {
		parsed = JSON.parse(filter);
	} catch {
		throw new Refusal(400, FILTRATION);
	}
	const conditions = shape.safeParse(parsed);
	if (!conditions.success) throw new Refusal(400, FILTRATION);
	return conditions.data.map(({ property, operator, value }) => {
		// [ref] "between answers 400".
		const name = OPERATORS[operator];
		if (name === undefined)
			throw new Refusal(400, FILTRATION, [{ field: 'operator', message: `Unknown operator ${operator}` }]);
		// [intro] "el valor de búsqueda debe pasarse como una matriz".
		if ((name === 'in') !== Array.isArray(value)) throw new Refusal(400, FILTRATION);
		for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
			if (!['string', 'number', 'boolean'].includes(typeof one)) throw new Refusal(400, FILTRATION);
			// Own invention: a time that is none is refused (a database would compare it as text).
			const isTime = TIMES.has(property) && name !== 'like' && name !== 'notlike';
			if (isTime && !(typeof one === 'string' && /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/.test(one)))
				throw new Refusal(400, FILTRATION);
		}
		return { property, operator: name, value };
	});
}

/** Own invention: values are compared as a database does; NULL matches nothing, not even `ne`. */
export function matches(row: Row, { property, operator, value }: Condition): boolean {
	const actual = row[property];
	if (actual === null || typeof actual === 'object') return false;
	switch (operator) {
		case 'in':
			return (value as unknown[]).some((one) => compare(actual, one, property) === 0);
		case 'like':
			return written(actual).toLowerCase().includes(written(value).toLowerCase());
		case 'notlike':
			return !written(actual).toLowerCase().includes(written(value).toLowerCase());
		case 'eq':
			return compare(actual, value, property) === 0;
		case 'ne':
			return compare(actual, value, property) !== 0;
		case 'lt':
			return compare(actual, value, property) < 0;
		case 'lte':
			return compare(actual, value, property) <= 0;
		case 'gt':
			return compare(actual, value, property) > 0;
		default:
			return compare(actual, value, property) >= 0;
	}
}

function compare(actual: Value | undefined, wanted: unknown, property: string): number {
	if (typeof actual === 'number') return actual - Number(wanted);
	if (typeof actual === 'boolean')
		return Number(actual) - Number(wanted === true || wanted === 'true' || wanted === 1 || wanted === '1');
	const right =
		TIMES.has(property) && /^\d{4}-\d{2}-\d{2}$/.test(written(wanted))
			? `${written(wanted)} 00:00:00`
			: written(wanted);
	const left = written(actual);
	return left < right ? -1 : left > right ? 1 : 0;
}

/** The span of instants that can match, so that a year is not read for an hour. */
function spanOf(conditions: Condition[], timeProperty: string, world: World, zone: string): [number, number] {
	let from = -Infinity;
	let to = Infinity;
	for (const { property, operator, value } of conditions) {
		if (property !== timeProperty || typeof value !== 'string') continue;
		const at = DateTime.fromSQL(value, { zone }).toMillis() - world.clockSkewMs;
		if (['gt', 'gte', 'eq'].includes(operator)) from = Math.max(from, at);
		if (['lt', 'lte', 'eq'].includes(operator)) to = Math.min(to, at + 1000);
	}
	// The times of recordings, voicemails and faxes are up to a day after the start of their call.
	return [timeProperty === 'calldate' ? from : from - 86_400_000, timeProperty === 'calldate' ? to : to];
}

function list(name: string, context: Context): { data: Row[]; total?: number } {
	const {
		query,
		settings: { unknownParameters, defaultLimit },
	} = context;
	if (NO_PARAMETERS.has(name) && context.settings.callMeBackParameters !== 'taken') {
		const [given] = Object.keys(query);
		if (given !== undefined && context.settings.callMeBackParameters === 'refused')
			throw invalid(given, 'Unknown parameter');
		return list(name, {
			...context,
			query: { limit: '5000' },
			settings: { ...context.settings, callMeBackParameters: 'taken' },
		});
	}
	for (const parameter of Object.keys(query)) {
		const isKnown =
			(LIST_PARAMETERS.has(parameter) && (SORTED.has(name) || !['sort', 'dir'].includes(parameter))) ||
			(name === 'queues' && /^(include|fields\[users\])$/.test(parameter));
		if (!isKnown && unknownParameters === 'refuse') throw invalid(parameter, 'Unknown parameter');
	}
	const page = whole(query, 'page', 1, 1, 1e9);
	// [intro] "máximo 5000". Own invention: more is refused.
	const limit = whole(query, 'limit', defaultLimit, 1, 5000);
	const conditions = context.settings.filters === 'ignored' ? [] : readFilter(query.filter);
	const dir = query.dir ?? 'ASC';
	if (!['ASC', 'DESC'].includes(dir)) throw invalid('dir');
	const isSorted = query.sort !== undefined && context.settings.sorting === 'applied';
	const sort = isSorted ? (query.sort ?? 'id') : 'id';
	const descending = isSorted ? dir === 'DESC' : context.settings.defaultOrder === 'newestFirst';

	const rowOf = select(name, conditions, context);
	if (rowOf.length > 0) {
		const sample = rowOf[0]?.row() ?? {};
		if (!(sort in sample)) throw invalid('sort');
		const unknown = conditions.find(
			({ property }) => !(property in sample) || CALL_LISTS[name]?.notFilterable?.includes(property),
		);
		if (unknown) throw new Refusal(400, FILTRATION);
		if (query.group_by !== undefined && !(query.group_by in sample)) throw invalid('group_by');
	} else if (conditions.some(({ property }) => CALL_LISTS[name]?.notFilterable?.includes(property)))
		throw new Refusal(400, FILTRATION);

	let found = rowOf.filter(
		({ row }) => conditions.length === 0 || conditions.every((condition) => matches(row(), condition)),
	);
	const key =
		sort === 'id' ? (entry: Entry) => (isSorted ? entry.id : entry.age) : (entry: Entry) => entry.row()[sort] ?? null;
	found = found.sort((left, right) => order(key(left), key(right)) || order(left.age, right.age));
	if (descending) found.reverse();
	if (query.group_by !== undefined) {
		// Own invention: the answer to group_by is the first record of each group.
		const property = query.group_by;
		found = [...new Map([...found].reverse().map((entry) => [entry.row()[property], entry])).values()].reverse();
	}
	const data = found.slice((page - 1) * limit, page * limit).map(({ row }) => row());
	switch (context.settings.totals) {
		case 'filtered':
			return { data, total: found.length };
		case 'everything':
			return { data, total: select(name, [], context).length };
		case 'none':
			return { data };
	}
}

interface Entry {
	id: Value;
	/** The older, the less. */
	age: Value;
	row: () => Row;
}

function select(name: string, conditions: Condition[], context: Context): Entry[] {
	const rows = ROW_LISTS[name];
	if (rows) return rows(context).map((row): Entry => ({ id: row.id as Value, age: row.id as Value, row: () => row }));
	const calls = CALL_LISTS[name];
	if (!calls) throw new Refusal(404, 'Resource not found');
	const entries: Entry[] = [];
	for (const call of context.world.callsNewestFirst(
		...spanOf(conditions, calls.timeProperty, context.world, context.settings.zone),
	)) {
		// [ref] a record is written when the call has ended.
		if (call.endedAt === null || !calls.accepts(call)) continue;
		let made: Row | undefined;
		const id = idOf(call, context.settings);
		const row = (): Row => (made ??= { ...calls.row(call, context.world, context.settings), id });
		entries.push({ id, age: call.id, row });
	}
	return entries;
}

function idOf({ id }: WorldCall, { ids }: Settings): number {
	if (ids === 'falling') return Number.MAX_SAFE_INTEGER - id;
	return ids === 'repeated' ? Math.floor(id / 1000) : id;
}

function order(left: unknown, right: unknown): number {
	if (typeof left === 'number' && typeof right === 'number') return left - right;
	const [a, b] = [left, right].map((value) => (value === null ? '' : written(value))) as [string, string];
	return a < b ? -1 : a > b ? 1 : 0;
}

function whole(query: Record<string, string>, name: string, otherwise: number, least: number, most: number): number {
	const value = query[name];
	if (value === undefined) return otherwise;
	const number = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
	if (!(number >= least && number <= most)) throw invalid(name, `This value should be between ${least} and ${most}.`);
	return number;
}

/** Live calls as [ref] "GET /calls" has them. */
function liveRow(call: WorldCall, { account }: Context): Row {
	const connected = call.answeredAt !== null || account.answered.has(call.id);
	return {
		id: liveId(call.id),
		state: connected ? 'CONNECTED' : 'RINGING',
		src: digits(call.from),
		src_id: written(userId(call) ?? ''),
		src_name: call.from.name,
		src_ua: 'VoIPstudio 3.4.0 / win32',
		dst: account.transferred.get(call.id) ?? digits(call.to),
		dst_id: '',
		dst_name: call.to.name,
		dst_rate: 0.035,
		clid: `"${digits(call.from)}" <${digits(call.from)}>`,
		context: 'LOCAL_USER',
		destination: call.direction === 'inbound' ? 'in' : 'out',
		start_time: call.startedAt / 1000,
		connected_at: call.answeredAt === null ? null : call.answeredAt / 1000,
		duration: 0,
		queue_state: call.queue ? 'WAITING' : null,
		parent_id: call.parentId === null ? null : liveId(call.parentId),
	};
}

function liveCalls({ world, account }: Context): WorldCall[] {
	return world
		.callsBetween(world.now() - 86_400_000, Infinity)
		.filter((call) => call.endedAt === null && !account.hungUp.has(call.id));
}

function liveCall(context: Context): WorldCall {
	const call = liveCalls(context).find(({ id }) => written(liveId(id)) === context.ids[0]);
	if (!call) throw new Refusal(404, 'Resource not found');
	return call;
}

/** Checks a body: only these attributes, of these types. */
function checked(
	body: Row,
	types: Record<string, 'string' | 'integer' | 'boolean' | 'number' | 'array' | 'any'>,
	required: string[],
	{ unknownParameters }: Settings,
): Row {
	for (const name of required)
		if (body[name] === undefined || body[name] === '') throw invalid(name, 'This value should not be blank.');
	for (const [name, value] of Object.entries(body)) {
		const type = types[name];
		if (type === undefined) {
			if (unknownParameters === 'refuse') throw invalid(name, 'This form should not contain extra fields.');
			continue;
		}
		const isRight =
			type === 'any' ||
			(type === 'integer'
				? Number.isInteger(value)
				: type === 'number'
					? typeof value === 'number' || /^\d+(\.\d+)?$/.test(written(value))
					: type === 'array'
						? Array.isArray(value)
						: typeof value === type);
		if (!isRight) throw invalid(name);
	}
	return body;
}

function record<Kind>(found: Kind | undefined): Kind {
	if (found === undefined) throw new Refusal(404, 'Resource not found');
	return found;
}

const CALL_BODY = { to: 'string', from: 'string', caller_id: 'string' } as const;
const SETTING_BODY = {
	button_id: 'integer',
	name: 'string',
	position: 'string',
	floating_icon: 'boolean',
	culture: 'string',
	allowed_countries: 'any',
	show_to_allowed_countries_only: 'boolean',
	welcome_screen_msg: 'string',
	privacy_policy_url: 'string',
	ddi_e164: 'integer',
	max_call_rate: 'number',
} as const;
const BUTTON_BODY = { name: 'string', data_online: 'string', data_offline: 'string' } as const;
const CONTACT_BODY = {
	group_name: 'string',
	first_name: 'string',
	last_name: 'string',
	email: 'string',
	tel: 'string',
	speed_dial_phone: 'string',
	mobile: 'string',
	speed_dial_mobile: 'string',
	notes: 'string',
	labels: 'any',
	global: 'boolean',
} as const;

const SETTING_DEFAULTS: Row = { ...WEBSITE, name: '', title: '', ddi: 0 };

/** [cmb] "Request uses ddi_e164, response shows ddi". */
function settingRow(body: Row, before: Row): Row {
	const { ddi_e164, ...others } = body;
	return { ...before, ...others, ...(ddi_e164 === undefined ? {} : { ddi: ddi_e164 }) };
}

interface Answer {
	status: number;
	body?: object | Buffer;
	type?: string;
}

type Handler = (context: Context) => Answer | Promise<Answer>;

const single = (data: Row, status = 200): Answer => ({ status, body: { data, links: {} } });
const gone: Answer = { status: 204 };

function created(context: Context, store: Map<number, Row>, row: Row): Answer {
	const made = { id: context.account.nextId++, ...row, created_at: time(context.world.now(), context.world) };
	store.set(made.id, made);
	return single(made, 201);
}

function stored(store: (account: Account) => Map<number, Row>): { get: Handler; delete: Handler } {
	return {
		get: ({ account, ids }) => single(record(store(account).get(Number(ids[0])))),
		delete: ({ account, ids }) => {
			record(store(account).get(Number(ids[0])));
			store(account).delete(Number(ids[0]));
			return gone;
		},
	};
}

function recordOfCall(name: string): Handler {
	return (context) => single(callRecord(name, context));
}

function callRecord(name: string, context: Context): Row {
	const found = select(name, [], context).find(({ id }) => written(id) === context.ids[0]);
	return record(found).row();
}

/** [ref] an MP3 (PDF for faxes) as long as `size`; nothing but the bytes. */
function file(name: string, ending: 'mp3' | 'pdf'): Handler {
	return (context) => {
		const row = callRecord(name, context);
		const {
			settings: { filesAfterSeconds },
			world,
		} = context;
		const at =
			DateTime.fromSQL(written(row[CALL_LISTS[name]?.timeProperty ?? '']), { zone: context.settings.zone }).toMillis() +
			Number(row.duration ?? 0) * 1000;
		if (world.now() < at + filesAfterSeconds * 1000) throw new Refusal(404, 'File not found');
		const head = Buffer.from(ending === 'mp3' ? 'ID3' : '%PDF-1.4\n');
		const body = Buffer.concat([head, Buffer.alloc(Number(row.size ?? fileSize(Number(row.id))) - head.length, 0xaa)]);
		return { status: 200, body, type: ending === 'mp3' ? 'audio/mpeg' : 'application/pdf' };
	};
}

async function createCall(context: Context): Promise<Answer> {
	const { world, settings: now } = context;
	const { to, from, caller_id: callerId } = checked(context.body, CALL_BODY, ['to'], now);
	// [ref] "E.164 without '+'"; short extensions work as well.
	if (!/^\d{2,15}$/.test(written(to))) throw invalid('to');
	if (callerId !== undefined && !/^(\d{6,15}|anonymous)$/.test(written(callerId))) throw invalid('caller_id');
	// [ref] "from accepts only a user id": 400 'This value is not valid' otherwise.
	const user =
		from === undefined ? world.users[0] : world.users.find(({ id }) => written(USER_BASE + id) === written(from));
	if (!user) throw invalid('from');
	if (now.offlineUsers.includes(USER_BASE + user.id)) {
		await new Promise((resolve) => setTimeout(resolve, now.offlineAfterMs));
		throw new Refusal(412, 'Unable to make a call with no VoIP clients registered');
	}
	const call = world.addCall({
		direction: 'outbound',
		user: user.name,
		from: { number: user.ddi, name: user.name },
		to: written(to).length > 6 ? `+${written(to)}` : written(to),
		answeredAt: null,
		endedAt: null,
	});
	return single(liveRow(call, context), 201);
}

function sendSms(context: Context): Answer {
	const { world, account } = context;
	const { to, from, message } = checked(
		context.body,
		{ to: 'string', from: 'string', message: 'string' },
		['to', 'message'],
		context.settings,
	);
	for (const [field, value] of Object.entries({ to, from }))
		if (value !== undefined && !/^\d{6,15}$/.test(written(value))) throw invalid(field);
	const row: Row = {
		id: Math.floor(world.now() / 1000) * 2 ** 21 + 2 ** 20 + account.sentSms.length,
		created_at: time(world.now(), world),
		from: from ?? world.users[0]?.ddi.slice(1) ?? '',
		message: message ?? '',
		result: 'OK',
		to: to ?? '',
		type: 'O',
		user_id: USER_BASE + 1,
	};
	account.sentSms.push(row);
	return single(row, 201);
}

function createToken(context: Context): Answer {
	const { world, account } = context;
	const { name, expiry } = checked(context.body, { name: 'string', expiry: 'integer' }, ['name'], context.settings);
	// [ref] "(name, user) of an API key must be unique".
	if (tokenRows(context).some((row) => row.name === name)) throw invalid('name', 'This value is already used.');
	const token = `${digest(world.seed, written(name), account.nextId).toString(16).padStart(8, '0')}${'cddb080ebdabced'}${account.nextId}`;
	const row: Row = {
		id: account.nextId++,
		user_id: USER_BASE + 1,
		token,
		customer_id: 521156,
		name: name ?? '',
		host: '127.0.0.1',
		user_agent: 'n8n',
		expiry: expiry ?? 604_800,
		last_request_at: null,
		created_at: time(world.now(), world),
	};
	account.tokens.set(token, { ...row, usedAt: world.now() });
	return single(row, 201);
}

function setMembers(context: Context): Answer {
	const { account, ids, world } = context;
	const queue = record(world.queues.find(({ id }) => written(8000 + id) === ids[0]));
	const { users } = checked(context.body, { users: 'array' }, ['users'], context.settings);
	const members = z.array(z.object({ id: z.number().int(), status: z.boolean() }).strict()).safeParse(users);
	if (!members.success) throw invalid('users');
	if (members.data.some(({ id }) => !world.users.some((user) => USER_BASE + user.id === id))) throw invalid('users');
	// Own invention ([ref] unknown): members who are not in the list are removed.
	queue.memberIds = members.data.map(({ id }) => id - USER_BASE);
	for (const { id, status } of members.data) account.left[status ? 'delete' : 'add'](`${queue.id}:${id - USER_BASE}`);
	return single(
		record(queueRows({ ...context, query: { include: 'users' } }).find(({ id }) => written(id) === ids[0])),
	);
}

const settingsStore = stored(({ settings: store }) => store);
const buttonsStore = stored(({ buttons }) => buttons);
const groupsStore = stored(({ groups }) => groups);

/** Method and path of everything that is not a list; `{id}` are digits. */
const OPERATIONS: Record<string, Handler> = {
	'GET me': (context) => single(meRow(context)),
	'GET ping': () => ({ status: 200, body: { data: { response: 'Pong' } } }),
	'GET calls': (context) => {
		// [ref] "Docs say the endpoint takes no parameters".
		if (Object.keys(context.query).length > 0) throw invalid(Object.keys(context.query)[0] ?? '', 'Unknown parameter');
		const data = liveCalls(context).map((call) => liveRow(call, context));
		return { status: 200, body: { data, total: data.length } };
	},
	'POST calls': createCall,
	'GET calls/{id}': (context) => single(liveRow(liveCall(context), context)),
	'PATCH calls/{id}': (context) => {
		const call = liveCall(context);
		const { state, dst } = checked(
			context.body,
			{ state: 'string', dst: 'string', action_url: 'string', action_text: 'string' },
			[],
			context.settings,
		);
		if (state !== undefined && state !== 'CONNECTED') throw invalid('state');
		if (dst !== undefined && !/^\d{2,15}$/.test(written(dst))) throw invalid('dst');
		if (state !== undefined) context.account.answered.add(call.id);
		if (dst !== undefined) context.account.transferred.set(call.id, written(dst));
		return single(liveRow(call, context));
	},
	'DELETE calls/{id}': (context) => {
		const call = liveCall(context);
		context.account.hungUp.add(call.id);
		context.world.endCall(call.id);
		return gone;
	},
	'POST sms': sendSms,
	'GET sms/{id}': (context) => single(record(smsRows(context).find(({ id }) => written(id) === context.ids[0]))),
	'GET monitors/{id}': recordOfCall('monitors'),
	'GET monitors/{id}.mp3': file('monitors', 'mp3'),
	'GET voicemessages/{id}': recordOfCall('voicemessages'),
	'GET voicemessages/{id}.mp3': file('voicemessages', 'mp3'),
	'GET faxes/{id}': recordOfCall('faxes'),
	'GET faxes/{id}.pdf': file('faxes', 'pdf'),
	'GET chats/{id}': recordOfCall('chats'),
	'POST contacts': (context) =>
		created(context, context.account.contacts, {
			...checked(context.body, CONTACT_BODY, [], context.settings),
			internal: false,
			rel_user_id: null,
			user_id: USER_BASE + 1,
		}),
	'GET contacts/{id}': ({ account, ids }) => single(record(account.contacts.get(Number(ids[0])))),
	'PATCH contacts/{id}': (context) =>
		changed(context, context.account.contacts, checked(context.body, CONTACT_BODY, [], context.settings)),
	'GET queues/{id}': (context) => single(record(queueRows(context).find(({ id }) => written(id) === context.ids[0]))),
	'PATCH queues/{id}': setMembers,
	'POST queuegroups': (context) =>
		created(context, context.account.groups, checked(context.body, { name: 'string' }, ['name'], context.settings)),
	'GET queuegroups/{id}': groupsStore.get,
	'PATCH queuegroups/{id}': (context) =>
		changed(context, context.account.groups, checked(context.body, { name: 'string' }, [], context.settings)),
	'DELETE queuegroups/{id}': groupsStore.delete,
	'POST callmeback/settings': (context) =>
		created(
			context,
			context.account.settings,
			settingRow(checked(context.body, SETTING_BODY, [], context.settings), withoutId(SETTING_DEFAULTS)),
		),
	'GET callmeback/settings/{id}': settingsStore.get,
	'PATCH callmeback/settings/{id}': (context) => {
		const before = record(context.account.settings.get(Number(context.ids[0])));
		const after = settingRow(checked(context.body, SETTING_BODY, [], context.settings), before);
		context.account.settings.set(Number(context.ids[0]), after);
		return single(after);
	},
	'DELETE callmeback/settings/{id}': settingsStore.delete,
	'POST callmeback/buttons': (context) =>
		// [cmb] prints the fields of a setting. Own invention: the attributes of the button stand beside them.
		created(context, context.account.buttons, {
			...withoutId(PRINTED),
			...checked(context.body, BUTTON_BODY, [], context.settings),
		}),
	'GET callmeback/buttons/{id}': buttonsStore.get,
	'PATCH callmeback/buttons/{id}': (context) =>
		changed(context, context.account.buttons, checked(context.body, BUTTON_BODY, [], context.settings)),
	'DELETE callmeback/buttons/{id}': buttonsStore.delete,
	'POST apitokens': createToken,
};

function withoutId({ id, ...others }: Row): Row {
	void id;
	return others;
}

function changed({ ids }: Context, store: Map<number, Row>, change: Row): Answer {
	const row = { ...record(store.get(Number(ids[0]))), ...change };
	store.set(Number(ids[0]), row);
	return single(row);
}

/** POST /login and POST /login2fa, which need no token. */
function login(path: string, body: Row, world: World, now: Settings): Answer {
	const account = accountOf(now);
	const begin = (): Answer => {
		const token = `session${account.nextId++}${digest(world.seed, account.nextId).toString(16)}`;
		account.sessions.set(token, world.now());
		return { status: 200, body: { message: 'Login success', user_token: token, user_id: USER_BASE + 1 } };
	};
	if (path === 'login2fa') {
		// Own invention: the one-time code of the demo account.
		if (body.code !== '123456' || !account.nonces.delete(written(body.nonce))) throw new Refusal(400, 'Invalid code');
		return begin();
	}
	// [ref] "Bad credentials: 400 with an EMPTY errors array and the text in message".
	if (body.email !== now.email || body.password !== now.password) throw new Refusal(400, 'Invalid email or password');
	if (!now.twoFactor) return begin();
	const nonce = `nonce${account.nextId++}`;
	account.nonces.add(nonce);
	return { status: 202, body: { message: 'Two factor authentication required', nonce } };
}

/**
 * The token of a request: [intro] the header X-Auth-Token, or "HTTP basic authentication over SSL", whose pair is the user
 * and the token ([ref]). Own invention: that both work everywhere, and that the user of the pair is not looked at.
 */
function tokenOf({ headers }: FastifyRequest): string | null {
	const token = headers['x-auth-token'];
	if (typeof token === 'string') return token;
	const [, pair = ''] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(headers.authorization ?? '') ?? [];
	return /^[^:]*:(.+)$/s.exec(Buffer.from(pair, 'base64').toString())?.[1] ?? null;
}

/**
 * Whether a key made with `expiry` still opens. [intro] seconds, 0 for never; they are asked for because a login's token ends
 * when it is not used, so they count from the last request. Own invention: that they do.
 */
function isAlive(key: Row, world?: World): boolean {
	if (world === undefined) return true;
	const lifeMs = Number(key.expiry) * 1000;
	if (lifeMs > 0 && world.now() - Number(key.usedAt) > lifeMs) return false;
	key.usedAt = world.now();
	return true;
}

/** Whose request it is: that of an API key or of the token of a login. */
function authorise(request: FastifyRequest, now: Settings, world?: World): string | null {
	const token = tokenOf(request);
	if (token === null) return null;
	const account = accountOf(now);
	if (account.revoked.has(token)) return null;
	if (now.apiKeys.includes(token)) return token;
	const key = account.tokens.get(token);
	if (key !== undefined) return isAlive(key, world) ? token : null;
	const last = account.sessions.get(token);
	if (last === undefined) return null;
	if (world === undefined) return token;
	if (world.now() - last > now.sessionMinutes * 60_000) {
		account.sessions.delete(token);
		return null;
	}
	account.sessions.set(token, world.now());
	return token;
}

function printedAnswer(method: string, path: string): Answer | undefined {
	const pattern = `/${path.replace(/(?<=\/)\d+$/, '{id}')}`;
	const sample = voipstudioSamples.find((one) => one.method === method && one.path === pattern);
	return sample && { status: sample.status, body: sample.body as object | undefined };
}

async function answer(request: FastifyRequest, path: string, world: World, now: Settings): Promise<Answer> {
	const body = readBody(request);
	const printed = now.answers === 'printed' ? printedAnswer(request.method, path) : undefined;
	if (request.method === 'POST' && (path === 'login' || path === 'login2fa'))
		return printed ?? login(path, body, world, now);
	const token = authorise(request, now, world);
	if (token === null) throw new Refusal(401, 'Unauthorized');
	if (printed !== undefined) return printed;
	if (now.forbidden.includes(path)) throw new Refusal(403, 'Access denied');
	const account = accountOf(now);
	const context: Context = {
		world,
		settings: now,
		account,
		query: request.query as Record<string, string>,
		body,
		ids: [],
		token,
	};
	if (request.method === 'DELETE' && /^apitokens\/[\w-]+$/.test(path)) {
		const revoked = path.slice('apitokens/'.length);
		if (!tokenRows(context).some((row) => row.token === revoked)) throw new Refusal(404, 'Resource not found');
		account.revoked.add(revoked);
		return gone;
	}
	const ids: string[] = [];
	const pattern = path.replace(/(?<=\/)\d+(?=$|\.)/g, (id) => {
		ids.push(id);
		return '{id}';
	});
	const handler = OPERATIONS[`${request.method} ${pattern}`];
	if (handler) return await handler({ ...context, ids });
	if (request.method === 'GET' && (Object.hasOwn(ROW_LISTS, path) || Object.hasOwn(CALL_LISTS, path)))
		return { status: 200, body: list(path, context) };
	throw new Refusal(404, 'Resource not found');
}

/** [intro] bodies are JSON objects. */
function readBody(request: FastifyRequest): Row {
	const bytes = rawBody(request);
	if (bytes.length === 0) return {};
	try {
		const body: unknown = JSON.parse(bytes.toString());
		if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Row;
	} catch {
		throw new Refusal(400, 'Malformed JSON');
	}
	throw new Refusal(400, 'Malformed JSON');
}

function errorsOf({ errors }: Refusal, { emptyErrors, errorsAs }: Settings): unknown[] {
	if (emptyErrors) return [];
	return errorsAs === 'objects' ? errors : errors.map(({ field, message }) => `${field}: ${message}`);
}

function fail(reply: FastifyReply, status: number, message: string, errors: unknown[] = []): FastifyReply {
	return reply.code(status).send({ message, errors });
}

const STATUS_TEXTS: Record<number, string> = { 429: 'Too many requests', 500: 'Internal server error' };

function routes(app: FastifyInstance, world: World, now: Settings): void {
	// [ref] v1.1 and v1.2 behave the same.
	for (const version of ['v1.1', 'v1.2']) {
		app.all(`/${version}/voipstudio/*`, async (request, reply) => {
			try {
				const { status, body, type } = await answer(request, (request.params as { '*': string })['*'], world, now);
				if (type) reply.type(type);
				return await reply.code(status).send(body);
			} catch (error) {
				if (error instanceof Refusal) return fail(reply, error.status, error.message, errorsOf(error, now));
				throw error;
			}
		});
	}

	// Own invention: beyond the API there is a web server, whose answer to a strange address is a page.
	app.setNotFoundHandler((_request, reply) =>
		reply.code(404).type('text/html').send('<!doctype html><title>404</title><h1>Page not found</h1>'),
	);
}

/** The row for the table of providers. No request limit is documented. */
export const voipstudio = defineFace({
	prefix: '/voipstudio',
	basePath: '/v1.2/voipstudio',
	limit: null,
	settings,
	credentials: ({ apiKeys, email, password }) => ({ apiKey: apiKeys.join(' or '), email, password }),
	withKey: (key) => ({ apiKeys: [key] }),
	routes,
	account: (request, now) => authorise(request, now),
	fail: (reply, status) => fail(reply, status, STATUS_TEXTS[status] ?? 'Error'),
});
