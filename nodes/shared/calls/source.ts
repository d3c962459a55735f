import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { ParameterContext } from '../parameters/read';
import type { Dialled } from '../phone/writtenNumber';
import type { Fetch, Provider } from '../request/provider';
import type { CallFacts, Direction, MessageFacts, Outcome } from './call';
import type { Cursor, Observed, Reading } from './observed';

/** One event of one provider, as the trigger reads it. */
export interface Source {
	/**
	 * An instant as the records' times express it. If they carry a zone, that is the instant itself. If they do not,
	 * it is what a clock on the provider's wall shows (`wallClock`): `since`, `now`, the times of the observed records and with
	 * them everything the trigger remembers are in that form. Only the zone set by the user is known, and it may be wrong: when it
	 * is corrected, nothing that was remembered changes.
	 */
	clock(at: number): number;
	/**
	 * Reads every visible record that started at or after an instant, oldest slices first; the last slice is through
	 * Infinity. In steady state that is one slice and one request.
	 *
	 * What a provider says about a list is a promise, not a fact: a read that is not proven complete is either an error that says
	 * what was promised and what came, or one that settles nothing (`through` is -Infinity).
	 *
	 * @param cursor the `cursor` of an earlier read
	 * @param isEmitted with one item per call: whether the call with this name does not have to be read any more
	 */
	read(
		fetch: Fetch,
		since: number,
		now: number,
		cursor?: Cursor | null,
		isEmitted?: (call: string) => boolean,
	): AsyncIterable<Reading<IDataObject>>;
	/**
	 * Whether the times of the records read so far all carry a zone. Undefined before any was read, and where times never do:
	 * then the records' clock is that of the zone that is set.
	 */
	readonly carriesZone?: boolean;
	/** The newest records, newest first, for a test run in the editor: one request, as far as the provider's order is known. */
	latest(fetch: Fetch, now: number): Promise<Array<Observed<IDataObject>>>;
	/** Records of one read, or of one list, as the trigger sees them: with their keys, times and calls. */
	observe(records: IDataObject[]): Array<Observed<IDataObject>>;
	/**
	 * Whether the provider has a queue, ring group or user of this name or ID, or any call of it; undefined where it cannot be asked.
	 * For a test run, in which none of the latest calls has it.
	 */
	knows?(fetch: Fetch, filter: NameFilter, nameOrId: string): Promise<boolean | undefined>;
	/** The account's queues, where it takes their list to interpret how records name them. */
	readonly queues?: Queues;
	/** The record's fields, in the form that all providers share. */
	normalize(record: IDataObject): CallFacts | MessageFacts;
	/**
	 * How far off the record's times may be, in milliseconds; added to the look-back. An hour where times carry no
	 * zone and the clocks change.
	 */
	readonly timeSlackMs: number;
}

/** The queues of an account. Until they are read, and if they cannot be, no record is known to belong to one. */
export interface Queues {
	/**
	 * Reads them, at most once an hour in this process.
	 *
	 * @param isNeeded whether calls are chosen by them, so that a list which could not be read is requested again
	 * @throws NodeApiError if they cannot be read
	 */
	read(fetch: Fetch, isNeeded: boolean): Promise<void>;
	readonly names: readonly string[];
	has(idOrName: string): boolean;
}

/** What a source is made from: the user's choices and the account. */
export interface SourceSetup {
	readonly event: string;
	readonly credentials: IDataObject;
	/**
	 * The names in 'Filters' that the provider may be asked for: those that stay the same. A name from an expression may be
	 * another one at the next poll, and what was read by then has to be settled.
	 */
	readonly names: Pick<Filters, NameFilter>;
	/** The zone of provider times that do not carry one. */
	readonly timezone: string;
	/** The zone at the start of the trigger, for an instant that has to be converted to the provider's clock. */
	readonly firstTimezone: string;
	/** Whether each item is a whole call, so that all legs of a call are wanted at once. */
	readonly wholeCalls?: boolean;
	/** What the provider's own options add to its requests: see `TriggerProvider.requestOptions`. */
	readonly requestOptions?: Partial<IHttpRequestOptions>;
	/** Whether it also matters who was reached, where that is in another list. */
	readonly withReturns?: boolean;
}

/** The filters by names. */
export type NameFilter = 'queues' | 'ringGroups' | 'users';

/** No name is asked for. */
export const NO_NAMES: SourceSetup['names'] = { queues: [], ringGroups: [], users: [] };

/** The user's filters on calls; lists are empty if the user set none. */
export interface Filters {
	readonly direction: string[];
	readonly outcome: string[];
	readonly queues: string[];
	readonly ringGroups: string[];
	readonly users: string[];
	readonly number: Dialled | null;
	/** Seconds, inclusive. */
	readonly minimumDuration: number;
	/** `mobile` or `fixed`; empty for all. */
	readonly callerType: string[];
}

/** The fields that a record of an event can have. A filter for anything else would never match. */
export interface EventValues {
	readonly direction: readonly Direction[];
	readonly outcome: readonly Outcome[];
}

/** A provider's side of its trigger node. */
export interface TriggerProvider {
	/** As in the ids and the field `provider` of the normalised call. */
	readonly id: string;
	readonly provider: Provider;
	/** The zone for times without one when the user sets none; undefined for the workflow's. */
	readonly defaultTimezone?: string;
	/** Whether its times carry no zone, so that the user has to choose one. */
	readonly hasZoneOption?: boolean;
	/** Whether the records of an event are linked legs, which *One Item per* can join. */
	isLinked?(event: string, credentials: IDataObject): boolean;
	/** What calls of an event can be, from the tables that their records are read with; undefined for an event without calls. */
	valuesOfEvent(event: string, credentials: IDataObject): EventValues | undefined;
	/** Its events, as the parameter 'Event' names them, the default first. *Missed, Not Called Back* is not among them. */
	readonly events: readonly string[];
	/** Events of missed calls, each with the event whose calls they are. */
	readonly missedEvents: Readonly<Record<string, string>>;
	/** The events whose calls *Missed, Not Called Back* can look at, the default first. */
	readonly missedIn: readonly [string, ...string[]];
	/** Reads the options that only its nodes have, as what they add to the requests for calls. */
	requestOptions?(context: ParameterContext): Partial<IHttpRequestOptions>;
	/** What its nodes call the filters that are lists to choose from. */
	readonly listNames?: Readonly<Partial<Record<NameFilter, string>>>;
	source(setup: SourceSetup): Source;
}
