import { createHash } from 'crypto';
import type {
	IDataObject,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { secondsOf } from '../parameters/numbers';
import { isEmpty, isOn, unusable } from '../parameters/read';
import { readPart } from '../phone/writtenNumber';
import { parameterError, problemOf } from '../request/nodeErrors';
import { accountOf } from '../request/pacing/accounts';
import type { Provider } from '../request/provider';
import { HOUR, MINUTE, SECOND } from '../values/time';
import { decimal, text } from '../values/values';

/**
 * Who may be reached, how often, and what an agent must not do. These fields are for people: a language model must not be able
 * to fill them in, so they take no expressions. n8n makes a model's arguments available not only to `$fromAI` but in `$json`, too.
 */

/** What a request rings, texts or faxes, as numbers, extensions or names, before it is encoded. */
export type Reaches = (body: IDataObject) => unknown[];

/** The options of everything that calls, texts or faxes. */
export const safeguardOptions: readonly INodeProperties[] = [
	{
		displayName: 'Allowed Numbers',
		name: 'allowedNumbers',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. +44, +34911, extensions',
		description:
			"Who may be reached: numbers, country codes or other beginnings of numbers, separated by commas; 'extensions' stands for internal numbers of up to six digits and for names. An entry without a plus sign is compared with what is dialled without one. Everything else is refused. A language model cannot change it.",
	},
	{
		displayName: 'At Most per Hour',
		name: 'atMostPerHour',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: 1 },
		default: 10,
		description:
			'How many people this node reaches within an hour at most with an account. It is counted in the memory of this n8n process: a restart begins anew, and in queue mode each worker counts for itself. A language model cannot change it.',
	},
	{
		displayName: 'Duplicate Guard (Seconds)',
		name: 'duplicateGuardSeconds',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 60,
		description:
			'For how long to refuse the same request again, e.g. when a workflow runs twice for one event or a failed node is retried. 0 switches the guard off. It is kept in the memory of this n8n process: it does not outlast a restart, and in queue mode each worker has its own.',
	},
];

/** The consent to what an agent may not do on its own. */
export const allowForAgentsOption: INodeProperties = {
	displayName: 'Allow for AI Agents',
	name: 'allowForAgents',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether an AI agent may run this operation when the node is its tool. It deletes, replaces, or handles keys, so it is refused to agents unless you turn this on. In a workflow without an agent it changes nothing.',
};

/** The suffix that n8n adds to the variant of a node that is an agent's tool. */
function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/**
 * Refuses an agent what it may not do on its own.
 *
 * @throws NodeOperationError in words that a language model can act on
 */
export function refuseToAgents(context: IExecuteSingleFunctions): void {
	if (!isTool(context.getNode())) return;
	byHand(context, 'allowForAgents', 'Allow for AI Agents');
	if (isOn(context, 'options.allowForAgents', 'Allow for AI Agents')) return;
	throw parameterError(
		context,
		'An AI agent may not do this: it deletes, replaces, or handles keys',
		"Nothing was sent. Do not try again, and tell the user. Whoever built the workflow can turn on the option 'Allow for AI Agents' of this tool.",
	);
}

/**
 * Refuses a number that the user did not allow, and safeguards that a model could have filled in.
 *
 * @param reached what the request reaches
 * @throws NodeOperationError in words that a language model can act on
 */
export function checkReached(context: IExecuteSingleFunctions, reached: readonly unknown[]): void {
	byHand(context, 'allowedNumbers', 'Allowed Numbers');
	byHand(context, 'atMostPerHour', 'At Most per Hour');
	if (isTool(context.getNode())) byHand(context, 'duplicateGuardSeconds', 'Duplicate Guard (Seconds)');
	mostOf(context);
	guardOf(context);
	const entered = context.getNodeParameter('options.allowedNumbers', '');
	if (isEmpty(entered)) return;
	const allowed = entriesOf(context, String(entered as string));
	for (const target of reached.flatMap(targetsIn)) {
		if (allowed.some((entry) => covers(entry, target))) continue;
		throw parameterError(
			context,
			`${JSON.stringify(target)} is not among the 'Allowed Numbers' of this node`,
			`Nothing was sent. Allowed: ${allowed.join(', ')}. Use an allowed number, written with a plus sign and the country code, or tell the user; the numbers are changed in the options of the node.`,
		);
	}
}

