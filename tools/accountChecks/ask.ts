import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from '../../harness/failure';

/** More would be a burden on an account that others use, too. */
export const MOST_REQUESTS = 20;

type Verdict = 'holds' | 'does not hold' | 'cannot tell';

/** One row of the table. Nothing in it comes from a call: field names, statuses and our own words only. */
export interface Finding {
	/** What the package takes for granted. */
	readonly assumption: string;
	/** What the account's answers showed. */
	readonly seen: string;
	readonly verdict: Verdict;
}

interface Question {
	readonly method: 'GET' | 'POST';
	readonly url: string;
	readonly headers?: Record<string, string>;
	readonly body?: string;
}

export interface Reply {
	readonly status: number;
	/** The parsed JSON; undefined if the answer is not JSON. */
	readonly body: unknown;
	readonly isPage: boolean;
	/** The time by the provider's clock if it gives it, else by ours; milliseconds since 1970. */
	readonly now: number;
}

export type Ask = (question: Question) => Promise<Reply>;

/** A provider's questions, in the order they are asked. */
export interface AccountCheck {
	readonly name: string;
	/** Where the API is, unless the account has an address of its own. */
	readonly address: string | null;
	/** What opens the account. */
	readonly keys: readonly Key[];
	/** What has to be chosen besides the key, with its values; the first is the default. */
	readonly choices?: Readonly<Record<string, readonly string[]>>;
	/**
	 * Gives the findings one by one. Throws a `Failure` when there is nothing more to find out: the findings so far stay.
	 */
	findings(ask: Ask, account: Account): AsyncGenerator<Finding>;
}

export interface Key {
	readonly name: string;
	readonly environment: string;
	readonly prompt: string;
	readonly isSecret: boolean;
	readonly isOptional?: boolean;
}

export interface Account {
	/** Without a slash at its end. */
	readonly address: string;
	readonly keys: Readonly<Record<string, string>>;
	readonly choices: Readonly<Record<string, string>>;
	/** Whether a call ended within the last ten minutes, so that the newest record should be a current one. */
	readonly justCalled: boolean;
}

/**
 * Asks one question after the other, each once: nothing is repeated, no redirect is followed, a refusal for too many
 * requests ends it.
 *
 * @param gapMs the time between two requests
 * @throws Failure when no answer comes, when the provider wants fewer requests, or when the address leads elsewhere
 */
export function asker(gapMs: number): Ask {
	let asked = 0;
	return async ({ method, url, headers, body }) => {
		if (asked === MOST_REQUESTS) throw new Error(`More than ${MOST_REQUESTS} requests`);
		if (asked++ > 0) await sleep(gapMs);
		let response: Response;
		let text: string;
		try {
			response = await fetch(url, {
				method,
				headers: { Accept: 'application/json', ...headers },
				body,
				redirect: 'manual',
				signal: AbortSignal.timeout(60_000),
			});
			text = await response.text();
		} catch (error) {
			throw new Failure(
				`No answer from ${new URL(url).host}: ${reasonOf(error)}`,
				'Check the address and the connection, and whether this computer may reach it.',
			);
		}
		if (response.status === 429) {
			throw new Failure(
				'The provider says that the account has sent too many requests',
				'Wait until its limit has passed, a quarter of an hour at most, and run again. Other tools on the account count, too.',
			);
		}
		if (response.status >= 300 && response.status < 400) {
			throw new Failure(
				`${new URL(url).host} sends the request to another address, which was not followed with the key`,
				'Enter the address of the API itself.',
			);
		}
		const told = Date.parse(response.headers.get('date') ?? '');
		return {
			status: response.status,
			body: parsed(text),
			isPage: /html/i.test(response.headers.get('content-type') ?? ''),
			now: Number.isNaN(told) ? Date.now() : told,
		};
	};
}

function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { cause } = error;
	return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : error.message;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

export type Row = Record<string, unknown>;

export function isRow(value: unknown): value is Row {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function rowsIn(value: unknown): Row[] {
	return Array.isArray(value) ? value.filter(isRow) : [];
}

/** The names of fields, as long as they look like names of fields and not like data. */
export function fieldsOf(rows: readonly Row[]): string {
	const names = new Set(rows.flatMap((row) => Object.keys(row)).filter((name) => /^[a-z][a-z_]{0,30}$/i.test(name)));
	return names.size === 0 ? 'no fields' : [...names].sort().join(', ');
}

/** Short words in capitals or small letters that a provider uses as a code. */
export function codesOf(rows: readonly Row[], field: string): string[] {
	const values = new Set(rows.map((row) => row[field]).filter((value) => typeof value === 'string'));
	return [...values].map((value) => (/^[A-Za-z_ ]{1,24}$/.test(value) ? value : 'something else')).sort();
}

/** A yes or no as a verdict. */
export function verdict(holds: boolean): Verdict {
	return holds ? 'holds' : 'does not hold';
}

export function isOrdered<Value extends string | number>(values: readonly Value[], direction: 'up' | 'down'): boolean {
	return values.every((value, index) => {
		const before = values[index - 1];
		return before === undefined || (direction === 'up' ? before <= value : before >= value);
	});
}

/**
 * Whether times that carry no zone are in the zone the package takes them to be in.
 *
 * @param newestEnd the end of the newest call, read in that zone
 */
export function zoneFinding(assumption: string, newestEnd: number | null, now: number, justCalled: boolean): Finding {
	const minutes = newestEnd === null ? null : (now - newestEnd) / 60_000;
	if (minutes === null) return { assumption, seen: 'a record without a time', verdict: 'cannot tell' };
	if (minutes < -5) return { assumption, seen: 'a call that would end in the future', verdict: 'does not hold' };
	if (minutes <= 15) return { assumption, seen: 'a call that has just ended, by now', verdict: 'holds' };
	if (justCalled) return { assumption, seen: 'a call of just now that would be older', verdict: 'does not hold' };
	const seen = 'no call of the last minutes: make one and run again with --just-called';
	return { assumption, seen, verdict: 'cannot tell' };
}

/** Ends the check if the first answer is not from an API, or from one that does not accept the key. */
export function refuseStranger({ status, body, isPage }: Reply, isKeyRefused: boolean, name: string): void {
	if (isPage || (body === undefined && status < 500)) {
		throw new Failure(
			`The address is not that of ${name}'s API: what answered is ${isPage ? 'a web page' : 'no JSON'}`,
			'Check the address (--address).',
		);
	}
	if (isKeyRefused) {
		throw new Failure(
			`${name} did not accept the key`,
			'Check that it is complete, and that it belongs to this account.',
		);
	}
	if (status >= 500) {
		throw new Failure(`${name} answered with the error ${status}`, 'Run again later.');
	}
	if (status >= 400) {
		throw new Failure(
			`${name} answered the first question with the status ${status}`,
			'Check the address (--address), and that the account may read calls.',
		);
	}
}

/** An account without calls says nothing about calls. */
export function noCalls(name: string): Failure {
	return new Failure(`The account has no calls at ${name}`, 'Make a call, wait until it is listed, and run again.');
}
