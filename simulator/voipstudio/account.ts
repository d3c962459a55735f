import { z } from 'zod';

import type { WorldCall, WorldParty } from '../world/calls';
import { clockText } from '../world/clockText';
import type { World } from '../world/world';

export const settings = z.object({
	/** `printed`: an endpoint whose answer [intro] or [cmb] prints gives exactly that, whatever the request. */
	answers: z.enum(['living', 'printed']).default('living'),
	/** API keys of the dashboard. */
	apiKeys: z.array(z.string().min(8)).default(['voipstudio-demo-key']),
	email: z.string().default('jsmith@example.com'),
	password: z.string().default('$ecretPas$$'),
	/** Whether the login asks for a second factor ([ref] 202 with a nonce). */
	twoFactor: z.boolean().default(false),
	/** [intro] "expirará a los 30 minutos de inactividad", restarted by each request. */
	sessionMinutes: z.number().positive().default(30),
	// Own invention: the default size of a page is not documented.
	defaultLimit: z.number().int().positive().default(100),
	/** IDs of users whose phone is offline: 412. */
	offlineUsers: z.array(z.number()).default([]),
	/** [ref] the 412 "arrives after ~10 s"; here after as many milliseconds. */
	offlineAfterMs: z.number().nonnegative().default(0),
	// Own invention: how long after its call a recording's file becomes available, and that it is a 404 until then.
	filesAfterSeconds: z.number().nonnegative().default(0),
	// Own invention: a parameter or attribute nobody documents is refused, so that a client's mistake is noticed.
	unknownParameters: z.enum(['refuse', 'ignore']).default('refuse'),
	// Own invention: `nb_children` of a call counts those of its legs that are listed. The provider's own description of its
	// list mentions it, its samples do not have it.
	countsChildren: z.boolean().default(false),
	// Own invention: where the record of an answered call to a queue, whose `dst_name` is the agent's, leaves the queue: nowhere, or
	// in the legs of the phones that rang, as the number that was dialled.
	queueNamedIn: z.enum(['nothing', 'legs']).default('nothing'),
	// Own invention: some errors carry no `errors` ([ref] "errors may be []"); with this, validation errors carry none either.
	emptyErrors: z.boolean().default(false),
	/** `errors`: [ref] objects with field and message; [intro] "array of error messages", which may just as well be strings. */
	errorsAs: z.enum(['objects', 'texts']).default('objects'),
	// Own invention: what `links` contains, "links to related resources" ([intro]), which the samples print empty.
	links: z.enum(['empty', 'filled']).default('empty'),
	/** Paths that the key's user may not use: [cmb] "403 Access denied". */
	forbidden: z.array(z.string()).default([]),
	// Own invention: the zone of the times, which carry none (inferred in [ref]: UTC).
	zone: z.string().default('UTC'),
	// Own invention: what [intro]'s "total number of resources" counts: those that match the filter, or all.
	totals: z.enum(['filtered', 'everything', 'none']).default('filtered'),
	// Own invention: whether a list honours its filter, and its order.
	filters: z.enum(['applied', 'ignored']).default('applied'),
	sorting: z.enum(['applied', 'ignored']).default('applied'),
	// Own invention: what an API does that does not know `sort` and `dir`, which no document of the provider mentions, nor /ping.
	refused: z.array(z.enum(['sort', 'ping'])).default([]),
	refusedStatus: z.union([z.literal(400), z.literal(404)]).default(400),
	// [cmb] prints `culture` and `position` as integers in answers, and as texts in requests.
	codesAs: z.enum(['texts', 'integers']).default('texts'),
	// Own invention: the order without `sort`.
	defaultOrder: z.enum(['newestFirst', 'oldestFirst']).default('newestFirst'),
	// Own invention: how the ids of call records develop.
	ids: z.enum(['rising', 'falling', 'repeated']).default('rising'),
	// Own invention: whether Call Me Back CDRs are records of calls; `printed` has the fields that [cmb] prints.
	callMeBackCdrs: z.enum(['cdrs', 'printed']).default('cdrs'),
	// Own invention: what a list with "No parameters" ([cmb]; [ref] on live calls) does with them: [intro] says that lists take them.
	callMeBackParameters: z.enum(['taken', 'ignored', 'refused']).default('taken'),
});

export type Settings = z.output<typeof settings>;
export type Value = string | number | boolean | null;
export type Row = Record<string, Value | Value[] | object>;

/** An unsuccessful answer. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly errors: Array<{ field: string; message: string }> = [],
	) {
		super(message);
	}
}

export function invalid(field: string, message = 'This value is not valid.'): Refusal {
	return new Refusal(400, 'Validation error', [{ field, message }]);
}

/** What the account holds besides the world's calls. */
export interface Account {
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

export function accountOf(now: Settings): Account {
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

export interface Context {
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
export function time(instant: number, world: World, zone = 'UTC'): string {
	return clockText(world.stamp(instant), zone);
}

export function written(value: unknown): string {
	return typeof value === 'object' || value === undefined
		? JSON.stringify(value ?? '')
		: String(value as string | number | boolean);
}

export function digits({ number, withheld }: WorldParty): string {
	// Own invention: what is shown for a caller who withholds the number.
	return withheld || number === null ? 'anonymous' : number.replace(/^\+/, '');
}

export const USER_BASE = 1000;
export function userId(call: { user: WorldCall['user'] }): number | null {
	return call.user === null ? null : USER_BASE + call.user.id;
}

/** Checks a body: only these attributes, of these types. */
export function checked(
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

export function record<Kind>(found: Kind | undefined): Kind {
	if (found === undefined) throw new Refusal(404, 'Resource not found');
	return found;
}

export interface Answer {
	status: number;
	body?: object | Buffer;
	type?: string;
}

export type Handler = (context: Context) => Answer | Promise<Answer>;

export const single = (data: Row, status = 200): Answer => ({ status, body: { data, links: {} } });
export const gone: Answer = { status: 204 };
