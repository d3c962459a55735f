import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { endAhead, isByZone, wrongZone } from '../calls/clock';
import { filterName } from '../calls/filters';
import { factsOf } from '../calls/item';
import type { Observed } from '../calls/observed';
import { openSource } from '../calls/openSource';
import type { Facts } from '../calls/passes';
import { adviceFor } from '../calls/queues';
import type { Filters, NameFilter, Source, TriggerProvider } from '../calls/source';
import { NO_CALLERS } from '../calls/state';
import type { GiveCallers } from '../calls/unreturnedPoll';
import { callsOf, rootOf } from '../calls/whole';
import { parameterError } from '../request/nodeErrors';
import type { Fetch } from '../request/provider';
import { namedAmong, namesIn, namesWithoutCalls, type MissingNames } from './filters';
import { pollError } from './pollError';
import type { PreparedPoll } from './preparePoll';

/** A test run in the editor ('Fetch Test Event'). */
export interface TestRun extends PreparedPoll {
	readonly context: IPollFunctions;
	readonly trigger: TriggerProvider;
	readonly fetch: Fetch;
}

/** This many names that none of the latest calls has are asked for, so that a test run remains a few requests. */
const NAMES_ASKED_FOR = 10;

/**
 * What a test run gives: the latest finished calls that match, just one unless the user asks for more. Whatever follows the
 * trigger may text or call each of them.
 *
 * @throws NodeOperationError if none matches; also if some do, but a name in the filters is known not to exist: n8n has no warning
 * for a trigger's test run, and calls of a mistyped queue would be missing for ever
 */
export async function latestCalls(run: TestRun): Promise<Array<Observed<IDataObject>>> {
	const { context, trigger, source, settings, reading } = run;
	const now = Date.now();
	const listed = await latestOf(run, source);
	const ahead = isByZone(trigger, source) ? endAhead(listed, now, (at) => source.clock(at)) : null;
	if (ahead !== null) throw wrongZone(context, trigger.provider.name, ahead, source.clock(now), settings.timezone);
	const calls = reading.wholeCalls ? latestWholeCalls(listed) : listed;
	const most = settings.returns === null ? settings.testItems : Infinity;
	const matching = calls.filter((call) => reading.accepts(call)).slice(0, most);
	const missing = namesWithoutCalls(
		notListed(source, settings.filters),
		listed.map((call) => factsOf(call, run.form)),
	);
	if (matching.length > 0) {
		const unknown = await unknownTo(run, missing);
		if (unknown.length > 0) throw await unknownNames(run, unknown);
		return matching;
	}
	const report = missing.length === 0 ? '' : `${await reportOf(run, missing)} `;
	throw new NodeOperationError(context.getNode(), 'No finished call matches yet', {
		description: `${report}The connection to ${trigger.provider.name} works. Make a test call, or check the names in 'Filters'; then test again.`,
	});
}

/** What a test run gives of callers: the latest whose wait is over; if there is none, the latest who is still waiting. */
export async function latestCallers(
	{ context, trigger, settings }: TestRun,
	calls: Array<Observed<IDataObject>>,
	callers: GiveCallers,
): Promise<INodeExecutionData[]> {
	const read = { calls, open: [], isComplete: true, newestEnd: -Infinity, floor: -Infinity };
	const none = { ...NO_CALLERS, lagSeconds: 0 };
	// The rules that hold callers back once it is published would hide the latest one.
	const all = { graceMs: 0, maxItems: Infinity, oldest: -Infinity };
	const over = (await callers(none, read, all)).items;
	const waiting = (await callers(none, read, { ...all, waitEnds: () => -Infinity })).items;
	const items = (over.length > 0 ? over : waiting).slice(-settings.testItems).reverse();
	if (items.length > 0) return items.map((json) => ({ json }));
	throw new NodeOperationError(
		context.getNode(),
		'No caller was missed and not reached since, as far as the newest calls tell',
		{
			description: `The connection to ${trigger.provider.name} works. Make a test call that nobody takes, or check the names in 'Filters'; then test again.`,
		},
	);
}

/** The newest records that have ended. */
async function latestOf({ context, fetch }: TestRun, source: Source): Promise<Array<Observed<IDataObject>>> {
	const listed = await source.latest(fetch, source.clock(Date.now())).catch((error: unknown) => {
		throw pollError(context, error);
	});
	return listed.filter(({ ended }) => ended);
}

