import type { Face, Scene, SceneLeg } from './callScenes';
import type { Lists } from './listServer';

const SECOND = 1000;
/** The first second of every scene. */
export const NOON = Date.parse('2026-11-20T01:00:00Z');
const DISPOSITIONS = { yes: 'CONNECTED', no: 'NO ANSWER', busy: 'BUSY', failed: 'FAILED' };
const STATUSES = { yes: 'ANSWERED', no: 'NO ANSWER', busy: 'BUSY', failed: 'FAILED' };
const CALLER = '61491570006';
const OFFICE = '61255500101';

function endOf({ end, talk }: SceneLeg): keyof typeof STATUSES {
	return end ?? (talk > 0 ? 'yes' : 'no');
}

function written(seconds: number): string {
	return new Date(NOON + seconds * SECOND).toISOString();
}

function sql(seconds: number): string {
	return written(seconds).slice(0, 19).replace('T', ' ');
}

/** A scene as each provider writes it. Records have rising ids in the order of the scene. */
export const RECORDS: Record<Face, (scene: Scene) => Lists> = {
	voipStudio: ({ legs, direction }) => ({
		queues: [{ id: 8001, name: 'Sales queue', number: 7001 }],
		cdrs: legs.map((leg, i) => ({
			id: 500 + i,
			calldate: sql(leg.at),
			type: direction === 'outbound' ? 'O' : endOf(leg) === 'no' ? 'M' : 'I',
			src: direction === 'outbound' ? OFFICE : CALLER,
			src_id: direction === 'outbound' ? (leg.user ?? '') : '',
			src_name: null,
			dst: leg.to ?? OFFICE,
			dst_id: direction === 'outbound' ? '' : (leg.user ?? ''),
			dst_name: leg.place ?? null,
			duration: leg.lasts,
			billsec: leg.talk,
			disposition: DISPOSITIONS[endOf(leg)],
			user_id: leg.user === undefined ? null : Number(leg.user),
			live_id: 900 + i,
			root_live_id: legs.some(({ isRoot }) => isRoot) ? 900 : 899,
			parent_live_id: leg.isRoot === true ? null : 899,
			is_root: leg.isRoot === true,
		})),
	}),
	while1Voice: ({ legs, direction, isOneId }) => ({
		cdr: legs.map((leg, i) => ({
			id: String(500 + i),
			date: sql(leg.at),
			uniqueid: isOneId === true ? '1795000000.1' : `${NOON / SECOND + leg.at}.${i}`,
			linkedid:
				isOneId === true || leg.isRoot === true
					? isOneId === true
						? '1795000000.1'
						: `${NOON / SECOND + leg.at}.${i}`
					: legs.some(({ isRoot }) => isRoot)
						? `${NOON / SECOND + legs[0].at}.0`
						: '1795000000.99',
			direction: direction === 'outbound' ? 'OUT' : 'IN',
			call_status: STATUSES[endOf(leg)],
			source: direction === 'outbound' ? OFFICE : CALLER,
			destination: leg.to ?? OFFICE,
			user_id: leg.user ?? null,
			duration: String(leg.lasts),
			billsec: String(leg.talk),
		})),
	}),
	voipcloudUsers: ({ legs, direction }) => ({
		'get-user-calls': legs.map((leg) => ({
			unique_call_id: '160455961758',
			type: `user_${direction ?? 'inbound'}_${endOf(leg) === 'yes' ? 'answered' : 'missed'}`,
			caller_id: direction === 'outbound' ? OFFICE : CALLER,
			caller_name: null,
			dest_number: leg.to ?? OFFICE,
			user_name: `User ${leg.user}`,
			user_number: leg.user ?? null,
			call_start_at: written(leg.at),
			connected_at: endOf(leg) === 'yes' ? written(leg.at + leg.lasts - leg.talk) : null,
			call_duration: leg.lasts,
			conversation_duration: leg.talk,
		})),
	}),
	voipcloudQueue: ({ legs: [leg] }) => ({
		'get-queue-calls': [
			{
				queue_name: 'Sales queue',
				callerid: CALLER,
				inbound_number: OFFICE,
				call_start_at: written(leg.at),
				call_answered_at: leg.talk > 0 ? written(leg.at + leg.lasts - leg.talk) : null,
				call_finished_at: written(leg.at + leg.lasts),
				answered_by_user_name: leg.talk > 0 ? 'John Smith' : '',
				status: leg.talk > 0 ? 'answered' : 'abandoned',
			},
		],
	}),
};
