import type { NodeApiError } from 'n8n-workflow';

/** The errors of requests that were not sent because others had used up the account's requests. */
export const refusals = new WeakSet<Error>();

/** Whether an error says that a request was not sent because the account's budget had no room. */
export function isRefusal(error: unknown): error is NodeApiError {
	return error instanceof Error && refusals.has(error);
}

export function told(items: ReadonlySet<number>): string {
	return items.size === 0 ? '' : ` Sent were the input items ${ranges([...items])}, and no others.`;
}

/** Whole numbers in readable form: "0 to 4, 7". */
function ranges(numbers: number[]): string {
	const parts: Array<[number, number]> = [];
	for (const number of numbers.sort((a, b) => a - b)) {
		const last = parts.at(-1);
		if (last !== undefined && last[1] === number - 1) last[1] = number;
		else parts.push([number, number]);
	}
	return parts.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}
