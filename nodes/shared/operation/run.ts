import type {
	DeclarativeRestApiSettings,
	IDataObject,
	IExecutePaginationFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
} from 'n8n-workflow';

import { secondsOf } from '../parameters/numbers';
import { isEmpty, isOn, refuseTextAsCollection, shown, unusable } from '../parameters/read';
import { readRecorded } from '../phone/writtenNumber';
import { asNodeError, errorItem, parameterError } from '../request/nodeErrors';
import type { Check, Fetch, Pages, Provider, Sending } from '../request/provider';
import { checkRequest, fetchWith, send } from '../request/send';
import { withoutHalves } from '../values/nesting';
import { MINUTE, SECOND } from '../values/time';
import { decimal, text } from '../values/values';
import type {
	Api,
	ListSettings,
	NumbersOf,
	Operation,
	OperationDefinition,
	OperationEffect,
	OperationOutput,
	OperationRequest,
	Output,
	Route,
	SimpleFields,
} from './definition';
import { FailedRequest } from './fields';
import { preview } from './options';
import { countOf, targetsOf, type Target } from './reach';
import { checkReached, guarded, isDryRun, refuseToAgents } from './safeguards';

const READ_RETRIES = 2;

/** How the requests of the current input item are sent: how long to wait for the account's budget, and how often to repeat reads. */
export function sendingOf(context: IExecutePaginationFunctions): Sending {
	return {
		maxWaitMs: secondsOf(context, 'options.maxWait', 'Max Wait', MINUTE / SECOND) * SECOND,
		retries: READ_RETRIES,
	};
}

/** Sends the reading requests of the current input item. */
export function fetchOf(context: IExecutePaginationFunctions, provider: Provider, more?: Partial<Sending>): Fetch {
	return fetchWith(context, provider, { ...sendingOf(context), isRead: true, ...more });
}

/** Get Many: all pages, or as many as 'Limit' asks for. */
export function getMany(provider: Provider, pages: Pages, settings: ListSettings = {}): Operation {
	const { simple, givesRecords, instead } = settings;
	return async function (request) {
		const wanted = wantedRecords(this);
		const shape = shaping(this, givesRecords?.(request) === false ? undefined : simple);
		const fetch = fetchOf(this, provider);
		const other = await instead?.call(this, pages, fetch, request);
		if (other !== undefined) return [item(this, other)];
		const items: INodeExecutionData[] = [];
		for await (const page of pages(fetch, request, wanted)) {
			for (const record of page) {
				if (items.length === wanted) return items;
				items.push(item(this, shape(record)));
			}
		}
		return items;
	};
}

/**
 * An operation of one request.
 *
 * @param output what the user gets for the answer; one item per element if it is a list
 * @param isRead whether it only reads, so that it may be repeated after a temporary fault; by default the method decides
 * @param check what the answer must be beyond a success
 */
export function oneRequest(
	provider: Provider,
	output: Output,
	simpleFields?: SimpleFields,
	isRead?: boolean,
	check?: Check,
): Operation {
	return async function (request) {
		// Before it is sent: an error afterwards would look as if nothing had been done.
		const shape = shaping(this, simpleFields);
		const answer = await send(this, provider, request, { ...sendingOf(this), isRead }, check);
		return [output.call(this, answer)].flat().map((record) => item(this, shape(record)));
	};
}

