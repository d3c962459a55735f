import type { ModelProvider } from './provider';
import type { Patch } from './variant';
import { voipcloudModel } from './voipcloud';
import { voipStudioModel } from './voipstudio';
import { while1Model } from './while1';

/** The trigger's core, broken on purpose: the mistakes of other polling triggers, and those this design invites. */
export const mutants: Readonly<Record<string, readonly Patch[]>> = {
	'the boundary is exclusive': core('time < state.floor ||', 'time <= state.floor ||'),
	'the floor comes from the clock, not from the data': core(
		'newest - settings.lookbackMs',
		'now - settings.lookbackMs',
	),
	'a record dated in the future counts as now': core(
		'if (call.ended && time !== null && time <= now && !isEndless(call)) newest = Math.max(newest, time);',
		'if (call.ended && time !== null) newest = Math.max(newest, Math.min(time, now));',
		'observed',
	),
	'the look-back is forgotten': core('newest - settings.lookbackMs', 'newest'),
	'keys are dropped too early': core('end * 1000 >= floor', 'end * 1000 >= floor + settings.lookbackMs / 2'),
	'the keys of a poll replace those before': core('new Map(Object.entries(state.seen))', 'new Map<string, number>()'),
	'calls that wait do not hold the floor': core('Math.min(settled, held)', 'settled'),
	'calls in progress are emitted': core('if (!call.ended) continue;', ''),
	'the start counts in place of the end': core(
		'continue;\n\t\tconst time = timeOf(call);',
		'continue;\n\t\tconst time = call.startedAt;',
	),
	'reading begins at the floor, not a day before': core('return state.floor - LONGEST_CALL_MS;', 'return state.floor;'),
	'the newest calls come first': core(
		'const inOrder = [...due.values()].sort(byStart);',
		'const inOrder = [...due.values()].sort(byStart).reverse();',
	),
	'the start of the trigger is forgotten': core(' || time < state.from ||', ' ||').concat(
		core('floor: from, primed', 'floor: from - 86_400_000, primed', 'state'),
	),
	'the start is compared by the millisecond': core('isNow ? wholeSecond(start) : start', 'start', 'state'),
	'what the first poll lists counts as new': core('if (!state.primed && time < state.from + SECOND)', 'if (false)'),
	'identical rows are one call': list('const count = (alike.get(digest) ?? 0) + 1;', 'const count = 1;'),
	'a burst is cut to a page': list(
		'if (last !== undefined && this.isOlder(last, since)) break;',
		'if (last !== undefined) break;',
	),
	'days are asked for without a margin': list('from_date: utcDay(since, -1)', 'from_date: utcDay(since, 0)'),
	'pages are joined without looking': [
		{
			file: 'nodes/Voipcloud/lists/pages.ts',
			find: 'const page = rows.slice(known);',
			put: 'const page = rows.slice(overlap);',
		},
	],
	'the state moves on after an error': [
		{
			file: 'nodes/shared/trigger/poll.ts',
			find: '!isActivation(context, stored, key)) throw error;',
			put: '!isActivation(context, stored, key)) { stored.calls = { ...state, floor: now }; throw error; }',
		},
	],
	'errors look like no calls': [
		{
			file: 'nodes/shared/trigger/poll.ts',
			find: '|| !isTransient(error) || !isActivation(context, stored, key)',
			put: '|| !isTransient(error)',
		},
	],
	'polls run beside each other': [
		{ file: 'nodes/shared/trigger/engine.ts', find: 'if (isBeside ||', put: 'if (false ||' },
	],
	'a poll of an earlier publication still gives its calls': [
		{
			file: 'nodes/shared/trigger/engine.ts',
			find: 'if (last !== undefined) last.isGivenUp = true;',
			put: '',
		},
	],
};

/** A provider's side broken so that it believes a liar, or so that a change in the account makes new calls of old ones. */
export const credulous: Readonly<Record<string, readonly [ModelProvider, readonly Patch[]]>> = {
	'an answer that drips has no deadline': [
		voipcloudModel,
		[
			{
				file: 'nodes/shared/request/exchange.ts',
				find: 'const deadline = AbortSignal.timeout(timeoutOf(request));',
				put: 'const deadline = new AbortController().signal; timeoutOf(request);',
			},
		],
	],
	'names are part of what a call is known by': [
		voipcloudModel,
		list('const fields = hasId ? identity :', "const fields = hasId ? [...identity, 'queue_name'] :"),
	],
	'a length as a text, or another offset, makes a new call': [
		voipcloudModel,
		list("return text(at ?? (field.endsWith('_duration') ? numeric(value) : null) ?? value);", 'return text(value);'),
	],
	'two phones of one call are told apart by their place in the list': [
		voipcloudModel,
		list("'unique_call_id', 'user_number', 'call_start_at'", "'unique_call_id', 'call_start_at'"),
	],
	'a record that is edited to end later comes again': [
		voipStudioModel,
		core('known.set(call.key, Math.max(end, seconds(Math.max(time, call.lastEnd ?? time))));', 'void end;'),
	],
	'a new field makes a new call': [
		voipcloudModel,
		list('const fields = hasId ? identity :', 'const fields = hasId ? Object.keys(record) :'),
	],
	'an answer with fewer records than its total is whole': [
		voipStudioModel,
		[
			{
				file: 'nodes/VoipStudio/calls/source.ts',
				find: 'const lacks = total !== null && total > rows.length;',
				put: 'const lacks = false;',
			},
		],
	],
	'a full answer is whole': [
		voipStudioModel,
		[
			{
				file: 'nodes/VoipStudio/calls/source.ts',
				find: 'const isFull = rows.length >= this.pageSize;',
				put: 'const isFull = false;',
			},
		],
	],
	'a cut read goes by the clock of the host': [
		voipStudioModel,
		core('reading.newestEnd ?? -Infinity', 'reading.through === Infinity ? -Infinity : now - 3_600_000'),
	],
	'a time in the hour that clocks repeat depends on when it is read': [
		while1Model,
		[
			{
				file: 'nodes/shared/values/time.ts',
				find: 'return fromClock(wall, (at) => wallClock(at, zone));',
				put: 'return DateTime.fromISO(new Date(wall).toISOString().slice(0, 19), { zone }).toMillis();',
			},
		],
	],
	'a corrected zone moves the clock of the state': [
		while1Model,
		[{ file: 'nodes/While1Voice/calls/source.ts', find: 'return wallClock(at, this.zone);', put: 'return at;' }],
	],
	'a wrong zone takes calls that were there at the start for later ones': [
		while1Model,
		zoneOfStart('Math.max(wallClock(start, zone), before + SECOND)', 'wallClock(start, zone)'),
	],
	'a corrected zone leaves the start where the wrong one put it': [
		while1Model,
		zoneOfStart(
			'if (start === undefined || fromZone === zone) return state;',
			'if (start !== undefined) return state;',
		),
	],
	'pages that come short are whole': [
		while1Model,
		[
			{
				file: 'nodes/While1Voice/calls/source.ts',
				find: 'if (!read.isShort) return records;',
				put: 'if (!read.isShort || read.promised !== null) return records;',
			},
		],
	],
};

function core(find: string, put: string, file = 'decide'): Patch[] {
	return [{ file: `nodes/shared/calls/${file}.ts`, find, put }];
}

function zoneOfStart(find: string, put: string): Patch[] {
	return [{ file: 'nodes/shared/trigger/start.ts', find, put }];
}

function list(find: string, put: string): Patch[] {
	return [{ file: 'nodes/Voipcloud/calls/source.ts', find, put }];
}
