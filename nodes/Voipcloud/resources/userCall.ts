import { namesDescription } from '../api';
import { callHistory } from './callHistory';

/** Calls of users: GET get-user-calls. */
export const userCall = callHistory({
	option: { name: 'User Call', value: 'userCall', description: 'A call of a user, in or out' },
	path: '/get-user-calls',
	plural: 'user calls',
	namesParameter: 'users_names',
	names: {
		displayName: 'User Names',
		placeholder: 'e.g. John Smith, Kevin Smith',
		description: namesDescription('Only calls of these users', 'Documented for API version V1.'),
	},
	simpleFields: [
		'unique_call_id',
		'call_start_at',
		'type',
		'is_inbound',
		'from_number',
		'caller_id',
		'to_number',
		'dest_number',
		'user_name',
		'user_number',
		'connected_at',
		'call_finished_at',
		'call_duration',
		'conversation_duration',
	],
});
