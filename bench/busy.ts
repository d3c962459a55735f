/**
 * What a steady poll of a busy account has to read: `tsx bench/busy.ts PROVIDER RECORDS_PER_DAY`. One line of JSON.
 *
 * The simulator's calls live, which takes minutes at such a load, so the lists here are of calls a minute long, as far apart as
 * their number says, answered as the provider's document has it.
 */
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { voipStudioTrigger } from '../nodes/VoipStudio/calls/trigger';
import { voipcloudTrigger } from '../nodes/Voipcloud/calls/trigger';
import { while1VoiceTrigger } from '../nodes/While1Voice/calls/trigger';
import { decide, readSince } from '../nodes/shared/calls/decide';
import type { Reading } from '../nodes/shared/calls/observed';
import type { TriggerProvider } from '../nodes/shared/calls/source';
import { freshState } from '../nodes/shared/calls/state';
import {
	wholeCalls as joined,
	NOTHING_CARRIED,
	pendingAfter,
	readWholeSince,
	type Carried,
} from '../nodes/shared/calls/whole';

const [, , provider, perDay] = process.argv;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.parse('2026-11-20T12:00:00Z');
const LOOKBACK_MS = 240 * MINUTE;
const APART = DAY / Number(perDay);
/** What a record has besides what is read here: 640 bytes of a call record at VoIPstudio, less elsewhere. */
const REST = { voipstudio: 'x'.repeat(420), voipcloud: '', while1: 'x'.repeat(150) }[provider] ?? '';

interface Call {
	readonly id: number;
	readonly at: number;
}

/** The calls that began in [from, to), oldest first, of those that have ended by now. */
function callsIn(from: number, to: number): Call[] {
	const first = Math.ceil(Math.max(from, NOW - 6 * DAY) / APART);
	const end = Math.min(to, NOW - MINUTE) / APART;
	return Array.from({ length: Math.max(0, Math.ceil(end) - first) }, (_, i) => ({
		id: first + i,
		at: (first + i) * APART,
	}));
}

