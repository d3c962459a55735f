import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Logins, OpenFace } from '../face';
import { providerNames, type ProviderName } from '../providers';
import type { World } from '../world/world';
import { faultKinds, type Faults } from './faults';
import { withoutCredential, type JournalEntry } from './journal';
import type { RateLimit } from './limits';

const provider = z.enum(providerNames as [ProviderName, ...ProviderName[]]);
const count = z.number().int().nonnegative();
const instant = z.union([z.number(), z.string().datetime({ offset: true })]);
const party = z.union([
	z.string(),
	z.object({ number: z.string().nullable(), name: z.string().nullable(), withheld: z.boolean() }).partial().strict(),
]);

const fault = z
	.object({
		kind: z.enum(faultKinds),
		provider: provider.optional(),
		path: z.string().optional(),
		method: z.string().optional(),
		times: count.min(1).optional(),
		skip: count.optional(),
		ms: count.optional(),
		retryAfterSeconds: count.optional(),
		status: z.number().int().min(300).max(399).optional(),
		location: z.string().optional(),
	})
	.strict();

const newCall = z
	.object({
		id: count.optional(),
		kind: z.enum(['queue', 'ringGroup', 'user']).optional(),
		direction: z.enum(['inbound', 'outbound', 'internal']).optional(),
		from: party.nullable().optional(),
		to: party.optional(),
		user: z.string().nullable().optional(),
		queue: z.string().nullable().optional(),
		ringGroup: z.string().nullable().optional(),
		startedAt: instant.optional(),
		answeredAt: instant.nullable().optional(),
		endedAt: instant.nullable().optional(),
		outcome: z.enum(['answered', 'missed', 'abandoned', 'timedOut', 'busy', 'failed']).optional(),
		parentId: count.nullable().optional(),
		recorded: z.boolean().optional(),
		voicemailSeconds: count.nullable().optional(),
		latenessMs: count.nullable().optional(),
		hidden: z.boolean().optional(),
		withLeg: z.boolean().optional(),
		/** This many calls, identical except for their ids. */
		count: count.max(100_000).optional(),
	})
	.strict();

const shown = { latenessMs: count.nullable().optional(), hidden: z.boolean().optional() };
const newGroupCall = z
	.object({
		queue: z.string().optional(),
		ringGroup: z.string().optional(),
		from: party.nullable().optional(),
		startedAt: instant.optional(),
		rings: z.array(z.string()),
		strategy: z.enum(['together', 'inTurn']).optional(),
		afterSeconds: count.optional(),
		ringSeconds: count.min(1).optional(),
		answer: z.object({ by: z.string(), afterSeconds: count, talkSeconds: count }).strict().nullable().optional(),
		giveUpAfterSeconds: count.optional(),
		outcome: z.enum(['missed', 'abandoned', 'timedOut']).optional(),
		transfers: z
			.array(z.object({ to: z.string(), kind: z.enum(['blind', 'attended', 'parked']), talkSeconds: count }).strict())
			.optional(),
		...shown,
		legs: z.array(z.object(shown).strict()).optional(),
	})
	.strict();

const span = z
	.object({
		from: z.coerce.number().default(-Infinity),
		to: z.coerce.number().default(Infinity),
		visible: z.enum(['0', '1']).default('0'),
	})
	.strict();
const clock = z.union([z.object({ offsetMs: z.number() }).strict(), z.object({ advanceMs: z.number() }).strict()]);
const rateLimit = z.object({ max: count, windowMs: count.min(1), retryAfter: z.boolean().optional() });
const limits = z.union([
	rateLimit.extend({ provider }).strict(),
	z.object({ provider, limit: z.null() }).strict(),
	z.object({ provider, max: z.null() }).passthrough(),
	z.object({ provider, windowMs: z.null() }).passthrough(),
]);
const worldKnobs = z
	.object({
		latenessMs: count.optional(),
		clockSkewMs: z.number().optional(),
		historyFrom: z.number().optional(),
		unansweredLegs: z.enum(['none', 'one', 'all']).optional(),
	})
	.strict();
const faceSettings = z.object({ provider, settings: z.record(z.unknown()) }).strict();

