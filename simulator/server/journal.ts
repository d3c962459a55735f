import type { ProviderName } from '../providers';

/** One request a provider's face has received. */
export interface JournalEntry {
	provider: ProviderName;
	method: string;
	/** Below the provider's prefix, without the query. */
	path: string;
	query: Record<string, string | string[]>;
	headers: Record<string, string | string[] | undefined>;
	/** As text; '' if there was none. */
	body: string;
	/** The HTTP status, null until it is answered, or if the connection was cut instead. */
	status: number | null;
	/** The kind of the fault that struck it. */
	fault: string | null;
	/** The world's time, milliseconds. */
	at: number;
}

const SECRET_HEADERS = ['authorization', 'cookie', 'token', 'x-auth-token'];
const SECRET_FIELD = /(?<=\b(?:api_key|api_password|password)(?:=|"\s*:\s*"|"\r\n\r\n))[^&"\r]+/gi;

/** An entry without the credential it came with, as it leaves this process. */
export function withoutCredential(entry: JournalEntry): JournalEntry {
	const hidden = (values: JournalEntry['headers'], names: (name: string) => boolean) =>
		Object.fromEntries(Object.entries(values).map(([name, value]) => [name, names(name) ? '***' : value]));
	return {
		...entry,
		headers: hidden(entry.headers, (name) => SECRET_HEADERS.includes(name)),
		query: hidden(entry.query, (name) => /^(api_key|api_password|password)$/i.test(name)) as JournalEntry['query'],
		body: entry.body.replace(SECRET_FIELD, '***'),
	};
}
