import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { listFields, sorted } from '../lists/list';
import { pages } from '../lists/pages';
import { properties } from '../lists/properties';

const SIMPLE_FIELDS = [
	'id',
	'first_name',
	'last_name',
	'email',
	'ext',
	'active',
	'dnd',
	'cli',
	'nb_sip_locations',
	'status',
] as const;

const PROPERTIES = properties('active email first_name id last_name status', [
	{ name: 'Caller ID Shown', value: 'cli' },
	{ name: 'Do Not Disturb', value: 'dnd' },
	{ name: 'Extension', value: 'ext' },
	{ name: 'Number of SIP Locations', value: 'nb_sip_locations' },
]);

const option = { name: 'User', value: 'user', description: 'A user of the account' };

export const user = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many users',
		description: 'Get many users of the account',
		request: { method: 'GET', url: '/users' },
		...listFields(PROPERTIES, { first: 'email', example: 'name@email.com or 1001' }),
		complete: sorted,
		pages,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'D',
	},
});
