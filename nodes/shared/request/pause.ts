import type { INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

/** Waits, but no longer than the execution lasts. */
export async function pause(
	context: { getNode(): INode } & { getExecutionCancelSignal?: () => AbortSignal | undefined },
	ms: number,
): Promise<void> {
	const signal = context.getExecutionCancelSignal?.();
	if (signal === undefined) return await sleep(ms);
	if (signal.aborted) return;
	let stop = () => {};
	const stopped = new Promise<void>((resolve) => (stop = resolve));
	signal.addEventListener('abort', stop, { once: true });
	await Promise.race([sleep(ms), stopped]);
	signal.removeEventListener('abort', stop);
}