function clock(at: number): string {
	return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

interface Face {
	readonly trigger: TriggerProvider;
	readonly event: string;
	readonly wholeCalls: boolean;
	answer(request: IHttpRequestOptions): object;
}

const faces: Record<string, Face> = {
	voipcloud: {
		trigger: voipcloudTrigger,
		event: 'queueCall',
		wholeCalls: false,
		answer({ qs = {} }) {
			const { from_date, to_date, limit, offset } = qs as Record<string, string>;
			const to = to_date === undefined ? Infinity : Date.parse(to_date) + DAY;
			const calls = callsIn(from_date === undefined ? -Infinity : Date.parse(from_date), to).reverse();
			const some = calls.slice(Number(offset), Number(offset) + Number(limit));
			return { code: 200, data: some.map(voipcloudCall) };
		},
	},
	voipstudio: {
		trigger: voipStudioTrigger,
		event: 'cdr',
		wholeCalls: true,
		answer({ qs = {} }) {
			const conditions = JSON.parse((qs.filter as string | undefined) ?? '[]') as Array<{
				operator: string;
				value: string;
			}>;
			const limit = (operator: string) => {
				const value = conditions.find((condition) => condition.operator === operator)?.value;
				return value === undefined ? undefined : Date.parse(`${value.replace(' ', 'T')}Z`);
			};
			const calls = callsIn(limit('gte') ?? -Infinity, (limit('lte') ?? Infinity) + 1000);
			if (qs.dir === 'DESC') calls.reverse();
			const begin = (Number(qs.page) - 1) * Number(qs.limit);
			return { data: calls.slice(begin, begin + Number(qs.limit)).map(voipstudioCall), total: calls.length };
		},
	},
	while1: {
		trigger: while1VoiceTrigger,
		event: 'cdr',
		wholeCalls: true,
		answer({ body }) {
			const { page, filters } = body as { page: number; filters: { date_between: [string, string] } };
			const [from, to] = filters.date_between.map((at) => Date.parse(`${at.replace(' ', 'T')}Z`));
			const calls = callsIn(from, to);
			const pagination = { current_page: page, max_page: Math.ceil(calls.length / 100) || 1, row_count: calls.length };
			return { pagination, results: calls.slice((page - 1) * 100, page * 100).map(while1Call) };
		},
	},
};

function voipcloudCall({ id, at }: Call): object {
	const [call_start_at, call_answered_at, call_finished_at] = [at, at + 9000, at + MINUTE].map((time) =>
		new Date(time).toISOString(),
	);
	const numbers = { callerid: `+6149${id}`, inbound_number: '+61291571234', queue_name: 'Sales', status: 'answered' };
	return { ...numbers, call_start_at, call_answered_at, call_finished_at };
}

function voipstudioCall({ id, at }: Call): object {
	const live = { live_id: id, root_live_id: id, parent_live_id: null, is_root: true, nb_children: 0 };
	return { id, calldate: clock(at), type: 'I', src: `4420${id}`, dst: '346', duration: 60, billsec: 50, ...live, REST };
}

function while1Call({ id, at }: Call): object {
	const uniqueid = `${Math.floor(at / 1000)}.${id}`;
	return {
		id,
		date: clock(at),
		duration: 60,
		call_status: 'ANSWERED',
		src: `3460${id}`,
		uniqueid,
		linkedid: uniqueid,
		REST,
	};
}

async function main(): Promise<void> {
	const { trigger, event, wholeCalls, answer } = faces[provider];
	const source = trigger.source({
		event,
		credentials: { baseUrl: 'https://pbx.example.com', apiVersion: 'v1' },
		names: { queues: [], ringGroups: [], users: [] },
		timezone: 'utc',
		firstTimezone: 'utc',
		wholeCalls,
	});
	const lookbackMs = LOOKBACK_MS + source.timeSlackMs;
	let state = freshState('', NOW - MINUTE - lookbackMs, false);
	let [requests, bytes, answering] = [0, 0, 0];
	const readings: Array<Reading<IDataObject>> = [];
	const started = performance.now();
	const since = wholeCalls ? readWholeSince(state) : readSince(state);
	for await (const reading of source.read(
		async (request) => {
			const begun = performance.now();
			const body = JSON.stringify(answer(request));
			requests++;
			bytes += body.length;
			answering += performance.now() - begun;
			return await Promise.resolve({ status: 200, headers: {}, body: JSON.parse(body) as unknown });
		},
		since,
		NOW,
	))
		readings.push(reading);
	const reader = performance.now() - started - answering;
	// What a poll remembers of them, once those that wait for legs have waited.
	const settings = { lookbackMs, graceMs: MINUTE, maxItems: Infinity, accepts: () => true };
	for (const hostNow of [NOW, NOW + 2 * MINUTE]) {
		const { pending: before } = state;
		let carried: Carried<IDataObject> = NOTHING_CARRIED;
		for (const slice of readings) {
			let reading = slice;
			if (wholeCalls) ({ reading, carried } = joined(carried, slice, state, { now: NOW, hostNow }, settings));
			const { state: next, waiting } = decide(state, reading, NOW, settings);
			state = next;
			if (!wholeCalls) continue;
			const after = pendingAfter(before, carried, slice, waiting);
			carried = after.carried;
			state = { ...state, pending: after.pending };
		}
	}
	const figures = {
		'records in the window': callsIn(since, NOW).length,
		'requests per complete read': requests,
		'kB per complete read': bytes / 1024,
		'ms of the reader': reader,
		'kB of state': JSON.stringify(state).length / 1024,
		'calls remembered': Object.keys(state.seen).length,
	};
	const ids = new Set(readings.flatMap(({ records }) => records.map(({ key }) => key)));
	if (ids.size < figures['records in the window']) throw new Error(`${provider} gave ${ids.size} records only`);
	process.stdout.write(`${JSON.stringify(figures)}\n`);
}

void main();