/** The whole number of records the user asks for; Infinity for 'Return All'. */
export function wantedRecords(context: IExecutePaginationFunctions): number {
	if (isOn(context, 'returnAll', 'Return All')) return Infinity;
	const entered = context.getNodeParameter('limit', 50);
	const limit = decimal(entered);
	if (limit !== null && Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit;
	const next = "To get more, turn on 'Return All'.";
	throw unusable(context, 'Limit', 'must be a whole number from 1 to 10,000', entered, next);
}

/** Links an output record to the input item it was made for; n8n does not do it for declarative nodes. */
export function item(context: IExecutePaginationFunctions, json: IDataObject): INodeExecutionData {
	return { json, pairedItem: { item: context.getItemIndex() } };
}

function shaping(context: IExecutePaginationFunctions, fields?: SimpleFields): (record: IDataObject) => IDataObject {
	if (fields === undefined || !isOn(context, 'simplify', 'Simplify', true)) return (record) => record;
	return (record) => {
		const simple: IDataObject = {};
		for (const field of fields) if (field in record) simple[field] = record[field];
		return simple;
	};
}

type Runnable = OperationRequest & OperationOutput & OperationEffect & Pick<OperationDefinition, 'action'>;

/** What becomes of the assembled request of an input item: `ready` checks it as a whole, `send` sends it. */
export function pipeline(
	{ provider, complete: completeAll }: Api,
	definition: Runnable,
): Pick<Route, 'skip' | 'ready' | 'send'> {
	const { request: own, pages, output, check, run, simple, complete, effect, reaches, isKeptFromAgents } = definition;
	const { harmless = [], numberField } = definition;
	const others = new Set([...harmless, ...Object.keys(own.body ?? {})]);
	const sent =
		pages !== undefined
			? getMany(provider, pages, definition)
			: output !== undefined
				? oneRequest(provider, output, simple, effect === 'reads', check)
				: run;
	return {
		skip() {
			const reason = numberField === undefined ? undefined : whyWithoutNumber(this, numberField);
			return reason === undefined ? undefined : [item(this, { skipped: true, reason })];
		},
		async ready(request) {
			if (request instanceof FailedRequest) throw request.error;
			refuseTextAsCollection(this);
			// A rehearsal does nothing that an agent must not do.
			const isRehearsed = isDryRun(this);
			if (isKeptFromAgents === true && !isRehearsed) refuseToAgents(this);
			checkRequest(this, provider, await this.getCredentials<IDataObject>(provider.credentialType(this)), request);
			const { body: sentBody, qs } = request;
			const mended = {
				...request,
				...(sentBody !== undefined && { body: withoutHalves(sentBody) }),
				...(qs && { qs: withoutHalves(qs) }),
			};
			const completed = complete === undefined ? mended : await complete.call(this, mended);
			const body = (completed.body ?? {}) as IDataObject;
			if (typeof isKeptFromAgents === 'function' && !isRehearsed && isKeptFromAgents(body)) refuseToAgents(this);
			const targets = reaches === undefined ? [] : targetsOf(body, reaches, others);
			if (typeof targets === 'string') {
				const next = 'Nothing was sent. Remove it: the node does not know whom it may reach.';
				throw parameterError(this, `'${targets}' is not a field of this operation`, next);
			}
			if (reaches !== undefined) checkReached(this, targets);
			const whole = completeAll === undefined ? completed : await completeAll.call(this, completed);
			return { request: whole, reached: countOf(targets), would: inWords(definition, targets, body) };
		},
		async send({ request, reached, would }) {
			if (isDryRun(this)) return [item(this, preview(request, would))];
			if (reaches === undefined) return await sent.call(this, request);
			return await guarded(this, provider, request, reached, async () => await sent.call(this, request));
		},
	};
}

/** The means by which a field names whose phone it is. */
const PEOPLE: ReadonlySet<string> = new Set(['called', 'calledBare', 'rings', 'live']);
const VERBS = { calls: 'call', texts: 'text', faxes: 'fax' } as const;
/** As much of a message as a sentence shows. */
const MESSAGE_SHOWN = 60;

/** What an operation would do: `text +61491570192: Hello`. */
function inWords({ action, effect }: Runnable, targets: readonly Target[], body: IDataObject): string {
	if (effect === 'reads' || effect === 'writes') return `${action.charAt(0).toLowerCase()}${action.slice(1)}`;
	const message = effect === 'texts' ? (text(body.message ?? body.text) ?? '') : '';
	const shortened = message.length > MESSAGE_SHOWN ? `${message.slice(0, MESSAGE_SHOWN)}…` : message;
	const people = targets.filter(({ means }) => PEOPLE.has(means)).map(({ value }) => text(value) ?? '');
	const whom = [...new Set(people)].join(' and ');
	return `${VERBS[effect]} ${whom}${shortened === '' ? '' : `: ${shortened}`}`;
}

/** Why an item is skipped that has no number, if the user wants that. */
function whyWithoutNumber(context: IExecutePaginationFunctions, field: string | NumbersOf): string | undefined {
	if (!isOn(context, 'options.skipWithoutNumber', 'Skip Items Without a Number')) return undefined;
	const numbers = typeof field === 'string' ? [context.getNodeParameter(field, '')] : field.call(context);
	const reasons = numbers.map(whyNone);
	return reasons.includes(undefined) ? undefined : reasons[0];
}

function whyNone(number: unknown): string | undefined {
	if (isEmpty(number)) return 'The number is empty';
	const isWithheld = readRecorded(text(number) ?? '').kind === 'withheld';
	return isWithheld ? `${shown(number)} stands for a withheld number` : undefined;
}

/**
 * What n8n's declarative engine passes the assembled request of an input item to: `routing.operations.pagination`, with
 * `send.paginate`. The error of a node that is set to continue becomes an item here: n8n makes such items, too, but does not say
 * which input item they belong to, so that the error output would lack the fields of the input.
 */
export function declarativeRun(api: Api, definition: Runnable) {
	const { skip, ready, send } = pipeline(api, definition);
	return async function (
		this: IExecutePaginationFunctions,
		{ options }: DeclarativeRestApiSettings.ResultOptions,
	): Promise<INodeExecutionData[]> {
		const run = async () => {
			// In n8n's type the address is optional; a request without one is a bug in this package.
			return skip?.call(this) ?? (await send.call(this, await ready.call(this, options as IHttpRequestOptions)));
		};
		return await run().catch(async (error: Error) => {
			if (!this.continueOnFail()) return await Promise.reject(error);
			const itemIndex = this.getItemIndex();
			return [errorItem(asNodeError(this.getNode(), error, itemIndex), itemIndex)];
		});
	};
}
