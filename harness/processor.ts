/** The longest piece of work between two turns of the event loop, in milliseconds of the processor: so long nothing else runs. */
export async function longestPiece(work: () => Promise<unknown>): Promise<number> {
	let longest = 0;
	let isOver = false;
	let last = process.cpuUsage();
	const turn = () => {
		const { user, system } = process.cpuUsage(last);
		last = process.cpuUsage();
		longest = Math.max(longest, (user + system) / 1000);
		if (!isOver) setImmediate(turn);
	};
	setImmediate(turn);
	await work().finally(() => {
		isOver = true;
		turn();
	});
	return longest;
}

/** How long one piece of work may take; in the line of all tests generously, as other work on the machine counts, too. */
export const MOST_MS = Number(process.env.FUZZ_MOST_MS ?? 1000);
