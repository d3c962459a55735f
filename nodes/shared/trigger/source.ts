import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, Direction, MessageFacts, Outcome } from '../call';
import type { Fetch } from '../operations';
import type { Provider } from '../provider';
import type { Cursor, Observed, Reading } from './decide';

/** One event of one provider, as the trigger reads it. */
export interface Source {
	/**
	 * An instant as the times of the records tell it. They may carry a zone, then it is the instant itself. Where they do not,
	 * it is what a clock on the provider's wall shows (`wallClock`): `since`, `now`, the times of the observed records and with
	 * them all that the trigger remembers are told so. Only the zone that the user names is known, and it may be wrong: when it
	 * is corrected, nothing that was remembered changes.
	 */
	clock(at: number): number;
	/**
	 * Reads every visible record that started at or after an instant, oldest slices first; the last slice is through
	 * Infinity. In steady state that is one slice and one request.
	 *
	 * What a provider says of a list is a promise, not a fact: a read that is not proven complete is an error that says what was
	 * promised and what came, or one that settles nothing (`through` is -Infinity).
	 *
	 * @param cursor what an earlier reading gave as `cursor`
	 * @param isEmitted with one item per call: whether the call of this name needs no reading any more
	 */
	read(
		fetch: Fetch,
		since: number,
		now: number,
		cursor?: Cursor | null,
		isEmitted?: (call: string) => boolean,
	): AsyncIterable<Reading<IDataObject>>;
	/** The newest records, newest first, for a test run in the editor: one request, as far as the provider's order is known. */
	latest(fetch: Fetch, now: number): Promise<Array<Observed<IDataObject>>>;
	/** Records of one read, or of one list, as the trigger sees them: with their keys, times and calls. */
	observe(records: IDataObject[]): Array<Observed<IDataObject>>;
	/** The account's queues, where records name them in a way that only their list explains. */
	readonly queues?: Queues;
	/** What the record tells, in the form that all providers share. */
	normalize(record: IDataObject): CallFacts | MessageFacts;
	/**
	 * How much the record's times may be off, in milliseconds; added to the look-back. An hour where times carry no
	 * zone and the clocks change.
	 */
	readonly timeSlackMs: number;
}

/** The queues of an account. Before they were read, and where they could not be, no record is known to be of one. */
export interface Queues {
	/**
	 * Reads them, at most once an hour in this process.
	 *
	 * @param isNeeded whether calls are chosen by them, so that a list which could not be read is asked for again
	 * @throws NodeApiError where they cannot be read
	 */
	read(fetch: Fetch, isNeeded: boolean): Promise<void>;
	readonly names: readonly string[];
	has(idOrName: string): boolean;
}

/** Answers of a provider that do not fit each other. Nothing is taken from them. */
export class Contradiction extends Error {
	/**
	 * @param what what was promised and what came
	 * @param next what a user can do about it
	 */
	constructor(
		what: string,
		readonly next: string,
	) {
		super(what);
	}
}

/** What a source is made for: the user's choices and the account. */
export interface SourceSetup {
	readonly event: string;
	readonly credentials: IDataObject;
	/**
	 * The names in 'Filters' that the provider may be asked for: those that stay the same. A name that an expression gives may be
	 * another at the next poll, and what was read by then has to be settled.
	 */
	readonly names: Pick<Filters, 'queues' | 'ringGroups' | 'users'>;
	/** The zone of provider times that carry none. */
	readonly timezone: string;
	/** The zone at the start of the trigger, for an instant that has to become one of the provider's clock. */
	readonly firstTimezone: string;
	/** Whether each item is a whole call, so that all legs of a call are wanted at once. */
	readonly wholeCalls?: boolean;
	/** Whether an answer "not found" is an error also where it may mean that there are no such calls. */
	readonly failsOnNotFound?: boolean;
	/** Whether it is also wanted who was reached, where another list tells that. */
	readonly withReturns?: boolean;
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

/** What a record of an event can tell of a call. A filter for anything else would stay silent forever. */
export interface Possible {
	readonly direction: readonly Direction[];
	readonly outcome: readonly Outcome[];
}

/** A provider's side of its trigger node. */
export interface TriggerProvider {
	/** As in the ids and the field `provider` of the normalised call. */
	readonly id: string;
	readonly provider: Provider;
	/** The zone for times without one when the user names none; undefined for the workflow's. */
	readonly defaultTimezone?: string;
	/** Whether its times carry no zone, so that the user says which it is. */
	readonly hasZoneOption?: boolean;
	/** Whether the records of an event are linked legs, which *One Item per* can join. */
	isLinked?(event: string, credentials: IDataObject): boolean;
	/** What calls of an event can be, from the tables that their records are read with; undefined for an event without calls. */
	possible(event: string, credentials: IDataObject): Possible | undefined;
	/** The event whose calls *Missed and Not Returned* looks at, where the user chooses none. */
	readonly missedIn: string;
	source(setup: SourceSetup): Source;
}
