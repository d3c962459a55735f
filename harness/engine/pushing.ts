/** A published event trigger behind HTTP: what n8n does between the socket and the node's `webhook`, and behind it. */
import { WebhookContext } from 'n8n-core';
import type { IDataObject, INode, IWebhookResponseData, WebhookType, WorkflowExecuteMode } from 'n8n-workflow';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';

import { noteRun } from './notes';
import { loadPackage, nodeTypes } from './package';
import { additionalDataOf, nodeOf, workflowOf, type NodeRun } from './run';

interface Parsed extends IncomingMessage {
	contentType?: string;
	encoding: BufferEncoding;
	rawBody: Buffer;
	body?: unknown;
	params?: object;
	query?: object;
}

/** A published workflow with one event trigger. */
export class PublishedEvents {
	/** What each run of the workflow was given. */
	readonly runs: IDataObject[][] = [];

	/** What the last node gives, where n8n answers with it. */
	lastNode: IDataObject | undefined;

	private isFailing = false;

	private constructor(
		readonly url: string,
		private readonly close: () => Promise<void>,
	) {}

	/** @param mode `manual`: a test run listens */
	static async publish(request: NodeRun, mode: WorkflowExecuteMode = 'webhook', id?: string): Promise<PublishedEvents> {
		await loadPackage();
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const published = new PublishedEvents(`http://127.0.0.1:${port}/webhook/id`, async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		});
		const node = nodeOf(request);
		const [description] = nodeTypes.getByNameAndVersion(node.type).description.webhooks ?? [];
		server.on('request', (message: Parsed, response: ServerResponse) => {
			void handle(message, response, request, node, mode, id)
				.then((result) => {
					const items = result.workflowData?.[0]?.map(({ json }) => json);
					if (items !== undefined && published.isFailing) throw new Error('The database is full');
					if (items !== undefined) published.runs.push(items);
					if (result.noWebhookResponse === true) return;
					const isNoData = items !== undefined && description.responseData === 'noData';
					const isLastNode = items !== undefined && node.parameters.respond === 'lastNode';
					const body: unknown = isNoData ? '' : isLastNode ? published.lastNode : result.webhookResponse;
					if (typeof body === 'object') response.setHeader('content-type', 'application/json');
					response.end(typeof body === 'object' ? JSON.stringify(body) : body);
				})
				.catch((error: Error & { status?: number }) => {
					published.isFailing = false;
					response.statusCode = error.status ?? 500;
					response.end(error.message);
				});
		});
		return published;
	}

	/** The next execution cannot be stored, so that n8n answers 500. */
	failNext(): void {
		this.isFailing = true;
	}

	async end(): Promise<void> {
		await this.close();
	}

	/** All items of all runs. */
	get items(): IDataObject[] {
		return this.runs.flat();
	}
}

async function handle(
	message: Parsed,
	response: ServerResponse,
	request: NodeRun,
	node: INode,
	mode: WorkflowExecuteMode,
	id?: string,
): Promise<IWebhookResponseData> {
	const type = nodeTypes.getByNameAndVersion(node.type);
	const [description] = type.description.webhooks ?? [];
	const { pathname, searchParams } = new URL(message.url ?? '', 'http://localhost');
	if (message.method !== description.httpMethod) throw Object.assign(new Error('Not registered'), { status: 404 });
	message.query = Object.fromEntries(searchParams);
	message.params = description.path.includes(':secret') ? { secret: pathname.split('/').at(-1) } : {};
	await parseBody(message);
	const context = new WebhookContext(
		workflowOf(node, request.timezone, {}, id),
		node,
		Object.assign(additionalDataOf(request), { httpRequest: message, httpResponse: response }) as never,
		mode,
		{
			httpMethod: 'POST',
			node: node.name,
			path: '',
			webhookDescription: { ...description, name: 'default' as WebhookType },
			workflowId: id ?? 'workflow1',
			workflowExecuteAdditionalData: additionalDataOf(request),
		},
		[],
		null,
	);
	const result = await type.webhook?.call(context);
	for (const { json } of result?.workflowData?.[0] ?? []) noteRun(request.node, json.providerEvent as string);
	return result ?? {};
}

/** As `parseBody` of n8n reads it. */
async function parseBody(message: Parsed): Promise<void> {
	const [type, charset] = (message.headers['content-type'] ?? '').split(/;\s*charset=/);
	message.contentType = type === '' ? undefined : type;
	message.encoding = (charset ?? 'utf-8') as BufferEncoding;
	const pieces: Buffer[] = [];
	for await (const piece of message) pieces.push(piece as Buffer);
	message.rawBody = Buffer.concat(pieces);
	const { rawBody, contentType, encoding } = message;
	try {
		if (rawBody.length === 0) message.body = {};
		else if (contentType === 'application/json')
			message.body = JSON.parse(rawBody.toString(encoding).replace(/^\uFEFF/, ''));
		else if (contentType === 'application/x-www-form-urlencoded') message.body = parse(rawBody.toString(encoding));
		else if (contentType === 'text/plain') message.body = rawBody.toString(encoding);
	} catch {
		throw Object.assign(new Error('Failed to parse request body'), { status: 422 });
	}
}
