import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { RateLimit } from './server/limits';
import type { World } from './world/world';

/** What a provider's file says about the provider. */
interface FaceDefinition<Schema extends z.ZodTypeAny> {
	/** The path all its addresses begin with, e.g. `/voipcloud`. */
	prefix: string;
	/** The path of the API below the prefix, where the provider's base URL has one. */
	basePath?: string;
	/** The documented rate limit, null if none is documented. */
	limit: RateLimit | null;
	/** The provider's knobs with their defaults. */
	settings: Schema;
	/** What a user types into n8n, by credential type and field. `url` is the address of the face, including its `basePath`. */
	credentials(settings: z.output<Schema>, url: string): Logins;
	/** The settings with which this key, and no other, opens the API. */
	withKey(key: string): z.input<Schema>;
	/** Adds the provider's routes. `settings` may change between two requests, so read them afresh in each. */
	routes(app: FastifyInstance, world: World, settings: z.output<Schema>): void;
	/** Whose rate limit a request counts against; null (nobody's) if it is not authorised. Runs after the body is read. */
	account(request: FastifyRequest, settings: z.output<Schema>): string | null;
	/** An error in the provider's own shape. */
	fail(reply: FastifyReply, status: number, settings: z.output<Schema>): FastifyReply;
}

/** The fields of credentials, by the name of n8n's credential type. */
export type Logins = Record<string, Record<string, string>>;

/** A provider's face on one world, with its current settings. */
export interface OpenFace<Settings> {
	readonly settings: Settings;
	/** Checks and applies some settings; throws on an unknown one. */
	change(settings: Record<string, unknown>): void;
	credentials(url: string): Logins;
	routes(app: FastifyInstance): void;
	account(request: FastifyRequest): string | null;
	fail(reply: FastifyReply, status: number): FastifyReply;
}

/** A row of the table of providers. */
interface Face<Input, Settings> {
	prefix: string;
	basePath?: string;
	limit: RateLimit | null;
	withKey(key: string): Input;
	open(world: World, settings: Input | undefined): OpenFace<Settings>;
}

/** Makes a row for the table of providers from what the provider's file says. */
export function defineFace<Schema extends z.AnyZodObject>(
	definition: FaceDefinition<Schema>,
): Face<z.input<Schema>, z.output<Schema>> {
	const schema = definition.settings.strict();
	return {
		prefix: definition.prefix,
		basePath: definition.basePath,
		limit: definition.limit,
		withKey: definition.withKey,
		open(world, input) {
			const settings: z.output<Schema> = schema.parse(input ?? {});
			return {
				settings,
				change: (changes) => void Object.assign(settings, schema.parse({ ...settings, ...changes })),
				credentials: (url) => definition.credentials(settings, url),
				routes: (app) => definition.routes(app, world, settings),
				account: (request) => definition.account(request, settings),
				fail: (reply, status) => definition.fail(reply, status, settings),
			};
		},
	};
}

/** The body as it came over the wire. */
export function rawBody(request: FastifyRequest): Buffer {
	return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/**
 * The fields of a form, urlencoded or multipart. A body of another type has none, as for PHP's `$_POST`.
 * A file is represented by its name.
 */
export async function formFields(request: FastifyRequest): Promise<Record<string, string>> {
	const type = request.headers['content-type'] ?? '';
	if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return {};
	const fields: Record<string, string> = {};
	try {
		const form = await new Response(new Uint8Array(rawBody(request)), { headers: { 'content-type': type } }).formData();
		form.forEach((value, name) => {
			fields[name] = typeof value === 'string' ? value : value.name;
		});
	} catch {
		// A form that cannot be read has no fields, and the provider then misses the required ones.
		return {};
	}
	return fields;
}
