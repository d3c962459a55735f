import { additionalFields, id } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api, recordOf } from '../api';
import { callerId, locator, phoneNumber } from '../fields';
import { listFields, singleRecord } from '../lists/list';
import { wholeList } from '../lists/pages';
import { properties } from '../lists/properties';

const PATH = '/calls/{id}';

const SIMPLE_FIELDS = [
	'id',
	'state',
	'src',
	'src_name',
	'dst',
	'dst_name',
	'start_time',
	'connected_at',
	'duration',
	'queue_state',
] as const;

const callId = id('path', {
	displayName: 'Call ID',
	name: 'callId',
	required: true,
	placeholder: 'e.g. 4278003532',
	description: "The ID of the live call, as 'Create' and 'Get Many' give it",
});

const PROPERTIES = properties('context destination duration id parent_id queue_state', [
	{ name: 'Caller ID Shown', value: 'clid' },
	{ name: 'Connected At', value: 'connected_at', description: 'A Unix time in seconds' },
	{ name: 'Destination ID', value: 'dst_id' },
	{ name: 'Destination Name', value: 'dst_name' },
	{ name: 'Destination Number', value: 'dst', description: 'The number called, digits only' },
	{ name: 'Source ID', value: 'src_id' },
	{ name: 'Source Name', value: 'src_name' },
	{ name: 'Source Number', value: 'src', description: 'The number of the caller, digits only' },
	{ name: 'Start Time', value: 'start_time', description: 'A Unix time in seconds' },
	{ name: 'State', value: 'state', description: 'RINGING or CONNECTED' },
]);

const option = { name: 'Call', value: 'call', description: 'A live call' };

/** Live calls. Numbers are E.164 without the plus sign, `from` is the ID of a user. */
export const call = resource(api, option, 'create', {
	answer: {
		name: 'Answer',
		action: 'Answer a ringing call',
		description: 'Answer a ringing inbound call',
		request: { method: 'PATCH', url: PATH, body: { state: 'CONNECTED' } },
		fields: [callId],
		output: recordOf,
		simple: SIMPLE_FIELDS,
		effect: 'writes',
		evidence: 'C',
	},
	create: {
		name: 'Create',
		action: 'Make a phone call',
		description:
			"Ring a user's own phone and, once it is answered, call a number. A real call: it is never repeated by itself.",
		request: { method: 'POST', url: '/calls' },
		fields: [
			{
				displayName:
					"The user's own phone rings first. The number is called when the user has answered; this can take ten seconds and more.",
				name: 'agentFirstNotice',
				type: 'notice',
				default: '',
			},
			phoneNumber('body.to', {
				displayName: 'To',
				name: 'to',
				required: true,
				placeholder: 'e.g. +34600000000',
				description: 'The number to call, in international form, or an extension',
			}),
			additionalFields([
				callerId('body.caller_id', {
					displayName: 'Caller ID',
					name: 'callerId',
					placeholder: 'e.g. +34910000000',
					description: "The number to show to the called party, in international form, or 'anonymous'",
				}),
				locator('body.from', 'searchUsers', {
					displayName: 'From',
					name: 'from',
					description: 'The user whose phone rings first. Without it: the owner of the API key.',
				}),
			]),
		],
		output: recordOf,
		simple: SIMPLE_FIELDS,
		effect: 'calls',
		reaches: { to: 'calledBare', from: 'user' },
		harmless: ['caller_id'],
		numberField: 'to',
		evidence: 'D',
	},
	get: {
		name: 'Get',
		action: 'Get a live call',
		description: 'Get a live call',
		request: { method: 'GET', url: PATH },
		fields: [callId],
		...singleRecord(SIMPLE_FIELDS),
		effect: 'reads',
		evidence: 'C',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many live calls',
		description: 'Get many live calls: those ringing or connected at this moment',
		request: { method: 'GET', url: '/calls' },
		...listFields(PROPERTIES, {
			first: 'state',
			example: 'RINGING or 34600000000',
			known: {
				state: [
					{ name: 'CONNECTED', value: 'CONNECTED' },
					{ name: 'RINGING', value: 'RINGING' },
				],
			},
		}),
		pages: wholeList,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'D',
	},
	hangUp: {
		name: 'Hang Up',
		action: 'Hang up a live call',
		description: 'End a live call',
		request: { method: 'DELETE', url: PATH },
		fields: [callId],
		output: () => ({ success: true }),
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'C',
	},
	transfer: {
		name: 'Transfer',
		action: 'Transfer a live call',
		description: 'Send a live call to another number or extension, which rings',
		request: { method: 'PATCH', url: PATH },
		fields: [
			callId,
			phoneNumber('body.dst', {
				displayName: 'Destination',
				name: 'destination',
				required: true,
				placeholder: 'e.g. 1002',
				description: 'The number, in international form, or the extension to send the call to',
			}),
		],
		output: recordOf,
		simple: SIMPLE_FIELDS,
		effect: 'calls',
		reaches: { dst: 'calledBare' },
		harmless: ['path'],
		isKeptFromAgents: true,
		numberField: 'destination',
		evidence: 'C',
	},
});
