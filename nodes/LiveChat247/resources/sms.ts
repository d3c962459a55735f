import { kind } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { asText } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import { api, contentOf, phoneNumber } from '../api';

/** The document: `text` is varchar(160). */
const LONGEST_TEXT = 160;

/** The text as it was written, blanks and all: its length is what people see. */
const message = kind({ type: 'string', default: '' }, (context, value, displayName, request) => {
	if (typeof value !== 'string') return asText(context, value, displayName, request);
	const { length } = [...value];
	if (length <= LONGEST_TEXT) return value;
	throw parameterError(
		context,
		`'${displayName}' has ${length} characters; 247LiveChat takes at most ${LONGEST_TEXT}`,
		`Nothing was sent. Shorten it by ${length - LONGEST_TEXT}, or send it as several messages.`,
	);
});

const option = { name: 'SMS', value: 'sms', description: 'A text message to a mobile number' };

export const sms = resource(api, option, 'send', {
	send: {
		name: 'Send',
		action: 'Send an SMS',
		description: 'Send a text message to a mobile number. Somebody receives it: it is never repeated by itself.',
		request: { method: 'POST', url: '', body: { o: 'sms', a: 'send' } },
		fields: [
			{
				displayName:
					'A message has at most 160 characters. The sender is your own mobile number, which must be activated in the Customer Portal first.',
				name: 'senderNotice',
				type: 'notice',
				default: '',
			},
			phoneNumber('body.to_no', {
				displayName: 'To',
				name: 'to',
				required: true,
				placeholder: 'e.g. +12125550123',
				description: 'The number to send to, in E.164 form',
			}),
			message('body.text', {
				displayName: 'Message',
				name: 'message',
				typeOptions: { rows: 3 },
				required: true,
				placeholder: 'e.g. Your parcel has arrived.',
				description: 'The text, at most 160 characters. A longer one is refused, not cut.',
			}),
		],
		output: contentOf,
		effect: 'texts',
		reaches: { to_no: 'called', text: 'parts' },
		harmless: [],
		numberField: 'to',
		evidence: 'P',
	},
});
