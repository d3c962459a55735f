import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../../shared/errors';
import { action, asForm, e164Number, options } from '../api';

const show = { resource: ['sms'], operation: ['send'] };

/** The document: `text` is varchar(160). */
const LONGEST_TEXT = 160;

/** Text messages: POST o=sms a=send. */
export const sms: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['sms'] } },
		options: [
			{
				name: 'Send',
				value: 'send',
				action: 'Send a real SMS',
				description: 'Send a text message to a mobile number. Somebody receives it: it is never repeated by itself.',
				routing: {
					request: { method: 'POST', url: '', body: { o: 'sms', a: 'send' } },
					send: { paginate: true, preSend: [textMessage, asForm] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'send',
	},
	{
		displayName:
			'A message has at most 160 characters. The sender is your own mobile number, which must be activated in the Customer Portal first.',
		name: 'senderNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +121234561234',
		displayOptions: { show },
		description: 'The number to send to, in E.164 form',
		routing: { send: { type: 'body', property: 'to_no' } },
	},
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		required: true,
		placeholder: 'e.g. Your parcel has arrived.',
		displayOptions: { show },
		description: 'The text, at most 160 characters. A longer one is refused, not cut.',
		routing: { send: { type: 'body', property: 'text' } },
	},
	options(show, true),
];

async function textMessage(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { o, a, to_no, text } = request.body as IDataObject;
	const message = typeof text === 'string' || typeof text === 'number' ? String(text) : '';
	const length = [...message].length;
	if (message.trim() === '')
		throw parameterError(this, "'Message' is empty", 'Nothing was sent. Enter the text to send.');
	if (length > LONGEST_TEXT) {
		throw parameterError(
			this,
			`'Message' has ${length} characters; 247LiveChat takes at most ${LONGEST_TEXT}`,
			`Nothing was sent. Shorten it by ${length - LONGEST_TEXT}, or send it as several messages.`,
		);
	}
	return { ...request, body: { o, a, to_no: e164Number(this, to_no, 'To'), text: message } };
}
