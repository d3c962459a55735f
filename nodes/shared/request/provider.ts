import type {
	IDataObject,
	IExecuteFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';

/** Where a request can come from: an operation, a poll, or a drop-down of the editor. */
export type RequestContext = (IExecuteFunctions | IExecuteSingleFunctions | ILoadOptionsFunctions | IPollFunctions) & {
	/** The input item that the request is made for; errors name it. */
	getItemIndex?: () => number;
};

/** What the transport has to know about a provider. */
export interface Provider {
	/** The provider's name as users know it; used in messages. */
	readonly name: string;
	/** The provider's documented request limit per account, if it documents one. */
	readonly budget?: Budget;
	/** The credential type the node currently uses. */
	credentialType(context: RequestContext): string;
	/** The root of the API for a credential, without a trailing slash. */
	baseUrl(credentials: IDataObject): string;
	/** Where a user enters another base URL, as messages name it; without it `'Base URL' in the credential`. */
	readonly baseUrlField?: string;
	/** What distinguishes two accounts at one host: a key or a user name. Only a digest of it is kept. */
	account(credentials: IDataObject): string;
	/** The secret values of a credential, which no message may contain even if the provider repeats them. */
	secrets(credentials: IDataObject): string[];
	/** What the request needs beyond the credential type's own authentication, e.g. a signature. Called each time it is sent. */
	prepare?(request: IHttpRequestOptions, credentials: IDataObject): IHttpRequestOptions;
	/** What is wrong with an answer to a request, or undefined if it is a success. */
	problem(answer: Answer, request?: IHttpRequestOptions): Problem | undefined;
	/** What a successful answer warns about, for the user and not part of the records. */
	warnings?(answer: Answer): string[];
	/**
	 * Whether an answer without a problem is a documented one for a request that changes something. If not given, every
	 * such answer is.
	 */
	isDone?(request: IHttpRequestOptions, answer: Answer): boolean;
	/**
	 * A read without what the API may refuse and the user did not ask for: to try where an answer refuses it, and without an answer
	 * where it is known to be refused. Undefined for any other request or answer.
	 */
	plainer?(request: IHttpRequestOptions, answer?: Answer): Plainer | undefined;
	/**
	 * Whether a credential type signs in by itself (n8n's `preAuthentication`). n8n then has to get a 401 answer as an
	 * error: it signs in anew and repeats the request once.
	 */
	signsIn?(credentialType: string): boolean;
	/** What a failed sign-in with such a credential means; undefined for any other error. */
	signInProblem?(error: unknown): Problem | undefined;
}

/** A request with less in it than was meant. */
export interface Plainer {
	readonly request: IHttpRequestOptions;
	/** What is different by that, for the user. */
	readonly told: string;
	/** Notes that it is answered where the other was refused. */
	readonly keep: () => void;
}

/** An answer of a provider: its HTTP status, its headers in lower case and its decoded body. */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
	/** What it warns about, as users may read it: without secrets, and short. */
	readonly warnings?: readonly string[];
}

/** What an answer must be beyond a success, e.g. contain a list: the problem if it does not. */
export type Check = (answer: Answer) => Problem | undefined;

/** How a request is sent. */
export interface Sending {
	/** How long, in milliseconds, to wait for the account's request budget before giving up. */
	readonly maxWaitMs: number;
	/** How often a read is repeated after a temporary fault. Writes are never repeated: a repeated call dials twice. */
	readonly retries: number;
	/** How many bytes the answer may have, uncompressed; 64 MB by default. */
	readonly mostBytes?: number;
	/** Reads a body in some other way than as JSON; undefined if it cannot, and then none of the bytes are changed. */
	readonly read?: (bytes: Buffer) => unknown;
	/** Whether the request only reads, if the method does not show it: some providers read by POST. */
	readonly isRead?: boolean;
	/** Of a trigger's poll: whose it is, and whether it is continuing after a first request. */
	readonly poll?: { readonly trigger: string; readonly goesOn: boolean };
}

/** Why a request did not succeed, in n8n's words (its polling engine spaces the next poll by them). */
export type Cause =
	| 'rate-limited'
	| 'quota-exhausted'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid'
	| 'node-defect';

/** What happened and what to do next, ready to be shown. Holds no header, address or parameter that could carry a secret. */
export interface Problem {
	readonly message: string;
	readonly description: string;
	readonly cause: Cause;
	/** The HTTP status or the provider's code. */
	readonly code?: string;
	/** How long the provider asks to wait, in milliseconds. */
	readonly retryAfterMs?: number;
	/** What the provider itself says, with its name, or that it is a defect of the node; it is in the description as well. */
	readonly said?: string;
	/** Of a mistake in the code: the lines of its stack, which hold nothing but places in it. */
	readonly frames?: string;
	/** Whether repeating it at once is of no use, although it may pass. */
	readonly isFinal?: boolean;
	/** Whether the request was certainly never sent. */
	readonly isUnsent?: boolean;
	/** Whether it was not sent because the account's budget had no room for it. */
	readonly isRefusal?: boolean;
	/** Whether it is uncertain if a request that changes something was carried out; if not set, it was not. */
	readonly isUnclear?: boolean;
}

/** A provider's own words for a code of its table; anything left out comes from the common table. */
export type ProblemTexts = Readonly<Record<number, Partial<Problem>>>;

/** A provider's documented limit: at most `requests` in any window of `windowMs` milliseconds. */
export interface Budget {
	readonly requests: number;
	readonly windowMs: number;
}

/** Sends one request of a provider and returns its successful answer. */
export type Fetch = (request: IHttpRequestOptions, check?: Check) => Promise<Answer>;

/**
 * A provider's one way through a list: pages of records until the list ends, or the reader stops.
 *
 * @param request the first request, with the filters but without paging parameters
 * @param wanted how many records the reader will take at most; the page size may depend on it
 */
export type Pages = (fetch: Fetch, request: IHttpRequestOptions, wanted: number) => AsyncIterable<IDataObject[]>;
