import { resource } from '../../shared/resource';
import { api } from '../api';
import { sorted } from '../list';
import { pages } from '../pages';

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

export const user = resource(api, 'user', 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many users',
		description: 'Get many users of the account',
		request: { method: 'GET', url: '/users' },
		complete: sorted,
		pages,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'D',
	},
});
