import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';

import { rawBody, type Logins, type OpenFace } from '../face';
import { providerNames, providers, type ProviderName } from '../providers';
import { World } from '../world/world';
import type { WorldOptions } from '../world/worldOptions';
import { controlRoutes, type Controlled } from './control';
import { Faults, type Fault } from './faults';
import type { JournalEntry } from './journal';
import { Limiter, type RateLimit } from './limits';

/** The knobs of each provider; see its file. */
type FaceOptions = { [Name in ProviderName]?: Parameters<(typeof providers)[Name]['open']>[1] };

type OpenFaces = { [Name in ProviderName]: ReturnType<(typeof providers)[Name]['open']> };

export interface SimulatorOptions extends FaceOptions {
	/** A world, or how to make one. */
	world?: World | WorldOptions;
	/** The clock of a world that is made here. Default `Date.now`. */
	clock?: () => number;
	/** Default: any free port. */
	port?: number;
	/** For answers that no setting produces: changes a provider's JSON on its way out. */
	rewrite?: (request: JournalEntry, body: unknown, setStatus: (status: number) => void) => unknown;
	/** Instead of the documented rate limits; null switches one off. */
	limits?: Partial<Record<ProviderName, RateLimit | null>>;
}

/** The simulator as tests see it. `urls` are what a credential's base URL must be; empty `requests` with `length = 0`. */
export interface Simulator extends Controlled {
	/** `http://127.0.0.1:<port>`. */
	url: string;
	faces: OpenFaces;
	close(): Promise<void>;
}

/** The settings with which this key, and no other, opens the API of every provider. */
export function withKey(key: string): FaceOptions {
	return Object.fromEntries(providerNames.map((name) => [name, providers[name].withKey(key)]));
}

const struck = new WeakMap<FastifyRequest, Fault>();
const journalled = new WeakMap<FastifyRequest, JournalEntry>();

/** Starts the simulator on the loopback address. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const world = options.world instanceof World ? options.world : new World({ clock: options.clock, ...options.world });
	const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false, bodyLimit: 32 * 1024 * 1024 });
	app.addHook('onRequest', async (request, reply) => {
		const refused = foreignRequest(request);
		return refused === undefined ? undefined : reply.code(403).send({ error: refused });
	});
	const faults = new Faults();
	const requests: JournalEntry[] = [];
	const faces: Partial<Record<ProviderName, OpenFace<object>>> = {};
	const limiters: Partial<Record<ProviderName, Limiter>> = {};

	for (const name of providerNames) {
		const { prefix, limit } = providers[name];
		// Each row checks its own settings when it opens; the type of the table does not say which row this is.
		const open = providers[name].open as (world: World, settings: unknown) => OpenFace<object>;
		const face = open(world, options[name]);
		const asked = options.limits?.[name];
		const limiter = new Limiter(asked === undefined ? limit : asked);
		faces[name] = face;
		limiters[name] = limiter;
		await app.register(
			async (scope) => mount(scope, { name, prefix, face, limiter, world, faults, requests, rewrite: options.rewrite }),
			{
				prefix,
			},
		);
	}

	const simulator: Simulator = {
		url: '',
		urls: {} as Record<ProviderName, string>,
		world,
		faults,
		requests,
		faces: faces as OpenFaces,
		setLimit(provider, limit) {
			const limiter = limiters[provider];
			if (limiter) limiter.limit = limit;
		},
		logins(root = simulator.url) {
			const logins = providerNames.map((name) => faces[name]?.credentials(addressOf(name, root)));
			return Object.assign({}, ...logins) as Logins;
		},
		close: () => app.close(),
	};
	await app.register(async (scope) => controlRoutes(scope, simulator), { prefix: '/_simulator' });
	// Loopback only: this imitation has no protection whatsoever.
	simulator.url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
	for (const name of providerNames) simulator.urls[name] = addressOf(name, simulator.url);
	return simulator;
}

function addressOf(name: ProviderName, root: string): string {
	const { prefix, basePath = '' } = providers[name];
	return `${root}${prefix}${basePath}`;
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Why a request does not come from a program on this machine. Otherwise a page in a browser could place a call with
 * a form (its Origin shows it), or read everything through a host name of its own that points here (its Host shows it).
 */
