import type { INodeProperties } from 'n8n-workflow';

/** Fields of a collection in the alphabetical order in which n8n shows lists of choices. */
export function byDisplayName(properties: INodeProperties[]): INodeProperties[] {
	return [...properties].sort((a, b) => a.displayName.localeCompare(b.displayName));
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
