import { startChatModel, type ChatModel, type ChatRequest, type Reply } from '../../harness/chatModel';

/** Arguments for the first tool that the model is offered. */
type Arguments = Record<string, unknown>;

/**
 * A chat model for tests. Asked something, it calls the first tool it is offered; given the tool's answer, it repeats it as its own.
 */
export class FakeModel {
	/** What it was sent since the last `callsWith`, oldest first. */
	readonly requests: ChatRequest[] = [];
	private args: Arguments = {};
	private server: ChatModel | undefined;

	static async start(): Promise<FakeModel> {
		const model = new FakeModel();
		model.server = await startChatModel((request) => model.reply(request));
		return model;
	}

	get url(): string {
		return this.server?.url ?? '';
	}

	/** What it fills into the tool's fields from now on. */
	callsWith(args: Arguments): void {
		this.args = args;
		this.requests.length = 0;
	}

	async stop(): Promise<void> {
		await this.server?.stop();
	}

	private reply(request: ChatRequest): Reply {
		this.requests.push(request);
		const last = request.messages.at(-1);
		const tool = request.tools?.[0]?.function;
		if (last?.role === 'tool' || tool === undefined) return { say: `The tool says: ${String(last?.content)}` };
		return { call: tool, with: this.args };
	}
}
