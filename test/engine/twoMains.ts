/**
 * A main process of n8n, as far as polls are concerned: the built package in n8n's core, started by twoMains.test.ts, which is its
 * database. What n8n itself adds is when it saves (packages/cli of n8n 2.41):
 * - in memory, and on the scheduler without durable cursors: the static data of the whole workflow and the execution are two writes,
 *   begun one after the other without waiting (`TriggerExecutionContextFactory`, `saveStaticDataById`); which is there first is open;
 * - with durable cursors: a poll has a lease of its task, begins with the cursor of the database, and writes cursor and execution in
 *   one transaction that a lost lease refuses (`PollCursorService.commitWithExecution`).
 */
import type { IDataObject } from 'n8n-workflow';

import { PublishedTrigger } from '../../harness/engine/polling';
import type { NodeRun } from '../../harness/engine/run';

/** What is written, in this order. */
export type Writes = ['state', 'execution'] | ['execution', 'state'];

/** What the test tells a main process to do. */
export type Order =
	| { readonly order: 'publish'; readonly request: NodeRun }
	| { readonly order: 'poll'; readonly writes: Writes }
	| { readonly order: 'poll durably' };

/** What a main process asks of the database. */
export type Query =
	| { readonly query: 'load' }
	| { readonly query: 'state'; readonly state: IDataObject }
	| { readonly query: 'execution'; readonly ids: string[] }
	| { readonly query: 'claim' }
	| { readonly query: 'commit'; readonly epoch: number; readonly cursor: IDataObject; readonly ids: string[] };

/** What the database answers to a claim: null while another has the lease. */
export type Claim = { readonly epoch: number; readonly cursor: IDataObject } | null;

let trigger: PublishedTrigger | undefined;
let answered: (answer: unknown) => void = () => undefined;

async function ask<T>(query: Query): Promise<T> {
	const answer = new Promise<T>((resolve) => {
		answered = resolve as (answer: unknown) => void;
	});
	process.send?.(query);
	return await answer;
}

function published(): PublishedTrigger {
	if (trigger === undefined) throw new Error('Nothing is published');
	return trigger;
}

const idsOf = (items: IDataObject[]) => items.map(({ id }) => id as string);

/** @returns how many calls n8n took over, or that another main has the lease */
async function obey(order: Order): Promise<number | 'another has the lease' | 'refused'> {
	if (order.order === 'publish') {
		trigger = await PublishedTrigger.publish(order.request, await ask<IDataObject>({ query: 'load' }));
		return 0;
	}
	if (order.order === 'poll durably') {
		const claim = await ask<Claim>({ query: 'claim' });
		if (claim === null) return 'another has the lease';
		const cursor = structuredClone(claim.cursor);
		const ids = idsOf(await published().poll({ staged: cursor, activation: 'update', budgetMs: 36_000 }));
		const isCommitted = await ask<boolean>({ query: 'commit', epoch: claim.epoch, cursor, ids });
		return isCommitted ? ids.length : 'refused';
	}
	const ids = idsOf(await published().poll());
	// A poll that gives nothing writes nothing.
	if (ids.length === 0) return 0;
	const state = published().saved();
	for (const what of order.writes)
		await ask(what === 'state' ? { query: 'state', state } : { query: 'execution', ids });
	return ids.length;
}

process.on('message', (message: Order | { readonly answer: unknown }) => {
	if ('answer' in message) {
		answered(message.answer);
		return;
	}
	obey(message).then(
		(done) => process.send?.({ done }),
		(error: Error) => process.send?.({ failed: error.stack }),
	);
});
process.on('disconnect', () => process.exit());
process.send?.({ done: 'started' });
