import type { NodeRun } from '../../harness/engine/run';
import type { Lists } from './listServer';

export const SECOND = 1000;
/** The first second of every history. */
export const NOON = Date.parse('2026-11-20T12:00:00Z');
const CALLER = '61491570006';
const OFFICE = '61255500101';

/** A record as a test tells it; times are seconds since noon. */
export interface Told {
	id: number;
	at: number;
	lasts: number;
	talk?: number;
	end?: 'answered' | 'missed' | 'busy' | 'failed';
	/** The queue, by its number at VoIPstudio. */
	queue?: string;
	user?: string;
	from?: string;
	/** The record of the call's first leg, if it is another. */
	root?: number;
	/** By how much the provider shows all times later. */
	shift?: number;
}

const QUEUES: Record<string, number> = { Sales: 7001, Support: 7002 };
const WORDS = {
	answered: ['CONNECTED', 'ANSWERED'],
	missed: ['NO ANSWER', 'NO ANSWER'],
	busy: ['BUSY', 'BUSY'],
	failed: ['FAILED', 'FAILED'],
};

function courseOf({ end, talk = 0 }: Told): keyof typeof WORDS {
	return end ?? (talk > 0 ? 'answered' : 'missed');
}

export function iso(seconds: number): string {
	return new Date(NOON + seconds * SECOND).toISOString();
}

export function sql(seconds: number): string {
	return iso(seconds).slice(0, 19).replace('T', ' ');
}

export function uniqueId(id: number): string {
	return `${NOON / SECOND + id}.${id}`;
}

/** The records as each provider lists them. */
export const LISTS = {
	voipStudio: (told: Told[]): Lists => ({
		queues: Object.entries(QUEUES).map(([name, number]) => ({ id: number + 1000, name, number })),
		cdrs: told.map((one) => ({
			id: one.id,
			calldate: sql(one.at + (one.shift ?? 0)),
			type: courseOf(one) === 'missed' ? 'M' : 'I',
			src: one.from ?? CALLER,
			dst: one.queue === undefined ? OFFICE : QUEUES[one.queue],
			dst_id: one.user ?? '',
			dst_name: null,
			duration: one.lasts,
			billsec: one.talk ?? 0,
			disposition: WORDS[courseOf(one)][0],
			user_id: one.user === undefined ? null : Number(one.user),
			live_id: 9000 + one.id,
			root_live_id: 9000 + (one.root ?? one.id),
			parent_live_id: one.root === undefined ? null : 9000 + one.root,
			is_root: one.root === undefined,
		})),
	}),
	while1Voice: (told: Told[]): Lists => ({
		cdr: told.map((one) => ({
			id: String(one.id),
			date: sql(one.at + (one.shift ?? 0)),
			uniqueid: uniqueId(one.id),
			linkedid: uniqueId(one.root ?? one.id),
			direction: 'IN',
			call_status: WORDS[courseOf(one)][1],
			source: one.from ?? CALLER,
			destination: OFFICE,
			user_id: one.user ?? null,
			duration: String(one.lasts),
			billsec: String(one.talk ?? 0),
		})),
	}),
	/** Version 1: queue calls, of which nothing but their times tells which is which. Newest first. */
	voipcloudQueue: (told: Told[]): Lists => ({
		'get-queue-calls': newestFirst(told).map((one) => ({
			queue_name: one.queue ?? 'Sales',
			callerid: one.from ?? CALLER,
			inbound_number: OFFICE,
			call_start_at: iso(one.at),
			call_answered_at: one.talk === undefined ? null : iso(one.at + one.lasts - one.talk),
			call_finished_at: iso(one.at + one.lasts),
			answered_by_user_name: one.talk === undefined ? '' : 'Ann',
			status: one.talk === undefined ? 'abandoned' : 'answered',
		})),
	}),
	/** Version 2: calls of users. */
	voipcloudUsers: (told: Told[]): Lists => ({
		'get-user-calls': newestFirst(told).map((one) => ({
			unique_call_id: `16045596${one.root ?? one.id}`,
			type: `user_inbound_${courseOf(one)}`,
			caller_id: one.from ?? CALLER,
			caller_name: null,
			dest_number: OFFICE,
			user_name: `User ${one.user ?? 11}`,
			user_number: one.user ?? '11',
			call_start_at: iso(one.at),
			connected_at: one.talk === undefined ? null : iso(one.at + one.lasts - one.talk),
			call_duration: one.lasts,
			conversation_duration: one.talk ?? 0,
		})),
	}),
};
export type Face = keyof typeof LISTS;

function newestFirst(told: Told[]): Told[] {
	return [...told].sort((a, b) => b.at - a.at || b.id - a.id);
}

export const FACES: Record<
	Face,
	{ node: string; event: string; credentials: (url: string, key: string) => NodeRun['credentials'] }
> = {
	voipStudio: {
		node: 'voipStudio',
		event: 'cdr',
		credentials: (url, key) => ({ voipStudioApi: { apiKey: key, baseUrl: url } }),
	},
	while1Voice: {
		node: 'while1Voice',
		event: 'cdr',
		credentials: (url, key) => ({ while1VoiceApi: { apiToken: key, apiKey: '', baseUrl: url } }),
	},
	voipcloudQueue: {
		node: 'voipcloud',
		event: 'queueCall',
		credentials: (url, key) => ({ voipcloudApi: { apiKey: key, baseUrl: url, apiVersion: 'v1' } }),
	},
	voipcloudUsers: {
		node: 'voipcloud',
		event: 'userCall',
		credentials: (url, key) => ({ voipcloudApi: { apiKey: key, baseUrl: url, apiVersion: 'v2' } }),
	},
};