function foreignRequest({ headers: { host, origin } }: FastifyRequest): string | undefined {
	if (!LOOPBACK.test(host ?? '')) return 'The simulator answers under the names of this machine only';
	if (origin !== undefined && !LOOPBACK.test(origin.replace(/^https?:\/\//i, ''))) {
		return 'The simulator answers no page of another site';
	}
	return undefined;
}

interface Mounted {
	name: ProviderName;
	prefix: string;
	face: OpenFace<object>;
	limiter: Limiter;
	world: World;
	faults: Faults;
	requests: JournalEntry[];
	rewrite: SimulatorOptions['rewrite'];
}

/** What all providers share and each provider's routes are wrapped in: journal, faults, rate limit. */
function mount(
	scope: FastifyInstance,
	{ name, prefix, face, limiter, world, faults, requests, rewrite }: Mounted,
): void {
	// Bodies stay bytes until the provider's own code reads them as its document says.
	scope.removeAllContentTypeParsers();
	scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

	scope.addHook('onRequest', async (_request, reply) => {
		// Node's own would be the clock of the machine.
		reply.raw.setHeader('date', new Date(world.stamp(world.now())).toUTCString());
	});

	scope.addHook('preHandler', async (request, reply) => {
		const entry: JournalEntry = {
			provider: name,
			method: request.method,
			path: request.url.slice(prefix.length).replace(/\?.*$/s, ''),
			query: request.query as JournalEntry['query'],
			headers: request.headers,
			body: rawBody(request).toString(),
			status: null,
			fault: null,
			at: world.now(),
		};
		requests.push(entry);
		journalled.set(request, entry);
		const fault = faults.take({ provider: name, method: request.method, path: request.url.slice(prefix.length) });
		if (fault) {
			entry.fault = fault.kind;
			struck.set(request, fault);
			const answered = await strike(fault, request, reply, face);
			if (answered) return reply;
		}
		const account = face.account(request);
		const waitMs = account === null ? 0 : limiter.take(account, world.now());
		if (waitMs === 0) return undefined;
		if (limiter.limit?.retryAfter) reply.header('retry-after', Math.ceil(waitMs / 1000));
		return face.fail(reply, 429);
	});

	scope.addHook('onSend', (request, reply, payload, done) => {
		const entry = journalled.get(request);
		if (entry) entry.status = reply.statusCode;
		const kind = struck.get(request)?.kind;
		if (typeof payload !== 'string' || (kind !== 'brokenJson' && kind !== 'truncated')) {
			done(null, payload);
			return;
		}
		const half = payload.slice(0, Math.floor(payload.length / 2));
		if (kind === 'brokenJson') {
			reply.removeHeader('content-length');
			done(null, half);
			return;
		}
		// The header promises all of it, the connection ends after half. `done` is not called: the answer has been sent.
		reply.raw.writeHead(reply.statusCode, {
			'content-type': String(reply.getHeader('content-type')),
			'content-length': Buffer.byteLength(payload),
		});
		reply.raw.write(half, () => reply.raw.destroy());
	});

	if (rewrite !== undefined) {
		scope.addHook('preSerialization', async (request, reply, body) => {
			const entry = journalled.get(request);
			return entry === undefined ? body : rewrite(entry, body, (status) => void reply.code(status));
		});
	}

	face.routes(scope);
}

/** Makes a fault happen. Returns whether that finishes the request. */
async function strike(
	fault: Fault,
	request: FastifyRequest,
	reply: FastifyReply,
	face: OpenFace<object>,
): Promise<boolean> {
	if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', fault.retryAfterSeconds);
	switch (fault.kind) {
		case '429':
		case '500':
			face.fail(reply, Number(fault.kind));
			return true;
		case '502':
			// From the gateway before the provider, which knows nothing of the provider's envelope.
			reply
				.code(502)
				.type('text/html')
				.send('<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>');
			return true;
		case '408':
		case '504':
			reply.code(Number(fault.kind)).type('text/html').send(`<html><h1>${fault.kind}</h1></html>`);
			return true;
		case 'empty':
			reply.code(200).type('application/json').send('');
			return true;
		case 'emptyObject':
			reply.code(200).type('application/json').send('{}');
			return true;
		case 'redirect':
			reply
				.code(fault.status ?? 302)
				.header('location', (fault.location ?? '{path}').replace('{path}', request.url))
				.type('text/html')
				.send('<a>Moved</a>');
			return true;
		case 'drip': {
			// The answer starts promptly and never ends: a blank now and then keeps the connection alive.
			reply.hijack();
			reply.raw.writeHead(200, { 'content-type': 'application/json' });
			const dripping = setInterval(() => reply.raw.write(' '), fault.ms ?? 50);
			reply.raw.on('close', () => clearInterval(dripping));
			return true;
		}
		case 'html':
			reply.code(200).type('text/html').send('<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>');
			return true;
		case 'reset':
			reply.hijack();
			request.raw.socket.resetAndDestroy();
			return true;
		case 'hang':
			reply.hijack();
			if (fault.ms !== undefined) setTimeout(() => request.raw.socket.destroy(), fault.ms).unref();
			return true;
		case 'slow':
			await (fault.until ?? delay(fault.ms ?? 1000));
			return false;
		default:
			// brokenJson and truncated damage the answer on its way out.
			return false;
	}
}
