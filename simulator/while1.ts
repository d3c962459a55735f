import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { defineFace, rawBody } from './face';
import { type Answer, type Context, paged, settings, type Settings, type Store } from './while1/account';
import { between, readCdr, saveCdr } from './while1/cdr';
import { build, known, list, type Params, parse, record, Refusal, required, string, type Value } from './while1/params';
import { clickToCall } from './world/clickToCall';
import { while1Samples } from './world/samples';
import type { World } from './world/world';

function queuesOf({ world, params }: Context): string[] {
	const wanted = list(record(params.filters).queues).map(string);
	const names = world.queues.map(({ name }) => name).filter((name) => wanted.length === 0 || wanted.includes(name));
	if (names.length === 0) throw new Refusal('No Queues found');
	return names;
}

function originate({ world, params, settings: now }: Context): Answer {
	const data = record(params.data);
	// [doc] marks none as required; [wiki] these and the two that `requires` adds.
	const more = now.originateRequires === 'wiki' ? ['caller_id_name', 'external_id'] : [];
	required(data, 'project_id', 'caller_id', 'type', 'destination', ...more);
	if (!['user', 'queue', 'context', 'user_email', 'extension'].includes(string(data.type)))
		throw new Refusal(`Invalid type: ${string(data.type)}`);
	const destination = string(data.destination);
	// Own invention: a queue or context rings the first user.
	const agent = world.users.find(({ name, extension }) => [name, extension].includes(destination)) ?? world.users[0];
	clickToCall(world, { agent, to: string(data.caller_id), isAnswered: now.customersAnswer });
	return { results: [] };
}

type Run = (context: Context) => Answer;

/** By endpoint and action; for an endpoint without an action, that is ''. */
const operations: Record<string, Run> = {
	'originate-call ': originate,
	// [wiki] `read` appears in one passage, but in none of the samples.
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
	// Own invention: all the answers of `channel`.
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
function readParams(request: FastifyRequest, { textXml }: Settings): Params {
	const query = request.raw.url?.split('?')[1] ?? '';
	if (request.method === 'GET') return parse(query);
	const type = request.headers['content-type'] ?? '';
	const body = rawBody(request).toString();
	if (/^application\/json\b/i.test(type)) return record(JSON.parse(body) as Value);
	// PHP by itself reads no parameters from text/xml, although [doc] shows that header.
	const isForm =
		/^application\/x-www-form-urlencoded\b/i.test(type) || (textXml === 'read' && /^text\/xml\b/i.test(type));
	return isForm ? parse(body) : {};
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
				params = readParams(request, now);
			} catch {
				// Own invention: the text for a body that is not JSON.
				return refuse(reply, 'Invalid JSON', now);
			}
			const { api_hash: hash, ...signed } = params;
			const expected = createHash('md5')
				.update(build(signed, '') + (now.apiKey ?? ''))
				.digest('hex');
			// Own invention: the text for a hash that is missing or wrong, and that a PBX with a key requires one.
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

	// Own invention: outside the API there is the web interface of the PBX.
	app.setNotFoundHandler((_request, reply) =>
		reply.code(404).type('text/html').send('<!doctype html><title>404</title><h1>Page not found</h1>'),
	);
}

/** The row for the table of providers. No limit is documented. */
export const while1 = defineFace({
	prefix: '/while1',
	limit: null,
	settings,
	credentials: ({ apiToken, apiKey }, url) => ({ while1VoiceApi: { apiToken, apiKey: apiKey ?? '', baseUrl: url } }),
	withKey: (key) => ({ apiToken: key, apiKey: null }),
	routes,
	account: (request, now) => (authorised(request, now) ? now.apiToken : null),
	// Own invention: what a PBX answers when it breaks down itself.
	fail: (reply, status, now) => refuse(reply, status === 429 ? 'Too many requests' : 'Internal error', now, status),
});
