import type { IDataObject } from 'n8n-workflow';

import { inPieces } from '../values/pieces';
import { fromClock, isoUtc } from '../values/time';
import type { CallFacts } from './call';
import { factsOf, type ItemForm } from './item';
import type { Observed } from './observed';
import { passes } from './passes';
import { simplifiedCaller } from './simplified';
import type { Filters, Source } from './source';
import type { Callers } from './state';
import { unreturnedCallers, type ReadForCallers, type ListedCall, type UnreturnedSettings } from './unreturned';
import { unreturnedItem } from './unreturnedItem';
import { MISSED_NOT_RETURNED } from './unreturnedSettings';

/** What was read of a provider's calls. */
export interface ReadCalls extends Omit<ReadForCallers, 'calls' | 'open' | 'again'> {
	readonly calls: ReadonlyArray<Observed<IDataObject>>;
	readonly open: ReadonlyArray<Observed<IDataObject>>;
	readonly again?: ReadonlyArray<Observed<IDataObject>>;
}

/** Which callers are emitted for what was read, and what is remembered. */
export interface GivenCallers {
	readonly items: IDataObject[];
	readonly callers: Callers;
	readonly tooOld: number;
}

/** The callers for what was read, with the user's settings, or some of them replaced. */
export type GiveCallers = (
	before: Callers,
	read: ReadCalls,
	other?: Partial<Pick<UnreturnedSettings, 'waitEnds' | 'graceMs' | 'maxItems' | 'oldest'>>,
) => Promise<GivenCallers>;

/**
 * The callers who were missed and have not been reached since, as items: the same for trigger and history.
 *
 * @param form how the calls themselves become items; its event names their list
 * @param filters decide who was missed. Those on a single call's course do not apply to a caller.
 */
export async function unreturnedOf(
	before: Callers,
	read: ReadCalls,
	source: Source,
	form: ItemForm,
	filters: Filters,
	hostNow: number,
	settings: Omit<UnreturnedSettings, 'accepts' | 'includeRaw'>,
): Promise<GivenCallers> {
	const listed = (call: Observed<IDataObject>): ListedCall => ({ call, facts: factsOf(call, form) as CallFacts });
	const clock = (at: number) => source.clock(at);
	const instantOf = (time: number) => fromClock(time, clock);
	const onCallers: Filters = { ...filters, direction: [], outcome: [], minimumDuration: 0 };
	const { includeRaw, provider } = form;
	const { given, callers, tooOld } = unreturnedCallers(
		before,
		{
			...read,
			calls: await inPieces(read.calls, listed),
			open: await inPieces(read.open, listed),
			again: await inPieces(read.again ?? [], listed),
		},
		{ hostNow, clock, instantOf },
		{ ...settings, includeRaw, accepts: ({ facts }) => passes(onCallers, facts) },
	);
	const callIdOf = (key: string) => `${provider}:${form.event}:${key}`;
	const iso = (time: number | null) => isoUtc(time === null ? null : instantOf(time));
	const items = given.map((caller) => {
		const item = unreturnedItem(caller, { provider, event: MISSED_NOT_RETURNED, includeRaw }, callIdOf, iso, instantOf);
		return form.output === 'simplified' ? simplifiedCaller(item, form.reportZone) : item;
	});
	return { items, callers, tooOld };
}
