import type { WorldCall } from './world/calls';
import type { World } from './world/world';

/** How far back a call can have begun that something still happens to. */
const LONGEST_CALL = 4 * 3_600_000;
const EVERY_MS = 500;

/**
 * What VoIPcloud's webhooks send of the calls of users, from the page "Webhook Documentation" and client code: what happened
 * after `from` and up to `to`, oldest first. Own invention: the form of the ID.
 */
export function eventsBetween(world: World, from: number, to: number): object[] {
	const found: Array<[at: number, event: object]> = [];
	for (const call of world.truthBetween(to - LONGEST_CALL, to + 1)) {
		if (call.kind !== 'user' || call.direction === 'internal') continue;
		const told = { ...fieldsOf(call), type: `user_${call.direction}` };
		const connected = { connected_at: stamp(call.answeredAt) };
		const add = (at: number | null, event: object): void => {
			if (at !== null && at > from && at <= to) found.push([at, event]);
		};
		add(call.startedAt, told);
		add(call.answeredAt, { ...told, ...connected, type: `${told.type}_answered` });
		add(call.endedAt, { ...told, ...connected, ...lengthsOf(call), type: `${told.type}_completed` });
	}
	return found.sort(([one], [other]) => one - other).map(([, event]) => event);
}

function fieldsOf(call: WorldCall): object {
	const first = call.root ?? call;
	return {
		unique_call_id: `${first.startedAt / 1000}${String(first.ordinal).padStart(2, '0')}`,
		caller_id: call.from.number?.replace('+', '') ?? 'anonymous',
		user_name: call.user?.name ?? null,
		user_number: call.user?.extension ?? null,
		dest_number: call.to.number?.replace('+', '') ?? null,
		call_start_at: stamp(call.startedAt),
		queue_name: call.queue?.name ?? null,
		ring_group_name: call.ringGroup?.name ?? null,
	};
}

/** A call without an answer has the text "null" for a time, and a length as a text: both were seen. */
function lengthsOf({ startedAt, answeredAt, endedAt }: WorldCall): object {
	const seconds = (begun: number | null) => (begun === null || endedAt === null ? 0 : (endedAt - begun) / 1000);
	return { call_duration: seconds(startedAt), conversation_duration: String(seconds(answeredAt)) };
}

function stamp(at: number | null): string {
	return at === null ? 'null' : new Date(at).toISOString();
}

/** Pushes what happens from now on. @returns ends it */
export function startPushing(world: World, url: string, token: string, say: (line: string) => void): () => void {
	let since = world.now();
	const timer = setInterval(() => {
		const now = world.now();
		for (const event of eventsBetween(world, since, now)) {
			const headers = { 'content-type': 'application/json', 'X-Pbx-Token': token };
			void fetch(url, { method: 'POST', headers, body: JSON.stringify(event) }).then(
				({ status }) => say(`pushed ${(event as { type: string }).type}: ${status}`),
				(error: unknown) => say(`not pushed: ${String(error)}`),
			);
		}
		since = now;
	}, EVERY_MS);
	return () => clearInterval(timer);
}
