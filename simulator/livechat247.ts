import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { defineFace, rawBody } from './face';
import { livechat247Samples } from './world/samples';
import type { World } from './world/world';

/*
 * 247LiveChat's `u/api`: a single address, with the object `o` and the action `a`.
 *
 * [doc] is the provider's page "Rest API Introduction"; its statements are rows in
 * docs/conformance/247livechat.yaml. [java] is the vendor's own fax client. What neither of them says is marked `Own invention:`.
 */

const settings = z.object({
	/** `printed`: a correct request gets exactly the answer that [doc] prints, and has no effect. */
	answers: z.enum(['living', 'printed']).default('living'),
	email: z.string().default('demo@example.com'),
	/** [doc] "api_key or api_password". */
	apiKey: z.string().min(1).default('livechat247-demo-key'),
	password: z.string().min(1).default('livechat247-demo-password'),
	// Own invention: no document says which HTTP status comes with an error. 200 is the one that trips a client up.
	statusMirrorsCode: z.boolean().default(false),
	/** How `errors` looks. [doc] an object by code. Own invention: the others; [doc] of a sibling API shows `error` as a text. */
	errorsAs: z.enum(['object', 'list', 'string', 'error']).default('object'),
	/** [doc] the printed answer to a fax is not JSON: `"id" => 323`. Own invention: that the printed form is a mistake, by default. */
	printsIdWithArrow: z.boolean().default(false),
});

type Settings = z.output<typeof settings>;

/** An error in the answer, by its code. */
class Refusal extends Error {
	constructor(
		readonly code: number,
		message: string,
	) {
		super(message);
	}
}

type Fields = Map<string, string | File>;

/** A call that was started through this API and is still going on. */
interface Active {
	id: number;
	from: string;
	to: string;
	at: number;
}

interface Context {
	world: World;
	settings: Settings;
	fields: Fields;
	active: { call: Active | null };
}

interface Operation {
	/** Parameters besides the basic ones, all required. */
	parameters: string[];
	run(context: Context): object | Promise<object>;
}

/** By method, object and action: the same pair means different things in a GET and in a POST. */
const operations: Record<string, Operation> = {
	'POST fax send': { parameters: ['from_no', 'to_no', 'fax_file'], run: sendFax },
	'POST sms send': { parameters: ['to_no', 'text'], run: sendText },
	'GET webcall call': { parameters: [], run: callStatus },
	'POST webcall call': { parameters: ['from_no', 'to_no'], run: startCall },
	// [doc] does not name the method; its sample is a POST.
	'POST webcall terminate': { parameters: [], run: endCall },
	'POST webcall c2c': { parameters: ['to'], run: clickToCall },
};

const BASIC = ['api_email', 'api_key', 'api_password', 'o', 'a'];

function text({ fields }: Context, name: string): string {
	const value = fields.get(name);
	// Own invention: the wording for a missing parameter is the one the vendor's fax client looks for.
	if (typeof value !== 'string' || value === '') throw new Refusal(400, `${name} field is required`);
	return value;
}

/** [doc] "varchar(18)", "in E164 format, for example: +121234561234". */
function number(context: Context, name: string): string {
	const value = text(context, name);
	// The wording is what the vendor's SMS client looks for. Own invention: what exactly is refused.
	if (value.length > 18 || !/^\+[1-9]\d+$/.test(value)) throw new Refusal(400, `Invalid format of ${name} field.`);
	return value;
}

async function sendFax(context: Context): Promise<object> {
	const file = context.fields.get('fax_file');
	// [java] sends multipart with a file part. Own invention: that anything else is refused; the form in [doc]'s sample
	// contains only the file's name.
	if (!(file instanceof File)) throw new Refusal(400, 'fax_file must be a file part of a multipart form');
	if (!/\.(pdf|docx?|ppt|xls)$/i.test(file.name)) throw new Refusal(400, 'Invalid file format');
	if (file.size === 0) throw new Refusal(400, 'Empty file');
	const { world } = context;
	const fax = {
		id: 323 + world.faxes.length,
		at: world.now(),
		from: number(context, 'from_no'),
		to: number(context, 'to_no'),
		fileName: file.name,
		mimeType: file.type,
		bytes: new Uint8Array(await file.arrayBuffer()),
	};
	world.faxes.push(fax);
	return { success: true, info: `Fax sent to ${fax.to}`, id: fax.id };
}

function sendText(context: Context): object {
	const { world } = context;
	const message = text(context, 'text');
	if ([...message].length > 160) throw new Refusal(400, 'text is longer than 160 characters');
	const to = number(context, 'to_no');
	world.sentTexts.push({ at: world.now(), to, text: message });
	return { success: true, info: `Message sent to ${to}` };
}

function callStatus({ world, active: { call } }: Context): object {
	// Own invention: what is answered when no call is active.
	if (call === null) throw new Refusal(404, 'No active call');
	const seconds = Math.floor((world.now() - call.at) / 1000);
	return {
		success: true,
		from: call.from.slice(1),
		from_state: 'CONNECTED',
		to: call.to.slice(1),
		to_state: 'CONNECTED',
		duration: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
	};
}

