import { resource } from '../../shared/resource';
import { api } from '../api';
import { pages } from '../pages';

const SIMPLE_FIELDS = [
	'id',
	'e164',
	'name',
	'status',
	'sms_enabled',
	'fax_enabled',
	'channels',
	'target_type',
	'target_id',
	'created_at',
] as const;

export const phoneNumber = resource(api, 'phoneNumber', 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many phone numbers',
		description: 'Get many phone numbers (DDIs) of the account',
		request: { method: 'GET', url: '/ddis' },
		pages,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'C',
	},
});
