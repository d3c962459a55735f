import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';

import type { Provider } from '../provider';
import { AccountBudget } from './accountBudget';

const budgets = new Map<string, AccountBudget>();

/** The budget that all requests with this account share in this process. */
export function budgetOf(provider: Provider, credentials: IDataObject): AccountBudget {
	const key = accountOf(provider, credentials);
	let budget = budgets.get(key);
	if (budget === undefined) {
		budget = new AccountBudget(provider.name, provider.budget);
		budgets.set(key, budget);
	}
	return budget;
}

/**
 * What all credentials of one account have in common, however they write the provider's address: a digest of the host and
 * of who signs in there. The path does not count, as it may stand for another version of the API.
 */
export function accountOf(provider: Provider, credentials: IDataObject): string {
	const address = provider.baseUrl(credentials).trim().toLowerCase();
	const host = URL.canParse(address) ? new URL(address).host.replace(/\.(?=:|$)/, '') : address;
	const account = JSON.stringify([provider.name, host, provider.account(credentials)]);
	return createHash('sha256').update(account).digest('base64');
}
