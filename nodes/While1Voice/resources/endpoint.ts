import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../../shared/errors';
import { requiredText } from '../../shared/operations';
import type { Answer } from '../../shared/provider';
import { action, recordsOf } from '../api';
import { json, jsonObject, options, parameters } from '../parameters';

const show = { resource: ['endpoint'], operation: ['call'] };

/** Any endpoint of the API, also those this node has no operation for. */
export const endpoint: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['endpoint'] } },
		options: [
			{
				name: 'Call',
				value: 'call',
				action: 'Send a request to any endpoint of the API',
				description: 'Call any endpoint of the API with your own data. It is never repeated by itself.',
				routing: {
					request: { method: 'POST', url: '/' },
					send: { paginate: true, preSend: [endpointUrl, parameters(ownParameters)] },
					operations: { pagination: action({ output: records }) },
				},
			},
		],
		default: 'call',
	},
	{
		displayName: 'Endpoint Name',
		name: 'endpointName',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. originate-call',
		displayOptions: { show },
		description: 'The part of the address after /api/',
	},
	{
		displayName: 'Data',
		name: 'data',
		type: 'json',
		default: '{}',
		displayOptions: { show },
		description: "The parameter 'data' as a JSON object or list; an empty one is not sent",
	},
	options(
		show,
		{ dials: true },
		{
			displayName: 'Top Level',
			name: 'topLevel',
			type: 'json',
			default: '{}',
			description:
				"Parameters beside 'data' as a JSON object, e.g. action, page, type or filters. The signature is added by the node.",
		},
		{
			displayName: 'Whole Answer',
			name: 'wholeAnswer',
			type: 'boolean',
			default: false,
			description:
				'Whether to return the answer as it is, with its pagination, instead of an item for each of its results',
		},
	),
];

/** Names of the document are words with hyphens. Anything else could reach beyond the API. */
async function endpointUrl(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const name = requiredText(this, this.getNodeParameter('endpointName'), 'Endpoint Name', 'originate-call');
	if (/^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$/.test(name)) return { ...request, url: `/${name}` };
	throw parameterError(
		this,
		"'Endpoint Name' is not the name of an endpoint",
		`It is ${JSON.stringify(name)} now. Nothing was sent. Letters, digits and hyphens make a name, e.g. originate-call; the node adds the address before it.`,
	);
}

function ownParameters(context: IExecuteSingleFunctions): IDataObject {
	const topLevel = jsonObject(context, context.getNodeParameter('options.topLevel', {}), 'Top Level');
	const data = json(context, context.getNodeParameter('data', {}), 'Data');
	for (const [taken, why] of [
		['api_hash', 'the node makes it from the API Key of the credential'],
		['data', "it has its own field, 'Data'"],
	]) {
		if (taken in topLevel)
			throw parameterError(context, `'Top Level' must not hold '${taken}': ${why}`, 'Nothing was sent. Take it out.');
	}
	return Object.keys(data).length === 0 ? topLevel : { ...topLevel, data };
}

/** An item for each result. Without any it is the answer itself, which says so. */
function records(this: IExecuteSingleFunctions, answer: Answer): IDataObject[] {
	const found = this.getNodeParameter('options.wholeAnswer', false) === true ? [] : recordsOf(answer);
	return found.length > 0 ? found : [answer.body as IDataObject];
}
