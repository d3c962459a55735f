import { resource } from '../../shared/operation/resource';
import { api, contentOf, phoneNumber } from '../api';

const option = { name: 'Web Call', value: 'webCall', description: 'A call started over the API' };

export const webCall = resource(api, option, 'getStatus', {
	clickToCall: {
		name: 'Click to Call',
		action: 'Make a phone call from your own phone',
		description:
			'Ring your own SIP phone and, once it is answered, call a number. A real call: it is never repeated by itself.',
		request: { method: 'POST', url: '', body: { o: 'webcall', a: 'c2c' } },
		fields: [
			{
				displayName: 'Your own SIP phone rings first. The number is called when you have answered.',
				name: 'ownPhoneFirstNotice',
				type: 'notice',
				default: '',
			},
			// Named `to` here, not `to_no`.
			phoneNumber('body.to', {
				displayName: 'To',
				name: 'to',
				required: true,
				placeholder: 'e.g. +12125550123',
				description: 'The number to call, in E.164 form',
			}),
		],
		output: contentOf,
		effect: 'calls',
		reaches: { to: 'called' },
		harmless: [],
		numberField: 'to',
		evidence: 'P',
	},
	create: {
		name: 'Create',
		action: 'Make a phone call between two numbers',
		description: 'Call two numbers and connect them. A real call: it is never repeated by itself.',
		request: { method: 'POST', url: '', body: { o: 'webcall', a: 'call' } },
		fields: [
			{
				displayName: "'From' rings first and is then connected with 'To'",
				name: 'fromFirstNotice',
				type: 'notice',
				default: '',
			},
			phoneNumber('body.from_no', {
				displayName: 'From',
				name: 'from',
				required: true,
				placeholder: 'e.g. +13107658933',
				description: 'The number that is called first, in E.164 form',
			}),
			phoneNumber('body.to_no', {
				displayName: 'To',
				name: 'to',
				required: true,
				placeholder: 'e.g. +12125550123',
				description: 'The number to connect it with, in E.164 form',
			}),
		],
		output: contentOf,
		effect: 'calls',
		// Both are called.
		reaches: { from_no: 'called', to_no: 'called' },
		harmless: [],
		numberField: 'to',
		evidence: 'P',
	},
	getStatus: {
		name: 'Get Status',
		action: 'Get the status of your active call',
		description: 'Get the state of your active call',
		// The same object and action as Create: only the method tells them apart.
		request: { method: 'GET', url: '', qs: { o: 'webcall', a: 'call' } },
		output: contentOf,
		effect: 'reads',
		evidence: 'P',
	},
	terminate: {
		name: 'Terminate',
		action: 'End your active call',
		description: 'End your active call',
		// The document does not state the method; its sample is a POST.
		request: { method: 'POST', url: '', body: { o: 'webcall', a: 'terminate' } },
		output: contentOf,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'P',
	},
});
