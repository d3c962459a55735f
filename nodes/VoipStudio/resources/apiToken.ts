import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { count, step, text } from '../../shared/operation/fields';
import { returnAllAndLimit } from '../../shared/operation/options';
import { resource } from '../../shared/operation/resource';
import { getMany } from '../../shared/operation/run';
import { isOn } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import { isRecord, text as textOf } from '../../shared/values/values';
import { api, briefFetch, pageOf, recordOf } from '../api';
import { deleted, chosenFrom } from '../fields';
import { filterText } from '../lists/filter';
import { listFields, sorted } from '../lists/list';
import { pages } from '../lists/pages';
import { properties } from '../lists/properties';

/** The key to revoke: the address holds the key itself, which is looked up where the user gives its name. */
const key: INodeProperties = {
	displayName: 'API Key',
	name: 'apiTokenId',
	required: true,
	description: 'The key to revoke. By its name, no key is written into the workflow.',
	...chosenFrom('searchApiTokens', 'By Name', {
		displayName: 'By Key',
		placeholder: 'e.g. 9843211cb48787655cddb080ebdabced',
	}),
	routing: {
		send: {
			preSend: [
				step(async function (request) {
					return { ...request, url: `/apitokens/${await tokenOf(this, request.baseURL)}` };
				}),
			],
		},
	},
};

async function tokenOf(context: IExecuteSingleFunctions, baseURL: string | undefined): Promise<string> {
	const locator: unknown = context.getNodeParameter('apiTokenId', '');
	const { mode, value } = isRecord(locator) ? locator : { mode: 'id', value: locator };
	const written = textOf(value);
	if (written === null)
		throw parameterError(context, "'API Key' is empty", 'Nothing was deleted. Choose one by its name.');
	const token = mode === 'list' ? await tokenNamed(context, baseURL, written) : written;
	if (/^[\w-]{8,256}$/.test(token)) return token;
	throw parameterError(context, "'API Key' is not a key", 'Nothing was deleted. A key consists of letters and digits.');
}

/** The token with this name, which is unique for a user. */
async function tokenNamed(
	context: IExecuteSingleFunctions,
	baseURL: string | undefined,
	name: string,
): Promise<string> {
	const filter = filterText([{ property: 'name', operator: 'eq', value: name }]);
	const request = { method: 'GET' as const, baseURL, url: '/apitokens', qs: { filter, sort: 'id', dir: 'DESC' } };
	const { rows } = await pageOf(briefFetch(context), request, 1, 100);
	const tokens = rows
		.filter((row) => row.name === name)
		.map((row) => textOf(row.token))
		.filter((token) => token !== null);
	if (tokens.length === 1) return tokens[0];
	throw parameterError(
		context,
		tokens.length === 0 ? 'There is no API key of this name' : 'Several API keys have this name',
		`${JSON.stringify(name)} names ${tokens.length} keys. Nothing was deleted.`,
	);
}

/** Keys open the account, so a list shows only their last characters unless the user asks for them. */
function masked(this: IExecuteSingleFunctions, record: IDataObject): IDataObject {
	const token = textOf(record.token);
	const isShown = token === null || isOn(this, 'options.includeTokens', 'Include Tokens');
	return isShown ? record : { ...record, token: `…${token.slice(-4)}` };
}

const PROPERTIES = properties('created_at customer_id host id last_request_at name user_agent user_id', [
	{ name: 'Expiry', value: 'expiry', description: 'Seconds without use after which the key ends' },
]);

const list = listFields(PROPERTIES, { first: 'name', example: 'n8n or 2026-11-21' });
const readKeys = getMany(api.provider, pages, list);

const option = { name: 'User API Key', value: 'apiToken', description: 'A key that opens the API as its user' };

export const apiToken = resource(api, option, 'getAll', {
	create: {
		name: 'Create',
		action: 'Create an API key',
		description: 'Create an API key of the user. The output holds the key: keep it out of places that others read.',
		request: { method: 'POST', url: '/apitokens' },
		fields: [
			text('body.name', {
				displayName: 'Name',
				name: 'name',
				required: true,
				placeholder: 'e.g. n8n',
				description: 'The label of the key. A user cannot have two keys of one name.',
			}),
			count('body.expiry', {
				displayName: 'Expiry',
				name: 'expiry',
				typeOptions: { minValue: 0 },
				default: 604800,
				description: 'After how many seconds without use the key ends; 604800 are 7 days, 0 is never',
			}),
		],
		output: recordOf,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'P',
	},
	delete: {
		name: 'Delete',
		action: 'Delete an API key',
		description: 'Revoke an API key of the user',
		request: { method: 'DELETE', url: '/apitokens/{token}' },
		fields: [key],
		output: deleted,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'C',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many API keys',
		description: 'Get many API keys of the user, without the keys themselves unless asked for',
		request: { method: 'GET', url: '/apitokens' },
		...list,
		fields: [...returnAllAndLimit, ...list.fields],
		options: [
			...list.options,
			{
				displayName: 'Include Keys',
				name: 'includeTokens',
				type: 'boolean',
				default: false,
				description: 'Whether to return the keys in full. Everybody who sees the execution can then use them.',
			},
		],
		complete: sorted,
		run: async function (request) {
			const items = await readKeys.call(this, request);
			return items.map((item) => ({ ...item, json: masked.call(this, item.json) }));
		},
		isKeptFromAgents: true,
		effect: 'reads',
		evidence: 'C',
	},
});
