import { namesDescription } from '../api';
import { callHistory } from './callHistory';

/** Calls to ring groups: GET get-ringgroup-calls. */
export const ringGroupCall = callHistory({
	option: { name: 'Ring Group Call', value: 'ringGroupCall', description: 'A call to a ring group' },
	path: '/get-ringgroup-calls',
	plural: 'ring group calls',
	namesParameter: 'ringgroups_names',
	names: {
		displayName: 'Ring Group Names',
		placeholder: 'e.g. Front desk, Workshop',
		description: namesDescription('Only calls to these ring groups'),
	},
});
