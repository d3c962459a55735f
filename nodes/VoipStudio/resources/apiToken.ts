import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { dryRunProperty } from '../../shared/dryRun';
import { parameterError } from '../../shared/errors';
import { getMany, type Operation } from '../../shared/operations';
import { maxWaitProperty, returnAllAndLimit } from '../../shared/properties';
import { text } from '../../shared/values';
import { fetchOf, pageOf, pages, voipStudio } from '../api';
import { filterText } from '../conditions';
import { parametersOf } from '../list';
import { deleted, textOf, type PreSend } from '../requests';
import { createOnce } from '../sending';

const resource = ['apiToken'];

const createBody: PreSend = async function (request) {
	const name = textOf(this, 'name', 'Name', 'n8n');
	const expiry = Number(this.getNodeParameter('expiry', 604_800));
	if (!Number.isInteger(expiry) || expiry < 0) {
		throw parameterError(
			this,
			"'Expiry' must be a whole number of seconds, or 0 for a key that never expires",
			`It is ${JSON.stringify(this.getNodeParameter('expiry'))} now.`,
		);
	}
	return { ...request, body: { name, expiry } };
};

/** DELETE /apitokens/{token}: the address holds the token itself, which is looked up where the user gives the name. */
const toToken: PreSend = async function (request) {
	const locator = this.getNodeParameter('apiTokenId', '') as { mode?: string; value?: unknown } | string;
	const { mode, value } = typeof locator === 'object' ? locator : { mode: 'id', value: locator };
	const written = text(value);
	if (written === null)
		throw parameterError(this, "'API Key' is empty", 'Nothing was deleted. Choose one by its name.');
	const token = mode === 'list' ? await tokenNamed(this, request.baseURL, written) : written;
	if (!/^[\w-]{8,256}$/.test(token)) {
		throw parameterError(this, "'API Key' is not a key", 'Nothing was deleted. A key consists of letters and digits.');
	}
	return { ...request, url: `/apitokens/${token}` };
};

/** The token of a name, which is unique for a user. */
async function tokenNamed(
	context: IExecuteSingleFunctions,
	baseURL: string | undefined,
	name: string,
): Promise<string> {
	const filter = filterText([{ property: 'name', operator: 'eq', value: name }]);
	const request = { method: 'GET' as const, baseURL, url: '/apitokens', qs: { filter, sort: 'id', dir: 'DESC' } };
	const { rows } = await pageOf(fetchOf(context), request, 1, 100);
	const tokens = rows
		.filter((row) => row.name === name)
		.map((row) => text(row.token))
		.filter((token) => token !== null);
	if (tokens.length === 1) return tokens[0];
	throw parameterError(
		context,
		tokens.length === 0 ? 'There is no API key of this name' : 'Several API keys have this name',
		`${JSON.stringify(name)} names ${tokens.length} keys. Nothing was deleted.`,
	);
}

const list = getMany(voipStudio, pages);

/** Keys open the account, so a list shows only their last characters unless the user asks for them. */
const listTokens: Operation = async function (requestData) {
	const items = await list.call(this, requestData);
	if (this.getNodeParameter('options.includeTokens', false) === true) return items;
	return items.map((item) => ({ ...item, json: masked(item.json) }));
};

function masked(record: IDataObject): IDataObject {
	const token = text(record.token);
	return token === null ? record : { ...record, token: `…${token.slice(-4)}` };
}

/** API keys of the user: /apitokens. */
export const apiToken: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create API key',
				description: 'Create an API key of the user. The output holds the key: keep it out of places that others read.',
				routing: {
					request: { method: 'POST', url: '/apitokens' },
					send: { paginate: true, preSend: [createBody] },
					operations: { pagination: createOnce() },
				},
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete API key',
				description: 'Revoke an API key of the user',
				routing: {
					request: { method: 'DELETE', url: '/apitokens' },
					send: { paginate: true, preSend: [toToken] },
					operations: { pagination: deleted },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many API keys',
				description: 'Get many API keys of the user, without the keys themselves unless asked for',
				routing: {
					request: { method: 'GET', url: '/apitokens' },
					send: { paginate: true, preSend: [parametersOf({ isSorted: true })] },
					operations: { pagination: listTokens },
				},
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. n8n',
		displayOptions: { show: { resource, operation: ['create'] } },
		description: 'The label of the key. A user cannot have two keys of one name.',
	},
	{
		displayName: 'Expiry',
		name: 'expiry',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 604800,
		displayOptions: { show: { resource, operation: ['create'] } },
		description: 'After how many seconds without use the key ends; 604800 are 7 days, 0 is never',
	},
	{
		displayName: 'API Key',
		name: 'apiTokenId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		displayOptions: { show: { resource, operation: ['delete'] } },
		description: 'The key to revoke. By its name, no key is written into the workflow.',
		modes: [
			{
				displayName: 'By Name',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchApiTokens', searchable: true },
			},
			{
				displayName: 'By Key',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 9843211cb48787655cddb080ebdabced',
			},
		],
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['create'] } },
		options: [dryRunProperty, maxWaitProperty],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['getAll'] } },
		options: [
			{
				displayName: 'Include Keys',
				name: 'includeTokens',
				type: 'boolean',
				default: false,
				description: 'Whether to return the keys in full. Everybody who sees the execution can then use them.',
			},
			maxWaitProperty,
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['delete'] } },
		options: [maxWaitProperty],
	},
];
