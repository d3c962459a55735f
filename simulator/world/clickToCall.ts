import { party, type WorldParty, type WorldUser } from './calls';
import type { World } from './world';

const SECOND = 1_000;

/** A call that a program asks for: the agent's own phone rings first. */
export interface ClickToCall {
	agent: WorldUser;
	/** The number that the customer sees. */
	from?: WorldParty;
	/** The customer's number. */
	to: string;
	isAnswered: boolean;
}

/** Two legs: to the agent, who picks up after 4 seconds, and then to the customer, who does so after as many, or not at all. */
export function clickToCall(world: World, { agent, from, to, isAnswered }: ClickToCall): void {
	const begin = world.now();
	const common = { direction: 'outbound', user: agent.name, from } as const;
	const endedAt = begin + (isAnswered ? 68 : 34) * SECOND;
	const { id } = world.addCall({
		...common,
		to: party(agent.extension, agent.name),
		startedAt: begin,
		answeredAt: begin + 4 * SECOND,
		endedAt,
	});
	world.addCall({
		...common,
		to,
		startedAt: begin + 4 * SECOND,
		answeredAt: isAnswered ? begin + 8 * SECOND : null,
		endedAt,
		outcome: isAnswered ? 'answered' : 'missed',
		parentId: id,
	});
}