/** What can be controlled and inspected from outside. */
export interface Controlled {
	/** The address of each provider's face. */
	urls: Record<ProviderName, string>;
	world: World;
	faults: Faults;
	/** Every request received, oldest first. */
	requests: JournalEntry[];
	/** Each provider's settings, which may be changed at any time. */
	faces: Record<ProviderName, OpenFace<object>>;
	/** What a user types into n8n for each provider, with `root` in place of the address of the simulator. */
	logins(root?: string): Logins;
	setLimit(provider: ProviderName, limit: RateLimit | null): void;
}

/**
 * The control API, for tests in another process. It is ours alone: no provider has it.
 * Everything it takes is checked, so that a test with a mistake in it fails instead of testing nothing.
 */
export function controlRoutes(app: FastifyInstance, simulator: Controlled): void {
	const { world, faults, requests } = simulator;

	app.setErrorHandler((error, _request, reply) =>
		reply.code(400).send({ error: error instanceof Error ? error.message : String(error) }),
	);

	app.get('/health', () => ({ ok: true, now: world.now(), urls: simulator.urls }));
	app.get('/credentials', () => simulator.logins());

	app.get('/requests', () => requests.map(withoutCredential));
	app.delete('/requests', () => {
		requests.length = 0;
		return { ok: true };
	});

	app.get('/faults', () => faults.pending);
	app.post('/faults', (request) => {
		faults.add(...z.union([z.array(fault), fault.transform((one) => [one])]).parse(request.body));
		return { pending: faults.pending };
	});
	app.delete('/faults', () => {
		faults.clear();
		return { ok: true };
	});

	app.get('/calls', (request) => {
		const { from, to, visible } = span.parse(request.query);
		return visible === '1' ? world.callsBetween(from, to) : world.truthBetween(from, to);
	});
	app.post('/calls', (request) => {
		const { count: times = 1, ...call } = newCall.parse(request.body ?? {});
		return Array.from({ length: times }, () => world.addCall(call));
	});
	app.post('/group-calls', (request) => world.addGroupCall(newGroupCall.parse(request.body ?? {})));
	app.post('/calls/:id/end', (request, reply) => {
		const { id } = z.object({ id: z.coerce.number() }).parse(request.params);
		return world.endCall(id) ?? reply.code(404).send({ error: 'No such injected call' });
	});
	app.delete('/calls/:id', (request) => {
		world.removeCall(z.object({ id: z.coerce.number() }).parse(request.params).id);
		return { ok: true };
	});

	app.get('/faxes', () =>
		world.faxes.map(({ bytes, ...fax }) => ({
			...fax,
			size: bytes.length,
			base64: Buffer.from(bytes).toString('base64'),
		})),
	);
	app.get('/texts', () => world.sentTexts);

	app.get('/world', () => ({
		users: world.users,
		queues: world.queues,
		ringGroups: world.ringGroups,
		zone: world.zone,
		historyFrom: world.historyFrom,
	}));
	app.post('/world', (request) => {
		const knobs = worldKnobs.parse(request.body);
		world.lateness = knobs.latenessMs ?? world.lateness;
		world.clockSkewMs = knobs.clockSkewMs ?? world.clockSkewMs;
		world.historyFrom = knobs.historyFrom ?? world.historyFrom;
		world.unansweredLegs = knobs.unansweredLegs ?? world.unansweredLegs;
		return { ok: true };
	});

	app.post('/clock', (request) => {
		const change = clock.parse(request.body);
		world.offsetMs = 'offsetMs' in change ? change.offsetMs : world.offsetMs + change.advanceMs;
		return { now: world.now(), offsetMs: world.offsetMs };
	});

	app.post('/limits', (request) => {
		const asked = limits.parse(request.body);
		const limit = rateLimit.safeParse(asked);
		simulator.setLimit(asked.provider, limit.success ? limit.data : null);
		return { ok: true };
	});

	app.post('/settings', (request) => {
		const { provider: name, settings } = faceSettings.parse(request.body);
		simulator.faces[name].change(settings);
		return simulator.faces[name].settings;
	});
}
