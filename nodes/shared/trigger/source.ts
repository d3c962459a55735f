import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, MessageFacts } from '../call';
import type { Fetch } from '../operations';
import type { Provider } from '../provider';
import type { Cursor, Observed, Reading } from './decide';

/** One event of one provider, as the trigger reads it. */
export interface Source {
	/**
	 * Reads every visible record that started at or after an instant, oldest slices first; the last slice is through
	 * Infinity. In steady state that is one slice and one request.
	 *
	 * @param cursor what an earlier reading gave as `cursor`
	 */
	read(fetch: Fetch, since: number, now: number, cursor?: Cursor | null): AsyncIterable<Reading<IDataObject>>;
	/** The newest records, newest first, for a test run in the editor: one request. */
	latest(fetch: Fetch): Promise<Array<Observed<IDataObject>>>;
	/** What the record tells, in the form that all providers share. */
	normalize(record: IDataObject): CallFacts | MessageFacts;
	/**
	 * How much the record's times may be off, in milliseconds; added to the look-back. An hour where times carry no
	 * zone and the clocks change.
	 */
	readonly timeSlackMs: number;
}

/** What a source is made for: the user's choices and the account. */
export interface SourceSetup {
	readonly event: string;
	readonly credentials: IDataObject;
	/** 'Filters' with the values of this poll. */
	readonly filters: Filters;
	/** The zone of provider times that carry none. */
	readonly timezone: string;
}

/** The user's filters on calls; lists are empty where the user set none. */
export interface Filters {
	readonly direction: string[];
	readonly outcome: string[];
	readonly queues: string[];
	readonly ringGroups: string[];
	readonly users: string[];
	readonly number: string;
	/** Seconds, inclusive. */
	readonly minimumDuration: number;
}

/** A provider's side of its trigger node. */
export interface TriggerProvider {
	/** As in the ids and the field `provider` of the normalised call. */
	readonly id: string;
	readonly provider: Provider;
	/** The zone for times without one when the user names none; undefined for the workflow's. */
	readonly defaultTimezone?: string;
	source(setup: SourceSetup): Source;
}
