import type { INode } from 'n8n-workflow';

import type { Sending } from '../provider';
import type { Polls } from './turns';

/** The context of a request. */
export interface Asking {
	getNode(): INode;
	getItemIndex?: () => number;
	getExecutionId?: () => string;
	getExecutionCancelSignal?: () => AbortSignal | undefined;
}

/** Frees the place; to be called when the answer has arrived. */
export type Release = () => void;

/** A request that is still waiting for a place. */
export interface Waiter {
	readonly context: Asking;
	readonly sending: Sending;
	readonly askedAt: number;
	readonly go: (release: Release) => void;
	readonly refuse: (error: Error) => void;
}

/** Who is asking: all requests of one node in one execution, or all polls of one trigger. */
export interface Party {
	readonly waiting: Waiter[];
	inFlight: number;
	/** When one of its requests was last let through or ended; -Infinity if none was. Whoever has waited longest is next. */
	lastAt: number;
	/** Of a node: the input items that were sent, so that a refusal can list them apart from the others. */
	readonly items: Set<number>;
	/** Of a node: when the first refused write could have been sent; its other writes are refused until then. */
	refusedUntil: number;
	/** Of a node: whether it had to wait for room in the window. */
	hasWaited: boolean;
	/** Of a trigger: how it polls. */
	readonly polls?: Polls;
}

export function isRead({ sending }: Waiter): boolean {
	return sending.isRead === true;
}

/** An item that was already sent belongs to a new run of the node, in a loop. */
export function noteSent(items: Set<number>, item: number): void {
	if (items.has(item)) items.clear();
	items.add(item);
}
