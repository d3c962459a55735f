import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { IDataObject } from 'n8n-workflow';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-11-20T01:00:00Z');

export const open: Array<{ close(): unknown }> = [];

export interface Asked {
	readonly query: Record<string, string>;
	readonly body: IDataObject;
}

/** A provider that answers by a function; `asked` holds what it was asked. */
export async function serve(answer: (asked: Asked) => unknown): Promise<{ url: string; asked: Asked[] }> {
	const server: FastifyInstance = fastify();
	const asked: Asked[] = [];
	server.all('/*', (request) => {
		const one = { query: request.query as Record<string, string>, body: (request.body ?? {}) as IDataObject };
		asked.push(one);
		return answer(one);
	});
	open.push(server);
	return { url: await server.listen({ host: '127.0.0.1', port: 0 }), asked };
}

export const all = { options: { maxItemsPerPoll: 10_000 } };
export const ids = (items: IDataObject[]) => items.map(({ id }) => id as string);

export const errorOf = async (poll: Promise<IDataObject[]>) =>
	await poll.then(
		(items) => `no error, ${items.length} items`,
		(error: Error) => error.message,
	);
