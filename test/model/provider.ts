import type { IDataObject, IHttpRequestOptions, INodeParameters, INodeType } from 'n8n-workflow';

import type { Call, Edit, Row } from './calls';
import type { Patch } from './variant';

/** What the document of a provider leaves open, drawn anew for each run. Each adapter takes what concerns it. */
export interface Quirks {
	/** The zone that days are counted in, hours east of UTC. */
	readonly dayZone: number;
	readonly lastDayCounts: boolean;
	/** Whether the list is in the order of starts or of ends. */
	readonly orderedByEnd: boolean;
	/** One more coin and one more number for what is specific to a provider. */
	readonly coin: boolean;
	readonly salt: number;
}

/**
 * How a provider may contradict its document or itself for a while:
 * - `capped`: its pages hold fewer rows than are asked for, or than it says;
 * - `counts the page`: it gives the number of rows of the page as that of the list; `capped so` is both;
 * - `limited key`: it counts rows that it does not show;
 * - `short pages`: rows are missing from pages, different ones each time;
 * - `same page`: it gives the first page, whichever is asked for;
 * - `dripping`: its pages have one row each.
 */
export type Lie =
	| 'capped'
	| 'counts the page'
	| 'capped so'
	| 'limited key'
	| 'counts the account'
	| 'short pages'
	| 'same page'
	| 'dripping';

/** What an account has become in the course of a run. */
export interface Account {
	/** Queues and users have other names. */
	readonly isRenamed: boolean;
	/** Records have one field more. */
	readonly hasNewField: boolean;
	/** Numbers are written as texts or the other way round, and times with another offset. */
	readonly isRespelled: boolean;
	readonly lie: Lie | null;
	readonly random: () => number;
}

/** One way in which an account and a trigger can be set. */
export interface Setup {
	readonly name: string;
	/** The node's parameters: event, and options of the provider's own. */
	readonly parameters: INodeParameters;
	readonly credentials: IDataObject;
	readonly timezone?: string;
	/** What `filters` takes calls of a place, or answered calls. */
	readonly filters: { readonly answered?: IDataObject; readonly place?: (place: Call['place']) => IDataObject };
}

export interface HttpAnswer {
	readonly statusCode: number;
	readonly headers: Record<string, string>;
	readonly body: unknown;
}

/** A body as it comes over the wire: it shares nothing with its sender. */
export function asJson(body: unknown): unknown {
	return JSON.parse(JSON.stringify(body));
}

/**
 * A provider, as the model test needs it: all that a new provider has to bring. Its list is imitated from its document,
 * in memory and independently of the simulator.
 */
export interface ModelProvider {
	readonly name: string;
	/** The module with the node's class, and the class. */
	readonly module: string;
	readonly className: string;
	/** As in the node's description. */
	readonly type: string;
	readonly credentialType: string;
	/** Makes the pages small, so that runs of the model meet their ends often. */
	readonly smallPages: readonly Patch[];
	readonly pageSize: number;
	/** A page with fewer rows is the last one for sure; a longer one may cost one request more. */
	readonly leastCap?: number;
	readonly setups: readonly Setup[];
	/** Requests that the account may send in a window, where the provider limits them. */
	readonly limit?: { readonly requests: number; readonly windowMs: number };
	/** How far a readable time may be off, e.g. when clocks change and times carry no zone. */
	readonly slackMs: number;
	/** What the source adds to the look-back, where that is more than the slack. */
	readonly lookbackMoreMs?: number;
	/** The most requests of a poll that has less than a page to read, and of a test run, where that is more than one. */
	readonly requests?: { readonly poll: number; readonly testRun: number };
	/** How old the floor's newest record may be after a poll of one request, where not every poll lets the floor rise. */
	readonly floorLagMs?: number;
	/** How long polls are apart when all that is owed must come, where some of it may come later than the next poll. */
	readonly drainEveryMs?: number;
	/** An instant as the provider's records give it, if that differs: the trigger's state is kept in it. */
	clock?(at: number, setup: Setup): number;
	/** When a call that began at an instant began according to its record, whose time may mean two instants. */
	startAsTold?(at: number, setup: Setup): number;
	/** Whether, of the calls that wait for a later poll, the oldest come first, however they are found. */
	readonly isInOrder?: boolean;
	/** The answer to a request with these rows in the account, by the provider's document. */
	answer(request: IHttpRequestOptions, rows: Row[], setup: Setup, quirks: Quirks, account: Account): HttpAnswer;
	/** The answer to a request that a poll may send beside its own, at most once an hour; undefined for any other. */
	hourly?(request: IHttpRequestOptions): HttpAnswer | undefined;
	/** The ways in which this provider can contradict itself noticeably. */
	readonly lies: readonly Lie[];
	/** Zones that a user may choose by mistake, where the user chooses. */
	readonly zones?: readonly string[];
	/** Whether all calls come in time though the pages are capped. */
	readonly copesWithCap: boolean;
	/** What may be edited in a record that was given, without making another call of it. */
	edits(setup: Setup): ReadonlyArray<Edit['what']>;
	/** Whose phone an item is about, where records may be alike but for that. */
	phone?(item: IDataObject, setup: Setup): string | null;
	/** The mark of the call that an item of the trigger is about. */
	mark(item: IDataObject): number;
	/**
	 * When the record says the call ended, by the provider's clock: what a trigger can go by. 'unknown' where the record
	 * gives no time at all, 'never' where it does not say that the call is over.
	 */
	endOf(call: Call, skewMs: number, setup: Setup): number | 'unknown' | 'never';
	/** Answers that are a success and hold no list, or that say in their body that they are not a success. */
	readonly badAnswers: Readonly<Record<string, HttpAnswer>>;
}

export type NodeClass = new () => INodeType;
