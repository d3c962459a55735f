import type {
	IDataObject,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
} from 'n8n-workflow';

import type { Answer, Check, Fetch, Pages, Provider } from '../request/provider';
import type { PreSend } from './fields';
import type { Reaches } from './reach';

/** Sends the request of an input item, in its final form, and makes the items of what comes back. */
export type Operation = (
	this: IExecutePaginationFunctions,
	request: IHttpRequestOptions,
) => Promise<INodeExecutionData[]>;

/** A request in its final form. */
export interface ReadyRequest {
	readonly request: IHttpRequestOptions;
	/** How many calls or messages it makes. */
	readonly reached: number;
	/** What it would do, in words. */
	readonly would: string;
}

/** What the user gets for an answer; one item per element if it is a list. */
export type Output = (this: IExecuteSingleFunctions, answer: Answer) => IDataObject | IDataObject[];

/** The fields (ten at most) that 'Simplify' keeps, most used first; those a record does not have are left out. */
export type SimpleFields = readonly string[];

/** What becomes of the records of a list. */
export interface ListSettings {
	readonly simple?: SimpleFields;
	/** Whether a request returns records at all; grouped results have fields of their own, which 'Simplify' keeps. */
	readonly givesRecords?: (request: IHttpRequestOptions) => boolean;
	/** What the user may ask for instead of the records, e.g. their number; undefined if it is the records. */
	readonly instead?: (
		this: IExecuteSingleFunctions,
		pages: Pages,
		fetch: Fetch,
		request: IHttpRequestOptions,
	) => Promise<IDataObject | undefined>;
}

/** An operation whose requests are assembled in code, as n8n's `customOperations` are: see `assembled`. */
export interface Route {
	readonly request: Pick<IHttpRequestOptions, 'method' | 'url' | 'qs' | 'body'>;
	/** The output of an item that is not sent on purpose; undefined for any other. */
	readonly skip?: (this: IExecutePaginationFunctions) => INodeExecutionData[] | undefined;
	/** Reads the parameters into the request. */
	readonly prepare: (this: IExecuteSingleFunctions, request: IHttpRequestOptions) => Promise<IHttpRequestOptions>;
	/** Checks the request of an item as a whole and gives it the form in which it is sent. */
	readonly ready: (this: IExecutePaginationFunctions, request: IHttpRequestOptions) => Promise<ReadyRequest>;
	readonly send: (this: IExecutePaginationFunctions, ready: ReadyRequest) => Promise<INodeExecutionData[]>;
}

/**
 * What an operation does in the real world. `reads` may be repeated after a temporary fault; nothing else ever is.
 * Anything that does not only read has 'Dry Run' among its options; anything that reaches people has the safeguards as well.
 */
export type Effect = 'reads' | 'writes' | 'calls' | 'texts' | 'faxes';

/**
 * How an operation is known. P: the provider's own published document. D: another public page of the provider.
 * C: seen in client code the provider published; not in its public reference.
 */
export type Evidence = 'P' | 'D' | 'C';

/** What the operations of one node have in common. */
export interface Api {
	readonly provider: Provider;
	/** Options that every operation has in addition to 'Max Wait'. */
	readonly options?: readonly INodeProperties[];
	/** Gives the assembled request the form that the provider expects. */
	readonly complete?: PreSend;
}

/** Everything there is to know about an operation. */
export type OperationDefinition = OperationText & OperationEffect & OperationRequest & OperationOutput;

interface OperationText {
	/** As in the picker, e.g. 'Get Many'. */
	readonly name: string;
	readonly action: string;
	readonly description: string;
	readonly evidence: Evidence;
	/**
	 * Documented fields of an output item, with values of their type: what the editor shows before the first run if the
	 * answers in the tests contain undocumented fields.
	 */
	readonly printed?: IDataObject;
	/** Why no document describes the fields of the answer, in a sentence. The editor then shows none before the first run. */
	readonly untold?: string;
}

/** The numbers that an item is to reach, as they were entered. */
export type NumbersOf = (this: IExecutePaginationFunctions) => unknown[];

/**
 * What an operation does. Anything that reaches people has to say by which of its fields, and which others are harmless, so that
 * no safeguard can be forgotten: `npm run check` fails if a field is in neither list, and a request with another one is not sent.
 */
export type OperationEffect = (
	| {
			readonly effect: 'reads' | 'writes';
			readonly reaches?: undefined;
			readonly harmless?: undefined;
			readonly numberField?: undefined;
	  }
	| {
			readonly effect: 'calls' | 'texts' | 'faxes';
			readonly reaches: Reaches;
			/** The parameter with the number, or what gives all: an item without any can be skipped. */
			readonly numberField?: string | NumbersOf;
			/** Paths of the body, `path` for the address, and the names of parameters that are not sent. */
			readonly harmless: readonly string[];
	  }
) & {
	/**
	 * Whether it ends, pauses, sends away, deletes or replaces something, handles keys, or has the PBX run something: refused
	 * to agents unless the user allows it. A function tells it of the body.
	 */
	readonly isKeptFromAgents?: boolean | ((body: IDataObject) => boolean);
};

export interface OperationRequest {
	/** Method and address, with `{…}` for a field's value; what is always in the body or the query. */
	readonly request: Readonly<Pick<IHttpRequestOptions, 'url'>> & {
		readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
		readonly body?: IDataObject;
		readonly qs?: IDataObject;
	};
	/** The request in the provider's own words, if method and address do not show it. */
	readonly documentedAs?: string;
	/** First those to fill in, then the collections. What every list or record has is added: see `fieldsOf`. */
	readonly fields?: readonly INodeProperties[];
	/** What 'Options' contains besides what every operation has. */
	readonly options?: readonly INodeProperties[];
	/** Checks the assembled request as a whole, or gives it a form that fields alone cannot. */
	readonly complete?: PreSend;
}

/** What the user gets: the records of a list, the content of one answer, or what a function of its own makes of the request. */
export type OperationOutput = (
	| { readonly pages: Pages; readonly output?: undefined; readonly check?: undefined; readonly run?: undefined }
	| {
			readonly output: Output;
			/** What the answer must be beyond a success, e.g. hold a record. */
			readonly check?: Check;
			readonly pages?: undefined;
			readonly run?: undefined;
	  }
	| { readonly run: Operation; readonly pages?: undefined; readonly output?: undefined; readonly check?: undefined }
) &
	ListSettings & {
		/**
		 * How many input items are worked on at a time, if there may be more records than n8n's declarative engine can pass
		 * on: the operation then runs as one of n8n's `customOperations`, and by its routing only as an agent's tool.
		 */
		readonly itemsAtATime?: number;
	};

/** A resource as the picker of its node shows it; its value is stored in workflows. */
export interface ResourceOption {
	readonly name: string;
	readonly value: string;
	readonly description: string;
}

/** A resource as a node takes it: the fields of its operations, and what replaces some of them in `customOperations`. */
export interface Resource {
	readonly option: ResourceOption;
	readonly properties: INodeProperties[];
	readonly customOperations: NonNullable<INodeType['customOperations']>[string];
	readonly operations: Readonly<Record<string, OperationDefinition>>;
}
