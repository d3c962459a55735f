import type { WorldCall } from '../world/calls';
import { digest } from '../world/random';
import type { World } from '../world/world';
import { type Context, digits, type Row, type Settings, time, USER_BASE, userId, written } from './account';

const LIVE_BASE = 4_000_000_000;

// Own invention: live ids differ from the ids of records, but identify the same legs.
export function liveId(id: number): number {
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
export function cdrRow(call: WorldCall, world: World, { zone, countsChildren, queueNamedIn }: Settings): Row {
	const endedAt = call.endedAt ?? call.startedAt;
	const answered = call.outcome === 'answered' && call.answeredAt !== null;
	const id = userId(call);
	const inbound = call.direction === 'inbound';
	const isFromQueue = queueNamedIn === 'legs' && call.root !== null && call.queue !== null;
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
		dst: isFromQueue ? (call.queue?.extension ?? null) : digits(call.to),
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

export function monitorRow(call: WorldCall, world: World, { zone }: Settings): Row {
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

export function voicemailRow(call: WorldCall, world: World, { zone }: Settings): Row {
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
export function faxRow(call: WorldCall, world: World, { zone }: Settings): Row {
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

export function fileSize(id: number): number {
	return 2000 + (digest(id) % 3000);
}

export function smsRows({ world, account, settings: { zone } }: Context): Row[] {
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

export function userRows({ world }: Context): Row[] {
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

/** [ref] "GET /me": the token's user, with the password of the phone, which no client should pass on. */
export function meRow({ world }: Context): Row {
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

export function ddiRows({ world }: Context): Row[] {
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

export function queueRows({ world, account, query }: Context): Row[] {
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
export function chatRow(call: WorldCall, world: World, { zone }: Settings): Row {
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
export const PRINTED: Row = {
	id: 7967,
	allowed_countries: 'AU',
	button_id: 9062,
	created_at: '2024-03-15 04:07:36',
	// Own invention: strings in these two, as documented for changes; the samples print numbers.
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

// Own invention: the documented attribute for the rate is included, too.
export const WEBSITE: Row = { ...PRINTED, max_call_rate: 0.5 };

/** [cmb] prints the fields of a setting in the record of a call, and none of a call. Own invention: that this is a mistake. */
export function callMeBackRow(call: WorldCall, world: World, now: Settings): Row {
	if (now.callMeBackCdrs === 'cdrs') return cdrRow(call, world, now);
	return { ...PRINTED, id: call.id, created_at: time(call.startedAt, world, now.zone) };
}

/** Live calls as [ref] "GET /calls" has them. */
export function liveRow(call: WorldCall, { account }: Context): Row {
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

export function liveCalls({ world, account }: Context): WorldCall[] {
	return world
		.callsBetween(world.now() - 86_400_000, Infinity)
		.filter((call) => call.endedAt === null && !account.hungUp.has(call.id));
}

export function liveRows(context: Context): Row[] {
	return liveCalls(context).map((call) => liveRow(call, context));
}

export function tokenRows({ account, settings: { apiKeys } }: Context): Row[] {
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
