import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that somebody sent out into the world. */
export interface Received {
	path: string;
	body: Record<string, unknown>;
}

/** Stands for the task systems, chats and CRMs of users: takes what it is sent, and keeps it. */
export class Sink {
	readonly received: Received[] = [];

	private constructor(
		private readonly server: Server,
		/** Without a slash at the end. */
		readonly url: string,
	) {}

	static async start(): Promise<Sink> {
		const server = createServer();
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const sink = new Sink(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
		server.on('request', (request, response) => {
			let text = '';
			request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
			request.on('end', () => {
				sink.received.push({ path: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> });
				response.setHeader('content-type', 'application/json').end('{"ok":true}');
			});
		});
		return sink;
	}

	/** What came to a path with a value in one of its fields. */
	with(path: string, field: string, value: string): Received[] {
		return this.received.filter((one) => one.path === path && one.body[field] === value);
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}
}
