import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { dryRunProperty, unlessDryRun } from '../../shared/dryRun';
import { oneRequest, requiredText } from '../../shared/operations';
import { maxWaitProperty } from '../../shared/properties';
import { text } from '../../shared/values';
import { contentOf, voipcloud } from '../api';

const show = { resource: ['call'], operation: ['create'] };

/** Start a call: POST call-to-number. */
export const call: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['call'] } },
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Place a real phone call',
				description:
					"Ring a user's phone and, once it is answered, call a number. A real call: it is never repeated by itself.",
				routing: {
					request: { method: 'POST', url: '/call-to-number' },
					send: { paginate: true, preSend: [callToNumber] },
					operations: { pagination: unlessDryRun(oneRequest(voipcloud, contentOf)) },
				},
			},
		],
		default: 'create',
	},
	{
		displayName: "The user's own phone rings first. The number is called when the user has answered.",
		name: 'agentFirstNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	{
		displayName: 'User Number',
		name: 'userNumber',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 1010',
		displayOptions: { show },
		description: 'The extension of the user whose phone rings first',
		routing: { send: { type: 'body', property: 'user_number' } },
	},
	{
		displayName: 'Number to Call',
		name: 'numberToCall',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +61290001234',
		displayOptions: { show },
		description: 'The number to call for the user',
		routing: { send: { type: 'body', property: 'number_to_call' } },
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Caller ID',
				name: 'callerId',
				type: 'string',
				default: '',
				placeholder: 'e.g. +61290004321',
				description: 'The number to show to the called party. For API version V2.',
				routing: { send: { type: 'body', property: 'caller_id', value: '={{ $value || undefined }}' } },
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Body Format',
				name: 'bodyFormat',
				type: 'options',
				options: [
					{ name: 'By API Version', value: 'auto', description: 'Form for V1, multipart for V2' },
					{ name: 'Form', value: 'form' },
					{ name: 'JSON', value: 'json' },
					{ name: 'Multipart', value: 'multipart' },
				],
				default: 'auto',
				description:
					'VoIPcloud does not document how the parameters are sent. Change it if calls are refused with code 400.',
			},
			dryRunProperty,
			maxWaitProperty,
		],
	},
];

/**
 * The body in the form the version takes. v1: not documented; a form is what a PHP service reads in any case. v2: its
 * users report multipart/form-data, one of them JSON.
 */
async function callToNumber(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { user_number, number_to_call, ...others } = request.body as IDataObject;
	const body: Record<string, string> = {
		user_number: requiredText(this, user_number, 'User Number', '1010'),
		number_to_call: requiredText(this, number_to_call, 'Number to Call', '+61290001234'),
	};
	for (const [field, value] of Object.entries(others)) {
		const written = text(value);
		if (written !== null) body[field] = written;
	}
	return { ...request, body: encoded(body, this.getNodeParameter('options.bodyFormat', 'auto') as string, request) };
}

function encoded(
	body: Record<string, string>,
	format: string,
	{ baseURL }: IHttpRequestOptions,
): IHttpRequestOptions['body'] {
	if (format === 'json') return body;
	if (format === 'form' || (format === 'auto' && !baseURL?.endsWith('/v2'))) return new URLSearchParams(body);
	const form = new FormData();
	for (const [field, value] of Object.entries(body)) form.append(field, value);
	return form;
}
