import type { NodeApiError } from 'n8n-workflow';

import { named, type Named } from '../../shared/calls/call';
import type { Fetch } from '../../shared/request/provider';
import { text } from '../../shared/values/values';
import { pages } from '../lists/pages';

/** No account has this many; an endless list must not use up the requests of a test run. */
const MOST_USERS = 20_000;

/**
 * The users of an account, by the names that call records have.
 *
 * @returns undefined if the key may not list them
 */
export async function readUsers(fetch: Fetch, baseURL: string): Promise<Named[] | undefined> {
	const request = { method: 'GET' as const, baseURL, url: '/users', qs: { sort: 'id', dir: 'ASC' } };
	const users: Named[] = [];
	const read = async () => {
		for await (const page of pages(fetch, request, MOST_USERS)) {
			for (const { id, first_name, last_name } of page) {
				const name = [first_name, last_name].map(text).filter((part) => part !== null);
				users.push(...[named(name.join(' '), id)].filter((user) => user !== null));
			}
		}
		return users;
	};
	return await read().catch(async (error: NodeApiError) =>
		error.httpCode === '403' ? undefined : await Promise.reject(error),
	);
}
