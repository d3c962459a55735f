import type { ChatRequest, Reply } from '../harness/chatModel';

/**
 * Stands in for a language model in the demo: it understands two requests, and tells what the tool found. Everything else, the agent, its
 * tools and what they may do, is what a real model works with.
 */
export function demoReply({ messages, tools = [] }: ChatRequest): Reply {
	const last = messages.at(-1);
	if (last?.role === 'tool') return { say: told(String(last.content)) };
	const question = JSON.stringify(messages.findLast(({ role }) => role === 'user')?.content ?? '');
	const number = /\+\d[\d ]{6,}\d/.exec(question)?.[0];
	const wanted = number === undefined ? /call back/ : /phone call/;
	const tool = tools.map(({ function: one }) => one).find(({ description }) => wanted.test(description));
	if (tool === undefined) return { say: 'I have no tool for that.' };
	const [field] = Object.keys(tool.parameters.properties);
	return { call: tool, with: number === undefined || field === undefined ? {} : { [field]: number } };
}

interface Caller {
	from: { e164: string | null; number: string | null };
	attempts: unknown[];
	waitedMinutes: number;
}

/** A tool's answer as a sentence. What is no list of callers is shown as it is. */
function told(answer: string): string {
	if (answer.includes('"dryRun":true')) {
		return `*Dry Run* is on, so no phone rings. This would be sent:\n\n\`\`\`json\n${answer}\n\`\`\``;
	}
	const callers = callersIn(answer);
	if (callers === undefined) return `This is what came back:\n\n\`\`\`json\n${answer}\n\`\`\``;
	if (callers.length === 0) return 'Everybody who called today has been reached since.';
	const rows = callers.map(
		({ from, attempts, waitedMinutes }) =>
			`- ${from.e164 ?? from.number ?? 'a withheld number'}: called ${attempts.length === 1 ? 'once' : `${attempts.length} times`}, waits for ${Math.round(waitedMinutes)} minutes`,
	);
	return [`${callers.length} not reached yet:`, '', ...rows].join('\n');
}

function callersIn(answer: string): Caller[] | undefined {
	try {
		const found: unknown = JSON.parse(answer);
		const list = [found].flat() as Caller[];
		return list.every((one) => typeof one === 'object' && Array.isArray(one.attempts)) ? list : undefined;
	} catch {
		// Words, such as an error message.
		return undefined;
	}
}
