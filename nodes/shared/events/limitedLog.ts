import type { IWebhookFunctions } from 'n8n-workflow';

import { MINUTE, monotonic } from '../values/time';

const MOST_A_MINUTE = 10;

/** Lines in n8n's log, at most ten in any minute: whoever knows the address of a webhook could fill a disk with them. */
export class LimitedLog {
	private written: number[] = [];

	private leftOut = 0;

	warn(context: IWebhookFunctions, line: string, now = monotonic()): void {
		this.written = this.written.filter((at) => now - at < MINUTE);
		if (this.written.length >= MOST_A_MINUTE) {
			this.leftOut++;
			return;
		}
		this.written.push(now);
		const more = this.leftOut === 0 ? '' : ` (${this.leftOut} more lines were left out before this one)`;
		this.leftOut = 0;
		context.logger.warn(`${line}${more}`, { node: context.getNode().name, workflowId: context.getWorkflow().id });
	}
}
