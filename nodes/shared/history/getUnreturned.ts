import type { IDataObject, IExecutePaginationFunctions, INodeProperties } from 'n8n-workflow';

import { decide } from '../calls/decide';
import { CALLER_TYPES, NO_FILTERS } from '../calls/filters';
import { LONGEST_CALL_MS, newestEnd, type Observed, type Reading } from '../calls/observed';
import { openSource } from '../calls/openSource';
import { answeredMeansProperty, callersOutputProperty, filterProperties } from '../calls/properties';
import { readQueues, unknownQueues } from '../calls/queues';
import { readCallSettings } from '../calls/settings';
import type { Filters, NameFilter, Source, TriggerProvider } from '../calls/source';
import { freshState, NO_CALLERS } from '../calls/state';
import { unreturnedOf } from '../calls/unreturnedPoll';
import { readReturnSettings, unreturnedOptions, unreturnedProperties } from '../calls/unreturnedSettings';
import { NOTHING_CARRIED, wholeCalls } from '../calls/whole';
import type { Operation, OperationDefinition } from '../operation/definition';
import { fetchOf, item } from '../operation/run';
import { defaultCountryProperty } from '../parameters/country';
import { periodProperties, readPeriod, reportTimezoneProperty } from '../parameters/period';
import { choiceOf, choicesOf, namesOf } from '../parameters/read';
import { problemError } from '../request/nodeErrors';
import { Contradiction } from '../request/problems';
import type { Fetch } from '../request/provider';
import { DAY, MINUTE, SECOND } from '../values/time';

/** The same time after the wait as the trigger allows for late records, so that both give the same callers. */
const GRACE_MS = MINUTE;
/** How far back All goes. */
const LONGEST_MS = 10 * 366 * DAY;
const INITIAL_PERIOD = 'last24Hours';

interface CallerList {
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

/** The operation *Get Callers to Call Back* of a call history: whom the trigger's *Missed, Not Called Back* would give now. */
export function getUnreturned(history: CallerList): OperationDefinition {
	const { request, fields = [], options = [] } = history;
	return {
		name: 'Get Callers to Call Back',
		action: 'Get callers to call back',
		description: 'Get callers who were missed and have not been reached since: one item per caller, newest first',
		request,
		documentedAs: `${request.method} ${request.url}, all pages`,
		fields: [
			...periodProperties(
				INITIAL_PERIOD,
				'Which missed calls, by the time they ended; who was reached is looked up until now',
			),
			...unreturnedProperties,
			...fields,
			callersOutputProperty,
		],
		options: [
			answeredMeansProperty,
			filterProperties.callerType,
			defaultCountryProperty,
			...unreturnedOptions,
			reportTimezoneProperty,
			...options,
		],
		run: readUnreturned(history),
		effect: 'reads',
		evidence: 'P',
	};
}

function readUnreturned({ trigger, event, options: own = [], namesFilter = 'queues' }: CallerList): Operation {
	const namesField = own.find(({ name }) => name === 'queues')?.displayName ?? '';
	return async function () {
		const now = Date.now();
		const returns = readReturnSettings(this, now);
		const output = choiceOf(this, 'output', 'Output', ['simplified', 'full']);
		const settings = readCallSettings(this, trigger, { event, output, returns });
		const { from, to } = readPeriod(this, INITIAL_PERIOD, now, settings.reportZone);
		const names = namesOf(this, this.getNodeParameter('options.queues', ''), namesField);
		const callerType = choicesOf(this, 'options.callerType', 'Caller Type', CALLER_TYPES);
		const { source, setup, form } = await openSource(this, trigger, settings);
		const fetch = fetchOf(this, trigger.provider);
		await readQueues(this, trigger, source, fetch, names.length > 0 || returns.scope === 'queue');
		const unknown = unknownQueues(this, namesField, source, names);
		if (unknown !== undefined) throw unknown;
		const read = await readAll(
			this,
			source,
			fetch,
			Math.min(from ?? now - LONGEST_MS, now),
			now,
			setup.wholeCalls === true,
		);
		const end = to === null ? Infinity : source.clock(to);
		const counted = { ...read, calls: read.calls.map((call) => within(call, end)) };
		const filters: Filters = { ...NO_FILTERS, [namesFilter]: names, callerType };
		const { items } = await unreturnedOf({ ...NO_CALLERS, lagSeconds: 0 }, counted, source, form, filters, now, {
			...returns,
			graceMs: GRACE_MS,
			oldest: -Infinity,
			maxItems: Infinity,
		});
		return items.reverse().map((json) => item(this, json));
	};
}

/** A call that ended after the period still shows who was reached, not who was missed. */
function within(call: Observed<IDataObject>, end: number): Observed<IDataObject> {
	return (call.endedAt ?? call.startedAt ?? -Infinity) >= end ? { ...call, isReturnOnly: true } : call;
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
