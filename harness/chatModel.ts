import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Message {
	role: string;
	content: unknown;
}

/** A tool as a chat model is offered it. */
export interface OfferedTool {
	name: string;
	description: string;
	parameters: { properties: Record<string, unknown> };
}

/** What a chat model is sent: the tools it may call, and all that was said so far. */
export interface ChatRequest {
	messages: Message[];
	tools?: Array<{ function: OfferedTool }>;
}

/** What it says: words, or that a tool is to be called with these arguments. */
export type Reply = { say: string } | { call: OfferedTool; with: Record<string, unknown> };

/** A server that speaks OpenAI's protocol, and has somebody else's words in its mouth. */
export interface ChatModel {
	/** The base URL for n8n's credential. */
	readonly url: string;
	stop(): Promise<void>;
}

/** Starts a chat model that says what `reply` answers. */
export async function startChatModel(reply: (request: ChatRequest) => Reply): Promise<ChatModel> {
	const server = createServer((request, response) => {
		void bodyOf(request).then((body) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(completion(reply(body as ChatRequest))));
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		stop: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function completion(reply: Reply): object {
	const message =
		'say' in reply
			? { role: 'assistant', content: reply.say }
			: {
					role: 'assistant',
					content: null,
					tool_calls: [
						{
							id: 'call_1',
							type: 'function',
							function: { name: reply.call.name, arguments: JSON.stringify(reply.with) },
						},
					],
				};
	return {
		id: 'completion-1',
		object: 'chat.completion',
		created: Math.floor(Date.now() / 1000),
		model: 'fake',
		choices: [{ index: 0, message, finish_reason: 'say' in reply ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	let text = '';
	for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
	return JSON.parse(text === '' ? '{}' : text);
}
