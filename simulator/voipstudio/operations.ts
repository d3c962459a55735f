import { DateTime } from 'luxon';
import { z } from 'zod';

import type { WorldCall } from '../world/calls';
import { digest } from '../world/random';
import {
	type Account,
	type Answer,
	checked,
	type Context,
	gone,
	type Handler,
	invalid,
	record,
	Refusal,
	type Row,
	single,
	time,
	USER_BASE,
	written,
} from './account';
import { CALL_LISTS, select } from './lists';
import { fileSize, liveCalls, liveId, liveRow, meRow, PRINTED, queueRows, smsRows, tokenRows, WEBSITE } from './rows';

function liveCall(context: Context): WorldCall {
	const call = liveCalls(context).find(({ id }) => written(liveId(id)) === context.ids[0]);
	if (!call) throw new Refusal(404, 'Resource not found');
	return call;
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

/** [ref] the fields that a contact's record always has. Own invention: their values. */
const CONTACT_DEFAULTS: Row = { first_name: '', last_name: '', group_name: '', global: false };

const SETTING_DEFAULTS: Row = { ...WEBSITE, name: '', title: '', ddi: 0 };

/** [cmb] "Request uses ddi_e164, response shows ddi". */
function settingRow(body: Row, before: Row): Row {
	const { ddi_e164, ...others } = body;
	return { ...before, ...others, ...(ddi_e164 === undefined ? {} : { ddi: ddi_e164 }) };
}

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

/** [ref] an MP3 (PDF for faxes) of `size` bytes; the answer is nothing but the bytes. */
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
		id: world.nextId(),
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

/** Method and path of everything that is not a list; `{id}` stands for digits. */
export const OPERATIONS: Record<string, Handler> = {
	'GET me': (context) => single(meRow(context)),
	'GET ping': ({ settings: { refused, refusedStatus } }) => {
		if (refused.includes('ping')) throw new Refusal(refusedStatus, 'Resource not found');
		return { status: 200, body: { data: { response: 'Pong' } } };
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
			...CONTACT_DEFAULTS,
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
		// [cmb] prints the fields of a setting. Own invention: the attributes of the button come alongside them.
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