async function latestFacts(run: TestRun, { source, form }: Pick<PreparedPoll, 'source' | 'form'>): Promise<Facts[]> {
	return (await latestOf(run, source)).map((call) => factsOf(call, form));
}

/** The names but for those of queues that have been checked against the account's list of them. */
function notListed(source: Source, names: Pick<Filters, NameFilter>): Pick<Filters, NameFilter> {
	return source.queues === undefined ? names : { ...names, queues: [] };
}

/** The newest calls of the newest records: those that are over as far as these show, if there are any. */
function latestWholeCalls(records: Array<Observed<IDataObject>>): Array<Observed<IDataObject>> {
	const calls = [...callsOf(records)].map(([key, legs]): Observed<IDataObject> => {
		const root = rootOf(legs);
		return { ...(root ?? legs[0]), key, link: null, legs, isComplete: root !== undefined };
	});
	const over = calls.filter(({ isComplete }) => isComplete === true);
	return over.length > 0 ? over : calls;
}

/**
 * The error for fixed names in 'Filters' that are mistyped, for a trigger that is being published: it would be silent for ever.
 * Undefined where the provider cannot prove it, or no other name is known to compare with.
 */
export async function mistypedNames(run: TestRun): Promise<Error | undefined> {
	const { context, trigger, source, settings } = run;
	const names = notListed(source, settings.fixedNames);
	if (Object.values(names).every((list) => list.length === 0)) return undefined;
	const [unknown] = await unknownTo(run, namesWithoutCalls(names, await latestFacts(run, run)));
	if (unknown === undefined) return undefined;
	const all = await latestFacts(run, await openSource(context, trigger, settings));
	const there = namedAmong(all, unknown.filter);
	const [name] = unknown.names;
	if (there.length === 0) return undefined;
	return parameterError(
		context,
		`No calls found for '${name}': ${adviceFor(name, there)}`,
		`${trigger.provider.name} has no call of it. The latest calls: ${namesIn(all, unknown.filter)}. If the name is right and new, turn on 'Publish Anyway' in 'Options'.`,
	);
}

/** Those of the names that the provider says it does not have, nor any call of. A queue may just have been quiet of late. */
async function unknownTo(
	{ context, trigger, source, fetch }: TestRun,
	missing: MissingNames[],
): Promise<MissingNames[]> {
	const { name: provider } = trigger.provider;
	let left = NAMES_ASKED_FOR;
	const unknown: MissingNames[] = [];
	for (const { names, filter } of missing) {
		const notThere: string[] = [];
		for (const name of names.slice(0, left)) {
			const isKnown = await source.knows?.(fetch, filter, name).catch((error: unknown) => {
				throw pollError(context, error);
			});
			if (isKnown === false) notThere.push(name);
			if (isKnown === undefined) {
				context.logger.warn(
					`${provider} Trigger: none of the latest calls has '${name}' of the filter '${filterName(trigger, filter)}', and ${provider} cannot be asked whether it exists.`,
				);
			}
		}
		left -= names.length;
		if (notThere.length > 0) unknown.push({ filter, names: notThere });
	}
	return unknown;
}

async function unknownNames(run: TestRun, unknown: MissingNames[]): Promise<Error> {
	const { context, trigger } = run;
	const { name } = trigger.provider;
	const filters = unknown
		.map(({ filter, names }) => `'${filterName(trigger, filter)}': ${names.join(', ')}`)
		.join('; ');
	return parameterError(
		context,
		`${name} does not know some names in 'Filters' (${filters})`,
		`The other names match. ${await reportOf(run, unknown)} Correct the name. If it is right and new, leave it out of the test and add it again.`,
	);
}

/**
 * What to say about names that the latest calls do not have. A provider that is asked for names returns only those, so the list is
 * requested once more without them.
 */
async function reportOf(run: TestRun, missing: MissingNames[]): Promise<string> {
	const { context, trigger, settings } = run;
	const facts = await latestFacts(run, await openSource(context, trigger, settings));
	return missing
		.map(({ filter, names }) => {
			const there = namesIn(facts, filter);
			return `'${filterName(trigger, filter)}': none of the latest ${facts.length} calls has ${names.join(', ')}; ${there}.`;
		})
		.join(' ');
}
