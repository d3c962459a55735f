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
	simpleFields: [
		'unique_call_id',
		'call_start_at',
		'ring_group_name',
		'status',
		'callerid',
		'caller_id',
		'inbound_number',
		'dest_number',
		'answered_by_user_name',
		'user_name',
		'call_answered_at',
		'connected_at',
		'call_finished_at',
		'call_duration',
		'conversation_duration',
	],
});
