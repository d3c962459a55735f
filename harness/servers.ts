/** Servers that are not the provider: one that sends everybody elsewhere, one that waits for what arrives there. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { generate } from 'selfsigned';

/** What a server has received, as text. */
export interface Received {
	readonly method: string;
	readonly url: string;
	readonly headers: string;
	readonly body: string;
}

export interface RecordingServer {
	readonly port: number;
	readonly received: Received[];
	/** How it answers; may change between two requests. */
	answer: RequestListener;
	close(): Promise<void>;
}

/** A server on the loopback address that keeps what it received. */
export async function recordingServer(answer: RequestListener, secure?: Certificate): Promise<RecordingServer> {
	const recording: { server: RecordingServer | undefined } = { server: undefined };
	const received: Received[] = [];
	const listener: RequestListener = (request, response) => {
		void bodyOf(request).then((body) => {
			const { method = '', url = '', headers } = request;
			received.push({ method, url, headers: JSON.stringify(headers), body });
			recording.server?.answer(request, response);
		});
	};
	const server: Server = secure === undefined ? createServer(listener) : createSecureServer(secure, listener);
	// Both addresses of the host: `localhost` may stand for either.
	await new Promise<void>((resolve) => server.listen(0, '::', resolve));
	recording.server = {
		port: (server.address() as AddressInfo).port,
		received,
		answer,
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
	return recording.server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	const pieces: Buffer[] = [];
	for await (const piece of request) pieces.push(piece as Buffer);
	return Buffer.concat(pieces).toString('latin1');
}

interface Certificate {
	readonly key: string;
	readonly cert: string;
}

/** A certificate of a host that no one else has signed; of `localhost` it is good for the loopback address, too. */
export function ownCertificate(host = 'localhost'): Certificate {
	const loopback = host === 'localhost' ? [{ type: 7, ip: '127.0.0.1' }] : [];
	const names = { name: 'subjectAltName', altNames: [...loopback, { type: 2, value: host }] };
	const { private: key, cert } = generate([{ name: 'commonName', value: host }], {
		// Good on any day: TLS judges it by the clock of the machine, which is not that of the tests.
		notBeforeDate: new Date('2000-01-01T00:00:00Z'),
		days: 36_500,
		keySize: 2048,
		algorithm: 'sha256',
		extensions: [names],
	});
	return { key, cert };
}

/** Lets connections of this process trust a certificate, as an administrator does with NODE_EXTRA_CA_CERTS. */
export function trust({ cert }: Certificate): () => void {
	const connect = tls.connect.bind(tls);
	const trusting = (options: tls.ConnectionOptions, ...rest: []) => connect({ ...options, ca: cert }, ...rest);
	Object.assign(tls, { connect: trusting });
	return () => void Object.assign(tls, { connect });
}
