import { additionalFields, id, kind } from '../../shared/operation/fields';
import { partsOf } from '../../shared/operation/reach';
import { resource } from '../../shared/operation/resource';
import { asLines } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import { api, recordOf } from '../api';
import { chosenFrom, phoneNumber } from '../fields';
import { listFields, singleRecord, sorted } from '../lists/list';
import { pages } from '../lists/pages';
import { properties } from '../lists/properties';

const PROPERTIES = properties('created_at from id message result to type user_id');

/** VoIPstudio documents no limit. Networks take a text in about ten parts, and each costs as much as a message. */
const MOST_PARTS = 10;

const message = kind({ type: 'string', default: '' }, (context, value, displayName, request) => {
	const given = asLines(context, value, displayName, request);
	const parts = partsOf(String(given as string));
	if (parts <= MOST_PARTS) return given;
	throw parameterError(
		context,
		`'${displayName}' is as long as ${parts} messages; at most ${MOST_PARTS} are sent`,
		'Nothing was sent. A part has 153 characters, with letters of other alphabets or emoji 67. Shorten the text.',
	);
});

const option = { name: 'SMS', value: 'sms', description: 'A text message' };

export const sms = resource(api, option, 'send', {
	get: {
		name: 'Get',
		action: 'Get an SMS',
		description: 'Get a text message',
		request: { method: 'GET', url: '/sms/{id}' },
		fields: [
			id('path', {
				displayName: 'SMS ID',
				name: 'smsId',
				required: true,
				placeholder: 'e.g. 2096',
				description: 'The ID of the text message',
			}),
		],
		...singleRecord(),
		effect: 'reads',
		evidence: 'D',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many SMS',
		description: 'Get many text messages, sent and received',
		request: { method: 'GET', url: '/sms' },
		...listFields(PROPERTIES, { first: 'created_at', isSorted: true }),
		complete: sorted,
		pages,
		effect: 'reads',
		evidence: 'D',
	},
	send: {
		name: 'Send',
		action: 'Send an SMS',
		description: 'Send a text message. Somebody receives it: it is never repeated by itself.',
		request: { method: 'POST', url: '/sms' },
		fields: [
			phoneNumber('body.to', {
				displayName: 'To',
				name: 'to',
				required: true,
				placeholder: 'e.g. +34600000000',
				description: 'The number to write to, in international form',
			}),
			message('body.message', {
				displayName: 'Message',
				name: 'message',
				typeOptions: { rows: 3 },
				required: true,
				placeholder: 'e.g. Your order is ready.',
				description:
					'The text of the message. More than 160 characters (70 with other alphabets or emoji) are sent in parts, each of which costs and counts as one.',
			}),
			additionalFields([
				phoneNumber('body.from', {
					displayName: 'From',
					name: 'from',
					description: 'The number of the account to send from. Without it VoIPstudio chooses.',
					...chosenFrom('searchPhoneNumbers', 'From List', {
						displayName: 'By Number',
						placeholder: 'e.g. +34910000000',
					}),
				}),
			]),
		],
		output: recordOf,
		effect: 'texts',
		reaches: { to: 'calledBare', message: 'parts' },
		harmless: ['from'],
		numberField: 'to',
		evidence: 'D',
	},
});
