import type { IDataObject, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

/** Fields of a collection in the alphabetical order in which n8n shows lists of choices. */
export function byDisplayName(properties: INodeProperties[]): INodeProperties[] {
	return [...properties].sort((a, b) => a.displayName.localeCompare(b.displayName));
}

/**
 * Shows that a collection was given as a text, an expression for example: n8n looks for the fields in it, and a text has none of
 * them but `length`. The editor, to which the collection exists, offers it to nobody.
 */
export function asTextOf(collection: string): INodeProperties {
	return {
		displayName: 'Given as Text',
		name: 'length',
		type: 'hidden',
		default: 0,
		description: 'Not to be filled in: its presence shows that the collection is a text',
		displayOptions: { hide: { [`/${collection}`]: [{ _cnd: { exists: true } }] } },
	};
}

/** 'Return All' and 'Limit' of a Get Many operation. */
export const returnAllAndLimit: readonly INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

/** 'Simplify' of an operation whose records have more than ten fields. */
export const simplifyProperty: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** How long an operation waits when the account's request budget is used up. */
export const maxWaitProperty: INodeProperties = {
	displayName: 'Max Wait',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 60,
	description:
		'How many seconds to wait when the account has used up the requests its provider allows. After that the node stops and says when to go on.',
};

/** 'Dry Run' of an operation that dials, texts, faxes or creates something: a field of the form where people are reached, else an option. */
export const dryRunProperty: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description:
		'Whether to return what would be sent instead of sending it. The values are checked, nothing is dialled or sent, and the credential is not shown.',
};

/** 'Skip Items Without a Number' of an operation that calls, texts or faxes one number. */
export const skipProperty: INodeProperties = {
	displayName: 'Skip Items Without a Number',
	name: 'skipWithoutNumber',
	type: 'boolean',
	default: false,
	description:
		"Whether an item whose number is empty or was withheld comes out with 'skipped' and the reason, and the others are sent. Without it such an item stops the run before anything is sent.",
};

/** The options of everything that calls, texts or faxes. */
export const safeguardOptions: readonly INodeProperties[] = [
	{
		displayName: 'Allowed Numbers',
		name: 'allowedNumbers',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. +44, +34911, extensions',
		description:
			"Who may be reached: numbers, country codes or other beginnings of numbers, separated by commas; 'extensions' stands for internal numbers of up to six digits and for names. Whatever else the provider acts on has to be a plain name, or such a number. An entry without a plus sign is compared with what is dialled without one. Everything else is refused. A language model cannot change it.",
	},
	{
		displayName: 'At Most per Hour',
		name: 'atMostPerHour',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: 1 },
		default: 10,
		description:
			'How many calls, messages or faxes this node makes within an hour at most with an account: each number, each try and each part of a text counts. It is counted in the memory of this n8n process: a restart begins anew, and in queue mode each worker counts for itself. A language model cannot change it.',
	},
	{
		displayName: 'Duplicate Guard (Seconds)',
		name: 'duplicateGuardSeconds',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 60,
		description:
			'For how long to refuse the same request again, e.g. when a workflow runs twice for one event or a failed node is retried. 0 switches the guard off. It is kept in the memory of this n8n process: it does not outlast a restart, and in queue mode each worker has its own.',
	},
];

/** The consent to what an agent may not do on its own. */
export const allowForAgentsOption: INodeProperties = {
	displayName: 'Allow for AI Agents',
	name: 'allowForAgents',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether an AI agent may do what this operation otherwise refuses to agents when the node is their tool: end, pause, send away, delete or replace something, handle keys, or run applications and set variables of the PBX. In a workflow without an agent it changes nothing.',
};

/** How many people a run reaches. */
export const reachNotice: INodeProperties = {
	displayName:
		'This reaches people once for each input item: ten items are ten calls or messages. <b>Dry Run</b> shows them first.',
	name: 'reachNotice',
	type: 'notice',
	default: '',
};

/** A request before the credential is added to it, and in words what it would do. */
export function preview(
	{ method = 'GET', baseURL = '', url, qs, body }: IHttpRequestOptions,
	would: string,
): IDataObject {
	const query = qs === undefined || Object.keys(qs).length === 0 ? {} : { query: qs };
	return {
		dryRun: true,
		would,
		method,
		url: `${baseURL}${url}`,
		...query,
		...(body === undefined ? {} : { body: fieldsOf(body) }),
	};
}

/** The fields of a form by name; for a file, just a description. */
function fieldsOf(body: IHttpRequestOptions['body']): IDataObject[string] {
	if (!(body instanceof FormData || body instanceof URLSearchParams)) return body as IDataObject;
	const fields: IDataObject = {};
	body.forEach((value: unknown, name: string) => {
		fields[name] =
			value instanceof File ? { fileName: value.name, mimeType: value.type, bytes: value.size } : String(value);
	});
	return fields;
}
