import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { action, asForm, e164Number, options } from '../api';

const forOperation = (...operation: string[]) => ({ resource: ['webCall'], operation });

/** Calls over the API: GET and POST o=webcall a=call, POST a=terminate, POST a=c2c. */
export const webCall: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['webCall'] } },
		options: [
			{
				name: 'Click to Call',
				value: 'clickToCall',
				action: 'Place a real click to call from your own phone',
				description:
					'Ring your own SIP phone and, once it is answered, call a number. A real call: it is never repeated by itself.',
				routing: {
					request: { method: 'POST', url: '', body: { o: 'webcall', a: 'c2c' } },
					send: { paginate: true, preSend: [numbersChecked, asForm] },
					operations: { pagination: action() },
				},
			},
			{
				name: 'Create',
				value: 'create',
				action: 'Place a real call between two numbers',
				description: 'Call two numbers and connect them. A real call: it is never repeated by itself.',
				routing: {
					request: { method: 'POST', url: '', body: { o: 'webcall', a: 'call' } },
					send: { paginate: true, preSend: [numbersChecked, asForm] },
					operations: { pagination: action() },
				},
			},
			{
				name: 'Get Status',
				value: 'getStatus',
				action: 'Get the status of your active call',
				description: 'Get the state of your active call',
				routing: {
					// The same object and action as Create: only the method tells them apart.
					request: { method: 'GET', url: '', qs: { o: 'webcall', a: 'call' } },
					send: { paginate: true },
					operations: { pagination: action() },
				},
			},
			{
				name: 'Terminate',
				value: 'terminate',
				action: 'End your active call',
				description: 'End your active call',
				routing: {
					// The document does not state the method; its sample is a POST.
					request: { method: 'POST', url: '', body: { o: 'webcall', a: 'terminate' } },
					send: { paginate: true, preSend: [asForm] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'getStatus',
	},
	{
		displayName: 'Your own SIP phone rings first. The number is called when you have answered.',
		name: 'ownPhoneFirstNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: forOperation('clickToCall') },
	},
	{
		displayName: "'From' rings first and is then connected with 'To'",
		name: 'fromFirstNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: forOperation('create') },
	},
	{
		displayName: 'From',
		name: 'from',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +13107658933',
		displayOptions: { show: forOperation('create') },
		description: 'The number that is called first, in E.164 form',
		routing: { send: { type: 'body', property: 'from_no' } },
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +121234561234',
		displayOptions: { show: forOperation('create') },
		description: 'The number to connect it with, in E.164 form',
		routing: { send: { type: 'body', property: 'to_no' } },
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +121234561234',
		displayOptions: { show: forOperation('clickToCall') },
		description: 'The number to call, in E.164 form',
		// Named `to` here, not `to_no`.
		routing: { send: { type: 'body', property: 'to' } },
	},
	options(forOperation('clickToCall', 'create'), true),
	options(forOperation('getStatus', 'terminate'), false),
];

const NUMBERS: Readonly<Record<string, string>> = { from_no: 'From', to_no: 'To', to: 'To' };

async function numbersChecked(
	this: IExecuteSingleFunctions,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const body: IDataObject = { ...(request.body as IDataObject) };
	for (const [field, displayName] of Object.entries(NUMBERS)) {
		if (field in body) body[field] = e164Number(this, body[field], displayName);
	}
	return { ...request, body };
}
