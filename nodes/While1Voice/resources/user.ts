import { choice } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { missingResults, recordsOf } from '../lists/pages';

const option = { name: 'User', value: 'user', description: 'A user and their phone' };

export const user = resource(api, option, 'getStatuses', {
	getStatuses: {
		name: 'Get Statuses',
		action: 'Get statuses of users',
		description: 'Get the state of the phones of all users, an item each',
		request: { method: 'POST', url: '/users-status' },
		// `type` stands at the top level here, not in `data`.
		fields: [
			choice('body.type', {
				displayName: 'Technology',
				name: 'technology',
				options: [
					{ name: 'IAX', value: 'iax' },
					{ name: 'SIP', value: 'sip' },
				],
				default: 'sip',
				description: 'The kind of phones to look at',
			}),
		],
		output: recordsOf,
		check: missingResults,
		effect: 'reads',
		evidence: 'D',
	},
});
