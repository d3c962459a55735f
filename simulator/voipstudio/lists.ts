import type { WorldCall } from '../world/calls';
import type { World } from '../world/world';
import { type Context, invalid, Refusal, type Row, type Settings, type Value, written } from './account';
import { type Condition, FILTRATION, matches, readFilter, spanOf } from './filter';
import {
	callMeBackRow,
	cdrRow,
	chatRow,
	ddiRows,
	liveRows,
	faxRow,
	monitorRow,
	PRINTED,
	queueRows,
	smsRows,
	tokenRows,
	userRows,
	voicemailRow,
	WEBSITE,
} from './rows';

/** A list that is made from calls, reading no more of the world than the filter asks for. */
interface CallList {
	accepts: (call: WorldCall) => boolean;
	row: (call: WorldCall, world: World, settings: Settings) => Row;
	timeProperty: string;
	notFilterable?: string[];
}

export const CALL_LISTS: Record<string, CallList> = {
	cdrs: { accepts: () => true, row: cdrRow, timeProperty: 'calldate' },
	// Own invention: the calls to the first queue are those from Call Me Back. [cmb] "Cdr resources assigned to CallMeBack".
	'callmeback/cdrs': {
		accepts: (call) => call.queue?.id === 1,
		row: callMeBackRow,
		timeProperty: 'calldate',
	},
	monitors: {
		accepts: (call) => call.recorded && call.answeredAt !== null,
		row: monitorRow,
		timeProperty: 'timestamp',
	},
	voicemessages: { accepts: (call) => call.voicemailSeconds !== null, row: voicemailRow, timeProperty: 'origtime' },
	faxes: {
		accepts: (call) => call.id % 40 === 0,
		row: faxRow,
		timeProperty: 'created_at',
		notFilterable: ['from', 'to'],
	},
	chats: { accepts: (call) => call.id % 15 === 0, row: chatRow, timeProperty: 'created_at' },
};

export const ROW_LISTS: Record<string, (context: Context) => Row[]> = {
	sms: smsRows,
	users: userRows,
	ddis: ddiRows,
	queues: queueRows,
	contacts: ({ account }) => [...account.contacts.values()],
	queuegroups: ({ account }) => [...account.groups.values()],
	'callmeback/settings': ({ account }) => [...account.settings.values()],
	'callmeback/websites': () => [WEBSITE],
	// [cmb] prints the fields of a setting for a visitor, and nothing about the visitor.
	'callmeback/visitors': () => [{ ...PRINTED, id: 4533, created_at: '2026-04-16 16:31:35' }],
	apitokens: tokenRows,
	calls: liveRows,
};

/** [intro] "page", "limit", "filter", "group_by"; [ref] "sort", "dir"; `include` and `fields` on queues. */
const LIST_PARAMETERS = new Set(['page', 'limit', 'filter', 'group_by', 'sort', 'dir']);

/** [cmb] "No parameters"; [ref] "Docs say the endpoint takes no parameters" of live calls. */
const NO_PARAMETERS = new Set([
	'calls',
	'callmeback/cdrs',
	'callmeback/settings',
	'callmeback/visitors',
	'callmeback/websites',
]);

// Own invention: which lists accept `sort`: those for which the provider's clients send it.
const SORTED = new Set(['cdrs', 'callmeback/cdrs', 'monitors', 'voicemessages', 'sms', 'faxes', 'apitokens', 'users']);

