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
});
