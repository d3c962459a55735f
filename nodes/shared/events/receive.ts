import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { DAY, MINUTE } from '../values/time';
import { digestOf, idKey, isRecord, parsedExactly } from '../values/values';
import { simplifiedEvent, type EventProvider, type PushedEvent } from './eventProvider';
import { LimitedLog } from './limitedLog';
import { Recent } from './recent';
import { isSame } from './secret';

/** More than an event needs, and less than would hurt. */
const MOST_BYTES = 256 * 1024;

/** What is known of calls whose events come apart. A call lasts up to a day. */
const calls = new Recent(DAY, 20_000);

/** The events of the last ten minutes. */
const events = new Recent(10 * MINUTE, 50_000);

export const log = new LimitedLog();

/** What n8n adds to a request. */
interface ParsedRequest {
	readonly rawBody?: unknown;
	readonly contentType?: string;
	readonly encoding?: BufferEncoding;
}

/** What is needed of n8n's answer. */
export interface Answer {
	statusCode: number;
	setHeader(name: string, value: string): void;
	end(): void;
	once(event: 'finish', listener: () => void): void;
}

interface Refusal {
	readonly status: number;
	readonly why: string;
}

/**
 * A request to an event trigger: refused, or its events as items. n8n answers as soon as the execution is stored. No static data
 * is written: n8n saves it from a copy, which could set the state of a polling trigger in the same workflow back.
 */
export async function receive(context: IWebhookFunctions, provider: EventProvider): Promise<IWebhookResponseData> {
	const credential = await context.getCredentials<IDataObject>(provider.credentialType);
	const found = refusalOf(context, provider, credential) ?? recordsIn(context, provider);
	if (!Array.isArray(found)) return refuse(context, provider, found);
	const pushed = found.map((record): PushedEvent => {
		const name = provider.nameOf(record);
		return { record, name, kind: provider.kinds.get(name ?? '') ?? 'other' };
	});
	const items = pushed.flatMap((event) => itemOf(context, provider, event) ?? []);
	return items.length === 0 ? { webhookResponse: '' } : { workflowData: [items], webhookResponse: '' };
}

function refusalOf(
	context: IWebhookFunctions,
	{ credentialType, expected, flaw, given, seal }: EventProvider,
	credential: IDataObject,
): Refusal | undefined {
	const flawed = flaw(credential);
	if (flawed !== undefined) return { status: 401, why: `the credential '${credentialType}' is of no use. ${flawed}` };
	const sent = given({ headers: context.getHeaderData(), params: context.getParamsData() as IDataObject });
	if (sent === null) return { status: 401, why: `it came without ${seal}` };
	return isSame(sent, expected(credential)) ? undefined : { status: 401, why: `it does not carry ${seal}` };
}

function refuse(
	context: IWebhookFunctions,
	{ challenge, name }: EventProvider,
	{ status, why }: Refusal,
): IWebhookResponseData {
	log.warn(context, `${name} Event Trigger refused a request (${status}): ${why}`);
	const response = context.getResponseObject() as Answer;
	response.statusCode = status;
	if (status === 401 && challenge !== undefined) response.setHeader('WWW-Authenticate', challenge);
	response.end();
	return { noWebhookResponse: true };
}

/** The records in a request, or why it is refused. */
function recordsIn(context: IWebhookFunctions, { isQuery }: EventProvider): IDataObject[] | Refusal {
	if (isQuery) return [context.getQueryData() as IDataObject];
	const { rawBody, contentType, encoding } = context.getRequestObject() as unknown as ParsedRequest;
	if (!Buffer.isBuffer(rawBody) || rawBody.length === 0) return { status: 400, why: 'it has no body' };
	if (rawBody.length > MOST_BYTES) return { status: 413, why: `its body has ${rawBody.length} bytes` };
	if (contentType !== 'application/json') return { status: 415, why: 'its body is not marked as JSON' };
	// n8n's own reading would round ids of up to 20 digits.
	const body = parsedExactly(rawBody.toString(encoding).replace(/^\uFEFF/, ''));
	const records = Array.isArray(body) ? body : [body];
	return records.length > 0 && records.every(isRecord)
		? records
		: { status: 400, why: 'its body is neither an event nor a list of events' };
}

/** The item of an event; undefined if it is not wanted or known already. */
function itemOf(
	context: IWebhookFunctions,
	provider: EventProvider,
	event: PushedEvent,
): INodeExecutionData | undefined {
	const { record, name, kind } = event;
	const scope = `${context.getWorkflow().id} ${context.getNode().id}`;
	const isTest = context.getMode() === 'manual';
	if (!isTest && provider.isLeftOut?.(event, calls, scope) === true) return undefined;
	if (!isWanted(context, provider, event)) return undefined;
	const key = idKey(provider.idOf(event)) ?? digestOf(record, Object.keys(record));
	// A caller who calls again asks the same once more, and a test is repeated on purpose.
	if (!isTest && kind !== 'callerLookup') {
		const known = `${scope} ${name} ${key}`;
		if (!events.isNew(known)) return undefined;
		const response = context.getResponseObject() as Answer;
		// What n8n could not start may come again.
		response.once('finish', () => {
			if (response.statusCode >= 500) events.forget(known);
		});
	}
	const isRaw = context.getNodeParameter('output') === 'raw';
	return { json: isRaw ? record : simplifiedEvent(provider, event, key, context.getTimezone()) };
}

function isWanted(context: IWebhookFunctions, provider: EventProvider, { name, kind }: PushedEvent): boolean {
	if (kind !== 'other') return (context.getNodeParameter('events') as string[]).includes(name ?? '');
	if (context.getNodeParameter('options.otherEvents', false) === true) return true;
	const told = name === null ? 'without a name' : `'${name.slice(0, 60)}'`;
	log.warn(context, `${provider.name} Event Trigger left out an event ${told}. 'Other Events' would let it through.`);
	return false;
}
