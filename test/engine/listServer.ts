import fastify, { type FastifyInstance } from 'fastify';
import type { IDataObject } from 'n8n-workflow';

/** The rows of each list, by the last part of its path. */
export type Lists = Partial<Record<string, IDataObject[]>>;

/** Lists as each provider wraps them, of rows that the test writes itself. Filters are not heeded. */
export interface ListServer {
	lists: Lists;
	url: string;
}

/** A server of lists for all tests of a file; each test begins without rows. */
export function listServerForTests(): ListServer {
	const shown: ListServer = { lists: {}, url: '' };
	let server: FastifyInstance;
	beforeAll(async () => {
		server = fastify();
		server.all('/*', (request) => {
			const path = request.url.replace(/\?.*/, '');
			const rows = shown.lists[path.slice(path.lastIndexOf('/') + 1)] ?? [];
			if (path.startsWith('/api/cdr')) {
				const pagination = { rows_per_page: 100, row_count: rows.length, page_count: 1, current_page: 1 };
				return { has_error: false, error_message: '', results: rows, pagination };
			}
			return { code: 200, data: rows, total: rows.length };
		});
		shown.url = await server.listen({ host: '127.0.0.1', port: 0 });
	});
	afterAll(async () => await server.close());
	afterEach(() => {
		shown.lists = {};
	});
	return shown;
}