function place({ world, active }: Context, from: string, to: string): void {
	const call = world.addCall({
		direction: 'outbound',
		from,
		to,
		answeredAt: world.now(),
		outcome: 'answered',
		endedAt: null,
	});
	active.call = { id: call.id, from, to, at: world.now() };
}

function startCall(context: Context): object {
	place(context, number(context, 'from_no'), number(context, 'to_no'));
	return { success: true, info: 'Response: Success, Message: Originate successfully queued' };
}

function clickToCall(context: Context): object {
	place(context, context.world.users[0]?.ddi ?? '+442036427900', number(context, 'to'));
	return { success: true, info: 'Call OK' };
}

function endCall({ world, active }: Context): object {
	// Own invention: what is answered when no call is active.
	if (active.call === null) throw new Refusal(404, 'No active call');
	world.endCall(active.call.id);
	active.call = null;
	return { success: true, info: 'Call terminated' };
}

/** [doc] the parameters of a GET are in the query, those of a POST in the form. JSON does not count as a form. */
async function readFields(request: FastifyRequest): Promise<Fields> {
	if (request.method === 'GET') return new Map(Object.entries(request.query as Record<string, string>));
	const type = request.headers['content-type'] ?? '';
	if (/^application\/x-www-form-urlencoded\b/i.test(type))
		return new Map(new URLSearchParams(rawBody(request).toString()));
	if (!/^multipart\/form-data\b/i.test(type)) return new Map();
	const fields: Fields = new Map();
	try {
		const form = await new Response(new Uint8Array(rawBody(request)), { headers: { 'content-type': type } }).formData();
		form.forEach((value, name) => fields.set(name, value));
	} catch {
		return new Map(); // A form that cannot be read has no fields: the credential is missing then.
	}
	return fields;
}

function authorised(fields: Fields, { email, apiKey, password }: Settings): boolean {
	if (fields.get('api_email') !== email) return false;
	return fields.has('api_key') ? fields.get('api_key') === apiKey : fields.get('api_password') === password;
}

function refuse(
	reply: FastifyReply,
	code: number,
	message: string,
	{ statusMirrorsCode, errorsAs }: Settings,
): FastifyReply {
	const errors = {
		object: { errors: { [code]: message } },
		list: { errors: [message] },
		string: { errors: message },
		error: { error: message },
	};
	return reply.code(statusMirrorsCode ? code : 200).send({ success: false, ...errors[errorsAs] });
}

function routes(app: FastifyInstance, world: World, now: Settings): void {
	const active: Context['active'] = { call: null };

	app.route({
		method: ['GET', 'POST'],
		url: '/u/api',
		// Own invention: how large a fax may be is not documented.
		bodyLimit: 128 * 1024 * 1024,
		handler: async (request, reply) => {
			const fields = await readFields(request);
			// [doc] word for word, the spelling too.
			if (!authorised(fields, now)) return refuse(reply, 403, 'Forbiden', now);
			const pair = [fields.get('o'), fields.get('a')].filter((part) => typeof part === 'string').join(' ');
			const name = `${request.method} ${pair}`;
			const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
			if (operation === undefined && request.method === 'GET' && Object.hasOwn(operations, `POST ${pair}`))
				return refuse(reply, 403, 'POST Only', now);
			// Own invention: the answer to an unknown pair.
			if (operation === undefined) return refuse(reply, 404, 'Unknown object or action', now);
			try {
				// Own invention: a parameter nobody documents is refused, so that a client's mistake is noticed.
				const strange = [...fields.keys()].find(
					(field) => !BASIC.includes(field) && !operation.parameters.includes(field),
				);
				if (strange !== undefined) throw new Refusal(400, `Unknown parameter ${strange}`);
				const sample = livechat247Samples.find(({ method, path }) => name === `${method} ${path}`);
				if (now.answers === 'printed' && sample !== undefined)
					return await reply.code(sample.status).type('application/json').send(sample.body);
				const answer = await operation.run({ world, settings: now, fields, active });
				if (!now.printsIdWithArrow) return reply.send(answer);
				return reply.type('application/json').send(JSON.stringify(answer).replace('"id":', '"id" => '));
			} catch (error) {
				if (error instanceof Refusal) return refuse(reply, error.code, error.message, now);
				throw error;
			}
		},
	});

	// Own invention: what there is outside the API.
	app.setNotFoundHandler((_request, reply) =>
		reply.code(404).type('text/html').send('<!doctype html><title>404</title><h1>Page not found</h1>'),
	);
}

/** The row for the table of providers. Documented limit: 100 calls every 5 minutes. */
export const livechat247 = defineFace({
	prefix: '/livechat247',
	limit: { max: 100, windowMs: 5 * 60_000 },
	settings,
	credentials: ({ email, apiKey, password }, url) => ({
		liveChat247Api: {
			email,
			authentication: 'apiKey',
			apiKey,
			password,
			environment: 'custom',
			baseUrl: `${url}/u/api`,
		},
	}),
	withKey: (apiKey) => ({ apiKey }),
	routes,
	// Own invention: the limit counts every request; this system has one account.
	account: () => 'account',
	// Own invention: the answer once the limit is exceeded.
	fail: (reply, status, now) => refuse(reply, status, status === 429 ? 'Too many requests' : 'Internal error', now),
});