/** The raw value of an option shows whether a person wrote it. */
function byHand(context: IExecuteSingleFunctions, name: string, displayName: string): void {
	const raw = (context.getNode().parameters.options as IDataObject | string | undefined) ?? {};
	const value = typeof raw === 'string' ? undefined : raw[name];
	// n8n removes the equals sign from the expression of a field that takes none, and leaves the rest as a text.
	if (typeof value !== 'string' || !/^=|\{\{/.test(value)) return;
	throw parameterError(
		context,
		`'${displayName}' must be entered by hand, not as an expression`,
		'Nothing was sent. A language model or incoming data could change an expression. Switch the field to Fixed and enter the value.',
	);
}

const EXTENSIONS = 'extensions';

function entriesOf(context: IExecuteSingleFunctions, entered: string): string[] {
	const entries = entered
		.split(/[,;\n]/)
		.filter((entry) => !isEmpty(entry))
		.map((entry) => (entry.trim().toLowerCase() === EXTENSIONS ? EXTENSIONS : (numberIn(entry) ?? entry)));
	const wrong = entries.find((entry) => entry !== EXTENSIONS && numberIn(entry) === null);
	if (wrong === undefined && entries.length > 0) return entries;
	throw unusable(
		context,
		'Allowed Numbers',
		'holds what is neither a number nor the beginning of one',
		wrong ?? entered,
		"Write numbers or their beginnings, separated by commas, e.g. +44, +34911, or the word 'extensions'.",
	);
}

/** The numbers in what a request reaches. A name, e.g. of a user or queue, counts as one; a channel may contain a number. */
function targetsIn(value: unknown): string[] {
	const written = text(value);
	if (written === null) return [];
	const number = numberIn(written);
	return number === null ? (written.match(/\+?\d{5,}/g) ?? [written]) : [number];
}

/** A number or a part of one as it is dialled, with the plus sign if it was written with one. */
function numberIn(written: string): string | null {
	const number = readPart(written);
	return number === null ? null : (number.hasPlus ? '+' : '') + number.digits;
}

function covers(entry: string, target: string): boolean {
	if (entry === EXTENSIONS) return !/^(\+|\d{7,})/.test(target);
	// 00 begins an international number; whoever allows 0 means those of the country.
	if (target.startsWith('00') && !entry.startsWith('00')) return false;
	return target.startsWith(entry);
}

interface Reached {
	readonly at: number;
	readonly count: number;
}

/** What was sent, by a digest of the request or of node and account. */
const lastSent = new Map<string, number>();
const lastReached = new Map<string, Reached[]>();

/**
 * Sends what reaches people, unless the same was sent a moment ago, or the hourly limit of people has been reached.
 *
 * @param request in its final form
 * @param count how many people it reaches
 */
export async function guarded(
	context: IExecuteSingleFunctions,
	provider: Provider,
	request: IHttpRequestOptions,
	count: number,
	send: () => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const most = mostOf(context);
	const guardMs = guardOf(context);
	if (most === undefined && guardMs === 0) return await send();

	const credentials = await context.getCredentials<IDataObject>(provider.credentialType(context));
	const place = [accountOf(provider, credentials), context.getWorkflow().id, context.getNode().id];
	const key = guardMs === 0 ? undefined : digest([...place, ...(await contentOf(request))]);
	const counter = digest(place);
	// Nothing is awaited between these checks and the entries below, so that of two simultaneous runs one sees the other.
	if (key !== undefined) refuseRepetition(context, key, guardMs);
	const recent = reachedWithinHour(counter);
	if (most !== undefined) refuseTooMany(context, recent, count, most);
	const added = { at: Date.now(), count };
	lastReached.set(counter, [...recent, added]);
	if (key !== undefined) note(key);
	return await send().catch(async (error: Error) => {
		// Certainly nothing happened, so the same request may be sent again.
		if (isCertainlyNotDone(error)) {
			lastReached.set(
				counter,
				reachedWithinHour(counter).filter((reached) => reached !== added),
			);
			if (key !== undefined) lastSent.delete(key);
		}
		return await Promise.reject(error);
	});
}

function refuseRepetition(context: IExecuteSingleFunctions, key: string, guardMs: number): void {
	// The clock may have been set back since.
	const ageMs = Math.max(0, Date.now() - (lastSent.get(key) ?? -Infinity));
	if (ageMs >= guardMs) return;
	throw parameterError(
		context,
		'The same request was sent a moment ago, so it was not sent again',
		`That was ${Math.ceil(ageMs / SECOND)} seconds ago. 'Duplicate Guard (Seconds)' refuses it for ${guardMs / SECOND} seconds; lower it if the repetition is meant.`,
	);
}

function reachedWithinHour(counter: string): Reached[] {
	return (lastReached.get(counter) ?? []).filter(({ at }) => at > Date.now() - HOUR);
}

function refuseTooMany(context: IExecuteSingleFunctions, recent: Reached[], count: number, most: number): void {
	const used = recent.reduce((sum, reached) => sum + reached.count, 0);
	if (used + count <= most) return;
	const waitMs = recent.length === 0 ? 0 : recent[0].at + HOUR - Date.now();
	const next =
		waitMs > 0
			? `Try again in ${Math.ceil(waitMs / MINUTE)} minutes, or tell the user.`
			: 'Reach fewer at a time, or tell the user.';
	throw parameterError(
		context,
		`'At Most per Hour' allows to reach ${most} within an hour, and ${used} were reached`,
		`This request would reach ${count} and was not sent. ${next} The number is changed in the options of the node.`,
	);
}

function mostOf(context: IExecuteSingleFunctions): number | undefined {
	const entered = context.getNodeParameter('options.atMostPerHour', '');
	if (isEmpty(entered)) return undefined;
	const most = decimal(entered);
	if (most !== null && Number.isInteger(most) && most > 0) return most;
	throw unusable(context, 'At Most per Hour', 'must be a whole number above 0', entered);
}

function guardOf(context: IExecuteSingleFunctions): number {
	return secondsOf(context, 'options.duplicateGuardSeconds', 'Duplicate Guard (Seconds)', 0) * SECOND;
}

function isCertainlyNotDone(error: unknown): boolean {
	const { cause, isUnsent } = problemOf(error) ?? {};
	if (error instanceof NodeOperationError || isUnsent === true) return true;
	return cause === 'configuration-invalid' || cause === 'credential-invalid' || cause === 'rate-limited';
}

function digest(parts: unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

/** What distinguishes one request from another; for a file, a digest of its bytes. */
async function contentOf({ method, url, qs, body }: IHttpRequestOptions): Promise<unknown[]> {
	if (body instanceof URLSearchParams) return [method, url, qs, String(body)];
	if (!(body instanceof FormData)) return [method, url, qs, body];
	const entries: Array<[string, string | File]> = [];
	body.forEach((value, name) => entries.push([name, value as string | File]));
	const parts: string[][] = [];
	for (const [name, value] of entries) parts.push([name, value instanceof File ? await bytesOf(value) : value]);
	return [method, url, qs, parts];
}

async function bytesOf(file: File): Promise<string> {
	const hash = createHash('sha256').update(file.name);
	const reader = file.stream().getReader();
	for (let read = await reader.read(); !read.done; read = await reader.read()) hash.update(read.value as Uint8Array);
	return hash.digest('base64');
}

const LONGEST_GUARD_MS = 86_400 * SECOND;

/** Records that a request is sent now, and keeps the memory small: entries are in order of time. */
function note(key: string): void {
	for (const [old, sentAt] of lastSent) {
		if (Date.now() - sentAt < LONGEST_GUARD_MS) break;
		lastSent.delete(old);
	}
	lastSent.delete(key);
	lastSent.set(key, Date.now());
}
