import type { IDataObject, IExecutePaginationFunctions, INodeProperties } from 'n8n-workflow';

import { decide } from '../calls/decide';
import { LONGEST_CALL_MS, newestEnd, type Observed, type Reading } from '../calls/observed';
import { openSource } from '../calls/openSource';
import { answeredMeansProperty, callerTypeProperty, readCallerTypes } from '../calls/properties';
import { readQueues, unknownQueues } from '../calls/queues';
import { readCallSettings } from '../calls/settings';
import { NO_NAMES, type Filters, type NameFilter, type Source, type TriggerProvider } from '../calls/source';
import { freshState, NO_CALLERS } from '../calls/state';
import { unreturnedOf } from '../calls/unreturnedPoll';
import { readReturnSettings, unreturnedOptions, unreturnedProperties } from '../calls/unreturnedSettings';
import { NOTHING_CARRIED, wholeCalls } from '../calls/whole';
import type { Operation, OperationDefinition } from '../operation/definition';
import { fetchOf, item } from '../operation/run';
import { defaultCountryProperty } from '../parameters/country';
import { momentOf } from '../parameters/moment';
import { isEmpty, namesOf } from '../parameters/read';
import { parameterError, problemError } from '../request/nodeErrors';
import { Contradiction } from '../request/problems';
import type { Fetch } from '../request/provider';
import { MINUTE, SECOND } from '../values/time';

/** The same time after the wait as the trigger allows for late records, so that both give the same callers. */
const GRACE_MS = MINUTE;

interface History {
	readonly trigger: TriggerProvider;
	/** The trigger's event whose calls are looked at. */
	readonly event: string;
	readonly request: OperationDefinition['request'];
	/** The provider's own fields and options. */
	readonly fields?: readonly INodeProperties[];
	readonly options?: readonly INodeProperties[];
	/** What its option `queues` names; queues unless it says otherwise. */
	readonly namesFilter?: NameFilter;
}

/** The operation *Get Unreturned* of a call history: whom the trigger's *Missed and Not Returned* would give now. */
export function getUnreturned(history: History): OperationDefinition {
	const { request, fields = [], options = [] } = history;
	return {
		name: 'Get Unreturned',
		action: 'Get callers who were missed and not reached since',
		description:
			'Get callers who were missed and have not been reached since: one item per caller, with all missed calls',
		request,
		documentedAs: `${request.method} ${request.url}, all pages`,
		fields: [
			{
				displayName: 'Since',
				name: 'since',
				type: 'dateTime',
				default: '={{ $now.minus({ hours: 24 }).toISO() }}',
				required: true,
				description: 'Missed calls that ended since then count. Who was reached is looked up until now.',
			},
			...unreturnedProperties,
			...fields,
		],
		options: [
			answeredMeansProperty,
			callerTypeProperty,
			defaultCountryProperty,
			...unreturnedOptions,
			{
				displayName: 'Until',
				name: 'until',
				type: 'dateTime',
				default: '',
				description: 'Missed calls that ended later do not count. Without it: up to now.',
			},
			...options,
		],
		run: readUnreturned(history),
		effect: 'reads',
		evidence: 'P',
	};
}

function readUnreturned({ trigger, event, options: own = [], namesFilter = 'queues' }: History): Operation {
	const namesField = own.find(({ name }) => name === 'queues')?.displayName ?? '';
	return async function () {
		const now = Date.now();
		const returns = readReturnSettings(this, now);
		const settings = readCallSettings(this, trigger, { event, output: 'normalized', returns });
		const { since, until } = readSinceUntil(this, now);
		const names = namesOf(this, this.getNodeParameter('options.queues', ''), namesField);
		const callerType = readCallerTypes(this, this.getNodeParameter('options.callerType', []));
		const { source, setup, form } = await openSource(this, trigger, settings);
		const fetch = fetchOf(this, trigger.provider);
		await readQueues(this, trigger, source, fetch, names.length > 0 || returns.scope === 'queue');
		const unknown = unknownQueues(this, namesField, source, names);
		if (unknown !== undefined) throw unknown;
		const read = await readAll(this, source, fetch, since, now, setup.wholeCalls === true);
		const untilClock = source.clock(Math.min(until, now + LONGEST_CALL_MS));
		const counted = { ...read, calls: read.calls.map((call) => within(call, untilClock)) };
		const filters: Filters = { ...NO_FILTERS, [namesFilter]: names, callerType };
		const { items } = unreturnedOf({ ...NO_CALLERS, lagSeconds: 0 }, counted, source, form, filters, now, {
			...returns,
			graceMs: GRACE_MS,
			oldest: -Infinity,
			maxItems: Infinity,
		});
		return items.map((json) => item(this, json));
	};
}

const NO_FILTERS: Filters = {
	...NO_NAMES,
	direction: [],
	outcome: [],
	number: null,
	callerType: [],
	minimumDuration: 0,
};

/** 'Since' and 'Until'. */
function readSinceUntil(context: IExecutePaginationFunctions, now: number): { since: number; until: number } {
	const zone = context.getTimezone();
	const since = momentOf(context, context.getNodeParameter('since', ''), 'Since', zone, now);
	const end = context.getNodeParameter('options.until', '');
	const until = isEmpty(end) ? Infinity : momentOf(context, end, 'Until', zone);
	if (until > since) return { since, until };
	throw parameterError(context, "'Until' is not after 'Since'", 'Swap the two, or leave out the end.');
}

/** A call that ended after the span still shows who was reached, not who was missed. */
function within(call: Observed<IDataObject>, until: number): Observed<IDataObject> {
	return (call.endedAt ?? call.startedAt ?? -Infinity) > until ? { ...call, isReturnOnly: true } : call;
}

/** Every call that ended after an instant, and those still in progress. */
async function readAll(
	context: IExecutePaginationFunctions,
	source: Source,
	fetch: Fetch,
	since: number,
	at: number,
	isLinked: boolean,
) {
	const now = source.clock(at);
	const from = source.clock(since);
	const records = new Map<string, Observed<IDataObject>>();
	try {
		for await (const slice of source.read(fetch, from - 2 * LONGEST_CALL_MS, now))
			for (const one of slice.records) records.set(one.key, one);
	} catch (error) {
		if (!(error instanceof Contradiction)) return await Promise.reject(error as Error);
		throw problemError(context, {
			message: error.message,
			description: error.next,
			cause: 'temporarily-unavailable',
		});
	}
	const state = freshState('', from, false);
	const all: Reading<IDataObject> = { records: [...records.values()], through: Infinity };
	const reading = isLinked
		? wholeCalls(NOTHING_CARRIED, all, state, { now, hostNow: at }, { graceMs: 0, lookbackMs: SECOND }).reading
		: all;
	const { calls, waiting } = decide(state, reading, now, {
		lookbackMs: 0,
		maxItems: Infinity,
		accepts: () => true,
	});
	const live = all.records.filter(({ ended }) => !ended);
	const open = [...live, ...waiting];
	return { calls, open, isComplete: true, newestEnd: newestEnd(all.records, now), floor: from };
}
