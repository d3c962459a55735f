import type { NewGroupCall } from '../simulator/world/worldOptions';

/** Whom the calls of the demo are for. */
export interface DemoOffice {
	queues: string[];
	users: string[];
}

/**
 * The next call of the demo: to one queue after the other, three phones ring, and within each queue two of three calls are answered.
 *
 * @param count how many there were before
 */
export function demoCall(
	{ queues, users }: DemoOffice,
	count: number,
	startedAt: number,
	talkSeconds: number,
): NewGroupCall {
	const queue = count % queues.length;
	const round = Math.floor(count / queues.length);
	const rings = [0, 1, 2].map((phone) => users[(count + phone) % users.length]);
	const isAnswered = (queue + round) % 3 !== 1;
	return {
		queue: queues[queue],
		from: `+614915701${10 + (count % 90)}`,
		startedAt,
		rings,
		...(isAnswered ? { answer: { by: rings[0], afterSeconds: 4, talkSeconds } } : { giveUpAfterSeconds: 12 }),
	};
}
