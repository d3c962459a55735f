import { createHash } from 'crypto';
import type {
	IDataObject,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';

import { secondsOf } from '../parameters/numbers';
import { isEmpty, isOn, shown, unusable } from '../parameters/read';
import { parameterError, problemOf } from '../request/nodeErrors';
import { accountOf } from '../request/pacing/accounts';
import type { Provider } from '../request/provider';
import { HOUR, MINUTE, monotonic, SECOND } from '../values/time';
import { decimal, hasControl } from '../values/values';
import { EXTENSIONS, notAllowed, numberIn, type Means, type Target } from './reach';

/**
 * Who may be reached, how often, and what an agent must not do. These fields are for people: a language model must not be able
 * to fill them in, so they take no expressions. n8n makes a model's arguments available not only to `$fromAI` but in `$json`, too.
 */

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
		'An AI agent may not do this by itself',
		"Nothing was sent. Do not try again, and tell the user. Whoever built the workflow can turn on the option 'Allow for AI Agents' of this tool.",
	);
}

/**
 * Refuses whom the user did not allow, and safeguards that a model could have filled in.
 *
 * @param targets what the request reaches
 * @throws NodeOperationError in words that a language model can act on
 */
export function checkReached(context: IExecuteSingleFunctions, targets: readonly Target[]): void {
	byHand(context, 'allowedNumbers', 'Allowed Numbers');
	byHand(context, 'atMostPerHour', 'At Most per Hour');
	if (isTool(context.getNode())) byHand(context, 'duplicateGuardSeconds', 'Duplicate Guard (Seconds)');
	mostOf(context);
	guardOf(context);
	const entered = given(context, 'allowedNumbers', 'Allowed Numbers');
	const allowed = entered === undefined ? undefined : entriesOf(context, String(entered as string));
	for (const target of targets) {
		if (target.means !== 'parts' && hasControl(target.value)) {
			throw parameterError(
				context,
				`'${target.path}' holds a line break or another control character`,
				'Nothing was sent. Remove it: a telephone system takes what follows for something else.',
			);
		}
		const refused = allowed === undefined ? undefined : notAllowed(target, allowed);
		if (refused === undefined) continue;
		throw parameterError(
			context,
			`${shown(refused)} is not among the 'Allowed Numbers' of this node`,
			`Nothing was sent. Allowed: ${allowed?.join(', ')}. Use an allowed number, written with a plus sign and the country code, or tell the user; the numbers are changed in the options of the node. (${target.path}: ${FORMS[target.means] ?? 'a plain name or an allowed number'})`,
		);
	}
}

/** What is allowed beside a plain name or an allowed number. */
const FORMS: Partial<Record<Means, string>> = {
	called: 'an allowed number',
	own: 'an extension or an allowed number',
	application: 'an application that reaches nobody else and runs nothing, e.g. Playback',
	variables: 'switches, plain names and allowed numbers',
};

/**
 * The value of a safeguard; undefined if it is not among the options of the node.
 *
 * @throws NodeOperationError if it is there and gives nothing: that must not count as no safeguard
 */
function given(context: IExecuteSingleFunctions, name: string, displayName: string, at = `options.${name}`): unknown {
	const { options = {}, ...fields } = context.getNode().parameters as { options?: IDataObject } & IDataObject;
	if ((at === name ? fields : options)[name] === undefined) return undefined;
	const value = context.getNodeParameter(at, '');
	if (!isEmpty(value)) return value;
	const next = 'Enter a value, correct the expression, or remove the option.';
	throw unusable(context, displayName, 'is set and gives nothing', value, next);
}

/** Whether the request is only shown: by a field of the form where people are reached, elsewhere by an option. */
export function isDryRun(context: IExecuteSingleFunctions): boolean {
	return ['dryRun', 'options.dryRun'].some((at) => {
		given(context, 'dryRun', 'Dry Run', at);
		return isOn(context, at, 'Dry Run');
	});
}

/** The raw value of an option shows whether a person wrote it. */
function byHand(context: IExecuteSingleFunctions, name: string, displayName: string): void {
	const value = ((context.getNode().parameters.options ?? {}) as IDataObject)[name];
	// n8n removes the equals sign from the expression of a field that takes none, and leaves the rest as a text.
	if (typeof value !== 'string' || !/^=|\{\{/.test(value)) return;
	throw parameterError(
		context,
		`'${displayName}' must be entered by hand, not as an expression`,
		'Nothing was sent. A language model or incoming data could change an expression. Switch the field to Fixed and enter the value.',
	);
}

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
	const added = { at: monotonic(), count };
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
	const ageMs = monotonic() - (lastSent.get(key) ?? -Infinity);
	if (ageMs >= guardMs) return;
	throw parameterError(
		context,
		'The same request was sent a moment ago, so it was not sent again',
		`That was ${Math.ceil(ageMs / SECOND)} seconds ago. 'Duplicate Guard (Seconds)' refuses it for ${guardMs / SECOND} seconds; lower it if the repetition is meant.`,
	);
}

function reachedWithinHour(counter: string): Reached[] {
	return (lastReached.get(counter) ?? []).filter(({ at }) => at > monotonic() - HOUR);
}

function refuseTooMany(context: IExecuteSingleFunctions, recent: Reached[], count: number, most: number): void {
	const used = recent.reduce((sum, reached) => sum + reached.count, 0);
	if (used + count <= most) return;
	const waitMs = recent.length === 0 ? 0 : recent[0].at + HOUR - monotonic();
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
	const entered = given(context, 'atMostPerHour', 'At Most per Hour');
	if (entered === undefined) return undefined;
	const most = decimal(entered);
	if (most !== null && Number.isInteger(most) && most > 0) return most;
	throw unusable(context, 'At Most per Hour', 'must be a whole number above 0', entered);
}

function guardOf(context: IExecuteSingleFunctions): number {
	given(context, 'duplicateGuardSeconds', 'Duplicate Guard (Seconds)');
	return secondsOf(context, 'options.duplicateGuardSeconds', 'Duplicate Guard (Seconds)', 0) * SECOND;
}

/** Whether the provider refused in a documented way, or no connection was made: whatever else went wrong, it may have called. */
function isCertainlyNotDone(error: unknown): boolean {
	const { cause, isUnsent, isUnclear } = problemOf(error) ?? {};
	if (isUnsent === true) return true;
	const isRefused = cause === 'configuration-invalid' || cause === 'credential-invalid' || cause === 'rate-limited';
	return isRefused && isUnclear !== true;
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
		if (monotonic() - sentAt < LONGEST_GUARD_MS) break;
		lastSent.delete(old);
	}
	lastSent.delete(key);
	lastSent.set(key, monotonic());
}
