import { createHash } from 'crypto';
import type { IDataObject, IExecutePaginationFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { failureOf, parameterError } from '../shared/errors';
import { oneRequest, type Operation } from '../shared/operations';
import { accountOf } from '../shared/pacing';
import { SECOND } from '../shared/time';
import { recordOf, voipStudio } from './api';

/** 'Duplicate Guard' of an operation that must not happen twice. */
export const duplicateGuardProperty: INodeProperties = {
	displayName: 'Duplicate Guard (Seconds)',
	name: 'duplicateGuardSeconds',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 60,
	description:
		'For how long to refuse the same request again, e.g. when a workflow runs twice for one event or a failed node is retried. 0 switches the guard off. It is kept in the memory of this n8n process: it does not outlast a restart, and in queue mode each worker has its own.',
};

/** When the same request was last sent, by digest. */
const lastSent = new Map<string, number>();

/** Creates or sends something, and refuses it as a duplicate where the user asks for it. */
export function onceOf(simpleFields?: readonly string[]): Operation {
	const operation = oneRequest(voipStudio, recordOf, simpleFields, false);
	return async function (requestData) {
		const request = requestData.options as IHttpRequestOptions;
		const options = this.getNodeParameter('options', {}) as IDataObject;
		const guardMs = guardOf(this, options.duplicateGuardSeconds);
		if (guardMs === 0) return await operation.call(this, requestData);

		const key = await digestOf(this, request);
		// The clock may have been put back since.
		const ageMs = Math.max(0, Date.now() - (lastSent.get(key) ?? -Infinity));
		if (ageMs < guardMs) throw duplicate(this, ageMs, guardMs);
		forgetOld();
		lastSent.delete(key);
		lastSent.set(key, Date.now());
		const sent = operation.call(this, requestData);
		// Refused for certain: nothing has happened, so the same request may come again.
		sent.catch((error) => isRefusal(error) && lastSent.delete(key));
		return await sent;
	};
}

function guardOf(context: IExecutePaginationFunctions, value: unknown): number {
	if (value === undefined) return 0;
	const seconds = Number(value);
	if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 86_400) return seconds * SECOND;
	throw parameterError(
		context,
		"'Duplicate Guard (Seconds)' must be a number from 0 to 86,400",
		`It is ${JSON.stringify(value)} now.`,
	);
}

/** The same account, node and request. */
async function digestOf(context: IExecutePaginationFunctions, { url, body }: IHttpRequestOptions): Promise<string> {
	const credentials = await context.getCredentials<IDataObject>(voipStudio.credentialType(context));
	const parts = [accountOf(voipStudio, credentials), context.getWorkflow().id, context.getNode().id, url, body];
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

function duplicate(context: IExecutePaginationFunctions, ageMs: number, guardMs: number): Error {
	return parameterError(
		context,
		'The same request was sent a moment ago, so it was not sent again',
		`That was ${Math.ceil(ageMs / SECOND)} seconds ago. 'Duplicate Guard (Seconds)' refuses it for ${guardMs / SECOND} seconds; lower it if the repetition is meant.`,
	);
}

function isRefusal(error: unknown): boolean {
	if (!(error instanceof NodeApiError)) return false;
	const cause = failureOf(error)?.cause;
	return cause === 'configuration-invalid' || cause === 'credential-invalid' || cause === 'rate-limited';
}

const LONGEST_GUARD_MS = 86_400 * SECOND;

/** Keeps the memory small. Entries stand in the order of their time. */
function forgetOld(): void {
	for (const [key, sentAt] of lastSent) {
		if (Date.now() - sentAt < LONGEST_GUARD_MS) return;
		lastSent.delete(key);
	}
}
