import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { json, jsonObject, kind } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { asText, isOn, unusable } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import type { Answer } from '../../shared/request/provider';
import { api } from '../api';
import { recordsOf } from '../lists/pages';

/** Names of the document are words with hyphens. Anything else could reach beyond the API. */
const endpointName = kind({ type: 'string', default: '' }, (context, value, displayName, request) => {
	const name = asText(context, value, displayName, request) as string;
	if (/^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$/.test(name)) return name;
	throw unusable(
		context,
		displayName,
		'is not the name of an endpoint',
		name,
		'Letters, digits and hyphens make a name, e.g. originate-call; the node adds the address before it.',
	);
});

const option = { name: 'Endpoint', value: 'endpoint', description: 'Any endpoint of the API' };

/** Any endpoint of the API, also those this node has no operation for. */
export const endpoint = resource(api, option, 'call', {
	call: {
		name: 'Call',
		action: 'Send a request to any endpoint of the API',
		description: 'Call any endpoint of the API with your own data. It is never repeated by itself.',
		request: { method: 'POST', url: '/{endpoint}' },
		documentedAs: 'any endpoint',
		fields: [
			endpointName('path', {
				displayName: 'Endpoint Name',
				name: 'endpointName',
				required: true,
				placeholder: 'e.g. originate-call',
				description: 'The part of the address after /api/',
			}),
			json('body.data', {
				displayName: 'Data',
				name: 'data',
				description: "The parameter 'data' as a JSON object or list; an empty one is not sent",
			}),
		],
		options: [
			jsonObject('body.topLevel', {
				displayName: 'Top Level',
				name: 'topLevel',
				description:
					"Parameters beside 'data' as a JSON object, e.g. action, page, type or filters. The signature is added by the node.",
			}),
			{
				displayName: 'Whole Answer',
				name: 'wholeAnswer',
				type: 'boolean',
				default: false,
				description:
					'Whether to return the answer as it is, with its pagination, instead of an item for each of its results',
			},
		],
		complete: ownParameters,
		output: records,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'P',
		untold: 'The fields are those of the endpoint that the user names.',
	},
});

async function ownParameters(
	this: IExecuteSingleFunctions,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const { topLevel, ...body } = request.body as IDataObject & { topLevel?: IDataObject };
	for (const [taken, why] of [
		['api_hash', 'the node makes it from the API Key of the credential'],
		['data', "it has its own field, 'Data'"],
	]) {
		if (topLevel !== undefined && taken in topLevel)
			throw parameterError(this, `'Top Level' must not hold '${taken}': ${why}`, 'Nothing was sent. Take it out.');
	}
	return { ...request, body: { ...topLevel, ...body } };
}

/** An item for each result. If there are none, it is the answer itself, which says so. */
function records(this: IExecuteSingleFunctions, answer: Answer): IDataObject[] {
	const found = isOn(this, 'options.wholeAnswer', 'Whole Answer') ? [] : recordsOf(answer);
	return found.length > 0 ? found : [answer.body as IDataObject];
}