export function list(name: string, context: Context): { data: Row[]; total?: number } {
	const {
		query,
		settings: { unknownParameters, defaultLimit },
	} = context;
	if (NO_PARAMETERS.has(name) && context.settings.callMeBackParameters !== 'taken') {
		const [given] = Object.keys(query);
		if (given !== undefined && context.settings.callMeBackParameters === 'refused')
			throw invalid(given, 'Unknown parameter');
		return list(name, {
			...context,
			query: { limit: '5000' },
			settings: { ...context.settings, callMeBackParameters: 'taken' },
		});
	}
	const { refused, refusedStatus } = context.settings;
	if (refused.includes('sort') && (query.sort ?? query.dir) !== undefined)
		throw new Refusal(refusedStatus, 'Unknown parameter', [{ field: 'sort', message: 'Unknown parameter' }]);
	for (const parameter of Object.keys(query)) {
		const isKnown =
			(LIST_PARAMETERS.has(parameter) && (SORTED.has(name) || !['sort', 'dir'].includes(parameter))) ||
			(name === 'queues' && /^(include|fields\[users\])$/.test(parameter));
		if (!isKnown && unknownParameters === 'refuse') throw invalid(parameter, 'Unknown parameter');
	}
	const page = whole(query, 'page', 1, 1, 1e9);
	// [intro] "máximo 5000". Own invention: more is refused.
	const limit = whole(query, 'limit', defaultLimit, 1, 5000);
	const conditions = context.settings.filters === 'ignored' ? [] : readFilter(query.filter);
	const dir = query.dir ?? 'ASC';
	if (!['ASC', 'DESC'].includes(dir)) throw invalid('dir');
	const isSorted = query.sort !== undefined && context.settings.sorting === 'applied';
	const sort = isSorted ? (query.sort ?? 'id') : 'id';
	const descending = isSorted ? dir === 'DESC' : context.settings.defaultOrder === 'newestFirst';

	const rowOf = select(name, conditions, context);
	if (rowOf.length > 0) {
		const sample = rowOf[0]?.row() ?? {};
		if (!(sort in sample)) throw invalid('sort');
		const unknown = conditions.find(
			({ property }) => !(property in sample) || CALL_LISTS[name]?.notFilterable?.includes(property),
		);
		if (unknown) throw new Refusal(400, FILTRATION);
		if (query.group_by !== undefined && !(query.group_by in sample)) throw invalid('group_by');
	} else if (conditions.some(({ property }) => CALL_LISTS[name]?.notFilterable?.includes(property)))
		throw new Refusal(400, FILTRATION);

	let found = rowOf.filter(
		({ row }) => conditions.length === 0 || conditions.every((condition) => matches(row(), condition)),
	);
	const key =
		sort === 'id' ? (entry: Entry) => (isSorted ? entry.id : entry.age) : (entry: Entry) => entry.row()[sort] ?? null;
	found = found.sort((left, right) => order(key(left), key(right)) || order(left.age, right.age));
	if (descending) found.reverse();
	if (query.group_by !== undefined) {
		// Own invention: the answer to group_by is the first record of each group.
		const property = query.group_by;
		found = [...new Map([...found].reverse().map((entry) => [entry.row()[property], entry])).values()].reverse();
	}
	const data = found.slice((page - 1) * limit, page * limit).map(({ row }) => row());
	switch (context.settings.totals) {
		case 'filtered':
			return { data, total: found.length };
		case 'everything':
			return { data, total: select(name, [], context).length };
		case 'none':
			return { data };
	}
}

interface Entry {
	id: Value;
	/** The older the call, the smaller. */
	age: Value;
	row: () => Row;
}

export function select(name: string, conditions: Condition[], context: Context): Entry[] {
	const rows = ROW_LISTS[name];
	if (rows) return rows(context).map((row): Entry => ({ id: row.id as Value, age: row.id as Value, row: () => row }));
	const calls = CALL_LISTS[name];
	if (!calls) throw new Refusal(404, 'Resource not found');
	const entries: Entry[] = [];
	for (const call of context.world.callsNewestFirst(
		...spanOf(conditions, calls.timeProperty, context.world, context.settings.zone),
	)) {
		// [ref] a record is written when the call has ended.
		if (call.endedAt === null || !calls.accepts(call)) continue;
		let made: Row | undefined;
		const id = idOf(call, context.settings);
		const row = (): Row => (made ??= { ...calls.row(call, context.world, context.settings), id });
		entries.push({ id, age: call.id, row });
	}
	return entries;
}

/** Larger than every id, and no longer. */
const HIGHEST = 99_999_999_999;

function idOf({ id }: WorldCall, { ids }: Settings): number {
	if (ids === 'falling') return HIGHEST - id;
	return ids === 'repeated' ? Math.floor(id / 1000) : id;
}

function order(left: unknown, right: unknown): number {
	if (typeof left === 'number' && typeof right === 'number') return left - right;
	const [a, b] = [left, right].map((value) => (value === null ? '' : written(value))) as [string, string];
	return a < b ? -1 : a > b ? 1 : 0;
}

function whole(query: Record<string, string>, name: string, otherwise: number, least: number, most: number): number {
	const value = query[name];
	if (value === undefined) return otherwise;
	const number = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
	if (!(number >= least && number <= most)) throw invalid(name, `This value should be between ${least} and ${most}.`);
	return number;
}
