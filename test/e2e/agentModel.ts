import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Message {
	role: string;
	content: unknown;
}

/** What a chat model is sent: the tools it may call, and all that was said so far. */
interface ChatRequest {
	messages: Message[];
	tools?: Array<{
		function: { name: string; description: string; parameters: { properties: Record<string, unknown> } };
	}>;
}

/** Arguments for the first tool that the model is offered. */
type Arguments = Record<string, unknown>;

/**
 * A chat model for tests: a server that speaks OpenAI's protocol. Asked something, it calls the first tool it is offered;
 * given the tool's answer, it repeats it as its own.
 */
export class FakeModel {
	/** What it was sent since the last `answersWith`, oldest first. */
	readonly requests: ChatRequest[] = [];
	private args: Arguments = {};

	private constructor(
		private readonly server: Server,
		readonly url: string,
	) {}

	static async start(): Promise<FakeModel> {
		const server = createServer();
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const model = new FakeModel(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
		server.on('request', (request, response) => {
			void bodyOf(request).then((body) => {
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify(model.completion(body as ChatRequest)));
			});
		});
		return model;
	}

	/** What it fills into the tool's fields from now on. */
	callsWith(args: Arguments): void {
		this.args = args;
		this.requests.length = 0;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private completion(request: ChatRequest): object {
		this.requests.push(request);
		const last = request.messages.at(-1);
		const tool = request.tools?.[0]?.function;
		const message =
			last?.role === 'tool' || tool === undefined
				? { role: 'assistant', content: `The tool says: ${String(last?.content)}` }
				: {
						role: 'assistant',
						content: null,
						tool_calls: [
							{ id: 'call_1', type: 'function', function: { name: tool.name, arguments: JSON.stringify(this.args) } },
						],
					};
		return {
			id: 'completion-1',
			object: 'chat.completion',
			created: Math.floor(Date.now() / 1000),
			model: 'fake',
			choices: [{ index: 0, message, finish_reason: 'tool_calls' in message ? 'tool_calls' : 'stop' }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	}
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	let text = '';
	for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
	return JSON.parse(text === '' ? '{}' : text);
}
