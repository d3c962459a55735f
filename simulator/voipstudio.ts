import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { defineFace, rawBody } from './face';
import {
	accountOf,
	type Answer,
	type Context,
	gone,
	Refusal,
	type Row,
	settings,
	type Settings,
	USER_BASE,
	written,
} from './voipstudio/account';
import { CALL_LISTS, list, ROW_LISTS } from './voipstudio/lists';
import { OPERATIONS } from './voipstudio/operations';
import { tokenRows } from './voipstudio/rows';
import { digest } from './world/random';
import { voipstudioSamples } from './world/samples';
import type { World } from './world/world';

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
 * The token of a request: [intro] the header X-Auth-Token, or "HTTP basic authentication over SSL", where the pair is the user
 * and the token ([ref]). Own invention: that both work everywhere, and that the user of the pair is not looked at.
 */
function tokenOf({ headers }: FastifyRequest): string | null {
	const token = headers['x-auth-token'];
	if (typeof token === 'string') return token;
	const [, pair = ''] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(headers.authorization ?? '') ?? [];
	return /^[^:]*:(.+)$/s.exec(Buffer.from(pair, 'base64').toString())?.[1] ?? null;
}

/**
 * Whether a key made with `expiry` is still valid. [intro] seconds, 0 for never; asked for because a login's token expires
 * when it is not used, so they count from the last request. Own invention: that they count so.
 */
function isAlive(key: Row, world?: World): boolean {
	if (world === undefined) return true;
	const lifeMs = Number(key.expiry) * 1000;
	if (lifeMs > 0 && world.now() - Number(key.usedAt) > lifeMs) return false;
	key.usedAt = world.now();
	return true;
}

/** Whose request it is, by its API key or the token of its login. */
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
	if (handler) return linked(await handler({ ...context, ids }), pattern, now);
	if (request.method === 'GET' && (Object.hasOwn(ROW_LISTS, path) || Object.hasOwn(CALL_LISTS, path)))
		return { status: 200, body: list(path, context) };
	throw new Refusal(404, 'Resource not found');
}

/** [intro] "links to related resources" beside a single record. Own invention: what they look like. */
function linked(given: Answer, pattern: string, { links }: Settings): Answer {
	if (links === 'empty' || given.body === undefined || !('links' in given.body)) return given;
	return { ...given, body: { ...given.body, links: { collection: `/${pattern.replace(/\/\{id\}$/, '')}` } } };
}

/** [cmb] prints `culture` and `position` of a record as integers. Own invention: which. */
function inCodes(body: object | undefined, { codesAs }: Settings): object | undefined {
	if (codesAs === 'texts' || body === undefined || !('data' in body)) return body;
	const coded = (row: unknown): unknown =>
		typeof row === 'object' && row !== null && 'culture' in row && 'position' in row
			? { ...row, culture: written(row.culture).length, position: written(row.position).length }
			: row;
	return { ...body, data: Array.isArray(body.data) ? body.data.map(coded) : coded(body.data) };
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
	// Own invention: v1.1 and v1.2 behave the same. [cmb] uses the one, [intro] the other.
	for (const version of ['v1.1', 'v1.2']) {
		app.all(`/${version}/voipstudio/*`, async (request, reply) => {
			try {
				const { status, body, type } = await answer(request, (request.params as { '*': string })['*'], world, now);
				if (type) reply.type(type);
				return await reply.code(status).send(inCodes(body, now));
			} catch (error) {
				if (error instanceof Refusal) return fail(reply, error.status, error.message, errorsOf(error, now));
				throw error;
			}
		});
	}

	// Own invention: outside the API there is a web server, which answers an unknown address with a page.
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
	credentials: ({ apiKeys: [apiKey = ''], email, password }, url) => ({
		voipStudioApi: { apiKey, baseUrl: url },
		voipStudioLoginApi: { email, password, baseUrl: url },
	}),
	withKey: (key) => ({ apiKeys: [key] }),
	routes,
	account: (request, now) => authorise(request, now),
	fail: (reply, status) => fail(reply, status, STATUS_TEXTS[status] ?? 'Error'),
});
